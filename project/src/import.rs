//! Import: files become objects (on any thread), then one transaction registers the case.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use voxel::Grid;

use crate::digest::{FieldHash, Sha};
use crate::error::{Error, Result};
use crate::ids::{CaseId, SeriesId};
use crate::objects;
use crate::project::Project;
use crate::seal::Seal;
use crate::session::{Act, Grant, Session};
use crate::store::assignments;
use crate::store::audit::{self, Recorder};
use crate::store::cases::{self, NewCaseRecord, ObjectRow, SeriesRecord};

/// What identifies the patient at the hospital; sealed, and used only to put the studies of one
/// patient together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientIdentity {
    /// The hospital's id, empty if the files name none.
    pub id: String,
    /// Sex as the files say it.
    pub sex: Option<String>,
}

/// A case to be imported: one study, or one file without a study.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// DICOM Study Instance UID: the same study twice is one case.
    pub study_uid: Option<String>,
    /// The patient.
    pub patient: PatientIdentity,
    /// Whatever lists and screens want to know about the study: a JSON object. Its `study_date`
    /// (`20261005`, as DICOM writes dates) puts the studies of a patient in order.
    pub meta: serde_json::Value,
    /// The number it shall have in the worklist; without one, the next.
    pub number: Option<u32>,
    /// The group of the study design that it belongs to (`control`, `before`): only lead and admin see it, as it
    /// could tell a reader what to find.
    pub group: Option<String>,
    /// Its series.
    pub series: Vec<NewSeries>,
    /// Whether the image files stay where they are instead of being copied.
    pub by_reference: bool,
}

/// A series to be imported.
#[derive(Clone, Debug)]
pub struct NewSeries {
    /// Modality word, for example `CT`.
    pub modality: String,
    /// Grid of its voxels, absent where the images have no geometry.
    pub grid: Option<Grid>,
    /// Whatever reading the images again needs (the scan's entry).
    pub meta: serde_json::Value,
    /// Its files in slice order.
    pub files: Vec<NewFile>,
}

/// Opens the bytes of a file that lies inside another one; may be called more than once and on any thread.
pub type OpenFile = Arc<dyn Fn() -> io::Result<Box<dyn Read>> + Send + Sync>;

/// An image file to be imported.
#[derive(Clone)]
pub struct NewFile {
    /// Its original name.
    pub name: String,
    /// Where it lies.
    pub place: PathBuf,
    /// How to read it where its place is no file of the system (a member of an archive).
    open: Option<OpenFile>,
}

impl NewFile {
    /// A plain file.
    #[must_use]
    pub fn plain(name: impl Into<String>, place: PathBuf) -> Self {
        Self {
            name: name.into(),
            place,
            open: None,
        }
    }

    /// A file inside another one, read through `open`; it is copied even where the others stay in their places.
    #[must_use]
    pub fn inside(name: impl Into<String>, place: PathBuf, open: OpenFile) -> Self {
        Self {
            name: name.into(),
            place,
            open: Some(open),
        }
    }

    fn read(&self) -> io::Result<Box<dyn Read>> {
        match &self.open {
            Some(open) => open(),
            None => Ok(Box::new(File::open(&self.place)?)),
        }
    }
}

impl fmt::Debug for NewFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewFile")
            .field("name", &self.name)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Key of the group in the sealed description of a case, beside what the app gave.
const GROUP: &str = "group of the design";

/// What is sealed in a case's row: what the app gave, and the group.
fn described(case: &NewCase) -> String {
    let mut description = case.meta.clone();
    if let (Some(object), Some(group)) = (description.as_object_mut(), &case.group) {
        object.insert(GROUP.to_owned(), group.clone().into());
    }
    description.to_string()
}

/// What the app gave for a case, and its group.
pub(crate) fn undescribed(description: &str) -> Result<(serde_json::Value, Option<String>)> {
    let mut meta: serde_json::Value = serde_json::from_str(description)?;
    let group = meta
        .as_object_mut()
        .and_then(|object| object.remove(GROUP))
        .and_then(|group| group.as_str().map(str::to_owned));
    Ok((meta, group))
}

/// What the import made of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportedCase {
    /// Id.
    pub id: CaseId,
    /// Number in the worklist.
    pub number: u32,
    /// Whether the case is new.
    pub is_new: bool,
    /// Its series, in the order given.
    pub series: Vec<ImportedSeries>,
}

/// What the import made of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportedSeries {
    /// Id in the project.
    pub id: SeriesId,
    /// Whether the series is new; false if the same files were there already.
    pub is_new: bool,
}

/// Puts image files into the object store; needs no database and may run on any thread.
#[derive(Clone, Debug)]
pub struct Stager {
    folder: PathBuf,
    seal: Seal,
}

/// A case whose files lie in the object store, ready to be registered.
#[derive(Clone, Debug)]
pub struct StagedCase {
    case: NewCase,
    objects: Vec<Vec<ObjectRow>>,
}

/// How far staging has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageProgress {
    /// Files done.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}

/// Sealed beside the series: what the app gave, and where the files came from.
#[derive(Serialize, Deserialize)]
pub(crate) struct SeriesDescription {
    pub(crate) meta: serde_json::Value,
    pub(crate) names: Vec<String>,
    /// Places of files by reference; empty for copies.
    #[serde(default)]
    pub(crate) places: Vec<PathBuf>,
}

impl Stager {
    /// Copies (or, by reference, hashes) the files of a case.
    ///
    /// # Errors
    /// [`Error::EmptyCase`]; errors of the disc. Files already copied stay as objects.
    pub fn stage(
        &self,
        case: NewCase,
        progress: &mut dyn FnMut(StageProgress),
    ) -> Result<StagedCase> {
        let total = case.series.iter().map(|series| series.files.len()).sum();
        if total == 0 || case.series.iter().any(|series| series.files.is_empty()) {
            return Err(Error::EmptyCase);
        }
        let mut done = 0;
        let mut objects = Vec::with_capacity(case.series.len());
        for series in &case.series {
            let mut rows = Vec::with_capacity(series.files.len());
            for file in &series.files {
                rows.push(if case.by_reference && file.open.is_none() {
                    objects::refer_to(&file.place)?
                } else {
                    objects::copy_in(&self.folder, self.seal, file.read())?
                });
                done += 1;
                progress(StageProgress { done, total });
            }
            objects.push(rows);
        }
        Ok(StagedCase { case, objects })
    }
}

/// A series is known by the hashes of its files in their order.
pub(crate) fn content_sha<'a>(objects: impl IntoIterator<Item = &'a Sha>) -> Sha {
    objects
        .into_iter()
        .fold(FieldHash::new("dokuei-series-1"), |hash, sha| {
            hash.field(sha)
        })
        .finish()
}

impl Project {
    /// A stager for this project's object store.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead or admin asks; [`Error::ReadOnly`].
    pub fn stager(&self, session: &Session) -> Result<Stager> {
        self.authorise(session, Act::Import)?;
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        Ok(Stager {
            folder: self.folder.clone(),
            seal: self.seal,
        })
    }

    /// Stages and registers a case in one call.
    ///
    /// # Errors
    /// As [`Stager::stage`] and [`Project::register_case`].
    pub fn import_case(&self, session: &Session, case: NewCase) -> Result<ImportedCase> {
        let staged = self.stager(session)?.stage(case, &mut |_| ())?;
        self.register_case(session, &staged)
    }

    /// Registers a staged case. The same study is one case, the same series is there once.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead or admin asks; [`Error::CaseBegun`] if a new series would
    /// come to a study that a reader has opened; [`Error::NumberTaken`] if a new case shall have the
    /// number of another one.
    pub fn register_case(&self, session: &Session, staged: &StagedCase) -> Result<ImportedCase> {
        let grant = self.authorise(session, Act::Import)?;
        self.write(grant.person(), |recorder| {
            self.register(recorder, &grant, staged)
        })
    }

    fn register(
        &self,
        recorder: &mut Recorder<'_>,
        _grant: &Grant,
        staged: &StagedCase,
    ) -> Result<ImportedCase> {
        let contents: Vec<Sha> = staged
            .objects
            .iter()
            .map(|rows| content_sha(rows.iter().map(|row| &row.sha)))
            .collect();
        let mut known = Vec::with_capacity(contents.len());
        for content in &contents {
            known.push(cases::series_of_content(recorder.db(), content)?);
        }
        let study_sha = staged
            .case
            .study_uid
            .as_deref()
            .map(|uid| self.study_sha(uid));
        let case = self.case_for(recorder, study_sha.as_ref(), &known)?;
        let is_new = case.is_none();
        let case = match case {
            Some(case) => case,
            None => self.insert_case(recorder, staged, study_sha)?,
        };
        let record = cases::case(recorder.db(), self.seal, &case)?
            .ok_or_else(|| Error::Damaged(format!("case {case} is missing")))?;
        let grows = known.iter().any(Option::is_none);
        if !is_new && grows && self.is_begun(recorder, &case)? {
            return Err(Error::CaseBegun(record.number));
        }
        let mut imported = Vec::with_capacity(known.len());
        for (index, content) in contents.into_iter().enumerate() {
            // Two equal series in one call: the second finds the first.
            let there = cases::series_of_content(recorder.db(), &content)?;
            imported.push(match there {
                Some((id, _)) => ImportedSeries { id, is_new: false },
                None => self.insert_series(recorder, &case, staged, (index, content))?,
            });
        }
        Ok(ImportedCase {
            id: case,
            number: record.number,
            is_new,
            series: imported,
        })
    }

    /// The case that the study or its known series belong to.
    fn case_for(
        &self,
        recorder: &Recorder<'_>,
        study_sha: Option<&Sha>,
        known: &[Option<(SeriesId, CaseId)>],
    ) -> Result<Option<CaseId>> {
        if let Some(sha) = study_sha
            && let Some(case) = cases::case_of_study(recorder.db(), sha)?
        {
            return Ok(Some(case));
        }
        let all_known = known.iter().all(Option::is_some);
        let first = known.iter().flatten().next().map(|(_, case)| case.clone());
        Ok(first.filter(|_| all_known || study_sha.is_none()))
    }

    fn is_begun(&self, recorder: &Recorder<'_>, case: &CaseId) -> Result<bool> {
        let states = assignments::states_of_case(recorder.db(), case)?;
        Ok(states.iter().any(|state| state.rev.is_some()))
    }

    /// Study UIDs are long and random enough that a salted hash gives nothing away.
    fn study_sha(&self, uid: &str) -> Sha {
        FieldHash::new("dokuei-study-1")
            .field(self.facts.id.as_bytes())
            .field(uid.trim().as_bytes())
            .finish()
    }

    fn insert_case(
        &self,
        recorder: &mut Recorder<'_>,
        staged: &StagedCase,
        study_sha: Option<Sha>,
    ) -> Result<CaseId> {
        let patient = self.patient_for(recorder, &staged.case.patient)?;
        let db = recorder.db();
        let number = match staged.case.number {
            Some(number) if cases::has_number(db, number)? => {
                return Err(Error::NumberTaken(number));
            }
            Some(number) => number,
            None => cases::next_number(db)?,
        };
        let id = CaseId::fresh();
        let record = NewCaseRecord {
            id: &id,
            number,
            patient: &patient,
            time_point: cases::next_time_point(db, &patient)?,
            study_sha,
            description: &described(&staged.case),
        };
        cases::insert_case(db, self.seal, &record, &recorder.ev())?;
        recorder.row("import", &audit::CASE, id.as_str())?;
        Ok(id)
    }

    /// The pseudonym of a patient: found by the sealed identity, else a new random one.
    fn patient_for(
        &self,
        recorder: &mut Recorder<'_>,
        identity: &PatientIdentity,
    ) -> Result<String> {
        let db = recorder.db();
        if !identity.id.is_empty() {
            for (pseudonym, text) in cases::patients(db, self.seal)? {
                let known: PatientIdentity = serde_json::from_str(&text)?;
                if known.id == identity.id {
                    return Ok(pseudonym);
                }
            }
        }
        let text = serde_json::to_string(identity)?;
        let sex = identity.sex.as_deref();
        let id = cases::insert_patient(db, self.seal, sex, &text, &recorder.ev())?;
        recorder.row("import", &audit::PATIENT, &id)?;
        Ok(id)
    }

    fn insert_series(
        &self,
        recorder: &mut Recorder<'_>,
        case: &CaseId,
        staged: &StagedCase,
        (index, content): (usize, Sha),
    ) -> Result<ImportedSeries> {
        let lost = || Error::Damaged("a staged case without its files".to_owned());
        let series = staged.case.series.get(index).ok_or_else(lost)?;
        let objects = staged.objects.get(index).ok_or_else(lost)?;
        let places = if staged.case.by_reference {
            let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or(path.clone());
            series
                .files
                .iter()
                .map(|file| absolute(&file.place))
                .collect()
        } else {
            Vec::new()
        };
        let description = SeriesDescription {
            meta: series.meta.clone(),
            names: series.files.iter().map(|file| file.name.clone()).collect(),
            places,
        };
        let db = recorder.db();
        let record = SeriesRecord {
            id: SeriesId::fresh(),
            case: case.clone(),
            modality: series.modality.clone(),
            geometry: serde_json::to_string(&series.grid)?,
            description: serde_json::to_string(&description)?,
        };
        let ev = recorder.ev();
        cases::insert_series(db, self.seal, &record, (content, objects.len()), &ev)?;
        for (index, object) in objects.iter().enumerate() {
            cases::insert_object(db, object)?;
            cases::insert_series_object(db, &record.id, index, &object.sha)?;
        }
        recorder.row("import", &audit::SERIES, record.id.as_str())?;
        Ok(ImportedSeries {
            id: record.id,
            is_new: true,
        })
    }
}
