//! DICOM Segmentation Storage, BINARY (PS3.3 A.51, C.8.20): one segment per finding.
//!
//! - Segment voxels are the source's pixels, one to one: same matrix, same positions, nothing is resampled.
//! - Planes stand at the positions of their files, so sheared and unevenly spaced series are exact.
//! - Only planes that hold voxels become frames; a segment without voxels keeps one empty frame.
//! - Frames are packed bit after bit without a gap at frame borders (PS3.5 8.1.1), lowest bit first.
//! - Texts are UTF-8 (`ISO_IR 192`). Patient and study are copied from the source.
//!
//! Images without a place in space (photographs, endoscopy, most ultrasound) give one object per source
//! instance, whose frames are tied to it by Derivation Image alone.

mod cielab;
mod frames;
mod groups;
mod modules;
mod segment_item;

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use dicom_object::FileDicomObject;
use dicom_object::meta::FileMetaTableBuilder;
use voxel::Mask;

use super::elements::Item;
use super::source::SourceSeries;
use super::{Error, atomic, uid};
use crate::code::Code;
use frames::Frames;

/// How the voxels of a segment came about (PS3.3 C.8.20.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Every stroke by hand.
    Manual,
    /// At least one stroke was computed; the name of what computed it.
    Semiautomatic(String),
    /// Computed without a hand; the name of what computed it.
    Automatic(String),
}

/// One segment: a finding's mask with its meaning.
#[derive(Clone, Debug)]
pub struct Segment<'a> {
    /// Segment Label as people read it, may be Japanese; at most 64 characters are written.
    pub label: String,
    /// Segment Description, may be empty.
    pub description: String,
    /// The voxels, on the source's grid.
    pub mask: &'a Mask,
    /// Segmented Property Category (CID 7150).
    pub category: Code,
    /// Segmented Property Type.
    pub property: Code,
    /// Modifier of the type, such as a side.
    pub modifier: Option<Code>,
    /// Anatomic region, where the type is not itself a place.
    pub region: Option<Code>,
    /// How the voxels came about.
    pub algorithm: Algorithm,
    /// Recommended display colour, sRGB.
    pub color: [u8; 3],
    /// Tracking ID: a short name of the finding, unique in its case.
    pub tracking_id: String,
    /// Tracking UID: the finding's identity in all objects.
    pub tracking_uid: String,
}

/// What the segmentation says about itself.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// SOP Instance UID of the object; with one object per source instance, the seed of theirs.
    pub sop_instance_uid: String,
    /// Series Instance UID of the object's own series.
    pub series_uid: String,
    /// Series Number of that series.
    pub series_number: u32,
    /// Series Description.
    pub series_description: String,
    /// Content Label; turned into a code string of at most 16 characters.
    pub content_label: String,
    /// Content Description.
    pub content_description: String,
    /// Content Creator's Name: the reader's pseudonym.
    pub creator: String,
    /// Date of writing, `YYYYMMDD`.
    pub date: String,
    /// Time of writing, `HHMMSS`.
    pub time: String,
}

/// A finished segmentation object.
#[derive(Clone, Debug)]
pub struct Segmentation {
    data: Item,
    /// SOP Instance UID.
    pub sop_instance_uid: String,
    /// SOP Instance UIDs of the source images that its frames refer to.
    pub source_sop_instance_uids: Vec<String>,
    /// Frames written.
    pub frames: usize,
}

impl Segmentation {
    /// The data set.
    pub fn data(&self) -> &dicom_object::InMemDicomObject {
        &self.data
    }

    /// Writes the object as a Part 10 file (explicit VR little endian), whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let file = with_meta(self.data.clone(), uids::SEGMENTATION_STORAGE)?;
        atomic::write(path, |out| file.write_all(out).map_err(Error::dicom))
    }
}

/// Puts a data set under a file meta group of this program.
pub(crate) fn with_meta(data: Item, sop_class: &str) -> Result<FileDicomObject<Item>, Error> {
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(sop_class)
        .transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN)
        .implementation_class_uid(uid::IMPLEMENTATION_CLASS_UID)
        .implementation_version_name(concat!("DOKUEI_", env!("CARGO_PKG_VERSION")));
    data.with_meta(meta).map_err(Error::dicom)
}

/// Makes the segmentation of a series: one object, or one per source instance where the images have no place in space.
///
/// # Errors
/// [`Error::NothingToWrite`] without segments, [`Error::NoDicomSource`], [`Error::PlaneCount`] and
/// [`Error::SizeMismatch`] when the inputs do not fit together, [`Error::TooLarge`] over 4 GiB of pixel data.
pub fn segmentations(
    source: &SourceSeries,
    segments: &[Segment],
    description: &Description,
) -> Result<Vec<Segmentation>, Error> {
    source.check()?;
    if segments.is_empty() {
        return Err(Error::NothingToWrite);
    }
    let limit = u64::from(u16::MAX);
    if segments.len() as u64 > limit {
        let value = segments.len() as u64;
        return Err(Error::TooLarge {
            what: "the number of segments",
            value,
            limit,
        });
    }
    let expected = source.grid.size();
    for (index, segment) in segments.iter().enumerate() {
        if segment.mask.size() != expected {
            return Err(Error::SizeMismatch {
                segment: index + 1,
                expected,
                found: segment.mask.size(),
            });
        }
    }
    let planes: Vec<usize> = (0..source.planes.len()).collect();
    if source.in_patient_space {
        return Ok(vec![object(
            source,
            &segments.iter().collect::<Vec<_>>(),
            &planes,
            description,
        )?]);
    }
    per_instance(source, segments, description)
}

/// One object per source instance that holds voxels of any segment.
fn per_instance(
    source: &SourceSeries,
    segments: &[Segment],
    description: &Description,
) -> Result<Vec<Segmentation>, Error> {
    let mut objects = Vec::new();
    for planes in planes_by_instance(source) {
        let has_voxels = |segment: &&Segment| {
            planes
                .iter()
                .any(|&k| segment.mask.count_in_plane(2, k) > 0)
        };
        let here: Vec<&Segment> = segments.iter().filter(has_voxels).collect();
        if here.is_empty() {
            continue;
        }
        let mut own = description.clone();
        own.sop_instance_uid =
            uid::of_seed(&format!("{}/{}", description.sop_instance_uid, planes[0]));
        objects.push(object(source, &here, &planes, &own)?);
    }
    if objects.is_empty() {
        Err(Error::NothingToWrite)
    } else {
        Ok(objects)
    }
}

/// Plane numbers grouped by the instance they are frames of, in the order of the planes.
fn planes_by_instance(source: &SourceSeries) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (k, plane) in source.planes.iter().enumerate() {
        let same = groups.iter_mut().find(|group| {
            group.first().is_some_and(|&first| {
                source.planes[first].sop_instance_uid == plane.sop_instance_uid
            })
        });
        match same {
            Some(group) => group.push(k),
            None => groups.push(vec![k]),
        }
    }
    groups
}

/// One object over the given planes.
fn object(
    source: &SourceSeries,
    segments: &[&Segment],
    planes: &[usize],
    description: &Description,
) -> Result<Segmentation, Error> {
    let masks: Vec<&Mask> = segments.iter().map(|segment| segment.mask).collect();
    let frames = Frames::pack(&masks, planes)?;
    let mut data = Item::new_empty();
    modules::put_identity(&mut data, source, description);
    modules::put_image(&mut data, source, &frames);
    segment_item::put_segments(&mut data, segments, description);
    groups::put_dimensions(&mut data, source, description);
    groups::put_groups(&mut data, source, &frames);
    modules::put_references(&mut data, source, planes);
    let source_sop_instance_uids = frames
        .planes
        .iter()
        .map(|&k| source.planes[k].sop_instance_uid.clone())
        .collect();
    let count = frames.list.len();
    super::elements::put_bytes(&mut data, tags::PIXEL_DATA, dicom_core::VR::OB, frames.bits);
    Ok(Segmentation {
        data,
        sop_instance_uid: description.sop_instance_uid.clone(),
        source_sop_instance_uids,
        frames: count,
    })
}

#[cfg(test)]
mod tests;
