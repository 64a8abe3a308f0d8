//! The sample project: three thorax CTs and an oblique head MR made by formula, as real DICOM files,
//! and two simulated readers who differ the way readers do. No download, no patient.

mod head;
mod nodule;
mod noise;
mod readers;
mod studies;
mod thorax;
mod vessels;
mod words;

use crate::act::import::cases_of;
use crate::language::Language;
use annotation_format::write::image_dicom::{self, SampleSeries};
use anyhow::Context;
use imaging::ScanOptions;
use project::{AssignRequest, HashCost, NewPerson, NewProject, Preset, Project, Role, Session};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use voxel::{Affine, Grid, Rescale, Samples, Volume};
use words::{JAPANESE, SampleWords};

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The project's folder.
    pub project: PathBuf,
    /// Cases in it.
    pub cases: usize,
    /// The folder of the loose head MR, beside the project.
    pub head_mr: PathBuf,
    /// How long it took.
    pub seconds: f64,
}

/// Name of the lead of the sample in Japanese.
pub const LEAD: &str = JAPANESE.lead;
/// Names of its readers.
pub const READERS: [&str; 2] = JAPANESE.readers;
/// As many cases are read already; the last is left for the person who tries.
const READ_CASES: usize = 2;

/// Makes the sample project in a folder that is not there or empty, with the words of a language: people
/// and studies are called by them. `report` hears how far it is.
///
/// # Errors
/// When the folder is taken or cannot be written.
pub fn make(folder: &Path, language: Language, report: &dyn Fn(f32)) -> anyhow::Result<Made> {
    let begun = Instant::now();
    let words = SampleWords::of(language);
    let protocol = crate::act::protocols::by_id("lung-nodule-ct")
        .context("the sample's protocol is missing")?;
    let new = NewProject {
        title: words.title.to_owned(),
        protocol,
        lead: words.lead.to_owned(),
        passphrase: None,
        preset: Preset::Demo,
        hash_cost: HashCost::FLOOR,
    };
    let project = Project::create(folder, &new)?;
    let lead = project.sign_in(words.lead, None)?;
    add_readers(&project, &lead, words)?;
    report(0.02);
    let images = beside(folder, "images");
    let outcome = fill(&project, &lead, words, &images, report);
    // The images were copied into the project; the files beside it are of no further use.
    let _ = std::fs::remove_dir_all(&images);
    let cases = outcome?;
    let head_mr = beside(folder, "head-mr");
    write_head_in(&head_mr, words)?;
    project.close()?;
    report(1.0);
    Ok(Made {
        project: folder.to_path_buf(),
        cases,
        head_mr,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// `sample` and `images` give `sample-images`.
fn beside(folder: &Path, what: &str) -> PathBuf {
    let name = folder.file_name().map_or_else(
        || "sample".into(),
        |name| name.to_string_lossy().into_owned(),
    );
    folder.with_file_name(format!("{name}-{what}"))
}

fn add_readers(project: &Project, lead: &Session, words: &SampleWords) -> anyhow::Result<()> {
    for name in words.readers {
        let new = NewPerson {
            name: name.to_owned(),
            roles: [Role::Reader].into(),
            qualification: Some(words.qualification.to_owned()),
            ..NewPerson::default()
        };
        project.add_person(lead, &new)?;
    }
    Ok(())
}

fn fill(
    project: &Project,
    lead: &Session,
    words: &SampleWords,
    images: &Path,
    report: &dyn Fn(f32),
) -> anyhow::Result<usize> {
    let studies = studies::all(words);
    let share = 0.8 / studies.len() as f32;
    let mut cases = Vec::new();
    for (index, study) in studies.iter().enumerate() {
        let folder = images.join(format!("case-{}", index + 1));
        write_thorax(&folder, study)?;
        cases.push(import(project, lead, &folder)?);
        report(0.02 + share * (index as f32 + 1.0));
    }
    let request = AssignRequest {
        readers: words
            .readers
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        per_case: None,
        cases: None,
        seed: Some(1),
    };
    project.assign(lead, &request)?;
    for (case, study) in cases.iter().zip(&studies).take(READ_CASES) {
        for (reader, hand) in words.readers.iter().zip(readers::HANDS) {
            let session = project.sign_in(reader, None)?;
            readers::read(project, &session, case, study, hand)?;
        }
    }
    report(0.95);
    Ok(cases.len())
}

/// The slice of the last study that shows its nodule, as it is read: for the start screen.
///
/// # Errors
/// When the slice cannot be drawn, which a test shows not to happen.
pub fn picture(side_px: usize) -> anyhow::Result<render::Picture> {
    const SLICE: usize = 62;
    let studies = studies::all(&JAPANESE);
    let study = studies.last().context("the sample has no study")?;
    let slice = volume_of(
        thorax_grid(1)?,
        study.thorax.one_slice(SLICE),
        Some(PADDING),
    )?;
    let lung = render::WindowLevel::linear(-600.0, 1500.0);
    Ok(render::thumbnail(&slice, &lung, [side_px; 2])?)
}

/// What a scanner stores outside the circle of reconstruction.
const PADDING: (f64, f64) = (-2000.0, -2000.0);

fn volume_of(grid: Grid, voxels: Vec<i16>, padding: Option<(f64, f64)>) -> anyhow::Result<Volume> {
    let rescale = Rescale {
        slope: 1.0,
        intercept: 0.0,
    };
    let samples = Samples::I16(std::sync::Arc::new(voxels));
    Ok(Volume::new(grid, samples, vec![rescale], padding)?)
}

/// Writes a thorax study as DICOM files.
///
/// # Errors
/// When the folder cannot be written.
fn write_thorax(folder: &Path, study: &studies::Study) -> anyhow::Result<()> {
    let grid = thorax_grid(thorax::SLICES)?;
    let volume = volume_of(grid, study.thorax.voxels(), Some(PADDING))?;
    write(folder, &study.series, &volume)
}

/// The grid of the sample's CTs.
fn thorax_grid(slices: usize) -> anyhow::Result<Grid> {
    let pixel = f64::from(thorax::FIELD_MM) / thorax::SIZE as f64;
    let [x, y, z] = thorax::Thorax::place_mm(0, 0, 0).map(f64::from);
    let rows = [
        [pixel, 0.0, 0.0, x],
        [0.0, pixel, 0.0, y],
        [0.0, 0.0, f64::from(thorax::STEP_MM), z],
    ];
    Ok(Grid::new(
        [thorax::SIZE, thorax::SIZE, slices],
        Affine { rows },
    )?)
}

/// Writes the oblique head MR as loose DICOM files.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_head(folder: &Path) -> anyhow::Result<()> {
    write_head_in(folder, &JAPANESE)
}

fn write_head_in(folder: &Path, words: &SampleWords) -> anyhow::Result<()> {
    let grid = head::grid()?;
    let voxels = head::voxels(&grid, 41);
    let volume = volume_of(grid, voxels, None)?;
    write(folder, &studies::head(words), &volume)
}

fn write(folder: &Path, series: &SampleSeries, volume: &Volume) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    image_dicom::write_series(folder, series, volume)?;
    Ok(())
}

/// Imports one study; returns the id of its case.
fn import(project: &Project, lead: &Session, folder: &Path) -> anyhow::Result<String> {
    let found = imaging::scan(
        &[folder.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &AtomicBool::new(false),
    );
    let case = cases_of(&found.series, false)
        .into_iter()
        .next()
        .context("the sample's images cannot be read back")?;
    Ok(project.import_case(lead, case)?.id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_of_the_sample_shows_air_and_soft_tissue() {
        let picture = picture(96).expect("a slice is drawn");
        let greys: Vec<u8> = picture.pixels().iter().map(|pixel| pixel[0]).collect();
        let share = |is: fn(u8) -> bool| greys.iter().filter(|grey| is(**grey)).count() * 10;
        assert!(share(|grey| grey < 120) > greys.len());
        assert!(share(|grey| grey > 200) > greys.len());
    }

    #[test]
    fn the_sample_has_three_cases_of_which_two_are_read_by_both() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made =
            make(&folder.path().join("sample"), Language::Ja, &|_| {}).expect("the sample is made");
        assert_eq!(made.cases, 3);
        let project = Project::open(&made.project, project::Access::ReadOnly).expect("it opens");
        let lead = project
            .sign_in(LEAD, None)
            .expect("the lead signs in without a passphrase");
        let mut states: Vec<String> = project
            .cases(&lead)
            .expect("cases")
            .into_iter()
            .map(|case| case.state)
            .collect();
        states.sort();
        assert_eq!(states, ["open", "ready", "ready"]);
        assert!(made.head_mr.is_dir());
    }
    #[test]
    fn the_sample_in_english_has_no_japanese_word_in_what_a_reader_sees() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made =
            make(&folder.path().join("sample"), Language::En, &|_| {}).expect("the sample is made");
        let project = Project::open(&made.project, project::Access::ReadOnly).expect("it opens");
        let reader = project.sign_in("Reader 01", None).expect("a reader");
        let cases = project.cases(&reader).expect("cases");
        let seen = cases.iter().flat_map(|case| {
            let series = case
                .series
                .iter()
                .map(|series| series.meta["description"].to_string());
            series.chain([case.meta.to_string()])
        });
        let people = project.people().expect("people");
        let people = people.into_iter().map(|person| format!("{person:?}"));
        let title = [project.title().to_owned()];
        for text in seen.chain(people).chain(title) {
            assert!(text.is_ascii(), "{text}");
        }
    }
}
