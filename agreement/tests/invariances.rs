//! What changes no figure, or changes it in a known way: bounds, moving, scaling, renaming.

use agreement::{
    AgreeOptions, PairOptions, PairResult, RatingOptions, RatingResult, RatingTable, ReaderMap,
    Scale, agree, agree_ratings, pair, shape_average,
};
use proptest::prelude::*;
use voxel::{Affine, Grid, LabelMap, Mask, VoxelIndex};

const SIZE: [usize; 3] = [16, 14, 10];
const SPACING_MM: [f64; 3] = [0.7, 0.9, 2.5];

fn grid(spacing_mm: [f64; 3]) -> Grid {
    Grid::new(SIZE, Affine::scaling(spacing_mm)).unwrap()
}

/// A box of voxels with some left out, away from the border by at least three voxels.
fn any_mask() -> impl Strategy<Value = Mask> {
    let side = |n: usize| (3..n - 4).prop_flat_map(move |low| (Just(low), low + 1..n - 3));
    (side(SIZE[0]), side(SIZE[1]), side(SIZE[2]), any::<u64>()).prop_map(|(x, y, z, seed)| {
        Mask::from_fn(SIZE, |v| {
            let [i, j, k] = v.0.map(|n| n as usize);
            let inside =
                (x.0..x.1).contains(&i) && (y.0..y.1).contains(&j) && (z.0..z.1).contains(&k);
            let bits = seed.rotate_left(((i * 7 + j * 13 + k * 29) % 64) as u32);
            inside && !bits.is_multiple_of(5)
        })
    })
}

fn figures(a: &Mask, b: &Mask, spacing_mm: [f64; 3], options: &PairOptions) -> PairResult {
    pair(a, b, &grid(spacing_mm), options).unwrap()
}

fn moved(mask: &Mask, by: [i64; 3]) -> Mask {
    Mask::from_fn(SIZE, |v| {
        mask.get(VoxelIndex(std::array::from_fn(|axis| v.0[axis] - by[axis])))
    })
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        (a, b) => a == b,
    }
}

/// Every distance of a comparison.
fn distances(figures: &PairResult) -> [Option<f64>; 11] {
    let d = &figures.distance;
    [
        d.hd_mm,
        d.hd95_mm,
        d.hd99_mm,
        d.msd_a_to_b_mm,
        d.msd_b_to_a_mm,
        d.masd_mm,
        d.assd_mm,
        d.hd_voxel_mm,
        d.hd95_voxel_mm,
        d.assd_voxel_mm,
        d.centre_distance_mm,
    ]
}

fn ratings(rows: &[Vec<u8>], names: [&str; 4], scale: Scale) -> agreement::CategoricalResult {
    let table = RatingTable {
        readers: vec!["r1".to_owned(), "r2".to_owned()],
        items: (0..rows.len()).map(|n| n.to_string()).collect(),
        rows: rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|n| Some(names[usize::from(*n)].to_owned()))
                    .collect()
            })
            .collect(),
        cases: None,
    };
    let options = RatingOptions {
        scale,
        categories: Some(names.map(str::to_owned).to_vec()),
        ..RatingOptions::default()
    };
    match agree_ratings(&table, &options).unwrap() {
        RatingResult::Categorical(result) => *result,
        RatingResult::Continuous(_) => unreachable!("the scale has categories"),
    }
}

/// The coefficients of a table.
fn coefficients(result: &agreement::CategoricalResult) -> Vec<Option<f64>> {
    let kappas = result.cohen_kappa.as_ref().unwrap();
    vec![
        result.observed_agreement,
        kappas.unweighted.estimate,
        kappas.unweighted.se,
        kappas.quadratic.as_ref().and_then(|k| k.estimate),
        result.scott_pi.as_ref().unwrap().estimate,
        result.fleiss_kappa.estimate,
        result.gwet_ac.unweighted.estimate,
        result.brennan_prediger.unweighted.estimate,
        result.krippendorff_alpha.estimate,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn figures_lie_within_their_bounds(a in any_mask(), b in any_mask()) {
        let figures = figures(&a, &b, SPACING_MM, &PairOptions::default());
        let o = &figures.overlap;
        for share in [o.dice, o.iou, o.volume_similarity, o.sensitivity, o.precision, o.specificity] {
            prop_assert!(share.is_none_or(|s| (0.0..=1.0).contains(&s)), "{share:?}");
        }
        prop_assert!(o.iou.zip(o.dice).is_none_or(|(iou, dice)| iou <= dice + 1e-15));
        prop_assert!(o.voxel_kappa.is_none_or(|k| (-1.0..=1.0).contains(&k)));
        let d = &figures.distance;
        if let (Some(hd), Some(hd99), Some(hd95)) = (d.hd_mm, d.hd99_mm, d.hd95_mm) {
            prop_assert!(hd >= hd99 && hd99 >= hd95 && hd95 >= 0.0);
            prop_assert!(d.assd_mm.unwrap() <= hd && d.masd_mm.unwrap() <= hd);
        }
        let shares: Vec<f64> = d.nsd.iter().filter_map(|share| share.value).collect();
        prop_assert!(shares.windows(2).all(|two| two[0] <= two[1] + 1e-15));
        prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
    }

    #[test]
    fn masks_moved_together_keep_their_figures(
        a in any_mask(),
        b in any_mask(),
        by in prop::array::uniform3(-3_i64..=3),
    ) {
        let options = PairOptions::default();
        let here = figures(&a, &b, SPACING_MM, &options);
        let there = figures(&moved(&a, by), &moved(&b, by), SPACING_MM, &options);
        prop_assert_eq!(&here.overlap, &there.overlap);
        for (here, there) in distances(&here).into_iter().zip(distances(&there)) {
            prop_assert!(near(here, there), "{here:?} {there:?}");
        }
        prop_assert_eq!(here.distance.boundary_iou, there.distance.boundary_iou);
    }

    #[test]
    fn larger_voxels_scale_distances_and_volumes_and_no_share(
        a in any_mask(),
        b in any_mask(),
        factor in 0.25_f64..4.0,
    ) {
        let options = PairOptions::default();
        let small = figures(&a, &b, SPACING_MM, &options);
        let scaled = PairOptions {
            tolerances_mm: options.tolerances_mm.iter().map(|mm| mm * factor).collect(),
            boundary_mm: options.boundary_mm * factor,
        };
        let large = figures(&a, &b, SPACING_MM.map(|mm| mm * factor), &scaled);
        prop_assert_eq!(small.overlap.dice, large.overlap.dice);
        for (small, large) in distances(&small).into_iter().zip(distances(&large)) {
            prop_assert!(near(small.map(|mm| mm * factor), large), "{small:?} {large:?}");
        }
        let volume = small.overlap.volume_a_ml * factor.powi(3);
        prop_assert!((volume - large.overlap.volume_a_ml).abs() <= 1e-9 * volume.max(1.0));
        // a surface that lies on a tolerance may fall on either side of it after rounding
        for (small, large) in small.distance.nsd.iter().zip(&large.distance.nsd) {
            let apart = small.value.zip(large.value).map(|(a, b)| (a - b).abs());
            prop_assert!(apart.is_none_or(|apart| apart < 0.05), "{apart:?}");
        }
    }

    #[test]
    fn renamed_categories_keep_every_nominal_coefficient(
        rows in prop::collection::vec(prop::collection::vec(0_u8..4, 2), 4..40),
    ) {
        let one = ratings(&rows, ["a", "b", "c", "d"], Scale::Nominal);
        // other names in another order of the list
        let turned: Vec<Vec<u8>> = rows.iter().map(|row| row.iter().map(|n| (n + 1) % 4).collect()).collect();
        let other = ratings(&turned, ["z", "y", "x", "w"], Scale::Nominal);
        for (one, other) in coefficients(&one).into_iter().zip(coefficients(&other)) {
            prop_assert!(near(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn an_ordinal_scale_read_backwards_keeps_every_coefficient(
        rows in prop::collection::vec(prop::collection::vec(0_u8..4, 2), 4..40),
    ) {
        let one = ratings(&rows, ["1", "2", "3", "4"], Scale::Ordinal);
        let turned: Vec<Vec<u8>> = rows.iter().map(|row| row.iter().map(|n| 3 - n).collect()).collect();
        let other = ratings(&turned, ["1", "2", "3", "4"], Scale::Ordinal);
        for (one, other) in coefficients(&one).into_iter().zip(coefficients(&other)) {
            prop_assert!(near(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn renumbered_labels_keep_the_figures_of_each(a in any_mask(), b in any_mask()) {
        let grid = grid(SPACING_MM);
        let map = |mask: &Mask, other: &Mask, labels: [i64; 2]| {
            let value = |at: usize| {
                let v = VoxelIndex([at % SIZE[0], at / SIZE[0] % SIZE[1], at / (SIZE[0] * SIZE[1])].map(|n| n as i64));
                if mask.get(v) { labels[0] } else if other.get(v) { labels[1] } else { 0 }
            };
            LabelMap::new(grid.clone(), (0..SIZE.iter().product()).map(value)).unwrap()
        };
        let of = |labels: [i64; 2]| {
            let maps = [map(&a, &b, labels), map(&b, &a, labels)];
            let readers: Vec<ReaderMap> = maps
                .iter()
                .map(|map| ReaderMap {
 name: "r",
 map,
 has_place: true,
 has_spacing: true,
 rounded: None,
 })
                .collect();
            let options = AgreeOptions { multilabel: true, ..AgreeOptions::default() };
            let labels_of = agree(&readers, &options).unwrap().multilabel.unwrap().per_label;
            labels.map(|wanted| {
                let found = labels_of.iter().find(|label| label.label == wanted);
                found.map(|label| label.pairs[0].figures.clone())
            })
        };
        prop_assert_eq!(of([1, 2]), of([900, -7]));
    }

    #[test]
    fn a_shape_average_lies_between_the_intersection_and_the_union(a in any_mask(), b in any_mask()) {
        prop_assume!(!a.is_empty() && !b.is_empty());
        let average = shape_average(&[&a, &b], &grid(SPACING_MM)).unwrap();
        prop_assert_eq!(average.union(&a.intersection(&b)), average.clone());
        prop_assert_eq!(average.intersection(&a.union(&b)), average);
    }
}
