//! The texts on a viewport: corners, letters, scale, hint.

use super::State;
use super::lines::plane_color;
use crate::room::{Sight, TextLevel};
use crate::viewport::{Corner, corner_text, edge_letters, outlined_text, scale_bar};
use crate::widgets::Look;
use egui::{Align2, Color32, CornerRadius, Rect, pos2, vec2};

/// A viewport of less width has letters only.
const LETTERS_ONLY: f32 = 186.0;
/// A viewport of less width says only what identifies the image.
const SHORT: f32 = 306.0;
/// Points between texts and the right edge of the picture.
const RIGHT_GAP: f32 = 12.0;

/// Draws them.
pub(super) fn texts_ui(
    paint: &egui::Painter,
    look: Look<'_>,
    state: &State,
    sight: &Sight<'_>,
    rect: Rect,
) {
    let room = sight.room();
    let is_alone = room.views.is_alone();
    let is_short = rect.width() < SHORT || room.texts == TextLevel::Minimal;
    let has_texts = rect.width() >= LETTERS_ONLY && room.texts != TextLevel::None;
    if sight.has_orientation() {
        let size = look.theme.type_sizes().orientation;
        let color = look.theme.color.overlay;
        let mut within = rect;
        if sight.view.cine.is_some() {
            // the controls never hide the letter of the lower edge
            within.max.y -= CINE;
        }
        edge_letters(paint, within, sight.look, size, color, RIGHT_GAP + 2.0);
    } else if is_alone || !has_texts {
        orientation_unknown_ui(paint, look, rect);
    }
    if !has_texts {
        return;
    }
    let prior = sight.prior_name(look.words);
    let corners = Corners {
        paint,
        look,
        rect,
        prior,
    };
    if is_alone {
        corners.write(
            Corner::TopLeft,
            &corners.plain(sight.texts_top_left(look.words)),
        );
        corners.write(
            Corner::TopRight,
            &corners.plain(sight.texts_top_right(look.words)),
        );
    } else {
        corners.beside_others(sight, is_short);
    }
    corners.bottom(sight, state, is_short);
    if is_short {
        return;
    }
    if sight.has_spacing() {
        let points_per_px = 1.0 / paint.pixels_per_point();
        let (size, color) = (look.theme.type_sizes().overlay, look.theme.color.overlay);
        scale_bar(
            paint,
            rect,
            sight.look,
            points_per_px,
            size,
            color,
            RIGHT_GAP,
        );
    }
    if room.views.active_index() == sight.index && sight.view.cine.is_none() {
        hint_ui(paint, look, sight, rect);
    }
}

/// A picture of less width has no room for texts beside the controls of a cine: they stand above these.
const BESIDE_CINE: f32 = 480.0;
/// What the letter of an edge takes, with a little room beside it.
const LETTER: f32 = 28.0;
/// Height of the controls of a cine with what is round them.
const CINE: f32 = 40.0;

/// Texts in the corners of a picture.
struct Corners<'a> {
    paint: &'a egui::Painter,
    look: Look<'a>,
    rect: Rect,
    /// What tells an earlier study, which stands out.
    prior: Option<String>,
}

impl Corners<'_> {
    fn plain(&self, lines: Vec<String>) -> Vec<(String, Color32)> {
        let theme = self.look.theme;
        let inked = lines.into_iter().map(|line| {
            let stands_out = self.prior.as_ref() == Some(&line);
            let ink = if stands_out {
                theme.color.warn
            } else {
                theme.color.overlay
            };
            (line, ink)
        });
        inked.collect()
    }

    fn write(&self, corner: Corner, lines: &[(String, Color32)]) {
        self.write_in(self.rect, corner, lines);
    }

    fn write_in(&self, rect: Rect, corner: Corner, lines: &[(String, Color32)]) {
        let size = self.look.theme.type_sizes().overlay;
        corner_text(self.paint, rect, corner, lines, size, RIGHT_GAP);
    }

    /// Plane, series and place, where several viewports are side by side.
    fn beside_others(&self, sight: &Sight<'_>, is_short: bool) {
        let Corners {
            paint, look, rect, ..
        } = *self;
        let size = look.theme.type_sizes().overlay;
        let mut lines = self.plain(sight.texts_beside_others(look.words));
        if is_short {
            lines.truncate(2);
        }
        let mut place = self.plain(sight.texts_of_place(look.words));
        if !sight.has_orientation() {
            let unknown = look.t("reading-orientation-unknown");
            let target = if is_short { &mut lines } else { &mut place };
            target.push((unknown, look.theme.color.warn));
        }
        let taken = if is_short {
            0.0
        } else {
            widest(paint, &place, size)
        };
        let width = rect.width() - RIGHT_GAP - taken - 36.0;
        shorten(paint, &mut lines, size, width);
        if let Some((first, _)) = lines.first_mut().filter(|_| sight.has_orientation()) {
            // the mark of the plane stands before it
            first.insert_str(0, "\u{3000} ");
        }
        if let Some(doubt) = sight.room().doubt_text(sight.index, look.words) {
            // below the texts at the right and the letter of the upper edge
            lines.push((doubt, look.theme.color.warn));
        }
        // in a narrow viewport the texts begin below the letter of the upper edge
        let mut below = rect;
        if widest(paint, &lines, size) > rect.width() / 2.0 - LETTER {
            below.min.y += LETTER;
        }
        if sight.has_orientation() {
            frame_mark_ui(paint, look, sight, below);
        }
        self.write_in(below, Corner::TopLeft, &lines);
        if !is_short {
            self.write(Corner::TopRight, &place);
        }
    }

    /// Window and zoom; place and value under the pointer.
    fn bottom(&self, sight: &Sight<'_>, state: &State, is_short: bool) {
        let look = self.look;
        let mut rect = self.rect;
        if sight.view.cine.is_some() && rect.width() < BESIDE_CINE {
            rect.max.y -= CINE;
        }
        let mut lines = self.plain(sight.texts_bottom_left(look.words));
        if is_short {
            lines.truncate(1);
        }
        self.write_in(rect, Corner::BottomLeft, &lines);
        let pointer = state.pointer.as_ref();
        if let Some(pointer) = pointer.filter(|p| p.viewport == sight.index && !is_short) {
            let mut lines = self.plain(vec![pointer.place.figures()]);
            let told = pointer.value.iter().chain(&pointer.quantities);
            let color = look.theme.color.measure;
            lines.extend(told.map(|text| (text.clone(), color)));
            self.write_in(rect, Corner::BottomRight, &lines);
        }
    }
}

/// In place of the letters at the edges.
fn orientation_unknown_ui(paint: &egui::Painter, look: Look<'_>, rect: Rect) {
    outlined_text(
        paint,
        rect.center_top() + vec2(0.0, 8.0),
        Align2::CENTER_TOP,
        &look.t("reading-orientation-unknown"),
        look.theme.type_sizes().overlay,
        look.theme.color.warn,
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
    let side = look.theme.type_sizes().overlay * 0.62;
    let place = Rect::from_min_size(rect.min + vec2(8.0, 10.0), vec2(side, side));
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
        None => look.t(sight.room().hint_key()),
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
