//! Plots as SVG inside the page: no script, no outside file, readable in black and white.

mod bar;
mod boxes;
mod curve;
mod difference;
mod matrix;
mod shape;

pub(crate) use bar::{Bar, bars, found_bar};
pub(crate) use boxes::{BoxRow, box_plot};
pub(crate) use curve::froc_plot;
pub(crate) use difference::{DifferencePlot, difference_plot};
pub(crate) use matrix::{Matrix, count_cells, matrix};
pub(crate) use shape::{ShapePlot, shape_plot};

const WIDTH: f64 = 760.0;

/// Width of a text of 12 px, wide characters counted as such; at most half of the plot.
fn text_width(text: &str) -> f64 {
    let width: f64 = text
        .chars()
        .map(|c| if c.is_ascii() { 6.8 } else { 12.0 })
        .sum();
    width.min(WIDTH / 2.0)
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
    fn ticks_are_round_numbers_within_the_range() {
        assert_eq!(ticks(-0.53, 0.77), [-0.5, 0.0, 0.5]);
        assert_eq!(ticks(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            [rounded(-0.0), rounded(12.50), rounded(300.0)],
            ["0", "12.5", "300"]
        );
    }
}
