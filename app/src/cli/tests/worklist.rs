//! What comes into the worklist, and what leaves it.

use super::Desk;
use serde_json::{Value, json};

#[test]
fn a_list_is_tried_dry_then_imported_and_what_is_refused_is_kept_in_the_persons_language() {
    let Some(shared) = crate::shared_data() else {
        return;
    };
    let desk = Desk::new();
    let at = |name: &str| shared.join(name).display().to_string();
    let text = format!(
        "パス,症例番号,群\r\n{},12,対照\r\n{},7,\r\nない.dcm,8,\r\n",
        at("series/mr-axial-oblique-10"),
        at("nifti/ct-small.nii.gz")
    );
    let (list, refusals) = (desk.path("一覧.csv"), desk.path("refused.csv"));
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    std::fs::write(&list, &cp932).expect("a list");
    let dry = desk.by("lead", &["import", &list, "--dry-run"]);
    assert_eq!(dry.exit, 1, "{}", dry.notes);
    let told = dry.json();
    let states: Vec<&str> = told["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["state"].as_str())
        .collect();
    assert_eq!(states, ["new", "new", "refused"]);
    assert_eq!(told["rows"][2]["code"], "nothing");
    assert_eq!(
        desk.done("lead", &["case", "list"])["cases"],
        json!([]),
        "a dry run changes nothing"
    );
    let done = desk.by(
        "lead",
        &["import", &list, "--refusals", &refusals, "--lang", "ja"],
    );
    assert_eq!(done.exit, 1, "{}", done.notes);
    let numbers: Vec<_> = done.json()["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .map(|case| (case["number"].clone(), case["group"].clone()))
        .collect();
    assert_eq!(
        numbers,
        [(json!(12), json!("対照")), (json!(7), Value::Null)]
    );
    let kept = std::fs::read_to_string(&refusals).expect("the refusals");
    assert_eq!(
        kept,
        "\u{feff}file,line,reason\r\nない.dcm,4,指定されたものは見つかりませんでした。\r\n"
    );
    let cases = desk.done("lead", &["case", "list"])["cases"].clone();
    let group = cases
        .as_array()
        .and_then(|cases| cases.iter().find(|case| case["number"] == 12))
        .map(|case| case["group"].clone());
    assert_eq!(group, Some(json!("対照")));
    desk.done("lead", &["assign", "--readers", "A", "--seed", "1"]);
    let seen = desk.done("A", &["case", "list"]);
    assert!(
        !seen.to_string().contains("対照"),
        "a group could tell a reader what to find"
    );
    let again = desk.by("lead", &["import", &list, "--dry-run"]).json();
    assert_eq!(again["rows"][0]["state"], "known");
    assert_eq!(again["rows"][0]["case"], 12);
    assert_eq!(desk.by("A", &["import", &list, "--dry-run"]).exit, 4);
}

#[test]
fn an_excluded_case_leaves_the_worklist_and_the_counts_and_comes_back_with_its_work() {
    let Some(desk) = Desk::with_case() else {
        return;
    };
    desk.paint("A", 0.0);
    let reader = desk.by("A", &["case", "exclude", "1", "--reason", "x"]);
    assert_eq!(
        (reader.exit, desk.by("A", &["case", "include", "9"]).exit),
        (4, 4)
    );
    let missing = desk.by("lead", &["case", "exclude", "9", "--reason", "x"]);
    assert_eq!(
        (missing.exit, &missing.json()["error"]["code"]),
        (2, &json!("no_such_case"))
    );
    let bare = desk.by("lead", &["case", "exclude", "1", "--reason", " "]);
    assert_eq!(
        (bare.exit, &bare.json()["error"]["code"]),
        (2, &json!("reason_required"))
    );
    let listed = desk.done("lead", &["case", "exclude", "1", "--reason", "体動"]);
    assert_eq!(listed["cases"][0]["excluded"], true);
    let status = desk.done("lead", &["status"]);
    assert_eq!(status["cases"]["excluded"], 1);
    let in_states = status["cases"]["by_state"].as_object().expect("states");
    assert!(in_states.values().all(|count| count == 0), "{status}");
    let readers = status["readers"].as_array().expect("readers");
    assert!(
        readers.iter().all(|reader| reader["assigned"] == 0),
        "{status}"
    );
    for args in [&["submit", "1"] as &[&str], &["undo", "1"]] {
        let said = desk.by("A", args);
        assert_eq!(
            (said.exit, &said.json()["error"]["code"]),
            (1, &json!("case_excluded")),
            "{args:?}: {}",
            said.notes
        );
    }
    let back = desk.done("lead", &["case", "include", "1"]);
    assert_eq!(back["cases"][0]["excluded"], false);
    assert_eq!(
        desk.done("A", &["history", "1"])["history"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(desk.done("A", &["submit", "1"])["state"], "submitted");
    assert_eq!(desk.done("lead", &["verify"])["ok"], true);
}
