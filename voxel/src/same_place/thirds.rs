//! Whether every outer third of what two volumes share tells the same of their places.
//!
//! A false place moves everything. Breath, a filled bladder or a bent arm move a part: then some
//! third (the back, the shoulders) is more alike in place.

use super::search::{Pair, cube};
use super::similarity::{Classes, JointTable, Likeness};

/// Cells looked at, about.
const MOST_CELLS: usize = 12_000;

/// A third whose classes hold less than this (nats) has nothing to tell.
const LEAST_ENTROPY: f64 = 0.2;

/// The likeness in a part of the common space, in place and shifted, over the same cells of one field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The best of the shifts up to one cell along each axis.
    pub(super) in_place: f64,
    /// At the shift asked about.
    pub(super) shifted: f64,
    /// Cells in the part.
    pub(super) count: usize,
    /// Whether both fields vary enough in it.
    pub(super) tells: bool,
}

/// The whole, then the lower and upper third along x, y, z.
///
/// Compared are the cells of one field where the other has image both in place and shifted, so that
/// neither answer gains by the cells it leaves out; of the two ways round the one with more cells.
pub(super) fn whole_and_thirds(pair: &Pair, shift: [i64; 3]) -> [Part; 7] {
    let back = shift.map(|s| -s);
    let of_a = cells_of_both(&pair.a, &pair.b, shift);
    let of_b = cells_of_both(&pair.b, &pair.a, back);
    if of_a.len() >= of_b.len() {
        parts(&of_a, &pair.b, shift)
    } else {
        parts(&of_b, &pair.a, back)
    }
}

/// A cell and its class.
type ClassedCell = ([i64; 3], u8);

/// Cells of `field` with image where `other` has image in place and shifted.
fn cells_of_both(field: &Classes, other: &Classes, shift: [i64; 3]) -> Vec<ClassedCell> {
    let [across, down, _] = field.cells.size;
    let mut cells = Vec::new();
    for (n, &class) in field.classes.iter().enumerate() {
        let at = [n % across, n / across % down, n / (across * down)];
        let cell: [i64; 3] = std::array::from_fn(|x| field.cells.min[x] + at[x] as i64);
        let seen = Classes::is_image;
        if seen(class) && seen(other.at(cell)) && seen(other.at(moved(cell, shift))) {
            cells.push((cell, class));
        }
    }
    cells
}

fn parts(cells: &[ClassedCell], other: &Classes, shift: [i64; 3]) -> [Part; 7] {
    let thirds: [[i64; 2]; 3] = std::array::from_fn(|axis| {
        let mut along: Vec<i64> = cells.iter().map(|(cell, _)| cell[axis]).collect();
        along.sort_unstable();
        [1, 2].map(|third| along.get(along.len() * third / 3).copied().unwrap_or(0))
    });
    let step = (cells.len() / MOST_CELLS).max(1);
    let tables = |shift: [i64; 3]| {
        let mut tables: [JointTable; 7] = std::array::from_fn(|_| JointTable::new());
        for &(cell, class) in cells.iter().step_by(step) {
            let there = other.at(moved(cell, shift));
            tables[0].add(class, there);
            for (axis, &[lower, upper]) in thirds.iter().enumerate() {
                // table 0 is the whole, two follow for each axis
                if cell[axis] < lower {
                    tables[1 + 2 * axis].add(class, there);
                } else if cell[axis] >= upper {
                    tables[2 + 2 * axis].add(class, there);
                }
            }
        }
        tables.map(|table| table.likeness())
    };
    let there = tables(shift);
    let here: Vec<[Likeness; 7]> = cube(1).map(tables).collect();
    std::array::from_fn(|part| Part {
        in_place: here.iter().map(|l| l[part].score).fold(0.0, f64::max),
        shifted: there[part].score,
        count: there[part].count as usize * step,
        tells: there[part].entropy.iter().all(|&h| h >= LEAST_ENTROPY),
    })
}

fn moved(cell: [i64; 3], shift: [i64; 3]) -> [i64; 3] {
    std::array::from_fn(|a| cell[a] + shift[a])
}
