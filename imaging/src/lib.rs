//! Strangers' image files to studies, series and volumes.
//!
//! [`scan`] walks files and folders, reads headers only and lists what is there as
//! [`SeriesEntry`]: one entry per stack, slices in order of their place in the patient.
//! [`load`] decodes one entry to a [`voxel::Volume`] with its window and unit. Nothing a file
//! claims is believed: lengths, sizes and nesting are bounded by the bytes that are there before
//! anything is allocated, and a fault becomes an [`Error`] or a [`Problem`], never a panic.
//! Zip archives are looked into like folders: a path may lead through one
//! (`/a/study.zip/CT/1.dcm`), and [`open`], [`read_bytes`] and [`exists`] follow it.
//! It never knows annotations, projects or the window; patient space is LPS in mm.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//! let stop = AtomicBool::new(false);
//! let folder = std::env::temp_dir().join("no-images-here");
//! let found = imaging::scan(&[folder], &imaging::ScanOptions::default(), &|_| {}, &stop);
//! for entry in found.series.iter().filter(|entry| entry.is_image) {
//!     let loaded = imaging::load(entry, &|_| {}, &stop)?;
//!     println!("{} {:?}", entry.id, loaded.volume.range());
//! }
//! # Ok::<(), imaging::Error>(())
//! ```

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod archive;
mod array_file;
mod cache;
mod classify;
mod colour_sum;
mod companions;
mod dicom;
mod display;
mod entry;
mod error;
mod foreign;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod grey_table;
mod handle;
mod hash;
mod label_map;
mod load;
mod meta_image_file;
mod nifti_file;
mod nrrd_file;
mod overlay;
mod part;
mod picture_file;
mod pool;
mod problem;
mod region;
mod scan;
mod source_facts;
mod stack_part;
mod tags;
mod value_map;
mod walk;

pub use cache::VolumeCache;
pub use display::DisplayDefaults;
pub use entry::{
    AffineReason, Format, Lossy, Patient, PersonName, PlaneSource, SeriesEntry, SpacingOrigin,
    Window, WindowFunction,
};
pub use error::{ERROR_CODES, Error, Fault, io_phrase};
pub use grey_table::GreyTable;
pub use handle::{exists, open, read_bytes};
pub use label_map::load_label_map;
pub use load::{Arrival, LoadProgress, LoadRequest, Loaded, load, load_in_parts, load_plane};
pub use overlay::{Overlay, OverlayKind};
pub use problem::{PROBLEM_CODES, Problem};
pub use region::Region;
pub use scan::{ScanOptions, ScanProgress, ScanResult, SkipReason, Skipped, scan};
pub use source_facts::{PlaneFacts, SourceFacts, source_facts};
pub use stack_part::{SplitRule, StackPart};
pub use tags::{TagRow, tags};
pub use value_map::{ValueLaw, ValueMap, ValuePiece};
