//! Import: bring series in; never write to the medium.

use crate::desk::Command;
use crate::widgets::{
    Button, Column, Look, Table, check, chip, label, meter, section, segments, separator,
    text_field,
};
use egui::{Align, Frame, Layout, Margin, Panel, Stroke, Ui, vec2};
use std::path::PathBuf;

/// How a series stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesState {
    /// Can be imported as it is.
    Ready,
    /// Can be imported; something is to be known.
    Check,
    /// Not an image.
    Other,
}

/// A series that was found.
#[derive(Clone, Debug)]
pub struct SeriesRow {
    /// Whether it is to be imported.
    pub is_chosen: bool,
    /// Patient id as in the file.
    pub patient: String,
    /// Patient name as in the file.
    pub patient_name: String,
    /// Modality.
    pub modality: String,
    /// Study description and date.
    pub study: String,
    /// Study date.
    pub date: String,
    /// Series number and description.
    pub series: String,
    /// Images.
    pub images: usize,
    /// Pixel size and slice step in words.
    pub spacing: String,
    /// Slice step alone.
    pub thickness: String,
    /// Columns × rows.
    pub size: String,
    /// Transfer syntax.
    pub syntax: String,
    /// How it stands.
    pub state: SeriesState,
    /// What is to be known, as sentences.
    pub problems: Vec<String>,
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// Where to look, typed.
    pub path: String,
    filter: usize,
    selected: Option<usize>,
    /// Series found.
    pub rows: Vec<SeriesRow>,
    /// Files that are unreadable or no images, with the reason.
    pub skipped: Vec<(String, String)>,
    /// Files looked at.
    pub files: usize,
    /// Files done and in all, while a scan runs.
    pub scanning: Option<(usize, usize)>,
    /// Series done and in all, while an import runs.
    pub importing: Option<(usize, usize)>,
    /// What was done last, or what went wrong.
    pub said: Option<String>,
}

/// Draws the screen.
pub fn import_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let side = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 10));
    Panel::right("import-side")
        .exact_size(392.0)
        .resizable(false)
        .frame(side)
        .show(ui, |ui| side_ui(ui, look, state));
    let foot = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(16, 10));
    Panel::bottom("import-foot")
        .exact_size(52.0)
        .resizable(false)
        .frame(foot)
        .show(ui, |ui| foot_ui(ui, look, state, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin {
                    left: 16,
                    right: 16,
                    top: 14,
                    bottom: 8,
                })
                .show(ui, |ui| head_ui(ui, look, state, out));
            filters_ui(ui, look, state);
            if state.rows.is_empty() {
                empty_ui(ui, look, state);
            } else {
                table_ui(ui, look, state);
            }
        });
    let dropped: Vec<PathBuf> = ui.input(|i| {
        i.raw
            .dropped_files
            .iter()
            .map(|f| f.path().to_path_buf())
            .collect()
    });
    if !dropped.is_empty() {
        out.push(Command::Scan(dropped));
    }
    if state.scanning.is_some() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
        out.push(Command::StopScan);
    }
    if ui.input(|i| i.modifiers.command && i.key_pressed(egui::Key::Enter)) && state.can_import() {
        out.push(Command::ImportChosen);
    }
}

impl State {
    fn can_import(&self) -> bool {
        self.scanning.is_none()
            && self.importing.is_none()
            && self.rows.iter().any(|row| row.is_chosen)
    }

    fn shown(&self) -> Vec<usize> {
        let wanted = match self.filter {
            1 => Some(SeriesState::Ready),
            2 => Some(SeriesState::Check),
            3 => Some(SeriesState::Other),
            _ => None,
        };
        (0..self.rows.len())
            .filter(|i| {
                wanted.is_none_or(|state| self.rows.get(*i).is_some_and(|r| r.state == state))
            })
            .collect()
    }

    fn count(&self, state: SeriesState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }
}

fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("import-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        ui.add_space(8.0);
        let field = text_field(
            ui,
            look,
            &look.t("import-path"),
            &look.t("import-path-hint"),
            &mut state.path,
            440.0,
            false,
        );
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let pressed = ui
            .add(Button::new(look, look.t("import-scan")).icon("search"))
            .clicked();
        if (entered || pressed) && !state.path.trim().is_empty() {
            out.push(Command::Scan(vec![PathBuf::from(state.path.trim())]));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.scanning.is_some() {
                if ui
                    .add(
                        Button::new(look, look.t("import-stop"))
                            .icon("close")
                            .keys("Esc"),
                    )
                    .clicked()
                {
                    out.push(Command::StopScan);
                }
                return;
            }
            if ui
                .add(Button::new(look, look.t("import-add-files")))
                .clicked()
            {
                out.push(Command::ChooseImportFiles);
            }
            if ui
                .add(Button::new(look, look.t("import-add")).icon("open"))
                .clicked()
            {
                out.push(Command::ChooseImportFolder);
            }
        });
    });
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.set_min_height(16.0);
        let width = (ui.available_width() - 300.0).max(120.0);
        if let Some((done, total)) = state.scanning {
            let share = done as f32 / total.max(1) as f32;
            meter(
                ui,
                look,
                &look.t("import-title"),
                share,
                width,
                theme.color.accent,
            );
            label(
                ui,
                look.f(
                    "import-progress",
                    &[("done", done.into()), ("total", total.into())],
                ),
                theme.type_sizes().body,
                theme.color.text1,
            );
        } else if state.files > 0 {
            meter(
                ui,
                look,
                &look.t("import-title"),
                1.0,
                width,
                theme.color.ok,
            );
            let counts = [
                ("files", state.files.into()),
                ("series", state.rows.len().into()),
            ];
            label(
                ui,
                look.f("import-scanned", &counts),
                theme.type_sizes().body,
                theme.color.text1,
            );
        }
    });
}

fn filters_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 4));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(26.0);
            let mut all = !state.rows.is_empty()
                && state
                    .rows
                    .iter()
                    .filter(|r| r.state != SeriesState::Other)
                    .all(|r| r.is_chosen);
            if check(ui, look, &look.t("import-all"), &mut all).changed() {
                for row in &mut state.rows {
                    row.is_chosen = all && row.state != SeriesState::Other;
                }
            }
            ui.add_space(10.0);
            let with = |key: &str, count: usize| look.f(key, &[("count", count.into())]);
            let choices = [
                with("import-filter-all", state.rows.len()),
                with("import-filter-ready", state.count(SeriesState::Ready)),
                with("import-filter-check", state.count(SeriesState::Check)),
                with("import-filter-other", state.count(SeriesState::Other)),
            ];
            if let Some(chosen) = segments(
                ui,
                look,
                &look.t("import-col-state"),
                &choices,
                Some(state.filter),
            ) {
                state.filter = chosen;
            }
        });
    });
}

fn empty_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        let text = if state.files > 0 && state.scanning.is_none() {
            look.f("import-nothing", &[("files", state.files.into())])
        } else {
            look.t("import-drop")
        };
        label(ui, text, theme.type_sizes().head, theme.color.text2);
    });
}

fn table_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let shown = state.shown();
    let columns = vec![
        Column::new("", 34.0),
        Column::new(look.t("import-col-patient"), 130.0),
        Column::new(look.t("import-col-modality"), 60.0),
        Column::new(look.t("import-col-study"), 0.0),
        Column::new(look.t("import-col-series"), 0.0),
        Column::new(look.t("import-col-images"), 70.0),
        Column::new(look.t("import-col-thickness"), 84.0),
        Column::new(look.t("import-col-size"), 100.0),
        Column::new(look.t("import-col-state"), 150.0),
    ];
    let selected = state
        .selected
        .and_then(|s| shown.iter().position(|i| *i == s));
    let rows = &mut state.rows;
    let names: Vec<String> = shown
        .iter()
        .filter_map(|i| rows.get(*i))
        .map(|r| format!("{} {}", r.modality, r.series))
        .collect();
    let size = theme.type_sizes().body;
    let pressed = Table::new(look, columns).row_height(32.0).show(
        ui,
        shown.len(),
        selected,
        |row| names.get(row).cloned().unwrap_or_default(),
        |ui, row, cells| {
            let Some(series) = shown.get(row).and_then(|i| rows.get_mut(*i)) else {
                return;
            };
            cells.place(ui, 0, |ui| {
                if series.state != SeriesState::Other {
                    check(ui, look, "", &mut series.is_chosen);
                }
            });
            cells.text(ui, 1, &series.patient, size, theme.color.text1);
            cells.text(ui, 2, &series.modality, size, theme.color.text1);
            cells.text(ui, 3, &series.study, size, theme.color.text1);
            cells.text(ui, 4, &series.series, size, theme.color.text1);
            cells.text(ui, 5, &series.images.to_string(), size, theme.color.text1);
            cells.text(ui, 6, &series.thickness, size, theme.color.text1);
            cells.text(ui, 7, &series.size, size, theme.color.text1);
            let (key, color) = match series.state {
                SeriesState::Ready => ("import-ready", theme.color.ok),
                SeriesState::Check => ("import-check", theme.color.warn),
                SeriesState::Other => ("import-not-image", theme.color.text2),
            };
            cells.place(ui, 8, |ui| chip(ui, look, &look.t(key), color));
        },
    );
    if let Some((row, _)) = pressed {
        state.selected = shown.get(row).copied();
    }
}

fn side_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    let checks: Vec<&SeriesRow> = state
        .rows
        .iter()
        .filter(|row| !row.problems.is_empty())
        .collect();
    let count = checks.len() + state.skipped.len();
    section(
        ui,
        look,
        &look.t("import-problems"),
        &look.f("import-problems-count", &[("count", count.into())]),
    );
    let height = (ui.available_height() - 270.0).max(120.0);
    egui::ScrollArea::vertical()
        .id_salt("problems")
        .max_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if count == 0 {
                label(
                    ui,
                    look.t("import-no-problems"),
                    theme.type_sizes().body,
                    theme.color.text3,
                );
            }
            for row in checks {
                ui.add_space(4.0);
                label(
                    ui,
                    format!("{}  {}", row.patient, row.series),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
                for problem in &row.problems {
                    wrapped(ui, problem, theme.type_sizes().small, theme.color.warn);
                }
                separator(ui, look);
            }
            if !state.skipped.is_empty() {
                label(
                    ui,
                    look.t("import-skipped"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            }
            for (file, reason) in &state.skipped {
                wrapped(ui, file, theme.type_sizes().small, theme.color.text1);
                wrapped(ui, reason, theme.type_sizes().small, theme.color.text3);
            }
        });
    separator(ui, look);
    let Some(row) = state.selected.and_then(|i| state.rows.get(i)) else {
        return;
    };
    section(
        ui,
        look,
        &look.f("import-detail", &[("name", row.series.clone().into())]),
        "",
    );
    let facts = [
        ("import-detail-name", row.patient_name.as_str()),
        ("import-detail-date", &row.date),
        ("import-detail-spacing", &row.spacing),
        ("import-detail-syntax", &row.syntax),
    ];
    for (key, value) in facts {
        ui.horizontal(|ui| {
            ui.allocate_ui(vec2(110.0, 20.0), |ui| {
                ui.set_min_width(110.0);
                label(ui, look.t(key), theme.type_sizes().body, theme.color.text2);
            });
            ui.add(
                egui::Label::new(
                    egui::RichText::new(value)
                        .size(theme.type_sizes().body)
                        .color(theme.color.text1),
                )
                .wrap(),
            );
        });
    }
}

fn wrapped(ui: &mut Ui, text: &str, size: f32, color: egui::Color32) {
    ui.add(egui::Label::new(egui::RichText::new(text).size(size).color(color)).wrap());
}

fn foot_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.painter().hline(
        ui.max_rect().expand(16.0).x_range(),
        ui.max_rect().top() - 10.0,
        Stroke::new(1.0, theme.color.line),
    );
    ui.horizontal_centered(|ui| {
        let chosen: Vec<&SeriesRow> = state.rows.iter().filter(|row| row.is_chosen).collect();
        let images: usize = chosen.iter().map(|row| row.images).sum();
        let counts = [("count", chosen.len().into()), ("images", images.into())];
        label(
            ui,
            look.f("import-selected", &counts),
            theme.type_sizes().body,
            theme.color.text1,
        );
        if let Some((done, total)) = state.importing {
            meter(
                ui,
                look,
                &look.t("import-do"),
                done as f32 / total.max(1) as f32,
                160.0,
                theme.color.accent,
            );
            label(
                ui,
                look.f(
                    "import-doing",
                    &[("done", done.into()), ("total", total.into())],
                ),
                theme.type_sizes().body,
                theme.color.text1,
            );
        } else if let Some(said) = &state.said {
            label(ui, said, theme.type_sizes().body, theme.color.ok);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new(look, look.t("import-do"))
                .named(look.t("import-do"))
                .primary()
                .tall()
                .icon("import")
                .keys("Ctrl Enter");
            if ui.add(button.enabled(state.can_import())).clicked() {
                out.push(Command::ImportChosen);
            }
        });
    });
}
