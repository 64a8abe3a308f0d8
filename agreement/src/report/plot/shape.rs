//! The plane in which readers differ most: who marked what.

use super::px;
use crate::mask::PlanePicture;
use maud::{Markup, html};
use std::fmt::Write;

/// What lies under the marks, and how wide a voxel is.
pub(crate) struct ShapePlot<'a> {
    /// Read aloud by screen readers.
    pub(crate) title: &'a str,
    /// The marks.
    pub(crate) picture: &'a PlanePicture,
    /// Height of a voxel by its width.
    pub(crate) aspect: f64,
    /// The image of the same part as a `data:` address.
    pub(crate) image: Option<&'a str>,
    /// Longer side in pixels.
    pub(crate) side: f64,
}

/// Draws the marks: two readers in three colours, more in shades by their share.
pub(crate) fn shape_plot(plot: &ShapePlot<'_>) -> Markup {
    let picture = plot.picture;
    let [columns, rows] = picture.size;
    let (wide, high) = (columns as f64, rows as f64 * plot.aspect);
    let scale = plot.side / wide.max(high).max(1.0);
    let flat = format!("scale(1 {:.4})", plot.aspect);
    html! {
        svg.shape role="img" viewBox=(format!("0 0 {wide:.1} {high:.1}"))
            width=(px(wide * scale)) height=(px(high * scale)) aria-label=(plot.title) {
            title { (plot.title) }
            @if let Some(address) = plot.image {
                image href=(address) x="0" y="0" width=(px(wide)) height=(px(high)) preserveAspectRatio="none" {}
            } @else {
                rect.ground x="0" y="0" width=(px(wide)) height=(px(high)) {}
            }
            g transform=(flat) {
                @for (class, opacity, path) in layers(picture) {
                    path class=(class) fill-opacity=(opacity) d=(path) {}
                }
            }
        }
    }
}

/// Class, opacity and outline of the cells of each kind.
fn layers(picture: &PlanePicture) -> Vec<(&'static str, String, String)> {
    let kind = |cell: u32| -> Option<(&'static str, u32)> {
        match (cell, picture.n_readers) {
            (0, _) => None,
            (0b01, 2) => Some(("only_a", 80)),
            (0b10, 2) => Some(("only_b", 80)),
            (_, 2) => Some(("both", 35)),
            (cell, n) => Some(("many", 15 + 75 * cell.count_ones() / n as u32)),
        }
    };
    let mut layers: Vec<(&'static str, u32, String)> = Vec::new();
    for (y, row) in picture.cells.chunks(picture.size[0].max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| kind(*a) == kind(*b)) {
            if let Some((class, opacity)) = run.first().and_then(|cell| kind(*cell)) {
                let known = layers.iter().position(|l| (l.0, l.1) == (class, opacity));
                let layer = known.unwrap_or_else(|| {
                    layers.push((class, opacity, String::new()));
                    layers.len() - 1
                });
                // writing into a string cannot fail
                let _ = write!(layers[layer].2, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    layers
        .into_iter()
        .map(|(class, opacity, path)| (class, format!("{:.2}", f64::from(opacity) / 100.0), path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_each_reader_lie_in_a_path_of_their_own() {
        let picture = PlanePicture {
            plane: 0,
            first: [0, 0],
            extent: [4, 2],
            size: [4, 2],
            n_readers: 2,
            cells: vec![1, 1, 3, 0, 0, 2, 2, 3],
        };
        let paths = layers(&picture);
        let path = |class: &str| paths.iter().find(|p| p.0 == class).unwrap().2.clone();
        assert_eq!(path("only_a"), "M0 0h2v1h-2z");
        assert_eq!(path("only_b"), "M1 1h2v1h-2z");
        assert_eq!(path("both"), "M2 0h1v1h-1zM3 1h1v1h-1z");
    }
}
