//! Every golden case against the crate: same arguments, same JSON keys, given tolerances.

mod nifti;

use agreement::{
    AgreeOptions, Error, FindingList, PairOptions, PlanSpec, RatingOptions, RatingTable, ReaderMap,
    Scale, StapleOptions, SummaryOptions, agree, agree_findings, agree_ratings, plan,
    summarise_column,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use voxel::LabelMap;

/// Folder of the golden cases.
fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/agreement")
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Arguments of a case: positional ones and options.
struct Arguments {
    command: String,
    files: Vec<String>,
    options: BTreeMap<String, String>,
}

impl Arguments {
    fn of(case: &Value) -> Self {
        let mut words = case["args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w.as_str().unwrap());
        let command = words.next().unwrap().to_owned();
        let (mut files, mut options) = (Vec::new(), BTreeMap::new());
        while let Some(word) = words.next() {
            match word {
                "--json" | "--multilabel" => {
                    options.insert(word.to_owned(), String::new());
                }
                option if option.starts_with("--") => {
                    options.insert(word.to_owned(), words.next().unwrap().to_owned());
                }
                file => files.push(file.to_owned()),
            }
        }
        Self {
            command,
            files,
            options,
        }
    }

    fn list(&self, option: &str, separator: char) -> Option<Vec<String>> {
        let text = self.options.get(option)?;
        Some(text.split(separator).map(str::to_owned).collect())
    }

    fn numbers(&self, option: &str) -> Option<Vec<f64>> {
        Some(
            self.list(option, ',')?
                .iter()
                .map(|n| n.parse().unwrap())
                .collect(),
        )
    }
}

/// The golden folder.
struct Golden {
    folder: PathBuf,
}

impl Golden {
    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap()
    }

    fn run(&self, arguments: &Arguments) -> Result<Value, Error> {
        match arguments.command.as_str() {
            "agree" => self.masks(arguments),
            "agree-ratings" => self.ratings(arguments),
            "agree-findings" => self.findings(arguments),
            other => panic!("unknown command {other}"),
        }
    }

    fn masks(&self, arguments: &Arguments) -> Result<Value, Error> {
        let files = arguments.files.iter();
        let images: Vec<LabelMap> = files
            .map(|file| nifti::read(&self.folder.join(file)))
            .collect();
        let maps: Vec<ReaderMap> = arguments
            .files
            .iter()
            .zip(&images)
            .map(|(name, map)| ReaderMap {
                name,
                map,
                has_place: true,
                has_spacing: true,
                rounded: None,
            })
            .collect();
        let mut pair = PairOptions::default();
        if let Some(tolerances) = arguments.numbers("--tolerance-mm") {
            pair.tolerances_mm = tolerances;
        }
        if let Some(width) = arguments.numbers("--boundary-mm") {
            pair.boundary_mm = width[0];
        }
        let options = AgreeOptions {
            label: arguments
                .options
                .get("--label")
                .map(|label| label.parse().unwrap()),
            multilabel: arguments.options.contains_key("--multilabel"),
            resample: false,
            staple: StapleOptions::default(),
            pair,
        };
        agree(&maps, &options).map(|result| json!(result))
    }

    fn ratings(&self, arguments: &Arguments) -> Result<Value, Error> {
        if let Some(spec) = arguments.options.get("--plan") {
            return plan(PlanSpec::from_json(&self.text(spec))?).map(|result| json!(result));
        }
        let text = self.text(&arguments.files[0]);
        if let Some(column) = arguments.options.get("--summarise") {
            let number = |option: &str| arguments.options[option].parse::<u64>().unwrap();
            let options = SummaryOptions {
                resamples: number("--resamples") as usize,
                seed: number("--seed"),
            };
            let cluster = arguments.options.get("--cluster").map(String::as_str);
            return summarise_column(&text, column, cluster, options).map(|result| json!(result));
        }
        let scale = match arguments.options.get("--scale").map(String::as_str) {
            None | Some("nominal") => Scale::Nominal,
            Some("ordinal") => Scale::Ordinal,
            Some("interval") => Scale::Interval,
            Some("ratio") => Scale::Ratio,
            Some(other) => panic!("unknown scale {other}"),
        };
        let options = RatingOptions {
            scale,
            categories: arguments.list("--categories", ','),
            category_names: None,
            positive: arguments.options.get("--positive").cloned(),
            disagreement_weights: arguments.list("--disagreement-weights", ';').map(|rows| {
                rows.iter()
                    .map(|row| row.split(',').map(|n| n.parse().unwrap()).collect())
                    .collect()
            }),
        };
        agree_ratings(&RatingTable::from_csv(&text)?, &options).map(|result| json!(result))
    }

    fn findings(&self, arguments: &Arguments) -> Result<Value, Error> {
        let file = self.folder.join(&arguments.files[0]);
        let list = FindingList::from_json(&self.text(&arguments.files[0]))?;
        let load = |path: &str| Ok::<_, Error>(nifti::read(&file.parent().unwrap().join(path)));
        agree_findings(&list, load).map(|result| json!(result))
    }
}

/// The complaint about one expected value, if any.
fn complaint(output: &Value, expected: &Value) -> Option<String> {
    let at = expected["at"].as_str().unwrap();
    let (want, got) = (&expected["value"], output.pointer(at));
    if want.is_null() {
        if got.is_some_and(|got| !got.is_null()) {
            return Some(format!("want null, got {got:?}"));
        }
        let reason = expected.get("reason").filter(|reason| !reason.is_null())?;
        if got.is_none() {
            return Some("key missing".to_owned());
        }
        let (parent, key) = at.rsplit_once('/').unwrap();
        let found = output.pointer(&format!("{parent}/reasons/{key}"));
        return (found != Some(reason)).then(|| format!("want reason {reason}, got {found:?}"));
    }
    let Some(got) = got else {
        return Some("key missing".to_owned());
    };
    match (want.as_f64(), got.as_f64()) {
        (Some(want), Some(got)) => {
            let tolerance = expected["tol"].as_f64().unwrap_or(0.0);
            ((want - got).abs() > tolerance)
                .then(|| format!("want {want} within {tolerance}, got {got}"))
        }
        _ => (want != got).then(|| format!("want {want}, got {got}")),
    }
}

#[test]
fn every_golden_case_is_reproduced() {
    let golden = Golden { folder: golden() };
    let (mut agreed, mut total, mut complaints) = (0, 0, Vec::new());
    for path in files_below(&golden.folder.join("cases"), ".json") {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let id = case["id"].as_str().unwrap();
        if id == "bad/missing_file" {
            // opening files is not this crate's business
            continue;
        }
        let output = golden
            .run(&Arguments::of(&case))
            .unwrap_or_else(|error| json!({"error": {"code": error.code()}}));
        for expected in case["expect"].as_array().unwrap() {
            total += 1;
            match complaint(&output, expected) {
                None => agreed += 1,
                Some(text) => complaints.push(format!("{id} {}: {text}", expected["at"])),
            }
        }
    }
    report(&format!("golden values: {agreed}/{total} agreed"));
    assert!(total > 0);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn surface_elements_have_the_areas_of_the_published_table() {
    let text = std::fs::read(golden().join("surfel_area_vectors.json")).unwrap();
    let table: Value = serde_json::from_slice(&text).unwrap();
    let spacing = [0.7, 0.9, 2.3];
    let face = [
        spacing[1] * spacing[2],
        spacing[0] * spacing[2],
        spacing[0] * spacing[1],
    ];
    let grid = voxel::Grid::new([4, 4, 4], voxel::Affine::scaling(spacing)).unwrap();
    for code in 1..256_usize {
        let corner = voxel::Mask::from_fn([4, 4, 4], |v| {
            let [i, j, k] = v.0.map(|n| n - 1);
            let inside = [i, j, k].iter().all(|n| (0..2).contains(n));
            inside && code >> (7 - (4 * i + 2 * j + k)) & 1 == 1
        });
        let options = PairOptions::default();
        let figures = agreement::pair(&corner, &corner, &grid, &options).unwrap();
        let measured = figures.distance.surface_a_mm2.flatten().unwrap();
        // the whole surface of the shape: each of its 27 corners looked up in the published table
        let filled = |at: [i64; 3]| corner.get(voxel::VoxelIndex(at));
        let mut expected = 0.0;
        for [i, j, k] in corners() {
            let code = (0..8).fold(0, |code, bit: i64| {
                let at = [
                    i - 1 + (bit >> 2),
                    j - 1 + (bit >> 1 & 1),
                    k - 1 + (bit & 1),
                ];
                code | usize::from(filled(at)) << (7 - bit)
            });
            for vector in table["vectors"][code].as_array().unwrap() {
                let squares: f64 = (0..3)
                    .map(|axis| (vector[axis].as_f64().unwrap() * face[axis]).powi(2))
                    .sum();
                expected += squares.sqrt();
            }
        }
        assert!(
            (measured - expected).abs() < 1e-9,
            "code {code}: {measured} {expected}"
        );
    }
}

fn corners() -> impl Iterator<Item = [i64; 3]> {
    (0..125).map(|n| [n % 5, n / 5 % 5, n / 25])
}

#[allow(
    clippy::print_stderr,
    reason = "the count of agreed values is the test's report"
)]
fn report(text: &str) {
    eprintln!("{text}");
}
