//! Box plots: quartiles, whiskers to the outermost value within 1.5 quartile distances, and dots beyond
//! (Tukey 1977).

use super::{WIDTH, px, rounded, text_width, ticks};
use crate::rating::box_spread;
use maud::{Markup, html};

/// One row of values.
pub(crate) struct BoxRow {
    /// Name at the left.
    pub(crate) name: String,
    /// The values.
    pub(crate) values: Vec<f64>,
}

/// Draws the rows on one scale from `range[0]` to `range[1]`; a row of fewer than five values has dots
/// instead of a box.
pub(crate) fn box_plot(title: &str, axis: &str, range: [f64; 2], rows: &[BoxRow]) -> Markup {
    let line = if rows.len() > 12 { 17.0 } else { 26.0 };
    let names = rows.iter().map(|row| text_width(&row.name));
    let left = names.fold(80.0, f64::max).min(WIDTH / 2.5) + 16.0;
    let height = line * rows.len() as f64 + 44.0;
    let [low, high] = range;
    let x = |value: f64| {
        let share = (value.clamp(low, high) - low) / (high - low).max(f64::MIN_POSITIVE);
        left + share * (WIDTH - left - 20.0)
    };
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height:.0}")) width=(WIDTH) aria-label=(title) {
            title { (title) }
            @for at in ticks(low, high) {
                line.grid x1=(px(x(at))) x2=(px(x(at))) y1="4" y2=(px(height - 38.0)) {}
                text.tick x=(px(x(at))) y=(px(height - 24.0)) text-anchor="middle" { (rounded(at)) }
            }
            text.tick x=(px((left + WIDTH - 20.0) / 2.0)) y=(px(height - 6.0)) text-anchor="middle" { (axis) }
            @for (number, row) in rows.iter().enumerate() {
                @let y = 4.0 + line * (number as f64 + 0.5);
                text.name x=(px(left - 10.0)) y=(px(y + 4.0)) text-anchor="end" { (row.name) }
                (row_marks(row, y, line, &x))
            }
        }
    }
}

fn row_marks(row: &BoxRow, y: f64, line: f64, x: &impl Fn(f64) -> f64) -> Markup {
    let half = line * 0.3;
    let spread = box_spread(&row.values).filter(|_| row.values.len() >= 5);
    html! {
        @if let Some(spread) = spread {
            @let [low, middle, high] = spread.quartiles;
            line.whisker x1=(px(x(spread.whiskers[0]))) x2=(px(x(low))) y1=(px(y)) y2=(px(y)) {}
            line.whisker x1=(px(x(high))) x2=(px(x(spread.whiskers[1]))) y1=(px(y)) y2=(px(y)) {}
            @for end in spread.whiskers {
                line.whisker x1=(px(x(end))) x2=(px(x(end))) y1=(px(y - half * 0.6)) y2=(px(y + half * 0.6)) {}
            }
            rect.box x=(px(x(low))) y=(px(y - half)) width=(px((x(high) - x(low)).max(1.0))) height=(px(2.0 * half)) {}
            line.mean x1=(px(x(middle))) x2=(px(x(middle))) y1=(px(y - half)) y2=(px(y + half)) {}
            @for value in spread.beyond {
                circle.dot cx=(px(x(value))) cy=(px(y)) r="2.5" { title { (rounded(value)) } }
            }
        } @else {
            @for value in &row.values {
                circle.dot cx=(px(x(*value))) cy=(px(y)) r="3" { title { (rounded(*value)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_plot_are_escaped() {
        let row = BoxRow {
            name: "<b>".to_owned(),
            values: vec![0.5],
        };
        let svg = box_plot("x", "x", [0.0, 1.0], &[row]).into_string();
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
    }
}
