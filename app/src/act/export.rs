//! Export: submitted readings and the consensus as files that others read.
//!
//! Two steps: [`gather`] asks the project (its thread, its rules of people), [`write`] turns what it
//! gave into files, without the project, so that the window goes on meanwhile.

use super::series::entry_of;
use annotation_format::measure::computed;
use annotation_format::write::export_folder::ExportFolder;
use annotation_format::write::from_document::{
    Tables, Work, WorkSeries, export_json, export_nifti, export_seg,
};
use annotation_format::write::json::WorkFacts;
use annotation_format::write::manifest::{ExportHead, Loss, Losses};
use annotation_format::write::source::{
    LossyCompression, PlaneGeometry, SourcePatient, SourcePlane, SourceSeries, SourceStudy,
};
use annotation_format::{Document, Finding, FindingId, Value};
use anyhow::Context;
use imaging::SeriesEntry;
use project::{Project, Session};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use voxel::Phrase;

/// Formats of this version.
pub const FORMATS: [&str; 4] = ["seg", "nifti", "csv", "json"];

/// Whose work is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Every reader's, and the consensus where every difference is decided.
    All,
    /// The consensus alone.
    Consensus,
    /// One reader's, by name or id.
    Reader(String),
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Target folder.
    pub folder: PathBuf,
    /// Formats, of [`FORMATS`].
    pub formats: Vec<String>,
    /// Whose work.
    pub what: What,
}

/// One document to be written.
struct Item {
    case: String,
    number: u32,
    reader: String,
    round: u32,
    status: &'static str,
    document: Document,
}

/// What the project gave.
pub struct Gathered {
    project: String,
    head: ExportHead,
    items: Vec<Item>,
    series: BTreeMap<String, Vec<project::SeriesFiles>>,
    undecided: Vec<Loss>,
    created_at: jiff::Timestamp,
}

/// A file that was written.
#[derive(Clone, Debug)]
pub struct ExportedFile {
    /// Path within the folder.
    pub path: String,
    /// Format.
    pub format: String,
    /// Case it belongs to; `None` for tables over all cases.
    pub case: Option<String>,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// The files.
    pub files: Vec<ExportedFile>,
    /// What the formats could not hold.
    pub losses: Vec<Loss>,
}

/// Asks the project for what is to be exported. Readers bear pseudonyms: the letters that the
/// comparison drew for them, case by case.
///
/// # Errors
/// As the project refuses; a format that this version does not write.
pub fn gather(
    project: &Project,
    session: &Session,
    request: &ExportRequest,
) -> anyhow::Result<Gathered> {
    let reader = match &request.what {
        What::Reader(name) => Some(name.as_str()),
        What::All | What::Consensus => None,
    };
    let works = project.submitted_works(session, reader)?;
    if let Some(unknown) = request
        .formats
        .iter()
        .find(|format| !FORMATS.contains(&format.as_str()))
    {
        anyhow::bail!("{unknown} is no export format of this version");
    }
    let mut gathered = Gathered {
        project: project.id().to_owned(),
        head: head_of(project)?,
        items: Vec::new(),
        series: BTreeMap::new(),
        undecided: Vec::new(),
        created_at: jiff::Timestamp::now(),
    };
    for work in works {
        let case = work.case.to_string();
        if !gathered.series.contains_key(&case) {
            gathered
                .series
                .insert(case.clone(), project.series_files(session, &case)?);
            if reader.is_none() {
                gathered.add_consensus(project, session, &case, work.number)?;
            }
        }
        if request.what != What::Consensus {
            gathered.items.push(Item {
                case,
                number: work.number,
                reader: format!("r{}", letter_number(&work.letter)),
                round: u32::try_from(work.revision).unwrap_or(1),
                status: "submitted",
                document: work.document,
            });
        }
    }
    gathered
        .items
        .sort_by(|a, b| (a.number, &a.reader).cmp(&(b.number, &b.reader)));
    Ok(gathered)
}

fn head_of(project: &Project) -> anyhow::Result<ExportHead> {
    let protocol = project.protocol()?;
    Ok(ExportHead {
        project: project.id().to_owned(),
        protocol: protocol.id.clone(),
        protocol_version: protocol.version.clone(),
        protocol_sha256: protocol.sha256.clone(),
        ontology_version: String::new(),
        release: None,
        created_at: jiff::Timestamp::now().to_string(),
    })
}

/// `a` is 1, `b` is 2.
fn letter_number(letter: &str) -> u32 {
    letter
        .bytes()
        .next()
        .map_or(0, |sign| u32::from(sign.saturating_sub(b'a')) + 1)
}

impl Gathered {
    fn add_consensus(
        &mut self,
        project: &Project,
        session: &Session,
        case: &str,
        number: u32,
    ) -> anyhow::Result<()> {
        match project.consensus(session, case) {
            Ok(consensus) => self.items.push(Item {
                case: case.to_owned(),
                number,
                reader: "consensus".to_owned(),
                round: 1,
                status: "consensus",
                document: consensus.document,
            }),
            Err(project::Error::Undecided(rows)) => self.undecided.push(Loss {
                format: "consensus".to_owned(),
                case: Some(case.to_owned()),
                reader: Some("consensus".to_owned()),
                code: "undecided".to_owned(),
                count: Some(rows.len() as u64),
                message: format!(
                    "case {number} has no consensus yet: {} differences wait for a decision",
                    rows.len()
                ),
                ..Loss::default()
            }),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// Writes the files. The folder appears whole or not at all.
///
/// # Errors
/// When images cannot be read or files cannot be written; then nothing is left behind.
pub fn write(gathered: &Gathered, request: &ExportRequest) -> anyhow::Result<Exported> {
    let mut folder = ExportFolder::begin(&request.folder, gathered.head.clone())?;
    folder.lose_all(gathered.undecided.iter().cloned());
    let mut tables = Tables::new();
    for (case, files) in &gathered.series {
        let items: Vec<&Item> = gathered
            .items
            .iter()
            .filter(|item| item.case == *case)
            .collect();
        let series = work_series(files, &items)?;
        for item in items {
            let work = work_of(gathered, item, &series);
            for format in &request.formats {
                match format.as_str() {
                    "seg" => export_seg(&mut folder, &work)?,
                    "nifti" => export_nifti(&mut folder, &work)?,
                    "json" => export_json(&mut folder, &work, Vec::new())?,
                    _ => tables.add(&work),
                }
            }
        }
    }
    if request.formats.iter().any(|format| format == "csv") {
        tables.export(&mut folder)?;
    }
    let manifest = folder.finish()?;
    let losses = read_losses(&request.folder);
    let files = manifest
        .files
        .into_iter()
        .map(|file| ExportedFile {
            path: file.path,
            format: file.subject.format,
            case: file.subject.case,
            sha256: file.sha256,
        })
        .collect();
    Ok(Exported { files, losses })
}

/// The losses that the folder tells, those of earlier exports into it included.
fn read_losses(folder: &std::path::Path) -> Vec<Loss> {
    std::fs::read(folder.join("losses.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Losses>(&bytes).ok())
        .map_or_else(Vec::new, |told| told.losses)
}

fn work_of<'a>(gathered: &Gathered, item: &'a Item, series: &'a [WorkSeries]) -> Work<'a> {
    let zoned = gathered.created_at.to_zoned(jiff::tz::TimeZone::system());
    Work {
        document: &item.document,
        series,
        facts: WorkFacts {
            project: gathered.project.clone(),
            case: item.case.clone(),
            reader: item.reader.clone(),
            round: item.round,
            status: item.status.to_owned(),
            created_at: gathered.created_at.to_string(),
        },
        case_number: item.number,
        lang: "ja",
        computed: computed_values(&item.document, series),
        date: zoned.strftime("%Y%m%d").to_string(),
        time: zoned.strftime("%H%M%S").to_string(),
    }
}

/// Computed attributes of each finding, as one text for the tables.
fn computed_values(document: &Document, series: &[WorkSeries]) -> BTreeMap<FindingId, String> {
    let of_finding = |finding: &Finding| {
        let series = series.iter().find(|series| series.id == finding.series)?;
        let texts: Vec<String> = document
            .attributes_shown(finding)
            .into_iter()
            .filter(|attribute| attribute.computed.is_some())
            .filter_map(|attribute| {
                match computed(
                    attribute,
                    finding,
                    &series.source.grid,
                    series.volume.as_ref(),
                )? {
                    Value::Decimal(number) => Some(format!("{}={number}", attribute.id)),
                    Value::Integer(number) => Some(format!("{}={number}", attribute.id)),
                    _ => None,
                }
            })
            .collect();
        (!texts.is_empty()).then(|| (finding.id.clone(), texts.join("; ")))
    };
    document.findings().filter_map(of_finding).collect()
}

/// The series of a case as the writers want them; pixels are read only where a mean is computed.
fn work_series(files: &[project::SeriesFiles], items: &[&Item]) -> anyhow::Result<Vec<WorkSeries>> {
    let wants_values = items.iter().any(|item| {
        item.document
            .protocol()
            .attributes
            .iter()
            .any(|attribute| attribute.computed == Some(annotation_format::Computed::Mean))
    });
    files
        .iter()
        .map(|files| {
            let entry = entry_of(files)?;
            let volume = if wants_values {
                Some(
                    imaging::load(&entry, &|_| {}, &AtomicBool::new(false))
                        .context("the case's images cannot be read")?
                        .volume,
                )
            } else {
                None
            };
            Ok(WorkSeries {
                id: files.id.to_string(),
                source: source_of(&entry)?,
                volume,
            })
        })
        .collect()
}

/// What a derived object must say about a series.
///
/// # Errors
/// When the series has no geometry at all, or its files can no longer be read.
pub fn source_of(entry: &SeriesEntry) -> anyhow::Result<SourceSeries> {
    let grid = entry.grid.clone().ok_or_else(|| {
        Phrase::new(
            "export-no-place",
            "the series has no grid and cannot be exported",
        )
    })?;
    let facts = imaging::source_facts(entry).context("the case's images cannot be read")?;
    let mut source = SourceSeries::new(
        entry.series_uid.as_deref().unwrap_or_default(),
        entry.study_uid.as_deref().unwrap_or_default(),
        grid,
        source_planes(entry, &facts),
    );
    source.patient = SourcePatient {
        name: facts.patient_name,
        id: entry.patient.id.clone(),
        id_issuer: facts.patient_id_issuer,
        birth_date: entry.patient.birth_date.clone(),
        sex: entry.patient.sex.clone(),
        age: entry.patient.age.clone(),
    };
    source.study = SourceStudy {
        uid: entry.study_uid.clone().unwrap_or_default(),
        id: facts.study_id,
        date: entry.study_date.clone(),
        time: facts.study_time,
        accession_number: facts.accession_number,
        description: entry.study_description.clone(),
        referring_physician: facts.referring_physician,
    };
    source.modality.clone_from(&entry.modality);
    source.description.clone_from(&entry.description);
    source.body_part.clone_from(&entry.body_part);
    source
        .frame_of_reference_uid
        .clone_from(&entry.frame_of_reference_uid);
    source.position_reference_indicator = facts.position_reference_indicator;
    source.patient_orientation = facts.patient_orientation;
    source.slice_thickness_mm = facts.slice_thickness_mm;
    source.lossy = facts
        .lossy
        .map(|(ratios, methods)| LossyCompression { ratios, methods });
    source.in_patient_space = entry.affine_reason != Some(imaging::AffineReason::NoGeometry);
    Ok(source)
}

fn source_planes(entry: &SeriesEntry, facts: &imaging::SourceFacts) -> Vec<SourcePlane> {
    let geometry_of = |place: &imaging::PlaneFacts| PlaneGeometry {
        position: place.position,
        orientation: place.orientation,
        pixel_spacing: place.pixel_spacing,
    };
    entry
        .sop_instance_uids
        .iter()
        .enumerate()
        .map(|(index, uid)| {
            let of_file = entry.planes.get(index);
            // Only a plane of a multi-frame file is named by its frame, from 1.
            let is_multi = of_file.is_some_and(|plane| {
                entry
                    .planes
                    .iter()
                    .filter(|other| other.file == plane.file)
                    .count()
                    > 1
            });
            SourcePlane {
                sop_class_uid: entry.sop_class_uid.clone().unwrap_or_default(),
                sop_instance_uid: uid.clone(),
                frame: of_file.filter(|_| is_multi).map(|plane| plane.frame + 1),
                geometry: facts
                    .planes
                    .get(index)
                    .and_then(Option::as_ref)
                    .map(geometry_of),
            }
        })
        .collect()
}
