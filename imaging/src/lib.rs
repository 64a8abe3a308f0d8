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
//!
//! # What is read
//!
//! Real files are held to what independent readers see in them (`tests/truth.rs`, `truth_nrrd.rs`,
//! `picture_truth.rs`, `codecs.rs`), broken ones to what is expected of them (`tests/hostile.rs`,
//! `fuzz_finds.rs`); made ones prove the rest. Each module's docs say what of a format is not read.
//!
//! | format or coding | read | test |
//! | --- | --- | --- |
//! | DICOM: implicit, explicit, big endian (1.2.840.10008.1.2, .1, .2), deflated (.1.99) | values of every kind: 1 to 32 bits, float, double, grey, palettes, colour | `truth.rs`, `dicom_made.rs`, `dicom_values/` |
//! | DICOM without preamble, meta group or right syntax; GE private big endian | by content | `truth.rs`, `hostile.rs` |
//! | JPEG baseline and extended (.4.50, .4.51; 8 and 12 bits) | own decoder for 12 bits | `codecs.rs` |
//! | JPEG lossless (.4.57, .4.70) | own decoder, all predictors | `codecs.rs` |
//! | JPEG-LS (.4.80, .4.81) | own decoder, lossless and near | `codecs.rs` |
//! | JPEG 2000 (.4.90, .4.91) | own decoder, all of part 1 | `codecs.rs`, unit tests of `dicom::jpeg_2000` |
//! | High-Throughput JPEG 2000 (.4.201 to .4.203) | | `codecs.rs` |
//! | JPEG XL (.4.110, .4.112) | | `codecs.rs` |
//! | RLE (.5), deflated frames (.8.1), encapsulated uncompressed (.1.98) | own decoder for RLE | `codecs.rs`, `truth.rs` |
//! | MPEG, H.264, HEVC, JPIP, SMPTE | told by name | `codecs.rs` |
//! | Modality and VOI tables, windows, presentation shape, padding, overlays, uptake, real-world values | | `dicom_values/` |
//! | Places: oblique, tilted, uneven, missing, mosaic, multi-frame, ultrasound regions, projections | | `places.rs`, `stacks_made.rs`, `truth.rs` |
//! | Stacks of one series told apart, with the reason | | `stacks_made.rs`, `truth.rs` |
//! | Text: ISO 2022, ISO_IR 192, GB18030, guessed Shift_JIS; names in three writings | | `truth.rs`, unit tests of `dicom::charset` |
//! | SEG, SR, RTSTRUCT, dose, presentation states … | listed as what they are; SEG and dose with their pixels | `truth.rs` |
//! | RTSTRUCT | [`structure_set`]: structures with names, colours, types and contours of every kind; masks of closed ones | `structures.rs`, `structures_made.rs` |
//! | NIfTI-1, NIfTI-2: single, pair, gzip, both endians, all types but complex | | `truth.rs`, `nifti_made.rs` |
//! | NRRD, detached or not; MetaImage | | `truth_nrrd.rs`, `array_samples.rs`, `array_places.rs` |
//! | PNG, JPEG, TIFF, BMP; slides (SVS, pyramidal TIFF, NDPI) at a level that fits | | `png_made.rs`, `jpeg_made.rs`, `tiff_made.rs`, `bmp_made.rs`, `slide_made.rs` |
//! | Films and other pictures | told by name | `foreign_files.rs` |
//! | Zip archives, DICOMDIR, folders of every kind | | `archives.rs`, `folders.rs` |

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
mod inflate;
mod jpeg_scans;
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
mod structure_set;
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
pub use label_map::{LabelFile, load_label_file, load_label_map};
pub use load::{Arrival, LoadProgress, LoadRequest, Loaded, load, load_in_parts, load_plane};
pub use overlay::{Overlay, OverlayKind};
pub use problem::{PROBLEM_CODES, Problem};
pub use region::Region;
pub use scan::{ScanOptions, ScanProgress, ScanResult, SkipReason, Skipped, scan};
pub use source_facts::{PlaneFacts, SourceFacts, source_facts};
pub use stack_part::{SplitRule, StackPart};
pub use structure_set::{
    Contour, ContourKind, Structure, StructureFault, StructureSet, structure_set,
};
pub use tags::{TagRow, tags};
pub use value_map::{ValueLaw, ValueMap, ValuePiece};
