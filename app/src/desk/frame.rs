//! The frame round every screen: header with menus and tabs, status bar, notices, forms on top.

use super::{Command, Desk, Notice, SaveState, Screen};
use crate::language::Language;
use crate::widgets::{Button, Look, check, chip, icon, icon_family, label, text_field};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Frame, Layout, Margin, Panel, Rect, Role, Sense,
    Stroke, Ui, WidgetInfo, vec2,
};

/// What the header shows.
pub(super) struct HeaderView<'a> {
    pub(super) screen: Screen,
    pub(super) tabs: Vec<Screen>,
    pub(super) title: &'a str,
    pub(super) person: Option<(&'a str, String)>,
    pub(super) save: &'a SaveState,
    pub(super) is_practice: bool,
    pub(super) is_light: bool,
    pub(super) has_project: bool,
    pub(super) is_reading: bool,
}

impl Screen {
    const fn tab(self) -> (&'static str, &'static str) {
        match self {
            Self::Import => ("tab-import", "import"),
            Self::Worklist => ("tab-worklist", "worklist"),
            Self::Reading => ("tab-reading", "reading"),
            Self::Adjudication => ("tab-adjudication", "adjudicate"),
            Self::Agreement => ("tab-agreement", "agreement"),
            Self::Export => ("tab-export", "export"),
            Self::Start | Self::SignIn => ("start-title", "storage"),
        }
    }
}

/// Draws the header.
pub(super) fn header_ui(
    ui: &mut Ui,
    look: Look<'_>,
    view: &HeaderView<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 0));
    Panel::top("header")
        .exact_size(theme.density.header)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let line = ui.max_rect();
            ui.painter().hline(
                line.expand(10.0).x_range(),
                line.bottom() - 0.5,
                Stroke::new(1.0, theme.color.line),
            );
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                brand_ui(ui, look);
                menus_ui(ui, look, view, out);
                ui.add_space(8.0);
                for tab in &view.tabs {
                    if tab_ui(ui, look, *tab, view.screen == *tab) {
                        out.push(Command::Go(*tab));
                    }
                }
                ui.add_space(8.0);
                label(ui, view.title, theme.type_sizes().body, theme.color.text2);
                if view.is_practice {
                    chip(ui, look, &look.t("practice"), theme.color.warn);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    right_ui(ui, look, view, out);
                });
            });
        });
}

fn brand_ui(ui: &mut Ui, look: Look<'_>) {
    let theme = look.theme;
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    ui.painter()
        .circle_stroke(rect.center(), 6.0, Stroke::new(2.0, theme.color.accent));
    ui.painter()
        .circle_filled(rect.center(), 2.2, theme.color.text1);
    ui.label(
        egui::RichText::new("Dokuei")
            .size(theme.type_sizes().head)
            .strong()
            .color(theme.color.text1),
    );
    ui.add_space(6.0);
}

fn menus_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>, out: &mut Vec<Command>) {
    let mut menu = |ui: &mut Ui, key: &str, entries: &[(&str, bool, Command)]| {
        let plain =
            egui::Button::new(egui::RichText::new(look.t(key)).color(look.theme.color.text2))
                .frame_when_inactive(false);
        egui::containers::menu::MenuButton::from_button(plain).ui(ui, |ui| {
            for (text, is_enabled, command) in entries {
                if ui
                    .add_enabled(*is_enabled, egui::Button::new(look.t(text)))
                    .clicked()
                {
                    out.push(command.clone());
                    ui.close();
                }
            }
        });
    };
    let is_in = view.person.is_some();
    menu(
        ui,
        "menu-file",
        &[
            ("menu-open", true, Command::ChooseProject),
            (
                "menu-close-project",
                view.has_project,
                Command::CloseProject,
            ),
            (
                "menu-passphrase",
                is_in && !view.is_practice,
                Command::AskPassphrase,
            ),
            ("menu-sign-out", is_in, Command::SignOut),
            ("menu-quit", true, Command::Quit),
        ],
    );
    menu(
        ui,
        "menu-edit",
        &[
            ("menu-undo", view.is_reading, Command::Undo),
            ("menu-redo", view.is_reading, Command::Redo),
        ],
    );
    menu(
        ui,
        "menu-view",
        &[
            ("menu-dark", view.is_light, Command::SetLight(false)),
            ("menu-light", !view.is_light, Command::SetLight(true)),
            ("menu-larger", true, Command::ResizeText(1)),
            ("menu-smaller", true, Command::ResizeText(-1)),
            ("menu-reset-size", true, Command::ResizeText(0)),
        ],
    );
    if view.is_reading {
        menu(
            ui,
            "menu-case",
            &[
                ("reading-next-case", true, Command::OpenNextCase),
                ("menu-no-finding", true, Command::SayNoFinding),
                ("menu-submit", true, Command::Submit),
            ],
        );
    }
    menu(ui, "menu-help", &[("menu-about", true, Command::About)]);
}

fn tab_ui(ui: &mut Ui, look: Look<'_>, screen: Screen, is_open: bool) -> bool {
    let theme = look.theme;
    let (key, icon) = screen.tab();
    let text = look.t(key);
    let galley = ui.painter().layout_no_wrap(
        text.clone(),
        FontId::proportional(theme.type_sizes().body),
        Color32::PLACEHOLDER,
    );
    let (rect, response) = ui.allocate_exact_size(
        vec2(galley.size().x + 46.0, theme.density.header),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_open, &text));
    let paint = ui.painter();
    if is_open {
        paint.rect_filled(rect, CornerRadius::ZERO, theme.color.bg1);
        paint.rect_filled(
            Rect::from_min_size(rect.min, vec2(rect.width(), 2.0)),
            CornerRadius::ZERO,
            theme.color.accent,
        );
    }
    for x in [rect.left(), rect.right()] {
        paint.vline(x, rect.y_range(), Stroke::new(1.0, theme.color.line));
    }
    let color = if is_open || response.hovered() {
        theme.color.text1
    } else {
        theme.color.text2
    };
    paint.text(
        rect.left_center() + vec2(18.0, 0.0),
        Align2::CENTER_CENTER,
        theme.icon(icon),
        FontId::new(15.0, icon_family()),
        color,
    );
    paint.galley_with_override_text_color(
        rect.left_center() + vec2(32.0, -galley.size().y / 2.0),
        galley,
        color,
    );
    response.clicked()
}

fn right_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>, out: &mut Vec<Command>) {
    let theme = look.theme;
    let is_on = look.words.language();
    for language in Language::ALL.into_iter().rev() {
        if ui
            .add(Button::new(look, language.own_name()).selected(is_on == language))
            .clicked()
        {
            out.push(Command::SetLanguage(language));
        }
    }
    ui.add_space(8.0);
    if let Some((name, roles)) = &view.person {
        chip(ui, look, roles, theme.color.text2);
        label(ui, *name, theme.type_sizes().body, theme.color.text1);
        icon(ui, look, "user", 16.0, theme.color.text2);
        ui.add_space(10.0);
    }
    if !view.has_project {
        return;
    }
    let (mark, text, color) = match view.save {
        SaveState::Nothing => return,
        SaveState::Saved(time) => (
            "save_ok",
            look.f("saved", &[("time", time.clone().into())]),
            theme.color.text2,
        ),
        SaveState::Saving => ("busy", look.t("saving"), theme.color.text2),
        SaveState::Failed(_) => ("warning", look.t("not-saved"), theme.color.danger),
        SaveState::ReadOnly => ("lock", look.t("read-only"), theme.color.warn),
    };
    label(ui, text, theme.type_sizes().body, color);
    icon(
        ui,
        look,
        mark,
        15.0,
        if mark == "save_ok" {
            theme.color.ok
        } else {
            color
        },
    );
}

/// Draws the status bar: what is at the left, what is at the right.
pub(super) fn status_ui(ui: &mut Ui, look: Look<'_>, left: &str, right: &[String]) {
    let theme = look.theme;
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 0));
    Panel::bottom("status")
        .exact_size(theme.density.status)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let line = ui.max_rect();
            ui.painter().hline(
                line.expand(10.0).x_range(),
                line.top() + 0.5,
                Stroke::new(1.0, theme.color.line),
            );
            ui.horizontal_centered(|ui| {
                label(ui, left, theme.type_sizes().small, theme.color.text2);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 16.0;
                    for text in right.iter().rev() {
                        label(ui, text, theme.type_sizes().small, theme.color.text2);
                    }
                });
            });
        });
}

/// Draws notices at the bottom right, never over a viewport. Returns the index of one that was closed.
pub(super) fn notices_ui(ctx: &egui::Context, look: Look<'_>, notices: &[Notice]) -> Option<usize> {
    let theme = look.theme;
    let mut closed = None;
    for (place, (index, notice)) in notices.iter().enumerate().rev().take(3).enumerate() {
        let offset = vec2(-12.0, -36.0 - place as f32 * 72.0);
        egui::Area::new(egui::Id::unique(("notice", index)))
            .anchor(Align2::RIGHT_BOTTOM, offset)
            .show(ctx, |ui| {
                let color = if notice.is_error {
                    theme.color.danger
                } else {
                    theme.color.accent
                };
                let card = Frame::new()
                    .fill(theme.color.bg3)
                    .stroke(Stroke::new(1.0, color))
                    .corner_radius(CornerRadius::same(4))
                    .inner_margin(Margin::same(10));
                card.show(ui, |ui| {
                    ui.set_width(300.0);
                    ui.horizontal_top(|ui| {
                        icon(
                            ui,
                            look,
                            if notice.is_error { "warning" } else { "info" },
                            16.0,
                            color,
                        );
                        let text = egui::RichText::new(&notice.text)
                            .size(theme.type_sizes().body)
                            .color(theme.color.text1);
                        ui.allocate_ui(vec2(230.0, 20.0), |ui| {
                            let response = ui.add(egui::Label::new(text).wrap());
                            response.widget_info(|| {
                                WidgetInfo::labeled(Role::Label, true, &notice.text)
                            });
                        });
                        if crate::screens::icon_act(ui, look, "close", &look.t("close")) {
                            closed = Some(index);
                        }
                    });
                });
            });
    }
    closed
}

/// A form that lies over the screen.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A new passphrase: the old one, the new one twice.
    Passphrase([String; 3]),
    /// A new person.
    Person(NewPersonForm),
    /// What program this is.
    About,
    /// The window was to close while edits are not saved.
    Unsaved(usize),
}

/// Draws the form on top.
pub(super) fn form_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    form: &mut Form,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line_strong))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::same(18));
    let shown = egui::Modal::new(egui::Id::unique("form"))
        .frame(frame)
        .show(ctx, |ui| {
            ui.set_width(420.0);
            ui.spacing_mut().item_spacing.y = 8.0;
            match form {
                Form::Passphrase(texts) => passphrase_ui(ui, look, texts, out),
                Form::Person(person) => person_ui(ui, look, person, out),
                Form::About => about_ui(ui, look, out),
                Form::Unsaved(count) => unsaved_ui(ui, look, *count, out),
            }
        });
    if shown.should_close() {
        out.push(Command::CloseForm);
    }
}

fn passphrase_ui(ui: &mut Ui, look: Look<'_>, texts: &mut [String; 3], out: &mut Vec<Command>) {
    let theme = look.theme;
    label(
        ui,
        look.t("passphrase-title"),
        theme.type_sizes().title,
        theme.color.text1,
    );
    for (text, key) in
        texts
            .iter_mut()
            .zip(["passphrase-old", "passphrase-new", "passphrase-again"])
    {
        label(ui, look.t(key), theme.type_sizes().body, theme.color.text2);
        text_field(ui, look, &look.t(key), "", text, 400.0, true);
    }
    ui.horizontal(|ui| {
        let may = !texts[1].is_empty() && texts[1] == texts[2];
        if ui
            .add(
                Button::new(look, look.t("passphrase-do"))
                    .primary()
                    .enabled(may),
            )
            .clicked()
        {
            out.push(Command::ChangePassphrase {
                old: std::mem::take(&mut texts[0]),
                new: std::mem::take(&mut texts[1]),
            });
            texts[2].clear();
        }
        if ui.add(Button::new(look, look.t("cancel"))).clicked() {
            out.push(Command::CloseForm);
        }
        if !texts[2].is_empty() && texts[1] != texts[2] {
            label(
                ui,
                look.t("start-new-mismatch"),
                theme.type_sizes().body,
                theme.color.danger,
            );
        }
    });
}

/// What is typed about a new person.
#[derive(Clone, Debug, Default)]
pub(super) struct NewPersonForm {
    name: String,
    qualification: String,
    passphrase: String,
    is_lead: bool,
    is_admin: bool,
}

fn person_ui(ui: &mut Ui, look: Look<'_>, form: &mut NewPersonForm, out: &mut Vec<Command>) {
    let theme = look.theme;
    label(
        ui,
        look.t("people-title"),
        theme.type_sizes().title,
        theme.color.text1,
    );
    let fields = [
        ("people-name", &mut form.name, false),
        ("people-qualification", &mut form.qualification, false),
        ("people-pass", &mut form.passphrase, true),
    ];
    for (key, text, is_secret) in fields {
        label(ui, look.t(key), theme.type_sizes().body, theme.color.text2);
        text_field(ui, look, &look.t(key), "", text, 400.0, is_secret);
    }
    label(
        ui,
        look.t("people-roles"),
        theme.type_sizes().body,
        theme.color.text2,
    );
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("role-reader"),
            theme.type_sizes().body,
            theme.color.text1,
        );
        check(ui, look, &look.t("role-lead"), &mut form.is_lead);
        check(ui, look, &look.t("role-admin"), &mut form.is_admin);
    });
    ui.horizontal(|ui| {
        let may = !form.name.trim().is_empty();
        if ui
            .add(
                Button::new(look, look.t("people-add"))
                    .primary()
                    .enabled(may),
            )
            .clicked()
        {
            let wanted = [
                ("reader", true),
                ("lead", form.is_lead),
                ("admin", form.is_admin),
            ];
            out.push(Command::AddPerson {
                name: form.name.trim().to_owned(),
                roles: wanted
                    .into_iter()
                    .filter(|(_, on)| *on)
                    .map(|(role, _)| role.to_owned())
                    .collect(),
                passphrase: std::mem::take(&mut form.passphrase),
                qualification: form.qualification.trim().to_owned(),
            });
        }
        if ui.add(Button::new(look, look.t("cancel"))).clicked() {
            out.push(Command::CloseForm);
        }
    });
}

fn about_ui(ui: &mut Ui, look: Look<'_>, out: &mut Vec<Command>) {
    let theme = look.theme;
    label(
        ui,
        look.t("app-name"),
        theme.type_sizes().title,
        theme.color.text1,
    );
    let version = [("version", env!("CARGO_PKG_VERSION").into())];
    label(
        ui,
        look.f("app-about", &version),
        theme.type_sizes().body,
        theme.color.text2,
    );
    label(
        ui,
        look.t("menu-licences"),
        theme.type_sizes().body,
        theme.color.text2,
    );
    let licences = "Dokuei: MIT OR Apache-2.0 · BIZ UDPGothic: SIL OFL 1.1 · Phosphor Icons: MIT · egui, wgpu, dicom-rs, SQLite …";
    ui.add(
        egui::Label::new(
            egui::RichText::new(licences)
                .size(theme.type_sizes().small)
                .color(theme.color.text2),
        )
        .wrap(),
    );
    if ui.add(Button::new(look, look.t("close"))).clicked() {
        out.push(Command::CloseForm);
    }
}

fn unsaved_ui(ui: &mut Ui, look: Look<'_>, count: usize, out: &mut Vec<Command>) {
    let theme = look.theme;
    label(
        ui,
        look.t("closing-unsaved-title"),
        theme.type_sizes().title,
        theme.color.text1,
    );
    let text = look.f("closing-unsaved", &[("count", count.into())]);
    ui.add(
        egui::Label::new(
            egui::RichText::new(text)
                .size(theme.type_sizes().body)
                .color(theme.color.text1),
        )
        .wrap(),
    );
    ui.horizontal(|ui| {
        if ui
            .add(Button::new(look, look.t("save-again")).primary())
            .clicked()
        {
            out.push(Command::SaveAgain);
        }
        if ui.add(Button::new(look, look.t("cancel"))).clicked() {
            out.push(Command::CloseForm);
        }
        if ui.add(Button::new(look, look.t("close-anyway"))).clicked() {
            out.push(Command::QuitUnsaved);
        }
    });
}

impl Desk {
    /// Tabs of the signed-in person; those of other roles are absent.
    pub(super) fn tabs(&self) -> Vec<Screen> {
        let Some(session) = self.open.as_ref().and_then(|open| open.session.as_ref()) else {
            return Vec::new();
        };
        let has = |role| session.roles().contains(&role);
        let (lead, admin, reader) = (
            has(project::Role::Lead),
            has(project::Role::Admin),
            has(project::Role::Reader),
        );
        let mut tabs = Vec::new();
        if lead || admin {
            tabs.push(Screen::Import);
        }
        tabs.push(Screen::Worklist);
        if reader {
            tabs.push(Screen::Reading);
        }
        if lead {
            tabs.extend([Screen::Adjudication, Screen::Agreement]);
        }
        if lead || admin {
            tabs.push(Screen::Export);
        }
        tabs
    }
}
