//! DICOM (PS3.3, PS3.5, PS3.10): from files to series entries and volumes.

pub(crate) mod charset;
pub(crate) mod code_stream;
pub(crate) mod codec;
pub(crate) mod data_set;
pub(crate) mod fragments;
pub(crate) mod functional_groups;
pub(crate) mod geometry;
pub(crate) mod group;
pub(crate) mod header;
pub(crate) mod image_file;
pub(crate) mod iso2022;
pub(crate) mod layout;
pub(crate) mod lookup_table;
pub(crate) mod name;
pub(crate) mod palette;
pub(crate) mod part10;
pub(crate) mod photometric;
pub(crate) mod pixels;
pub(crate) mod prescan;
pub(crate) mod rescale;
pub(crate) mod run_length;
pub(crate) mod source;
pub(crate) mod stacks;
pub(crate) mod stored;
pub(crate) mod windows;
