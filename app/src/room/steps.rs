//! How far one notch of the wheel goes: one slice, or as many as lie between the slices painted last.

use super::Room;

/// Slices of a wide step before anything was painted.
const FIRST_STEP: i64 = 5;

/// The wheel's step.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    /// The two slices painted last, the later one last.
    pub(super) painted: Vec<i64>,
    /// Whether the step is the wide one.
    pub(super) is_wide: bool,
}

impl Steps {
    /// Slices of the wide step.
    fn wide(&self) -> i64 {
        match self.painted.as_slice() {
            [before, last] if before != last => (last - before).abs(),
            _ => FIRST_STEP,
        }
    }

    /// A slice was painted.
    pub(super) fn paints(&mut self, index: i64) {
        if self.painted.last() == Some(&index) {
            return;
        }
        self.painted.push(index);
        let surplus = self.painted.len().saturating_sub(2);
        self.painted.drain(..surplus);
    }
}

impl Room {
    /// Slices of one notch of the wheel.
    #[must_use]
    pub fn wheel_step(&self) -> i64 {
        if self.steps.is_wide {
            self.steps.wide()
        } else {
            1
        }
    }

    /// Between one slice and as many as lie between those painted last.
    pub(super) fn toggle_wheel_step(&mut self) {
        self.steps.is_wide = !self.steps.is_wide;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_step_is_the_gap_of_the_slices_painted_last() {
        let mut steps = Steps::default();
        assert_eq!(steps.wide(), FIRST_STEP);
        for index in [40, 40, 47] {
            steps.paints(index);
        }
        assert_eq!(steps.wide(), 7);
        steps.paints(44);
        assert_eq!(steps.wide(), 3);
    }
}
