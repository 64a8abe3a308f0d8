//! `flag`, and the words of `case` that put a case on hold or ask about it.

use super::Answer;
use super::args::FlagCommand;
use super::failure::Failure;
use super::shell::{Shell, Wants, to_json};
use project::{Act, Flag, FlagAbout, Project, Session};
use serde_json::json;

/// `flag list | answer | withdraw`.
pub(super) fn flag(shell: &mut Shell<'_, '_>, command: &FlagCommand) -> Result<Answer, Failure> {
    match command {
        FlagCommand::List => shell.as_person(Wants::Look, Act::SeeFlags, |_, project, session| {
            list(project, session)
        }),
        FlagCommand::Answer { flag, text } => {
            shell.as_person(Wants::Change, Act::AnswerFlag, |_, project, session| {
                project.answer_flag(session, flag, text)?;
                list(project, session)
            })
        }
        FlagCommand::Withdraw { flag } => {
            shell.as_person(Wants::Change, Act::Read, |_, project, session| {
                project.withdraw_flag(session, flag)?;
                list(project, session)
            })
        }
    }
}

/// `case flag`.
pub(super) fn raise(
    shell: &mut Shell<'_, '_>,
    case: &str,
    text: &str,
    finding: Option<&str>,
) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Read, |shell, project, session| {
        let about = finding.map(|finding| FlagAbout {
            finding: Some(finding.to_owned()),
            position: None,
        });
        let id = project.raise_flag(session, case, text, about.as_ref())?;
        let said = shell.words.t("cli-flag-raised");
        Ok(Answer::new(json!({"flag": id}), format!("{said}\n{id}")))
    })
}

fn list(project: &Project, session: &Session) -> Result<Answer, Failure> {
    let flags = project.flags(session)?;
    let text: Vec<String> = flags.iter().map(in_words).collect();
    Ok(Answer::new(
        json!({"flags": to_json(&flags)?}),
        text.join("\n"),
    ))
}

fn in_words(flag: &Flag) -> String {
    let reader = flag.reader.as_deref().unwrap_or_default();
    let mut text = format!("{}\t{}\t{reader}\t{}", flag.id, flag.number, flag.text);
    for answer in &flag.answers {
        text.push_str(&format!("\n\t{}\t{}", answer.by, answer.text));
    }
    text
}
