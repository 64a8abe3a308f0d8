//! Laws that hold for any input: symmetry, identity, and independence of the number of threads.

use agreement::{
    ConfusionTable, MatchRule, PairOptions, PairResult, RatingOptions, RatingResult, RatingTable,
    Scale, Weighting, Weights, agree_ratings, cohen_kappa, match_findings, multi, overlap, pair,
};
use proptest::prelude::*;
use voxel::{Affine, Grid, Mask};

const SIZE: [usize; 3] = [9, 8, 7];

fn grid() -> Grid {
    Grid::new(SIZE, Affine::scaling([0.7, 0.9, 2.5])).unwrap()
}

fn any_mask() -> impl Strategy<Value = Mask> {
    (0.0_f64..1.0, any::<u64>()).prop_map(|(density, seed)| {
        Mask::from_fn(SIZE, |v| {
            // splitmix64 of the voxel and the seed
            let place = v.0[0] + 64 * v.0[1] + 4096 * v.0[2];
            let mut bits =
                seed.wrapping_add((place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((bits ^ bits >> 31) as f64) / (u64::MAX as f64) < density
        })
    })
}

fn figures(a: &Mask, b: &Mask) -> PairResult {
    pair(a, b, &grid(), &PairOptions::default()).unwrap()
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(1.0),
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn figures_without_direction_do_not_change_when_readers_swap(
        a in any_mask(),
        b in any_mask(),
    ) {
        let (there, back) = (figures(&a, &b), figures(&b, &a));
        prop_assert_eq!(there.overlap.dice, back.overlap.dice);
        prop_assert_eq!(there.overlap.iou, back.overlap.iou);
        prop_assert_eq!(there.overlap.voxel_kappa, back.overlap.voxel_kappa);
        prop_assert_eq!(there.distance.hd_mm, back.distance.hd_mm);
        prop_assert_eq!(there.distance.hd95_mm, back.distance.hd95_mm);
        prop_assert!(near(there.distance.assd_mm, back.distance.assd_mm));
        prop_assert!(near(there.distance.assd_voxel_mm, back.distance.assd_voxel_mm));
        prop_assert_eq!(there.distance.boundary_iou, back.distance.boundary_iou);
        prop_assert_eq!(there.distance.msd_a_to_b_mm, back.distance.msd_b_to_a_mm);
        prop_assert_eq!(there.overlap.sensitivity, back.overlap.precision);
    }

    #[test]
    fn a_mask_agrees_with_itself(a in any_mask()) {
        let same = figures(&a, &a);
        if a.is_empty() {
            prop_assert_eq!(same.overlap.dice, None);
        } else {
            prop_assert_eq!(same.overlap.dice, Some(1.0));
            prop_assert_eq!(same.overlap.iou, Some(1.0));
            prop_assert_eq!(same.distance.hd_mm, Some(0.0));
            prop_assert_eq!(same.distance.assd_voxel_mm, Some(0.0));
            prop_assert_eq!(same.distance.boundary_iou, Some(1.0));
            prop_assert_eq!(same.distance.centre_distance_mm, Some(0.0));
            prop_assert!(same.distance.nsd.iter().all(|share| share.value == Some(1.0)));
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit(a in any_mask(), b in any_mask()) {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| figures(&a, &b))
        };
        prop_assert_eq!(with(1), with(4));
    }

    #[test]
    fn overlap_is_the_overlap_of_the_full_comparison(a in any_mask(), b in any_mask()) {
        let quick = overlap(&a, &b, &grid()).unwrap();
        prop_assert_eq!(quick.figures, figures(&a, &b).overlap);
    }

    #[test]
    fn every_undefined_figure_has_a_reason(a in any_mask(), b in any_mask()) {
        let json = serde_json::to_value(figures(&a, &b)).unwrap();
        for (key, value) in json.as_object().unwrap() {
            let reason = json.get("reasons").and_then(|reasons| reasons.get(key));
            prop_assert_eq!(value.is_null(), reason.is_some(), "{}", key);
        }
    }

    #[test]
    fn the_order_of_three_readers_changes_no_consensus(
        a in any_mask(),
        b in any_mask(),
        c in any_mask(),
    ) {
        let one = multi(&[&a, &b, &c], &grid()).unwrap();
        let other = multi(&[&c, &a, &b], &grid()).unwrap();
        prop_assert_eq!(one.majority, other.majority);
        prop_assert!(near(one.mean_pairwise_dice, other.mean_pairwise_dice));
        prop_assert_eq!(one.generalised_conformity_index, other.generalised_conformity_index);
        prop_assert_eq!(one.pairwise_dice[0][1], other.pairwise_dice[1][2]);
        // where readers hardly agree there are several solutions: the same one must be found
        prop_assert_eq!(one.staple.n_voxels, other.staple.n_voxels);
        prop_assert_eq!(one.staple.sensitivity[0], other.staple.sensitivity[1]);
        prop_assert_eq!(one.staple.specificity[2], other.staple.specificity[0]);
    }

    #[test]
    fn two_readers_have_the_conformity_of_their_iou(a in any_mask(), b in any_mask()) {
        let two = multi(&[&a, &b], &grid()).unwrap();
        prop_assert_eq!(two.generalised_conformity_index, figures(&a, &b).overlap.iou);
    }

    #[test]
    fn kappa_does_not_change_when_readers_swap(
        cells in prop::collection::vec(0_u64..30, 9),
    ) {
        let rows: Vec<Vec<u64>> = cells.chunks(3).map(<[u64]>::to_vec).collect();
        let columns: Vec<Vec<u64>> =
            (0..3).map(|j| rows.iter().map(|row| row[j]).collect()).collect();
        for weighting in [Weighting::Unweighted, Weighting::Linear, Weighting::Quadratic] {
            let weights = Weights::new(weighting, 3);
            let there = cohen_kappa(&ConfusionTable(rows.clone()), &weights);
            let back = cohen_kappa(&ConfusionTable(columns.clone()), &weights);
            prop_assert!(near(there.estimate, back.estimate));
            prop_assert!(near(there.se, back.se) || there.se.is_some_and(|se| se < 1e-6));
            prop_assert!(there.estimate.is_none_or(|kappa| kappa <= 1.0 + 1e-12));
        }
    }

    #[test]
    fn coefficients_do_not_depend_on_the_order_of_readers_and_items(
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(0_u8..4), 3), 2..20),
    ) {
        let coefficients = |rows: Vec<Vec<Option<String>>>| {
            let table = RatingTable {
                readers: vec!["r1".into(), "r2".into(), "r3".into()],
                items: (0..rows.len()).map(|n| n.to_string()).collect(),
                rows,
                cases: None,
            };
            let options = RatingOptions {
                scale: Scale::Ordinal,
                categories: Some((0..4).map(|n| n.to_string()).collect()),
                ..RatingOptions::default()
            };
            let RatingResult::Categorical(result) = agree_ratings(&table, &options).unwrap() else {
                unreachable!("the scale is ordinal");
            };
            [
                result.fleiss_kappa.estimate,
                result.gwet_ac.quadratic.and_then(|ac| ac.estimate),
                result.brennan_prediger.unweighted.estimate,
                result.krippendorff_alpha.estimate,
            ]
        };
        let named: Vec<Vec<Option<String>>> = rows
            .iter()
            .map(|row| row.iter().map(|rating| rating.map(|n| n.to_string())).collect())
            .collect();
        let turned: Vec<Vec<Option<String>>> =
            named.iter().rev().map(|row| row.iter().rev().cloned().collect()).collect();
        let (one, other) = (coefficients(named), coefficients(turned));
        for (one, other) in one.into_iter().zip(other) {
            // chance agreement near 1 magnifies rounding
            prop_assert!(
                near(one, other) || one.zip(other).is_some_and(|(a, b)| (a - b).abs() < 1e-8)
            );
        }
    }

    #[test]
    fn matches_are_as_many_from_either_side(
        scores in prop::collection::vec(0.0_f64..1.0, 20),
    ) {
        let at = |i: usize, j: usize| Some(scores[5 * i + j]);
        let rule = MatchRule::ThresholdIou(0.5);
        let there = match_findings(4, 5, rule, at);
        let back = match_findings(5, 4, rule, |j, i| at(i, j));
        let total = |pairs: &[agreement::FindingPair]| pairs.iter().map(|p| p.score).sum::<f64>();
        prop_assert_eq!(there.len(), back.len());
        prop_assert!((total(&there) - total(&back)).abs() < 1e-12);
    }
}
