//! The worklist and the images of a case, as far as the asking person may see them.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::path::PathBuf;

use serde::Serialize;
use voxel::Grid;

use crate::digest::{Sha, hex};
use crate::error::{Error, Result};
use crate::flags::may_see_texts;
use crate::ids::{CaseId, ComparisonId, PersonId, SeriesId};
use crate::import::{SeriesDescription, undescribed};
use crate::objects;
use crate::project::Project;
use crate::session::{Act, Grant, Role, Session};
use crate::state::{AssignmentStage, UnitState, Units};
use crate::store::assignments::{self, AssignmentState};
use crate::store::cases::{self, CaseRecord, SeriesRecord};
use crate::store::{audit, effort, holds, people};

/// One line of the worklist.
///
/// A reader gets own assignments in reading order with own states; lead and admin get every case
/// with the state of the unit and how far each reader is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseRow<S = Vec<SeriesBrief>> {
    /// Id.
    pub id: CaseId,
    /// Number in the worklist.
    pub number: u32,
    /// `assigned in_progress submitted` to a reader, `open ready discordant agreed settled` to a
    /// lead or admin.
    pub state: String,
    /// Whether a lead took it out of the worklist.
    pub excluded: bool,
    /// Own revision (a reader), else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// Whether the case is assigned to the asking person.
    pub mine: bool,
    /// Note of the own hold that the case is on; a lead finds those of readers at the readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Readers and how far each is (lead and admin only).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<ReaderProgress>,
    /// Group of the study design, as the import list said it (lead and admin only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the import knew about the study.
    pub meta: serde_json::Value,
    /// Its series.
    pub series: S,
}

/// One line of the worklist with its series counted: quick to read, however many files they have.
pub type CaseLine = CaseRow<usize>;

/// What a person may see of the cases, for a window that lists them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worklist {
    /// Every case, for who leads or administers.
    pub all: Option<Vec<CaseLine>>,
    /// Own assignments in reading order, for who reads.
    pub own: Option<Vec<CaseLine>>,
    /// Milliseconds worked on own cases, over all their revisions; a case without any is not there.
    pub active_ms: BTreeMap<CaseId, u64>,
    /// Where own works that have begun and are not submitted were left, as [`Project::keep_place`] keeps it.
    pub places: BTreeMap<CaseId, serde_json::Value>,
}

/// How far a reader is with a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReaderProgress {
    /// The reader.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// `assigned`, `in_progress` or `submitted`.
    pub state: AssignmentStage,
    /// Revision being worked on or submitted last.
    pub revision: i64,
    /// Note of the hold that the reader has put the case on. Leads only, and not who reads the case
    /// as well before all have submitted: a note may say what was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

/// A series in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesBrief {
    /// Id in the project.
    pub id: SeriesId,
    /// Modality.
    pub modality: String,
    /// What the import knew.
    pub meta: serde_json::Value,
}

/// A series with the files to decode.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesFiles {
    /// Id in the project: findings lie on it.
    pub id: SeriesId,
    /// Modality.
    pub modality: String,
    /// Grid, absent without geometry.
    pub grid: Option<Grid>,
    /// What the import knew; enough to read the images again.
    pub meta: serde_json::Value,
    /// Files in slice order.
    pub files: Vec<ObjectFile>,
}

/// A stored image file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFile {
    /// Its name when it was imported.
    pub name: String,
    /// Where it lies now: in the project, or by reference where it came from.
    pub path: PathBuf,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
}

/// The series of a case with grid and description, opened.
pub(crate) fn grid_of(record: &SeriesRecord) -> Result<Option<Grid>> {
    Ok(serde_json::from_str(&record.geometry)?)
}

fn brief(record: &SeriesRecord) -> Result<SeriesBrief> {
    let description: SeriesDescription = serde_json::from_str(&record.description)?;
    Ok(SeriesBrief {
        id: record.id.clone(),
        modality: record.modality.clone(),
        meta: description.meta,
    })
}

/// What several worklist lines share.
#[derive(Clone, Default)]
struct Lists<S> {
    series: BTreeMap<CaseId, S>,
    cases: Vec<CaseRecord>,
}

impl Project {
    /// The worklist of the asking person.
    ///
    /// # Errors
    /// [`Error::Refused`] without any role; errors of the database.
    pub fn cases(&self, session: &Session) -> Result<Vec<CaseRow>> {
        let grant = self.authorise(session, Act::Look)?;
        let lists = self.lists()?;
        if grant.has(Role::Lead) || grant.has(Role::Admin) {
            self.every_case(&grant, lists)
        } else {
            let own = assignments::states_of_reader(&self.db, grant.person())?;
            self.own_cases(&grant, own, lists)
        }
    }

    /// The person's own assignments in reading order, whatever other roles the person has.
    ///
    /// # Errors
    /// [`Error::Refused`] without the role reader; errors of the database.
    pub fn my_cases(&self, session: &Session) -> Result<Vec<CaseRow>> {
        let grant = self.authorise(session, Act::Read)?;
        let own = assignments::states_of_reader(&self.db, grant.person())?;
        self.own_cases(&grant, own, self.lists()?)
    }

    /// The worklist without what the import knew of series: [`Project::cases`] and [`Project::my_cases`] in
    /// one, as far as the person may ask for them.
    ///
    /// # Errors
    /// [`Error::Refused`] without any role; errors of the database.
    pub fn worklist(&self, session: &Session) -> Result<Worklist> {
        let grant = self.authorise(session, Act::Look)?;
        let sees_all = grant.has(Role::Lead) || grant.has(Role::Admin);
        let mut lists = Lists {
            series: cases::series_counts(&self.db)?,
            cases: cases::all(&self.db, self.seal)?,
        };
        let mut list = Worklist::default();
        if grant.has(Role::Reader) {
            let lists = if sees_all {
                lists.clone()
            } else {
                take(&mut lists)
            };
            let own = assignments::states_of_reader(&self.db, grant.person())?;
            self.tell_own_works(&grant, &own, &mut list)?;
            list.own = Some(self.own_cases(&grant, own, lists)?);
        }
        if sees_all {
            list.all = Some(self.every_case(&grant, lists)?);
        }
        Ok(list)
    }

    fn tell_own_works(
        &self,
        grant: &Grant,
        own: &[AssignmentState],
        list: &mut Worklist,
    ) -> Result<()> {
        let mut active_ms = effort::active_of_reader(&self.db, grant.person())?;
        for state in own {
            if let Some(worked) = active_ms.remove(&state.id) {
                let worked = u64::try_from(worked).unwrap_or(0);
                list.active_ms.insert(state.case.clone(), worked);
            }
            if AssignmentStage::of(state) == AssignmentStage::InProgress {
                match self.place_of(&state.id) {
                    Ok(Some(place)) => {
                        list.places.insert(state.case.clone(), place);
                    }
                    Ok(None) => {}
                    Err(fault) => tracing::warn!(code = fault.code(), "a place cannot be read"),
                }
            }
        }
        Ok(())
    }

    fn lists(&self) -> Result<Lists<Vec<SeriesBrief>>> {
        let mut series: BTreeMap<CaseId, Vec<SeriesBrief>> = BTreeMap::new();
        for record in cases::all_series(&self.db, self.seal)? {
            series
                .entry(record.case.clone())
                .or_default()
                .push(brief(&record)?);
        }
        Ok(Lists {
            series,
            cases: cases::all(&self.db, self.seal)?,
        })
    }

    /// Reads nothing but the reader's own assignments, so that the answer cannot depend on others.
    fn own_cases<S: Default>(
        &self,
        grant: &Grant,
        own: Vec<AssignmentState>,
        mut lists: Lists<S>,
    ) -> Result<Vec<CaseRow<S>>> {
        let mut by_id: BTreeMap<CaseId, CaseRecord> = lists
            .cases
            .into_iter()
            .map(|case| (case.id.clone(), case))
            .collect();
        let held = holds::of_reader(&self.db, self.seal, grant.person())?;
        let mut rows = Vec::with_capacity(own.len());
        for state in own {
            let Some(case) = by_id.remove(&state.case) else {
                continue;
            };
            rows.push(CaseRow {
                state: AssignmentStage::of(&state).word().to_owned(),
                excluded: case.excluded,
                revision: Some(state.rev.unwrap_or(1)),
                mine: true,
                hold: state.held_note(&held),
                readers: Vec::new(),
                group: None,
                meta: undescribed(&case.description)?.0,
                series: lists.series.remove(&case.id).unwrap_or_default(),
                number: case.number,
                id: case.id,
            });
        }
        Ok(rows)
    }

    fn every_case<S: Default>(
        &self,
        grant: &Grant,
        mut lists: Lists<S>,
    ) -> Result<Vec<CaseRow<S>>> {
        let units = Units::read(&self.db, &self.facts)?;
        let names: BTreeMap<PersonId, String> = people::all(&self.db, self.seal)?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect();
        let held = holds::all(&self.db, self.seal)?;
        let mut rows = Vec::with_capacity(lists.cases.len());
        for case in lists.cases {
            let (meta, group) = undescribed(&case.description)?;
            let assigned = units.assignments(&case.id);
            let shows_notes = may_see_texts(grant, assigned);
            let own = assigned
                .iter()
                .find(|state| state.reader == *grant.person());
            let readers: Vec<ReaderProgress> = assigned
                .iter()
                .map(|state| ReaderProgress {
                    person: state.reader.clone(),
                    name: names.get(&state.reader).cloned().unwrap_or_default(),
                    state: AssignmentStage::of(state),
                    revision: state.rev.unwrap_or(1),
                    hold: state.held_note(&held).filter(|_| shows_notes),
                })
                .collect();
            rows.push(CaseRow {
                state: units.state(&case.id).word().to_owned(),
                excluded: case.excluded,
                revision: None,
                mine: own.is_some(),
                hold: own.and_then(|state| state.held_note(&held)),
                readers,
                group,
                meta,
                series: lists.series.remove(&case.id).unwrap_or_default(),
                number: case.number,
                id: case.id,
            });
        }
        Ok(rows)
    }

    /// Takes a case out of the worklist or back in; its images and works stay.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks; [`Error::NoSuchCase`]; [`Error::ReasonRequired`] for
    /// an exclusion without a reason.
    pub fn set_excluded(
        &self,
        session: &Session,
        case: &str,
        excluded: bool,
        reason: &str,
    ) -> Result<()> {
        let grant = self.authorise(session, Act::Exclude)?;
        let case = self.require_case(case)?;
        let reason = reason.trim();
        if excluded && reason.is_empty() {
            return Err(Error::ReasonRequired);
        }
        if case.excluded == excluded {
            return Ok(());
        }
        self.write(grant.person(), |recorder| {
            let mono = recorder.mono();
            let ev = recorder.ev();
            let said = (&case.id, excluded);
            let db = recorder.db();
            let id =
                cases::insert_exclusion(db, self.seal, said, reason, grant.person(), mono, &ev)?;
            recorder.row("exclude", &audit::CASE_EXCLUSION, &id)
        })
    }

    /// The images of a case: files to decode with what the import knew. A reader gets assigned
    /// cases only.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::NoSuchCase`] (lead and admin, who may list all cases);
    /// [`Error::ObjectMissing`].
    pub fn series_files(&self, session: &Session, case: &str) -> Result<Vec<SeriesFiles>> {
        let grant = self.authorise(session, Act::Look)?;
        let case = self.visible_case(&grant, case)?;
        cases::series_of_case(&self.db, self.seal, &case.id)?
            .iter()
            .map(|record| self.files_of(record))
            .collect()
    }

    pub(crate) fn files_of(&self, record: &SeriesRecord) -> Result<SeriesFiles> {
        let description: SeriesDescription = serde_json::from_str(&record.description)?;
        let shas = cases::series_objects(&self.db, &record.id)?;
        let mut files = Vec::with_capacity(shas.len());
        for (index, sha) in shas.iter().enumerate() {
            let name = description.names.get(index).cloned().unwrap_or_default();
            files.push(ObjectFile {
                path: self.object_path(sha, description.places.get(index))?,
                sha256: hex(sha),
                name,
            });
        }
        Ok(SeriesFiles {
            id: record.id.clone(),
            modality: record.modality.clone(),
            grid: grid_of(record)?,
            meta: description.meta,
            files,
        })
    }

    /// The copy if there is one, else the place of the reference.
    pub(crate) fn object_path(&self, sha: &Sha, place: Option<&PathBuf>) -> Result<PathBuf> {
        let path = match place {
            Some(place) if !cases::is_copied(&self.db, sha)? => place.clone(),
            _ => objects::path(&self.folder, sha),
        };
        if path.is_file() {
            Ok(path)
        } else {
            Err(Error::ObjectMissing(hex(sha)))
        }
    }

    /// A case for people who may list all of them.
    pub(crate) fn require_case(&self, text: &str) -> Result<CaseRecord> {
        cases::find(&self.db, self.seal, text)?.ok_or_else(|| Error::NoSuchCase(text.to_owned()))
    }

    /// A case that the person may look at. For a reader a case of others and a case that is not
    /// there are the same refusal.
    pub(crate) fn visible_case(&self, grant: &Grant, text: &str) -> Result<CaseRecord> {
        if grant.has(Role::Lead) || grant.has(Role::Admin) {
            return self.require_case(text);
        }
        let own = assignments::states_of_reader(&self.db, grant.person())?;
        let found = cases::find(&self.db, self.seal, text)?;
        match found.filter(|case| own.iter().any(|state| state.case == case.id)) {
            Some(case) => Ok(case),
            None => Err(self.refuse(grant)),
        }
    }

    /// The person's own assignment of a case, else the constant refusal.
    pub(crate) fn own_assignment(
        &self,
        grant: &Grant,
        text: &str,
    ) -> Result<(CaseRecord, AssignmentState)> {
        let Some(case) = cases::find(&self.db, self.seal, text)? else {
            return Err(self.refuse(grant));
        };
        match assignments::state_of(&self.db, &case.id, grant.person())? {
            Some(state) => Ok((case, state)),
            None => Err(self.refuse(grant)),
        }
    }

    /// A case whose readers have all submitted: the gate before every look at works of others.
    pub(crate) fn complete_case(
        &self,
        grant: &Grant,
        text: &str,
    ) -> Result<(CaseRecord, Vec<AssignmentState>)> {
        let case = self.require_case(text)?;
        let states = assignments::states_of_case(&self.db, &case.id)?;
        if states.is_empty() || !states.iter().all(AssignmentState::is_submitted) {
            return Err(self.refuse(grant));
        }
        Ok((case, states))
    }

    /// Unit state of one case.
    pub(crate) fn unit_state(&self, case: &CaseId) -> Result<UnitState> {
        Ok(Units::read_one(&self.db, &self.facts, case)?.state(case))
    }
}

/// Rows of a comparison that no decision covers yet.
pub(crate) fn undecided(
    id: &ComparisonId,
    to_decide: &str,
    decided: &BTreeSet<(ComparisonId, String)>,
) -> Result<Vec<String>> {
    let rows: Vec<String> = serde_json::from_str(to_decide)?;
    Ok(rows
        .into_iter()
        .filter(|row| !decided.contains(&(id.clone(), row.clone())))
        .collect())
}
