//! What a derived object must repeat of its source, read again from the files of a series: facts
//! that no list shows and that are therefore not kept in [`SeriesEntry`].

use crate::dicom::charset::{TextKind, decode};
use crate::dicom::data_set::{DataSet, Tag};
use crate::dicom::functional_groups::{FrameInfo, frames_of};
use crate::dicom::lossy::lossy_of;
use crate::dicom::mosaic::Mosaic;
use crate::dicom::part10::open;
use crate::entry::{Format, SeriesEntry};
use crate::error::Error;

/// Place of a plane in the numbers of its file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneFacts {
    /// Image Position (Patient), LPS mm.
    pub position: [f64; 3],
    /// Image Orientation (Patient): direction of rows, then of columns.
    pub orientation: [f64; 6],
    /// Pixel Spacing: between rows, then between columns, mm.
    pub pixel_spacing: [f64; 2],
}

/// What the files of a series say beside its [`SeriesEntry`]; empty texts where they say nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceFacts {
    /// Patient's name in DICOM form, its three writings joined by `=` as in the file.
    pub patient_name: String,
    /// Issuer of Patient ID.
    pub patient_id_issuer: String,
    /// Study ID.
    pub study_id: String,
    /// Study Time, `HHMMSS…`.
    pub study_time: String,
    /// Accession Number.
    pub accession_number: String,
    /// Referring Physician's Name.
    pub referring_physician: String,
    /// Position Reference Indicator.
    pub position_reference_indicator: String,
    /// Patient Orientation, for images without a place in space.
    pub patient_orientation: Vec<String>,
    /// Slice Thickness in mm.
    pub slice_thickness_mm: Option<f64>,
    /// Lossy Image Compression Ratio and Method of each step; `None` where the image was never lossy.
    pub lossy: Option<(Vec<f64>, Vec<String>)>,
    /// Place of each plane of the entry, in its order; `None` where the file names none.
    pub planes: Vec<Option<PlaneFacts>>,
}

/// Reads the headers of a series' files again. Other formats than DICOM have no such facts.
///
/// # Errors
/// A file that can no longer be read.
pub fn source_facts(entry: &SeriesEntry) -> Result<SourceFacts, Error> {
    let mut facts = SourceFacts {
        planes: vec![None; entry.planes.len()],
        ..SourceFacts::default()
    };
    if entry.format != Format::Dicom {
        return Ok(facts);
    }
    for (number, path) in entry.files.iter().enumerate() {
        let opened = open(path).map_err(|fault| fault.of(path))?;
        let root = &opened.root;
        let count = root
            .integer(Tag(0x0028, 0x0008))
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(1)
            .max(1);
        // More frames than planes of the entry are of no interest, however many the file claims.
        let wanted = entry
            .planes
            .iter()
            .filter(|plane| plane.file as usize == number)
            .map(|plane| plane.frame + 1)
            .max();
        let mut frames = frames_of(root, count.min(wanted.unwrap_or(0)));
        let size = [Tag(0x0028, 0x0011), Tag(0x0028, 0x0010)].map(|tag| root.us(tag).unwrap_or(0));
        if let (Some(mosaic), [whole]) = (Mosaic::read(root, size[0], size[1]), frames.as_slice()) {
            frames = mosaic.slices(root, whole);
        }
        for (plane, place) in entry
            .planes
            .iter()
            .zip(&mut facts.planes)
            .filter(|(plane, _)| plane.file as usize == number)
        {
            let is_plane =
                |frame: &&FrameInfo| (frame.frame, frame.tile) == (plane.frame, plane.tile);
            let frame = frames
                .get(plane.frame as usize)
                .filter(is_plane)
                .or_else(|| frames.get(plane.tile as usize).filter(is_plane));
            *place = frame.and_then(|frame| {
                Some(PlaneFacts {
                    position: frame.position?,
                    orientation: frame.orientation?,
                    pixel_spacing: frame.spacing?,
                })
            });
        }
        if number == 0 {
            facts.study_id = root.text(Tag(0x0020, 0x0010));
            facts.study_time = root.plain(Tag(0x0008, 0x0030));
            facts.accession_number = root.text(Tag(0x0008, 0x0050));
            facts.referring_physician = whole_name(root, Tag(0x0008, 0x0090));
            facts.patient_name = whole_name(root, Tag(0x0010, 0x0010));
            facts.patient_id_issuer = root.text(Tag(0x0010, 0x0021));
            facts.position_reference_indicator = root.text(Tag(0x0020, 0x1040));
            facts.patient_orientation = root.plain_values(Tag(0x0020, 0x0020));
            facts.slice_thickness_mm = frames.first().and_then(|frame| frame.thickness);
            facts.lossy = lossy_of(root, &opened.syntax).map(|lossy| (lossy.ratios, lossy.methods));
        }
    }
    Ok(facts)
}

/// A person name with all its writings and parts, as in the file.
fn whole_name(set: &DataSet, tag: Tag) -> String {
    let decoded = set
        .bytes(tag)
        .map(|bytes| decode(bytes, &set.charset, TextKind::Name).text);
    let first = decoded
        .as_deref()
        .and_then(|text| text.split('\\').next())
        .unwrap_or_default();
    first.trim_matches(['\0', ' ', '\r', '\n']).to_owned()
}
