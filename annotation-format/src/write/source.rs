//! What a derived object must say about the images it was made on.
//!
//! The description is plain data: who reads the images (the room `imaging`) fills it, texts already decoded.
//! A DICOM segmentation copies the patient and study from it, refers to its instances, and takes each plane's
//! place from [`SourcePlane::geometry`], which holds the numbers of the file and not those of a fitted grid.

use voxel::{Grid, VoxelPoint};

use super::{Error, uid};

/// Patient module, as in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePatient {
    /// Patient's Name in DICOM form: `Yamada^Taro=山田^太郎=やまだ^たろう`.
    pub name: String,
    /// Patient ID.
    pub id: String,
    /// Issuer of Patient ID.
    pub id_issuer: String,
    /// Birth date, `YYYYMMDD` or empty.
    pub birth_date: String,
    /// `M`, `F`, `O` or empty.
    pub sex: String,
    /// Age at the study, such as `064Y`, or empty.
    pub age: String,
}

/// General Study module, as in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceStudy {
    /// Study Instance UID.
    pub uid: String,
    /// Study ID.
    pub id: String,
    /// Study date, `YYYYMMDD` or empty.
    pub date: String,
    /// Study time, `HHMMSS…` or empty.
    pub time: String,
    /// Accession Number.
    pub accession_number: String,
    /// Study Description.
    pub description: String,
    /// Referring Physician's Name.
    pub referring_physician: String,
}

/// Place of a plane in the numbers of its file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneGeometry {
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    pub position: [f64; 3],
    /// Image Orientation (Patient): direction of rows, then of columns.
    pub orientation: [f64; 6],
    /// Pixel Spacing: between rows, then between columns, mm.
    pub pixel_spacing: [f64; 2],
}

/// One plane of the source series: an instance, or a frame of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcePlane {
    /// SOP Class UID.
    pub sop_class_uid: String,
    /// SOP Instance UID.
    pub sop_instance_uid: String,
    /// Frame number from 1 where the instance has several frames.
    pub frame: Option<u32>,
    /// Place of the plane in the numbers of the file; `None`: that of the grid.
    pub geometry: Option<PlaneGeometry>,
}

/// Lossy compression that the source has gone through; derived objects must carry it (PS3.3 C.7.6.1.1.5).
#[derive(Clone, Debug, PartialEq)]
pub struct LossyCompression {
    /// Lossy Image Compression Ratio, one per step.
    pub ratios: Vec<f64>,
    /// Lossy Image Compression Method (`ISO_10918_1`, …), one per step.
    pub methods: Vec<String>,
}

/// The source series of a derived object.
#[derive(Clone, Debug)]
pub struct SourceSeries {
    /// Patient.
    pub patient: SourcePatient,
    /// Study.
    pub study: SourceStudy,
    /// Series Instance UID.
    pub uid: String,
    /// Modality of the images.
    pub modality: String,
    /// Series Description of the images.
    pub description: String,
    /// Body Part Examined.
    pub body_part: String,
    /// Frame of Reference UID, absent where the images have none.
    pub frame_of_reference_uid: Option<String>,
    /// Position Reference Indicator.
    pub position_reference_indicator: String,
    /// Patient Orientation (0020,0020), for images without a place in space.
    pub patient_orientation: Vec<String>,
    /// Slice Thickness in mm.
    pub slice_thickness_mm: Option<f64>,
    /// Lossy compression of the source.
    pub lossy: Option<LossyCompression>,
    /// Whether the grid is in patient space (mm, LPS). False for photographs, endoscopy, most ultrasound.
    pub in_patient_space: bool,
    /// Grid of the series: i runs along rows, j along columns, k over planes.
    pub grid: Grid,
    /// The planes in the order of the grid's k.
    pub planes: Vec<SourcePlane>,
}

impl SourceSeries {
    /// An otherwise empty description of a series on a grid in patient space.
    pub fn new(uid: &str, study_uid: &str, grid: Grid, planes: Vec<SourcePlane>) -> SourceSeries {
        SourceSeries {
            patient: SourcePatient::default(),
            study: SourceStudy {
                uid: study_uid.to_owned(),
                ..SourceStudy::default()
            },
            uid: uid.to_owned(),
            modality: String::new(),
            description: String::new(),
            body_part: String::new(),
            frame_of_reference_uid: None,
            position_reference_indicator: String::new(),
            patient_orientation: Vec::new(),
            slice_thickness_mm: None,
            lossy: None,
            in_patient_space: true,
            grid,
            planes,
        }
    }

    /// Checks that there is one described plane, with UIDs, per plane of the grid.
    ///
    /// # Errors
    /// [`Error::NoDicomSource`] without UIDs, [`Error::PlaneCount`] when the numbers differ.
    pub fn check(&self) -> Result<(), Error> {
        let named = |plane: &SourcePlane| {
            !plane.sop_instance_uid.is_empty() && !plane.sop_class_uid.is_empty()
        };
        if self.uid.is_empty()
            || self.study.uid.is_empty()
            || !self.planes.iter().all(named)
            || self.planes.is_empty()
        {
            return Err(Error::NoDicomSource);
        }
        let expected = self.grid.size()[2];
        if self.planes.len() != expected {
            return Err(Error::PlaneCount {
                expected,
                found: self.planes.len(),
            });
        }
        Ok(())
    }

    /// Place of plane `k`: the file's numbers, else the grid's.
    pub fn geometry(&self, k: usize) -> PlaneGeometry {
        let from_file = self.planes.get(k).and_then(|plane| plane.geometry);
        from_file.unwrap_or_else(|| geometry_of_grid(&self.grid, k))
    }

    /// The Frame of Reference to write: the source's; for planes with a place but without the UID (found in
    /// carelessly cleaned files) one that follows from the series, so that all its objects share it.
    pub fn frame_of_reference(&self) -> Option<String> {
        let own = self
            .frame_of_reference_uid
            .clone()
            .filter(|uid| !uid.is_empty());
        own.or_else(|| {
            self.in_patient_space
                .then(|| uid::of_seed(&format!("frame of reference of {}", self.uid)))
        })
    }

    /// Distance of neighbouring planes along the normal in mm, where it is the same between all planes.
    pub fn plane_distance_mm(&self) -> Option<f64> {
        if !self.in_patient_space || !self.grid.is_even() || self.planes.len() < 2 {
            return None;
        }
        let last = self.planes.len() - 1;
        let (first_plane, last_plane) = (self.geometry(0), self.geometry(last));
        let across = cross(first_plane.orientation);
        let way: f64 = (0..3)
            .map(|axis| (last_plane.position[axis] - first_plane.position[axis]) * across[axis])
            .sum();
        Some(way.abs() / last as f64)
    }
}

/// Place of plane `k` of a grid.
pub fn geometry_of_grid(grid: &Grid, k: usize) -> PlaneGeometry {
    let [x, y, _] = grid.spacing_mm();
    let (row, column) = (grid.direction(0).0, grid.direction(1).0);
    PlaneGeometry {
        position: grid.patient_from_voxel(VoxelPoint([0.0, 0.0, k as f64])).0,
        orientation: [row[0], row[1], row[2], column[0], column[1], column[2]],
        pixel_spacing: [y, x],
    }
}

/// Normal of a plane: direction of rows × direction of columns.
fn cross(o: [f64; 6]) -> [f64; 3] {
    [
        o[1] * o[5] - o[2] * o[4],
        o[2] * o[3] - o[0] * o[5],
        o[0] * o[4] - o[1] * o[3],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::Affine;

    fn sheared_grid() -> Grid {
        Grid::new(
            [4, 5, 3],
            Affine {
                rows: [
                    [0.5, 0.0, 0.0, -10.0],
                    [0.0, 0.25, 0.5, 7.0],
                    [0.0, 0.0, 2.0, 1.0],
                ],
            },
        )
        .unwrap()
    }

    fn planes(count: usize) -> Vec<SourcePlane> {
        let plane = |k: usize| SourcePlane {
            sop_class_uid: "1.2.840.10008.5.1.4.1.1.2".into(),
            sop_instance_uid: format!("2.25.{}", k + 1),
            ..SourcePlane::default()
        };
        (0..count).map(plane).collect()
    }

    #[test]
    fn a_plane_without_numbers_of_its_file_lies_where_the_grid_has_it() {
        let source = SourceSeries::new("2.25.9", "2.25.8", sheared_grid(), planes(3));
        let geometry = source.geometry(2);
        assert_eq!(geometry.position, [-10.0, 8.0, 5.0]);
        assert_eq!(geometry.orientation, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(geometry.pixel_spacing, [0.25, 0.5]);
    }

    #[test]
    fn the_distance_of_planes_is_measured_along_the_normal() {
        let source = SourceSeries::new("2.25.9", "2.25.8", sheared_grid(), planes(3));
        assert!((source.plane_distance_mm().unwrap() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn planes_and_grid_must_agree_and_instances_have_uids() {
        assert!(
            SourceSeries::new("2.25.9", "2.25.8", sheared_grid(), planes(3))
                .check()
                .is_ok()
        );
        let short = SourceSeries::new("2.25.9", "2.25.8", sheared_grid(), planes(2)).check();
        assert!(matches!(
            short,
            Err(Error::PlaneCount {
                expected: 3,
                found: 2
            })
        ));
        let unnamed = SourceSeries::new(
            "2.25.9",
            "2.25.8",
            sheared_grid(),
            vec![SourcePlane::default(); 3],
        )
        .check();
        assert!(matches!(unnamed, Err(Error::NoDicomSource)));
    }

    #[test]
    fn a_missing_frame_of_reference_follows_from_the_series() {
        let mut source = SourceSeries::new("2.25.9", "2.25.8", sheared_grid(), planes(3));
        assert_eq!(source.frame_of_reference(), source.frame_of_reference());
        source.in_patient_space = false;
        assert_eq!(source.frame_of_reference(), None);
    }
}
