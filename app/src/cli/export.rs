//! `export`.

use super::Answer;
use super::args::ExportArgs;
use super::failure::Failure;
use super::later::{Kind, not_here, not_yet};
use super::shell::{Shell, Wants, parts};
use crate::act::export::{ExportRequest, FORMATS, What, gather, write};
use crate::sentence::Sentence;
use project::Act;
use serde_json::{Value, json};

/// `export`: the project refuses before formats, names and folders are looked at.
pub(super) fn export(shell: &mut Shell<'_, '_>, args: &ExportArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Look, Act::Export, |shell, project, session| {
        let what = what_of(&args.what);
        let mut request = ExportRequest { folder: args.output.clone(), formats: Vec::new(), what: what.clone().unwrap_or(What::All) };
        let gathered = gather(project, session, &request)?;
        if what.is_none() {
            return Err(Failure::usage("bad_arguments", "cli-unknown-name", &[("name", args.what.as_str())]));
        }
        if args.pseudonymise {
            return Err(not_yet("export --pseudonymise"));
        }
        request.formats = parts(&args.format);
        if let Some(unknown) = request.formats.iter().find(|format| !FORMATS.contains(&format.as_str())) {
            return Err(not_here(Kind::Format, unknown));
        }
        if request.formats.is_empty() {
            return Err(Failure::usage("bad_arguments", "cli-unknown-name", &[("name", args.format.as_str())]));
        }
        let written = write(&gathered, &request)?;
        if project.is_writable() {
            let formats: Vec<&str> = request.formats.iter().map(String::as_str).collect();
            project.record_export(session, &formats, written.files.len())?;
        }
        for loss in &written.losses {
            let said = loss.sentence(&shell.words);
            shell.note(&said);
        }
        let files: Vec<Value> = written
            .files
            .iter()
            .map(|file| json!({"path": file.path, "format": file.format, "case": file.case, "sha256": file.sha256}))
            .collect();
        let text: Vec<&str> = written.files.iter().map(|file| file.path.as_str()).collect();
        Ok(Answer::new(json!({"files": files, "losses": written.losses.iter().map(|loss| &loss.message).collect::<Vec<_>>(), "output": args.output}), text.join("\n")))
    })
}

fn what_of(text: &str) -> Option<What> {
    match text {
        "all" => Some(What::All),
        "consensus" => Some(What::Consensus),
        other => other
            .strip_prefix("reader=")
            .filter(|name| !name.is_empty())
            .map(|name| What::Reader(name.to_owned())),
    }
}
