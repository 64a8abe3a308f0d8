//! The Bland-Altman plot.

use super::{WIDTH, extent, px, rounded, ticks};
use maud::{Markup, html};

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
