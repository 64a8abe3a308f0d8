//! Rules of painting, answered brick by brick, against asking every mask and value for every voxel.

use std::sync::Arc;

use proptest::prelude::*;
use voxel::{
    Affine, GateValues, Grid, Mask, PaintRule, Rescale, Samples, Span, ValueGate, Volume,
    VoxelIndex,
};

type Size = [usize; 3];

fn size() -> impl Strategy<Value = Size> {
    let edge = || prop_oneof![1..6_usize, 30..36_usize, Just(64), 65..70_usize];
    (edge(), 1..40_usize, 1..40_usize).prop_map(|(i, j, k)| [i, j, k])
}

fn noise(seed: u64, voxel: VoxelIndex) -> u64 {
    let [i, j, k] = voxel.0.map(|c| c as u64);
    let mut x = seed ^ (i + 1000 * (j + 1000 * k)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Nothing, everything, noise, or a half-space: empty, full and mixed bricks.
fn mask(size: Size, kind: u8, seed: u64) -> Mask {
    match kind {
        0 => Mask::empty(size),
        1 => Mask::full(size),
        2 => Mask::from_fn(size, |v| noise(seed, v).is_multiple_of(3)),
        _ => Mask::from_fn(size, |v| v.0[0] + v.0[1] - v.0[2] < (seed % 64) as i64),
    }
}

fn spans(size: Size) -> impl Strategy<Value = Vec<Span>> {
    let [nx, ny, nz] = size.map(|n| n as i64);
    let span = (-3..nx + 3, -1..nx + 9, -2..ny + 2, -2..nz + 2);
    let span = span.prop_map(|(i0, length, j, k)| Span {
        j,
        k,
        i0,
        i1: i0 + length,
    });
    prop::collection::vec(span, 0..60)
}

/// Samples of several stored types, each with a rescale of its own plane.
fn volume(size: Size, kind: u8, seed: u64) -> Volume {
    let grid = Grid::new(size, Affine::identity()).unwrap();
    let [nx, ny, nz] = size;
    let raw = |n: usize| noise(seed, VoxelIndex([n as i64, 0, 0]));
    let count = nx * ny * nz;
    let samples = match kind % 4 {
        0 => Samples::I16(Arc::new((0..count).map(|n| raw(n) as i16).collect())),
        1 => Samples::U8(Arc::new((0..count).map(|n| raw(n) as u8).collect())),
        2 => Samples::Rgb8(Arc::new(
            (0..count)
                .map(|n| [raw(n) as u8, (raw(n) >> 8) as u8, 7])
                .collect(),
        )),
        _ => Samples::F32(Arc::new(
            (0..count)
                .map(|n| match raw(n) % 9 {
                    0 => f32::NAN,
                    _ => (raw(n) % 1000) as f32 / 7.0,
                })
                .collect(),
        )),
    };
    let rescale = |k: usize| Rescale {
        slope: 1.0 + k as f64 / 8.0,
        intercept: -100.0 * k as f64,
    };
    Volume::new(grid, samples, (0..nz).map(rescale).collect(), None).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_rule_by_bricks_paints_what_the_rule_by_voxels_paints(
        (size, spans) in size().prop_flat_map(|size| (Just(size), spans(size))),
        start in (0..4_u8, any::<u64>()), within in prop::option::of((0..4_u8, any::<u64>())),
        without in prop::collection::vec((prop_oneof![3 => Just(0_u8), 1 => Just(1), 4 => Just(2), 4 => Just(3)], any::<u64>()), 0..4),
        gate in prop::option::of((any::<bool>(), 0..4_u8, any::<u64>(), -300.0..100.0_f64, 0.0..400.0_f64)),
        value in any::<bool>(),
    ) {
        let own = mask(size, start.0, start.1);
        let within = within.map(|(kind, seed)| mask(size, kind, seed));
        let without: Vec<Mask> = without.iter().map(|(kind, seed)| mask(size, *kind, *seed)).collect();
        let without: Vec<&Mask> = without.iter().collect();
        let volume = gate.map(|(_, kind, seed, ..)| volume(size, kind, seed));
        let each = |v: VoxelIndex| volume.as_ref().and_then(|volume| volume.value(v));
        let gate = gate.zip(volume.as_ref()).map(|((by_row, _, _, low, width), volume)| ValueGate {
            range: [low, low + width],
            values: if by_row { GateValues::Volume(volume) } else { GateValues::Each(&each) },
        });
        let rule = PaintRule { within: within.as_ref(), without: &without, gate };

        let slow = own.paint_where(&spans, value, &|voxel| {
            let in_range = gate.is_none_or(|gate| {
                each(voxel).is_some_and(|v| (gate.range[0]..=gate.range[1]).contains(&v))
            });
            within.as_ref().is_none_or(|mask| mask.get(voxel))
                && without.iter().all(|mask| !mask.get(voxel))
                && in_range
        });
        prop_assert_eq!(&own.paint_by(&spans, value, &rule), &slow);
        prop_assert_eq!(&own.paint_where(&spans, value, &|voxel| rule.admits(voxel)), &slow);

        // one mask of all that is kept does the same
        let kept = Mask::union_of(size, without.iter().copied());
        prop_assert_eq!(&kept, &without.iter().fold(Mask::empty(size), |all, one| all.union(one)));
        let rule = PaintRule { without: &[&kept], ..rule };
        prop_assert_eq!(&own.paint_by(&spans, value, &rule), &slow);
    }
}

#[test]
fn a_rule_without_conditions_is_the_plain_brush() {
    let size = [40, 40, 40];
    let own = mask(size, 3, 20);
    let all: Vec<Span> = (0..40)
        .map(|j| Span {
            j,
            k: j,
            i0: -5,
            i1: 50,
        })
        .collect();
    let rule = PaintRule::default();
    assert_eq!(own.paint_by(&all, true, &rule), own.paint(&all, true));
    assert!(rule.admits(VoxelIndex([-1, 500, 3])));
}
