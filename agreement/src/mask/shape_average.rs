//! Shape-based average of several readers (Rohlfing & Maurer 2007, IEEE Trans Image Process 16:153):
//! where the mean of their signed distances to the surface is negative.

use super::crop::Crop;
use super::overlap::OverlapCounts;
use super::pair::{check_size, union_box};
use crate::Error;
use crate::figure::{Reason, Reasons};
use rayon::prelude::*;
use serde::Serialize;
use voxel::distance::squared_distances;
use voxel::{Grid, Mask, Span};

/// The shape-based average and each reader's Dice to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShapeAverageFigures {
    /// Voxels of the average.
    pub n_voxels: Option<u64>,
    /// Dice of each reader to it; `None` where both are empty.
    pub dice: Vec<Option<f64>>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// The voxels where the mean of the readers' signed distances in mm is negative: outside a mask the
/// distance to its nearest voxel, inside it minus that to the nearest voxel of its background, which
/// includes all outside the image. A reader without a voxel has no surface and is left out; where half
/// of them or more have none, the average is empty.
///
/// On a sheared grid the distances are those of the grid with right angles.
///
/// # Errors
/// [`Error::GeometryMismatch`] if a mask has another size than the grid.
///
/// ```
/// use agreement::shape_average;
/// use voxel::{Affine, Grid, Mask};
/// let grid = Grid::new([20, 20, 1], Affine::identity()).unwrap();
/// let square = |from, to| {
///     Mask::from_fn(grid.size(), move |v| (from..to).contains(&v.0[0]) && (from..to).contains(&v.0[1]))
/// };
/// let (small, large) = (square(6, 12), square(4, 14));
/// let average = shape_average(&[&small, &large], &grid).unwrap();
/// assert!(average.count() > small.count() && average.count() < large.count());
/// ```
pub fn shape_average(masks: &[&Mask], grid: &Grid) -> Result<Mask, Error> {
    for (number, mask) in masks.iter().enumerate() {
        check_size(mask, number + 1, grid)?;
    }
    let drawn: Vec<&Mask> = masks.iter().copied().filter(|m| !m.is_empty()).collect();
    let Some(cut) = union_box(drawn.iter().copied()).filter(|_| 2 * drawn.len() > masks.len())
    else {
        return Ok(Mask::empty(grid.size()));
    };
    let flat = grid.size()[2] == 1;
    let margin = [1, 1, usize::from(!flat)];
    let spacing_mm = grid.spacing_mm();
    let mut sums: Vec<f64> = Vec::new();
    let mut size = [0; 3];
    for mask in drawn {
        let crop = Crop::of_mask(mask, cut).padded(margin);
        let inside: Vec<bool> = crop.cells.iter().map(|&cell| cell != 0).collect();
        let outside: Vec<bool> = inside.iter().map(|inside| !inside).collect();
        let to_mask = squared_distances(&inside, crop.size, spacing_mm);
        let to_background = squared_distances(&outside, crop.size, spacing_mm);
        size = crop.size;
        sums.resize(inside.len(), 0.0);
        // one of the two is 0 at every voxel
        let signed = to_mask.par_iter().zip(&to_background);
        sums.par_iter_mut()
            .zip(signed)
            .for_each(|(sum, (out, inner))| *sum += out.sqrt() - inner.sqrt());
    }
    // a sum of 0 is background, whatever rounding makes of it
    let is_inside = |sum: f64| sum < -1e-9;
    let first: [i64; 3] = std::array::from_fn(|axis| cut.min[axis] as i64 - margin[axis] as i64);
    let mut spans = Vec::new();
    for (row, sums) in sums.chunks(size[0]).enumerate() {
        let (j, k) = (
            (row % size[1]) as i64 + first[1],
            (row / size[1]) as i64 + first[2],
        );
        let mut i = first[0];
        for run in sums.chunk_by(|a, b| is_inside(*a) == is_inside(*b)) {
            let end = i + run.len() as i64;
            if is_inside(run[0]) {
                spans.push(Span {
                    j,
                    k,
                    i0: i,
                    i1: end,
                });
            }
            i = end;
        }
    }
    Ok(Mask::from_spans(grid.size(), &spans))
}

/// The average and how near the readers are to it.
pub(crate) fn shape_average_figures(
    masks: &[&Mask],
    grid: &Grid,
) -> Result<ShapeAverageFigures, Error> {
    let mut reasons = Reasons::default();
    if masks.iter().all(|mask| mask.is_empty()) {
        reasons.note("n_voxels", Reason::AllEmpty);
        return Ok(ShapeAverageFigures {
            n_voxels: None,
            dice: Vec::new(),
            reasons,
        });
    }
    let average = shape_average(masks, grid)?;
    let dice: Vec<Option<f64>> = masks
        .iter()
        .map(|mask| OverlapCounts::of_masks(mask, &average).dice().ok())
        .collect();
    if dice.contains(&None) {
        reasons.note("dice", Reason::BothEmpty);
    }
    Ok(ShapeAverageFigures {
        n_voxels: Some(average.count()),
        dice,
        reasons,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::Affine;

    fn grid() -> Grid {
        Grid::new([24, 20, 9], Affine::scaling([0.8, 0.8, 2.0])).unwrap()
    }

    fn ball(shift: i64, radius: f64) -> Mask {
        Mask::from_fn(grid().size(), |v| {
            let [x, y, z] = v.0.map(|n| n as f64);
            let at = [
                (x - 11.0 - shift as f64) * 0.8,
                (y - 10.0) * 0.8,
                (z - 4.0) * 2.0,
            ];
            at.iter().map(|n| n * n).sum::<f64>().sqrt() <= radius
        })
    }

    #[test]
    fn readers_who_agree_are_their_own_average() {
        let mask = ball(0, 5.0);
        assert_eq!(
            shape_average(&[&mask, &mask, &mask], &grid()).unwrap(),
            mask
        );
        let full = Mask::full(grid().size());
        assert_eq!(shape_average(&[&full, &full], &grid()).unwrap(), full);
    }

    #[test]
    fn the_average_of_a_small_and_a_large_ball_lies_between_them() {
        let (small, large) = (ball(0, 3.0), ball(0, 6.0));
        let average = shape_average(&[&small, &large], &grid()).unwrap();
        assert_eq!(average.union(&small), average);
        assert_eq!(average.intersection(&large), average);
        assert!(average.count() > small.count() && average.count() < large.count());
    }

    #[test]
    fn half_of_the_readers_without_a_voxel_make_the_average_empty() {
        let (mask, none) = (ball(0, 5.0), Mask::empty(grid().size()));
        assert!(shape_average(&[&mask, &none], &grid()).unwrap().is_empty());
        assert_eq!(
            shape_average(&[&mask, &mask, &none], &grid()).unwrap(),
            mask
        );
    }

    #[test]
    fn the_order_of_the_readers_changes_no_voxel() {
        let masks = [ball(0, 5.0), ball(1, 5.0), ball(-2, 5.0)];
        let [a, b, c] = masks.each_ref();
        let one = shape_average(&[a, b, c], &grid()).unwrap();
        for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            assert_eq!(shape_average(&order, &grid()).unwrap(), one);
        }
    }
}
