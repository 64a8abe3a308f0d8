//! The window round the program.

use super::{Desk, StartAs};
use crate::host::{self, MakeProgram, Program, RendererChoice, WindowSettings};
use crate::language::Words;
use crate::player::PlayerPlugin;
use crate::settings::Settings;

/// The window of the program.
#[must_use]
pub fn window_settings() -> WindowSettings {
    WindowSettings {
        size: [1600.0, 1000.0],
        min_size: [1280.0, 800.0],
        title: "Dokuei".to_owned(),
        app_id: "dokuei".to_owned(),
    }
}

/// What makes the program once its window is there.
#[must_use]
pub fn maker(start_as: StartAs, settings: Settings) -> MakeProgram {
    let language = start_as.language.unwrap_or(settings.language);
    Box::new(move || match Desk::new(start_as, settings) {
        Ok(desk) => Box::new(desk) as Box<dyn Program>,
        Err(error) => {
            tracing::error!(%error, "the program's own files are damaged");
            Box::new(Broken(Words::new(language).t("app-broken")))
        }
    })
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When there is no display, or no way to draw on it.
pub fn open_window(start_as: StartAs, choice: RendererChoice) -> anyhow::Result<()> {
    open_played(start_as, choice, Settings::load(), None)
}

/// Opens the window with a player at its controls.
///
/// # Errors
/// As [`open_window`].
pub fn open_played(
    start_as: StartAs,
    choice: RendererChoice,
    settings: Settings,
    player: Option<PlayerPlugin>,
) -> anyhow::Result<()> {
    host::run(choice, window_settings(), maker(start_as, settings), player)
}

/// Says that the program's own files are damaged.
struct Broken(String);

impl Program for Broken {
    fn ui(&mut self, ui: &mut egui::Ui) {
        ui.label(&self.0);
    }

    fn on_start(&mut self, _: &egui::Context, _: &host::RendererInfo) {}

    fn may_close(&mut self) -> bool {
        true
    }

    fn on_exit(&mut self) {}

    fn title(&self) -> String {
        "Dokuei".to_owned()
    }
}
