//! The report of a small project in both languages.

use agreement::report::{
    Bilingual, FieldChoice, FindingComparison, LabelPicture, Language, ProtocolLine, ReaderLine,
    ReportAnswer, ReportCase, ReportField, ReportInput, ReportLabel, StudyKind, StudyNotes,
    figures, findings_csv, html, per_case_csv, per_label_csv,
};
use agreement::{MatchRule, PairOptions, Scale, largest_difference, overlap, pair};
use voxel::{Affine, Grid, Mask};

fn label(case: i64, id: &str, name: Bilingual, with_distances: bool) -> ReportLabel {
    let grid = Grid::new([24, 24, 12], Affine::scaling([0.8, 0.8, 2.0])).unwrap();
    let ball = |shift: i64, radius: i64| {
        Mask::from_fn(grid.size(), |v| {
            let [i, j, k] = v.0;
            (i - 11 - shift).pow(2) + (j - 11).pow(2) + 4 * (k - 6).pow(2) <= radius * radius
        })
    };
    let a = ball(0, 5 + case % 3);
    // in case 3 reader B did not draw it, in case 4 nobody did
    let b = if case == 3 {
        Mask::empty(grid.size())
    } else {
        ball(case % 2, 6)
    };
    let (a, b) = if case == 4 {
        (Mask::empty(grid.size()), Mask::empty(grid.size()))
    } else {
        (a, b)
    };
    let comparison = if with_distances {
        pair(&a, &b, &grid, &PairOptions::default()).unwrap().into()
    } else {
        overlap(&a, &b, &grid).unwrap().into()
    };
    ReportLabel {
        label: id.to_owned(),
        name,
        comparison,
        picture: largest_difference(&[&a, &b]).map(|plane| LabelPicture {
            case: case.to_string(),
            series: "s".to_owned(),
            plane,
            aspect: 1.0,
            image: None,
        }),
    }
}

fn case(number: i64) -> ReportCase {
    let nodule = Bilingual::new("肺結節", "lung nodule");
    let finding = |a, b, score| FindingComparison {
        label: "nodule".to_owned(),
        name: nodule.clone(),
        a,
        b,
        score,
        decision: a.map(|_| "A".to_owned()),
    };
    let answer = |field: &str, item: &str, a: &str, b: &str| ReportAnswer {
        field: field.to_owned(),
        item: item.to_owned(),
        a: Some(a.to_owned()),
        b: Some(b.to_owned()),
    };
    ReportCase {
        case: format!("<{number}>"),
        comparison: format!("comparison-{number}"),
        labels: vec![
            label(number, "nodule", nodule.clone(), true),
            label(
                number + 1,
                "lung",
                Bilingual::new("肺", "lung"),
                number % 2 == 0,
            ),
        ],
        findings: vec![
            finding(Some(1), Some(1), Some(0.8)),
            finding(Some(2), None, None),
        ],
        answers: vec![
            answer(
                "texture",
                "1",
                "solid",
                if number == 1 { "part_solid" } else { "solid" },
            ),
            answer(
                "diameter_mm",
                "1",
                &format!("{}", 6 + number),
                &format!("{}", 5 + 2 * number),
            ),
        ],
    }
}

fn project(n_cases: i64) -> ReportInput {
    let choice = |id: &str, ja: &str| FieldChoice {
        id: id.to_owned(),
        name: Bilingual::new(ja, id),
    };
    ReportInput {
        kind: StudyKind::InterReader,
        project: "胸部CT & 結節".to_owned(),
        protocol: ProtocolLine {
            id: "lung-nodule-ct".to_owned(),
            name: Bilingual::new("胸部CT 肺結節", "Chest CT lung nodules"),
            version: "1.2.0".to_owned(),
            sha256: "0123abcd".to_owned(),
        },
        program: "Dokuei 0.1.0".to_owned(),
        created_at: "2026-11-21 10:00".to_owned(),
        readers: ["読影者1", "読影者2"].map(|name| ReaderLine {
            name: name.to_owned(),
            background: String::new(),
        }),
        pair_options: PairOptions::default(),
        match_rule: MatchRule::ThresholdIou(0.1),
        fields: vec![
            ReportField {
                field: "texture".to_owned(),
                name: Bilingual::new("性状", "texture"),
                scale: Scale::Nominal,
                choices: vec![choice("solid", "充実"), choice("part_solid", "部分充実")],
            },
            ReportField {
                field: "diameter_mm".to_owned(),
                name: Bilingual::new("長径", "diameter"),
                scale: Scale::Ratio,
                choices: Vec::new(),
            },
        ],
        cases: (1..=n_cases).map(case).collect(),
        notes: StudyNotes {
            subjects: Bilingual::new("成人 6 例", "6 adults"),
            ..StudyNotes::default()
        },
    }
}

#[test]
fn the_page_stands_alone_and_speaks_the_chosen_language() {
    let input = project(6);
    let japanese = html(&input, Language::Japanese).unwrap();
    let english = html(&input, Language::English).unwrap();
    for page in [&japanese, &english] {
        for outside in [
            "<script", "<link", "<img", "http:", "https:", "url(", "@import",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("comparison-6") && page.contains("1.2.0"));
        assert!(
            page.contains("&lt;1&gt;") && !page.contains("<1>"),
            "names are escaped"
        );
        assert!(!page.contains("NaN") && !page.contains(">inf") && !page.contains(">-inf"));
    }
    assert!(japanese.contains("<html lang=\"ja\">") && japanese.contains("肺結節"));
    assert!(japanese.contains("件数が少ないため参考値です（n = 6）。"));
    assert!(japanese.contains("両者とも描画なし（不在で一致）") && japanese.contains("記録なし"));
    assert!(
        english.contains("Few cases: indicative only (n = 6).") && english.contains("lung nodule")
    );
    assert!(english.contains("not recorded"));
    if let Some(folder) = std::env::var_os("DOKUEI_REPORT_OUT") {
        std::fs::write(std::path::Path::new(&folder).join("ja.html"), &japanese).unwrap();
        std::fs::write(std::path::Path::new(&folder).join("en.html"), &english).unwrap();
    }
}

#[test]
fn ten_cases_are_no_longer_few() {
    assert!(
        !html(&project(10), Language::English)
            .unwrap()
            .contains("indicative only")
    );
}

#[test]
fn a_project_without_cases_still_has_a_report() {
    let page = html(&project(0), Language::Japanese).unwrap();
    assert!(page.contains("両者が提出した症例がまだありません。"));
}

#[test]
fn absent_labels_are_counted_and_left_out_of_the_mean() {
    let figures = figures(&project(6)).unwrap();
    let nodule = &figures.labels[0];
    assert_eq!(nodule.n_cases, 6);
    assert_eq!(
        [
            nodule.n_both,
            nodule.n_only_a,
            nodule.n_only_b,
            nodule.n_agreed_absent
        ],
        [4, 1, 0, 1]
    );
    assert_eq!(nodule.dice.n, 5);
    assert_eq!(nodule.dice.minimum, Some(0.0));
    let findings = figures.findings.unwrap();
    assert_eq!(
        [
            findings.figures.tp,
            findings.figures.missed,
            findings.figures.fp
        ],
        [6, 6, 0]
    );
}

#[test]
fn figures_are_strict_json_with_reasons() {
    let json = serde_json::to_value(figures(&project(1)).unwrap()).unwrap();
    assert_eq!(json["schema"], "dokuei.report/1");
    assert_eq!(
        json["cases"][0]["labels"]["nodule"]["dice"].as_f64(),
        json["labels"][0]["dice"]["mean"].as_f64()
    );
    assert_eq!(
        json["labels"][0]["presence"]["cohen_kappa"]["unweighted"]["reasons"]["estimate"],
        "single_category"
    );
}

#[test]
fn tables_have_one_line_per_case_and_label() {
    let input = project(6);
    let cases = per_case_csv(&input);
    assert_eq!(cases.lines().count(), 1 + 12);
    assert!(cases.contains("dice=both_empty"));
    assert_eq!(per_label_csv(&input).unwrap().lines().count(), 1 + 2);
    assert_eq!(findings_csv(&input).lines().count(), 1 + 12);
}
