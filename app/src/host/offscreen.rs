//! Runs a program without any display: frames on demand, the picture as a PNG file.
//!
//! Used by tests, by the demonstration on a machine without a display, and for the manual's
//! pictures. Driven by frames ([`Offscreen::settle`]) or by a player on another thread
//! ([`Offscreen::run_until_closed`]).

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use egui::{Event, RawInput, ViewportCommand, ViewportEvent, ViewportId, ViewportInfo};

use super::painter::{Canvas, Painter, PixelRect};
use super::stage::Stage;
use super::{MakeProgram, RendererInfo, RendererKind, RendererReason};
use crate::player::PlayerPlugin;

/// Frames that [`Offscreen::settle`] runs at most.
const MOST_FRAMES: usize = 100;

/// A program and its picture.
pub struct Offscreen {
    stage: Stage,
    size_points: egui::Vec2,
    pixels_per_point: f32,
    info: ViewportInfo,
    events: Vec<Event>,
    screenshots: Vec<egui::ScreenshotCallback>,
    clipboard: String,
    begun: Instant,
    /// Requests for a frame, from any thread.
    wake: Receiver<Instant>,
    closed: bool,
    damage: Vec<PixelRect>,
    repaint_after: Duration,
}

impl Offscreen {
    /// A program on a picture of `size_points`; no frame has run yet.
    pub fn new(
        size_points: [f32; 2],
        pixels_per_point: f32,
        make: MakeProgram,
        player: Option<PlayerPlugin>,
    ) -> Self {
        let ctx = egui::Context::default();
        let wake = wake_channel(&ctx);
        let info = RendererInfo {
            kind: RendererKind::Offscreen,
            adapter: String::new(),
            why: RendererReason::NoDisplay,
            wgpu_state: None,
        };
        Self {
            stage: Stage::new(ctx, make, player, &info, ""),
            size_points: size_points.into(),
            pixels_per_point,
            info: ViewportInfo::default(),
            events: Vec::new(),
            screenshots: Vec::new(),
            clipboard: String::new(),
            begun: Instant::now(),
            wake,
            closed: false,
            damage: Vec::new(),
            repaint_after: Duration::ZERO,
        }
    }

    /// The context, to look into; its style belongs to the program.
    pub fn ctx(&self) -> &egui::Context {
        &self.stage.ctx
    }

    /// Gives an event to the next frame.
    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Runs one frame.
    pub fn frame(&mut self) {
        let size = self.size_points;
        self.info.native_pixels_per_point = Some(self.pixels_per_point);
        self.info.inner_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size));
        let input = RawInput {
            viewports: std::iter::once((ViewportId::ROOT, self.info.clone())).collect(),
            screen_rect: Some(egui::Rect::from_min_size(
                egui::Pos2::ZERO,
                size / self.stage.ctx.zoom_factor(),
            )),
            max_texture_side: Some(Painter::MAX_TEXTURE_SIDE),
            time: Some(self.begun.elapsed().as_secs_f64()),
            events: std::mem::take(&mut self.events),
            focused: true,
            ..RawInput::default()
        };
        self.info.events.clear();
        let pixels = |points: f32| (points * self.pixels_per_point).round() as usize;
        let frame = self.stage.frame(input, [pixels(size.x), pixels(size.y)]);
        for callback in self.screenshots.drain(..) {
            callback.complete(self.stage.canvas().to_image());
        }
        for command in frame.platform.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                self.clipboard = text;
            }
        }
        self.damage = frame.damage;
        self.repaint_after = frame.repaint_after;
        for command in frame.commands {
            self.obey(command);
        }
        if frame.close {
            self.close();
        }
    }

    fn obey(&mut self, command: ViewportCommand) {
        match command {
            ViewportCommand::Screenshot(callback) => self.screenshots.push(callback),
            ViewportCommand::Close => self.info.events.push(ViewportEvent::Close),
            ViewportCommand::InnerSize(size) => {
                self.size_points = size * self.stage.ctx.zoom_factor();
            }
            ViewportCommand::RequestCopy => self.events.push(Event::Copy),
            ViewportCommand::RequestCut => self.events.push(Event::Cut),
            ViewportCommand::RequestPaste => self.events.push(Event::Paste(self.clipboard.clone())),
            _ => {}
        }
    }

    fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.stage.exit();
        }
    }

    /// Runs frames until the program wants no more, 100 at most; returns how many ran.
    pub fn settle(&mut self) -> usize {
        for frames in 1..=MOST_FRAMES {
            self.frame();
            if self.closed || (self.repaint_after > Duration::ZERO && !self.waits()) {
                return frames;
            }
        }
        MOST_FRAMES
    }

    fn waits(&self) -> bool {
        !self.events.is_empty() || !self.info.events.is_empty() || !self.screenshots.is_empty()
    }

    /// Runs frames when the program or a player asks for them, until the program closes.
    pub fn run_until_closed(&mut self) {
        let mut due = None;
        while !self.closed {
            // Requests until now are answered by this frame, later ones stay.
            let now = Instant::now();
            due = earliest(
                None,
                self.wake.try_iter().chain(due).filter(|&when| when > now),
            );
            self.frame();
            due = earliest(due, Instant::now().checked_add(self.repaint_after));
            while !self.closed && !self.waits() && due.is_none_or(|due| due > Instant::now()) {
                let asked = match due {
                    Some(due) => {
                        let rest = due.saturating_duration_since(Instant::now());
                        self.wake.recv_timeout(rest)
                    }
                    None => self.wake.recv().map_err(|_| RecvTimeoutError::Disconnected),
                };
                match asked {
                    Ok(when) => due = earliest(due, Some(when)),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    }

    /// True when the program has agreed to close.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The picture as painted last.
    pub fn canvas(&self) -> &Canvas {
        self.stage.canvas()
    }

    /// What the last frame changed, in pixels.
    pub fn damage(&self) -> &[PixelRect] {
        &self.damage
    }

    /// Forgets what was painted: the next frame paints every pixel. For measurements.
    pub fn forget_painted(&mut self) {
        self.stage.forget();
    }

    /// Writes the picture as a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_png(&self, path: &Path) -> anyhow::Result<()> {
        self.canvas().write_png(path)
    }
}

fn earliest(first: Option<Instant>, others: impl IntoIterator<Item = Instant>) -> Option<Instant> {
    others.into_iter().chain(first).min()
}

fn wake_channel(ctx: &egui::Context) -> Receiver<Instant> {
    let (asks, wake): (Sender<Instant>, _) = channel();
    ctx.set_request_repaint_callback(move |request| {
        if let Some(when) = Instant::now().checked_add(request.delay) {
            // A host that has gone needs no frame.
            let _ = asks.send(when);
        }
    });
    wake
}

#[cfg(test)]
mod tests;
