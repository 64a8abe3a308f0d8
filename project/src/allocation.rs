//! Who reads what: loads differ by at most one, pairs of readers meet equally often, everything is
//! drawn from a seed and can be drawn again. Pure: cases and readers are positions in lists.
//!
//! Greedy by (load, meetings) alone leaves pair counts up to 3 apart; exchanging readers between
//! cases afterwards brings them within 1 (`workflow.md` §3).

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::digest::FieldHash;

/// What is to be allocated.
#[derive(Clone, Debug)]
pub(crate) struct Demand<'a> {
    /// Number of readers.
    pub(crate) readers: usize,
    /// Readers per case.
    pub(crate) per_case: usize,
    /// Of each case, the readers it has already: they stay.
    pub(crate) present: &'a [BTreeSet<usize>],
    /// How many cases each reader has in the project already.
    pub(crate) loads: &'a [usize],
}

/// New readers of each case, in the order of the cases.
pub(crate) fn allocate(demand: &Demand<'_>, seed: u64) -> Vec<BTreeSet<usize>> {
    let mut draw = Draw::new(&[b"allocation", &seed.to_le_bytes()]);
    let mut plan = Plan::new(demand);
    let mut cases: Vec<usize> = (0..demand.present.len()).collect();
    draw.shuffle(&mut cases);
    for case in cases {
        plan.fill(case, demand, &mut draw);
    }
    plan.even_out_pairs(demand, &mut draw);
    plan.new
}

/// The order in which a reader gets the cases.
pub(crate) fn reading_order<T>(mut cases: Vec<T>, seed: u64, set: &str, reader: &str) -> Vec<T> {
    let mut draw = Draw::new(&[
        b"order",
        &seed.to_le_bytes(),
        set.as_bytes(),
        reader.as_bytes(),
    ]);
    draw.shuffle(&mut cases);
    cases
}

/// Random numbers from a seed, written out here so that a new version of a crate cannot change an
/// allocation that has to be reproduced.
struct Draw(ChaCha20Rng);

impl Draw {
    fn new(seed: &[&[u8]]) -> Self {
        let hash = seed
            .iter()
            .fold(FieldHash::new("dokuei-draw-1"), |hash, part| {
                hash.field(part)
            })
            .finish();
        Self(ChaCha20Rng::from_seed(hash))
    }

    /// A number below `bound` (at least 1), each equally likely: values past the last whole
    /// multiple are drawn again.
    fn below(&mut self, bound: usize) -> usize {
        let bound = (bound.max(1)) as u64;
        let last = u64::MAX - u64::MAX % bound;
        loop {
            let value = self.0.next_u64();
            if value < last {
                return usize::try_from(value % bound).unwrap_or(0);
            }
        }
    }

    /// Fisher–Yates.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

struct Plan {
    new: Vec<BTreeSet<usize>>,
    loads: Vec<usize>,
    /// How often two readers (lower position first) meet.
    meetings: BTreeMap<(usize, usize), i64>,
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

impl Plan {
    fn new(demand: &Demand<'_>) -> Self {
        let mut meetings = BTreeMap::new();
        for present in demand.present {
            for a in present {
                for b in present.range(a + 1..) {
                    *meetings.entry((*a, *b)).or_insert(0) += 1;
                }
            }
        }
        Self {
            new: vec![BTreeSet::new(); demand.present.len()],
            loads: demand.loads.to_vec(),
            meetings,
        }
    }

    fn meetings_of(&self, reader: usize, others: &BTreeSet<usize>) -> i64 {
        others
            .iter()
            .map(|other| self.meetings.get(&pair(reader, *other)).unwrap_or(&0))
            .sum()
    }

    /// Gives a case its readers: least load first, then fewest meetings, then by lot.
    fn fill(&mut self, case: usize, demand: &Demand<'_>, draw: &mut Draw) {
        let Some(present) = demand.present.get(case) else {
            return;
        };
        let mut all = present.clone();
        let mut lot: Vec<usize> = (0..demand.readers).collect();
        draw.shuffle(&mut lot);
        while all.len() < demand.per_case {
            let chosen = lot
                .iter()
                .copied()
                .filter(|reader| !all.contains(reader))
                .min_by_key(|reader| {
                    let load = self.loads.get(*reader).copied().unwrap_or(0);
                    (load, self.meetings_of(*reader, &all))
                });
            let Some(reader) = chosen else { break };
            for other in &all {
                *self.meetings.entry(pair(reader, *other)).or_insert(0) += 1;
            }
            if let Some(load) = self.loads.get_mut(reader) {
                *load += 1;
            }
            all.insert(reader);
            if let Some(new) = self.new.get_mut(case) {
                new.insert(reader);
            }
        }
    }

    /// Exchanges readers between two cases while that makes meetings more even; loads stay.
    fn even_out_pairs(&mut self, demand: &Demand<'_>, draw: &mut Draw) {
        let cases = self.new.len();
        if cases < 2 || demand.per_case < 2 || demand.per_case >= demand.readers {
            return;
        }
        let tries = 400 * cases.min(250) * demand.per_case;
        for _ in 0..tries {
            if self.spread(demand.readers) <= 1 {
                break;
            }
            self.try_exchange(demand, draw);
        }
    }

    fn spread(&self, readers: usize) -> i64 {
        let counts = (0..readers).flat_map(|a| {
            (a + 1..readers).map(move |b| self.meetings.get(&(a, b)).copied().unwrap_or(0))
        });
        let (least, most) = counts.fold((i64::MAX, 0), |(l, m), n| (l.min(n), m.max(n)));
        most.saturating_sub(least)
    }

    fn try_exchange(&mut self, demand: &Demand<'_>, draw: &mut Draw) -> Option<()> {
        let [one, other] = [draw.below(self.new.len()), draw.below(self.new.len())];
        let leaves_one = nth(self.new.get(one)?, draw)?;
        let leaves_other = nth(self.new.get(other)?, draw)?;
        let [rest_one, rest_other] =
            [(one, leaves_one), (other, leaves_other)].map(|(case, leaves)| {
                let mut all: BTreeSet<usize> =
                    self.new.get(case).into_iter().flatten().copied().collect();
                all.extend(demand.present.get(case).into_iter().flatten());
                all.remove(&leaves);
                all
            });
        let clash = one == other
            || leaves_one == leaves_other
            || rest_one.contains(&leaves_other)
            || rest_other.contains(&leaves_one);
        if clash {
            return None;
        }
        let before = self.unevenness();
        let moves = [
            (leaves_one, &rest_one, -1),
            (leaves_other, &rest_other, -1),
            (leaves_other, &rest_one, 1),
            (leaves_one, &rest_other, 1),
        ];
        for (reader, others, step) in &moves {
            self.shift(*reader, others, *step);
        }
        if self.unevenness() > before {
            for (reader, others, step) in &moves {
                self.shift(*reader, others, -step);
            }
            return None;
        }
        for (case, leaves, comes) in [
            (one, leaves_one, leaves_other),
            (other, leaves_other, leaves_one),
        ] {
            let new = self.new.get_mut(case)?;
            new.remove(&leaves);
            new.insert(comes);
        }
        Some(())
    }

    fn shift(&mut self, reader: usize, others: &BTreeSet<usize>, step: i64) {
        for other in others {
            *self.meetings.entry(pair(reader, *other)).or_insert(0) += step;
        }
    }

    /// Sum of squares: least when all pairs meet equally often.
    fn unevenness(&self) -> i64 {
        self.meetings.values().map(|count| count * count).sum()
    }
}

fn nth(readers: &BTreeSet<usize>, draw: &mut Draw) -> Option<usize> {
    if readers.is_empty() {
        return None;
    }
    readers.iter().nth(draw.below(readers.len())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fresh(cases: usize, readers: usize, per_case: usize, seed: u64) -> Vec<BTreeSet<usize>> {
        let present = vec![BTreeSet::new(); cases];
        let loads = vec![0; readers];
        allocate(
            &Demand {
                readers,
                per_case,
                present: &present,
                loads: &loads,
            },
            seed,
        )
    }

    fn spreads(plan: &[BTreeSet<usize>], readers: usize) -> (usize, usize) {
        let mut loads = vec![0; readers];
        let mut pairs = BTreeMap::new();
        for case in plan {
            for a in case {
                loads[*a] += 1;
                for b in case.range(a + 1..) {
                    *pairs.entry((*a, *b)).or_insert(0) += 1;
                }
            }
        }
        let count = readers * (readers - 1) / 2;
        let least = if pairs.len() < count {
            0
        } else {
            *pairs.values().min().unwrap_or(&0)
        };
        let most = pairs.values().max().copied().unwrap_or(0);
        (
            loads.iter().max().unwrap() - loads.iter().min().unwrap(),
            most - least,
        )
    }

    #[test]
    fn loads_and_pairs_differ_by_at_most_one() {
        for (cases, readers, per_case) in [
            (60, 5, 2),
            (66, 12, 2),
            (100, 6, 3),
            (120, 8, 2),
            (21, 7, 3),
            (10, 3, 1),
        ] {
            for seed in 0..3 {
                let plan = fresh(cases, readers, per_case, seed);
                assert!(plan.iter().all(|case| case.len() == per_case));
                let (loads, pairs) = spreads(&plan, readers);
                assert!(loads <= 1, "{cases} {readers} {per_case}: loads {loads}");
                if per_case > 1 {
                    assert!(pairs <= 1, "{cases} {readers} {per_case}: pairs {pairs}");
                }
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_one_another() {
        assert_eq!(fresh(40, 5, 2, 7), fresh(40, 5, 2, 7));
        assert_ne!(fresh(40, 5, 2, 7), fresh(40, 5, 2, 8));
        let order = |seed| reading_order((0..30).collect::<Vec<_>>(), seed, "set", "reader");
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }

    proptest! {
        #[test]
        fn an_extension_keeps_what_is_assigned_and_stays_even(
            first in 1_usize..40, more in 1_usize..40, readers in 2_usize..7, seed in any::<u64>()
        ) {
            let per_case = 2.min(readers);
            let old = fresh(first, readers, per_case, seed);
            let mut present = old.clone();
            present.resize(first + more, BTreeSet::new());
            let mut loads = vec![0; readers];
            for reader in old.iter().flatten() {
                loads[*reader] += 1;
            }
            let demand = Demand { readers, per_case, present: &present, loads: &loads };
            let new = allocate(&demand, seed ^ 1);
            for (case, added) in new.iter().enumerate() {
                if case < first {
                    prop_assert!(added.is_empty());
                } else {
                    prop_assert_eq!(added.len(), per_case);
                }
                for reader in added {
                    loads[*reader] += 1;
                }
            }
            let spread = loads.iter().max().unwrap() - loads.iter().min().unwrap();
            prop_assert!(spread <= 1);
        }
    }
}
