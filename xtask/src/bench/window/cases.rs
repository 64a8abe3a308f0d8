//! From case to case, and the list of very many of them.

use super::display::stolen_ticks;
use super::session::{Place, Session};
use super::{AWAY, Case, LONGEST, RUNS, Stage, awaited, projects, told};
use crate::bench::spread::Spread;
use crate::say;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What a place of the display shows.
type Look = Vec<[u8; 4]>;

const CHANGE_BUDGET: Duration = Duration::from_millis(300);
const OPEN_BUDGET: Duration = Duration::from_millis(500);
const FILTER_BUDGET: Duration = Duration::from_millis(50);
/// Changes of case in one run.
const CHANGES: usize = 18;
/// Until a case that is opened for the first time stands there with all its planes.
const FIRST_TIME: Duration = Duration::from_secs(5);
/// Between two keys of a hand, so that what the first brought about is over.
const PAUSE: Duration = Duration::from_millis(400);
/// Keys of the filter: four digits, taken away again; and how often.
const TYPED: [&str; 8] = [
    "2",
    "3",
    "4",
    "5",
    "BackSpace",
    "BackSpace",
    "BackSpace",
    "BackSpace",
];
const ROUNDS: usize = 6;

/// Next and previous case, each seen before: key to the other case's picture.
pub(super) fn change(stage: &mut Stage) -> Result<Case, String> {
    let project = projects::of_neighbours(&stage.program, stage.scratch.folder())?;
    let session = stage.play("places", Some(&project))?;
    let viewport = session.place_of("viewport")?;
    let [x, y] = viewport.centre();
    let seen = Place {
        x: x - 120,
        y: y - 40,
        width: 240,
        height: 80,
    };
    stage.hand.take_keys()?;
    stage.hand.to(AWAY)?;
    stage.hand.hold("ctrl")?;
    sleep(FIRST_TIME);
    let mut looks: Vec<Look> = vec![stage.display.part(seen)];
    for _ in 1..projects::NEIGHBOURS {
        stage.hand.key("Right")?;
        sleep(FIRST_TIME);
        let look = stage.display.part(seen);
        if looks.contains(&look) {
            return Err("two cases look alike, or the key did not open the next".to_owned());
        }
        looks.push(look);
    }
    let last = looks.len() - 1;
    let mut runs = Vec::new();
    for run in 0..RUNS {
        let mut taken = Vec::new();
        let stolen = stolen_ticks();
        for step in 1..=CHANGES {
            // There and back again, from the last case on.
            let (lap, at) = ((step - 1) / last, (step - 1) % last + 1);
            let (key, shown) = if lap % 2 == 0 {
                ("Left", last - at)
            } else {
                ("Right", at)
            };
            let sent = Instant::now();
            stage.hand.key(key)?;
            let longest = awaited(LONGEST, || stage.display.part(seen) == looks[shown]);
            if longest >= LONGEST {
                return Err(format!("{key} did not bring case {}", shown + 1));
            }
            taken.push(sent.elapsed());
            sleep(PAUSE);
        }
        let stolen = stolen_ticks().saturating_sub(stolen);
        let told = told(&taken, CHANGE_BUDGET, stolen);
        say(&format!("change of case {}: {told}", run + 1));
        runs.extend(Spread::of(&taken));
    }
    stage.hand.let_go("ctrl")?;
    Ok(Case::of_window(
        "next or previous case, cached",
        Spread::worst(&runs),
        "budget 300 ms; key to picture, 512 x 512 x 300; worst of 3 runs",
    ))
}

/// The worklist of very many cases: the press that opens it to its rows, and a key in the filter to its rows.
pub(super) fn worklist(stage: &mut Stage) -> Result<Vec<Case>, String> {
    let project = projects::of_many_cases(&stage.program, stage.scratch.folder())?;
    let rows = |list: &List| Place {
        x: list.cases.x,
        y: list.cases.y + list.cases.height + 4,
        width: 360,
        height: 160,
    };
    let (list, _) = open(stage, &project, None)?;
    let seen = rows(&list);
    sleep(Duration::from_secs(2));
    let wanted = stage.display.part(seen);
    drop(list);
    let (mut opened, mut filtered) = (Vec::new(), Vec::new());
    let mut stolen_opening = 0;
    for run in 0..RUNS {
        let stolen = stolen_ticks();
        let (list, taken) = open(stage, &project, Some((seen, &wanted)))?;
        opened.push(taken);
        stolen_opening += stolen_ticks().saturating_sub(stolen);
        let stolen = stolen_ticks();
        let taken = keys_in_filter(stage, &list, seen)?;
        let told = told(&taken, FILTER_BUDGET, stolen_ticks().saturating_sub(stolen));
        say(&format!("filter of the worklist {}: {told}", run + 1));
        filtered.extend(Spread::of(&taken));
    }
    say(&format!(
        "worklist opened: {}",
        told(&opened, OPEN_BUDGET, stolen_opening)
    ));
    Ok(vec![
        Case::of_window(
            "worklist of 10,000 cases, open",
            Spread::of(&opened),
            "budget 500 ms; signing in to the first rows",
        ),
        Case::of_window(
            "worklist of 10,000 cases, filter",
            Spread::worst(&filtered),
            "budget 50 ms; key to rows; worst of 3 runs",
        ),
    ])
}

/// An open worklist.
struct List {
    _session: Session,
    filter: Place,
    /// The head of the column of cases.
    cases: Place,
}

/// Signs in, and waits for the rows that are known to come; how long it took from the press.
fn open(
    stage: &mut Stage,
    project: &std::path::Path,
    wanted: Option<(Place, &Look)>,
) -> Result<(List, Duration), String> {
    let session = stage.play("list-places", Some(project))?;
    let sign_in = session.place_of("sign-in")?;
    stage.hand.take_keys()?;
    stage.hand.to(sign_in.centre())?;
    sleep(PAUSE);
    let sent = Instant::now();
    stage.hand.press()?;
    sleep(Duration::from_millis(40));
    stage.hand.release()?;
    let mut taken = Duration::ZERO;
    if let Some((seen, look)) = wanted {
        let longest = Duration::from_secs(20);
        if awaited(longest, || stage.display.part(seen) == *look) >= longest {
            return Err("the worklist did not come".to_owned());
        }
        taken = sent.elapsed();
    }
    let (filter, cases) = (session.place_of("filter")?, session.place_of("cases")?);
    let list = List {
        _session: session,
        filter,
        cases,
    };
    Ok((list, taken))
}

/// Types into the filter and takes it away again; a first round shows what every key brings.
fn keys_in_filter(stage: &mut Stage, list: &List, seen: Place) -> Result<Vec<Duration>, String> {
    stage.hand.to(list.filter.centre())?;
    stage.hand.press()?;
    sleep(Duration::from_millis(60));
    stage.hand.release()?;
    sleep(PAUSE);
    let mut before = stage.display.part(seen);
    let mut looks = Vec::new();
    for key in TYPED {
        stage.hand.key(key)?;
        sleep(PAUSE);
        let look = stage.display.part(seen);
        if look == before {
            return Err(format!("the key {key} did not change the list"));
        }
        looks.push(look.clone());
        before = look;
    }
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        for (key, look) in TYPED.iter().zip(&looks) {
            let sent = Instant::now();
            stage.hand.key(key)?;
            if awaited(LONGEST, || stage.display.part(seen) == *look) >= LONGEST {
                return Err(format!("the key {key} did not bring its rows"));
            }
            taken.push(sent.elapsed());
            sleep(PAUSE / 2);
        }
    }
    Ok(taken)
}
