//! Adjudication: one decision per difference, with its reason.

use crate::court::{Court, Row, Take};
use crate::desk::Command;
use crate::viewport::{Corner, corner_text, edge_letters, outlined_text};
use crate::widgets::{
    Button, Column, Look, Table, chip, label, meter, section, segments, separator, text_field,
};
use egui::{
    Align, Align2, Color32, CornerRadius, Event, Frame, Layout, Margin, Panel, Rect, Role, Sense,
    Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Draws the screen.
pub fn adjudication_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let theme = look.theme;
    let panel = |margin: Margin| Frame::new().fill(theme.color.bg2).inner_margin(margin);
    Panel::left("court-side")
        .exact_size(480.0)
        .resizable(false)
        .frame(panel(Margin::symmetric(10, 6)))
        .show(ui, |ui| list_ui(ui, look, court));
    Panel::bottom("court-decision")
        .exact_size(150.0)
        .resizable(false)
        .frame(panel(Margin::symmetric(12, 10)))
        .show(ui, |ui| decision_ui(ui, look, court, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            bar_ui(ui, look, court);
            panes_ui(ui, look, court);
        });
    keys(ui, court, out);
}

/// The screen while no case is compared.
pub fn no_court_ui(
    ui: &mut Ui,
    look: Look<'_>,
    waiting: &[(String, String)],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space(ui.available_height() * 0.35);
                if waiting.is_empty() {
                    label(
                        ui,
                        look.t("adjudication-none"),
                        theme.type_sizes().head,
                        theme.color.text2,
                    );
                    return;
                }
                label(
                    ui,
                    look.f("adjudication-waiting", &[("count", waiting.len().into())]),
                    theme.type_sizes().head,
                    theme.color.text1,
                );
                ui.add_space(8.0);
                for (id, number) in waiting.iter().take(12) {
                    if ui
                        .add(Button::new(look, number).icon("adjudicate").width(200.0))
                        .clicked()
                    {
                        out.push(Command::Compare(id.clone()));
                    }
                }
            });
        });
}

fn keys(ui: &Ui, court: &mut Court, out: &mut Vec<Command>) {
    if ui.memory(|m| m.focused().is_some()) {
        return;
    }
    let pressed = |key: egui::Key| ui.input(|i| i.key_pressed(key) && i.modifiers.is_none());
    for take in Take::ALL {
        if take.keys().is_some_and(|(_, key)| pressed(key)) {
            court.choice = Some(take);
        }
    }
    if pressed(egui::Key::N)
        && let Some(next) = court.next_open()
    {
        court.select(next);
    }
    if pressed(egui::Key::Enter) {
        out.push(Command::Decide);
    }
}

fn list_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let (_, differences) = court.progress();
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("adjudication-title"),
            theme.type_sizes().head,
            theme.color.text1,
        );
        label(
            ui,
            look.f("adjudication-groups", &[("count", court.rows.len().into())]),
            theme.type_sizes().body,
            theme.color.text3,
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.allocate_ui_with_layout(
                vec2(190.0, 26.0),
                Layout::left_to_right(Align::Center),
                |ui| {
                    let choices = [
                        look.t("adjudication-all"),
                        look.f("adjudication-differences", &[("count", differences.into())]),
                    ];
                    if let Some(chosen) = segments(
                        ui,
                        look,
                        &look.t("adjudication-title"),
                        &choices,
                        Some(usize::from(court.only_differences)),
                    ) {
                        court.only_differences = chosen == 1;
                    }
                },
            );
        });
    });
    let listed = court.listed();
    let height = 32.0 + theme.density.table * listed.len().clamp(1, 10) as f32;
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        rows_ui(ui, look, court, &listed);
    });
    separator(ui, look);
    egui::ScrollArea::vertical()
        .id_salt("court-figures")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            figures_ui(ui, look, court);
            separator(ui, look);
            if let Some(row) = court.row() {
                attributes_ui(ui, look, row);
                notes_ui(ui, look, row);
            }
        });
}

fn rows_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, listed: &[usize]) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("adjudication-col-finding"), 64.0),
        Column::new("A", 0.0),
        Column::new("B", 0.0),
        Column::new("Dice", 56.0),
        Column::new("HD95", 64.0),
        Column::new(look.t("adjudication-col-state"), 120.0),
    ];
    let selected = listed.iter().position(|index| *index == court.selected);
    let rows = &court.rows;
    let size = theme.type_sizes().body;
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "—".to_owned(), |v| format!("{v:.digits$}"))
    };
    let pressed = Table::new(look, columns)
        .row_height(theme.density.table)
        .show(
            ui,
            listed.len(),
            selected,
            |row| {
                listed
                    .get(row)
                    .and_then(|i| rows.get(*i))
                    .map_or_else(String::new, |r| r.name.clone())
            },
            |ui, row, cells| {
                let Some(row) = listed.get(row).and_then(|i| rows.get(*i)) else {
                    return;
                };
                cells.text(ui, 0, &row.name, size, theme.color.text1);
                let side = |side: &Option<crate::court::Side>| {
                    side.as_ref()
                        .map_or_else(|| look.t("none"), |s| s.label.clone())
                };
                cells.text(ui, 1, &side(&row.a), size, theme.color.a);
                cells.text(ui, 2, &side(&row.b), size, theme.color.b);
                cells.text(ui, 3, &number(row.dice, 2), size, theme.color.text1);
                cells.text(ui, 4, &number(row.hd95_mm, 1), size, theme.color.text1);
                let (text, color) = state_of(look, row);
                cells.place(ui, 5, |ui| chip(ui, look, &text, color));
            },
        );
    if let Some((row, _)) = pressed
        && let Some(index) = listed.get(row)
    {
        court.select(*index);
    }
}

fn state_of(look: Look<'_>, row: &Row) -> (String, Color32) {
    let color = &look.theme.color;
    if let Some(decided) = &row.decided {
        return (decided.clone(), color.ok);
    }
    if row.is_agreed {
        return (look.t("adjudication-same"), color.ok);
    }
    match (&row.a, &row.b) {
        (Some(_), None) => (look.t("adjudication-only-a"), color.danger),
        (None, Some(_)) => (look.t("adjudication-only-b"), color.danger),
        _ => {
            let mut parts = Vec::new();
            if row.is_label_different {
                parts.push(look.t("adjudication-label"));
            }
            if row.is_shape_different {
                parts.push(look.t("adjudication-shape"));
            }
            if row
                .attributes
                .iter()
                .any(|attribute| attribute.a != attribute.b)
            {
                parts.push(look.t("adjudication-attribute"));
            }
            (parts.join("・"), color.warn)
        }
    }
}

fn figures_ui(ui: &mut Ui, look: Look<'_>, court: &Court) {
    let theme = look.theme;
    section(ui, look, &look.t("adjudication-labels"), "");
    let pairs = court
        .rows
        .iter()
        .filter(|row| row.a.is_some() && row.b.is_some())
        .count();
    let all = court.rows.len();
    let missed = all - pairs;
    let f1 = if all == 0 {
        None
    } else {
        Some(2.0 * pairs as f64 / (2.0 * pairs as f64 + missed as f64))
    };
    figure(
        ui,
        look,
        &look.t("adjudication-detection"),
        f1,
        theme.color.ok,
    );
    for row in &court.labels {
        ui.add_space(4.0);
        label(ui, &row.name, theme.type_sizes().body, theme.color.text1);
        figure(
            ui,
            look,
            &look.t("agreement-dice"),
            row.dice,
            theme.color.ok,
        );
        figure(ui, look, &look.t("agreement-iou"), row.iou, theme.color.ok);
        figure(
            ui,
            look,
            &look.t("agreement-kappa"),
            row.voxel_kappa,
            theme.color.ok,
        );
    }
}

fn figure(ui: &mut Ui, look: Look<'_>, name: &str, value: Option<f64>, color: Color32) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.allocate_ui(vec2(150.0, 18.0), |ui| {
            ui.set_min_width(150.0);
            label(ui, name, theme.type_sizes().body, theme.color.text2);
        });
        let width = ui.available_width() - 60.0;
        meter(ui, look, name, value.unwrap_or(0.0) as f32, width, color);
        let text = value.map_or_else(|| "—".to_owned(), |v| format!("{v:.2}"));
        label(ui, text, theme.type_sizes().body, theme.color.text1);
    });
}

fn attributes_ui(ui: &mut Ui, look: Look<'_>, row: &Row) {
    let theme = look.theme;
    section(
        ui,
        look,
        &look.f(
            "adjudication-attributes",
            &[("finding", row.name.clone().into())],
        ),
        "",
    );
    egui::Grid::new("court-attributes")
        .num_columns(3)
        .spacing(vec2(18.0, 6.0))
        .show(ui, |ui| {
            for attribute in &row.attributes {
                let is_same = attribute.a == attribute.b;
                let (a, b) = if is_same {
                    (theme.color.text2, theme.color.text2)
                } else {
                    (theme.color.a, theme.color.b)
                };
                label(
                    ui,
                    &attribute.name,
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(ui, &attribute.a, theme.type_sizes().body, a);
                label(ui, &attribute.b, theme.type_sizes().body, b);
                ui.end_row();
            }
        });
}

fn notes_ui(ui: &mut Ui, look: Look<'_>, row: &Row) {
    let theme = look.theme;
    let notes = [("A", &row.a, theme.color.a), ("B", &row.b, theme.color.b)];
    let has_notes = notes
        .iter()
        .any(|(_, side, _)| side.as_ref().is_some_and(|s| !s.comment.is_empty()));
    if !has_notes {
        return;
    }
    separator(ui, look);
    section(ui, look, &look.t("adjudication-notes"), "");
    for (name, side, color) in notes {
        if let Some(side) = side.as_ref().filter(|side| !side.comment.is_empty()) {
            ui.horizontal_top(|ui| {
                label(ui, name, theme.type_sizes().body, color);
                ui.add(
                    egui::Label::new(
                        egui::RichText::new(&side.comment)
                            .size(theme.type_sizes().body)
                            .color(theme.color.text1),
                    )
                    .wrap(),
                );
            });
        }
    }
}

fn bar_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 3));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.set_min_width(ui.available_width());
            ui.set_min_height(28.0);
            ui.label(
                egui::RichText::new(&court.number)
                    .size(theme.type_sizes().head)
                    .strong()
                    .color(theme.color.text1),
            );
            label(ui, &court.study, theme.type_sizes().body, theme.color.text2);
            chip(
                ui,
                look,
                &look.t("adjudication-both-submitted"),
                theme.color.ok,
            );
            ui.allocate_ui(vec2(240.0, 26.0), |ui| {
                let choices = [look.t("adjudication-side"), look.t("adjudication-both")];
                if let Some(chosen) = segments(
                    ui,
                    look,
                    &look.t("reading-display"),
                    &choices,
                    Some(usize::from(court.is_overlaid)),
                ) {
                    court.is_overlaid = chosen == 1;
                    court.panes[0].mark_overlay();
                }
            });
        });
    });
}

fn panes_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let whole = ui.available_rect_before_wrap();
    ui.allocate_rect(whole, Sense::hover());
    if !court.has_pixels() {
        let text = look.f("reading-loading", &[("percent", 0.into())]);
        ui.painter().text(
            whole.center(),
            Align2::CENTER_CENTER,
            text,
            egui::FontId::proportional(theme.type_sizes().head),
            theme.color.text2,
        );
        return;
    }
    let half = whole.size() / 2.0;
    for pane in 0..4_usize {
        let offset = vec2(half.x * (pane % 2) as f32, half.y * (pane / 2) as f32);
        let rect = Rect::from_min_size(whole.min + offset, half).shrink(1.0);
        pane_ui(ui, look, court, pane, rect);
    }
}

fn pane_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, pane: usize, rect: Rect) {
    let theme = look.theme;
    let response = ui.interact(
        rect,
        ui.scope_id().with(("court-pane", pane)),
        Sense::click_and_drag(),
    );
    let names = [
        "adjudication-a",
        "adjudication-b",
        "adjudication-difference",
        "adjudication-coronal",
    ];
    let name = look.t(names[pane]);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    if response.hovered() {
        for event in ui.input(|i| i.events.clone()) {
            if let Event::MouseWheel {
                delta,
                unit,
                modifiers,
                ..
            } = event
            {
                let lines = if unit == egui::MouseWheelUnit::Point {
                    delta.y / 40.0
                } else {
                    delta.y
                };
                if modifiers.command || modifiers.ctrl {
                    court.zoom(
                        pane,
                        f64::from(1.15_f32.powf(lines)),
                        response.hover_pos().unwrap_or(rect.center()),
                    );
                } else if lines != 0.0 {
                    court.step(pane, -(lines.signum() * lines.abs().ceil()) as i64);
                }
            }
        }
    }
    court.prepare(ui.ctx(), pane, rect);
    let paint = ui.painter().with_clip_rect(rect);
    let Some(drawn) = court.panes.get(pane) else {
        return;
    };
    drawn.paint(&paint);
    let size = theme.type_sizes().overlay;
    let Some(row) = court.row() else { return };
    let side = |side: &Option<crate::court::Side>| {
        side.as_ref().map_or_else(
            || look.t("none"),
            |s| {
                s.volume_mm3
                    .map_or_else(|| s.label.clone(), |v| format!("{}  {v:.0} mm³", s.label))
            },
        )
    };
    let (title, detail, style, color) = match pane {
        0 if court.is_overlaid => (
            look.t("adjudication-both"),
            String::new(),
            String::new(),
            theme.color.overlay,
        ),
        0 => (
            name,
            side(&row.a),
            look.t("adjudication-solid"),
            theme.color.a,
        ),
        1 => (
            name,
            side(&row.b),
            look.t("adjudication-dashed"),
            theme.color.b,
        ),
        2 => (
            name,
            format!(
                "{} ///   {} \\\\\\",
                look.t("adjudication-a-only-hatch"),
                look.t("adjudication-b-only-hatch")
            ),
            String::new(),
            theme.color.overlay,
        ),
        _ => (name, String::new(), String::new(), theme.color.overlay),
    };
    corner_text(
        &paint,
        rect,
        Corner::TopLeft,
        &[(title, color), (detail, theme.color.overlay)],
        size,
        8.0,
    );
    outlined_text(
        &paint,
        pos2(rect.right() - 8.0, rect.top() + 8.0),
        Align2::RIGHT_TOP,
        &style,
        size,
        theme.color.overlay,
    );
    if let Some(view) = drawn.view() {
        edge_letters(
            &paint,
            rect,
            view,
            theme.type_sizes().orientation,
            theme.color.overlay,
            9.0,
        );
    }
    let stroke = if response.hovered() {
        Stroke::new(2.0, theme.viewport().border_active)
    } else {
        Stroke::new(1.0, theme.viewport().border_linked)
    };
    ui.painter()
        .rect_stroke(rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
}

fn decision_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let theme = look.theme;
    let Some(row) = court.row().cloned() else {
        return;
    };
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() - 300.0).max(420.0);
        ui.allocate_ui(vec2(width, 130.0), |ui| {
            ui.set_min_width(width);
            ui.vertical(|ui| choice_ui(ui, look, court, &row, out));
        });
        ui.vertical(|ui| {
            let (done, all) = court.progress();
            ui.horizontal(|ui| {
                label(
                    ui,
                    look.t("adjudication-progress"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(
                    ui,
                    format!("{done} / {all}"),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
                meter(
                    ui,
                    look,
                    &look.t("adjudication-progress"),
                    done as f32 / all.max(1) as f32,
                    110.0,
                    theme.color.accent,
                );
            });
            ui.horizontal(|ui| {
                label(
                    ui,
                    look.t("adjudication-names"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(
                    ui,
                    look.t("adjudication-names-hidden"),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
            });
            if done == all {
                label(
                    ui,
                    look.t("adjudication-done-case"),
                    theme.type_sizes().body,
                    theme.color.ok,
                );
            }
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                if ui
                    .add(Button::new(look, look.t("adjudication-next")).keys("N"))
                    .clicked()
                    && let Some(next) = court.next_open()
                {
                    court.select(next);
                }
                let decide = Button::new(look, look.t("adjudication-decide"))
                    .primary()
                    .icon("check")
                    .keys("Enter");
                if ui.add(decide.enabled(!row.is_agreed)).clicked() {
                    out.push(Command::Decide);
                }
            });
        });
    });
}

fn choice_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, row: &Row, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.f("adjudication-of", &[("finding", row.name.clone().into())]),
            theme.type_sizes().head,
            theme.color.text1,
        );
        let volume = |side: &Option<crate::court::Side>| {
            side.as_ref().and_then(|s| s.volume_mm3).unwrap_or(0.0)
        };
        let difference = (volume(&row.a) - volume(&row.b)).abs();
        label(
            ui,
            look.f(
                "adjudication-volume-difference",
                &[("mm3", format!("{difference:.0}").into())],
            ),
            theme.type_sizes().body,
            theme.color.text3,
        );
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        for take in Take::ALL {
            let is_possible = match take {
                Take::A => row.a.is_some(),
                Take::B => row.b.is_some(),
                Take::Intersection | Take::Union => [&row.a, &row.b]
                    .iter()
                    .all(|s| s.as_ref().is_some_and(|s| s.mask.is_some())),
                Take::Reject | Take::Unresolved => true,
            };
            let mut button = Button::new(look, look.t(take.text_key()))
                .selected(court.choice == Some(take))
                .enabled(is_possible && !row.is_agreed);
            if let Some((keys, _)) = take.keys() {
                button = button.keys(keys);
            }
            button = match take {
                Take::A => button.coloured(theme.color.a),
                Take::B => button.coloured(theme.color.b),
                _ => button,
            };
            if ui.add(button).clicked() {
                court.choice = Some(take);
                court.fault = None;
            }
        }
    });
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("adjudication-reason"),
            theme.type_sizes().body,
            theme.color.text2,
        );
        label(
            ui,
            look.t("required"),
            theme.type_sizes().body,
            theme.color.warn,
        );
        let width = ui.available_width() - 12.0;
        let field = text_field(
            ui,
            look,
            &look.t("adjudication-reason"),
            &look.t("adjudication-reason-hint"),
            &mut court.reason,
            width,
            false,
        );
        if field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
            out.push(Command::Decide);
        }
    });
    let (text, color) = court.fault.as_ref().map_or_else(
        || (look.t("adjudication-kept"), theme.color.text3),
        |fault| (fault.clone(), theme.color.warn),
    );
    label(ui, text, theme.type_sizes().small, color);
}
