//! Settings: what is chosen counts at once and is kept.

use super::{Desk, Screen};
use crate::keys::{Chart, Heard, Keymap};
use crate::language::Words;
use crate::screens::settings::{Change, Page};
use crate::theme::Mode;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a count of the memory in use counts.
const MEMORY_LASTS: Duration = Duration::from_secs(2);

impl Desk {
    /// Does what the screen of settings asks.
    pub(super) fn change(&mut self, change: Change) {
        match change {
            Change::Open(page) => self.open_settings(page),
            Change::Record(id) => self.settings_state.record(id),
            Change::OpenRow(id) => {
                self.open_settings(Page::Keys);
                self.settings_state.open_row();
                self.settings_state.record(id);
            }
            Change::Back => self.leave_settings(),
            Change::Theme(theme) => {
                self.settings.choose_theme(theme);
                self.restyle();
            }
            Change::Scale(scale) => {
                self.settings.text_scale = scale.clamp(0.8, 2.0);
                self.restyle();
            }
            Change::Density(density) => {
                self.settings.density = density;
                self.restyle();
            }
            Change::Mouse(mouse) => {
                self.settings.mouse = Some(mouse);
                self.settings.save();
            }
            Change::ChooseTarget => self.choose_settings_target(),
            Change::ChooseSource => self.choose_settings_source(),
            Change::WriteTo(file) => self.write_settings(file),
            Change::ReadFrom(file) => self.read_settings(file),
            other => self.change_keys(other),
        }
    }

    fn change_keys(&mut self, change: Change) {
        let state = &mut self.settings_state;
        match change {
            Change::StopRecording | Change::KeepKey => state.leave_keys(),
            Change::ClearKey(id) => {
                state.leave_keys();
                self.keys.give(&id, None);
            }
            Change::ResetKey(id) => {
                state.leave_keys();
                let heard = crate::keys::Recording { id }.reset(&mut self.keys);
                if let Heard::Taken(conflict) = heard {
                    state.conflict = Some(conflict);
                }
            }
            Change::ResetKeys => {
                state.leave_keys();
                self.keys.reset();
            }
            Change::Swap => {
                if let Some(conflict) = state.conflict.take() {
                    conflict.swap(&mut self.keys);
                }
                state.leave_keys();
            }
            other => tracing::error!(?other, "a change nobody makes"),
        }
        self.keep_keys();
    }

    /// Takes what was pressed while a row of the table of keys waits for it.
    pub(super) fn record(&mut self, chord: crate::keys::Chord) {
        let Some(recording) = self.settings_state.recording.clone() else {
            return;
        };
        let heard = recording.hear(chord, &mut self.keys);
        self.settings_state.leave_keys();
        match heard {
            Heard::Left => {}
            Heard::Changed => self.keep_keys(),
            Heard::Refused => {
                self.settings_state.recording = Some(recording);
                self.settings_state.is_refused = true;
            }
            Heard::Taken(conflict) => self.settings_state.conflict = Some(conflict),
        }
    }

    fn keep_keys(&mut self) {
        self.settings.keys = self.keys.changed();
        self.settings.save();
    }

    fn open_settings(&mut self, page: Page) {
        if self.screen != Screen::Settings {
            self.before_settings = self.screen;
        }
        self.settings_state.open(page);
        self.screen = Screen::Settings;
    }

    fn leave_settings(&mut self) {
        self.settings_state.leave_keys();
        let back = self.before_settings;
        self.go(back);
        if back == Screen::Reading {
            self.reading.wants_keyboard();
        }
    }

    /// Dark or light, as chosen or as the system has it.
    pub(super) fn mode(&self) -> Mode {
        let of_system = || self.context.as_ref()?.system_theme();
        let is_light = match of_system().filter(|_| self.settings.follows_system) {
            Some(theme) => theme == egui::Theme::Light,
            None => self.settings.light && !self.settings.follows_system,
        };
        if is_light { Mode::Light } else { Mode::Dark }
    }

    /// Follows the system from light to dark, where that is chosen.
    pub(super) fn follow_system_theme(&mut self) {
        if self.settings.follows_system && self.mode() != self.theme.mode {
            self.restyle();
        }
    }

    /// Counts the memory in use, now and then.
    pub(super) fn count_memory(&mut self) {
        let known = &mut self.settings_state.memory;
        if known.is_none_or(|(at, _)| at.elapsed() > MEMORY_LASTS) {
            *known = memory_in_use().map(|bytes| (Instant::now(), bytes));
        }
    }

    fn write_settings(&mut self, file: PathBuf) {
        match self.settings.portable() {
            Ok(bytes) => self.write_file(file, bytes, ["settings-written", "settings-not-written"]),
            Err(error) => tracing::error!(%error, "settings cannot be written"),
        }
    }

    /// Writes the key chart as a page for printing.
    pub(super) fn write_key_chart(&mut self, file: PathBuf) {
        let page = Chart::new(&self.keys, &self.words).html(&self.words);
        self.write_file(
            file,
            page.into_bytes(),
            ["chart-written", "chart-not-written"],
        );
    }

    /// Writes a file beside the window, and says in one of two sentences whether it was.
    fn write_file(&mut self, file: PathBuf, bytes: Vec<u8>, [done, failed]: [&'static str; 2]) {
        self.background.spawn(
            "write-file",
            move |_| (std::fs::write(&file, bytes), file),
            move |desk, (written, file)| {
                let path = [("path", file.display().to_string().into())];
                match written {
                    Ok(()) => desk.say(desk.words.f(done, &path)),
                    Err(error) => {
                        tracing::warn!(%error, "a file was not written");
                        desk.say_fault(desk.words.f(failed, &path));
                    }
                }
            },
        );
    }

    fn read_settings(&mut self, file: PathBuf) {
        self.background.spawn(
            "read-settings",
            move |_| (std::fs::read(&file), file),
            |desk, (read, file)| desk.take_settings(read, &file),
        );
    }

    fn take_settings(&mut self, read: std::io::Result<Vec<u8>>, file: &Path) {
        let read = read.map_err(|error| error.to_string());
        let taken = read.and_then(|bytes| {
            let taken = self.settings.take_in(&bytes);
            taken.map_err(|error| error.to_string())
        });
        if let Err(error) = taken {
            tracing::warn!(error, "settings were not taken in");
            let path = [("path", file.display().to_string().into())];
            self.say_fault(self.words.f("settings-not-taken", &path));
            return;
        }
        let language = self.settings.language;
        self.words = Words::new(language);
        self.keys = Keymap::new(&self.settings.keys, language);
        self.rename_series();
        self.retell();
        self.restyle();
        self.say(self.t("settings-taken"));
    }
}

/// Bytes of memory that the program has in hand, where the system tells.
fn memory_in_use() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
