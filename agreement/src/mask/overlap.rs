//! Counts and overlap of two masks: everything that needs no distance.

use crate::figure::{Figure, Reason, Reasons, ratio};
use serde::Serialize;
use voxel::{Grid, Mask};

/// Voxel counts of two masks on one grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverlapCounts {
    /// Voxels of the first mask.
    pub a: u64,
    /// Voxels of the second mask.
    pub b: u64,
    /// Voxels of both.
    pub intersection: u64,
    /// Voxels of the image.
    pub total: u64,
}

impl OverlapCounts {
    /// Counts two masks of the same size.
    #[must_use]
    pub fn of_masks(a: &Mask, b: &Mask) -> Self {
        Self {
            a: a.count(),
            b: b.count(),
            intersection: a.intersection_count(b),
            total: a.size().iter().map(|&n| n as u64).product(),
        }
    }

    /// Voxels of at least one mask.
    #[must_use]
    pub fn union(self) -> u64 {
        self.a + self.b - self.intersection
    }

    /// Why a figure that needs voxels in both masks is undefined.
    pub(crate) fn emptiness(self) -> Option<Reason> {
        match (self.a, self.b) {
            (0, 0) => Some(Reason::BothEmpty),
            (0, _) => Some(Reason::AEmpty),
            (_, 0) => Some(Reason::BEmpty),
            _ => None,
        }
    }

    /// Dice coefficient 2|A and B| / (|A| + |B|).
    pub fn dice(self) -> Figure {
        ratio(2 * self.intersection, self.a + self.b, Reason::BothEmpty)
    }

    /// Intersection over union.
    pub fn iou(self) -> Figure {
        ratio(self.intersection, self.union(), Reason::BothEmpty)
    }

    /// Cohen's kappa over all voxels of the image; it depends on the field of view.
    pub fn voxel_kappa(self) -> Figure {
        let [a, b, both, n] = [self.a, self.b, self.intersection, self.total].map(i128::from);
        let agreeing = n - a - b + 2 * both;
        let by_chance = a * b + (n - a) * (n - b);
        if by_chance == n * n {
            return Err(if a == 0 {
                Reason::BothEmpty
            } else {
                Reason::SingleCategory
            });
        }
        Ok((n * agreeing - by_chance) as f64 / (n * n - by_chance) as f64)
    }
}

/// Counts, volumes and overlaps of two masks; keys of the golden contract, section 4.1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapFigures {
    /// Voxels of the first mask.
    pub n_voxels_a: u64,
    /// Voxels of the second mask.
    pub n_voxels_b: u64,
    /// Voxels of both masks.
    pub n_voxels_intersection: u64,
    /// Voxels of at least one mask.
    pub n_voxels_union: u64,
    /// Voxels of the image.
    pub n_voxels_total: u64,
    /// Volume of the first mask in ml.
    pub volume_a_ml: f64,
    /// Volume of the second mask in ml.
    pub volume_b_ml: f64,
    /// Dice coefficient.
    pub dice: Option<f64>,
    /// Intersection over union (Jaccard).
    pub iou: Option<f64>,
    /// 1 - |a - b| / (a + b) of the sizes.
    pub volume_similarity: Option<f64>,
    /// (b - a) / a of the sizes, the first mask being the reference.
    pub relative_volume_difference: Option<f64>,
    /// Share of the first mask that the second covers.
    pub sensitivity: Option<f64>,
    /// Share of the second mask that lies in the first.
    pub precision: Option<f64>,
    /// Share of the first mask's background that is the second's, too.
    pub specificity: Option<f64>,
    /// Cohen's kappa over all voxels of the image.
    pub voxel_kappa: Option<f64>,
}

impl OverlapFigures {
    /// Figures of counted masks; undefined ones are noted in `reasons`.
    pub(crate) fn new(counts: OverlapCounts, voxel_mm3: f64, reasons: &mut Reasons) -> Self {
        let OverlapCounts {
            a,
            b,
            intersection,
            total,
        } = counts;
        let empty = counts.emptiness();
        let volume_similarity = counts
            .dice()
            .map(|_| 1.0 - a.abs_diff(b) as f64 / (a + b) as f64);
        let no_a = empty.unwrap_or(Reason::AEmpty);
        let no_b = empty.unwrap_or(Reason::BEmpty);
        let mut settle = |key: &str, figure: Figure| reasons.settle(key, figure);
        Self {
            n_voxels_a: a,
            n_voxels_b: b,
            n_voxels_intersection: intersection,
            n_voxels_union: counts.union(),
            n_voxels_total: total,
            volume_a_ml: a as f64 * voxel_mm3 / 1000.0,
            volume_b_ml: b as f64 * voxel_mm3 / 1000.0,
            dice: settle("dice", counts.dice()),
            iou: settle("iou", counts.iou()),
            volume_similarity: settle("volume_similarity", volume_similarity),
            relative_volume_difference: settle(
                "relative_volume_difference",
                if a == 0 {
                    Err(no_a)
                } else {
                    Ok((b as f64 - a as f64) / a as f64)
                },
            ),
            sensitivity: settle("sensitivity", ratio(intersection, a, no_a)),
            precision: settle("precision", ratio(intersection, b, no_b)),
            specificity: settle(
                "specificity",
                ratio(total - counts.union(), total - a, Reason::NoBackground),
            ),
            voxel_kappa: settle("voxel_kappa", counts.voxel_kappa()),
        }
    }
}

/// [`OverlapFigures`] with their reasons: the quick part of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    /// The figures.
    #[serde(flatten)]
    pub figures: OverlapFigures,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Overlap of two masks on `grid`, without distances: milliseconds on any size.
///
/// # Errors
/// [`crate::Error::GeometryMismatch`] if a mask has another size than the grid.
pub fn overlap(a: &Mask, b: &Mask, grid: &Grid) -> Result<Overlap, crate::Error> {
    super::pair::check_size(a, 1, grid)?;
    super::pair::check_size(b, 2, grid)?;
    let mut reasons = Reasons::default();
    let counts = OverlapCounts::of_masks(a, b);
    let figures = OverlapFigures::new(counts, grid.voxel_volume_mm3(), &mut reasons);
    Ok(Overlap { figures, reasons })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_exact_on_counts_beyond_the_square_root_of_the_integer_range() {
        let half = OverlapCounts {
            a: 1 << 40,
            b: 1 << 40,
            intersection: 1 << 40,
            total: 1 << 41,
        };
        assert_eq!(half.voxel_kappa(), Ok(1.0));
        let chance = OverlapCounts {
            a: 1 << 40,
            b: 1 << 40,
            intersection: 1 << 39,
            total: 1 << 41,
        };
        assert_eq!(chance.voxel_kappa(), Ok(0.0));
    }

    #[test]
    fn two_empty_masks_have_no_dice_and_full_specificity() {
        let mut reasons = Reasons::default();
        let counts = OverlapCounts {
            a: 0,
            b: 0,
            intersection: 0,
            total: 10,
        };
        let figures = OverlapFigures::new(counts, 1.0, &mut reasons);
        assert_eq!(figures.dice, None);
        assert_eq!(reasons.get("dice"), Some(Reason::BothEmpty));
        assert_eq!(reasons.get("precision"), Some(Reason::BothEmpty));
        assert_eq!(figures.specificity, Some(1.0));
    }
}
