//! The page of `agree-ratings` on categories; measurements have theirs beside.

use super::PageHead;
use super::measurements::measurement_page;
use super::parts::{Frame, intervals_by_case, letter, tiles};
use crate::figure::Reasons;
use crate::rating::{
    BinaryFigures, CategoricalResult, ChanceCorrected, Coefficient, CohenKappa, RatingResult,
    RatingTable, Scale, limits_to_print,
};
use crate::report::method_texts;
use crate::report::plot::{Bar, Matrix, bars, count_cells, matrix};
use crate::report::sections::why;
use crate::report::standards::grras_of_files;
use crate::report::words::{Bilingual, Language, coefficient_interval, share_or_dash};
use maud::{Markup, html};

/// Items that are listed by disagreement.
const LISTED: usize = 25;

/// The page of a table of ratings or measurements.
#[must_use]
pub fn ratings_html(
    result: &RatingResult,
    table: &RatingTable,
    head: &PageHead,
    language: Language,
) -> String {
    match result {
        RatingResult::Categorical(result) => category_page(result, table, head, language),
        RatingResult::Continuous(result) => measurement_page(result, table, head, language),
    }
}

fn category_page(
    result: &CategoricalResult,
    table: &RatingTable,
    head: &PageHead,
    language: Language,
) -> String {
    let sections = html! {
        (category_tiles(result, language))
        (confusion(result, table, language))
        (pair_matrix(result, table, language))
        (coefficients(result, language))
        @if let Some(by_case) = &result.by_case { (intervals_by_case(by_case, language)) }
        (margins(result, language))
        @if let Some(binary) = &result.binary { (two_categories(binary, language)) }
        (items(result, table, language))
    };
    let (ja, en) = match result.scale {
        Scale::Ordinal => ("順序", "ordinal"),
        _ => ("名義", "nominal"),
    };
    let list = result.categories.join(", ");
    let mut methods = method_texts::categories(result.scale, result.n_readers);
    methods.extend(result.by_case.as_ref().map(method_texts::by_case));
    let (n, paired, missing) = (result.n_items, result.n_items_paired, result.n_missing);
    let frame = Frame {
        title: Bilingual::new("評価の一致度", "Agreement of ratings"),
        head,
        facts: Vec::new(),
        warnings: &result.warnings,
        methods,
        metrics: Vec::new(),
        grras: grras_of_files(
            Bilingual::new(format!("{ja}尺度：{list}"), format!("{en}: {list}")),
            Bilingual::new(
                format!("項目 {n}（2 名以上の評価 {paired}）、欠損 {missing}"),
                format!("{n} items ({paired} with two or more ratings), {missing} missing"),
            ),
        ),
    };
    frame.page(language, &sections)
}

fn category_tiles(result: &CategoricalResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let kappas = result.cohen_kappa.as_ref();
    let weighted = kappas.and_then(|k| k.quadratic.as_ref());
    let printed = |coefficient, closed| {
        let limits = limits_to_print(result.by_case.as_ref(), coefficient, closed);
        let unit = match limits.is_by_case {
            true => say(" 症例単位", " by case"),
            false => "",
        };
        format!("{}{unit}", coefficient_interval(limits.low, limits.high))
    };
    let closed = [
        result.observed_agreement_ci_low.flatten(),
        result.observed_agreement_ci_high.flatten(),
    ];
    let limits = printed(Coefficient::ObservedAgreement, closed);
    let mut big = vec![(
        share_or_dash(result.observed_agreement),
        say("観察一致率", "observed agreement").to_owned(),
        format!("{limits} n = {}", result.n_items_paired),
    )];
    let tile = |name: &str, coefficient, estimate, closed| {
        let limits = printed(coefficient, closed);
        (
            share_or_dash(estimate),
            name.to_owned(),
            format!("95 % {limits}"),
        )
    };
    if let Some(kappas) = kappas {
        let k = &kappas.unweighted;
        let at = Coefficient::CohenUnweighted;
        big.push(tile("Cohen κ", at, k.estimate, [k.ci_low, k.ci_high]));
        if let Some(k) = weighted {
            let (name, at) = (
                say("二次重み付き κ", "quadratic κ"),
                Coefficient::CohenQuadratic,
            );
            big.push(tile(name, at, k.estimate, [k.ci_low, k.ci_high]));
        }
    } else {
        let k = &result.fleiss_kappa;
        let at = Coefficient::FleissKappa;
        big.push(tile("Fleiss κ", at, k.estimate, [k.ci_low, k.ci_high]));
    }
    let ac = &result.gwet_ac.unweighted;
    let closed = [ac.ci_low, ac.ci_high];
    big.push(tile("Gwet AC1", Coefficient::GwetAc1, ac.estimate, closed));
    let alpha = &result.krippendorff_alpha;
    let closed = [alpha.ci_low, alpha.ci_high];
    let at = Coefficient::KrippendorffAlpha;
    big.push(tile("Krippendorff α", at, alpha.estimate, closed));
    tiles(&big)
}

fn confusion(result: &CategoricalResult, table: &RatingTable, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let Some(counts) = &result.confusion else {
        return html! {};
    };
    let cells = count_cells(&counts.0);
    html! {
        section {
            h2 { (say("混同行列", "Confusion matrix")) }
            (matrix(&Matrix {
                title: say("混同行列", "confusion matrix"),
                row_axis: &table.readers[0],
                column_axis: &table.readers[1],
                names: &result.categories,
                cells: &cells,
            }))
        }
    }
}

fn pair_matrix(result: &CategoricalResult, table: &RatingTable, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    if result.pairwise_kappa.is_empty() {
        return html! {};
    }
    let n = result.n_readers;
    let mut cells: Vec<Vec<Option<(String, f64)>>> = vec![vec![None; n]; n];
    for pair in &result.pairwise_kappa {
        let kappa = pair.kappa.estimate;
        for (row, column) in [(pair.a, pair.b), (pair.b, pair.a)] {
            cells[row][column] = Some((share_or_dash(kappa), kappa.unwrap_or(0.0)));
        }
    }
    let title = match result.scale {
        Scale::Ordinal => say("組ごとの二次重み付き κ", "Quadratic κ of each pair"),
        _ => say("組ごとの Cohen κ", "Cohen's κ of each pair"),
    };
    html! {
        section {
            h2 { (title) }
            (matrix(&Matrix {
                title,
                row_axis: "",
                column_axis: "",
                names: &table.readers,
                cells: &cells,
            }))
        }
    }
}

fn coefficients(result: &CategoricalResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("一致係数", "Coefficients of agreement")) }
            table {
                thead {
                    tr {
                        @for head in [say("係数", "coefficient"), say("推定値", "estimate"), "SE", say("95 % 区間", "95 % interval"), say("備考", "note")] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @if let Some(kappas) = &result.cohen_kappa {
                        (kappa_row("Cohen κ", Some(&kappas.unweighted), language))
                        (kappa_row(say("Cohen κ 線形", "Cohen κ, linear"), kappas.linear.as_ref(), language))
                        (kappa_row(say("Cohen κ 二次", "Cohen κ, quadratic"), kappas.quadratic.as_ref(), language))
                        (kappa_row(say("Cohen κ 指定の重み", "Cohen κ, given weights"), kappas.custom.as_ref(), language))
                    }
                    @if let Some(pi) = &result.scott_pi {
                        tr {
                            th scope="row" { "Scott π" } td.number { (share_or_dash(pi.estimate)) } td {} td {}
                            td { (why(&pi.reasons, "estimate", language)) }
                        }
                    }
                    (chance_row("Fleiss κ", Some(&result.fleiss_kappa), language))
                    (chance_row("Gwet AC1", Some(&result.gwet_ac.unweighted), language))
                    (chance_row(say("Gwet AC2 線形", "Gwet AC2, linear"), result.gwet_ac.linear.as_ref(), language))
                    (chance_row(say("Gwet AC2 二次", "Gwet AC2, quadratic"), result.gwet_ac.quadratic.as_ref(), language))
                    (chance_row("Brennan–Prediger", Some(&result.brennan_prediger.unweighted), language))
                    (chance_row(say("Brennan–Prediger 二次", "Brennan–Prediger, quadratic"), result.brennan_prediger.quadratic.as_ref(), language))
                    tr {
                        @let alpha = &result.krippendorff_alpha;
                        th scope="row" { "Krippendorff α" }
                        td.number { (share_or_dash(alpha.estimate)) }
                        td {}
                        td.number { (coefficient_interval(alpha.ci_low, alpha.ci_high)) }
                        td { (why(&alpha.reasons, "estimate", language)) }
                    }
                }
            }
        }
    }
}

/// Estimate, standard error and limits, with the reasons beside them.
type CoefficientRow<'a> = ([Option<f64>; 4], &'a Reasons);

fn kappa_row(name: &str, kappa: Option<&CohenKappa>, language: Language) -> Markup {
    let row = kappa.map(|k| ([k.estimate, k.se, k.ci_low, k.ci_high], &k.reasons));
    coefficient_row(name, row, language)
}

fn chance_row(name: &str, figures: Option<&ChanceCorrected>, language: Language) -> Markup {
    let row = figures.map(|f| ([f.estimate, f.se, f.ci_low, f.ci_high], &f.reasons));
    coefficient_row(name, row, language)
}

fn coefficient_row(name: &str, row: Option<CoefficientRow<'_>>, language: Language) -> Markup {
    html! {
        @if let Some(([estimate, se, low, high], reasons)) = row {
            tr {
                th scope="row" { (name) }
                td.number { (share_or_dash(estimate)) }
                td.number { (share_or_dash(se)) }
                td.number { (coefficient_interval(low, high)) }
                td { (why(reasons, "estimate", language)) }
            }
        }
    }
}

/// How often each category was chosen, and agreement on it.
fn margins(result: &CategoricalResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let rows: Vec<Bar> = result
        .categories
        .iter()
        .zip(&result.n_ratings)
        .map(|(category, &n)| Bar {
            name: category.clone(),
            count: n as usize,
        })
        .collect();
    html! {
        section {
            h2 { (say("分類の分布と分類ごとの一致", "Distribution of the categories, agreement on each")) }
            (bars(say("評価の数", "ratings"), &rows))
            table {
                thead {
                    tr {
                        @for head in [say("分類", "category"), say("評価数", "ratings"), say("分類ごとの一致", "specific agreement")] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for (category, n) in result.categories.iter().zip(&result.n_ratings) {
                        tr {
                            th scope="row" { (category) }
                            td.number { (n) }
                            td.number { (share_or_dash(result.specific_agreement.by_category.get(category).copied().flatten())) }
                        }
                    }
                }
            }
        }
    }
}

fn two_categories(binary: &BinaryFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("2 分類の指標", "Two categories")) " – " (say("陽性：", "positive: ")) (binary.positive_category) }
            table {
                tbody {
                    @for (name, value) in [
                        ("PABAK", binary.pabak),
                        (say("有病率指数 (a − d) / n", "prevalence index (a − d) / n"), binary.prevalence_index),
                        (say("偏り指数 (b − c) / n", "bias index (b − c) / n"), binary.bias_index),
                        (say("陽性一致率", "positive agreement"), binary.positive_agreement),
                        (say("陰性一致率", "negative agreement"), binary.negative_agreement),
                    ] {
                        tr { th scope="row" { (name) } td.number { (share_or_dash(value)) } }
                    }
                }
            }
        }
    }
}

/// Items on which readers differ, most first.
fn items(result: &CategoricalResult, table: &RatingTable, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let rank = |cell: &Option<String>| {
        let cell = cell.as_ref()?;
        result
            .categories
            .iter()
            .position(|category| category == cell)
    };
    let mut differing: Vec<(usize, usize)> = table
        .rows
        .iter()
        .enumerate()
        .filter_map(|(row, cells)| {
            let ranks: Vec<usize> = cells.iter().filter_map(rank).collect();
            let spread = ranks.iter().max()? - ranks.iter().min()?;
            let mut different = ranks.clone();
            different.sort_unstable();
            different.dedup();
            let amount = match result.scale {
                Scale::Ordinal => spread,
                _ => different.len() - 1,
            };
            (amount > 0).then_some((amount, row))
        })
        .collect();
    differing.sort_by_key(|(amount, row)| (std::cmp::Reverse(*amount), *row));
    let n = differing.len();
    html! {
        @if n > 0 {
            section {
                h2 { (say("一致しない項目（差の大きい順）", "Items in disagreement (largest first)")) }
                p.note {
                    (match language {
                        Language::Japanese => format!("{n} 項目のうち {} 項目", n.min(LISTED)),
                        Language::English => format!("{} of {n} items", n.min(LISTED)),
                    })
                }
                table {
                    thead {
                        tr {
                            th scope="col" { (say("項目", "item")) }
                            @for reader in &table.readers { th scope="col" { (reader) } }
                        }
                    }
                    tbody {
                        @for (_, row) in differing.iter().take(LISTED) {
                            tr {
                                th scope="row" { (table.items[*row]) }
                                @for cell in &table.rows[*row] { td { (cell.as_deref().unwrap_or("–")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names of readers with their letters.
pub(super) fn lettered(table: &RatingTable) -> Vec<(Bilingual, String)> {
    let named = table.readers.iter().enumerate();
    named
        .map(|(place, name)| {
            let letter = letter(place);
            let label = Bilingual::new(format!("読影者 {letter}"), format!("reader {letter}"));
            (label, name.clone())
        })
        .collect()
}
