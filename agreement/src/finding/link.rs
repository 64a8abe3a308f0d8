//! Which findings of two readers may be the same, or one a part of the other.

use super::input::{FindingCase, FindingEntry, FindingKind, FindingList};
use super::matching::{MatchRule, box_iou, box_sizes, point_distance};
use super::split::PART;
use crate::Error;
use crate::mask::grid_difference;
use std::collections::BTreeMap;
use voxel::LabelMap;

/// Two findings that may belong together, by their places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub(crate) first: usize,
    pub(crate) second: usize,
    /// IoU, or distance in mm.
    pub(crate) score: f64,
    /// Share of the first that lies in the second, and of the second in the first.
    pub(crate) inside: [f64; 2],
}

impl Link {
    /// True if one of the two may be a part of the other.
    pub(crate) fn is_part(&self) -> bool {
        self.inside.iter().any(|share| *share >= PART)
    }
}

/// Ids of the findings of one case by reader, and the scores between readers.
pub(super) struct CaseScores {
    pub(super) ids: Vec<Vec<String>>,
    /// Findings of two readers that may be the same, or one a part of the other.
    pub(super) links: BTreeMap<(usize, usize), Vec<Link>>,
}

/// Pairs of readers by position: reference and scored, or (1,2), (1,3), ..., (2,3), ...
pub(super) fn reader_pairs(list: &FindingList) -> Vec<(usize, usize)> {
    let place = |name: &String| list.readers.iter().position(|reader| reader == name);
    if let Some(scored) = &list.scored
        && let (Some(reference), Some(scored)) = (place(&scored.reference), place(&scored.scored))
    {
        return vec![(reference, scored)];
    }
    let n = list.readers.len();
    (0..n)
        .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
        .collect()
}

/// IoU or distance of two findings, `None` where labels must be equal and are not.
pub(crate) fn score_of(list: &FindingList, a: &FindingEntry, b: &FindingEntry) -> Option<f64> {
    if list.by_label && a.label != b.label {
        return None;
    }
    Some(match list.kind {
        FindingKind::Point => point_distance(&a.point_mm, &b.point_mm),
        FindingKind::Box | FindingKind::Instances => box_iou(&a.box_mm, &b.box_mm),
    })
}

/// Share of each finding that lies in the other; points do wholly, if one could be matched with the other.
fn inside_of(list: &FindingList, a: &FindingEntry, b: &FindingEntry, score: f64) -> [f64; 2] {
    match list.kind {
        FindingKind::Point => [f64::from(u8::from(list.rule.allows(score))); 2],
        FindingKind::Box | FindingKind::Instances => box_shares(&a.box_mm, &b.box_mm),
    }
}

pub(super) fn geometry_scores(list: &FindingList, case: &FindingCase) -> CaseScores {
    let of = |reader: usize| {
        case.findings
            .get(&list.readers[reader])
            .map_or(&[][..], Vec::as_slice)
    };
    let ids = (0..list.readers.len())
        .map(|reader| {
            of(reader)
                .iter()
                .map(|finding| finding.id.clone())
                .collect()
        })
        .collect();
    let mut links = BTreeMap::new();
    for (a, b) in reader_pairs(list) {
        let mut of_pair = Vec::new();
        for (first, i) in of(a).iter().enumerate() {
            for (second, j) in of(b).iter().enumerate() {
                let Some(score) = score_of(list, i, j) else {
                    continue;
                };
                let link = Link {
                    first,
                    second,
                    score,
                    inside: inside_of(list, i, j, score),
                };
                if list.rule.allows(score) || link.is_part() {
                    of_pair.push(link);
                }
            }
        }
        links.insert((a, b), of_pair);
    }
    CaseScores { ids, links }
}

pub(super) fn instance_scores<E: From<Error>>(
    list: &FindingList,
    case: &FindingCase,
    load: &mut impl FnMut(&str) -> Result<LabelMap, E>,
) -> Result<CaseScores, E> {
    let mut maps = Vec::new();
    for reader in &list.readers {
        let path = case.instances.get(reader).map_or("", String::as_str);
        maps.push(load(path)?);
    }
    let differing = maps.iter().enumerate().find_map(|(other, map)| {
        let what = grid_difference(maps[0].grid(), map.grid())?;
        Some((other, what))
    });
    if let Some((other, what)) = differing {
        let path = |reader: usize| case.instances.get(&list.readers[reader]).cloned();
        return Err(Error::GeometryMismatch {
            image: path(other).unwrap_or_default(),
            first: path(0).unwrap_or_default(),
            what,
        }
        .into());
    }
    let counts: Vec<BTreeMap<i64, u64>> = maps
        .iter()
        .map(|map| {
            let mut counts = map.counts();
            counts.remove(&0);
            counts
        })
        .collect();
    let links = reader_pairs(list).into_iter().map(|(a, b)| {
        let (first, second) = (maps[a].mapped(|id| id), maps[b].mapped(|id| id));
        let both = crate::mask::count_keys(first.len(), |at| (first.at(at), second.at(at)));
        ((a, b), overlaps(list.rule, [&counts[a], &counts[b]], &both))
    });
    let links = links.collect();
    let ids = counts
        .iter()
        .map(|c| c.keys().map(ToString::to_string).collect())
        .collect();
    Ok(CaseScores { ids, links })
}

/// Structures of two maps that share voxels; all pairs, where the rule allows those that share none.
fn overlaps(
    rule: MatchRule,
    [first, second]: [&BTreeMap<i64, u64>; 2],
    shared: &BTreeMap<(i64, i64), u64>,
) -> Vec<Link> {
    let place_of = |counts: &BTreeMap<i64, u64>| -> BTreeMap<i64, (usize, f64)> {
        let placed = counts.iter().enumerate();
        placed
            .map(|(place, (id, n))| (*id, (place, *n as f64)))
            .collect()
    };
    let (places_a, places_b) = (place_of(first), place_of(second));
    let link = |(i, j): (i64, i64), n: u64| {
        let (first, n_i) = *places_a.get(&i)?;
        let (second, n_j) = *places_b.get(&j)?;
        let n = n as f64;
        Some(Link {
            first,
            second,
            score: n / (n_i + n_j - n),
            inside: [n / n_i, n / n_j],
        })
    };
    let touching = shared.iter().filter_map(|(ids, n)| link(*ids, *n));
    let mut links: Vec<Link> = touching.collect();
    if rule.allows(0.0) {
        let all = first
            .keys()
            .flat_map(|i| second.keys().map(move |j| (*i, *j)));
        let apart = all.filter(|ids| !shared.contains_key(ids));
        links.extend(apart.filter_map(|ids| link(ids, 0)));
    }
    links
}

/// Share of each of two boxes `[lo..., hi...]` that lies in the other.
pub(crate) fn box_shares(a: &[f64], b: &[f64]) -> [f64; 2] {
    let [shared, of_a, of_b] = box_sizes(a, b);
    [of_a, of_b].map(|own| if own > 0.0 { shared / own } else { 0.0 })
}
