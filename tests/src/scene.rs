//! Projects for tests, made by commands: a lead, two readers, cases given to both.

use crate::calls::{Calls, list, say, text};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The lead of every scene.
pub const LEAD: &str = "Lead";
/// Its readers.
pub const READERS: [&str; 2] = ["A", "B"];

/// A project without passphrases.
pub struct Scene {
    folder: TempDir,
    /// Calls in it.
    pub calls: Calls,
}

impl Scene {
    /// A project in a new folder with these images as cases 1, 2, …, each given to both readers.
    ///
    /// # Panics
    /// When a command refuses.
    #[must_use]
    pub fn new(images: &[&Path]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = folder.path().join("読影 1");
        let calls = Calls::new(&folder.path().join("home"), &project);
        let mut init = crate::dokuei(&folder.path().join("home"));
        init.arg("init").arg(&project);
        let made = say(init.args(["--title", "Rooms", "--lead", LEAD, "--preset", "demo"]));
        assert_eq!(made.exit, 0, "{}", made.notes);
        for reader in READERS {
            calls.done(LEAD, &["reader", "add", reader, "--role", "reader"]);
        }
        for image in images {
            let made = calls.done(LEAD, &["import", text(image)]);
            assert_eq!(list(&made, "cases").len(), 1, "{made}");
        }
        if !images.is_empty() {
            calls.done(LEAD, &["assign", "--readers", "A,B", "--seed", "7"]);
        }
        Self { folder, calls }
    }

    /// A path beside the project.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same project in another folder.
    ///
    /// # Panics
    /// When it cannot be copied.
    #[must_use]
    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = folder.path().join("読影 1");
        copy_folder(&self.calls.project, &project);
        let calls = Calls::new(&folder.path().join("home"), &project);
        Self { folder, calls }
    }

    /// A script of tool lines beside the project.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn script(&self, name: &str, lines: &[Value]) -> PathBuf {
        let path = self.path(name);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).expect("a script is written");
        path
    }

    /// A person annotates a case by a script.
    pub fn annotate(&self, person: &str, case: &str, lines: &[Value]) -> Value {
        let script = self.script(&format!("{person}-{case}.jsonl"), lines);
        self.calls
            .done(person, &["annotate", case, "--script", text(&script)])
    }

    /// What a person's work on a case holds: label and voxels of every finding, in their order.
    pub fn findings(&self, person: &str, case: &str) -> Vec<(String, u64)> {
        let told = self.annotate(person, case, &[]);
        voxels(&told)
    }
}

/// Label and voxels of every finding of an answer of `annotate`.
#[must_use]
pub fn voxels(told: &Value) -> Vec<(String, u64)> {
    let pair = |finding: &Value| {
        let label = finding["label"].as_str().unwrap_or_default().to_owned();
        (label, finding["voxels"].as_u64().unwrap_or(0))
    };
    list(told, "findings").iter().map(pair).collect()
}

/// Copies a folder with everything in it.
///
/// # Panics
/// When something cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for entry in std::fs::read_dir(from).expect("a folder is read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a file is copied");
        }
    }
}

/// A small oblique head MR, written as DICOM files by the program's own writers.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn head_mr(folder: &Path) -> PathBuf {
    let images = folder.join("head-mr");
    dokuei::sample::write_head(&images).expect("the head MR is written");
    images
}

/// What a script needs to know of an image to draw on it.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// The anatomical plane closest to its stack.
    pub plane: &'static str,
    /// Voxels along its axes.
    pub size: [f64; 3],
    /// Distance of its columns, mm.
    pub pixel_mm: f64,
}

impl Canvas {
    /// The first image of a file or folder.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn of(images: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = crate::dokuei(folder.path());
        let told = say(command.args(["info", text(images), "--json"])).json();
        let series = list(&told, "series");
        let image = series.iter().find(|series| series["size"].is_array());
        let image = image.expect("an image series");
        let size = [0, 1, 2].map(|axis| image["size"][axis].as_f64().unwrap_or(1.0));
        let along = |row: usize| image["affine_lps"][row][2].as_f64().unwrap_or(0.0).abs();
        let planes = [
            (along(0), "sagittal"),
            (along(1), "coronal"),
            (along(2), "axial"),
        ];
        let steepest = planes.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            plane: steepest.map_or("axial", |(_, plane)| plane),
            size,
            pixel_mm: image["spacing_mm"][0].as_f64().unwrap_or(1.0),
        }
    }

    /// The middle plane of the stack.
    #[must_use]
    pub fn middle(&self) -> i64 {
        (self.size[2] / 2.0) as i64
    }

    /// A stroke of a brush as a new finding: from and to in shares of the plane, radius in pixels.
    #[must_use]
    pub fn brush(&self, label: &str, index: i64, points: &[[f64; 2]], radius_px: f64) -> Value {
        let points: Vec<[f64; 2]> = points
            .iter()
            .map(|[x, y]| [x * (self.size[0] - 1.0), y * (self.size[1] - 1.0)])
            .collect();
        json!({
            "tool": "brush", "label": label, "plane": self.plane, "index": index,
            "radius_mm": radius_px * self.pixel_mm, "points": points,
        })
    }
}
