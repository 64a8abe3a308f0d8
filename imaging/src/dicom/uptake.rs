//! Standardized uptake values of positron emission tomography (PS3.3 C.8.9.1, C.8.9.4; conformance
//! §3.6): the activity of a voxel as a share of what was injected, per gram of body.
//!
//! Nothing is guessed: where weight, dose, half-life or times are missing or impossible, there is no
//! such value, and the series says what is missing.

use super::data_set::{DataSet, Tag};
use super::date_time::{DAY, date_time, moment, time_of_day};
use crate::problem::Problem;
use crate::value_map::{ValueLaw, ValueMap, ValuePiece};
use voxel::{Phrase, Rescale};

/// Half-lives between injection and scan beyond which the times are wrong: a thousandth is left.
const MOST_HALF_LIVES: f64 = 10.0;
/// Doses that can be meant in becquerel: 0.1 MBq to 100 GBq.
const DOSES_BQ: std::ops::RangeInclusive<f64> = 1e5..=1e11;
/// Longer half-lives are imaged on later days, so a time without a date says nothing.
const LONGEST_HALF_LIFE_WITHOUT_DATE: f64 = DAY;

/// What one file says of uptake.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tracer {
    units: String,
    suv_type: String,
    decay_correction: String,
    weight_kg: Option<f64>,
    dose_bq: Option<f64>,
    half_life_s: Option<f64>,
    /// Injection with its date.
    injected: Option<f64>,
    /// Injection, seconds after midnight.
    injected_at: Option<f64>,
    series: Option<f64>,
    acquired: Option<f64>,
    /// The scan's start in GE's private words.
    ge_scan: Option<f64>,
    /// The moment to which decay was corrected, where the file says it outright.
    corrected_to: Option<f64>,
    /// Philips: SUV, and Bq/ml, of one modality unit.
    philips_suv: Option<f64>,
    philips_bqml: Option<f64>,
}

impl Tracer {
    /// Of a PET image; `None` for everything else.
    pub(crate) fn read(root: &DataSet) -> Option<Self> {
        if root.plain(Tag(0x0008, 0x0060)) != "PT" {
            return None;
        }
        let nothing = DataSet::default();
        let dose = root.item(Tag(0x0054, 0x0016)).unwrap_or(&nothing);
        let above_zero = |value: Option<f64>| value.filter(|value| *value > 0.0);
        let private = |creator: &str, group: u16, element: u16| {
            private_tag(root, creator, group, element).map(|tag| (root, tag))
        };
        let philips = |element: u16| {
            let (root, tag) = private("Philips PET Private Group", 0x7053, element)?;
            above_zero(root.number(tag).or_else(|| root.plain(tag).parse().ok()))
        };
        Some(Tracer {
            units: root.plain(Tag(0x0054, 0x1001)),
            suv_type: root.plain(Tag(0x0054, 0x1006)),
            decay_correction: root.plain(Tag(0x0054, 0x1102)),
            weight_kg: above_zero(root.number(Tag(0x0010, 0x1030))),
            dose_bq: above_zero(dose.number(Tag(0x0018, 0x1074))),
            half_life_s: above_zero(dose.number(Tag(0x0018, 0x1075))),
            injected: date_time(dose, Tag(0x0018, 0x1078)),
            injected_at: time_of_day(&dose.plain(Tag(0x0018, 0x1072))),
            series: moment(root, Tag(0x0008, 0x0021), Tag(0x0008, 0x0031)),
            acquired: moment(root, Tag(0x0008, 0x0022), Tag(0x0008, 0x0032))
                .or_else(|| date_time(root, Tag(0x0008, 0x002A))),
            ge_scan: private("GEMS_PETD_01", 0x0009, 0x000D)
                .and_then(|(root, tag)| date_time(root, tag)),
            corrected_to: date_time(root, Tag(0x0018, 0x9701)),
            philips_suv: philips(0x0000),
            philips_bqml: philips(0x0009),
        })
    }
}

/// The tag of a private element by its creator (PS3.5 7.8.1).
fn private_tag(root: &DataSet, creator: &str, group: u16, element: u16) -> Option<Tag> {
    let mut creators = root.elements.iter().map(|known| known.tag);
    let block = creators.find(|tag| {
        tag.0 == group && (0x10..=0xFF).contains(&tag.1) && root.plain(*tag) == creator
    })?;
    Some(Tag(group, block.1 << 8 | element))
}

/// Why there is no uptake value.
#[derive(Debug, Clone, PartialEq)]
enum Lack {
    /// Attributes that are missing or unusable.
    Missing(Vec<&'static str>),
    /// Hours between injection and scan that cannot be.
    Times(f64),
    /// Another way of correcting for decay.
    Decay(String),
    /// Values that are no activity concentration.
    Units(String),
}

/// The uptake of a series from what its files say, with the rescale of each plane; a problem where a
/// PET image has none. `None` for series that are no PET.
pub(crate) fn uptake(
    tracers: &[&Tracer],
    rescale: &[Rescale],
) -> Option<Result<ValueMap, Problem>> {
    let first = tracers.first()?;
    let (name, unit, factor) = match factor(first, tracers) {
        Ok(found) => found,
        Err(lack) => return Some(Err(lack.problem())),
    };
    let planes = rescale.iter().map(|rescale| {
        vec![ValuePiece {
            first: f64::NEG_INFINITY,
            last: f64::INFINITY,
            law: ValueLaw::Linear {
                slope: rescale.slope * factor,
                intercept: rescale.intercept * factor,
            },
        }]
    });
    Some(Ok(ValueMap {
        name: name.to_owned(),
        unit: unit.to_owned(),
        planes: planes.collect(),
    }))
}

const BODY_WEIGHT: (&str, &str) = ("SUVbw", "{SUVbw}g/ml");

/// Name and unit of the uptake, and its amount for one modality unit.
fn factor(first: &Tracer, tracers: &[&Tracer]) -> Result<(&'static str, &'static str, f64), Lack> {
    let (name, unit) = BODY_WEIGHT;
    let by_weight = |bqml: f64| Ok((name, unit, bqml * per_activity(first, tracers)?));
    match first.units.as_str() {
        "BQML" => by_weight(1.0),
        "CNTS" => match (first.philips_suv, first.philips_bqml) {
            (Some(suv), _) => Ok((name, unit, suv)),
            (None, Some(bqml)) => by_weight(bqml),
            (None, None) => Err(Lack::Units("CNTS".to_owned())),
        },
        // the values are uptake already
        "GML" => Ok(match first.suv_type.as_str() {
            "LBM" | "LBMJAMES128" | "LBMJANMA" => ("SUVlbm", "{SUVlbm}g/ml", 1.0),
            "IBW" => ("SUVibw", "{SUVibw}g/ml", 1.0),
            _ => (name, unit, 1.0),
        }),
        "CM2ML" => Ok(("SUVbsa", "{SUVbsa}cm2/ml", 1.0)),
        "" => Err(Lack::Missing(vec!["Units"])),
        other => Err(Lack::Units(other.to_owned())),
    }
}

/// SUV by body weight of 1 Bq/ml: grams of body over becquerel that were left at the moment to which
/// the images were corrected.
fn per_activity(first: &Tracer, tracers: &[&Tracer]) -> Result<f64, Lack> {
    let mut missing = Vec::new();
    let dose = first.dose_bq.filter(|dose| DOSES_BQ.contains(dose));
    let starts = first.decay_correction == "START";
    let needed = [
        (first.weight_kg.is_none(), "Patient's Weight"),
        (dose.is_none(), "Radionuclide Total Dose"),
        (
            starts && first.half_life_s.is_none(),
            "Radionuclide Half Life",
        ),
        (first.decay_correction.is_empty(), "Decay Correction"),
    ];
    missing.extend(
        needed
            .iter()
            .filter(|(lacks, _)| *lacks)
            .map(|(_, name)| *name),
    );
    let corrected_to = corrected_to(first, tracers);
    if starts && corrected_to.is_none() {
        missing.push("Series Time, Acquisition Time");
    }
    if starts && first.injected.is_none() && first.injected_at.is_none() {
        missing.push("Radiopharmaceutical Start Time");
    }
    if !missing.is_empty() {
        return Err(Lack::Missing(missing));
    }
    let grams = first.weight_kg.unwrap_or_default() * 1000.0;
    let dose = dose.unwrap_or_default();
    match first.decay_correction.as_str() {
        "ADMIN" => Ok(grams / dose),
        "START" => {
            let half_life = first.half_life_s.unwrap_or_default();
            let waited = waited(first, corrected_to.unwrap_or_default(), half_life)?;
            Ok(grams / (dose * (-waited / half_life).exp2()))
        }
        other => Err(Lack::Decay(other.to_owned())),
    }
}

/// The moment to which decay was corrected: the start of the series, unless that is the time of a later
/// processing; then the scan's start in GE's words, else the earliest acquisition.
fn corrected_to(first: &Tracer, tracers: &[&Tracer]) -> Option<f64> {
    if first.corrected_to.is_some() {
        return first.corrected_to;
    }
    let earliest = |pick: fn(&Tracer) -> Option<f64>| {
        let moments = tracers.iter().filter_map(|tracer| pick(tracer));
        moments.min_by(f64::total_cmp)
    };
    let acquired = earliest(|tracer| tracer.acquired);
    let series = earliest(|tracer| tracer.series);
    match (series, acquired) {
        (Some(series), Some(acquired)) if series <= acquired => Some(series),
        (series, None) => first.ge_scan.or(series),
        (_, acquired) => first.ge_scan.or(acquired),
    }
}

/// Seconds from injection to `scan`. The full date is believed where it gives a possible time; else the
/// time of day, on the day of the scan or, past midnight, on the day before.
fn waited(first: &Tracer, scan: f64, half_life: f64) -> Result<f64, Lack> {
    let is_possible = |waited: f64| (0.0..=MOST_HALF_LIVES * half_life).contains(&waited);
    let by_date = first.injected.map(|injected| scan - injected);
    if let Some(waited) = by_date.filter(|waited| is_possible(*waited)) {
        return Ok(waited);
    }
    let by_clock = first
        .injected_at
        .filter(|_| half_life <= LONGEST_HALF_LIFE_WITHOUT_DATE)
        .map(|at| (scan - at).rem_euclid(DAY));
    // a scan that seems to begin a little before the injection did not begin a day after it
    match by_clock {
        Some(waited) if is_possible(waited) && waited < DAY / 2.0 => Ok(waited),
        Some(waited) => Err(Lack::Times(by_date.unwrap_or(waited))),
        None => match by_date {
            Some(waited) => Err(Lack::Times(waited)),
            None => Err(Lack::Missing(vec!["Radiopharmaceutical Start DateTime"])),
        },
    }
}

impl Lack {
    fn problem(self) -> Problem {
        let why = match self {
            Lack::Missing(names) => {
                let names = names.join(", ");
                Phrase::new("uptake-missing", format!("{names} is missing or unusable"))
                    .with("names", names)
            }
            Lack::Times(seconds) => {
                let hours = format!("{:.1}", seconds / 3600.0);
                Phrase::new(
                    "uptake-times",
                    format!("{hours} hours between injection and scan cannot be"),
                )
                .with("hours", hours)
            }
            Lack::Decay(how) => Phrase::new(
                "uptake-decay",
                format!("decay was not corrected to injection or scan (Decay Correction {how})"),
            )
            .with("how", how),
            Lack::Units(units) => Phrase::new(
                "uptake-units",
                format!("its values are no activity concentration (Units {units})"),
            )
            .with("units", units),
        };
        Problem::new(
            "uptake_unknown",
            format!("no standardized uptake values (SUV) can be given: {why}"),
        )
        .with("why", why)
    }
}
