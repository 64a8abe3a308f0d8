//! Exact squared distances where only some voxels ask, and the band along a border.
//!
//! Two readers' surfaces lie close together, so the nearest voxel of the other one is found by looking
//! at the rows around a voxel, nearest first, until no row can be nearer. Where they are far apart that
//! is more work than transforming the whole box, and the transform is made instead: both are exact.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::squared_distances;

/// Rows looked at, per voxel of the box, beyond which the transform of the whole box is faster.
const ROWS_PER_VOXEL: u64 = 6;
/// Places that a thread takes at once.
const PLACES_PER_THREAD: usize = 1 << 11;
/// Steps of a row without a feature.
const NONE: u32 = u32::MAX;

/// The squared distance (mm²) from each of `places` (i fastest, then j, then k) to the nearest voxel
/// of `is_feature`; infinite without any. See [`squared_distances`].
///
/// # Panics
/// If there is not one `is_feature` per voxel of `size`, or a place lies beyond them.
pub fn squared_distances_at(
    places: &[usize],
    is_feature: &[bool],
    size: [usize; 3],
    spacing_mm: [f64; 3],
) -> Vec<f64> {
    let near = Rows::new(is_feature, size, spacing_mm).nearest(places);
    near.unwrap_or_else(|| {
        let squares = squared_distances(is_feature, size, spacing_mm);
        places.iter().map(|&place| squares[place]).collect() // places are voxels of the box
    })
}

/// For every voxel how far the nearest feature of its own row is.
struct Rows {
    size: [usize; 3],
    spacing_mm: [f64; 3],
    steps: Vec<u32>,
}

impl Rows {
    fn new(is_feature: &[bool], size: [usize; 3], spacing_mm: [f64; 3]) -> Rows {
        let [columns, rows, planes] = size;
        assert_eq!(
            is_feature.len(),
            columns * rows * planes,
            "one bool per voxel"
        );
        let mut steps = vec![NONE; is_feature.len()];
        if !steps.is_empty() {
            steps
                .par_chunks_mut(columns)
                .zip(is_feature.par_chunks(columns))
                .with_min_len((1_usize << 14).div_ceil(columns))
                .for_each(|(steps, features)| steps_along(steps, features));
        }
        Rows {
            size,
            spacing_mm,
            steps,
        }
    }

    /// The squared distance of each place, or `None` if the search became too much work.
    fn nearest(&self, places: &[usize]) -> Option<Vec<f64>> {
        let allowed = ROWS_PER_VOXEL * self.steps.len() as u64;
        let looked_at = AtomicU64::new(0);
        let mut found = vec![f64::INFINITY; places.len()];
        let is_done = found
            .par_chunks_mut(PLACES_PER_THREAD)
            .zip(places.par_chunks(PLACES_PER_THREAD))
            .all(|(found, places)| {
                let mut rows = 0;
                for (square, &place) in found.iter_mut().zip(places) {
                    *square = self.square(place, &mut rows);
                }
                looked_at.fetch_add(rows, Ordering::Relaxed) + rows <= allowed
            });
        is_done.then_some(found)
    }

    /// The squared distance of one voxel; adds the rows that were looked at.
    fn square(&self, place: usize, looked_at: &mut u64) -> f64 {
        let [columns, rows, planes] = self.size;
        let (i, j, k) = (
            place % columns,
            place / columns % rows,
            place / (columns * rows),
        );
        let mut best = f64::INFINITY;
        for up in 0..planes.max(1) {
            let along_k = up as f64 * self.spacing_mm[2];
            let along_k = along_k * along_k;
            if along_k >= best {
                break;
            }
            let two_planes = [k.checked_sub(up), (up > 0).then_some(k + up)];
            for plane in two_planes.into_iter().flatten().filter(|&k| k < planes) {
                best = self.in_plane([i, j, plane], along_k, best, looked_at);
            }
        }
        best
    }

    /// The least of `best` and the squared distances to the features of one plane.
    fn in_plane(
        &self,
        [i, j, plane]: [usize; 3],
        along_k: f64,
        mut best: f64,
        looked_at: &mut u64,
    ) -> f64 {
        let [columns, rows, _] = self.size;
        for across in 0..rows {
            let along_j = across as f64 * self.spacing_mm[1];
            let along_j = along_j * along_j;
            if along_j + along_k >= best {
                break;
            }
            let two_rows = [j.checked_sub(across), (across > 0).then_some(j + across)];
            for row in two_rows.into_iter().flatten().filter(|&j| j < rows) {
                *looked_at += 1;
                let steps = self.steps[i + columns * (row + rows * plane)]; // a voxel of the box
                if steps != NONE {
                    let along_i = f64::from(steps) * self.spacing_mm[0];
                    best = best.min(along_i * along_i + along_j + along_k);
                }
            }
        }
        best
    }
}

/// Steps from each voxel of a row to its nearest feature.
fn steps_along(steps: &mut [u32], is_feature: &[bool]) {
    let mut last = NONE;
    for (steps, &is_feature) in steps.iter_mut().zip(is_feature) {
        last = if is_feature {
            0
        } else {
            last.saturating_add(1)
        };
        *steps = last;
    }
    let mut next = NONE;
    for (steps, &is_feature) in steps.iter_mut().zip(is_feature).rev() {
        next = if is_feature {
            0
        } else {
            next.saturating_add(1)
        };
        *steps = next.min(*steps);
    }
}

/// Whether each voxel's centre is at most `within_mm` from one of `features` (places of voxels).
///
/// Each feature marks the rows around it, or the whole box is transformed, whichever is less work.
///
/// # Panics
/// If a feature lies beyond the box.
pub fn near_voxels(
    features: &[usize],
    size: [usize; 3],
    spacing_mm: [f64; 3],
    within_mm: f64,
) -> Vec<bool> {
    let [columns, rows, planes] = size;
    let total = columns * rows * planes;
    let reach = |axis: usize| (within_mm / spacing_mm[axis]).floor().max(0.0);
    let per_feature = (2.0 * reach(1) + 1.0) * (2.0 * reach(2) + 1.0);
    if per_feature * features.len() as f64 > (ROWS_PER_VOXEL * total as u64) as f64 {
        let mut is_feature = vec![false; total];
        for &place in features {
            is_feature[place] = true; // a voxel of the box
        }
        let squares = squared_distances(&is_feature, size, spacing_mm);
        return squares.iter().map(|s| s.sqrt() <= within_mm).collect();
    }
    let [_, across, up] = [0, 1, 2].map(|axis| reach(axis) as i64);
    let mut stamp: Vec<(i64, i64, usize)> = Vec::new();
    for dk in -up..=up {
        for dj in -across..=across {
            let [y, z] = [dj as f64 * spacing_mm[1], dk as f64 * spacing_mm[2]];
            let left = within_mm * within_mm - y * y - z * z;
            if left >= 0.0 {
                stamp.push((dj, dk, (left.sqrt() / spacing_mm[0]).floor() as usize));
            }
        }
    }
    let mut near = vec![false; total];
    for &place in features {
        let i = place % columns;
        let (j, k) = (place / columns % rows, place / (columns * rows));
        for &(dj, dk, half) in &stamp {
            let row = j.checked_add_signed(dj as isize).filter(|&j| j < rows);
            let plane = k.checked_add_signed(dk as isize).filter(|&k| k < planes);
            let (Some(row), Some(plane)) = (row, plane) else {
                continue;
            };
            let start = columns * (row + rows * plane);
            let from = start + i.saturating_sub(half);
            let to = start + (i + half + 1).min(columns);
            near[from..to].fill(true); // a run of a row of the box
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn features(size: [usize; 3], one_in: u64, seed: u64) -> Vec<bool> {
        let mut state = seed | 1;
        (0..size.iter().product())
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 33).is_multiple_of(one_in)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn places_have_the_distances_of_the_whole_box(
            seed in any::<u64>(),
            one_in in 1_u64..400,
            spacing in prop::array::uniform3(0.2_f64..4.0),
        ) {
            let size = [13, 9, 7];
            let is_feature = features(size, one_in, seed);
            let whole = squared_distances(&is_feature, size, spacing);
            let places: Vec<usize> = (0..whole.len()).collect();
            let found = squared_distances_at(&places, &is_feature, size, spacing);
            for (found, whole) in found.into_iter().zip(whole) {
                prop_assert!(found == whole || (found - whole).abs() <= 1e-12 * whole);
            }
        }

        #[test]
        fn voxels_are_near_as_in_the_whole_box(
            seed in any::<u64>(),
            one_in in 1_u64..400,
            within in 0.0_f64..9.0,
        ) {
            let (size, spacing) = ([13, 9, 7], [0.7, 0.9, 2.5]);
            let is_feature = features(size, one_in, seed);
            let places: Vec<usize> = (0..is_feature.len()).filter(|&n| is_feature[n]).collect();
            let near = near_voxels(&places, size, spacing, within);
            let squares = squared_distances(&is_feature, size, spacing);
            for (near, square) in near.into_iter().zip(squares) {
                let distance = square.sqrt();
                prop_assert!((distance - within).abs() < 1e-9 || near == (distance <= within));
            }
        }
    }

    #[test]
    fn far_apart_features_are_found_by_the_transform() {
        let size = [300, 40, 40];
        let mut is_feature = vec![false; 300 * 40 * 40];
        is_feature[0] = true;
        let places: Vec<usize> = (0..is_feature.len()).collect();
        let found = squared_distances_at(&places, &is_feature, size, [1.0; 3]);
        assert_eq!(found.last(), Some(&(299.0 * 299.0 + 2.0 * 39.0 * 39.0)));
    }

    #[test]
    fn without_a_feature_nothing_is_near() {
        let found = squared_distances_at(&[0, 5], &[false; 8], [2, 2, 2], [1.0; 3]);
        assert_eq!(found, [f64::INFINITY; 2]);
        assert_eq!(near_voxels(&[], [2, 2, 2], [1.0; 3], 4.0), [false; 8]);
    }
}
