//! `case`, and the scan that commands share.

use super::Answer;
use super::args::CaseCommand;
use super::failure::Failure;
use super::flags;
use super::shell::{Shell, Wants};
use imaging::{ScanOptions, ScanResult};
use project::{Act, CaseRow, Project, Session};
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

/// `case list | exclude | include | hold | release | flag`.
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
        CaseCommand::Hold { case, note } => {
            shell.as_person(Wants::Change, Act::Read, |_, project, session| {
                project.hold(session, case, note)?;
                worklist(project, session)
            })
        }
        CaseCommand::Release { case } => {
            shell.as_person(Wants::Change, Act::Read, |_, project, session| {
                project.release_hold(session, case)?;
                worklist(project, session)
            })
        }
        CaseCommand::Flag {
            case,
            text,
            finding,
        } => flags::raise(shell, case, text, finding.as_deref()),
    }
}

fn worklist(project: &Project, session: &Session) -> Result<Answer, Failure> {
    let rows = project.cases(session)?;
    let text: Vec<String> = rows
        .iter()
        .map(|row| {
            let state = if row.excluded { "excluded" } else { &row.state };
            let group = row.group.as_deref().unwrap_or_default();
            let hold = row.hold.as_deref().unwrap_or_default();
            let line = format!("{}\t{state}\t{}\t{group}\t{hold}", row.number, row.id);
            line.trim_end().to_owned()
        })
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
        "group": row.group, "revision": row.revision, "mine": row.mine, "hold": row.hold,
        "readers": row.readers,
        "series": series,
    })
}
