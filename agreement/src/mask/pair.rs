//! All figures of two masks (golden contract, section 4.1).

use super::border::{BorderDistances, border, boundary_iou};
use super::crop::Crop;
use super::overlap::{OverlapCounts, OverlapFigures};
use super::surface::Surface;
use crate::Error;
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;
use voxel::{Grid, Mask, VoxelBox, VoxelPoint};

/// Distances compared with a limit may exceed it by this much, against rounding.
pub(crate) const LIMIT_SLACK_MM: f64 = 1e-5;

/// What is measured besides the fixed figures.
#[derive(Debug, Clone, PartialEq)]
pub struct PairOptions {
    /// Tolerances of the normalised surface distance in mm, in the order of the output.
    pub tolerances_mm: Vec<f64>,
    /// Width of the band of boundary IoU in mm.
    pub boundary_mm: f64,
}

impl Default for PairOptions {
    fn default() -> Self {
        Self {
            tolerances_mm: vec![1.0, 2.0, 3.0],
            boundary_mm: 2.0,
        }
    }
}

/// Share of both surfaces within a tolerance (normalised surface distance).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurfaceShare {
    /// The tolerance in mm.
    pub tolerance_mm: f64,
    /// The share; `None` where undefined.
    pub value: Option<f64>,
    /// Why the share is undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Distances between two masks; keys of the golden contract, section 4.1.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DistanceFigures {
    /// Hausdorff distance between the surfaces.
    pub hd_mm: Option<f64>,
    /// 95th percentile, the larger of both directions.
    pub hd95_mm: Option<f64>,
    /// 99th percentile, the larger of both directions.
    pub hd99_mm: Option<f64>,
    /// Mean distance from the first surface to the second.
    pub msd_a_to_b_mm: Option<f64>,
    /// Mean distance from the second surface to the first.
    pub msd_b_to_a_mm: Option<f64>,
    /// Mean of the two directed means.
    pub masd_mm: Option<f64>,
    /// Mean over both surfaces together.
    pub assd_mm: Option<f64>,
    /// Area of the first surface (several slices).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface_a_mm2: Option<Option<f64>>,
    /// Area of the second surface (several slices).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface_b_mm2: Option<Option<f64>>,
    /// Length of the first contour (one slice).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contour_a_mm: Option<Option<f64>>,
    /// Length of the second contour (one slice).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contour_b_mm: Option<Option<f64>>,
    /// Share of both surfaces within each tolerance.
    pub nsd: Vec<SurfaceShare>,
    /// Hausdorff distance between border voxels.
    pub hd_voxel_mm: Option<f64>,
    /// 95th percentile between border voxels, the larger of both directions.
    pub hd95_voxel_mm: Option<f64>,
    /// Mean over both sets of border voxels.
    pub assd_voxel_mm: Option<f64>,
    /// IoU of the bands along the borders.
    pub boundary_iou: Option<f64>,
    /// Distance of the centroids in patient space.
    pub centre_distance_mm: Option<f64>,
}

/// Every figure of two masks, the first being the reference of the directed ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairResult {
    /// Counts, volumes, overlaps.
    #[serde(flatten)]
    pub overlap: OverlapFigures,
    /// Distances.
    #[serde(flatten)]
    pub distance: DistanceFigures,
    /// True if the planes are unevenly spaced: distances and volumes are approximate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// What the figures are computed from.
struct PairSource {
    counts: OverlapCounts,
    centres: [Option<VoxelPoint>; 2],
    /// Both masks cut to the box around their union; `None` if both are empty.
    crops: Option<[Crop; 2]>,
}

/// All figures of two masks on one grid.
///
/// Distances on a sheared grid are `None` with the reason [`Reason::ShearedAffine`].
///
/// # Errors
/// [`Error::GeometryMismatch`] if a mask has another size than the grid.
///
/// ```
/// use agreement::{PairOptions, pair};
/// use voxel::{Affine, Grid, Mask};
/// let grid = Grid::new([8, 8, 8], Affine::identity()).unwrap();
/// let a = Mask::from_fn([8, 8, 8], |v| v.0[0] < 4);
/// let b = Mask::from_fn([8, 8, 8], |v| v.0[0] < 5);
/// let figures = pair(&a, &b, &grid, &PairOptions::default()).unwrap();
/// assert_eq!(figures.overlap.dice, Some(8.0 / 9.0));
/// assert_eq!(figures.distance.hd_mm, Some(1.0));
/// ```
pub fn pair(a: &Mask, b: &Mask, grid: &Grid, options: &PairOptions) -> Result<PairResult, Error> {
    check_size(a, 1, grid)?;
    check_size(b, 2, grid)?;
    let cut = union_box([a, b]);
    let source = PairSource {
        counts: OverlapCounts::of_masks(a, b),
        centres: [a.centroid(), b.centroid()],
        crops: cut.map(|cut| {
            let (a, b) = rayon::join(|| Crop::of_mask(a, cut), || Crop::of_mask(b, cut));
            [a, b]
        }),
    };
    Ok(source.figures(grid, options))
}

/// Refuses a mask that does not have the size of the grid.
pub(crate) fn check_size(mask: &Mask, number: usize, grid: &Grid) -> Result<(), Error> {
    if mask.size() == grid.size() {
        Ok(())
    } else {
        Err(Error::GeometryMismatch {
            image: format!("#{number}"),
            first: "#1".to_owned(),
            what: "size",
        })
    }
}

/// Box around all masks, `None` if all are empty.
pub(crate) fn union_box<'a>(masks: impl IntoIterator<Item = &'a Mask>) -> Option<VoxelBox> {
    masks
        .into_iter()
        .filter_map(Mask::bounding_box)
        .reduce(|a, b| a.union(&b))
}

impl PairSource {
    fn figures(&self, grid: &Grid, options: &PairOptions) -> PairResult {
        let mut reasons = Reasons::default();
        let overlap = OverlapFigures::new(self.counts, grid.voxel_volume_mm3(), &mut reasons);
        let mut distance = self.distances(grid, options, &mut reasons);
        let centre = match self.centres {
            [Some(a), Some(b)] => {
                let between = grid.patient_from_voxel(a) - grid.patient_from_voxel(b);
                Ok(between.length())
            }
            _ => Err(self.counts.emptiness().unwrap_or(Reason::BothEmpty)),
        };
        distance.centre_distance_mm = reasons.settle("centre_distance_mm", centre);
        PairResult {
            overlap,
            distance,
            approximate: !grid.is_even(),
            reasons,
        }
    }

    fn distances(
        &self,
        grid: &Grid,
        options: &PairOptions,
        reasons: &mut Reasons,
    ) -> DistanceFigures {
        let flat = grid.size()[2] == 1;
        let undefined = if grid.is_sheared() {
            Some(Reason::ShearedAffine)
        } else {
            self.counts.emptiness()
        };
        let spacing_mm = grid.spacing_mm();
        match (&self.crops, undefined) {
            (Some(crops), None) => measured(crops, spacing_mm, flat, options, reasons),
            (crops, undefined) => {
                let why = undefined.unwrap_or(Reason::BothEmpty);
                let mut figures = undefined_distances(why, options, reasons);
                let areas = match crops {
                    // the surface of an empty mask is 0, that of the other one is its own
                    Some(crops) if why != Reason::ShearedAffine => crops
                        .each_ref()
                        .map(|crop| Ok(Surface::of(crop, spacing_mm, flat).area())),
                    _ => [Err(why); 2],
                };
                figures.set_areas(areas, flat, reasons);
                figures
            }
        }
    }
}

impl DistanceFigures {
    fn set_areas(&mut self, areas: [Figure; 2], flat: bool, reasons: &mut Reasons) {
        let [a, b] = areas;
        if flat {
            self.contour_a_mm = Some(reasons.settle("contour_a_mm", a));
            self.contour_b_mm = Some(reasons.settle("contour_b_mm", b));
        } else {
            self.surface_a_mm2 = Some(reasons.settle("surface_a_mm2", a));
            self.surface_b_mm2 = Some(reasons.settle("surface_b_mm2", b));
        }
    }
}

/// Distances where one mask is empty or the grid sheared: a missing mask shares no surface.
fn undefined_distances(
    why: Reason,
    options: &PairOptions,
    reasons: &mut Reasons,
) -> DistanceFigures {
    const KEYS: [&str; 10] = [
        "hd_mm",
        "hd95_mm",
        "hd99_mm",
        "msd_a_to_b_mm",
        "msd_b_to_a_mm",
        "masd_mm",
        "assd_mm",
        "hd_voxel_mm",
        "hd95_voxel_mm",
        "assd_voxel_mm",
    ];
    for key in KEYS {
        reasons.note(key, why);
    }
    let share = match why {
        Reason::AEmpty | Reason::BEmpty => Ok(0.0),
        _ => Err(why),
    };
    let nsd = options
        .tolerances_mm
        .iter()
        .map(|&tolerance| surface_share(tolerance, share));
    DistanceFigures {
        nsd: nsd.collect(),
        boundary_iou: reasons.settle("boundary_iou", share),
        ..DistanceFigures::default()
    }
}

fn surface_share(tolerance_mm: f64, share: Figure) -> SurfaceShare {
    let mut reasons = Reasons::default();
    let value = reasons.settle("value", share);
    SurfaceShare {
        tolerance_mm,
        value,
        reasons,
    }
}

/// Distances of two masks that both have voxels.
fn measured(
    crops: &[Crop; 2],
    spacing_mm: [f64; 3],
    flat: bool,
    options: &PairOptions,
    reasons: &mut Reasons,
) -> DistanceFigures {
    let [a, b] = crops
        .each_ref()
        .map(|crop| Surface::of(crop, spacing_mm, flat));
    let (forth, back) = rayon::join(
        || a.distances_to(&b, spacing_mm),
        || b.distances_to(&a, spacing_mm),
    );
    let area = forth.area + back.area;
    let nsd = options.tolerances_mm.iter().map(|&tolerance| {
        let limit = tolerance + LIMIT_SLACK_MM;
        let within = forth.area_within(limit) + back.area_within(limit);
        surface_share(tolerance, Ok((within / area).min(1.0)))
    });
    let [border_a, border_b] = crops.each_ref().map(|crop| border(crop, flat));
    let voxel = BorderDistances::between(&border_a, &border_b, crops[0].size, spacing_mm);
    let band = boundary_iou(
        crops.each_ref(),
        [&border_a, &border_b],
        spacing_mm,
        flat,
        options.boundary_mm + LIMIT_SLACK_MM,
    );
    let mut figures = DistanceFigures {
        nsd: nsd.collect(),
        ..DistanceFigures::default()
    };
    figures.set_areas([Ok(a.area()), Ok(b.area())], flat, reasons);
    let mut settle = |key: &str, value: f64| reasons.settle(key, Ok(value));
    let worst = |percent: f64| forth.percentile(percent).max(back.percentile(percent));
    figures.hd_mm = settle("hd_mm", forth.maximum().max(back.maximum()));
    figures.hd95_mm = settle("hd95_mm", worst(95.0));
    figures.hd99_mm = settle("hd99_mm", worst(99.0));
    figures.msd_a_to_b_mm = settle("msd_a_to_b_mm", forth.mean());
    figures.msd_b_to_a_mm = settle("msd_b_to_a_mm", back.mean());
    figures.masd_mm = settle("masd_mm", (forth.mean() + back.mean()) / 2.0);
    figures.assd_mm = settle("assd_mm", (forth.moment + back.moment) / area);
    figures.hd_voxel_mm = settle("hd_voxel_mm", voxel.hd_mm);
    figures.hd95_voxel_mm = settle("hd95_voxel_mm", voxel.hd95_mm);
    figures.assd_voxel_mm = settle("assd_voxel_mm", voxel.assd_mm);
    figures.boundary_iou = settle("boundary_iou", band);
    figures
}
