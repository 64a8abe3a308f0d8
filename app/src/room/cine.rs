//! Cine: a stack, or the volumes of an acquisition, that run by themselves.

use super::{Room, Through};

/// A running stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cine {
    /// Pictures a second.
    pub fps: f64,
    /// What it runs through.
    pub through: Through,
    /// Whether it runs, or stands still with its controls shown.
    pub is_running: bool,
    /// Until when it has run, s; not known before its first frame.
    until_s: Option<f64>,
}

/// Least and greatest rate.
pub const FPS: std::ops::RangeInclusive<f64> = 1.0..=60.0;

/// Rate where the file gives none.
const USUAL_FPS: f64 = 10.0;

impl Cine {
    /// How many planes to go on by now, and in how many seconds the next one is due. Late frames are
    /// skipped, never made up for.
    fn due(&mut self, now_s: f64) -> (i64, f64) {
        let step_s = 1.0 / self.fps;
        let Some(until) = self.until_s else {
            self.until_s = Some(now_s);
            return (0, step_s);
        };
        let steps = ((now_s - until) / step_s + 1e-6).floor().max(0.0);
        let until = until + steps * step_s;
        self.until_s = Some(until);
        (steps as i64, (until + step_s - now_s).max(0.001))
    }
}

impl Room {
    /// Lets the stack of the active viewport run, or stops it.
    pub fn toggle_cine(&mut self) {
        let fps = self.file_fps();
        let has_volumes = self
            .shown()
            .is_some_and(|s| self.can_run_through_volumes(s));
        let can_run = has_volumes || self.index().is_some_and(|(_, count)| count > 1);
        let through = if has_volumes {
            Through::Volumes
        } else {
            Through::Slices
        };
        let view = self.views.active_mut();
        match &mut view.cine {
            Some(cine) => {
                cine.is_running = !cine.is_running;
                cine.until_s = None;
            }
            None if can_run => {
                view.cine = Some(Cine {
                    fps,
                    through,
                    is_running: true,
                    until_s: None,
                });
            }
            None => {}
        }
    }

    /// The rate that the file gives, else a usual one.
    fn file_fps(&self) -> f64 {
        let time_ms = self
            .shown_series()
            .and_then(|series| series.entry.frame_time_ms);
        let fps = time_ms
            .filter(|ms| *ms > 0.0)
            .map_or(USUAL_FPS, |ms| 1000.0 / ms);
        fps.clamp(*FPS.start(), *FPS.end())
    }

    /// Changes the rate of a viewport's cine.
    pub fn set_cine_fps(&mut self, index: usize, fps: f64) {
        if let Some(view) = self.views.get_mut(index)
            && let Some(cine) = &mut view.cine
        {
            cine.fps = fps.clamp(*FPS.start(), *FPS.end());
            cine.until_s = None;
        }
    }

    /// Takes the cine of a viewport away.
    pub fn end_cine(&mut self, index: usize) {
        if let Some(view) = self.views.get_mut(index) {
            view.cine = None;
        }
        self.forget_unseen_pixels();
    }

    /// Goes on with what runs; in how many seconds a next plane is due, if any runs.
    pub fn run_cine(&mut self, now_s: f64) -> Option<f64> {
        let seen: Vec<usize> = self.views.seen().map(|(index, _)| index).collect();
        let mut next: Option<f64> = None;
        for index in seen {
            let Some(sight) = self.sight(index).filter(|sight| sight.loading().is_none()) else {
                continue;
            };
            let grid = sight.grid.clone();
            let place = sight
                .plane_index()
                .map(|(at, of)| (sight.strip_index(at), of));
            let view = self.views.get_mut(index);
            let cine = view.and_then(|view| view.cine.as_mut());
            let Some(cine) = cine.filter(|cine| cine.is_running) else {
                continue;
            };
            let (steps, wait) = cine.due(now_s);
            let through = cine.through;
            next = Some(next.map_or(wait, |next| next.min(wait)));
            match (through, place) {
                _ if steps == 0 => {}
                (Through::Volumes, _) => {
                    if let Some(volume) = self.volume_after(index, steps) {
                        self.show_volume(index, volume);
                    }
                }
                (Through::Slices, Some((at, count))) => {
                    let to = (at + steps).rem_euclid(count as i64);
                    let to = self.sight(index).map_or(to, |sight| sight.strip_index(to));
                    if let Some(view) = self.views.get_mut(index) {
                        view.pane.go_to(&grid, to);
                    }
                }
                (Through::Slices, None) => {}
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cine_keeps_its_rate_and_skips_what_is_late() {
        let mut cine = Cine {
            fps: 20.0,
            through: Through::Slices,
            is_running: true,
            until_s: None,
        };
        assert_eq!(cine.due(100.0).0, 0);
        let mut steps = 0;
        // frames come at odd times: after 2 s, 40 planes have passed
        let mut now = 100.0;
        while now < 102.0 {
            now += 0.013;
            let (due, wait) = cine.due(now);
            steps += due;
            assert!(wait > 0.0 && wait <= 0.05 + 1e-9);
        }
        assert_eq!(steps, 40);
        // a pause of a second is one jump, not a queue
        assert_eq!(cine.due(now + 1.0).0, 20);
        assert_eq!(cine.due(now + 1.0).0, 0);
    }
}
