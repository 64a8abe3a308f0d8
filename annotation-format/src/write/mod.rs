//! Writers of other formats, and of what an export folder holds.
//!
//! Every writer takes plain inputs (a grid, masks, names, codes) and returns values or files; none of them
//! knows the project, a session or the window. [`from_document`] is the thin adapter from a
//! [`Document`](crate::Document) to those inputs. Images reach this module as [`source::SourceSeries`]
//! (what a derived object must say about its source) and as [`voxel::Volume`].
//!
//! What all writers keep:
//! - file names are ASCII and hold no patient data ([`file_name`]);
//! - files appear whole or not at all ([`atomic`]), an export folder likewise ([`export_folder`]);
//! - what a format cannot hold is returned as [`manifest::Loss`] and never dropped in silence;
//! - the same input gives the same bytes: times and unique ids come from the caller.

pub mod atomic;
pub mod coded;
pub mod dicom_text;
mod elements;
mod error;
pub mod export_folder;
pub mod file_name;
pub mod from_document;
pub mod image_dicom;
pub mod json;
pub mod manifest;
pub mod meta_image;
pub mod nifti;
pub mod nrrd;
pub mod png_stack;
pub mod seg;
pub mod source;
pub mod table;
pub mod uid;
mod values;

pub use error::Error;
pub use values::Space;
