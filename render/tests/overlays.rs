//! Overlays: what is drawn where, and that a redrawn rectangle equals a full redraw.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod reference;

use proptest::prelude::*;
use reference::{centred_on, grids, is_clear, views, voxel_at};
use render::{
    Difference, DifferenceColors, GridPlane, Hatch, Outline, OverlayLayer, Picture, SliceView,
    ViewPlane, overlay, overlay_native, voxel_at_pixel,
};
use voxel::{Affine, Grid, Mask, PatientPoint, PatientVector, Plane};

const WHITE: [u8; 3] = [255, 255, 255];

fn cube_grid(side: usize) -> Grid {
    Grid::new([side; 3], Affine::identity()).unwrap()
}

/// A black picture with layers over it.
fn drawn(view: &SliceView, layers: &[OverlayLayer]) -> Picture {
    let mut picture = Picture::new(view.size_px[0], view.size_px[1]).unwrap();
    overlay(&mut picture, view, layers, None);
    picture
}

fn outline_only<'a>(
    grid: &'a Grid,
    mask: &'a Mask,
    outline: Outline,
    outline_px: f32,
) -> OverlayLayer<'a> {
    OverlayLayer {
        fill_alpha: 0.0,
        outline,
        outline_px,
        ..OverlayLayer::new(mask, grid, WHITE)
    }
}

#[test]
fn an_outline_is_as_wide_on_the_screen_at_every_zoom() {
    let grid = cube_grid(40);
    let mask = Mask::from_fn(grid.size(), |v| v.0[0] >= 20);
    let fit = SliceView::of_plane(&grid, Plane::Axial, 5, [200, 200]).unwrap();
    for zoom in [0.7, 1.0, 2.0, 3.3, 9.0, 40.0] {
        let view = fit.zoomed(zoom, render::ScreenPoint([100.0, 100.0]));
        let picture = drawn(&view, &[outline_only(&grid, &mask, Outline::Solid, 1.5)]);
        // The mask's left edge lies at the middle: one full pixel, one half.
        let row: Vec<u8> = (97..106)
            .map(|x| picture.pixel(x, 100).unwrap()[0])
            .collect();
        let start = row.iter().position(|v| *v > 0).unwrap();
        assert_eq!(
            &row[start..start + 3],
            &[255, 128, 0],
            "zoom {zoom}: {row:?}"
        );
    }
}

#[test]
fn a_double_outline_is_two_lines_with_a_gap() {
    let grid = cube_grid(40);
    let mask = Mask::from_fn(grid.size(), |v| v.0[0] >= 20);
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [200, 200]).unwrap();
    let picture = drawn(&view, &[outline_only(&grid, &mask, Outline::Double, 2.0)]);
    let row: Vec<u8> = (99..109)
        .map(|x| picture.pixel(x, 100).unwrap()[0])
        .collect();
    assert_eq!(row, [0, 255, 255, 0, 0, 255, 255, 0, 0, 0]);
}

#[test]
fn a_dashed_outline_has_dashes_of_six_and_gaps_of_three_along_both_directions() {
    let grid = cube_grid(40);
    let mask = Mask::from_fn(grid.size(), |v| v.0[0] >= 20 || v.0[1] >= 20);
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [400, 400]).unwrap();
    let picture = drawn(&view, &[outline_only(&grid, &mask, Outline::Dashed, 1.0)]);
    let level = |x, y| picture.pixel(x, y).unwrap()[0];
    let down: Vec<bool> = (20..110).map(|y| level(200, y) > 0).collect();
    let across: Vec<bool> = (20..110).map(|x| level(x, 200) > 0).collect();
    for line in [down, across] {
        assert_eq!(line.iter().filter(|on| **on).count(), 60);
        assert!(line.windows(10).all(|part| part[0] == part[9]));
    }
}

#[test]
fn the_picture_edge_is_no_edge_of_the_mask() {
    let grid = cube_grid(40);
    let mask = Mask::full(grid.size());
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [100, 100]).unwrap();
    let inside = view.zoomed(2.0, render::ScreenPoint([50.0, 50.0]));
    let picture = drawn(&inside, &[outline_only(&grid, &mask, Outline::Double, 4.0)]);
    assert!(picture.pixels().iter().all(|p| p[0] == 0));
    // The grid's edge is one.
    let picture = drawn(&view, &[outline_only(&grid, &mask, Outline::Solid, 1.0)]);
    assert_eq!(
        picture.pixels().iter().filter(|p| p[0] == 255).count(),
        4 * 99
    );
}

#[test]
fn overlapping_labels_are_all_visible() {
    let grid = cube_grid(40);
    let a = Mask::from_fn(grid.size(), |v| v.0[0] < 25);
    let b = Mask::from_fn(grid.size(), |v| v.0[0] >= 15);
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [400, 400]).unwrap();
    let layers = [
        OverlayLayer::new(&a, &grid, [255, 0, 0]),
        OverlayLayer::new(&b, &grid, [0, 255, 0]),
    ];
    let picture = drawn(&view, &layers);
    let [r, g, ..] = picture.pixel(200, 200).unwrap();
    assert!(r > 40 && g > 60, "both colours are mixed: {r} {g}");
    // A's outline lies within B's fill and is not covered by it.
    assert_eq!(picture.pixel(249, 200), Some([255, 0, 0, 255]));
    // Two masks with one edge: both colours appear along it.
    let same = [
        OverlayLayer::new(&a, &grid, [255, 0, 0]),
        OverlayLayer::new(&a, &grid, [0, 255, 0]),
    ];
    let picture = drawn(&view, &same);
    let edge: Vec<[u8; 4]> = (20..380).map(|y| picture.pixel(249, y).unwrap()).collect();
    assert_eq!(edge.iter().filter(|p| **p == [255, 0, 0, 255]).count(), 120);
    assert_eq!(edge.iter().filter(|p| **p == [0, 255, 0, 255]).count(), 240);
}

#[test]
fn no_fill_hides_an_outline_of_a_mask_on_another_grid() {
    let grid = cube_grid(40);
    // A coarse series over the same place, turned by a right angle and finer planes.
    let columns = [[0.0, 2.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.0, 0.5]].map(PatientVector);
    let coarse = Affine::from_columns(columns, PatientPoint([39.5, 0.5, -0.25]));
    let coarse = Grid::new([20, 20, 80], coarse).unwrap();
    let a = Mask::from_fn(grid.size(), |v| v.0[0] < 25);
    // Its j runs to the right of the patient from 39.5 mm on: 14.5 mm and above, 10 px each.
    let b = Mask::from_fn(coarse.size(), |v| v.0[1] <= 12);
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [400, 400]).unwrap();
    let [of_a, of_b] = [
        OverlayLayer::new(&a, &grid, [255, 0, 0]),
        OverlayLayer::new(&b, &coarse, [0, 255, 0]),
    ];
    for layers in [[of_a, of_b], [of_b, of_a]] {
        let picture = drawn(&view, &layers);
        let [r, g, ..] = picture.pixel(200, 200).unwrap();
        assert!(r > 40 && g > 40, "both colours are mixed: {r} {g}");
        assert_eq!(picture.pixel(249, 200), Some([255, 0, 0, 255]));
        assert_eq!(picture.pixel(150, 200), Some([0, 255, 0, 255]));
        assert_eq!(picture.pixel(149, 200).unwrap()[1], 0);
    }
}

#[test]
fn a_native_overlay_shows_masks_of_another_grid_where_they_lie() {
    let grid = Grid::new([20, 30, 6], Affine::scaling([0.5, 1.0, 3.0])).unwrap();
    let fine = Grid::new([40, 60, 36], Affine::scaling([0.25, 0.5, 0.5])).unwrap();
    // x from 2 mm on at z = 6 mm only, where plane 2 of the grid lies.
    let mask = Mask::from_fn(fine.size(), |v| v.0[0] >= 8 && v.0[2] == 12);
    let layer = OverlayLayer {
        fill_alpha: 1.0,
        outline: Outline::None,
        ..OverlayLayer::new(&mask, &fine, WHITE)
    };
    for (index, expected) in [(1, 0), (2, 16 * 30)] {
        let plane = GridPlane::stored(&grid, ViewPlane::Acquired, index).unwrap();
        let mut picture = Picture::new(20, 30).unwrap();
        overlay_native(&mut picture, &grid, &plane, &[layer], None);
        let white = picture.pixels().iter().filter(|p| p[0] == 255).count();
        assert_eq!(white, expected);
    }
}

#[test]
fn hidden_and_foreign_layers_change_nothing() {
    let grid = cube_grid(20);
    let mask = Mask::full(grid.size());
    let foreign = Mask::full([19, 20, 20]);
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [50, 50]).unwrap();
    let layers = [
        OverlayLayer {
            visible: false,
            ..OverlayLayer::new(&mask, &grid, WHITE)
        },
        OverlayLayer::new(&foreign, &grid, WHITE),
    ];
    assert_eq!(drawn(&view, &layers), Picture::new(50, 50).unwrap());
}

#[test]
fn a_difference_picture_shows_a_only_b_only_and_both_in_their_colours() {
    let grid = cube_grid(32);
    let a = Mask::from_fn(grid.size(), |v| (4..20).contains(&v.0[0]));
    let b = Mask::from_fn(grid.size(), |v| (12..28).contains(&v.0[0]));
    let difference = Difference::new(&a, &b);
    assert_eq!(
        difference.only_a.count() + difference.both.count(),
        a.count()
    );
    assert_eq!(
        difference.only_b.count() + difference.both.count(),
        b.count()
    );
    let colors = DifferenceColors {
        only_a: [86, 180, 233],
        only_b: [230, 159, 0],
        both: [242; 3],
    };
    let view = SliceView::of_plane(&grid, Plane::Axial, 5, [320, 320]).unwrap();
    let picture = drawn(&view, &difference.layers(&grid, &colors, 1.0, 0.0));
    let at = |voxel: usize, y| picture.pixel(voxel * 10 + 5, y).unwrap();
    for y in 100..108 {
        assert_eq!(at(8, y), [86, 180, 233, 255]);
        assert_eq!(at(24, y), [230, 159, 0, 255]);
        assert_eq!(at(2, y), [0, 0, 0, 255]);
        assert!(at(16, y)[0] > 115 && at(16, y)[0] == at(16, y)[2]);
    }
    // Without a fill the hatches alone tell A from B: they lean to different sides.
    let picture = drawn(&view, &difference.layers(&grid, &colors, 0.0, 0.0));
    let is_on = |x: usize, y: usize| picture.pixel(x, y).unwrap()[0] > 0;
    let leans = |x: usize, step: i64| {
        (100..140).all(|y| is_on(x, y) == is_on((x as i64 + step) as usize, y + 1))
    };
    assert!(leans(80, -1) && !leans(80, 1));
    assert!(leans(240, 1) && !leans(240, -1));
}

#[test]
fn a_native_overlay_colours_exactly_the_masks_voxels() {
    let grid = Grid::new([20, 30, 6], Affine::scaling([0.4, 0.9, 3.0])).unwrap();
    let mask = Mask::from_fn(grid.size(), |v| (v.0[0] * 3 + v.0[1] + v.0[2]) % 5 == 0);
    let layer = OverlayLayer {
        fill_alpha: 1.0,
        outline: Outline::None,
        ..OverlayLayer::new(&mask, &grid, WHITE)
    };
    for plane in [
        ViewPlane::Acquired,
        Plane::Coronal.into(),
        Plane::Sagittal.into(),
    ] {
        let plane = GridPlane::stored(&grid, plane, 2).unwrap();
        let [width, height] = plane.size(&grid);
        let mut picture = Picture::new(width, height).unwrap();
        overlay_native(&mut picture, &grid, &plane, &[layer], None);
        let white = picture.pixels().iter().filter(|p| p[0] == 255).count() as u64;
        assert_eq!(white, mask.count_in_plane(plane.through, 2));
    }
}

fn outlines() -> impl Strategy<Value = Outline> {
    prop_oneof![
        Just(Outline::None),
        Just(Outline::Solid),
        Just(Outline::Dashed),
        Just(Outline::Double)
    ]
}

fn hatches() -> impl Strategy<Value = Hatch> {
    prop_oneof![
        Just(Hatch::None),
        Just(Hatch::Slash),
        Just(Hatch::Backslash),
        Just(Hatch::Ring)
    ]
}

/// Balls of voxels at pseudo-random places.
fn balls(size: [usize; 3], seed: u64) -> Mask {
    let place = |axis: usize| (seed >> (8 * axis)) as i64 % size[axis] as i64;
    let radius = 2 + (seed >> 40) as i64 % 5;
    Mask::from_fn(size, |v| {
        (0..3).map(|a| (v.0[a] - place(a)).pow(2)).sum::<i64>() <= radius * radius
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_fill_covers_exactly_the_pixels_whose_nearest_voxel_is_in_the_mask(
        (grid, view) in grids().prop_flat_map(|g| (Just(g.clone()), views(g))),
        seed in any::<u64>(),
    ) {
        let mask = balls(grid.size(), seed);
        let layer =
            OverlayLayer { fill_alpha: 1.0, outline: Outline::None, ..OverlayLayer::new(&mask, &grid, WHITE) };
        let picture = drawn(&view, &[layer]);
        for y in 0..picture.height {
            for x in 0..picture.width {
                let voxel = voxel_at_pixel(&grid, &view, x, y);
                let expected = voxel.is_some_and(|voxel| mask.get(voxel));
                prop_assert_eq!(picture.pixel(x, y).unwrap()[0] == 255, expected, "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_mask_of_another_grid_covers_the_pixels_that_its_own_voxels_do(
        (grid, view) in grids().prop_flat_map(|g| (Just(g.clone()), views(g))),
        other in grids(), seed in any::<u64>(),
    ) {
        let other = centred_on(&other, &grid);
        prop_assume!(is_clear(&other, &view));
        let mask = balls(other.size(), seed);
        let layer = OverlayLayer {
            fill_alpha: 1.0,
            outline: Outline::None,
            ..OverlayLayer::new(&mask, &other, WHITE)
        };
        let picture = drawn(&view, &[layer]);
        for y in 0..picture.height {
            for x in 0..picture.width {
                let Some(voxel) = voxel_at(&other, &view, x, y) else {
                    continue;
                };
                let expected = voxel.is_some_and(|voxel| mask.get(voxel));
                prop_assert_eq!(picture.pixel(x, y).unwrap()[0] == 255, expected, "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_stroke_on_another_grid_changes_only_its_rectangle(
        (grid, view) in grids().prop_flat_map(|g| (Just(g.clone()), views(g))),
        other in grids(), seeds in prop::collection::vec(any::<u64>(), 3),
        outline in outlines(), outline_px in 0.0..4.0_f32, hatch in hatches(),
    ) {
        let other = centred_on(&other, &grid);
        let still = balls(grid.size(), seeds[0]);
        let before = balls(other.size(), seeds[1]);
        let after = before.union(&balls(other.size(), seeds[2]));
        let layers = |mask| {
            let moving = OverlayLayer {
                outline, outline_px, hatch, ..OverlayLayer::new(mask, &other, [40, 200, 90])
            };
            [moving, OverlayLayer::new(&still, &grid, WHITE)]
        };
        let bare = Picture::new(view.size_px[0], view.size_px[1]).unwrap();
        let mut kept = drawn(&view, &layers(&before));
        let whole = drawn(&view, &layers(&after));
        let changed = before.change_to(&after).changed;
        let reach = layers(&after).iter().map(OverlayLayer::reach_px).fold(0.0, f64::max);
        if let Some(rect) = view.rect_of_box(&other, &changed, reach) {
            kept.copy_rect_from(&bare, rect);
            overlay(&mut kept, &view, &layers(&after), Some(rect));
        }
        prop_assert!(kept == whole);
    }

    #[test]
    fn after_a_stroke_only_the_changed_rectangle_need_be_drawn_again(
        (grid, view) in grids().prop_flat_map(|g| (Just(g.clone()), views(g))),
        seeds in prop::collection::vec(any::<u64>(), 3),
        outline in outlines(), outline_px in 0.0..4.0_f32, hatch in hatches(),
    ) {
        let still = balls(grid.size(), seeds[0]);
        let before = balls(grid.size(), seeds[1]);
        let after = before.union(&balls(grid.size(), seeds[2]));
        let layers = |mask| {
            let moving = OverlayLayer {
                outline, outline_px, hatch, ..OverlayLayer::new(mask, &grid, [40, 200, 90])
            };
            [OverlayLayer::new(&still, &grid, WHITE), moving]
        };
        let bare = Picture::new(view.size_px[0], view.size_px[1]).unwrap();
        let mut kept = drawn(&view, &layers(&before));
        let whole = drawn(&view, &layers(&after));
        let changed = before.change_to(&after).changed;
        let reach = layers(&after).iter().map(OverlayLayer::reach_px).fold(0.0, f64::max);
        if let Some(rect) = view.rect_of_box(&grid, &changed, reach) {
            kept.copy_rect_from(&bare, rect);
            overlay(&mut kept, &view, &layers(&after), Some(rect));
        }
        prop_assert!(kept == whole);
    }
}
