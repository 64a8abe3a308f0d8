//! From pixels to voxels: the one map that slices, overlays and the GPU share.

mod stack;

use std::ops::Range;
use std::sync::Arc;

use voxel::{Grid, PatientPoint, PatientVector, VoxelPoint};

use crate::grid_plane::GridPlane;
use crate::view::{ScreenPoint, SliceView};

pub(crate) use stack::Reach;
use stack::Stack;

/// Added before rounding down to the nearest voxel, voxels. Pixel centres fall exactly between two
/// voxels at whole zoom factors; without it, rounding errors would choose a side per pixel.
pub(crate) const TIE: f64 = 1e-6;

/// A view may drift this far from the grid over the whole picture, voxels, and still counts as
/// aligned: Image Orientation (0020,0037) carries about six digits.
pub(crate) const DRIFT: f64 = 0.01;

/// And only when it is turned out of the grid by less than this, rad.
const TURN: f64 = 1e-3;

/// Fixed-point bits behind the point.
const FRACTION_BITS: u32 = 32;
const ONE: f64 = (1u64 << FRACTION_BITS) as f64;

/// Voxel coordinates of pixel centres: `origin + x·per_x + y·per_y`, then the stack's uneven planes.
#[derive(Debug, Clone)]
pub(crate) struct Sampling {
    /// Voxel coordinates of the first pixel's centre; k in usual steps where planes are uneven.
    pub(crate) origin: [f64; 3],
    /// Change per pixel to the right.
    pub(crate) per_x: [f64; 3],
    /// Change per pixel down.
    pub(crate) per_y: [f64; 3],
    /// Change per mm away from the reader.
    pub(crate) per_mm: [f64; 3],
    /// The grid's size.
    pub(crate) size: [usize; 3],
    /// The places of uneven planes.
    stack: Option<Arc<Stack>>,
}

/// What a picture along the grid looks up: one axis per picture side, one coordinate for the third.
#[derive(Debug, Clone)]
pub(crate) struct Aligned {
    /// The grid axis that runs along a picture row.
    pub(crate) across: usize,
    /// The grid axis that runs down the picture.
    pub(crate) down: usize,
    /// The grid axis of the normal.
    pub(crate) through: usize,
    /// Coordinate along `across` of each column; NaN where nothing lies there.
    pub(crate) columns: Vec<f64>,
    /// Coordinate along `down` of each row; NaN where nothing lies there.
    pub(crate) rows: Vec<f64>,
    /// The plane's coordinate; NaN outside the grid or in a gap.
    pub(crate) plane: f64,
}

/// A row of pixels walked in whole-number arithmetic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowWalk {
    /// Voxel coordinates here, `FRACTION_BITS` behind the point.
    pub(crate) at: [i64; 3],
    /// Change per column.
    step: [i64; 3],
}

impl Sampling {
    pub(crate) fn of_view(grid: &Grid, view: &SliceView) -> Self {
        let first = view.patient_at(ScreenPoint([0.5, 0.5]));
        let sides = [view.right, view.down].map(|side| side * view.mm_per_px);
        Self::of_picture(grid, first, sides, view.normal(), view.size_px)
    }

    /// As [`Sampling::native`] of a plane of `plane_grid`, but in the voxels of `grid`; `None` where
    /// the picture's pixels are not equally far apart, as across uneven planes.
    pub(crate) fn native_on(grid: &Grid, plane_grid: &Grid, plane: &GridPlane) -> Option<Self> {
        if grid == plane_grid {
            return Some(Self::native(grid, plane));
        }
        if !plane_grid.is_even() && plane.through != 2 {
            return None;
        }
        let native = Self::native(plane_grid, plane);
        let mut first = native.origin;
        first[plane.through] = plane.index as f64;
        let first = plane_grid.patient_from_voxel(VoxelPoint(first));
        let affine = plane_grid.affine();
        let sides = [native.per_x, native.per_y].map(|per| PatientVector(affine.apply_linear(per)));
        let normal = sides[0].cross(sides[1]).normalised()?;
        let size_px = plane.size(plane_grid);
        Some(Self::of_picture(grid, first, sides, normal, size_px))
    }

    /// One pixel without a size.
    pub(crate) fn of_point(grid: &Grid, point: PatientPoint) -> Self {
        let inverse = grid.affine().inverse().unwrap_or(*grid.affine());
        Self {
            origin: inverse.apply(point.0),
            per_x: [0.0; 3],
            per_y: [0.0; 3],
            per_mm: [0.0; 3],
            size: grid.size(),
            stack: Stack::of(grid).map(Arc::new),
        }
    }

    /// A flat picture: the centre of its first pixel, what is one pixel to the right and down, and the
    /// unit direction away from the reader.
    fn of_picture(
        grid: &Grid,
        first: PatientPoint,
        [right, down]: [PatientVector; 2],
        normal: PatientVector,
        size_px: [usize; 2],
    ) -> Self {
        // Every grid's affine is invertible: `Grid::new` refuses others.
        let inverse = grid.affine().inverse().unwrap_or(*grid.affine());
        let mut sampling = Self {
            origin: inverse.apply(first.0),
            per_x: inverse.apply_linear(right.0),
            per_y: inverse.apply_linear(down.0),
            per_mm: inverse.apply_linear(normal.0),
            size: grid.size(),
            stack: Stack::of(grid).map(Arc::new),
        };
        sampling.snap(size_px);
        sampling
    }

    /// One pixel per voxel of a grid plane.
    pub(crate) fn native(grid: &Grid, plane: &GridPlane) -> Self {
        let size = grid.size();
        let mut sampling = Self {
            origin: [0.0; 3],
            per_x: [0.0; 3],
            per_y: [0.0; 3],
            per_mm: [0.0; 3],
            size,
            stack: None,
        };
        sampling.origin[plane.through] = plane.index as f64;
        sampling.per_mm[plane.through] = 1.0 / plane_distance_mm(grid, plane.through);
        if plane.through == 2 {
            // Only for what lies before and behind: the picture itself is one plane.
            sampling.stack = Stack::of(grid).map(Arc::new);
            if let Some(stack) = &sampling.stack {
                sampling.origin[2] = stack.even_k(plane.index);
            }
        }
        for (step, per) in [
            (plane.right, &mut sampling.per_x),
            (plane.down, &mut sampling.per_y),
        ] {
            per[step.axis] = if step.reversed { -1.0 } else { 1.0 };
            if step.reversed {
                sampling.origin[step.axis] = size[step.axis] as f64 - 1.0;
            }
        }
        sampling
    }

    /// Takes drifts that nobody can see out of the map, about the picture's middle.
    fn snap(&mut self, size_px: [usize; 2]) {
        let largest = |per: [f64; 3]| per.into_iter().fold(0.0, |max: f64, v| max.max(v.abs()));
        let turns = [self.per_x, self.per_y].map(|per| TURN * largest(per));
        for axis in 0..3 {
            let sides = [
                (&mut self.per_x, size_px[0], turns[0]),
                (&mut self.per_y, size_px[1], turns[1]),
            ];
            for (per, side, turn) in sides {
                let drift = per[axis] * side as f64;
                if drift.abs() < DRIFT && per[axis].abs() < turn {
                    self.origin[axis] += per[axis] * (side as f64 - 1.0) / 2.0;
                    per[axis] = 0.0;
                }
            }
            let whole = self.origin[axis].round();
            if self.per_x[axis] == 0.0
                && self.per_y[axis] == 0.0
                && (self.origin[axis] - whole).abs() < DRIFT
                && self.stack.is_none()
            {
                self.origin[axis] = whole;
            }
        }
    }

    /// The first and the last coordinates that voxels reach, k in usual steps.
    pub(crate) fn extent(&self) -> ([f64; 3], [f64; 3]) {
        let mut low = [-0.5; 3];
        let mut high = self.size.map(|n| n as f64 - 0.5);
        if let Some(stack) = &self.stack {
            low[2] = stack.reach(0).start;
            high[2] = stack.reach(self.size[2] - 1).end;
        }
        (low, high)
    }

    /// The same picture of another plane, shifted by so many voxels.
    pub(crate) fn shifted(&self, shift: [f64; 3]) -> Self {
        Self {
            origin: std::array::from_fn(|a| self.origin[a] + shift[a]),
            ..self.clone()
        }
    }

    /// The grid's planes along an axis whose voxels reach between two coordinates (k in usual steps).
    pub(crate) fn planes_between(
        &self,
        axis: usize,
        low: f64,
        high: f64,
    ) -> impl Iterator<Item = Reach> + '_ {
        let (first, last) = match &self.stack {
            Some(_) if axis == 2 => (0, self.size[2]),
            // Saturates, and takes NaN as 0.
            _ => (
                (low - 1.0).floor() as usize,
                ((high + 2.0).ceil() as usize).min(self.size[axis]),
            ),
        };
        (first..last).map(move |plane| match &self.stack {
            Some(stack) if axis == 2 => stack.reach(plane),
            _ => Reach {
                start: plane as f64 - 0.5,
                centre: plane as f64,
                end: plane as f64 + 0.5,
            },
        })
    }

    /// Uneven planes for the GPU: the usual step, and each plane's offset and its reach before and after
    /// it, mm. Empty where planes are even.
    #[cfg(feature = "gpu")]
    pub(crate) fn uneven_planes(&self) -> (f64, Vec<[f64; 3]>) {
        let Some(stack) = &self.stack else {
            return (1.0, Vec::new());
        };
        let planes = stack.offsets_mm.iter().zip(&stack.reach_mm);
        let rows = planes.map(|(offset, [before, after])| [*offset, *before, *after]);
        (stack.step_mm, rows.collect())
    }

    /// How many times closer together than usual planes are where they are closest; at least 1.
    pub(crate) fn density(&self) -> f64 {
        self.stack.as_ref().map_or(1.0, |stack| stack.density())
    }

    /// Nearest and farthest depth at which the grid lies, mm from the picture's plane.
    pub(crate) fn depths_mm(&self) -> [f64; 2] {
        let bounds = self.bounds([0; 3], self.size);
        let [a, b] = [self.per_x, self.per_y];
        // At a right angle, in voxel coordinates, to all that lies in the picture.
        let across = [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ];
        let dot = |v: [f64; 3]| (0..3).map(|n| v[n] * across[n]).sum::<f64>();
        let per_mm = dot(self.per_mm);
        (0..8).fold([f64::INFINITY, f64::NEG_INFINITY], |[near, far], n| {
            let corner: [f64; 3] = std::array::from_fn(|axis| {
                let side = if n >> axis & 1 == 0 {
                    bounds.low
                } else {
                    bounds.high
                };
                side[axis] - self.origin[axis]
            });
            let depth = dot(corner) / per_mm;
            [near.min(depth), far.max(depth)]
        })
    }

    /// The axis along which the whole picture has one coordinate.
    pub(crate) fn constant_axis(&self) -> Option<usize> {
        (0..3).find(|&a| self.per_x[a] == 0.0 && self.per_y[a] == 0.0)
    }

    /// Whether coordinates are linear in the pixel.
    pub(crate) fn is_even(&self) -> bool {
        self.stack.is_none()
    }

    /// The voxel coordinates of a pixel's centre; k is NaN in a gap or beyond uneven planes.
    pub(crate) fn at(&self, x: f64, y: f64) -> [f64; 3] {
        let mut at: [f64; 3] =
            std::array::from_fn(|a| self.origin[a] + self.per_x[a] * x + self.per_y[a] * y);
        if let Some(stack) = &self.stack {
            at[2] = stack.plane_at(at[2]);
        }
        at
    }

    /// The voxel nearest to coordinates, if it lies in the grid. NaN lies nowhere.
    #[inline(always)]
    pub(crate) fn nearest(&self, at: [f64; 3]) -> Option<[usize; 3]> {
        let mut voxel = [0; 3];
        for axis in 0..3 {
            voxel[axis] = nearest_index(at[axis], self.size[axis])?;
        }
        Some(voxel)
    }

    /// The tables of these columns and rows of a picture whose sides run along the grid, whatever is
    /// flipped or turned by quarters; `None` for other pictures.
    pub(crate) fn aligned(&self, columns: Range<i64>, rows: Range<i64>) -> Option<Aligned> {
        let through = self.constant_axis()?;
        let only = |of: &[f64; 3], other: &[f64; 3]| {
            (0..3).find(|&a| a != through && of[a] != 0.0 && other[a] == 0.0)
        };
        let across = only(&self.per_x, &self.per_y)?;
        let down = only(&self.per_y, &self.per_x)?;
        let table = |axis: usize, per: f64, pixels: Range<i64>| {
            pixels
                .map(|n| self.along(axis, self.origin[axis] + per * n as f64))
                .collect()
        };
        let plane = self.along(through, self.origin[through]);
        let is_whole = (plane - plane.round()).abs() < DRIFT;
        Some(Aligned {
            across,
            down,
            through,
            columns: table(across, self.per_x[across], columns),
            rows: table(down, self.per_y[down], rows),
            plane: if is_whole { plane.round() } else { plane },
        })
    }

    /// One coordinate through the stack's map, NaN outside the grid.
    fn along(&self, axis: usize, value: f64) -> f64 {
        let value = match &self.stack {
            Some(stack) if axis == 2 => stack.plane_at(value),
            _ => value,
        };
        match nearest_index(value, self.size[axis]) {
            Some(_) => value,
            None => f64::NAN,
        }
    }

    /// The bounds of all voxels `min..max` (half-open).
    pub(crate) fn bounds(&self, min: [usize; 3], max: [usize; 3]) -> Bounds {
        // A margin of a voxel: bounds spare work, the voxel itself decides who is inside.
        let mut low = min.map(|v| v as f64 - 1.0);
        let mut high = max.map(|v| v as f64);
        if let Some(stack) = &self.stack {
            low[2] = stack.even_k(min[2]) - stack.margin();
            high[2] = stack.even_k(max[2].saturating_sub(1)) + stack.margin();
        }
        Bounds { low, high }
    }

    /// The columns of row `y`, out of `columns`, that can meet the bounds.
    pub(crate) fn clip(&self, y: i64, columns: &Range<i64>, bounds: &Bounds) -> Range<i64> {
        let (mut from, mut to) = (columns.start as f64, columns.end as f64);
        for axis in 0..3 {
            let at_zero = self.origin[axis] + self.per_y[axis] * y as f64;
            let (low, high) = (bounds.low[axis] - at_zero, bounds.high[axis] - at_zero);
            let per = self.per_x[axis];
            if per == 0.0 {
                if low > 0.0 || high < 0.0 {
                    return 0..0;
                }
                continue;
            }
            let (a, b) = (low / per, high / per);
            from = from.max(a.min(b));
            to = to.min(a.max(b) + 1.0);
        }
        // Both lie within `columns` unless they have crossed.
        if from < to {
            from.ceil() as i64..to.ceil() as i64
        } else {
            0..0
        }
    }

    /// Row coordinates in fixed point, for columns that [`Sampling::clip`] gave for bounds within an
    /// even grid: one rounding at the start of a row, none worth mentioning along it.
    pub(crate) fn walk(&self, y: i64, first_column: i64) -> RowWalk {
        let fixed = |value: f64| (value * ONE).round() as i64;
        let start = |a: usize| {
            self.origin[a] + self.per_x[a] * first_column as f64 + self.per_y[a] * y as f64
        };
        RowWalk {
            at: std::array::from_fn(|a| fixed(start(a))),
            step: self.per_x.map(fixed),
        }
    }

    /// Calls `visit` with each of these columns of a row that shows a voxel, and that voxel.
    #[inline(always)]
    pub(crate) fn for_each_voxel(
        &self,
        y: i64,
        columns: Range<i64>,
        mut visit: impl FnMut(i64, [usize; 3]),
    ) {
        if !self.is_even() {
            for x in columns {
                if let Some(voxel) = self.nearest(self.at(x as f64, y as f64)) {
                    visit(x, voxel);
                }
            }
            return;
        }
        let mut walk = self.walk(y, columns.start);
        for x in columns {
            if let Some(voxel) = walk.voxel(self.size) {
                visit(x, voxel);
            }
            walk.advance();
        }
    }
}

/// The distance between neighbouring planes of an axis, straight from one to the next, mm; of the usual
/// step where planes are uneven.
fn plane_distance_mm(grid: &Grid, axis: usize) -> f64 {
    let [a, b] = [(axis + 1) % 3, (axis + 2) % 3].map(|other| grid.direction(other));
    let normal = a.cross(b);
    // The affine is invertible: the two are not parallel and the third is not between them.
    let along = grid.direction(axis).dot(normal).abs() / normal.length();
    grid.spacing_mm()[axis] * along
}

/// A box in voxel coordinates, k in usual steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    low: [f64; 3],
    high: [f64; 3],
}

impl RowWalk {
    /// To the next column.
    #[inline(always)]
    pub(crate) fn advance(&mut self) {
        for axis in 0..3 {
            self.at[axis] = self.at[axis].wrapping_add(self.step[axis]);
        }
    }

    /// The lowest of the eight voxels around here and the weights of the others, if all eight lie in
    /// the grid.
    #[inline(always)]
    pub(crate) fn cell(&self, size: [usize; 3]) -> Option<([usize; 3], [f32; 3])> {
        const SCALE: f32 = 2.0 / ONE as f32;
        // −1 wraps to 0 and would pass; the signs are asked last.
        let below = self.at.map(|v| (v >> FRACTION_BITS) as usize);
        let is_whole = below[0].wrapping_add(1) < size[0]
            && below[1].wrapping_add(1) < size[1]
            && below[2].wrapping_add(1) < size[2]
            && (self.at[0] | self.at[1] | self.at[2]) >= 0;
        // Half the fraction fits a signed number, whose conversion is one instruction.
        let share = self.at.map(|v| (v as u32 >> 1) as i32 as f32 * SCALE);
        is_whole.then_some((below, share))
    }

    /// The voxel nearest to here, if it lies in the grid.
    #[inline(always)]
    pub(crate) fn voxel(&self, size: [usize; 3]) -> Option<[usize; 3]> {
        const HALF: i64 = (1 << (FRACTION_BITS - 1)) + (TIE * ONE) as i64;
        // Negative numbers turn into huge ones, so one comparison does for both ends.
        let voxel = self
            .at
            .map(|v| (v.wrapping_add(HALF) >> FRACTION_BITS) as usize);
        let inside = voxel[0] < size[0] && voxel[1] < size[1] && voxel[2] < size[2];
        inside.then_some(voxel)
    }
}

/// The lower of the two voxels around a fixed-point coordinate within the grid, the step to the upper
/// one (0 at the ends, where the outermost voxel goes on) and the upper one's weight.
#[inline(always)]
pub(crate) fn walk_neighbours(at: i64, size: usize) -> (usize, usize, f32) {
    const SCALE: f32 = 1.0 / ONE as f32;
    // Below the first centre the number is negative, which as unsigned is beyond every size.
    let below = (at >> FRACTION_BITS) as usize;
    if below.wrapping_add(1) < size && below < size {
        // Half the fraction fits a signed number, whose conversion is one instruction.
        let half = (at as u32 >> 1) as i32;
        return (below, 1, half as f32 * (2.0 * SCALE));
    }
    (if at < 0 { 0 } else { size - 1 }, 0, 0.0)
}

/// The index nearest to a coordinate, if the axis has it.
#[inline(always)]
pub(crate) fn nearest_index(at: f64, size: usize) -> Option<usize> {
    let shifted = at + (0.5 + TIE);
    // NaN fails both comparisons.
    (shifted >= 0.0 && shifted < size as f64).then_some(shifted as usize)
}

/// The two indices around a coordinate that lies in the grid, and the second one's weight. Beyond the
/// outermost centres the outermost voxel goes on for its half.
#[inline(always)]
pub(crate) fn neighbours(at: f64, size: usize) -> (usize, usize, f64) {
    let at = at.clamp(0.0, size as f64 - 1.0);
    let below = at as usize;
    let above = (below + 1).min(size - 1);
    (below, above, at - below as f64)
}
