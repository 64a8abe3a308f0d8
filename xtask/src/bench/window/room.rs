//! The reading room at size: strokes, undo, wheel, durability, rest and memory.

use super::display::{Watched, stolen_ticks};
use super::session::{Place, Session};
use super::{AWAY, Case, GLANCE, LONGEST, RUNS, Stage, awaited, phantom, projects, told};
use crate::bench::spread::Spread;
use crate::say;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SAMPLES: u32 = 80;
/// Pixels between two samples of a stroke; less than what the brush reaches, so that its ring does not touch the
/// watched pixel.
const STEP_PX: u32 = 5;
/// The budget of what a hand waits for.
const BUDGET: Duration = Duration::from_millis(33);

/// Measures the reading room.
pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Case>, String> {
    let project = projects::large(&stage.program, stage.scratch.folder())?;
    let session = stage.play("places", Some(&project))?;
    let viewport = session.place_of("viewport")?;
    let planes = session.place_of("planes")?;
    stage.hand.take_keys()?;
    let mut room = Measured {
        stage,
        session,
        viewport,
        planes,
    };
    room.settle();
    let mut cases = vec![room.strokes()?];
    cases.extend(room.short_strokes()?);
    cases.push(room.wheel()?);
    cases.extend(room.scrolling()?);
    cases.push(room.rest()?);
    cases.push(room.memory());
    Ok(cases)
}

/// The reading room, open on the large study.
pub(super) struct Measured<'a> {
    pub(super) stage: &'a mut Stage,
    session: Session,
    pub(super) viewport: Place,
    /// The button that shows three planes.
    pub(super) planes: Place,
}

impl Measured<'_> {
    pub(super) fn settle(&self) {
        sleep(Duration::from_millis(1500));
    }

    /// How far the brush reaches from the pointer, in pixels: what one dab changes in its row.
    fn reach(&mut self, [x, y]: [u32; 2]) -> Result<u32, String> {
        self.stage.hand.to([x, y])?;
        self.settle();
        let width = 200;
        let before = self.stage.display.row(x, y, width);
        self.stage.hand.press()?;
        let pressed = Instant::now();
        let mut reach = None;
        while reach.is_none() && pressed.elapsed() < LONGEST {
            sleep(Duration::from_millis(50));
            let after = self.stage.display.row(x, y, width);
            reach = before.iter().zip(&after).rposition(|(a, b)| a != b);
        }
        match reach {
            Some(reach) if reach as u32 > STEP_PX + 2 => Ok(reach as u32),
            seen => Err(format!(
                "a dab of the brush at {x}, {y} reached {seen:?} pixels"
            )),
        }
    }

    /// Pointer event to the fill at the brush's leading edge, sample by sample.
    fn strokes(&mut self) -> Result<Case, String> {
        let [cx, cy] = self.viewport.centre();
        let mut runs = Vec::new();
        for run in 0..RUNS as u32 {
            let (y, begin) = (cy - 60 + 60 * run, cx - SAMPLES * STEP_PX / 2);
            let reach = self.reach([begin, y])?;
            let mut taken = Vec::new();
            let stolen = stolen_ticks();
            for sample in 1..=SAMPLES {
                let x = begin + sample * STEP_PX;
                let edge = [x + reach - 3, y];
                let before = self.stage.display.pixel(edge);
                let sent = Instant::now();
                self.stage.hand.to([x, y])?;
                awaited(LONGEST, || self.stage.display.pixel(edge) != before);
                taken.push(sent.elapsed());
                // Not in step with anything that the program does at a fixed rate.
                sleep(Duration::from_millis(u64::from(31 + sample * 7 % 13)));
            }
            self.stage.hand.release()?;
            sleep(Duration::from_millis(500));
            let stolen = stolen_ticks().saturating_sub(stolen);
            say(&format!(
                "stroke {}: {}",
                run + 1,
                told(&taken, BUDGET, stolen)
            ));
            runs.extend(Spread::of(&taken));
        }
        Ok(Case::of_window(
            "mouse sample to stroke visible",
            Spread::worst(&runs),
            "budget p95 33 ms, p99 50 ms; worst of 3 runs",
        ))
    }

    /// Gesture's end to its row on disc; undo and redo to the picture.
    fn short_strokes(&mut self) -> Result<Vec<Case>, String> {
        let [cx, cy] = self.viewport.centre();
        let (mut durable, mut undo, mut redo) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..RUNS as u32 {
            let mut of_run = [const { Vec::new() }; 3];
            for stroke in 0..20 {
                let at = [cx - 180 + 18 * stroke, cy + 95 + 10 * run];
                self.stage.hand.to(at)?;
                sleep(Duration::from_millis(120));
                // Within the brush, beside the cross at its middle.
                let seen = at.map(|place| place + 4);
                let before = self.stage.display.pixel(seen);
                self.stage.hand.press()?;
                awaited(Duration::from_millis(300), || {
                    self.stage.display.pixel(seen) != before
                });
                self.session.forget();
                let sent = Instant::now();
                self.stage.hand.release()?;
                let (on_disc, _) = self.session.line_with("row on disc")?;
                of_run[0].push(on_disc.saturating_duration_since(sent));
                sleep(Duration::from_millis(60));
                let painted = self.stage.display.pixel(seen);
                if painted == before {
                    continue;
                }
                // A hand has the first key down before it strikes the second.
                self.stage.hand.hold("ctrl")?;
                sleep(Duration::from_millis(60));
                for (key, times) in [("z", 1), ("y", 2)] {
                    let shown = self.stage.display.pixel(seen);
                    let sent = Instant::now();
                    self.stage.hand.key(key)?;
                    awaited(LONGEST, || self.stage.display.pixel(seen) != shown);
                    of_run[times].push(sent.elapsed());
                    sleep(Duration::from_millis(60));
                }
                self.stage.hand.let_go("ctrl")?;
            }
            durable.extend(Spread::of(&of_run[0]));
            undo.extend(Spread::of(&of_run[1]));
            redo.extend(Spread::of(&of_run[2]));
        }
        let of = |name, check, runs: &[Spread]| Case::of_window(name, Spread::worst(runs), check);
        Ok(vec![
            of(
                "gesture end to durable",
                "budget 50 ms; button up to the row's commit, synced",
                &durable,
            ),
            of("undo", "budget 33 ms; key to picture", &undo),
            of("redo", "budget 33 ms; key to picture", &redo),
        ])
    }

    /// A notch of the wheel to the next slice, with 67 labels drawn.
    fn wheel(&mut self) -> Result<Case, String> {
        let [cx, cy] = self.viewport.centre();
        self.stage.hand.to([cx, cy])?;
        self.settle();
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let mut taken = Vec::new();
            for notch in 0..60_u64 {
                let row = |display: &Watched| display.row(cx - 150, cy - 100, 100);
                let before = row(&self.stage.display);
                let sent = Instant::now();
                self.stage.hand.wheel()?;
                while row(&self.stage.display) == before && sent.elapsed() < LONGEST {
                    sleep(GLANCE);
                }
                taken.push(sent.elapsed());
                sleep(Duration::from_millis(29 + notch * 7 % 13));
            }
            runs.extend(Spread::of(&taken));
        }
        Ok(Case::of_window(
            "wheel to next slice",
            Spread::worst(&runs),
            "budget 33 ms; up to 67 labels on a slice",
        ))
    }

    /// Ticks of the processor while nothing happens.
    fn rest(&mut self) -> Result<Case, String> {
        self.stage.hand.to(AWAY)?;
        sleep(Duration::from_secs(3));
        let before = self.session.ticks();
        sleep(Duration::from_secs(4));
        let used = self
            .session
            .ticks()
            .zip(before)
            .map(|(after, before)| after - before);
        let text = used.map_or_else(
            || "not told by this system".to_owned(),
            |ticks| format!("{ticks} ticks in 4 s"),
        );
        Ok(Case::new("window", "rest", format!("budget 0; {text}")))
    }

    fn memory(&self) -> Case {
        let volume = phantom::SIZE.iter().product::<usize>() as f64 * 2.0 / (1024.0 * 1024.0);
        let mut case = Case::new(
            "window",
            "peak memory",
            format!("budget: volume ({volume:.0} MiB) + masks + 191 MiB (200 MB)"),
        );
        case.peak_mib = self.session.peak_mib();
        case
    }
}
