//! Agreement of measurements: everything of golden contract, section 3.2.

use super::alpha::{AlphaFigures, krippendorff_alpha};
use super::bland_altman::{BlandAltman, BlandAltmanRepeated, bland_altman, bland_altman_repeated};
use super::by_case::{ByCase, measurements_by_case};
use super::concordance::{LinCcc, lin_ccc};
use super::icc::{Icc, intraclass};
use super::{RatingOptions, RatingTable, Scale};
use crate::Error;
use crate::distribution::Z_95;
use crate::figure::{Reason, Reasons, Section};
use crate::warning::{self, Warning};
use serde::Serialize;
use std::collections::HashMap;
use voxel::Phrase;

/// Output of `dokuei agree-ratings` on the scales interval and ratio.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContinuousResult {
    /// `dokuei.agree_ratings/1`.
    pub schema: &'static str,
    /// The scale.
    pub scale: Scale,
    /// Items with a rating.
    pub n_items: usize,
    /// Rows without a missing rating.
    pub n_items_complete: usize,
    /// Readers.
    pub n_readers: usize,
    /// Missing ratings.
    pub n_missing: usize,
    /// Intraclass correlations.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub icc: Section<Icc>,
    /// Lin's concordance (two readers).
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub lin_ccc: Section<LinCcc>,
    /// Limits of agreement (two readers).
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub bland_altman: Section<BlandAltman>,
    /// Limits of agreement of items measured several times (two readers).
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub bland_altman_repeated: Section<BlandAltmanRepeated>,
    /// Limits of agreement with cases as the subjects, where a case has several items (two readers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bland_altman_by_case: Option<BlandAltmanRepeated>,
    /// Spread within items.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub within_subject: Section<WithinSubject>,
    /// Krippendorff's alpha on the scale, over all pairs of ratings.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub krippendorff_alpha: Section<AlphaFigures>,
    /// Intervals with cases resampled, where the table names the cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_case: Option<ByCase>,
    /// Where a figure may mislead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Why sections are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Spread of an item's measurements (Bland & Altman 1996, doi:10.1136/bmj.312.7047.1654).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithinSubject {
    /// Root of the mean variance within items.
    pub within_subject_sd: Option<f64>,
    /// z sqrt(2) times that: two measurements differ by less in 95 %.
    pub repeatability_coefficient: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Agreement of measurements; `options.scale` is interval or ratio.
///
/// # Errors
/// [`Error::BadInput`] for a rating that is no number, [`Error::BadArguments`] for options of
/// categories.
pub(crate) fn continuous(
    table: &RatingTable,
    options: &RatingOptions,
) -> Result<ContinuousResult, Error> {
    let of_categories = options.categories.is_some()
        || options.positive.is_some()
        || options.disagreement_weights.is_some();
    if of_categories {
        return Err(Error::BadArguments(Phrase::new(
            "agree-weights-scale",
            "categories and weights belong to the scales nominal and ordinal",
        )));
    }
    let numbers = table.numbers()?;
    let complete: Vec<(&str, Vec<f64>)> = table
        .items
        .iter()
        .zip(&numbers)
        .filter_map(|(item, row)| {
            let row: Option<Vec<f64>> = row.iter().copied().collect();
            row.map(|row| (item.as_str(), row))
        })
        .collect();
    let rated: Vec<&str> = table
        .items
        .iter()
        .zip(&numbers)
        .filter(|(_, row)| row.iter().any(Option::is_some))
        .map(|(item, _)| item.as_str())
        .collect();
    let mut different = rated.clone();
    different.sort_unstable();
    different.dedup();
    let mut result = ContinuousResult {
        schema: "dokuei.agree_ratings/1",
        scale: options.scale,
        n_items: different.len(),
        n_items_complete: complete.len(),
        n_readers: table.readers.len(),
        n_missing: table.n_missing(),
        icc: Section::Undefined,
        lin_ccc: Section::Undefined,
        bland_altman: Section::Undefined,
        bland_altman_repeated: Section::Absent,
        bland_altman_by_case: None,
        within_subject: Section::Undefined,
        krippendorff_alpha: Section::Undefined,
        by_case: None,
        warnings: Vec::new(),
        reasons: Reasons::default(),
    };
    if different.len() < rated.len() {
        result.fill_repeated(&complete);
    } else {
        let complete: Vec<Vec<f64>> = complete.into_iter().map(|(_, row)| row).collect();
        result.fill(&numbers, &complete);
        if let Some(cases) = &table.cases {
            let of_rows = cases.iter().zip(&numbers);
            let of_complete = of_rows.filter(|(_, row)| row.iter().all(Option::is_some));
            let names: Vec<&str> = of_complete.map(|(case, _)| case.as_str()).collect();
            result.fill_by_case(&names, &complete);
        }
    }
    result.warnings = warning::of_measurements(&result);
    let several = result.by_case.as_ref().and_then(ByCase::warning);
    result.warnings.extend(several);
    Ok(result)
}

impl ContinuousResult {
    fn fill(&mut self, numbers: &[Vec<Option<f64>>], complete: &[Vec<f64>]) {
        self.krippendorff_alpha = Section::Present(alpha(numbers, self.scale));
        self.icc = Section::Present(intraclass(complete));
        self.within_subject = Section::Present(within_subject(complete));
        if self.n_readers == 2 {
            let pairs: Vec<[f64; 2]> = complete.iter().map(|row| [row[0], row[1]]).collect();
            self.lin_ccc = Section::Present(lin_ccc(&pairs));
            self.bland_altman = Section::Present(bland_altman(&pairs));
        } else {
            self.lin_ccc = Section::Absent;
            self.bland_altman = Section::Absent;
        }
    }

    /// Items in several rows: only limits of agreement that know it are meaningful.
    fn fill_repeated(&mut self, complete: &[(&str, Vec<f64>)]) {
        for key in [
            "icc",
            "lin_ccc",
            "bland_altman",
            "within_subject",
            "krippendorff_alpha",
        ] {
            self.reasons.note(key, Reason::RepeatedItems);
        }
        if self.n_readers != 2 {
            return;
        }
        let (names, rows): (Vec<&str>, Vec<&Vec<f64>>) =
            complete.iter().map(|(name, row)| (*name, row)).unzip();
        let subjects = subjects(&names, rows.into_iter());
        self.bland_altman_repeated = Section::Present(bland_altman_repeated(&subjects));
    }

    /// Intervals by case, and limits of agreement that know which items belong together.
    fn fill_by_case(&mut self, names: &[&str], complete: &[Vec<f64>]) {
        let by_case = measurements_by_case(names, complete);
        if self.n_readers == 2 && by_case.most_rows > 1 {
            let subjects = subjects(names, complete.iter());
            self.bland_altman_by_case = Some(bland_altman_repeated(&subjects));
        }
        self.by_case = Some(by_case);
    }
}

/// Pairs of each name, in the order in which names first occur.
fn subjects<'a>(names: &[&str], rows: impl Iterator<Item = &'a Vec<f64>>) -> Vec<Vec<[f64; 2]>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut subjects: Vec<Vec<[f64; 2]>> = Vec::new();
    for (name, row) in names.iter().zip(rows) {
        let place = *places.entry(name).or_insert(subjects.len());
        if place == subjects.len() {
            subjects.push(Vec::new());
        }
        subjects[place].push([row[0], row[1]]);
    }
    subjects
}

fn alpha(numbers: &[Vec<Option<f64>>], scale: Scale) -> AlphaFigures {
    let mut values: Vec<f64> = numbers.iter().flatten().copied().flatten().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let coded: Vec<Vec<Option<usize>>> = numbers
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| value.map(|value| values.partition_point(|v| *v < value)))
                .collect()
        })
        .collect();
    krippendorff_alpha(&coded, &values, scale, Reason::ZeroVariance)
}

fn within_subject(rows: &[Vec<f64>]) -> WithinSubject {
    let variance = |row: &Vec<f64>| {
        let k = row.len() as f64;
        let mean = row.iter().sum::<f64>() / k;
        row.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (k - 1.0)
    };
    let sd = if rows.is_empty() {
        Err(Reason::TooFewItems)
    } else {
        Ok((rows.iter().map(variance).sum::<f64>() / rows.len() as f64).sqrt())
    };
    let mut reasons = Reasons::default();
    WithinSubject {
        within_subject_sd: reasons.settle("within_subject_sd", sd),
        repeatability_coefficient: reasons.settle(
            "repeatability_coefficient",
            sd.map(|sd| Z_95 * std::f64::consts::SQRT_2 * sd),
        ),
        reasons,
    }
}
