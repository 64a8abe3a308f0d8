//! Letters, directions and movements of views.

use proptest::prelude::*;
use render::{Error, GridPlane, ScreenPoint, SliceView, ViewPlane, voxel_at_point};
use voxel::{Affine, Grid, PatientPoint, PatientVector, Plane, VoxelBox, VoxelPoint};

fn grid_of(columns: [[f64; 3]; 3]) -> Grid {
    let affine = Affine::from_columns(columns.map(PatientVector), PatientPoint([5.0, 6.0, 7.0]));
    Grid::new([40, 30, 20], affine).unwrap()
}

/// Supine axial CT as scanners write it.
fn axial_ct() -> Grid {
    grid_of([[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, 2.5]])
}

fn letters(grid: &Grid, plane: impl Into<ViewPlane>) -> [String; 4] {
    SliceView::of_plane(grid, plane, 3, [200, 150])
        .unwrap()
        .letters()
}

#[test]
fn the_three_planes_of_a_ct_have_the_letters_that_radiologists_expect() {
    let grid = axial_ct();
    assert_eq!(letters(&grid, ViewPlane::Acquired), ["R", "L", "A", "P"]);
    assert_eq!(letters(&grid, Plane::Axial), ["R", "L", "A", "P"]);
    assert_eq!(letters(&grid, Plane::Coronal), ["R", "L", "H", "F"]);
    assert_eq!(letters(&grid, Plane::Sagittal), ["A", "P", "H", "F"]);
}

#[test]
fn the_letters_do_not_depend_on_how_the_voxels_are_stored() {
    // RAS NIfTI, feet-first order, sagittal MR (i: posterior, j: feet, k: left), prone storage.
    let stored = [
        [[-0.7, 0.0, 0.0], [0.0, -0.7, 0.0], [0.0, 0.0, 2.5]],
        [[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, -2.5]],
        [[0.0, 0.9, 0.0], [0.0, 0.0, -0.9], [3.0, 0.0, 0.0]],
        [[0.0, 0.0, 1.1], [0.8, 0.0, 0.0], [0.0, -2.0, 0.0]],
    ];
    for columns in stored {
        let grid = grid_of(columns);
        assert_eq!(letters(&grid, Plane::Axial), ["R", "L", "A", "P"]);
        assert_eq!(letters(&grid, Plane::Coronal), ["R", "L", "H", "F"]);
        assert_eq!(letters(&grid, Plane::Sagittal), ["A", "P", "H", "F"]);
    }
    let sagittal_mr = grid_of(stored[2]);
    assert_eq!(
        letters(&sagittal_mr, ViewPlane::Acquired),
        ["A", "P", "H", "F"]
    );
}

#[test]
fn a_stored_plane_keeps_the_order_of_the_file() {
    let grid = grid_of([[-0.7, 0.0, 0.0], [0.0, -0.7, 0.0], [0.0, 0.0, 2.5]]);
    let plane = GridPlane::stored(&grid, ViewPlane::Acquired, 3).unwrap();
    let view = SliceView::of_grid_plane(&grid, &plane, [200, 150]).unwrap();
    assert_eq!(view.letters(), ["L", "R", "P", "A"]);
}

#[test]
fn oblique_planes_get_letters_in_order_of_size() {
    let (sin, cos) = 20_f64.to_radians().sin_cos();
    let grid = grid_of([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]]);
    assert_eq!(letters(&grid, ViewPlane::Acquired), ["R", "L", "AH", "PF"]);
}

#[test]
fn flips_and_turns_change_the_letters_and_never_hide_them() {
    let grid = axial_ct();
    let view = SliceView::of_plane(&grid, Plane::Axial, 3, [200, 150]).unwrap();
    assert_eq!(view.flipped_horizontally().letters(), ["L", "R", "A", "P"]);
    assert_eq!(view.flipped_vertically().letters(), ["R", "L", "P", "A"]);
    // Clockwise: what was at the top comes to the right.
    assert_eq!(view.rotated(90.0).letters(), ["P", "A", "R", "L"]);
    assert_eq!(view.rotated(180.0).letters(), ["L", "R", "P", "A"]);
    assert_eq!(view.rotated(-90.0).letters(), ["A", "P", "L", "R"]);
    assert_eq!(view.rotated(30.0).letters(), ["RP", "LA", "AR", "PL"]);
    assert_eq!(view.rotated(360.0), view);
}

#[test]
fn a_picture_turned_about_a_place_keeps_what_lies_there() {
    let grid = axial_ct();
    let view = SliceView::of_plane(&grid, Plane::Axial, 3, [200, 150]).unwrap();
    let at = ScreenPoint([30.0, 140.0]);
    for angle in [90.0, -37.5, 180.0, 721.0] {
        let turned = view.rotated_about(angle, at);
        assert!(turned.patient_at(at).distance_mm(view.patient_at(at)) < 1e-9);
        assert_eq!(turned.letters(), view.rotated(angle).letters());
    }
    // Clockwise by a quarter: what lay to the right lies below.
    let right = view.patient_at(ScreenPoint([70.0, 140.0]));
    let [x, y] = view.rotated_about(90.0, at).screen_of(right).0;
    assert!((x - 30.0).abs() < 1e-9 && (y - 180.0).abs() < 1e-9);
}

#[test]
fn a_plane_turned_about_an_axis_holds_the_axis_and_keeps_it_on_the_screen() {
    let grid = axial_ct();
    let view = SliceView::of_plane(&grid, Plane::Axial, 3, [200, 150]).unwrap();
    let through = view.patient_at(ScreenPoint([60.0, 50.0]));
    let to_the_left = PatientVector([1.0, 0.0, 0.0]);
    let turned = view.turned(to_the_left, 90.0, through);
    // Right-handed about the left: from the back to the head, so the back edge now shows the head.
    assert_eq!(turned.letters(), ["R", "L", "F", "H"]);
    let [x, y] = turned.screen_of(through).0;
    assert!((x - 60.0).abs() < 1e-9 && (y - 50.0).abs() < 1e-9);
    for mm in [-9.0, 4.0] {
        let on_axis = through + to_the_left * mm;
        assert!(turned.depth_mm(on_axis).abs() < 1e-9);
        let (before, after) = (view.screen_of(on_axis).0, turned.screen_of(on_axis).0);
        assert!((before[0] - after[0]).abs() < 1e-9 && (before[1] - after[1]).abs() < 1e-9);
    }
    assert_eq!(view.turned(PatientVector([0.0; 3]), 30.0, through), view);
    // A drag of a thousand small turns stays a flat picture with right angles.
    let mut moved = view;
    for _ in 0..1000 {
        moved = moved.turned(PatientVector([0.3, 0.2, 0.9]), 0.36, through);
    }
    assert!((moved.centre - view.centre).length() < 1e-6);
    assert!((moved.right - view.right).length() < 1e-9);
}

#[test]
fn a_view_moves_through_a_point_along_its_normal_only() {
    let view = SliceView::of_plane(&axial_ct(), Plane::Coronal, 3, [200, 150]).unwrap();
    let point = PatientPoint([9.0, 19.0, 31.0]);
    let moved = view.through(point);
    assert!(moved.depth_mm(point).abs() < 1e-9);
    assert!((moved.centre - view.centre).cross(view.normal()).length() < 1e-9);
}

#[test]
fn the_lines_of_three_planes_cross_where_all_three_meet() {
    let grid = axial_ct();
    let [axial, coronal, sagittal] = [
        (Plane::Axial, 3),
        (Plane::Coronal, 12),
        (Plane::Sagittal, 30),
    ]
    .map(|(plane, index)| SliceView::of_plane(&grid, plane, index, [280, 150]).unwrap());
    // Voxel (30, 12) of the axial plane: 5 px per voxel, 40 px to the left of the image.
    let [top, bottom] = axial.cut_by(&sagittal).unwrap();
    assert!((top.0[0] - 192.5).abs() < 1e-9 && (bottom.0[0] - 192.5).abs() < 1e-9);
    assert!(top.0[1].abs() < 1e-9 && (bottom.0[1] - 150.0).abs() < 1e-9);
    let [left, right] = axial.cut_by(&coronal).unwrap();
    assert!((left.0[1] - 62.5).abs() < 1e-9 && (right.0[1] - 62.5).abs() < 1e-9);
    assert!(left.0[0].abs() < 1e-9 && (right.0[0] - 280.0).abs() < 1e-9);
    // Only as far as the coronal slice reaches: the 40 columns of voxels.
    let [left, right] = axial.cut_by_slice(&coronal, &grid).unwrap();
    assert!((left.0[0] - 40.0).abs() < 1e-9 && (right.0[0] - 240.0).abs() < 1e-9);
    // Parallel planes, and one that meets this plane far beside the picture.
    assert_eq!(axial.cut_by(&axial.stepped(&grid, 1)), None);
    let beside = sagittal.through(PatientPoint([4000.0, 0.0, 0.0]));
    assert_eq!(axial.cut_by(&beside), None);
}

#[test]
fn the_voxel_at_a_point_is_none_outside_and_in_gaps() {
    let offsets = (0..20).map(|k| f64::from(k) * 2.5 + if k > 8 { 11.0 } else { 0.0 });
    let grid = axial_ct().with_plane_offsets(offsets.collect()).unwrap();
    let at = |x: f64, y: f64, z: f64| {
        voxel_at_point(&grid, PatientPoint([5.0 + x, 6.0 + y, 7.0 + z])).map(|voxel| voxel.0)
    };
    assert_eq!(at(0.7, 1.4, 2.5), Some([1, 2, 1]));
    assert_eq!(at(-0.4, 0.0, 0.0), None);
    assert_eq!(at(27.6, 20.6, 0.0), Some([39, 29, 0]));
    assert_eq!(at(0.0, 0.0, 8.0 * 2.5 + 1.2), Some([0, 0, 8]));
    assert_eq!(at(0.0, 0.0, 8.0 * 2.5 + 6.0), None);
    assert_eq!(at(0.0, 0.0, 9.0 * 2.5 + 11.0 - 1.2), Some([0, 0, 9]));
    assert_eq!(at(0.0, 0.0, 19.0 * 2.5 + 11.0 + 1.3), None);
}

#[test]
fn a_fitted_plane_fills_the_picture_in_one_direction_and_is_centred() {
    let grid = axial_ct();
    let view = SliceView::of_plane(&grid, Plane::Axial, 3, [280, 150]).unwrap();
    // 40 × 30 voxels of 0.7 mm: the height decides.
    assert!((view.mm_per_px - 21.0 / 150.0).abs() < 1e-12);
    let corner = grid.patient_from_voxel(VoxelPoint([-0.5, -0.5, 3.0]));
    let ScreenPoint([x, y]) = view.screen_of(corner);
    assert!((x - 40.0).abs() < 1e-9 && y.abs() < 1e-9);
    assert!((view.plane_at_centre(&grid, 2) - 3.0).abs() < 1e-12);
}

#[test]
fn planes_step_through_the_grid_and_stop_at_its_ends() {
    let shear = grid_of([[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.9, 2.5]]);
    for grid in [axial_ct(), shear] {
        for plane in Plane::ALL {
            let axis = grid.axis_of(plane);
            let view = SliceView::of_plane(&grid, plane, 3, [200, 150]).unwrap();
            assert_eq!(view.aligned_axis(&grid), Some(axis));
            let place = |view: SliceView| view.plane_at_centre(&grid, axis).round() as i64;
            assert_eq!(place(view.stepped(&grid, 4)), 7);
            assert_eq!(place(view.stepped(&grid, -9)), 0);
            assert_eq!(
                place(view.stepped(&grid, 900)),
                grid.size()[axis] as i64 - 1
            );
            // Only along the normal: a point of the patient stays under its pixel.
            let moved = view.stepped(&grid, 4);
            let shift = moved.centre - view.centre;
            assert!(shift.dot(view.right).abs() < 1e-9 && shift.dot(view.down).abs() < 1e-9);
        }
    }
}

#[test]
fn planes_at_uneven_places_are_stepped_one_by_one() {
    let grid = axial_ct().with_plane_offsets(
        (0..20)
            .map(|k| f64::from(k) * 2.5 + if k > 8 { 11.0 } else { 0.0 })
            .collect(),
    );
    let grid = grid.unwrap();
    let view = SliceView::of_plane(&grid, Plane::Axial, 8, [200, 150]).unwrap();
    let next = view.stepped(&grid, 1);
    assert!((next.plane_at_centre(&grid, 2) - 9.0).abs() < 1e-9);
    assert!((next.centre - view.centre).length() > 13.0);
}

#[test]
fn an_oblique_view_steps_by_the_grids_spacing_along_its_normal() {
    let grid = axial_ct();
    let normal = PatientVector([0.0, 1.0, 1.0]);
    let view = SliceView::oblique(&grid, grid.centre(), normal, [200, 150]).unwrap();
    assert_eq!(view.aligned_axis(&grid), None);
    let moved = view.stepped(&grid, 2);
    let expected_mm = 2.0 * (0.7 + 2.5) / 2.0;
    assert!(((moved.centre - view.centre).dot(view.normal()) - expected_mm).abs() < 1e-9);
    assert!((view.normal() - normal.normalised().unwrap()).length() < 1e-9);
    assert_eq!(view.letters()[1], "L");
}

#[test]
fn impossible_views_are_refused() {
    let grid = axial_ct();
    assert_eq!(
        SliceView::of_plane(&grid, Plane::Axial, 20, [9, 9]).unwrap_err(),
        Error::PlaneIndex {
            index: 20,
            count: 20
        }
    );
    assert!(SliceView::of_plane(&grid, Plane::Axial, 0, [0, 9]).is_err());
    let (x, z) = (PatientVector([1.0, 0.0, 0.0]), PatientVector([0.0; 3]));
    assert!(SliceView::new(grid.centre(), x, x, 1.0, [9, 9]).is_err());
    assert!(SliceView::new(grid.centre(), x, z, 1.0, [9, 9]).is_err());
    assert!(SliceView::oblique(&grid, grid.centre(), z, [9, 9]).is_err());
    let y = PatientVector([0.0, 1.0, 0.0]);
    assert!(SliceView::new(grid.centre(), x, y, f64::NAN, [9, 9]).is_err());
}

#[test]
fn the_rectangle_of_a_changed_box_covers_its_pixels_and_little_more() {
    let grid = axial_ct();
    let view = SliceView::of_plane(&grid, Plane::Axial, 3, [400, 300]).unwrap();
    let changed = VoxelBox {
        min: [10, 10, 2],
        max: [12, 13, 5],
    };
    let rect = view.rect_of_box(&grid, &changed, 2.5).unwrap();
    // 10 px per voxel, 3 px for the outline and 1 for rounding.
    assert_eq!([rect.x, rect.y, rect.width, rect.height], [96, 96, 28, 38]);
    let elsewhere = VoxelBox {
        min: [10, 10, 5],
        max: [12, 13, 9],
    };
    assert_eq!(view.rect_of_box(&grid, &elsewhere, 2.5), None);
    let empty = VoxelBox {
        min: [3, 3, 3],
        max: [3, 3, 3],
    };
    assert_eq!(view.rect_of_box(&grid, &empty, 2.5), None);
}

proptest! {
    #[test]
    fn the_line_of_another_plane_holds_every_place_of_the_picture_that_lies_on_it(
        normals in [[-1.0..1.0_f64, -1.0..1.0, -1.0..1.0], [-1.0..1.0_f64, -1.0..1.0, -1.0..1.0]],
        moves in [-8.0..8.0_f64, -8.0..8.0, -8.0..8.0],
    ) {
        let grid = axial_ct();
        let view = |normal: [f64; 3]| {
            SliceView::oblique(&grid, grid.centre(), PatientVector(normal), [70, 50])
        };
        let (Ok(one), Ok(other)) = (view(normals[0]), view(normals[1])) else {
            return Ok(());
        };
        let other = other.through(grid.centre() + PatientVector(moves));
        let line = one.cut_by(&other);
        if let Some(ends) = line {
            for end in ends {
                prop_assert!(other.depth_mm(one.patient_at(end)).abs() < 1e-6);
                prop_assert!((-1e-6..=70.0 + 1e-6).contains(&end.0[0]));
                prop_assert!((-1e-6..=50.0 + 1e-6).contains(&end.0[1]));
            }
        }
        // Between two neighbouring places on the picture's edge the other plane is crossed or not: as
        // often as the line has ends there.
        let edge = |n: usize| match n {
            0..70 => [n as f64, 0.0],
            70..120 => [70.0, (n - 70) as f64],
            120..190 => [(190 - n) as f64, 50.0],
            _ => [0.0, (240 - n) as f64],
        };
        let is_behind = |n: usize| other.depth_mm(one.patient_at(ScreenPoint(edge(n % 240)))) > 0.0;
        let crossings = (0..240).filter(|n| is_behind(*n) != is_behind(n + 1)).count();
        let sine = one.normal().cross(other.normal()).length();
        prop_assume!(sine > 2e-3);
        prop_assert_eq!(line.is_some(), crossings == 2);
        if let Some(ends) = line {
            let on_edge = |end: ScreenPoint| {
                let [x, y] = end.0;
                x.min(y).min(70.0 - x).min(50.0 - y).abs() < 1e-6
            };
            prop_assert!(ends.into_iter().all(on_edge));
        }
    }

    #[test]
    fn screen_and_patient_agree_and_zooming_keeps_the_point_under_the_pointer(
        x in -300.0..900.0_f64, y in -300.0..900.0_f64,
        factor in 0.05..20.0_f64, turn in -400.0..400.0_f64, by in (-99.0..99.0_f64, -99.0..99.0_f64),
    ) {
        let view = SliceView::of_plane(&axial_ct(), Plane::Coronal, 3, [640, 480]).unwrap();
        let view = view.rotated(turn);
        let at = ScreenPoint([x, y]);
        let back = view.screen_of(view.patient_at(at)).0;
        prop_assert!((back[0] - x).abs() < 1e-8 && (back[1] - y).abs() < 1e-8);
        let zoomed = view.zoomed(factor, at);
        prop_assert!(zoomed.patient_at(at).distance_mm(view.patient_at(at)) < 1e-8);
        let panned = view.panned([by.0, by.1]);
        let target = ScreenPoint([x + by.0, y + by.1]);
        prop_assert!(panned.patient_at(target).distance_mm(view.patient_at(at)) < 1e-8);
        prop_assert!(zoomed.right.dot(zoomed.down).abs() < 1e-9);
    }
}
