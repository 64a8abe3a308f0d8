//! Which side is which, proven with marks painted by hand at known places of the patient.

use std::sync::Arc;

use render::{
    GridPlane, Interpolation, Picture, Rendering, Slab, SlabMode, SliceView, ViewPlane,
    WindowLevel, native_slice, slice,
};
use voxel::{Affine, Grid, PatientPoint, PatientVector, Plane, Rescale, Samples, Volume};

/// A mark's name, its place in the patient (LPS, mm) and its value. No two values are equal, so that
/// no flip and no turn leaves the phantom as it is.
const MARKS: [(&str, [f64; 3], i16); 8] = [
    ("R", [-50.0, 0.0, 0.0], 100),
    ("L", [50.0, 0.0, 0.0], 200),
    ("A", [0.0, -50.0, 0.0], 300),
    ("P", [0.0, 50.0, 0.0], 400),
    ("H", [0.0, 0.0, 50.0], 500),
    ("F", [0.0, 0.0, -50.0], 600),
    ("AH", [0.0, -35.0, 35.0], 700),
    ("PF", [0.0, 35.0, -35.0], 800),
];

/// Half the side of a mark, mm.
const HALF_MM: f64 = 7.0;

const SIZE_PX: [usize; 2] = [320, 240];

/// How voxels are stored: steps of i, j and k in the patient, mm.
type Columns = [[f64; 3]; 3];

/// Grids whose axes are those of the patient, in some order.
fn straight() -> Vec<(&'static str, Columns)> {
    vec![
        (
            "axial CT",
            [[1.5, 0.0, 0.0], [0.0, 1.5, 0.0], [0.0, 0.0, 2.0]],
        ),
        ("RAS", [[-1.5, 0.0, 0.0], [0.0, -1.5, 0.0], [0.0, 0.0, 2.0]]),
        (
            "from head to feet, left-handed",
            [[1.5, 0.0, 0.0], [0.0, 1.5, 0.0], [0.0, 0.0, -2.0]],
        ),
        (
            "sagittal MR",
            [[0.0, 1.4, 0.0], [0.0, 0.0, -1.4], [2.2, 0.0, 0.0]],
        ),
        (
            "coronal, left-handed",
            [[-1.4, 0.0, 0.0], [0.0, 0.0, -1.4], [0.0, -2.2, 0.0]],
        ),
    ]
}

/// Grids that are turned or sheared.
fn crooked() -> Vec<(&'static str, Columns)> {
    let ((sa, ca), (sb, cb)) = (0.4_f64.sin_cos(), 0.3_f64.sin_cos());
    // Turned by 0.4 about the third axis, then by 0.3 about the first one.
    let oblique = [
        [1.5 * ca, 1.5 * sa * cb, 1.5 * sa * sb],
        [-1.5 * sa, 1.5 * ca * cb, 1.5 * ca * sb],
        [0.0, -2.0 * sb, 2.0 * cb],
    ];
    let left_handed = [oblique[1], oblique[0], oblique[2]];
    let tilted = [[1.5, 0.0, 0.0], [0.0, 1.5, 0.0], [0.0, 0.5, 2.0]];
    vec![
        ("oblique", oblique),
        ("oblique, left-handed", left_handed),
        ("tilted gantry", tilted),
    ]
}

/// The phantom, its middle at the patient's origin. Where a voxel lies is computed here, not asked.
fn phantom(columns: &Columns) -> Volume {
    const SIZE: [usize; 3] = [121, 121, 101];
    let at = |i: usize, j: usize, k: usize| -> [f64; 3] {
        let steps = [i as f64 - 60.0, j as f64 - 60.0, k as f64 - 50.0];
        std::array::from_fn(|side| (0..3).map(|axis| steps[axis] * columns[axis][side]).sum())
    };
    let value = |place: [f64; 3]| {
        let is_in = |mark: &&(&str, [f64; 3], i16)| {
            (0..3).all(|side| (place[side] - mark.1[side]).abs() <= HALF_MM)
        };
        MARKS.iter().find(is_in).map_or(0, |mark| mark.2)
    };
    let mut samples = Vec::with_capacity(SIZE.iter().product());
    for k in 0..SIZE[2] {
        for j in 0..SIZE[1] {
            samples.extend((0..SIZE[0]).map(|i| value(at(i, j, k))));
        }
    }
    let affine = Affine::from_columns(columns.map(PatientVector), PatientPoint(at(0, 0, 0)));
    let grid = Grid::new(SIZE, affine).unwrap();
    let samples = Samples::I16(Arc::new(samples));
    Volume::new(grid, samples, vec![Rescale::IDENTITY], None).unwrap()
}

fn window() -> WindowLevel {
    WindowLevel::of_range(0.0, 1000.0)
}

fn level(value: i16) -> u8 {
    (f64::from(value) / 1000.0 * 255.0).round() as u8
}

/// The middle of all pixels of a mark, px from the middle of the picture; `None` where it is not shown.
fn middle_of(picture: &Picture, mark: &str) -> Option<[f64; 2]> {
    let (.., value) = MARKS.iter().find(|(name, ..)| *name == mark).unwrap();
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for y in 0..picture.height {
        for x in 0..picture.width {
            if picture.pixel(x, y).unwrap()[0] == level(*value) {
                sum[0] += x as f64 + 0.5 - picture.width as f64 / 2.0;
                sum[1] += y as f64 + 0.5 - picture.height as f64 / 2.0;
                count += 1.0;
            }
        }
    }
    // Mixed values at the rims of other marks are a few pixels at most.
    (count > 12.0).then(|| sum.map(|side| side / count))
}

/// Looks for marks where they must lie (mm to the right and down from the middle) and for no other.
fn check(volume: &Volume, view: &SliceView, expected: &[(&str, [f64; 2])], what: &str) {
    let picture = slice(
        volume,
        view,
        &Rendering::new(window(), Interpolation::Nearest),
    );
    for (mark, ..) in MARKS {
        let found = middle_of(&picture, mark);
        let place = expected.iter().find(|(name, _)| *name == mark);
        let Some((_, place)) = place else {
            assert_eq!(found, None, "{what}: {mark} is not in this plane");
            continue;
        };
        let found = found.unwrap_or_else(|| panic!("{what}: {mark} is not shown"));
        for side in 0..2 {
            // Marks end between voxels: their middle is known to half a voxel.
            let mm = found[side] * view.mm_per_px;
            assert!(
                (mm - place[side]).abs() < 1.2,
                "{what}: {mark} lies at {found:?} px"
            );
        }
    }
    // Interpolation moves nothing.
    let smooth = slice(
        volume,
        view,
        &Rendering::new(window(), Interpolation::Linear),
    );
    for (mark, place) in expected {
        let (.., value) = MARKS.iter().find(|(name, ..)| name == mark).unwrap();
        let px =
            |side: usize| (place[side] / view.mm_per_px + view.size_px[side] as f64 / 2.0) as usize;
        let found = smooth.pixel(px(0), px(1)).unwrap()[0];
        assert!(
            found.abs_diff(level(*value)) <= 1,
            "{what}: {mark}, linear: {found}"
        );
    }
}

const AXIAL: [(&str, [f64; 2]); 4] = [
    ("R", [-50.0, 0.0]),
    ("L", [50.0, 0.0]),
    ("A", [0.0, -50.0]),
    ("P", [0.0, 50.0]),
];
const CORONAL: [(&str, [f64; 2]); 4] = [
    ("R", [-50.0, 0.0]),
    ("L", [50.0, 0.0]),
    ("H", [0.0, -50.0]),
    ("F", [0.0, 50.0]),
];
const SAGITTAL: [(&str, [f64; 2]); 6] = [
    ("A", [-50.0, 0.0]),
    ("P", [50.0, 0.0]),
    ("H", [0.0, -50.0]),
    ("F", [0.0, 50.0]),
    ("AH", [-35.0, -35.0]),
    ("PF", [35.0, 35.0]),
];

#[test]
fn the_three_planes_show_every_mark_on_the_side_on_which_radiologists_expect_it() {
    for (name, columns) in straight() {
        let volume = phantom(&columns);
        let grid = volume.grid();
        for (plane, expected, letters) in [
            (Plane::Axial, &AXIAL[..], ["R", "L", "A", "P"]),
            (Plane::Coronal, &CORONAL[..], ["R", "L", "H", "F"]),
            (Plane::Sagittal, &SAGITTAL[..], ["A", "P", "H", "F"]),
        ] {
            let middle = if grid.axis_of(plane) == 2 { 50 } else { 60 };
            let view = SliceView::of_plane(grid, plane, middle, SIZE_PX).unwrap();
            assert_eq!(view.letters(), letters);
            check(&volume, &view, expected, &format!("{name}, {plane:?}"));
        }
    }
}

#[test]
fn a_native_picture_the_radiological_way_round_has_every_mark_on_its_side() {
    for (name, columns) in straight() {
        let volume = phantom(&columns);
        let (sides, upright) = match volume.grid().acquired_plane() {
            Plane::Axial => (["R", "L"], ["A", "P"]),
            Plane::Coronal => (["R", "L"], ["H", "F"]),
            Plane::Sagittal => (["A", "P"], ["H", "F"]),
        };
        let plane = GridPlane::radiological(volume.grid(), ViewPlane::Acquired, 50).unwrap();
        let rendering = Rendering::new(window(), Interpolation::Nearest);
        let picture = native_slice(&volume, &plane, &rendering);
        let [left, right] = sides.map(|mark| middle_of(&picture, mark).unwrap());
        let [top, bottom] = upright.map(|mark| middle_of(&picture, mark).unwrap());
        // 50 mm are 33 to 36 voxels.
        assert!(left[0] < -30.0 && right[0] > 30.0, "{name}");
        assert!(top[1] < -30.0 && bottom[1] > 30.0, "{name}");
        assert!(left[1].abs() < 1.0 && top[0].abs() < 1.0, "{name}");
    }
}

/// A view of the plane through the patient's origin, 0.8 mm per pixel.
fn straight_view(right: [f64; 3], down: [f64; 3]) -> SliceView {
    let origin = PatientPoint([0.0; 3]);
    SliceView::new(
        origin,
        PatientVector(right),
        PatientVector(down),
        0.8,
        SIZE_PX,
    )
    .unwrap()
}

#[test]
fn planes_of_the_patient_are_the_same_whatever_way_the_voxels_lie() {
    let (left, posterior, feet) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]);
    for (name, columns) in straight().into_iter().chain(crooked()) {
        let volume = phantom(&columns);
        for (what, view, expected) in [
            ("axial", straight_view(left, posterior), &AXIAL[..]),
            ("coronal", straight_view(left, feet), &CORONAL[..]),
            ("sagittal", straight_view(posterior, feet), &SAGITTAL[..]),
        ] {
            check(&volume, &view, expected, &format!("{name}, {what}"));
        }
    }
}

#[test]
fn flips_and_turns_take_the_marks_and_the_letters_with_them() {
    let axial = straight_view([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
    let (sin, cos) = (0.5, 0.75_f64.sqrt());
    let views = [
        (
            "left to right",
            axial.flipped_horizontally(),
            [[50.0, 0.0], [-50.0, 0.0], [0.0, -50.0], [0.0, 50.0]],
        ),
        (
            "top to bottom",
            axial.flipped_vertically(),
            [[-50.0, 0.0], [50.0, 0.0], [0.0, 50.0], [0.0, -50.0]],
        ),
        // Clockwise: from the left to the top, from the top to the right.
        (
            "a quarter",
            axial.rotated(90.0),
            [[0.0, -50.0], [0.0, 50.0], [50.0, 0.0], [-50.0, 0.0]],
        ),
        (
            "half",
            axial.rotated(180.0),
            [[50.0, 0.0], [-50.0, 0.0], [0.0, 50.0], [0.0, -50.0]],
        ),
        (
            "30°",
            axial.rotated(30.0),
            [
                [-50.0 * cos, -50.0 * sin],
                [50.0 * cos, 50.0 * sin],
                [50.0 * sin, -50.0 * cos],
                [-50.0 * sin, 50.0 * cos],
            ],
        ),
    ];
    for (name, columns) in straight().into_iter().chain(crooked()) {
        let volume = phantom(&columns);
        for (what, view, places) in &views {
            let names = ["R", "L", "A", "P"];
            let expected: Vec<(&str, [f64; 2])> = names.into_iter().zip(*places).collect();
            check(&volume, view, &expected, &format!("{name}, {what}"));
            // Each letter stands at the edge to which its mark has gone.
            let [left, right, top, bottom] = view.letters();
            for (letter, [x, y]) in expected {
                let edge = match (x.abs() > y.abs(), x + y > 0.0) {
                    (true, true) => &right,
                    (true, false) => &left,
                    (false, true) => &bottom,
                    (false, false) => &top,
                };
                assert!(edge.starts_with(letter), "{what}: {letter} at {edge}");
            }
        }
    }
}

#[test]
fn an_oblique_plane_shows_the_marks_that_lie_on_it() {
    // Between axial and coronal: away from the reader to the back and the head.
    let expected = [
        ("R", [-50.0, 0.0]),
        ("L", [50.0, 0.0]),
        ("AH", [0.0, -49.497]),
        ("PF", [0.0, 49.497]),
    ];
    let normal = PatientVector([0.0, 1.0, 1.0]);
    for (name, columns) in straight().into_iter().chain(crooked()) {
        let volume = phantom(&columns);
        let view =
            SliceView::oblique(volume.grid(), PatientPoint([0.0; 3]), normal, SIZE_PX).unwrap();
        let view = SliceView {
            centre: PatientPoint([0.0; 3]),
            mm_per_px: 0.8,
            ..view
        };
        assert_eq!(view.letters(), ["R", "L", "AH", "PF"]);
        check(&volume, &view, &expected, name);
        // The same plane, turned out of the axial one about the patient's left.
        let axial = straight_view([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
        let turned = axial.turned(
            PatientVector([1.0, 0.0, 0.0]),
            -45.0,
            PatientPoint([0.0; 3]),
        );
        check(&volume, &turned, &expected, &format!("{name}, turned"));
    }
}

#[test]
fn a_slab_shows_what_lies_before_and_behind_where_it_lies() {
    let axial = straight_view([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
    for (name, columns) in straight().into_iter().chain(crooked()) {
        let volume = phantom(&columns);
        let picture = |thickness_mm: f64| {
            let slab = Slab {
                mode: SlabMode::Max,
                thickness_mm,
            };
            let plain = Rendering::new(window(), Interpolation::Nearest);
            slice(
                &volume,
                &axial,
                &Rendering {
                    slab: Some(slab),
                    ..plain
                },
            )
        };
        // 35 mm to the head and to the feet, but not yet 50 mm.
        let shown = picture(80.0);
        let at = |mark: &str| middle_of(&shown, mark);
        assert!((at("AH").unwrap()[1] * 0.8 + 35.0).abs() < 1.5, "{name}");
        assert!((at("PF").unwrap()[1] * 0.8 - 35.0).abs() < 1.5, "{name}");
        assert_eq!((at("H"), at("F")), (None, None), "{name}");
        // Of the two at the ends, the larger value hides the other.
        let shown = picture(112.0);
        let [x, y] = middle_of(&shown, "F").unwrap();
        assert!(x.abs() * 0.8 < 1.5 && y.abs() * 0.8 < 1.5, "{name}");
    }
}
