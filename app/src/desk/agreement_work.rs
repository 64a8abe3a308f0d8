//! Agreement, report and export, for the lead.

use super::Desk;
use crate::act::export::{ExportRequest, What};
use crate::language::Words;
use crate::screens::agreement::{CaseFigures, LabelFigures};
use crate::screens::export::FORMATS;
use crate::screens::worklist::CaseState;
use crate::sentence::Sentence;
use annotation_format::Protocol;
use project::{Comparison, FindingRow};
use std::path::PathBuf;

impl Desk {
    /// Compares every case whose readers have all submitted.
    pub(super) fn refresh_agreement(&mut self) {
        let cases: Vec<String> = self
            .cases
            .iter()
            .filter(|row| {
                matches!(
                    row.state,
                    CaseState::Ready | CaseState::Discordant | CaseState::Settled
                )
            })
            .map(|row| row.id.clone())
            .collect();
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                let compared: Vec<Comparison> = cases
                    .iter()
                    .filter_map(|case| project.compare(&session, case).ok())
                    .collect();
                (compared, project.protocol().ok())
            },
            |desk, (compared, protocol)| {
                let Some(protocol) = protocol else { return };
                desk.agreement.labels = label_figures(&desk.words, &protocol, &compared);
                desk.agreement.cases = compared.iter().map(case_figures).collect();
            },
        );
    }

    pub(super) fn report(&mut self, path: PathBuf) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let language = self.words.language();
        let target = path.clone();
        open.ask(
            &self.background,
            move |project| crate::act::report::write(project, &session, &target, language),
            move |desk, result| match result {
                Ok(()) => {
                    desk.agreement.said = Some(desk.words.f(
                        "agreement-report-done",
                        &[("path", path.display().to_string().into())],
                    ));
                }
                Err(why) => desk.say_error(&why),
            },
        );
    }

    pub(super) fn export(&mut self) {
        let formats = FORMATS
            .iter()
            .zip(self.export.chosen)
            .filter(|(_, chosen)| *chosen)
            .map(|((id, _), _)| (*id).to_owned())
            .collect();
        let what = if self.export.only_consensus {
            What::Consensus
        } else {
            What::All
        };
        let request = ExportRequest {
            folder: PathBuf::from(self.export.folder.trim()),
            formats,
            what,
        };
        self.export.is_busy = true;
        self.export.said = None;
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                crate::act::export::gather(project, &session, &request)
                    .map(|gathered| (gathered, request))
            },
            |desk, gathered| match gathered {
                Ok((gathered, request)) => {
                    desk.background.spawn(
                        "export",
                        move |_| crate::act::export::write(&gathered, &request),
                        Self::exported,
                    );
                }
                Err(why) => desk.exported(Err(why)),
            },
        );
    }

    fn exported(&mut self, result: anyhow::Result<crate::act::export::Exported>) {
        self.export.is_busy = false;
        self.export.said = Some(match result {
            Ok(done) => {
                self.export.files = done.files.iter().map(|file| file.path.clone()).collect();
                self.export.losses = done.losses;
                Ok(self
                    .words
                    .f("export-done", &[("count", done.files.len().into())]))
            }
            Err(why) => {
                let why = why.sentence(&self.words);
                Err(self.words.f("error-export", &[("why", why.into())]))
            }
        });
    }
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let known: Vec<f64> = values.flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

fn label_figures(words: &Words, protocol: &Protocol, compared: &[Comparison]) -> Vec<LabelFigures> {
    let rows_of = |label: &str| -> Vec<&project::LabelRow> {
        compared
            .iter()
            .flat_map(|c| &c.labels)
            .filter(|row| row.label == label && row.n_findings_a + row.n_findings_b > 0)
            .collect()
    };
    protocol
        .labels
        .iter()
        .filter_map(|label| {
            let rows = rows_of(label.id.as_str());
            (!rows.is_empty()).then(|| LabelFigures {
                name: label.name.get(words.code()).to_owned(),
                n: rows.len(),
                dice: mean(rows.iter().map(|row| row.dice)),
                iou: mean(rows.iter().map(|row| row.iou)),
                voxel_kappa: mean(rows.iter().map(|row| row.voxel_kappa)),
                hd95_mm: mean(rows.iter().map(|row| row.hd95_mm)),
            })
        })
        .collect()
}

fn case_figures(comparison: &Comparison) -> CaseFigures {
    let has = |row: &FindingRow, letter: &str| row.members.get(letter).is_some_and(Option::is_some);
    let count = |a: bool, b: bool| {
        comparison
            .findings
            .iter()
            .filter(|row| has(row, "a") == a && has(row, "b") == b)
            .count()
    };
    let matched = || {
        comparison
            .findings
            .iter()
            .filter(|row| has(row, "a") && has(row, "b"))
    };
    CaseFigures {
        id: comparison.case.to_string(),
        number: super::case_number_text(comparison.number),
        findings: [count(true, true), count(true, false), count(false, true)],
        dice: mean(matched().map(|row| row.dice)),
        hd95_mm: mean(matched().map(|row| row.hd95_mm)),
    }
}
