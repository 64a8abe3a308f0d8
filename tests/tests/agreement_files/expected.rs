//! What the comparison of several masks must say.

use crate::RECORDED;
use serde_json::Value;
use tests::calls::list;

/// Pairs of n readers in the order in which they are told.
pub(crate) fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)))
}

/// The readers of a recorded entry.
pub(crate) fn readers(truth: &Value) -> Vec<String> {
    let names = list(truth, "readers");
    let name = |name: &Value| name.as_str().expect("a name").to_owned();
    names.iter().map(name).collect()
}

/// The warnings of a kind.
pub(crate) fn warnings(told: &Value, code: &str) -> Vec<Value> {
    let mut found = list(told, "warnings");
    found.retain(|warning| warning["code"] == code);
    found
}

/// Asks a figure to be as expected.
pub(crate) fn near(told: &Value, expected: f64, within: f64) {
    let is_near = told
        .as_f64()
        .is_some_and(|told| (told - expected).abs() <= within);
    assert!(is_near, "{told} instead of {expected}");
}

/// A list of counts.
pub(crate) fn counts(told: &Value) -> Vec<u64> {
    let all = told.as_array().expect("counts");
    let count = |count: &Value| count.as_u64().expect("a count");
    all.iter().map(count).collect()
}

/// Figures of several masks.
pub(crate) struct Expected {
    /// Voxels of each reader.
    pub(crate) counts: Vec<u64>,
    /// Dice of each pair; none where both are empty.
    pub(crate) dice: Vec<Option<f64>>,
    /// Voxels that more than half of the readers marked, where that is known.
    pub(crate) majority: Option<u64>,
    /// How near Dice must come.
    pub(crate) within: f64,
}

impl Expected {
    /// What is recorded of readers by their names.
    pub(crate) fn recorded(truth: &Value, readers: &[String]) -> Self {
        let count = |reader: &String| truth["counts"][reader].as_u64().expect("a count");
        let dice = |(a, b): (usize, usize)| {
            let key = format!("{}|{}", readers[a], readers[b]);
            // A pair that is not recorded is a fault of this test, not a pair of two empty masks.
            truth["dice"].get(&key).expect("a recorded pair").as_f64()
        };
        Self {
            counts: readers.iter().map(count).collect(),
            dice: pairs(readers.len()).map(dice).collect(),
            majority: Some(truth["majority_strict"].as_u64().expect("a majority")),
            within: RECORDED,
        }
    }

    /// Asks the answer of `agree` for these figures.
    pub(crate) fn holds(&self, told: &Value) {
        let n = self.counts.len();
        assert_eq!(told["n_readers"], n);
        let told_pairs = match n {
            2 => vec![told["pair"].clone()],
            _ => list(told, "pairs"),
        };
        assert_eq!(told_pairs.len(), self.dice.len());
        for ((places, dice), pair) in pairs(n).zip(&self.dice).zip(&told_pairs) {
            self.pair_holds(pair, places, *dice);
            if n > 2 {
                let (a, b) = places;
                assert_eq!(pair["a"], a);
                assert_eq!(pair["b"], b);
                let matrix = &told["multi"]["pairwise_dice"];
                assert_eq!(matrix[a][b], pair["dice"]);
                assert_eq!(matrix[b][a], pair["dice"]);
            }
        }
        let majority = match n {
            // More than half of two are both.
            2 => &told["pair"]["n_voxels_intersection"],
            _ => &told["multi"]["majority"]["n_voxels"],
        };
        if let Some(wanted) = self.majority {
            assert_eq!(*majority, wanted);
        }
    }

    fn pair_holds(&self, pair: &Value, (a, b): (usize, usize), dice: Option<f64>) {
        assert_eq!(pair["n_voxels_a"], self.counts[a], "{a} {b}: {pair}");
        assert_eq!(pair["n_voxels_b"], self.counts[b], "{a} {b}: {pair}");
        let Some(dice) = dice else {
            assert!(pair["dice"].is_null(), "{a} {b}: {pair}");
            assert_eq!(pair["reasons"]["dice"], "both_empty", "{a} {b}: {pair}");
            return;
        };
        near(&pair["dice"], dice, self.within);
        let both = pair["n_voxels_intersection"].as_f64().expect("a count");
        let sum = (self.counts[a] + self.counts[b]) as f64;
        near(&pair["dice"], 2.0 * both / sum, 1e-12);
    }
}
