//! Dates and times of a data set as seconds on one scale (PS3.5 6.2: DA, TM, DT).

use super::data_set::{DataSet, Tag};

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

/// A time of day in seconds after midnight: `HHMMSS.FFFFFF`, cut anywhere after the hours; the old
/// `HH:MM:SS` is taken too.
pub(crate) fn time_of_day(text: &str) -> Option<f64> {
    let text = text.trim().replace(':', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    if !matches!(whole.len(), 2 | 4 | 6) {
        return None;
    }
    let number = |at: usize| match whole.get(at..at + 2) {
        Some(two) => digits(two),
        None => (whole.len() <= at).then_some(0.0),
    };
    let (hours, minutes, seconds) = (number(0)?, number(2)?, number(4)?);
    let fraction = if fraction.is_empty() {
        0.0
    } else {
        digits(fraction)? / 10_f64.powi(fraction.len() as i32)
    };
    // 60 is the leap second
    (hours < 24.0 && minutes < 60.0 && seconds <= 60.0)
        .then_some(hours * 3600.0 + minutes * 60.0 + seconds + fraction)
}

fn digits(text: &str) -> Option<f64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// A date in seconds since a day far back: `YYYYMMDD`; the old `YYYY.MM.DD` is taken too.
pub(crate) fn date(text: &str) -> Option<f64> {
    let text = text.trim().replace('.', "");
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(digits);
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    if text.len() != 8 || !(1.0..=12.0).contains(&month) || !(1.0..=31.0).contains(&day) {
        return None;
    }
    Some(days(year as i64, month as i64, day as i64) as f64 * DAY)
}

/// Days since 1 March of year 0 in the Gregorian calendar: years begin in March, so that the leap day
/// is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1
}

/// Date and time of two elements; `None` where either is missing or no date.
pub(crate) fn moment(set: &DataSet, day: Tag, time: Tag) -> Option<f64> {
    Some(date(&set.plain(day))? + time_of_day(&set.plain(time))?)
}

/// A date with time in one element, `YYYYMMDDHHMMSS.FFFFFF&ZZXX`, in the zone of the data set's other
/// times (Timezone Offset From UTC) where both zones are told.
pub(crate) fn date_time(set: &DataSet, tag: Tag) -> Option<f64> {
    let text = set.plain(tag);
    let zone_at = text.find(['+', '-']).unwrap_or(text.len());
    let (local, zone) = (text.get(..zone_at)?, text.get(zone_at..)?);
    let moment = date(local.get(..8)?)? + time_of_day(local.get(8..)?)?;
    let own = offset(&set.plain(Tag(0x0008, 0x0201)));
    match (offset(zone), own) {
        (Some(zone), Some(own)) => Some(moment - zone + own),
        _ => Some(moment),
    }
}

/// `+0900` in seconds.
fn offset(text: &str) -> Option<f64> {
    let sign = match text.get(..1)? {
        "+" => 1.0,
        "-" => -1.0,
        _ => return None,
    };
    Some(sign * (digits(text.get(1..3)?)? * 3600.0 + digits(text.get(3..5)?)? * 60.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_cut_after_hours_or_minutes() {
        assert_eq!(time_of_day("07"), Some(25_200.0));
        assert_eq!(time_of_day("0730"), Some(27_000.0));
        assert_eq!(time_of_day("073015.25"), Some(27_015.25));
        assert_eq!(time_of_day("07:30:15"), Some(27_015.0));
        for wrong in ["", "7", "2400", "0760", "07301", "ab", "0730-1"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_run_on_over_months_leap_years_and_centuries() {
        let days = |a: &str, b: &str| (date(b).unwrap() - date(a).unwrap()) / DAY;
        // as counted by Python's datetime
        assert_eq!(days("20240228", "20240301"), 2.0);
        assert_eq!(days("20230228", "20230301"), 1.0);
        assert_eq!(days("19991231", "20000101"), 1.0);
        assert_eq!(days("19000101", "20261121"), 46_345.0);
        assert_eq!(date("20231301"), None);
        assert_eq!(date("2023"), None);
    }
}
