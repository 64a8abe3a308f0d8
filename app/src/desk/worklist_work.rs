//! The worklist: cases, assignment, reopening.

use super::{Desk, case_number_text};
use crate::act::import::shown_text;
use crate::room::Place;
use crate::screens::worklist::{self, CaseState};
use project::{AssignRequest, AssignmentStage, Role};

/// What the worklist shows, read at once.
struct Lists {
    all: Vec<worklist::CaseRow>,
    own: Vec<worklist::CaseRow>,
    flags: Vec<project::Flag>,
    progress: Option<project::OwnProgress>,
    /// The case to be read next.
    next: Option<project::CaseId>,
}

impl Desk {
    /// Reads the worklist again.
    pub(super) fn refresh_cases(&mut self) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let version = open.protocol_version.clone();
        let is_reader = session.roles().contains(&Role::Reader);
        open.ask(
            &self.background,
            move |project| {
                let list = project.worklist(&session)?;
                let rows = |lines: &Vec<_>| case_rows(lines, &version);
                let mut own = list.own.as_ref().map(rows).unwrap_or_default();
                tell_own_works(&mut own, &list);
                let progress = is_reader.then(|| project.own_progress(&session));
                let next = is_reader.then(|| project.next_case(&session, None));
                Ok(Lists {
                    all: list.all.as_ref().map_or_else(|| own.clone(), rows),
                    own,
                    flags: project.flags(&session)?,
                    progress: progress.transpose()?,
                    next: next.transpose()?.flatten(),
                })
            },
            |desk, result: project::Result<_>| match result {
                Ok(lists) => {
                    (desk.flags, desk.progress) = (lists.flags, lists.progress);
                    (desk.cases, desk.own) = (lists.all, lists.own);
                    let is_listed = |id: &String| desk.cases.iter().any(|row| row.id == *id);
                    if !desk.worklist.selected.as_ref().is_some_and(is_listed) {
                        let next = lists.next.map(|id| id.to_string());
                        let first = || desk.cases.first().map(|row| row.id.clone());
                        desk.worklist.selected = next.or_else(first);
                        desk.ask_preview();
                    }
                }
                Err(error) => {
                    desk.say_error(&error);
                }
            },
        );
    }

    pub(super) fn assign(&mut self, readers: Vec<String>) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let free: Vec<String> = self
            .cases
            .iter()
            .filter(|row| row.state == CaseState::Unassigned)
            .map(|row| row.id.clone())
            .collect();
        let request = AssignRequest {
            readers,
            per_case: None,
            cases: Some(free),
            seed: None,
        };
        open.ask(
            &self.background,
            move |project| project.assign(&session, &request),
            |desk, result| match result {
                Ok(made) => {
                    let text = desk.words.f(
                        "worklist-assigned",
                        &[("count", made.assignments.len().into())],
                    );
                    desk.say(text);
                    desk.refresh_cases();
                }
                Err(error) => {
                    desk.say_error(&error);
                }
            },
        );
    }

    pub(super) fn reopen(&mut self, case: String, reason: String) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.reopen(&session, &case, None, &reason),
            |desk, result| match result {
                Ok(_) => {
                    let text = desk.t("worklist-reopened");
                    desk.say(text);
                    desk.refresh_cases();
                }
                Err(error) => {
                    desk.say_error(&error);
                }
            },
        );
    }
}

fn case_rows(rows: &[project::CaseLine], protocol_version: &str) -> Vec<worklist::CaseRow> {
    rows.iter()
        .filter(|row| !row.excluded)
        .map(|row| case_row(row, protocol_version))
        .collect()
}

/// How far own cases have come, and how long that took.
fn tell_own_works(rows: &mut [worklist::CaseRow], list: &project::Worklist) {
    for row in rows {
        let case = project::CaseId::from_text(row.id.as_str());
        row.active_s = list.active_ms.get(&case).map(|worked| worked / 1000);
        let left = list.places.get(&case).and_then(Place::read);
        row.seen = left.and_then(|place| place.seen_share());
    }
}

fn case_row(row: &project::CaseLine, protocol_version: &str) -> worklist::CaseRow {
    let text = |key: &str| {
        row.meta
            .get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let state = match (row.state.as_str(), row.mine, row.readers.is_empty()) {
        ("in_progress", ..) if row.revision.is_some_and(|revision| revision > 1) => {
            CaseState::Reopened
        }
        ("assigned", ..) => CaseState::Assigned,
        ("in_progress", ..) => CaseState::InProgress,
        ("submitted", ..) => CaseState::Submitted,
        ("ready", ..) => CaseState::Ready,
        ("discordant", ..) => CaseState::Discordant,
        ("agreed" | "settled", ..) => CaseState::Settled,
        (_, _, true) => CaseState::Unassigned,
        _ => CaseState::Open,
    };
    worklist::CaseRow {
        id: row.id.to_string(),
        number: case_number_text(row.number),
        study: shown_text(&text("study")),
        state,
        series: row.series,
        readers: row
            .readers
            .iter()
            .map(|reader| reader.name.clone())
            .collect(),
        protocol: protocol_version.to_owned(),
        is_mine: row.mine,
        hold: row.hold.clone().or_else(|| {
            let of_readers = row.readers.iter();
            of_readers.filter_map(|reader| reader.hold.clone()).next()
        }),
        submitted: (row.readers.iter())
            .filter(|reader| reader.state == AssignmentStage::Submitted)
            .count(),
        seen: None,
        active_s: None,
    }
}
