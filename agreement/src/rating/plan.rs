//! Sample sizes (golden contract, section 3.4).

use crate::Error;
use crate::distribution::{noncentral_t_cdf, normal_cdf, normal_quantile, t_quantile};
use serde::Serialize;
use serde_json::Value;
use voxel::Phrase;

/// What a study shall show.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PlanSpec {
    /// Test of a binary kappa, two readers (Donner & Eliasziw 1992, doi:10.1002/sim.4780111109).
    KappaTest {
        /// Kappa under the null hypothesis.
        kappa_null: f64,
        /// Kappa to be shown.
        kappa_alternative: f64,
        /// Share of positive items.
        prevalence: f64,
        /// Two-sided error of the first kind.
        alpha: f64,
        /// Power.
        power: f64,
    },
    /// Width of a binary kappa's interval (Bloch & Kraemer 1989, doi:10.2307/2532052).
    KappaCi {
        /// Expected kappa.
        kappa: f64,
        /// Share of positive items.
        prevalence: f64,
        /// Half width of the interval.
        half_width: f64,
        /// One minus the confidence.
        alpha: f64,
    },
    /// Width of an ICC's interval (Bonett 2002, doi:10.1002/sim.1108).
    IccCi {
        /// Expected ICC.
        icc: f64,
        /// Readers.
        readers: f64,
        /// Full width of the interval.
        full_width: f64,
        /// One minus the confidence.
        alpha: f64,
    },
    /// Test of an ICC (Walter, Eliasziw & Donner 1998), one-sided.
    IccTest {
        /// ICC under the null hypothesis.
        icc_null: f64,
        /// ICC to be shown.
        icc_alternative: f64,
        /// Readers.
        readers: f64,
        /// One-sided error of the first kind.
        alpha: f64,
        /// Power.
        power: f64,
    },
    /// Paired t test of two Dice values per case, two-sided, by the noncentral t distribution.
    PairedDiceDifference {
        /// Difference to be shown.
        difference: f64,
        /// Standard deviation of the differences.
        sd_difference: f64,
        /// Two-sided error of the first kind.
        alpha: f64,
        /// Power.
        power: f64,
    },
}

/// Output of `dokuei agree-ratings --plan`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanResult {
    /// `dokuei.agree_ratings/1`.
    pub schema: &'static str,
    /// The number of items.
    pub plan: PlannedItems,
}

/// Items needed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedItems {
    /// What was planned for.
    #[serde(flatten)]
    pub spec: PlanSpec,
    /// Solution of the formula.
    pub n_exact: f64,
    /// Rounded up.
    pub n: u64,
}

impl PlanSpec {
    /// Reads the JSON of a plan.
    ///
    /// # Errors
    /// [`Error::BadInput`] for broken JSON, an unknown kind or a missing or impossible number.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let json: Value = serde_json::from_str(text).map_err(|error| Error::unparsed(&error))?;
        let kind = json.get("kind").and_then(Value::as_str).unwrap_or_default();
        let take = |key: &str, low: f64, high: f64| match json.get(key).and_then(Value::as_f64) {
            Some(value) if value >= low && value <= high => Ok(value),
            Some(value) => Err(out_of_range(key, value, &range_text(low, high))),
            None => {
                let said = Phrase::new("agree-plan-missing", format!("{key} is missing"));
                Err(Error::BadInput(said.with("key", key)))
            }
        };
        let share = |key: &str| take(key, f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
        let positive = |key: &str| take(key, f64::MIN_POSITIVE, f64::MAX);
        let readers = || {
            let readers = take("readers", 2.0, 1e6)?;
            if readers.fract() == 0.0 {
                return Ok(readers);
            }
            Err(out_of_range("readers", readers, "2, 3, …"))
        };
        let power = || {
            let (alpha, power) = (share("alpha")?, share("power")?);
            // a test that finds what is not there as often as that finds what is there with its level
            if power > alpha {
                return Ok(power);
            }
            Err(out_of_range("power", power, &format!("{alpha} … 1")))
        };
        Ok(match kind {
            "kappa_test" => Self::KappaTest {
                kappa_null: take("kappa_null", 0.0, 1.0 - f64::EPSILON)?,
                kappa_alternative: take("kappa_alternative", 0.0, 1.0)?,
                prevalence: share("prevalence")?,
                alpha: share("alpha")?,
                power: power()?,
            },
            "kappa_ci" => Self::KappaCi {
                kappa: take("kappa", 0.0, 1.0 - f64::EPSILON)?,
                prevalence: share("prevalence")?,
                half_width: positive("half_width")?,
                alpha: share("alpha")?,
            },
            "icc_ci" => Self::IccCi {
                icc: take("icc", 0.0, 1.0 - f64::EPSILON)?,
                readers: readers()?,
                full_width: positive("full_width")?,
                alpha: share("alpha")?,
            },
            "icc_test" => Self::IccTest {
                icc_null: take("icc_null", 0.0, 1.0 - f64::EPSILON)?,
                icc_alternative: share("icc_alternative")?,
                readers: readers()?,
                alpha: share("alpha")?,
                power: power()?,
            },
            "paired_dice_difference" => Self::PairedDiceDifference {
                // a decrease needs as many as an increase
                difference: take("difference", -f64::MAX, f64::MAX)?.abs(),
                sd_difference: positive("sd_difference")?,
                alpha: share("alpha")?,
                power: power()?,
            },
            other => {
                let why = format!("unknown kind of plan: {other}");
                let said = Phrase::new("agree-plan-kind", why);
                return Err(Error::BadInput(said.with("kind", other)));
            }
        })
    }

    fn n_exact(&self) -> f64 {
        match *self {
            Self::KappaTest {
                kappa_null: k0,
                kappa_alternative: k1,
                prevalence: p,
                alpha,
                power,
            } => kappa_test_items([k0, k1], p, noncentrality(alpha, power)),
            Self::KappaCi {
                kappa,
                prevalence: p,
                half_width,
                alpha,
            } => {
                let variance = (1.0 - kappa)
                    * ((1.0 - kappa) * (1.0 - 2.0 * kappa)
                        + kappa * (2.0 - kappa) / (2.0 * p * (1.0 - p)));
                normal_quantile(1.0 - alpha / 2.0).powi(2) * variance / half_width.powi(2)
            }
            Self::IccCi {
                icc,
                readers: k,
                full_width,
                alpha,
            } => {
                let z = normal_quantile(1.0 - alpha / 2.0);
                let spread = (1.0 - icc) * (1.0 + (k - 1.0) * icc);
                let n = 8.0 * (z * spread).powi(2) / (k * (k - 1.0) * full_width.powi(2)) + 1.0;
                if k == 2.0 && icc >= 0.7 {
                    n + 5.0 * icc
                } else {
                    n
                }
            }
            Self::IccTest {
                icc_null,
                icc_alternative,
                readers: k,
                alpha,
                power,
            } => {
                let odds = |icc: f64| icc / (1.0 - icc);
                let ratio = (1.0 + k * odds(icc_null)) / (1.0 + k * odds(icc_alternative));
                let z = normal_quantile(1.0 - alpha) + normal_quantile(power);
                1.0 + 2.0 * z * z * k / (ratio.ln().powi(2) * (k - 1.0))
            }
            Self::PairedDiceDifference {
                difference,
                sd_difference,
                alpha,
                power,
            } => paired_t_items(difference / sd_difference, alpha, power),
        }
    }
}

fn out_of_range(key: &str, value: f64, range: &str) -> Error {
    let why = format!("{key} = {value} is out of range ({range})");
    let said = Phrase::new("agree-plan-range", why).with("key", key);
    Error::BadInput(said.with("value", value).with("range", range))
}

/// Limits as a person writes them: the smallest number above 0 is 0, without end is no limit.
fn range_text(low: f64, high: f64) -> String {
    let text = |limit: f64| match limit {
        f64::MAX => "∞".to_owned(),
        _ if limit == -f64::MAX => "−∞".to_owned(),
        _ if limit == f64::MIN_POSITIVE => "> 0".to_owned(),
        _ if limit == 1.0 - f64::EPSILON => "< 1".to_owned(),
        other => other.to_string(),
    };
    format!("{} … {}", text(low), text(high))
}

/// Items that a study needs.
///
/// # Errors
/// [`Error::BadInput`] where no number of items can show what is asked for.
pub fn plan(spec: PlanSpec) -> Result<PlanResult, Error> {
    let n_exact = spec.n_exact();
    if !n_exact.is_finite() || n_exact > 1e15 {
        return Err(Error::BadInput(Phrase::new(
            "agree-plan-impossible",
            "no number of items can show this",
        )));
    }
    let n = (n_exact - 1e-9).ceil().max(0.0) as u64;
    Ok(PlanResult {
        schema: "dokuei.agree_ratings/1",
        plan: PlannedItems { spec, n_exact, n },
    })
}

/// Items of the test of a binary kappa, null and alternative, at a prevalence.
fn kappa_test_items([k0, k1]: [f64; 2], p: f64, noncentrality: f64) -> f64 {
    let pq = p * (1.0 - p);
    let effect = (pq * (k1 - k0)).powi(2);
    let unit = effect / (p * p + pq * k0)
        + 2.0 * effect / (pq * (1.0 - k0))
        + effect / ((1.0 - p).powi(2) + pq * k0);
    noncentrality / unit
}

/// Noncentrality at which chi-squared with one degree of freedom has the power.
fn noncentrality(alpha: f64, power: f64) -> f64 {
    let critical = normal_quantile(1.0 - alpha / 2.0);
    let beyond = |shift: f64| normal_cdf(shift - critical) + normal_cdf(-shift - critical);
    rising_root(|shift| beyond(shift) - power, 0.0, 50.0).powi(2)
}

/// Number of pairs (not whole) at which the paired t test has the power.
fn paired_t_items(effect: f64, alpha: f64, power: f64) -> f64 {
    let reached = |n: f64| {
        let df = n - 1.0;
        let critical = t_quantile(1.0 - alpha / 2.0, df);
        let shift = effect * n.sqrt();
        1.0 - noncentral_t_cdf(critical, df, shift) + noncentral_t_cdf(-critical, df, shift)
    };
    let mut most = 4.0;
    while reached(most) < power {
        most *= 2.0;
        if most > 1e9 {
            return f64::INFINITY;
        }
    }
    rising_root(|n| reached(n) - power, 1.0 + 1e-9, most)
}

/// Root of a rising function by bisection.
fn rising_root(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noncentrality_of_usual_studies_is_the_printed_one() {
        assert!((noncentrality(0.05, 0.8) - 7.849).abs() < 0.0005);
    }

    #[test]
    fn bonetts_example_needs_twenty_items() {
        let spec = PlanSpec::IccCi {
            icc: 0.85,
            readers: 4.0,
            full_width: 0.2,
            alpha: 0.05,
        };
        let planned = plan(spec).unwrap().plan;
        assert_eq!(planned.n, 20);
        assert!((planned.n_exact - 19.2).abs() < 0.1);
    }

    #[test]
    fn a_plan_that_cannot_be_reached_is_refused() {
        let spec = PlanSpec::KappaTest {
            kappa_null: 0.4,
            kappa_alternative: 0.4,
            prevalence: 0.3,
            alpha: 0.05,
            power: 0.8,
        };
        assert_eq!(plan(spec).unwrap_err().code(), "bad_input");
        assert!(PlanSpec::from_json("{\"kind\": \"kappa_ci\"}").is_err());
    }
}
