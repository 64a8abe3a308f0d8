//! Sign-in: who, in which role.

use crate::desk::Command;
use crate::widgets::{
    Button, Look, Tone, chip, fact, icon, icon_family, label, paragraph, row_frame, said, section,
    text_field,
};
use egui::{
    Align2, Color32, CornerRadius, FontId, Frame, Margin, Stroke, StrokeKind, Ui, pos2, vec2,
};

/// What is typed on the sign-in screen.
#[derive(Default)]
pub struct State {
    filter: String,
    /// Place of the chosen person.
    pub selected: usize,
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

/// Width of the list of people.
const PEOPLE: f32 = 330.0;
/// Width of the part beside it.
const ENTRY: f32 = 470.0;

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
            let size = vec2(PEOPLE + ENTRY + 56.0, 430.0);
            let rect = egui::Rect::from_center_size(ui.max_rect().center() - vec2(0.0, 20.0), size);
            let paint = ui.painter();
            let radius = CornerRadius::same(theme.radius().card);
            let line = Stroke::new(1.0, theme.color.line);
            paint.rect(rect, radius, theme.color.bg2, line, StrokeKind::Inside);
            paint.vline(rect.left() + PEOPLE, rect.y_range(), line);
            let people = rect.with_max_x(rect.left() + PEOPLE).shrink(1.0);
            let mut child = ui.new_child(egui::UiBuilder::new().max_rect(people));
            people_ui(&mut child, look, state, view);
            let entry = rect.with_min_x(rect.left() + PEOPLE);
            let entry = entry.shrink2(vec2(28.0, 24.0));
            let mut child = ui.new_child(egui::UiBuilder::new().max_rect(entry));
            entry_ui(&mut child, look, state, view, out);
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
    ui.spacing_mut().item_spacing.y = 0.0;
    Frame::new()
        .inner_margin(Margin::symmetric(14, 14))
        .show(ui, |ui| {
            section(ui, look, &look.t("sign-in-people"), "");
            let (name, text) = (look.t("sign-in-filter"), &mut state.filter);
            text_field(ui, look, &name, &name, text, PEOPLE - 28.0, false);
        });
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (index, person) in shown(state, view).into_iter().enumerate() {
                if person_ui(ui, look, person, state.selected == index) {
                    state.selected = index;
                    state.fault = None;
                }
            }
        });
}

/// A row of the list: name, qualification, roles.
fn person_ui(ui: &mut Ui, look: Look<'_>, person: &PersonRow, is_selected: bool) -> bool {
    let theme = look.theme;
    let response = row_frame(ui, look, 46.0, is_selected, &person.name);
    let rect = response.rect;
    let paint = ui.painter();
    let write = |x: f32, y: f32, align: Align2, text: &str, font: FontId, color: Color32| {
        paint.text(pos2(x, y), align, text, font, color);
    };
    let middle = rect.center().y;
    let user = theme.icon("user").to_string();
    let icon = FontId::new(17.0, icon_family());
    let at = rect.left() + 24.0;
    write(
        at,
        middle,
        Align2::CENTER_CENTER,
        &user,
        icon,
        theme.color.text2,
    );
    let name_at = if person.qualification.is_empty() {
        middle
    } else {
        rect.top() + 15.0
    };
    let x = rect.left() + 44.0;
    let head = FontId::proportional(theme.type_sizes().head);
    write(
        x,
        name_at,
        Align2::LEFT_CENTER,
        &person.name,
        head,
        theme.color.text1,
    );
    let small = FontId::proportional(theme.type_sizes().small);
    let second = &person.qualification;
    write(
        x,
        rect.top() + 33.0,
        Align2::LEFT_CENTER,
        second,
        small,
        theme.color.text2,
    );
    let right = rect.shrink2(vec2(14.0, 0.0));
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(right).layout(layout));
    chip(&mut child, look, &person.roles, theme.color.text2);
    response.clicked()
}

fn entry_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let sizes = theme.type_sizes();
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.horizontal(|ui| {
        label(ui, view.title, sizes.body, theme.color.text2);
        if view.is_practice {
            chip(ui, look, &look.t("practice"), theme.color.warn);
        }
    });
    let people = shown(state, view);
    let at = state.selected.min(people.len().saturating_sub(1));
    let Some(person) = people.get(at) else {
        let text = look.t("sign-in-choose");
        label(ui, text, sizes.body, theme.color.text2);
        return;
    };
    label(ui, &person.name, sizes.title, theme.color.text1);
    ui.add_space(10.0);
    let mut is_entered = false;
    if view.is_practice {
        let text = look.t("sign-in-practice");
        label(ui, text, sizes.body, theme.color.text1);
    } else {
        let name = look.t("sign-in-pass");
        label(ui, &name, sizes.body, theme.color.text2);
        let text = &mut state.passphrase;
        let field = text_field(ui, look, &name, "", text, ENTRY, true);
        is_entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    }
    if let Some(fault) = &state.fault {
        said(ui, look, Tone::Fault, fault);
    }
    ui.add_space(6.0);
    blind_ui(ui, look);
    ui.add_space(6.0);
    fact(ui, look, &look.t("sign-in-roles"), &person.roles, 90.0);
    if !person.qualification.is_empty() {
        let name = look.t("sign-in-qualification");
        fact(ui, look, &name, &person.qualification, 90.0);
    }
    ui.add_space(10.0);
    let id = person.id.clone();
    buttons_ui(ui, look, state, (id, is_entered, view.is_practice), out);
}

/// What a reader may know of the others, in a box of its own.
fn blind_ui(ui: &mut Ui, look: Look<'_>) {
    let theme = look.theme;
    let shown = Frame::new()
        .fill(theme.color.bg3)
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal_top(|ui| {
                icon(ui, look, "hidden", 16.0, theme.color.accent);
                let text = look.t("sign-in-blind");
                paragraph(ui, look, text, theme.type_sizes().body, theme.color.text1);
            });
        });
    let edge = shown
        .response
        .rect
        .with_max_x(shown.response.rect.left() + 3.0);
    ui.painter()
        .rect_filled(edge, CornerRadius::ZERO, theme.color.accent);
}

fn buttons_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    (person, is_entered, is_practice): (String, bool, bool),
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let enter = Button::new(look, look.t("sign-in-do"))
            .primary()
            .tall()
            .icon("next")
            .keys("Enter")
            .enabled(!state.is_checking);
        let nothing_focused = ui.memory(|m| m.focused().is_none());
        let by_key =
            is_practice && nothing_focused && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if (ui.add(enter).clicked() || is_entered || by_key) && !state.is_checking {
            out.push(Command::SignIn {
                person,
                passphrase: std::mem::take(&mut state.passphrase),
            });
        }
        let other = Button::new(look, look.t("sign-in-other")).tall();
        if ui.add(other).clicked() {
            out.push(Command::CloseProject);
        }
    });
}
