//! A rising curve of steps: sensitivity against false positives.

use super::{px, rounded};
use maud::{Markup, html};

/// Draws points (false positives per case, sensitivity) on a scale of powers of two.
pub(crate) fn froc_plot(title: &str, x_axis: &str, y_axis: &str, points: &[[f64; 2]]) -> Markup {
    const LEFT: f64 = 64.0;
    const TOP: f64 = 10.0;
    const WIDE: f64 = 420.0;
    const HIGH: f64 = 240.0;
    let x = |rate: f64| LEFT + (rate.max(0.125).log2() + 3.0).clamp(0.0, 6.0) / 6.0 * WIDE;
    let y = |share: f64| TOP + (1.0 - share.clamp(0.0, 1.0)) * HIGH;
    let mut path = format!("M {:.1} {:.1}", x(0.125), y(best_below(points, 0.125)));
    for [rate, sensitivity] in points
        .iter()
        .filter(|[rate, _]| *rate > 0.125 && *rate <= 8.0)
    {
        path.push_str(&format!(" H {:.1} V {:.1}", x(*rate), y(*sensitivity)));
    }
    path.push_str(&format!(" H {:.1}", x(8.0)));
    html! {
        svg role="img" viewBox="0 0 520 310" width="520" aria-label=(title) {
            title { (title) }
            @for step in 0..=5 {
                @let share = f64::from(step) / 5.0;
                line.grid x1=(px(LEFT)) x2=(px(LEFT + WIDE)) y1=(px(y(share))) y2=(px(y(share))) {}
                text.tick x=(px(LEFT - 8.0)) y=(px(y(share) + 4.0)) text-anchor="end" { (format!("{share:.1}")) }
            }
            @for rate in [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0] {
                line.grid x1=(px(x(rate))) x2=(px(x(rate))) y1=(px(TOP)) y2=(px(TOP + HIGH)) {}
                text.tick x=(px(x(rate))) y=(px(TOP + HIGH + 18.0)) text-anchor="middle" { (rounded(rate)) }
            }
            path.curve d=(path) {}
            text.name x=(px(LEFT + WIDE / 2.0)) y=(px(TOP + HIGH + 42.0)) text-anchor="middle" { (x_axis) }
            text.name transform=(format!("translate(16 {:.1}) rotate(-90)", TOP + HIGH / 2.0)) text-anchor="middle" {
                (y_axis)
            }
        }
    }
}

/// The best sensitivity at a rate or below.
fn best_below(points: &[[f64; 2]], most: f64) -> f64 {
    let reached = points.iter().filter(|[rate, _]| *rate <= most);
    reached
        .map(|[_, sensitivity]| *sensitivity)
        .fold(0.0, f64::max)
}
