//! Plots as SVG inside the page: no script, no outside file, readable in black and white.

use maud::{Markup, html};

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

const RIGHT: f64 = 24.0;
const WIDTH: f64 = 760.0;
const LINE: f64 = 44.0;

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

/// Width of a text of 12 px, wide characters counted as such; at most half of the plot.
fn text_width(text: &str) -> f64 {
    let width: f64 = text
        .chars()
        .map(|c| if c.is_ascii() { 6.8 } else { 12.0 })
        .sum();
    width.min(WIDTH / 2.0)
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

/// Differences of two readers against their mean with bias and limits of agreement.
pub(crate) struct DifferencePlot<'a> {
    /// Read aloud by screen readers.
    pub(crate) title: &'a str,
    /// Name and unit of the horizontal axis.
    pub(crate) mean_axis: &'a str,
    /// Name and unit of the vertical axis.
    pub(crate) difference_axis: &'a str,
    /// Values of A and B.
    pub(crate) pairs: &'a [[f64; 2]],
    /// Lower limit, bias, upper limit.
    pub(crate) lines: [f64; 3],
}

/// Draws a Bland-Altman plot.
pub(crate) fn difference_plot(plot: &DifferencePlot<'_>) -> Markup {
    const HEIGHT: f64 = 300.0;
    const START: f64 = 70.0;
    const BOTTOM: f64 = 44.0;
    const END: f64 = 86.0;
    let points: Vec<[f64; 2]> = plot
        .pairs
        .iter()
        .map(|[a, b]| [(a + b) / 2.0, a - b])
        .collect();
    let [x_low, x_high] = extent(points.iter().map(|point| point[0]));
    let [y_low, y_high] = extent(
        points
            .iter()
            .map(|point| point[1])
            .chain(plot.lines)
            .chain([0.0]),
    );
    let x = |value: f64| START + (value - x_low) / (x_high - x_low) * (WIDTH - START - END);
    let y = |value: f64| 10.0 + (y_high - value) / (y_high - y_low) * (HEIGHT - 10.0 - BOTTOM);
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) aria-label=(plot.title) {
            title { (plot.title) }
            @for up in ticks(y_low, y_high) {
                line.grid x1=(px(START)) x2=(px(WIDTH - END)) y1=(px(y(up))) y2=(px(y(up))) {}
                text.tick x=(px(START - 8.0)) y=(px(y(up) + 4.0)) text-anchor="end" { (rounded(up)) }
            }
            @for across in ticks(x_low, x_high) {
                text.tick x=(px(x(across))) y=(px(HEIGHT - 26.0)) text-anchor="middle" {
                    (rounded(across))
                }
            }
            line.zero x1=(px(START)) x2=(px(WIDTH - END)) y1=(px(y(0.0))) y2=(px(y(0.0))) {}
            @for (class, value) in ["loa", "bias", "loa"].into_iter().zip(plot.lines) {
                line class=(class) x1=(px(START)) x2=(px(WIDTH - END)) y1=(px(y(value))) y2=(px(y(value))) {}
                text.tick x=(px(WIDTH - END + 6.0)) y=(px(y(value) + 4.0)) { (rounded(value)) }
            }
            @for [mean, difference] in &points {
                circle.dot cx=(px(x(*mean))) cy=(px(y(*difference))) r="3.5" {}
            }
            text.name x=(px((START + WIDTH - END) / 2.0)) y=(px(HEIGHT - 6.0)) text-anchor="middle" {
                (plot.mean_axis)
            }
            text.name transform=(format!("translate(14 {:.1}) rotate(-90)", HEIGHT / 2.0)) text-anchor="middle" {
                (plot.difference_axis)
            }
        }
    }
}

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

/// Range of values with a margin; never empty.
fn extent(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let [low, high] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| {
        [low.min(v), high.max(v)]
    });
    let margin = ((high - low) * 0.08).max(high.abs().max(1e-6) * 0.02);
    [low - margin, high + margin]
}

/// Three to eight round numbers (1, 2 or 5 times a power of ten apart) within a range.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= rough);
    let step = factor.unwrap_or(10.0) * power;
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|n| n as f64 * step).collect()
}

/// At most three decimals, without trailing zeros or the sign of a zero.
fn rounded(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
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
    fn ticks_are_round_numbers_within_the_range() {
        assert_eq!(ticks(-0.53, 0.77), [-0.5, 0.0, 0.5]);
        assert_eq!(ticks(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            [rounded(-0.0), rounded(12.50), rounded(300.0)],
            ["0", "12.5", "300"]
        );
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
