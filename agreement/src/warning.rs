//! Warnings in words: where a figure is right and yet says something else than it seems to.

use crate::rating::number;
use crate::rating::{CategoricalResult, ContinuousResult, Proportional, Scale};
use crate::report::{Bilingual, Language};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::HashMap;

/// Items below which intervals and large-sample errors are rough.
pub(crate) const FEW_ITEMS: usize = 30;
/// Voxels below which one voxel changes Dice by a percent or more.
pub(crate) const FEW_VOXELS: u64 = 100;
/// Share of the ratings at one end of a scale that leaves no room to differ.
const AT_THE_END: f64 = 0.75;

/// Something that a reader of the figures must know.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// What it is, for programs.
    pub code: &'static str,
    /// The figure it is about, as a JSON pointer.
    pub at: String,
    /// The sentence.
    pub message: Bilingual,
}

impl Warning {
    pub(crate) fn new(
        code: &'static str,
        at: impl Into<String>,
        ja: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            code,
            at: at.into(),
            message: Bilingual::new(ja, en),
        }
    }

    /// The sentence in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.message.get(language)
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({
            "code": self.code,
            "at": self.at,
            "message_ja": self.message.ja,
            "message_en": self.message.en,
        })
        .serialize(serializer)
    }
}

/// Warnings about agreement on categories; `names` are what people call them, if not as they are written.
pub(crate) fn of_categories(
    result: &CategoricalResult,
    names: Option<&[Bilingual]>,
) -> Vec<Warning> {
    let name = |place: usize| {
        let named = names.and_then(|names| names.get(place)).cloned();
        named.unwrap_or_else(|| Bilingual::same(&result.categories[place]))
    };
    let mut found = Vec::new();
    found.extend(few_items("/n_items_paired", result.n_items_paired));
    if result.n_missing > 0 {
        found.push(missing(result));
    }
    if let Some(category) = only_category(result).map(name) {
        found.push(Warning::new(
            "single_category",
            "/fleiss_kappa",
            format!(
                "全員が「{}」だけを選んでいるため、偶然の一致を除いた係数（κ、α など）は定義できません。",
                category.ja
            ),
            format!(
                "Everyone chose “{}” only: chance-corrected coefficients (κ, α …) are not defined.",
                category.en
            ),
        ));
    }
    found.extend(paradox(result));
    found.extend(no_spread(result));
    found.extend(same_number(&result.categories, &result.n_ratings));
    if result.scale == Scale::Ordinal {
        found.extend(end_of_scale(result, name));
    }
    found
}

fn few_items(at: &str, n: usize) -> Option<Warning> {
    (n > 0 && n < FEW_ITEMS).then(|| {
        Warning::new(
            "few_items",
            at,
            format!("件数が少なく（n = {n}）、区間と標準誤差は目安です（大標本の近似）。"),
            format!(
                "Few items (n = {n}): intervals and standard errors are rough (large-sample approximations)."
            ),
        )
    })
}

/// Several items of few cases: the intervals at hand take items as independent.
pub(crate) fn few_cases(n: usize) -> Warning {
    Warning::new(
        "few_cases",
        "/by_case/n_cases",
        format!(
            "症例が少なく（{n} 例）症例単位の区間は求められません。区間は各項目を独立とみなしたもので、実際より狭い可能性があります。"
        ),
        format!(
            "Few cases ({n}): no intervals by case. Intervals take each item as independent and may be too narrow."
        ),
    )
}

/// A category, or what varies, stands in so few cases that many resamples are without a coefficient.
pub(crate) fn cases_alike() -> Warning {
    Warning::new(
        "cases_alike",
        "/by_case/limits",
        "再標本化した症例の多くで係数が定義できない（分類がごく少数の症例にしかないなど）ため、症例単位の区間がない係数があります。その区間は各項目を独立とみなしたもので、実際より狭い可能性があります。",
        "Some coefficients have no interval by case, because many resamples of the cases leave them undefined (a category in very few cases, for instance). Their intervals take each item as independent and may be too narrow.",
    )
}

fn missing(result: &CategoricalResult) -> Warning {
    let n = result.n_missing;
    let (ja, en) = match result.n_readers {
        2 => (
            "2 名の係数は両者がそろった項目だけで計算しています。",
            "coefficients of two readers use complete pairs only.",
        ),
        _ => (
            "評価が 2 つ以上ある項目だけが一致度に寄与します。",
            "only items with two or more ratings tell about agreement.",
        ),
    };
    Warning::new(
        "missing_ratings",
        "/n_missing",
        format!("評価が {n} 個欠損しています。{ja}"),
        format!("{n} ratings are missing: {en}"),
    )
}

/// A kappa whose standard error is 0 has an interval without width, which is no certainty.
fn no_spread(result: &CategoricalResult) -> Option<Warning> {
    let kappa = &result.cohen_kappa.as_ref()?.unweighted;
    let is_point = kappa.se.is_some_and(|se| se < 1e-12);
    is_point.then(|| {
        Warning::new(
            "no_standard_error",
            "/cohen_kappa/unweighted/se",
            "κ の標準誤差が 0 になり、区間に幅がありません（全項目で一致または不一致、一方がつねに同じ分類など）。κ が確実という意味ではありません。",
            "The standard error of κ is 0 and its interval has no width (such as all items agreeing, all differing, or a reader with one category only). This does not mean that κ is certain.",
        )
    })
}

/// Categories that are the same number written differently, such as 1 and 1.0.
fn same_number(categories: &[String], n_ratings: &[u64]) -> Option<Warning> {
    let used = categories.iter().zip(n_ratings).filter(|(_, n)| **n > 0);
    let numbers: Vec<(f64, &String)> = used
        .filter_map(|(name, _)| Some((number(name)?, name)))
        .collect();
    let (a, b) = numbers.iter().enumerate().find_map(|(n, (value, name))| {
        let twin = numbers[..n].iter().find(|(other, _)| other == value)?;
        Some((twin.1, *name))
    })?;
    Some(Warning::new(
        "same_number",
        "/categories",
        format!("「{a}」と「{b}」は同じ数ですが、書き方が異なるため別の分類として数えています。"),
        format!(
            "“{a}” and “{b}” are the same number; written differently they count as two categories."
        ),
    ))
}

/// The one category that was chosen, if it was one.
fn only_category(result: &CategoricalResult) -> Option<usize> {
    let mut used = (0..result.categories.len()).filter(|&place| result.n_ratings[place] > 0);
    let place = used.next()?;
    used.next().is_none().then_some(place)
}

/// High agreement with low kappa under skewed margins (Feinstein & Cicchetti 1990).
fn paradox(result: &CategoricalResult) -> Option<Warning> {
    let kappas = result.cohen_kappa.as_ref();
    let (at, kappa) = match kappas {
        Some(kappas) => ("/cohen_kappa/unweighted", kappas.unweighted.estimate?),
        None => ("/fleiss_kappa", result.fleiss_kappa.estimate?),
    };
    let observed = result.observed_agreement?;
    let largest = result.largest_margin()?;
    let (beside_ja, beside_en) = match result.binary {
        Some(_) => (
            "PABAK、AC1、陽性・陰性一致率",
            "PABAK, AC1, positive and negative agreement",
        ),
        None => (
            "AC1 と分類ごとの一致",
            "AC1 and the agreement on each category",
        ),
    };
    (observed >= 0.8 && kappa < 0.6 && largest >= 0.8).then(|| {
        Warning::new(
            "kappa_paradox",
            at,
            format!(
                "観察一致率は高い（{observed:.2}）のに κ が低く（{kappa:.2}）なっています。分類が大きく偏っている（最大 {:.0} %）ためで、{beside_ja}を併せて見てください。",
                100.0 * largest
            ),
            format!(
                "Agreement is high ({observed:.2}) but κ is low ({kappa:.2}), because the categories are skewed (largest {:.0} %): read {beside_en} beside it.",
                100.0 * largest
            ),
        )
    })
}

/// Most ratings at one end of an ordered scale.
fn end_of_scale(result: &CategoricalResult, name: impl Fn(usize) -> Bilingual) -> Option<Warning> {
    let n: u64 = result.n_ratings.iter().sum();
    let ends = [
        (
            result.n_ratings.len().checked_sub(1)?,
            "ceiling",
            "上端",
            "top",
        ),
        (0, "floor", "下端", "bottom"),
    ];
    if result.n_ratings.len() < 3 || n == 0 {
        return None;
    }
    ends.into_iter().find_map(|(place, code, ja, en)| {
        let share = result.n_ratings[place] as f64 / n as f64;
        let category = name(place);
        (AT_THE_END..1.0).contains(&share).then(|| {
            Warning::new(
                code,
                "/n_ratings",
                format!(
                    "評価の {:.0} % が尺度の{ja}「{}」に集まっています。違いが現れる余地が小さく、一致は見かけ上高くなります。",
                    100.0 * share,
                    category.ja
                ),
                format!(
                    "{:.0} % of the ratings lie at the {en} of the scale (“{}”): little room is left to differ, and agreement looks better than it is.",
                    100.0 * share,
                    category.en
                ),
            )
        })
    })
}

/// Warnings about agreement on measurements.
pub(crate) fn of_measurements(result: &ContinuousResult) -> Vec<Warning> {
    let mut found = Vec::new();
    found.extend(few_items("/n_items_complete", result.n_items_complete));
    if result.n_missing > 0 {
        found.push(Warning::new(
            "missing_ratings",
            "/n_missing",
            format!(
                "{} 個の値が欠損です。ICC などは全員の値がそろった行だけで計算しています（α は全組）。",
                result.n_missing
            ),
            format!(
                "{} values are missing: ICC and the like use complete rows only (α all pairs).",
                result.n_missing
            ),
        ));
    }
    let single = result.icc.present().and_then(|icc| icc.icc_2_1.estimate);
    let mean = result.icc.present().and_then(|icc| icc.icc_2_k.estimate);
    let is_outside =
        |estimate: Option<f64>| estimate.is_some_and(|icc| !(-1.0..=1.0).contains(&icc));
    if is_outside(single) || is_outside(mean) {
        found.push(Warning::new(
            "icc_beyond_one",
            "/icc",
            "ICC が −1 から 1 の範囲を外れています。項目の間の差が残りのばらつきより小さく件数も少ないため、ICC もその区間も意味を持ちません。",
            "An ICC lies beyond −1 … 1: the items differ less than the residual and are few, so that neither the ICC nor its interval means anything.",
        ));
    } else if single.is_some_and(|icc| icc < 0.0) {
        found.push(Warning::new(
            "negative_icc",
            "/icc/icc_2_1",
            "ICC が負です。項目間の差よりも、読影者の系統的な差を除いた残りのばらつきの方が大きいことを示します。",
            "The ICC is negative: what is left beside a constant difference of the readers varies more than the items do.",
        ));
    }
    let proportional = result
        .bland_altman
        .present()
        .and_then(|limits| limits.proportional.as_ref());
    if proportional.is_some_and(|change| change.is_growing() && change.percent.is_some()) {
        found.push(Warning::new(
            "difference_grows",
            "/bland_altman/proportional",
            "差の大きさが平均とともに大きくなっています。一致限界は小さい値では広すぎ、大きい値では狭すぎます。百分率での一致限界を見てください。",
            "The differences grow with the mean: the limits of agreement are too wide for small values and too narrow for large ones; read the limits in percent.",
        ));
    }
    if proportional.is_some_and(|change| change.is_growing() && change.percent.is_none()) {
        found.push(Warning::new(
            "difference_grows",
            "/bland_altman/proportional",
            "差の大きさが平均とともに大きくなっています。一致限界は小さい値では広すぎ、大きい値では狭すぎます。",
            "The differences grow with the mean: the limits of agreement are too wide for small values and too narrow for large ones.",
        ));
    }
    if proportional.is_some_and(Proportional::is_sloping) {
        found.push(Warning::new(
            "proportional_bias",
            "/bland_altman/proportional",
            "偏りが平均とともに変わっています。1 つの偏りでは表せません。",
            "The bias changes with the mean: one bias does not describe it.",
        ));
    }
    found
}

/// Items that stand in several rows of a table of categories.
pub(crate) fn repeated_items(items: &[String]) -> Option<Warning> {
    let mut rows: HashMap<&String, usize> = HashMap::new();
    let (first, second) = items.iter().enumerate().find_map(|(row, item)| {
        let first = *rows.entry(item).or_insert(row);
        (first != row).then_some((first, row))
    })?;
    let item = &items[second];
    // the header is line 1
    let (first, second) = (first + 2, second + 2);
    Some(Warning::new(
        "repeated_items",
        "/n_items",
        format!(
            "項目「{item}」が {first} 行目と {second} 行目にあります。別々の項目として数えています。"
        ),
        format!("Item “{item}” stands in rows {first} and {second}: counted as two items."),
    ))
}
