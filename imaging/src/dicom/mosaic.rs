//! Siemens mosaics: all slices of a volume as tiles of one large frame. The position in the file
//! is that of the large frame's corner, so the first slice lies half the difference of the widths
//! further in (as dcm2niix and NiBabel compute it).

use super::csa::{Csa, MAX_TILES};
use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameInfo;
use super::geometry::{is_orthonormal, normal_of, usable_spacing};
use super::layout::Layout;
use super::private_value::{private_number, private_tag, unsigned16};
use crate::problem::Problem;
use voxel::PatientVector;

/// How a large frame is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mosaic {
    /// Tiles that hold a slice; those after them are empty.
    pub(crate) tiles: u32,
    /// Tiles beside each other.
    pub(crate) across: u32,
    /// Columns and rows of a tile.
    pub(crate) size: [usize; 2],
}

impl Mosaic {
    /// The division of a file's one frame; `None` for other images.
    pub(crate) fn of(root: &DataSet, layout: &Layout) -> Option<Self> {
        if layout.frames != 1 || layout.is_native_422 {
            return None;
        }
        Self::read(root, layout.columns, layout.rows)
    }

    /// The division of a data set's one frame of `columns` × `rows`; `None` for other images.
    pub(crate) fn read(root: &DataSet, columns: u16, rows: u16) -> Option<Self> {
        if !is_mosaic(root) {
            return None;
        }
        let tiles = number_of_images(root)?;
        let across = (1..=u32::from(columns)).find(|side| side * side >= tiles)?;
        let [columns, rows] = [u32::from(columns), u32::from(rows)];
        if across < 2 || columns % across != 0 || rows % across != 0 {
            return None;
        }
        Some(Mosaic {
            tiles,
            across,
            size: [(columns / across) as usize, (rows / across) as usize],
        })
    }

    /// Copies tile number `tile` of `whole` to `out`, row by row.
    pub(crate) fn copy<T: Copy>(&self, whole: &[T], tile: u32, out: &mut [T]) {
        let [width, height] = self.size;
        let line = width * self.across as usize;
        let left = (tile % self.across) as usize * width;
        let top = (tile / self.across) as usize * height;
        for (row, target) in out.chunks_exact_mut(width).enumerate() {
            let start = (top + row) * line + left;
            if let Some(source) = whole.get(start..start + width) {
                target.copy_from_slice(source);
            }
        }
    }

    /// The slices of the mosaic whose large frame is `whole`, each at its place.
    pub(crate) fn slices(&self, root: &DataSet, whole: &FrameInfo) -> Vec<FrameInfo> {
        let first = self.first_place(whole);
        let step = whole
            .step
            .or(whole.thickness)
            .filter(|step| step.is_finite() && *step > 0.0);
        let normal = whole.orientation.map(|directions| {
            let normal = PatientVector(normal_of(directions));
            let said = Csa::read(root).normal.map(PatientVector);
            // the file's vector tells the side to which the slices follow
            match said {
                Some(said) if said.dot(normal) < 0.0 => -normal,
                _ => normal,
            }
        });
        (0..self.tiles)
            .map(|tile| {
                let mut slice = whole.clone();
                slice.tile = tile;
                slice.position = match (first, normal, step) {
                    (Some(first), Some(normal), Some(step)) => {
                        let along = normal * (step * f64::from(tile));
                        Some((voxel::PatientPoint(first) + along).0)
                    }
                    _ => None,
                };
                slice
            })
            .collect()
    }

    /// Centre of the first pixel of the first tile.
    fn first_place(&self, whole: &FrameInfo) -> Option<[f64; 3]> {
        let directions = whole.orientation.filter(|o| is_orthonormal(*o))?;
        let [row_mm, column_mm] = usable_spacing(whole.spacing)?;
        let [x, y, z, u, v, w] = directions;
        let [width, height] = self.size.map(|size| size as f64);
        let further = f64::from(self.across - 1) / 2.0;
        let point = voxel::PatientPoint(whole.position?)
            + PatientVector([x, y, z]) * (column_mm * width * further)
            + PatientVector([u, v, w]) * (row_mm * height * further);
        Some(point.0)
    }
}

fn is_mosaic(root: &DataSet) -> bool {
    let types = root.plain_values(Tag(0x0008, 0x0008));
    types.iter().any(|value| value == "MOSAIC") && root.get(Tag(0x5200, 0x9230)).is_none()
}

fn number_of_images(root: &DataSet) -> Option<u32> {
    Csa::read(root).images.or_else(|| {
        let tag = private_tag(root, 0x0019, "SIEMENS MR HEADER", 0x0A)?;
        let number = private_number(root, tag, unsigned16)?;
        (1.0..=MAX_TILES).contains(&number).then_some(number as u32)
    })
}

/// The remark on a mosaic that cannot be taken apart.
pub(crate) fn whole_mosaic(root: &DataSet, mosaic: Option<Mosaic>) -> Option<Problem> {
    (is_mosaic(root) && mosaic.is_none()).then(|| {
        Problem::new(
            "mosaic_whole",
            "the image is a mosaic of slices, but the file does not say of how many; it is shown whole",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_read_from_left_to_right_and_top_to_bottom() {
        let mosaic = Mosaic {
            tiles: 3,
            across: 2,
            size: [2, 1],
        };
        let whole = [1, 2, 3, 4, 5, 6, 7, 8];
        let tiles = [0, 1, 2].map(|tile| {
            let mut out = [0; 2];
            mosaic.copy(&whole, tile, &mut out);
            out
        });
        assert_eq!(tiles, [[1, 2], [3, 4], [5, 6]]);
    }
}
