//! The agreement of files: label images, a table of ratings or measurements, a list of findings.

use super::{
    Chosen, Confusion, Differences, Group, Pairs, Row, Tile, View, coefficient_limits, limits, two,
};
use crate::act::agree::{Compared, Fault, kind_of, of_findings, of_label_maps, page_head, text_of};
use crate::language::Words;
use agreement::report::{self, Language};
use agreement::{
    AgreeOptions, AgreeResult, CategoricalResult, ContinuousResult, FindingResult, RatingOptions,
    RatingResult, RatingTable, ReaderPair, Scale, Warning, agree_ratings,
};
use std::path::{Path, PathBuf};

/// Scales of a table, as they can be chosen.
const SCALES: [(&str, Scale); 4] = [
    ("nominal", Scale::Nominal),
    ("ordinal", Scale::Ordinal),
    ("interval", Scale::Interval),
    ("ratio", Scale::Ratio),
];
/// Different whole numbers up to which a column is taken for grades, not for measurements.
const MOST_GRADES: usize = 10;

/// What the screen shows of files: one CSV or JSON, or two and more label images.
///
/// # Errors
/// What [`crate::act::agree`] refuses.
pub fn of_files(words: &Words, files: &[PathBuf], chosen: &Chosen) -> Result<View, Fault> {
    match (kind_of(files), files) {
        (Compared::Findings, [file]) => {
            let (_, result) = of_findings(file)?;
            Ok(of_found(words, file, &result))
        }
        (Compared::Table, [file]) => of_table(words, file, chosen),
        (_, files) => of_maps(words, files, chosen),
    }
}

/// The report of files as a page, for the label and scale that were chosen.
///
/// # Errors
/// As [`of_files`].
pub fn page_of_files(words: &Words, files: &[PathBuf], chosen: &Chosen) -> Result<String, Fault> {
    let (head, language) = (page_head(files), Language::from_code(words.code()));
    Ok(match (kind_of(files), files) {
        (Compared::Findings, [file]) => {
            let (list, result) = of_findings(file)?;
            report::findings_html(&result, &list, &head, language)
        }
        (Compared::Table, [file]) => {
            let (table, options) = table_of(file, chosen)?;
            let result = agree_ratings(&table, &options)?;
            report::ratings_html(&result, &table, &head, language)
        }
        (_, files) => {
            // each label by itself, unless one was chosen or there is but one
            let mut options = map_options(label_of(chosen).is_none(), label_of(chosen));
            let mut result = of_label_maps(files, &options)?;
            if result
                .multilabel
                .as_ref()
                .is_some_and(|m| m.labels.len() < 2)
            {
                options.multilabel = false;
                result = of_label_maps(files, &options)?;
            }
            report::masks_html(&result, &options, &head, language)
        }
    })
}

fn label_of(chosen: &Chosen) -> Option<i64> {
    chosen.label.as_ref().and_then(|label| label.parse().ok())
}

fn map_options(multilabel: bool, label: Option<i64>) -> AgreeOptions {
    AgreeOptions {
        multilabel,
        label,
        ..AgreeOptions::default()
    }
}

fn texts(words: &Words, warnings: &[Warning]) -> Vec<String> {
    let language = Language::from_code(words.code());
    warnings
        .iter()
        .map(|warning| warning.text(language).to_owned())
        .collect()
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The first and the last file, and how many there are.
fn summary_of(words: &Words, names: &[String]) -> String {
    let (first, last) = (names.first(), names.last());
    let ends = [first, last].map(|name| name.cloned().unwrap_or_default());
    words.f(
        "agreement-files-summary",
        &[
            ("count", names.len().into()),
            ("names", ends.join(" … ").into()),
        ],
    )
}

/// Names without what all of them begin and end with; as they are where that leaves nothing of one.
fn told_apart(names: Vec<String>) -> Vec<String> {
    let Some(first) = names.first() else {
        return names;
    };
    let shared = |of: &dyn Fn(&str) -> Vec<char>| -> usize {
        let own = of(first);
        let others = names.iter().map(|name| of(name));
        let lengths =
            others.map(|other| own.iter().zip(&other).take_while(|(a, b)| a == b).count());
        lengths.min().unwrap_or(0)
    };
    let start = shared(&|name| name.chars().collect());
    let end = shared(&|name| name.chars().rev().collect());
    let cut = |name: &String| -> Option<String> {
        let length = name.chars().count();
        let left = length.checked_sub(start + end).filter(|left| *left > 0)?;
        Some(name.chars().skip(start).take(left).collect())
    };
    let short: Option<Vec<String>> = names.iter().map(cut).collect();
    short.unwrap_or(names)
}

fn tile(words: &Words, name: String, value: Option<f64>, range: String, basis: String) -> Tile {
    let beside = if range.is_empty() {
        range
    } else {
        words.f("agreement-interval", &[("limits", range.into())])
    };
    Tile {
        name,
        value: two(value),
        beside,
        basis,
    }
}

fn of_maps(words: &Words, files: &[PathBuf], chosen: &Chosen) -> Result<View, Fault> {
    let by_label = of_label_maps(files, &map_options(true, None))?;
    let whole = of_label_maps(files, &map_options(false, label_of(chosen)))?;
    let pairs = pairs_of(&whole);
    let dice: Vec<f64> = pairs
        .iter()
        .filter_map(|pair| pair.figures.overlap.dice)
        .collect();
    let labels = by_label
        .multilabel
        .map(|labels| labels.per_label)
        .unwrap_or_default();
    let named = |label: i64| {
        words.f(
            "agreement-label-number",
            &[("label", label.to_string().into())],
        )
    };
    let groups = labels
        .iter()
        .map(|label| Group {
            name: named(label.label),
            values: label
                .pairs
                .iter()
                .filter_map(|p| p.figures.overlap.dice)
                .collect(),
        })
        .filter(|group| !group.values.is_empty())
        .collect();
    let whole_names: Vec<String> = files.iter().map(|file| name_of(file)).collect();
    let names = told_apart(whole_names.clone());
    let mut rows: Vec<Row> = labels
        .iter()
        .flat_map(|label| label.pairs.iter().map(move |pair| (label.label, pair)))
        .map(|(label, pair)| pair_row(named(label), &names, pair))
        .collect();
    rows.sort_by(|a, b| a.dice.unwrap_or(2.0).total_cmp(&b.dice.unwrap_or(2.0)));
    Ok(View {
        summary: summary_of(words, &whole_names),
        labels: labels
            .iter()
            .map(|l| (l.label.to_string(), named(l.label)))
            .collect(),
        tiles: map_tiles(words, &whole, &pairs),
        warnings: texts(words, &whole.warnings),
        pairs: Some(pair_matrix("Dice".to_owned(), names, &pairs)),
        dice: if rows.len() > dice.len() {
            rows.iter().filter_map(|row| row.dice).collect()
        } else {
            dice
        },
        groups,
        rows,
        ..View::default()
    })
}

/// The pairs of a result; of two files the one there is.
fn pairs_of(result: &AgreeResult) -> Vec<ReaderPair> {
    match &result.pair {
        Some(figures) => vec![ReaderPair {
            a: 0,
            b: 1,
            figures: figures.clone(),
        }],
        None => result.pairs.clone(),
    }
}

fn pair_row(label: String, names: &[String], pair: &ReaderPair) -> Row {
    let (overlap, distance) = (&pair.figures.overlap, &pair.figures.distance);
    let name = |reader: usize| names.get(reader).cloned().unwrap_or_default();
    Row {
        case: label,
        finding: String::new(),
        label: format!("{} – {}", name(pair.a), name(pair.b)),
        a: format!("{:.3} ml", overlap.volume_a_ml),
        b: format!("{:.3} ml", overlap.volume_b_ml),
        dice: overlap.dice,
        hd95_mm: distance.hd95_mm,
        ..Row::default()
    }
}

fn map_tiles(words: &Words, result: &AgreeResult, pairs: &[ReaderPair]) -> Vec<Tile> {
    let mean = |of: fn(&ReaderPair) -> Option<f64>| {
        let values: Vec<f64> = pairs.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let basis = words.f("agreement-pairs", &[("count", pairs.len().into())]);
    let plain = |name: &str, value: Option<f64>, unit: &str| Tile {
        name: name.to_owned(),
        value: format!("{}{unit}", two(value)),
        beside: String::new(),
        basis: basis.clone(),
    };
    let mut tiles = vec![
        plain("Dice", mean(|p| p.figures.overlap.dice), ""),
        plain("HD95", mean(|p| p.figures.distance.hd95_mm), " mm"),
        plain("ASSD", mean(|p| p.figures.distance.assd_mm), " mm"),
        plain(
            "NSD ≤ 1 mm",
            mean(|p| p.figures.distance.nsd.first()?.value),
            "",
        ),
        plain("IoU", mean(|p| p.figures.overlap.iou), ""),
    ];
    if let Some(multi) = &result.multi {
        tiles.push(plain("GCI", multi.generalised_conformity_index, ""));
    }
    tiles
}

fn pair_matrix(title: String, names: Vec<String>, pairs: &[ReaderPair]) -> Pairs {
    let mut values = vec![vec![None; names.len()]; names.len()];
    for pair in pairs {
        for (row, column) in [(pair.a, pair.b), (pair.b, pair.a)] {
            values[row][column] = pair.figures.overlap.dice;
        }
    }
    Pairs {
        title,
        names,
        values,
    }
}

/// A table and how it is to be read: on the chosen scale, or the likely one.
fn table_of(file: &Path, chosen: &Chosen) -> Result<(RatingTable, RatingOptions), Fault> {
    let table = RatingTable::from_csv(&text_of(file)?)?;
    let named = |id: &str| {
        let found = SCALES.iter().find(|(known, _)| *known == id);
        found.map(|(_, scale)| *scale)
    };
    let scale = chosen.field.as_deref().and_then(named);
    let options = RatingOptions {
        scale: scale.unwrap_or_else(|| likely_scale(&table)),
        ..RatingOptions::default()
    };
    Ok((table, options))
}

fn of_table(words: &Words, file: &Path, chosen: &Chosen) -> Result<View, Fault> {
    let (table, options) = table_of(file, chosen)?;
    let mut view = match agree_ratings(&table, &options)? {
        RatingResult::Categorical(result) => of_categories(words, &table, &result),
        RatingResult::Continuous(result) => of_measurements(words, &table, &result),
    };
    view.summary = name_of(file);
    view.fields = SCALES
        .iter()
        .map(|(id, scale)| ((*id).to_owned(), words.t(scale_key(*scale))))
        .collect();
    let id = SCALES.iter().find(|(_, known)| *known == options.scale);
    view.field = id.map_or_else(String::new, |(id, _)| (*id).to_owned());
    Ok(view)
}

fn scale_key(scale: Scale) -> &'static str {
    match scale {
        Scale::Nominal => "agreement-nominal",
        Scale::Ordinal => "agreement-ordinal",
        Scale::Interval => "agreement-interval-scale",
        Scale::Ratio => "agreement-ratio",
    }
}

/// Names are nominal, a few whole numbers grades, other numbers measurements.
fn likely_scale(table: &RatingTable) -> Scale {
    let categories = table.observed_categories();
    let numbers: Option<Vec<f64>> = categories.iter().map(|text| text.parse().ok()).collect();
    match numbers {
        None => Scale::Nominal,
        Some(numbers)
            if numbers.len() <= MOST_GRADES && numbers.iter().all(|n| n.fract() == 0.0) =>
        {
            Scale::Ordinal
        }
        Some(numbers) if numbers.iter().all(|n| *n >= 0.0) => Scale::Ratio,
        Some(_) => Scale::Interval,
    }
}

fn of_categories(words: &Words, table: &RatingTable, result: &CategoricalResult) -> View {
    let basis = words.f(
        "agreement-items",
        &[("count", result.n_items_paired.into())],
    );
    let make = |name: &str, value, low, high| {
        tile(
            words,
            name.to_owned(),
            value,
            limits(low, high),
            basis.clone(),
        )
    };
    let mut tiles = vec![tile(
        words,
        words.t("agreement-observed-share"),
        result.observed_agreement,
        limits(
            result.observed_agreement_ci_low.flatten(),
            result.observed_agreement_ci_high.flatten(),
        ),
        basis.clone(),
    )];
    if let Some(kappas) = &result.cohen_kappa {
        let k = &kappas.unweighted;
        tiles.push(make("Cohen κ", k.estimate, k.ci_low, k.ci_high));
        if let Some(k) = &kappas.quadratic {
            let name = words.t("agreement-quadratic");
            tiles.push(make(&name, k.estimate, k.ci_low, k.ci_high));
        }
    }
    let k = &result.fleiss_kappa;
    tiles.push(make("Fleiss κ", k.estimate, k.ci_low, k.ci_high));
    let ac = &result.gwet_ac.unweighted;
    tiles.push(make("Gwet AC1", ac.estimate, ac.ci_low, ac.ci_high));
    let alpha = &result.krippendorff_alpha;
    tiles.push(make(
        "Krippendorff α",
        alpha.estimate,
        alpha.ci_low,
        alpha.ci_high,
    ));
    let place = |cell: &Option<String>| {
        let cell = cell.as_ref()?;
        result
            .categories
            .iter()
            .position(|category| category == cell)
    };
    let mut values = vec![vec![None; result.n_readers]; result.n_readers];
    for pair in &result.pairwise_kappa {
        for (row, column) in [(pair.a, pair.b), (pair.b, pair.a)] {
            values[row][column] = pair.kappa.estimate;
        }
    }
    View {
        tiles,
        warnings: texts(words, &result.warnings),
        confusion: result.confusion.as_ref().map(|confusion| Confusion {
            names: result.categories.clone(),
            counts: confusion
                .0
                .iter()
                .map(|row| row.iter().map(|&n| n as usize).collect())
                .collect(),
            has_none: false,
        }),
        pairs: (!result.pairwise_kappa.is_empty()).then(|| Pairs {
            title: words.t("agreement-pairwise-kappa"),
            names: table.readers.clone(),
            values,
        }),
        rows: item_rows(
            table,
            |row| {
                let places: Vec<usize> = row.iter().filter_map(place).collect();
                let spread = places.iter().max()? - places.iter().min()?;
                (spread > 0).then_some(spread as f64)
            },
            |row| Some([place(row.first()?)?, place(row.get(1)?)?]),
        ),
        ..View::default()
    }
}

/// Items on which the readers differ, most first.
fn item_rows(
    table: &RatingTable,
    apart: impl Fn(&[Option<String>]) -> Option<f64>,
    cell: impl Fn(&[Option<String>]) -> Option<[usize; 2]>,
) -> Vec<Row> {
    let mut differing: Vec<(f64, usize)> = table
        .rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| Some((apart(row)?, place)))
        .collect();
    differing.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let text = |cell: Option<&Option<String>>| {
        cell.and_then(Clone::clone)
            .unwrap_or_else(|| "—".to_owned())
    };
    differing
        .into_iter()
        .map(|(_, place)| {
            let row = &table.rows[place];
            let others: Vec<String> = row.iter().skip(2).map(|cell| text(Some(cell))).collect();
            Row {
                case: table.items[place].clone(),
                label: others.join(" · "),
                a: text(row.first()),
                b: text(row.get(1)),
                cell: cell(row),
                ..Row::default()
            }
        })
        .collect()
}

fn of_measurements(words: &Words, table: &RatingTable, result: &ContinuousResult) -> View {
    let basis = words.f(
        "agreement-items",
        &[("count", result.n_items_complete.into())],
    );
    let mut tiles = Vec::new();
    if let Some(icc) = result.icc.present() {
        for (name, form) in [("ICC(2,1)", &icc.icc_2_1), ("ICC(3,1)", &icc.icc_3_1)] {
            let range = coefficient_limits(form.ci_low, form.ci_high);
            tiles.push(tile(
                words,
                name.to_owned(),
                form.estimate,
                range,
                basis.clone(),
            ));
        }
    }
    if let Some(ccc) = result.lin_ccc.present() {
        let range = coefficient_limits(ccc.ci_low, ccc.ci_high);
        tiles.push(tile(
            words,
            "Lin CCC".to_owned(),
            ccc.estimate,
            range,
            basis.clone(),
        ));
    }
    if let Some(limits_of) = result.bland_altman.present() {
        let range = limits(limits_of.loa_low, limits_of.loa_high);
        tiles.push(Tile {
            name: words.t("agreement-bias"),
            value: two(limits_of.bias),
            beside: words.f("agreement-loa", &[("limits", range.into())]),
            basis: basis.clone(),
        });
    }
    if let Some(within) = result.within_subject.present() {
        tiles.push(Tile {
            name: words.t("agreement-repeatability"),
            value: two(within.repeatability_coefficient),
            beside: format!("s_w {}", two(within.within_subject_sd)),
            basis: basis.clone(),
        });
    }
    let number = |cell: Option<&Option<String>>| cell?.as_ref()?.parse::<f64>().ok();
    let rows = item_rows(
        table,
        |row| {
            let values: Vec<f64> = row.iter().filter_map(|cell| number(Some(cell))).collect();
            let most = values.iter().copied().fold(f64::MIN, f64::max);
            let least = values.iter().copied().fold(f64::MAX, f64::min);
            (values.len() > 1).then_some(most - least)
        },
        |_| None,
    );
    let points = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            let (a, b): (f64, f64) = (row.a.parse().ok()?, row.b.parse().ok()?);
            Some(([(a + b) / 2.0, a - b], Some(place)))
        })
        .collect();
    let lines = result
        .bland_altman
        .present()
        .and_then(|limits| Some([limits.loa_low?, limits.bias?, limits.loa_high?]));
    View {
        tiles,
        warnings: texts(words, &result.warnings),
        differences: Some(Differences {
            unit: String::new(),
            points,
            lines,
        }),
        rows,
        ..View::default()
    }
}

fn of_found(words: &Words, file: &Path, result: &FindingResult) -> View {
    let all = result
        .matching
        .iter()
        .chain(result.pairwise.iter().flatten());
    let mut names: Vec<String> = Vec::new();
    for name in all
        .clone()
        .flat_map(|pair| [&pair.reader_a, &pair.reader_b])
    {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let place = |name: &String| names.iter().position(|known| known == name);
    let mut values = vec![vec![None; names.len()]; names.len()];
    let (mut tiles, mut rows) = (Vec::new(), Vec::new());
    for pair in all {
        let figures = &pair.figures;
        if let (Some(a), Some(b)) = (place(&pair.reader_a), place(&pair.reader_b)) {
            (values[a][b], values[b][a]) = (figures.f1, figures.f1);
        }
        tiles.push(tile(
            words,
            format!("F1 {} – {}", pair.reader_a, pair.reader_b),
            figures.f1,
            limits(pair.f1_ci_low, pair.f1_ci_high),
            words.f("agreement-matched-count", &[("count", figures.tp.into())]),
        ));
        let differing = pair.cases.iter().filter(|case| case.fp + case.missed > 0);
        rows.extend(differing.map(|case| {
            (
                case.fp + case.missed,
                Row {
                    case: case.case.clone(),
                    label: format!("{} – {}", pair.reader_a, pair.reader_b),
                    a: words.f("agreement-only-count", &[("count", case.missed.into())]),
                    b: words.f("agreement-only-count", &[("count", case.fp.into())]),
                    ..Row::default()
                },
            )
        }));
    }
    rows.sort_by_key(|(alone, _)| std::cmp::Reverse(*alone));
    tiles.truncate(6);
    View {
        summary: name_of(file),
        tiles,
        pairs: Some(Pairs {
            title: "F1".to_owned(),
            names,
            values,
        }),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        ..View::default()
    }
}
