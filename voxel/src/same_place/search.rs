//! The shifts at which two coarse fields are most alike: every shift at the coarse step, then uphill.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::similarity::{Classes, JointTable, Likeness};

/// Steps of the coarse lattice searched to each side along each axis.
pub(super) const REACH: i64 = 8;

/// Tops of the coarse landscape that are followed uphill on the fine one.
const TOPS: usize = 6;

/// Tops closer than this are one, in fine steps.
const TOP_WIDTH: f64 = 4.0;

/// Steps uphill at most.
const CLIMB: usize = 6;

/// A shifted pair must share at least this part of the cells that it shares in place: fewer cells
/// are alike too easily.
const SHARED_LEAST: f64 = 0.5;

/// Cells looked at for one shift of the coarse landscape, about; of larger fields rows are left out.
const COARSE_CELLS: usize = 20_000;

/// The same for one shift on the fine lattice.
const FINE_CELLS: usize = 60_000;

/// The classes of both volumes on one lattice.
pub(super) struct Pair {
    pub(super) a: Classes,
    pub(super) b: Classes,
}

/// How alike a pair is when b is read `shift` cells away from a.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Match {
    pub(super) shift: [i64; 3],
    pub(super) likeness: Likeness,
}

impl Match {
    pub(super) fn score(&self) -> f64 {
        self.likeness.score
    }

    /// The length of the way from this shift to another, in cells.
    pub(super) fn away_from(&self, shift: [i64; 3]) -> f64 {
        let squares = (0..3).map(|a| ((self.shift[a] - shift[a]) as f64).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

impl Pair {
    pub(super) fn at(&self, shift: [i64; 3], stride: usize) -> Match {
        Match {
            shift,
            likeness: JointTable::shifted(&self.a, &self.b, shift, stride).likeness(),
        }
    }

    /// Every `stride`th row and plane leaves about this many cells.
    fn stride(&self, cells: usize) -> usize {
        let most = self.a.classes.len().min(self.b.classes.len());
        (most as f64 / cells as f64).sqrt().round().max(1.0) as usize
    }

    /// The best match among shifts that all share enough cells.
    fn best_of(
        &self,
        shifts: impl Iterator<Item = [i64; 3]>,
        stride: usize,
        fewest: u32,
    ) -> Option<Match> {
        let shifts: Vec<[i64; 3]> = shifts.collect();
        let matches = shifts.par_iter().map(|&shift| self.at(shift, stride));
        let valid = matches.filter(|m| m.likeness.count >= fewest.max(1));
        valid.max_by(|x, y| {
            let by_score = x.score().total_cmp(&y.score());
            by_score.then_with(|| y.shift.cmp(&x.shift)) // the same with any number of threads
        })
    }
}

/// The shifts of a cube of `reach` steps to each side.
pub(super) fn cube(reach: i64) -> impl Iterator<Item = [i64; 3]> {
    let side = move || -reach..=reach;
    side().flat_map(move |z| side().flat_map(move |y| side().map(move |x| [x, y, z])))
}

/// What the search found; shifts in fine cells.
#[derive(Debug)]
pub(super) struct Found {
    /// In place, or up to one fine cell along each axis beside it.
    pub(super) in_place: Match,
    /// The best match of all.
    pub(super) best: Match,
    /// The score of the best top elsewhere; 0 where there is none.
    pub(super) elsewhere: f64,
    /// The score of a top in place or up to two fine cells away from it; 0 where there is none.
    pub(super) stays: f64,
    /// The highest score two fine cells beside the best match along any axis: how flat the top is.
    pub(super) beside: f64,
}

/// The tops of the whole landscape; `None` when stopped or where nothing is shared in place.
pub(super) fn search(coarse: &Pair, fine: &Pair, stop: &AtomicBool) -> Option<Found> {
    let stride = coarse.stride(COARSE_CELLS);
    let fewest = |pair: &Pair, stride: usize| {
        let shared = f64::from(pair.at([0; 3], stride).likeness.count);
        (shared * SHARED_LEAST) as u32
    };
    let least = fewest(coarse, stride).max(1);
    let shifts: Vec<[i64; 3]> = cube(REACH).collect();
    let scores: Option<Vec<f64>> = shifts
        .par_iter()
        .map(|&shift| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let found = coarse.at(shift, stride);
            let is_valid = found.likeness.count >= least;
            Some(if is_valid {
                found.score()
            } else {
                f64::NEG_INFINITY
            })
        })
        .collect();
    let starts = tops(&shifts, &scores?);
    let stride = fine.stride(FINE_CELLS);
    let least = fewest(fine, stride);
    let in_place = fine.best_of(cube(1), stride, least)?;
    let mut tops = vec![in_place];
    for start in starts {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        tops.extend(climb(fine, start, stride, least));
    }
    let best = *tops.iter().max_by(|x, y| x.score().total_cmp(&y.score()))?;
    let others = tops.iter().skip(1); // the first is the match in place, which may be no top
    let others = others.filter(|top| top.away_from(best.shift) > TOP_WIDTH);
    let staying = others
        .clone()
        .filter(|top| top.away_from([0; 3]) <= TOP_WIDTH / 2.0);
    let beside = (0..3).flat_map(|axis| [-2, 2].map(|step| along(best.shift, axis, step)));
    Some(Found {
        in_place,
        best,
        elsewhere: others.map(Match::score).fold(0.0, f64::max),
        stays: staying.map(Match::score).fold(0.0, f64::max),
        beside: beside
            .map(|shift| fine.at(shift, stride))
            .filter(|m| m.likeness.count >= least)
            .map(|m| m.score())
            .fold(0.0, f64::max),
    })
}

/// The shift `step` cells further along an axis.
fn along(shift: [i64; 3], axis: usize, step: i64) -> [i64; 3] {
    let mut further = shift;
    further[axis] += step; // axis is 0 to 2
    further
}

/// The highest places of the coarse landscape that no neighbour exceeds, as shifts in fine cells.
fn tops(shifts: &[[i64; 3]], scores: &[f64]) -> Vec<[i64; 3]> {
    let side = 2 * REACH + 1;
    let score_at = |[x, y, z]: [i64; 3]| {
        let is_inside = [x, y, z].iter().all(|s| s.abs() <= REACH);
        let place = (x + REACH) + side * ((y + REACH) + side * (z + REACH));
        let score = scores.get(place as usize).filter(|_| is_inside);
        score.copied().unwrap_or(f64::NEG_INFINITY)
    };
    let is_top = |shift: [i64; 3], score: f64| {
        let mut around = cube(1).map(|step| std::array::from_fn(|a| shift[a] + step[a]));
        score.is_finite() && around.all(|next| score_at(next) <= score)
    };
    let places = shifts.iter().zip(scores);
    let mut tops: Vec<(f64, [i64; 3])> = places
        .filter(|&(&shift, &score)| is_top(shift, score))
        .map(|(shift, &score)| (score, shift.map(|s| 2 * s)))
        .collect();
    tops.sort_by(|x, y| y.0.total_cmp(&x.0));
    tops.truncate(TOPS);
    tops.into_iter().map(|(_, shift)| shift).collect()
}

/// From a shift to the top that it lies below; no shift is looked at twice.
fn climb(fine: &Pair, start: [i64; 3], stride: usize, least: u32) -> Option<Match> {
    let mut seen = HashSet::new();
    let mut best: Option<Match> = None;
    for _ in 0..CLIMB {
        let from = best.map_or(start, |m| m.shift);
        let around = cube(1).map(|step| std::array::from_fn(|a| from[a] + step[a]));
        let fresh: Vec<[i64; 3]> = around.filter(|&shift| seen.insert(shift)).collect();
        match fine.best_of(fresh.into_iter(), stride, least) {
            Some(next) if best.is_none_or(|m| next.score() > m.score()) => best = Some(next),
            _ => break,
        }
    }
    best
}
