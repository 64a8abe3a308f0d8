//! `annotate`, `tools`, `undo`, `redo`, `history`, `submit`, `reopen`.

use super::Answer;
use super::args::{AnnotateArgs, HistoryArgs, ReopenArgs, TimesArgs};
use super::failure::Failure;
use super::later::{Kind, not_here, not_yet};
use super::shell::{Shell, Wants, to_json};
use crate::act::annotate::{Canvas, Fault, canvas, edit_of_line, edit_of_mask, mask_on_grid};
use crate::act::series::entry_of;
use crate::act::tools::script_tools;
use crate::language::{Language, Words};
use annotation_format::measure::volume_ml;
use annotation_format::{Document, Edit, Finding};
use imaging::Loaded;
use project::{Act, AssignmentStage, HistoryRow, Project, SeriesFiles, Session, Work};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use voxel::Phrase;

/// `annotate`.
pub(super) fn annotate(shell: &mut Shell<'_, '_>, args: &AnnotateArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Read, |_, project, session| {
        let mut work = project.open_work(session, &args.case)?;
        if work.stage == AssignmentStage::Submitted {
            return Err(Failure::refused());
        }
        let canvases = canvases(&work.series);
        let edits = match (&args.script, &args.mask) {
            _ if args.proposal.is_some() || args.model.is_some() => {
                return Err(not_yet("annotate --proposal"));
            }
            (Some(script), None) => run_script(project, session, &mut work, &canvases, script)?,
            (None, Some(mask)) => {
                let edit = mask_edit(args, &work.document, &canvases, mask)?;
                usize::from(append(project, session, &mut work, &edit)?)
            }
            _ => return Err(Failure::usage("bad_arguments", "cli-script-or-mask", &[])),
        };
        let findings: Vec<Value> = work
            .document
            .findings()
            .map(|finding| finding_json(finding, &canvases))
            .collect();
        let text: Vec<String> = work
            .document
            .findings()
            .map(|finding| {
                format!(
                    "{}\t{}\t{}\t{}",
                    finding.number,
                    finding.label,
                    finding.voxels(),
                    finding.id
                )
            })
            .collect();
        Ok(Answer::new(
            json!({"case": work.case, "edits": edits, "seq": work.seq, "findings": findings}),
            text.join("\n"),
        ))
    })
}

/// The series of a case that can be drawn on.
pub(super) fn canvases(series: &[SeriesFiles]) -> Vec<Canvas> {
    let canvas = |files: &SeriesFiles| {
        Some(Canvas {
            series: files.id.to_string(),
            grid: files.grid.clone()?,
        })
    };
    series.iter().filter_map(canvas).collect()
}

fn finding_json(finding: &Finding, canvases: &[Canvas]) -> Value {
    let grid = canvases
        .iter()
        .find(|canvas| canvas.series == finding.series)
        .map(|canvas| &canvas.grid);
    let volume = finding
        .mask
        .as_ref()
        .zip(grid)
        .map(|(mask, grid)| volume_ml(mask, grid));
    let mut value = json!({
        "id": finding.id, "number": finding.number, "label": finding.label, "series": finding.series,
        "volume_ml": volume, "voxels": finding.voxels(), "shapes": finding.shapes.len(),
    });
    if volume.is_none() {
        value["reasons"] = json!({"volume_ml": "no_mask"});
    }
    value
}

/// Appends an edit to the journal; `false` where it changes nothing.
fn append(
    project: &Project,
    session: &Session,
    work: &mut Work,
    edit: &Edit,
) -> Result<bool, Failure> {
    if edit.is_empty() {
        return Ok(false);
    }
    let saved = project.append(session, &work.id, edit)?;
    work.document.apply(edit)?;
    work.seq = saved.seq;
    Ok(true)
}

/// The images of a case: read when a line asks for their values, the last one kept.
struct Images {
    series: Vec<SeriesFiles>,
    last: RefCell<Option<(String, Arc<Loaded>)>>,
}

impl Images {
    fn of(series: &[SeriesFiles]) -> Self {
        Self {
            series: series.to_vec(),
            last: RefCell::new(None),
        }
    }

    fn read(&self, id: &str) -> Result<Arc<Loaded>, Fault> {
        if let Some((_, image)) = self.last.borrow().as_ref().filter(|(of, _)| of == id) {
            return Ok(Arc::clone(image));
        }
        let ids = || self.series.iter().map(|s| s.id.to_string()).collect();
        let mut series = self.series.iter();
        let files = series.find(|series| series.id.as_str() == id);
        let entry =
            entry_of(files.ok_or_else(|| Fault::Series(ids()))?).map_err(Fault::SeriesKept)?;
        let never = AtomicBool::new(false);
        let image = Arc::new(imaging::load(&entry, &|_| {}, &never)?);
        self.last.replace(Some((id.to_owned(), Arc::clone(&image))));
        Ok(image)
    }
}

fn run_script(
    project: &Project,
    session: &Session,
    work: &mut Work,
    canvases: &[Canvas],
    script: &Path,
) -> Result<usize, Failure> {
    let mut text = String::new();
    if script == Path::new("-") {
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::unreadable(script, &error))?;
    } else {
        text =
            std::fs::read_to_string(script).map_err(|error| Failure::unreadable(script, &error))?;
    }
    let images = Images::of(&work.series);
    let mut edits = 0;
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let done = edit_of_line(&work.document, canvases, &|id| images.read(id), line)
            .map_err(of_fault)
            .and_then(|edit| append(project, session, work, &edit));
        match done {
            Ok(true) => edits += 1,
            Ok(false) => {}
            Err(failure) => return Err(at_line(failure, index + 1, edits)),
        }
    }
    Ok(edits)
}

/// The fault of a line with its number; the lines before it stay.
fn at_line(failure: Failure, line: usize, edits: usize) -> Failure {
    let failure = match failure {
        input @ Failure::Input { .. } => Failure::AtLine(Box::new(input), line),
        other => other,
    };
    failure
        .with("line", json!(line))
        .with("edits", json!(edits))
}

fn of_fault(fault: Fault) -> Failure {
    match fault {
        Fault::Tool(name) => match not_here(Kind::Tool, &name) {
            Failure::Said {
                code: "not_yet", ..
            } => Failure::input(
                "not_yet",
                Phrase::new(
                    "script-tool-later",
                    format!("the tool {name} is not yet in this version"),
                )
                .with("name", name),
            ),
            _ => Failure::input("unknown_tool", Fault::Tool(name)),
        },
        Fault::Image(error) => error.into(),
        Fault::Series(ids) => {
            Failure::input("series_needed", Fault::Series(ids.clone())).with("series", json!(ids))
        }
        other => Failure::input(other.code(), other),
    }
}

fn mask_edit(
    args: &AnnotateArgs,
    document: &Document,
    canvases: &[Canvas],
    mask: &Path,
) -> Result<Edit, Failure> {
    let label = args
        .label
        .as_deref()
        .ok_or_else(|| Failure::usage("bad_arguments", "cli-label-missing", &[]))?;
    let canvas = canvas(canvases, args.series.as_deref()).map_err(of_fault)?;
    let map = imaging::load_label_map(mask)?;
    let mask = mask_on_grid(&canvas.grid, &map).map_err(of_fault)?;
    edit_of_mask(document, canvas, label, &mask, args.as_finding).map_err(of_fault)
}

/// `tools`.
pub(super) fn tools(shell: &Shell<'_, '_>) -> Answer {
    let (ja, en) = (Words::new(Language::Ja), Words::new(Language::En));
    let tools = script_tools();
    let list: Vec<Value> = tools
        .iter()
        .map(|tool| json!({"name": tool.name, "title_ja": ja.t(tool.title), "title_en": en.t(tool.title), "options": tool.options}))
        .collect();
    let text: Vec<String> = tools
        .iter()
        .map(|tool| {
            let options: Vec<&str> = tool.options.iter().map(|option| option.name).collect();
            format!(
                "{}\t{}\t{}",
                tool.name,
                shell.words.t(tool.title),
                options.join(" ")
            )
        })
        .collect();
    Answer::new(json!({"tools": list}), text.join("\n"))
}

/// `undo`.
pub(super) fn undo(shell: &mut Shell<'_, '_>, args: &TimesArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Read, |_, project, session| {
        project.undo(session, &args.case, args.times)?;
        journal(&project.history(session, &args.case, None)?)
    })
}

/// `redo`.
pub(super) fn redo(shell: &mut Shell<'_, '_>, args: &TimesArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Read, |_, project, session| {
        project.redo(session, &args.case, args.times)?;
        journal(&project.history(session, &args.case, None)?)
    })
}

/// `history`: own, or of a reader for the lead.
pub(super) fn history(shell: &mut Shell<'_, '_>, args: &HistoryArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Look, Act::Look, |_, project, session| {
        journal(&project.history(session, &args.case, args.reader.as_deref())?)
    })
}

fn journal(rows: &[HistoryRow]) -> Result<Answer, Failure> {
    let line = |row: &HistoryRow| {
        let mark = if row.undone { "–" } else { "" };
        format!("{}\t{}\t{}{mark}", row.seq, row.at, row.name)
    };
    let text: Vec<String> = rows.iter().map(line).collect();
    Ok(Answer::new(
        json!({"history": to_json(&rows)?}),
        text.join("\n"),
    ))
}

/// `submit`.
pub(super) fn submit(shell: &mut Shell<'_, '_>, case: &str) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Read, |shell, project, session| {
        let stage = project.submit(session, case)?;
        Ok(Answer::new(
            to_json(&stage)?,
            shell.words.t("cli-submitted"),
        ))
    })
}

/// `reopen`.
pub(super) fn reopen(shell: &mut Shell<'_, '_>, args: &ReopenArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Reopen, |shell, project, session| {
        let stage = project.reopen(session, &args.case, args.reader.as_deref(), &args.reason)?;
        Ok(Answer::new(to_json(&stage)?, shell.words.t("cli-reopened")))
    })
}
