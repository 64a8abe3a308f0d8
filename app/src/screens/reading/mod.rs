//! Reading room: see, mark, qualify, submit.

mod case_bar;
mod cine;
mod display;
mod findings;
mod form;
mod lines;
mod side;
mod texts;
mod tools;
mod view;
mod views;

pub(crate) use form::value_text;

use crate::desk::Command;
use crate::room::{Monitor, Room};
use crate::settings::SecondWindow;
use crate::widgets::{Look, label};
use egui::{Frame, Margin, Panel, Ui};

/// The tabs of the right panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tab {
    /// Findings and their attributes.
    #[default]
    Findings,
    /// The case form.
    Form,
    /// What was done.
    History,
    /// The image's facts.
    Image,
}

/// What the screen keeps beside the room.
#[derive(Default)]
pub struct State {
    /// The open tab.
    pub tab: Tab,
    /// The finding that the list has brought into sight.
    listed: Option<annotation_format::FindingId>,
    /// A comment being written: the finding and the text.
    comment: Option<(String, String)>,
    /// Texts and numbers being written, by the name of their field.
    writing: std::collections::BTreeMap<String, String>,
    /// Place and value under the pointer, for the status bar.
    pub pointer: Option<PointerValue>,
    /// The viewport that the pointer is on, and since when, s.
    rests: Option<(usize, f64)>,
}

/// Place and value under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerValue {
    /// Number of the viewport.
    pub viewport: usize,
    /// LPS mm.
    pub at_mm: [f64; 3],
    /// Modality value with its unit.
    pub value: Option<String>,
    /// Quantities that the file gives beside it.
    pub quantities: Vec<String>,
}

/// Draws the screen.
pub fn reading_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let layout = theme.layout();
    let panel = |margin: Margin| Frame::new().fill(theme.color.bg2).inner_margin(margin);
    Panel::left("reading-tools")
        .exact_size(layout.left_panel)
        .resizable(false)
        .frame(panel(Margin::symmetric(8, 6)))
        .show(ui, |ui| tools::tools_ui(ui, look, room, out));
    Panel::left("reading-series")
        .exact_size(layout.series_strip)
        .resizable(false)
        .frame(
            Frame::new()
                .fill(theme.color.bg1)
                .inner_margin(Margin::symmetric(6, 6)),
        )
        .show(ui, |ui| side::series_ui(ui, look, room, out));
    Panel::right("reading-side")
        .exact_size(layout.right_panel)
        .resizable(false)
        .frame(panel(Margin::ZERO))
        .show(ui, |ui| side::side_ui(ui, look, state, room, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            case_bar::case_bar_ui(ui, look, room, out);
            band_ui(ui, look, room);
            views::views_ui(ui, look, state, room, Monitor::First, out);
        });
}

/// Draws the second window, where one is open.
pub fn second_window_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    (title, place): (&str, &mut SecondWindow),
    out: &mut Vec<Command>,
) {
    if room.views.layout(Monitor::Second).is_none() {
        return;
    }
    let mut builder = egui::ViewportBuilder::default()
        .with_title(title)
        .with_inner_size(place.size);
    if let Some(at) = place.position {
        builder = builder.with_position(at);
    }
    let id = egui::ViewportId::from_hash_of("second-window");
    ctx.show_viewport_immediate(id, builder, |ui, class| {
        if ui.input(|i| i.viewport().close_requested()) {
            out.push(Command::SecondWindow(false));
        }
        if class != egui::ViewportClass::EmbeddedWindow {
            place.follow(&ui.input(|i| i.viewport().clone()));
        }
        let bar = Frame::new()
            .fill(look.theme.color.bg2)
            .inner_margin(Margin::symmetric(8, 3));
        bar.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.set_min_width(ui.available_width());
                ui.spacing_mut().item_spacing.x = 2.0;
                case_bar::choose_layout_ui(ui, look, room, Monitor::Second);
            });
        });
        views::views_ui(ui, look, state, room, Monitor::Second, out);
    });
    if let Some(layout) = room.views.layout(Monitor::Second) {
        place.layout = [layout.rows, layout.columns];
    }
}

/// Why nothing can be changed, under the case bar.
fn band_ui(ui: &mut Ui, look: Look<'_>, room: &Room) {
    let Some(key) = room.band_key() else { return };
    let theme = look.theme;
    let band = Frame::new()
        .fill(theme.color.bg4)
        .inner_margin(Margin::symmetric(12, 5));
    band.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        label(ui, look.t(key), theme.type_sizes().body, theme.color.text1);
    });
}

/// The screen without a case.
pub fn no_case_ui(ui: &mut Ui, look: Look<'_>) {
    let theme = look.theme;
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space(ui.available_height() * 0.4);
                label(
                    ui,
                    look.t("reading-no-case"),
                    theme.type_sizes().head,
                    theme.color.text2,
                );
            });
        });
}
