//! Settings: language, colours, text, mouse, keys, this machine. What is chosen counts at once.

mod appearance;
mod device;
mod keys;
mod mouse;
mod pages;

pub use pages::{Page, THINGS, Thing};

use crate::desk::Command;
use crate::keys::{Conflict, Recording};
use crate::language::Words;
use crate::search::Index;
use crate::settings::{MouseProfile, Settings, ThemeChoice};
use crate::theme::RowDensity;
use crate::widgets::{Look, label, section};
use egui::{Frame, Margin, Panel, Ui};
use std::path::PathBuf;
use std::time::Instant;

/// A window as wide as this has room for what is said of the machine beside every page, points.
const ROOMY: f32 = 1400.0;
/// Least height of the table of keys, points.
const LEAST_TABLE: f32 = 300.0;

/// What was chosen or asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Open the screen at a page.
    Open(Page),
    /// Wait for the chord of a row of the table of keys.
    Record(String),
    /// Open the screen at a row of the table of keys and wait for its chord.
    OpenRow(String),
    /// Go back to the screen before.
    Back,
    /// Dark, light, or as the system.
    Theme(ThemeChoice),
    /// Size of everything, 0.8 to 2.0.
    Scale(f32),
    /// How much room rows take.
    Density(RowDensity),
    /// What the mouse does on a picture.
    Mouse(MouseProfile),
    /// Wait no longer for a chord.
    StopRecording,
    /// Take the key of a row away.
    ClearKey(String),
    /// Give a row its delivered key.
    ResetKey(String),
    /// Give all rows their delivered keys.
    ResetKeys,
    /// Swap the keys that are the same.
    Swap,
    /// Leave the row its key.
    KeepKey,
    /// Let the person choose where the settings are to be written.
    ChooseTarget,
    /// Let the person choose a file of settings.
    ChooseSource,
    /// Write the settings.
    WriteTo(PathBuf),
    /// Take over settings.
    ReadFrom(PathBuf),
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// The open page.
    pub page: Page,
    /// The setting looked for.
    search: String,
    /// The act or key looked for.
    key_filter: String,
    /// The row of the table of keys in hand.
    pub row: Option<String>,
    /// The row is to be brought into sight.
    pub reveals_row: bool,
    /// The row that waits for its chord.
    pub recording: Option<Recording>,
    /// A chord that means something already.
    pub conflict: Option<Conflict>,
    /// The last chord cannot be given.
    pub is_refused: bool,
    /// Where settings are written to or read from.
    pub file: String,
    /// Bytes of memory in use, and when they were counted.
    pub memory: Option<(Instant, u64)>,
    /// The text size under the hand.
    scale: Option<f32>,
    finder: Option<Finder>,
}

/// What settings and acts are looked for by: their names in both languages.
struct Finder {
    words: Words,
    other: Words,
    things: Index,
}

/// What the screen shows.
pub struct View<'a> {
    /// What is chosen now.
    pub settings: &'a Settings,
    /// Name of the renderer, and why this one.
    pub renderer: Option<[String; 2]>,
    /// Where the settings are kept.
    pub home: String,
}

/// Draws the screen.
pub fn settings_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let layout = theme.layout();
    let panel = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::same(10));
    let is_roomy = ui.available_width() >= ROOMY;
    Panel::left("settings-pages")
        .exact_size(layout.left_panel)
        .resizable(false)
        .frame(panel.inner_margin(Margin::symmetric(8, 10)))
        .show(ui, |ui| pages::pages_ui(ui, look, state));
    if is_roomy && state.page != Page::Device {
        Panel::right("settings-device")
            .exact_size(layout.right_panel)
            .resizable(false)
            .frame(panel)
            .show(ui, |ui| {
                egui::ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| device::device_ui(ui, look, state, view, out));
            });
    }
    let body = Frame::new()
        .fill(theme.color.bg1)
        .inner_margin(Margin::symmetric(12, 8));
    egui::CentralPanel::no_frame().frame(body).show(ui, |ui| {
        let height = ui.available_height();
        egui::ScrollArea::vertical()
            .id_salt(("settings", state.page))
            .auto_shrink([false, false])
            .show(ui, |ui| page_ui(ui, look, height, state, view, out));
    });
}

fn page_ui(
    ui: &mut Ui,
    look: Look<'_>,
    height: f32,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let top = ui.cursor().top();
    let page = state.page;
    if matches!(page, Page::Common | Page::Appearance) {
        appearance::appearance_ui(ui, look, state, view, out);
    }
    if matches!(page, Page::Common | Page::Mouse) {
        part_line(ui, look, page == Page::Common);
        mouse::mouse_ui(ui, look, view, out);
    }
    if matches!(page, Page::Common | Page::Keys) {
        part_line(ui, look, page == Page::Common);
        let rest = height - (ui.cursor().top() - top);
        keys::keys_ui(ui, look, rest.max(LEAST_TABLE), state, out);
    }
    if page == Page::Device {
        ui.set_max_width(560.0);
        device::device_ui(ui, look, state, view, out);
    }
}

/// The hair line above a part that follows another.
fn part_line(ui: &mut Ui, look: Look<'_>, follows: bool) {
    if follows {
        ui.add_space(4.0);
        crate::widgets::separator(ui, look);
    }
}

/// The head of a part, with a remark at the right.
fn head(ui: &mut Ui, look: Look<'_>, key: &str, remark: &str) {
    section(ui, look, &look.t(key), remark);
    ui.add_space(2.0);
}

/// A setting: its name, and the control beside it.
fn row(ui: &mut Ui, look: Look<'_>, key: &str, control: impl FnOnce(&mut Ui, &str)) {
    let theme = look.theme;
    let name = look.t(key);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let height = theme.density.control;
        let size = egui::vec2(NAMES, height);
        let left = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(size, left, |ui| {
            ui.set_min_size(size);
            label(ui, &name, theme.type_sizes().body, theme.color.text2);
        });
        control(ui, &name);
    });
}

/// Width of the column of names, points.
const NAMES: f32 = 120.0;

impl State {
    /// The screen is opened at a page.
    pub fn open(&mut self, page: Page) {
        self.page = page;
        self.search.clear();
        self.leave_keys();
    }

    /// The table of keys is opened at a row.
    pub fn open_row(&mut self) {
        self.open(Page::Keys);
        self.key_filter.clear();
        self.reveals_row = true;
    }

    /// A row of the table of keys waits for its chord.
    pub fn record(&mut self, id: String) {
        self.leave_keys();
        self.row = Some(id.clone());
        self.recording = Some(Recording { id });
    }

    /// Nothing waits for a chord or an answer.
    pub fn leave_keys(&mut self) {
        self.recording = None;
        self.conflict = None;
        self.is_refused = false;
    }

    fn finder(&mut self, look: Look<'_>) -> &Finder {
        let language = look.words.language();
        if self
            .finder
            .as_ref()
            .is_none_or(|finder| finder.words.language() != language)
        {
            self.finder = None;
        }
        self.finder.get_or_insert_with(|| Finder::new(language))
    }
}

impl Finder {
    fn new(language: crate::language::Language) -> Self {
        let (words, other) = (Words::new(language), Words::new(language.other()));
        let entries: Vec<_> = THINGS
            .iter()
            .map(|thing| thing.entry(&words, &other))
            .collect();
        Self {
            things: Index::new(&entries),
            words,
            other,
        }
    }
}
