//! A patch of a label's colour, with the pattern that its masks have.

use egui::{Color32, CornerRadius, Painter, Rect, vec2};
use render::Hatch;

/// Paints it.
pub fn swatch(paint: &Painter, rect: Rect, rounding: u8, (color, hatch): (Color32, Hatch)) {
    paint.rect_filled(rect, CornerRadius::same(rounding), color);
    if hatch == Hatch::None {
        return;
    }
    let ink = Color32::from_black_alpha(150);
    let inner = rect.shrink(1.0);
    let [columns, rows] = [inner.width(), inner.height()].map(|side| side as i64);
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let start = column;
            while column < columns && hatch.covers(column, row) {
                column += 1;
            }
            if column > start {
                let at = inner.min + vec2(start as f32, row as f32);
                let run = Rect::from_min_size(at, vec2((column - start) as f32, 1.0));
                paint.rect_filled(run, CornerRadius::ZERO, ink);
            }
            column += 1;
        }
    }
}
