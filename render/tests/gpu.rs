//! The GPU's picture against the CPU twin's. Without an adapter these tests say that they were skipped.
#![cfg(feature = "gpu")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod compare;

use std::sync::Arc;

use compare::assert_same;
use render::gpu::{GpuPicture, GpuVolume, Headless, Screen, SliceRenderer, read_texture};
use render::{
    Hatch, Interpolation, Outline, OverlayLayer, Picture, Rendering, SliceView, WindowFunction,
    WindowLevel, overlay, slice,
};
use voxel::{Affine, Grid, Mask, PatientVector, Plane, Rescale, Samples, Volume};

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

/// A volume on the device, without masks.
fn renderer(headless: &Headless, volume: &Volume) -> SliceRenderer {
    let volume = GpuVolume::new(&headless.device, &headless.queue, volume).unwrap();
    SliceRenderer::new(volume, &[]).unwrap()
}

fn linear(window: WindowLevel) -> Rendering {
    Rendering::new(window, Interpolation::Linear)
}

/// A picture of that size on the device.
fn picture_of(headless: &Headless, size_px: [usize; 2]) -> GpuPicture {
    let screen = Screen::new(&headless.device, FORMAT).unwrap();
    screen.picture(&headless.device, size_px).unwrap()
}

/// Draws and reads back.
fn drawn(
    headless: &Headless,
    renderer: &mut SliceRenderer,
    (view, window, way): (&SliceView, &WindowLevel, Interpolation),
    layers: &[OverlayLayer],
) -> Picture {
    let picture = picture_of(headless, view.size_px);
    let rendering = Rendering::new(*window, way);
    renderer.draw(&picture, view, &rendering, layers).unwrap();
    picture.read(&headless.device, &headless.queue).unwrap()
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
        let mut renderer = renderer(&headless, &volume);
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
                    let gpu = drawn(&headless, &mut renderer, (&view, &window, way), &[]);
                    let cpu = slice(&volume, &view, &Rendering::new(window, way));
                    assert_same(&gpu, &cpu, &format!("{way:?} {view:?}"));
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

const COLORS: [[u8; 3]; 3] = [[240, 162, 60], [76, 201, 240], [199, 230, 107]];

/// Layers of every look over these masks.
fn layers<'a>(grid: &'a Grid, masks: &[&'a Mask]) -> Vec<OverlayLayer<'a>> {
    let looks = [
        (Outline::Solid, 1.5, Hatch::Slash),
        (Outline::Dashed, 2.0, Hatch::None),
        (Outline::Double, 1.0, Hatch::Ring),
    ];
    let layer = |(n, mask): (usize, &&'a Mask)| {
        let (outline, outline_px, hatch) = looks[n % 3];
        OverlayLayer {
            outline,
            outline_px,
            hatch,
            ..OverlayLayer::new(mask, grid, COLORS[n % 3])
        }
    };
    masks.iter().enumerate().map(layer).collect()
}

/// A volume of 16 bits with its renderer, to try masks on.
struct Bench {
    headless: Headless,
    volume: Volume,
    renderer: SliceRenderer,
    window: WindowLevel,
}

impl Bench {
    fn new(size: [usize; 3]) -> Option<Self> {
        let headless = headless()?;
        let volume = volume(size, |v| {
            Samples::I16(Arc::new(v.iter().map(|v| *v as i16).collect()))
        });
        Some(Self {
            renderer: renderer(&headless, &volume),
            headless,
            volume,
            window: WindowLevel::linear(150.0, 900.0),
        })
    }

    /// Draws by both and compares.
    fn compare(&mut self, view: &SliceView, layers: &[OverlayLayer], what: &str) {
        let scene = (view, &self.window, Interpolation::Linear);
        let gpu = drawn(&self.headless, &mut self.renderer, scene, layers);
        let mut cpu = slice(
            &self.volume,
            view,
            &Rendering::new(self.window, Interpolation::Linear),
        );
        overlay(&mut cpu, view, layers, None);
        assert_same(&gpu, &cpu, what);
    }
}

#[test]
fn the_gpu_draws_the_cpu_twins_overlay_whatever_happens_to_the_masks() {
    let size = [70, 66, 40];
    let Some(mut bench) = Bench::new(size) else {
        return;
    };
    let first = ball(size, [30, 30, 10], 17);
    let second = ball(size, [42, 28, 9], 14);
    let third = Mask::from_fn(size, |v| v.0[0] < 40 && v.0[1] > 20);
    let stroke = second.union(&ball(size, [50, 50, 8], 9));
    let many: Vec<Mask> = (0..23)
        .map(|n| ball(size, [3 * n, 60 - 2 * n, n + 5], 8))
        .collect();
    let states: [(&str, Vec<&Mask>); 9] = [
        ("none", vec![]),
        ("three", vec![&first, &second, &third]),
        ("a stroke", vec![&first, &stroke, &third]),
        ("undone", vec![&first, &second, &third]),
        ("one hidden", vec![&first, &third]),
        ("all hidden", vec![]),
        ("another order", vec![&third, &first, &second]),
        ("more than there was room for", many.iter().collect()),
        ("erased", vec![&first]),
    ];
    let grid = bench.volume.grid().clone();
    for view in views(&grid) {
        for (what, masks) in &states {
            bench.compare(&view, &layers(&grid, masks), &format!("{what} {view:?}"));
        }
    }
}

#[test]
fn only_bricks_that_changed_are_sent() {
    let size = [100, 90, 70];
    let Some(mut bench) = Bench::new(size) else {
        return;
    };
    let grid = bench.volume.grid().clone();
    let view = SliceView::of_plane(&grid, Plane::Axial, 20, [160, 160]).unwrap();
    let first = ball(size, [40, 40, 20], 30);
    let second = ball(size, [60, 40, 40], 28);
    bench.compare(&view, &layers(&grid, &[&first, &second]), "both");
    let sent = bench.renderer.sent_bricks();
    assert!(sent > 20, "{sent}");
    // Scrolling, zooming, hiding and showing send nothing.
    bench.compare(
        &view.stepped(&grid, 3),
        &layers(&grid, &[&first, &second]),
        "step",
    );
    bench.compare(&view, &layers(&grid, &[&second]), "hidden");
    bench.compare(&view, &layers(&grid, &[]), "all hidden");
    bench.compare(&view, &layers(&grid, &[&first, &second]), "shown");
    assert_eq!(bench.renderer.sent_bricks(), sent);
    // A stroke within one brick sends that brick.
    let stroke = second.union(&ball(size, [70, 70, 40], 3));
    bench.compare(&view, &layers(&grid, &[&first, &stroke]), "stroke");
    assert_eq!(bench.renderer.sent_bricks(), sent + 1);
}

#[test]
fn a_window_gets_the_picture_pixel_upon_pixel_in_every_format() {
    let Some(mut bench) = Bench::new([40, 40, 20]) else {
        return;
    };
    let view = SliceView::of_plane(bench.volume.grid(), Plane::Axial, 9, [33, 27]).unwrap();
    let device = &bench.headless.device;
    for format in [FORMAT, wgpu::TextureFormat::Rgba8UnormSrgb] {
        let screen = Screen::new(device, format).unwrap();
        let picture = screen.picture(device, view.size_px).unwrap();
        bench
            .renderer
            .draw(&picture, &view, &linear(bench.window), &[])
            .unwrap();
        let window = device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d {
                width: 64,
                height: 48,
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        picture.place(&bench.headless.queue, [11, 7]);
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let target = window.create_view(&Default::default());
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &target,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations::default(),
                })],
                ..Default::default()
            });
            pass.set_viewport(11.0, 7.0, 33.0, 27.0, 0.0, 1.0);
            pass.set_scissor_rect(11, 7, 33, 27);
            screen.paint(&mut pass, &picture);
        }
        bench.headless.queue.submit([encoder.finish()]);
        let shown = read_texture(device, &bench.headless.queue, &window).unwrap();
        let kept = picture.read(device, &bench.headless.queue).unwrap();
        for y in 0..27 {
            for x in 0..33 {
                let (a, b) = (shown.pixel(x + 11, y + 7), kept.pixel(x, y));
                assert_eq!(a, b, "{format:?} {x} {y}");
            }
        }
        assert_eq!(shown.pixel(10, 7), Some([0; 4]));
        assert_eq!(shown.pixel(44, 33), Some([0; 4]));
    }
}

#[test]
fn a_lost_device_stops_drawing_and_ends_nothing() {
    let Some(mut bench) = Bench::new([40, 40, 20]) else {
        return;
    };
    let view = SliceView::of_plane(bench.volume.grid(), Plane::Axial, 9, [33, 27]).unwrap();
    let picture = picture_of(&bench.headless, view.size_px);
    let (tell, told) = std::sync::mpsc::channel();
    bench
        .headless
        .device
        .set_device_lost_callback(move |reason, _| tell.send(reason).unwrap_or_default());
    bench.headless.device.destroy();
    bench.headless.device.poll(wgpu::PollType::Poll).unwrap();
    let mask = ball([40, 40, 20], [20, 20, 9], 9);
    let grid = bench.volume.grid().clone();
    let layers = layers(&grid, &[&mask]);
    // Refused or without effect, but never a panic.
    let drawn = bench
        .renderer
        .draw(&picture, &view, &linear(bench.window), &layers);
    let again = GpuVolume::new(&bench.headless.device, &bench.headless.queue, &bench.volume);
    let read = picture.read(&bench.headless.device, &bench.headless.queue);
    println!("{drawn:?}, {:?}, {:?}", again.err(), read.is_err());
    assert_eq!(told.try_recv(), Ok(wgpu::DeviceLostReason::Destroyed));
}

#[test]
fn a_volume_longer_than_a_texture_is_cut_into_tiles() {
    let Some(headless) = headless() else {
        return;
    };
    let limit = headless.device.limits().max_texture_dimension_3d as usize;
    let window = WindowLevel::linear(100.0, 400.0);
    for axis in 0..3 {
        let mut size = [3, 4, 5];
        size[axis] = limit + 40;
        let grid = Grid::new(size, Affine::identity()).unwrap();
        // Along the long axis by less than a level from voxel to voxel: coordinates of some thousand
        // voxels have few digits left between two of them.
        let value = |n: usize| {
            let mut at = [n % size[0], n / size[0] % size[1], n / (size[0] * size[1])];
            let along = std::mem::take(&mut at[axis]) as f64;
            ((along / 60.0).sin() * 60.0) as i16 + 30 * at.iter().sum::<usize>() as i16
        };
        let samples = (0..grid.voxel_count() as usize).map(value).collect();
        let samples = Samples::I16(Arc::new(samples));
        let long = Volume::new(grid.clone(), samples, vec![Rescale::IDENTITY], None).unwrap();
        let mut renderer = renderer(&headless, &long);
        // Where one tile ends and the next begins.
        let mut centre = grid.centre();
        centre.0[axis] = limit as f64;
        let normal = PatientVector([0.2, 0.3, 0.4]);
        let view = SliceView::oblique(&grid, centre, normal, [60, 60]).unwrap();
        let view = SliceView {
            centre,
            mm_per_px: 0.2,
            ..view
        };
        for way in [Interpolation::Nearest, Interpolation::Linear] {
            let gpu = drawn(&headless, &mut renderer, (&view, &window, way), &[]);
            let cpu = slice(&long, &view, &Rendering::new(window, way));
            assert!(cpu.pixels().iter().any(|pixel| pixel[0] > 0));
            assert_same(&gpu, &cpu, &format!("{way:?} along axis {axis}"));
        }
    }
}
