//! Label maps: one whole number a voxel, 0 being background.
//!
//! Kept as two bytes a voxel beside the list of the numbers that occur, whatever type the file had.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::error::Error;
use crate::grid::Grid;
use crate::mask::{BRICK, Mask, VoxelBox};
use crate::space::VoxelIndex;

/// Different numbers that one map may hold.
const MOST_LABELS: usize = 1 << 16;

/// A grid and one whole number a voxel, i fastest, then j, then k.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelMap {
    grid: Grid,
    /// The numbers that occur, in the order in which they first do.
    labels: Vec<i64>,
    /// For each voxel the place of its number in `labels`.
    codes: Vec<u16>,
}

impl LabelMap {
    /// The map of these values.
    ///
    /// # Errors
    /// [`Error::SampleCount`] if there is not one value per voxel, [`Error::TooManyLabels`] beyond
    /// 65,536 different ones, [`Error::Memory`].
    ///
    /// ```
    /// use voxel::{Affine, Grid, LabelMap};
    /// let grid = Grid::new([2, 2, 1], Affine::identity())?;
    /// let map = LabelMap::new(grid, [0, 7, 7, -1])?;
    /// assert_eq!(map.labels(), [-1, 0, 7]);
    /// assert_eq!(map.mask(|label| label == 7).count(), 2);
    /// # Ok::<(), voxel::Error>(())
    /// ```
    pub fn new(grid: Grid, values: impl IntoIterator<Item = i64>) -> Result<LabelMap, Error> {
        LabelMap::try_new(grid, values.into_iter().map(Ok))
    }

    /// As [`LabelMap::new`] for values of which each may be refused.
    ///
    /// # Errors
    /// The first refusal; else as [`LabelMap::new`].
    pub fn try_new<E: From<Error>>(
        grid: Grid,
        values: impl IntoIterator<Item = Result<i64, E>>,
    ) -> Result<LabelMap, E> {
        let expected = grid.voxel_count();
        let bytes = expected.saturating_mul(2);
        let mut codes = Vec::new();
        usize::try_from(expected)
            .ok()
            .and_then(|n| codes.try_reserve_exact(n).ok())
            .ok_or(Error::Memory { bytes })?;
        let mut labels = Vec::new();
        let mut code_of: HashMap<i64, u16> = HashMap::new();
        // neighbours are mostly equal
        let mut last: Option<(i64, u16)> = None;
        for value in values {
            let value = value?;
            let code = match last {
                Some((label, code)) if label == value => code,
                _ => code_for(value, &mut labels, &mut code_of)?,
            };
            last = Some((value, code));
            if codes.len() as u64 == expected {
                let found = expected + 1;
                return Err(Error::SampleCount { expected, found }.into());
            }
            codes.push(code);
        }
        let found = codes.len() as u64;
        if found != expected {
            return Err(Error::SampleCount { expected, found }.into());
        }
        Ok(LabelMap {
            grid,
            labels,
            codes,
        })
    }

    /// Where the voxels lie.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The numbers that occur, ascending, background among them.
    pub fn labels(&self) -> Vec<i64> {
        let mut labels = self.labels.clone();
        labels.sort_unstable();
        labels
    }

    /// How many voxels have each number.
    pub fn counts(&self) -> BTreeMap<i64, u64> {
        let parts = self.codes.par_chunks(1 << 20).map(|codes| {
            let mut counts = vec![0_u64; self.labels.len()];
            for &code in codes {
                counts[usize::from(code)] += 1; // codes are places in labels
            }
            counts
        });
        let none = || vec![0; self.labels.len()];
        let counts = parts.reduce(none, |a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect());
        self.labels.iter().copied().zip(counts).collect()
    }

    /// The number at a position in the order of the voxels; `None` beyond the last.
    pub fn at(&self, position: usize) -> Option<i64> {
        let code = self.codes.get(position)?;
        self.labels.get(usize::from(*code)).copied()
    }

    /// The number of a voxel; `None` outside the grid.
    pub fn value(&self, voxel: VoxelIndex) -> Option<i64> {
        let [columns, rows, planes] = self.grid.size();
        let [i, j, k] = voxel.0.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        if i >= columns || j >= rows || k >= planes {
            return None;
        }
        self.at(i + columns * (j + rows * k))
    }

    /// One value a voxel, computed once a label: the fast way to look at all voxels.
    pub fn mapped<T: Copy>(&self, of: impl Fn(i64) -> T) -> Mapped<'_, T> {
        Mapped {
            values: self.labels.iter().map(|&label| of(label)).collect(),
            codes: &self.codes,
        }
    }

    /// The smallest box around the voxels of each number.
    pub fn boxes(&self) -> BTreeMap<i64, VoxelBox> {
        let [columns, rows, _] = self.grid.size();
        let none = || vec![None; self.labels.len()];
        let join = |a: Option<VoxelBox>, b: Option<VoxelBox>| match (a, b) {
            (Some(a), Some(b)) => Some(a.union(&b)),
            (a, b) => a.or(b),
        };
        let of_row = |mut boxes: Vec<Option<VoxelBox>>, (row, codes): (usize, &[u16])| {
            let (j, k) = (row % rows, row / rows);
            let mut i = 0;
            for run in codes.chunk_by(|a, b| a == b) {
                let run_box = VoxelBox {
                    min: [i, j, k],
                    max: [i + run.len(), j + 1, k + 1],
                };
                i += run.len();
                if let Some(found) = run.first().and_then(|&c| boxes.get_mut(usize::from(c))) {
                    *found = join(*found, Some(run_box));
                }
            }
            boxes
        };
        let boxes = self
            .codes
            .par_chunks(columns)
            .enumerate()
            .fold(none, of_row)
            .reduce(none, |a, b| {
                a.into_iter().zip(b).map(|(a, b)| join(a, b)).collect()
            });
        let found = self.labels.iter().copied().zip(boxes);
        found
            .filter_map(|(label, found)| Some((label, found?)))
            .collect()
    }

    /// The voxels whose number is `wanted`.
    pub fn mask(&self, wanted: impl Fn(i64) -> bool) -> Mask {
        self.mask_in(&VoxelBox::of_size(self.grid.size()), wanted)
    }

    /// The voxels of the rows through a box whose number is `wanted`; other rows are not looked at.
    pub fn mask_in(&self, within: &VoxelBox, wanted: impl Fn(i64) -> bool) -> Mask {
        let wanted: Vec<bool> = self.labels.iter().map(|&label| wanted(label)).collect();
        let [columns, rows, planes] = self.grid.size();
        Mask::from_rows([columns, rows, planes], |j, k, words| {
            if !(within.min[1]..within.max[1]).contains(&j)
                || !(within.min[2]..within.max[2]).contains(&k)
            {
                return;
            }
            let start = columns * (j + rows * k);
            let row = &self.codes[start..start + columns]; // j and k are rows of the grid
            for (word, codes) in words.iter_mut().zip(row.chunks(BRICK)) {
                for (bit, &code) in codes.iter().enumerate() {
                    *word |= u32::from(wanted[usize::from(code)]) << bit; // codes are places in labels
                }
            }
        })
    }

    /// The map on another grid: each voxel has the number of the voxel that it lies in, background
    /// outside (nearest neighbour).
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub fn resampled(&self, grid: &Grid) -> Result<LabelMap, Error> {
        let [columns, rows, planes] = grid.size();
        let place = |i: usize, j: usize, k: usize| {
            let at = crate::VoxelPoint([i, j, k].map(|n| n as f64));
            let point = self.grid.voxel_from_patient(grid.patient_from_voxel(at));
            let nearest = VoxelIndex(point.0.map(|n| n.round() as i64));
            self.value(nearest).unwrap_or(0)
        };
        let voxels = (0..planes)
            .flat_map(|k| (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k])));
        LabelMap::new(grid.clone(), voxels.map(|[i, j, k]| place(i, j, k)))
    }
}

/// The code of a number, a new one if it has not been seen.
fn code_for(
    value: i64,
    labels: &mut Vec<i64>,
    code_of: &mut HashMap<i64, u16>,
) -> Result<u16, Error> {
    if let Some(&code) = code_of.get(&value) {
        return Ok(code);
    }
    let code =
        u16::try_from(labels.len()).map_err(|_| Error::TooManyLabels { most: MOST_LABELS })?;
    labels.push(value);
    code_of.insert(value, code);
    Ok(code)
}

/// A label map with another value in the place of each label.
#[derive(Clone, Debug)]
pub struct Mapped<'a, T> {
    values: Vec<T>,
    codes: &'a [u16],
}

impl<T: Copy> Mapped<'_, T> {
    /// The value at a position in the order of the voxels.
    ///
    /// # Panics
    /// Beyond the last voxel.
    pub fn at(&self, position: usize) -> T {
        self.values[usize::from(self.codes[position])]
    }

    /// Voxels of the map.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Never: a grid has voxels.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Affine;

    fn grid(size: [usize; 3]) -> Grid {
        Grid::new(size, Affine::scaling([1.0, 2.0, 3.0])).unwrap()
    }

    #[test]
    fn a_mask_has_the_voxels_of_the_wanted_labels_on_a_grid_of_several_bricks() {
        let size = [70, 33, 35];
        let value = |at: usize| (at * 7 % 5) as i64 - 1;
        let map = LabelMap::new(grid(size), (0..70 * 33 * 35).map(value)).unwrap();
        let mask = map.mask(|label| label > 1);
        let same = Mask::from_fn(size, |v| {
            let [i, j, k] = v.0.map(|n| n as usize);
            value(i + 70 * (j + 33 * k)) > 1
        });
        assert_eq!(mask, same);
        for (label, found) in map.boxes() {
            let of_label = map.mask(|other| other == label);
            assert_eq!(of_label.bounding_box(), Some(found));
            assert_eq!(map.mask_in(&found, |other| other == label), of_label);
        }
        assert_eq!(map.counts().values().sum::<u64>(), 70 * 33 * 35);
        assert_eq!(map.counts()[&3] + map.counts()[&2], mask.count());
    }

    #[test]
    fn too_few_and_too_many_values_are_refused() {
        for n in [11, 13] {
            let refused = LabelMap::new(grid([2, 2, 3]), (0..n).map(|_| 0));
            assert!(matches!(refused, Err(Error::SampleCount { .. })));
        }
    }

    #[test]
    fn a_picture_with_more_values_than_labels_can_be_is_refused() {
        let size = [300, 300, 1];
        let refused = LabelMap::new(grid(size), 0..90_000);
        assert_eq!(refused.unwrap_err(), Error::TooManyLabels { most: 65_536 });
        assert!(LabelMap::new(grid([256, 256, 1]), 0..65_536).is_ok());
    }

    #[test]
    fn on_a_grid_of_half_the_size_each_voxel_has_the_label_where_it_lies() {
        let map = LabelMap::new(grid([4, 4, 1]), 0..16).unwrap();
        let half = Grid::new([2, 2, 1], Affine::scaling([2.0, 4.0, 3.0])).unwrap();
        let there = map.resampled(&half).unwrap();
        assert_eq!(
            (0..4).map(|n| there.at(n)).collect::<Vec<_>>(),
            [0, 2, 8, 10].map(Some)
        );
        let beyond = Grid::new([5, 4, 2], Affine::scaling([1.0, 2.0, 3.0])).unwrap();
        let there = map.resampled(&beyond).unwrap();
        assert_eq!(there.value(VoxelIndex([4, 0, 0])), Some(0));
        assert_eq!(there.value(VoxelIndex([3, 0, 0])), Some(3));
        assert_eq!(there.value(VoxelIndex([1, 1, 1])), Some(0));
    }
}
