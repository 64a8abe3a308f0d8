//! Status: how far the project is, as far as the asking person may know.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::error::Result;
use crate::ids::{CaseId, PersonId};
use crate::project::Project;
use crate::session::{Act, Grant, Role, Session};
use crate::state::{AssignmentStage, UnitState, Units};
use crate::store::assignments::{self, AssignmentState};
use crate::store::cases::{self, CaseRecord};

/// Counts of a project.
///
/// Without a session only totals; a reader gets own states, so that nothing depends on others; lead
/// and admin get the states of units and of every reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Title of the project.
    pub project: String,
    /// Id of the project.
    pub id: String,
    /// Sign-in rule.
    pub preset: &'static str,
    /// Cases.
    pub cases: CaseCounts,
    /// Readers and how far each is.
    pub readers: Vec<ReaderCounts>,
    /// The store.
    pub storage: StorageFacts,
}

/// Cases by state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseCounts {
    /// Cases in the worklist of the asking person (all, for totals).
    pub total: usize,
    /// Of these, taken out by a lead; not counted below.
    pub excluded: usize,
    /// By state; empty without a session.
    pub by_state: BTreeMap<&'static str, usize>,
}

/// A reader's assignments by state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReaderCounts {
    /// The reader.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Cases assigned.
    pub assigned: usize,
    /// By state.
    pub by_state: BTreeMap<&'static str, usize>,
}

/// Facts about the store that depend on nobody's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageFacts {
    /// Schema of the database.
    pub schema: i64,
    /// SQLite's version.
    pub sqlite: &'static str,
    /// Whether this process is the writer.
    pub writable: bool,
    /// Series of all cases.
    pub series: u64,
    /// Bytes of image objects.
    pub image_bytes: u64,
    /// When the last backup was made, UTC; absent if there has never been one.
    pub last_backup: Option<String>,
}

impl Project {
    /// The status for a person, or bare totals without one.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] for a session without any role; errors of the database.
    pub fn status(&self, session: Option<&Session>) -> Result<Status> {
        let all = cases::all(&self.db, self.seal)?;
        let (cases, readers) = match session {
            None => (totals(&all), Vec::new()),
            Some(session) => {
                let grant = self.authorise(session, Act::Look)?;
                if grant.has(Role::Lead) || grant.has(Role::Admin) {
                    self.whole_status(&all)?
                } else {
                    self.own_status(session, &grant, &all)?
                }
            }
        };
        Ok(Status {
            project: self.facts.title.clone(),
            id: self.facts.id.clone(),
            preset: self.facts.preset.word(),
            cases,
            readers,
            storage: self.storage_facts()?,
        })
    }

    fn storage_facts(&self) -> Result<StorageFacts> {
        let (_, series, image_bytes) = cases::counts(&self.db)?;
        Ok(StorageFacts {
            schema: crate::migration::SCHEMA_VERSION,
            sqlite: rusqlite::version(),
            writable: self.is_writable(),
            series,
            image_bytes,
            last_backup: self.last_backup()?.map(|last| last.made),
        })
    }

    fn whole_status(&self, all: &[CaseRecord]) -> Result<(CaseCounts, Vec<ReaderCounts>)> {
        let units = Units::read(&self.db, &self.facts)?;
        let mut counts = totals(all);
        counts.by_state = UnitState::ALL
            .iter()
            .map(|state| (state.word(), 0))
            .collect();
        for case in all.iter().filter(|case| !case.excluded) {
            *counts
                .by_state
                .entry(units.state(&case.id).word())
                .or_insert(0) += 1;
        }
        let excluded: BTreeSet<CaseId> = all
            .iter()
            .filter(|case| case.excluded)
            .map(|case| case.id.clone())
            .collect();
        let readers = self
            .people()?
            .into_iter()
            .map(|person| {
                let own = units
                    .all_assignments()
                    .filter(|state| state.reader == person.id && !excluded.contains(&state.case));
                let is_reader = person.roles.contains(&Role::Reader);
                (
                    is_reader,
                    reader_counts(person.id.clone(), person.name, own),
                )
            })
            .filter(|(is_reader, counts)| *is_reader || counts.assigned > 0)
            .map(|(_, counts)| counts)
            .collect();
        Ok((counts, readers))
    }

    fn own_status(
        &self,
        session: &Session,
        grant: &Grant,
        all: &[CaseRecord],
    ) -> Result<(CaseCounts, Vec<ReaderCounts>)> {
        let own = assignments::states_of_reader(&self.db, grant.person())?;
        let is_excluded = |id: &CaseId| all.iter().any(|case| case.id == *id && case.excluded);
        let (excluded, kept): (Vec<AssignmentState>, Vec<AssignmentState>) =
            own.into_iter().partition(|state| is_excluded(&state.case));
        let name = session.name().to_owned();
        let reader = reader_counts(grant.person().clone(), name, kept.iter());
        let counts = CaseCounts {
            total: kept.len() + excluded.len(),
            excluded: excluded.len(),
            by_state: reader.by_state.clone(),
        };
        Ok((counts, vec![reader]))
    }
}

fn totals(all: &[CaseRecord]) -> CaseCounts {
    CaseCounts {
        total: all.len(),
        excluded: all.iter().filter(|case| case.excluded).count(),
        by_state: BTreeMap::new(),
    }
}

fn reader_counts<'a>(
    id: PersonId,
    name: String,
    own: impl Iterator<Item = &'a AssignmentState>,
) -> ReaderCounts {
    let stages = [
        AssignmentStage::Assigned,
        AssignmentStage::InProgress,
        AssignmentStage::Submitted,
    ];
    let mut by_state: BTreeMap<&'static str, usize> =
        stages.iter().map(|stage| (stage.word(), 0)).collect();
    let mut assigned = 0;
    for state in own {
        assigned += 1;
        *by_state
            .entry(AssignmentStage::of(state).word())
            .or_insert(0) += 1;
    }
    ReaderCounts {
        id,
        name,
        assigned,
        by_state,
    }
}
