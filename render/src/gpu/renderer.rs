//! Draws slices with their masks into pictures on the device.

use std::sync::Arc;

use voxel::{Mask, VoxelBox};

use super::checked;
use super::mask_buffer::MaskBuffer;
use super::picture::GpuPicture;
use super::uniforms::{Rows, pattern_phase, window_row};
use super::volume::GpuVolume;
use crate::Error;
use crate::color_map::ColorMap;
use crate::overlay::{HATCH_OPACITY, Hatch, Outline, OverlayLayer, Stencil, pattern_anchor};
use crate::picture::RectPx;
use crate::rendering::Rendering;
use crate::sampling::Sampling;
use crate::slice::Interpolation;
use crate::view::SliceView;

/// One viewport's masks over a volume, drawn into any number of pictures.
pub struct SliceRenderer {
    volume: Arc<GpuVolume>,
    masks: MaskBuffer,
}

/// A layer that meets the shown plane.
struct Shown<'a> {
    layer: &'a OverlayLayer<'a>,
    slot: usize,
    /// Where its pixels can be.
    rect: RectPx,
}

impl SliceRenderer {
    /// A renderer that holds these masks already, so that the first [`SliceRenderer::draw`] with them
    /// has nothing to send. Masks of another size than the volume's are left out.
    ///
    /// # Errors
    /// [`Error::AboveLimit`] when the device cannot hold the masks, [`Error::Device`].
    pub fn new(volume: Arc<GpuVolume>, masks: &[&Mask]) -> Result<Self, Error> {
        let size = volume.grid.size();
        let masks: Vec<&Mask> = masks
            .iter()
            .copied()
            .filter(|mask| mask.size() == size)
            .collect();
        let masks = MaskBuffer::new(&volume.device, &volume.queue, size, &masks)?;
        Ok(Self { volume, masks })
    }

    /// The volume that it draws.
    #[must_use]
    pub const fn volume(&self) -> &Arc<GpuVolume> {
        &self.volume
    }

    /// Bricks of masks (4 KiB each) that were sent to the device so far.
    #[must_use]
    pub fn sent_bricks(&self) -> u64 {
        self.masks.sent_bricks()
    }

    /// Draws a view as [`crate::slice()`] and [`crate::overlay()`] do, the first layer lowest. Of the
    /// masks only the bricks go to the device that it does not hold yet.
    ///
    /// # Errors
    /// [`Error::LeftToCpu`] for slabs and colour maps, [`Error::AboveLimit`] when the device cannot hold
    /// the masks, [`Error::Device`]. What the picture
    /// shows then is not to be relied on; the CPU twin must draw.
    pub fn draw(
        &mut self,
        picture: &GpuPicture,
        view: &SliceView,
        rendering: &Rendering,
        layers: &[OverlayLayer<'_>],
    ) -> Result<(), Error> {
        if rendering.thick().is_some() {
            return Err(Error::LeftToCpu { what: "slabs" });
        }
        if rendering.colors != ColorMap::Grey {
            return Err(Error::LeftToCpu {
                what: "colour maps",
            });
        }
        let volume = Arc::clone(&self.volume);
        let size = volume.grid.size();
        if layers
            .iter()
            .any(|layer| layer.visible && *layer.grid != volume.grid)
        {
            return Err(Error::LeftToCpu {
                what: "masks of another grid",
            });
        }
        let drawn: Vec<&OverlayLayer<'_>> = layers
            .iter()
            .filter(|layer| layer.visible && layer.mask.size() == size)
            .collect();
        let masks: Vec<&Mask> = drawn.iter().map(|layer| layer.mask).collect();
        let slots = self.masks.hold(&volume.device, &volume.queue, &masks)?;
        let shown: Vec<Shown<'_>> = drawn
            .into_iter()
            .zip(slots)
            .filter_map(|(layer, slot)| self.shown(layer, slot, view))
            .collect();
        let (layer_rows, neighbour_rows) = self.layer_rows(&shown);
        let uniforms = self.uniform_rows(view, rendering, shown.len());
        checked(&volume.device, || {
            let group = self.bind(&uniforms, &layer_rows, &neighbour_rows);
            let label = Some("slice");
            let mut encoder = volume
                .device
                .create_command_encoder(&wgpu::CommandEncoderDescriptor { label });
            self.record(&mut encoder, picture, &group);
            volume.queue.submit([encoder.finish()]);
        })
    }

    fn shown<'a>(
        &self,
        layer: &'a OverlayLayer<'a>,
        slot: usize,
        view: &SliceView,
    ) -> Option<Shown<'a>> {
        let (first, last) = self.masks.bounds(slot)?;
        let size = self.volume.grid.size();
        let voxels = VoxelBox {
            min: first.map(|v| v as usize),
            max: std::array::from_fn(|a| (last[a] as usize + 1).min(size[a])),
        };
        let rect = view.rect_of_box(&self.volume.grid, &voxels, 1.0)?;
        Some(Shown { layer, slot, rect })
    }

    fn record(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        picture: &GpuPicture,
        group: &wgpu::BindGroup,
    ) {
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("slice"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: picture.target(),
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        pass.set_pipeline(&self.volume.pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.draw(0..3, 0..1);
    }

    fn uniform_rows(&self, view: &SliceView, rendering: &Rendering, layers: usize) -> Rows {
        let (grid, texture) = (&self.volume.grid, &self.volume.texture);
        let sampling = Sampling::of_view(grid, view);
        let lanes = rendering
            .window
            .for_lanes(texture.rescale.slope, texture.rescale.intercept);
        let (kind, parameters) = window_row(lanes);
        let (low, high) = texture.padding.unwrap_or((0.0, 0.0));
        let floats = |v: [f64; 3]| [v[0] as f32, v[1] as f32, v[2] as f32, 0.0];
        let counts = |v: [usize; 3], w: u32| [v[0] as u32, v[1] as u32, v[2] as u32, w];
        let [x, y] = pattern_phase(pattern_anchor(view));
        let mut rows = Rows::default();
        rows.floats(floats(sampling.origin));
        rows.floats(floats(sampling.per_x));
        rows.floats(floats(sampling.per_y));
        rows.row(counts(
            grid.size(),
            u32::from(rendering.interpolation == Interpolation::Linear),
        ));
        rows.floats(parameters);
        rows.row([
            kind,
            layers as u32,
            u32::from(texture.padding.is_some()),
            u32::from(HATCH_OPACITY),
        ]);
        rows.floats([low, high, 0.0, 0.0]);
        rows.ints([x, y, 0, 0]);
        rows.row(counts(self.masks.bricks(), 0));
        rows
    }

    /// The layers and the neighbours that their outlines ask; equal outlines share theirs.
    fn layer_rows(&self, layers: &[Shown<'_>]) -> (Rows, Rows) {
        let (mut rows, mut neighbours) = (Rows::default(), Rows::default());
        let mut known: Vec<(Outline, u32, [u32; 2])> = Vec::new();
        for Shown { layer, slot, rect } in layers {
            let width = layer.outline_px.to_bits();
            let same = known
                .iter()
                .find(|(outline, px, _)| (*outline, *px) == (layer.outline, width));
            let [first, count] = if let Some((.., range)) = same {
                *range
            } else {
                let added = add_neighbours(&mut neighbours, layer);
                known.push((layer.outline, width, added));
                added
            };
            let [r, g, b] = layer.color.map(u32::from);
            // Saturates, and takes NaN as 0, as the CPU twin does.
            let opacity = (layer.fill_alpha * 255.0).round() as u8;
            rows.row([r, g, b, u32::from(opacity)]);
            rows.row([
                first,
                count,
                u32::from(layer.outline == Outline::Dashed),
                self.masks.first_entry(*slot) as u32,
            ]);
            let [a, b, c, d, e, f, g, h] = layer.hatch.tile();
            rows.row([
                u32::from_le_bytes([a, b, c, d]),
                u32::from_le_bytes([e, f, g, h]),
                u32::from(layer.hatch != Hatch::None),
                0,
            ]);
            let ([i0, j0, k0], [i1, j1, k1]) = self.masks.bounds(*slot).unwrap_or_default();
            rows.row([i0, j0, k0, 0]);
            rows.row([i1, j1, k1, 0]);
            rows.row([rect.x, rect.y, rect.right(), rect.bottom()].map(|side| side as u32));
        }
        (rows, neighbours)
    }

    fn bind(&self, uniforms: &Rows, layers: &Rows, neighbours: &Rows) -> wgpu::BindGroup {
        let (device, queue) = (&self.volume.device, &self.volume.queue);
        let buffer = |rows: &Rows, least: u64, usage: wgpu::BufferUsages| {
            let bytes = rows.bytes();
            let buffer = device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("slice parameters"),
                size: (bytes.len() as u64).max(least),
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            queue.write_buffer(&buffer, 0, bytes);
            buffer
        };
        let uniforms = buffer(uniforms, 16, wgpu::BufferUsages::UNIFORM);
        // An empty array is not allowed: one layer of six rows, one neighbour.
        let layers = buffer(layers, 96, wgpu::BufferUsages::STORAGE);
        let neighbours = buffer(neighbours, 16, wgpu::BufferUsages::STORAGE);
        let resources = [
            uniforms.as_entire_binding(),
            wgpu::BindingResource::TextureView(&self.volume.texture.view),
            layers.as_entire_binding(),
            neighbours.as_entire_binding(),
            self.masks.directory().as_entire_binding(),
            self.masks.pool().as_entire_binding(),
        ];
        let entries: Vec<wgpu::BindGroupEntry> = (0..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("slice"),
            layout: &self.volume.layout,
            entries: &entries,
        })
    }
}

/// Appends an outline's neighbours: where they begin and how many they are.
fn add_neighbours(neighbours: &mut Rows, layer: &OverlayLayer<'_>) -> [u32; 2] {
    let first = neighbours.len();
    for ((dx, dy), coverage, is_level) in Stencil::new(layer.outline, layer.outline_px).neighbours()
    {
        neighbours.ints([dx, dy, i32::from(coverage), i32::from(is_level)]);
    }
    [first as u32, (neighbours.len() - first) as u32]
}
