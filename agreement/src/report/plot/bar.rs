//! Counts as bars.

use super::{WIDTH, px, text_width};
use maud::{Markup, html};

/// Findings of both readers and of each one as a bar.
pub(crate) fn found_bar(title: &str, counts: [usize; 3]) -> Markup {
    const BAR: f64 = 260.0;
    let total = counts.iter().sum::<usize>().max(1) as f64;
    let widths = counts.map(|count| count as f64 / total * BAR);
    html! {
        svg role="img" viewBox=(format!("0 0 {BAR} 16")) width=(BAR) height="16" aria-label=(title) {
            title { (title) }
            rect.both x="0" y="1" width=(px(widths[0])) height="14" {}
            rect.only_a x=(px(widths[0])) y="1" width=(px(widths[1])) height="14" {}
            rect.only_b x=(px(widths[0] + widths[1])) y="1" width=(px(widths[2])) height="14" {}
        }
    }
}

/// One bar of a bar plot.
pub(crate) struct Bar {
    /// Name at the left.
    pub(crate) name: String,
    /// How many.
    pub(crate) count: usize,
}

/// Counts as bars from the left, each with its number.
pub(crate) fn bars(title: &str, rows: &[Bar]) -> Markup {
    const LINE: f64 = 24.0;
    let left = rows
        .iter()
        .map(|row| text_width(&row.name))
        .fold(60.0, f64::max)
        + 16.0;
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0).max(1) as f64;
    let height = LINE * rows.len() as f64 + 4.0;
    let length = |count: usize| count as f64 / most * (WIDTH / 2.0 - 40.0);
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height}")) width=(WIDTH) aria-label=(title) {
            title { (title) }
            @for (number, row) in rows.iter().enumerate() {
                @let y = LINE * number as f64 + 2.0;
                text.name x=(px(left - 8.0)) y=(px(y + 15.0)) text-anchor="end" { (row.name) }
                rect.bar x=(px(left)) y=(px(y + 2.0)) width=(px(length(row.count))) height=(px(LINE - 6.0)) {}
                text.tick x=(px(left + length(row.count) + 6.0)) y=(px(y + 15.0)) { (row.count) }
            }
        }
    }
}
