//! Structures that were drawn on images: what an RT Structure Set holds (PS3.3 A.19, C.8.8.5, C.8.8.6).

use crate::dicom;
use crate::error::Error;
use crate::problem::Problem;
use std::path::Path;
use voxel::{Grid, Mask, PatientPoint, Phrase};

/// The structures of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StructureSet {
    /// Structure Set Label.
    pub label: String,
    /// Series Instance UIDs of the series that it was drawn on, each once, in the order of the file.
    pub series_uids: Vec<String>,
    /// Frame of Reference UIDs that it names, each once, in the order of the file.
    pub frame_of_reference_uids: Vec<String>,
    /// The structures, in the order of the file.
    pub rois: Vec<Structure>,
    /// What was noticed of the file; what concerns one structure is said there.
    pub problems: Vec<Problem>,
}

/// One structure (ROI).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Structure {
    /// ROI Number; 0 where the file gives none.
    pub number: i64,
    /// ROI Name, else ROI Observation Label; empty where there is neither.
    pub name: String,
    /// ROI Display Color: red, green, blue.
    pub color: Option<[u8; 3]>,
    /// RT ROI Interpreted Type (`GTV`, `ORGAN`, `EXTERNAL`, `ISOCENTER`, …).
    pub interpreted_type: Option<String>,
    /// The frame of reference of its points: its own, else the only one of the structure set.
    pub frame_of_reference_uid: Option<String>,
    /// Its contours, in the order of the file; none for a structure that was named and not drawn.
    pub contours: Vec<Contour>,
    /// Contours of the file that could not be read and are not among [`Structure::contours`]: with any, the
    /// structure is not whole. Why is in [`Structure::problems`].
    pub unread_contours: usize,
    /// What was noticed of this structure; the others are not affected.
    pub problems: Vec<Problem>,
}

/// A line, or a point, in the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// What the points form.
    pub kind: ContourKind,
    /// The points, LPS mm, all finite, at least one. A closed line's last point is joined with its first.
    pub points_mm: Vec<[f64; 3]>,
    /// SOP Instance UID of the image that it was drawn on, the first where there are several.
    pub referenced_image: Option<String>,
}

/// Contour Geometric Type (PS3.3 C.8.8.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContourKind {
    /// `POINT`: a landmark.
    Point,
    /// `OPEN_PLANAR`: a line in a plane.
    OpenPlanar,
    /// `OPEN_NONPLANAR`: a line in space.
    OpenNonplanar,
    /// `CLOSED_PLANAR`: the edge of an area in a plane.
    ClosedPlanar,
    /// `CLOSEDPLANAR_XOR`: the same; areas of one plane exclude what they share.
    ClosedPlanarXor,
}

impl ContourKind {
    /// Whether it is the edge of an area.
    pub fn is_closed(self) -> bool {
        matches!(
            self,
            ContourKind::ClosedPlanar | ContourKind::ClosedPlanarXor
        )
    }
}

/// Why a structure has no mask on a series.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StructureFault {
    /// The structure set was not drawn on this series.
    #[error("it was drawn on another series")]
    OtherSeries,
    /// Some of its contours could not be read.
    #[error("{count} of its contours could not be read")]
    NotWhole {
        /// How many.
        count: usize,
    },
    /// It consists of points or open lines, or of nothing.
    #[error("it has no closed contours")]
    NoArea,
    /// A contour has no place among the planes of the series, or there are too many of them.
    #[error(transparent)]
    Contours(#[from] voxel::Error),
}

impl StructureFault {
    /// The words, to be said in any language.
    pub fn phrase(&self) -> Phrase {
        let said = self.to_string();
        match self {
            StructureFault::OtherSeries => Phrase::new("roi-other-series", said),
            StructureFault::NotWhole { count } => {
                Phrase::new("roi-not-whole", said).with("count", *count)
            }
            StructureFault::NoArea => Phrase::new("roi-no-area", said),
            StructureFault::Contours(voxel::Error::Contour { contour, fault }) => {
                Phrase::new("roi-contour", said)
                    .with("contour", contour + 1)
                    .with("why", fault.phrase())
            }
            StructureFault::Contours(_) => Phrase::new("roi-contours", said),
        }
    }
}

impl StructureSet {
    /// Whether the structures were drawn on the series with this Series Instance UID.
    pub fn is_drawn_on(&self, series_uid: &str) -> bool {
        self.series_uids.iter().any(|uid| uid == series_uid)
    }

    /// The mask of a structure on the series that it was drawn on, whose grid this is: the voxels whose
    /// centres its closed contours enclose, as [`Mask::from_contours`] says.
    ///
    /// Contours are lines in the planes of their own series and say nothing about what lies between them, so
    /// on other series of the same frame of reference there is no mask to be made of them: this one is drawn
    /// there, each of its voxels at its place in the patient.
    ///
    /// # Errors
    /// [`StructureFault`]; the number of a contour counts the closed ones alone.
    pub fn mask_on(
        &self,
        structure: &Structure,
        series_uid: &str,
        grid: &Grid,
    ) -> Result<Mask, StructureFault> {
        if !self.is_drawn_on(series_uid) {
            return Err(StructureFault::OtherSeries);
        }
        if structure.unread_contours > 0 {
            return Err(StructureFault::NotWhole {
                count: structure.unread_contours,
            });
        }
        let closed = structure.closed_contours();
        if closed.is_empty() {
            return Err(StructureFault::NoArea);
        }
        Ok(Mask::from_contours(grid, &closed)?)
    }
}

impl Structure {
    /// The points of its closed contours, as [`Mask::from_contours`] takes them.
    pub fn closed_contours(&self) -> Vec<Vec<PatientPoint>> {
        let closed = self.contours.iter().filter(|line| line.kind.is_closed());
        let points = |line: &Contour| line.points_mm.iter().copied().map(PatientPoint).collect();
        closed.map(points).collect()
    }
}

/// Reads the structures of the RT Structure Set at `path`. A fault of one structure is said there and leaves
/// the others as they are.
///
/// Not read: Contour Slab Thickness and Offset Vector, the planes that contours were made from (Source Pixel
/// Planes Characteristics), codes and physical properties.
///
/// # Errors
/// [`Error::Unreadable`]: not DICOM, another object, broken structure, a limit of the pre-scan.
pub fn structure_set(path: &Path) -> Result<StructureSet, Error> {
    dicom::structure_set::read(path).map_err(|fault| fault.of(path))
}
