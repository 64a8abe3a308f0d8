//! Pairing of two lists: most matches first, then the best total (Kuhn 1955,
//! doi:10.1002/nav.3800020109, in the shortest-path form).

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Cost of a pairing: refused pairs first, then the total of the allowed ones.
///
/// Comparing the whole numbers first makes "most matches first" exact, whatever the totals are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost {
    refused: i64,
    total: f64,
}

impl Cost {
    const ZERO: Self = Self {
        refused: 0,
        total: 0.0,
    };
    const MOST: Self = Self {
        refused: i64::MAX / 4,
        total: 0.0,
    };

    fn is_below(self, other: Self) -> bool {
        self.refused
            .cmp(&other.refused)
            .then(self.total.total_cmp(&other.total))
            == Ordering::Less
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            refused: self.refused + other.refused,
            total: self.total + other.total,
        }
    }
}

impl Sub for Cost {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            refused: self.refused - other.refused,
            total: self.total - other.total,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Cost {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

/// Pairs (row, column) with the most allowed pairs and, among those, the smallest total cost, of allowed
/// pairs `(row, column, cost)` without repeats.
///
/// What no chain of allowed pairs links is paired by itself: thousands of cells that each touch one or
/// two others cost no more than their links.
pub(crate) fn best_links(allowed: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = linked_groups(allowed)
        .iter()
        .flat_map(|group| best_of_group(group))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// The allowed pairs by the groups that they link together.
fn linked_groups(allowed: &[(usize, usize, f64)]) -> Vec<Vec<(usize, usize, f64)>> {
    let n_rows = allowed.iter().map(|(row, ..)| row + 1).max().unwrap_or(0);
    let n_columns = allowed.iter().map(|(_, column, _)| column + 1).max();
    let mut parent: Vec<usize> = (0..n_rows + n_columns.unwrap_or(0)).collect();
    let root = |parent: &mut Vec<usize>, mut node: usize| {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    };
    for (row, column, _) in allowed {
        let (a, b) = (root(&mut parent, *row), root(&mut parent, n_rows + column));
        parent[a.max(b)] = a.min(b);
    }
    let mut groups: BTreeMap<usize, Vec<(usize, usize, f64)>> = BTreeMap::new();
    for link in allowed {
        groups
            .entry(root(&mut parent, link.0))
            .or_default()
            .push(*link);
    }
    groups.into_values().collect()
}

fn best_of_group(group: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    let sorted = |of: fn(&(usize, usize, f64)) -> usize| {
        let mut places: Vec<usize> = group.iter().map(of).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let (rows, columns) = (sorted(|link| link.0), sorted(|link| link.1));
    let mut costs = vec![vec![None; columns.len()]; rows.len()];
    for (row, column, cost) in group {
        let (row, column) = (rows.binary_search(row), columns.binary_search(column));
        if let (Ok(row), Ok(column)) = (row, column) {
            costs[row][column] = Some(*cost);
        }
    }
    let pairs = best_pairs(&costs).into_iter();
    pairs
        .map(|(row, column)| (rows[row], columns[column]))
        .collect()
}

/// Pairs (row, column) with the most allowed pairs and, among those, the smallest total cost.
///
/// `costs[row][column]` is `None` where the pair is not allowed.
fn best_pairs(costs: &[Vec<Option<f64>>]) -> Vec<(usize, usize)> {
    let n_rows = costs.len();
    let n_columns = costs.first().map_or(0, Vec::len);
    if n_rows == 0 || n_columns == 0 {
        return Vec::new();
    }
    let transposed = n_rows > n_columns;
    let at = |row: usize, column: usize| {
        let cost = if transposed {
            costs[column][row]
        } else {
            costs[row][column]
        };
        cost.map_or(
            Cost {
                refused: 1,
                total: 0.0,
            },
            |total| Cost { refused: 0, total },
        )
    };
    let (n_rows, n_columns) = if transposed {
        (n_columns, n_rows)
    } else {
        (n_rows, n_columns)
    };
    let mut pairs: Vec<(usize, usize)> = assign(n_rows, n_columns, at)
        .into_iter()
        .enumerate()
        .map(|(row, column)| {
            if transposed {
                (column, row)
            } else {
                (row, column)
            }
        })
        .filter(|&(row, column)| costs[row][column].is_some())
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Column of each row in the cheapest assignment of all rows; `n_rows <= n_columns`.
fn assign(n_rows: usize, n_columns: usize, cost: impl Fn(usize, usize) -> Cost) -> Vec<usize> {
    // index 0 of columns and rows is the start of the search, real ones count from 1
    let mut row_potential = vec![Cost::ZERO; n_rows + 1];
    let mut column_potential = vec![Cost::ZERO; n_columns + 1];
    let mut row_of = vec![0; n_columns + 1];
    let mut came_from = vec![0; n_columns + 1];
    for row in 1..=n_rows {
        row_of[0] = row;
        let mut column = 0;
        let mut nearest = vec![Cost::MOST; n_columns + 1];
        let mut done = vec![false; n_columns + 1];
        while row_of[column] != 0 {
            done[column] = true;
            let current = row_of[column];
            let mut step = Cost::MOST;
            let mut next = 0;
            for other in 1..=n_columns {
                if done[other] {
                    continue;
                }
                let reduced =
                    cost(current - 1, other - 1) - row_potential[current] - column_potential[other];
                if reduced.is_below(nearest[other]) {
                    nearest[other] = reduced;
                    came_from[other] = column;
                }
                if nearest[other].is_below(step) {
                    step = nearest[other];
                    next = other;
                }
            }
            for other in 0..=n_columns {
                if done[other] {
                    row_potential[row_of[other]] += step;
                    column_potential[other] -= step;
                } else {
                    nearest[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut columns = vec![0; n_rows];
    for (column, &row) in row_of.iter().enumerate().skip(1) {
        if row > 0 {
            columns[row - 1] = column - 1;
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_best_single_pair_gives_way_to_more_matches() {
        let costs = vec![vec![Some(-0.9), Some(-0.3)], vec![Some(-0.4), None]];
        assert_eq!(best_pairs(&costs), [(0, 1), (1, 0)]);
    }

    #[test]
    fn ten_thousand_cells_that_each_touch_two_others_are_paired() {
        let n = 10_000;
        let own = (0..n).map(|cell| (cell, cell, -0.6));
        let beside = (0..n)
            .filter(|cell| cell % 4 != 3)
            .map(|cell| (cell, cell + 1, -0.5));
        let allowed: Vec<_> = own.chain(beside).collect();
        let pairs = best_links(&allowed);
        assert!(pairs.len() == n && pairs.iter().all(|(row, column)| row == column));
    }

    #[test]
    fn nothing_allowed_gives_no_pairs() {
        assert!(best_links(&[]).is_empty());
        assert!(best_pairs(&[]).is_empty());
        assert!(best_pairs(&[vec![None, None]]).is_empty());
    }

    /// Best (matches, total) by trying everything.
    fn exhaustive(costs: &[Vec<Option<f64>>], row: usize, used: &mut Vec<bool>) -> (usize, f64) {
        if row == costs.len() {
            return (0, 0.0);
        }
        let mut best = exhaustive(costs, row + 1, used);
        for column in 0..used.len() {
            if let (Some(cost), false) = (costs[row][column], used[column]) {
                used[column] = true;
                let (matches, total) = exhaustive(costs, row + 1, used);
                used[column] = false;
                let found = (matches + 1, total + cost);
                if found.0 > best.0 || (found.0 == best.0 && found.1 < best.1) {
                    best = found;
                }
            }
        }
        best
    }

    proptest! {
        #[test]
        fn pairs_are_as_good_as_an_exhaustive_search(
            n_columns in 1_usize..6,
            cells in prop::collection::vec(prop::option::of(-1.0_f64..1.0), 0..30),
        ) {
            let costs: Vec<Vec<Option<f64>>> =
                cells.chunks_exact(n_columns).map(<[_]>::to_vec).collect();
            let allowed: Vec<(usize, usize, f64)> = costs
                .iter()
                .enumerate()
                .flat_map(|(r, row)| row.iter().enumerate().map(move |(c, cost)| (r, c, *cost)))
                .filter_map(|(r, c, cost)| Some((r, c, cost?)))
                .collect();
            let best = exhaustive(&costs, 0, &mut vec![false; n_columns]);
            for pairs in [best_pairs(&costs), best_links(&allowed)] {
                let total: f64 = pairs.iter().filter_map(|&(r, c)| costs[r][c]).sum();
                prop_assert_eq!(pairs.len(), best.0);
                prop_assert!((total - best.1).abs() < 1e-12);
            }
        }
    }
}
