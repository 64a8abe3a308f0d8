//! Slices against a slow reference on grids of every kind.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod reference;

use std::sync::Arc;

use proptest::prelude::*;
use reference::{color_maps, is_clear, pixel, slabs, views, volumes};
use render::{
    GridPlane, Interpolation, RectPx, Rendering, Slab, SlabMode, SliceView, ViewPlane,
    WindowFunction, WindowLevel, native_slice, slice, slice_into, thumbnail, voxel_at_pixel,
};
use voxel::{Affine, Grid, Plane, Rescale, Samples, Volume};

fn windows() -> impl Strategy<Value = WindowLevel> {
    let function = prop_oneof![
        Just(WindowFunction::Linear),
        Just(WindowFunction::LinearExact),
        Just(WindowFunction::Sigmoid)
    ];
    (-50.0..250.0_f64, 20.0..300.0_f64, function, any::<bool>()).prop_map(
        |(center, width, function, invert)| WindowLevel {
            center,
            width,
            function,
            invert,
        },
    )
}

fn renderings() -> impl Strategy<Value = Rendering> {
    let way = prop_oneof![Just(Interpolation::Nearest), Just(Interpolation::Linear)];
    (windows(), way, slabs()).prop_map(|(window, way, slab)| Rendering {
        slab,
        ..Rendering::new(window, way)
    })
}

fn scenes() -> impl Strategy<Value = (Volume, SliceView, Rendering)> {
    (volumes(), renderings()).prop_flat_map(|(volume, rendering)| {
        let views = views(volume.grid().clone());
        (Just(volume), views, Just(rendering))
    })
}

/// How much the levels of two pixels differ at most.
fn farthest(a: [u8; 4], b: [u8; 4]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_pixel_is_what_the_definitions_say((volume, view, rendering) in scenes()) {
        prop_assume!(is_clear(volume.grid(), &view));
        // Stored values go through the window in `f64`, mixed ones in `f32`.
        let is_stored = rendering.slab.is_none() && rendering.interpolation == Interpolation::Nearest;
        let tolerance = if is_stored { 0 } else { 1 };
        let picture = slice(&volume, &view, &rendering);
        for y in 0..picture.height {
            for x in 0..picture.width {
                let Some(expected) = pixel(&volume, &view, &rendering, x, y) else {
                    continue;
                };
                let found = picture.pixel(x, y).unwrap();
                prop_assert!(
                    farthest(found, expected) <= tolerance,
                    "{:?} at {}, {}: {:?} instead of {:?}", rendering, x, y, found, expected
                );
            }
        }
    }

    #[test]
    fn a_colour_map_colours_the_levels_of_the_grey_picture_and_leaves_nothing_black(
        (volume, view, rendering) in scenes(), colors in color_maps(),
    ) {
        let grey = slice(&volume, &view, &rendering);
        let coloured = slice(&volume, &view, &Rendering { colors, ..rendering });
        // Inverted, what is nothing alone stays black where the darkest level is white.
        let inverted = WindowLevel { invert: true, center: 1e6, width: 1.0, ..rendering.window };
        let shown = slice(&volume, &view, &Rendering { window: inverted, ..rendering });
        for ((grey, coloured), shown) in grey.pixels().iter().zip(coloured.pixels()).zip(shown.pixels()) {
            let [r, g, b] = match () {
                () if volume.is_colour() => [grey[0], grey[1], grey[2]],
                () if shown[0] == 0 => [0; 3],
                () => colors.color(grey[0]),
            };
            prop_assert_eq!(*coloured, [r, g, b, 255]);
        }
    }

    #[test]
    fn a_redrawn_rectangle_holds_what_a_full_redraw_holds(
        (volume, view, rendering) in scenes(),
        corner in (0..40_usize, 0..30_usize),
        size in (1..40_usize, 1..30_usize),
    ) {
        let full = slice(&volume, &view, &rendering);
        let mut part = full.clone();
        let rect = RectPx { x: corner.0, y: corner.1, width: size.0, height: size.1 };
        let shown = rect.clipped(full.rect());
        for y in shown.y..shown.bottom() {
            for x in shown.x..shown.right() {
                let width = part.width;
                part.pixels_mut()[y * width + x] = [1, 2, 3, 4];
            }
        }
        slice_into(&mut part, &volume, &view, &rendering, Some(rect));
        prop_assert!(part == full);
    }

    #[test]
    fn a_picture_does_not_depend_on_the_number_of_threads((volume, view, rendering) in scenes()) {
        let full = slice(&volume, &view, &rendering);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let picture = alone.install(|| slice(&volume, &view, &rendering));
        prop_assert!(picture == full);
    }
}

fn plain(window: WindowLevel) -> Rendering {
    Rendering::new(window, Interpolation::Nearest)
}

fn ramp(size: [usize; 3]) -> Volume {
    let grid = Grid::new(size, Affine::scaling([0.5, 0.8, 2.0])).unwrap();
    let count = grid.voxel_count() as i32;
    let samples = (0..count).map(|n| (n % 4000 - 1000) as i16).collect();
    Volume::new(
        grid,
        Samples::I16(Arc::new(samples)),
        vec![Rescale::IDENTITY],
        None,
    )
    .unwrap()
}

#[test]
fn a_native_picture_is_the_stored_voxels_through_the_window_and_nothing_else() {
    let volume = ramp([31, 17, 5]);
    let window = WindowLevel::linear(300.0, 900.0);
    let plane = GridPlane::stored(volume.grid(), ViewPlane::Acquired, 3).unwrap();
    let picture = native_slice(&volume, &plane, &plain(window));
    assert_eq!([picture.width, picture.height], [31, 17]);
    for y in 0..17 {
        for x in 0..31 {
            let value = volume
                .value(voxel::VoxelIndex([x as i64, y as i64, 3]))
                .unwrap();
            assert_eq!(picture.pixel(x, y).unwrap()[0], window.grey(value));
        }
    }
    assert!(GridPlane::stored(volume.grid(), ViewPlane::Acquired, 5).is_err());
    assert!(GridPlane::stored(volume.grid(), ViewPlane::Acquired, -1).is_err());
}

#[test]
fn a_native_coronal_picture_has_the_head_up() {
    let volume = ramp([31, 17, 5]);
    let window = WindowLevel::linear(300.0, 900.0);
    let plane = GridPlane::radiological(volume.grid(), Plane::Coronal.into(), 4).unwrap();
    let picture = native_slice(&volume, &plane, &plain(window));
    assert_eq!([picture.width, picture.height], [31, 5]);
    let top = volume.value(voxel::VoxelIndex([7, 4, 4])).unwrap();
    assert_eq!(picture.pixel(7, 0).unwrap()[0], window.grey(top));
}

#[test]
fn sixteen_bits_are_kept_until_after_the_window() {
    let volume = ramp([64, 64, 1]);
    let view = SliceView::of_plane(volume.grid(), ViewPlane::Acquired, 0, [512, 512]).unwrap();
    // A window of 10 units over values that differ by 1: an 8-bit step before it would leave two levels.
    let picture = slice(&volume, &view, &plain(WindowLevel::linear(5.0, 10.0)));
    let mut levels: Vec<u8> = picture.pixels().iter().map(|p| p[0]).collect();
    levels.sort_unstable();
    levels.dedup();
    assert_eq!(levels.len(), 10);
}

#[test]
fn values_far_beyond_those_of_tissue_are_exact_in_slices_and_slabs() {
    // Metal and air as some scanners write them, one step apart, in sixteen planes.
    let size = [16, 4, 16];
    let grid = Grid::new(size, Affine::scaling([1.0, 1.0, 1.0])).unwrap();
    for (first, slope, intercept) in [
        (29_990_i32, 1.0, -1024.0),
        (-32_000, 1.0, 0.0),
        (4000, -1.0, 9000.0),
    ] {
        let stored = |n: usize| (first + (n % 16) as i32) as i16;
        let samples = Samples::I16(Arc::new((0..16 * 4 * 16).map(stored).collect()));
        let rescale = vec![Rescale { slope, intercept }];
        let volume = Volume::new(grid.clone(), samples, rescale, None).unwrap();
        let middle = slope * f64::from(first + 8) + intercept;
        let window = WindowLevel::linear(middle, 17.0);
        let view = SliceView::of_plane(&grid, Plane::Axial, 8, [16, 4]).unwrap();
        for way in [Interpolation::Nearest, Interpolation::Linear] {
            for mode in [
                None,
                Some(SlabMode::Mean),
                Some(SlabMode::Max),
                Some(SlabMode::Min),
            ] {
                let slab = mode.map(|mode| Slab {
                    mode,
                    thickness_mm: 9.0,
                });
                let picture = slice(
                    &volume,
                    &view,
                    &Rendering {
                        slab,
                        ..Rendering::new(window, way)
                    },
                );
                for x in 0..16 {
                    let value = slope * f64::from(stored(x)) + intercept;
                    let found = picture.pixel(x, 2).unwrap()[0];
                    assert!(
                        found.abs_diff(window.grey(value)) <= 1,
                        "{value} {mode:?} {way:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_voxel_under_a_pixel_is_the_one_drawn() {
    let volume = ramp([64, 50, 9]);
    let view = SliceView::of_plane(volume.grid(), Plane::Sagittal, 20, [300, 200]).unwrap();
    let window = WindowLevel::linear(300.0, 900.0);
    let picture = slice(&volume, &view, &plain(window));
    for (x, y) in [(150, 100), (20, 90), (0, 0), (299, 199)] {
        let voxel = voxel_at_pixel(volume.grid(), &view, x, y);
        let level = voxel.map_or(0, |voxel| window.grey(volume.value(voxel).unwrap()));
        assert_eq!(picture.pixel(x, y).unwrap()[0], level);
    }
}

#[test]
fn a_thumbnail_shows_the_whole_middle_plane_by_its_mean() {
    let grid = Grid::new([400, 200, 3], Affine::scaling([0.5, 0.5, 5.0])).unwrap();
    let mut samples = vec![0_u8; 400 * 200 * 3];
    for (n, sample) in samples[400 * 200..2 * 400 * 200].iter_mut().enumerate() {
        *sample = if (n + n / 400) % 2 == 0 { 200 } else { 100 };
    }
    let samples = Samples::U8(Arc::new(samples));
    let volume = Volume::new(grid, samples, vec![Rescale::IDENTITY], None).unwrap();
    let window = WindowLevel::of_range(0.0, 255.0);
    let picture = thumbnail(&volume, &window, [100, 100]).unwrap();
    assert_eq!([picture.width, picture.height], [100, 100]);
    assert!(picture.pixel(50, 50).unwrap()[0].abs_diff(150) <= 2);
    assert_eq!(picture.pixel(50, 10), Some([0, 0, 0, 255]));
    assert!(thumbnail(&volume, &window, [0, 10]).is_err());
}
