//! How images and overlays are shown: fills, outlines, texts, slabs, colours.

use crate::desk::Command;
use crate::room::{Room, TextLevel};
use crate::widgets::{Look, check, combo, section, segments, separator, slider};
use egui::Ui;
use render::{ColorMap, Slab, SlabMode};

/// Draws it.
pub(super) fn display_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, out: &mut Vec<Command>) {
    let (name, hint) = (look.t("reading-display"), look.t("reading-hide-hint"));
    let has_marks = room.is_in_project();
    section(ui, look, &name, if has_marks { &hint } else { "" });
    if has_marks {
        marks_ui(ui, look, room, out);
    }
    let mut texts = room.texts != TextLevel::None;
    if check(ui, look, &look.t("reading-texts"), &mut texts).changed() {
        room.texts = if texts {
            TextLevel::Full
        } else {
            TextLevel::None
        };
    }
    check(ui, look, &look.t("reading-lines"), &mut room.shows_lines);
    if room.pane().view().is_some() {
        slab_ui(ui, look, room);
    }
    if room.has_grey_values() {
        colors_ui(ui, look, room);
    }
}

/// How findings are shown; images without a project have none.
fn marks_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, out: &mut Vec<Command>) {
    let mut percent = room.fill_alpha * 100.0;
    let mut is_changed = slider(
        ui,
        look,
        &look.t("reading-fill"),
        &mut percent,
        0.0..=100.0,
        "%",
    );
    is_changed |= slider(
        ui,
        look,
        &look.t("reading-outline"),
        &mut room.outline_px,
        0.0..=4.0,
        "px",
    );
    if is_changed {
        room.fill_alpha = percent / 100.0;
        room.mark_overlays();
        out.push(Command::RememberDisplay);
    }
}

/// One plane, or the mean, the largest or the smallest value of many.
fn slab_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    if !room.has_spacing() || room.index().is_some_and(|(_, count)| count < 2) {
        return;
    }
    separator(ui, look);
    section(ui, look, &look.t("slab"), "");
    let names = ["slab-none", "slab-mean", "slab-max", "slab-min"].map(|key| look.t(key));
    let slab = room.pane().slab();
    let place = |slab: &Slab| SlabMode::ALL.iter().position(|mode| *mode == slab.mode);
    let taken = slab.as_ref().and_then(place).map_or(0, |place| place + 1);
    if let Some(chosen) = segments(ui, look, &look.t("slab"), &names, Some(taken)) {
        let mode = chosen
            .checked_sub(1)
            .and_then(|place| SlabMode::ALL.get(place));
        let thickness_mm = slab.map_or(USUAL_SLAB_MM, |slab| slab.thickness_mm);
        let slab = mode.map(|mode| Slab {
            mode: *mode,
            thickness_mm,
        });
        room.pane_mut().set_slab(slab);
    }
    if let Some(slab) = room.pane().slab() {
        ui.add_space(2.0);
        let mut thickness = slab.thickness_mm as f32;
        if slider(
            ui,
            look,
            &look.t("slab-thickness"),
            &mut thickness,
            1.0..=100.0,
            "mm",
        ) {
            let thickness_mm = f64::from((thickness * 2.0).round() / 2.0);
            room.pane_mut().set_slab(Some(Slab {
                thickness_mm,
                ..slab
            }));
        }
    }
}

/// Thickness of a slab at first.
const USUAL_SLAB_MM: f64 = 10.0;

fn colors_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    separator(ui, look);
    section(ui, look, &look.t("color-map"), "");
    let names = ColorMap::ALL.map(|map| look.t(color_map_key(map)));
    let taken = ColorMap::ALL
        .iter()
        .position(|map| *map == room.pane().colors());
    let width = ui.available_width() - 4.0;
    let chosen = combo(ui, look, &look.t("color-map"), &names, taken, width);
    if let Some(map) = chosen.and_then(|place| ColorMap::ALL.get(place)) {
        room.pane_mut().set_colors(*map);
    }
}

const fn color_map_key(map: ColorMap) -> &'static str {
    match map {
        ColorMap::Grey => "color-map-grey",
        ColorMap::Hot => "color-map-hot",
        ColorMap::HotIron => "color-map-hot-iron",
        ColorMap::Pet => "color-map-pet",
        ColorMap::PetSteps => "color-map-pet-steps",
        ColorMap::Spectrum => "color-map-spectrum",
        ColorMap::Rainbow => "color-map-rainbow",
    }
}
