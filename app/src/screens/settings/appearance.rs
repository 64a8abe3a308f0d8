//! Language, colours, text size and density.

use super::{Change, State, View, head, row};
use crate::desk::Command;
use crate::language::Language;
use crate::settings::ThemeChoice;
use crate::theme::RowDensity;
use crate::widgets::{Look, segments, slider_alone};
use egui::Ui;

/// From this width on two settings stand side by side, points.
const TWO_COLUMNS: f32 = 720.0;
/// Text sizes are chosen in steps of so many per cent.
const STEP: f32 = 5.0;

const DENSITIES: [(RowDensity, &str); 3] = [
    (RowDensity::High, "settings-density-high"),
    (RowDensity::Normal, "settings-density-normal"),
    (RowDensity::Relaxed, "settings-density-relaxed"),
];

pub(super) fn appearance_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    head(ui, look, "settings-head-appearance", "");
    ui.spacing_mut().item_spacing.y = 6.0;
    let width = ui.available_width();
    if width < TWO_COLUMNS {
        language_ui(ui, look, out);
        theme_ui(ui, look, view, out);
        scale_ui(ui, look, state, view, out);
        density_ui(ui, look, view, out);
        return;
    }
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        language_ui(left, look, out);
        theme_ui(right, look, view, out);
        scale_ui(left, look, state, view, out);
        density_ui(right, look, view, out);
    });
}

fn language_ui(ui: &mut Ui, look: Look<'_>, out: &mut Vec<Command>) {
    row(ui, look, "settings-language", |ui, name| {
        let names = Language::ALL.map(|language| language.own_name().to_owned());
        let now = look.words.language();
        let taken = Language::ALL.iter().position(|language| *language == now);
        if let Some(chosen) = segments(ui, look, name, &names, taken)
            && let Some(language) = Language::ALL.get(chosen)
        {
            out.push(Command::SetLanguage(*language));
        }
    });
}

fn theme_ui(ui: &mut Ui, look: Look<'_>, view: &View<'_>, out: &mut Vec<Command>) {
    row(ui, look, "settings-theme", |ui, name| {
        let names = ThemeChoice::ALL.map(|theme| look.t(theme.text_key()));
        let now = view.settings.theme();
        let taken = ThemeChoice::ALL.iter().position(|theme| *theme == now);
        if let Some(chosen) = segments(ui, look, name, &names, taken)
            && let Some(theme) = ThemeChoice::ALL.get(chosen)
        {
            out.push(Command::Settings(Change::Theme(*theme)));
        }
    });
}

/// The size counts when the slider is let go: it would move under the hand else.
fn scale_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    row(ui, look, "settings-scale", |ui, name| {
        let now = state.scale.unwrap_or(view.settings.text_scale);
        let mut percent = (now * 100.0).round();
        let size = egui::vec2(ui.available_width().min(280.0), ui.available_height());
        let moved = ui.allocate_ui(size, |ui| {
            slider_alone(ui, look, name, &mut percent, 80.0..=200.0, "%")
        });
        if moved.inner {
            state.scale = Some((percent / STEP).round() * STEP / 100.0);
        }
        if !ui.input(|i| i.pointer.any_down())
            && let Some(scale) = state.scale.take()
        {
            out.push(Command::Settings(Change::Scale(scale)));
        }
    });
}

fn density_ui(ui: &mut Ui, look: Look<'_>, view: &View<'_>, out: &mut Vec<Command>) {
    row(ui, look, "settings-density", |ui, name| {
        let names = DENSITIES.map(|(_, key)| look.t(key));
        let now = view.settings.density;
        let taken = DENSITIES.iter().position(|(density, _)| *density == now);
        if let Some(chosen) = segments(ui, look, name, &names, taken)
            && let Some((density, _)) = DENSITIES.get(chosen)
        {
            out.push(Command::Settings(Change::Density(*density)));
        }
    });
}
