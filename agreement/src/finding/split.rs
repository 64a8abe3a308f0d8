//! Findings of one reader that the other has in several parts.

use super::matching::box_sizes;
use serde::Serialize;

/// Share of a finding that must lie in another one to be a part of it.
const PART: f64 = 0.5;

/// One finding of a reader that holds two or more of the other's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SplitFinding {
    /// The one.
    pub id: String,
    /// The others, at least half of each lying in it.
    pub parts: Vec<String>,
}

/// How two findings lie in each other: the share of the first in the second, and of the second in the
/// first. `None` where they cannot belong together.
pub(crate) type Inside = Option<[f64; 2]>;

/// Findings of the first reader that the second has split, and of the second that the first has.
pub(crate) fn splits(
    first: &[String],
    second: &[String],
    inside: &[Vec<Inside>],
) -> [Vec<SplitFinding>; 2] {
    let holds =
        |i: usize, j: usize, which: usize| inside[i][j].is_some_and(|shares| shares[which] >= PART);
    let of_first = (0..first.len()).filter_map(|i| {
        let parts: Vec<usize> = (0..second.len()).filter(|&j| holds(i, j, 1)).collect();
        split(&first[i], second, &parts)
    });
    let of_second = (0..second.len()).filter_map(|j| {
        let parts: Vec<usize> = (0..first.len()).filter(|&i| holds(i, j, 0)).collect();
        split(&second[j], first, &parts)
    });
    [of_first.collect(), of_second.collect()]
}

fn split(id: &str, others: &[String], parts: &[usize]) -> Option<SplitFinding> {
    (parts.len() >= 2).then(|| SplitFinding {
        id: id.to_owned(),
        parts: parts.iter().map(|&part| others[part].clone()).collect(),
    })
}

/// Share of each of two boxes `[lo..., hi...]` that lies in the other.
pub(crate) fn box_shares(a: &[f64], b: &[f64]) -> [f64; 2] {
    let [shared, of_a, of_b] = box_sizes(a, b);
    [of_a, of_b].map(|own| if own > 0.0 { shared / own } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_over_two_boxes_is_split_and_one_over_one_is_not() {
        let whole = [0.0, 0.0, 10.0, 4.0];
        let parts = [
            [0.0, 0.0, 4.0, 4.0],
            [6.0, 0.0, 11.0, 4.0],
            [20.0, 0.0, 24.0, 4.0],
        ];
        let inside = vec![
            parts
                .iter()
                .map(|part| Some(box_shares(&whole, part)))
                .collect(),
        ];
        let ids = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let [first, second] = splits(&ids(&["w"]), &ids(&["p", "q", "r"]), &inside);
        assert_eq!(first.len(), 1);
        assert_eq!(
            (first[0].id.as_str(), &first[0].parts),
            ("w", &ids(&["p", "q"]))
        );
        assert!(second.is_empty());
    }
}
