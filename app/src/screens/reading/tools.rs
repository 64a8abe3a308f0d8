//! The left panel: tools, options of the tool in hand, labels, display.

use super::{brush, display};
use crate::desk::Command;
use crate::keys::Action;
use crate::room::{Room, Tool, pattern_of};
use crate::widgets::{Look, icon_button, section, separator, swatch};
use egui::{Align2, Color32, CornerRadius, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Draws the panel.
pub(super) fn tools_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, out: &mut Vec<Command>) {
    section(ui, look, &look.t("reading-tools"), "");
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
        ui.horizontal_wrapped(|ui| {
            for tool in Tool::ALL {
                if tool.draws() && !room.is_in_project() {
                    continue;
                }
                let name = look.t(tool.text_key());
                if icon_button(
                    ui,
                    look,
                    tool.icon(),
                    &name,
                    look.key(Action::Tool(tool)),
                    room.tool == tool,
                )
                .clicked()
                {
                    room.take_tool(tool);
                }
            }
        });
    });
    separator(ui, look);
    if room.tool.is_brush() {
        brush::brush_ui(ui, look, room);
        separator(ui, look);
    }
    if room.is_in_project() {
        labels_ui(ui, look, room);
        separator(ui, look);
    }
    display::display_ui(ui, look, room, out);
}

/// The tools and labels in one column, for a window without room for the panel.
pub(super) fn rail_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
    for tool in Tool::ALL {
        if tool.draws() && !room.is_in_project() {
            continue;
        }
        let keys = look.key(Action::Tool(tool));
        let name = look.t(tool.text_key());
        if icon_button(ui, look, tool.icon(), &name, keys, room.tool == tool).clicked() {
            room.take_tool(tool);
        }
    }
    if !room.is_in_project() {
        return;
    }
    separator(ui, look);
    let protocol = room.document.protocol().clone();
    for (index, item) in protocol.labels.iter().enumerate() {
        let side = ui.available_width().min(32.0);
        let (rect, response) = ui.allocate_exact_size(vec2(side, 26.0), Sense::click());
        let is_taken = room.label == item.id;
        let key = room
            .digit_of_label(&item.id)
            .map_or_else(String::new, String::from);
        let spoken = format!("{key} {}", item.name.get(look.words.code()));
        let spoken = spoken.trim_start().to_owned();
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_taken, &spoken));
        if is_taken {
            let fill = look.theme.color.selection;
            ui.painter().rect_filled(rect, CornerRadius::same(3), fill);
        }
        let [r, g, b] = item.color;
        let color = Color32::from_rgb(r, g, b);
        let patch = Rect::from_center_size(rect.center(), vec2(19.0, 19.0));
        swatch(ui.painter(), patch, 2, (color, pattern_of(index)));
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            &key,
            FontId::proportional(look.theme.type_sizes().small),
            look.theme.text_on(color),
        );
        if response.on_hover_text(&spoken).clicked() {
            room.take_label(&item.id);
        }
    }
}

fn labels_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    let protocol = room.document.protocol().clone();
    section(
        ui,
        look,
        &look.t("reading-labels"),
        &look.f(
            "start-protocol",
            &[("version", protocol.version.clone().into())],
        ),
    );
    ui.spacing_mut().item_spacing.y = 1.0;
    for (index, item) in protocol.labels.iter().enumerate() {
        let count = room.document.findings_of(&item.id).count();
        let name = item.name.get(look.words.code());
        let digit = room.digit_of_label(&item.id);
        let key = digit.map_or_else(String::new, String::from);
        let [r, g, b] = item.color;
        let row = LabelRow {
            key: &key,
            name,
            color: Color32::from_rgb(r, g, b),
            hatch: pattern_of(index),
            count,
            is_taken: room.label == item.id,
        };
        if row.ui(ui, look) {
            room.take_label(&item.id);
        }
    }
}

struct LabelRow<'a> {
    key: &'a str,
    name: &'a str,
    color: Color32,
    hatch: render::Hatch,
    count: usize,
    is_taken: bool,
}

impl LabelRow<'_> {
    fn ui(&self, ui: &mut Ui, look: Look<'_>) -> bool {
        let theme = look.theme;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 25.0), Sense::click());
        // With its key before it: attributes may bear the same words.
        let spoken = format!("{} {}", self.key, self.name);
        let spoken = spoken.trim_start();
        response
            .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, self.is_taken, spoken));
        let paint = ui.painter();
        if self.is_taken {
            paint.rect_filled(rect, CornerRadius::same(3), theme.color.selection);
        } else if response.hovered() {
            paint.rect_filled(rect, CornerRadius::same(3), theme.color.bg4);
        }
        let middle = rect.center().y;
        if !self.key.is_empty() {
            let cap = Rect::from_center_size(pos2(rect.left() + 14.0, middle), vec2(16.0, 16.0));
            paint.rect_filled(cap, CornerRadius::same(2), theme.color.bg4);
            paint.text(
                cap.center(),
                Align2::CENTER_CENTER,
                self.key,
                FontId::proportional(theme.type_sizes().caption),
                theme.color.text2,
            );
        }
        let patch = Rect::from_center_size(pos2(rect.left() + 36.0, middle), vec2(15.0, 15.0));
        swatch(paint, patch, 2, (self.color, self.hatch));
        let font = FontId::proportional(theme.type_sizes().body);
        let mut job = egui::text::LayoutJob::simple_singleline(
            self.name.to_owned(),
            font.clone(),
            theme.color.text1,
        );
        let count_width = if self.count > 0 { 24.0 } else { 4.0 };
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 52.0 - count_width);
        let galley = paint.layout_job(job);
        paint.galley(
            pos2(rect.left() + 52.0, middle - galley.size().y / 2.0),
            galley,
            theme.color.text1,
        );
        if self.count > 0 {
            paint.text(
                rect.right_center() - vec2(8.0, 0.0),
                Align2::RIGHT_CENTER,
                self.count,
                font,
                theme.color.text2,
            );
        }
        response.on_hover_text(self.name).clicked()
    }
}
