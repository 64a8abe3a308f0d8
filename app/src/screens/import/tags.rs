//! The tags of one file of the selected series: searchable, private ones marked.

use super::State;
use crate::act::tag_search::found;
use crate::desk::Command;
use crate::widgets::{Button, Column, Look, Table, chip, label, text_field};
use egui::{Align, Frame, Layout, Margin, Ui};
use imaging::TagRow;

/// A file whose tags are looked at.
pub struct TagView {
    /// Row of the series.
    pub series: usize,
    /// Which of its files, from 0.
    pub file: usize,
    /// How many it has.
    pub files: usize,
    /// Name of the file.
    pub name: String,
    /// What is in it, or why it cannot be read; nothing while it is being read.
    pub rows: Option<Result<Vec<TagRow>, String>>,
    search: String,
    /// Rows that hold the searched text, for that text.
    shown: Option<(String, Vec<usize>)>,
}

impl TagView {
    /// The tags of a file that is still to be read; the searched text stays from file to file.
    #[must_use]
    pub fn of(series: usize, file: usize, files: usize, name: String, last: Option<Self>) -> Self {
        Self {
            series,
            file,
            files,
            name,
            rows: None,
            search: last.map(|last| last.search).unwrap_or_default(),
            shown: None,
        }
    }

    /// The rows to be seen; looked for once per text, not per frame.
    fn seen(&mut self, look: Look<'_>) -> &[usize] {
        let is_known = self
            .shown
            .as_ref()
            .is_some_and(|(of, _)| *of == self.search);
        if !is_known {
            let rows = match &self.rows {
                Some(Ok(rows)) => found(rows, &self.search, &look.t("import-tags-private")),
                _ => Vec::new(),
            };
            self.shown = Some((self.search.clone(), rows));
        }
        self.shown.as_ref().map_or(&[], |(_, rows)| rows)
    }

    /// What was read of the file.
    pub fn take(&mut self, rows: Result<Vec<TagRow>, String>) {
        self.rows = Some(rows);
        self.shown = None;
    }
}

/// Draws the tags in place of the table of series.
pub(super) fn tags_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let series = state
        .tags
        .as_ref()
        .and_then(|view| state.rows.get(view.series))
        .map_or_else(String::new, |row| row.series.clone());
    let Some(view) = &mut state.tags else { return };
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 4));
    let mut closes = false;
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(30.0);
            label(
                ui,
                look.f("import-tags-of", &[("name", series.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            ui.add_space(8.0);
            files_ui(ui, look, view, out);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let back = Button::new(look, look.t("import-tags-back")).icon("close");
                closes = ui.add(back.keys("Esc")).clicked();
                let hint = look.t("import-tags-search");
                text_field(ui, look, &hint, &hint, &mut view.search, 280.0, false);
            });
        });
    });
    if closes || ui.input(|i| i.key_pressed(egui::Key::Escape)) {
        state.tags = None;
        return;
    }
    let is_empty = view.seen(look).is_empty();
    match &view.rows {
        None => said_in_the_middle(ui, look, look.t("import-tags-reading")),
        Some(Err(why)) => said_in_the_middle(ui, look, why.clone()),
        Some(Ok(_)) if is_empty => said_in_the_middle(ui, look, look.t("import-tags-none")),
        Some(Ok(_)) => rows_ui(ui, look, view),
    }
}

/// The file's name, and the way to the one before and after.
fn files_ui(ui: &mut Ui, look: Look<'_>, view: &TagView, out: &mut Vec<Command>) {
    let theme = look.theme;
    let mut go = |ui: &mut Ui, key: &str, file: Option<usize>| {
        let button = Button::new(look, look.t(key)).enabled(file.is_some());
        if ui.add(button).clicked()
            && let Some(file) = file
        {
            out.push(Command::ShowTags {
                series: view.series,
                file,
            });
        }
    };
    if view.files > 1 {
        go(ui, "import-tags-before", view.file.checked_sub(1));
        let next = view.file + 1;
        go(ui, "import-tags-after", (next < view.files).then_some(next));
        let counts = [("at", (view.file + 1).into()), ("total", view.files.into())];
        label(
            ui,
            look.f("import-tags-file", &counts),
            theme.type_sizes().small,
            theme.color.text2,
        );
    }
    label(
        ui,
        view.name.clone(),
        theme.type_sizes().small,
        theme.color.text3,
    );
}

fn said_in_the_middle(ui: &mut Ui, look: Look<'_>, text: String) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        let size = look.theme.type_sizes().head;
        label(ui, text, size, look.theme.color.text2);
    });
}

fn rows_ui(ui: &mut Ui, look: Look<'_>, view: &mut TagView) {
    let theme = look.theme;
    let seen = view.seen(look).to_vec();
    let Some(Ok(rows)) = &view.rows else { return };
    let columns = vec![
        Column::new(look.t("import-tags-tag"), 150.0),
        Column::new(look.t("import-tags-vr"), 46.0),
        Column::new(
            look.t("import-tags-name"),
            (ui.available_width() * 0.33).max(330.0),
        ),
        Column::new(look.t("import-tags-value"), 0.0),
    ];
    let row_at = |row: usize| seen.get(row).and_then(|at| rows.get(*at));
    let name = |row: usize| {
        row_at(row).map_or_else(String::new, |row| {
            format!("{} {} {}", row.tag, row.name, row.value)
        })
    };
    let size = theme.type_sizes().body;
    let draw = |ui: &mut Ui, row: usize, cells: &crate::widgets::Cells<'_>| {
        let Some(tag) = row_at(row) else { return };
        let indent = "　".repeat(tag.depth);
        cells.text(
            ui,
            0,
            &format!("{indent}{}", tag.tag),
            size,
            theme.color.text2,
        );
        cells.text(ui, 1, &tag.vr, size, theme.color.text3);
        match &tag.private_creator {
            Some(creator) => cells.place(ui, 2, |ui| {
                let maker = if creator.is_empty() {
                    look.t("import-tags-private")
                } else {
                    look.f(
                        "import-tags-private-of",
                        &[("maker", creator.clone().into())],
                    )
                };
                chip(ui, look, &maker, theme.color.warn);
                ui.add_space(6.0);
                label(ui, tag.name.clone(), size, theme.color.text1);
            }),
            None => cells.text(ui, 2, &tag.name, size, theme.color.text1),
        }
        let value = match (&tag.said, tag.cut_from) {
            (Some(said), _) => look.say(said),
            (None, Some(length)) => look.f(
                "import-tags-cut",
                &[
                    ("value", tag.value.clone().into()),
                    ("length", length.into()),
                ],
            ),
            (None, None) => tag.value.clone(),
        };
        let line = value.replace(['\r', '\n'], " ");
        cells.text(ui, 3, &line, size, theme.color.text1);
    };
    Table::new(look, columns)
        .row_height(26.0)
        .show(ui, seen.len(), None, name, draw);
}
