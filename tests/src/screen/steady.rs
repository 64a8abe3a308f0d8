//! A project whose screens are the same in every run: which reader is called A is drawn anew for every
//! project, so both readers do the same things, mirrored; cases are given one after the other, because
//! the order of several is drawn too.

use crate::calls::{Calls, list, say, text};
use crate::scene::{Canvas, head_mr};
use dokuei::sample::{LEAD, READERS};
use serde_json::{Value, json};
use std::path::Path;

/// Makes it where the window looks for the sample: case 1 is submitted by both readers and differs,
/// case 2 is not begun. The images lie beside it, as the sample's loose MR does.
///
/// # Panics
/// When a command refuses.
pub fn make(home: &Path) {
    std::fs::create_dir_all(home).expect("a folder");
    let project = home.join("sample");
    let images = head_mr(home);
    let calls = Calls::new(home, &project);
    let protocol = crate::root().join("assets/protocols/lung-nodule-ct.toml");
    let mut init = crate::dokuei(home);
    init.arg("init")
        .arg(&project)
        .args(["--title", "頭部 2 例", "--preset", "demo"]);
    let made = say(init.args(["--lead", LEAD, "--protocol", text(&protocol)]));
    assert_eq!(made.exit, 0, "{}", made.notes);
    let other = home.join("head.nii.gz");
    let mut convert = crate::dokuei(home);
    let made = say(convert.args(["convert", text(&images), text(&other)]));
    assert_eq!(made.exit, 0, "{}", made.notes);
    for reader in READERS {
        let qualification = "放射線診断専門医";
        let args = ["--role", "reader", "--qualification", qualification];
        calls.done(
            LEAD,
            &[&["reader", "add", reader], args.as_slice()].concat(),
        );
    }
    for (case, image) in [("1", &images), ("2", &other)] {
        calls.done(LEAD, &["import", text(image)]);
        let readers = READERS.join(",");
        calls.done(LEAD, &["assign", "--readers", &readers, "--cases", case]);
    }
    let canvas = Canvas::of(&images);
    for (number, reader) in READERS.iter().enumerate() {
        let script = home.join("reading.jsonl");
        let lines = reading(&canvas, number);
        let all: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&script, all).expect("a script");
        let told = calls.done(reader, &["annotate", "1", "--script", text(&script)]);
        assert_eq!(list(&told, "findings").len(), 2, "{told}");
        calls.done(reader, &["submit", "1"]);
    }
    std::fs::rename(&images, home.join("sample-head-mr")).expect("the images are moved");
}

/// A nodule that both see, two voxels apart, and a point that only this reader sees.
fn reading(canvas: &Canvas, reader: usize) -> Vec<Value> {
    let (middle, off) = (canvas.middle(), 2.0 * reader as f64);
    let centre = [canvas.size[0] / 2.0, canvas.size[1] / 2.0].map(f64::floor);
    let nodule = [centre[0] + off, centre[1]];
    let point = [centre[0] - 30.0, centre[1] + 20.0 * off];
    let mut lines = vec![
        json!({"tool": "brush", "label": "nodule", "plane": canvas.plane, "index": middle,
            "radius_mm": 9.0 * canvas.pixel_mm, "points": [nodule]}),
    ];
    for (name, value) in [
        ("density", json!("density-solid")),
        ("margin", json!(["margin-smooth"])),
        ("calcification", json!("calc-none")),
        ("indentation", json!("absent")),
        ("location", json!("lung-rul")),
        ("malignancy", json!("lidc-malignancy-4")),
    ] {
        lines.push(json!({"tool": "attribute", "finding": 1, "name": name, "value": value}));
    }
    lines.push(
        json!({"tool": "point", "label": "non-nodule", "plane": canvas.plane,
        "index": middle, "points": [point]}),
    );
    lines.push(json!({"tool": "form", "field": "quality", "value": "iq-diagnostic"}));
    lines
}
