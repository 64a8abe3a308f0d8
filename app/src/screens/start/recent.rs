//! Projects used before, as a table.

use super::{State, View};
use crate::desk::Command;
use crate::settings::RecentProject;
use crate::widgets::{Column, Look, Table, chip, label, meter};
use egui::{CornerRadius, Frame, Stroke, Ui, vec2};

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
        let height = 28.0 + 48.0 * shown.len().min(9) as f32;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            project_table(ui, look, state, &shown, out);
        });
    });
}

fn project_table(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    shown: &[&RecentProject],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("start-col-name"), 0.0),
        Column::new(look.t("start-col-cases"), 100.0),
        Column::new(look.t("start-col-readers"), 90.0),
        Column::new(look.t("start-col-stage"), 100.0),
        Column::new(look.t("start-col-progress"), 190.0),
        Column::new(look.t("start-col-used"), 130.0),
        Column::new(look.t("start-col-size"), 90.0),
    ];
    let selected = state.selected.min(shown.len().saturating_sub(1));
    let pressed = Table::new(look, columns).row_height(48.0).show(
        ui,
        shown.len(),
        Some(selected),
        |row| shown.get(row).map_or_else(String::new, |p| p.title.clone()),
        |ui, row, cells| {
            let Some(project) = shown.get(row) else {
                return;
            };
            let second = format!(
                "{}  {}",
                project.about,
                look.f(
                    "start-protocol",
                    &[("version", project.protocol_version.clone().into())]
                )
            );
            cells.text_at(
                ui,
                0,
                0.32,
                &project.title,
                theme.type_sizes().head,
                theme.color.text1,
            );
            cells.text_at(
                ui,
                0,
                0.72,
                second.trim(),
                theme.type_sizes().small,
                theme.color.text2,
            );
            cells.text(
                ui,
                1,
                &look.f("start-cases", &[("count", project.cases.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.text(
                ui,
                2,
                &look.f("start-readers", &[("count", project.readers.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.place(ui, 3, |ui| {
                let (key, color) = stage(project, look);
                chip(ui, look, &look.t(key), color)
            });
            cells.place(ui, 4, |ui| {
                meter(
                    ui,
                    look,
                    &project.title,
                    project.progress,
                    108.0,
                    theme.color.accent,
                );
                label(
                    ui,
                    format!("{:.0} %", project.progress * 100.0),
                    theme.type_sizes().body,
                    theme.color.text1,
                )
            });
            cells.text(
                ui,
                5,
                &used(look, &project.used_at),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.text(
                ui,
                6,
                &crate::desk::size_text(project.bytes),
                theme.type_sizes().body,
                theme.color.text1,
            );
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
    let no_field_has_focus = ui.memory(|m| m.focused().is_none());
    if no_field_has_focus
        && ui.input(|i| i.key_pressed(egui::Key::Enter))
        && let Some(project) = shown.get(selected)
    {
        out.push(Command::OpenProject(project.folder.clone()));
    }
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
