//! Backups and questions by commands.

use super::{Desk, call};
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn a_backup_is_made_verified_restored_and_pruned() {
    let desk = Desk::new();
    let place = desk.path("控え");
    let made = desk.done("lead", &["backup", "make", &place]);
    let backup = made["backup"].as_str().expect("a path").to_owned();
    assert_eq!(made["sha256"].as_str().map(str::len), Some(64));
    let checked = call(&["backup", "verify", &backup, "--json"]);
    assert_eq!(checked.exit, 0, "{}", checked.notes);
    assert_eq!(checked.json()["sha256"], made["sha256"]);
    assert_eq!(
        desk.done("lead", &["status"])["storage"]["last_backup"],
        made["made"]
    );
    let target = desk.path("戻した");
    let nobody = call(&["backup", "restore", &backup, &target, "--json"]);
    assert_eq!(
        (nobody.exit, &nobody.json()["error"]["code"]),
        (2, &json!("person_missing"))
    );
    for (person, code) in [("A", 4), ("lead", 0), ("lead", 2)] {
        let args = ["backup", "restore", &backup, &target, "--as", person];
        let said = call(&[&args[..], &["--json"]].concat());
        assert_eq!(said.exit, code, "{person}: {}", said.notes);
    }
    let verified = call(&["--project", &target, "verify", "--deep", "--json"]);
    assert_eq!(verified.exit, 0, "{}", verified.notes);
    let second = desk.done("lead", &["backup", "make", &place]);
    let pruned = desk.done("lead", &["backup", "prune"]);
    assert_eq!(pruned["removed"], json!([backup]));
    assert_eq!(pruned["kept"], json!([second["backup"]]));
}

#[test]
fn a_damaged_backup_is_told_by_the_name_of_its_file_and_exit_1() {
    let desk = Desk::new();
    let made = desk.done("lead", &["backup", "make", &desk.path("backups")]);
    let backup = made["backup"].as_str().expect("a path");
    let database = Path::new(backup).join("project.sqlite");
    let mut bytes = std::fs::read(&database).expect("a database");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).expect("it is written");
    let said = call(&["backup", "verify", backup, "--json"]);
    assert_eq!(said.exit, 1);
    let told = said.json();
    let named = |fault: &Value| {
        let file = fault["file"].as_str().unwrap_or_default();
        file.ends_with("project.sqlite")
    };
    let faults = told["faults"].as_array().expect("faults");
    assert!(faults.iter().any(named), "{faults:?}");
    let plain = call(&["backup", "verify", backup, "--lang", "ja"]);
    assert!(
        plain.results.contains("project.sqlite\tファイル"),
        "{}",
        plain.results
    );
    let none = call(&["backup", "verify", "/nowhere", "--json"]);
    assert_eq!(
        (none.exit, &none.json()["error"]["code"]),
        (2, &json!("not_a_backup"))
    );
}

#[test]
fn a_case_is_put_on_hold_and_asked_about_and_only_who_asked_sees_the_answer() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    let held = desk.done("A", &["case", "hold", "1", "--note", "waits"]);
    assert_eq!(held["cases"][0]["hold"], "waits");
    assert_eq!(
        desk.done("B", &["case", "list"])["cases"][0]["hold"],
        Value::Null
    );
    let seen = desk.done("lead", &["case", "list"]);
    let readers = seen["cases"][0]["readers"].as_array().expect("readers");
    assert!(readers.iter().any(|reader| reader["hold"] == "waits"));
    desk.done("A", &["case", "release", "1"]);
    assert_eq!(
        desk.done("A", &["case", "list"])["cases"][0]["hold"],
        Value::Null
    );
    let asked = desk.done("A", &["case", "flag", "1", "--text", "血管か"]);
    let flag = asked["flag"].as_str().expect("an id");
    desk.done("lead", &["flag", "answer", flag, "--text", "結節"]);
    let own = desk.done("A", &["flag", "list"]);
    assert_eq!(own["flags"][0]["answers"][0]["text"], "結節");
    assert_eq!(desk.done("B", &["flag", "list"]), json!({"flags": []}));
    assert_eq!(desk.by("B", &["flag", "withdraw", flag]).exit, 4);
    desk.done("A", &["flag", "withdraw", flag]);
    assert_eq!(desk.done("lead", &["flag", "list"]), json!({"flags": []}));
}
