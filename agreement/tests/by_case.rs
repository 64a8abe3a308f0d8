//! Intervals that resample whole cases.

use agreement::{
    CategoricalResult, Coefficient, ContinuousResult, RatingOptions, RatingResult, RatingTable,
    Reason, Scale, agree_ratings, f1_by_case, limits_to_print,
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
    let cases = (0..40).map(|n| format!("C-{n:02}")).collect();
    let result = categories(some_pairs(40), cases);
    let by_case = result.by_case.unwrap();
    assert_eq!((by_case.n_cases, by_case.most_rows), (40, 1));
    let printed = limits_to_print(Some(&by_case), Coefficient::CohenUnweighted, [None; 2]);
    assert!(!printed.is_by_case, "the closed forms hold");
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
    let by_case = often.by_case.as_ref();
    assert!(limits_to_print(by_case, Coefficient::CohenUnweighted, [None; 2]).is_by_case);
    // six times the rows: the closed form believes that it knows √6 times as much
    assert!(closed(&often) < 0.5 * closed(&once));
}

#[test]
fn few_cases_with_several_items_are_a_warning() {
    let names = (0..40).map(|n| format!("C-{}", n % 9)).collect();
    let result = categories(some_pairs(40), names);
    let by_case = result.by_case.unwrap();
    assert_eq!(by_case.limits_of(Coefficient::CohenUnweighted), None);
    let closed = [Some(0.1), Some(0.9)];
    let printed = limits_to_print(Some(&by_case), Coefficient::CohenUnweighted, closed);
    assert_eq!((printed.low, printed.is_by_case), (Some(0.1), false));
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

#[test]
fn cases_without_a_rating_are_no_cases() {
    let none: Rows = vec![vec![None, None]; 20];
    let names: Vec<String> = (0..20).map(|n| format!("C-{n}")).collect();
    let empty = categories(none.clone(), names.clone()).by_case.unwrap();
    assert_eq!((empty.n_cases, empty.limits.len()), (0, 0));
    // one case has ratings, nineteen have none
    let rows: Rows = some_pairs(12)
        .into_iter()
        .chain(none.into_iter().skip(1))
        .collect();
    let cases = vec!["C-0".to_owned(); 12]
        .into_iter()
        .chain(names.into_iter().skip(1));
    let result = categories(rows, cases.collect());
    assert_eq!(result.by_case.as_ref().unwrap().n_cases, 1);
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "few_cases")
    );
}

#[test]
fn a_category_in_one_case_leaves_no_interval_by_case() {
    let said = |rare: bool| Some(if rare { "1" } else { "0" }.to_owned());
    let rows: Rows = (0..60).map(|n| vec![said(n < 2), said(n < 3)]).collect();
    let names = (0..60).map(|n| format!("C-{}", n / 3)).collect();
    let result = categories(rows, names);
    let by_case = result.by_case.unwrap();
    let (_, limits) = by_case
        .limits
        .iter()
        .find(|(at, _)| *at == Coefficient::CohenUnweighted)
        .unwrap();
    assert!(limits.n_undefined > 500, "{limits:?}");
    assert_eq!(limits.reasons.get("ci_low"), Some(Reason::SingleCategory));
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "cases_alike")
    );
    let kappa = result.cohen_kappa.unwrap().unweighted;
    let by_case = categories(some_pairs(1), vec!["C-0".to_owned()]).by_case;
    let closed = [kappa.ci_low, kappa.ci_high];
    let printed = limits_to_print(by_case.as_ref(), Coefficient::CohenUnweighted, closed);
    assert_eq!(printed.low, kappa.ci_low);
}

#[test]
fn the_order_of_the_rows_changes_no_interval() {
    let rows = some_pairs(45);
    let names: Vec<String> = (0..45).map(|n| format!("C-{}", n * 7 % 15)).collect();
    let there = categories(rows.clone(), names.clone()).by_case.unwrap();
    let back = |list: Vec<String>| list.into_iter().rev().collect::<Vec<_>>();
    let turned = categories(rows.into_iter().rev().collect(), back(names))
        .by_case
        .unwrap();
    let kappa = |by_case: &agreement::ByCase| by_case.limits_of(Coefficient::CohenUnweighted);
    assert_eq!(kappa(&there), kappa(&turned));
}
