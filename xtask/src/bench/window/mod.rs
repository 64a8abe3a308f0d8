//! A real window, driven by injected events and watched in the display's own picture: start, strokes, undo,
//! wheel, durability, rest and memory on 512×512×1000 voxels with 200 segments; change of case; a long worklist.

mod cases;
mod display;
mod hand;
mod phantom;
mod projects;
mod room;
mod scroll;
mod session;
mod start;

use super::case::Case;
use crate::build::{Profile, Scope, build_as};
use crate::{packages, say};
use display::Watched;
use hand::Hand;
use projects::{Scratch, path};
use session::{Session, Start};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

const RUNS: usize = 3;
/// Longest wait for a pixel: what takes longer is counted as this.
const LONGEST: Duration = Duration::from_secs(2);
/// Time between two looks at a pixel: who watches must not take the processor from what is watched.
const GLANCE: Duration = Duration::from_micros(200);
/// A place of the display where nothing answers to the pointer.
const AWAY: [u32; 2] = [2, 990];
const READER: &str = "Reader";

/// Measures all cases of the group.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    packages::install_missing(packages::Purpose::Bench)?;
    let program = build_as(Scope::ProgramAndExamples, profile)?;
    let scratch = Scratch::new()?;
    let display = Watched::start(scratch.folder())?;
    let hand = Hand::at(&display.name)?;
    let mut stage = Stage {
        program,
        scratch,
        display,
        hand,
    };
    let stolen = display::stolen_ticks();
    let mut measured = vec![start::measure(&mut stage)?];
    measured.extend(room::measure(&mut stage)?);
    measured.push(cases::change(&mut stage)?);
    measured.extend(cases::worklist(&mut stage)?);
    let stolen = display::stolen_ticks().saturating_sub(stolen);
    say(&format!(
        "in all of this {stolen} ticks of the processors went to other machines"
    ));
    Ok(measured)
}

/// What every measurement of a window needs.
struct Stage {
    program: PathBuf,
    scratch: Scratch,
    display: Watched,
    hand: Hand,
}

impl Stage {
    /// Opens a window that a person would have opened.
    fn window(&self, home: &Path) -> Result<Session, String> {
        let (program, arguments) = (&self.program, Vec::new());
        let start = Start {
            program,
            home,
            arguments,
        };
        Session::start(&start, &self.display)
    }

    /// Opens a window in which a play comes to a place and leaves it to the hand.
    fn play(&self, play: &str, project: Option<&Path>) -> Result<Session, String> {
        let folder = self.scratch.folder();
        let out = path(&folder.join(play));
        let mut arguments = ["play", play, "--out", &out].map(str::to_owned).to_vec();
        if let Some(project) = project {
            let who = ["--project", &path(project), "--as", READER];
            arguments.extend(who.map(str::to_owned));
        }
        let start = Start {
            program: &self.program,
            home: &folder.join("home"),
            arguments,
        };
        Session::start(&start, &self.display)
    }
}

/// What a run's figures leave out: how many samples were late, and whether the machine was there at all.
fn told(taken: &[Duration], budget: Duration, stolen: u64) -> String {
    let late = taken.iter().filter(|taken| **taken > budget).count();
    let longest = taken.iter().max().map_or(0, Duration::as_millis);
    format!(
        "{late} of {} samples above {} ms, the longest {longest} ms; {stolen} ticks of the processors went to other machines",
        taken.len(),
        budget.as_millis()
    )
}

/// Waits until what is seen is as wanted, or for the longest time; how long it took.
fn awaited(longest: Duration, is_there: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_there() && begun.elapsed() < longest {
        sleep(GLANCE);
    }
    begun.elapsed()
}
