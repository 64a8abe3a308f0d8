//! Import: bring series in; never write to the medium.

mod head;
mod side;
mod table;
mod tags;

use crate::act::tag_search::folded;
use crate::desk::Command;
use crate::widgets::{Button, Look, Tone, label, meter, said};
use egui::{Align, Frame, Layout, Margin, Panel, Stroke, Ui};
use head::{filters_ui, head_ui, list_ui};
use side::side_ui;
use std::path::PathBuf;
use table::table_ui;
pub use tags::TagView;
use tags::tags_ui;
use voxel::Phrase;

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

/// A series' picture.
#[derive(Clone, Default)]
pub enum Picture {
    /// Its row has not been seen.
    #[default]
    Unasked,
    /// It is seen and has none yet.
    Wanted,
    /// It is being made, or cannot be.
    Asked,
    /// It is there.
    Made(egui::TextureHandle),
}

/// A series that was found.
#[derive(Clone)]
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
    pub problems: Vec<Phrase>,
    /// The key of the word for what it is, where it is no image but a known object.
    pub object: Option<&'static str>,
    /// Study, for the count.
    pub study_uid: String,
    /// Its picture.
    pub picture: Picture,
}

/// A list by which series come in.
pub struct ListFacts {
    /// Name of its file.
    pub name: String,
    /// Its lines.
    pub lines: usize,
    /// Lines of which nothing can come in.
    pub refused: usize,
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// Where to look, typed.
    pub path: String,
    filter: usize,
    /// Rows that hold this text are shown.
    search: String,
    order: usize,
    /// The series whose facts are shown.
    pub selected: Option<usize>,
    /// Series found.
    pub rows: Vec<SeriesRow>,
    /// Files that are unreadable or no images, with the reason.
    pub skipped: Vec<(String, Phrase)>,
    /// Files looked at.
    pub files: usize,
    /// Files done and in all, while a scan runs.
    pub scanning: Option<(usize, usize)>,
    /// Seconds that the scan has taken.
    pub seconds: f32,
    /// The list by which series come in, if they do.
    pub list: Option<ListFacts>,
    /// The file whose tags are looked at.
    pub tags: Option<TagView>,
    /// Where the list of problems is to be saved, while that is asked.
    pub save_to: Option<String>,
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
        .exact_size((ui.available_width() * 0.28).clamp(320.0, 392.0))
        .resizable(false)
        .frame(side)
        .show(ui, |ui| side_ui(ui, look, state, out));
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
                .show(ui, |ui| {
                    head_ui(ui, look, state, out);
                    list_ui(ui, look, state);
                });
            if state.tags.is_some() {
                tags_ui(ui, look, state, out);
                return;
            }
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
        let search = folded(self.search.trim());
        let mut shown: Vec<(usize, &SeriesRow)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| wanted.is_none_or(|state| row.state == state))
            .filter(|(_, row)| search.is_empty() || row.holds(&search))
            .collect();
        match self.order {
            1 => shown.sort_by(|(_, a), (_, b)| a.modality.cmp(&b.modality)),
            2 => shown.sort_by_key(|(_, row)| std::cmp::Reverse(row.images)),
            3 => shown.sort_by_key(|(_, row)| match row.state {
                SeriesState::Check => 0,
                SeriesState::Ready => 1,
                SeriesState::Other => 2,
            }),
            _ => {}
        }
        shown.into_iter().map(|(index, _)| index).collect()
    }

    /// Rows of which something is to be known.
    fn with_problems(&self) -> impl Iterator<Item = (usize, &SeriesRow)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| !row.problems.is_empty())
    }

    /// The next row that is seen and has no picture yet.
    pub fn next_wanted(&mut self) -> Option<usize> {
        // the selected one is seen at the side, even where a filter hides its row
        if let Some(row) = self.selected.and_then(|index| self.rows.get_mut(index))
            && row.state != SeriesState::Other
            && matches!(row.picture, Picture::Unasked)
        {
            row.picture = Picture::Wanted;
        }
        let is_wanted = |row: &SeriesRow| matches!(row.picture, Picture::Wanted);
        let index = self.rows.iter().position(is_wanted)?;
        self.rows[index].picture = Picture::Asked;
        Some(index)
    }

    /// Patients and studies among the rows.
    fn counts(&self) -> [usize; 2] {
        let count = |of: fn(&SeriesRow) -> &str| {
            let all = self.rows.iter().map(of).filter(|text| !text.is_empty());
            all.collect::<std::collections::BTreeSet<_>>().len()
        };
        [count(|row| &row.patient), count(|row| &row.study_uid)]
    }

    fn count(&self, state: SeriesState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }
}

impl SeriesRow {
    /// Its pixels cannot be decoded, and why: told, and not taken unless the person wants it.
    pub fn fail(&mut self, why: Phrase) {
        self.is_chosen = false;
        self.state = SeriesState::Check;
        self.problems.insert(0, why);
    }

    /// Whether a (folded) text stands in what the row shows.
    fn holds(&self, search: &str) -> bool {
        [
            &self.patient,
            &self.patient_name,
            &self.modality,
            &self.study,
            &self.series,
            &self.size,
        ]
        .iter()
        .any(|text| folded(text).contains(search))
    }
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
        } else if let Some(text) = &state.said {
            said(ui, look, Tone::Good, text);
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
