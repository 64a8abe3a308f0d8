//! Tool scripts: every tool of the reading room by a line, and what a line that cannot be done leaves.

use serde_json::{Value, json};
use tests::calls::{Said, list, text};
use tests::scene::{Canvas, READERS, Scene, head_mr, voxels};

/// A head MR with the script's canvas.
fn scene() -> (Scene, Canvas, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let images = head_mr(folder.path());
    (Scene::new(&[&images]), Canvas::of(&images), folder)
}

/// A stroke through the middle of the head by a tool, as a new finding.
fn stroke(canvas: &Canvas, tool: &str, options: &Value) -> Value {
    let points = [[0.45, 0.5], [0.55, 0.5]];
    let mut line = canvas.brush("lesion", canvas.middle(), &points, 6.0);
    line["tool"] = json!(tool);
    for (name, value) in options.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    line
}

fn names(scene: &Scene, reader: &str) -> Vec<String> {
    let rows = scene.calls.history(reader, "1");
    let name = |row: &Value| row["name"].as_str().unwrap_or_default().to_owned();
    rows.iter().map(name).collect()
}

fn refused(scene: &Scene, reader: &str, line: &Value) -> (i32, String, u64) {
    let script = scene.script("refused.jsonl", std::slice::from_ref(line));
    let said: Said = scene
        .calls
        .by(reader, &["annotate", "1", "--script", text(&script)]);
    let error = &said.json()["error"];
    let code = error["code"].as_str().unwrap_or_default().to_owned();
    (said.exit, code, error["line"].as_u64().unwrap_or(0))
}

#[test]
fn brushes_that_look_at_values_paint_a_part_of_what_the_plain_brush_paints() {
    let (scene, canvas, _folder) = scene();
    let [reader, _] = READERS;
    let lines = [
        stroke(&canvas, "brush", &json!({})),
        stroke(&canvas, "threshold_brush", &json!({})),
        stroke(&canvas, "adaptive_brush", &json!({"edge_strength": 0.8})),
        stroke(
            &canvas,
            "threshold_brush",
            &json!({"min": -1e9, "max": 1e9}),
        ),
        stroke(
            &canvas,
            "adaptive_brush",
            &json!({"edge_strength": 0, "smooth": 0}),
        ),
    ];
    let told = scene.annotate(reader, "1", &lines);
    let counts: Vec<u64> = voxels(&told).into_iter().map(|(_, count)| count).collect();
    let [plain, found, adaptive, all, blunt] = counts[..] else {
        panic!("five findings: {told}");
    };
    assert!(0 < found && found < plain, "{counts:?}");
    assert!(0 < adaptive && adaptive <= plain, "{counts:?}");
    assert_eq!([all, blunt], [plain; 2], "nothing holds them back");
    assert_eq!(
        names(&scene, reader),
        [
            "brush",
            "threshold_brush",
            "adaptive_brush",
            "threshold_brush",
            "adaptive_brush"
        ]
    );
    // A range that no value has paints nothing and leaves no row.
    let none = stroke(&canvas, "brush", &json!({"min": 1e8, "max": 1e9}));
    let told = scene.annotate(reader, "1", &[none]);
    assert_eq!(told["edits"], 0);
    assert_eq!(list(&told, "findings").len(), 5);
    scene.calls.verify();
}

#[test]
fn a_finding_is_renamed_recoloured_and_locked_by_lines_and_a_locked_one_refuses() {
    let (scene, canvas, _folder) = scene();
    let [reader, _] = READERS;
    let lines = [
        stroke(&canvas, "brush", &json!({})),
        json!({"tool": "rename", "finding": 1, "text": "右の結節"}),
        json!({"tool": "recolour", "finding": 1, "value": "#ff8000"}),
        json!({"tool": "lock", "finding": 1}),
    ];
    scene.annotate(reader, "1", &lines);
    assert_eq!(
        names(&scene, reader),
        ["brush", "rename", "recolour", "lock"]
    );
    let delete = json!({"tool": "delete", "finding": 1});
    let (exit, code, line) = refused(&scene, reader, &delete);
    assert_eq!((exit, line), (2, 1), "{code}");
    let lines = [
        json!({"tool": "lock", "finding": 1, "value": false}),
        json!({"tool": "recolour", "finding": 1, "value": null}),
        delete,
    ];
    scene.annotate(reader, "1", &lines);
    assert_eq!(names(&scene, reader)[4..], ["unlock", "recolour", "delete"]);
    scene.calls.verify();
}

#[test]
fn paint_does_not_go_over_a_locked_finding() {
    let (scene, canvas, _folder) = scene();
    let [reader, _] = READERS;
    let again = stroke(&canvas, "brush", &json!({}));
    let mut lines = vec![again.clone(), json!({"tool": "lock", "finding": 1}), again];
    let told = scene.annotate(reader, "1", &lines);
    assert_eq!(voxels(&told).len(), 1, "all of it is locked: {told}");
    lines = vec![
        json!({"tool": "lock", "finding": 1, "value": false}),
        lines.remove(0),
    ];
    let told = scene.annotate(reader, "1", &lines);
    let counts: Vec<u64> = voxels(&told).into_iter().map(|(_, count)| count).collect();
    assert!(counts.len() == 2 && counts[0] == counts[1], "{counts:?}");
}

#[test]
fn values_that_mean_nothing_are_refused_with_the_line_and_change_nothing() {
    let (scene, canvas, _folder) = scene();
    let [reader, _] = READERS;
    scene.annotate(reader, "1", &[stroke(&canvas, "brush", &json!({}))]);
    for line in [
        json!({"tool": "lock", "finding": 1, "value": "yes"}),
        json!({"tool": "no_finding", "value": 1}),
        json!({"tool": "recolour", "finding": 1, "value": "red"}),
        json!({"tool": "recolour", "finding": 1, "value": "#12345"}),
        json!({"tool": "recolour", "finding": 1, "value": "#+12345"}),
        json!({"tool": "rename", "finding": 1}),
        stroke(&canvas, "threshold_brush", &json!({"min": 5})),
        stroke(&canvas, "threshold_brush", &json!({"min": 5, "max": 4})),
        stroke(
            &canvas,
            "adaptive_brush",
            &json!({"points": [[-500, -500]]}),
        ),
    ] {
        let told = refused(&scene, reader, &line);
        assert_eq!(told, (2, "bad_script".to_owned(), 1), "{line}");
    }
    assert_eq!(names(&scene, reader), ["brush"]);
}
