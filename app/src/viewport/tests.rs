//! Panes on a graphics device against panes by the processor. Without an adapter these tests say that
//! they were skipped.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Rect, pos2, vec2};
use render::gpu::Headless;
use render::{ColorMap, Hatch, Outline, Slab, SlabMode, ViewPlane, WindowLevel};
use voxel::{Affine, Grid, Mask, Plane, Rescale, Samples, Volume};

use super::{Graphics, Layer, Pane};
use crate::host::{DeviceWatch, RendererInfo, RendererKind, RendererReason, WgpuState};

const SIZE: [usize; 3] = [90, 80, 50];
/// A place that begins between two pixels.
const SCREEN: Rect = Rect::from_min_max(pos2(10.25, 20.0), pos2(250.0, 221.0));

/// A context whose window has a device.
fn device_context() -> Option<(egui::Context, WgpuState)> {
    let headless = match Headless::open() {
        Ok(headless) => headless,
        Err(error) => {
            println!("SKIPPED: {error}");
            return None;
        }
    };
    let ctx = egui::Context::default();
    let state = WgpuState {
        watch: DeviceWatch::on(&headless.device, &ctx),
        device: headless.device,
        queue: headless.queue,
        target_format: wgpu::TextureFormat::Bgra8Unorm,
    };
    let renderer = RendererInfo {
        kind: RendererKind::Wgpu,
        adapter: headless.adapter.name,
        why: RendererReason::Asked,
        wgpu_state: Some(state.clone()),
    };
    Graphics::install(&ctx, &renderer);
    Some((ctx, state))
}

fn volume(salt: usize, samples: fn(Vec<i16>) -> Samples) -> Volume {
    let spacing = Affine::scaling([0.7, 0.7, 2.0]);
    let grid = Grid::new(SIZE, spacing).unwrap();
    let wave = |n: usize, period: f64| (n as f64 / period).sin() * 200.0;
    let mut values = Vec::new();
    for k in 0..SIZE[2] {
        for j in 0..SIZE[1] {
            values.extend(
                (0..SIZE[0]).map(|i| (wave(i + salt, 7.0) + wave(j, 5.0) + wave(k, 3.0)) as i16),
            );
        }
    }
    Volume::new(grid, samples(values), vec![Rescale::IDENTITY], None).unwrap()
}

fn grey(salt: usize) -> Volume {
    volume(salt, |values| Samples::I16(Arc::new(values)))
}

fn ball(centre: [i64; 3], radius: i64) -> Mask {
    Mask::from_fn(SIZE, |v| {
        (0..3).map(|a| (v.0[a] - centre[a]).pow(2)).sum::<i64>() <= radius * radius
    })
}

fn layer(mask: &Mask, color: [u8; 3]) -> Layer {
    Layer {
        mask: mask.clone(),
        grid: grey(0).grid().clone(),
        color,
        fill_alpha: 0.3,
        outline: Outline::Solid,
        outline_px: 1.5,
        hatch: Hatch::None,
    }
}

/// The same pane twice: by the device and by the processor.
struct Twins {
    contexts: [egui::Context; 2],
    panes: [Pane; 2],
    volume: Volume,
    layers: Vec<Layer>,
    screen: Rect,
}

impl Twins {
    fn new(device: &egui::Context) -> Self {
        let mut twins = Self {
            contexts: [device.clone(), egui::Context::default()],
            panes: Default::default(),
            volume: grey(0),
            layers: Vec::new(),
            screen: SCREEN,
        };
        twins.open(ViewPlane::Acquired);
        twins
    }

    fn open(&mut self, plane: ViewPlane) {
        let window = WindowLevel::linear(0.0, 900.0);
        let grid = self.volume.grid().clone();
        self.both(|pane| pane.show(&grid, plane, None, window));
    }

    fn both(&mut self, mut act: impl FnMut(&mut Pane)) {
        self.panes.iter_mut().for_each(&mut act);
    }

    /// A stroke or its undoing: the mask in one place is another now.
    fn change(&mut self, n: usize, mask: &Mask) {
        let changed = self.layers[n].mask.change_to(mask).changed;
        self.layers[n].mask = mask.clone();
        let grid = self.volume.grid().clone();
        self.both(|pane| pane.mark_box(&grid, &changed, 3.5));
    }

    fn prepare(&mut self) {
        for (ctx, pane) in self.contexts.iter().zip(&mut self.panes) {
            pane.prepare(ctx, self.screen, &self.volume, &self.layers);
        }
    }

    /// Waits for the device and compares the pictures.
    fn compare(&mut self, what: &str) {
        let begun = Instant::now();
        self.prepare();
        while !self.panes[0].is_by_gpu() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
            std::thread::sleep(Duration::from_millis(2));
            self.prepare();
        }
        assert!(!self.panes[1].is_by_gpu());
        self.assert_equal(what);
    }

    fn assert_equal(&self, what: &str) {
        let [gpu, cpu] = [0, 1].map(|n| self.panes[n].picture().unwrap());
        assert_eq!((gpu.width, gpu.height), (cpu.width, cpu.height), "{what}");
        let pairs = gpu.pixels().iter().zip(cpu.pixels());
        let differing =
            pairs.filter(|(a, b)| a.iter().zip(b.iter()).any(|(a, b)| a.abs_diff(*b) > 2));
        let share = differing.count() as f64 / cpu.pixels().len() as f64;
        // As in render's own test: pixels between two voxels.
        assert!(share <= 0.005, "{what}: {:.3} %", 100.0 * share);
    }
}

#[test]
fn a_pane_on_the_device_shows_the_processors_pixels_whatever_the_hand_does() {
    let Some((ctx, state)) = device_context() else {
        return;
    };
    let mut twins = Twins::new(&ctx);
    let first = ball([40, 40, 25], 20);
    let second = ball([55, 35, 24], 12);
    twins.compare("bare");
    twins.layers = vec![
        layer(&first, [240, 160, 60]),
        layer(&second, [70, 200, 240]),
    ];
    twins.both(Pane::mark_overlay);
    twins.compare("masks");
    let stroke = second.union(&ball([70, 60, 25], 6));
    twins.change(1, &stroke);
    twins.compare("stroke");
    twins.change(1, &second);
    twins.compare("undo");
    twins.change(1, &stroke);
    twins.compare("redo");
    let grid = twins.volume.grid().clone();
    twins.both(|pane| pane.step(&grid, 2));
    twins.compare("scroll");
    twins.both(|pane| pane.zoom(1.9, pos2(100.0, 90.0)));
    twins.compare("zoom");
    twins.both(|pane| pane.pan(vec2(13.0, -7.0)));
    twins.compare("pan");
    twins.both(|pane| pane.set_window(WindowLevel::linear(100.0, 300.0)));
    twins.compare("window");
    let hidden = std::mem::take(&mut twins.layers);
    twins.both(Pane::mark_overlay);
    twins.compare("hidden");
    twins.layers = hidden;
    twins.both(Pane::mark_overlay);
    twins.compare("shown");
    twins.open(ViewPlane::Anatomical(Plane::Coronal));
    twins.compare("another plane");
    twins.screen = Rect::from_min_size(SCREEN.min, vec2(301.0, 150.0));
    twins.compare("another size");
    // Another series: its pixels come by the processor until they are on the device.
    twins.volume = grey(40);
    twins.open(ViewPlane::Acquired);
    twins.prepare();
    twins.assert_equal("at once");
    twins.compare("another series");
    assert!(state.watch.is_well());
}

#[test]
fn what_the_device_refuses_is_drawn_by_the_processor_in_the_same_frame() {
    let Some((ctx, state)) = device_context() else {
        return;
    };
    let mut twins = Twins::new(&ctx);
    twins.layers = vec![layer(&ball([40, 40, 25], 20), [240, 160, 60])];
    twins.compare("before");
    assert!(!Graphics::has_stopped(&ctx));
    state.watch.refuse("as a test");
    assert!(Graphics::has_stopped(&ctx));
    assert!(!Graphics::has_stopped(&ctx), "told once");
    let grid = twins.volume.grid().clone();
    twins.both(|pane| pane.step(&grid, 1));
    twins.prepare();
    assert!(!twins.panes[0].is_by_gpu());
    twins.assert_equal("after");
}

#[test]
fn a_lost_device_is_no_panic_for_a_pane() {
    let Some((ctx, state)) = device_context() else {
        return;
    };
    let mut twins = Twins::new(&ctx);
    twins.compare("before");
    state.device.destroy();
    let grid = twins.volume.grid().clone();
    // Drawing itself finds out, before the word of the loss comes.
    twins.both(|pane| pane.step(&grid, 1));
    twins.prepare();
    assert!(!twins.panes[0].is_by_gpu());
    twins.assert_equal("after");
    let begun = Instant::now();
    while !state.watch.is_lost() {
        assert!(begun.elapsed() < Duration::from_secs(20), "no word of it");
        state.device.poll(wgpu::PollType::Poll).unwrap();
    }
    assert!(Graphics::has_stopped(&ctx));
}

#[test]
fn slabs_colour_maps_and_colour_series_are_drawn_by_the_device_too() {
    let Some((ctx, state)) = device_context() else {
        return;
    };
    let mut twins = Twins::new(&ctx);
    let slab = Slab {
        mode: SlabMode::Max,
        thickness_mm: 6.0,
    };
    twins.both(|pane| pane.set_slab(Some(slab)));
    twins.compare("slab");
    twins.both(|pane| pane.set_colors(ColorMap::HotIron));
    twins.compare("slab in colours");
    twins.both(|pane| pane.set_slab(None));
    twins.compare("one plane in colours");
    twins.volume = volume(0, |values| {
        let colours = values.into_iter().map(|v| [v.unsigned_abs() as u8; 3]);
        Samples::Rgb8(Arc::new(colours.collect()))
    });
    twins.open(ViewPlane::Acquired);
    twins.compare("colour series");
    assert!(state.watch.is_well(), "nothing is wrong with the device");
}

#[test]
fn a_volume_is_sent_once_for_all_panes_and_freed_with_the_last() {
    let Some((ctx, _)) = device_context() else {
        return;
    };
    let graphics = Graphics::of(&ctx).unwrap();
    let (volume, other) = (grey(0), grey(0));
    let shares = [(); 3].map(|()| graphics.volume(&volume.clone()));
    assert!(shares.iter().all(|share| Arc::ptr_eq(share, &shares[0])));
    assert!(!Arc::ptr_eq(&shares[0], &graphics.volume(&other)));
    let freed = Arc::downgrade(&shares[0]);
    drop(shares);
    assert_eq!(freed.strong_count(), 0);

    let mut twins = Twins::new(&ctx);
    twins.compare("shown");
    let freed = Arc::downgrade(&graphics.volume(&twins.volume));
    assert_eq!(freed.strong_count(), 1, "the pane holds it");
    twins.panes = Default::default();
    assert_eq!(freed.strong_count(), 0, "and nobody else");
}
