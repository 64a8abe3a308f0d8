//! The list of findings, the attributes of the selected one, its measurements.

use super::{State, finding_acts, form};
use crate::keys::Action;
use crate::room::Room;
use crate::settings::RightPanel;
use crate::widgets::{Button, Look, icon_family, label, paragraph, section, separator, text_field};
use annotation_format::{Finding, FindingId};
use egui::{Align2, CornerRadius, FontId, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Height of a finding in the list; only those that are seen are drawn.
const ROW_HEIGHT: f32 = 42.0;

/// Least width of the names of measurements, as that of the answers above them.
const NAME_WIDTH: f32 = 96.0;

/// Draws the tab.
pub(super) fn findings_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &mut Room) {
    let theme = look.theme;
    let ids: Vec<FindingId> = room.document.findings().map(|f| f.id.clone()).collect();
    if ids.is_empty() {
        no_findings_ui(ui, look, room);
        return;
    }
    let height = (ROW_HEIGHT * ids.len() as f32 + 4.0).min(ui.available_height() * 0.4);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut list = egui::ScrollArea::vertical()
            .id_salt("findings")
            .max_height(height)
            .auto_shrink([false, true]);
        if state.listed != room.selected {
            state.listed.clone_from(&room.selected);
            // A finding that was just made or picked on the image is brought into sight.
            let place = ids.iter().position(|id| Some(id) == room.selected.as_ref());
            if let Some(place) = place.filter(|_| ROW_HEIGHT * ids.len() as f32 > height) {
                let middle = ROW_HEIGHT * place as f32 - height / 2.0;
                list = list.vertical_scroll_offset(middle.max(0.0));
            }
        }
        let before = room.selected.clone();
        list.show_rows(ui, ROW_HEIGHT, ids.len(), |ui, rows| {
            for id in ids.get(rows).unwrap_or_default() {
                finding_row(ui, look, room, id);
            }
        });
        if room.selected != before {
            // Chosen in the list itself: it stays where it is.
            state.listed.clone_from(&room.selected);
        }
    });
    separator(ui, look);
    let Some(finding) = room.selected_finding().cloned() else {
        label(
            ui,
            look.t("reading-select-finding"),
            theme.type_sizes().body,
            theme.color.text3,
        );
        return;
    };
    egui::ScrollArea::vertical()
        .id_salt("attributes")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if state.panels.right != RightPanel::Wide {
                attributes_ui(ui, look, state, room, &finding);
                separator(ui, look);
            }
            measures_ui(ui, look, room, &finding);
            separator(ui, look);
            comment_ui(ui, look, state, room, &finding);
            instructions_ui(ui, look, room, &finding);
        });
}

fn no_findings_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let theme = look.theme;
    ui.add_space(8.0);
    let text = if room.document.no_finding() {
        look.t("reading-no-finding-said")
    } else {
        look.t("reading-no-findings")
    };
    let color = if room.document.no_finding() {
        theme.color.ok
    } else {
        theme.color.text2
    };
    paragraph(ui, look, text, theme.type_sizes().body, color);
    ui.add_space(8.0);
    if !room.is_editable() {
        return;
    }
    let key = if room.document.no_finding() {
        "reading-no-finding-undo"
    } else {
        "reading-no-finding-act"
    };
    let button = Button::new(look, look.t(key))
        .icon("prohibit")
        .keys(look.key(Action::NoFinding));
    if ui.add(button).clicked() {
        room.say_no_finding(!room.document.no_finding());
    }
}

fn finding_row(ui: &mut Ui, look: Look<'_>, room: &mut Room, id: &FindingId) {
    let theme = look.theme;
    let Some(finding) = room.document.finding(id).cloned() else {
        return;
    };
    let [r, g, b] = room.color(&finding);
    let color = egui::Color32::from_rgb(r, g, b);
    let is_selected = room.selected.as_ref() == Some(id);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::click());
    let spoken = room.name_of(&finding, look.words.code());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &spoken));
    let paint = ui.painter();
    if is_selected {
        paint.rect_filled(rect, CornerRadius::ZERO, theme.color.selection);
        paint.rect_filled(
            Rect::from_min_size(rect.min, vec2(3.0, rect.height())),
            CornerRadius::ZERO,
            theme.color.accent,
        );
    } else if response.hovered() {
        paint.rect_filled(rect, CornerRadius::ZERO, theme.color.bg3);
    }
    number_ui(ui, look, finding.number, color, rect);
    let mut job = egui::text::LayoutJob::simple_singleline(
        spoken,
        FontId::proportional(theme.type_sizes().body),
        theme.color.text1,
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 80.0);
    let galley = paint.layout_job(job);
    paint.galley(
        pos2(rect.left() + 36.0, rect.top() + 5.0),
        galley,
        theme.color.text1,
    );
    second_line(ui, look, room, &finding, rect);
    marks_ui(ui, look, room, &finding, rect);
    eye_ui(ui, look, room, id, rect);
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, theme.color.line),
    );
    if response.double_clicked() {
        room.zoom_to(id);
    } else if response.clicked() {
        room.select(Some(id.clone()));
        room.jump_to(id);
    }
}

/// Its number on the ground of its colour.
fn number_ui(ui: &Ui, look: Look<'_>, number: u32, color: egui::Color32, rect: Rect) {
    let (theme, paint) = (look.theme, ui.painter());
    let swatch =
        Rect::from_center_size(pos2(rect.left() + 20.0, rect.center().y), vec2(17.0, 17.0));
    paint.rect_filled(swatch, CornerRadius::same(3), color);
    let on = theme.text_on(color);
    let caption = theme.type_sizes().caption;
    // three digits stay on their ground
    let size = if number < 100 {
        caption
    } else {
        caption * 0.75
    };
    paint.text(
        swatch.center(),
        Align2::CENTER_CENTER,
        number,
        FontId::proportional(size),
        on,
    );
}

/// Whether it is complete, and whether it is locked.
fn marks_ui(ui: &Ui, look: Look<'_>, room: &Room, finding: &Finding, rect: Rect) {
    let (theme, paint) = (look.theme, ui.painter());
    let (mark, ink) = if room.is_complete(&finding.id) {
        ("save_ok", theme.color.ok)
    } else {
        ("warning", theme.color.warn)
    };
    paint.text(
        pos2(rect.right() - 42.0, rect.center().y),
        Align2::CENTER_CENTER,
        theme.icon(mark),
        FontId::new(15.0, icon_family()),
        ink,
    );
    if finding.is_locked {
        let font = FontId::new(13.0, icon_family());
        let at = pos2(rect.right() - 64.0, rect.center().y);
        let (icon, ink) = (theme.icon("lock"), theme.color.warn);
        ui.painter()
            .text(at, Align2::CENTER_CENTER, icon, font, ink);
    }
}

/// Size and volume, and the mean value where there is room for it.
fn second_line(ui: &Ui, look: Look<'_>, room: &Room, finding: &Finding, rect: Rect) {
    let theme = look.theme;
    let font = FontId::proportional(theme.type_sizes().small);
    let lay = |text: String| {
        let color = theme.color.text2;
        ui.painter().layout_no_wrap(text, font.clone(), color)
    };
    let dot = look.t("reading-figures-dot");
    let mut figures = room.figures(finding);
    let size = figures.join(dot.as_str());
    if !figures.is_empty() {
        figures.extend(room.mean_text(finding));
    }
    let mut galley = lay(figures.join(dot.as_str()));
    if galley.size().x > rect.width() - 36.0 - 78.0 {
        galley = lay(size);
    }
    let at = pos2(
        rect.left() + 36.0,
        rect.top() + 31.0 - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, theme.color.text2);
}

fn eye_ui(ui: &Ui, look: Look<'_>, room: &mut Room, id: &FindingId, row: Rect) {
    let theme = look.theme;
    let place = Rect::from_center_size(pos2(row.right() - 18.0, row.center().y), vec2(24.0, 24.0));
    let response = ui.interact(
        place,
        ui.scope_id().with(("eye", id.as_str())),
        Sense::click(),
    );
    let is_hidden = room.hidden.contains(id);
    let named = room.document.finding(id);
    let named = named.map_or_else(String::new, |f| room.name_of(f, look.words.code()));
    let key = if is_hidden {
        "finding-show"
    } else {
        "finding-hide"
    };
    let spoken = look.f(key, &[("name", named.into())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let response = response.on_hover_text(&spoken);
    let (name, ink) = if is_hidden {
        ("hidden", theme.color.text3)
    } else {
        ("visible", theme.color.text2)
    };
    ui.painter().text(
        place.center(),
        Align2::CENTER_CENTER,
        theme.icon(name),
        FontId::new(15.0, icon_family()),
        ink,
    );
    if response.clicked() {
        if ui.input(|i| i.modifiers.alt) {
            room.toggle_solo(Some(id.clone()));
        } else {
            room.toggle_hidden(id);
        }
    }
}

pub(super) fn attributes_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    finding: &Finding,
) {
    finding_acts::head_ui(ui, look, state, room, finding);
    let asked: Vec<annotation_format::Attribute> = room
        .document
        .attributes_shown(finding)
        .into_iter()
        .cloned()
        .collect();
    for attribute in &asked {
        let shown = form::Asked {
            attribute,
            value: finding.attributes.get(&attribute.id),
            computed: room.computed(finding, attribute, look.words.code()),
            is_editable: room.is_editable(),
            owner: finding.id.as_str(),
            is_asked: room.asks_attribute(&attribute.id),
        };
        if let Some(value) = form::answer_ui(ui, look, state, &shown) {
            room.set_attribute(&finding.id, &attribute.id, value);
        }
    }
}

fn measures_ui(ui: &mut Ui, look: Look<'_>, room: &Room, finding: &Finding) {
    let theme = look.theme;
    section(ui, look, &look.t("reading-measurement"), "");
    let size = theme.type_sizes().body;
    let rows: Vec<(String, String)> = room
        .measurements(finding)
        .into_iter()
        .map(|(key, value)| (look.t(key), value))
        .collect();
    let width_of = |(name, _): &(String, String)| {
        let font = FontId::proportional(size);
        let galley = ui
            .painter()
            .layout_no_wrap(name.clone(), font, theme.color.text2);
        galley.size().x.ceil()
    };
    let width = rows.iter().map(width_of).fold(NAME_WIDTH, f32::max);
    for (name, value) in rows {
        ui.horizontal(|ui| {
            ui.allocate_ui(vec2(width, 20.0), |ui| {
                ui.set_min_width(width);
                label(ui, name, size, theme.color.text2);
            });
            label(ui, value, size, theme.color.text1);
        });
    }
}

fn comment_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &mut Room, finding: &Finding) {
    let theme = look.theme;
    label(
        ui,
        look.t("reading-comment"),
        theme.type_sizes().body,
        theme.color.text2,
    );
    if !room.is_editable() {
        label(
            ui,
            &finding.comment,
            theme.type_sizes().body,
            theme.color.text1,
        );
        return;
    }
    let id = finding.id.to_string();
    if state.comment.as_ref().is_none_or(|(of, _)| *of != id) {
        state.comment = Some((id, finding.comment.clone()));
    }
    let Some((_, text)) = &mut state.comment else {
        return;
    };
    let width = ui.available_width();
    let field = text_field(
        ui,
        look,
        &look.t("reading-comment"),
        &look.t("reading-comment-hint"),
        text,
        width,
        false,
    );
    if field.lost_focus() && *text != finding.comment {
        room.set_comment(&finding.id, text);
    }
}

fn instructions_ui(ui: &mut Ui, look: Look<'_>, room: &Room, finding: &Finding) {
    let theme = look.theme;
    for instruction in room
        .document
        .protocol()
        .instructions
        .iter()
        .filter(|i| i.applies_to == finding.label)
    {
        separator(ui, look);
        section(ui, look, &look.t("reading-instruction"), "");
        let text = instruction.text.get(look.words.code());
        paragraph(ui, look, text, theme.type_sizes().small, theme.color.text2);
    }
}
