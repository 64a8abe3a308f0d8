//! What was done to the case, the latest first: a click brings the work back to what it was after it.

use crate::desk::Command;
use crate::room::{HistoryRow, Room};
use crate::widgets::{Look, chip, label, paragraph};
use egui::{CornerRadius, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

/// Height of a row; only those that are seen are drawn.
const ROW: f32 = 26.0;

/// Draws the list.
pub(super) fn history_ui(ui: &mut Ui, look: Look<'_>, room: &Room, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let rows = room.history.rows();
    if rows.is_empty() {
        label(ui, look.t("reading-history-empty"), sizes.body, color.text3);
        return;
    }
    if room.is_editable() {
        paragraph(
            ui,
            look,
            look.t("reading-history-hint"),
            sizes.small,
            color.text2,
        );
        ui.add_space(4.0);
    }
    let stands_at = room.history.stands_at();
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = ui.available_height();
    let list = egui::ScrollArea::vertical()
        .id_salt("history")
        .max_height(height)
        .auto_shrink([false, false]);
    list.show_rows(ui, ROW, rows.len() + 1, |ui, shown| {
        for place in shown {
            let top = ui.cursor().min;
            // the newest first, the beginning last
            let at = rows.len().checked_sub(place + 1);
            match at.and_then(|at| rows.get(at)) {
                Some(row) => row_ui(ui, look, room, row, out),
                None => beginning_ui(ui, look, room, out),
            }
            if stands_at == at {
                let bar = Rect::from_min_size(top, vec2(2.0, ROW));
                ui.painter()
                    .rect_filled(bar, CornerRadius::ZERO, color.accent);
            }
        }
    });
}

fn row_ui(ui: &mut Ui, look: Look<'_>, room: &Room, row: &HistoryRow, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let may = room.is_editable() && room.history.is_of_present_revision(row);
    let name = look.t(row.name_key());
    let spoken = format!("{} {name}", row.time());
    let undone = look.t("reading-history-undone");
    let response = line_ui(ui, look, (&spoken, may), |ui| {
        label(ui, row.time(), sizes.small, color.text3);
        let ink = if row.undone { color.text3 } else { color.text1 };
        label(ui, name.clone(), sizes.body, ink);
        if row.undone {
            chip(ui, look, &undone, color.text3);
        }
    });
    if response && may {
        out.push(Command::GoBackTo(row.seq));
    }
}

/// Before the first row.
fn beginning_ui(ui: &mut Ui, look: Look<'_>, room: &Room, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let may = room.is_editable();
    let name = look.t("reading-history-beginning");
    let response = line_ui(ui, look, (&name, may), |ui| {
        label(ui, name.clone(), sizes.body, color.text2);
    });
    if response && may {
        out.push(Command::GoBackTo(0));
    }
}

/// A line that can be pressed; whether it was.
fn line_ui(
    ui: &mut Ui,
    look: Look<'_>,
    (name, may): (&str, bool),
    content: impl FnOnce(&mut Ui),
) -> bool {
    let color = &look.theme.color;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, may, name));
    if may && (response.hovered() || response.has_focus()) {
        ui.painter()
            .rect_filled(rect, CornerRadius::ZERO, color.bg4);
    }
    let within = egui::UiBuilder::new()
        .max_rect(rect.shrink2(vec2(4.0, 0.0)))
        .layout(egui::Layout::left_to_right(egui::Align::Center));
    content(&mut ui.new_child(within));
    let line = Stroke::new(1.0, color.line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, line);
    let hint = look.t("reading-history-go-back");
    let response = if may {
        response.on_hover_text(hint)
    } else {
        response
    };
    response.clicked()
}
