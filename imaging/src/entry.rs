//! One line of the series list: everything that is known before a pixel is decoded.

use crate::problem::Problem;
use crate::region::Region;
use crate::stack_part::StackPart;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use voxel::Grid;

/// File format a series comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// DICOM, Part 10 or bare data sets.
    Dicom,
    /// NIfTI-1 or NIfTI-2, single file or pair, gzip or not.
    Nifti,
    /// NRRD, attached or detached header.
    Nrrd,
    /// MetaImage, `.mha` or `.mhd`.
    MetaImage,
    /// A photograph or slide: PNG, JPEG, TIFF, BMP.
    Picture,
}

impl Format {
    /// Name for tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Format::Dicom => "dicom",
            Format::Nifti => "nifti",
            Format::Nrrd => "nrrd",
            Format::MetaImage => "meta_image",
            Format::Picture => "picture",
        }
    }
}

/// A person's name in the three writings of DICOM (PS3.5 6.2.1.2), `^` between its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// Latin (or whatever the first character set holds).
    pub alphabetic: String,
    /// Kanji, hanja, hanzi.
    pub ideographic: String,
    /// Kana, hangul.
    pub phonetic: String,
}

/// Who was imaged, as far as the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Patient ID; with [`Patient::issuer`] the only key of a person.
    pub id: String,
    /// Issuer of the Patient ID.
    pub issuer: String,
    /// Name in its three writings.
    pub name: PersonName,
    /// `M`, `F`, `O` or empty.
    pub sex: String,
    /// `YYYYMMDD` or empty.
    pub birth_date: String,
    /// `nnnY`, `nnnM`, … or empty.
    pub age: String,
}

/// Function of a VOI window (PS3.3 C.11.2.1.2, C.11.2.1.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowFunction {
    /// The half-pixel form; width ≥ 1.
    #[default]
    Linear,
    /// The plain ramp; width > 0. Formats other than DICOM use it.
    LinearExact,
    /// The logistic curve; width > 0.
    Sigmoid,
}

/// A window on modality values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Centre in modality units.
    pub center: f64,
    /// Width in modality units.
    pub width: f64,
    /// Explanation in the file, or empty.
    pub name: String,
    /// How it maps values.
    pub function: WindowFunction,
}

/// How an image was compressed with loss (PS3.3 C.7.6.1.1.5); what is derived from it must say so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lossy {
    /// Compression ratio of each step, as far as the file says.
    pub ratios: Vec<f64>,
    /// Method of each step (`ISO_10918_1`), as far as known.
    pub methods: Vec<String>,
}

/// Why a series has no single affine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AffineReason {
    /// The planes do not lie at equal steps; their true places are in the grid.
    UnevenSpacing,
    /// The file does not say where the image lies in the patient.
    NoGeometry,
}

impl AffineReason {
    /// The code that JSON carries.
    pub fn code(self) -> &'static str {
        match self {
            AffineReason::UnevenSpacing => "uneven_spacing",
            AffineReason::NoGeometry => "no_geometry",
        }
    }
}

/// What the in-plane spacing was measured on (PS3.3 10.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpacingOrigin {
    /// In the patient.
    Patient,
    /// At the detector of a projection radiograph: magnified.
    Detector,
    /// At the detector, divided by the Estimated Radiographic Magnification Factor.
    DetectorCorrected,
    /// Calibrated by the geometry of the beam or by an object of known size (Pixel Spacing
    /// Calibration Type).
    Calibrated,
    /// On the film or paper that was scanned (Nominal Scanned Pixel Spacing).
    Nominal,
}

/// One plane of a series: which frame of which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaneSource {
    /// Index into [`SeriesEntry::files`].
    pub file: u32,
    /// Frame (DICOM) or volume (NIfTI) inside it, from 0.
    pub frame: u32,
    /// Tile of a mosaic frame in reading order, from 0; 0 where frames are no mosaics.
    #[serde(default)]
    pub tile: u32,
}

/// One stack (or object without image) of one series.
///
/// `size` counts columns, rows, planes. All millimetres are LPS patient space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesEntry {
    /// Stable id: Series Instance UID or a hash of the path, `/n` added where a series has several
    /// stacks.
    pub id: String,
    /// Format of the files.
    pub format: Format,
    /// DICOM modality; empty where the format has none.
    pub modality: String,
    /// Series Description, or the file name.
    pub description: String,
    /// What tells this stack from its sisters (`echo 2`, `b=1000`, `volume 3 of 5`), or empty.
    pub stack: String,
    /// The same, attribute by attribute, to be said in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack_parts: Vec<StackPart>,
    /// Series Instance UID.
    pub series_uid: Option<String>,
    /// Study Instance UID.
    pub study_uid: Option<String>,
    /// Frame of Reference UID: series share coordinates only if these are equal.
    pub frame_of_reference_uid: Option<String>,
    /// Study Description.
    pub study_description: String,
    /// Study Date, `YYYYMMDD`.
    pub study_date: String,
    /// Body Part Examined.
    pub body_part: String,
    /// Series Number.
    pub series_number: Option<i64>,
    /// Who was imaged.
    pub patient: Patient,
    /// The files, in the order in which the planes first need them.
    pub files: Vec<PathBuf>,
    /// SOP Class UID.
    pub sop_class_uid: Option<String>,
    /// SOP Instance UID of each plane, in plane order.
    pub sop_instance_uids: Vec<String>,
    /// Each plane's file and frame, in plane order.
    pub planes: Vec<PlaneSource>,
    /// Number of frames (planes) of this stack.
    pub frames: usize,
    /// Columns, rows, planes; zeros where there is no image.
    pub size: [usize; 3],
    /// Column, row and plane step in mm, where known.
    pub spacing_mm: Option<[f64; 3]>,
    /// What the spacing was measured on.
    pub spacing_origin: Option<SpacingOrigin>,
    /// Pixel Spacing Calibration Type and Description, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub calibration: String,
    /// Height and width of a pixel in any unit (Pixel Aspect Ratio), where the spacing is unknown
    /// and pixels are not square. The grid then has columns of 1 and rows of their quotient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_aspect: Option<[f64; 2]>,
    /// Calibrated ultrasound regions; where there are any, lengths hold only inside them, see
    /// [`SeriesEntry::spacing_between`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// Patient Orientation: letters towards which rows and columns run, for images without a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_orientation: Option<[String; 2]>,
    /// True where the axes are those of an ultrasound volume and not of the patient: no letters.
    #[serde(default, skip_serializing_if = "is_false")]
    pub axes_are_not_the_patients: bool,
    /// Greatest difference in mm between a step from plane to plane and the affine's step; `None`
    /// where there is no stack. Above 0.01 the affine is true only as far as the file's rounding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_step_deviation_mm: Option<f64>,
    /// Time from frame to frame in ms, where planes are moments and not places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_time_ms: Option<f64>,
    /// Voxel centre (column, row, plane) to LPS mm, row-major, where one affine says it all.
    pub affine_lps: Option<[[f64; 4]; 4]>,
    /// Why `affine_lps` is absent.
    pub affine_reason: Option<AffineReason>,
    /// The grid the volume will have; `None` where there is no image.
    pub grid: Option<Grid>,
    /// Transfer Syntax UID, or the data type of other formats.
    pub transfer_syntax: String,
    /// Photometric Interpretation, or empty.
    pub photometric: String,
    /// Bits Stored; 0 where there is no image.
    pub bits_stored: u32,
    /// 1 grey, 3 colour, 0 no image.
    pub channels: u32,
    /// Windows of the file, the first is the default. Where the planes have different ones, those of
    /// the plane in the middle.
    pub windows: Vec<Window>,
    /// How the images were compressed with loss; `None` where they never were.
    #[serde(default)]
    pub lossy: Option<Lossy>,
    /// What was noticed.
    pub problems: Vec<Problem>,
    /// True if the object holds pixels.
    pub is_image: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl SeriesEntry {
    /// An entry about which nothing is known but its id and format: an object without an image.
    pub(crate) fn new(id: String, format: Format) -> Self {
        SeriesEntry {
            id,
            format,
            modality: String::new(),
            description: String::new(),
            stack: String::new(),
            stack_parts: Vec::new(),
            series_uid: None,
            study_uid: None,
            frame_of_reference_uid: None,
            study_description: String::new(),
            study_date: String::new(),
            body_part: String::new(),
            series_number: None,
            patient: Patient::default(),
            files: Vec::new(),
            sop_class_uid: None,
            sop_instance_uids: Vec::new(),
            planes: Vec::new(),
            frames: 0,
            size: [0; 3],
            spacing_mm: None,
            spacing_origin: None,
            calibration: String::new(),
            pixel_aspect: None,
            regions: Vec::new(),
            patient_orientation: None,
            axes_are_not_the_patients: false,
            worst_step_deviation_mm: None,
            frame_time_ms: None,
            affine_lps: None,
            affine_reason: Some(AffineReason::NoGeometry),
            grid: None,
            transfer_syntax: String::new(),
            photometric: String::new(),
            bits_stored: 0,
            channels: 0,
            windows: Vec::new(),
            lossy: None,
            problems: Vec::new(),
            is_image: false,
        }
    }

    /// The entry of plane `k` alone, with the one file it comes from; `None` beyond the stack.
    pub(crate) fn of_plane(&self, k: usize) -> Option<Self> {
        let plane = *self.planes.get(k)?;
        let file = self.files.get(plane.file as usize)?.clone();
        let [columns, rows, _] = self.size;
        Some(Self {
            files: vec![file],
            planes: vec![PlaneSource { file: 0, ..plane }],
            sop_instance_uids: self.sop_instance_uids.get(k).cloned().into_iter().collect(),
            frames: 1,
            size: [columns, rows, 1],
            grid: self.grid.as_ref()?.single_plane(k),
            worst_step_deviation_mm: None,
            ..self.clone()
        })
    }
}
