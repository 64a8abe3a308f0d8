//! Secondary distances between border voxels, and boundary IoU.

use super::crop::Crop;
use voxel::distance::squared_distances;

/// Foreground voxels with a background neighbour across a face (one slice: across an edge).
pub(crate) fn border(crop: &Crop, flat: bool) -> Vec<bool> {
    let [nx, ny, nz] = crop.size;
    let mut border = vec![false; crop.cells.len()];
    for k in 0..nz {
        for j in 0..ny {
            let Some(row) = crop.row(Some(j), Some(k)) else {
                continue;
            };
            let beside = [
                crop.row(j.checked_sub(1), Some(k)),
                crop.row(Some(j + 1), Some(k)),
            ];
            let stacked = [
                crop.row(Some(j), k.checked_sub(1)),
                crop.row(Some(j), Some(k + 1)),
            ];
            let from = nx * (j + ny * k);
            for i in 0..nx {
                if row[i] == 0 {
                    continue;
                }
                let open = |rows: [Option<&[u8]>; 2]| {
                    rows.iter().any(|row| row.is_none_or(|row| row[i] == 0))
                };
                let ends = i == 0 || i + 1 == nx || row[i - 1] == 0 || row[i + 1] == 0;
                border[from + i] = ends || open(beside) || (!flat && open(stacked));
            }
        }
    }
    border
}

/// Hausdorff distance, its 95th percentile and the mean over the border voxels' centres, in mm.
pub(crate) struct BorderDistances {
    pub(crate) hd_mm: f64,
    pub(crate) hd95_mm: f64,
    pub(crate) assd_mm: f64,
}

impl BorderDistances {
    /// Both masks are cut to the same box and neither is empty.
    pub(crate) fn between(a: &[bool], b: &[bool], size: [usize; 3], spacing_mm: [f64; 3]) -> Self {
        let forth = directed(a, b, size, spacing_mm);
        let back = directed(b, a, size, spacing_mm);
        let last = |sorted: &[f64]| sorted.last().copied().unwrap_or(0.0);
        let sum = |sorted: &[f64]| sorted.iter().sum::<f64>();
        Self {
            hd_mm: last(&forth).max(last(&back)),
            hd95_mm: percentile_sorted(&forth, 95.0).max(percentile_sorted(&back, 95.0)),
            assd_mm: (sum(&forth) + sum(&back)) / (forth.len() + back.len()) as f64,
        }
    }
}

/// Distances from the voxels of `from` to the nearest voxel of `to`, sorted.
fn directed(from: &[bool], to: &[bool], size: [usize; 3], spacing_mm: [f64; 3]) -> Vec<f64> {
    let squares = squared_distances(to, size, spacing_mm);
    let mut distances: Vec<f64> = from
        .iter()
        .zip(squares)
        .filter(|(inside, _)| **inside)
        .map(|(_, square)| square.sqrt())
        .collect();
    distances.sort_unstable_by(f64::total_cmp);
    distances
}

/// Percentile with linear interpolation between the neighbours (type 7); 0 for an empty list.
pub(crate) fn percentile_sorted(sorted: &[f64], percent: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let position = last as f64 * percent / 100.0;
    let low = (position.floor() as usize).min(last);
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * (position - low as f64)
}

/// Voxels of a mask within `width_mm` of the nearest background voxel centre, and its border.
///
/// The image is padded with one background layer at the spacing; nothing farther can be nearer.
fn band(
    crop: &Crop,
    border: &[bool],
    spacing_mm: [f64; 3],
    flat: bool,
    width_mm: f64,
) -> Vec<bool> {
    let margin = [1, 1, usize::from(!flat)];
    let padded = crop.padded(margin);
    let background: Vec<bool> = padded.cells.iter().map(|&cell| cell == 0).collect();
    let squares = squared_distances(&background, padded.size, spacing_mm);
    let [nx, ny, nz] = crop.size;
    let mut band = Vec::with_capacity(crop.cells.len());
    for k in 0..nz {
        for j in 0..ny {
            let from = nx * (j + ny * k);
            let wide =
                margin[0] + padded.size[0] * (j + margin[1] + padded.size[1] * (k + margin[2]));
            band.extend((0..nx).map(|i| {
                crop.cells[from + i] != 0
                    && (border[from + i] || squares[wide + i].sqrt() <= width_mm)
            }));
        }
    }
    band
}

/// |band A and band B| / |band A or band B| of two masks that are not both empty
/// (Cheng 2021, with a physical width).
pub(crate) fn boundary_iou(
    crops: [&Crop; 2],
    borders: [&[bool]; 2],
    spacing_mm: [f64; 3],
    flat: bool,
    width_mm: f64,
) -> f64 {
    let (a, b) = rayon::join(
        || band(crops[0], borders[0], spacing_mm, flat, width_mm),
        || band(crops[1], borders[1], spacing_mm, flat, width_mm),
    );
    let (mut both, mut either) = (0_u64, 0_u64);
    for (a, b) in a.into_iter().zip(b) {
        both += u64::from(a && b);
        either += u64::from(a || b);
    }
    both as f64 / either as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate_between_neighbours() {
        let sorted = [0.0, 1.0, 2.0, 4.0];
        assert_eq!(percentile_sorted(&sorted, 50.0), 1.5);
        assert_eq!(percentile_sorted(&sorted, 100.0), 4.0);
        assert_eq!(percentile_sorted(&[3.0], 95.0), 3.0);
    }

    #[test]
    fn the_border_of_a_filled_box_is_its_outer_layer() {
        let crop = Crop {
            size: [4, 4, 4],
            cells: vec![1; 64],
        };
        assert_eq!(border(&crop, false).iter().filter(|b| **b).count(), 56);
        let slice = Crop {
            size: [4, 4, 1],
            cells: vec![1; 16],
        };
        assert_eq!(border(&slice, true).iter().filter(|b| **b).count(), 12);
    }
}
