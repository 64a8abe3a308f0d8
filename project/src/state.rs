//! States of assignments and units, computed from the append-only rows each time: there is no
//! second truth that could disagree.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::cases::undecided;
use crate::comparison::letter;
use crate::digest::{FieldHash, Sha};
use crate::error::Result;
use crate::ids::{AssignmentId, CaseId, ComparisonId, PersonId, VersionId};
use crate::project::Facts;
use crate::store::assignments::{self, AssignmentState};
use crate::store::comparisons::{self, ComparisonRow};

/// How far a reader is with an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentStage {
    /// Not opened yet.
    Assigned,
    /// Opened, or reopened by a lead.
    InProgress,
    /// Locked.
    Submitted,
}

impl AssignmentStage {
    pub(crate) fn of(state: &AssignmentState) -> Self {
        if state.is_submitted() {
            Self::Submitted
        } else if state.rev.is_some() {
            Self::InProgress
        } else {
            Self::Assigned
        }
    }

    /// The word of commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::Submitted => "submitted",
        }
    }
}

/// State of a unit: what gets compared and adjudicated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// Not all readers have submitted (or nobody is assigned).
    Open,
    /// All have submitted; not compared yet.
    Ready,
    /// Compared: differences wait for decisions.
    Discordant,
    /// Compared: everything within tolerance.
    Agreed,
    /// Every difference is decided.
    Settled,
}

impl UnitState {
    /// All states, in the order of a case's life.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Ready,
        Self::Discordant,
        Self::Agreed,
        Self::Settled,
    ];

    /// The word of commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ready => "ready",
            Self::Discordant => "discordant",
            Self::Agreed => "agreed",
            Self::Settled => "settled",
        }
    }
}

/// One reader's part in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Input {
    pub(crate) reader: PersonId,
    pub(crate) version: VersionId,
}

/// Puts readers into the order a, b, … of a case: drawn by the project's seed, so that it is
/// random per case, the same at every look, and says nothing about who submitted first.
pub(crate) fn in_drawn_order(facts: &Facts, case: &CaseId, mut inputs: Vec<Input>) -> Vec<Input> {
    inputs.sort_by_cached_key(|input| drawn(facts, case, &input.reader));
    inputs
}

/// What readers of a case are ordered by.
fn drawn(facts: &Facts, case: &CaseId, reader: &PersonId) -> Sha {
    FieldHash::new("dokuei-order-1")
        .field(facts.order_seed.as_bytes())
        .field(case.as_str().as_bytes())
        .field(reader.as_str().as_bytes())
        .finish()
}

/// The letter of each reader of a case, the same as in its comparisons.
pub(crate) fn letters(
    facts: &Facts,
    case: &CaseId,
    mut readers: Vec<PersonId>,
) -> BTreeMap<PersonId, String> {
    readers.sort_by_cached_key(|reader| drawn(facts, case, reader));
    let lettered = |(place, reader)| (reader, letter(place));
    readers.into_iter().enumerate().map(lettered).collect()
}

/// Everything that unit states are computed from.
pub(crate) struct Units {
    assignments: BTreeMap<CaseId, Vec<AssignmentState>>,
    states: BTreeMap<CaseId, UnitState>,
}

impl Units {
    /// All units of the project.
    pub(crate) fn read(db: &Connection, facts: &Facts) -> Result<Self> {
        let comparisons = comparisons::last_of_each(db)?;
        Self::compute(db, facts, assignments::states(db)?, comparisons)
    }

    /// One unit.
    pub(crate) fn read_one(db: &Connection, facts: &Facts, case: &CaseId) -> Result<Self> {
        let comparison = comparisons::last_of_case(db, case)?;
        let comparisons = comparison.into_iter().collect();
        Self::compute(
            db,
            facts,
            assignments::states_of_case(db, case)?,
            comparisons,
        )
    }

    fn compute(
        db: &Connection,
        facts: &Facts,
        all: Vec<AssignmentState>,
        comparisons: Vec<ComparisonRow>,
    ) -> Result<Self> {
        let versions = assignments::last_submissions(db)?;
        let decided = comparisons::decided(db)?;
        let mut by_case: BTreeMap<CaseId, Vec<AssignmentState>> = BTreeMap::new();
        for state in all {
            by_case.entry(state.case.clone()).or_default().push(state);
        }
        let comparisons: BTreeMap<CaseId, ComparisonRow> = comparisons
            .into_iter()
            .map(|row| (row.case.clone(), row))
            .collect();
        let mut states = BTreeMap::new();
        for (case, assigned) in &by_case {
            let made = comparisons.get(case);
            let state = unit_state(facts, case, assigned, &versions, made, &decided)?;
            states.insert(case.clone(), state);
        }
        Ok(Self {
            assignments: by_case,
            states,
        })
    }

    pub(crate) fn assignments(&self, case: &CaseId) -> &[AssignmentState] {
        self.assignments.get(case).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn state(&self, case: &CaseId) -> UnitState {
        self.states.get(case).copied().unwrap_or(UnitState::Open)
    }

    /// Every assignment of the project.
    pub(crate) fn all_assignments(&self) -> impl Iterator<Item = &AssignmentState> {
        self.assignments.values().flatten()
    }
}

fn unit_state(
    facts: &Facts,
    case: &CaseId,
    assigned: &[AssignmentState],
    versions: &BTreeMap<AssignmentId, VersionId>,
    made: Option<&ComparisonRow>,
    decided: &BTreeSet<(ComparisonId, String)>,
) -> Result<UnitState> {
    if !assigned.iter().all(AssignmentState::is_submitted) {
        return Ok(UnitState::Open);
    }
    let Some(made) = made else {
        return Ok(UnitState::Ready);
    };
    let inputs = assigned
        .iter()
        .filter_map(|state| {
            let version = versions.get(&state.id)?.clone();
            Some(Input {
                reader: state.reader.clone(),
                version,
            })
        })
        .collect();
    // A comparison of earlier revisions says nothing about the present ones.
    if made.inputs != serde_json::to_string(&in_drawn_order(facts, case, inputs))? {
        return Ok(UnitState::Ready);
    }
    Ok(if made.is_agreed {
        UnitState::Agreed
    } else if undecided(&made.id, &made.to_decide, decided)?.is_empty() {
        UnitState::Settled
    } else {
        UnitState::Discordant
    })
}
