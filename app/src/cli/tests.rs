//! Commands at their edge: arguments in, JSON and exit status out.

mod backups;
mod images;
mod worklist;

use super::{Output, run_with};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Exit status and what was written.
struct Said {
    exit: u8,
    results: String,
    notes: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.results)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.results, self.notes))
    }
}

fn call(args: &[&str]) -> Said {
    let (mut results, mut notes) = (Vec::new(), Vec::new());
    let all = std::iter::once("dokuei")
        .chain(args.iter().copied())
        .map(OsString::from);
    let exit = run_with(all, &mut Output::new(&mut results, &mut notes));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("commands write UTF-8");
    Said {
        exit,
        results: text(results),
        notes: text(notes),
    }
}

/// A project in a temporary folder, and calls in it.
struct Desk {
    folder: tempfile::TempDir,
    project: PathBuf,
}

impl Desk {
    /// A demo project with a lead and two readers.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = folder.path().join("試験 1");
        let made = call(&[
            "init",
            project.to_str().expect("UTF-8"),
            "--title",
            "試験",
            "--lead",
            "lead",
            "--preset",
            "demo",
            "--json",
        ]);
        assert_eq!(made.exit, 0, "{}", made.notes);
        assert!(made.json()["id"].is_string());
        let desk = Self { folder, project };
        for reader in ["A", "B"] {
            assert_eq!(
                desk.by("lead", &["reader", "add", reader, "--role", "reader"])
                    .exit,
                0
            );
        }
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder
            .path()
            .join(name)
            .to_str()
            .expect("UTF-8")
            .to_owned()
    }

    fn by(&self, person: &str, args: &[&str]) -> Said {
        let project = self.project.to_str().expect("UTF-8");
        let mut all = vec![
            "--project",
            project,
            "--as",
            person,
            "--json",
            "--lang",
            "en",
        ];
        all.extend(args);
        call(&all)
    }

    fn done(&self, person: &str, args: &[&str]) -> Value {
        let said = self.by(person, args);
        assert_eq!(said.exit, 0, "{args:?}: {}{}", said.results, said.notes);
        said.json()
    }

    /// A CT of the shared data, given to both readers; `None` where there is none.
    fn with_case() -> Option<Self> {
        let ct = crate::shared_data()?.join("series/ct-chest-60");
        let desk = Self::new();
        let imported = desk.done("lead", &["import", ct.to_str()?]);
        assert_eq!(imported["cases"].as_array()?.len(), 1);
        assert!(imported["cases"][0]["series"][0]["size"].is_array());
        let assigned = desk.done("lead", &["assign", "--readers", "A,B", "--seed", "7"]);
        assert_eq!(assigned["assignments"].as_array()?.len(), 2);
        Some(desk)
    }

    fn paint(&self, person: &str, shift: f64) -> Value {
        let protocol = self.done(person, &["protocol", "show"]);
        let labels = protocol["labels"].as_array().expect("labels");
        let paintable = |label: &&Value| {
            label["geometry"]
                .as_array()
                .is_some_and(|kinds| kinds.contains(&json!("mask")))
        };
        let label = labels
            .iter()
            .find(paintable)
            .expect("a label to paint with")["id"]
            .clone();
        let lines = [
            json!({"tool": "brush", "label": label, "plane": "axial", "index": 5, "radius_mm": 9, "points": [[60.0 + shift, 60.0], [80.5, 70.0]]}),
            json!({"tool": "eraser", "finding": 1, "plane": "axial", "index": 5, "radius_mm": 2, "points": [[60.0, 60.0]]}),
            json!({"tool": "comment", "finding": 1, "text": "右上葉"}),
        ];
        let script = self.path(&format!("{person}.jsonl"));
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&script, text).expect("a script is written");
        self.done(person, &["annotate", "1", "--script", &script])
    }
}

#[test]
fn the_main_job_goes_through_by_commands() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    let painted = desk.paint("A", 0.0);
    assert_eq!(painted["edits"], 3);
    assert!(
        painted["findings"][0]["volume_ml"]
            .as_f64()
            .is_some_and(|volume| volume > 0.1)
    );
    let history = desk.done("A", &["undo", "1", "2"]);
    assert_eq!(
        history["history"]
            .as_array()
            .map(|rows| rows.iter().filter(|row| row["undone"] == true).count()),
        Some(2)
    );
    desk.done("A", &["redo", "1"]);
    desk.paint("B", 1.5);
    assert_eq!(desk.done("A", &["submit", "1"])["state"], "submitted");
    assert_eq!(desk.by("lead", &["compare", "1"]).exit, 4);
    desk.done("B", &["submit", "1"]);
    let compared = desk.done("lead", &["compare", "1"]);
    let dice = compared["labels"]
        .as_array()
        .expect("labels")
        .iter()
        .find_map(|row| row["dice"].as_f64());
    assert!(dice.is_some_and(|dice| dice > 0.5), "{compared}");
    let rows: Vec<String> = compared["to_decide"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row.as_str().map(str::to_owned))
        .collect();
    for row in rows {
        let decided = desk.done(
            "lead",
            &[
                "adjudicate",
                "1",
                "--finding",
                &row,
                "--take",
                "a",
                "--reason",
                "画像で確認",
            ],
        );
        assert_eq!(decided["decision"], "a");
    }
    let (out, page) = (desk.path("out"), desk.path("report.html"));
    let exported = desk.done(
        "lead",
        &["export", "--format", "seg,nifti,csv,json", "-o", &out],
    );
    let files = exported["files"].as_array().expect("files");
    assert!(files.iter().all(|file| {
        Path::new(&out)
            .join(file["path"].as_str().expect("a path"))
            .is_file()
    }));
    assert!(
        files.iter().any(|file| file["format"] == "seg")
            && files.iter().any(|file| file["format"] == "nifti")
    );
    let figures = desk.done("lead", &["report", "-o", &page]);
    assert_eq!(figures["n_cases"], 1);
    assert!(
        std::fs::read_to_string(&page)
            .expect("the page")
            .contains("<html")
    );
    assert_eq!(
        desk.done(
            "lead",
            &["reopen", "1", "--reason", "追記", "--reader", "A"]
        )["state"],
        "in_progress"
    );
    let verified = desk.done("lead", &["verify", "--deep"]);
    assert_eq!(verified["ok"], true);
    assert!(
        verified["checked"]["edits"]
            .as_u64()
            .is_some_and(|edits| edits > 4)
    );
}

#[test]
fn what_is_not_open_is_refused_alike_whether_or_not_it_is_there() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    desk.paint("A", 0.0);
    let present = desk.path("A.jsonl");
    let pairs: [(&str, &[&str], &[&str]); 9] = [
        ("B", &["compare", "1"], &["compare", "99"]),
        (
            "B",
            &["history", "1", "--reader", "A"],
            &["history", "99", "--reader", "nobody"],
        ),
        ("B", &["report", "-o", "/nowhere/r.html"], &["report"]),
        (
            "B",
            &["export", "--format", "seg", "-o", "x"],
            &[
                "export",
                "--format",
                "nonsense",
                "-o",
                "y",
                "--what",
                "reader=nobody",
            ],
        ),
        (
            "B",
            &[
                "adjudicate",
                "1",
                "--finding",
                "x",
                "--take",
                "a",
                "--reason",
                "r",
            ],
            &[
                "adjudicate",
                "9",
                "--finding",
                "y",
                "--take",
                "q",
                "--reason",
                "",
            ],
        ),
        (
            "B",
            &["import", "/nowhere"],
            &["import", &present, "--pseudonymise"],
        ),
        (
            "B",
            &["assign", "--readers", "A"],
            &["assign", "--readers", "nobody", "--per-case", "9"],
        ),
        (
            "lead",
            &["annotate", "1", "--script", &present],
            &["annotate", "99", "--script", "/nowhere"],
        ),
        (
            "lead",
            &["export", "--format", "seg", "-o", "x"],
            &["export", "--format", "nonsense", "-o", "y", "--what", "z"],
        ),
    ];
    for (person, there, not_there) in pairs {
        let (one, other) = (desk.by(person, there), desk.by(person, not_there));
        assert_eq!(
            (one.exit, other.exit),
            (4, 4),
            "{there:?}: {}{}",
            one.notes,
            other.notes
        );
        assert_eq!(one.results, other.results, "{there:?}");
        assert_eq!(one.notes, other.notes, "{there:?}");
        assert_eq!(one.json()["error"]["code"], "refused");
    }
    let other_case = desk.by("B", &["annotate", "99", "--script", "/nowhere"]);
    assert_eq!(other_case.exit, 4);
}

#[test]
fn a_readers_status_and_worklist_do_not_depend_on_another_one() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    let before = (
        desk.by("B", &["status"]).results,
        desk.by("B", &["case", "list"]).results,
    );
    desk.paint("A", 0.0);
    desk.done("A", &["submit", "1"]);
    let after = (
        desk.by("B", &["status"]).results,
        desk.by("B", &["case", "list"]).results,
    );
    assert_eq!(before, after);
}

#[test]
fn a_script_stops_at_a_line_that_cannot_be_done_and_keeps_the_lines_before() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    desk.paint("A", 0.0);
    let script = desk.path("wrong.jsonl");
    std::fs::write(
        &script,
        "{\"tool\":\"comment\",\"finding\":1,\"text\":\"x\"}\n\n{\"tool\":\"threshold\"}\n",
    )
    .expect("a script");
    let said = desk.by("A", &["annotate", "1", "--script", &script]);
    assert_eq!(said.exit, 2);
    let error = &said.json()["error"];
    assert_eq!(
        (&error["code"], &error["line"], &error["edits"]),
        (&json!("not_yet"), &json!(3), &json!(1))
    );
    assert_eq!(
        desk.done("A", &["history", "1"])["history"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
}

#[test]
fn a_mask_of_a_file_becomes_a_finding_on_the_grid_of_the_image() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    let ct = crate::shared_data()
        .expect("shared data")
        .join("series/ct-chest-60");
    let image = desk.path("image.nii.gz");
    let converted = call(&["convert", ct.to_str().expect("UTF-8"), &image, "--json"]);
    assert_eq!(converted.exit, 0, "{}", converted.notes);
    let mask = desk.path("mask.nii.gz");
    let map =
        imaging::load_label_map(Path::new(&image)).expect("the image's values are whole numbers");
    let grid = map.grid();
    let wanted = voxel::Mask::from_fn(grid.size(), |at| {
        at.0[0] > 10 && at.0[0] < 20 && at.0[2] == 3
    });
    let label = annotation_format::write::nifti::MapLabel {
        value: 1,
        masks: vec![&wanted],
        priority: 0,
    };
    annotation_format::write::nifti::LabelMap::new(grid.size(), &[label])
        .and_then(|map| map.write(Path::new(&mask), grid))
        .expect("a label map");
    let protocol = desk.done("A", &["protocol", "show"]);
    let label = protocol["labels"][0]["id"]
        .as_str()
        .expect("a label")
        .to_owned();
    let made = desk.done(
        "A",
        &[
            "annotate",
            "1",
            "--mask",
            &mask,
            "--label",
            &label,
            "--as-finding",
        ],
    );
    assert_eq!(made["findings"][0]["voxels"], wanted.count());
}

#[test]
fn wrong_calls_and_later_commands_answer_with_exit_2_and_one_document() {
    let calls: [(&[&str], &str); 8] = [
        (&["ledger", "--json"], "not_yet"),
        (&["--json", "backup", "drill"], "not_yet"),
        (&["protocol", "diff", "a", "b", "--json"], "not_yet"),
        (&["no-such-command", "--json"], "unknown_command"),
        (
            &["render", "x", "-o", "y.png", "--volume", "mip", "--json"],
            "not_yet",
        ),
        (
            &["agree", "/nowhere/a.nii", "/nowhere/b.nii", "--json"],
            "unreadable",
        ),
        (&["compare", "--json"], "bad_arguments"),
        (
            &["status", "--project", "/nowhere", "--json"],
            "not_a_project",
        ),
    ];
    for (args, code) in calls {
        let said = call(args);
        assert_eq!(
            (said.exit, &said.json()["error"]["code"]),
            (2, &json!(code)),
            "{args:?}"
        );
        assert!(!said.notes.is_empty());
    }
}

#[test]
fn every_tool_is_listed_in_both_languages_with_its_options() {
    let tools = call(&["tools", "--json"]).json();
    let names: Vec<&str> = tools["tools"]
        .as_array()
        .expect("tools")
        .iter()
        .filter_map(|tool| tool["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "brush",
            "eraser",
            "threshold_brush",
            "adaptive_brush",
            "box2d",
            "point",
            "attribute",
            "form",
            "no_finding",
            "comment",
            "relabel",
            "rename",
            "recolour",
            "lock",
            "delete"
        ]
    );
    let text = tools.to_string();
    assert!(text.contains("radius_mm") && !text.contains('⟨'), "{text}");
}

#[test]
fn a_native_picture_is_the_stored_voxels_through_the_window() {
    let Some(shared) = crate::shared_data() else {
        return;
    };
    let ct = shared.join("series/ct-chest-60");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("p.png");
    let args = [
        "render",
        ct.to_str().expect("UTF-8"),
        "-o",
        out.to_str().expect("UTF-8"),
        "--index",
        "4",
        "--native",
        "--plain",
        "--interpolation",
        "nearest",
        "--window",
        "-600,1200",
        "--json",
    ];
    let said = call(&args);
    assert_eq!(said.exit, 0, "{}", said.notes);
    let told = said.json();
    let picture = image::open(&out).expect("a picture").to_luma8();
    assert_eq!(told["size_px"], json!([picture.width(), picture.height()]));
    assert_eq!(told["window"]["center"], -600.0);
}
