//! `import`, `case`.

use super::Answer;
use super::args::{CaseCommand, ImportArgs};
use super::failure::Failure;
use super::later::not_yet;
use super::shell::{Shell, Wants};
use crate::act::import::cases_of;
use imaging::{ScanOptions, ScanResult};
use project::{Act, CaseRow, ImportedCase, NewCase, Project, Session};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// Finds the images under paths, with a bar.
pub(super) fn scan(shell: &Shell<'_, '_>, paths: &[PathBuf]) -> ScanResult {
    let bar = shell.bar(0);
    let told = |step: imaging::ScanProgress| {
        bar.set_length(step.files_total as u64);
        bar.set_position(step.files_done as u64);
    };
    let found = imaging::scan(
        paths,
        &ScanOptions::default(),
        &told,
        &AtomicBool::new(false),
    );
    bar.finish_and_clear();
    found
}

/// Files in no series, as JSON.
pub(super) fn skipped_json(found: &ScanResult) -> Vec<Value> {
    let one = |skipped: &imaging::Skipped| json!({"file": skipped.file, "reason": skipped.reason.text(), "code": skipped.reason.code, "expected": skipped.expected});
    found.skipped.iter().map(one).collect()
}

/// `import`.
pub(super) fn import(shell: &mut Shell<'_, '_>, args: &ImportArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Import, |shell, project, session| {
        if args.pseudonymise {
            return Err(not_yet("import --pseudonymise"));
        }
        let found = scan(shell, &args.paths);
        let cases = cases_of(&found.series, args.reference);
        if cases.is_empty() {
            return Err(Failure::usage("no_image", "error-view-nothing", &[])
                .with("skipped", json!(skipped_json(&found))));
        }
        let mut told = Vec::new();
        let mut text = String::new();
        let bar = shell.bar(cases.len());
        for case in cases {
            let (line, value) = import_one(project, session, case)?;
            bar.inc(1);
            text.push_str(&line);
            told.push(value);
        }
        bar.finish_and_clear();
        for skipped in found.skipped.iter().filter(|skipped| !skipped.expected) {
            let why = shell.words.say(&skipped.reason.phrase);
            shell.note(&format!("{}: {why}", skipped.file.display()));
        }
        Ok(Answer::new(
            json!({"cases": told, "skipped": skipped_json(&found)}),
            text,
        ))
    })
}

fn import_one(
    project: &Project,
    session: &Session,
    case: NewCase,
) -> Result<(String, Value), Failure> {
    let metas: Vec<Value> = case
        .series
        .iter()
        .map(|series| series.meta.clone())
        .collect();
    let imported: ImportedCase = project.import_case(session, case)?;
    let problems: Vec<Value> = metas
        .iter()
        .filter_map(|meta| meta.get("problems")?.as_array().cloned())
        .flatten()
        .collect();
    let series: Vec<Value> = imported
        .series
        .iter()
        .zip(&metas)
        .map(|(series, meta)| {
            json!({
                "id": series.id, "is_new": series.is_new, "series_uid": meta["series_uid"],
                "modality": meta["modality"], "description": meta["description"], "size": meta["size"],
            })
        })
        .collect();
    let line = format!(
        "{}\t{}\t{}\n",
        imported.number,
        imported.id,
        imported.series.len()
    );
    let value = json!({"id": imported.id, "number": imported.number, "is_new": imported.is_new, "series": series, "problems": problems});
    Ok((line, value))
}

/// `case list | exclude | include`.
pub(super) fn case(shell: &mut Shell<'_, '_>, command: &CaseCommand) -> Result<Answer, Failure> {
    match command {
        CaseCommand::List => shell.as_person(Wants::Look, Act::Look, |_, project, session| {
            worklist(project, session)
        }),
        CaseCommand::Exclude { case, reason } => {
            shell.as_person(Wants::Change, Act::Exclude, |_, project, session| {
                project.set_excluded(session, case, true, reason)?;
                worklist(project, session)
            })
        }
        CaseCommand::Include { case } => {
            shell.as_person(Wants::Change, Act::Exclude, |_, project, session| {
                project.set_excluded(session, case, false, "")?;
                worklist(project, session)
            })
        }
    }
}

fn worklist(project: &Project, session: &Session) -> Result<Answer, Failure> {
    let rows = project.cases(session)?;
    let text: Vec<String> = rows
        .iter()
        .map(|row| format!("{}\t{}\t{}", row.number, row.state, row.id))
        .collect();
    let cases: Vec<Value> = rows.iter().map(row_json).collect();
    Ok(Answer::new(json!({"cases": cases}), text.join("\n")))
}

fn row_json(row: &CaseRow) -> Value {
    let series: Vec<Value> = row
        .series
        .iter()
        .map(|series| {
            let meta = &series.meta;
            json!({
                "id": series.id, "modality": series.modality, "series_uid": meta["series_uid"],
                "description": meta["description"], "size": meta["size"], "spacing_mm": meta["spacing_mm"],
            })
        })
        .collect();
    json!({
        "id": row.id, "number": row.number, "state": row.state, "excluded": row.excluded,
        "revision": row.revision, "mine": row.mine, "readers": row.readers, "series": series,
    })
}
