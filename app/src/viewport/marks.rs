//! Texts and marks on a viewport: corners, orientation letters, scale bar. Drawn by egui in points of
//! the screen, so that they stay sharp at any zoom.

use egui::{Align2, Color32, CornerRadius, FontId, Painter, Pos2, Rect, Stroke, pos2, vec2};
use render::{ScaleBar, SliceView};

/// A corner of a viewport.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
}

/// A text with a black outline of one point, legible on bone and on air.
pub fn outlined_text(
    painter: &Painter,
    at: Pos2,
    align: Align2,
    text: &str,
    size: f32,
    color: Color32,
) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(size), color);
    let rect = align.anchor_size(at, galley.size());
    for offset in [
        vec2(-1.0, 0.0),
        vec2(1.0, 0.0),
        vec2(0.0, -1.0),
        vec2(0.0, 1.0),
    ] {
        painter.galley_with_override_text_color(rect.min + offset, galley.clone(), Color32::BLACK);
    }
    painter.galley(rect.min, galley, color);
    rect
}

/// Lines of text in a corner; the last ones stand lowest.
pub fn corner_text(
    painter: &Painter,
    pane: Rect,
    corner: Corner,
    lines: &[(String, Color32)],
    size: f32,
    right_gap: f32,
) {
    let line_height = size * 1.35;
    for (index, (text, color)) in lines.iter().enumerate() {
        let from_top = 8.0 + index as f32 * line_height;
        let from_bottom = 8.0 + (lines.len() - 1 - index) as f32 * line_height;
        let (at, align) = match corner {
            Corner::TopLeft => (pane.min + vec2(9.0, from_top), Align2::LEFT_TOP),
            Corner::TopRight => (
                pos2(pane.right() - right_gap, pane.top() + from_top),
                Align2::RIGHT_TOP,
            ),
            Corner::BottomLeft => (
                pos2(pane.left() + 9.0, pane.bottom() - from_bottom),
                Align2::LEFT_BOTTOM,
            ),
            Corner::BottomRight => (
                pos2(pane.right() - right_gap, pane.bottom() - from_bottom),
                Align2::RIGHT_BOTTOM,
            ),
        };
        outlined_text(painter, at, align, text, size, *color);
    }
}

/// The letters at the middle of each edge.
pub fn edge_letters(
    painter: &Painter,
    pane: Rect,
    view: &SliceView,
    size: f32,
    color: Color32,
    right_gap: f32,
) {
    let [left, right, top, bottom] = view.letters();
    for (letter, at, align) in [
        (
            left,
            pane.left_center() + vec2(9.0, 0.0),
            Align2::LEFT_CENTER,
        ),
        (
            right,
            pane.right_center() - vec2(right_gap, 0.0),
            Align2::RIGHT_CENTER,
        ),
        (top, pane.center_top() + vec2(0.0, 8.0), Align2::CENTER_TOP),
        (
            bottom,
            pane.center_bottom() - vec2(0.0, 34.0),
            Align2::CENTER_BOTTOM,
        ),
    ] {
        // lines of other planes end before a letter: struck through it would be misread
        let galley = painter.layout_no_wrap(letter.clone(), FontId::proportional(size), color);
        let ground = align.anchor_size(at, galley.size()).expand2(vec2(3.0, 0.0));
        painter.rect_filled(
            ground,
            CornerRadius::same(3),
            Color32::from_black_alpha(190),
        );
        outlined_text(painter, at, align, &letter, size, color);
    }
}

/// The scale bar at the right edge, below the middle.
pub fn scale_bar(
    painter: &Painter,
    pane: Rect,
    view: &SliceView,
    points_per_px: f32,
    size: f32,
    color: Color32,
    right_gap: f32,
) {
    let Some(bar) = ScaleBar::choose(view.mm_per_px, view.size_px[1]) else {
        return;
    };
    let length = bar.length_px as f32 * points_per_px;
    let x = pane.right() - right_gap;
    let top = (pane.center().y + 28.0).min(pane.bottom() - length - 50.0);
    for (width, ink) in [(3.0, Color32::BLACK), (1.0, color)] {
        let stroke = Stroke::new(width, ink);
        painter.vline(x, top..=top + length, stroke);
        painter.hline(x - 6.0..=x, top, stroke);
        painter.hline(x - 6.0..=x, top + length, stroke);
    }
    outlined_text(
        painter,
        pos2(x - 10.0, top + length / 2.0),
        Align2::RIGHT_CENTER,
        &bar.label(),
        size,
        color,
    );
}
