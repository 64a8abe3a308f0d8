//! What was done to the case, the latest first: a click brings the work back to what it was after it.

use crate::desk::Command;
use crate::room::{HistoryRow, Room, Told};
use crate::widgets::{Look, chip, label, paragraph};
use egui::{Align, CornerRadius, Layout, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

/// Height of a row; only those that are seen are drawn.
const ROW: f32 = 42.0;

/// Height of each of its two lines.
const LINE: f32 = 18.0;

/// Draws the list.
pub(super) fn history_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, out: &mut Vec<Command>) {
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
    let (stands_at, count) = (room.history.stands_at(), rows.len());
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = ui.available_height();
    let list = egui::ScrollArea::vertical()
        .id_salt("history")
        .max_height(height)
        .auto_shrink([false, false]);
    list.show_rows(ui, ROW, count + 1, |ui, shown| {
        for place in shown {
            let top = ui.cursor().min;
            // the newest first, the beginning last
            let at = count.checked_sub(place + 1);
            match at.and_then(|at| room.history.rows().get(at)).cloned() {
                Some(row) => row_ui(ui, look, room, &row, out),
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

fn row_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, row: &HistoryRow, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let may = room.is_editable() && room.history.is_of_present_revision(row);
    let told = room.told_of(row, look.words.code());
    let (name, about) = (look.t(row.name_key()), about_text(look, &told));
    let change = told.change.unwrap_or_default();
    let spoken = [row.time(), name.clone(), about.clone(), change.clone()];
    let undone = look.t("reading-history-undone");
    let ink = if row.undone { color.text3 } else { color.text1 };
    let faint = if row.undone { color.text3 } else { color.text2 };
    let is_short = about.is_empty() && change.is_empty();
    let response = line_ui(ui, look, (spoken.join(" ").trim_end(), may), |ui| {
        if is_short {
            ui.add_space(LINE / 2.0);
        }
        pair_ui(
            ui,
            |ui| label(ui, row.time(), sizes.small, color.text3),
            |ui| {
                label(ui, name.clone(), sizes.body, ink);
                if row.undone {
                    chip(ui, look, &undone, color.text3);
                }
            },
        );
        pair_ui(
            ui,
            |ui| label(ui, change, sizes.small, faint),
            |ui| {
                let text = egui::RichText::new(about).size(sizes.small).color(faint);
                ui.add(egui::Label::new(text).truncate().selectable(false));
            },
        );
    });
    if response && may {
        out.push(Command::GoBackTo(row.seq));
    }
}

/// A line of a row: first what stands at its right, then what has the rest of it.
fn pair_ui(ui: &mut Ui, right: impl FnOnce(&mut Ui) -> egui::Response, left: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), LINE);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        right(ui);
        let rest = vec2(ui.available_width(), size.y);
        ui.allocate_ui_with_layout(rest, Layout::left_to_right(Align::Center), left);
    });
}

/// The finding that a row is about, and how many there are beside it.
fn about_text(look: Look<'_>, told: &Told) -> String {
    match (&told.finding, told.others) {
        (Some(finding), 0) => finding.clone(),
        (Some(finding), others) => look.f(
            "reading-history-others",
            &[
                ("finding", finding.clone().into()),
                ("count", others.into()),
            ],
        ),
        (None, 0) => String::new(),
        (None, others) => look.f(
            "reading-history-findings",
            &[("count", (others + 1).into())],
        ),
    }
}

/// Before the first row.
fn beginning_ui(ui: &mut Ui, look: Look<'_>, room: &Room, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let may = room.is_editable();
    let name = look.t("reading-history-beginning");
    let response = line_ui(ui, look, (&name, may), |ui| {
        ui.add_space((ROW - LINE) / 2.0);
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
        .max_rect(rect.shrink2(vec2(8.0, 3.0)))
        .layout(Layout::top_down(Align::LEFT));
    let mut inside = ui.new_child(within);
    inside.spacing_mut().item_spacing.y = 0.0;
    content(&mut inside);
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
