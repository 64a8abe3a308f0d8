//! The arrows between rooms, read from `cargo metadata`: normal and build dependencies run only as the
//! table in ARCHITECTURE.md says; dev-dependencies may point at any lower room; outside crates stay in
//! their rooms; nothing that opens a network or a second runtime comes in by any way.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Room and the rooms it may use.
const ARROWS: [(&str, &[&str]); 9] = [
    ("voxel", &[]),
    ("imaging", &["voxel"]),
    ("render", &["voxel"]),
    ("annotation-format", &["voxel"]),
    ("agreement", &["voxel"]),
    ("project", &["voxel", "annotation-format", "agreement"]),
    (
        "dokuei",
        &[
            "voxel",
            "imaging",
            "render",
            "annotation-format",
            "agreement",
            "project",
        ],
    ),
    (
        "tests",
        &[
            "voxel",
            "imaging",
            "render",
            "annotation-format",
            "agreement",
            "project",
            "dokuei",
        ],
    ),
    ("xtask", &[]),
];

/// Rooms from the lowest to the highest: a dev-dependency may point down.
const HEIGHT: [(&str, u32); 9] = [
    ("voxel", 0),
    ("imaging", 1),
    ("render", 1),
    ("annotation-format", 1),
    ("agreement", 1),
    ("project", 2),
    ("dokuei", 3),
    ("tests", 4),
    ("xtask", 4),
];

/// Outside crates (a star ends a prefix) and the rooms that may name them.
const OUTSIDE: [(&str, &[&str]); 8] = [
    ("egui*", &["dokuei"]),
    ("eframe", &["dokuei"]),
    ("winit", &["dokuei"]),
    ("softbuffer", &["dokuei"]),
    ("rfd", &["dokuei"]),
    ("wgpu", &["render", "dokuei"]),
    ("rusqlite", &["project"]),
    ("dicom-*", &["imaging", "annotation-format"]),
];

/// Crates that may not come in by any way.
const NEVER: [&str; 5] = ["tokio", "reqwest", "rustls", "openssl", "native-tls"];

/// One dependency as `cargo metadata` lists it.
struct Dependency {
    room: String,
    on: String,
    is_dev: bool,
}

/// Every broken rule, in words.
fn faults(dependencies: &[Dependency], resolved: &BTreeSet<String>) -> Vec<String> {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let height: BTreeMap<&str, u32> = HEIGHT.into_iter().collect();
    let mut faults = Vec::new();
    for Dependency { room, on, is_dev } in dependencies {
        let Some(allowed) = arrows.get(room.as_str()) else {
            faults.push(format!("{room} is no room of the table"));
            continue;
        };
        if let Some(other) = height.get(on.as_str()) {
            let is_down = height.get(room.as_str()).is_some_and(|own| other < own);
            if !(allowed.contains(&on.as_str()) || (*is_dev && is_down)) {
                faults.push(format!("{room} may not use {on}"));
            }
        }
        let matches = |pattern: &str| {
            pattern
                .strip_suffix('*')
                .map_or(pattern == on, |prefix| on.starts_with(prefix))
        };
        for (pattern, rooms) in OUTSIDE {
            if matches(pattern) && !rooms.contains(&room.as_str()) {
                faults.push(format!("{on} does not belong into {room}"));
            }
        }
    }
    faults.extend(
        NEVER
            .iter()
            .filter(|name| resolved.contains(**name))
            .map(|name| format!("{name} came in")),
    );
    faults
}

/// This machine's target: crates of other systems need not be there.
fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .args(["--locked", "--offline", "--features", "dokuei/inspection"])
        .current_dir(tests::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn metadata() -> Value {
    let told = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        &host(),
    ]);
    serde_json::from_slice(&told).expect("cargo metadata is JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The workspace's own dependencies.
fn dependencies(metadata: &Value) -> Vec<Dependency> {
    let members: BTreeSet<&str> = list(metadata, "workspace_members")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    list(metadata, "packages")
        .iter()
        .filter(|package| members.contains(text(package, "id")))
        .flat_map(|package| {
            list(package, "dependencies")
                .iter()
                .map(|dependency| Dependency {
                    room: text(package, "name").to_owned(),
                    on: text(dependency, "name").to_owned(),
                    is_dev: text(dependency, "kind") == "dev",
                })
        })
        .collect()
}

/// Names of the crates that are really built here: what the members reach by normal and build
/// dependencies.
fn resolved() -> BTreeSet<String> {
    let told = cargo(&[
        "tree",
        "--workspace",
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let names: BTreeSet<String> = String::from_utf8_lossy(&told)
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    assert!(names.len() > 100, "cargo tree lists the crates");
    names
}

#[test]
fn every_arrow_between_rooms_is_in_the_table() {
    let metadata = metadata();
    let found = faults(&dependencies(&metadata), &resolved());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_arrow_against_the_table_is_found() {
    let arrow = |room: &str, on: &str, is_dev: bool| Dependency {
        room: room.into(),
        on: on.into(),
        is_dev,
    };
    let none = BTreeSet::new();
    assert_eq!(
        faults(&[arrow("voxel", "imaging", false)], &none),
        ["voxel may not use imaging"]
    );
    assert_eq!(
        faults(&[arrow("render", "annotation-format", false)], &none),
        ["render may not use annotation-format"]
    );
    assert_eq!(
        faults(&[arrow("agreement", "imaging", true)], &none),
        ["agreement may not use imaging"]
    );
    assert_eq!(
        faults(&[arrow("project", "egui_extras", false)], &none),
        ["egui_extras does not belong into project"]
    );
    assert_eq!(
        faults(&[arrow("render", "dicom-object", false)], &none),
        ["dicom-object does not belong into render"]
    );
    assert_eq!(faults(&[], &["tokio".to_owned()].into()), ["tokio came in"]);
    assert!(
        faults(
            &[
                arrow("project", "voxel", false),
                arrow("project", "imaging", true)
            ],
            &none
        )
        .is_empty()
    );
}
