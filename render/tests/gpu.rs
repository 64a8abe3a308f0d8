//! The GPU's picture against the CPU twin's. Without an adapter these tests say that they were skipped.
#![cfg(feature = "gpu")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::sync::Arc;

use render::gpu::{Headless, LayerStyle, SliceRenderer};
use render::{
    Error, Hatch, Interpolation, Outline, OverlayLayer, Picture, SliceView, WindowFunction,
    WindowLevel, overlay, slice,
};
use voxel::{Affine, Grid, Mask, PatientVector, Plane, Rescale, Samples, Volume, VoxelBox};

const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

fn headless() -> Option<Headless> {
    match Headless::open() {
        Ok(headless) => Some(headless),
        Err(error) => {
            println!("SKIPPED: {error}");
            None
        }
    }
}

/// Draws and reads back.
fn drawn(
    headless: &Headless,
    renderer: &SliceRenderer,
    (view, window, way): (&SliceView, &WindowLevel, Interpolation),
    styles: &[LayerStyle],
) -> Picture {
    let [width, height] = view.size_px;
    let size = wgpu::Extent3d {
        width: width as u32,
        height: height as u32,
        depth_or_array_layers: 1,
    };
    let texture = headless.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let row_bytes = (4 * width).next_multiple_of(256);
    let buffer = headless.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: (row_bytes * height) as u64,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = headless.device.create_command_encoder(&Default::default());
    let target = texture.create_view(&Default::default());
    renderer.render(&mut encoder, &target, view, window, way, styles);
    let layout = wgpu::TexelCopyBufferLayout {
        offset: 0,
        bytes_per_row: Some(row_bytes as u32),
        rows_per_image: None,
    };
    let copy = wgpu::TexelCopyBufferInfo {
        buffer: &buffer,
        layout,
    };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), copy, size);
    headless.queue.submit([encoder.finish()]);
    buffer.map_async(wgpu::MapMode::Read, .., |result| result.unwrap());
    headless
        .device
        .poll(wgpu::PollType::wait_indefinitely())
        .unwrap();
    let bytes = buffer.get_mapped_range(..).unwrap();
    let rgba = bytes
        .chunks_exact(row_bytes)
        .flat_map(|row| row[..4 * width].to_vec())
        .collect();
    Picture {
        width,
        height,
        rgba,
    }
}

/// At most `share` of the pixels may differ by more than two levels: those whose centre lies between
/// two voxels, where the GPU's 32-bit coordinates decide for the other side.
fn assert_same(gpu: &Picture, cpu: &Picture, share: f64, what: &str) {
    let differing = gpu
        .pixels()
        .iter()
        .zip(cpu.pixels())
        .filter(|(a, b)| a.iter().zip(b.iter()).any(|(a, b)| a.abs_diff(*b) > 2))
        .count();
    let found = differing as f64 / cpu.pixels().len() as f64;
    assert!(
        found <= share,
        "{what}: {:.3} % of the pixels differ",
        100.0 * found
    );
}

fn oblique_grid(size: [usize; 3]) -> Grid {
    let (sin, cos) = 0.3_f64.sin_cos();
    let columns = [
        [0.8 * cos, 0.8 * sin, 0.0],
        [-0.9 * sin, 0.9 * cos, 0.1],
        [0.0, 0.2, 2.1],
    ];
    let origin = voxel::PatientPoint([-20.0, 4.0, 60.0]);
    Grid::new(
        size,
        Affine::from_columns(columns.map(PatientVector), origin),
    )
    .unwrap()
}

/// Smooth in space, so that a coordinate's last digits change little.
fn value(i: usize, j: usize, k: usize) -> f64 {
    let wave = (i as f64 / 5.0).sin() + (j as f64 / 7.0).cos() + (k as f64 / 3.0).sin();
    wave * 300.0 + 200.0
}

fn volume(size: [usize; 3], samples: impl Fn(Vec<f64>) -> Samples) -> Volume {
    let mut values = Vec::new();
    for k in 0..size[2] {
        for j in 0..size[1] {
            values.extend((0..size[0]).map(|i| value(i, j, k)));
        }
    }
    let rescale = vec![Rescale {
        slope: 1.25,
        intercept: -100.0,
    }];
    Volume::new(
        oblique_grid(size),
        samples(values),
        rescale,
        Some((-60.0, -20.0)),
    )
    .unwrap()
}

fn views(grid: &Grid) -> Vec<SliceView> {
    let size = [231, 187];
    let normal = PatientVector([0.3, -0.4, 0.8]);
    let mut views: Vec<SliceView> = Plane::ALL
        .into_iter()
        .map(|plane| SliceView::of_plane(grid, plane, 7, size).unwrap())
        .collect();
    views.push(SliceView::oblique(grid, grid.centre(), normal, size).unwrap());
    views.push(
        views[0]
            .rotated(33.0)
            .zoomed(2.3, render::ScreenPoint([50.0, 60.0])),
    );
    // A hair beside the middle, so that no pixel lies exactly between two voxels.
    views
        .into_iter()
        .map(|view| view.panned([0.137, 0.211]))
        .collect()
}

#[test]
fn the_gpu_draws_the_cpu_twins_slice_for_every_sample_type() {
    let Some(headless) = headless() else {
        return;
    };
    println!(
        "adapter: {} ({:?})",
        headless.adapter.name, headless.adapter.device_type
    );
    let size = [50, 41, 30];
    let kinds: [fn(Vec<f64>) -> Samples; 4] = [
        |v| Samples::I16(Arc::new(v.iter().map(|v| *v as i16).collect())),
        |v| Samples::U8(Arc::new(v.iter().map(|v| (*v / 4.0) as u8).collect())),
        |v| Samples::F32(Arc::new(v.iter().map(|v| *v as f32).collect())),
        |v| Samples::I32(Arc::new(v.iter().map(|v| *v as i32).collect())),
    ];
    for kind in kinds {
        let volume = volume(size, kind);
        let renderer =
            SliceRenderer::new(&headless.device, &headless.queue, FORMAT, &volume).unwrap();
        for view in views(volume.grid()) {
            for function in [WindowFunction::Linear, WindowFunction::Sigmoid] {
                let invert = function == WindowFunction::Sigmoid;
                let window = WindowLevel {
                    center: 150.0,
                    width: 900.0,
                    function,
                    invert,
                };
                for way in [Interpolation::Nearest, Interpolation::Linear] {
                    let gpu = drawn(&headless, &renderer, (&view, &window, way), &[]);
                    let cpu = slice(&volume, &view, &window, way);
                    assert_same(&gpu, &cpu, 0.002, &format!("{way:?} {view:?}"));
                }
            }
        }
    }
}

fn ball(size: [usize; 3], centre: [i64; 3], radius: i64) -> Mask {
    Mask::from_fn(size, |v| {
        (0..3).map(|a| (v.0[a] - centre[a]).pow(2)).sum::<i64>() <= radius * radius
    })
}

#[test]
fn the_gpu_draws_the_cpu_twins_overlay_and_takes_strokes_by_their_box() {
    let Some(headless) = headless() else {
        return;
    };
    let size = [70, 66, 40];
    let volume = volume(size, |v| {
        Samples::I16(Arc::new(v.iter().map(|v| *v as i16).collect()))
    });
    let mut renderer =
        SliceRenderer::new(&headless.device, &headless.queue, FORMAT, &volume).unwrap();
    let first = ball(size, [30, 30, 10], 17);
    let second = ball(size, [42, 28, 9], 14);
    let third = Mask::from_fn(size, |v| v.0[0] < 40 && v.0[1] > 20);
    renderer.set_masks(&[&first, &second, &third]).unwrap();
    // A stroke after the masks were sent.
    let stroke = second.union(&ball(size, [50, 50, 8], 9));
    let changed: VoxelBox = second.change_to(&stroke).changed;
    renderer.update_mask(1, &stroke, &changed).unwrap();
    let masks = [&first, &stroke, &third];
    let looks = [
        (Outline::Solid, 1.5, Hatch::Slash),
        (Outline::Dashed, 2.0, Hatch::None),
        (Outline::Double, 1.0, Hatch::Ring),
    ];
    let layers: Vec<OverlayLayer> = masks
        .iter()
        .zip(looks)
        .zip([[240, 162, 60], [76, 201, 240], [199, 230, 107]])
        .map(
            |((mask, (outline, outline_px, hatch)), color)| OverlayLayer {
                outline,
                outline_px,
                hatch,
                ..OverlayLayer::new(mask, color)
            },
        )
        .collect();
    let styles: Vec<LayerStyle> = layers
        .iter()
        .enumerate()
        .map(|(slot, layer)| LayerStyle::of(layer, slot))
        .collect();
    let window = WindowLevel::linear(150.0, 900.0);
    for view in views(volume.grid()) {
        let scene = (&view, &window, Interpolation::Linear);
        let gpu = drawn(&headless, &renderer, scene, &styles);
        let mut cpu = slice(&volume, &view, &window, Interpolation::Linear);
        overlay(&mut cpu, volume.grid(), &view, &layers, None);
        assert_same(&gpu, &cpu, 0.005, &format!("{view:?}"));
    }
}

#[test]
fn what_the_gpu_does_not_draw_is_refused_for_the_cpu_twin() {
    let Some(headless) = headless() else {
        return;
    };
    let new = |volume: &Volume, format| {
        SliceRenderer::new(&headless.device, &headless.queue, format, volume).err()
    };
    let grid = Grid::new([4, 4, 4], Affine::identity()).unwrap();
    let colour = Samples::Rgb8(Arc::new(vec![[1, 2, 3]; 64]));
    let colour = Volume::new(grid.clone(), colour, vec![Rescale::IDENTITY], None).unwrap();
    assert!(matches!(
        new(&colour, FORMAT),
        Some(Error::LeftToCpu { .. })
    ));
    let uneven = grid.with_plane_offsets(vec![0.0, 1.0, 3.5, 4.0]).unwrap();
    let grey = Samples::U8(Arc::new(vec![0; 64]));
    let uneven = Volume::new(uneven, grey, vec![Rescale::IDENTITY], None).unwrap();
    assert!(matches!(
        new(&uneven, FORMAT),
        Some(Error::LeftToCpu { .. })
    ));
    let limit = headless.device.limits().max_texture_dimension_3d as usize;
    let long = Grid::new([limit + 1, 1, 1], Affine::identity()).unwrap();
    let samples = Samples::U8(Arc::new(vec![0; limit + 1]));
    let long = Volume::new(long, samples, vec![Rescale::IDENTITY], None).unwrap();
    assert!(matches!(new(&long, FORMAT), Some(Error::AboveLimit { .. })));
}
