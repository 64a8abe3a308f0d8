//! The bar above the viewport: case, planes, window, progress, next case.

use crate::desk::Command;
use crate::keys::Action;
use crate::room::{Layout, Linking, Monitor, Preset, Room};
use crate::widgets::{Button, Look, combo, icon_family, label, meter, segments, segments_width};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Frame, Margin, Popup, Rect, Response, Role,
    Sense, Stroke, StrokeKind, Ui, WidgetInfo,
};
use voxel::Plane;

/// A bar of less width does without what stands elsewhere too.
const NARROW: f32 = 590.0;
/// Room for the button to the next case and the progress, at the right.
const NEXT_CASE: f32 = 170.0;
/// Width below which the list of windows has no room for figures.
const SHORT_PRESET: f32 = 150.0;
/// From this width on there is room for what the corner of the image says too.
const ROOMY: f32 = 1060.0;

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
            let (width, is_alone) = (ui.available_width(), room.views.is_alone());
            // outside a project there is no next case to leave room for
            let next = if room.is_in_project() { NEXT_CASE } else { 0.0 };
            let is_narrow = width - next < NARROW;
            if width >= ROOMY {
                // The corner of the image says it too.
                label(ui, &room.study, theme.type_sizes().body, theme.color.text2);
            }
            ui.add_space(6.0);
            if is_narrow {
                choose_layout_by_list_ui(ui, look, room);
            } else {
                layouts_ui(ui, look, room);
            }
            ui.add_space(4.0);
            link_ui(ui, look, room, is_narrow);
            prior_ui(ui, look, room, out);
            if is_narrow || !is_alone {
                planes_by_list_ui(ui, look, room);
            } else {
                planes_ui(ui, look, room);
            }
            ui.add_space(4.0);
            let wide = match (is_narrow, is_alone) {
                (true, _) => (ui.available_width() - next).clamp(104.0, 130.0),
                (false, false) => 130.0,
                (false, true) => 196.0,
            };
            presets_ui(ui, look, room, wide);
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                if room.is_in_project() {
                    if ui
                        .add(
                            Button::new(look, look.t("reading-next-case"))
                                .keys(look.key(Action::NextCase)),
                        )
                        .clicked()
                    {
                        out.push(Command::OpenNextCase);
                    }
                    // the worklist tells it too
                    let has_room = room.priors.is_empty() || width >= ROOMY;
                    if !is_narrow && has_room {
                        progress_ui(ui, look, room, width >= ROOMY);
                    }
                }
            });
        });
    });
}

/// Width that the place in the list takes.
const COUNT: f32 = 110.0;
/// The same with the clock.
const COUNT_AND_CLOCK: f32 = 150.0;

fn progress_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, has_meter: bool) {
    let theme = look.theme;
    let (at, total) = room.place_in_list;
    if ui.available_width() < COUNT {
        return;
    }
    ui.add_space(6.0);
    if ui.available_width() >= COUNT_AND_CLOCK {
        clock_ui(ui, look, room);
    }
    if has_meter {
        let share = at as f32 / total.max(1) as f32;
        let name = look.t("worklist-progress");
        meter(ui, look, &name, share, 50.0, theme.color.accent);
        ui.add_space(4.0);
    }
    let text = look.f(
        "reading-assigned",
        &[("at", at.into()), ("total", total.into())],
    );
    label(ui, text, theme.type_sizes().body, theme.color.text1);
}

/// The time worked on the case; a click hides it, for whoever is hurried by a clock.
fn clock_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let text = if room.hides_clock {
        "--:--".to_owned()
    } else {
        room.clock_text()
    };
    let size = look.theme.type_sizes().body;
    let text = egui::RichText::new(text)
        .size(size)
        .color(look.theme.color.text2);
    let clock = egui::Label::new(text)
        .selectable(false)
        .sense(egui::Sense::click());
    let response = ui.add(clock).on_hover_text(look.t("reading-clock-hint"));
    response.widget_info(|| {
        let name = look.t("reading-clock");
        egui::WidgetInfo::labeled(egui::Role::Button, true, name)
    });
    if response.clicked() {
        room.hides_clock = !room.hides_clock;
    }
    ui.add_space(8.0);
}

/// Layouts, the three planes at right angles, and how viewports go together.
fn layouts_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    ui.spacing_mut().item_spacing.x = 2.0;
    choose_layout_ui(ui, look, room, Monitor::First);
    let mpr = Button::new(look, look.t("layout-planes")).enabled(room.can_show_planes());
    if ui
        .add(mpr)
        .on_hover_text(look.t("layout-planes-hint"))
        .clicked()
    {
        room.show_planes();
    }
}

/// How viewports go together, where there are several.
fn link_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, is_narrow: bool) {
    if room.views.is_alone() && !room.views.is_maximised() {
        return;
    }
    let names = Linking::ALL.map(|linking| look.t(linking.text_key()));
    let now = room.linking();
    let taken = Linking::ALL.iter().position(|linking| *linking == now);
    let chosen = if is_narrow {
        link_by_icon_ui(ui, look, &names, taken, now != Linking::Off)
    } else {
        bounded(ui, look, &look.t("link"), &names, taken, 124.0)
    };
    if let Some(linking) = chosen.and_then(|index| Linking::ALL.get(index)) {
        room.set_linking(*linking);
    }
    ui.add_space(4.0);
}

/// The earlier study beside the present one, where there is one to be looked at.
fn prior_ui(ui: &mut Ui, look: Look<'_>, room: &Room, out: &mut Vec<Command>) {
    if room.priors.is_empty() {
        return;
    }
    let mut names = vec![look.t("prior-none")];
    names.extend(room.priors.iter().map(|prior| prior.name(look.words)));
    let taken = room.shown_prior().map_or(0, |prior| prior + 1);
    if let Some(index) = bounded(ui, look, &look.t("prior"), &names, Some(taken), 132.0) {
        out.push(Command::ShowPrior(index.checked_sub(1)));
    }
    ui.add_space(4.0);
}

/// The same list behind an icon, where the bar is short; the icon is lit while viewports go together.
fn link_by_icon_ui(
    ui: &mut Ui,
    look: Look<'_>,
    choices: &[String],
    taken: Option<usize>,
    is_linked: bool,
) -> Option<usize> {
    let name = look.t("link");
    let now = taken.and_then(|index| choices.get(index)).cloned();
    let (rect, response, ink) = square(ui, look, is_linked);
    response.widget_info(|| WidgetInfo {
        current_text_value: now.clone(),
        ..WidgetInfo::labeled(Role::ComboBox, true, &name)
    });
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        look.theme.icon("link"),
        FontId::new(16.0, icon_family()),
        ink,
    );
    let mut chosen = None;
    Popup::menu(&response).show(|ui| {
        for (index, choice) in choices.iter().enumerate() {
            if ui.selectable_label(taken == Some(index), choice).clicked() {
                chosen = Some(index);
            }
        }
    });
    let tip = format!("{name}: {}  Ctrl L", now.unwrap_or_default());
    response.on_hover_text(tip);
    chosen
}

/// Layouts and the three planes as a list, where the bar is short.
fn choose_layout_by_list_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let short = |layout: &Layout| format!("{} × {}", layout.rows, layout.columns);
    let mut names: Vec<String> = Layout::ALL.iter().map(short).collect();
    if room.can_show_planes() {
        names.push(look.t("layout-planes"));
    }
    let now = room.views.layout(Monitor::First);
    let taken = Layout::ALL.iter().position(|layout| now == Some(*layout));
    match bounded(ui, look, &look.t("layout"), &names, taken, 88.0) {
        Some(index) if index == Layout::ALL.len() => room.show_planes(),
        Some(index) => {
            if let Some(layout) = Layout::ALL.get(index) {
                room.set_layout(Monitor::First, *layout);
            }
        }
        None => {}
    }
}

/// Names of the layouts, in their order.
const LAYOUT_NAMES: [&str; 6] = [
    "layout-1x1",
    "layout-1x2",
    "layout-2x1",
    "layout-2x2",
    "layout-1x3",
    "layout-3x2",
];

/// The layouts of a window.
pub(super) fn choose_layout_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, monitor: Monitor) {
    let now = room.views.layout(monitor);
    for (layout, key) in Layout::ALL.iter().zip(LAYOUT_NAMES) {
        if layout_button(ui, look, *layout, &look.t(key), now == Some(*layout)) {
            room.set_layout(monitor, *layout);
        }
    }
}

/// A button with a picture of a layout.
fn layout_button(ui: &mut Ui, look: Look<'_>, layout: Layout, name: &str, is_taken: bool) -> bool {
    let (rect, response, ink) = square(ui, look, is_taken);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_taken, name));
    let paint = ui.painter();
    let frame = Rect::from_center_size(rect.center(), egui::vec2(16.0, 13.0));
    let stroke = Stroke::new(1.0, ink);
    paint.rect_stroke(frame, CornerRadius::same(1), stroke, StrokeKind::Inside);
    for column in 1..layout.columns {
        let x = frame.left() + frame.width() * column as f32 / layout.columns as f32;
        paint.vline(x.round(), frame.y_range(), stroke);
    }
    for row in 1..layout.rows {
        let y = frame.top() + frame.height() * row as f32 / layout.rows as f32;
        paint.hline(frame.x_range(), y.round(), stroke);
    }
    response.on_hover_text(name).clicked()
}

/// The ground of a square button of the bar; with the colour for what stands on it.
fn square(ui: &mut Ui, look: Look<'_>, is_taken: bool) -> (Rect, Response, Color32) {
    let color = &look.theme.color;
    let (rect, response) = ui.allocate_exact_size(egui::vec2(26.0, 26.0), Sense::click());
    let (fill, ink) = if is_taken {
        (color.selection, color.text1)
    } else if response.hovered() {
        (color.bg4, color.text1)
    } else {
        (color.bg2, color.text2)
    };
    ui.painter().rect_filled(rect, CornerRadius::same(3), fill);
    (rect, response, ink)
}

fn planes_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let Some(shown) = room.anatomical_plane() else {
        return;
    };
    let names = PLANE_NAMES.map(|key| look.t(key));
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

/// The planes as a list, where the bar is short.
fn planes_by_list_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let Some(shown) = room.anatomical_plane() else {
        return;
    };
    let names = PLANE_NAMES.map(|key| look.t(key));
    let taken = PLANES.iter().position(|plane| *plane == shown);
    let chosen = bounded(ui, look, &look.t("reading-plane"), &names, taken, 84.0);
    if let Some(plane) = chosen.and_then(|index| PLANES.get(index)) {
        room.show_plane(*plane);
    }
}

const PLANES: [Plane; 3] = [Plane::Axial, Plane::Coronal, Plane::Sagittal];
const PLANE_NAMES: [&str; 3] = ["plane-axial", "plane-coronal", "plane-sagittal"];

/// A list that drops down and is no wider than that.
fn bounded(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    choices: &[String],
    taken: Option<usize>,
    wide: f32,
) -> Option<usize> {
    let drawn = ui.scope(|ui| {
        ui.set_max_width(wide);
        combo(ui, look, name, choices, taken, wide)
    });
    drawn.inner
}

fn presets_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, wide: f32) {
    let presets = room.window_presets(look.words);
    if presets.is_empty() {
        return;
    }
    // a short bar says the name alone; the corner of the image has the figures
    let name_of = |preset: &Preset| match wide < SHORT_PRESET {
        true => preset.name.clone(),
        false => preset.title(),
    };
    let names: Vec<String> = presets.iter().map(name_of).collect();
    let taken = presets
        .iter()
        .position(|preset| Some(preset.window) == room.pane().window());
    let chosen = bounded(ui, look, &look.t("reading-preset"), &names, taken, wide);
    if let Some(index) = chosen
        && let Some(preset) = presets.get(index)
    {
        room.set_window(preset.window);
    }
}
