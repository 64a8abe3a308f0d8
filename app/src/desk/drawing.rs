//! A frame of the window: header, status bar, the screen that is open, and what lies over it.

use super::{Command, Desk, OpenProject, Screen, frame, texts};
use crate::language::Words;
use crate::room::ImageAct;
use crate::screens::{
    adjudication, agreement, export, import, manual, palette, reading, settings, sign_in, start,
    worklist,
};
use crate::widgets::Look;

impl Desk {
    pub(super) fn draw(&mut self, ui: &mut egui::Ui, out: &mut Vec<Command>) {
        let tabs = self.tabs();
        let words = std::mem::replace(&mut self.words, Words::empty());
        let theme = self.theme.clone();
        let keys = self.keys.clone();
        let pressed = std::mem::take(&mut self.pressed);
        let look = Look {
            words: &words,
            theme: &theme,
            keys: &keys,
            acts: &pressed,
        };
        self.reading.panels = self.settings.panels;
        self.header(ui, look, tabs, out);
        let now = std::time::Instant::now();
        self.notices.retain(|notice| notice.until > now);
        self.count_memory();
        let closed = self.status(ui, look);
        match self.screen {
            Screen::Start => self.draw_start(ui, look, out),
            Screen::SignIn => self.draw_sign_in(ui, look, out),
            Screen::Import => import::import_ui(ui, look, &mut self.import, out),
            Screen::Worklist => self.draw_worklist(ui, look, out),
            Screen::Reading => match &mut self.room {
                Some(room) => {
                    room.mouse = self.settings.mouse.unwrap_or_default();
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
            Screen::Manual => manual::manual_ui(ui, look, &mut self.manual, out),
            Screen::Settings => self.draw_settings(ui, look, out),
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
        if let Some(palette) = &mut self.palette {
            palette::palette_ui(ui.ctx(), look, palette, out);
        }
        if self.shows_key_chart && frame::key_chart_ui(ui.ctx(), look, out) {
            self.shows_key_chart = false;
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
            is_admin: self.open.as_ref().is_some_and(OpenProject::is_admin),
            is_light: self.theme.mode == crate::theme::Mode::Light,
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
                if let Some(seen) = room.seen_share() {
                    // all is only said once all is
                    let percent = if seen < 1.0 {
                        (seen * 100.0).ceil().min(99.0)
                    } else {
                        100.0
                    };
                    right.push(look.f("coverage-seen", &[("percent", percent.into())]));
                }
                if room.wheel_step() > 1 {
                    right.push(look.f("wheel-step", &[("step", room.wheel_step().into())]));
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
            (Screen::Manual, _) => look.t("manual-hint"),
            (Screen::Settings, _) => {
                right.push(look.t("settings-saved"));
                format!("{}　{}", look.t("settings-title"), look.t("settings-hint"))
            }
            (Screen::Adjudication, _) if self.court.is_some() => look.t("adjudication-hint"),
            _ => self.open.as_ref().map_or_else(String::new, |open| {
                look.f(
                    "project-folder",
                    &[("path", open.folder.display().to_string().into())],
                )
            }),
        };
        if let Some((_, bytes)) = self.settings_state.memory {
            let told = [("size", texts::size_text(bytes).into())];
            // first, so that nothing else moves when it changes
            right.insert(0, look.f("status-memory", &told));
        }
        right.extend(
            self.renderer
                .as_ref()
                .map(|renderer| look.t(renderer.kind.key())),
        );
        frame::status_ui(ui, look, &left, &right, &self.notices)
    }

    fn draw_settings(&mut self, ui: &mut egui::Ui, look: Look<'_>, out: &mut Vec<Command>) {
        self.count_memory();
        let renderer = self.renderer.as_ref().map(|renderer| {
            let kind = look.t(renderer.kind.key());
            let name = match renderer.adapter.as_str() {
                "" => kind,
                adapter => format!("{kind}（{adapter}）"),
            };
            [name, look.t(renderer.why.key())]
        });
        let home = self.settings.home();
        let view = settings::View {
            settings: &self.settings,
            renderer,
            home: home.map_or_else(String::new, |folder| folder.display().to_string()),
        };
        settings::settings_ui(ui, look, &mut self.settings_state, &view, out);
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
            asks_mouse: self.settings.mouse.is_none(),
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
            flags: &self.flags,
            progress: self.progress.as_ref(),
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
}
