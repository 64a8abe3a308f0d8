//! Edges at which a formula has 0/0, a sum cancels, or an input only looks usable.

use agreement::{
    CategoricalResult, ContinuousResult, Error, FindingList, PlanSpec, RatingOptions, RatingResult,
    RatingTable, Reason, Scale, agree_findings, agree_ratings, plan,
};
use voxel::{Affine, Grid, LabelMap};

fn measured(text: &str, scale: Scale) -> ContinuousResult {
    let options = RatingOptions {
        scale,
        ..RatingOptions::default()
    };
    let table = RatingTable::from_csv(text).unwrap();
    match agree_ratings(&table, &options).unwrap() {
        RatingResult::Continuous(result) => *result,
        RatingResult::Categorical(_) => unreachable!("the scale is one of measurements"),
    }
}

fn rated(text: &str) -> Result<CategoricalResult, Error> {
    let table = RatingTable::from_csv(text).unwrap();
    match agree_ratings(&table, &RatingOptions::default())? {
        RatingResult::Categorical(result) => Ok(*result),
        RatingResult::Continuous(_) => unreachable!("the scale is nominal"),
    }
}

#[test]
fn concordance_without_covariance_has_the_error_of_its_limit() {
    let exact = measured("i,a,b\n1,1,1\n2,2,1\n3,1,2\n4,2,2\n", Scale::Interval);
    let near = measured(
        "i,a,b\n1,1,1\n2,2,1\n3,1,2\n4,2,2.000001\n",
        Scale::Interval,
    );
    let ccc = |result: &ContinuousResult| result.lin_ccc.present().unwrap().clone();
    assert_eq!(ccc(&exact).estimate, Some(0.0));
    // sqrt(1 / (n - 2)) with equal spreads and means
    assert!((ccc(&exact).se.unwrap() - 0.5_f64.sqrt()).abs() < 1e-12);
    assert!((ccc(&exact).se.unwrap() - ccc(&near).se.unwrap()).abs() < 1e-5);
    assert!((ccc(&exact).ci_high.unwrap() - ccc(&near).ci_high.unwrap()).abs() < 1e-5);
}

#[test]
fn a_constant_reader_is_constant_whatever_its_value_is_in_binary() {
    for value in ["5", "0.1", "62.4", "50.3"] {
        let rows: Vec<String> = (1..8)
            .map(|n| format!("{n},{value},{}", n * n % 11))
            .collect();
        let result = measured(&format!("i,a,b\n{}\n", rows.join("\n")), Scale::Interval);
        let ccc = result.lin_ccc.present().unwrap();
        assert_eq!(ccc.reasons.get("se"), Some(Reason::ZeroVariance), "{value}");
        assert_eq!(ccc.estimate, Some(0.0), "{value}");
    }
}

#[test]
fn values_far_from_zero_keep_their_spread() {
    let at = |offset: f64| {
        let rows = [(1.0, 2.0), (3.0, 3.0), (5.0, 4.0), (8.0, 8.0), (2.0, 1.0)];
        let rows = rows.iter().enumerate();
        let text: Vec<String> = rows
            .map(|(n, (a, b))| format!("{n},{},{}", a + offset, b + offset))
            .collect();
        let result = measured(&format!("i,a,b\n{}\n", text.join("\n")), Scale::Interval);
        result.icc.present().unwrap().icc_2_1.estimate.unwrap()
    };
    assert!((at(0.0) - at(1e9)).abs() < 1e-9);
    assert!((at(0.0) - at(1e12)).abs() < 1e-4);
}

#[test]
fn one_subject_measured_several_times_has_a_bias_and_no_limits() {
    let result = measured("i,a,b\nx,1,2\nx,3,3\nx,4,5\n", Scale::Interval);
    let repeated = result.bland_altman_repeated.present().unwrap();
    assert!((repeated.bias.unwrap() + 2.0 / 3.0).abs() < 1e-12);
    assert!((repeated.variance_within_subject.unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(repeated.reasons.get("loa_low"), Some(Reason::TooFewItems));
}

#[test]
fn thousands_of_different_measurements_have_an_alpha() {
    let rows: Vec<String> = (0..3000)
        .map(|n| {
            format!(
                "{n},{},{}",
                1.0 + f64::from(n) * 0.37,
                1.4 + f64::from(n) * 0.36
            )
        })
        .collect();
    let result = measured(&format!("i,a,b\n{}\n", rows.join("\n")), Scale::Ratio);
    let alpha = result.krippendorff_alpha.present().unwrap();
    assert!(alpha.estimate.is_some_and(|alpha| alpha > 0.9), "{alpha:?}");
}

#[test]
fn a_column_of_measurements_is_no_column_of_categories() {
    let rows: Vec<String> = (0..1200).map(|n| format!("{n},{},{}", n, n + 1)).collect();
    let refused = rated(&format!("i,a,b\n{}\n", rows.join("\n"))).unwrap_err();
    assert_eq!(refused.code(), "bad_input");
    assert!(refused.to_string().contains("1201"), "{refused}");
}

#[test]
fn limits_without_a_complete_pair_are_null_with_their_reason() {
    let result = serde_json::to_value(rated("i,a,b\n1,x,\n2,,y\n").unwrap()).unwrap();
    assert!(result["observed_agreement_ci_low"].is_null());
    assert!(result.get("observed_agreement_ci_low").is_some());
    assert_eq!(
        result["reasons"]["observed_agreement_ci_low"],
        "too_few_items"
    );
}

#[test]
fn figures_that_seem_certain_or_seem_different_are_warned_of() {
    let codes = |text: &str| -> Vec<&str> {
        let result = rated(text).unwrap();
        result.warnings.iter().map(|warning| warning.code).collect()
    };
    assert!(codes("i,a,b\n1,x,x\n2,y,y\n").contains(&"no_standard_error"));
    assert!(codes("i,a,b\n1,1,1.0\n2,2,2\n").contains(&"same_number"));
    assert!(!codes("i,a,b\n1,inf,Inf\n2,sup,sup\n").contains(&"same_number"));
    let icc = measured("i,a,b\n1,1,9\n2,9,1\n3,2,8\n4,8,2\n", Scale::Interval);
    assert!(
        icc.warnings
            .iter()
            .any(|warning| warning.code == "icc_beyond_one"),
        "{icc:?}"
    );
}

#[test]
fn a_decrease_needs_as_many_cases_as_an_increase() {
    let planned = |difference: f64| {
        let text = format!(
            "{{\"kind\":\"paired_dice_difference\",\"difference\":{difference},\"sd_difference\":0.1,\"alpha\":0.05,\"power\":0.8}}"
        );
        plan(PlanSpec::from_json(&text)?).map(|planned| planned.plan.n)
    };
    assert_eq!(planned(-0.03).unwrap(), planned(0.03).unwrap());
    assert!(planned(0.0).is_err());
    let weak = "{\"kind\":\"icc_test\",\"icc_null\":0,\"icc_alternative\":0.2,\"readers\":2,\"alpha\":0.05,\"power\":0.01}";
    assert!(
        PlanSpec::from_json(weak)
            .unwrap_err()
            .to_string()
            .contains("power")
    );
}

#[test]
fn label_maps_of_findings_must_lie_at_the_same_place() {
    let list = FindingList::from_json(
        r#"{"schema":"dokuei.findings/1","kind":"instances","readers":["a","b"],
            "match":{"threshold_iou":0.5},
            "cases":[{"case":"1","instances":{"a":"a.nii","b":"b.nii"}}]}"#,
    )
    .unwrap();
    let load = |shift: f64| {
        move |name: &str| {
            let mut affine = Affine::scaling([1.0; 3]);
            affine.rows[0][3] = if name == "b.nii" { shift } else { 0.0 };
            let grid = Grid::new([3, 1, 1], affine).unwrap();
            Ok::<_, Error>(LabelMap::new(grid, [0, 1, 2]).unwrap())
        }
    };
    assert_eq!(
        agree_findings(&list, load(0.0))
            .unwrap()
            .panoptic
            .unwrap()
            .pq,
        Some(1.0)
    );
    let refused = agree_findings(&list, load(5.0)).unwrap_err();
    assert_eq!(refused.code(), "geometry_mismatch");
    assert!(refused.to_string().contains("b.nii"), "{refused}");
}

#[test]
fn findings_that_cannot_be_compared_are_named() {
    let refused = |kind: &str, threshold: &str, cases: &str| {
        let text = format!(
            r#"{{"schema":"dokuei.findings/1","kind":"{kind}","readers":["a","b"],
                "match":{{{threshold}}},"cases":[{cases}]}}"#
        );
        FindingList::from_json(&text).unwrap_err().to_string()
    };
    let iou = r#""threshold_iou":0.5"#;
    let of = |finding: &str| {
        format!(
            r#"{{"case":"C-1","findings":{{"a":[{{"id":"f1","box_mm":[0,0,1,1]}}],"b":[{finding}]}}}}"#
        )
    };
    let flat = refused("box", iou, &of(r#"{"id":"f9","box_mm":[0,0,0,1,1,1]}"#));
    assert!(
        flat.contains("C-1") && flat.contains("f9") && flat.contains("dimensions"),
        "{flat}"
    );
    let turned = refused("box", iou, &of(r#"{"id":"f9","box_mm":[2,0,1,1]}"#));
    assert!(turned.contains("f9") && turned.contains(", b"), "{turned}");
    let range = refused(
        "box",
        r#""threshold_iou":1.5"#,
        &of(r#"{"id":"f9","box_mm":[0,0,1,1]}"#),
    );
    assert!(range.contains("1.5"), "{range}");
    let maps = refused(
        "box",
        iou,
        r#"{"case":"C-1","instances":{"a":"x.nii","b":"y.nii"}}"#,
    );
    assert!(maps.contains("C-1"), "{maps}");
}
