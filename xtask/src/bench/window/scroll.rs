//! A hand that does not wait for the picture: held key, drag along the stack, three planes at once.
//! Frames may be skipped, but none may queue up: when the hand stops, the picture stands at once.

use super::room::Measured;
use super::{Case, RUNS};
use crate::bench::spread::Spread;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two orders of the hand.
const BEAT: Duration = Duration::from_millis(10);
/// How long a finger rests on a button.
const FINGER: Duration = Duration::from_millis(60);
/// Orders of one movement.
const BEATS: u32 = 200;
/// After the hand has stopped: longer than any picture may take to come.
const AFTER: Duration = Duration::from_millis(800);

/// Where pictures are told apart: part of a row of the display.
#[derive(Clone, Copy)]
struct Watch {
    x: u32,
    y: u32,
    width: usize,
}

/// How pictures followed the hand.
struct Followed {
    /// Pictures that differed from the one before, a second.
    per_second: f64,
    /// From the last order to the last picture.
    lag: Duration,
}

impl Measured<'_> {
    /// The movements of one viewport, then those of three planes.
    pub(super) fn scrolling(&mut self) -> Result<Vec<Case>, String> {
        let [cx, cy] = self.viewport.centre();
        let alone = Watch {
            x: cx - 150,
            y: cy - 100,
            width: 100,
        };
        self.stage.hand.to([cx, cy])?;
        self.settle();
        let mut cases = vec![
            self.moved("arrow key, 100 a second", alone, |own, run, beat| {
                // There and back: the stack has an end.
                let is_down = (run + beat / 50) % 2 == 0;
                own.stage.hand.key(if is_down { "Down" } else { "Up" })
            })?,
        ];
        cases.push(self.dragged(alone)?);
        cases.extend(self.planes()?);
        Ok(cases)
    }

    /// A drag along the strip at the right of the viewport: through the 1,000 slices in two seconds.
    fn dragged(&mut self, watch: Watch) -> Result<Case, String> {
        let place = self.viewport;
        // beside the picture
        let strip = place.x + place.width + 6;
        let y_of = move |share: f64| place.y + 20 + (share * f64::from(place.height - 40)) as u32;
        self.stage.hand.to([strip, y_of(0.5)])?;
        self.settle();
        self.stage.hand.press()?;
        let case = self.moved("drag along 1,000 slices", watch, |own, run, beat| {
            let share = f64::from(beat + 1) / f64::from(BEATS);
            let share = if run % 2 == 0 { share } else { 1.0 - share };
            own.stage.hand.to([strip, y_of(0.25 + share / 2.0)])
        });
        self.stage.hand.release()?;
        case
    }

    /// Three planes of the study at right angles: the wheel in one, and the cross-hair dragged in it, which
    /// cuts the two others anew for every place.
    fn planes(&mut self) -> Result<Vec<Case>, String> {
        self.stage.hand.to(self.planes.centre())?;
        self.settle();
        // as long as a finger rests: a press that has left the button within one picture is none
        self.stage.hand.press()?;
        sleep(FINGER);
        self.stage.hand.release()?;
        sleep(FINGER);
        let place = self.viewport;
        let [left, top] = [place.x + place.width / 4, place.y + place.height / 4];
        let [right, low] = [left + place.width / 2, top + place.height / 2];
        self.stage.hand.to([left, top])?;
        self.settle();
        let axial = Watch {
            x: left - 120,
            y: top - 60,
            width: 80,
        };
        let wheel = self.moved("3 planes, wheel in one", axial, |own, run, beat| {
            let is_down = (run + beat / 50) % 2 == 0;
            own.stage.hand.notch(is_down)
        })?;
        self.stage.hand.key("x")?;
        self.settle();
        self.stage.hand.press()?;
        let sagittal = Watch {
            x: right - 120,
            y: top - 60,
            width: 80,
        };
        let across = self.moved(
            "3 planes, cross-hair dragged",
            sagittal,
            |own, run, beat| {
                let reach = place.width / 8;
                let by = (beat + 1) * reach / BEATS;
                let by = if run % 2 == 0 { by } else { reach - by };
                own.stage.hand.to([left + by, top + by / 2])
            },
        );
        self.stage.hand.release()?;
        self.stage.hand.to([right, low])?;
        Ok(vec![wheel, across?])
    }

    /// Moves the hand some times and watches how the picture follows.
    fn moved(
        &mut self,
        name: &str,
        watch: Watch,
        mut order: impl FnMut(&mut Self, u32, u32) -> Result<(), String>,
    ) -> Result<Case, String> {
        let mut lags = Vec::new();
        let mut rates = Vec::new();
        for run in 0..RUNS as u32 {
            let followed = self.follow(watch, |own, beat| order(own, run, beat))?;
            lags.push(followed.lag);
            rates.push(followed.per_second);
        }
        let slowest = rates.iter().copied().fold(f64::MAX, f64::min);
        if slowest < 1.0 {
            return Err(format!("{name}: the picture does not follow the hand"));
        }
        let check = format!(
            "{slowest:.0} pictures a second at least; from the hand's stop to the last picture"
        );
        Ok(Case::of_window(name, Spread::of(&lags), check))
    }

    fn follow(
        &mut self,
        watch: Watch,
        mut order: impl FnMut(&mut Self, u32) -> Result<(), String>,
    ) -> Result<Followed, String> {
        let begun = Instant::now();
        let mut seen = self.stage.display.row(watch.x, watch.y, watch.width);
        let mut pictures = 0_u32;
        let mut stopped = begun;
        let mut last = begun;
        for beat in 0..BEATS {
            order(self, beat)?;
            stopped = Instant::now();
            while begun.elapsed() < BEAT * (beat + 1) {
                if self.differs(watch, &mut seen) {
                    (pictures, last) = (pictures + 1, Instant::now());
                }
                sleep(Duration::from_micros(500));
            }
        }
        let moving = begun.elapsed();
        while stopped.elapsed() < AFTER {
            if self.differs(watch, &mut seen) {
                last = Instant::now();
            }
            sleep(Duration::from_micros(500));
        }
        Ok(Followed {
            per_second: f64::from(pictures) / moving.as_secs_f64(),
            lag: last.saturating_duration_since(stopped),
        })
    }

    fn differs(&self, watch: Watch, seen: &mut Vec<[u8; 4]>) -> bool {
        let now = self.stage.display.row(watch.x, watch.y, watch.width);
        let differs = now != *seen;
        *seen = now;
        differs
    }
}
