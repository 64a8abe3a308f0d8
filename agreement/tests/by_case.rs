//! Intervals that resample whole cases.

use agreement::{
    CategoricalResult, Coefficient, ContinuousResult, RatingOptions, RatingResult, RatingTable,
    Scale, agree_ratings, f1_by_case,
};
use proptest::prelude::*;

type Rows = Vec<Vec<Option<String>>>;

fn table(rows: Rows, cases: Vec<String>) -> RatingTable {
    RatingTable {
        readers: (0..rows[0].len()).map(|n| format!("r{n}")).collect(),
        items: (0..rows.len()).map(|n| n.to_string()).collect(),
        rows,
        cases: Some(cases),
    }
}

fn categories(rows: Rows, cases: Vec<String>) -> CategoricalResult {
    let options = RatingOptions {
        scale: Scale::Ordinal,
        categories: Some(["0", "1", "2"].map(str::to_owned).to_vec()),
        ..RatingOptions::default()
    };
    match agree_ratings(&table(rows, cases), &options).unwrap() {
        RatingResult::Categorical(result) => *result,
        RatingResult::Continuous(_) => unreachable!("the scale is ordinal"),
    }
}

fn measurements(rows: Rows, cases: Vec<String>) -> ContinuousResult {
    let options = RatingOptions {
        scale: Scale::Ratio,
        ..RatingOptions::default()
    };
    match agree_ratings(&table(rows, cases), &options).unwrap() {
        RatingResult::Continuous(result) => *result,
        RatingResult::Categorical(_) => unreachable!("the scale is that of ratios"),
    }
}

fn written<T: ToString>(rows: &[Vec<Option<T>>]) -> Rows {
    let row = |row: &Vec<Option<T>>| row.iter().map(|v| v.as_ref().map(T::to_string)).collect();
    rows.iter().map(row).collect()
}

/// Every case has the same rows.
fn alike(rows: &Rows, n_cases: usize) -> (Rows, Vec<String>) {
    let all = (0..n_cases).flat_map(|_| rows.clone()).collect();
    let cases = (0..n_cases).flat_map(|case| vec![format!("C-{case}"); rows.len()]);
    (all, cases.collect())
}

/// Where all cases are alike, every resample is the whole, and both limits are the estimate.
fn is_estimate(limits: Option<[f64; 2]>, estimate: Option<f64>) -> bool {
    match (limits, estimate) {
        (Some([low, high]), Some(estimate)) => {
            (low - estimate).abs() < 1e-9 && (high - estimate).abs() < 1e-9
        }
        (limits, estimate) => limits.is_none() && estimate.is_none(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn sums_of_cases_give_the_coefficients_of_their_categories(
        pairs in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0_u8..3), 2), 2..12),
        threes in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0_u8..3), 3), 2..12),
    ) {
        for rows in [written(&pairs), written(&threes)] {
            let (rows, cases) = alike(&rows, 11);
            let result = categories(rows, cases);
            let by_case = result.by_case.as_ref().unwrap();
            let limits = |coefficient| by_case.limits_of(coefficient);
            prop_assert!(is_estimate(limits(Coefficient::ObservedAgreement), result.observed_agreement));
            prop_assert!(is_estimate(limits(Coefficient::FleissKappa), result.fleiss_kappa.estimate));
            prop_assert!(is_estimate(limits(Coefficient::GwetAc1), result.gwet_ac.unweighted.estimate));
            prop_assert!(is_estimate(
                limits(Coefficient::KrippendorffAlpha),
                result.krippendorff_alpha.estimate,
            ));
            if let Some(kappas) = &result.cohen_kappa {
                prop_assert!(is_estimate(limits(Coefficient::CohenUnweighted), kappas.unweighted.estimate));
                let weighted = [&kappas.linear, &kappas.quadratic].map(|k| k.as_ref().unwrap().estimate);
                prop_assert!(is_estimate(limits(Coefficient::CohenLinear), weighted[0]));
                prop_assert!(is_estimate(limits(Coefficient::CohenQuadratic), weighted[1]));
            }
        }
    }

    #[test]
    fn sums_of_cases_give_the_coefficients_of_their_measurements(
        rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.95, 1.0_f64..200.0), 2), 3..12),
    ) {
        let (rows, cases) = alike(&written(&rows), 10);
        let result = measurements(rows, cases);
        let by_case = result.by_case.as_ref().unwrap();
        let icc = result.icc.present().unwrap();
        prop_assert!(is_estimate(by_case.limits_of(Coefficient::Icc21), icc.icc_2_1.estimate));
        prop_assert!(is_estimate(by_case.limits_of(Coefficient::Icc31), icc.icc_3_1.estimate));
        let ccc = result.lin_ccc.present().unwrap();
        prop_assert!(is_estimate(by_case.limits_of(Coefficient::LinCcc), ccc.estimate));
    }
}

/// Two readers over `n` items, differing on every fifth.
fn some_pairs(n: usize) -> Rows {
    let second = |n: usize| {
        if n.is_multiple_of(5) {
            (n + 1) % 3
        } else {
            n % 3
        }
    };
    let pairs: Vec<Vec<Option<usize>>> =
        (0..n).map(|n| vec![Some(n % 3), Some(second(n))]).collect();
    written(&pairs)
}

#[test]
fn one_item_a_case_is_the_interval_of_items() {
    let cases = (0..40).map(|n| format!("C-{n}")).collect();
    let result = categories(some_pairs(40), cases);
    let by_case = result.by_case.unwrap();
    assert_eq!((by_case.n_cases, by_case.most_rows), (40, 1));
    assert!(!by_case.leads(), "the closed forms hold");
    let alpha = &result.krippendorff_alpha;
    let [low, high] = by_case.limits_of(Coefficient::KrippendorffAlpha).unwrap();
    assert!((low - alpha.ci_low.unwrap()).abs() < 1e-12);
    assert!((high - alpha.ci_high.unwrap()).abs() < 1e-12);
}

#[test]
fn rows_repeated_within_their_case_make_no_interval_narrower() {
    let names = |times| {
        let of_case = move |n| vec![format!("C-{n}"); times];
        (0..30).flat_map(of_case).collect::<Vec<_>>()
    };
    let repeated = |times| -> Rows {
        let rows = some_pairs(30).into_iter();
        rows.flat_map(|row| vec![row; times]).collect()
    };
    let once = categories(repeated(1), names(1));
    let often = categories(repeated(6), names(6));
    let of = |result: &CategoricalResult| {
        let by_case = result.by_case.as_ref().unwrap();
        by_case.limits_of(Coefficient::CohenUnweighted).unwrap()
    };
    let closed = |result: &CategoricalResult| {
        let kappa = &result.cohen_kappa.as_ref().unwrap().unweighted;
        kappa.ci_high.unwrap() - kappa.ci_low.unwrap()
    };
    let ([low, high], [low_6, high_6]) = (of(&once), of(&often));
    assert!((low - low_6).abs() < 1e-12 && (high - high_6).abs() < 1e-12);
    assert!(often.by_case.as_ref().unwrap().leads());
    // six times the rows: the closed form believes that it knows √6 times as much
    assert!(closed(&often) < 0.5 * closed(&once));
}

#[test]
fn few_cases_with_several_items_are_a_warning() {
    let names = (0..40).map(|n| format!("C-{}", n % 9)).collect();
    let result = categories(some_pairs(40), names);
    let by_case = result.by_case.unwrap();
    assert_eq!(by_case.limits_of(Coefficient::CohenUnweighted), None);
    assert!(!by_case.leads());
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "few_cases")
    );
    assert!(f1_by_case(&[[3, 1]; 9]).ci_low.is_none());
    assert_eq!(f1_by_case(&[[3, 2]; 10]).ci_low, Some(0.75));
}

#[test]
fn a_row_without_a_case_is_named() {
    let refused = |text| RatingTable::from_csv_by_case(text, Some("case")).unwrap_err();
    let missing = refused("item,case,a,b\n1,C-1,x,x\n2,,x,y\n").to_string();
    assert!(
        missing.contains("row 2") && missing.contains("case"),
        "{missing}"
    );
    let unknown = refused("item,a,b\n1,x,x\n").to_string();
    assert!(unknown.contains("case"), "{unknown}");
    let alone = refused("item,case,a\n1,C-1,x\n").to_string();
    assert!(alone.contains("two readers"), "{alone}");
}
