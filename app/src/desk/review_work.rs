//! Comparison and adjudication, for the lead.

use super::review_rows::opening_of;
use super::series_work::load_entry;
use super::{Desk, Screen};
use crate::act::import::study_name;
use crate::act::series::entry_of;
use crate::court::{Court, Take};
use crate::sentence::Sentence;
use annotation_format::Protocol;
use project::{Comparison, Reading};
use std::sync::Arc;

/// What a comparison asks of the storage thread.
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    pub(super) readings: Vec<Reading>,
    files: Vec<project::SeriesFiles>,
}

/// Everything that the adjudication of a case shows.
fn compared(
    project: &project::Project,
    session: &project::Session,
    case: &str,
) -> project::Result<Compared> {
    Ok(Compared {
        comparison: project.compare(session, case)?,
        readings: project.readings(session, case)?,
        files: project.series_files(session, case)?,
    })
}

impl Desk {
    pub(super) fn compare(&mut self, case: String) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| compared(project, &session, &case),
            |desk, result| match result {
                Ok(compared) => desk.enter_court(&compared),
                Err(error) => {
                    let text = match error {
                        project::Error::Refused => desk.t("adjudication-not-ready"),
                        other => other.sentence(&desk.words),
                    };
                    desk.say_fault(text);
                }
            },
        );
    }

    /// The language changed: what was written out of names is written anew, at the same place.
    pub(super) fn retell(&mut self) {
        // what was done has been said in the other language
        (self.export.said, self.agreement.said) = (None, None);
        if self.screen == Screen::Agreement {
            self.refresh_agreement();
        }
        let Some(case) = self.court.as_ref().map(|court| court.case.clone()) else {
            return;
        };
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| compared(project, &session, &case),
            |desk, result| {
                let screen = desk.screen;
                let begun = desk.court.as_mut().map(|court| {
                    let reason = std::mem::take(&mut court.reason);
                    (court.selected, court.choice, reason)
                });
                if let (Ok(compared), Some((selected, choice, reason))) = (result, begun) {
                    desk.enter_court(&compared);
                    if let Some(court) = &mut desk.court {
                        court.select(selected);
                        (court.choice, court.reason) = (choice, reason);
                    }
                    desk.screen = screen;
                }
            },
        );
    }

    fn enter_court(&mut self, compared: &Compared) {
        let color = |c: egui::Color32| [c.r(), c.g(), c.b()];
        let colors = [
            color(self.theme.on_image().a),
            color(self.theme.on_image().b),
            color(self.theme.on_image().c),
        ];
        let study = compared
            .files
            .iter()
            .find_map(|files| entry_of(files).ok())
            .map_or_else(String::new, |entry| study_name(&entry));
        let opening = opening_of(&self.words, compared, study);
        let kept = self.court.take().filter(|court| court.case == opening.case);
        let court = Court::open(opening, colors);
        let mut court = match kept {
            Some(old) => court.keeping_pixels_of(old),
            None => court,
        };
        let wanted = self.wanted_row.take();
        let row = wanted.and_then(|id| court.rows.iter().position(|row| row.id == id));
        if let Some(row) = row {
            court.select(row);
        }
        self.court = Some(court);
        self.screen = Screen::Adjudication;
    }

    /// Loads the series that the selected row lies on.
    pub(super) fn load_what_court_wants(&mut self) {
        if self.screen != Screen::Adjudication || self.loading.is_some() {
            return;
        }
        let Some((case, wanted)) = self
            .court
            .as_ref()
            .and_then(|court| Some((court.case.clone(), court.wanted_series()?.to_owned())))
        else {
            return;
        };
        let Some(session) = self.open_session().map(|(_, session)| session) else {
            return;
        };
        self.loading = Some(super::Progress::default());
        let Some(open) = &self.open else { return };
        let asked = case.clone();
        open.ask(
            &self.background,
            move |project| project.series_files(&session, &asked),
            move |desk, result| {
                let found = result
                    .ok()
                    .and_then(|all| all.into_iter().find(|files| files.id.to_string() == wanted));
                desk.load_for_court(case, wanted, found);
            },
        );
    }

    fn load_for_court(
        &mut self,
        case: String,
        wanted: String,
        files: Option<project::SeriesFiles>,
    ) {
        let Some(entry) = files.and_then(|files| entry_of(&files).ok()) else {
            return;
        };
        let progress = self.background.spawn(
            "load-series",
            move |progress| load_entry(&entry, progress).map(Arc::new),
            move |desk, result| {
                desk.loading = None;
                match result {
                    Ok(loaded) => {
                        let protocol = desk.court_protocol();
                        let window = crate::room::first_window(&loaded, &protocol);
                        if let Some(court) = desk.court.as_mut().filter(|court| court.case == case)
                        {
                            court.show_loaded(wanted, loaded, window);
                        }
                    }
                    Err(why) => {
                        desk.say_error(&why);
                        desk.screen = Screen::Worklist;
                        desk.court = None;
                    }
                }
            },
        );
        self.loading = Some(progress);
    }

    fn court_protocol(&self) -> Protocol {
        self.court.as_ref().map_or_else(
            || Protocol::builtin().clone(),
            |court| (*court.protocol).clone(),
        )
    }

    pub(super) fn decide(&mut self) {
        let texts =
            ["adjudication-needs-choice", "adjudication-needs-reason"].map(|key| self.t(key));
        let Some(court) = &mut self.court else { return };
        let Some(row) = court
            .row()
            .filter(|row| !row.is_agreed)
            .map(|row| row.id.clone())
        else {
            if let Some(next) = court.next_open() {
                court.select(next);
            }
            return;
        };
        let Some(choice) = court.choice else {
            court.fault = Some(texts[0].clone());
            return;
        };
        if court.reason.trim().is_empty() {
            court.fault = Some(texts[1].clone());
            return;
        }
        let decision = project::NewDecision {
            finding: row,
            take: match choice {
                Take::A => project::Take::Reader(0),
                Take::B => project::Take::Reader(1),
                Take::Intersection => project::Take::Intersection,
                Take::Union => project::Take::Union,
                Take::Reject => project::Take::None,
                Take::Unresolved => project::Take::Unresolved,
            },
            mask: None,
            reason: court.reason.trim().to_owned(),
        };
        let case = court.case.clone();
        let decided = self.t(choice.text_key());
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.adjudicate(&session, &case, &decision),
            move |desk, result| match result {
                Ok(_) => desk.decided(decided),
                Err(error) => {
                    let text = error.sentence(&desk.words);
                    if let Some(court) = &mut desk.court {
                        court.fault = Some(text);
                    }
                }
            },
        );
    }

    fn decided(&mut self, text: String) {
        let Some(court) = &mut self.court else { return };
        let selected = court.selected;
        if let Some(row) = court.rows.get_mut(selected) {
            row.decided = Some(text);
        }
        let next = court.next_open().unwrap_or(selected);
        court.select(next);
        self.refresh_cases();
    }
}
