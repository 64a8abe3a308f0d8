//! `compare`, `adjudicate`, `report`.

use super::Answer;
use super::annotate::canvases;
use super::args::AdjudicateArgs;
use super::failure::Failure;
use super::later::not_yet;
use super::shell::{Shell, Wants, to_json};
use crate::act::annotate::mask_on_grid;
use agreement::report;
use project::{Act, Comparison, NewDecision, Project, Session, Take};
use std::path::Path;
use voxel::Mask;

/// `compare`.
pub(super) fn compare(shell: &mut Shell<'_, '_>, case: &str) -> Result<Answer, Failure> {
    shell.as_person(Wants::Look, Act::Compare, |_, project, session| {
        let comparison = project.compare(session, case)?;
        Ok(Answer::new(to_json(&comparison)?, described(&comparison)))
    })
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn described(comparison: &Comparison) -> String {
    let mut lines = vec![format!(
        "{}\t{}",
        comparison.number,
        comparison.state.word()
    )];
    for row in &comparison.labels {
        let pair = row.pair.as_deref().unwrap_or("a-b");
        let (dice, iou, kappa) = (figure(row.dice), figure(row.iou), figure(row.voxel_kappa));
        lines.push(format!(
            "{}\t{pair}\tDice {dice}\tIoU {iou}\tκ {kappa}",
            row.label
        ));
    }
    for row in &comparison.findings {
        let numbers: Vec<String> = row
            .numbers
            .iter()
            .map(|(letter, number)| format!("{letter} {number}"))
            .collect();
        let decision = row
            .decision
            .as_ref()
            .map_or("", |decision| decision.decision.as_str());
        lines.push(format!(
            "{}\t{}\t{}\tIoU {}\t{decision}",
            row.id,
            row.label,
            numbers.join(" "),
            figure(row.iou)
        ));
    }
    for row in &comparison.case_form {
        let decision = row
            .decision
            .as_ref()
            .map_or("", |decision| decision.decision.as_str());
        lines.push(format!(
            "{}\t{}\t{decision}",
            row.id,
            if row.equal { "=" } else { "≠" }
        ));
    }
    lines.join("\n")
}

/// `adjudicate`.
pub(super) fn adjudicate(
    shell: &mut Shell<'_, '_>,
    args: &AdjudicateArgs,
) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Adjudicate, |_, project, session| {
        // Refuses before the options are looked at.
        let comparison = project.compare(session, &args.case)?;
        let take = match (Take::from_word(&args.take), args.take.as_str()) {
            (Some(take), _) => take,
            (None, "third_reader") => return Err(not_yet("--take third_reader")),
            (None, word) => {
                return Err(Failure::usage(
                    "no_such_decision",
                    "cli-unknown-name",
                    &[("name", word)],
                ));
            }
        };
        let mask = args
            .mask
            .as_deref()
            .map(|file| redrawn(project, session, &comparison, args, file))
            .transpose()?;
        let decision = NewDecision {
            finding: args.finding.clone(),
            take,
            mask,
            reason: args.reason.clone(),
        };
        let decided = project.adjudicate(session, &args.case, &decision)?;
        let text = format!(
            "{}\t{}\t{}",
            decided.finding,
            decided.decision,
            decided.state.word()
        );
        Ok(Answer::new(to_json(&decided)?, text))
    })
}

/// The redrawn mask of a file on the grid of the row's series.
fn redrawn(
    project: &Project,
    session: &Session,
    comparison: &Comparison,
    args: &AdjudicateArgs,
    file: &Path,
) -> Result<Mask, Failure> {
    let row = comparison
        .findings
        .iter()
        .find(|row| row.id == args.finding);
    let row = row.ok_or_else(|| project::Error::NoSuchFinding(args.finding.clone()))?;
    let files = project.series_files(session, &args.case)?;
    let canvas = canvases(&files)
        .into_iter()
        .find(|canvas| canvas.series == row.series);
    let canvas = canvas.ok_or_else(|| project::Error::NoSuchSeries(row.series.clone()))?;
    let map = imaging::load_label_map(file)?;
    mask_on_grid(&canvas.grid, &map).map_err(|fault| Failure::input(fault.code(), fault))
}

/// `report`.
pub(super) fn report(shell: &mut Shell<'_, '_>, output: Option<&Path>) -> Result<Answer, Failure> {
    let wants_json = shell.global.json;
    shell.as_person(Wants::Look, Act::Compare, |shell, project, session| {
        let input = project.report_input(session)?;
        let figures = report::figures(&input)?;
        if let Some(path) = output {
            crate::act::report::write(project, session, path, shell.words.language())?;
        } else if !wants_json {
            return Err(Failure::usage("bad_arguments", "cli-output-missing", &[]));
        }
        let text = output.map_or_else(String::new, |path| path.display().to_string());
        Ok(Answer::new(to_json(&figures)?, text))
    })
}
