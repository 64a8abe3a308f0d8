//! The player's end in the window.

use std::sync::Arc;
use std::time::Duration;

use egui::{Context, FullOutput, RawInput, ViewportId};

use super::orders::Shared;
use super::{letters, widget};

/// Goes to the host; see [`super::pair`].
pub struct PlayerPlugin {
    shared: Arc<Shared>,
    has_played: bool,
}

impl PlayerPlugin {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            has_played: false,
        }
    }
}

impl Drop for PlayerPlugin {
    fn drop(&mut self) {
        self.shared.end();
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
        self.shared.end();
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let before = input.events.len();
        if self.shared.take(&mut input.events) {
            ctx.request_repaint();
        }
        self.has_played |= input.events.len() > before;
        if self.has_played {
            // A played window has the keyboard, whatever the desktop says: without it no text cursor is
            // shown, and a button that is held down counts as let go.
            input.focused = true;
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
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
