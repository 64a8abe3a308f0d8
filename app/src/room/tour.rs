//! The tour of the first case: three steps, each of which ends by doing it.

use super::{Closed, Room};
use std::collections::BTreeSet;

/// A step of the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Turn the wheel through the slices.
    Scroll,
    /// Take the first label in hand and paint.
    Paint,
    /// Submit the case.
    Submit,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Scroll, Self::Paint, Self::Submit];

    /// The step after this one.
    const fn next(self) -> Option<Self> {
        match self {
            Self::Scroll => Some(Self::Paint),
            Self::Paint => Some(Self::Submit),
            Self::Submit => None,
        }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> usize {
        match self {
            Self::Scroll => 1,
            Self::Paint => 2,
            Self::Submit => 3,
        }
    }
}

/// What the card of the tour shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// The step that waits to be done.
    pub step: Step,
    /// Slices that were seen beside the first one, at most [`SLICES`].
    pub slices: usize,
}

/// Slices beside the first one that end the first step.
pub const SLICES: usize = 5;

/// How far the tour has come.
#[derive(Clone, Debug)]
pub struct Tour {
    step: Option<Step>,
    seen: BTreeSet<i64>,
    /// The fewest strokes that there were.
    fewest: Option<usize>,
    has_painted: bool,
}

impl Default for Tour {
    fn default() -> Self {
        Self {
            step: Some(Step::Scroll),
            seen: BTreeSet::new(),
            fewest: None,
            has_painted: false,
        }
    }
}

impl Tour {
    /// Takes in what stands on the screen: the slice that is shown, the strokes of the first label that
    /// stand, and whether the case was submitted. What was done before its step came counts.
    pub fn observe(&mut self, slice_index: Option<i64>, strokes: usize, is_submitted: bool) {
        if self.seen.len() <= SLICES {
            self.seen.extend(slice_index);
        }
        // an undo takes strokes away: the next one counts again
        let fewest = self.fewest.map_or(strokes, |fewest| fewest.min(strokes));
        self.fewest = Some(fewest);
        self.has_painted |= strokes > fewest;
        if is_submitted {
            self.step = None;
        }
        while let Some(step) = self.step.filter(|step| self.is_done(*step)) {
            self.step = step.next();
        }
    }

    fn is_done(&self, step: Step) -> bool {
        match step {
            Step::Scroll => self.slices() >= SLICES,
            Step::Paint => self.has_painted,
            Step::Submit => false,
        }
    }

    fn slices(&self) -> usize {
        self.seen.len().saturating_sub(1)
    }

    /// What is to be shown; none once the tour is over.
    #[must_use]
    pub fn card(&self) -> Option<Card> {
        let slices = self.slices().min(SLICES);
        self.step.map(|step| Card { step, slices })
    }
}

impl Room {
    /// Lets the tour see what was done here.
    pub fn show_to(&self, tour: &mut Tour) {
        let slice = self.index().map(|(index, _)| index);
        tour.observe(slice, self.strokes(), self.closed == Closed::Submitted);
    }

    /// Strokes of the brush that stand; none before there is a finding of the first label.
    fn strokes(&self) -> usize {
        let first = self.document.protocol().labels.first();
        let is_begun = first.is_some_and(|label| {
            let mut findings = self.document.findings_of(&label.id);
            findings.next().is_some()
        });
        if !is_begun {
            return 0;
        }
        let rows = self.history.rows().iter();
        rows.filter(|row| !row.undone && row.name == "brush")
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(tour: &Tour) -> Option<Step> {
        tour.card().map(|card| card.step)
    }

    fn scrolled() -> Tour {
        let mut tour = Tour::default();
        for slice in 40..=45 {
            tour.observe(Some(slice), 0, false);
        }
        tour
    }

    #[test]
    fn the_first_step_ends_after_five_other_slices() {
        let mut tour = Tour::default();
        for slice in [40, 41, 40, 41, 42, 43, 44] {
            tour.observe(Some(slice), 0, false);
            assert_eq!(step(&tour), Some(Step::Scroll));
        }
        assert_eq!(tour.card().map(|card| card.slices), Some(4));
        tour.observe(Some(45), 0, false);
        assert_eq!(step(&tour), Some(Step::Paint));
    }

    #[test]
    fn nothing_is_counted_before_a_picture_is_there() {
        let mut tour = Tour::default();
        for _ in 0..20 {
            tour.observe(None, 0, false);
        }
        assert_eq!(step(&tour), Some(Step::Scroll));
    }

    #[test]
    fn the_second_step_ends_with_the_first_stroke() {
        let mut tour = scrolled();
        tour.observe(Some(45), 0, false);
        assert_eq!(step(&tour), Some(Step::Paint));
        tour.observe(Some(45), 1, false);
        assert_eq!(step(&tour), Some(Step::Submit));
        tour.observe(Some(45), 0, false);
        assert_eq!(step(&tour), Some(Step::Submit), "undo does not go back");
    }

    #[test]
    fn strokes_of_an_earlier_day_are_none_of_the_tour() {
        let mut tour = Tour::default();
        for slice in 40..=45 {
            tour.observe(Some(slice), 3, false);
        }
        assert_eq!(step(&tour), Some(Step::Paint));
        tour.observe(Some(45), 2, false);
        tour.observe(Some(45), 3, false);
        assert_eq!(step(&tour), Some(Step::Submit));
    }

    #[test]
    fn a_stroke_before_its_step_counts() {
        let mut tour = Tour::default();
        tour.observe(Some(40), 0, false);
        tour.observe(Some(40), 1, false);
        assert_eq!(step(&tour), Some(Step::Scroll));
        for slice in 41..=45 {
            tour.observe(Some(slice), 1, false);
        }
        assert_eq!(step(&tour), Some(Step::Submit));
    }

    #[test]
    fn submitting_ends_it_at_any_step() {
        for mut tour in [Tour::default(), scrolled()] {
            tour.observe(Some(45), 0, true);
            assert_eq!(tour.card(), None);
        }
    }

    #[test]
    fn steps_follow_one_another_by_their_numbers() {
        let numbers = Step::ALL.map(Step::number);
        assert_eq!(numbers, [1, 2, 3]);
        let next = Step::ALL.map(Step::next);
        assert_eq!(next, [Some(Step::Paint), Some(Step::Submit), None]);
    }
}
