//! Pictures that stay on the device, and how they come into a window.
//!
//! A picture is kept until it is drawn anew: a window that is painted again because the pointer moved
//! copies it and samples nothing. It keeps grey levels as they are (P-values, no sRGB conversion),
//! whatever the window's own format.

use std::sync::mpsc::{TryRecvError, channel};
use std::time::{Duration, Instant};

use super::checked;
use crate::Error;
use crate::picture::Picture;

/// The format of every picture.
pub const PICTURE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// How long a copy may take until the device is held to have stopped.
const COPY_TIME: Duration = Duration::from_secs(10);

/// Bytes of what the shader is told of a picture's place.
const PLACE_BYTES: u64 = 16;

/// A picture on the device.
pub struct GpuPicture {
    size_px: [usize; 2],
    texture: wgpu::Texture,
    target: wgpu::TextureView,
    place: wgpu::Buffer,
    group: wgpu::BindGroup,
}

impl std::fmt::Debug for GpuPicture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuPicture")
            .field("size_px", &self.size_px)
            .finish_non_exhaustive()
    }
}

impl GpuPicture {
    /// Pixels per row, and rows.
    #[must_use]
    pub const fn size_px(&self) -> [usize; 2] {
        self.size_px
    }

    pub(super) const fn target(&self) -> &wgpu::TextureView {
        &self.target
    }

    /// Copies it from the device. It takes as long as the device has work before it: for files and
    /// tests, not between frames.
    ///
    /// # Errors
    /// [`Error::AboveLimit`], [`Error::Device`], [`Error::DeviceMemory`].
    pub fn read(&self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<Picture, Error> {
        read_texture(device, queue, &self.texture)
    }

    /// Says where in the window's pixels its first pixel lies, for the passes submitted after this.
    pub fn place(&self, queue: &wgpu::Queue, origin: [i32; 2]) {
        let words = [origin[0], origin[1], 0, 0];
        queue.write_buffer(&self.place, 0, bytemuck::cast_slice(&words));
    }
}

/// What lays pictures into the passes of windows of one format.
pub struct Screen {
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl Screen {
    /// For passes with one colour target of this format, one sample per pixel and no depth.
    ///
    /// # Errors
    /// [`Error::Device`].
    pub fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Result<Self, Error> {
        checked(device, || {
            let layout = layout(device);
            let pipeline = pipeline(device, &layout, target);
            Self { layout, pipeline }
        })
    }

    /// A picture, black until it is drawn.
    ///
    /// # Errors
    /// [`Error::PictureSize`], [`Error::AboveLimit`], [`Error::Device`].
    pub fn picture(&self, device: &wgpu::Device, size_px: [usize; 2]) -> Result<GpuPicture, Error> {
        let [width, height] = size_px;
        let limit = device.limits().max_texture_dimension_2d;
        let side = |side: usize| u32::try_from(side).ok().filter(|&side| side > 0);
        let (Some(w), Some(h)) = (side(width), side(height)) else {
            return Err(Error::PictureSize { width, height });
        };
        if w.max(h) > limit {
            return Err(Error::AboveLimit {
                what: "picture's side",
                needed: u64::from(w.max(h)),
                limit: u64::from(limit),
            });
        }
        checked(device, || self.make(device, size_px, [w, h]))
    }

    fn make(&self, device: &wgpu::Device, size_px: [usize; 2], sides: [u32; 2]) -> GpuPicture {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: wgpu::Extent3d {
                width: sides[0],
                height: sides[1],
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: PICTURE_FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                | wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let target = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let place = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("picture's place"),
            size: PLACE_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: place.as_entire_binding(),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::TextureView(&target),
                },
            ],
        });
        GpuPicture {
            size_px,
            texture,
            target,
            place,
            group,
        }
    }

    /// Records the painting of a picture into a window's pass, within the pass's viewport and scissors.
    pub fn paint(&self, pass: &mut wgpu::RenderPass<'_>, picture: &GpuPicture) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &picture.group, &[]);
        pass.draw(0..3, 0..1);
    }
}

/// Copies a texture of four bytes per pixel from the device.
///
/// # Errors
/// [`Error::AboveLimit`], [`Error::Device`], [`Error::DeviceMemory`].
pub fn read_texture(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
) -> Result<Picture, Error> {
    let size = texture.size();
    let row_bytes = (4 * size.width).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let bytes = u64::from(row_bytes) * u64::from(size.height);
    let limit = device.limits().max_buffer_size;
    if bytes > limit {
        return Err(Error::AboveLimit {
            what: "picture's bytes",
            needed: bytes,
            limit,
        });
    }
    let buffer = checked(device, || {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("picture's copy"),
            size: bytes,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let label = Some("picture's copy");
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label });
        let copy = wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(row_bytes),
                rows_per_image: None,
            },
        };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), copy, size);
        queue.submit([encoder.finish()]);
        buffer
    })?;
    await_bytes(device, queue, &buffer)?;
    let mapped = buffer.get_mapped_range(..);
    let bytes = mapped.map_err(|error| super::refused(&error))?;
    let row = 4 * size.width as usize;
    Ok(Picture {
        width: size.width as usize,
        height: size.height as usize,
        rgba: bytes
            .chunks_exact(row_bytes as usize)
            .flat_map(|bytes| bytes.iter().take(row).copied())
            .collect(),
    })
}

/// Asks after a buffer's bytes until they can be read.
fn await_bytes(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    buffer: &wgpu::Buffer,
) -> Result<(), Error> {
    let (tell, told) = channel();
    checked(device, || {
        buffer.map_async(wgpu::MapMode::Read, .., move |result| {
            // Nobody listens any more when the time has run out.
            let _ = tell.send(result);
        });
    })?;
    let begun = Instant::now();
    loop {
        checked(device, || queue.submit([]))?;
        match told.try_recv() {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => return Err(super::refused(&error)),
            Err(TryRecvError::Empty) if begun.elapsed() < COPY_TIME => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(_) => {
                return Err(Error::Device {
                    reason: "the picture does not arrive".to_owned(),
                });
            }
        }
    }
}

fn layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty,
        count: None,
    };
    let place = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let picture = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: false },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("picture"),
        entries: &[entry(0, place), entry(1, picture)],
    })
}

fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    target: wgpu::TextureFormat,
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("picture"),
        source: wgpu::ShaderSource::Wgsl(include_str!("picture.wgsl").into()),
    });
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("picture"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    let entry = if target.is_srgb() {
        "as_light"
    } else {
        "as_stored"
    };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("picture"),
        layout: Some(&pipeline_layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("whole_target"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(target.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
