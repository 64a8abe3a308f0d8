//! Secondary distances between border voxels, and boundary IoU.

use super::crop::Crop;
use rayon::prelude::*;
use voxel::distance::{near_voxels, squared_distances_at};

/// Places of the foreground voxels with a background neighbour across a face (one slice: across an
/// edge), in order.
pub(crate) fn border(crop: &Crop, flat: bool) -> Vec<usize> {
    touching(crop, flat, |cell, beside| cell && !beside)
}

/// Places of the background voxels with a foreground neighbour across a face, in order.
fn shore(crop: &Crop, flat: bool) -> Vec<usize> {
    touching(crop, flat, |cell, beside| !cell && beside)
}

/// Places of the voxels for which `is_wanted` holds with a neighbour; all outside is background.
fn touching(crop: &Crop, flat: bool, is_wanted: impl Fn(bool, bool) -> bool + Sync) -> Vec<usize> {
    let [nx, ny, nz] = crop.size;
    let of_plane = |k: usize| -> Vec<usize> {
        let mut found = Vec::new();
        for j in 0..ny {
            let Some(row) = crop.row(Some(j), Some(k)) else {
                continue;
            };
            let across = [j.checked_sub(1), Some(j + 1)].map(|j| crop.row(j, Some(k)));
            let up = [k.checked_sub(1), Some(k + 1)].map(|k| crop.row(Some(j), k));
            let rows = across.into_iter().chain(up.into_iter().filter(|_| !flat));
            let rows: Vec<Option<&[u8]>> = rows.collect();
            let from = nx * (j + ny * k);
            for i in 0..nx {
                let cell = row[i] != 0;
                let ends = [i.checked_sub(1), (i + 1 < nx).then_some(i + 1)];
                let is_beside = |beside: bool| is_wanted(cell, beside);
                if ends
                    .iter()
                    .any(|end| is_beside(end.is_some_and(|i| row[i] != 0)))
                    || rows
                        .iter()
                        .any(|row| is_beside(row.is_some_and(|row| row[i] != 0)))
                {
                    found.push(from + i);
                }
            }
        }
        found
    };
    let planes: Vec<Vec<usize>> = (0..nz).into_par_iter().map(of_plane).collect();
    planes.concat()
}

/// Hausdorff distance, its 95th percentile and the mean over the border voxels' centres, in mm.
pub(crate) struct BorderDistances {
    pub(crate) hd_mm: f64,
    pub(crate) hd95_mm: f64,
    pub(crate) assd_mm: f64,
}

impl BorderDistances {
    /// Both masks are cut to the same box and neither is empty.
    pub(crate) fn between(
        a: &[usize],
        b: &[usize],
        size: [usize; 3],
        spacing_mm: [f64; 3],
    ) -> Self {
        let (forth, back) = rayon::join(
            || directed(a, b, size, spacing_mm),
            || directed(b, a, size, spacing_mm),
        );
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
fn directed(from: &[usize], to: &[usize], size: [usize; 3], spacing_mm: [f64; 3]) -> Vec<f64> {
    let mut is_site = vec![false; size.iter().product()];
    for &place in to {
        is_site[place] = true;
    }
    let squares = squared_distances_at(from, &is_site, size, spacing_mm);
    let mut distances: Vec<f64> = squares.into_iter().map(f64::sqrt).collect();
    distances.par_sort_unstable_by(f64::total_cmp);
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
/// The image is padded with one background layer at the spacing; nothing farther can be nearer. The
/// nearest background voxel always has a foreground neighbour: one step towards the voxel that asks
/// would be nearer else.
fn band(
    crop: &Crop,
    border: &[usize],
    spacing_mm: [f64; 3],
    flat: bool,
    width_mm: f64,
) -> Vec<bool> {
    let margin = [1, 1, usize::from(!flat)];
    let padded = crop.padded(margin);
    let near = near_voxels(&shore(&padded, flat), padded.size, spacing_mm, width_mm);
    let [nx, ny, nz] = crop.size;
    let mut band = Vec::with_capacity(crop.cells.len());
    for k in 0..nz {
        for j in 0..ny {
            let cells = &crop.cells[nx * (j + ny * k)..][..nx];
            let wide =
                margin[0] + padded.size[0] * (j + margin[1] + padded.size[1] * (k + margin[2]));
            let near = &near[wide..wide + nx];
            band.extend(
                cells
                    .iter()
                    .zip(near)
                    .map(|(&cell, &near)| cell != 0 && near),
            );
        }
    }
    for &place in border {
        band[place] = true;
    }
    band
}

/// |band A and band B| / |band A or band B| of two masks that are not both empty
/// (Cheng 2021, with a physical width).
pub(crate) fn boundary_iou(
    crops: [&Crop; 2],
    borders: [&[usize]; 2],
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
        assert_eq!(border(&crop, false).len(), 56);
        let slice = Crop {
            size: [4, 4, 1],
            cells: vec![1; 16],
        };
        assert_eq!(border(&slice, true).len(), 12);
    }
}
