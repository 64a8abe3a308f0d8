//! Where to look, how far the look has come, and what is listed.

use super::State;
use crate::desk::Command;
use crate::widgets::{Button, Look, Tone, check, combo, label, meter, said, segments, text_field};
use egui::{Align, Frame, Layout, Margin, Ui};
use std::path::PathBuf;

/// Width below which the ways to add have a row of their own.
const NARROW: f32 = 900.0;

pub(super) fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let is_narrow = ui.available_width() < NARROW;
    ui.horizontal(|ui| {
        let size = theme.type_sizes().title;
        label(ui, look.t("import-title"), size, theme.color.text1);
        ui.add_space(8.0);
        // what the buttons leave
        let (buttons, most) = if is_narrow {
            (110.0, f32::MAX)
        } else {
            (470.0, 440.0)
        };
        let width = (ui.available_width() - buttons).clamp(140.0, most);
        path_ui(ui, look, state, width, out);
        if !is_narrow {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ways_ui(ui, look, state, out);
            });
        }
    });
    if is_narrow {
        ui.add_space(2.0);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ways_ui(ui, look, state, out);
            });
        });
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.set_min_height(16.0);
        let words = if state.stopped.is_some() {
            540.0
        } else {
            420.0
        };
        let width = (ui.available_width() - words).max(120.0);
        if let Some(so_far) = state.scanning {
            scanning_ui(ui, look, state, so_far, width);
        } else if state.files > 0 {
            scanned_ui(ui, look, state, width);
        }
    });
}

/// How far the look through the files has come.
fn scanning_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &State,
    (done, total): (usize, usize),
    width: f32,
) {
    let theme = look.theme;
    // what lies in archives is found on the way
    let total = total.max(done);
    let share = done as f32 / total.max(1) as f32;
    meter(
        ui,
        look,
        &look.t("import-title"),
        share,
        width,
        theme.color.accent,
    );
    let rate = done as f32 / state.seconds.max(0.1);
    let left = (total.saturating_sub(done)) as f32 / rate.max(1.0);
    let told = [
        ("done", grouped(done).into()),
        ("total", grouped(total).into()),
        ("rate", grouped(rate.round() as usize).into()),
        ("left", f64::from(left.ceil()).into()),
    ];
    // every file is read, and their series are being put in order
    let text = match done < total || total == 0 {
        true => look.f("import-progress", &told),
        false => look.f("import-ordering", &told),
    };
    label(ui, text, theme.type_sizes().body, theme.color.text1);
}

/// What the look through the files has found.
fn scanned_ui(ui: &mut Ui, look: Look<'_>, state: &State, width: f32) {
    let theme = look.theme;
    let (share, color) = match state.stopped {
        Some((done, total)) => (done as f32 / total.max(1) as f32, theme.color.warn),
        None => (1.0, theme.color.ok),
    };
    meter(ui, look, &look.t("import-title"), share, width, color);
    let [patients, studies] = state.counts();
    let counts = [
        ("files", grouped(state.files).into()),
        ("patients", patients.into()),
        ("studies", studies.into()),
        ("series", state.rows.len().into()),
    ];
    label(
        ui,
        look.f("import-scanned", &counts),
        theme.type_sizes().body,
        theme.color.text1,
    );
    if state.stopped.is_some() {
        let text = look.t("import-stopped");
        label(ui, text, theme.type_sizes().body, theme.color.warn);
    }
}

/// The folder or file to look through.
fn path_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, width: f32, out: &mut Vec<Command>) {
    let (name, hint) = (look.t("import-path"), look.t("import-path-hint"));
    let field = text_field(ui, look, &name, &hint, &mut state.path, width, false);
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    let scan = Button::new(look, look.t("import-scan")).icon("search");
    let pressed = ui.add(scan).clicked();
    if (entered || pressed) && !state.path.trim().is_empty() {
        out.push(Command::Scan(vec![PathBuf::from(state.path.trim())]));
    }
}

/// The other ways to add images; while a look is going on, its end.
fn ways_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    if state.scanning.is_some() {
        let stop = Button::new(look, look.t("import-stop")).icon("close");
        if ui.add(stop.keys("Esc")).clicked() {
            out.push(Command::StopScan);
        }
        return;
    }
    let add = |key| Button::new(look, look.t(key));
    for (button, command) in [
        (add("import-add-files"), Command::ChooseImportFiles),
        (add("import-add-list"), Command::ChooseImportList),
        (add("import-add").icon("open"), Command::ChooseImportFolder),
    ] {
        if ui.add(button).clicked() {
            out.push(command);
        }
    }
}

/// A count with its thousands apart.
fn grouped(count: usize) -> String {
    crate::desk::grouped_text(count as f64)
}

/// What the list says, before anything comes in.
pub(super) fn list_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let Some(list) = &state.list else { return };
    let told = [
        ("name", list.name.clone().into()),
        ("lines", list.lines.into()),
        ("taken", (list.lines - list.refused).into()),
        ("refused", list.refused.into()),
    ];
    let tone = match list.refused {
        0 => Tone::Good,
        _ => Tone::Warn,
    };
    said(ui, look, tone, &look.f("import-list-facts", &told));
}

pub(super) fn filters_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 4));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            let is_narrow = ui.available_width() < NARROW;
            ui.set_min_width(ui.available_width());
            ui.set_min_height(26.0);
            let shown = state.shown();
            let mut all = state.all_chosen(&shown);
            if check(ui, look, &look.t("import-all"), &mut all).changed() {
                state.choose(&shown, all);
            }
            ui.add_space(10.0);
            let filters = [
                "import-filter-all",
                "import-filter-ready",
                "import-filter-check",
                "import-filter-other",
                "import-filter-there",
            ];
            let counted = filters.iter().enumerate().map(|(filter, key)| {
                let count = state.count(filter);
                look.f(key, &[("count", count.into())])
            });
            let choices: Vec<String> = counted.collect();
            if let Some(chosen) = segments(
                ui,
                look,
                &look.t("import-col-state"),
                &choices,
                Some(state.filter),
            ) {
                state.filter = chosen;
            }
            ui.add_space(8.0);
            search_ui(ui, look, state, is_narrow);
        });
    });
}

/// What the list is narrowed by, and its order.
fn search_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, is_narrow: bool) {
    let theme = look.theme;
    let name = look.t("import-search");
    // what the order at the right leaves
    let (order, with_name) = if is_narrow {
        (134.0, 144.0)
    } else {
        (150.0, 220.0)
    };
    let width = (ui.available_width() - with_name).clamp(64.0, 180.0);
    text_field(ui, look, &name, &name, &mut state.search, width, false);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let orders = [
            "import-order-patient",
            "import-order-modality",
            "import-order-images",
            "import-order-state",
        ]
        .map(|key| look.t(key));
        let name = look.t("import-order");
        if let Some(order) = combo(ui, look, &name, &orders, Some(state.order), order) {
            state.order = order;
        }
        if !is_narrow {
            label(ui, name, theme.type_sizes().body, theme.color.text2);
        }
    });
}
