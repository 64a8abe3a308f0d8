//! What a graphics device says against itself: errors that nobody asked for, and its loss.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use egui_wgpu::wgpu;

/// Listens to a device for as long as its window lives. Without it wgpu ends the program at the first
/// error that is nobody's.
#[derive(Debug, Default)]
pub struct DeviceWatch {
    /// Why nothing more is drawn with the device, though it lives.
    refused: OnceLock<String>,
    /// Why the device has gone, and the window's picture with it.
    lost: OnceLock<String>,
    is_told: AtomicBool,
}

impl DeviceWatch {
    /// Listens to a device; `ctx` is woken when there is something to say.
    #[must_use]
    pub fn on(device: &wgpu::Device, ctx: &egui::Context) -> Arc<Self> {
        let watch = Arc::new(Self::default());
        let (listener, woken) = (Arc::clone(&watch), ctx.clone());
        device.on_uncaptured_error(Arc::new(move |error| {
            listener.refuse(&error.to_string());
            woken.request_repaint();
        }));
        let (listener, woken) = (Arc::clone(&watch), ctx.clone());
        device.set_device_lost_callback(move |reason, message| {
            // A window that closes gives its device back, too.
            tracing::info!(?reason, message, "the graphics device has gone");
            // The first word counts; later ones follow from it.
            let _ = listener.lost.set(format!("{reason:?} {message}"));
            woken.request_repaint();
        });
        watch
    }

    /// Says that the device refused something that it must not refuse: pictures are drawn without it
    /// from now on.
    pub fn refuse(&self, why: &str) {
        if self.refused.set(why.to_owned()).is_ok() {
            tracing::error!(why, "the graphics device refused; the processor draws on");
        } else {
            tracing::debug!(why, "the graphics device refused again");
        }
    }

    /// Whether pictures may be drawn with the device.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.refused.get().is_none() && !self.is_lost()
    }

    /// Whether the device has gone.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// True once, when the device has stopped and nobody was told yet.
    #[must_use]
    pub fn has_news(&self) -> bool {
        !self.is_well() && !self.is_told.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_refused_is_told_once() {
        let watch = DeviceWatch::default();
        assert!(watch.is_well() && !watch.has_news());
        watch.refuse("no");
        watch.refuse("still no");
        assert!(!watch.is_well() && !watch.is_lost());
        assert!(watch.has_news());
        assert!(!watch.has_news());
    }
}
