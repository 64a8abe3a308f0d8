//! Planes that are not equally far apart.

use voxel::Grid;

/// What a plane's voxels cover along the stack, voxel coordinates (k in usual steps).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) start: f64,
    pub(crate) centre: f64,
    pub(crate) end: f64,
}

/// The places of planes that are not equally far apart.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) offsets_mm: Vec<f64>,
    /// How far each plane's voxels reach before and after it, mm.
    pub(super) reach_mm: Vec<[f64; 2]>,
    /// The affine's step, mm.
    pub(super) step_mm: f64,
}

impl Stack {
    pub(super) fn of(grid: &Grid) -> Option<Self> {
        let offsets_mm = grid.plane_offsets_mm().to_vec();
        if offsets_mm.len() < 2 {
            return None;
        }
        Some(Self {
            reach_mm: (0..offsets_mm.len())
                .map(|k| grid.plane_reach_mm(k))
                .collect(),
            step_mm: grid.spacing_mm()[2],
            offsets_mm,
        })
    }

    /// What plane `k` covers, usual steps.
    pub(super) fn reach(&self, k: usize) -> Reach {
        let centre = self.even_k(k);
        let [before, after] = self.reach_mm[k.min(self.reach_mm.len() - 1)];
        Reach {
            start: centre - before / self.step_mm,
            centre,
            end: centre + after / self.step_mm,
        }
    }

    /// The usual step over the smallest one, at least 1.
    pub(super) fn density(&self) -> f64 {
        let steps = self.offsets_mm.windows(2).map(|pair| pair[1] - pair[0]);
        steps.fold(1.0, |most: f64, step| most.max(self.step_mm / step))
    }

    /// More than any plane's voxels reach, usual steps.
    pub(super) fn margin(&self) -> f64 {
        let reach_mm = self.reach_mm.iter().flatten().copied().fold(0.0, f64::max);
        reach_mm / self.step_mm + 0.5
    }

    /// Where plane `k` lies, usual steps.
    pub(super) fn even_k(&self, k: usize) -> f64 {
        let last = self.offsets_mm.len() - 1;
        self.offsets_mm[k.min(last)] / self.step_mm
    }

    /// The plane coordinate at `even_k` usual steps. Between neighbours it runs from one to the other;
    /// beside a gap and at the ends it stays on the plane as far as that plane's voxels reach, and
    /// beyond it is NaN: a missing slice is never filled.
    pub(super) fn plane_at(&self, even_k: f64) -> f64 {
        let offset = even_k * self.step_mm;
        let above = self.offsets_mm.partition_point(|&o| o <= offset);
        let Some(below) = above.checked_sub(1) else {
            let ahead = self.offsets_mm[0] - offset;
            return if ahead <= self.reach_mm[0][0] {
                0.0
            } else {
                f64::NAN
            };
        };
        let behind = offset - self.offsets_mm[below];
        let after = self.reach_mm[below][1];
        let Some(next) = self.offsets_mm.get(above) else {
            return if behind <= after {
                below as f64
            } else {
                f64::NAN
            };
        };
        let gap = next - self.offsets_mm[below];
        if 2.0 * after > gap * (1.0 - 1e-9) {
            return below as f64 + behind / gap;
        }
        if behind <= after {
            below as f64
        } else if gap - behind <= self.reach_mm[above][0] {
            above as f64
        } else {
            f64::NAN
        }
    }
}
