//! How long readings take: spans of work as the window measured them, and a reader's own progress.
//!
//! Durations come from the caller's monotonic clock, so that a clock set back or forth changes none
//! of them; the time of day beside them is for display. Nobody sees another person's figures.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::{AssignmentId, CaseId};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::assignments::{self, AssignmentState};
use crate::store::effort::{self, NewSpan};
use crate::store::{audit, cases, holds};

/// Longest span that is believed: a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A stretch of work on a case that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffortSpan {
    /// Milliseconds with input or a change of view not longer ago than the idle cut.
    pub active_ms: u64,
    /// Milliseconds without.
    pub idle_ms: u64,
    /// Edits made, undo and redo included.
    pub edits: u64,
}

impl EffortSpan {
    /// The span as it is believed: together at most a day, idle time cut first.
    fn clipped(self) -> Self {
        let active_ms = self.active_ms.min(DAY_MS);
        Self {
            active_ms,
            idle_ms: self.idle_ms.min(DAY_MS - active_ms),
            edits: self.edits.min(i64::MAX as u64),
        }
    }
}

/// Sums of an own case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseEffort {
    /// Active milliseconds.
    pub active_ms: u64,
    /// Idle milliseconds.
    pub idle_ms: u64,
    /// Edits.
    pub edits: u64,
    /// Spans noted.
    pub spans: u64,
}

/// How far a reader is, by own figures alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OwnProgress {
    /// Own cases in the worklist; taken out ones are not counted anywhere here.
    pub total: usize,
    /// Of these, submitted.
    pub submitted: usize,
    /// Of these, not submitted.
    pub remaining: usize,
    /// Of the remaining, on hold.
    pub on_hold: usize,
    /// Submitted on the present day of the computer's time zone.
    pub submitted_today: usize,
    /// Submitted cases with any effort noted: what the median is of.
    pub measured: usize,
    /// Median of their active seconds, all revisions together; absent without any.
    pub median_active_s: Option<f64>,
    /// Active seconds that the remaining cases will take if each takes the median, less what has
    /// already gone into those begun; absent without a median.
    pub remaining_s: Option<f64>,
}

impl Project {
    /// Notes a stretch of work on an own case that is not submitted: note it before submitting.
    /// Returns what was noted. More than 24 h is not believed: active time is cut to a day, idle time
    /// to what is then left of it. A span without time and without edits leaves no row.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] for cases of others and submitted ones; [`crate::Error::ReadOnly`];
    /// errors of the disc.
    pub fn note_effort(
        &self,
        session: &Session,
        case: &str,
        span: EffortSpan,
    ) -> Result<EffortSpan> {
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case)?;
        if assigned.is_submitted() {
            return Err(self.refuse(&grant));
        }
        let span = span.clipped();
        if span == EffortSpan::default() {
            return Ok(span);
        }
        let new = NewSpan {
            assignment: &assigned.id,
            started: &begun(span),
            active_ms: signed(span.active_ms),
            idle_ms: signed(span.idle_ms),
            edits: signed(span.edits),
        };
        self.write(grant.person(), |recorder| {
            let id = effort::insert(recorder.db(), &new, &recorder.ev())?;
            recorder.row("effort", &audit::EFFORT_SPAN, &id)
        })?;
        Ok(span)
    }

    /// What has been noted for an own case, over all its revisions.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] unless the case is assigned to the person; errors of the database.
    pub fn own_effort(&self, session: &Session, case: &str) -> Result<CaseEffort> {
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case)?;
        let sums = effort::of_assignment(&self.db, &assigned.id)?;
        Ok(CaseEffort {
            active_ms: sums.active_ms.unsigned_abs(),
            idle_ms: sums.idle_ms.unsigned_abs(),
            edits: sums.edits.unsigned_abs(),
            spans: sums.spans.unsigned_abs(),
        })
    }

    /// How far the person is, and about how long the rest will take, by nothing but own work.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] without the role reader; errors of the database.
    pub fn own_progress(&self, session: &Session) -> Result<OwnProgress> {
        self.own_progress_at(session, Timestamp::now(), &TimeZone::system())
    }

    pub(crate) fn own_progress_at(
        &self,
        session: &Session,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<OwnProgress> {
        let grant = self.authorise(session, Act::Read)?;
        let excluded: BTreeSet<CaseId> = cases::all(&self.db, self.seal)?
            .into_iter()
            .filter(|case| case.excluded)
            .map(|case| case.id)
            .collect();
        let (done, open): (Vec<AssignmentState>, Vec<AssignmentState>) =
            assignments::states_of_reader(&self.db, grant.person())?
                .into_iter()
                .filter(|state| !excluded.contains(&state.case))
                .partition(AssignmentState::is_submitted);
        let active_ms = effort::active_of_reader(&self.db, grant.person())?;
        let submitted_at = effort::submitted_of_reader(&self.db, grant.person())?;
        let held = holds::of_reader(&self.db, self.seal, grant.person())?;
        let seconds = |state: &AssignmentState| seconds_of(&active_ms, &state.id);
        let measured: Vec<f64> = done.iter().filter_map(seconds).collect();
        let count = measured.len();
        let median_active_s = median(measured);
        let rest = |median: f64| {
            let left = |state| (median - seconds(state).unwrap_or(0.0)).max(0.0);
            open.iter().map(left).sum()
        };
        let today = |state: &&AssignmentState| {
            let at = submitted_at.get(&state.id);
            at.is_some_and(|at| is_same_day(at, now, zone))
        };
        Ok(OwnProgress {
            total: done.len() + open.len(),
            submitted: done.len(),
            remaining: open.len(),
            on_hold: open
                .iter()
                .filter(|state| state.is_held_by(held.get(&state.id)))
                .count(),
            submitted_today: done.iter().filter(today).count(),
            measured: count,
            median_active_s,
            remaining_s: median_active_s.map(rest),
        })
    }
}

/// When a span that ends now began, by the time of day.
fn begun(span: EffortSpan) -> String {
    let length = SignedDuration::from_millis(signed(span.active_ms + span.idle_ms));
    let now = Timestamp::now();
    let begun = now.checked_sub(length).unwrap_or(now);
    begun.round(Unit::Millisecond).unwrap_or(begun).to_string()
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn seconds_of(active_ms: &BTreeMap<AssignmentId, i64>, id: &AssignmentId) -> Option<f64> {
    active_ms.get(id).map(|ms| *ms as f64 / 1000.0)
}

/// Middle value, or the mean of the two middle ones.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(values.len() / 2 - 1)?;
    Some((lower + upper) / 2.0)
}

/// Whether a stored UTC time lies on the present day of a time zone.
fn is_same_day(at: &str, now: Timestamp, zone: &TimeZone) -> bool {
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    at.parse::<Timestamp>().is_ok_and(|at| day(at) == day(now))
}
