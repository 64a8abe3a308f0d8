//! The player's end in the window.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::{Context, FullOutput, RawInput, ViewportId};

use super::orders::{More, Shared};
use super::{letters, widget};
use crate::viewport::Graphics;

/// Goes to the host; see [`super::pair`].
pub struct PlayerPlugin {
    shared: Arc<Shared>,
    has_played: bool,
    /// The hand plays in another window: this one has gone.
    is_left: bool,
}

/// A file or folder that the hand lets fall on the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

impl PlayerPlugin {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            has_played: false,
            is_left: false,
        }
    }

    /// The hand goes on in another window, for which this plugin is; the present one has gone.
    pub(crate) fn leave(&mut self) -> Self {
        self.is_left = true;
        let mut heir = Self::new(Arc::clone(&self.shared));
        heir.has_played = self.has_played;
        heir
    }

    fn end(&self) {
        if !self.is_left {
            self.shared.end();
        }
    }
}

impl Drop for PlayerPlugin {
    fn drop(&mut self) {
        self.end();
    }
}

impl egui::Plugin for PlayerPlugin {
    fn debug_name(&self) -> &'static str {
        "player"
    }

    fn setup(&mut self, ctx: &Context) {
        ctx.enable_accesskit();
        self.shared.begin(ctx);
    }

    fn on_exit(&mut self, _: &Context) {
        self.end();
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        if self.is_left {
            return;
        }
        let before = input.events.len();
        let mut more = More::default();
        if self.shared.take(&mut input.events, &mut more) {
            ctx.request_repaint();
        }
        if more.loses_device {
            Graphics::lose(ctx);
        }
        for path in more.dropped {
            input.dropped_files.push(Arc::new(Dropped(path)));
        }
        self.has_played |= input.events.len() > before;
        if self.has_played {
            // A played window has the keyboard, whatever the desktop says: without it no text cursor is
            // shown, and a button that is held down counts as let go.
            input.focused = true;
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if self.is_left {
            return;
        }
        let update = output.platform_output.accesskit_update.as_ref();
        let widgets = update.map(|update| widget::read(update, &widget::places(ctx)));
        if self.shared.wants_letters() {
            self.shared.lettered(letters::read(&output.shapes));
        }
        let quiet = output
            .viewport_output
            .get(&ViewportId::ROOT)
            .is_none_or(|viewport| viewport.repaint_delay > Duration::ZERO);
        self.shared.drawn(widgets, quiet);
    }
}
