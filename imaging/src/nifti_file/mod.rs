//! NIfTI-1 and NIfTI-2 files (nifti1.h, nifti2.h of the NIfTI Data Format Working Group). The
//! format's space is RAS; it becomes LPS here and nowhere else.

pub(crate) mod affine;
pub(crate) mod header;
pub(crate) mod listing;
pub(crate) mod read;
pub(crate) mod stream;
pub(crate) mod tags;
