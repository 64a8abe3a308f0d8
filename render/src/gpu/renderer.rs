//! Draws slices into textures.

use voxel::{Grid, Mask, Volume, VoxelBox};

use super::checked;
use super::mask_buffer::MaskBuffer;
use super::uniforms::{Rows, pattern_phase, window_row};
use super::volume_texture::{Form, VolumeTexture};
use crate::Error;
use crate::overlay::{HATCH_OPACITY, Hatch, Outline, OverlayLayer, Stencil, pattern_anchor};
use crate::sampling::Sampling;
use crate::slice::Interpolation;
use crate::view::SliceView;
use crate::window::WindowLevel;

/// Storage buffers that the shader reads.
const STORAGE_BUFFERS: u32 = 4;

/// The look of one mask that the renderer holds.
#[derive(Debug, Clone, Copy)]
pub struct LayerStyle {
    /// Its place in the list given to [`SliceRenderer::set_masks`].
    pub slot: usize,
    /// Red, green, blue.
    pub color: [u8; 3],
    /// Part of the colour in the fill, 0 to 1.
    pub fill_alpha: f32,
    /// The edge.
    pub outline: Outline,
    /// Width of an outline's line, px.
    pub outline_px: f32,
    /// The pattern over the fill.
    pub hatch: Hatch,
    /// Whether it is drawn.
    pub visible: bool,
}

impl LayerStyle {
    /// The look of a layer of the CPU twin, for the mask in `slot`.
    pub fn of(layer: &OverlayLayer<'_>, slot: usize) -> Self {
        Self {
            slot,
            color: layer.color,
            fill_alpha: layer.fill_alpha,
            outline: layer.outline,
            outline_px: layer.outline_px,
            hatch: layer.hatch,
            visible: layer.visible,
        }
    }
}

/// One volume with its masks on one device, drawn into any number of targets of one format.
///
/// A lost device is rebuilt from the volume and the masks: drop this and make another.
pub struct SliceRenderer {
    device: wgpu::Device,
    queue: wgpu::Queue,
    grid: Grid,
    volume: VolumeTexture,
    masks: MaskBuffer,
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
}

impl SliceRenderer {
    /// A renderer that holds a volume and no mask. `target` is the format of the pictures; one with
    /// sRGB conversion would change the grey levels and is refused.
    ///
    /// # Errors
    /// [`Error::LeftToCpu`] and [`Error::AboveLimit`] where the CPU twin must draw, [`Error::Device`].
    pub fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        target: wgpu::TextureFormat,
        volume: &Volume,
    ) -> Result<Self, Error> {
        if target.is_srgb() {
            return Err(Error::LeftToCpu {
                what: "targets with sRGB conversion",
            });
        }
        if device.limits().max_storage_buffers_per_shader_stage < STORAGE_BUFFERS {
            return Err(Error::LeftToCpu {
                what: "devices without storage buffers",
            });
        }
        let grid = volume.grid().clone();
        let masks = MaskBuffer::new(device, queue, grid.size(), &[])?;
        let volume = VolumeTexture::new(device, queue, volume)?;
        let (layout, pipeline) = checked(device, || pipeline(device, target, volume.form))?;
        Ok(Self {
            device: device.clone(),
            queue: queue.clone(),
            grid,
            volume,
            masks,
            layout,
            pipeline,
        })
    }

    /// Replaces all masks; their places in the list are their slots. Masks of another size than the
    /// volume's are taken as empty.
    ///
    /// # Errors
    /// [`Error::AboveLimit`], [`Error::Device`]; the masks held before stay.
    pub fn set_masks(&mut self, masks: &[&Mask]) -> Result<(), Error> {
        let size = self.grid.size();
        let empty = Mask::empty(size);
        let masks: Vec<&Mask> = masks
            .iter()
            .map(|mask| if mask.size() == size { *mask } else { &empty })
            .collect();
        self.masks = MaskBuffer::new(&self.device, &self.queue, size, &masks)?;
        Ok(())
    }

    /// Sends what a stroke changed: only the bricks that the box touches.
    ///
    /// # Errors
    /// [`Error::AboveLimit`], [`Error::Device`].
    pub fn update_mask(
        &mut self,
        slot: usize,
        mask: &Mask,
        changed: &VoxelBox,
    ) -> Result<(), Error> {
        if mask.size() != self.grid.size() {
            return Ok(());
        }
        self.masks
            .update(&self.device, &self.queue, slot, mask, changed)
    }

    /// Records the drawing of a view over the whole of `target`, which must have the view's size and
    /// the format given to [`SliceRenderer::new`]. Layers are drawn in order, the first one lowest.
    pub fn render(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        target: &wgpu::TextureView,
        view: &SliceView,
        window: &WindowLevel,
        interpolation: Interpolation,
        layers: &[LayerStyle],
    ) {
        let shown: Vec<&LayerStyle> = layers
            .iter()
            .filter(|layer| layer.visible && self.masks.bounds(layer.slot).is_some())
            .collect();
        let (layer_rows, neighbour_rows) = self.layer_rows(&shown);
        let uniforms = self.uniform_rows(view, window, interpolation, shown.len());
        let group = self.bind(&uniforms, &layer_rows, &neighbour_rows);
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("slice"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: target,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..1);
    }

    fn uniform_rows(
        &self,
        view: &SliceView,
        window: &WindowLevel,
        interpolation: Interpolation,
        layers: usize,
    ) -> Rows {
        let sampling = Sampling::of_view(&self.grid, view);
        let lanes = window.for_lanes(self.volume.rescale.slope, self.volume.rescale.intercept);
        let (kind, parameters) = window_row(lanes);
        let (low, high) = self.volume.padding.unwrap_or((0.0, 0.0));
        let floats = |v: [f64; 3]| [v[0] as f32, v[1] as f32, v[2] as f32, 0.0];
        let counts = |v: [usize; 3], w: u32| [v[0] as u32, v[1] as u32, v[2] as u32, w];
        let [x, y] = pattern_phase(pattern_anchor(&self.grid, view));
        let mut rows = Rows::default();
        rows.floats(floats(sampling.origin));
        rows.floats(floats(sampling.per_x));
        rows.floats(floats(sampling.per_y));
        rows.row(counts(
            self.grid.size(),
            u32::from(interpolation == Interpolation::Linear),
        ));
        rows.floats(parameters);
        rows.row([
            kind,
            layers as u32,
            u32::from(self.volume.padding.is_some()),
            u32::from(HATCH_OPACITY),
        ]);
        rows.floats([low, high, 0.0, 0.0]);
        rows.ints([x, y, 0, 0]);
        rows.row(counts(self.masks.bricks(), 0));
        rows
    }

    /// The layers and the neighbours that their outlines ask.
    fn layer_rows(&self, layers: &[&LayerStyle]) -> (Rows, Rows) {
        let (mut rows, mut neighbours) = (Rows::default(), Rows::default());
        for layer in layers {
            let first = neighbours.len();
            for ((dx, dy), coverage, is_level) in
                Stencil::new(layer.outline, layer.outline_px).neighbours()
            {
                neighbours.ints([dx, dy, i32::from(coverage), i32::from(is_level)]);
            }
            let [r, g, b] = layer.color.map(u32::from);
            // Saturates, and takes NaN as 0, as the CPU twin does.
            let opacity = (layer.fill_alpha * 255.0).round() as u8;
            rows.row([r, g, b, u32::from(opacity)]);
            rows.row([
                first as u32,
                (neighbours.len() - first) as u32,
                u32::from(layer.outline == Outline::Dashed),
                self.masks.first_entry(layer.slot) as u32,
            ]);
            let [a, b, c, d, e, f, g, h] = layer.hatch.tile();
            rows.row([
                u32::from_le_bytes([a, b, c, d]),
                u32::from_le_bytes([e, f, g, h]),
                u32::from(layer.hatch != Hatch::None),
                0,
            ]);
            let ([i0, j0, k0], [i1, j1, k1]) = self.masks.bounds(layer.slot).unwrap_or_default();
            rows.row([i0, j0, k0, 0]);
            rows.row([i1, j1, k1, 0]);
        }
        (rows, neighbours)
    }

    fn bind(&self, uniforms: &Rows, layers: &Rows, neighbours: &Rows) -> wgpu::BindGroup {
        let buffer = |rows: &Rows, least: u64, usage: wgpu::BufferUsages| {
            let bytes = rows.bytes();
            let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("slice parameters"),
                size: (bytes.len() as u64).max(least),
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            self.queue.write_buffer(&buffer, 0, bytes);
            buffer
        };
        let uniforms = buffer(uniforms, 16, wgpu::BufferUsages::UNIFORM);
        // An empty array is not allowed: one layer of five rows, one neighbour.
        let layers = buffer(layers, 80, wgpu::BufferUsages::STORAGE);
        let neighbours = buffer(neighbours, 16, wgpu::BufferUsages::STORAGE);
        let resources = [
            uniforms.as_entire_binding(),
            wgpu::BindingResource::TextureView(&self.volume.view),
            layers.as_entire_binding(),
            neighbours.as_entire_binding(),
            self.masks.directory.as_entire_binding(),
            self.masks.pool.as_entire_binding(),
        ];
        let entries: Vec<wgpu::BindGroupEntry> = (0..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("slice"),
            layout: &self.layout,
            entries: &entries,
        })
    }
}

fn pipeline(
    device: &wgpu::Device,
    target: wgpu::TextureFormat,
    form: Form,
) -> (wgpu::BindGroupLayout, wgpu::RenderPipeline) {
    let source = include_str!("slice.wgsl").replace("TEXEL", form.wgsl_type());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("slice"),
        source: wgpu::ShaderSource::Wgsl(source.into()),
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
            targets: &[Some(target.into())],
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
