//! A volume on a device, and the pipeline that draws its sample type.

use std::sync::Arc;

use voxel::{Grid, Volume};

use super::checked;
use super::picture::PICTURE_FORMAT;
use super::volume_texture::{Form, VolumeTexture};
use crate::Error;

/// Storage buffers that the shader reads.
const STORAGE_BUFFERS: u32 = 4;

/// One volume on one device, shared by every viewport that shows it; dropping the last share frees it.
pub struct GpuVolume {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) grid: Grid,
    pub(super) texture: VolumeTexture,
    pub(super) layout: wgpu::BindGroupLayout,
    pub(super) pipeline: wgpu::RenderPipeline,
}

impl std::fmt::Debug for GpuVolume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuVolume")
            .field("size", &self.grid.size())
            .finish_non_exhaustive()
    }
}

impl GpuVolume {
    /// Sends a volume. It takes as long as copying it does: not for a thread that draws.
    ///
    /// # Errors
    /// [`Error::LeftToCpu`] and [`Error::AboveLimit`] where the CPU twin must draw, [`Error::Device`].
    pub fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        volume: &Volume,
    ) -> Result<Arc<Self>, Error> {
        if device.limits().max_storage_buffers_per_shader_stage < STORAGE_BUFFERS {
            return Err(Error::LeftToCpu {
                what: "devices without storage buffers",
            });
        }
        let texture = VolumeTexture::new(device, queue, volume)?;
        let (layout, pipeline) = checked(device, || pipeline(device, texture.form))?;
        Ok(Arc::new(Self {
            device: device.clone(),
            queue: queue.clone(),
            grid: volume.grid().clone(),
            texture,
            layout,
            pipeline,
        }))
    }

    /// Bytes that its voxels take on the device.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.texture.bytes
    }
}

fn pipeline(device: &wgpu::Device, form: Form) -> (wgpu::BindGroupLayout, wgpu::RenderPipeline) {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("slice"),
        source: wgpu::ShaderSource::Wgsl(form.wgsl().into()),
    });
    let layout = bind_group_layout(device, form);
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("slice"),
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("slice"),
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
            entry_point: Some("picture"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(PICTURE_FORMAT.into())],
        }),
        multiview_mask: None,
        cache: None,
    });
    (layout, pipeline)
}

fn bind_group_layout(device: &wgpu::Device, form: Form) -> wgpu::BindGroupLayout {
    let buffer = |ty: wgpu::BufferBindingType| wgpu::BindingType::Buffer {
        ty,
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let storage = buffer(wgpu::BufferBindingType::Storage { read_only: true });
    let texture = wgpu::BindingType::Texture {
        sample_type: form.sample_type(),
        view_dimension: wgpu::TextureViewDimension::D3,
        multisampled: false,
    };
    let uniform = buffer(wgpu::BufferBindingType::Uniform);
    let entries: Vec<wgpu::BindGroupLayoutEntry> = (0..)
        .zip([uniform, texture, storage, storage, storage, storage])
        .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty,
            count: None,
        })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("slice"),
        entries: &entries,
    })
}
