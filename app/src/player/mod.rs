//! Plays a person: presses named widgets, draws paths, types, reads what the window shows.
//!
//! The demonstration, the window tests and the manual's pictures are made with it. It enters the
//! program where a hand would, as input events of egui, so it works alike in every host. A
//! [`PlayerPlugin`] goes to the host, the [`Player`] to a thread of its own:
//!
//! ```no_run
//! # fn main() -> Result<(), dokuei::player::PlayerError> {
//! let (plugin, player) = dokuei::player::pair();
//! std::thread::spawn(move || {
//!     player.click("開く Open")?;
//!     player.wait_for("読影 Reading")?;
//!     player.screenshot(std::path::Path::new("reading.png"))?;
//!     player.close()
//! });
//! // dokuei::host::run(choice, window, make, Some(plugin))
//! # drop(plugin);
//! # Ok(())
//! # }
//! ```

mod error;
mod gesture;
mod keys;
mod letters;
mod operations;
mod orders;
mod plugin;
mod widget;

pub use error::PlayerError;
pub use letters::Lettering;
pub use operations::Operations;
pub use plugin::PlayerPlugin;
pub use widget::Widget;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use egui::{ColorImage, Event, Pos2};

use orders::{More, Shared};

/// How long a widget may take to appear, or the program to answer, unless told otherwise.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait for a picture to come to rest after an action; then play goes on.
const SETTLE: Duration = Duration::from_millis(700);

/// The hand that plays. Calls block until a frame has taken them in; clones play the same window.
#[derive(Clone)]
pub struct Player {
    shared: Arc<Shared>,
    patience: Duration,
}

/// A plugin for the host and its player.
pub fn pair() -> (PlayerPlugin, Player) {
    let shared = Arc::new(Shared::default());
    let player = Player {
        shared: Arc::clone(&shared),
        patience: PATIENCE,
    };
    (PlayerPlugin::new(shared), player)
}

impl Player {
    /// The same hand with another patience.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            patience,
        }
    }

    /// What the hand has done so far.
    #[must_use]
    pub fn operations(&self) -> Operations {
        self.shared.counter.now()
    }

    /// Waits for the first frame.
    ///
    /// # Errors
    /// [`PlayerError::NoAnswer`] when there is none in time.
    pub fn wait_for_window(&self) -> Result<(), PlayerError> {
        self.shared.wait(self.patience, |state| state.passes > 0)
    }

    /// Every widget that the window shows, after a fresh frame, in the order of the screen readers.
    ///
    /// # Errors
    /// When the window has closed or does not answer.
    pub fn tree(&self) -> Result<Vec<Widget>, PlayerError> {
        self.wait_for_window()?;
        self.events(Vec::new())?;
        Ok(self.shared.read(|state| state.widgets.clone()))
    }

    /// The named widgets as text for comparison: one per line, without positions.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn tree_text(&self) -> Result<String, PlayerError> {
        Ok(widget::text(&self.tree()?))
    }

    /// What a fresh frame paints in letters, in the order of painting; also what has no widget of
    /// its own.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn letters(&self) -> Result<Vec<Lettering>, PlayerError> {
        self.wait_for_window()?;
        self.shared.ask_letters();
        self.events(Vec::new())?;
        Ok(self
            .shared
            .read(|state| state.letters.clone())
            .unwrap_or_default())
    }

    /// Waits until a widget with this name is shown, and returns it.
    ///
    /// The whole name goes before a name in other letter cases, this before a part of a name; what
    /// can be pressed goes before a mere label.
    ///
    /// # Errors
    /// [`PlayerError::NoWidget`] with the names that are there.
    pub fn wait_for(&self, name: &str) -> Result<Widget, PlayerError> {
        self.wait_for_nth(name, 0)
    }

    /// As [`Self::wait_for`] for the `nth` (from 0) of several widgets of that name, from the top.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub fn wait_for_nth(&self, name: &str, nth: usize) -> Result<Widget, PlayerError> {
        self.wait_for_window()?;
        let found = |state: &orders::State| widget::select(&state.widgets, name).nth(nth).cloned();
        let waited = self
            .shared
            .wait(self.patience, |state| found(state).is_some());
        match (waited, self.shared.read(found)) {
            (_, Some(widget)) => Ok(widget),
            (Err(PlayerError::Closed), None) => Err(PlayerError::Closed),
            (_, None) => Err(PlayerError::NoWidget {
                name: name.to_owned(),
                there: self.shared.read(|state| widget::names(&state.widgets)),
            }),
        }
    }

    /// Waits until no widget has this name.
    ///
    /// # Errors
    /// [`PlayerError::StillThere`] when it stays.
    pub fn wait_gone(&self, name: &str) -> Result<(), PlayerError> {
        self.wait_for_window()?;
        let gone = |state: &orders::State| widget::select(&state.widgets, name).next().is_none();
        match self.shared.wait(self.patience, gone) {
            Err(PlayerError::NoAnswer { .. }) => Err(PlayerError::StillThere {
                name: name.to_owned(),
            }),
            other => other,
        }
    }

    /// True when a widget of this name is shown now.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn shows(&self, name: &str) -> Result<bool, PlayerError> {
        let widgets = self.tree()?;
        Ok(widget::select(&widgets, name).next().is_some())
    }

    /// The value of a widget: text of a field, number of a slider, `true` or `false` of a check
    /// box; its name when it has no value. Read after a fresh frame.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub fn value(&self, name: &str) -> Result<String, PlayerError> {
        self.wait_for(name)?;
        self.events(Vec::new())?;
        let widget = self.wait_for(name)?;
        Ok(widget.value.unwrap_or(widget.name))
    }

    /// Waits until the picture has come to rest; goes on after a while where it never does.
    pub fn settle(&self) {
        // An animation is no failure.
        let _ = self.shared.wait(SETTLE, |state| state.quiet);
    }

    /// Frames that the window has drawn so far; the same figure later proves that it rested.
    pub fn frames_drawn(&self) -> u64 {
        self.shared.read(|state| state.passes)
    }

    /// What the window shows.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn picture(&self) -> Result<Arc<ColorImage>, PlayerError> {
        self.wait_for_window()?;
        self.settle();
        let (picture, arrived) = channel();
        let ctx = self.shared.ctx().ok_or(PlayerError::Closed)?;
        ctx.request_screenshot(move |image| {
            // A player that has given up needs no picture.
            let _ = picture.send(image);
        });
        let image = self.receive(&ctx, &arrived)?;
        // The window rests again when this returns.
        self.events(Vec::new())?;
        self.settle();
        Ok(image)
    }

    /// Writes what the window shows as a PNG file.
    ///
    /// # Errors
    /// When the window does not answer or the file cannot be written.
    pub fn screenshot(&self, path: &Path) -> Result<(), PlayerError> {
        let image = self.picture()?;
        crate::host::painter::write_png(&image, path).map_err(|error| PlayerError::File {
            path: path.to_owned(),
            why: format!("{error:#}"),
        })
    }

    /// The picture comes with one of the next frames; an idle window is asked again for one.
    fn receive<T>(
        &self,
        ctx: &egui::Context,
        arrived: &std::sync::mpsc::Receiver<T>,
    ) -> Result<T, PlayerError> {
        let begun = Instant::now();
        loop {
            if let Ok(value) = arrived.recv_timeout(Duration::from_millis(100)) {
                return Ok(value);
            }
            if begun.elapsed() > self.patience {
                return Err(PlayerError::NoAnswer {
                    waited: self.patience,
                });
            }
            ctx.request_repaint();
        }
    }

    /// Loses the graphics device of the window before its next frame, as a driver might; the hand goes
    /// on in the window that takes its place. Nothing happens where no device draws.
    ///
    /// # Errors
    /// When the window does not answer any more.
    pub fn lose_device(&self) -> Result<(), PlayerError> {
        self.more(More {
            loses_device: true,
            ..More::default()
        })
    }

    /// Closes the window as a person would; the program may refuse.
    ///
    /// # Errors
    /// [`PlayerError::NoAnswer`] when it stays open.
    pub fn close(&self) -> Result<(), PlayerError> {
        let Some(ctx) = self.shared.ctx() else {
            return Ok(());
        };
        ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, egui::ViewportCommand::Close);
        // egui wakes the window before it has the command; a frame may have passed in between
        ctx.request_repaint();
        match self.shared.wait(self.patience, |_| false) {
            Err(PlayerError::Closed) => Ok(()),
            other => other,
        }
    }

    /// Gives events to one frame of their own and waits until it is drawn.
    ///
    /// # Errors
    /// When the window has closed or does not answer.
    pub fn events(&self, events: Vec<Event>) -> Result<(), PlayerError> {
        let ticket = self.shared.order(events, true)?;
        self.shared
            .wait(self.patience, |state| state.done >= ticket)
    }

    fn more(&self, more: More) -> Result<(), PlayerError> {
        let ticket = self.shared.order_more(more)?;
        self.shared
            .wait(self.patience, |state| state.done >= ticket)
    }

    fn centre(&self, name: &str) -> Result<Pos2, PlayerError> {
        Ok(self.wait_for(name)?.rect.center())
    }
}

#[cfg(test)]
mod tests;
