//! A real window, driven by injected pointer events and watched in the display's own picture: start,
//! strokes, undo, wheel, durability, rest and memory, on 512×512×1000 voxels with 200 segments.

mod display;
mod hand;
mod phantom;
mod scroll;
mod session;

use super::case::Case;
use super::spread::Spread;
use crate::build::{Profile, Scope, build_as};
use crate::{packages, say};
use display::Watched;
use hand::Hand;
use session::{Place, Session, Start};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RUNS: usize = 3;
const SAMPLES: u32 = 80;
/// Pixels between two samples of a stroke; less than what the brush reaches, so that its ring does not touch the
/// watched pixel.
const STEP_PX: u32 = 5;
/// Longest wait for a pixel: what takes longer is counted as this.
const LONGEST: Duration = Duration::from_secs(2);
/// Time between two looks at a pixel: who watches must not take the processor from what is watched.
const GLANCE: Duration = Duration::from_micros(200);
const READER: &str = "Reader";
/// A label of the built-in protocol.
const LABEL: &str = "lesion";

/// The folder of one measurement, gone with this value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        let folder = crate::build::target_dir()?
            .join("tmp")
            .join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|e| format!("{} cannot be made: {e}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is under the target directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Measures all cases of the group.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    packages::install_missing(packages::Purpose::Bench)?;
    let program = build_as(Scope::ProgramAndExamples, profile)?;
    let scratch = Scratch::new()?;
    let display = Watched::start(&scratch.0)?;
    let mut hand = Hand::at(&display.name)?;
    let mut cases = vec![start(&program, &scratch.0, &display, &mut hand)?];
    let project = large_project(&program, &scratch.0)?;
    let home = scratch.0.join("home");
    let session = Session::start(
        &Start {
            program: &program,
            home: &home,
            arguments: [
                "play",
                "places",
                "--out",
                &path(&scratch.0.join("places")),
                "--project",
                &path(&project),
                "--as",
                READER,
            ]
            .map(str::to_owned)
            .to_vec(),
        },
        &display,
    )?;
    let viewport = session.place_of("viewport")?;
    let planes = session.place_of("planes")?;
    let mut room = Measured {
        session,
        display,
        hand,
        viewport,
        planes,
    };
    room.hand.take_keys()?;
    room.settle();
    cases.push(room.strokes()?);
    cases.extend(room.short_strokes()?);
    cases.push(room.wheel()?);
    cases.extend(room.scrolling()?);
    cases.push(room.rest()?);
    cases.push(room.memory());
    Ok(cases)
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// From the start of the process to the first answer to the pointer on the start screen.
fn start(
    program: &Path,
    scratch: &Path,
    display: &Watched,
    hand: &mut Hand,
) -> Result<Case, String> {
    let away = [2, 990];
    hand.to(away)?;
    let home = scratch.join("home-of-start");
    let look = Session::start(
        &Start {
            program,
            home: &home,
            arguments: ["play", "places", "--out", &path(&scratch.join("start"))]
                .map(str::to_owned)
                .to_vec(),
        },
        display,
    )?;
    let button = look.place_of("sample")?;
    // Beside the text, inside the rim.
    let seen = [button.x + 5, button.y + button.height / 2];
    sleep(Duration::from_millis(600));
    let at_rest = display.pixel(seen[0], seen[1]);
    hand.to(button.centre())?;
    sleep(Duration::from_millis(400));
    let under_pointer = display.pixel(seen[0], seen[1]);
    drop(look);
    if at_rest == under_pointer {
        return Err("the button does not answer to the pointer".to_owned());
    }
    let mut taken = Vec::new();
    for _ in 0..RUNS {
        hand.to(away)?;
        sleep(Duration::from_millis(500));
        let begun = Instant::now();
        let run = Session::start(
            &Start {
                program,
                home: &home,
                arguments: Vec::new(),
            },
            display,
        )?;
        let longest = Duration::from_secs(20);
        let shown = await_pixel(display, seen, longest, |pixel| pixel == at_rest);
        hand.to(button.centre())?;
        let answered = await_pixel(display, seen, longest, |pixel| pixel == under_pointer);
        say(&format!(
            "start: shown after {shown:.2?}, answered {answered:.2?} later"
        ));
        if shown >= longest || answered >= longest {
            return Err("the start screen did not answer to the pointer".to_owned());
        }
        taken.push(begun.elapsed());
        drop(run);
    }
    let mut case = Case::new(
        "window",
        "start to usable",
        "budget 1500 ms; the button under the pointer answers",
    );
    case.spread = Spread::of(&taken);
    Ok(case)
}

/// A project with the large study and its 200 segments, made by the program's own commands.
fn large_project(program: &Path, scratch: &Path) -> Result<PathBuf, String> {
    say("making a study of 512 x 512 x 1000 voxels with 200 segments");
    let volume = scratch.join("large.nii");
    phantom::write_volume(&volume).map_err(|e| format!("{}: {e}", volume.display()))?;
    let script = scratch.join("segments.jsonl");
    std::fs::write(&script, phantom::script(LABEL))
        .map_err(|e| format!("{}: {e}", script.display()))?;
    let project = scratch.join("project");
    let folder = path(&project);
    let as_lead = ["--project", &folder, "--as", "Lead"];
    let as_reader = ["--project", &folder, "--as", READER];
    let (volume, script) = (path(&volume), path(&script));
    command(
        program,
        &[
            "init", &folder, "--title", "Bench", "--lead", "Lead", "--preset", "demo",
        ],
        &[],
    )?;
    command(
        program,
        &["reader", "add", READER, "--role", "reader"],
        &as_lead,
    )?;
    command(program, &["import", &volume], &as_lead)?;
    command(program, &["assign", "--readers", READER], &as_lead)?;
    command(program, &["annotate", "1", "--script", &script], &as_reader)?;
    // The project has its own copy.
    std::fs::remove_file(&volume).map_err(|e| format!("{volume}: {e}"))?;
    Ok(project)
}

fn command(program: &Path, words: &[&str], who: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(words)
        .args(who)
        .output()
        .map_err(|e| format!("the program does not start: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{}: {}",
        words.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

/// What a run's figures leave out: how many samples were late, and whether the machine was there at all.
fn told(taken: &[Duration], stolen: u64) -> String {
    let late = taken.iter().filter(|taken| taken.as_millis() > 33).count();
    let longest = taken.iter().max().map_or(0, Duration::as_millis);
    format!(
        "{late} of {} samples above 33 ms, the longest {longest} ms; {stolen} ticks of the processors went to other machines",
        taken.len()
    )
}

/// Waits until a pixel is as wanted, or for the longest time; how long it took.
fn await_pixel(
    display: &Watched,
    [x, y]: [u32; 2],
    longest: Duration,
    is_there: impl Fn([u8; 4]) -> bool,
) -> Duration {
    let begun = Instant::now();
    while !is_there(display.pixel(x, y)) && begun.elapsed() < longest {
        sleep(GLANCE);
    }
    begun.elapsed()
}

/// The reading room, open on the large study.
struct Measured {
    session: Session,
    display: Watched,
    hand: Hand,
    viewport: Place,
    /// The button that shows three planes.
    planes: Place,
}

impl Measured {
    fn settle(&self) {
        sleep(Duration::from_millis(1500));
    }

    /// How far the brush reaches from the pointer, in pixels: what one dab changes in its row.
    fn reach(&mut self, [x, y]: [u32; 2]) -> Result<u32, String> {
        self.hand.to([x, y])?;
        self.settle();
        let width = 200;
        let before = self.display.row(x, y, width);
        self.hand.press()?;
        let pressed = Instant::now();
        let mut reach = None;
        while reach.is_none() && pressed.elapsed() < LONGEST {
            sleep(Duration::from_millis(50));
            let after = self.display.row(x, y, width);
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
            let stolen = display::stolen_ticks();
            for sample in 1..=SAMPLES {
                let x = begin + sample * STEP_PX;
                let edge = [x + reach - 3, y];
                let before = self.display.pixel(edge[0], edge[1]);
                let sent = Instant::now();
                self.hand.to([x, y])?;
                await_pixel(&self.display, edge, LONGEST, |pixel| pixel != before);
                taken.push(sent.elapsed());
                // Not in step with anything that the program does at a fixed rate.
                sleep(Duration::from_millis(u64::from(31 + sample * 7 % 13)));
            }
            self.hand.release()?;
            sleep(Duration::from_millis(500));
            let stolen = display::stolen_ticks().saturating_sub(stolen);
            say(&format!("stroke {}: {}", run + 1, told(&taken, stolen)));
            runs.extend(Spread::of(&taken));
        }
        let mut case = Case::new(
            "window",
            "mouse sample to stroke visible",
            "budget p95 33 ms, p99 50 ms; worst of 3 runs",
        );
        case.spread = Spread::worst(&runs);
        Ok(case)
    }

    /// Gesture's end to its row on disc; undo and redo to the picture.
    fn short_strokes(&mut self) -> Result<Vec<Case>, String> {
        let [cx, cy] = self.viewport.centre();
        let (mut durable, mut undo, mut redo) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..RUNS as u32 {
            let mut of_run = [const { Vec::new() }; 3];
            for stroke in 0..20 {
                let at = [cx - 180 + 18 * stroke, cy + 95 + 10 * run];
                self.hand.to(at)?;
                sleep(Duration::from_millis(120));
                // Within the brush, beside the cross at its middle.
                let seen = at.map(|place| place + 4);
                let before = self.display.pixel(seen[0], seen[1]);
                self.hand.press()?;
                await_pixel(&self.display, seen, Duration::from_millis(300), |pixel| {
                    pixel != before
                });
                self.session.forget();
                let sent = Instant::now();
                self.hand.release()?;
                let (on_disc, _) = self.session.line_with("row on disc")?;
                of_run[0].push(on_disc.saturating_duration_since(sent));
                sleep(Duration::from_millis(60));
                let painted = self.display.pixel(seen[0], seen[1]);
                if painted == before {
                    continue;
                }
                // A hand has the first key down before it strikes the second.
                self.hand.hold("ctrl")?;
                sleep(Duration::from_millis(60));
                for (key, times) in [("z", 1), ("y", 2)] {
                    let shown = self.display.pixel(seen[0], seen[1]);
                    let sent = Instant::now();
                    self.hand.key(key)?;
                    await_pixel(&self.display, seen, LONGEST, |pixel| pixel != shown);
                    of_run[times].push(sent.elapsed());
                    sleep(Duration::from_millis(60));
                }
                self.hand.let_go("ctrl")?;
            }
            durable.extend(Spread::of(&of_run[0]));
            undo.extend(Spread::of(&of_run[1]));
            redo.extend(Spread::of(&of_run[2]));
        }
        let case = |name: &str, check: &str, runs: &[Spread]| {
            let mut case = Case::new("window", name, check);
            case.spread = Spread::worst(runs);
            case
        };
        Ok(vec![
            case(
                "gesture end to durable",
                "budget 50 ms; button up to the row's commit, synced",
                &durable,
            ),
            case("undo", "budget 33 ms; key to picture", &undo),
            case("redo", "budget 33 ms; key to picture", &redo),
        ])
    }

    /// A notch of the wheel to the next slice, with 67 labels drawn.
    fn wheel(&mut self) -> Result<Case, String> {
        let [cx, cy] = self.viewport.centre();
        self.hand.to([cx, cy])?;
        self.settle();
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let mut taken = Vec::new();
            for notch in 0..60_u64 {
                let row = |display: &Watched| display.row(cx - 150, cy - 100, 100);
                let before = row(&self.display);
                let sent = Instant::now();
                self.hand.wheel()?;
                while row(&self.display) == before && sent.elapsed() < LONGEST {
                    sleep(GLANCE);
                }
                taken.push(sent.elapsed());
                sleep(Duration::from_millis(29 + notch * 7 % 13));
            }
            runs.extend(Spread::of(&taken));
        }
        let mut case = Case::new(
            "window",
            "wheel to next slice",
            "budget 33 ms; up to 67 labels on a slice",
        );
        case.spread = Spread::worst(&runs);
        Ok(case)
    }

    /// Ticks of the processor while nothing happens.
    fn rest(&mut self) -> Result<Case, String> {
        self.hand.to([2, 990])?;
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
