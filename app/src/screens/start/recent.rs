//! Projects used before, as a table.

use super::{State, View};
use crate::desk::Command;
use crate::settings::RecentProject;
use crate::widgets::{Cells, Column, Look, Table, chip, label, meter};
use egui::{Color32, CornerRadius, Frame, Rect, Stroke, TextureHandle, Ui, Vec2, pos2, vec2};

/// Height of a row: two lines, and a picture.
const ROW: f32 = 52.0;

pub(super) fn projects_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let wanted = state.filter.to_lowercase();
    let shown: Vec<&RecentProject> = view
        .projects
        .iter()
        .filter(|p| {
            wanted.is_empty()
                || p.title.to_lowercase().contains(&wanted)
                || p.about.to_lowercase().contains(&wanted)
        })
        .collect();
    let card = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line))
        .corner_radius(CornerRadius::same(4));
    card.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        if shown.is_empty() {
            ui.add_space(18.0);
            ui.horizontal(|ui| {
                ui.add_space(16.0);
                label(
                    ui,
                    look.t("start-empty"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            });
            ui.add_space(18.0);
            return;
        }
        let height = theme.density.table + 1.0 + ROW * shown.len().min(9) as f32;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            project_table(ui, look, state, view, &shown, out);
        });
    });
}

fn project_table(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    shown: &[&RecentProject],
    out: &mut Vec<Command>,
) {
    let columns = vec![
        Column::new("", ROW + 16.0),
        Column::new(look.t("start-col-name"), 0.0),
        Column::number(look.t("start-col-cases"), 72.0),
        Column::number(look.t("start-col-readers"), 84.0),
        Column::new(look.t("start-col-stage"), 122.0),
        Column::new(look.t("start-col-progress"), 104.0),
        Column::number("", 64.0),
        Column::new(look.t("start-col-used"), 112.0),
        Column::number(look.t("start-col-size"), 80.0),
    ];
    let selected = state.selected.min(shown.len().saturating_sub(1));
    let pressed = Table::new(look, columns).row_height(ROW).show(
        ui,
        shown.len(),
        Some(selected),
        |row| shown.get(row).map_or_else(String::new, |p| p.title.clone()),
        |ui, row, cells| {
            let Some(project) = shown.get(row) else {
                return;
            };
            picture(
                ui,
                look,
                cells.rect(0),
                view.thumbnails.get(&project.folder),
            );
            fill_row(ui, look, project, cells);
        },
    );
    if let Some((row, response)) = pressed {
        let again = state.selected == row;
        state.selected = row;
        if (response.double_clicked() || again)
            && let Some(project) = shown.get(row)
        {
            out.push(Command::OpenProject(project.folder.clone()));
        }
    }
    let Some(project) = shown.get(selected) else {
        return;
    };
    if ui.memory(|m| m.focused().is_some()) {
        return;
    }
    if ui.input(|i| i.key_pressed(egui::Key::Enter)) {
        out.push(Command::OpenProject(project.folder.clone()));
    } else if ui.input(|i| i.key_pressed(egui::Key::Delete)) {
        out.push(Command::ForgetProject(project.folder.clone()));
    }
}

/// The picture of a project, or an empty place of the same size where none was made.
fn picture(ui: &Ui, look: Look<'_>, cell: Rect, picture: Option<&TextureHandle>) {
    let rect = Rect::from_center_size(cell.center(), Vec2::splat(ROW - 6.0));
    let Some(picture) = picture else {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(2), look.theme.color.bg4);
        return;
    };
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter()
        .image(picture.id(), rect, whole, Color32::WHITE);
}

fn fill_row(ui: &mut Ui, look: Look<'_>, project: &RecentProject, cells: &Cells<'_>) {
    let theme = look.theme;
    let (sizes, color) = (theme.type_sizes(), &theme.color);
    let version = [("version", project.protocol_version.clone().into())];
    let second = format!("{}　{}", project.about, look.f("start-protocol", &version));
    cells.text_at(ui, 1, 0.32, &project.title, sizes.head, color.text1);
    cells.text_at(
        ui,
        1,
        0.72,
        second.trim_matches(['　', ' ']),
        sizes.small,
        color.text2,
    );
    let counted = |key: &str, count: usize| look.f(key, &[("count", count.into())]);
    let cases = counted("start-cases", project.cases);
    cells.text(ui, 2, &cases, sizes.body, color.text1);
    let readers = counted("start-readers", project.readers);
    cells.text(ui, 3, &readers, sizes.body, color.text1);
    cells.place(ui, 4, |ui| {
        let (key, color) = stage(project, look);
        chip(ui, look, &look.t(key), color)
    });
    cells.place(ui, 5, |ui| {
        let share = project.progress;
        let width = ui.available_width();
        meter(ui, look, &project.title, share, width, color.accent)
    });
    let percent = format!("{:.0} %", project.progress * 100.0);
    cells.text(ui, 6, &percent, sizes.body, color.text1);
    let used = used(look, &project.used_at);
    cells.text(ui, 7, &used, sizes.body, color.text1);
    let size = crate::desk::size_text(project.bytes);
    cells.text(ui, 8, &size, sizes.body, color.text1);
}

fn stage(project: &RecentProject, look: Look<'_>) -> (&'static str, egui::Color32) {
    if !project.folder.is_dir() {
        ("start-missing", look.theme.color.danger)
    } else if project.cases == 0 {
        ("start-stage-new", look.theme.color.text2)
    } else if project.progress >= 1.0 {
        ("start-stage-adjudication", look.theme.color.warn)
    } else {
        ("start-stage-reading", look.theme.color.accent)
    }
}

fn used(look: Look<'_>, at: &str) -> String {
    let Ok(zoned) = at
        .parse::<jiff::Timestamp>()
        .map(|t| t.to_zoned(jiff::tz::TimeZone::system()))
    else {
        return String::new();
    };
    let now = jiff::Zoned::now();
    if zoned.date() == now.date() {
        let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        look.f("start-today", &[("time", time.into())])
    } else {
        format!(
            "{:04}-{:02}-{:02}",
            zoned.year(),
            zoned.month(),
            zoned.day()
        )
    }
}
