//! What a frame paints in letters, whether or not it belongs to a widget: where it lies, what of it
//! is cut off, shortened or covered. Screen tests look for texts that nobody can read.

use egui::epaint::ClippedShape;
use egui::{Rect, Shape};

use super::widget::is_icon;

/// How much of a text a later shape may take before it counts as covered, points.
const COVER: f32 = 1.5;

/// A line of text as it was painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Lettering {
    /// The whole text, also of its other lines and where only a part is seen; icons are left out.
    pub text: String,
    /// Where the line's ink lies, in points.
    pub rect: Rect,
    /// The part of the window to which its painting is confined.
    pub clip: Rect,
    /// It was too long and ends with an ellipsis.
    pub is_shortened: bool,
    /// Something opaque lies over a part of it.
    pub is_covered: bool,
}

/// All texts of a frame that are seen at least in part.
pub(super) fn read(shapes: &[ClippedShape]) -> Vec<Lettering> {
    let mut letters = Vec::new();
    for clipped in shapes {
        take(&clipped.shape, clipped.clip_rect, &mut letters);
    }
    letters
}

fn take(shape: &Shape, clip: Rect, letters: &mut Vec<Lettering>) {
    match shape {
        Shape::Vec(shapes) => {
            for shape in shapes {
                take(shape, clip, letters);
            }
        }
        Shape::Text(text) => {
            let whole: String = text
                .galley
                .text()
                .chars()
                .filter(|c| !is_icon(*c))
                .collect();
            if whole.trim().is_empty() {
                return;
            }
            for row in &text.galley.rows {
                // A turned text is one line of ink.
                let rect = if text.angle == 0.0 {
                    row.visuals
                        .mesh_bounds
                        .translate(text.pos.to_vec2() + row.pos.to_vec2())
                } else {
                    text.visual_bounding_rect()
                };
                if rect.intersect(clip).is_positive() {
                    letters.push(Lettering {
                        text: whole.clone(),
                        rect,
                        clip,
                        is_shortened: text.galley.elided,
                        is_covered: false,
                    });
                }
            }
        }
        Shape::Rect(rect) if rect.brush.is_some() || rect.fill.is_opaque() => {
            cover(rect.rect.intersect(clip), letters);
        }
        Shape::Mesh(mesh) if mesh.texture_id != egui::TextureId::default() => {
            cover(mesh.calc_bounds().intersect(clip), letters);
        }
        _ => {}
    }
}

/// Something opaque is painted over what was painted before.
fn cover(ground: Rect, letters: &mut Vec<Lettering>) {
    letters.retain(|text| !ground.contains_rect(text.rect.intersect(text.clip)));
    for text in letters.iter_mut() {
        let over = ground.intersect(text.rect).intersect(text.clip);
        text.is_covered |= over.width() > COVER && over.height() > COVER;
    }
}
