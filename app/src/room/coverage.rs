//! Which slices the reader has seen: those that stood still before the eye for a while, whole.

use super::Room;
use std::collections::BTreeMap;

/// Seconds that a slice stands before it counts as seen.
pub(super) const SEEN_S: f64 = 0.3;
/// A picture this much smaller than the one that fits still counts.
const FIT: f64 = 1.02;

/// A stack of planes: a series by its id, and the grid axis that the planes are counted along.
pub(super) type Stack = (String, usize);

/// The slices seen, stack by stack, and those that stand before the eye now.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Coverage {
    seen: BTreeMap<Stack, Vec<bool>>,
    /// Of each viewport what stands there, and since when, s.
    standing: BTreeMap<usize, (Stack, i64, f64)>,
}

impl Coverage {
    /// A slice stands in a viewport at a time. Returns the seconds after which it counts as seen, while it
    /// does not yet.
    fn stands(
        &mut self,
        viewport: usize,
        (stack, index, count): (Stack, i64, usize),
        now: f64,
    ) -> Option<f64> {
        let place = usize::try_from(index).ok().filter(|index| *index < count)?;
        let since = match self.standing.get(&viewport) {
            Some((of, at, since)) if *of == stack && *at == index => *since,
            _ => {
                self.standing.insert(viewport, (stack.clone(), index, now));
                now
            }
        };
        let seen = self.seen.entry(stack).or_default();
        if seen.len() != count {
            seen.resize(count, false);
        }
        let slice = seen.get_mut(place)?;
        if *slice {
            return None;
        }
        let rest = SEEN_S - (now - since);
        *slice = rest <= 0.0;
        (rest > 0.0).then_some(rest)
    }

    /// Which slices of a stack were seen, by their index in the grid; empty where none was.
    pub(super) fn of(&self, stack: &Stack) -> &[bool] {
        self.seen.get(stack).map_or(&[], Vec::as_slice)
    }

    /// Share of a stack that was seen, 0 to 1.
    pub(super) fn share(&self, stack: &Stack) -> f64 {
        let seen = self.of(stack);
        seen.iter().filter(|seen| **seen).count() as f64 / seen.len().max(1) as f64
    }

    /// The stacks with their slices, for keeping.
    pub(super) fn stacks(&self) -> impl Iterator<Item = (&Stack, &[bool])> {
        self.seen
            .iter()
            .map(|(stack, seen)| (stack, seen.as_slice()))
    }

    /// Takes in what was seen before.
    pub(super) fn take_in(&mut self, stack: Stack, before: &[bool]) {
        let seen = self.seen.entry(stack).or_default();
        if seen.len() < before.len() {
            seen.resize(before.len(), false);
        }
        for (slice, before) in seen.iter_mut().zip(before) {
            *slice |= *before;
        }
    }
}

impl Room {
    /// Takes in what stands before the eye at a time, s. Returns the seconds until something of it counts as
    /// seen: by then the window is to look again.
    pub fn watch(&mut self, now: f64) -> Option<f64> {
        let seen: Vec<_> = self
            .views
            .seen()
            .filter_map(|(index, _)| {
                let (stack, place, count) = self.stack_of(index)?;
                Some((index, (stack, place, count)))
            })
            .collect();
        let coverage = &mut self.coverage;
        coverage
            .standing
            .retain(|viewport, _| seen.iter().any(|(index, _)| index == viewport));
        let waits = seen
            .into_iter()
            .filter_map(|(viewport, slice)| coverage.stands(viewport, slice, now));
        waits.min_by(f64::total_cmp)
    }

    /// The stack that a viewport shows whole, which of its slices, and their count. A part of the picture is
    /// no slice that was seen.
    fn stack_of(&self, index: usize) -> Option<(Stack, i64, usize)> {
        let sight = self.sight(index)?;
        let axis = sight.look.aligned_axis(sight.grid)?;
        let (place, count) = sight.plane_index()?;
        let fit = sight.look.fitted(sight.grid);
        let is_whole = sight.look.mm_per_px <= fit.mm_per_px * FIT;
        let is_there = sight.series.pixels.wanted_plane().is_none();
        (is_whole && is_there).then(|| ((sight.series.id.clone(), axis), place, count))
    }

    /// The slices of a viewport's stack in the order of its strip: whether each was seen.
    #[must_use]
    pub fn seen_in_strip(&self, index: usize) -> Vec<bool> {
        let Some(sight) = self.sight(index) else {
            return Vec::new();
        };
        let Some(axis) = sight.look.aligned_axis(sight.grid) else {
            return Vec::new();
        };
        let count = sight.grid.size()[axis];
        let seen = self.coverage.of(&(sight.series.id.clone(), axis));
        let of = |index: i64| {
            let index = usize::try_from(index).ok();
            index
                .and_then(|index| seen.get(index))
                .copied()
                .unwrap_or(false)
        };
        (0..count as i64)
            .map(|place| of(sight.strip_index(place)))
            .collect()
    }

    /// Share of the slices of the case's own series, as they were acquired, that were seen, 0 to 1; earlier
    /// studies do not count. `None` where no series has slices.
    pub(super) fn case_seen_share(&self) -> Option<f32> {
        let (mut seen, mut count) = (0, 0);
        for series in self.series.iter().filter(|series| series.prior.is_none()) {
            let Some(grid) = series.grid() else { continue };
            let slices = self.coverage.of(&(series.id.clone(), 2));
            seen += slices.iter().filter(|seen| **seen).count();
            count += grid.size()[2];
        }
        (count > 0).then(|| (seen as f32 / count as f32).min(1.0))
    }

    /// Share of the active viewport's stack that was seen, 0 to 1.
    #[must_use]
    pub fn seen_share(&self) -> Option<f64> {
        let (stack, _, _) = self.stack_at(self.views.active_index())?;
        Some(self.coverage.share(&stack))
    }

    fn stack_at(&self, index: usize) -> Option<(Stack, i64, usize)> {
        let sight = self.sight(index)?;
        let axis = sight.look.aligned_axis(sight.grid)?;
        let (place, count) = sight.plane_index()?;
        Some(((sight.series.id.clone(), axis), place, count))
    }

    /// Goes to the beginning of the next or the previous run of slices that were not seen.
    pub(super) fn go_to_unseen(&mut self, is_forward: bool) {
        let index = self.views.active_index();
        let seen = self.seen_in_strip(index);
        let Some(sight) = self.sight(index) else {
            return;
        };
        let Some((place, _)) = sight.plane_index() else {
            return;
        };
        let now = sight.strip_index(place);
        let is_unseen =
            |at: i64| usize::try_from(at).ok().and_then(|at| seen.get(at)) == Some(&false);
        let step = if is_forward { 1 } else { -1 };
        let ahead: Vec<i64> = if is_forward {
            (now + 1..seen.len() as i64).collect()
        } else {
            (0..now).rev().collect()
        };
        let begins = |at: &&i64| is_unseen(**at) && !is_unseen(**at - step);
        let run = ahead.iter().find(begins);
        // in the middle of a run there may be no other: then what is left of this one
        let found = run
            .or_else(|| ahead.iter().find(|at| is_unseen(**at)))
            .copied();
        match found {
            Some(place) => self.go_to_strip(place),
            None => self.hints.push("coverage-all-seen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> Stack {
        ("s".to_owned(), 2)
    }

    #[test]
    fn a_slice_counts_as_seen_after_it_stood_for_a_while_and_stays_so() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.stands(0, (stack(), 1, 3), 10.0), Some(SEEN_S));
        assert!(
            coverage
                .stands(0, (stack(), 1, 3), 10.2)
                .is_some_and(|rest| rest < 0.11)
        );
        // scrolled through without a rest
        for (index, now) in [(0, 10.21), (1, 10.22), (2, 10.23), (1, 10.24)] {
            assert!(coverage.stands(0, (stack(), index, 3), now).is_some());
        }
        assert_eq!(coverage.of(&stack()), [false; 3]);
        assert_eq!(coverage.stands(0, (stack(), 1, 3), 10.55), None);
        assert_eq!(coverage.of(&stack()), [false, true, false]);
        assert!((coverage.share(&stack()) - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_seen_before_is_taken_in() {
        let mut coverage = Coverage::default();
        coverage.stands(0, (stack(), 0, 3), 0.0);
        coverage.stands(0, (stack(), 0, 3), 1.0);
        coverage.take_in(stack(), &[false, false, true]);
        assert_eq!(coverage.of(&stack()), [true, false, true]);
    }

    #[test]
    fn a_slice_beyond_the_stack_is_none() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.stands(0, (stack(), 7, 3), 0.0), None);
        assert_eq!(coverage.stands(0, (stack(), -1, 3), 0.0), None);
    }
}
