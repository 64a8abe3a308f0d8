//! Draws slices with their masks into pictures on the device.

use std::sync::Arc;

use voxel::{Mask, VoxelBox};

use super::checked;
use super::mask_buffer::{MaskBuffer, bricks};
use super::picture::GpuPicture;
use super::uniforms::{Rows, pattern_phase, window_row};
use super::volume::GpuVolume;
use crate::Error;
use crate::color_map::ColorMap;
use crate::overlay::{
    HATCH_OPACITY, Hatch, Outline, OverlayLayer, Stencil, distinct, pattern_anchor,
};
use crate::picture::RectPx;
use crate::rendering::{Rendering, SlabMode};
use crate::sampling::Sampling;
use crate::slab::slab_samples;
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
    /// has nothing to send.
    ///
    /// # Errors
    /// [`Error::AboveLimit`] when the device cannot hold the masks, [`Error::Device`].
    pub fn new(volume: Arc<GpuVolume>, masks: &[&Mask]) -> Result<Self, Error> {
        let size = volume.grid.size();
        let masks = MaskBuffer::new(&volume.device, &volume.queue, size, masks)?;
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
    /// [`Error::AboveLimit`] when the device cannot hold the masks, [`Error::Device`]. What the picture
    /// shows then is not to be relied on; the CPU twin must draw.
    pub fn draw(
        &mut self,
        picture: &GpuPicture,
        view: &SliceView,
        rendering: &Rendering,
        layers: &[OverlayLayer<'_>],
    ) -> Result<(), Error> {
        let volume = Arc::clone(&self.volume);
        let drawn: Vec<&OverlayLayer<'_>> = layers
            .iter()
            .filter(|layer| layer.visible && layer.mask.size() == layer.grid.size())
            .collect();
        let masks: Vec<&Mask> = drawn.iter().map(|layer| layer.mask).collect();
        let slots = self.masks.hold(&volume.device, &volume.queue, &masks)?;
        let shown: Vec<Shown<'_>> = drawn
            .into_iter()
            .zip(slots)
            .filter_map(|(layer, slot)| self.shown(layer, slot, view))
            .collect();
        let mut table = Rows::default();
        let layer_rows = self.layer_rows(&shown, view, &mut table);
        let uniforms = self.uniform_rows(view, rendering, shown.len(), &mut table);
        checked(&volume.device, || {
            let group = self.bind(&uniforms, &layer_rows, &table);
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
        let size = layer.grid.size();
        let voxels = VoxelBox {
            min: first.map(|v| v as usize),
            max: std::array::from_fn(|a| (last[a] as usize + 1).min(size[a])),
        };
        let rect = view.rect_of_box(layer.grid, &voxels, 1.0)?;
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

    /// The uniforms; what they point to is appended to the table.
    fn uniform_rows(
        &self,
        view: &SliceView,
        rendering: &Rendering,
        layers: usize,
        table: &mut Rows,
    ) -> Rows {
        let (grid, texture) = (&self.volume.grid, &self.volume.texture);
        let sampling = Sampling::of_view(grid, view);
        let window = &rendering.window;
        let lanes = window.for_lanes(texture.rescale.slope, texture.rescale.intercept);
        let (kind, parameters) = window_row(lanes);
        let (low, high) = texture.padding.unwrap_or((0.0, 0.0));
        let [x, y] = pattern_phase(pattern_anchor(view));
        let map = Map::new(&sampling, table);
        let mut rows = Rows::default();
        map.append_to(&mut rows);
        rows.floats(parameters);
        rows.row([
            kind,
            layers as u32,
            u32::from(texture.padding.is_some()),
            u32::from(HATCH_OPACITY),
        ]);
        rows.floats([low, high, 0.0, 0.0]);
        rows.ints([x, y, 0, 0]);
        let [mode, first, count] = self.slab_row(&sampling, rendering, table);
        let is_linear = rendering.interpolation == Interpolation::Linear;
        rows.row([u32::from(is_linear), mode, first, count]);
        rows.row(color_row(rendering.colors, table));
        texture
            .fold
            .rows()
            .into_iter()
            .for_each(|row| rows.ints(row));
        rows
    }

    /// A slab's mode (0: none), and where its samples begin and how many they are.
    fn slab_row(&self, sampling: &Sampling, rendering: &Rendering, table: &mut Rows) -> [u32; 3] {
        let Some(slab) = rendering.thick() else {
            return [0; 3];
        };
        let first = table.len() as u32;
        for sample in slab_samples(sampling, &slab) {
            let [i, j, k] = sample.shift.map(|shift| shift as f32);
            table.floats([i, j, k, sample.weight]);
        }
        // Stored values that fall as modality values rise turn the two round.
        let mode = match (slab.mode, self.volume.texture.rescale.slope < 0.0) {
            (SlabMode::Mean, _) => 1,
            (SlabMode::Max, false) | (SlabMode::Min, true) => 2,
            (SlabMode::Min, false) | (SlabMode::Max, true) => 3,
        };
        [mode, first, table.len() as u32 - first]
    }

    /// The layers; what they point to is appended to the table, equal outlines and grids once.
    fn layer_rows(&self, layers: &[Shown<'_>], view: &SliceView, table: &mut Rows) -> Rows {
        let mut rows = Rows::default();
        let mut known: Vec<(Outline, u32, [u32; 2])> = Vec::new();
        let (grids, of_layers) = distinct(layers.iter().map(|shown| shown.layer.grid));
        let maps: Vec<Map> = grids
            .into_iter()
            .map(|grid| Map::new(&Sampling::of_view(grid, view), table))
            .collect();
        for (Shown { layer, slot, rect }, grid) in layers.iter().zip(of_layers) {
            let width = layer.outline_px.to_bits();
            let same = known
                .iter()
                .find(|(outline, px, _)| (*outline, *px) == (layer.outline, width));
            let [first, count] = if let Some((.., range)) = same {
                *range
            } else {
                let added = add_neighbours(table, layer);
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
            maps[grid].append_to(&mut rows);
        }
        rows
    }

    fn bind(&self, uniforms: &Rows, layers: &Rows, table: &Rows) -> wgpu::BindGroup {
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
        // An empty array is not allowed: one layer of eleven rows, one row of the table.
        let layers = buffer(layers, 176, wgpu::BufferUsages::STORAGE);
        let table = buffer(table, 16, wgpu::BufferUsages::STORAGE);
        let resources = [
            uniforms.as_entire_binding(),
            wgpu::BindingResource::TextureView(&self.volume.texture.view),
            layers.as_entire_binding(),
            table.as_entire_binding(),
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

/// The way from pixels to the voxels of a grid, as the shader reads it.
struct Map {
    /// Origin with the usual step in mm, changes per pixel to the right and down.
    places: [[f32; 4]; 3],
    /// The grid's size with the number of uneven planes, its bricks with the table row of the first.
    counts: [[u32; 4]; 2],
}

impl Map {
    /// Appends uneven planes to the table.
    fn new(sampling: &Sampling, table: &mut Rows) -> Self {
        let (step_mm, planes) = sampling.uneven_planes();
        let first = table.len() as u32;
        for [offset, before, after] in &planes {
            table.floats([*offset as f32, *before as f32, *after as f32, 0.0]);
        }
        let floats = |v: [f64; 3], w: f64| [v[0] as f32, v[1] as f32, v[2] as f32, w as f32];
        let counts = |v: [usize; 3], w: u32| [v[0] as u32, v[1] as u32, v[2] as u32, w];
        Self {
            places: [
                floats(sampling.origin, step_mm),
                floats(sampling.per_x, 0.0),
                floats(sampling.per_y, 0.0),
            ],
            counts: [
                counts(sampling.size, planes.len() as u32),
                counts(bricks(sampling.size), first),
            ],
        }
    }

    fn append_to(&self, rows: &mut Rows) {
        self.places.into_iter().for_each(|row| rows.floats(row));
        self.counts.into_iter().for_each(|row| rows.row(row));
    }
}

/// Whether there is a colour map, and where it begins in the table.
fn color_row(colors: ColorMap, table: &mut Rows) -> [u32; 4] {
    let Some(pixels) = colors.pixels() else {
        return [0; 4];
    };
    let first = table.len() as u32;
    for four in pixels.chunks_exact(4) {
        table.row(std::array::from_fn(|n| u32::from_le_bytes(four[n])));
    }
    [1, first, 0, 0]
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
