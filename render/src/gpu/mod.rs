//! The slice on the GPU: the same picture as [`crate::slice()`] and [`crate::overlay()`], into a texture.
//!
//! What the GPU does not do is refused with an [`Error`] and left to the CPU twin: colour volumes,
//! uneven planes, volumes above the adapter's limits. Values are read with `textureLoad` and mixed by
//! hand, because 16-bit integer textures, the exact ones, cannot be filtered.

mod mask_buffer;
mod renderer;
mod uniforms;
mod volume_texture;

use crate::Error;

pub use renderer::{LayerStyle, SliceRenderer};

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

/// Runs `make` and turns what the device says against it into an error; without this, wgpu panics.
fn checked<T>(device: &wgpu::Device, make: impl FnOnce() -> T) -> Result<T, Error> {
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let made = make();
    let validation = pollster::block_on(validation.pop());
    let memory = pollster::block_on(memory.pop());
    match validation.or(memory) {
        Some(error) => Err(refused(&error)),
        None => Ok(made),
    }
}
