//! Agreement on categories: everything of golden contract, section 3.1.

use super::alpha::{AlphaFigures, Valued, krippendorff_alpha};
use super::by_case::{ByCase, Coefficient, categories_by_case};
use super::chance::{Chance, ChanceCorrected, RatingCounts, chance_corrected, fleiss_null_error};
use super::cohen::{CohenKappa, ConfusionTable, cohen_kappa, scott_pi, wilson};
use super::weights::{Weighting, Weights};
use super::{Estimate, RatingOptions, RatingTable, Scale};
use crate::Error;
use crate::figure::{Keyed, Reason, Reasons, ratio};
use crate::warning::{self, Warning};
use serde::Serialize;
use std::collections::HashSet;
use voxel::Phrase;

/// Output of `dokuei agree-ratings` on the scales nominal and ordinal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoricalResult {
    /// `dokuei.agree_ratings/1`.
    pub schema: &'static str,
    /// The scale.
    pub scale: Scale,
    /// Items with a rating.
    pub n_items: usize,
    /// Items with two or more ratings.
    pub n_items_paired: usize,
    /// Readers.
    pub n_readers: usize,
    /// Missing ratings.
    pub n_missing: usize,
    /// Categories in order.
    pub categories: Vec<String>,
    /// Ratings of each category, over all readers.
    pub n_ratings: Vec<u64>,
    /// Mean share of agreeing pairs.
    pub observed_agreement: Option<f64>,
    /// Lower 95 % limit (Wilson; two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_agreement_ci_low: Option<Option<f64>>,
    /// Upper 95 % limit (Wilson; two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_agreement_ci_high: Option<Option<f64>>,
    /// Counts of the readers' categories (two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<ConfusionTable>,
    /// Cohen's kappa (two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohen_kappa: Option<CohenKappas>,
    /// Kappa of each pair (three or more readers): quadratic weights where ordinal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairwise_kappa: Vec<KappaOfPair>,
    /// Scott's pi (two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scott_pi: Option<Estimate>,
    /// Fleiss' kappa.
    pub fleiss_kappa: ChanceCorrected,
    /// Gwet's AC1 and AC2.
    pub gwet_ac: ByWeighting,
    /// Brennan-Prediger.
    pub brennan_prediger: ByWeighting,
    /// Krippendorff's alpha on the scale.
    pub krippendorff_alpha: AlphaFigures,
    /// Agreement on each category; its `reasons` are keyed by category.
    pub specific_agreement: SpecificAgreement,
    /// Two readers and two categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary: Option<BinaryFigures>,
    /// Intervals with cases resampled, where the table names the cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_case: Option<ByCase>,
    /// Where a figure may mislead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl CategoricalResult {
    /// Largest share that one category has of a reader's ratings (two readers), or of all.
    #[must_use]
    pub fn largest_margin(&self) -> Option<f64> {
        let Some(table) = &self.confusion else {
            let n: u64 = self.n_ratings.iter().sum();
            let largest = self.n_ratings.iter().max()?;
            return (n > 0).then(|| *largest as f64 / n as f64);
        };
        let rows = table.0.iter().map(|row| row.iter().sum::<u64>());
        let columns = (0..table.0.len()).map(|j| table.0.iter().map(|row| row[j]).sum());
        let largest = rows.chain(columns).max()?;
        (table.n() > 0).then(|| largest as f64 / table.n() as f64)
    }
}

/// Different values beyond which a column holds measurements or free text, not categories.
const MOST_CATEGORIES: usize = 1000;

/// Cohen's kappa by weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohenKappas {
    /// Equal or not.
    pub unweighted: CohenKappa,
    /// By distance of ranks (ordinal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linear: Option<CohenKappa>,
    /// By squared distance of ranks (ordinal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quadratic: Option<CohenKappa>,
    /// With given disagreement weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<CohenKappa>,
}

/// Kappa of two of several readers, by their places in the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KappaOfPair {
    /// Place of the first.
    pub a: usize,
    /// Place of the second.
    pub b: usize,
    /// Its weights.
    pub weights: Weighting,
    /// Items that both rated.
    pub n: u64,
    /// Their kappa.
    #[serde(flatten)]
    pub kappa: CohenKappa,
}

/// A coefficient by weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByWeighting {
    /// Equal or not.
    pub unweighted: ChanceCorrected,
    /// By distance of ranks (ordinal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linear: Option<ChanceCorrected>,
    /// By squared distance of ranks (ordinal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quadratic: Option<ChanceCorrected>,
}

/// Agreement on each category.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpecificAgreement {
    /// One share a category.
    #[serde(flatten)]
    pub by_category: Keyed<Option<f64>>,
    /// Why shares are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Two readers, two categories: prevalence and bias beside kappa
/// (Byrt, Bishop & Carlin 1993, doi:10.1016/0895-4356(93)90018-V).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BinaryFigures {
    /// The category that counts as positive.
    pub positive_category: String,
    /// Prevalence- and bias-adjusted kappa, 2 p_o - 1.
    pub pabak: Option<f64>,
    /// (both positive - both negative) / n.
    pub prevalence_index: Option<f64>,
    /// (only first positive - only second positive) / n.
    pub bias_index: Option<f64>,
    /// Agreement on the positive category.
    pub positive_agreement: Option<f64>,
    /// Agreement on the negative category.
    pub negative_agreement: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Agreement of categories; `options.scale` is nominal or ordinal.
///
/// # Errors
/// [`Error::BadInput`] for a rating outside the declared categories, [`Error::BadArguments`] for
/// weights or a positive category that do not fit.
pub(crate) fn categorical(
    table: &RatingTable,
    options: &RatingOptions,
) -> Result<CategoricalResult, Error> {
    let categories = categories_of(table, options)?;
    let q = categories.len();
    let coded = table.coded(&categories)?;
    let counts = RatingCounts::new(&coded, q);
    let confusion = (table.readers.len() == 2).then(|| confusion_of(&coded, [0, 1], q));
    let kappas = confusion
        .as_ref()
        .map(|confusion| cohen_kappas(confusion, options, q))
        .transpose()?;
    let binary = match &confusion {
        Some(confusion) if q == 2 => Some(binary(confusion, &categories, options)?),
        _ => None,
    };
    let mut reasons = Reasons::default();
    let limits = confusion
        .as_ref()
        .map(|table| wilson(table.agreeing(), table.n()));
    let ranks: Vec<f64> = (0..q).map(|rank| rank as f64).collect();
    let alpha = krippendorff_alpha(&coded, &ranks, options.scale, Reason::SingleCategory);
    let mut result = CategoricalResult {
        schema: "dokuei.agree_ratings/1",
        scale: options.scale,
        n_items: counts.rows.len(),
        n_items_paired: counts
            .rows
            .iter()
            .filter(|row| row.iter().sum::<u32>() > 1)
            .count(),
        n_readers: table.readers.len(),
        n_missing: table.n_missing(),
        n_ratings: counts.n_ratings(),
        observed_agreement: reasons.settle("observed_agreement", counts.observed_agreement()),
        observed_agreement_ci_low: limits
            .map(|l| reasons.settle("observed_agreement_ci_low", l.map(|[low, _]| low))),
        observed_agreement_ci_high: limits
            .map(|l| reasons.settle("observed_agreement_ci_high", l.map(|[_, high]| high))),
        cohen_kappa: kappas,
        scott_pi: confusion
            .as_ref()
            .map(|confusion| Estimate::of(scott_pi(confusion))),
        pairwise_kappa: pairwise_kappa(&coded, options.scale, q),
        confusion,
        fleiss_kappa: fleiss(&counts),
        gwet_ac: by_weighting(&counts, options.scale, Chance::Gwet),
        brennan_prediger: by_weighting(&counts, options.scale, Chance::BrennanPrediger),
        krippendorff_alpha: alpha,
        specific_agreement: specific_agreement(&counts, &categories),
        binary,
        by_case: by_case(table, &coded, options, q)?,
        categories,
        warnings: Vec::new(),
        reasons,
    };
    let names = options.category_names.as_deref();
    result.warnings = warning::of_categories(&result, names);
    let several = result.by_case.as_ref().and_then(ByCase::warning);
    result.warnings.extend(several);
    result
        .warnings
        .extend(warning::repeated_items(&table.items));
    Ok(result)
}

/// The categories in order: as declared, or those that occur.
///
/// # Errors
/// A category declared twice, or so many that the column holds no categories.
fn categories_of(table: &RatingTable, options: &RatingOptions) -> Result<Vec<String>, Error> {
    let categories = options
        .categories
        .clone()
        .unwrap_or_else(|| table.observed_categories());
    let q = categories.len();
    if categories.iter().collect::<HashSet<_>>().len() < q {
        return Err(Error::BadArguments(Phrase::new(
            "agree-category-twice",
            "a category is declared twice",
        )));
    }
    if q > MOST_CATEGORIES {
        let why = format!("{q} different categories: these are measurements or free text");
        let said = Phrase::new("agree-many-categories", why);
        return Err(Error::BadInput(
            said.with("count", q).with("most", MOST_CATEGORIES),
        ));
    }
    Ok(categories)
}

/// Intervals with cases resampled.
fn by_case(
    table: &RatingTable,
    coded: &[Vec<Option<usize>>],
    options: &RatingOptions,
    q: usize,
) -> Result<Option<ByCase>, Error> {
    let Some(cases) = &table.cases else {
        return Ok(None);
    };
    let of = |(coefficient, weighting)| (coefficient, Weights::new(weighting, q));
    let mut weights = Vec::new();
    if table.readers.len() == 2 {
        weights.push(of((Coefficient::CohenUnweighted, Weighting::Unweighted)));
        if options.scale == Scale::Ordinal {
            weights.push(of((Coefficient::CohenLinear, Weighting::Linear)));
            weights.push(of((Coefficient::CohenQuadratic, Weighting::Quadratic)));
        }
        if let Some(matrix) = &options.disagreement_weights {
            let custom = Weights::from_disagreements(matrix, q)?;
            weights.push((Coefficient::CohenCustom, custom));
        }
    }
    let ranks: Vec<f64> = (0..q).map(|rank| rank as f64).collect();
    let alpha = Valued {
        values: &ranks,
        scale: options.scale,
    };
    let names: Vec<&str> = cases.iter().map(String::as_str).collect();
    Ok(Some(categories_by_case(&names, coded, q, &weights, alpha)))
}

fn confusion_of(coded: &[Vec<Option<usize>>], [a, b]: [usize; 2], q: usize) -> ConfusionTable {
    let pairs = coded.iter().filter_map(|row| Some((row[a]?, row[b]?)));
    ConfusionTable::of_pairs(pairs, q)
}

fn pairwise_kappa(coded: &[Vec<Option<usize>>], scale: Scale, q: usize) -> Vec<KappaOfPair> {
    let n_readers = coded.first().map_or(0, Vec::len);
    if n_readers < 3 {
        return Vec::new();
    }
    let weighting = match scale {
        Scale::Ordinal => Weighting::Quadratic,
        _ => Weighting::Unweighted,
    };
    let weights = Weights::new(weighting, q);
    (0..n_readers)
        .flat_map(|a| (a + 1..n_readers).map(move |b| (a, b)))
        .map(|(a, b)| {
            let table = confusion_of(coded, [a, b], q);
            KappaOfPair {
                a,
                b,
                n: table.n(),
                weights: weighting,
                kappa: cohen_kappa(&table, &weights),
            }
        })
        .collect()
}

fn cohen_kappas(
    confusion: &ConfusionTable,
    options: &RatingOptions,
    q: usize,
) -> Result<CohenKappas, Error> {
    let kappa = |weighting| cohen_kappa(confusion, &Weights::new(weighting, q));
    let ordinal = options.scale == Scale::Ordinal;
    let custom = options
        .disagreement_weights
        .as_ref()
        .map(|matrix| Weights::from_disagreements(matrix, q))
        .transpose()?;
    Ok(CohenKappas {
        unweighted: kappa(Weighting::Unweighted),
        linear: ordinal.then(|| kappa(Weighting::Linear)),
        quadratic: ordinal.then(|| kappa(Weighting::Quadratic)),
        custom: custom.map(|weights| cohen_kappa(confusion, &weights)),
    })
}

fn fleiss(counts: &RatingCounts) -> ChanceCorrected {
    let identity = Weights::new(Weighting::Unweighted, counts.n_categories);
    let mut figures = chance_corrected(counts, &identity, Chance::Fleiss);
    figures.se_null = Some(figures.reasons.settle("se_null", fleiss_null_error(counts)));
    figures
}

fn by_weighting(counts: &RatingCounts, scale: Scale, chance: Chance) -> ByWeighting {
    let with = |weighting| {
        chance_corrected(
            counts,
            &Weights::new(weighting, counts.n_categories),
            chance,
        )
    };
    let ordinal = scale == Scale::Ordinal;
    ByWeighting {
        unweighted: with(Weighting::Unweighted),
        linear: ordinal.then(|| with(Weighting::Linear)),
        quadratic: ordinal.then(|| with(Weighting::Quadratic)),
    }
}

fn specific_agreement(counts: &RatingCounts, categories: &[String]) -> SpecificAgreement {
    let mut reasons = Reasons::default();
    let by_category = categories
        .iter()
        .zip(counts.specific_agreement())
        .map(|(name, share)| (name.clone(), reasons.settle(name, share)))
        .collect();
    SpecificAgreement {
        by_category: Keyed(by_category),
        reasons,
    }
}

fn binary(
    confusion: &ConfusionTable,
    categories: &[String],
    options: &RatingOptions,
) -> Result<BinaryFigures, Error> {
    let positive = match &options.positive {
        None => 1,
        Some(name) => categories
            .iter()
            .position(|category| category == name)
            .ok_or_else(|| {
                let why = format!("the positive category does not occur: {name}");
                Error::BadArguments(
                    Phrase::new("agree-no-positive", why).with("name", name.as_str()),
                )
            })?,
    };
    let ConfusionTable(cells) = confusion;
    let both = cells[positive][positive];
    let neither = cells[1 - positive][1 - positive];
    let only_first = cells[positive][1 - positive];
    let only_second = cells[1 - positive][positive];
    let n = confusion.n();
    let mut reasons = Reasons::default();
    let balance = |plus: u64, minus: u64| match n {
        0 => Err(Reason::TooFewItems),
        _ => Ok((plus as f64 - minus as f64) / n as f64),
    };
    let differing = only_first + only_second;
    let on = |agreeing: u64| {
        ratio(
            2 * agreeing,
            2 * agreeing + differing,
            Reason::ZeroDenominator,
        )
    };
    Ok(BinaryFigures {
        positive_category: categories[positive].clone(),
        pabak: reasons.settle("pabak", balance(both + neither, differing)),
        prevalence_index: reasons.settle("prevalence_index", balance(both, neither)),
        bias_index: reasons.settle("bias_index", balance(only_first, only_second)),
        positive_agreement: reasons.settle("positive_agreement", on(both)),
        negative_agreement: reasons.settle("negative_agreement", on(neither)),
        reasons,
    })
}
