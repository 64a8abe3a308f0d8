//! A volume as a 3-D texture.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use voxel::{Rescale, Samples, Volume};

use super::checked;
use crate::Error;

/// How samples are kept on the GPU; decided once, when the volume comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `R16Sint`: 8- and 16-bit signed samples as stored.
    Signed,
    /// `R16Uint`: 8- and 16-bit unsigned samples as stored.
    Unsigned,
    /// `R32Float`: modality values, for all other samples and for rescales that differ per plane.
    Float,
}

impl Form {
    fn of(volume: &Volume) -> Result<Self, Error> {
        let is_uniform = volume.rescale().windows(2).all(|pair| pair[0] == pair[1]);
        match volume.samples() {
            Samples::Rgb8(_) => Err(Error::LeftToCpu {
                what: "colour volumes",
            }),
            Samples::I8(_) | Samples::I16(_) if is_uniform => Ok(Self::Signed),
            Samples::U8(_) | Samples::U16(_) if is_uniform => Ok(Self::Unsigned),
            _ => Ok(Self::Float),
        }
    }

    pub(super) fn format(self) -> wgpu::TextureFormat {
        match self {
            Self::Signed => wgpu::TextureFormat::R16Sint,
            Self::Unsigned => wgpu::TextureFormat::R16Uint,
            Self::Float => wgpu::TextureFormat::R32Float,
        }
    }

    pub(super) fn sample_type(self) -> wgpu::TextureSampleType {
        match self {
            Self::Signed => wgpu::TextureSampleType::Sint,
            Self::Unsigned => wgpu::TextureSampleType::Uint,
            Self::Float => wgpu::TextureSampleType::Float { filterable: false },
        }
    }

    fn voxel_bytes(self) -> usize {
        if self == Self::Float { 4 } else { 2 }
    }

    /// The texture's component type in WGSL.
    pub(super) fn wgsl_type(self) -> &'static str {
        match self {
            Self::Signed => "i32",
            Self::Unsigned => "u32",
            Self::Float => "f32",
        }
    }
}

/// Stands for padding and for "not a number" in float textures: shaders may assume that NaN never
/// comes, so it cannot be used there.
pub(super) const NOTHING: f32 = -3.0e38;

/// Planes that are sent at a time, bytes. Copying them locks the queue: what draws beside waits no
/// longer than for this.
const UPLOAD_BYTES: usize = 8 << 20;

/// Parts that may be on their way at once: what they take beside the volume is bounded by it.
const PARTS_ON_THEIR_WAY: usize = 3;

/// How long one part may take until the device is held to have stopped.
const PART_TIME: Duration = Duration::from_secs(10);

/// A volume on the GPU.
pub(super) struct VolumeTexture {
    pub(super) view: wgpu::TextureView,
    pub(super) form: Form,
    /// What it takes on the device.
    pub(super) bytes: u64,
    /// From texture values to modality values.
    pub(super) rescale: Rescale,
    /// Texture values that stand for nothing, inclusive.
    pub(super) padding: Option<(f32, f32)>,
}

impl VolumeTexture {
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        volume: &Volume,
    ) -> Result<Self, Error> {
        let form = Form::of(volume)?;
        if !volume.grid().is_even() {
            return Err(Error::LeftToCpu {
                what: "planes at uneven distances",
            });
        }
        let size = volume.grid().size();
        let limit = u64::from(device.limits().max_texture_dimension_3d);
        let longest = size.into_iter().max().unwrap_or(0) as u64;
        if longest > limit {
            return Err(Error::AboveLimit {
                what: "longest side",
                needed: longest,
                limit,
            });
        }
        let texture = checked(device, || {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("volume"),
                size: extent(size),
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D3,
                format: form.format(),
                usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                view_formats: &[],
            })
        })?;
        upload(device, queue, &texture, volume, form)?;
        let (rescale, padding) = match form {
            Form::Float => (Rescale::IDENTITY, Some((f32::MIN, NOTHING))),
            _ => {
                let padding = volume
                    .padding()
                    .map(|(low, high)| (low as f32, high as f32));
                (volume.rescale_of_plane(0), padding)
            }
        };
        Ok(Self {
            view: texture.create_view(&wgpu::TextureViewDescriptor::default()),
            form,
            bytes: (size.into_iter().product::<usize>() * form.voxel_bytes()) as u64,
            rescale,
            padding,
        })
    }
}

fn extent(size: [usize; 3]) -> wgpu::Extent3d {
    // Sizes are at most the texture limit, which is a u32.
    wgpu::Extent3d {
        width: size[0] as u32,
        height: size[1] as u32,
        depth_or_array_layers: size[2] as u32,
    }
}

/// Sends the voxels part by part, and the next part only when few are still on their way.
fn upload(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    volume: &Volume,
    form: Form,
) -> Result<(), Error> {
    let size = volume.grid().size();
    let plane_bytes = size[0] * size[1] * form.voxel_bytes();
    let planes = (UPLOAD_BYTES / plane_bytes.max(1)).max(1);
    let waiting = Arc::new(AtomicUsize::new(0));
    for first in (0..size[2]).step_by(planes) {
        let count = planes.min(size[2] - first);
        checked(device, || {
            write_planes(queue, texture, volume, form, first..first + count);
            queue.submit([]);
        })?;
        waiting.fetch_add(1, Ordering::Relaxed);
        let arrived = Arc::clone(&waiting);
        queue.on_submitted_work_done(move || {
            arrived.fetch_sub(1, Ordering::Relaxed);
        });
        let begun = Instant::now();
        while waiting.load(Ordering::Relaxed) >= PARTS_ON_THEIR_WAY {
            if begun.elapsed() > PART_TIME {
                return Err(Error::Device {
                    reason: "the volume does not arrive".to_owned(),
                });
            }
            std::thread::sleep(Duration::from_millis(1));
            // Asks after what has arrived without waiting: to wait for a lost device is fatal.
            checked(device, || queue.submit([]))?;
        }
    }
    Ok(())
}

fn write_planes(
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    volume: &Volume,
    form: Form,
    planes: std::ops::Range<usize>,
) {
    let size = volume.grid().size();
    let plane_voxels = size[0] * size[1];
    let voxels = planes.start * plane_voxels..planes.end * plane_voxels;
    queue.write_texture(
        wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d {
                x: 0,
                y: 0,
                z: planes.start as u32,
            },
            aspect: wgpu::TextureAspect::All,
        },
        &texels(volume, form, voxels),
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some((size[0] * form.voxel_bytes()) as u32),
            rows_per_image: Some(size[1] as u32),
        },
        extent([size[0], size[1], planes.len()]),
    );
}

/// The texture's bytes of some voxels.
fn texels(volume: &Volume, form: Form, voxels: std::ops::Range<usize>) -> Cow<'_, [u8]> {
    match (form, volume.samples()) {
        (Form::Signed, Samples::I16(samples)) => bytemuck::cast_slice(&samples[voxels]).into(),
        (Form::Unsigned, Samples::U16(samples)) => bytemuck::cast_slice(&samples[voxels]).into(),
        (Form::Signed, Samples::I8(samples)) => {
            let wide: Vec<i16> = samples[voxels].iter().map(|v| i16::from(*v)).collect();
            Cow::Owned(bytemuck::cast_slice(&wide).to_vec())
        }
        (Form::Unsigned, Samples::U8(samples)) => {
            let wide: Vec<u16> = samples[voxels].iter().map(|v| u16::from(*v)).collect();
            Cow::Owned(bytemuck::cast_slice(&wide).to_vec())
        }
        (_, samples) => {
            let size = volume.grid().size();
            let value = |position: usize| {
                let stored = samples.number(position).unwrap_or(f64::NAN);
                if stored.is_nan() || volume.is_padding(stored) {
                    return NOTHING;
                }
                let rescale = volume.rescale_of_plane(position / (size[0] * size[1]));
                (rescale.apply(stored) as f32).clamp(-2.9e38, 2.9e38)
            };
            let floats: Vec<f32> = voxels.into_par_iter().map(value).collect();
            Cow::Owned(bytemuck::cast_slice(&floats).to_vec())
        }
    }
}
