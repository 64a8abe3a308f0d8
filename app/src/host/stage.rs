//! A program on a context of our own, painted by the processor: what the painted window and the
//! off-screen host have in common.

use egui::{PlatformOutput, RawInput, ViewportCommand, ViewportId};

use super::painter::{Canvas, Painter, PixelRect};
use super::{MakeProgram, Program, RendererInfo, attach, prepare};
use crate::player::PlayerPlugin;

/// Shown where the program draws nothing.
const BACKGROUND: egui::Color32 = egui::Color32::BLACK;

pub(super) struct Stage {
    pub(super) ctx: egui::Context,
    program: Box<dyn Program>,
    painter: Painter,
    title: String,
}

/// What a frame asks of its host.
pub(super) struct Frame {
    pub(super) platform: PlatformOutput,
    /// Commands to the window, with a new title among them.
    pub(super) commands: Vec<ViewportCommand>,
    pub(super) damage: Vec<PixelRect>,
    /// The program agreed to close.
    pub(super) close: bool,
    /// How long egui wants to rest before the next frame.
    pub(super) repaint_after: std::time::Duration,
}

impl Stage {
    pub(super) fn new(
        ctx: egui::Context,
        make: MakeProgram,
        player: Option<PlayerPlugin>,
        info: &RendererInfo,
        title: &str,
    ) -> Self {
        prepare(&ctx, player);
        attach::system_fonts(&ctx);
        attach::inspection(&ctx, title);
        // Windows inside the window: this host has only one.
        ctx.set_embed_viewports(true);
        info.log();
        let mut program = make();
        program.on_start(&ctx, info);
        Self {
            ctx,
            program,
            painter: Painter::new(BACKGROUND),
            title: title.to_owned(),
        }
    }

    /// Runs the program once and paints what changed; `size` is the picture's, in pixels.
    pub(super) fn frame(&mut self, input: RawInput, size: [usize; 2]) -> Frame {
        let asked = input.viewport().close_requested();
        let agreed = asked && self.program.may_close();
        let Self {
            ctx,
            program,
            painter,
            title,
        } = self;
        let mut output = ctx.run_ui(input, |ui| program.ui(ui));
        let mut commands = Vec::new();
        let mut repaint_after = std::time::Duration::MAX;
        if let Some(viewport) = output.viewport_output.remove(&ViewportId::ROOT) {
            commands = viewport.commands;
            repaint_after = viewport.repaint_delay;
        }
        let wanted = program.title();
        if *title != wanted {
            commands.push(ViewportCommand::Title(wanted.clone()));
            *title = wanted;
        }
        painter.resize(size);
        let scale = output.pixels_per_point;
        let primitives = ctx.tessellate(std::mem::take(&mut output.shapes), scale);
        let damage = painter.paint(&primitives, scale, &mut output.textures_delta);
        let close = agreed && !commands.contains(&ViewportCommand::CancelClose);
        Frame {
            platform: std::mem::take(&mut output.platform_output),
            commands,
            damage,
            close,
            repaint_after,
        }
    }

    pub(super) fn canvas(&self) -> &Canvas {
        self.painter.canvas()
    }

    /// Forgets what was painted, so that the next frame paints every pixel.
    pub(super) fn forget(&mut self) {
        self.painter.forget();
    }

    pub(super) fn exit(&mut self) {
        self.ctx.on_exit();
        self.program.on_exit();
    }
}
