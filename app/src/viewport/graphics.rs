//! The window's graphics device, as its panes use it: one per window, found by its context.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use egui_wgpu::wgpu;
use render::Error;
use render::gpu::{GpuVolume, Screen};
use voxel::{Samples, Volume};

use crate::host::{RendererInfo, WgpuState};

/// A device, and the volumes that panes have sent to it.
///
/// A volume is sent once, however many panes show it, and stays as long as one of them does.
pub struct Graphics {
    pub(super) state: WgpuState,
    pub(super) screen: Screen,
    volumes: Mutex<Vec<Weak<SharedVolume>>>,
}

/// A volume that is on the device, or on its way.
pub(super) struct SharedVolume {
    /// Shares the samples: while this lives, their address means them.
    source: Volume,
    on_device: OnceLock<Result<Arc<GpuVolume>, Error>>,
}

impl Graphics {
    /// Makes the window's device known to the panes of a context, where there is one.
    pub fn install(ctx: &egui::Context, renderer: &RendererInfo) {
        let Some(state) = &renderer.wgpu_state else {
            return;
        };
        match Self::new(state.clone()) {
            Ok(graphics) => {
                let graphics = Arc::new(graphics);
                ctx.data_mut(|data| data.insert_temp(key(), graphics));
            }
            Err(error) => state.watch.refuse(&error.to_string()),
        }
    }

    /// Pictures for windows of the state's format.
    ///
    /// # Errors
    /// [`Error::Device`].
    pub fn new(state: WgpuState) -> Result<Self, Error> {
        let screen = Screen::new(&state.device, state.target_format)?;
        Ok(Self {
            state,
            screen,
            volumes: Mutex::default(),
        })
    }

    /// The device of a context's window, unless it has stopped.
    pub(super) fn of(ctx: &egui::Context) -> Option<Arc<Self>> {
        let graphics: Arc<Self> = ctx.data(|data| data.get_temp(key()))?;
        graphics.state.watch.is_well().then_some(graphics)
    }

    /// True once, when the device has stopped: the person is to be told.
    #[must_use]
    pub fn has_stopped(ctx: &egui::Context) -> bool {
        let graphics: Option<Arc<Self>> = ctx.data(|data| data.get_temp(key()));
        graphics.is_some_and(|graphics| graphics.state.watch.has_news())
    }

    /// Takes the device of a context's window away, as a driver may: for plays of what happens then.
    pub fn lose(ctx: &egui::Context) {
        if let Some(graphics) = Self::of(ctx) {
            let device = &graphics.state.device;
            device.destroy();
            // the word of it comes with the next question to the device
            let _ = device.poll(wgpu::PollType::Poll);
        }
    }

    /// The share of a volume; nothing is sent yet.
    pub(super) fn volume(&self, volume: &Volume) -> Arc<SharedVolume> {
        let mut known = self.volumes.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|volume| volume.strong_count() > 0);
        let found = known
            .iter()
            .filter_map(Weak::upgrade)
            .find(|shared| shared.is(volume));
        found.unwrap_or_else(|| {
            let shared = Arc::new(SharedVolume {
                source: volume.clone(),
                on_device: OnceLock::new(),
            });
            known.push(Arc::downgrade(&shared));
            shared
        })
    }
}

impl SharedVolume {
    /// Whether this is that volume.
    pub(super) fn is(&self, volume: &Volume) -> bool {
        address(self.source.samples()) == address(volume.samples())
            && self.source.grid() == volume.grid()
    }

    /// The volume on the device; the first to ask sends it, and others wait. Not for the window's
    /// thread.
    pub(super) fn sent(&self, state: &WgpuState) -> Result<Arc<GpuVolume>, Error> {
        self.on_device
            .get_or_init(|| {
                let begun = std::time::Instant::now();
                let sent = GpuVolume::new(&state.device, &state.queue, &self.source);
                let ms = begun.elapsed().as_secs_f64() * 1000.0;
                match &sent {
                    Ok(volume) => tracing::info!(
                        bytes = volume.bytes(),
                        ms,
                        "volume sent to the graphics device"
                    ),
                    Err(why) => tracing::info!(%why, "this series is drawn by the processor"),
                }
                sent
            })
            .clone()
    }
}

fn key() -> egui::Id {
    egui::Id::unique("viewport graphics")
}

/// Where the samples lie.
fn address(samples: &Samples) -> usize {
    match samples {
        Samples::U8(values) => Arc::as_ptr(values).addr(),
        Samples::I8(values) => Arc::as_ptr(values).addr(),
        Samples::U16(values) => Arc::as_ptr(values).addr(),
        Samples::I16(values) => Arc::as_ptr(values).addr(),
        Samples::U32(values) => Arc::as_ptr(values).addr(),
        Samples::I32(values) => Arc::as_ptr(values).addr(),
        Samples::F32(values) => Arc::as_ptr(values).addr(),
        Samples::F64(values) => Arc::as_ptr(values).addr(),
        Samples::Rgb8(values) => Arc::as_ptr(values).addr(),
    }
}
