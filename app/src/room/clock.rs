//! The time that a reader works on a case, by the window's own clock: a wall clock that jumps changes
//! nothing.

use super::Room;

/// Seconds without a movement of the hand after which the reader is taken not to work (`workflow.md` §9).
const IDLE_S: f64 = 60.0;

/// When the hand moved last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    moved_at: Option<f64>,
}

impl Clock {
    /// The hand moves at a time, s. Returns the seconds that were worked since it moved last.
    fn moves(&mut self, now: f64) -> f64 {
        let since = self
            .moved_at
            .replace(now)
            .map_or(0.0, |before| now - before);
        if (0.0..IDLE_S).contains(&since) {
            since
        } else {
            0.0
        }
    }
}

impl Room {
    /// The hand moved at a time, s.
    pub fn works(&mut self, now: f64) {
        self.worked_s += self.clock.moves(now);
    }

    /// The time worked on the case, `06:18`.
    #[must_use]
    pub fn clock_text(&self) -> String {
        let seconds = self.worked_s as u64;
        format!("{:02}:{:02}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_no_work_and_a_clock_that_goes_back_neither() {
        let mut clock = Clock::default();
        let times = [100.0, 130.0, 131.0, 500.0, 510.0, 20.0, 21.0];
        let worked: f64 = times.iter().map(|now| clock.moves(*now)).sum();
        assert!(
            (worked - (30.0 + 1.0 + 10.0 + 1.0)).abs() < 1e-9,
            "{worked}"
        );
    }
}
