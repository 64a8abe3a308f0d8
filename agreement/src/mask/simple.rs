//! SIMPLE (Langerak 2010, doi:10.1109/TMI.2010.2057442), stopping rule and alpha as fixed in the
//! golden contract, section 4.5.

use super::pattern::{Patterns, marked};

const ALPHA: f64 = 1.0;
const SLACK: f64 = 1e-12;
const MOST_ROUNDS: u32 = 25;
const FEWEST_READERS: usize = 3;

/// Result of the selection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Simple {
    /// Voxels of the consensus.
    pub(crate) n_voxels: u64,
    /// Readers that voted for the consensus.
    pub(crate) kept: Vec<bool>,
    /// Dice of each reader to the consensus.
    pub(crate) dice: Vec<f64>,
}

impl Simple {
    /// Weighted votes, in which readers far below the mean Dice lose their voice.
    pub(crate) fn select(patterns: &Patterns) -> Self {
        let readers = patterns.n_readers;
        let mut kept: Vec<usize> = (0..readers).collect();
        let mut weights = vec![1.0; readers];
        let mut round = 0;
        loop {
            round += 1;
            let half = kept.iter().map(|&reader| weights[reader]).sum::<f64>() / 2.0;
            let vote = |pattern: u32| {
                let votes = kept.iter().filter(|&&reader| marked(pattern, reader));
                votes.map(|&reader| weights[reader]).sum::<f64>() > half
            };
            let n_voxels = patterns.count(vote);
            let dice: Vec<f64> = (0..readers)
                .map(|reader| {
                    let own = patterns.count(|pattern| marked(pattern, reader));
                    let both = patterns.count(|pattern| marked(pattern, reader) && vote(pattern));
                    let sum = own + n_voxels;
                    if sum == 0 {
                        0.0
                    } else {
                        2.0 * both as f64 / sum as f64
                    }
                })
                .collect();
            let next = above_threshold(&kept, &dice);
            if next.len() < FEWEST_READERS || next == kept || round >= MOST_ROUNDS {
                let kept = (0..readers).map(|reader| kept.contains(&reader)).collect();
                return Self {
                    n_voxels,
                    kept,
                    dice,
                };
            }
            kept = next;
            weights = dice;
        }
    }
}

/// Readers whose Dice is not more than alpha standard deviations below the mean of the kept.
fn above_threshold(kept: &[usize], dice: &[f64]) -> Vec<usize> {
    let n = kept.len() as f64;
    let mean = kept.iter().map(|&reader| dice[reader]).sum::<f64>() / n;
    let variance = kept
        .iter()
        .map(|&reader| (dice[reader] - mean).powi(2))
        .sum::<f64>()
        / n;
    let threshold = mean - ALPHA * variance.sqrt() - SLACK;
    kept.iter()
        .copied()
        .filter(|&reader| dice[reader] >= threshold)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_reader_far_off_loses_the_vote() {
        let counts = BTreeMap::from([(0, 1000), (0b0111, 100), (0b0011, 5), (0b1000, 100)]);
        let simple = Simple::select(&Patterns {
            n_readers: 4,
            outside_box: 0,
            counts,
            order: (0..4).collect(),
        });
        assert_eq!(simple.kept, [true, true, true, false]);
        assert_eq!(simple.n_voxels, 105);
        assert_eq!(simple.dice[3], 0.0);
    }
}
