//! The bar above the viewport: case, planes, window, progress, next case.

use crate::desk::Command;
use crate::room::Room;
use crate::widgets::{Button, Look, combo, label, meter, segments, segments_width};
use egui::{Align, Frame, Layout, Margin, Ui};
use voxel::Plane;

/// A bar of less width does without what stands elsewhere too.
const NARROW: f32 = 760.0;

/// Draws the bar.
pub(super) fn case_bar_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, out: &mut Vec<Command>) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(8, 3));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(26.0);
            ui.label(
                egui::RichText::new(&room.number)
                    .size(theme.type_sizes().head)
                    .strong()
                    .color(theme.color.text1),
            );
            let is_narrow = ui.available_width() < NARROW;
            if !is_narrow {
                // The corner of the image says it too.
                label(ui, &room.study, theme.type_sizes().body, theme.color.text2);
            }
            ui.add_space(6.0);
            planes_ui(ui, look, room);
            ui.add_space(6.0);
            presets_ui(ui, look, room);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if room.is_in_project() {
                    if ui
                        .add(Button::new(look, look.t("reading-next-case")).keys("Ctrl →"))
                        .clicked()
                    {
                        out.push(Command::OpenNextCase);
                    }
                    progress_ui(ui, look, room, is_narrow);
                }
            });
        });
    });
}

fn progress_ui(ui: &mut Ui, look: Look<'_>, room: &Room, is_narrow: bool) {
    let theme = look.theme;
    let (at, total) = room.place_in_list;
    if !is_narrow {
        meter(
            ui,
            look,
            &look.t("worklist-progress"),
            at as f32 / total.max(1) as f32,
            50.0,
            theme.color.accent,
        );
    }
    let text = look.f(
        "reading-assigned",
        &[("at", at.into()), ("total", total.into())],
    );
    label(ui, text, theme.type_sizes().body, theme.color.text1);
}

fn planes_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    const PLANES: [Plane; 3] = [Plane::Axial, Plane::Coronal, Plane::Sagittal];
    let Some(shown) = room.anatomical_plane() else {
        return;
    };
    let names = ["plane-axial", "plane-coronal", "plane-sagittal"].map(|key| look.t(key));
    let taken = PLANES.iter().position(|plane| *plane == shown);
    let width = segments_width(ui, look, &names) + 1.0;
    ui.allocate_ui(egui::vec2(width, 26.0), |ui| {
        if let Some(index) = segments(ui, look, &look.t("reading-plane"), &names, taken)
            && let Some(plane) = PLANES.get(index)
        {
            room.show_plane(*plane);
        }
    });
}

fn presets_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let presets = room.window_presets(look.words);
    if presets.is_empty() {
        return;
    }
    let names: Vec<String> = presets.iter().map(crate::room::Preset::title).collect();
    let taken = presets
        .iter()
        .position(|preset| Some(preset.window) == room.pane.window());
    if let Some(index) = combo(ui, look, &look.t("reading-preset"), &names, taken, 170.0)
        && let Some(preset) = presets.get(index)
    {
        room.pane.set_window(preset.window);
    }
}
