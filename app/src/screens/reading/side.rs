//! The series strip and the right panel with its tabs and the submit bar.

use super::{State, Tab, findings, form, history};
use crate::desk::Command;
use crate::keys::Action;
use crate::room::Room;
use crate::viewport::outlined_text;
use crate::widgets::{
    Button, Look, check_without_text, chip, fact, icon, label, paragraph, section, separator,
    swatch,
};
use egui::{
    Align2, CornerRadius, FontId, Frame, Margin, Panel, Rect, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, vec2,
};

/// Draws the strip of series.
pub(super) fn series_ui(ui: &mut Ui, look: Look<'_>, room: &Room, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.spacing_mut().item_spacing.y = 6.0;
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (index, series) in room.series.iter().enumerate() {
                let side = ui.available_width();
                let (rect, response) =
                    ui.allocate_exact_size(vec2(side, side + 16.0), Sense::click_and_drag());
                response.dnd_set_drag_payload(index);
                let is_shown = room.views.shown_series().any(|shown| shown == index);
                let is_in_hand = room.shown() == Some(index);
                let text = format!("{} {}", index + 1, series.name);
                let prior = series.prior.and_then(|prior| room.priors.get(prior));
                let told = match prior {
                    Some(prior) => {
                        let when = prior.name(look.words);
                        let when = look.f("prior-named", &[("when", when.into())]);
                        format!("{text} {when}")
                    }
                    None => text.clone(),
                };
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, &told));
                let picture = Rect::from_min_size(rect.min, vec2(side, side));
                ui.painter()
                    .rect_filled(picture, CornerRadius::ZERO, theme.color.bg0);
                if let Some(texture) = &series.thumbnail {
                    let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
                    ui.painter()
                        .image(texture.id(), picture, whole, egui::Color32::WHITE);
                }
                let stroke = if is_in_hand {
                    Stroke::new(2.0, theme.color.accent)
                } else if is_shown {
                    Stroke::new(1.0, theme.color.accent)
                } else {
                    Stroke::new(1.0, theme.color.line)
                };
                ui.painter()
                    .rect_stroke(picture, CornerRadius::ZERO, stroke, StrokeKind::Inside);
                if prior.is_some() {
                    outlined_text(
                        ui.painter(),
                        picture.left_top() + vec2(4.0, 2.0),
                        Align2::LEFT_TOP,
                        &look.t("prior"),
                        theme.type_sizes().caption,
                        theme.color.warn,
                    );
                }
                let font = FontId::proportional(theme.type_sizes().caption);
                let mut job =
                    egui::text::LayoutJob::simple_singleline(text, font, theme.color.text1);
                job.wrap = egui::text::TextWrapping::truncate_at_width(side);
                let galley = ui.painter().layout_job(job);
                ui.painter().galley(
                    picture.left_bottom() + vec2(0.0, 2.0),
                    galley,
                    theme.color.text1,
                );
                if response.on_hover_text(told).clicked() {
                    out.push(Command::ShowSeries(index));
                }
            }
        });
}

/// Draws the right panel.
pub(super) fn side_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    if !room.is_in_project() {
        state.tab = Tab::Image;
    }
    tabs_ui(ui, look, state, room);
    if room.is_in_project() {
        let foot = Frame::new()
            .fill(theme.color.bg2)
            .inner_margin(Margin::symmetric(10, 8));
        Panel::bottom("submit")
            .exact_size(MISSING_HEIGHT + 62.0)
            .resizable(false)
            .frame(foot)
            .show(ui, |ui| submit_ui(ui, look, state, room, out));
    }
    let body = Frame::new().fill(theme.color.bg2).inner_margin(Margin {
        left: 10,
        right: 10,
        top: 6,
        bottom: 6,
    });
    egui::CentralPanel::no_frame()
        .frame(body)
        .show(ui, |ui| match state.tab {
            Tab::Findings => findings::findings_ui(ui, look, state, room),
            Tab::Form => scroll(ui, |ui| form::form_ui(ui, look, state, room)),
            Tab::History => history::history_ui(ui, look, room, out),
            Tab::Image => scroll(ui, |ui| image_ui(ui, look, room)),
        });
}

/// Draws what the wide panel has beside the list: the attributes of the selected finding and the case
/// form at once.
pub(super) fn wide_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &mut Room) {
    scroll(ui, |ui| {
        match room.selected_finding().cloned() {
            Some(finding) => findings::attributes_ui(ui, look, state, room, &finding),
            None => {
                let size = look.theme.type_sizes().body;
                let color = look.theme.color.text3;
                label(ui, look.t("reading-select-finding"), size, color);
            }
        }
        separator(ui, look);
        section(ui, look, &look.t("reading-tab-form"), "");
        form::form_ui(ui, look, state, room);
    });
}

fn scroll(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, content);
}

fn tabs_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &Room) {
    let theme = look.theme;
    let count = room.document.findings().len();
    let mut tabs = vec![(Tab::Image, look.t("reading-tab-image"))];
    if room.is_in_project() {
        tabs.insert(0, (Tab::History, look.t("reading-tab-history")));
        tabs.insert(0, (Tab::Form, look.t("reading-tab-form")));
        tabs.insert(
            0,
            (
                Tab::Findings,
                look.f("reading-tab-findings", &[("count", count.into())]),
            ),
        );
    }
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
    let rects = tab_rects(ui, look, bar, tabs.iter().map(|(_, name)| name));
    for (index, ((tab, name), rect)) in tabs.iter().zip(rects).enumerate() {
        let response = ui.interact(rect, ui.scope_id().with(("tab", index)), Sense::click());
        let is_open = state.tab == *tab;
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_open, name));
        let color = if is_open || response.hovered() {
            theme.color.text1
        } else {
            theme.color.text2
        };
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            name,
            FontId::proportional(theme.type_sizes().body),
            color,
        );
        if is_open {
            let line = Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - 2.0), rect.max);
            ui.painter()
                .rect_filled(line, CornerRadius::ZERO, theme.color.accent);
        }
        if response.clicked() {
            state.tab = *tab;
        }
    }
    ui.painter().hline(
        bar.x_range(),
        bar.bottom() - 0.5,
        Stroke::new(1.0, theme.color.line),
    );
}

/// The places of tabs in a bar: every name has as much room beside it.
fn tab_rects<'n>(
    ui: &Ui,
    look: Look<'_>,
    bar: Rect,
    names: impl Iterator<Item = &'n String>,
) -> Vec<Rect> {
    let font = FontId::proportional(look.theme.type_sizes().body);
    let color = look.theme.color.text1;
    let text_width = |name: &String| {
        let galley = ui
            .painter()
            .layout_no_wrap(name.clone(), font.clone(), color);
        galley.size().x
    };
    let widths: Vec<f32> = names.map(text_width).collect();
    let beside = (bar.width() - widths.iter().sum::<f32>()) / widths.len().max(1) as f32;
    let mut left = bar.left();
    let place = |width: f32| {
        let size = vec2(width + beside, bar.height());
        let rect = Rect::from_min_size(egui::pos2(left, bar.top()), size);
        left = rect.right();
        rect
    };
    widths.into_iter().map(place).collect()
}

fn submit_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    if !room.is_editable() {
        ui.vertical_centered(|ui| {
            ui.add_space(18.0);
            chip(ui, look, &look.t(room.state_key()), theme.color.ok);
        });
        return;
    }
    let lacks = room.lacks();
    let missing = &lacks.missing;
    ui.horizontal(|ui| {
        ui.set_min_height(MISSING_HEIGHT);
        match missing.first() {
            None => {
                icon(ui, look, "save_ok", 15.0, theme.color.ok);
                label(
                    ui,
                    look.t("reading-complete"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            }
            Some(first) => {
                icon(ui, look, "warning", 15.0, theme.color.warn);
                let width = ui.available_width() - 44.0;
                missing_ui(ui, look, &first.sentence(look.words.code()), width);
                if ui
                    .add(Button::new(look, look.t("reading-go")).link())
                    .clicked()
                {
                    state.tab = if room.go_to_missing(first) {
                        Tab::Findings
                    } else {
                        Tab::Form
                    };
                }
            }
        }
    });
    let width = ui.available_width();
    let submit = Button::new(look, look.t("reading-submit"))
        .primary()
        .tall()
        .icon("lock")
        .keys(look.key(Action::Submit))
        .width(width);
    if ui.add(submit.enabled(missing.is_empty())).clicked() {
        out.push(Command::Submit);
    }
}

/// Height of what is missing: two lines.
const MISSING_HEIGHT: f32 = 36.0;

/// What is missing, in two lines at most; the whole of it as a tip.
fn missing_ui(ui: &mut Ui, look: Look<'_>, text: &str, width: f32) {
    let (size, color) = (look.theme.type_sizes().body, look.theme.color.text1);
    let format = egui::TextFormat {
        line_height: Some(MISSING_HEIGHT / 2.0),
        ..egui::TextFormat::simple(FontId::proportional(size), color)
    };
    let mut job = egui::text::LayoutJob::single_section(text.to_owned(), format);
    job.wrap = egui::text::TextWrapping {
        max_rows: 2,
        ..egui::text::TextWrapping::wrap_at_width(width)
    };
    let galley = ui.painter().layout_job(job);
    let (rect, response) = ui.allocate_exact_size(vec2(width, MISSING_HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let at = rect.left_center() - vec2(0.0, galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
    response.on_hover_text(text);
}

fn image_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let theme = look.theme;
    structures_ui(ui, look, room);
    section(ui, look, &look.t("reading-tab-image"), "");
    for (key, value) in room.image_facts(look.words) {
        fact(ui, look, &look.t(key), &value, 104.0);
    }
    separator(ui, look);
    section(ui, look, &look.t("info-problems"), "");
    let problems = room.problems();
    if problems.is_empty() {
        label(
            ui,
            look.t("info-no-problems"),
            theme.type_sizes().body,
            theme.color.text3,
        );
    }
    for problem in problems {
        let size = theme.type_sizes().body;
        paragraph(ui, look, look.say(&problem), size, theme.color.warn);
    }
}

/// The structures that came with the images: a click shows or hides one, a click on its name goes there.
fn structures_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    if room.structures.is_empty() {
        return;
    }
    let theme = look.theme;
    section(ui, look, &look.t("structures"), "");
    let (mut toggled, mut gone_to) = (None, None);
    for (place, structure) in room.structures.iter().enumerate() {
        ui.horizontal(|ui| {
            let [r, g, b] = structure.color;
            let (rect, _) = ui.allocate_exact_size(vec2(15.0, 15.0), Sense::hover());
            swatch(
                ui.painter(),
                rect,
                2,
                (egui::Color32::from_rgb(r, g, b), render::Hatch::None),
            );
            let mut is_shown = structure.is_shown;
            let name = look.f("structure-show", &[("name", structure.name.clone().into())]);
            if check_without_text(ui, look, &name, &mut is_shown).clicked() {
                toggled = Some(place);
            }
            let series = room.series.get(structure.series);
            let on = series.map_or_else(String::new, |series| series.name.clone());
            let volume = room.structure_ml(structure);
            let volume = volume.map_or_else(String::new, |ml| format!("{ml:.2} mL"));
            let text = egui::RichText::new(&structure.name)
                .size(theme.type_sizes().body)
                .color(theme.color.text1);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                label(ui, volume, theme.type_sizes().small, theme.color.text2);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let button = egui::Button::new(text).frame(false).truncate();
                    if ui.add(button).on_hover_text(on).clicked() {
                        gone_to = Some(place);
                    }
                });
            });
        });
    }
    separator(ui, look);
    if let Some(place) = toggled {
        room.toggle_structure(place);
    }
    if let Some(place) = gone_to {
        room.jump_to_structure(place);
    }
}
