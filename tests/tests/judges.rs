//! Fresh exports of two readers of real images, put before independent judges: they must accept them,
//! and find as many voxels, and the same agreement, as the program said. The judges lie in the shared
//! data; the Python that has their packages is named by `DOKUEI_JUDGES_PYTHON`.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::calls::{list, say, text};
use tests::scene::{Canvas, LEAD, READERS, Scene, voxels};

/// Counts the voxels of every segment or label of a file, and Dice between two label maps, with
/// nothing of ours and nothing of the judges'.
const COUNT: &str = r#"
import sys, json, numpy as np
def nifti(path):
    import nibabel
    return np.asarray(nibabel.load(path).dataobj)
def seg(path):
    import pydicom
    ds = pydicom.dcmread(path)
    n, r, c = int(ds.NumberOfFrames), int(ds.Rows), int(ds.Columns)
    bits = np.unpackbits(np.frombuffer(ds.PixelData, np.uint8), bitorder="little")[: n * r * c]
    frames = bits.reshape(n, -1).sum(1)
    counts = {}
    for item, count in zip(ds.PerFrameFunctionalGroupsSequence, frames):
        number = int(item.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        counts[number] = counts.get(number, 0) + int(count)
    return counts
what, *paths = sys.argv[1:]
if what == "seg":
    out = seg(paths[0])
elif what == "nifti":
    values, counts = np.unique(nifti(paths[0]), return_counts=True)
    out = {int(v): int(n) for v, n in zip(values, counts) if v}
else:
    a, b = (nifti(path) for path in paths)
    values = sorted((set(np.unique(a)) | set(np.unique(b))) - {0})
    dice = lambda x, y: 2.0 * float((x & y).sum()) / float(x.sum() + y.sum())
    out = {int(v): dice(a == v, b == v) for v in values}
print(json.dumps({str(k): v for k, v in out.items()}))
"#;

/// The judges, and the Python that runs them.
struct Judges {
    python: PathBuf,
    folder: PathBuf,
}

impl Judges {
    /// The judges where they are there; a test without them says so.
    fn find() -> Option<(Self, PathBuf)> {
        let shared = tests::shared()?;
        let Some(python) = std::env::var_os("DOKUEI_JUDGES_PYTHON") else {
            tests::skipped("no Python for the judges (DOKUEI_JUDGES_PYTHON)");
            return None;
        };
        let judges = Self {
            python: PathBuf::from(python),
            folder: shared.join("judges"),
        };
        Some((judges, shared.join("data")))
    }

    /// Lets a judge speak; everything must pass.
    fn judge(&self, name: &str, args: &[&str]) {
        let mut command = Command::new(&self.python);
        let said = say(command
            .arg(self.folder.join(name))
            .args(args)
            .arg("--quiet"));
        assert_eq!(
            said.exit, 0,
            "{name} {args:?}: {}{}",
            said.results, said.notes
        );
        assert!(said.results.contains(" 0 failed"), "{}", said.results);
    }

    fn count(&self, args: &[&str]) -> BTreeMap<String, f64> {
        let mut command = Command::new(&self.python);
        let said = say(command.args(["-c", COUNT]).args(args));
        assert_eq!(said.exit, 0, "{}", said.notes);
        serde_json::from_value(said.json()).expect("counts")
    }
}

/// Two findings of two labels, apart from one another; the second reader a little beside the first.
fn lines(canvas: &Canvas, reader: usize) -> Vec<Value> {
    let off = 0.012 * reader as f64;
    let (middle, size) = (canvas.middle(), 14.0 - 2.0 * reader as f64);
    let lesion = [[0.35 + off, 0.4], [0.45 + off, 0.45]];
    let cyst = [[0.6, 0.6 + off], [0.65, 0.62 + off]];
    vec![
        canvas.brush("lesion", middle, &lesion, size),
        canvas.brush("cyst", middle - 1, &cyst, size - 3.0),
    ]
}

/// Files of a format in the answer of an export.
fn files(told: &Value, format: &str, out: &Path) -> Vec<PathBuf> {
    let of_format = |file: &&Value| file["format"] == format && file["case"].is_string();
    let path = |file: &Value| out.join(file["path"].as_str().unwrap_or_default());
    let all = list(told, "files");
    let images = all.iter().filter(of_format).map(path);
    images
        .filter(|path| {
            [".dcm", ".nii.gz"]
                .iter()
                .any(|end| text(path).ends_with(end))
        })
        .collect()
}

fn sorted(counts: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut counts: Vec<u64> = counts.collect();
    counts.sort_unstable();
    counts
}

fn two_readers_before_the_judges(judges: &Judges, images: &Path) {
    let scene = Scene::new(&[images]);
    let canvas = Canvas::of(images);
    let mut told = Vec::new();
    for (number, reader) in READERS.iter().enumerate() {
        told.push(voxels(&scene.annotate(
            reader,
            "1",
            &lines(&canvas, number),
        )));
        scene.calls.done(reader, &["submit", "1"]);
    }
    let compared = scene.calls.done(LEAD, &["compare", "1"]);
    let mut maps = Vec::new();
    for (reader, findings) in READERS.iter().zip(&told) {
        let out = scene.path(&format!("out-{reader}"));
        let what = format!("reader={reader}");
        let args = [
            "export",
            "--format",
            "seg,nifti",
            "-o",
            text(&out),
            "--what",
            &what,
        ];
        let exported = scene.calls.done(LEAD, &args);
        let wanted = sorted(findings.iter().map(|(_, voxels)| *voxels));
        let counted = |kind: &str, file: &Path| {
            let counts = judges.count(&[kind, text(file)]);
            assert_eq!(
                sorted(counts.values().map(|n| *n as u64)),
                wanted,
                "{file:?}"
            );
        };
        let map = files(&exported, "nifti", &out).pop().expect("a label map");
        judges.judge("check_nifti.py", &[text(&map), text(images)]);
        counted("nifti", &map);
        let segs = files(&exported, "seg", &out);
        // Only DICOM images can be the source of a DICOM SEG.
        assert_eq!(segs.len(), usize::from(images.is_dir()), "{exported}");
        for seg in segs {
            // Segments are numbered in the order of the label map's values.
            let values = judges.count(&["nifti", text(&map)]).into_keys();
            let pairs = (1..).zip(values).map(|(n, value)| format!("{n}={value}"));
            let order = pairs.collect::<Vec<_>>().join(",");
            let mask = ["--mask", text(&map), "--map", &order];
            judges.judge(
                "check_seg.py",
                &[&[text(&seg), text(images)], mask.as_slice()].concat(),
            );
            counted("seg", &seg);
        }
        maps.push(map);
    }
    let counted = judges.count(&["dice", text(&maps[0]), text(&maps[1])]);
    let mut counted: Vec<f64> = counted.into_values().collect();
    let rows = list(&compared, "labels");
    let mut told: Vec<f64> = rows.iter().filter_map(|row| row["dice"].as_f64()).collect();
    counted.sort_by(f64::total_cmp);
    told.sort_by(f64::total_cmp);
    assert_eq!((told.len(), counted.len()), (2, 2), "{compared}");
    for (told, counted) in told.iter().zip(&counted) {
        assert!((told - counted).abs() < 1e-9, "{told} {counted}");
    }
    assert!(
        told[0] > 0.2 && told[0] < 1.0,
        "the readers differ, and not too much: {told:?}"
    );
}

#[test]
fn exports_of_two_readers_of_a_real_ct_mr_and_nifti_are_accepted_by_the_judges() {
    let Some((judges, data)) = Judges::find() else {
        return;
    };
    for images in [
        "series/ct-chest-60",
        "series/mr-sag-bbmri",
        "nifti/ct-small.nii.gz",
    ] {
        two_readers_before_the_judges(&judges, &data.join(images));
    }
}

#[test]
fn converted_series_of_a_real_ct_and_mr_are_accepted_by_the_judges() {
    let Some((judges, data)) = Judges::find() else {
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    for images in ["series/ct-chest-60", "series/mr-sag-bbmri"] {
        let images = data.join(images);
        let target = home.path().join("image.nii.gz");
        let told = say(tests::dokuei(home.path()).args([
            "convert",
            text(&images),
            text(&target),
            "--json",
        ]));
        assert_eq!(told.exit, 0, "{}", told.notes);
        judges.judge(
            "check_nifti.py",
            &[text(&target), text(&images), "--intensity"],
        );
    }
}
