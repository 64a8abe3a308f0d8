//! Every operation of `Mask` against one bool per voxel.

use proptest::prelude::*;
use voxel::{BRICK, Brick, BrickIndex, Mask, MaskChange, Span, VoxelBox, VoxelIndex};

type Size = [usize; 3];

/// Sizes below, at and above brick borders.
fn size() -> impl Strategy<Value = Size> {
    let edge = prop_oneof![1..6_usize, 30..36_usize, Just(32), Just(64), 63..70_usize];
    let short = prop_oneof![1..6_usize, 31..35_usize, Just(32)];
    (edge, short.clone(), short)
        .prop_map(|(i, j, k)| [i, j, k])
        .prop_shuffle_axes()
}

/// The long axis is not always i.
trait ShuffleAxes: Strategy<Value = Size> + Sized + 'static {
    fn prop_shuffle_axes(self) -> BoxedStrategy<Size> {
        (self, 0..3_usize)
            .prop_map(|(mut size, turn)| {
                size.rotate_left(turn);
                size
            })
            .boxed()
    }
}
impl<S: Strategy<Value = Size> + 'static> ShuffleAxes for S {}

fn noise(seed: u64, position: usize) -> u64 {
    // splitmix64
    let mut x = seed.wrapping_add((position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Content: nothing, all, noise of some density, or a box (with full bricks) with some noise.
fn content(size: Size) -> impl Strategy<Value = Vec<bool>> {
    let [nx, ny, nz] = size;
    let corner = move || (0..=nx, 0..=ny, 0..=nz).prop_map(|(i, j, k)| [i, j, k]);
    let voxels = nx * ny * nz;
    prop_oneof![
        1 => Just(vec![false; voxels]),
        1 => Just(vec![true; voxels]),
        3 => (any::<u64>(), 1..100_u64).prop_map(move |(seed, percent)| {
            (0..voxels).map(|n| noise(seed, n) % 100 < percent).collect()
        }),
        4 => (corner(), corner(), any::<u64>(), 0..4_u64).prop_map(move |(a, b, seed, holes)| {
            positions(size)
                .enumerate()
                .map(|(n, at)| {
                    let inside = (0..3).all(|x| a[x].min(b[x]) <= at[x] && at[x] < a[x].max(b[x]));
                    inside != (noise(seed, n) % 1000 < holes)
                })
                .collect()
        }),
    ]
}

fn positions(size: Size) -> impl Iterator<Item = [usize; 3]> {
    let [nx, ny, nz] = size;
    (0..nx * ny * nz).map(move |n| [n % nx, n / nx % ny, n / nx / ny])
}

fn one() -> impl Strategy<Value = (Size, Vec<bool>)> {
    size().prop_flat_map(|size| (Just(size), content(size)))
}

fn two() -> impl Strategy<Value = (Size, Vec<bool>, Vec<bool>)> {
    size().prop_flat_map(|size| (Just(size), content(size), content(size)))
}

fn spans(size: Size) -> impl Strategy<Value = Vec<Span>> {
    let [nx, ny, nz] = size.map(|n| n as i64);
    let span =
        (-3..nx + 3, -1..nx + 9, -2..ny + 2, -2..nz + 2).prop_map(|(i0, length, j, k)| Span {
            j,
            k,
            i0,
            i1: i0 + length,
        });
    prop::collection::vec(span, 0..300)
}

fn painted(size: Size) -> impl Strategy<Value = (Size, Vec<bool>, Vec<Span>, bool)> {
    (Just(size), content(size), spans(size), any::<bool>())
}

/// The invariants that every mask keeps.
fn check_form(mask: &Mask) {
    let size = mask.size();
    let mut last: Option<BrickIndex> = None;
    for (index, brick) in mask.bricks() {
        assert!(last.is_none_or(|last| last < index), "bricks are sorted");
        last = Some(index);
        let first = index.first_voxel();
        let is_whole = (0..3).all(|a| first[a] + BRICK <= size[a]);
        match brick {
            Brick::Empty => panic!("an empty brick is kept"),
            Brick::Full => assert!(is_whole, "a brick at the edge cannot be full"),
            Brick::Bits(words) => {
                assert!(brick.count() > 0, "an empty brick is kept as bits");
                assert!(brick.count() < 32_768, "a full brick is kept as bits");
                for (n, word) in words.iter().enumerate() {
                    for x in (0..BRICK).filter(|x| word >> x & 1 == 1) {
                        let at = [first[0] + x, first[1] + n % BRICK, first[2] + n / BRICK];
                        assert!((0..3).all(|a| at[a] < size[a]), "a bit outside the grid");
                    }
                }
            }
        }
    }
}

fn check(mask: &Mask, dense: &[bool]) {
    check_form(mask);
    assert!(mask.to_dense() == dense, "content differs");
}

fn model_box<'a>(size: Size, dense: impl IntoIterator<Item = &'a bool>) -> VoxelBox {
    positions(size)
        .zip(dense)
        .filter(|(_, inside)| **inside)
        .fold(VoxelBox::EMPTY, |all, (at, _)| {
            all.union(&VoxelBox {
                min: at,
                max: at.map(|v| v + 1),
            })
        })
}

/// What a change must say about two dense contents.
fn check_change(size: Size, change: &MaskChange, before: &[bool], after: &[bool]) {
    let added = before
        .iter()
        .zip(after)
        .filter(|(b, a)| !**b && **a)
        .count() as u64;
    let removed = before
        .iter()
        .zip(after)
        .filter(|(b, a)| **b && !**a)
        .count() as u64;
    assert_eq!(change.voxels_added(), added);
    assert_eq!(change.voxels_removed(), removed);
    assert_eq!(change.is_empty(), added + removed == 0);
    let differing: Vec<bool> = before.iter().zip(after).map(|(b, a)| b != a).collect();
    assert_eq!(change.changed, model_box(size, &differing));
    assert!(
        change.bricks.windows(2).all(|w| w[0].index < w[1].index),
        "sorted, each once"
    );
    assert!(
        change.bricks.iter().all(|b| b.before != b.after),
        "no brick without a difference"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn dense_and_back_is_the_same((size, dense) in one()) {
        let mask = Mask::from_dense(size, &dense);
        check(&mask, &dense);
        let [nx, ny, _] = size;
        let from_fn = Mask::from_fn(size, |v| {
            let [i, j, k] = v.0.map(|v| v as usize);
            dense[i + nx * (j + ny * k)]
        });
        prop_assert_eq!(&from_fn, &mask);
        let again = Mask::from_bricks(size, mask.bricks().map(|(i, b)| (i, b.clone()))).unwrap();
        prop_assert_eq!(&again, &mask);
        for (at, inside) in positions(size).zip(&dense) {
            prop_assert_eq!(mask.get(VoxelIndex(at.map(|v| v as i64))), *inside);
        }
    }

    #[test]
    fn set_operations_equal_the_model((size, a, b) in two()) {
        let (x, y) = (Mask::from_dense(size, &a), Mask::from_dense(size, &b));
        let model = |f: fn(bool, bool) -> bool| -> Vec<bool> {
            a.iter().zip(&b).map(|(p, q)| f(*p, *q)).collect()
        };
        check(&x.union(&y), &model(|p, q| p | q));
        check(&x.intersection(&y), &model(|p, q| p & q));
        check(&x.difference(&y), &model(|p, q| p & !q));
        check(&x.symmetric_difference(&y), &model(|p, q| p ^ q));
        prop_assert_eq!(x.intersection_count(&y), x.intersection(&y).count());
        prop_assert_eq!(x == y, a == b);
        prop_assert_eq!(x.union(&x.clone()), x.clone());
        prop_assert!(x.difference(&x).is_empty());
    }

    #[test]
    fn counting_equals_the_model((size, dense) in one()) {
        let mask = Mask::from_dense(size, &dense);
        prop_assert_eq!(mask.count(), dense.iter().filter(|v| **v).count() as u64);
        prop_assert_eq!(mask.is_empty(), !dense.contains(&true));
        let bounds = model_box(size, &dense);
        prop_assert_eq!(mask.bounding_box().unwrap_or(VoxelBox::EMPTY), bounds);
        for axis in 0..3 {
            let mut counts = vec![0_u64; size[axis]];
            let inside = positions(size).zip(&dense).filter(|(_, v)| **v);
            inside.for_each(|(at, _)| counts[at[axis]] += 1);
            for (n, count) in counts.iter().enumerate() {
                prop_assert_eq!(mask.count_in_plane(axis, n), *count);
            }
            prop_assert_eq!(mask.count_in_plane(axis, size[axis] + 40), 0);
            prop_assert_eq!(mask.counts_per_plane(axis), counts);
        }
        let inside: Vec<[usize; 3]> =
            positions(size).zip(&dense).filter(|(_, v)| **v).map(|(at, _)| at).collect();
        match mask.centroid() {
            None => prop_assert!(inside.is_empty()),
            Some(centroid) => for axis in 0..3 {
                let sum: usize = inside.iter().map(|at| at[axis]).sum();
                prop_assert_eq!(centroid.0[axis], sum as f64 / inside.len() as f64);
            }
        }
    }

    #[test]
    fn runs_and_planes_equal_the_model((size, dense) in one()) {
        let mask = Mask::from_dense(size, &dense);
        let [nx, ny, nz] = size;
        let at = |i: usize, j: usize, k: usize| dense[i + nx * (j + ny * k)];
        let mut expected = Vec::new();
        for (j, k) in (0..nz).flat_map(|k| (0..ny).map(move |j| (j, k))) {
            let mut i = 0;
            while i < nx {
                let i0 = i;
                while i < nx && at(i, j, k) {
                    i += 1;
                }
                if i > i0 {
                    let [j, k, i0, i1] = [j, k, i0, i].map(|v| v as i64);
                    expected.push(Span { j, k, i0, i1 });
                }
                i += 1;
            }
        }
        let mut runs = Vec::new();
        mask.for_each_run(|run| runs.push(run));
        prop_assert!(runs == expected);
        let mut by_plane = Vec::new();
        (0..nz + 40).for_each(|k| mask.runs_in_plane(k, |run| by_plane.push(run)));
        prop_assert!(by_plane == expected);
        prop_assert_eq!(Mask::from_spans(size, &runs), mask.clone());

        for axis in 0..3 {
            let (width, height) = [(ny, nz), (nx, nz), (nx, ny)][axis];
            for n in 0..size[axis] {
                let plane = mask.plane_bits(axis, n);
                prop_assert_eq!((plane.width, plane.height), (width, height));
                prop_assert_eq!(plane.words.len(), plane.words_per_row() * height);
                prop_assert_eq!(plane.count(), mask.count_in_plane(axis, n));
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let inside = [at(n.min(nx - 1), x.min(ny - 1), y.min(nz - 1)),
                        at(x.min(nx - 1), n.min(ny - 1), y.min(nz - 1)),
                        at(x.min(nx - 1), y.min(ny - 1), n.min(nz - 1))][axis];
                    prop_assert_eq!(plane.get(x as i64, y as i64), inside);
                }
            }
            prop_assert_eq!(mask.plane_bits(axis, size[axis] + 32).count(), 0);
        }
    }

    #[test]
    fn change_to_then_apply_gives_the_target_and_its_inverse_gives_it_back((size, a, b) in two()) {
        let (from, to) = (Mask::from_dense(size, &a), Mask::from_dense(size, &b));
        let change = from.change_to(&to);
        check_change(size, &change, &a, &b);
        let mut mask = from.clone();
        mask.apply(&change).unwrap();
        check(&mask, &b);
        mask.apply(&change.inverse()).unwrap();
        check(&mask, &a);
        prop_assert_eq!(change.inverse().inverse(), change.clone());
        prop_assert_eq!(change.inverse(), to.change_to(&from));
        prop_assert!(change.clone().then(change.inverse()).is_empty());
        prop_assert_eq!(MaskChange::from_bricks(change.bricks.clone()).unwrap(), change);
    }

    #[test]
    fn two_changes_as_one_do_what_both_do((size, a, b, spans) in two()
        .prop_flat_map(|(size, a, b)| (Just(size), Just(a), Just(b), spans(size)))) {
        let (from, middle) = (Mask::from_dense(size, &a), Mask::from_dense(size, &b));
        let first = from.change_to(&middle);
        let second = middle.paint(&spans, true);
        let mut end = middle;
        end.apply(&second).unwrap();
        let both = first.then(second);
        check_change(size, &both, &a, &end.to_dense());
        let mut mask = from.clone();
        mask.apply(&both).unwrap();
        prop_assert_eq!(&mask, &end);
        prop_assert_eq!(both, from.change_to(&end));
    }

    #[test]
    fn painting_equals_the_model((size, dense, spans, value) in size().prop_flat_map(painted)) {
        let mask = Mask::from_dense(size, &dense);
        let mut expected = dense.clone();
        for (place, at) in expected.iter_mut().zip(positions(size)) {
            let [i, j, k] = at.map(|v| v as i64);
            if spans.iter().any(|s| s.j == j && s.k == k && s.i0 <= i && i < s.i1) {
                *place = value;
            }
        }
        let change = mask.paint(&spans, value);
        check_change(size, &change, &dense, &expected);
        let mut after = mask.clone();
        after.apply(&change).unwrap();
        check(&after, &expected);
        prop_assert_eq!(change, mask.change_to(&after));
        check(&mask, &dense); // the painted mask itself is untouched
    }

    #[test]
    fn painting_with_a_filter_equals_the_model(
        (size, dense, spans, value) in size().prop_flat_map(painted), seed in any::<u64>(),
    ) {
        let keep = |v: VoxelIndex| {
            let number = v.0.iter().fold(7, |n, x| n * 1009 + *x as usize);
            !noise(seed, number).is_multiple_of(3)
        };
        let mask = Mask::from_dense(size, &dense);
        let mut expected = dense.clone();
        for (place, at) in expected.iter_mut().zip(positions(size)) {
            let [i, j, k] = at.map(|v| v as i64);
            let is_met = spans.iter().any(|s| s.j == j && s.k == k && s.i0 <= i && i < s.i1);
            if is_met && keep(VoxelIndex([i, j, k])) {
                *place = value;
            }
        }
        let change = mask.paint_where(&spans, value, &keep);
        check_change(size, &change, &dense, &expected);
        let mut after = mask;
        after.apply(&change).unwrap();
        check(&after, &expected);
    }

    #[test]
    fn bytes_of_a_brick_and_back_are_the_same((size, dense) in one()) {
        for (_, brick) in Mask::from_dense(size, &dense).bricks() {
            let bytes = brick.to_bytes();
            prop_assert_eq!(bytes.iter().map(|b| b.count_ones()).sum::<u32>(), brick.count());
            let again = Brick::from_bytes(&bytes).unwrap();
            prop_assert_eq!(matches!(again, Brick::Full), matches!(brick, Brick::Full));
            prop_assert_eq!(&again, brick);
        }
    }

    #[test]
    fn a_full_mask_has_every_voxel(size in size()) {
        let voxels = size.iter().product::<usize>();
        check(&Mask::full(size), &vec![true; voxels]);
        prop_assert_eq!(Mask::full(size).count(), voxels as u64);
    }
}
