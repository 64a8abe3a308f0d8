//! Tables of figures with a shade: confusion of categories, agreement of each pair of readers.

use super::{WIDTH, px, text_width};
use maud::{Markup, html};

/// A square of cells.
pub(crate) struct Matrix<'a> {
    /// Read aloud by screen readers.
    pub(crate) title: &'a str,
    /// What the rows are.
    pub(crate) row_axis: &'a str,
    /// What the columns are.
    pub(crate) column_axis: &'a str,
    /// Names of rows and columns.
    pub(crate) names: &'a [String],
    /// Text and shade (0 to 1) of each cell, row by row; `None`: left out.
    pub(crate) cells: &'a [Vec<Option<(String, f64)>>],
}

/// Widest cell.
const WIDEST: f64 = 96.0;
const HEIGHT: f64 = 30.0;

/// Draws the matrix; names above the columns are turned where they do not fit.
pub(crate) fn matrix(plot: &Matrix<'_>) -> Markup {
    let n = plot.names.len().max(1) as f64;
    let names = plot.names.iter().map(|name| text_width(name));
    let longest = names.fold(40.0, f64::max).min(260.0);
    let left = longest + 34.0;
    let cell = ((WIDTH - left - 8.0) / n).clamp(18.0, WIDEST);
    let is_turned = longest > cell - 6.0;
    let top = 22.0
        + if is_turned {
            longest * 0.75 + 8.0
        } else {
            20.0
        };
    let (width, height) = (
        left + cell * n + 8.0 + if is_turned { longest * 0.6 } else { 0.0 },
        top + HEIGHT * n + 8.0,
    );
    html! {
        svg role="img" viewBox=(format!("0 0 {width:.0} {height:.0}")) width=(px(width)) aria-label=(plot.title) {
            title { (plot.title) }
            text.tick x=(px(left + cell * n / 2.0)) y="13" text-anchor="middle" { (plot.column_axis) }
            text.tick transform=(format!("translate(12 {:.1}) rotate(-90)", top + HEIGHT * n / 2.0)) text-anchor="middle" {
                (plot.row_axis)
            }
            @for (number, name) in plot.names.iter().enumerate() {
                @let x = left + cell * (number as f64 + 0.5);
                @if is_turned {
                    text.name transform=(format!("translate({x:.1} {:.1}) rotate(-48)", top - 8.0)) { (short(name)) }
                } @else {
                    text.name x=(px(x)) y=(px(top - 8.0)) text-anchor="middle" { (name) }
                }
                text.name x=(px(left - 8.0)) y=(px(top + HEIGHT * (number as f64 + 0.5) + 4.0)) text-anchor="end" {
                    (short(name))
                }
            }
            @for (row, cells) in plot.cells.iter().enumerate() {
                @for (column, content) in cells.iter().enumerate() {
                    @let (x, y) = (left + cell * column as f64, top + HEIGHT * row as f64);
                    @if let Some((text, shade)) = content {
                        rect.cell x=(px(x)) y=(px(y)) width=(px(cell - 2.0)) height=(px(HEIGHT - 2.0))
                            fill-opacity=(format!("{:.2}", 0.06 + 0.74 * shade.clamp(0.0, 1.0))) {}
                        text.(if *shade > 0.55 { "strong" } else { "weak" }) x=(px(x + cell / 2.0 - 1.0))
                            y=(px(y + HEIGHT / 2.0 + 3.0)) text-anchor="middle" { (text) }
                    } @else {
                        rect.none x=(px(x)) y=(px(y)) width=(px(cell - 2.0)) height=(px(HEIGHT - 2.0)) {}
                    }
                }
            }
        }
    }
}

/// Cells of counts, shaded by the largest of them.
pub(crate) fn count_cells(counts: &[Vec<u64>]) -> Vec<Vec<Option<(String, f64)>>> {
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1) as f64;
    let cell = |&n: &u64| Some((n.to_string(), n as f64 / most));
    counts
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

/// A name that fits beside the matrix: its end is what tells files apart.
fn short(name: &str) -> String {
    const MOST: usize = 34;
    let length = name.chars().count();
    if length <= MOST {
        return name.to_owned();
    }
    let end: String = name.chars().skip(length + 1 - MOST).collect();
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_end() {
        let name = "a-very-long-folder-name-of-a-hospital/segmentation-7.nii.gz";
        assert!(short(name).ends_with("segmentation-7.nii.gz") && short(name).starts_with('…'));
        assert_eq!(short(name).chars().count(), 34);
        assert_eq!(short("A"), "A");
    }
}
