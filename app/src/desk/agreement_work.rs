//! Agreement, report and export, for the lead.

use super::Desk;
use crate::act::export::{ExportRequest, What};
use crate::agreement_view::{of_files, of_project, page_of_files};
use crate::language::Words;
use crate::screens::agreement::{self, Ask};
use crate::screens::export::FORMATS;
use crate::screens::worklist::CaseState;
use crate::sentence::Sentence;
use annotation_format::Protocol;
use project::Comparison;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What the agreement screen's view is made from, so that a choice needs no second computation.
#[derive(Default)]
pub(super) struct ComparedCases {
    protocol: Option<Arc<Protocol>>,
    cases: Arc<Vec<Comparison>>,
}

impl Desk {
    /// What was asked of the agreement screen.
    pub(super) fn answer_agreement(&mut self, ask: Ask) {
        match ask {
            Ask::Choose(chosen) => {
                self.agreement.chosen = chosen;
                (self.agreement.cell, self.agreement.selected) = (None, None);
                if self.agreement.files.is_empty() {
                    self.show_agreement();
                } else {
                    self.compare_files();
                }
            }
            Ask::Recompute => self.refresh_agreement(),
            Ask::ChooseFiles => self.choose_files_to_compare(),
            Ask::Files(files) => {
                let state = &mut self.agreement;
                *state = agreement::State {
                    files,
                    report_path: std::mem::take(&mut state.report_path),
                    ..agreement::State::default()
                };
                self.compare_files();
            }
            Ask::CloseFiles => {
                let report_path = std::mem::take(&mut self.agreement.report_path);
                self.agreement = agreement::State {
                    report_path,
                    ..agreement::State::default()
                };
                self.refresh_agreement();
            }
            Ask::Open(spot) => {
                self.wanted_row = Some(spot.row);
                self.compare(spot.case);
            }
        }
    }

    /// Compares every case whose readers have all submitted, or the chosen files again.
    pub(super) fn refresh_agreement(&mut self) {
        if !self.agreement.files.is_empty() {
            return self.compare_files();
        }
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
        let begun = Instant::now();
        open.ask(
            &self.background,
            move |project| {
                let compared: Vec<Comparison> = cases
                    .iter()
                    .filter_map(|case| project.compare(&session, case).ok())
                    .collect();
                (compared, project.protocol().ok())
            },
            move |desk, (cases, protocol)| {
                desk.compared_cases = ComparedCases {
                    protocol,
                    cases: Arc::new(cases),
                };
                if !desk.agreement.files.is_empty() {
                    return; // files were asked for meanwhile
                }
                desk.agreement.is_busy = false;
                desk.agreement.computed = Some(computed_since(begun));
                desk.show_agreement();
            },
        );
        self.agreement.is_busy = true;
    }

    /// Shows what was compared, as the person chose to look at it; the figures are made on a thread.
    fn show_agreement(&mut self) {
        let ComparedCases { protocol, cases } = &self.compared_cases;
        let Some(protocol) = protocol.clone().filter(|_| !cases.is_empty()) else {
            self.agreement.is_there = false;
            return;
        };
        let (cases, chosen) = (Arc::clone(cases), self.agreement.chosen.clone());
        let language = self.words.language();
        self.background.spawn(
            "agreement",
            move |_| {
                let view = of_project(&Words::new(language), &protocol, &cases, &chosen);
                (view, cases, chosen, language)
            },
            move |desk, (view, cases, chosen, language)| {
                let state = &mut desk.agreement;
                let is_asked = state.files.is_empty()
                    && state.chosen == chosen
                    && desk.words.language() == language
                    && Arc::ptr_eq(&desk.compared_cases.cases, &cases);
                if is_asked {
                    (state.view, state.is_there) = (view, true);
                }
            },
        );
    }

    fn compare_files(&mut self) {
        let (files, chosen) = (self.agreement.files.clone(), self.agreement.chosen.clone());
        let language = self.words.language();
        self.agreement.is_busy = true;
        let begun = Instant::now();
        self.background.spawn(
            "agreement",
            move |_| {
                let view = of_files(&Words::new(language), &files, &chosen);
                (files, chosen, view)
            },
            move |desk, (files, chosen, result)| {
                let state = &mut desk.agreement;
                if state.files != files || state.chosen != chosen {
                    return; // something else was asked for meanwhile
                }
                state.is_busy = false;
                match result {
                    Ok(view) => {
                        (state.view, state.is_there, state.fault) = (view, true, None);
                        state.computed = Some(computed_since(begun));
                    }
                    Err(fault) => state.fault = Some(fault.sentence(&desk.words)),
                }
            },
        );
    }

    pub(super) fn report(&mut self, path: PathBuf) {
        if !self.agreement.files.is_empty() {
            return self.report_files(path);
        }
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let language = self.words.language();
        let target = path.clone();
        open.ask(
            &self.background,
            move |project| crate::act::report::write(project, &session, &target, language),
            move |desk, result| desk.report_written(&path, result),
        );
    }

    /// Writes the report of the files that are compared.
    fn report_files(&self, path: PathBuf) {
        let (files, chosen) = (self.agreement.files.clone(), self.agreement.chosen.clone());
        let language = self.words.language();
        let target = path.clone();
        self.background.spawn(
            "agreement-report",
            move |_| {
                let page = page_of_files(&Words::new(language), &files, &chosen)?;
                crate::act::report::write_page(&target, &page)
            },
            move |desk, result| desk.report_written(&path, result),
        );
    }

    fn report_written(&mut self, path: &Path, result: anyhow::Result<()>) {
        match result {
            Ok(()) => {
                self.agreement.said = Some(self.words.f(
                    "agreement-report-done",
                    &[("path", path.display().to_string().into())],
                ));
            }
            Err(why) => self.say_error(&why),
        }
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

/// The time of day, and the seconds since a computation began.
fn computed_since(begun: Instant) -> (String, f64) {
    let now = jiff::Timestamp::now().to_string();
    (super::clock_text(&now), begun.elapsed().as_secs_f64())
}
