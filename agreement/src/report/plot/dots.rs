//! Values of each row as dots on a line from 0 to 1.

use super::{WIDTH, px, text_width};
use maud::{Markup, html};

const RIGHT: f64 = 24.0;
const LINE: f64 = 44.0;

/// One line of a dot plot.
pub(crate) struct DotRow {
    /// Name at the left.
    pub(crate) name: String,
    /// One dot a value.
    pub(crate) values: Vec<f64>,
    /// Mean, drawn as a bar across the line.
    pub(crate) mean: Option<f64>,
    /// Interval of the mean (few cases: range), drawn as a thick line.
    pub(crate) interval: Option<[f64; 2]>,
}

/// Values between 0 and 1, one line per row. `title` is read aloud by screen readers.
pub(crate) fn dot_plot(title: &str, rows: &[DotRow]) -> Markup {
    let height = LINE * rows.len() as f64 + 40.0;
    let left = rows
        .iter()
        .map(|row| text_width(&row.name))
        .fold(80.0, f64::max)
        + 20.0;
    let x = |value: f64| left + value.clamp(0.0, 1.0) * (WIDTH - left - RIGHT);
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height}")) width=(WIDTH) aria-label=(title) {
            title { (title) }
            @for tick in 0..=10 {
                @let at = x(f64::from(tick) / 10.0);
                line.grid x1=(px(at)) x2=(px(at)) y1="8" y2=(px(height - 28.0)) {}
                @if tick % 2 == 0 {
                    text.tick x=(px(at)) y=(px(height - 10.0)) text-anchor="middle" {
                        (format!("{:.1}", f64::from(tick) / 10.0))
                    }
                }
            }
            @for (number, row) in rows.iter().enumerate() {
                @let y = 8.0 + LINE * (number as f64 + 0.5);
                text.name x=(px(left - 10.0)) y=(px(y + 4.0)) text-anchor="end" { (row.name) }
                @if let Some([low, high]) = row.interval {
                    line.interval x1=(px(x(low))) x2=(px(x(high))) y1=(px(y)) y2=(px(y)) {}
                }
                @for (value, shift) in spread(&row.values) {
                    circle.dot cx=(px(x(value))) cy=(px(y - shift)) r="3.5" {
                        title { (format!("{value:.3}")) }
                    }
                }
                @if let Some(mean) = row.mean {
                    line.mean x1=(px(x(mean))) x2=(px(x(mean))) y1=(px(y - 12.0)) y2=(px(y + 12.0)) {}
                }
            }
        }
    }
}

/// Values with a shift that keeps equal ones apart: up and down in turn.
fn spread(values: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut near = 0_u32;
    let mut last = f64::NEG_INFINITY;
    sorted
        .into_iter()
        .map(|value| {
            if value - last < 0.008 {
                near += 1;
            } else {
                near = 0;
                last = value;
            }
            let side = if near.is_multiple_of(2) { 1.0 } else { -1.0 };
            (
                value,
                (side * 4.5 * f64::from(near.div_ceil(2))).clamp(-16.0, 16.0),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_do_not_hide_each_other() {
        let shifts: Vec<f64> = spread(&[0.9, 0.9, 0.9])
            .into_iter()
            .map(|(_, s)| s)
            .collect();
        assert_eq!(shifts, [0.0, -4.5, 4.5]);
    }

    #[test]
    fn names_in_a_plot_are_escaped() {
        let row = DotRow {
            name: "<b>".to_owned(),
            values: vec![0.5],
            mean: None,
            interval: None,
        };
        let svg = dot_plot("x", &[row]).into_string();
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
    }
}
