//! Whether two volumes that claim one patient space show the body at one place in it.
//!
//! Series of one study with one Frame of Reference UID share coordinates (PS3.3 C.7.4.1): a mask
//! drawn on one is shown on the other, and places are linked. Sometimes the claim is false: the
//! patient was laid anew, a table height was lost, the UID was copied, an image was derived without
//! its origin. [`compare_places`] looks at the content.
//!
//! Both volumes are averaged to blocks of about 5 mm and read on one lattice of 6 mm in patient
//! space. Likeness is mutual information (`similarity.rs`): it needs no common scale of values, so
//! CT, PET and MR can be compared. Every shift up to 96 mm along each axis is tried (`search.rs`),
//! and a better one must convince in every outer third of the body (`thirds.rs`).
//!
//! False alarms are worse than misses: the verdict "apart" asks for a lot, and all that is unclear is
//! [`PlaceCheck::CannotTell`]. The thresholds below were chosen on real volumes (CT of head, chest
//! and abdomen, MR of head and brain, CT/PET/MR of a thigh) against themselves and against copies
//! that were cut, inverted, folded, shaded, blurred, deformed as by breath, masked or wrapped.

mod coarse;
mod search;
mod similarity;
mod thirds;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::grid::Grid;
use crate::space::{PatientVector, VoxelPoint};
use crate::volume::Volume;
use coarse::{Blocks, Cells, Field};
use search::{Found, Pair, REACH, search};
use similarity::{ClassRange, Classes};
use thirds::{Part, whole_and_thirds};

/// Step of the fine lattice, mm; the coarse one has twice the step.
const STEP_MM: f64 = 6.0;

/// A localizer of fewer planes cannot be compared.
const FEWEST_PLANES: usize = 4;

/// Voxels further apart leave too much unseen between them.
const WIDEST_STEP_MM: f64 = 15.0;

/// Both boxes must share this along x, y and z, mm.
const LEAST_COMMON_MM: f64 = 30.0;

/// Cells with image in both that are compared at least: 216 cm³.
const FEWEST_CELLS: u32 = 1000;

/// Cells of one volume at most: 1.7 m³, 40 MB.
const MOST_CELLS: usize = 8_000_000;

/// Where the classes of a volume hold less than this (nats), nearly all of it is alike.
const LEAST_ENTROPY: f64 = 0.4;

/// Volumes nearer than this agree: breath alone moves organs by 20 mm.
const APART_MM: f64 = 20.0;

/// A best score below says nothing. CT and MR of one thigh have 0.32, CT and PET 0.43, two
/// sequences of one brain 0.6.
const LEAST_SCORE: f64 = 0.15;

/// The best score elsewhere may be at most this share of the best.
const ELSEWHERE: f64 = 0.75;

/// The same for a top in place: where one is, some of the content did not move.
const STAYS: f64 = 0.5;

/// The score in place may be at most this share of the best.
const IN_PLACE: f64 = 0.8;

/// The score 12 mm beside the best may be at most this share of it: a place must be told along
/// every axis. Two smooth blobs (a dose, a brain) have a flat top.
const BESIDE: f64 = 0.9;

/// The same as [`IN_PLACE`], within each outer third.
const IN_THIRD: f64 = 0.9;

/// Thirds that must have something to tell, of six.
const FEWEST_THIRDS: usize = 4;

/// What [`compare_places`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlaceCheck {
    /// The content lies at one place, to 20 mm.
    Agree,
    /// The content lies at two places: warn.
    Apart {
        /// From where the first volume shows the content to where the second shows it, LPS mm, to
        /// about 5 mm along each axis. A turn between the volumes is not in it.
        shift_mm: PatientVector,
        /// Likeness where the volumes claim to lie, 0 to 1.
        score_in_place: f64,
        /// Likeness after the shift, 0 to 1.
        score_shifted: f64,
    },
    /// The content does not tell; no warning is due.
    CannotTell(PlaceDoubt),
}

/// Why content does not tell whether two volumes lie at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceDoubt {
    /// The comparison was stopped.
    Stopped,
    /// A volume has fewer than 4 planes.
    TooFewPlanes,
    /// Voxels of a volume are more than 15 mm apart along an axis.
    TooCoarse,
    /// The volumes share less than 30 mm along x, y or z, or less than 216 cm³ of image.
    NoCommonSpace,
    /// The volumes are larger than any patient.
    TooLarge,
    /// Nearly all values of a volume are alike.
    LittleContent,
    /// No shift, or more than one, makes the volumes clearly more alike than the others do.
    NotClear,
}

/// Whether two volumes of one frame of reference show the body at one place.
///
/// Both grids are in patient space (LPS, mm) and may be of any size, direction, shear and unevenness;
/// padding and values that are not finite are left out, colours count by luminance. The order of the
/// volumes changes the sign of the shift only, near thresholds perhaps the verdict.
///
/// # What it sees, and what not
/// Shifts from 20 to 100 mm along each axis, also with turns of a few degrees. It does not see
/// shifts below 20 mm, and none that leave less than 216 cm³ in common. A body mirrored left to
/// right is nearly itself and mostly agrees. Of images with
/// little in common (PET and MR of one muscle), cut to uniform tissue, or with FOV-shaped edges it
/// says [`PlaceDoubt::NotClear`]. It is made for images of the body: label maps, dose and maps of
/// single organs should not be given to it.
///
/// # Cost
/// Every voxel is read once and the search takes about as long again: 0.6 s for two volumes of
/// 512×512×300 on 2 cores. It runs on all threads of the current pool. Beside the volumes it holds
/// some MB for such two, 100 MB at the largest that it takes.
/// `stop` ends it early with [`PlaceDoubt::Stopped`].
///
/// # Sources
/// Mutual information as likeness of images of two kinds: A. Collignon et al., IPMI 1995; W. M. Wells
/// et al., Medical Image Analysis 1 (1996); its symmetric form: F. Maes et al., IEEE TMI 16 (1997).
pub fn compare_places(a: &Volume, b: &Volume, stop: &AtomicBool) -> PlaceCheck {
    compare(a, b, stop).unwrap_or_else(PlaceCheck::CannotTell)
}

fn compare(a: &Volume, b: &Volume, stop: &AtomicBool) -> Result<PlaceCheck, PlaceDoubt> {
    for grid in [a.grid(), b.grid()] {
        if grid.size()[2] < FEWEST_PLANES {
            return Err(PlaceDoubt::TooFewPlanes);
        }
        if grid.spacing_mm().iter().any(|&mm| mm > WIDEST_STEP_MM) {
            return Err(PlaceDoubt::TooCoarse);
        }
    }
    let [of_a, of_b] = [bounds_mm(a.grid()), bounds_mm(b.grid())];
    let (cells_a, cells_b) = (cells_in_reach(&of_a, &of_b)?, cells_in_reach(&of_b, &of_a)?);
    let (fine_a, range_a) = read(a, cells_a, stop)?;
    let (fine_b, range_b) = read(b, cells_b, stop)?;
    let coarse = Pair {
        a: Classes::of(&fine_a.halved(), range_a),
        b: Classes::of(&fine_b.halved(), range_b),
    };
    let fine = Pair {
        a: Classes::of(&fine_a, range_a),
        b: Classes::of(&fine_b, range_b),
    };
    if fine.at([0; 3], 1).likeness.count < FEWEST_CELLS {
        return Err(PlaceDoubt::NoCommonSpace);
    }
    let found = search(&coarse, &fine, stop);
    stopped(stop)?;
    verdict(&fine, &found.ok_or(PlaceDoubt::NoCommonSpace)?)
}

/// The volume on its cells, and the range of its classes.
fn read(
    volume: &Volume,
    cells: Cells,
    stop: &AtomicBool,
) -> Result<(Field, ClassRange), PlaceDoubt> {
    let field = Field::read(&Blocks::of(volume, stop), cells, STEP_MM, stop);
    stopped(stop)?;
    let range = ClassRange::of(&field.values).ok_or(PlaceDoubt::LittleContent)?;
    Ok((field, range))
}

fn stopped(stop: &AtomicBool) -> Result<(), PlaceDoubt> {
    if stop.load(Ordering::Relaxed) {
        return Err(PlaceDoubt::Stopped);
    }
    Ok(())
}

fn verdict(fine: &Pair, found: &Found) -> Result<PlaceCheck, PlaceDoubt> {
    let best = &found.best;
    if best.likeness.entropy.iter().any(|&h| h < LEAST_ENTROPY) {
        return Err(PlaceDoubt::LittleContent);
    }
    if best.score() < LEAST_SCORE || found.elsewhere > ELSEWHERE * best.score() {
        return Err(PlaceDoubt::NotClear);
    }
    if best.away_from([0; 3]) * STEP_MM < APART_MM {
        return Ok(PlaceCheck::Agree);
    }
    let is_clear = found.in_place.score() <= IN_PLACE * best.score()
        && found.stays <= STAYS * best.score()
        && found.beside <= BESIDE * best.score()
        && best.shift.iter().all(|&s| s.abs() <= 2 * REACH + 1)
        && is_shifted_everywhere(&whole_and_thirds(fine, best.shift));
    if !is_clear {
        return Err(PlaceDoubt::NotClear);
    }
    Ok(PlaceCheck::Apart {
        shift_mm: PatientVector(best.shift.map(|s| s as f64 * STEP_MM)),
        score_in_place: found.in_place.score(),
        score_shifted: best.score(),
    })
}

/// Whether the whole and all its thirds that tell are more alike when shifted.
fn is_shifted_everywhere([whole, thirds @ ..]: &[Part; 7]) -> bool {
    let is_shifted = |part: &Part, share: f64| part.in_place <= share * part.shifted;
    let telling = || thirds.iter().filter(|part| part.tells);
    whole.count >= FEWEST_CELLS as usize / 2
        && is_shifted(whole, IN_PLACE)
        && telling().count() >= FEWEST_THIRDS
        && telling().all(|part| is_shifted(part, IN_THIRD))
}

/// Where a grid begins and ends along x, y, z, outer half voxels included.
fn bounds_mm(grid: &Grid) -> [[f64; 2]; 3] {
    let mut bounds = [[f64::INFINITY, f64::NEG_INFINITY]; 3];
    for corner in 0..8_usize {
        let end = |axis: usize| {
            let is_last = corner >> axis & 1 == 1;
            if is_last {
                grid.size()[axis] as f64 - 0.5
            } else {
                -0.5
            }
        };
        let place = grid.patient_from_voxel(VoxelPoint([0, 1, 2].map(end)));
        for (bound, at) in bounds.iter_mut().zip(place.0) {
            *bound = [bound[0].min(at), bound[1].max(at)];
        }
    }
    bounds
}

/// The cells of a volume that some shift can lay on the other one.
fn cells_in_reach(own: &[[f64; 2]; 3], other: &[[f64; 2]; 3]) -> Result<Cells, PlaceDoubt> {
    let reach = STEP_MM * 2.0 * REACH as f64;
    let mut cells = Cells {
        min: [0; 3],
        size: [0; 3],
    };
    for (axis, (own, other)) in own.iter().zip(other).enumerate() {
        let common = own[1].min(other[1]) - own[0].max(other[0]);
        if common.is_nan() || common < LEAST_COMMON_MM {
            return Err(PlaceDoubt::NoCommonSpace);
        }
        let first = (own[0].max(other[0] - reach) / STEP_MM).ceil();
        let last = (own[1].min(other[1] + reach) / STEP_MM).floor();
        // so far from the origin, numbers of cells would not be whole in all their uses
        if first.abs() > 1e9 || last - first >= MOST_CELLS as f64 {
            return Err(PlaceDoubt::TooLarge);
        }
        cells.min[axis] = first as i64; // zip of three
        cells.size[axis] = (last - first) as usize + 1; // 30 mm hold five cells
    }
    let count = cells.size.iter().fold(1_usize, |n, &s| n.saturating_mul(s));
    if count > MOST_CELLS {
        return Err(PlaceDoubt::TooLarge);
    }
    Ok(cells)
}
