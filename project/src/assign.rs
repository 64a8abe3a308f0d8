//! Assigning: from names and cases to rows, extending what is there and never reshuffling it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::allocation::{self, Demand};
use crate::error::{Error, Result};
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::project::Project;
use crate::session::{Act, Role, Session};
use crate::store::assignments::{self, NewAssignment};
use crate::store::audit::{self, Recorder};
use crate::store::cases::{self, CaseRecord};
use crate::store::people::{self, PersonRow};

/// What a lead asks for.
#[derive(Clone, Debug, Default)]
pub struct AssignRequest {
    /// Names or ids of readers.
    pub readers: Vec<String>,
    /// Readers per case; all named ones if absent.
    pub per_case: Option<usize>,
    /// Ids or numbers; all cases of the worklist if absent.
    pub cases: Option<Vec<String>>,
    /// Seed of the draw; a random one if absent, told in the answer.
    pub seed: Option<u64>,
}

/// One new assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: u32,
    /// Name of the reader.
    pub reader: String,
    /// The reader.
    pub reader_id: PersonId,
    /// Place in the reader's order, from 1.
    pub order: i64,
}

/// What was assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssignOutcome {
    /// New assignments, by case.
    pub assignments: Vec<Assignment>,
    /// Seed from which they can be drawn again.
    pub seed: u64,
    /// Readers per case that the protocol wants.
    pub wanted_readers: u32,
    /// Whether some case now has fewer: allowed, and to be said.
    pub below_protocol: bool,
}

impl Project {
    /// Gives cases to readers: balanced, order random by seed. What is assigned already stays and
    /// counts; a case with enough readers gets none.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks; [`Error::NoSuchPerson`], [`Error::NotAReader`],
    /// [`Error::NoSuchCase`], [`Error::TooFewReaders`].
    pub fn assign(&self, session: &Session, request: &AssignRequest) -> Result<AssignOutcome> {
        let grant = self.authorise(session, Act::Assign)?;
        let readers = self.named_readers(&request.readers)?;
        let per_case = request.per_case.unwrap_or(readers.len());
        if per_case == 0 || per_case > readers.len() {
            return Err(Error::TooFewReaders(per_case, readers.len()));
        }
        let cases = self.cases_to_assign(request.cases.as_deref())?;
        let seed = match request.seed {
            Some(seed) => seed,
            None => random_seed()?,
        };
        let drawn = self.draw(&readers, &cases, per_case, seed)?;
        let wanted_readers = self.protocol()?.readers;
        let assignments = self.write(grant.person(), |recorder| {
            self.insert_assignments(recorder, &readers, &cases, &drawn, seed)
        })?;
        Ok(AssignOutcome {
            assignments,
            seed,
            wanted_readers,
            below_protocol: per_case < wanted_readers as usize,
        })
    }

    fn named_readers(&self, names: &[String]) -> Result<Vec<PersonRow>> {
        let mut readers: Vec<PersonRow> = Vec::with_capacity(names.len());
        for name in names {
            let row = self.require_person(name)?;
            let held = people::roles_of(&self.db, &row.id)?;
            if !held.iter().any(|held| held.role == Role::Reader) {
                return Err(Error::NotAReader(row.name));
            }
            if readers.iter().all(|known| known.id != row.id) {
                readers.push(row);
            }
        }
        // The draw must not depend on the order in which names were typed.
        readers.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(readers)
    }

    fn cases_to_assign(&self, named: Option<&[String]>) -> Result<Vec<CaseRecord>> {
        let Some(named) = named else {
            let all = cases::all(&self.db, self.seal)?;
            return Ok(all.into_iter().filter(|case| !case.excluded).collect());
        };
        let mut found: BTreeMap<u32, CaseRecord> = BTreeMap::new();
        for text in named {
            let case = self.require_case(text)?;
            if case.excluded {
                return Err(Error::Excluded(case.number));
            }
            found.insert(case.number, case);
        }
        Ok(found.into_values().collect())
    }

    fn draw(
        &self,
        readers: &[PersonRow],
        cases: &[CaseRecord],
        per_case: usize,
        seed: u64,
    ) -> Result<Vec<BTreeSet<usize>>> {
        let states = assignments::states(&self.db)?;
        let place = |person: &PersonId| readers.iter().position(|row| row.id == *person);
        let mut loads = vec![0; readers.len()];
        let mut by_case: BTreeMap<&CaseId, BTreeSet<usize>> = BTreeMap::new();
        // Readers who are not named now still fill their case.
        let mut outsiders: BTreeMap<&CaseId, usize> = BTreeMap::new();
        for state in &states {
            match place(&state.reader) {
                Some(reader) => {
                    if let Some(load) = loads.get_mut(reader) {
                        *load += 1;
                    }
                    by_case.entry(&state.case).or_default().insert(reader);
                }
                None => *outsiders.entry(&state.case).or_insert(0) += 1,
            }
        }
        let mut drawn = vec![BTreeSet::new(); cases.len()];
        let counts: BTreeSet<usize> = cases
            .iter()
            .map(|case| outsiders.get(&case.id).copied().unwrap_or(0))
            .collect();
        for outside in counts {
            let chosen: Vec<usize> = (0..cases.len())
                .filter(|at| {
                    cases
                        .get(*at)
                        .map_or(0, |case| outsiders.get(&case.id).copied().unwrap_or(0))
                        == outside
                })
                .collect();
            let present: Vec<BTreeSet<usize>> = chosen
                .iter()
                .filter_map(|at| cases.get(*at))
                .map(|case| by_case.get(&case.id).cloned().unwrap_or_default())
                .collect();
            let demand = Demand {
                readers: readers.len(),
                per_case: per_case.saturating_sub(outside),
                present: &present,
                loads: &loads,
            };
            let new = allocation::allocate(&demand, seed);
            for (at, added) in chosen.into_iter().zip(new) {
                for reader in &added {
                    if let Some(load) = loads.get_mut(*reader) {
                        *load += 1;
                    }
                }
                if let Some(case) = drawn.get_mut(at) {
                    *case = added;
                }
            }
        }
        Ok(drawn)
    }

    fn insert_assignments(
        &self,
        recorder: &mut Recorder<'_>,
        readers: &[PersonRow],
        cases: &[CaseRecord],
        drawn: &[BTreeSet<usize>],
        seed: u64,
    ) -> Result<Vec<Assignment>> {
        let protocol = self.current_protocol()?;
        let mut assigned = Vec::new();
        for (place, reader) in readers.iter().enumerate() {
            let own: Vec<&CaseRecord> = cases
                .iter()
                .zip(drawn)
                .filter(|(_, chosen)| chosen.contains(&place))
                .map(|(case, _)| case)
                .collect();
            let set = self.facts.set.as_str();
            let ordered = allocation::reading_order(own, seed, set, reader.id.as_str());
            let last = assignments::last_ord(recorder.db(), &reader.id)?;
            for (order, case) in (last + 1..).zip(ordered) {
                let id = AssignmentId::fresh();
                let alias = case.number.to_string();
                let new = NewAssignment {
                    id: &id,
                    set,
                    case: &case.id,
                    reader: &reader.id,
                    protocol: &protocol,
                    ord: order,
                    alias: &alias,
                };
                assignments::insert(recorder.db(), &new, &recorder.ev())?;
                recorder.row("assign", &audit::ASSIGNMENT, id.as_str())?;
                assigned.push(Assignment {
                    case: case.id.clone(),
                    number: case.number,
                    reader: reader.name.clone(),
                    reader_id: reader.id.clone(),
                    order,
                });
            }
        }
        assigned.sort_by(|a, b| (a.number, &a.reader_id).cmp(&(b.number, &b.reader_id)));
        Ok(assigned)
    }
}

fn random_seed() -> Result<u64> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    // 53 bits, so that every JSON reader keeps the number.
    Ok(u64::from_le_bytes(bytes) >> 11)
}
