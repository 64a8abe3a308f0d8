//! The window's program: one owner of its state, commands performed at one place.
//!
//! A frame: answers of jobs and of the storage thread are taken in, the open screen is drawn and
//! fills a list of [`Command`]s, these are performed. Nothing here waits for disc or decoding: such
//! work is asked of the storage thread ([`OpenProject::ask`]) or of a job, and answers later.

mod agreement_work;
mod background;
mod case_work;
mod command;
mod dialogs;
mod frame;
mod import_list_work;
mod import_rows;
mod import_work;
mod machine;
mod people_work;
mod pictures;
mod prior_work;
mod project_work;
mod review_rows;
mod review_work;
mod series_work;
mod structure_work;
mod texts;
mod thumbnails;
mod window;
mod worklist_work;

pub use background::Progress;
pub use command::{Command, Screen};
pub use project_work::OpenProject;
pub use texts::{case_number_text, clock_text, grouped_text, size_text};
pub use window::{maker, open_played, open_window, window_settings};

use crate::court::Court;
use crate::host::{Program, RendererInfo, RendererReason};
use crate::language::Words;
use crate::room::{ImageAct, Room};
use crate::screens::{adjudication, agreement, export, import, reading, sign_in, start, worklist};
use crate::sentence::Sentence;
use crate::settings::Settings;
use crate::theme::{Mode, RowDensity, Theme};
use crate::viewport::Graphics;
use crate::widgets::Look;
use std::path::PathBuf;

/// Whether what was done is on disc.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum SaveState {
    /// Nothing was done yet.
    #[default]
    Nothing,
    /// On disc since a time of day.
    Saved(String),
    /// On its way.
    Saving,
    /// Kept in memory; the sentence says why.
    Failed(String),
    /// Nothing can be written.
    ReadOnly,
}

/// A sentence at the edge of the window.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    text: String,
    is_error: bool,
    until: std::time::Instant,
}

/// How the window starts.
#[derive(Clone, Debug, Default)]
pub struct StartAs {
    /// A project to open at once.
    pub project: Option<PathBuf>,
    /// Images to look at without a project.
    pub view: Vec<PathBuf>,
    /// A language other than the one in the settings.
    pub language: Option<crate::language::Language>,
}

/// The window's program.
pub struct Desk {
    words: Words,
    theme: Theme,
    settings: Settings,
    renderer: Option<RendererInfo>,
    context: Option<egui::Context>,
    background: background::Background,
    start_as: StartAs,
    screen: Screen,
    open: Option<OpenProject>,
    save: SaveState,
    notices: Vec<Notice>,
    form: Option<frame::Form>,
    machine: machine::Machine,
    pictures: pictures::Pictures,
    start: start::State,
    sign_in: sign_in::State,
    import: import::State,
    scanned: import_work::Scanned,
    worklist: worklist::State,
    /// Every case for those who manage the project, else the same as `own`.
    cases: Vec<worklist::CaseRow>,
    /// Cases that the signed-in person reads.
    own: Vec<worklist::CaseRow>,
    preview: Option<(String, egui::TextureHandle)>,
    reading: reading::State,
    room: Option<Room>,
    court: Option<Court>,
    agreement: agreement::State,
    export: export::State,
    loading: Option<Progress>,
    volumes: series_work::Volumes,
    /// A picture for the strip of series is being made.
    is_drawing_thumbnail: bool,
    may_close: bool,
}

impl Desk {
    /// The program before its first frame.
    ///
    /// # Errors
    /// When the bundled theme cannot be read, which a test shows not to happen.
    pub fn new(start_as: StartAs, settings: Settings) -> anyhow::Result<Self> {
        let language = start_as.language.unwrap_or(settings.language);
        let mode = if settings.light {
            Mode::Light
        } else {
            Mode::Dark
        };
        Ok(Self {
            words: Words::new(language),
            theme: Theme::new(mode, RowDensity::Normal, settings.text_scale)?,
            settings,
            renderer: None,
            context: None,
            background: background::Background::new(),
            start_as,
            screen: Screen::Start,
            open: None,
            save: SaveState::Nothing,
            notices: Vec::new(),
            form: None,
            machine: machine::Machine::default(),
            pictures: pictures::Pictures::default(),
            start: start::State::default(),
            sign_in: sign_in::State::default(),
            import: import::State::default(),
            scanned: import_work::Scanned::default(),
            worklist: worklist::State::default(),
            cases: Vec::new(),
            own: Vec::new(),
            preview: None,
            reading: reading::State::default(),
            room: None,
            court: None,
            agreement: agreement::State::default(),
            export: export::State::default(),
            loading: None,
            volumes: series_work::Volumes::default(),
            is_drawing_thumbnail: false,
            may_close: false,
        })
    }

    /// Says something for a few seconds.
    fn say(&mut self, text: impl Into<String>) {
        self.notice(text.into(), false);
    }

    /// Says that something went wrong; it stays until it is closed.
    fn say_fault(&mut self, text: impl Into<String>) {
        self.notice(text.into(), true);
    }

    /// Says why something was refused or failed.
    fn say_error(&mut self, error: &impl Sentence) {
        let text = error.sentence(&self.words);
        self.say_fault(text);
    }

    fn notice(&mut self, text: String, is_error: bool) {
        self.notices.retain(|known| known.text != text);
        let seconds = if is_error {
            3600.0
        } else {
            f64::from(self.theme.motion().notification_s)
        };
        let until = std::time::Instant::now() + std::time::Duration::from_secs_f64(seconds);
        self.notices.push(Notice {
            text,
            is_error,
            until,
        });
    }

    fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    fn draw(&mut self, ui: &mut egui::Ui, out: &mut Vec<Command>) {
        let tabs = self.tabs();
        let words = std::mem::replace(&mut self.words, Words::empty());
        let theme = self.theme.clone();
        let look = Look {
            words: &words,
            theme: &theme,
        };
        self.header(ui, look, tabs, out);
        let now = std::time::Instant::now();
        self.notices.retain(|notice| notice.until > now);
        let closed = self.status(ui, look);
        match self.screen {
            Screen::Start => self.draw_start(ui, look, out),
            Screen::SignIn => self.draw_sign_in(ui, look, out),
            Screen::Import => import::import_ui(ui, look, &mut self.import, out),
            Screen::Worklist => self.draw_worklist(ui, look, out),
            Screen::Reading => match &mut self.room {
                Some(room) => {
                    reading::reading_ui(ui, look, &mut self.reading, room, out);
                    let title = look.t("second-window-title");
                    let place = (title.as_str(), &mut self.settings.second_window);
                    let ctx = ui.ctx().clone();
                    reading::second_window_ui(&ctx, look, &mut self.reading, room, place, out);
                }
                None => reading::no_case_ui(ui, look),
            },
            Screen::Adjudication => match &mut self.court {
                Some(court) => adjudication::adjudication_ui(ui, look, court, out),
                None => adjudication::no_court_ui(ui, look, &self.waiting_cases(), out),
            },
            Screen::Agreement => agreement::agreement_ui(ui, look, &mut self.agreement, out),
            Screen::Export => export::export_ui(ui, look, &mut self.export, out),
        }
        if let Some(closed) = closed {
            self.notices.remove(closed);
        }
        if let Some(next) = self.notices.iter().map(|notice| notice.until).min() {
            ui.ctx()
                .request_repaint_after(next.saturating_duration_since(now));
        }
        if let Some(form) = &mut self.form {
            frame::form_ui(ui.ctx(), look, form, out);
        }
        self.words = words;
    }

    fn header(&self, ui: &mut egui::Ui, look: Look<'_>, tabs: Vec<Screen>, out: &mut Vec<Command>) {
        let session = self.open.as_ref().and_then(|open| open.session.as_ref());
        let person = session.map(|session| {
            (
                session.name(),
                texts::roles_text(look.words, session.roles()),
            )
        });
        let view = frame::HeaderView {
            screen: self.screen,
            tabs,
            title: self.open.as_ref().map_or("", |open| open.title.as_str()),
            person,
            save: &self.save,
            is_practice: self.open.as_ref().is_some_and(|open| open.is_practice),
            is_light: self.settings.light,
            has_project: self.open.is_some(),
            is_reading: self.screen == Screen::Reading && self.room.is_some(),
            image_acts: self.image_acts(),
            has_second_window: self.settings.second_window.is_open,
        };
        frame::header_ui(ui, look, &view, out);
    }

    fn image_acts(&self) -> Vec<ImageAct> {
        let all = ImageAct::ALL.into_iter();
        self.room.as_ref().map_or_else(Vec::new, |room| {
            all.filter(|act| room.can_act_on_image(*act)).collect()
        })
    }

    /// Draws the status bar. Returns the notice that was closed.
    fn status(&self, ui: &mut egui::Ui, look: Look<'_>) -> Option<usize> {
        let mut right = Vec::new();
        let left = match (self.screen, &self.room) {
            (Screen::Reading, Some(room)) => {
                if let Some(pointer) = &self.reading.pointer {
                    right.push(pointer.place.sentence());
                    right.extend(pointer.value.clone());
                }
                if room.is_in_project() {
                    let undo = room.history.standing();
                    right.push(look.f("undo-count", &[("count", undo.into())]));
                }
                format!(
                    "{}　{}",
                    look.t(room.tool.text_key()),
                    look.t(room.hint_key())
                )
            }
            (Screen::Worklist, _) => {
                right.push(look.t("worklist-blind-note"));
                look.t("worklist-hint")
            }
            (Screen::Import, _) => look.t("import-read-only-medium"),
            (Screen::Adjudication, _) if self.court.is_some() => look.t("adjudication-hint"),
            _ => self.open.as_ref().map_or_else(String::new, |open| {
                look.f(
                    "project-folder",
                    &[("path", open.folder.display().to_string().into())],
                )
            }),
        };
        right.extend(
            self.renderer
                .as_ref()
                .map(|renderer| look.t(renderer.kind.key())),
        );
        frame::status_ui(ui, look, &left, &right, &self.notices)
    }

    fn draw_start(&mut self, ui: &mut egui::Ui, look: Look<'_>, out: &mut Vec<Command>) {
        let rows = self.machine.rows(look.words, self.renderer.as_ref());
        let protocols = self.protocol_titles(look.words);
        let view = start::View {
            projects: &self.settings.recent,
            machine: &rows,
            checked_at: &self.machine.checked_at,
            protocols: &protocols,
            thumbnails: &self.pictures.projects,
            sample_picture: self.pictures.sample.as_ref(),
            version: env!("CARGO_PKG_VERSION"),
        };
        start::start_ui(ui, look, &mut self.start, &view, out);
    }

    fn draw_sign_in(&mut self, ui: &mut egui::Ui, look: Look<'_>, out: &mut Vec<Command>) {
        let Some(open) = &self.open else { return };
        let people = open.person_rows(look.words);
        let view = sign_in::View {
            title: &open.title,
            people: &people,
            is_practice: open.is_practice,
        };
        sign_in::sign_in_ui(ui, look, &mut self.sign_in, &view, out);
    }

    fn draw_worklist(&mut self, ui: &mut egui::Ui, look: Look<'_>, out: &mut Vec<Command>) {
        let (is_lead, readers) = self
            .open
            .as_ref()
            .map_or((false, Vec::new()), |open| (open.is_lead(), open.readers()));
        let selected = self.worklist.selected.clone();
        let preview = self
            .preview
            .as_ref()
            .filter(|(of, _)| Some(of) == selected.as_ref())
            .map(|(_, texture)| texture);
        let view = worklist::View {
            cases: &self.cases,
            own: &self.own,
            sees_all: self
                .open
                .as_ref()
                .is_some_and(|open| open.is_lead() || open.is_admin()),
            is_lead,
            is_admin: self.open.as_ref().is_some_and(OpenProject::is_admin),
            readers: &readers,
            preview,
        };
        worklist::worklist_ui(ui, look, &mut self.worklist, &view, out);
        if selected != self.worklist.selected {
            self.ask_preview();
        }
    }

    /// Ids and numbers of cases whose readers differ.
    fn waiting_cases(&self) -> Vec<(String, String)> {
        let waits = |row: &&worklist::CaseRow| {
            matches!(
                row.state,
                worklist::CaseState::Ready | worklist::CaseState::Discordant
            )
        };
        self.cases
            .iter()
            .filter(waits)
            .map(|row| (row.id.clone(), row.number.clone()))
            .collect()
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Go(screen) => self.go(screen),
            Command::SetLanguage(language) => {
                self.words = Words::new(language);
                self.settings.language = language;
                self.settings.save();
                self.rename_series();
                self.retell();
            }
            Command::SetLight(is_light) => {
                self.settings.light = is_light;
                self.restyle();
            }
            Command::ResizeText(steps) => {
                let scale = if steps == 0 {
                    1.0
                } else {
                    self.settings.text_scale + 0.1 * steps as f32
                };
                self.settings.text_scale = scale.clamp(0.8, 2.0);
                self.restyle();
            }
            Command::RememberDisplay => self.remember_display(),
            Command::CloseForm => self.form = None,
            Command::About => self.form = Some(frame::Form::About),
            Command::AskPassphrase => self.form = Some(frame::Form::Passphrase(Default::default())),
            Command::AskPerson => {
                self.form = Some(frame::Form::Person(frame::NewPersonForm::default()));
            }
            Command::Quit => self.quit(false),
            Command::QuitUnsaved => self.quit(true),
            other => self.perform_on_project(other),
        }
    }

    fn perform_on_project(&mut self, command: Command) {
        match command {
            Command::ChooseProject => self.choose_project(),
            Command::OpenProject(folder) => self.open_project(folder),
            Command::ChooseNewFolder => self.choose_new_folder(),
            Command::CreateProject => self.create_project(),
            Command::CancelNewProject => self.start.new = None,
            Command::OpenSample => self.open_sample(),
            Command::ForgetProject(folder) => self.forget_project(&folder),
            Command::CloseProject => self.close_project(),
            Command::SignIn { person, passphrase } => self.sign_in(person, &passphrase),
            Command::SignOut => self.sign_out(),
            Command::ChangePassphrase { old, new } => self.change_passphrase(old, new),
            Command::AddPerson {
                name,
                roles,
                passphrase,
                qualification,
            } => self.add_person(name, &roles, &passphrase, &qualification),
            Command::ChooseImportFolder => self.choose_import(true),
            Command::ChooseImportFiles => self.choose_import(false),
            Command::ChooseImportList => self.choose_import_list(),
            Command::Scan(paths) => self.scan(paths),
            Command::ShowTags { series, file } => self.show_tags(series, file),
            Command::AskRefusalFile => self.ask_refusal_file(),
            Command::SaveRefusals(file) => self.save_refusals(file),
            Command::StopScan => self.stop_scan(),
            Command::ImportChosen => self.import_chosen(),
            Command::Assign(readers) => self.assign(readers),
            Command::Reopen { case, reason } => self.reopen(case, reason),
            other => self.perform_on_case(other),
        }
    }

    fn perform_on_case(&mut self, command: Command) {
        match command {
            Command::OpenCase(case) => self.open_case(case),
            Command::OpenNextCase => self.open_next_case(),
            Command::OpenPreviousCase => self.open_previous_case(),
            Command::ShowSeries(index) => {
                if let Some(room) = &mut self.room {
                    room.show_series(index);
                }
            }
            Command::ShowPrior(prior) => self.show_prior(prior),
            Command::SecondWindow(is_open) => self.open_second_window(is_open),
            Command::Image(act) => {
                if let Some(room) = &mut self.room {
                    room.act_on_image(act);
                }
            }
            Command::Submit => self.submit(),
            Command::SaveAgain => self.save_again(),
            Command::Compare(case) => self.compare(case),
            Command::Decide => self.decide(),
            Command::Report(path) => self.report(path),
            Command::ChooseExportFolder => self.choose_export_folder(),
            Command::Export => self.export(),
            Command::DeleteFinding | Command::Undo | Command::Redo | Command::SayNoFinding => {
                if let Some(room) = &mut self.room {
                    match command {
                        Command::DeleteFinding => room.delete_selected(),
                        Command::Undo => room.undo(),
                        Command::Redo => room.redo(),
                        _ => room.say_no_finding(!room.document.no_finding()),
                    }
                }
            }
            other => tracing::error!(?other, "a command nobody performs"),
        }
    }

    fn go(&mut self, screen: Screen) {
        self.screen = screen;
        match screen {
            Screen::Worklist | Screen::Adjudication => self.refresh_cases(),
            Screen::Agreement => self.refresh_agreement(),
            _ => {}
        }
    }

    fn restyle(&mut self) {
        let mode = if self.settings.light {
            Mode::Light
        } else {
            Mode::Dark
        };
        self.theme = self
            .theme
            .with(mode, RowDensity::Normal, self.settings.text_scale);
        if let Some(context) = &self.context {
            self.theme.apply(context);
        }
        self.settings.save();
    }

    fn remember_display(&mut self) {
        if let Some(room) = &self.room {
            self.settings.fill_alpha = room.fill_alpha;
            self.settings.outline_px = room.outline_px;
        }
    }

    fn quit(&mut self, is_forced: bool) {
        self.may_close |= is_forced;
        if let Some(context) = &self.context {
            context.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Goes on in another window: what the first one had on its graphics device is gone.
    fn forget_window(&mut self) {
        self.preview = None;
        self.pictures = pictures::Pictures::default();
        if let Some(room) = &mut self.room {
            room.forget_pictures();
        }
        if let Some(court) = &mut self.court {
            court.forget_pictures();
        }
        self.renew_thumbnails();
        self.ask_preview();
        self.say_gpu_stopped();
    }

    fn say_gpu_stopped(&mut self) {
        let unsaved = self.unsaved();
        let text = if unsaved == 0 {
            self.t("reading-gpu-stopped")
        } else {
            let count = [("count", unsaved.into())];
            self.words.f("reading-gpu-stopped-unsaved", &count)
        };
        self.say_fault(text);
    }

    fn unsaved(&self) -> usize {
        self.open.as_ref().map_or(0, OpenProject::unsaved)
            + usize::from(self.room.as_ref().is_some_and(Room::has_acts))
    }

    fn global_keys(&mut self, ui: &egui::Ui, out: &mut Vec<Command>) {
        let (command, shift) = ui.input(|i| (i.modifiers.command, i.modifiers.shift));
        if !command || shift || ui.memory(|m| m.focused().is_some()) {
            return;
        }
        let pressed = |key| ui.input(|i| i.key_pressed(key));
        if pressed(egui::Key::O) && self.screen == Screen::Start {
            out.push(Command::ChooseProject);
        }
        if pressed(egui::Key::N) && self.screen == Screen::Start {
            self.start.new = Some(start::NewProject::default());
        }
        for (key, steps) in [
            (egui::Key::Equals, 1),
            (egui::Key::Plus, 1),
            (egui::Key::Minus, -1),
            (egui::Key::Num0, 0),
        ] {
            if pressed(key) {
                out.push(Command::ResizeText(steps));
            }
        }
    }

    /// Files dropped where no case is open: looked at without a project, or imported where there is one.
    /// Images without a project make way for others.
    fn dropped(&mut self, ui: &egui::Ui, out: &mut Vec<Command>) {
        let paths: Vec<PathBuf> = ui.input(|i| {
            i.raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_path_buf())
                .collect()
        });
        let reads_case =
            self.screen == Screen::Reading && self.room.as_ref().is_some_and(Room::is_in_project);
        if paths.is_empty() || reads_case || self.screen == Screen::Import {
            return;
        }
        if self.tabs().contains(&Screen::Import) {
            self.screen = Screen::Import;
            out.push(Command::Scan(paths));
        } else if self.open.is_none() {
            self.look_only(paths);
        }
    }
}

impl Program for Desk {
    fn on_start(&mut self, ctx: &egui::Context, renderer: &RendererInfo) {
        self.context = Some(ctx.clone());
        self.background.attach(ctx);
        self.renderer = Some(renderer.clone());
        self.theme.apply(ctx);
        Graphics::install(ctx, renderer);
        if renderer.why == RendererReason::DeviceLost {
            self.forget_window();
        }
        self.check_machine();
        self.load_pictures();
        if let Some(folder) = self.start_as.project.take() {
            self.open_project(folder);
        } else if !self.start_as.view.is_empty() {
            let paths = std::mem::take(&mut self.start_as.view);
            self.look_only(paths);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        for answer in self.background.answers() {
            answer(self);
        }
        self.follow_load();
        self.follow_storage();
        self.follow_scan();
        if Graphics::has_stopped(ui.ctx()) {
            self.say_gpu_stopped();
        }
        let mut out = Vec::new();
        self.global_keys(ui, &mut out);
        self.dropped(ui, &mut out);
        self.draw(ui, &mut out);
        for command in out {
            self.perform(command);
        }
        self.hand_acts_to_storage();
        self.load_what_room_shows();
        self.ask_thumbnail();
        self.load_what_court_wants();
    }

    fn may_close(&mut self) -> bool {
        let unsaved = self.unsaved();
        if self.may_close || unsaved == 0 {
            return true;
        }
        self.form = Some(frame::Form::Unsaved(unsaved));
        false
    }

    fn on_exit(&mut self) {
        self.close_project();
        self.settings.save();
    }

    fn title(&self) -> String {
        let mut title = "Dokuei".to_owned();
        if let Some(open) = &self.open {
            title = format!("{title} — {}", open.title);
        }
        if let Some(room) = self
            .room
            .as_ref()
            .filter(|_| self.screen == Screen::Reading)
        {
            title = format!("{title} — {}", room.number);
        }
        title
    }
}
