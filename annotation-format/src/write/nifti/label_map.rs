//! Label maps: one whole number per voxel.

use std::collections::BTreeMap;
use std::path::Path;

use voxel::{Grid, Mask};

use super::super::Error;
use super::super::values::NumberType;
use super::header::{Header, INTENT_LABEL};
use super::write_file;

/// One value of a label map and the voxels that have it.
#[derive(Clone, Debug)]
pub struct MapLabel<'a> {
    /// The value, from 1.
    pub value: u32,
    /// The masks whose voxels get it; they may overlap each other.
    pub masks: Vec<&'a Mask>,
    /// Where labels overlap, the higher priority is kept; of equal ones the smaller value.
    pub priority: i32,
}

/// Label values on a grid, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelMap {
    /// Samples, little endian, `width` bytes each, i fastest.
    bytes: Vec<u8>,
    width: usize,
    hidden: BTreeMap<u32, u64>,
}

impl LabelMap {
    /// Paints the labels, the smallest unsigned sample type that holds the largest value.
    ///
    /// # Errors
    /// [`Error::SizeMismatch`] for a mask of another grid (`segment` is then the label's value).
    pub fn new(size: [usize; 3], labels: &[MapLabel]) -> Result<LabelMap, Error> {
        let largest = labels.iter().map(|label| label.value).max().unwrap_or(0);
        let width = match largest {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        };
        let mut map = LabelMap {
            bytes: vec![0; size.iter().product::<usize>() * width],
            width,
            hidden: BTreeMap::new(),
        };
        let mut order: Vec<&MapLabel> = labels.iter().collect();
        order.sort_by_key(|label| (label.priority, std::cmp::Reverse(label.value)));
        let mut painted = BTreeMap::new();
        for label in order {
            let mut whole = Mask::empty(size);
            for mask in &label.masks {
                if mask.size() != size {
                    return Err(Error::SizeMismatch {
                        segment: label.value as usize,
                        expected: size,
                        found: mask.size(),
                    });
                }
                whole = whole.union(mask);
            }
            map.paint(size, &whole, label.value);
            *painted.entry(label.value).or_insert(0) += whole.count();
        }
        let kept = map.counts();
        for (value, count) in painted {
            let hidden = count - kept.get(&value).copied().unwrap_or(0);
            if hidden > 0 {
                map.hidden.insert(value, hidden);
            }
        }
        Ok(map)
    }

    /// Voxels per label value that a label of higher priority covers: what this map cannot hold.
    pub fn hidden(&self) -> &BTreeMap<u32, u64> {
        &self.hidden
    }

    /// Bytes per sample: 1, 2 or 4.
    pub fn sample_bytes(&self) -> usize {
        self.width
    }

    /// Writes the map as NIfTI-1.
    ///
    /// # Errors
    /// [`Error::UnevenPlanes`] when the grid has no single affine, [`Error::Io`], [`Error::TooLarge`].
    pub fn write(&self, path: &Path, grid: &Grid) -> Result<(), Error> {
        let data_type = match self.width {
            1 => NumberType::U8,
            2 => NumberType::U16,
            _ => NumberType::U32,
        };
        let mut header = Header::new(grid, data_type)?;
        header.intent = INTENT_LABEL;
        header.description = "Dokuei_labels".to_owned();
        write_file(path, &header, |out| out.write_all(&self.bytes))
    }

    fn paint(&mut self, [columns, rows, _]: [usize; 3], mask: &Mask, value: u32) {
        let width = self.width;
        let value = &value.to_le_bytes()[..width];
        let bytes = &mut self.bytes;
        mask.for_each_run(|run| {
            let row = (run.k as usize * rows + run.j as usize) * columns;
            let (from, to) = (row + run.i0 as usize, row + run.i1 as usize);
            for sample in bytes[from * width..to * width].chunks_exact_mut(width) {
                sample.copy_from_slice(value);
            }
        });
    }

    /// Voxels per value.
    fn counts(&self) -> BTreeMap<u32, u64> {
        let mut counts = BTreeMap::new();
        for run in self.bytes.chunk_by(|a, b| self.width == 1 && a == b) {
            if self.width == 1 {
                *counts.entry(u32::from(run[0])).or_insert(0) += run.len() as u64;
            }
        }
        if self.width > 1 {
            for sample in self.bytes.chunks_exact(self.width) {
                let mut value = [0; 4];
                value[..self.width].copy_from_slice(sample);
                *counts.entry(u32::from_le_bytes(value)).or_insert(0) += 1;
            }
        }
        counts
    }
}
