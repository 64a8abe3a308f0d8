//! Forms that lie over a screen: passphrase, new person, about, unsaved edits.

use crate::desk::Command;
use crate::widgets::{Button, Look, check, dialog, label, paragraph, text_field};
use egui::{CornerRadius, Frame, Margin, Stroke, Ui};

/// A form that lies over the screen.
#[derive(Clone, Debug)]
pub(in crate::desk) enum Form {
    /// A new passphrase: the old one, the new one twice.
    Passphrase([String; 3]),
    /// A new person.
    Person(NewPersonForm),
    /// What program this is.
    About,
    /// The window was to close while edits are not saved.
    Unsaved(usize),
    /// Where a backup is made, and when the last one was.
    Backup {
        /// The folder.
        folder: String,
        /// Day and time of the last one.
        last: Option<String>,
    },
    /// Why a case is put on hold.
    Hold(String),
    /// A question to the lead, and the finding that it is about.
    Flag {
        /// The question.
        text: String,
        /// Name of the finding; empty where it is about the case.
        about: String,
    },
}

impl Form {
    /// The key of its title.
    const fn title(&self) -> &'static str {
        match self {
            Self::Passphrase(_) => "passphrase-title",
            Self::Person(_) => "people-title",
            Self::About => "app-name",
            Self::Unsaved(_) => "closing-unsaved-title",
            Self::Backup { .. } => "backup-title",
            Self::Hold(_) => "hold-title",
            Self::Flag { .. } => "flag-title",
        }
    }
}

/// Draws the form on top.
pub(in crate::desk) fn form_ui(
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
            let title = look.t(form.title());
            let size = theme.type_sizes().title;
            label(ui, title.clone(), size, theme.color.text1);
            match form {
                Form::Passphrase(texts) => passphrase_ui(ui, look, texts, out),
                Form::Person(person) => person_ui(ui, look, person, out),
                Form::About => about_ui(ui, look, out),
                Form::Unsaved(count) => unsaved_ui(ui, look, *count, out),
                Form::Backup { folder, last } => backup_ui(ui, look, folder, last.as_deref(), out),
                Form::Hold(note) => note_ui(ui, look, &HOLD, (note, ""), out),
                Form::Flag { text, about } => note_ui(ui, look, &FLAG, (text, about), out),
            }
            dialog(ui, &title);
        });
    if shown.should_close() {
        out.push(Command::CloseForm);
    }
}

fn passphrase_ui(ui: &mut Ui, look: Look<'_>, texts: &mut [String; 3], out: &mut Vec<Command>) {
    let theme = look.theme;
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

fn backup_ui(
    ui: &mut Ui,
    look: Look<'_>,
    folder: &mut String,
    last: Option<&str>,
    out: &mut Vec<Command>,
) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    paragraph(ui, look, look.t("backup-hint"), sizes.body, color.text2);
    let told = match last {
        Some(last) => look.f("backup-last", &[("when", last.to_owned().into())]),
        None => look.t("backup-never"),
    };
    label(ui, told, sizes.body, color.text2);
    let name = look.t("backup-folder");
    label(ui, name.clone(), sizes.body, color.text2);
    let width = ui.available_width();
    text_field(ui, look, &name, "", folder, width, false);
    ui.horizontal(|ui| {
        let may = !folder.trim().is_empty();
        let make = Button::new(look, look.t("backup-do"))
            .primary()
            .icon("backup");
        if ui.add(make.enabled(may)).clicked() {
            out.push(Command::MakeBackup(folder.trim().into()));
        }
        let choose = Button::new(look, look.t("choose-folder")).icon("open");
        if ui.add(choose).clicked() {
            out.push(Command::ChooseBackupFolder);
        }
        if ui.add(Button::new(look, look.t("cancel"))).clicked() {
            out.push(Command::CloseForm);
        }
    });
}

/// A form with one text: the keys of its name, of what it is for, of what it does, of why it does
/// nothing yet.
struct NoteForm {
    name: &'static str,
    hint: &'static str,
    act: &'static str,
    empty: &'static str,
    command: fn(String) -> Command,
}

const HOLD: NoteForm = NoteForm {
    name: "hold-title",
    hint: "hold-hint",
    act: "hold-do",
    empty: "note-empty",
    command: Command::Hold,
};

const FLAG: NoteForm = NoteForm {
    name: "flag-title",
    hint: "flag-hint",
    act: "flag-do",
    empty: "question-empty",
    command: Command::RaiseFlag,
};

fn note_ui(
    ui: &mut Ui,
    look: Look<'_>,
    form: &NoteForm,
    (text, about): (&mut String, &str),
    out: &mut Vec<Command>,
) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let name = look.t(form.name);
    if !about.is_empty() {
        label(ui, about, sizes.body, color.text1);
    }
    paragraph(ui, look, look.t(form.hint), sizes.body, color.text2);
    // its width includes its margin
    let field = egui::TextEdit::multiline(text)
        .font(egui::FontId::proportional(sizes.body))
        .margin(Margin::symmetric(8, 4))
        .desired_rows(3)
        .desired_width(ui.available_width());
    let response = ui.add(field);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, &name));
    if response.has_focus() {
        ui.painter().rect_stroke(
            response.rect,
            CornerRadius::same(look.theme.radius().control),
            Stroke::new(2.0, color.accent),
            egui::StrokeKind::Inside,
        );
    }
    if opens_now(ui, response.id) {
        response.request_focus();
    }
    let may = !text.trim().is_empty();
    let by_key = ui.input(|i| i.modifiers.command && i.key_pressed(egui::Key::Enter));
    ui.horizontal(|ui| {
        let act = Button::new(look, look.t(form.act))
            .primary()
            .keys("Ctrl Enter");
        if ui.add(act.enabled(may)).clicked() || (may && by_key) {
            out.push((form.command)(text.trim().to_owned()));
        }
        if ui
            .add(Button::new(look, look.t("cancel")).keys("Esc"))
            .clicked()
        {
            out.push(Command::CloseForm);
        }
        if !may {
            paragraph(ui, look, look.t(form.empty), sizes.small, color.text2);
        }
    });
}

/// Whether a form has just been opened, by the passes in which its field was drawn. Some are waited for: what
/// called it may give the keyboard back to the picture below first.
fn opens_now(ui: &Ui, field: egui::Id) -> bool {
    let now = ui.ctx().cumulative_pass_nr();
    let id = field.with("drawn");
    ui.data_mut(|data| {
        let [first, last] = data.get_temp(id).unwrap_or([now; 2]);
        let first = if last + 1 < now { now } else { first };
        data.insert_temp(id, [first, now]);
        now < first + 4
    })
}

/// What is typed about a new person.
#[derive(Clone, Debug, Default)]
pub(in crate::desk) struct NewPersonForm {
    name: String,
    qualification: String,
    passphrase: String,
    is_lead: bool,
    is_admin: bool,
}

fn person_ui(ui: &mut Ui, look: Look<'_>, form: &mut NewPersonForm, out: &mut Vec<Command>) {
    let theme = look.theme;
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
    let small = theme.type_sizes().small;
    paragraph(ui, look, licences, small, theme.color.text2);
    if ui.add(Button::new(look, look.t("close"))).clicked() {
        out.push(Command::CloseForm);
    }
}

fn unsaved_ui(ui: &mut Ui, look: Look<'_>, count: usize, out: &mut Vec<Command>) {
    let theme = look.theme;
    let text = look.f("closing-unsaved", &[("count", count.into())]);
    let body = theme.type_sizes().body;
    paragraph(ui, look, text, body, theme.color.text1);
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
