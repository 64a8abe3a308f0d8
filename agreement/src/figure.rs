//! A figure is a number or the reason why there is none; never NaN, never a silent 0 or 1.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Why a figure is undefined. Serialises to the code of the golden contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Neither mask has a voxel: agreed absent.
    BothEmpty,
    /// The first mask has no voxel.
    AEmpty,
    /// The second mask has no voxel.
    BEmpty,
    /// None of three or more masks has a voxel.
    AllEmpty,
    /// The consensus that serves as reference has no voxel.
    ReferenceEmpty,
    /// The reference covers the whole image.
    NoBackground,
    /// Only one category occurs, so that chance agreement is 1.
    SingleCategory,
    /// All values are equal.
    ZeroVariance,
    /// No residual variance is left.
    ZeroErrorVariance,
    /// The denominator is 0.
    ZeroDenominator,
    /// The readings are identical, so that no interval exists.
    PerfectAgreement,
    /// Too few items.
    TooFewItems,
    /// Items have different numbers of ratings.
    UnequalRatings,
    /// Items occur in several rows.
    RepeatedItems,
    /// No finding was matched.
    NoMatch,
    /// The reference has no finding.
    NoReference,
    /// The grid is sheared: no distances.
    ShearedAffine,
    /// More different values than can be resampled.
    TooManyValues,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 18] = [
        Self::BothEmpty,
        Self::AEmpty,
        Self::BEmpty,
        Self::AllEmpty,
        Self::ReferenceEmpty,
        Self::NoBackground,
        Self::SingleCategory,
        Self::ZeroVariance,
        Self::ZeroErrorVariance,
        Self::ZeroDenominator,
        Self::PerfectAgreement,
        Self::TooFewItems,
        Self::UnequalRatings,
        Self::RepeatedItems,
        Self::NoMatch,
        Self::NoReference,
        Self::ShearedAffine,
        Self::TooManyValues,
    ];

    /// The code as it stands in JSON and CSV.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BothEmpty => "both_empty",
            Self::AEmpty => "a_empty",
            Self::BEmpty => "b_empty",
            Self::AllEmpty => "all_empty",
            Self::ReferenceEmpty => "reference_empty",
            Self::NoBackground => "no_background",
            Self::SingleCategory => "single_category",
            Self::ZeroVariance => "zero_variance",
            Self::ZeroErrorVariance => "zero_error_variance",
            Self::ZeroDenominator => "zero_denominator",
            Self::PerfectAgreement => "perfect_agreement",
            Self::TooFewItems => "too_few_items",
            Self::UnequalRatings => "unequal_ratings",
            Self::RepeatedItems => "repeated_items",
            Self::NoMatch => "no_match",
            Self::NoReference => "no_reference",
            Self::ShearedAffine => "sheared_affine",
            Self::TooManyValues => "too_many_values",
        }
    }
}

/// A computed number, or why there is none.
pub type Figure = Result<f64, Reason>;

/// The `reasons` object that stands beside the undefined figures of the same object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Reasons(BTreeMap<String, Reason>);

impl Reasons {
    /// True if every figure of the object is defined; such an object has no `reasons` key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reason of the figure `key`, if it is undefined.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Reason> {
        self.0.get(key).copied()
    }

    /// All undefined figures in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Reason)> {
        self.0.iter().map(|(key, reason)| (key.as_str(), *reason))
    }

    pub(crate) fn note(&mut self, key: &str, reason: Reason) {
        self.0.insert(key.to_owned(), reason);
    }

    /// Turns a figure into the value of the field `key` and keeps the reason if there is none.
    /// A number that is not finite counts as a division by zero.
    pub(crate) fn settle(&mut self, key: &str, figure: Figure) -> Option<f64> {
        match figure {
            Ok(value) if value.is_finite() => Some(value),
            Ok(_) => {
                self.note(key, Reason::ZeroDenominator);
                None
            }
            Err(reason) => {
                self.note(key, reason);
                None
            }
        }
    }
}

/// `numerator / denominator`, undefined for the denominator 0.
pub(crate) fn ratio(numerator: u64, denominator: u64, reason: Reason) -> Figure {
    if denominator == 0 {
        Err(reason)
    } else {
        Ok(numerator as f64 / denominator as f64)
    }
}

/// An object of the output that can be left out, `null` (with the reason in the parent) or there.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Section<T> {
    /// Does not apply to this input: the key is absent.
    #[default]
    Absent,
    /// Applies, but is undefined: `null`.
    Undefined,
    /// Computed.
    Present(T),
}

impl<T> Section<T> {
    /// The computed object.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(section) => Some(section),
            Self::Absent | Self::Undefined => None,
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T: Serialize> Serialize for Section<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.present().serialize(serializer)
    }
}

/// A JSON object whose keys are names from the input, in their given order.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyed<T>(pub Vec<(String, T)>);

impl<T> Keyed<T> {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for Keyed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_finite_becomes_a_reason() {
        let mut reasons = Reasons::default();
        assert_eq!(reasons.settle("x", Ok(f64::NAN)), None);
        assert_eq!(reasons.get("x"), Some(Reason::ZeroDenominator));
        assert_eq!(reasons.settle("y", Ok(0.5)), Some(0.5));
        assert_eq!(reasons.get("y"), None);
    }

    #[test]
    fn the_code_of_a_reason_is_its_json() {
        for reason in Reason::ALL {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{}\"", reason.code()));
        }
    }
}
