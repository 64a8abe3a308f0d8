//! While one reader has submitted and the other has not, nothing that the second asks, sees or is
//! refused depends on what the first has done, or on whether it exists.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tests::calls::{Said, list, say, text};
use tests::directed::{Directed, Stage};
use tests::scene::{Canvas, LEAD, READERS, Scene, head_mr};

/// Case 1 is read by both; case 2 by the first alone.
struct Blind {
    scene: Scene,
    canvas: Canvas,
    _images: tempfile::TempDir,
}

impl Blind {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let images = head_mr(folder.path());
        let scene = Scene::new(&[&images]);
        let other = as_nifti(&scene, &images);
        scene.calls.done(LEAD, &["import", text(&other)]);
        let mine = ["assign", "--readers", READERS[0], "--cases", "2"];
        scene.calls.done(LEAD, &mine);
        Self {
            scene,
            canvas: Canvas::of(&images),
            _images: folder,
        }
    }

    /// Everything that the first reader does; returns the id of a finding.
    fn first_reader_works(&self) -> String {
        let [first, _] = READERS;
        let stroke = self.canvas.brush(
            "lesion",
            self.canvas.middle(),
            &[[0.4, 0.4], [0.5, 0.5]],
            4.0,
        );
        let told = self
            .scene
            .annotate(first, "1", std::slice::from_ref(&stroke));
        self.scene.annotate(first, "2", &[stroke]);
        for case in ["1", "2"] {
            let calls = &self.scene.calls;
            calls.done(first, &["case", "hold", case, "--note", "later"]);
            calls.done(first, &["case", "flag", case, "--text", "a vessel?"]);
            self.scene.calls.done(first, &["submit", case]);
        }
        let finding = &list(&told, "findings")[0];
        finding["id"].as_str().expect("an id").to_owned()
    }
}

/// The image again in another format: another case.
fn as_nifti(scene: &Scene, images: &Path) -> PathBuf {
    let other = scene.path("other.nii.gz");
    let mut command = tests::dokuei(&scene.path("home"));
    let said = say(command.args(["convert", text(images), text(&other)]));
    assert_eq!(said.exit, 0, "{}", said.notes);
    other
}

/// Asks both; they must be refused with the same bytes.
fn assert_alike(scene: &Scene, person: &str, there: &[&str], not_there: &[&str]) {
    for plain in [false, true] {
        let ask = |args: &[&str]| -> Said {
            let mut command = scene.calls.program();
            command.args(["--as", person, "--lang", "en"]).args(args);
            if !plain {
                command.arg("--json");
            }
            say(&mut command)
        };
        let (one, other) = (ask(there), ask(not_there));
        assert_eq!(
            one.exit, 4,
            "{person} {there:?}: {}{}",
            one.results, one.notes
        );
        assert_eq!(one, other, "{person} {there:?} and {not_there:?}");
    }
}

#[test]
fn a_refusal_says_the_same_whether_or_not_the_thing_is_there() {
    let blind = Blind::new();
    let scene = &blind.scene;
    let script = scene.script("line.jsonl", &[json!({"tool": "no_finding"})]);
    let script = text(&script);
    let finding = blind.first_reader_works();
    let page = scene.path("page.html");
    let out = scene.path("out");
    let [first, second] = READERS;
    let adjudicate = |case, finding| {
        [
            "adjudicate",
            case,
            "--finding",
            finding,
            "--take",
            "a",
            "--reason",
            "seen",
        ]
    };
    assert_alike(scene, second, &["compare", "1"], &["compare", "99"]);
    assert_alike(scene, second, &["compare", "2"], &["compare", "99"]);
    assert_alike(scene, second, &["report", "-o", text(&page)], &["report"]);
    assert_alike(
        scene,
        second,
        &[
            "export",
            "--format",
            "seg",
            "-o",
            text(&out),
            "--what",
            "reader=A",
        ],
        &[
            "export",
            "--format",
            "nonsense",
            "-o",
            "y",
            "--what",
            "reader=nobody",
        ],
    );
    assert_alike(
        scene,
        second,
        &["history", "1", "--reader", first],
        &["history", "1", "--reader", "nobody"],
    );
    assert_alike(scene, second, &["history", "2"], &["history", "99"]);
    assert_alike(
        scene,
        second,
        &adjudicate("1", &finding),
        &adjudicate("1", "invented"),
    );
    assert_alike(
        scene,
        second,
        &adjudicate("2", &finding),
        &adjudicate("99", "invented"),
    );
    for verb in ["submit", "undo", "redo"] {
        assert_alike(scene, second, &[verb, "2"], &[verb, "99"]);
    }
    assert_alike(
        scene,
        second,
        &["annotate", "2", "--script", script],
        &["annotate", "99", "--script", "/nowhere"],
    );
    // The first has submitted: the work is locked, and says no more than of a case that is not there.
    assert_alike(
        scene,
        first,
        &["annotate", "1", "--script", script],
        &["annotate", "99", "--script", "/nowhere"],
    );
    // Nor does the lead see a reading before all have submitted.
    assert_alike(
        scene,
        LEAD,
        &["history", "1", "--reader", first],
        &["history", "1", "--reader", second],
    );
    assert_alike(
        scene,
        LEAD,
        &adjudicate("1", &finding),
        &adjudicate("1", "invented"),
    );
    // Own cases only are put on hold and asked about; another's question is none.
    assert_alike(
        scene,
        second,
        &["case", "hold", "2", "--note", "later"],
        &["case", "hold", "99", "--note", ""],
    );
    assert_alike(
        scene,
        second,
        &["case", "flag", "2", "--text", "?"],
        &["case", "flag", "99", "--text", ""],
    );
    let asked = scene.calls.done(LEAD, &["flag", "list"]);
    let asked = list(&asked, "flags")[0]["id"].clone();
    let asked = asked.as_str().expect("an id");
    for (verb, option) in [("answer", &["--text", "yes"][..]), ("withdraw", &[])] {
        let words = |flag| [&["flag", verb, flag][..], option].concat();
        assert_alike(scene, second, &words(asked), &words("invented"));
    }
    // Backups are the admin's alone; nothing is looked at or made before that is said.
    let place = scene.path("backups");
    assert_alike(
        scene,
        second,
        &["backup", "make", text(&place)],
        &["backup", "make", "/nowhere/at/all"],
    );
    assert_alike(
        scene,
        second,
        &["backup", "prune", text(&place)],
        &["backup", "prune"],
    );
    assert!(!place.exists());
    // What is in the worklist, and what comes in, is the lead's alone; nothing is read before that is said.
    assert_alike(
        scene,
        second,
        &["case", "exclude", "1", "--reason", "seen"],
        &["case", "exclude", "99", "--reason", ""],
    );
    assert_alike(
        scene,
        second,
        &["case", "include", "1"],
        &["case", "include", "99"],
    );
    let list = scene.path("list.csv");
    std::fs::write(&list, "path,case\n1.dcm,1\n").expect("a list is written");
    assert_alike(
        scene,
        second,
        &["import", text(&list), "--dry-run"],
        &["import", "--list", "/nowhere.csv", "--refusals", text(&out)],
    );
    assert!(!page.exists() && !out.exists(), "a refusal writes nothing");
}

/// What the second reader can learn: commands, and everything that the worklist tells.
fn known_to(blind: &Blind, person: &str) -> Vec<String> {
    let calls = &blind.scene.calls;
    let ask = |args: &[&str]| {
        let said = calls.by(person, args);
        format!("{} {}{}", said.exit, said.results, said.notes)
    };
    let out = blind.scene.path("window");
    let command = Directed::command(calls, &out, Stage::Offscreen);
    let mut window = Directed::signed_in(command, person);
    let first_case = "C-0001";
    window.wait(first_case);
    // the memory in use is that of the window itself, and never twice the same
    let memory = window.t("status-memory");
    let memory = memory
        .split('{')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let tree = window.tree();
    let tree: Vec<&str> = tree
        .lines()
        .filter(|line| !line.contains(&memory))
        .collect();
    let tree = tree.join("\n");
    window.close();
    vec![
        ask(&["status"]),
        ask(&["case", "list"]),
        ask(&["history", "1"]),
        ask(&["protocol", "show"]),
        tree,
        ask(&["flag", "list"]),
    ]
}

#[test]
fn status_and_worklist_of_a_reader_do_not_change_with_what_another_does() {
    let blind = Blind::new();
    let [_, second] = READERS;
    let before = known_to(&blind, second);
    assert!(!before.concat().contains("C-0002"), "{before:?}");
    blind.first_reader_works();
    let after = known_to(&blind, second);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    // The same view does change with the reader's own work, so that equality says something.
    let stroke = blind.canvas.brush(
        "mass",
        blind.canvas.middle(),
        &[[0.4, 0.4], [0.5, 0.5]],
        4.0,
    );
    blind.scene.annotate(second, "1", &[stroke]);
    let own = known_to(&blind, second);
    assert_ne!(own[0], before[0]);
    assert_ne!(own[4], before[4]);
    let states: Value = blind.scene.calls.done(LEAD, &["case", "list"]);
    assert_eq!(list(&states, "cases").len(), 2);
}
