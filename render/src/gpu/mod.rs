//! The slice on the GPU: the same picture as [`crate::slice()`] and [`crate::overlay()`], on the device.
//!
//! [`GpuVolume`] is a series' voxels as a 3-D texture, sent once and shared by every viewport;
//! [`SliceRenderer`] adds one viewport's masks and draws; [`GpuPicture`] keeps what was drawn, and
//! [`Screen`] lays it into a window's pass.
//!
//! Why masks go as bricks of bits and not as a picture of the overlay made by the processor: scrolling,
//! zooming and panning over 200 segments then cost a few hundred bytes of parameters, where an overlay
//! made anew would be drawn and sent whole for every step; and the rules of the overlay (the order of
//! fills and outlines, dashes, rounding) can be followed step by step, which one blended layer could
//! not: each blending of the twin rounds. One draw call serves all layers; those whose bricks miss the
//! shown plane are left out of it. A stroke sends the bricks that changed, 4 KiB each.
//!
//! Everything that the CPU twin draws is drawn here too. Volumes longer than a texture are cut into
//! tiles; those for which that is not enough, or the device's memory, are refused with an [`Error`] and
//! left to the twin.
//!
//! Values are read with `textureLoad` and mixed by hand, on every device. The filterable formats of 16
//! bits (`TEXTURE_FORMAT_16BIT_NORM`) are left alone where they exist: the hardware's filter knows some
//! 8 bits between two voxels, which under a narrow window are more than a level, and it cannot leave
//! padding out of a mean.
//!
//! Everything that a device can refuse runs within error scopes ([`Error::Device`],
//! [`Error::DeviceMemory`]). A device that is lost may refuse nothing and only stop drawing: who opened
//! it must listen for that. Nothing here waits for the device, since wgpu ends a program that waits for
//! a lost one: what has to arrive is asked after, for a limited time.

mod fold;
mod mask_buffer;
mod picture;
mod renderer;
mod uniforms;
mod volume;
mod volume_texture;

use crate::Error;

pub use picture::{GpuPicture, PICTURE_FORMAT, Screen, read_texture};
pub use renderer::SliceRenderer;
pub use volume::GpuVolume;

/// A device with the adapter's own limits, for programs and tests without a window.
#[derive(Debug, Clone)]
pub struct Headless {
    /// What the adapter says of itself.
    pub adapter: wgpu::AdapterInfo,
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
}

impl Headless {
    /// Opens the best adapter there is, a software one included (`adapter.device_type` tells).
    ///
    /// # Errors
    /// [`Error::NoAdapter`], [`Error::Device`].
    pub fn open() -> Result<Self, Error> {
        let descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        let instance = wgpu::Instance::new(descriptor);
        let options = wgpu::RequestAdapterOptions::<'_, '_> {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter =
            pollster::block_on(instance.request_adapter(&options)).map_err(|_| Error::NoAdapter)?;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("slices"),
            required_limits: adapter.limits(),
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|error| refused(&error))?;
        Ok(Self {
            adapter: adapter.get_info(),
            device,
            queue,
        })
    }
}

fn refused(error: &impl ToString) -> Error {
    Error::Device {
        reason: error.to_string(),
    }
}

/// Runs `act` and turns what the device says against it into an error; without this, wgpu panics or
/// hands the error to whoever watches the whole device.
fn checked<T>(device: &wgpu::Device, act: impl FnOnce() -> T) -> Result<T, Error> {
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let internal = device.push_error_scope(wgpu::ErrorFilter::Internal);
    let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let done = act();
    let validation = pollster::block_on(validation.pop());
    let internal = pollster::block_on(internal.pop());
    let memory = pollster::block_on(memory.pop());
    // What does not fit is no fault of the device; errors after it are only its consequences.
    if let Some(error) = memory {
        let reason = error.to_string();
        return Err(Error::DeviceMemory { reason });
    }
    match validation.or(internal) {
        Some(error) => Err(refused(&error)),
        None => Ok(done),
    }
}
