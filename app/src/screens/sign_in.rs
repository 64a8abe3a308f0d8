//! Sign-in: who, in which role.

use crate::desk::Command;
use crate::widgets::{
    Button, Look, chip, icon, icon_family, label, row_frame, separator, text_field,
};
use egui::{Align2, CornerRadius, FontId, Frame, Margin, Stroke, Ui, pos2, vec2};

/// What is typed on the sign-in screen.
#[derive(Default)]
pub struct State {
    filter: String,
    selected: usize,
    /// The passphrase; wiped when it was used.
    pub passphrase: String,
    /// What went wrong, with the seconds to wait.
    pub fault: Option<String>,
    /// Whether an attempt is being checked.
    pub is_checking: bool,
}

/// A person who may sign in.
pub struct PersonRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Roles in words.
    pub roles: String,
    /// Qualification as stated.
    pub qualification: String,
}

/// What the screen shows.
pub struct View<'a> {
    /// Title of the project.
    pub title: &'a str,
    /// People with a role.
    pub people: &'a [PersonRow],
    /// Whether names alone are asked for (the practice sample).
    pub is_practice: bool,
}

/// Draws the screen.
pub fn sign_in_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            let size = vec2(820.0, 460.0);
            let rect = egui::Rect::from_center_size(ui.max_rect().center() - vec2(0.0, 20.0), size);
            let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
            let card = Frame::new()
                .fill(theme.color.bg2)
                .stroke(Stroke::new(1.0, theme.color.line))
                .corner_radius(CornerRadius::same(4))
                .inner_margin(Margin::same(0));
            card.show(&mut child, |ui| {
                ui.set_min_size(size);
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    ui.allocate_ui(vec2(340.0, size.y), |ui| people_ui(ui, look, state, view));
                    let line = ui.cursor().left();
                    ui.painter()
                        .vline(line, rect.y_range(), Stroke::new(1.0, theme.color.line));
                    ui.add_space(28.0);
                    ui.allocate_ui(vec2(420.0, size.y), |ui| {
                        entry_ui(ui, look, state, view, out);
                    });
                });
            });
        });
}

fn shown<'a>(state: &State, view: &View<'a>) -> Vec<&'a PersonRow> {
    let wanted = state.filter.to_lowercase();
    view.people
        .iter()
        .filter(|p| wanted.is_empty() || p.name.to_lowercase().contains(&wanted))
        .collect()
}

fn people_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    let theme = look.theme;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(16.0);
        ui.horizontal(|ui| {
            ui.add_space(16.0);
            label(ui, view.title, theme.type_sizes().head, theme.color.text1);
        });
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.add_space(16.0);
            text_field(
                ui,
                look,
                &look.t("sign-in-filter"),
                &look.t("sign-in-filter"),
                &mut state.filter,
                300.0,
                false,
            );
        });
        ui.add_space(10.0);
        egui::ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                for (index, person) in shown(state, view).into_iter().enumerate() {
                    let response = row_frame(ui, look, 48.0, state.selected == index, &person.name);
                    let rect = response.rect;
                    let paint = ui.painter();
                    let at = pos2(rect.left() + 30.0, rect.center().y);
                    paint.circle_filled(at, 14.0, theme.color.bg4);
                    paint.text(
                        at,
                        Align2::CENTER_CENTER,
                        theme.icon("user"),
                        FontId::new(15.0, icon_family()),
                        theme.color.text2,
                    );
                    let x = rect.left() + 54.0;
                    paint.text(
                        pos2(x, rect.top() + 15.0),
                        Align2::LEFT_CENTER,
                        &person.name,
                        FontId::proportional(theme.type_sizes().head),
                        theme.color.text1,
                    );
                    let second = if person.qualification.is_empty() {
                        person.roles.clone()
                    } else {
                        format!("{}・{}", person.roles, person.qualification)
                    };
                    paint.text(
                        pos2(x, rect.top() + 34.0),
                        Align2::LEFT_CENTER,
                        second,
                        FontId::proportional(theme.type_sizes().small),
                        theme.color.text2,
                    );
                    if response.clicked() {
                        state.selected = index;
                        state.fault = None;
                    }
                }
            });
    });
}

fn entry_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        ui.add_space(16.0);
        label(
            ui,
            look.t("sign-in-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        if view.is_practice {
            chip(ui, look, &look.t("practice"), theme.color.warn);
        }
        let people = shown(state, view);
        let Some(person) = people.get(state.selected.min(people.len().saturating_sub(1))) else {
            label(
                ui,
                look.t("sign-in-choose"),
                theme.type_sizes().body,
                theme.color.text2,
            );
            return;
        };
        ui.add_space(6.0);
        label(ui, &person.name, theme.type_sizes().head, theme.color.text1);
        fact(ui, look, "sign-in-roles", &person.roles);
        if !person.qualification.is_empty() {
            fact(ui, look, "sign-in-qualification", &person.qualification);
        }
        ui.add_space(8.0);
        let mut entered = false;
        if view.is_practice {
            label(
                ui,
                look.t("sign-in-practice"),
                theme.type_sizes().body,
                theme.color.text2,
            );
        } else {
            label(
                ui,
                look.t("sign-in-pass"),
                theme.type_sizes().body,
                theme.color.text2,
            );
            let field = text_field(
                ui,
                look,
                &look.t("sign-in-pass"),
                "",
                &mut state.passphrase,
                360.0,
                true,
            );
            entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        }
        ui.horizontal(|ui| {
            let button = Button::new(look, look.t("sign-in-do"))
                .primary()
                .keys("Enter")
                .enabled(!state.is_checking);
            let nothing_focused = ui.memory(|m| m.focused().is_none());
            let by_key = view.is_practice
                && nothing_focused
                && ui.input(|i| i.key_pressed(egui::Key::Enter));
            if (ui.add(button).clicked() || entered || by_key) && !state.is_checking {
                out.push(Command::SignIn {
                    person: person.id.clone(),
                    passphrase: std::mem::take(&mut state.passphrase),
                });
            }
            if ui.add(Button::new(look, look.t("sign-in-other"))).clicked() {
                out.push(Command::CloseProject);
            }
        });
        if let Some(fault) = &state.fault {
            ui.horizontal(|ui| {
                icon(ui, look, "warning", 15.0, theme.color.danger);
                label(ui, fault, theme.type_sizes().body, theme.color.danger);
            });
        }
        ui.add_space(18.0);
        separator(ui, look);
        ui.horizontal(|ui| {
            icon(ui, look, "lock", 15.0, theme.color.text2);
            ui.add(
                egui::Label::new(
                    egui::RichText::new(look.t("sign-in-blind"))
                        .size(theme.type_sizes().small)
                        .color(theme.color.text2),
                )
                .wrap(),
            );
        });
    });
}

fn fact(ui: &mut Ui, look: Look<'_>, key: &str, value: &str) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.allocate_ui(vec2(90.0, 20.0), |ui| {
            ui.set_min_width(90.0);
            label(ui, look.t(key), theme.type_sizes().body, theme.color.text2);
        });
        label(ui, value, theme.type_sizes().body, theme.color.text1);
    });
}
