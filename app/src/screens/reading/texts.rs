//! The texts on a viewport: corners, letters, scale, hint.

use super::State;
use super::lines::plane_color;
use crate::room::Sight;
use crate::viewport::{Corner, corner_text, edge_letters, outlined_text, scale_bar};
use crate::widgets::Look;
use egui::{Align2, Color32, CornerRadius, Rect, pos2, vec2};

/// A viewport of less width has letters only.
const LETTERS_ONLY: f32 = 200.0;
/// A viewport of less width says only what identifies the image.
const SHORT: f32 = 320.0;

/// Draws them.
pub(super) fn texts_ui(
    paint: &egui::Painter,
    look: Look<'_>,
    state: &State,
    sight: &Sight<'_>,
    rect: Rect,
) {
    let theme = look.theme;
    let size = theme.type_sizes().overlay;
    let right_gap = theme.viewport().coverage_px + 12.0;
    letters_ui(paint, look, sight, rect, right_gap);
    let room = sight.room();
    if rect.width() < LETTERS_ONLY || !room.shows_texts {
        return;
    }
    let color = theme.color.overlay;
    let prior = sight.prior_name(look.words);
    let ink = |line: &String| match prior.as_ref() == Some(line) {
        true => theme.color.warn,
        false => color,
    };
    let plain = |lines: Vec<String>| -> Vec<(String, Color32)> {
        let inked = lines.into_iter().map(|line| (ink(&line), line));
        inked.map(|(ink, line)| (line, ink)).collect()
    };
    let corner = |corner: Corner, lines: &[(String, Color32)]| {
        corner_text(paint, rect, corner, lines, size, right_gap);
    };
    let is_short = rect.width() < SHORT;
    let is_alone = room.views.is_alone();
    if is_alone {
        corner(Corner::TopLeft, &plain(sight.texts_top_left(look.words)));
        corner(Corner::TopRight, &plain(sight.texts_top_right(look.words)));
    } else {
        let mut lines = plain(sight.texts_beside_others(look.words));
        if is_short {
            lines.truncate(2);
        }
        let place = plain(sight.texts_of_place(look.words));
        let taken = if is_short {
            0.0
        } else {
            widest(paint, &place, size)
        };
        shorten(
            paint,
            &mut lines,
            size,
            rect.width() - right_gap - taken - 36.0,
        );
        if let Some((first, _)) = lines.first_mut() {
            // the mark of the plane stands before it
            first.insert_str(0, "\u{3000} ");
        }
        frame_mark_ui(paint, look, sight, rect);
        corner(Corner::TopLeft, &lines);
        if !is_short {
            corner(Corner::TopRight, &place);
        }
    }
    let mut bottom = plain(sight.texts_bottom_left(look.words));
    if is_short {
        bottom.truncate(1);
    }
    if let Some(doubt) = room.doubt_text(sight.index, look.words) {
        bottom.insert(0, (doubt, theme.color.warn));
    }
    corner(Corner::BottomLeft, &bottom);
    if !is_short && let Some(pointer) = state.pointer.as_ref().filter(|p| p.viewport == sight.index)
    {
        let [x, y, z] = pointer.at_mm;
        let mut lines = vec![(format!("{x:.1}, {y:.1}, {z:.1}"), color)];
        let told = pointer.value.iter().chain(&pointer.quantities);
        lines.extend(told.map(|text| (text.clone(), theme.color.measure)));
        corner(Corner::BottomRight, &lines);
    }
    if sight.has_spacing() && !is_short {
        let points_per_px = 1.0 / paint.pixels_per_point();
        scale_bar(
            paint,
            rect,
            sight.look,
            points_per_px,
            size,
            color,
            right_gap,
        );
    }
    if room.views.active_index() == sight.index && !is_short && sight.view.cine.is_none() {
        hint_ui(paint, look, sight, rect);
    }
}

fn letters_ui(
    paint: &egui::Painter,
    look: Look<'_>,
    sight: &Sight<'_>,
    rect: Rect,
    right_gap: f32,
) {
    let theme = look.theme;
    if sight.has_orientation() {
        let size = theme.type_sizes().orientation;
        let color = theme.color.overlay;
        edge_letters(paint, rect, sight.look, size, color, right_gap + 2.0);
        return;
    }
    outlined_text(
        paint,
        rect.center_top() + vec2(0.0, 8.0),
        Align2::CENTER_TOP,
        &look.t("reading-orientation-unknown"),
        theme.type_sizes().overlay,
        theme.color.warn,
    );
}

fn width_of(paint: &egui::Painter, text: &str, size: f32) -> f32 {
    let font = egui::FontId::proportional(size);
    let galley = paint.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x
}

fn widest(paint: &egui::Painter, lines: &[(String, Color32)], size: f32) -> f32 {
    let widths = lines.iter().map(|(text, _)| width_of(paint, text, size));
    widths.fold(0.0, f32::max)
}

/// Shortens what would reach into the other corner's texts; the first line, which says where the image is,
/// stays whole.
fn shorten(paint: &egui::Painter, lines: &mut [(String, Color32)], size: f32, width: f32) {
    for (text, _) in lines.iter_mut().skip(1) {
        if width_of(paint, text, size) <= width {
            continue;
        }
        while !text.is_empty() && width_of(paint, &format!("{text}…"), size) > width {
            text.pop();
        }
        text.push('…');
    }
}

/// The square in the colour of the plane, before the first line.
fn frame_mark_ui(paint: &egui::Painter, look: Look<'_>, sight: &Sight<'_>, rect: Rect) {
    let side = look.theme.type_sizes().overlay * 0.75;
    let place = Rect::from_min_size(rect.min + vec2(9.0, 9.0), vec2(side, side));
    let color = plane_color(look, sight.plane());
    paint.rect_filled(place.expand(1.0), CornerRadius::ZERO, Color32::BLACK);
    paint.rect_filled(place, CornerRadius::ZERO, color);
}

/// What the tool in hand does, or how much is read, at the bottom.
fn hint_ui(paint: &egui::Painter, look: Look<'_>, sight: &Sight<'_>, rect: Rect) {
    let theme = look.theme;
    let hint = match sight.loading() {
        Some(share) => {
            let percent = f64::from((share * 100.0).round());
            look.f("reading-loading", &[("percent", percent.into())])
        }
        None => look.t(sight.room().tool.hint_key()),
    };
    let font = egui::FontId::proportional(theme.type_sizes().overlay);
    let galley = paint.layout_no_wrap(hint, font, theme.color.text1);
    // the corners' texts need their place too
    if galley.size().x > rect.width() - 280.0 {
        return;
    }
    let at = pos2(rect.center().x, rect.bottom() - 6.0);
    let ground = Rect::from_center_size(at - vec2(0.0, 10.0), galley.size() + vec2(16.0, 6.0));
    let fill = theme.color.bg2.gamma_multiply(0.85);
    paint.rect_filled(ground, CornerRadius::same(3), fill);
    paint.galley(
        ground.center() - galley.size() / 2.0,
        galley,
        theme.color.text1,
    );
}
