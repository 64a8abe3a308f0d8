//! The tour in the sample: it begins with the first case that is read there, and never again unless asked.

use super::{Desk, Screen};
use crate::room::{Closed, Room, Tour};
use crate::screens::worklist::CaseState;

/// The tour and the case that it goes through.
pub(super) struct Touring {
    tour: Tour,
    case: String,
}

impl Desk {
    /// Lets the tour see what was done, and begins it where a case of the sample is read for the first time.
    pub(super) fn follow_tour(&mut self) {
        if self
            .touring
            .as_ref()
            .is_some_and(|on| self.has_submitted(&on.case))
        {
            self.end_tour();
        }
        let is_practice = self.open.as_ref().is_some_and(|open| open.is_practice);
        let is_reading = self.screen == Screen::Reading && is_practice;
        let Some(room) = self.room.as_ref().filter(|_| is_reading) else {
            self.reading.tour = None;
            return;
        };
        let may_begin = !self.settings.tour_done && room.closed == Closed::Open;
        let is_of_case = |on: &Touring| on.case == room.case;
        if may_begin && !self.touring.as_ref().is_some_and(is_of_case) {
            self.touring = Some(Touring {
                tour: Tour::default(),
                case: room.case.clone(),
            });
        }
        let touring = self.touring.as_mut().filter(|on| on.case == room.case);
        self.reading.tour = touring.and_then(|on| {
            room.show_to(&mut on.tour);
            on.tour.card()
        });
    }

    /// The tour was done or is not wanted: it does not begin again by itself.
    pub(super) fn end_tour(&mut self) {
        self.touring = None;
        self.reading.tour = None;
        self.settings.tour_done = true;
        self.settings.save();
    }

    /// The tour is asked for: it begins in the case of the sample that is open, else with the next one.
    pub(super) fn ask_tour(&mut self) {
        self.touring = None;
        self.settings.tour_done = false;
        self.settings.save();
        let is_practice = self.open.as_ref().is_some_and(|open| open.is_practice);
        let is_open = |room: &Room| room.closed == Closed::Open;
        if !(is_practice && self.room.as_ref().is_some_and(is_open)) {
            let text = self.t("tour-later");
            self.say(text);
        }
    }

    fn has_submitted(&self, case: &str) -> bool {
        let mut own = self.own.iter();
        own.any(|row| row.id == case && row.state == CaseState::Submitted)
    }
}
