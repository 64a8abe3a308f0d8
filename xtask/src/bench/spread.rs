//! Durations of one run, and the worst of several runs.

use std::time::Duration;

/// p50, p95 and p99 of durations, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Half are not longer.
    pub(crate) p50_ms: f64,
    /// 95 of 100 are not longer.
    pub(crate) p95_ms: f64,
    /// 99 of 100 are not longer.
    pub(crate) p99_ms: f64,
}

impl Spread {
    /// Of one run, by nearest rank; `None` without durations.
    pub(crate) fn of(durations: &[Duration]) -> Option<Self> {
        let mut sorted: Vec<f64> = durations.iter().map(|d| d.as_secs_f64() * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        let rank = |share: f64| {
            let at = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(at.saturating_sub(1)).copied()
        };
        Some(Self {
            p50_ms: rank(0.5)?,
            p95_ms: rank(0.95)?,
            p99_ms: rank(0.99)?,
        })
    }

    /// The worst of several runs, each figure by itself.
    pub(crate) fn worst(runs: &[Self]) -> Option<Self> {
        let worst = |of: fn(&Self) -> f64| runs.iter().map(of).max_by(f64::total_cmp);
        Some(Self {
            p50_ms: worst(|run| run.p50_ms)?,
            p95_ms: worst(|run| run.p95_ms)?,
            p99_ms: worst(|run| run.p99_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_a_hundred_durations() {
        let durations: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        let spread = Spread::of(&durations).unwrap();
        assert_eq!(
            (spread.p50_ms, spread.p95_ms, spread.p99_ms),
            (50.0, 95.0, 99.0)
        );
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn the_worst_run_is_taken_figure_by_figure() {
        let run = |p50_ms, p99_ms| Spread {
            p50_ms,
            p95_ms: 2.0,
            p99_ms,
        };
        let worst = Spread::worst(&[run(1.0, 9.0), run(2.0, 3.0)]).unwrap();
        assert_eq!((worst.p50_ms, worst.p99_ms), (2.0, 9.0));
    }
}
