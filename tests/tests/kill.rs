//! The program is killed in the middle of its work, as a power cut would: every stroke that was said
//! to be saved is there afterwards, the one in progress is not, the project verifies and opens for
//! writing again. `DOKUEI_KILL_ROUNDS` sets how often the commands are killed.

use project::{Access, Project};
use serde_json::Value;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tests::calls::text;
use tests::directed::{Directed, Stage};
use tests::scene::{Canvas, Scene, head_mr};

/// Strokes that are finished before the program is killed.
const STROKES: usize = 5;
/// Lines of the script that is killed.
const LINES: usize = 240;

/// The reader whose window is killed.
const READER: &str = "A";

/// What the window tells of the finding that is painted: its measurements, as lines of the tree.
fn measured(window: &mut Directed) -> Vec<String> {
    window.press("F1 ");
    let volume = format!("label \"{}\"", window.t("reading-volume"));
    // it is measured once all images are read
    for _ in 0..200 {
        let tree = window.tree();
        let lines: Vec<&str> = tree.lines().map(str::trim).collect();
        let told = lines
            .windows(2)
            .find(|pair| pair[0].starts_with(&volume) && pair[1].starts_with("label"))
            .filter(|pair| !pair[1].contains('…'));
        if let Some(told) = told {
            return told.iter().map(|line| (*line).to_owned()).collect();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no volume in {}", window.tree());
}

/// Paints, kills in the middle of a stroke, and looks at what is left, in the window and by commands.
fn killed_while_painting(images: &Path, stage: Stage) {
    let scene = Scene::new(&[images]);
    let start = |out: &str| {
        let command = Directed::command(&scene.calls, &scene.path(out), stage);
        let mut window = Directed::signed_in(command, READER);
        window.open_next();
        window
    };
    let mut window = start("before");
    for number in 0..STROKES {
        window.stroke(number);
        window.saved();
    }
    // A second process may read while the window writes.
    let rows = scene.calls.history(READER, "1");
    assert_eq!(rows.len(), STROKES, "{rows:?}");
    let seen = measured(&mut window);
    window.hold(STROKES);
    assert_eq!(scene.calls.history(READER, "1"), rows);
    window.kill();

    assert_eq!(scene.calls.history(READER, "1"), rows);
    scene.calls.verify();
    let mut window = start("after");
    assert_eq!(measured(&mut window), seen);
    // The next stroke goes on where the last saved one ended.
    window.stroke(STROKES + 1);
    window.saved();
    window.close();
    let later = scene.calls.history(READER, "1");
    assert_eq!(later.len(), STROKES + 1);
    assert_eq!(later[..STROKES], rows);
    assert!(scene.calls.verify() > STROKES as u64);
}

#[test]
fn strokes_outlive_a_kill_in_the_middle_of_painting() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    killed_while_painting(&head_mr(folder.path()), Stage::Offscreen);
}

#[test]
fn strokes_outlive_a_kill_in_the_middle_of_painting_in_the_window() {
    if tests::has_display() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        killed_while_painting(&head_mr(folder.path()), Stage::Window);
    }
}

#[test]
fn strokes_outlive_a_kill_on_a_real_ct_mr_and_nifti() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let data = shared.join("data");
    for images in [
        "series/ct-chest-60",
        "series/mr-axial-oblique-10",
        "nifti/ct-thorax-1p5mm.nii.gz",
    ] {
        killed_while_painting(&data.join(images), Stage::Offscreen);
    }
}

/// A small generator: the same moments in every run.
struct Moments(u64);

impl Moments {
    /// The next number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn rounds() -> u64 {
    let given = std::env::var("DOKUEI_KILL_ROUNDS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(6)
}

/// A script of strokes, each a finding of its own, on every plane of the image in turn.
fn strokes(canvas: &Canvas) -> Vec<Value> {
    let planes = canvas.size[2] as usize;
    let stroke = |number: usize| {
        let share = |step: usize| 0.2 + 0.6 * ((number * step) % 97) as f64 / 97.0;
        let (x, y) = (share(31), share(57));
        canvas.brush(
            "lesion",
            (number % planes) as i64,
            &[[x, y], [x + 0.05, y + 0.03]],
            2.5,
        )
    };
    (0..LINES).map(stroke).collect()
}

/// Edits of a reader that another process sees on disc.
fn on_disc(project: &Path) -> usize {
    let project = Project::open(project, Access::ReadOnly).expect("it opens for reading");
    let reader = project.sign_in(READER, None).expect("the reader signs in");
    let rows = project.history(&reader, "1", None).expect("the journal");
    rows.len()
}

#[test]
fn lines_of_a_script_outlive_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let images = head_mr(folder.path());
    let scene = Scene::new(&[&images]);
    let lines = strokes(&Canvas::of(&images));
    // What the whole script makes, on a copy that nobody kills.
    let whole = tests::scene::voxels(&scene.copy().annotate(READER, "1", &lines));
    assert_eq!(whole.len(), LINES);
    let script: PathBuf = scene.script("killed.jsonl", &lines);
    let mut moments = Moments(7);
    let mut killed = 0;
    for round in 0..rounds() {
        let fresh = scene.copy();
        let mut child = fresh
            .calls
            .command(READER, &["annotate", "1", "--script", text(&script)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // Not before the first line is on disc, then at a moment of chance.
        while on_disc(&fresh.calls.project) == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(moments.below(400)));
        let seen = on_disc(&fresh.calls.project);
        child.kill().expect("the program is killed");
        killed += usize::from(!child.wait().expect("it is gone").success());
        let left = on_disc(&fresh.calls.project);
        assert!(
            left >= seen,
            "round {round}: {seen} lines were on disc, {left} are left"
        );
        fresh.calls.verify();
        // What is left is the first lines, whole, and the project takes further ones.
        assert_eq!(fresh.findings(READER, "1"), whole[..left], "round {round}");
        let after = fresh.annotate(READER, "1", &lines[left.min(LINES - 1)..]);
        assert_eq!(
            after["edits"].as_u64(),
            Some((LINES - left.min(LINES - 1)) as u64)
        );
        fresh.calls.verify();
    }
    assert!(killed > 0, "every script had ended before it was killed");
}

/// Strokes of a round: the program is killed somewhere among them.
const STROKES_OF_A_ROUND: usize = 12;

#[test]
fn strokes_in_the_window_outlive_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scene = Scene::new(&[&head_mr(folder.path())]);
    let mut moments = Moments(11);
    let (mut killed, mut kept) = (0, 0);
    for round in 0..rounds() {
        // a fresh project: a stroke over painted voxels would change nothing and make no row
        let fresh = scene.copy();
        let project = &fresh.calls.project;
        let command = Directed::command(&fresh.calls, &fresh.path("out"), Stage::Offscreen);
        let mut window = Directed::signed_in(command, READER);
        window.open_next();
        // the hand goes on painting while the power goes at a moment of chance, not before its first stroke
        assert!(window.try_stroke(0), "round {round}: it ended by itself");
        window.saved();
        let (mut drawn, mut finished) = (1, on_disc(project));
        assert_eq!(finished, 1, "round {round}");
        let id = window.id();
        let wait = Duration::from_millis(moments.below(STROKES_OF_A_ROUND as u64 * 90));
        let power = std::thread::spawn(move || {
            std::thread::sleep(wait);
            let ended = std::process::Command::new("kill")
                .args(["-9", &id.to_string()])
                .status();
            assert!(ended.expect("kill is there").success());
        });
        while drawn < STROKES_OF_A_ROUND && window.try_stroke(drawn) {
            drawn += 1;
            finished = finished.max(on_disc(project));
        }
        power.join().expect("the power goes");
        let end = window.wait_gone();
        assert_eq!(end.signal(), Some(9), "round {round}: it ended by itself");
        killed += usize::from(drawn < STROKES_OF_A_ROUND);
        let left = on_disc(project);
        assert!(
            left >= finished && left <= drawn + 1,
            "round {round}: {left} are left, {finished} were on disc of {drawn} drawn"
        );
        kept += left;
        fresh.calls.verify();
        assert!(!fresh.findings(READER, "1").is_empty(), "round {round}");
    }
    let rounds = rounds();
    tests::measured(&format!(
        "{rounds} rounds, {killed} of them killed while painting, {kept} strokes kept"
    ));
    assert!(killed > 0, "every round had ended before it was killed");
}

/// What the first viewport says of plane, series, place and window, and which tool is in hand.
fn standing(window: &mut Directed) -> (String, Vec<String>) {
    let (viewport, plane) = (window.t("reading-viewport"), window.t("reading-plane"));
    window.wait(&plane);
    let tree = window.tree();
    let mut lines = tree.lines().map(str::trim);
    let told = lines.find(|line| line.contains(&format!("\"{viewport}\" = ")));
    let told = told.unwrap_or_else(|| panic!("no viewport in {tree}"));
    let parts: Vec<&str> = told.split('|').map(str::trim).take(5).collect();
    let hands = tree.lines().map(str::trim);
    let hands = hands.filter(|line| line.contains("= \"true\"") && line.starts_with("button"));
    (parts.join(" | "), hands.map(str::to_owned).collect())
}

#[test]
fn a_killed_window_opens_again_at_the_same_slice_zoom_and_tool() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scene = Scene::new(&[&head_mr(folder.path())]);
    let start = |out: &str| {
        let command = Directed::command(&scene.calls, &scene.path(out), Stage::Offscreen);
        let mut window = Directed::signed_in(command, READER);
        window.open_next();
        window
    };
    let mut window = start("before");
    window.stroke(0);
    window.saved();
    for keys in ["PageDown", "Up", "Shift+2", "Up", "F8", "E"] {
        window.key(keys);
    }
    // as long as until the place is looked at again
    std::thread::sleep(Duration::from_millis(2500));
    let left = standing(&mut window);
    std::thread::sleep(Duration::from_millis(1500));
    window.kill();
    let command = Directed::command(&scene.calls, &scene.path("after"), Stage::Offscreen);
    let mut window = Directed::signed_in(command, READER);
    let begun = std::time::Instant::now();
    while standing(&mut window) != left {
        assert!(
            begun.elapsed().as_secs() < 20,
            "{:?}\n{left:?}",
            standing(&mut window)
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    window.close();
}
