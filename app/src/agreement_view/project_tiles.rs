//! The large figures over a project's compared cases, each with its interval and what it rests on.

use super::of_project::{Categories, Found, LABELS, count, values};
use super::{Tile, coefficient_limits, two};
use crate::language::Words;
use agreement::{
    ByCase, Coefficient, DetectionFigures, MatchRule, RatingResult, SummaryOptions, Warning,
    f1_by_case, intraclass, limits_to_print, measurements_by_case, summarise,
};
use project::Comparison;
use std::collections::BTreeMap;

/// All tiles; what a reader of the figures must know is added to `warnings`.
pub(super) fn tiles(
    words: &Words,
    compared: &[Comparison],
    found: &[&Found<'_>],
    categories: &Categories,
    warnings: &mut Vec<String>,
) -> Vec<Tile> {
    let mut tiles = Vec::new();
    // findings are matched within their label: that the labels agree says nothing
    if categories.field != LABELS {
        tiles.push(kappa_tile(words, found, categories, warnings));
        tiles.push(alpha_tile(words, compared, found, categories));
    }
    tiles.extend([
        dice_tile(words, found),
        distance_tile(words, found),
        detection_tile(words, compared, found),
        volume_tile(words, found, warnings),
    ]);
    tiles
}

fn field_name(words: &Words, categories: &Categories) -> String {
    if categories.field == LABELS {
        words.t("agreement-label")
    } else {
        words.t("agreement-answers")
    }
}

fn kappa_tile(
    words: &Words,
    found: &[&Found<'_>],
    categories: &Categories,
    warnings: &mut Vec<String>,
) -> Tile {
    let name = words.f(
        "agreement-kappa-of",
        &[("what", field_name(words, categories).into())],
    );
    let letters = ["a", "b"].map(str::to_owned);
    let Some(RatingResult::Categorical(result)) = categories.ratings(found, &letters) else {
        return Tile {
            name,
            value: two(None),
            ..Tile::default()
        };
    };
    say(words, &result.warnings, warnings);
    let kappas = result.cohen_kappa.as_ref();
    let kappa = kappas.map(|kappas| kappas.quadratic.as_ref().unwrap_or(&kappas.unweighted));
    let coefficient = match kappas.and_then(|kappas| kappas.quadratic.as_ref()) {
        Some(_) => Coefficient::CohenQuadratic,
        None => Coefficient::CohenUnweighted,
    };
    let closed = [kappa.and_then(|k| k.ci_low), kappa.and_then(|k| k.ci_high)];
    let agreement = two(result.observed_agreement);
    Tile {
        name,
        value: two(kappa.and_then(|kappa| kappa.estimate)),
        beside: interval(words, result.by_case.as_ref(), coefficient, closed),
        basis: words.f(
            "agreement-observed",
            &[
                ("share", agreement.into()),
                ("count", result.n_items_paired.into()),
            ],
        ),
    }
}

/// Adds sentences that are not there yet.
fn say(words: &Words, of: &[Warning], warnings: &mut Vec<String>) {
    let language = agreement::report::Language::from_code(words.code());
    for text in of.iter().map(|warning| warning.text(language)) {
        if !warnings.iter().any(|known| known == text) {
            warnings.push(text.to_owned());
        }
    }
}

/// The interval of a coefficient, and whether cases were resampled for it.
fn interval(
    words: &Words,
    by_case: Option<&ByCase>,
    coefficient: Coefficient,
    closed: [Option<f64>; 2],
) -> String {
    let limits = limits_to_print(by_case, coefficient, closed);
    let key = if limits.is_by_case {
        "agreement-interval-case"
    } else {
        "agreement-interval"
    };
    interval_text(words, key, limits.low, limits.high)
}

fn interval_text(words: &Words, key: &str, low: Option<f64>, high: Option<f64>) -> String {
    let limits = coefficient_limits(low, high);
    if limits.is_empty() {
        return limits;
    }
    words.f(key, &[("limits", limits.into())])
}

fn alpha_tile(
    words: &Words,
    compared: &[Comparison],
    found: &[&Found<'_>],
    categories: &Categories,
) -> Tile {
    let most = compared
        .iter()
        .map(|case| case.readers.len())
        .max()
        .unwrap_or(2);
    let letters: Vec<String> = (0..most.clamp(2, 26))
        .map(|n| char::from(b'a' + n as u8).to_string()) // below 26
        .collect();
    let result = match categories.ratings(found, &letters) {
        Some(RatingResult::Categorical(result)) => Some(result),
        _ => None,
    };
    let beside = result.as_ref().map_or_else(String::new, |result| {
        let alpha = &result.krippendorff_alpha;
        let closed = [alpha.ci_low, alpha.ci_high];
        let by_case = result.by_case.as_ref();
        interval(words, by_case, Coefficient::KrippendorffAlpha, closed)
    });
    let alpha = result.and_then(|result| result.krippendorff_alpha.estimate);
    let scale = if categories.is_ordinal {
        "agreement-ordinal"
    } else {
        "agreement-nominal"
    };
    Tile {
        name: "Krippendorff α".to_owned(),
        value: two(alpha),
        beside,
        basis: words.f(
            "agreement-readers",
            &[
                ("count", letters.len().into()),
                ("scale", words.t(scale).into()),
            ],
        ),
    }
}

/// Median with quartiles and how many pairs it rests on.
fn median_tile(words: &Words, name: &str, values: &[f64], digits: usize, unit: &str) -> Tile {
    let summary = summarise(
        values,
        None,
        SummaryOptions {
            resamples: 1,
            ..SummaryOptions::default()
        },
    );
    let text =
        |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| format!("{v:.digits$}"));
    let quartiles = match (summary.q1, summary.q3) {
        (Some(q1), Some(q3)) => format!("{q1:.digits$}–{q3:.digits$}"),
        _ => String::new(),
    };
    Tile {
        name: words.t(name),
        value: format!("{}{unit}", text(summary.median)),
        beside: words.f("agreement-quartiles", &[("limits", quartiles.into())]),
        basis: words.f("agreement-pairs", &[("count", values.len().into())]),
    }
}

fn dice_tile(words: &Words, found: &[&Found<'_>]) -> Tile {
    let dice = values(found, |found| found.row.dice);
    median_tile(words, "agreement-dice-median", &dice, 2, "")
}

fn distance_tile(words: &Words, found: &[&Found<'_>]) -> Tile {
    let distances = values(found, |found| found.row.hd95_mm);
    median_tile(words, "agreement-hd95-median", &distances, 1, " mm")
}

fn detection_tile(words: &Words, compared: &[Comparison], found: &[&Found<'_>]) -> Tile {
    let matched = found.iter().filter(|found| found.is_matched()).count();
    let only_a = count(found, "a") - matched;
    let only_b = count(found, "b") - matched;
    let scores = vec![1.0; matched];
    let rule = MatchRule::ThresholdIou(0.0);
    let figures = DetectionFigures::new(&scores, only_b as u64, only_a as u64, rule);
    let limits = f1_by_case(&counts_of_cases(compared, found));
    let key = "agreement-interval-case";
    let limits = interval_text(words, key, limits.ci_low, limits.ci_high);
    let alone = words.f(
        "agreement-alone",
        &[("a", only_a.into()), ("b", only_b.into())],
    );
    let count = words.f("agreement-matched-count", &[("count", matched.into())]);
    let (beside, basis) = if limits.is_empty() {
        (alone, count)
    } else {
        (limits, alone)
    };
    Tile {
        name: words.t("agreement-f1"),
        value: two(figures.f1),
        beside,
        basis,
    }
}

/// Findings of both and of one reader only, case by case; a case without findings counts too.
fn counts_of_cases(compared: &[Comparison], found: &[&Found<'_>]) -> Vec<[usize; 2]> {
    let mut counts: BTreeMap<_, [usize; 2]> =
        compared.iter().map(|case| (&case.case, [0; 2])).collect();
    for found in found {
        let of_case = counts.entry(&found.case.case).or_default();
        of_case[usize::from(!found.is_matched())] += 1;
    }
    counts.into_values().collect()
}

/// Volumes of findings that both have, with their cases.
fn volumes(found: &[&Found<'_>]) -> (Vec<String>, Vec<Vec<f64>>) {
    let matched = found.iter().filter(|found| found.is_matched());
    matched
        .filter_map(|found| {
            let volumes = vec![found.volume_ml("a")?, found.volume_ml("b")?];
            Some((found.case.case.to_string(), volumes))
        })
        .unzip()
}

fn volume_tile(words: &Words, found: &[&Found<'_>], warnings: &mut Vec<String>) -> Tile {
    let (cases, rows) = volumes(found);
    let icc = (!rows.is_empty()).then(|| intraclass(&rows).icc_2_1);
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    let by_case = measurements_by_case(&cases, &rows);
    say(words, by_case.warning().as_slice(), warnings);
    Tile {
        name: words.t("agreement-icc"),
        value: two(icc.as_ref().and_then(|icc| icc.estimate)),
        beside: icc.map_or_else(String::new, |icc| {
            let closed = [icc.ci_low, icc.ci_high];
            interval(words, Some(&by_case), Coefficient::Icc21, closed)
        }),
        basis: words.f("agreement-pairs", &[("count", rows.len().into())]),
    }
}
