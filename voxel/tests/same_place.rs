//! Two volumes at one place and at two, on made bodies of known geometry.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use voxel::{
    Affine, Grid, PatientPoint, PatientVector, PlaceCheck, PlaceDoubt, Rescale, Samples, Volume,
    VoxelPoint, compare_places,
};

/// What lies at a place of the made body (mm, its middle at zero): 0 air, 1 fat, 2 muscle, 3 lung,
/// 4 bone, 5 organ, 6 vessel. Nothing in it is symmetric.
fn tissue(p: [f64; 3]) -> usize {
    let inside = |centre: [f64; 3], radius: [f64; 3]| {
        let squares = (0..3).map(|a| ((p[a] - centre[a]) / radius[a]).powi(2));
        squares.sum::<f64>() < 1.0
    };
    let tilt = 0.1 * p[2];
    match () {
        () if inside([5.0 + tilt, 60.0, 10.0], [14.0, 16.0, 95.0]) => 4,
        () if inside([-30.0, -20.0, 55.0], [12.0, 12.0, 40.0]) => 6,
        () if inside([45.0, 10.0, 40.0], [35.0, 45.0, 55.0]) => 3,
        () if inside([-50.0, 15.0, 45.0], [30.0, 40.0, 48.0]) => 3,
        () if inside([-40.0, -5.0, -45.0], [45.0, 40.0, 38.0]) => 5,
        () if inside([55.0, 25.0, -60.0], [18.0, 20.0, 30.0]) => 5,
        () if inside([0.0, 0.0, 0.0], [95.0, 75.0, 130.0]) => 2,
        () if inside([4.0, 3.0, -10.0], [110.0, 88.0, 135.0]) => 1,
        () => 0,
    }
}

/// Values of the tissues: as in CT, and as in a sequence of MR that orders them otherwise.
const CT: [f64; 7] = [-1000.0, -100.0, 45.0, -820.0, 600.0, 110.0, 190.0];
const MR: [f64; 7] = [3.0, 900.0, 420.0, 20.0, 90.0, 650.0, 10.0];

/// The body seen on a grid; `shift_mm` is where the body's middle lies.
fn body(grid: &Grid, values: [f64; 7], shift_mm: [f64; 3]) -> Volume {
    seen(grid, |p| {
        values[tissue([0, 1, 2].map(|a| p[a] - shift_mm[a]))]
    })
}

fn seen(grid: &Grid, value: impl Fn([f64; 3]) -> f64) -> Volume {
    let [columns, rows, planes] = grid.size();
    let mut samples = Vec::with_capacity(columns * rows * planes);
    for k in 0..planes {
        for j in 0..rows {
            for i in 0..columns {
                let point = VoxelPoint([i as f64, j as f64, k as f64]);
                samples.push(value(grid.patient_from_voxel(point).0) as f32);
            }
        }
    }
    volume(grid, Samples::F32(Arc::new(samples)))
}

fn volume(grid: &Grid, samples: Samples) -> Volume {
    Volume::new(grid.clone(), samples, vec![Rescale::IDENTITY], None).expect("a volume")
}

/// A grid around a centre: axes turned about z and then x, with a shear of the planes along i.
fn grid(size: [usize; 3], steps: [f64; 3], centre: [f64; 3], turn: [f64; 2], shear: f64) -> Grid {
    let [(s, c), (t, d)] = turn.map(f64::sin_cos);
    let axes = [
        [c, s * d, s * t],
        [-s, c * d, c * t],
        [0.0, -t, d], // right-handed, of length 1, at right angles
    ];
    let mut columns: [PatientVector; 3] =
        std::array::from_fn(|a| PatientVector(axes[a]) * steps[a]);
    columns[2] = columns[2] + PatientVector(axes[0]) * (shear * steps[2]);
    let half = |a: usize| columns[a] * ((size[a] - 1) as f64 / 2.0);
    let origin = PatientPoint(centre) - half(0) - half(1) - half(2);
    Grid::new(size, Affine::from_columns(columns, origin)).expect("a grid")
}

/// Axial, 4 × 4 × 5 mm, wider than the body.
fn plain() -> Grid {
    grid([64, 56, 60], [4.0, 4.0, 5.0], [0.0; 3], [0.0; 2], 0.0)
}

fn check(a: &Volume, b: &Volume) -> PlaceCheck {
    compare_places(a, b, &AtomicBool::new(false))
}

fn found_shift(verdict: PlaceCheck) -> Option<[f64; 3]> {
    match verdict {
        PlaceCheck::Apart { shift_mm, .. } => Some(shift_mm.0),
        _ => None,
    }
}

/// An oblique, anisotropic, perhaps sheared grid around most of the body.
fn any_grid() -> impl Strategy<Value = Grid> {
    let centre = prop::array::uniform3(-15.0..15.0_f64);
    let step = || 2.5..5.0_f64;
    (
        centre,
        step(),
        step(),
        3.0..8.0_f64,
        prop::array::uniform2(-0.5..0.5_f64),
        -0.3..0.3_f64,
    )
        .prop_map(|(centre, a, b, c, turn, shear)| {
            let size = [
                (240.0 / a) as usize,
                (200.0 / b) as usize,
                (250.0 / c) as usize,
            ];
            grid(size, [a, b, c], centre, turn, shear)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn one_body_in_two_modalities_on_any_two_grids_agrees(a in any_grid(), b in any_grid()) {
        let verdict = check(&body(&a, CT, [0.0; 3]), &body(&b, MR, [0.0; 3]));
        prop_assert_eq!(verdict, PlaceCheck::Agree);
    }

    #[test]
    fn a_moved_body_is_apart_by_the_way_it_moved(
        a in any_grid(),
        direction in prop::array::uniform3(-1.0..1.0_f64),
        length in 30.0..75.0_f64,
    ) {
        let way = PatientVector(direction).normalised().unwrap_or(PatientVector([1.0, 0.0, 0.0]));
        let way = way * length;
        let verdict = check(&body(&a, CT, [0.0; 3]), &body(&plain(), MR, way.0));
        let shift = found_shift(verdict);
        let off = shift.map(|shift| (PatientVector(shift) - way).length());
        prop_assert!(off.is_some_and(|off| off < 8.0), "moved {:?}: {:?}", way, verdict);
    }
}

#[test]
fn the_shift_leads_from_the_first_volume_to_the_second() {
    let (here, there) = (
        body(&plain(), CT, [0.0; 3]),
        body(&plain(), MR, [0.0, 48.0, -36.0]),
    );
    assert_eq!(found_shift(check(&here, &there)), Some([0.0, 48.0, -36.0]));
    assert_eq!(found_shift(check(&there, &here)), Some([0.0, -48.0, 36.0]));
}

#[test]
fn places_of_uneven_planes_count_and_not_their_numbers() {
    let offsets: Vec<f64> = (0..60)
        .map(|k| f64::from(k) * 4.0 + f64::from(k * k) / 60.0)
        .collect();
    let uneven = plain().with_plane_offsets(offsets).expect("they rise");
    let verdict = check(&body(&plain(), CT, [0.0; 3]), &body(&uneven, MR, [0.0; 3]));
    assert_eq!(verdict, PlaceCheck::Agree);
}

#[test]
fn a_slab_of_a_few_planes_is_compared_with_the_whole() {
    let slab = grid(
        [80, 70, 8],
        [3.0, 3.0, 6.0],
        [0.0, 0.0, 20.0],
        [0.0; 2],
        0.0,
    );
    let whole = body(&plain(), CT, [0.0; 3]);
    assert_eq!(check(&whole, &body(&slab, MR, [0.0; 3])), PlaceCheck::Agree);
    // 40 mm higher than it claims
    let moved = body(&slab, MR, [0.0, 0.0, -40.0]);
    let shift = found_shift(check(&whole, &moved)).expect("apart");
    assert!((shift[2] + 40.0).abs() < 6.0, "{shift:?}");
}

#[test]
fn what_is_padding_in_one_volume_is_not_compared() {
    let full = body(&plain(), CT, [0.0; 3]);
    // stored as 2·(value + 2000), with a circle of image in a square of padding
    let grid = plain();
    let [columns, rows, _] = grid.size();
    let stored = (0..full.samples().len()).map(|n| {
        let [x, y] = [n % columns, n / columns % rows].map(|v| v as f64);
        let is_image = (x - 26.0).powi(2) + (y - 30.0).powi(2) < 500.0;
        let value = full.samples().number(n).unwrap_or(0.0);
        if is_image {
            (2.0 * (value + 2000.0)) as u16
        } else {
            0
        }
    });
    let samples = Samples::U16(Arc::new(stored.collect()));
    let rescale = Rescale {
        slope: 0.5,
        intercept: -2000.0,
    };
    let round = |grid: &Grid| {
        Volume::new(
            grid.clone(),
            samples.clone(),
            vec![rescale],
            Some((0.0, 0.0)),
        )
        .expect("a volume")
    };
    assert_eq!(check(&full, &round(&grid)), PlaceCheck::Agree);
    let columns = [0, 1, 2].map(|axis| grid.affine().column(axis));
    let origin = grid.affine().origin() + PatientVector([36.0, 0.0, 0.0]);
    let claimed = Grid::new(grid.size(), Affine::from_columns(columns, origin)).expect("a grid");
    assert_eq!(
        found_shift(check(&full, &round(&claimed))),
        Some([36.0, 0.0, 0.0])
    );
}

#[test]
fn colours_are_compared_by_their_luminance() {
    let full = body(&plain(), CT, [0.0; 3]);
    let grey = |shift: [f64; 3]| {
        let moved = body(&plain(), MR, shift);
        let level = |n: usize| (moved.samples().number(n).unwrap_or(0.0) / 4.0) as u8;
        let colours = (0..moved.samples().len()).map(|n| [level(n); 3]).collect();
        volume(&plain(), Samples::Rgb8(Arc::new(colours)))
    };
    assert_eq!(check(&full, &grey([0.0; 3])), PlaceCheck::Agree);
    assert_eq!(
        found_shift(check(&full, &grey([0.0, 42.0, 0.0]))),
        Some([0.0, 42.0, 0.0])
    );
}

#[test]
fn a_part_that_moved_within_the_body_is_no_false_place() {
    // the front moves by 36 mm along z, the back stays
    let breathing = seen(&plain(), |[x, y, z]| {
        let share = ((40.0 - y) / 80.0).clamp(0.0, 1.0);
        CT[tissue([x, y, z - 36.0 * share])]
    });
    let verdict = check(&body(&plain(), CT, [0.0; 3]), &breathing);
    assert!(found_shift(verdict).is_none(), "{verdict:?}");
}

#[test]
fn a_move_along_a_body_that_is_the_same_all_along_is_not_told() {
    let limb = |values: [f64; 7]| {
        seen(&plain(), |[x, y, _]| {
            let bone = (x - 20.0).hypot(y + 5.0) < 15.0;
            let skin = x.hypot(y) < 80.0;
            if bone {
                values[4]
            } else if skin {
                values[2]
            } else {
                values[0]
            }
        })
    };
    let verdict = check(&limb(CT), &limb(MR));
    assert!(found_shift(verdict).is_none(), "{verdict:?}");
}

#[test]
fn a_smooth_spot_is_not_laid_on_the_body() {
    let spot = seen(&plain(), |p| {
        let squares: f64 = (0..3).map(|a| (p[a] - [40.0, 20.0, 0.0][a]).powi(2)).sum();
        60.0 * (-squares / (2.0 * 45.0 * 45.0)).exp()
    });
    let verdict = check(&body(&plain(), CT, [0.0; 3]), &spot);
    assert!(found_shift(verdict).is_none(), "{verdict:?}");
}

#[test]
fn what_cannot_be_compared_is_said_with_its_reason() {
    let full = body(&plain(), CT, [0.0; 3]);
    let doubt = |other: &Volume, why: PlaceDoubt| {
        assert_eq!(check(&full, other), PlaceCheck::CannotTell(why));
        assert_eq!(check(other, &full), PlaceCheck::CannotTell(why));
    };
    let at = |size: [usize; 3], steps: [f64; 3], z: f64| {
        let grid = grid(size, steps, [0.0, 0.0, z], [0.0; 2], 0.0);
        body(&grid, MR, [0.0; 3])
    };
    doubt(
        &at([64, 64, 3], [4.0, 4.0, 10.0], 0.0),
        PlaceDoubt::TooFewPlanes,
    );
    doubt(
        &at([64, 64, 6], [4.0, 4.0, 20.0], 0.0),
        PlaceDoubt::TooCoarse,
    );
    // the legs of one trunk: side by side, or overlapping by 20 mm
    doubt(
        &at([64, 64, 40], [4.0, 4.0, 5.0], 300.0),
        PlaceDoubt::NoCommonSpace,
    );
    doubt(
        &at([64, 64, 40], [4.0, 4.0, 5.0], 230.0),
        PlaceDoubt::NoCommonSpace,
    );
    doubt(&seen(&plain(), |_| 7.0), PlaceDoubt::LittleContent);
    doubt(&seen(&plain(), |_| f64::NAN), PlaceDoubt::LittleContent);
    let lesion = |p: [f64; 3]| f64::from(u8::from(p.iter().all(|v| v.abs() < 9.0)));
    doubt(&seen(&plain(), lesion), PlaceDoubt::LittleContent);
    let noise =
        |p: [f64; 3]| (p[0] * 12.9898 + p[1] * 78.233 + p[2] * 37.719).sin() * 43758.5453 % 1.0;
    doubt(&seen(&plain(), noise), PlaceDoubt::NotClear);
}

#[test]
fn grids_far_beyond_a_patient_are_refused_before_memory_is_taken() {
    let huge = grid([400, 400, 400], [14.0; 3], [0.0; 3], [0.0; 2], 0.0);
    let values = volume(&huge, Samples::U8(Arc::new(vec![0; 400 * 400 * 400])));
    assert_eq!(
        check(&values, &values),
        PlaceCheck::CannotTell(PlaceDoubt::TooLarge)
    );
}

#[test]
fn a_stopped_comparison_says_so() {
    let full = body(&plain(), CT, [0.0; 3]);
    let verdict = compare_places(&full, &full, &AtomicBool::new(true));
    assert_eq!(verdict, PlaceCheck::CannotTell(PlaceDoubt::Stopped));
}
