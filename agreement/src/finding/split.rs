//! Findings of one reader that the other has in several parts.

use super::link::Link;
use serde::Serialize;
use std::collections::BTreeMap;

/// Share of a finding that must lie in another one to be a part of it.
pub(super) const PART: f64 = 0.5;

/// One finding of a reader that holds two or more of the other's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SplitFinding {
    /// The one.
    pub id: String,
    /// The others, at least half of each lying in it.
    pub parts: Vec<String>,
}

/// Findings of the first reader that the second has split, and of the second that the first has.
pub(crate) fn splits(
    first: &[String],
    second: &[String],
    links: &[Link],
) -> [Vec<SplitFinding>; 2] {
    let mut of_first: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut of_second: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for link in links {
        if link.inside[1] >= PART {
            of_first.entry(link.first).or_default().push(link.second);
        }
        if link.inside[0] >= PART {
            of_second.entry(link.second).or_default().push(link.first);
        }
    }
    [
        in_parts(of_first, first, second),
        in_parts(of_second, second, first),
    ]
}

/// The wholes with two parts or more.
fn in_parts(
    held: BTreeMap<usize, Vec<usize>>,
    wholes: &[String],
    others: &[String],
) -> Vec<SplitFinding> {
    let split = held.into_iter().filter(|(_, parts)| parts.len() >= 2);
    split
        .map(|(whole, mut parts)| {
            parts.sort_unstable();
            SplitFinding {
                id: wholes[whole].clone(),
                parts: parts.into_iter().map(|part| others[part].clone()).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::link::box_shares;
    use super::*;

    #[test]
    fn a_box_over_two_boxes_is_split_and_one_over_one_is_not() {
        let whole = [0.0, 0.0, 10.0, 4.0];
        let parts = [
            [0.0, 0.0, 4.0, 4.0],
            [6.0, 0.0, 11.0, 4.0],
            [20.0, 0.0, 24.0, 4.0],
        ];
        let links: Vec<Link> = parts
            .iter()
            .enumerate()
            .map(|(second, part)| Link {
                first: 0,
                second,
                score: 0.0,
                inside: box_shares(&whole, part),
            })
            .collect();
        let ids = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let [first, second] = splits(&ids(&["w"]), &ids(&["p", "q", "r"]), &links);
        assert_eq!(first.len(), 1);
        assert_eq!(
            (first[0].id.as_str(), &first[0].parts),
            ("w", &ids(&["p", "q"]))
        );
        assert!(second.is_empty());
    }
}
