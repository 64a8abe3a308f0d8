//! A volume as a 3-D texture.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use voxel::{Rescale, Samples, Volume};

use super::checked;
use super::fold::{Fold, Tile};
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
    /// `Rgba8Uint`: colours as stored; the fourth byte means nothing.
    Colour,
}

impl Form {
    fn of(volume: &Volume) -> Self {
        let is_uniform = volume.rescale().windows(2).all(|pair| pair[0] == pair[1]);
        match volume.samples() {
            Samples::Rgb8(_) => Self::Colour,
            Samples::I8(_) | Samples::I16(_) if is_uniform => Self::Signed,
            Samples::U8(_) | Samples::U16(_) if is_uniform => Self::Unsigned,
            _ => Self::Float,
        }
    }

    pub(super) fn format(self) -> wgpu::TextureFormat {
        match self {
            Self::Signed => wgpu::TextureFormat::R16Sint,
            Self::Unsigned => wgpu::TextureFormat::R16Uint,
            Self::Float => wgpu::TextureFormat::R32Float,
            Self::Colour => wgpu::TextureFormat::Rgba8Uint,
        }
    }

    pub(super) fn sample_type(self) -> wgpu::TextureSampleType {
        match self {
            Self::Signed => wgpu::TextureSampleType::Sint,
            Self::Unsigned | Self::Colour => wgpu::TextureSampleType::Uint,
            Self::Float => wgpu::TextureSampleType::Float { filterable: false },
        }
    }

    fn voxel_bytes(self) -> usize {
        match self {
            Self::Signed | Self::Unsigned => 2,
            Self::Float | Self::Colour => 4,
        }
    }

    /// The shader for such textures.
    pub(super) fn wgsl(self) -> String {
        let (texel, kind) = match self {
            Self::Signed => ("i32", include_str!("slice_grey.wgsl")),
            Self::Unsigned => ("u32", include_str!("slice_grey.wgsl")),
            Self::Float => ("f32", include_str!("slice_grey.wgsl")),
            Self::Colour => ("u32", include_str!("slice_colour.wgsl")),
        };
        include_str!("slice.wgsl").replace("TEXEL", texel) + kind
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
    /// How it is cut where it is longer than a texture.
    pub(super) fold: Fold,
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
        let form = Form::of(volume);
        let limit = device.limits().max_texture_dimension_3d as usize;
        let fold = Fold::new(volume.grid().size(), limit)?;
        let size = fold.texture_size();
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
        upload(device, queue, &texture, volume, (form, &fold))?;
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
            fold,
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
    (form, fold): (Form, &Fold),
) -> Result<(), Error> {
    let size = volume.grid().size();
    let plane_bytes = size[0] * size[1] * form.voxel_bytes();
    let planes = (UPLOAD_BYTES / plane_bytes.max(1)).max(1);
    let waiting = Arc::new(AtomicUsize::new(0));
    let parts = fold.tiles().into_iter().flat_map(|tile| {
        (0..tile.size[2]).step_by(planes).map(move |first| {
            let mut part = tile;
            part.from[2] += first;
            part.at[2] += first;
            part.size[2] = planes.min(tile.size[2] - first);
            part
        })
    });
    for part in parts {
        checked(device, || {
            write_part(queue, texture, volume, form, &part);
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

/// Sends the voxels of a part, which is cut out of whole planes.
fn write_part(
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    volume: &Volume,
    form: Form,
    part: &Tile,
) {
    let size = volume.grid().size();
    let plane_voxels = size[0] * size[1];
    let first = part.from[2];
    let voxels = first * plane_voxels..(first + part.size[2]) * plane_voxels;
    let [x, y, z] = part.at.map(|place| place as u32);
    let before = part.from[0] + size[0] * part.from[1];
    queue.write_texture(
        wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x, y, z },
            aspect: wgpu::TextureAspect::All,
        },
        &texels(volume, form, voxels),
        wgpu::TexelCopyBufferLayout {
            offset: (before * form.voxel_bytes()) as u64,
            bytes_per_row: Some((size[0] * form.voxel_bytes()) as u32),
            rows_per_image: Some(size[1] as u32),
        },
        extent(part.size),
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
        (_, Samples::Rgb8(samples)) => {
            let wide = samples[voxels].iter().map(|[r, g, b]| [*r, *g, *b, 255]);
            let wide: Vec<[u8; 4]> = wide.collect();
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
