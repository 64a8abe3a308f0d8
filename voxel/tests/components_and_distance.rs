//! Connected parts and distances against the simplest algorithms for them.

use proptest::prelude::*;
use voxel::distance::{dense_in_box, squared_distances, squared_distances_in_box};
use voxel::{Mask, Span, VoxelBox, VoxelIndex, components};

type Size = [usize; 3];

fn dense(longest: usize) -> impl Strategy<Value = (Size, Vec<bool>)> {
    let axis = || 1..longest;
    (axis(), axis(), axis(), 0..60_u32).prop_flat_map(|(nx, ny, nz, percent)| {
        let voxel = prop::bool::weighted(f64::from(percent) / 100.0);
        (
            Just([nx, ny, nz]),
            prop::collection::vec(voxel, nx * ny * nz),
        )
    })
}

fn position(size: Size, n: usize) -> [i64; 3] {
    let [nx, ny, _] = size;
    [n % nx, n / nx % ny, n / nx / ny].map(|v| v as i64)
}

/// Part numbers by flooding, 26 neighbours; 0 outside.
fn flooded(size: Size, dense: &[bool]) -> Vec<usize> {
    let mut parts = vec![0; dense.len()];
    let mut next = 0;
    for start in 0..dense.len() {
        if !dense[start] || parts[start] > 0 {
            continue;
        }
        next += 1;
        parts[start] = next;
        let mut open = vec![start];
        while let Some(n) = open.pop() {
            let at = position(size, n);
            for step in 0..27 {
                let to: [i64; 3] =
                    std::array::from_fn(|a| at[a] + step / 3_i64.pow(a as u32) % 3 - 1);
                if (0..3).any(|a| to[a] < 0 || to[a] >= size[a] as i64) {
                    continue;
                }
                let [i, j, k] = to.map(|v| v as usize);
                let m = i + size[0] * (j + size[1] * k);
                if dense[m] && parts[m] == 0 {
                    parts[m] = next;
                    open.push(m);
                }
            }
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn components_are_the_flooded_parts_largest_first((size, content) in dense(40)) {
        let parts = flooded(size, &content);
        let count = parts.iter().copied().max().unwrap_or(0);
        let mut expected: Vec<Vec<bool>> =
            (1..=count).map(|part| parts.iter().map(|p| *p == part).collect()).collect();
        let voxels = |part: &Vec<bool>| part.iter().filter(|v| **v).count();
        expected.sort_by_key(|part| std::cmp::Reverse(voxels(part)));
        let found: Vec<Vec<bool>> =
            components(&Mask::from_dense(size, &content)).iter().map(Mask::to_dense).collect();
        prop_assert!(found == expected);
    }

    #[test]
    fn squared_distances_are_those_to_the_nearest_of_all_features(
        (size, content) in dense(12),
        spacing in prop::array::uniform3(prop_oneof![Just(1.0), Just(0.7), 0.1..9.0_f64]),
    ) {
        let squared = squared_distances(&content, size, spacing);
        let features: Vec<[i64; 3]> =
            (0..content.len()).filter(|n| content[*n]).map(|n| position(size, n)).collect();
        for (n, found) in squared.iter().enumerate() {
            let at = position(size, n);
            let nearest = features.iter().fold(f64::INFINITY, |least, to| {
                let squares = (0..3).map(|a| ((at[a] - to[a]) as f64 * spacing[a]).powi(2));
                least.min(squares.sum())
            });
            let is_same = *found == nearest || (found - nearest).abs() <= 1e-12 * nearest;
            prop_assert!(is_same, "{found} instead of {nearest}");
        }
    }

    #[test]
    fn the_box_of_a_mask_is_cut_out_as_it_is((size, content) in dense(40), seed in any::<[u8; 6]>()) {
        let mask = Mask::from_dense(size, &content);
        let ends = |a: usize| {
            let (p, q) = (usize::from(seed[a]) % (size[a] + 4), usize::from(seed[a + 3]) % (size[a] + 4));
            (p.min(q), p.max(q))
        };
        let ((i0, i1), (j0, j1), (k0, k1)) = (ends(0), ends(1), ends(2));
        let within = VoxelBox { min: [i0, j0, k0], max: [i1, j1, k1] };
        let cut = dense_in_box(&mask, &within);
        prop_assert_eq!(cut.len() as u64, within.voxel_count());
        for (n, inside) in cut.iter().enumerate() {
            let at = position(within.size(), n);
            let voxel = std::array::from_fn(|a| at[a] + within.min[a] as i64);
            prop_assert_eq!(*inside, mask.get(VoxelIndex(voxel)));
        }
    }
}

#[test]
fn parts_that_touch_at_a_corner_are_one() {
    let voxel = |i, j, k| Span {
        j,
        k,
        i0: i,
        i1: i + 1,
    };
    let corner = Mask::from_spans([70, 40, 40], &[voxel(31, 31, 31), voxel(32, 32, 32)]);
    assert_eq!(components(&corner).len(), 1);
    let other_way = Mask::from_spans([70, 40, 40], &[voxel(32, 31, 32), voxel(31, 32, 31)]);
    assert_eq!(components(&other_way).len(), 1);
    let apart = Mask::from_spans([70, 40, 40], &[voxel(31, 31, 31), voxel(33, 32, 32)]);
    assert_eq!(components(&apart).len(), 2);
    assert!(components(&Mask::empty([3, 3, 3])).is_empty());
}

#[test]
fn large_boxes_give_the_same_distances_as_small_ones() {
    // Large enough for threads: one feature, so every distance is known.
    let size = [90, 80, 70];
    let mask = Mask::from_spans(
        size,
        &[Span {
            j: 33,
            k: 44,
            i0: 55,
            i1: 56,
        }],
    );
    let spacing = [0.7, 0.8, 2.5];
    let squared = squared_distances_in_box(&mask, &VoxelBox::of_size(size), spacing);
    for (n, found) in squared.iter().enumerate() {
        let [i, j, k] = position(size, n);
        let steps = [i - 55, j - 33, k - 44];
        let expected: f64 = (0..3).map(|a| (steps[a] as f64 * spacing[a]).powi(2)).sum();
        assert!((found - expected).abs() <= 1e-12 * expected.max(1.0));
    }
}

#[test]
fn without_a_feature_every_distance_is_infinite() {
    let squared = squared_distances(&[false; 24], [2, 3, 4], [1.0; 3]);
    assert!(squared.iter().all(|d| *d == f64::INFINITY));
    assert!(squared_distances(&[], [0, 3, 4], [1.0; 3]).is_empty());
}
