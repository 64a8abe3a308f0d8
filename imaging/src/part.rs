//! Parts of a file, as its faults name them.

use crate::dicom::data_set::Tag;
use voxel::Phrase;

/// What was being read when a file ended or a length was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    FirstBytes,
    MetaGroup,
    MetaElement,
    DataSet,
    Element(Tag),
    ElementHead,
    ElementLength,
    Value,
    Sequence,
    Fragment,
    Fragments,
    OffsetTable,
    EncapsulatedPixels,
    PixelData,
    DeflatedDataSet,
    DeflatedPixelData,
    Header,
    BeforeVoxels,
    Voxels,
    VoxOffset,
}

impl From<Part> for Phrase {
    fn from(part: Part) -> Self {
        match part {
            Part::FirstBytes => Phrase::new("part-first-bytes", "the first bytes"),
            Part::MetaGroup => Phrase::new("part-meta-group", "the meta group"),
            Part::MetaElement => Phrase::new("part-meta-element", "an element of the meta group"),
            Part::DataSet => Phrase::new("part-data-set", "the data set"),
            Part::Element(tag) => {
                Phrase::new("part-element", tag.to_string()).with("tag", tag.to_string())
            }
            Part::ElementHead => Phrase::new("part-element-head", "an element's head"),
            Part::ElementLength => Phrase::new("part-element-length", "an element's length"),
            Part::Value => Phrase::new("part-value", "a value"),
            Part::Sequence => Phrase::new("part-sequence", "a sequence"),
            Part::Fragment => Phrase::new("part-fragment", "a fragment of the pixel data"),
            Part::Fragments => Phrase::new("part-fragments", "the fragments of the pixel data"),
            Part::OffsetTable => Phrase::new("part-offset-table", "the offset table"),
            Part::EncapsulatedPixels => {
                Phrase::new("part-encapsulated-pixels", "encapsulated pixels")
            }
            Part::PixelData => Phrase::new("part-pixel-data", "the pixel data"),
            Part::DeflatedDataSet => Phrase::new("part-deflated-data-set", "the deflated data set"),
            Part::DeflatedPixelData => {
                Phrase::new("part-deflated-pixel-data", "the deflated pixel data")
            }
            Part::Header => Phrase::new("part-header", "the header"),
            Part::BeforeVoxels => Phrase::new("part-before-voxels", "the bytes before the voxels"),
            Part::Voxels => Phrase::new("part-voxels", "the voxels"),
            Part::VoxOffset => Phrase::new("part-vox-offset", "vox_offset"),
        }
    }
}
