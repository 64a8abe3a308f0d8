//! Earlier studies of the patient: fetched from the project, or told apart in a folder.

use super::Desk;
use crate::room::{Prior, RoomSeries};
use jiff::civil::Date;

/// An earlier study as the project lists it.
pub(super) fn prior_of(prior: &project::Prior) -> Prior {
    Prior {
        case: prior.case.to_string(),
        days_before: prior.days_before,
    }
}

/// Of images without a project: the earlier studies of the patient whose latest study is there, the
/// latest first. Their series go behind the others.
pub(super) fn told_apart(series: &mut [RoomSeries]) -> Vec<Prior> {
    let latest = series
        .iter()
        .filter(|series| !series.entry.patient.id.is_empty())
        .filter_map(|series| Some((day_of(series)?, series.entry.patient.id.clone())))
        .max();
    let Some((present, patient)) = latest else {
        return Vec::new();
    };
    let study_of = |series: &RoomSeries| -> Option<Prior> {
        let days_before = (present - day_of(series)?).get_days();
        let is_earlier = series.entry.patient.id == patient && days_before > 0;
        is_earlier.then(|| Prior {
            case: series.entry.study_uid.clone().unwrap_or_default(),
            days_before,
        })
    };
    let mut priors: Vec<Prior> = series.iter().filter_map(study_of).collect();
    priors.sort_by(|a, b| (a.days_before, &a.case).cmp(&(b.days_before, &b.case)));
    priors.dedup();
    for series in series.iter_mut() {
        let of = study_of(series);
        series.prior = of.and_then(|of| priors.iter().position(|prior| *prior == of));
    }
    series.sort_by_key(|series| series.prior.map_or(0, |prior| prior + 1));
    priors
}

fn day_of(series: &RoomSeries) -> Option<Date> {
    Date::strptime("%Y%m%d", series.entry.study_date.trim()).ok()
}

impl Desk {
    /// Shows an earlier study beside the present one, fetching it first; or the present one alone.
    pub(super) fn show_prior(&mut self, prior: Option<usize>) {
        let Some(room) = &mut self.room else { return };
        let wanted = prior.and_then(|prior| Some((prior, room.priors.get(prior)?.case.clone())));
        let (case, (prior, of)) = match wanted {
            Some(wanted) if !room.knows_prior(wanted.0) => (room.case.clone(), wanted),
            _ => return room.show_prior(prior),
        };
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let asked = case.clone();
        open.ask(
            &self.background,
            move |project| project.open_prior(&session, &asked, &project::CaseId::from_text(&of)),
            move |desk, files: project::Result<Vec<project::SeriesFiles>>| match files {
                Ok(files) => {
                    let series = desk.room_series(&files);
                    if let Some(room) = desk.room.as_mut().filter(|room| room.case == case) {
                        room.add_prior(prior, series);
                        room.show_prior(Some(prior));
                    }
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }
}
