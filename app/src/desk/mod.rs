//! The window's program: one owner of its state, commands performed at one place.
//!
//! A frame: answers of jobs and of the storage thread are taken in, the open screen is drawn and
//! fills a list of [`Command`]s, these are performed. Nothing here waits for disc or decoding: such
//! work is asked of the storage thread ([`OpenProject::ask`]) or of a job, and answers later.

mod agreement_work;
mod background;
mod backup_work;
mod case_work;
mod command;
mod dialogs;
mod drawing;
mod frame;
mod import_list_work;
mod import_rows;
mod import_work;
mod key_work;
mod machine;
mod manual_work;
mod palette_acts;
mod palette_items;
mod palette_work;
mod people_work;
mod pictures;
mod place_work;
mod prior_work;
mod project_work;
mod regions;
mod review_rows;
mod review_work;
mod series_work;
mod settings_work;
mod structure_work;
mod texts;
mod thumbnails;
mod tour_work;
mod window;
mod worklist_work;

pub use background::Progress;
pub use command::{Command, Screen};
pub use project_work::OpenProject;
pub use texts::{case_number_text, clock_text, grouped_text, size_text};
pub use window::{maker, open_played, open_window, window_settings};

use crate::court::Court;
use crate::host::{Program, RendererInfo, RendererReason};
use crate::keys::{Action, Keymap};
use crate::language::Words;
use crate::room::Room;
use crate::screens::{
    agreement, export, import, manual, palette, reading, settings, sign_in, start, worklist,
};
use crate::sentence::Sentence;
use crate::settings::Settings;
use crate::theme::{Mode, Theme};
use crate::viewport::Graphics;
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

/// Seconds that a notice stays which is to be closed by hand.
const LASTING_S: f64 = 24.0 * 3600.0;

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
    manual: manual::State,
    touring: Option<tour_work::Touring>,
    loading: Option<Progress>,
    volumes: series_work::Volumes,
    /// A picture for the strip of series is being made.
    is_drawing_thumbnail: bool,
    may_close: bool,
    keys: Keymap,
    keyboard: key_work::Keyboard,
    kept: place_work::Kept,
    /// Own questions, or those of readers for the lead.
    flags: Vec<project::Flag>,
    progress: Option<project::OwnProgress>,
    /// What keys asked for in this frame that screens act on themselves.
    pressed: Vec<Action>,
    /// The palette, where it is open.
    palette: Option<palette::State>,
    shows_key_chart: bool,
    settings_state: settings::State,
    /// The screen to which Esc goes from the settings.
    before_settings: Screen,
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
        let keys = Keymap::new(&settings.keys, language);
        Ok(Self {
            words: Words::new(language),
            theme: Theme::new(mode, settings.density, settings.text_scale)?,
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
            manual: manual::State::default(),
            touring: None,
            loading: None,
            volumes: series_work::Volumes::default(),
            is_drawing_thumbnail: false,
            may_close: false,
            keys,
            keyboard: key_work::Keyboard::default(),
            kept: place_work::Kept::default(),
            flags: Vec::new(),
            progress: None,
            pressed: Vec::new(),
            palette: None,
            shows_key_chart: false,
            settings_state: settings::State::default(),
            before_settings: Screen::Start,
        })
    }

    /// Says something for a few seconds.
    fn say(&mut self, text: impl Into<String>) {
        let seconds = f64::from(self.theme.motion().notification_s);
        self.notice(text.into(), false, seconds);
    }

    /// Says that something went wrong; it stays until it is closed.
    fn say_fault(&mut self, text: impl Into<String>) {
        self.notice(text.into(), true, LASTING_S);
    }

    /// Says something that stays until it is closed.
    fn say_lasting(&mut self, text: impl Into<String>) {
        self.notice(text.into(), false, LASTING_S);
    }

    /// Says why something was refused or failed.
    fn say_error(&mut self, error: &impl Sentence) {
        let text = error.sentence(&self.words);
        self.say_fault(text);
    }

    fn notice(&mut self, text: String, is_error: bool, seconds: f64) {
        self.notices.retain(|known| known.text != text);
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

    fn perform(&mut self, command: Command) {
        match command {
            Command::Go(screen) => self.go(screen),
            Command::SetLanguage(language) => {
                self.words = Words::new(language);
                self.keys.tell_in(language);
                self.settings.language = language;
                self.settings.save();
                self.rename_series();
                self.retell();
            }
            Command::SetLight(is_light) => {
                self.settings.follows_system = false;
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
            Command::Palette(choice) => self.take_choice(choice),
            Command::Settings(change) => self.change(change),
            Command::SaveKeyChart => self.choose_key_chart_file(),
            Command::RememberDisplay => self.remember_display(),
            Command::CloseForm => self.form = None,
            Command::About => self.form = Some(frame::Form::About),
            Command::Tour => self.ask_tour(),
            Command::SkipTour => self.end_tour(),
            Command::AskPassphrase => self.form = Some(frame::Form::Passphrase(Default::default())),
            Command::AskPerson => {
                self.form = Some(frame::Form::Person(frame::NewPersonForm::default()));
            }
            Command::FullScreen => self.toggle_full_screen(),
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
            // what was typed so far stays
            Command::NewProject => {
                self.start.new.get_or_insert_default();
            }
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
            Command::AskBackup => self.ask_backup(),
            Command::ChooseBackupFolder => self.choose_backup_folder(),
            Command::MakeBackup(folder) => self.make_backup(folder),
            Command::Assign(readers) => self.assign(readers),
            Command::Reopen { case, reason } => self.reopen(case, reason),
            other => self.perform_on_case(other),
        }
    }

    fn perform_on_case(&mut self, command: Command) {
        match command {
            Command::OpenCase(case) => self.open_case(case),
            Command::CloseCase => {
                self.leave_case();
                self.go(Screen::Worklist);
            }
            Command::ReadNext => self.open_next_after(None),
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
            Command::Hold(note) => self.hold(note),
            Command::ReleaseHold(case) => self.release_hold(case),
            Command::RaiseFlag(text) => self.raise_flag(text),
            Command::SettleFlag { flag, answer } => self.settle_flag(flag, answer),
            Command::GoBackTo(seq) => self.go_back_to(seq),
            Command::SaveAgain => self.save_again(),
            Command::Compare(case) => self.compare(case),
            Command::Decide => self.decide(),
            Command::Report(path) => self.report(path),
            Command::ChooseExportFolder => self.choose_export_folder(),
            Command::Export => self.export(),
            other => tracing::error!(?other, "a command nobody performs"),
        }
    }

    fn go(&mut self, screen: Screen) {
        if screen == Screen::Manual {
            return self.open_manual();
        }
        self.screen = screen;
        match screen {
            Screen::Worklist | Screen::Adjudication => self.refresh_cases(),
            Screen::Agreement => self.refresh_agreement(),
            _ => {}
        }
    }

    fn restyle(&mut self) {
        let (mode, density) = (self.mode(), self.settings.density);
        self.theme = self.theme.with(mode, density, self.settings.text_scale);
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

    fn toggle_full_screen(&self) {
        if let Some(context) = &self.context {
            let is_full = context.input(|i| i.viewport().fullscreen.unwrap_or(false));
            context.send_viewport_cmd(egui::ViewportCommand::Fullscreen(!is_full));
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
        self.follow_system_theme();
        if Graphics::has_stopped(ui.ctx()) {
            self.say_gpu_stopped();
        }
        let mut out = Vec::new();
        self.take_keys(ui, &mut out);
        // The journal works on what keys asked for while the frame is drawn.
        self.hand_acts_to_storage();
        self.dropped(ui, &mut out);
        self.follow_tour();
        self.draw(ui, &mut out);
        for command in out {
            match command {
                // what a menu names by its key is done as by its key
                Command::Act(action) => {
                    let mut more = Vec::new();
                    self.act(action, &mut more);
                    more.into_iter().for_each(|command| self.perform(command));
                }
                other => self.perform(other),
            }
        }
        self.hand_acts_to_storage();
        self.follow_place(ui);
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
