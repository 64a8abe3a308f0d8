//! Ratings and measurements of two and more readers.

mod alpha;
mod bland_altman;
mod by_case;
mod categorical;
mod chance;
mod cohen;
mod concordance;
mod continuous;
mod icc;
mod plan;
mod proportional;
mod spread;
mod summary;
mod table;
mod weights;

use crate::Error;
use crate::figure::{Figure, Reasons};
use crate::report::Bilingual;
pub use alpha::AlphaFigures;
pub use bland_altman::{BlandAltman, BlandAltmanRepeated, bland_altman, bland_altman_repeated};
pub use by_case::{
    ByCase, CaseLimits, Coefficient, PrintedLimits, limits_to_print, measurements_by_case,
};
pub use categorical::{
    BinaryFigures, ByWeighting, CategoricalResult, CohenKappas, KappaOfPair, SpecificAgreement,
};
pub use chance::ChanceCorrected;
pub use cohen::{CohenKappa, ConfusionTable, cohen_kappa};
pub use concordance::LinCcc;
pub use continuous::{ContinuousResult, WithinSubject};
pub use icc::{Icc, IccForm, intraclass};
pub use plan::{PlanResult, PlanSpec, PlannedItems, plan};
pub use proportional::{PercentLimits, Proportional};
use serde::Serialize;
pub use spread::{BoxSpread, box_spread};
pub use summary::{Summary, SummaryOptions, SummaryResult, summarise, summarise_column};
pub(crate) use table::number;
pub use table::{RatingTable, list_of_names};
pub use weights::{Weighting, Weights};

/// Scale of measurement of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Names without order.
    #[default]
    Nominal,
    /// Names in order.
    Ordinal,
    /// Numbers with meaningful differences.
    Interval,
    /// Numbers with meaningful ratios.
    Ratio,
}

/// Options of `dokuei agree-ratings`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RatingOptions {
    /// The scale.
    pub scale: Scale,
    /// Categories and their order; `None`: those that occur.
    pub categories: Option<Vec<String>>,
    /// What people call the categories that are declared, where they are ids; warnings say these names.
    pub category_names: Option<Vec<Bilingual>>,
    /// Of two categories the positive one; `None`: the second.
    pub positive: Option<String>,
    /// Disagreement of each pair of categories, for `cohen_kappa/custom`.
    pub disagreement_weights: Option<Vec<Vec<f64>>>,
}

/// Output of `dokuei agree-ratings`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RatingResult {
    /// Scales nominal and ordinal.
    Categorical(Box<CategoricalResult>),
    /// Scales interval and ratio.
    Continuous(Box<ContinuousResult>),
}

/// An estimate without interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub estimate: Option<f64>,
    /// Why it is undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl Estimate {
    pub(crate) fn of(figure: Figure) -> Self {
        let mut reasons = Reasons::default();
        Self {
            estimate: reasons.settle("estimate", figure),
            reasons,
        }
    }
}

/// Agreement of the readers of a table.
///
/// # Errors
/// [`Error::BadInput`] and [`Error::BadArguments`] where the table or the options do not fit the
/// scale.
///
/// ```
/// use agreement::{RatingOptions, RatingResult, RatingTable, agree_ratings};
/// let table = RatingTable::from_csv("item,a,b\n1,yes,yes\n2,no,no\n3,yes,no\n4,no,no\n").unwrap();
/// let RatingResult::Categorical(result) = agree_ratings(&table, &RatingOptions::default()).unwrap()
/// else { unreachable!() };
/// assert_eq!(result.cohen_kappa.unwrap().unweighted.estimate, Some(0.5));
/// ```
pub fn agree_ratings(table: &RatingTable, options: &RatingOptions) -> Result<RatingResult, Error> {
    table.check()?;
    match options.scale {
        Scale::Nominal | Scale::Ordinal => categorical::categorical(table, options)
            .map(Box::new)
            .map(RatingResult::Categorical),
        Scale::Interval | Scale::Ratio => continuous::continuous(table, options)
            .map(Box::new)
            .map(RatingResult::Continuous),
    }
}
