//! The header: menus, tabs, project, save state, person, language.

use crate::desk::{Command, SaveState, Screen};
use crate::keys::Action;
use crate::language::Language;
use crate::room::ImageAct;
use crate::widgets::{Button, Look, chip, icon, icon_family, label, paint_keys};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Frame, Layout, Margin, Panel, Rect, Role, Sense,
    Stroke, Ui, WidgetInfo, vec2,
};

/// A window as wide as this has room for the tabs' icons and the person's roles.
const ROOMY: f32 = 1400.0;

/// What the header shows.
pub(in crate::desk) struct HeaderView<'a> {
    pub(in crate::desk) screen: Screen,
    pub(in crate::desk) tabs: Vec<Screen>,
    pub(in crate::desk) title: &'a str,
    pub(in crate::desk) person: Option<(&'a str, String)>,
    pub(in crate::desk) save: &'a SaveState,
    pub(in crate::desk) is_practice: bool,
    pub(in crate::desk) is_admin: bool,
    pub(in crate::desk) is_light: bool,
    pub(in crate::desk) has_project: bool,
    pub(in crate::desk) is_reading: bool,
    /// What can be done to the picture in hand.
    pub(in crate::desk) image_acts: Vec<ImageAct>,
    /// The window for a second monitor is open.
    pub(in crate::desk) has_second_window: bool,
}

impl Screen {
    pub(in crate::desk) const fn tab(self) -> (&'static str, &'static str) {
        match self {
            Self::Import => ("tab-import", "import"),
            Self::Worklist => ("tab-worklist", "worklist"),
            Self::Reading => ("tab-reading", "reading"),
            Self::Adjudication => ("tab-adjudication", "adjudicate"),
            Self::Agreement => ("tab-agreement", "agreement"),
            Self::Export => ("tab-export", "export"),
            Self::Manual => ("act-manual", "info"),
            Self::Start | Self::SignIn => ("start-title", "storage"),
            Self::Settings => ("settings-title", "settings"),
        }
    }
}

/// Draws the header.
pub(in crate::desk) fn header_ui(
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
                let is_roomy = line.width() >= ROOMY;
                ui.scope(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    for tab in &view.tabs {
                        if tab_ui(ui, look, *tab, (view.screen == *tab, is_roomy)) {
                            out.push(Command::Go(*tab));
                        }
                    }
                });
                ui.add_space(8.0);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    right_ui(ui, look, view, out);
                    ui.add_space(8.0);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        title_ui(ui, look, view);
                    });
                });
            });
        });
}

/// The project's title, as much of it as there is room for.
fn title_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>) {
    let theme = look.theme;
    let practice = if view.is_practice {
        let small = FontId::proportional(theme.type_sizes().small);
        let word = ui
            .painter()
            .layout_no_wrap(look.t("practice"), small, Color32::PLACEHOLDER);
        word.size().x + 24.0
    } else {
        0.0
    };
    // the mark of the practice project before the title
    if ui.available_width() < practice {
        return;
    }
    if ui.available_width() < practice + 24.0 {
        if view.is_practice {
            chip(ui, look, &look.t("practice"), theme.color.warn);
        }
        return;
    }
    ui.spacing_mut().item_spacing.x = 8.0;
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width() - practice);
        let text = egui::RichText::new(view.title)
            .size(theme.type_sizes().body)
            .color(theme.color.text2);
        ui.add(egui::Label::new(text).truncate().selectable(false));
    });
    if view.is_practice {
        chip(ui, look, &look.t("practice"), theme.color.warn);
    }
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

/// The keys that do the same as an entry of a menu.
fn keys_of<'a>(look: Look<'a>, command: &Command) -> &'a str {
    match command {
        Command::Act(action) => look.key(*action),
        Command::Image(ImageAct::Invert) => look.key(Action::Invert),
        _ => "",
    }
}

/// An entry of a menu; whether it was pressed.
fn entry_ui(ui: &mut Ui, look: Look<'_>, name: &str, is_enabled: bool, keys: &str) -> bool {
    let mut entry = egui::Button::new(name);
    if !keys.is_empty() {
        let keys = egui::RichText::new(keys).size(look.theme.type_sizes().small);
        entry = entry.right_text(keys.weak());
    }
    let response = ui.add_enabled(is_enabled, entry);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
    response.clicked()
}

fn menus_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>, out: &mut Vec<Command>) {
    let mut menu = |ui: &mut Ui, key: &str, entries: &[(&str, bool, Command)]| {
        let plain =
            egui::Button::new(egui::RichText::new(look.t(key)).color(look.theme.color.text2))
                .frame_when_inactive(false);
        egui::containers::menu::MenuButton::from_button(plain).ui(ui, |ui| {
            for (text, is_enabled, command) in entries {
                if entry_ui(ui, look, &look.t(text), *is_enabled, keys_of(look, command)) {
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
            (
                "menu-backup",
                view.is_admin && !view.is_practice,
                Command::AskBackup,
            ),
            ("menu-sign-out", is_in, Command::SignOut),
            ("menu-settings", true, Command::Act(Action::Settings)),
            ("menu-quit", true, Command::Quit),
        ],
    );
    menu(
        ui,
        "menu-edit",
        &[
            ("menu-undo", view.is_reading, Command::Act(Action::Undo)),
            ("menu-redo", view.is_reading, Command::Act(Action::Redo)),
        ],
    );
    menu(
        ui,
        "menu-view",
        &[
            ("menu-dark", view.is_light, Command::SetLight(false)),
            ("menu-light", !view.is_light, Command::SetLight(true)),
            ("menu-larger", true, Command::Act(Action::TextLarger)),
            ("menu-smaller", true, Command::Act(Action::TextSmaller)),
            ("menu-reset-size", true, Command::Act(Action::TextReset)),
            (
                if view.has_second_window {
                    "menu-second-close"
                } else {
                    "menu-second-open"
                },
                view.is_reading,
                Command::SecondWindow(!view.has_second_window),
            ),
        ],
    );
    if view.is_reading {
        let acts = ImageAct::ALL.map(|act| {
            let can = view.image_acts.contains(&act);
            (act.text_key(), can, Command::Image(act))
        });
        menu(ui, "menu-image", &acts);
        menu(
            ui,
            "menu-case",
            &[
                ("reading-next-case", true, Command::Act(Action::NextCase)),
                ("act-case-prev", true, Command::Act(Action::PreviousCase)),
                ("menu-no-finding", true, Command::Act(Action::NoFinding)),
                ("menu-hold", true, Command::Act(Action::Hold)),
                ("menu-flag", true, Command::Act(Action::Flag)),
                ("menu-submit", true, Command::Act(Action::Submit)),
            ],
        );
    }
    menu(
        ui,
        "menu-help",
        &[
            ("act-manual", true, Command::Act(Action::Manual)),
            ("menu-tour", true, Command::Tour),
            ("menu-key-chart", true, Command::Act(Action::KeyChart)),
            ("menu-commands", true, Command::Act(Action::Palette)),
            ("menu-about", true, Command::About),
        ],
    );
}

fn tab_ui(ui: &mut Ui, look: Look<'_>, screen: Screen, (is_open, has_icon): (bool, bool)) -> bool {
    let theme = look.theme;
    let (key, icon) = screen.tab();
    let text = look.t(key);
    let galley = ui.painter().layout_no_wrap(
        text.clone(),
        FontId::proportional(theme.type_sizes().body),
        Color32::PLACEHOLDER,
    );
    let before = if has_icon { 32.0 } else { 14.0 };
    let (rect, response) = ui.allocate_exact_size(
        vec2(galley.size().x + before + 14.0, theme.density.header),
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
    if has_icon {
        paint.text(
            rect.left_center() + vec2(18.0, 0.0),
            Align2::CENTER_CENTER,
            theme.icon(icon),
            FontId::new(15.0, icon_family()),
            color,
        );
    }
    paint.galley_with_override_text_color(
        rect.left_center() + vec2(before, -galley.size().y / 2.0),
        galley,
        color,
    );
    response.clicked()
}

fn right_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>, out: &mut Vec<Command>) {
    let is_on = look.words.language();
    // what the menus and tabs leave
    let room = ui.available_width();
    if room >= WITH_NAME {
        let settings = Button::new(look, "")
            .icon("settings")
            .named(look.t("settings-title"))
            .selected(view.screen == Screen::Settings);
        if ui
            .add(settings)
            .on_hover_text(look.t("menu-settings"))
            .clicked()
        {
            out.push(Command::Act(Action::Settings));
        }
        ui.add_space(4.0);
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for language in Language::ALL.into_iter().rev() {
            let button = Button::new(look, language.own_name()).selected(is_on == language);
            if ui.add(button).clicked() {
                out.push(Command::SetLanguage(language));
            }
        }
    });
    ui.add_space(8.0);
    person_ui(ui, look, view, room);
    palette_box_ui(ui, look, room >= WITH_BOX, out);
    if !view.has_project {
        return;
    }
    save_ui(ui, look, view.save, room);
}

/// Who is signed in.
fn person_ui(ui: &mut Ui, look: Look<'_>, view: &HeaderView<'_>, room: f32) {
    let theme = look.theme;
    if let Some((name, roles)) = &view.person {
        if ui.ctx().content_rect().width() >= ROOMY {
            chip(ui, look, roles, theme.color.text2);
        }
        if room >= WITH_NAME {
            let size = theme.type_sizes().body;
            label(ui, *name, size, theme.color.text1).on_hover_text(roles);
        }
        let person = icon(ui, look, "user", 16.0, theme.color.text2);
        if room < WITH_NAME {
            person.widget_info(|| WidgetInfo::labeled(Role::Label, true, *name));
            person.on_hover_text(format!("{name}  {roles}"));
        }
        ui.add_space(10.0);
    }
}

/// Whether what was done is on disc.
fn save_ui(ui: &mut Ui, look: Look<'_>, save: &SaveState, room: f32) {
    let theme = look.theme;
    let (mark, text, color) = match save {
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
    let is_told = room >= WITH_TIME || mark != "save_ok";
    if is_told {
        label(ui, text.clone(), theme.type_sizes().body, color);
    }
    let ink = if mark == "save_ok" {
        theme.color.ok
    } else {
        color
    };
    let response = icon(ui, look, mark, 15.0, ink);
    if !is_told {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        response.on_hover_text(text);
    }
}

/// From this width beside menus and tabs on there is room for the whole box of the palette.
const WITH_BOX: f32 = 900.0;
/// From this width on there is room for the time of the last save.
const WITH_TIME: f32 = 430.0;
/// From this width on there is room for the person's name.
const WITH_NAME: f32 = 310.0;

/// The box that opens the palette; in a narrow window an icon.
fn palette_box_ui(ui: &mut Ui, look: Look<'_>, is_wide: bool, out: &mut Vec<Command>) {
    let theme = look.theme;
    let name = look.t("palette-box");
    let keys = look.key(Action::Palette);
    let height = theme.density.control_small + 2.0;
    let galley = |text: &str| {
        let font = FontId::proportional(theme.type_sizes().small);
        let text = text.to_owned();
        ui.painter()
            .layout_no_wrap(text, font, Color32::PLACEHOLDER)
    };
    let (told, cap) = (galley(&name), galley(keys));
    let wide = height + told.size().x + cap.size().x + 40.0;
    let size = vec2(if is_wide { wide } else { height }, height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let is_over = response.hovered() || response.has_focus();
    let color = &theme.color;
    let ink = if is_over { color.text1 } else { color.text2 };
    let middle = rect.center().y;
    let paint = ui.painter();
    if is_wide {
        let line = if is_over {
            color.accent
        } else {
            color.line_strong
        };
        let corner = CornerRadius::same(3);
        let stroke = Stroke::new(1.0, line);
        paint.rect(rect, corner, color.bg3, stroke, egui::StrokeKind::Inside);
        let at = egui::pos2(rect.left() + height + 2.0, middle - told.size().y / 2.0);
        paint.galley_with_override_text_color(at, told, ink);
        paint_keys(ui, look, egui::pos2(rect.right() - 6.0, middle), keys);
    }
    let font = FontId::new(15.0, icon_family());
    let at = egui::pos2(rect.left() + height / 2.0, middle);
    paint.text(at, Align2::CENTER_CENTER, theme.icon("search"), font, ink);
    let tip = format!("{name}  {keys}");
    if response.on_hover_text(tip).clicked() {
        out.push(Command::Act(Action::Palette));
    }
    ui.add_space(10.0);
}
