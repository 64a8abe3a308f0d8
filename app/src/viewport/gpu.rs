//! A pane's picture by the graphics device.
//!
//! The picture is drawn when something changed, at once and within error scopes, into a texture of its
//! own; the window's paint callback only lays it down, pixel upon pixel. Drawing within the callback
//! would be the shorter way, but then every movement of the pointer, which paints the window anew, would
//! sample the volume anew; an error would spoil the whole window's frame and be known one frame too
//! late to draw by the processor instead; and a target with sRGB conversion would change grey levels.

use std::sync::Arc;

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::Rect;
use egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use render::gpu::{GpuPicture, SliceRenderer};
use render::{Error, Picture};
use voxel::{Mask, Volume};

use super::graphics::{Graphics, SharedVolume};
use super::pane::{Scene, Stale};

/// A pane's share of a volume on the device, its masks, and its picture.
pub(super) struct GpuPane {
    volume: Arc<SharedVolume>,
    renderer: Progress,
    picture: Option<Arc<GpuPicture>>,
}

/// How far a renderer has come.
enum Progress {
    /// A job sends volume and masks.
    Coming(Receiver<Result<SliceRenderer, Error>>),
    Ready(Box<SliceRenderer>),
    /// The processor draws this volume.
    Left,
}

impl GpuPane {
    /// Begins to send a volume and its masks, unless another pane has sent the volume already.
    pub(super) fn begin(ctx: &egui::Context, graphics: &Arc<Graphics>, scene: &Scene<'_>) -> Self {
        let volume = graphics.volume(scene.volume);
        let masks: Vec<Mask> = scene
            .layers
            .iter()
            .map(|layer| layer.mask.clone())
            .collect();
        let (answer, coming) = bounded(1);
        let (shared, state, ctx) = (Arc::clone(&volume), graphics.state.clone(), ctx.clone());
        let job = move || {
            let made = shared.sent(&state).and_then(|volume| {
                let masks: Vec<&Mask> = masks.iter().collect();
                SliceRenderer::new(volume, &masks)
            });
            drop(shared);
            // A pane that has left the series needs no answer.
            let _ = answer.send(made);
            ctx.request_repaint();
        };
        let spawned = std::thread::Builder::new()
            .name("to-device".to_owned())
            .spawn(job);
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread to send a volume with");
        }
        Self {
            volume,
            renderer: Progress::Coming(coming),
            picture: None,
        }
    }

    /// Whether it is of this volume.
    pub(super) fn is_of(&self, volume: &Volume) -> bool {
        self.volume.is(volume)
    }

    /// Draws what is stale. False where the processor must draw: the volume is on its way, or the
    /// device cannot draw it or has stopped.
    pub(super) fn draw(&mut self, graphics: &Graphics, scene: &Scene<'_>, stale: &Stale) -> bool {
        if let Progress::Coming(coming) = &self.renderer {
            self.renderer = match coming.try_recv() {
                Ok(Ok(renderer)) => Progress::Ready(Box::new(renderer)),
                Ok(Err(error)) => left(graphics, &error),
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => Progress::Left,
            };
        }
        let Progress::Ready(renderer) = &mut self.renderer else {
            return false;
        };
        match drawn(renderer, self.picture.take(), graphics, scene, stale) {
            Ok(picture) => {
                self.picture = Some(picture);
                true
            }
            // this picture alone is not for the device: the next one may be
            Err(Error::LeftToCpu { .. }) => false,
            Err(error) => {
                self.renderer = left(graphics, &error);
                false
            }
        }
    }

    /// Lays the picture into the window.
    pub(super) fn paint(&self, graphics: &Arc<Graphics>, painter: &egui::Painter, screen: Rect) {
        if let Some(picture) = &self.picture {
            let scale = painter.pixels_per_point();
            // Rounded as egui rounds the callback's limits.
            let origin = [screen.min.x, screen.min.y].map(|side| (side * scale).round() as i32);
            let laid = Laid {
                graphics: Arc::clone(graphics),
                picture: Arc::clone(picture),
                origin,
            };
            painter.add(egui_wgpu::Callback::new_paint_callback(screen, laid));
        }
    }

    /// The picture, copied from the device.
    pub(super) fn picture(&self, graphics: &Graphics) -> Option<Picture> {
        let state = &graphics.state;
        self.picture
            .as_ref()?
            .read(&state.device, &state.queue)
            .ok()
    }
}

/// Draws into the picture that is there, if it has the right size.
fn drawn(
    renderer: &mut SliceRenderer,
    picture: Option<Arc<GpuPicture>>,
    graphics: &Graphics,
    scene: &Scene<'_>,
    stale: &Stale,
) -> Result<Arc<GpuPicture>, Error> {
    let size_px = scene.view.size_px;
    let (picture, is_new) = match picture.filter(|picture| picture.size_px() == size_px) {
        Some(picture) => (picture, false),
        None => {
            let new = graphics.screen.picture(&graphics.state.device, size_px)?;
            (Arc::new(new), true)
        }
    };
    if is_new || stale.is_any() {
        renderer.draw(&picture, &scene.view, &scene.rendering, scene.layers)?;
    }
    Ok(picture)
}

/// What cannot be drawn is left to the processor; what a device must not refuse ends its use.
fn left(graphics: &Graphics, error: &Error) -> Progress {
    if let Error::Device { reason } = error {
        graphics.state.watch.refuse(reason);
    } else {
        tracing::info!(why = %error, "this pane is drawn by the processor");
    }
    Progress::Left
}

/// A picture at its place in the window.
struct Laid {
    graphics: Arc<Graphics>,
    picture: Arc<GpuPicture>,
    origin: [i32; 2],
}

impl CallbackTrait for Laid {
    fn prepare(
        &self,
        _: &wgpu::Device,
        queue: &wgpu::Queue,
        _: &ScreenDescriptor,
        _: &mut wgpu::CommandEncoder,
        _: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        self.picture.place(queue, self.origin);
        Vec::new()
    }

    fn paint(
        &self,
        _: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        _: &CallbackResources,
    ) {
        self.graphics.screen.paint(pass, &self.picture);
    }
}
