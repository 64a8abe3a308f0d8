//! Protocol files: what is accepted, what is refused, and with which line.

use std::path::PathBuf;

use annotation_format::{LabelId, Protocol, ProtocolFault, Terms};

const LUNG: &str = include_str!("../../assets/protocols/lung-nodule-ct.toml");

fn faults(text: &str) -> Vec<ProtocolFault> {
    Protocol::from_toml(text, Terms::builtin()).expect_err("a fault")
}

fn with(find: &str, put: &str) -> String {
    assert!(LUNG.contains(find), "{find}");
    LUNG.replacen(find, put, 1)
}

fn line_with(text: &str, part: &str) -> Option<usize> {
    text.lines()
        .position(|line| line.contains(part))
        .map(|at| at + 1)
}

fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("DOKUEI_SHARED").map_or(beside, PathBuf::from);
    folder.join("terms").is_dir().then_some(folder)
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn every_shared_protocol_freezes_and_comes_back_from_json_with_the_same_hash() {
    let Some(shared) = shared() else {
        eprintln!("SKIPPED: shared data not found");
        return;
    };
    let tsv = std::fs::read_to_string(shared.join("terms/terms.tsv")).unwrap();
    let terms = Terms::parse(&tsv).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(shared.join("terms/protocols")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let protocol = Protocol::from_text(&text, &terms).unwrap();
        let again = Protocol::from_text(&protocol.to_json(), &terms).unwrap();
        assert_eq!(again, protocol);
        assert_eq!(again.canonical_json(), protocol.canonical_json());
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn freezing_copies_names_codes_and_colours_in() {
    let protocol = Protocol::from_toml(LUNG, Terms::builtin()).unwrap();
    let nodule = protocol.label(&LabelId::from("nodule")).unwrap();
    assert_eq!(
        (nodule.name.ja.as_str(), nodule.name.en.as_str()),
        ("肺結節", "Pulmonary nodule")
    );
    assert_eq!(
        (nodule.code.scheme.as_str(), nodule.code.value.as_str()),
        ("RADLEX", "RID50149")
    );
    assert_eq!(nodule.category.value, "49755003");
    assert_eq!(nodule.color, [0xF0, 0xA2, 0x3C]);
    assert_eq!(
        protocol.label_of_key('2').unwrap().id.as_str(),
        "solid-part"
    );
    assert_eq!(protocol.label_of_key('9'), None);
    let without_key = Protocol::from_toml(&with("key = \"4\"\n", ""), Terms::builtin()).unwrap();
    assert_eq!(
        without_key.label_of_key('4').unwrap().id.as_str(),
        "non-nodule"
    );
    assert_ne!(without_key.sha256, protocol.sha256);
}

#[test]
fn unknown_tables_and_keys_are_refused_with_their_line() {
    for strange in [
        "[surprise]\na = 1\n",
        "[[label]]\nid = \"x\"\ncolour = \"red\"\n",
    ] {
        let text = format!("{LUNG}\n{strange}");
        let faults = faults(&text);
        assert_eq!(faults[0].code, "form");
        assert!(faults[0].line.is_some(), "{faults:?}");
    }
    let text = with("many = true", "many = true\nmanny = true");
    assert_eq!(faults(&text)[0].line, line_with(&text, "manny"));
    assert_eq!(faults("[protocol")[0].line, Some(1));
}

#[test]
fn faults_are_named_and_lead_to_their_line() {
    for (find, put, code, on_line) in [
        (
            "term = \"lung-nodule\"",
            "term = \"no-such-term\"",
            "unknown_term",
            "no-such-term",
        ),
        (
            "values = [\"present\"",
            "values = [\"presence\"",
            "unknown_term",
            "presence",
        ),
        ("id = \"margin\"", "id = \"density\"", "duplicate_id", ""),
        (
            "parent = \"nodule\"",
            "parent = \"solid-part\"",
            "label_reference",
            "id = \"solid-part\"",
        ),
        ("key = \"2\"", "key = \"1\"", "key", "id = \"solid-part\""),
        ("key = \"2\"", "key = \"A\"", "key", "key = \"A\""),
        (
            "density == 'density-part-solid'",
            "density = 'x'",
            "show_if",
            "density = 'x'",
        ),
        (
            "density == 'density-part-solid'",
            "margin == 'margin-smooth'",
            "show_if",
            "solid_size",
        ),
        (
            "density == 'density-part-solid'",
            "density == 'iq-noise'",
            "show_if",
            "solid_size",
        ),
        (
            "applies_to = [\"nodule\"]",
            "applies_to = [\"tumour\"]",
            "applies_to",
            "id = \"density\"",
        ),
        (
            "version = \"1.0.0\"",
            "version = \"1.0\"",
            "version",
            "id = \"lung-nodule-ct\"",
        ),
        (
            "title_ja = \"胸部 CT 肺結節\"",
            "title_ja = \"\"",
            "language",
            "id = \"lung-nodule-ct\"",
        ),
        (
            "range = [1.0, 100.0]",
            "range = [100.0, 1.0]",
            "range",
            "id = \"solid_size\"",
        ),
        ("unit = \"unit-mm\"\n", "", "unit", "id = \"solid_size\""),
        (
            "statistic = \"f1_detection\"",
            "statistic = \"f2\"",
            "statistic",
            "",
        ),
        ("threshold = 5.0\n", "", "tolerance", ""),
        ("\"result-finding\", ", "", "result", "id = \"result\""),
        ("id = \"result\"", "id = \"outcome\"", "result", ""),
        ("layout = \"2x2\"", "layout = \"wide\"", "layout", ""),
        ("required = true\n", "", "required", "id = \"density\""),
    ] {
        let text = with(find, put);
        let found = faults(&text);
        let fault = found.iter().find(|fault| fault.code == code);
        let fault = fault.unwrap_or_else(|| panic!("{code} is not among {found:?}"));
        if !on_line.is_empty() {
            assert_eq!(fault.line, line_with(&text, on_line), "{fault}");
        }
    }
}

#[test]
fn several_faults_are_told_at_once_in_the_order_of_the_file() {
    let text = with("term = \"lung-nodule\"", "term = \"nothing\"")
        .replace("layout = \"2x2\"", "layout = \"2\"")
        .replace("term = \"obs-margin\"", "term = \"nothing-either\"");
    let found = faults(&text);
    assert!(found.len() >= 3, "{found:?}");
    let lines: Vec<usize> = found.iter().filter_map(|fault| fault.line).collect();
    assert!(lines.is_sorted());
}

#[test]
fn parents_in_a_circle_are_refused() {
    let text = with(
        "exclusive_with = [\"small-nodule\", \"non-nodule\"]",
        "parent = \"solid-part\"",
    );
    assert!(faults(&text).iter().any(|fault| fault.code == "circle"));
}

#[test]
fn frozen_json_is_held_to_its_hash_and_to_the_rules() {
    let json = Protocol::from_toml(LUNG, Terms::builtin())
        .unwrap()
        .to_json();
    let changed = json.replace("\"readers\": 2", "\"readers\": 3");
    assert_eq!(Protocol::from_json(&changed).unwrap_err()[0].code, "hash");
    let mut value: serde_json::Value = serde_json::from_str(&changed).unwrap();
    value.as_object_mut().unwrap().remove("sha256");
    assert_eq!(Protocol::from_json(&value.to_string()).unwrap().readers, 3);
    value["surprise"] = 1.into();
    assert_eq!(
        Protocol::from_json(&value.to_string()).unwrap_err()[0].code,
        "form"
    );
    value.as_object_mut().unwrap().remove("surprise");
    value["labels"][0]["id"] = "Nodule!".into();
    let faults = Protocol::from_json(&value.to_string()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.code == "id"));
}

#[test]
fn damaged_files_are_faults_and_never_panics() {
    for end in (0..LUNG.len())
        .step_by(97)
        .filter(|&end| LUNG.is_char_boundary(end))
    {
        let _ = Protocol::from_toml(&LUNG[..end], Terms::builtin());
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Protocol::from_json(&deep).is_err());
    assert!(Protocol::from_json(&format!("{{\"id\":{deep}}}")).is_err());
    assert!(Protocol::from_toml(&format!("a = {deep}"), Terms::builtin()).is_err());
}
