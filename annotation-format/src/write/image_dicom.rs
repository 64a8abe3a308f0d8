//! Sample images as DICOM files: CT and MR, one file per plane, as a Japanese hospital's scanner writes them.
//!
//! Explicit VR little endian, 16 bit signed, rescale, window, position and orientation; names in three component
//! groups under `\ISO 2022 IR 87` (PS3.5 annex H.3.2). UIDs follow from a seed, so the sample is the same every time.

use std::fs;
use std::path::{Path, PathBuf};

use dicom_core::{Tag, VR};
use dicom_dictionary_std::{tags, uids};
use voxel::{Samples, Volume};

use super::dicom_text::clean;
use super::elements::{
    Item, put_bytes, put_decimals, put_empty, put_integer, put_shorts, put_text, put_text_if,
    put_texts,
};
use super::seg::with_meta;
use super::source::geometry_of_grid;
use super::{Error, uid};

/// Kind of the sample's images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleModality {
    /// CT Image Storage, values in HU.
    Ct,
    /// MR Image Storage.
    Mr,
}

/// The sample's patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SamplePatient {
    /// Patient ID.
    pub id: String,
    /// Name in Latin letters, `Yamada^Taro`.
    pub name_alphabetic: String,
    /// Name in kanji, `山田^太郎`.
    pub name_ideographic: String,
    /// Name in kana, `やまだ^たろう`.
    pub name_phonetic: String,
    /// Birth date, `YYYYMMDD`.
    pub birth_date: String,
    /// `M`, `F` or `O`.
    pub sex: String,
    /// Age, `064Y`.
    pub age: String,
}

/// What the sample's files say beside the voxels.
#[derive(Clone, Debug)]
pub struct SampleSeries {
    /// All UIDs follow from it; two studies need two seeds.
    pub seed: String,
    /// Kind of the images.
    pub modality: SampleModality,
    /// Patient.
    pub patient: SamplePatient,
    /// Study date, `YYYYMMDD`.
    pub study_date: String,
    /// Study time, `HHMMSS`.
    pub study_time: String,
    /// Study ID and accession number.
    pub study_id: String,
    /// Study description, may be Japanese.
    pub study_description: String,
    /// Series number; series of one study differ in it.
    pub series_number: u32,
    /// Series description, may be Japanese.
    pub series_description: String,
    /// Body Part Examined.
    pub body_part: String,
    /// Window centre and width.
    pub window: Option<(f64, f64)>,
}

/// The files of a written series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFiles {
    /// Study Instance UID.
    pub study_uid: String,
    /// Series Instance UID.
    pub series_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: String,
    /// The files, in the order of the grid's planes.
    pub files: Vec<PathBuf>,
    /// SOP Instance UIDs, in the same order.
    pub sop_instance_uids: Vec<String>,
}

/// Writes a volume of 16-bit signed samples as one DICOM file per plane into a folder, which is made.
///
/// # Errors
/// [`Error::SampleType`] for other samples, [`Error::Format`] for a name that JIS X 0208 cannot write, [`Error::Io`].
pub fn write_series(
    folder: &Path,
    series: &SampleSeries,
    volume: &Volume,
) -> Result<SampleFiles, Error> {
    let Samples::I16(samples) = volume.samples() else {
        return Err(Error::SampleType);
    };
    fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let [columns, rows, planes] = volume.grid().size();
    let common = common(series, volume)?;
    let stem = format!("{}/series {}", series.seed, series.series_number);
    let mut written = SampleFiles {
        study_uid: uid::of_seed(&format!("{}/study", series.seed)),
        series_uid: uid::of_seed(&stem),
        frame_of_reference_uid: uid::of_seed(&format!("{}/frame of reference", series.seed)),
        files: Vec::with_capacity(planes),
        sop_instance_uids: Vec::with_capacity(planes),
    };
    for (k, plane) in samples.chunks_exact(columns * rows).enumerate() {
        let instance = uid::of_seed(&format!("{stem}/image {}", k + 1));
        let mut data = common.clone();
        put_text(&mut data, tags::SOP_INSTANCE_UID, VR::UI, instance.as_str());
        put_integer(&mut data, tags::INSTANCE_NUMBER, k as u64 + 1);
        put_place(&mut data, series.modality, volume, k);
        let bytes = plane
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        put_bytes(&mut data, tags::PIXEL_DATA, VR::OW, bytes);
        let path = folder.join(format!("image-{:04}.dcm", k + 1));
        write_file(&path, data, series.modality)?;
        written.files.push(path);
        written.sop_instance_uids.push(instance);
    }
    Ok(written)
}

/// Sample files need no crash safety of their own: whoever makes the sample begins anew.
fn write_file(path: &Path, data: Item, modality: SampleModality) -> Result<(), Error> {
    with_meta(data, sop_class(modality))?
        .write_to_file(path)
        .map_err(Error::dicom)
}

fn sop_class(modality: SampleModality) -> &'static str {
    match modality {
        SampleModality::Ct => uids::CT_IMAGE_STORAGE,
        SampleModality::Mr => uids::MR_IMAGE_STORAGE,
    }
}

/// Everything that all images of the series have in common.
fn common(series: &SampleSeries, volume: &Volume) -> Result<Item, Error> {
    let mut data = Item::new_empty();
    put_raw(
        &mut data,
        tags::SPECIFIC_CHARACTER_SET,
        VR::CS,
        b"\\ISO 2022 IR 87".to_vec(),
    );
    put_text(
        &mut data,
        tags::SOP_CLASS_UID,
        VR::UI,
        sop_class(series.modality),
    );
    put_patient_and_study(&mut data, series)?;
    put_series(&mut data, series)?;
    put_image(&mut data, series, volume);
    match series.modality {
        SampleModality::Ct => put_ct(&mut data),
        SampleModality::Mr => put_mr(&mut data),
    }
    Ok(data)
}

fn put_patient_and_study(data: &mut Item, series: &SampleSeries) -> Result<(), Error> {
    let patient = &series.patient;
    let name = [
        &patient.name_alphabetic,
        &patient.name_ideographic,
        &patient.name_phonetic,
    ];
    put_raw(
        data,
        tags::PATIENT_NAME,
        VR::PN,
        japanese_name(name.map(String::as_str))?,
    );
    put_text(data, tags::PATIENT_ID, VR::LO, patient.id.as_str());
    put_text(
        data,
        tags::PATIENT_BIRTH_DATE,
        VR::DA,
        patient.birth_date.as_str(),
    );
    put_text(data, tags::PATIENT_SEX, VR::CS, patient.sex.as_str());
    put_text_if(data, tags::PATIENT_AGE, VR::AS, &patient.age);
    put_text(
        data,
        tags::STUDY_INSTANCE_UID,
        VR::UI,
        uid::of_seed(&format!("{}/study", series.seed)),
    );
    put_text(data, tags::STUDY_ID, VR::SH, clean(&series.study_id, 16));
    put_text(
        data,
        tags::ACCESSION_NUMBER,
        VR::SH,
        clean(&series.study_id, 16),
    );
    put_raw(
        data,
        tags::STUDY_DESCRIPTION,
        VR::LO,
        japanese(&clean(&series.study_description, 64))?,
    );
    put_empty(data, tags::REFERRING_PHYSICIAN_NAME, VR::PN);
    for (tag, vr, value) in [
        (tags::STUDY_DATE, VR::DA, &series.study_date),
        (tags::SERIES_DATE, VR::DA, &series.study_date),
        (tags::ACQUISITION_DATE, VR::DA, &series.study_date),
        (tags::CONTENT_DATE, VR::DA, &series.study_date),
        (tags::STUDY_TIME, VR::TM, &series.study_time),
        (tags::SERIES_TIME, VR::TM, &series.study_time),
        (tags::ACQUISITION_TIME, VR::TM, &series.study_time),
        (tags::CONTENT_TIME, VR::TM, &series.study_time),
    ] {
        put_text(data, tag, vr, value.as_str());
    }
    Ok(())
}

fn put_series(data: &mut Item, series: &SampleSeries) -> Result<(), Error> {
    let modality = match series.modality {
        SampleModality::Ct => "CT",
        SampleModality::Mr => "MR",
    };
    put_text(data, tags::MODALITY, VR::CS, modality);
    let stem = format!("{}/series {}", series.seed, series.series_number);
    put_text(data, tags::SERIES_INSTANCE_UID, VR::UI, uid::of_seed(&stem));
    put_integer(data, tags::SERIES_NUMBER, u64::from(series.series_number));
    put_raw(
        data,
        tags::SERIES_DESCRIPTION,
        VR::LO,
        japanese(&clean(&series.series_description, 64))?,
    );
    put_text_if(data, tags::BODY_PART_EXAMINED, VR::CS, &series.body_part);
    put_text(data, tags::PATIENT_POSITION, VR::CS, "HFS");
    put_text(
        data,
        tags::FRAME_OF_REFERENCE_UID,
        VR::UI,
        uid::of_seed(&format!("{}/frame of reference", series.seed)),
    );
    put_empty(data, tags::POSITION_REFERENCE_INDICATOR, VR::LO);
    put_text(data, tags::MANUFACTURER, VR::LO, "Dokuei");
    put_text(data, tags::MANUFACTURER_MODEL_NAME, VR::LO, "Dokuei sample");
    put_text(
        data,
        tags::SOFTWARE_VERSIONS,
        VR::LO,
        env!("CARGO_PKG_VERSION"),
    );
    Ok(())
}

fn put_image(data: &mut Item, series: &SampleSeries, volume: &Volume) {
    put_integer(data, tags::ACQUISITION_NUMBER, 1);
    put_text(data, tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
    put_shorts(data, tags::SAMPLES_PER_PIXEL, &[1]);
    put_text(
        data,
        tags::PHOTOMETRIC_INTERPRETATION,
        VR::CS,
        "MONOCHROME2",
    );
    let [columns, rows, _] = volume.grid().size();
    put_shorts(data, tags::ROWS, &[rows as u16]);
    put_shorts(data, tags::COLUMNS, &[columns as u16]);
    put_shorts(data, tags::BITS_ALLOCATED, &[16]);
    put_shorts(data, tags::BITS_STORED, &[16]);
    put_shorts(data, tags::HIGH_BIT, &[15]);
    put_shorts(data, tags::PIXEL_REPRESENTATION, &[1]);
    put_decimals(
        data,
        tags::SLICE_THICKNESS,
        &[volume.grid().spacing_mm()[2]],
    );
    if let Some((center, width)) = series.window {
        put_decimals(data, tags::WINDOW_CENTER, &[center]);
        put_decimals(data, tags::WINDOW_WIDTH, &[width]);
    }
}

fn put_ct(data: &mut Item) {
    put_texts(
        data,
        tags::IMAGE_TYPE,
        VR::CS,
        &["ORIGINAL", "PRIMARY", "AXIAL"],
    );
    put_text(data, tags::RESCALE_TYPE, VR::LO, "HU");
    put_decimals(data, tags::KVP, &[120.0]);
}

fn put_mr(data: &mut Item) {
    put_texts(
        data,
        tags::IMAGE_TYPE,
        VR::CS,
        &["ORIGINAL", "PRIMARY", "OTHER"],
    );
    put_text(data, tags::SCANNING_SEQUENCE, VR::CS, "SE");
    put_text(data, tags::SEQUENCE_VARIANT, VR::CS, "NONE");
    put_empty(data, tags::SCAN_OPTIONS, VR::CS);
    put_text(data, tags::MR_ACQUISITION_TYPE, VR::CS, "2D");
    put_decimals(data, tags::REPETITION_TIME, &[500.0]);
    put_decimals(data, tags::ECHO_TIME, &[10.0]);
    put_integer(data, tags::ECHO_TRAIN_LENGTH, 1);
}

/// Position and rescale of one plane.
fn put_place(data: &mut Item, modality: SampleModality, volume: &Volume, k: usize) {
    let place = geometry_of_grid(volume.grid(), k);
    put_decimals(data, tags::IMAGE_POSITION_PATIENT, &place.position);
    put_decimals(data, tags::IMAGE_ORIENTATION_PATIENT, &place.orientation);
    put_decimals(data, tags::PIXEL_SPACING, &place.pixel_spacing);
    let normal = volume.grid().normal().0;
    let location: f64 = (0..3).map(|axis| normal[axis] * place.position[axis]).sum();
    put_decimals(data, tags::SLICE_LOCATION, &[location]);
    let rescale = volume.rescale_of_plane(k);
    let says_nothing = rescale.slope == 1.0 && rescale.intercept == 0.0;
    // MR Image Storage has no rescale of its own: written only where it changes values.
    if modality == SampleModality::Ct || !says_nothing {
        put_decimals(data, tags::RESCALE_INTERCEPT, &[rescale.intercept]);
        put_decimals(data, tags::RESCALE_SLOPE, &[rescale.slope]);
    }
}

/// Puts bytes that are already in the data set's character set, padded with a space.
fn put_raw(data: &mut Item, tag: Tag, vr: VR, mut bytes: Vec<u8>) {
    if bytes.len() % 2 == 1 {
        bytes.push(b' ');
    }
    put_bytes(data, tag, vr, bytes);
}

/// A name's component groups; the escape state returns to ASCII before every `^` and `=`.
fn japanese_name(groups: [&str; 3]) -> Result<Vec<u8>, Error> {
    let mut groups_in_bytes = Vec::new();
    for group in groups {
        let parts: Result<Vec<Vec<u8>>, Error> = group.split('^').map(japanese).collect();
        groups_in_bytes.push(parts?.join(&b'^'));
    }
    while groups_in_bytes.last().is_some_and(Vec::is_empty) {
        groups_in_bytes.pop();
    }
    Ok(groups_in_bytes.join(&b'='))
}

/// A text in ISO 2022 with JIS X 0208 in G0 (ISO-IR 87); it begins and ends in ASCII.
fn japanese(text: &str) -> Result<Vec<u8>, Error> {
    let (bytes, _, has_unwritable) = encoding_rs::ISO_2022_JP.encode(text);
    if has_unwritable {
        return Err(Error::Format(format!(
            "ISO 2022 IR 87 cannot write {text:?}"
        )));
    }
    Ok(bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dicom_object::open_file;
    use std::sync::Arc;
    use voxel::{Affine, Grid, Rescale};

    fn sample() -> SampleSeries {
        SampleSeries {
            seed: "sample 1".into(),
            modality: SampleModality::Ct,
            patient: SamplePatient {
                id: "0001".into(),
                name_alphabetic: "Yamada^Taro".into(),
                name_ideographic: "山田^太郎".into(),
                name_phonetic: "やまだ^たろう".into(),
                birth_date: "19600401".into(),
                sex: "M".into(),
                age: "064Y".into(),
            },
            study_date: "20240501".into(),
            study_time: "093000".into(),
            study_id: "1".into(),
            study_description: "胸部 CT".into(),
            series_number: 2,
            series_description: "肺野 1 mm".into(),
            body_part: "CHEST".into(),
            window: Some((-600.0, 1500.0)),
        }
    }

    fn volume() -> Volume {
        let rows = [
            [0.7, 0.0, 0.0, -120.3],
            [0.0, 0.6, 0.0, -99.9],
            [0.0, 0.0, 1.25, 10.1],
        ];
        let grid = Grid::new([5, 3, 2], Affine { rows }).unwrap();
        let samples = Samples::I16(Arc::new((0..30).map(|n| n * 100 - 1024).collect()));
        Volume::new(
            grid,
            samples,
            vec![Rescale {
                slope: 1.0,
                intercept: -24.0,
            }],
            None,
        )
        .unwrap()
    }

    #[test]
    fn the_name_is_written_as_the_standards_example() {
        // PS3.5 H.3.2, example 2.
        let bytes = japanese_name(["Yamada^Tarou", "山田^太郎", "やまだ^たろう"]).unwrap();
        let expected: &[u8] =
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B";
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_name_without_japanese_has_one_group() {
        assert_eq!(
            japanese_name(["Smith^John", "", ""]).unwrap(),
            b"Smith^John"
        );
        assert!(japanese_name(["Smith", "😀", ""]).is_err());
    }

    #[test]
    fn the_files_hold_position_values_and_texts() {
        let folder = tempfile::tempdir().unwrap();
        let written = write_series(folder.path(), &sample(), &volume()).unwrap();
        assert_eq!(written.files.len(), 2);
        let file = open_file(&written.files[1]).unwrap();
        assert_eq!(
            file.meta()
                .media_storage_sop_instance_uid()
                .trim_end_matches('\0'),
            written.sop_instance_uids[1]
        );
        let numbers = |tag| file.element(tag).unwrap().to_multi_float64().unwrap();
        assert_eq!(
            numbers(tags::IMAGE_POSITION_PATIENT),
            [-120.3, -99.9, 11.35]
        );
        assert_eq!(numbers(tags::PIXEL_SPACING), [0.6, 0.7]);
        let bytes = file.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap();
        let first = i16::from_le_bytes([bytes[0], bytes[1]]);
        assert_eq!(first, 15 * 100 - 1024);
        let raw = fs::read(&written.files[0]).unwrap();
        let holds = |part: &[u8]| raw.windows(part.len()).any(|window| window == part);
        assert!(holds(b"\\ISO 2022 IR 87") && holds(b"Yamada^Taro=\x1b$B;3ED\x1b(B^"));
    }

    #[test]
    fn the_same_seed_gives_the_same_files() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = write_series(one.path(), &sample(), &volume()).unwrap();
        let second = write_series(two.path(), &sample(), &volume()).unwrap();
        assert_eq!(first.sop_instance_uids, second.sop_instance_uids);
        assert_eq!(
            fs::read(&first.files[0]).unwrap(),
            fs::read(&second.files[0]).unwrap()
        );
    }
}
