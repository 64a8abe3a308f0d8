//! Reading room: see, mark, qualify, submit.

mod brush;
mod case_bar;
mod choices;
mod cine;
mod context;
mod display;
mod finding_acts;
mod findings;
mod form;
mod history;
mod lines;
mod side;
mod texts;
mod tools;
mod tour;
mod view;
mod views;

pub(crate) use form::value_text;

use crate::desk::Command;
use crate::room::{Monitor, Question, Room, TourCard};
use crate::settings::{Panels, RightPanel, SecondWindow};
use crate::widgets::{Look, icon_button, label};
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
    /// A name being written: the finding and the text.
    name: Option<(annotation_format::FindingId, String)>,
    /// It is about to be.
    begins_name: bool,
    /// A comment being written: the finding and the text.
    comment: Option<(String, String)>,
    /// Texts and numbers being written, by the name of their field.
    writing: std::collections::BTreeMap<String, String>,
    /// Place and value under the pointer, for the status bar.
    pub pointer: Option<PointerValue>,
    /// The viewport that the pointer is on, and since when, s.
    rests: Option<(usize, f64)>,
    /// By what viewports have the keyboard.
    viewports: std::collections::HashSet<egui::Id>,
    /// The picture is to have the keyboard.
    wants_keyboard: bool,
    /// The panels that are open.
    pub panels: Panels,
    /// The step of the tour that waits to be done.
    pub tour: Option<TourCard>,
    /// The written answer that keys have come to.
    asked_field: Option<String>,
    /// It was written: keys go on to the next question.
    goes_on: bool,
    /// It was left: keys go to the picture again.
    stops: bool,
}

impl State {
    /// Whether it is a viewport that has the keyboard by this id.
    #[must_use]
    pub fn is_viewport(&self, id: egui::Id) -> bool {
        self.viewports.contains(&id)
    }

    /// The viewport that the pointer is on.
    #[must_use]
    pub fn viewport_under_pointer(&self) -> Option<usize> {
        self.rests.map(|(index, _)| index)
    }

    /// Gives the keyboard to the picture.
    pub fn wants_keyboard(&mut self) {
        self.wants_keyboard = true;
    }
}

/// A place under the pointer, in the unit that is known there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointerPlace {
    /// In the patient, LPS mm.
    Mm([f64; 3]),
    /// Column and row from 0, where pixels have no known size.
    Px([f64; 2]),
}

impl PointerPlace {
    /// The figures alone, as the corner of the image shows them.
    #[must_use]
    pub fn figures(&self) -> String {
        match self {
            Self::Mm([x, y, z]) => format!("{x:.1}, {y:.1}, {z:.1}"),
            Self::Px([column, row]) => format!("{column:.0}, {row:.0} px"),
        }
    }

    /// With axes and unit, as the status bar says it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Mm([x, y, z]) => format!("X {x:.1}  Y {y:.1}  Z {z:.1} mm"),
            Self::Px([column, row]) => format!("X {column:.0}  Y {row:.0} px"),
        }
    }
}

/// Place and value under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerValue {
    /// Number of the viewport.
    pub viewport: usize,
    /// Where it is.
    pub place: PointerPlace,
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
    follow_question(state, room);
    let layout = theme.layout();
    let panel = |margin: Margin| Frame::new().fill(theme.color.bg2).inner_margin(margin);
    let width = ui.ctx().content_rect().width();
    if width < NARROW {
        // large letters or a small window: the pictures need the place
        Panel::left("reading-rail")
            .exact_size(RAIL)
            .resizable(false)
            .frame(panel(Margin::symmetric(4, 6)))
            .show(ui, |ui| {
                egui::ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| tools::rail_ui(ui, look, room));
            });
    }
    let has_left = if width < NARROW {
        !state.panels.has_left
    } else {
        state.panels.has_left
    };
    if has_left {
        Panel::left("reading-tools")
            .exact_size(layout.left_panel)
            .resizable(false)
            .frame(panel(Margin::symmetric(8, 6)))
            .show(ui, |ui| {
                egui::ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| tools::tools_ui(ui, look, room, out));
            });
    }
    if width >= NARROWEST {
        Panel::left("reading-series")
            .exact_size(layout.series_strip)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(theme.color.bg1)
                    .inner_margin(Margin::symmetric(6, 6)),
            )
            .show(ui, |ui| side::series_ui(ui, look, room, out));
    }
    if state.panels.right != RightPanel::Off {
        Panel::right("reading-side")
            .exact_size(layout.right_panel)
            .resizable(false)
            .frame(panel(Margin::ZERO))
            .show(ui, |ui| side::side_ui(ui, look, state, room, out));
    }
    if state.panels.right == RightPanel::Wide && room.is_in_project() {
        Panel::right("reading-answers")
            .exact_size(layout.right_panel)
            .resizable(false)
            .frame(panel(Margin::symmetric(10, 6)))
            .show(ui, |ui| side::wide_ui(ui, look, state, room));
    }
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            case_bar::case_bar_ui(ui, look, room, out);
            band_ui(ui, look, room);
            if let Some(card) = state.tour {
                tour::tour_ui(ui, look, card, out);
            }
            views::views_ui(ui, look, state, room, Monitor::First, out);
        });
}

/// Below this width of the window, in points of the chosen letters, the tools stand in a rail; the key of
/// the left panel then opens it beside.
const NARROW: f32 = 1200.0;
/// Below this width there is no strip of series: keys and the palette go from one to the next.
const NARROWEST: f32 = 900.0;
/// Width of the rail.
const RAIL: f32 = 44.0;

/// While questions are answered by keys, the tab is that of the question.
fn follow_question(state: &mut State, room: &mut Room) {
    if std::mem::take(&mut state.goes_on) {
        room.step_question(1);
        state.wants_keyboard = true;
    }
    if std::mem::take(&mut state.stops) {
        room.end_answers();
        state.wants_keyboard = true;
    }
    match room.asked() {
        Some(Question::Attribute(_)) => state.tab = Tab::Findings,
        Some(Question::Field(_)) if state.panels.right != RightPanel::Wide => {
            state.tab = Tab::Form;
        }
        Some(Question::Field(_)) => {}
        None => state.asked_field = None,
    }
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
    if ctx.embed_viewports() {
        embedded_window_ui(ctx, look, state, room, title, out);
    } else {
        own_window_ui(ctx, look, state, room, (title, place), out);
    }
    if let Some(layout) = room.views.layout(Monitor::Second) {
        place.layout = [layout.rows, layout.columns];
    }
}

/// A window of the desktop's.
fn own_window_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    (title, place): (&str, &mut SecondWindow),
    out: &mut Vec<Command>,
) {
    let mut builder = egui::ViewportBuilder::default()
        .with_title(title)
        .with_inner_size(place.size);
    if let Some(at) = place.position {
        builder = builder.with_position(at);
    }
    let id = egui::ViewportId::from_hash_of("second-window");
    ctx.show_viewport_immediate(id, builder, |ui, _| {
        if ui.input(|i| i.viewport().close_requested()) {
            out.push(Command::SecondWindow(false));
        }
        place.follow(&ui.input(|i| i.viewport().clone()));
        second_bar_ui(ui, look, room, |_| ());
        views::views_ui(ui, look, state, room, Monitor::Second, out);
    });
}

/// Where the program has one window of the desktop's only: a window within it that leaves menus, tools
/// and the strip of series free, so that series can be dragged into it.
fn embedded_window_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    title: &str,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let (layout, whole) = (theme.layout(), ctx.content_rect());
    let free = egui::Rect::from_min_max(
        whole.min
            + egui::vec2(
                layout.left_panel + layout.series_strip,
                theme.density.header,
            ),
        whole.max - egui::vec2(layout.right_panel, theme.density.status),
    );
    let size = free.size() * 0.6;
    let begins = egui::Rect::from_min_max(free.max - size, free.max);
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .stroke(egui::Stroke::new(1.0, theme.color.line_strong));
    egui::Window::new(title)
        .title_bar(false)
        .frame(frame)
        .default_rect(begins)
        .min_size([320.0, 260.0])
        .constrain_to(free)
        .show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            second_bar_ui(ui, look, room, |ui| {
                let close = look.t("menu-second-close");
                if icon_button(ui, look, "close", &close, "", false).clicked() {
                    out.push(Command::SecondWindow(false));
                }
                let text = egui::RichText::new(title)
                    .size(theme.type_sizes().small)
                    .color(theme.color.text2);
                ui.add(egui::Label::new(text).truncate().selectable(false));
            });
            views::views_ui(ui, look, state, room, Monitor::Second, out);
        });
}

/// The layouts of the second window; at the right what else is to stand there.
fn second_bar_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, right: impl FnOnce(&mut Ui)) {
    let bar = Frame::new()
        .fill(look.theme.color.bg2)
        .inner_margin(Margin::symmetric(8, 3));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(look.theme.density.tool_button);
            ui.spacing_mut().item_spacing.x = 2.0;
            case_bar::choose_layout_ui(ui, look, room, Monitor::Second);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), right);
        });
    });
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
