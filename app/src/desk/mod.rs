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
mod next_work;
mod notices;
mod palette_acts;
mod palette_items;
mod palette_work;
mod people_work;
mod performing;
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
use notices::Notice;
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
    compared_cases: agreement_work::ComparedCases,
    /// The row of a comparison that is to be looked at once the comparison is there.
    wanted_row: Option<String>,
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
            compared_cases: agreement_work::ComparedCases::default(),
            wanted_row: None,
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

    fn t(&self, key: &str) -> String {
        self.words.t(key)
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
    /// Images without a project make way for others; on the agreement screen files are compared.
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
        if self.screen == Screen::Agreement {
            out.push(Command::Agreement(agreement::Ask::Files(paths)));
        } else if self.tabs().contains(&Screen::Import) {
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
        self.ask_gists();
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
