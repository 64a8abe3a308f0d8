//! `init`, `demo`, `status`, `verify`, `protocol`.

use super::args::{InitArgs, LangArg, ProtocolCommand, VerifyArgs};
use super::failure::{Failure, NOT_DONE};
use super::later::{not_yet, second_word};
use super::shell::{Shell, Wants, to_json};
use super::{Answer, renderer};
use crate::language::{Language, Words};
use crate::sentence::Sentence;
use annotation_format::{Protocol, ProtocolFault, Terms};
use project::{Act, HashCost, NewProject, Preset, Project};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `init`.
pub(super) fn init(shell: &mut Shell<'_, '_>, args: &InitArgs) -> Result<Answer, Failure> {
    let preset = match args.preset.as_str() {
        "strict" => return Err(not_yet("--preset strict")),
        word => Preset::from_word(word).ok_or_else(|| {
            Failure::usage("no_such_preset", "cli-unknown-name", &[("name", word)])
        })?,
    };
    let protocol = match &args.protocol {
        Some(file) => read_protocol(file, &shell.words)?,
        None => Protocol::builtin().clone(),
    };
    let (passphrase, hash_cost) = match preset {
        Preset::Demo => (None, HashCost::FLOOR),
        Preset::Hospital => (shell.first_passphrase()?, hash_cost()?),
    };
    let new = NewProject {
        title: args.title.clone(),
        protocol,
        lead: args.lead.clone(),
        passphrase,
        preset,
        hash_cost,
    };
    let project = Project::create(&args.folder, &new)?;
    let id = project.id().to_owned();
    project.close()?;
    let text = shell.words.f(
        "cli-made-project",
        &[("path", args.folder.display().to_string().into())],
    );
    Ok(Answer::new(json!({"project": args.folder, "id": id}), text))
}

/// The price of a guess on this machine. Builds for tests may ask for the least one.
fn hash_cost() -> Result<HashCost, Failure> {
    if cfg!(debug_assertions) && std::env::var_os("DOKUEI_HASH_FLOOR").is_some() {
        return Ok(HashCost::FLOOR);
    }
    Ok(HashCost::calibrated()?)
}

/// `demo`.
pub(super) fn demo(shell: &mut Shell<'_, '_>, folder: &Path) -> Result<Answer, Failure> {
    let bar = shell.bar(100);
    // Scripts name its people: they are called the same on every system, unless a language is named.
    let language = match shell.global.lang {
        Some(LangArg::En) => Language::En,
        Some(LangArg::Ja) | None => Language::Ja,
    };
    let report = |share: f32| bar.set_position((share * 100.0) as u64);
    let made = crate::sample::make(folder, language, &report)?;
    bar.finish_and_clear();
    let text = shell.words.f(
        "cli-made-project",
        &[("path", made.project.display().to_string().into())],
    );
    let json = json!({"project": made.project, "cases": made.cases, "seconds": made.seconds, "head_mr": made.head_mr});
    Ok(Answer::new(json, text))
}

/// `status`: for the person of `--as`, else bare counts.
pub(super) fn status(shell: &mut Shell<'_, '_>) -> Result<Answer, Failure> {
    let status = if shell.global.person.is_some() {
        shell.as_person(Wants::Look, Act::Look, |_, project, session| {
            Ok(project.status(Some(session))?)
        })?
    } else {
        shell.look()?.status(None)?
    };
    let mut text = format!(
        "{}: {}\n",
        status.project,
        shell
            .words
            .f("cli-cases", &[("n", status.cases.total.into())])
    );
    for (state, count) in &status.cases.by_state {
        text.push_str(&format!("  {state}\t{count}\n"));
    }
    for reader in &status.readers {
        let states: Vec<String> = reader
            .by_state
            .iter()
            .map(|(state, count)| format!("{state} {count}"))
            .collect();
        text.push_str(&format!("  {}\t{}\n", reader.name, states.join(", ")));
    }
    let mut json = to_json(&status)?;
    if let Some(object) = json.as_object_mut() {
        let asked = format!("{:?}", renderer(shell.global.renderer)).to_lowercase();
        object.insert(
            "renderer".to_owned(),
            json!({"asked": asked, "pictures": "cpu"}),
        );
    }
    Ok(Answer::new(json, text))
}

/// `verify`.
pub(super) fn verify(shell: &mut Shell<'_, '_>, args: &VerifyArgs) -> Result<Answer, Failure> {
    let later = [
        (args.recompute, "--recompute"),
        (args.anchor.is_some(), "--anchor"),
        (args.package.is_some(), "--package"),
    ];
    if let Some((_, option)) = later.iter().find(|(asked, _)| *asked) {
        return Err(not_yet(&format!("verify {option}")));
    }
    let report = shell.look()?.verify(args.deep)?;
    let mut text = shell.words.t(if report.ok {
        "cli-verify-ok"
    } else {
        "cli-verify-faults"
    });
    for fault in &report.faults {
        let said = shell.words.t(&format!("verify-{}", fault.code));
        text.push_str(&format!("\n{}\t{}\t{said}", fault.code, fault.place));
    }
    let exit = if report.ok { 0 } else { NOT_DONE };
    Ok(Answer {
        json: to_json(&report)?,
        text,
        exit,
    })
}

/// `protocol show | check | set`.
pub(super) fn protocol(
    shell: &mut Shell<'_, '_>,
    command: ProtocolCommand,
) -> Result<Answer, Failure> {
    match command {
        ProtocolCommand::Show => {
            let protocol = shell.as_person(Wants::Look, Act::Look, |_, project, _| {
                Ok(project.protocol()?)
            })?;
            Ok(Answer::new(
                protocol.to_value(),
                described(shell, &protocol),
            ))
        }
        ProtocolCommand::Check { file } => {
            let protocol = read_protocol(&file, &shell.words).map_err(|failure| match failure {
                // A check that finds faults has done its work: the answer is no.
                Failure::With(inner, extra) => {
                    let lines = inner.told(&shell.words).message;
                    let no = Failure::not_done(
                        "protocol_faults",
                        "cli-protocol-faults",
                        &[("lines", lines.as_str())],
                    );
                    Failure::With(Box::new(no), extra)
                }
                other => other,
            })?;
            Ok(Answer::new(
                protocol.to_value(),
                described(shell, &protocol),
            ))
        }
        ProtocolCommand::Set { file } => shell.as_person(
            Wants::Change,
            Act::SetProtocol,
            |shell, project, session| {
                let protocol = read_protocol(&file, &shell.words)?;
                project.set_protocol(session, &protocol)?;
                Ok(Answer::new(
                    protocol.to_value(),
                    described(shell, &protocol),
                ))
            },
        ),
        ProtocolCommand::Unknown(words) => {
            let word = words
                .first()
                .map_or_else(String::new, |word| word.to_string_lossy().into_owned());
            Err(second_word("protocol", &word))
        }
    }
}

/// A protocol of a file, TOML or JSON; its faults are told all at once.
fn read_protocol(file: &Path, words: &Words) -> Result<Protocol, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    Protocol::from_text(&text, Terms::builtin()).map_err(|faults| {
        let list: Vec<_> = faults
            .iter()
            .map(|fault| {
                json!({
                    "code": fault.code, "place": fault.place, "line": fault.line,
                    "message": words.say(&fault.phrase),
                })
            })
            .collect();
        let file = file.to_path_buf();
        Failure::input("protocol_faults", FaultyProtocol { file, faults })
            .with("faults", json!(list))
    })
}

/// A protocol file with its faults, a line each.
#[derive(Debug)]
struct FaultyProtocol {
    file: PathBuf,
    faults: Vec<ProtocolFault>,
}

impl Sentence for FaultyProtocol {
    fn sentence(&self, words: &Words) -> String {
        let line = |fault: &ProtocolFault| {
            let at = fault
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let said = words.say(&fault.phrase);
            format!("{}{at}: {}: {said}", self.file.display(), fault.place)
        };
        let lines: Vec<String> = self.faults.iter().map(line).collect();
        lines.join("\n")
    }
}

fn described(shell: &Shell<'_, '_>, protocol: &Protocol) -> String {
    let lang = shell.words.code();
    let mut text = format!(
        "{} {}: {}",
        protocol.id,
        protocol.version,
        protocol.title.get(lang)
    );
    for label in &protocol.labels {
        text.push_str(&format!("\n  {}\t{}", label.id, label.name.get(lang)));
    }
    text
}
