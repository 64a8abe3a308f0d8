//! What a program runs in: a window with a graphics driver, a window painted by the processor, or
//! no window at all.
//!
//! The renderer is chosen once, before any event loop exists, and said to the program as
//! [`RendererInfo`]:
//!
//! 1. A real graphics adapter: wgpu.
//! 2. None, or a software one: the same pictures, made by the processor, shown through OpenGL where
//!    that is drawn by hardware.
//! 3. No such OpenGL: a window painted by the processor ([`painter`]), eight times quicker than
//!    OpenGL drawn by the processor.
//!
//! All share one event loop: a process can have only one. [`offscreen::Offscreen`] needs none.
//!
//! A graphics device that is lost takes its window along: no picture can be shown in it any more. The
//! program itself goes on in a window painted by the processor, as it was ([`Program::on_start`] is
//! called again); nothing it holds in memory is lost.

mod attach;
mod cpu_window;
mod driver_window;
pub mod offscreen;
pub mod painter;
mod present;
mod renderer;
mod stage;
mod watch;

pub use renderer::{RendererChoice, RendererInfo, RendererKind, RendererReason, WgpuState};
pub use watch::DeviceWatch;

use anyhow::Context as _;
use eframe::UserEvent;
use winit::event_loop::EventLoop;

use crate::player::PlayerPlugin;

/// What every host runs. It lives on one thread and is asked for one frame at a time.
pub trait Program {
    /// Lays out one frame; `ui` fills the window and has no margin.
    fn ui(&mut self, ui: &mut egui::Ui);

    /// Called before the first frame of a window. Fonts are installed; looks are the program's business.
    /// A second call means that the window before it was lost ([`RendererReason::DeviceLost`]):
    /// textures of its context are void.
    fn on_start(&mut self, ctx: &egui::Context, renderer: &RendererInfo);

    /// The person asked to close the window. False keeps it open; the next frame should say why.
    fn may_close(&mut self) -> bool;

    /// The window is about to go.
    fn on_exit(&mut self);

    /// Title of the window; asked each frame.
    fn title(&self) -> String;
}

/// Makes the program when its window is there.
pub type MakeProgram = Box<dyn FnOnce() -> Box<dyn Program>>;

/// The window to open.
#[derive(Clone, Debug)]
pub struct WindowSettings {
    /// Inner size in points.
    pub size: [f32; 2],
    /// The smallest inner size a person can give it, in points.
    pub min_size: [f32; 2],
    /// Title until the program gives its own.
    pub title: String,
    /// Name by which window managers group windows.
    pub app_id: String,
}

/// Environment variable that names a host: `cpu`, `glow` or `wgpu`, for tests and old machines.
pub const HOST_VARIABLE: &str = "DOKUEI_HOST";

/// Opens a window and runs the program in it until it closes.
///
/// A host that fails before it had a window gives way to the next; one log line says which was
/// taken.
///
/// # Errors
/// When there is no display, or no host could open a window.
pub fn run(
    choice: RendererChoice,
    window: WindowSettings,
    make: MakeProgram,
    player: Option<PlayerPlugin>,
) -> anyhow::Result<()> {
    let mut event_loop = EventLoop::<UserEvent>::with_user_event()
        .build()
        .context("no display")?;
    let cast = Cast {
        window,
        make,
        player,
        choice,
        is_survivor: false,
    };
    let plan = renderer::plan(choice, std::env::var(HOST_VARIABLE).ok().as_deref());
    let mut cast = Some(cast);
    for step in plan {
        let Some(present) = cast.take() else { break };
        match step {
            // No driver is trusted after one has failed with the person's work on the screen.
            _ if present.is_survivor => {
                cpu_window::run(&mut event_loop, RendererReason::DeviceLost, present)?;
            }
            renderer::Step::Wgpu { adapter, reason } => {
                cast = driver_window::run_wgpu(&mut event_loop, &adapter, reason, present)?;
            }
            renderer::Step::Glow { reason } => {
                cast = driver_window::run_glow(&mut event_loop, reason, present)?;
            }
            renderer::Step::Cpu { reason } => cpu_window::run(&mut event_loop, reason, present)?,
        }
    }
    Ok(())
}

/// What a host needs to begin, handed on by a host that could not.
struct Cast {
    window: WindowSettings,
    make: MakeProgram,
    player: Option<PlayerPlugin>,
    choice: RendererChoice,
    /// The program has run already, in a window that was lost.
    is_survivor: bool,
}

impl WindowSettings {
    fn viewport(&self) -> egui::ViewportBuilder {
        egui::ViewportBuilder::default()
            .with_inner_size(self.size)
            .with_min_inner_size(self.min_size)
            .with_title(&self.title)
            .with_app_id(&self.app_id)
    }
}

/// Prepares a fresh context: fonts before the first frame, tofu, the player, two passes a frame.
fn prepare(ctx: &egui::Context, player: Option<PlayerPlugin>) {
    if let Err(error) = crate::theme::install_fonts(ctx) {
        tracing::error!(%error, "bundled fonts cannot be read");
    }
    ctx.options_mut(|options| {
        // As eframe: a second pass where the first found a size out.
        options.max_passes = std::num::NonZeroUsize::MIN.saturating_add(1);
        // Ctrl +/- belongs to the program, which keeps the scale in its settings.
        options.zoom_with_keyboard = false;
    });
    if let Some(player) = player {
        ctx.add_plugin(player);
    }
}
