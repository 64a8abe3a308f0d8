//! The options of the brush in hand.

use crate::keys::Action;
use crate::room::{BrushOptions, Room, Tool};
use crate::widgets::{Look, check, combo, section, segments, slider};
use annotation_format::FindingId;
use egui::{Ui, WidgetInfo, vec2};

/// The widest brush that the slider reaches; keys and wheel go further.
const WIDEST_MM: f32 = 40.0;
/// As [`WIDEST_MM`], in pixels.
const WIDEST_PX: f32 = 100.0;

/// Draws them.
pub(super) fn brush_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let name = look.t(room.tool.text_key());
    section(ui, look, &name, look.key(Action::Tool(room.tool)));
    form_ui(ui, look, room);
    match room.tool {
        Tool::Eraser => {
            let name = look.t("tool-erases-all");
            check(ui, look, &name, &mut room.brush.erases_all);
        }
        Tool::ThresholdBrush => {
            let name = look.t("tool-finds-range");
            check(ui, look, &name, &mut room.brush.finds_range);
            if !room.brush.finds_range {
                gate_ui(ui, look, room);
            }
        }
        Tool::AdaptiveBrush => {
            let brush = &mut room.brush;
            share_ui(ui, look, "tool-edge-strength", &mut brush.edge_strength);
            share_ui(ui, look, "tool-smooth", &mut brush.smooth);
        }
        _ => {
            check(ui, look, &look.t("tool-gate"), &mut room.brush.is_gated);
            if room.brush.is_gated {
                gate_ui(ui, look, room);
            }
        }
    }
    if room.tool.paints() {
        let name = look.t("tool-keep-others");
        check(ui, look, &name, &mut room.brush.keeps_others);
        within_ui(ui, look, room);
    }
    let name = look.t("tool-pressure");
    check(ui, look, &name, &mut room.brush.uses_pressure);
}

/// Disc or ball, and how large.
fn form_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let has_mm = room.has_spacing();
    let brush = &mut room.brush;
    ui.horizontal(|ui| {
        let shapes = [look.t("tool-disc"), look.t("tool-ball")];
        let taken = Some(usize::from(brush.is_ball));
        if let Some(chosen) = segments(ui, look, &look.t("tool-shape"), &shapes, taken) {
            brush.is_ball = chosen == 1;
        }
        if has_mm {
            let units = ["mm".to_owned(), look.t("tool-unit-px")];
            let taken = Some(usize::from(brush.is_in_px));
            if let Some(chosen) = segments(ui, look, &look.t("tool-unit"), &units, taken) {
                brush.is_in_px = chosen == 1;
            }
        }
    });
    ui.add_space(2.0);
    let name = look.t("tool-diameter");
    if brush.is_in_px {
        let range = *BrushOptions::DIAMETER_PX.start()..=WIDEST_PX;
        let unit = look.t("tool-unit-px");
        slider(ui, look, &name, &mut brush.diameter_px, range, &unit);
    } else {
        let range = *BrushOptions::DIAMETER_MM.start()..=WIDEST_MM;
        let unit = if has_mm { "mm" } else { "px" };
        slider(ui, look, &name, &mut brush.diameter_mm, range, unit);
    }
}

/// The range of values that is painted.
fn gate_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let unit = room.unit();
    let [low, high] = &mut room.brush.gate;
    ui.horizontal(|ui| {
        for (key, value) in [("tool-gate-low", low), ("tool-gate-high", high)] {
            let drag = egui::DragValue::new(value)
                .speed(5.0)
                .fixed_decimals(0)
                .suffix(format!(" {unit}"));
            let response = ui.add_sized(vec2(86.0, 24.0), drag);
            let now = f64::from(*value);
            response.widget_info(|| WidgetInfo::slider(true, now, look.t(key)));
        }
    });
}

fn share_ui(ui: &mut Ui, look: Look<'_>, key: &str, share: &mut f32) {
    let mut percent = *share * 100.0;
    if slider(ui, look, &look.t(key), &mut percent, 0.0..=100.0, "%") {
        *share = percent / 100.0;
    }
}

/// Where paint may come: anywhere, or only inside a finding.
fn within_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let place = room.shown().and_then(|shown| room.series.get(shown));
    let on = place.map(|series| series.id.clone()).unwrap_or_default();
    let inside: Vec<(FindingId, String)> = room
        .document
        .findings()
        .filter(|finding| finding.mask.is_some() && finding.series == on)
        .map(|finding| {
            let name = room.name_of(finding, look.words.code());
            let name = look.f("tool-within-finding", &[("name", name.into())]);
            (finding.id.clone(), name)
        })
        .collect();
    if inside.is_empty() {
        return;
    }
    let mut names = vec![look.t("tool-within-anywhere")];
    names.extend(inside.iter().map(|(_, name)| name.clone()));
    let taken = room.brush.within.as_ref();
    let taken = taken.and_then(|id| inside.iter().position(|(of, _)| of == id));
    let taken = Some(taken.map_or(0, |place| place + 1));
    ui.add_space(2.0);
    let width = ui.available_width() - 8.0;
    if let Some(chosen) = combo(ui, look, &look.t("tool-within"), &names, taken, width) {
        let finding = chosen.checked_sub(1).and_then(|place| inside.get(place));
        room.brush.within = finding.map(|(id, _)| id.clone());
    }
}
