//! What NRRD and MetaImage have in common: one array of samples behind a text header, in the
//! header's own file or in files beside it. Each format turns its header into an [`ArrayFile`];
//! listing and reading are the same for both.

pub(crate) mod bzip2;
pub(crate) mod data_files;
pub(crate) mod header_text;
pub(crate) mod layout;
pub(crate) mod listing;
pub(crate) mod numbers;
pub(crate) mod place;
pub(crate) mod read;
pub(crate) mod sample;
pub(crate) mod source;

use crate::entry::Format;
use crate::problem::Problem;
use crate::stack_part::StackPart;
use data_files::DataFiles;
use layout::Layout;
use place::Place;
use sample::SampleType;
use voxel::Rescale;

/// How samples are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As they are.
    Raw,
    /// RFC 1952.
    Gzip,
    /// RFC 1950; gzip is recognised too.
    Zlib,
    /// bzip2.
    Bzip2,
    /// Numbers in text.
    Text,
    /// Two hexadecimal digits for each byte.
    Hex,
}

/// A checked header of either format.
#[derive(Debug)]
pub(crate) struct ArrayFile {
    /// Which format.
    pub(crate) format: Format,
    /// What each axis is.
    pub(crate) layout: Layout,
    /// Type of a sample.
    pub(crate) sample: SampleType,
    /// Samples are big endian.
    pub(crate) big_endian: bool,
    /// How they are written.
    pub(crate) encoding: Encoding,
    /// Where they are.
    pub(crate) data: DataFiles,
    /// Where the image lies.
    pub(crate) place: Place,
    /// Stored to real values.
    pub(crate) rescale: Rescale,
    /// Unit of the real values.
    pub(crate) unit: Option<String>,
    /// DICOM's name of the modality, or empty.
    pub(crate) modality: String,
    /// What tells each listed volume from its sisters, or empty.
    pub(crate) labels: Vec<Vec<StackPart>>,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}
