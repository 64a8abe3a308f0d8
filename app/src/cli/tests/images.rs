//! `convert` and the headers of files.

use super::{Desk, call};
use serde_json::json;
use std::path::Path;

#[test]
fn a_series_is_converted_to_every_format_and_its_own_files_are_never_overwritten() {
    let Some(shared) = crate::shared_data() else {
        return;
    };
    let desk = Desk::new();
    let mr = shared.join("series/mr-axial-oblique-10");
    let mr = mr.to_str().expect("UTF-8");
    let info = call(&["info", mr, "--json"]).json();
    for name in ["a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.png", "stack"] {
        let target = desk.path(name);
        let said = call(&["convert", mr, &target, "--json"]);
        assert_eq!(said.exit, 0, "{name}: {}", said.notes);
        let told = said.json();
        assert_eq!(told["output"], target.as_str());
        assert_eq!(told["size"], info["series"][0]["size"]);
        assert_eq!(told["affine_lps"], info["series"][0]["affine_lps"]);
    }
    for name in [
        "a_0001.png",
        "a_0010.png",
        "a.csv",
        "stack/plane_0010.png",
        "stack/plane.csv",
    ] {
        assert!(Path::new(&desk.path(name)).is_file(), "{name}");
    }
    let image = desk.path("a.nii.gz");
    let onto_itself = call(&["convert", &image, &image, "--json"]);
    assert_eq!(onto_itself.exit, 2, "{}", onto_itself.results);
    let unknown = call(&["convert", mr, &desk.path("a.xyz"), "--json"]);
    assert_eq!(
        (unknown.exit, &unknown.json()["error"]["code"]),
        (2, &json!("unknown_format"))
    );
}

#[test]
fn the_header_of_a_file_is_listed_and_searched() {
    let Some(shared) = crate::shared_data() else {
        return;
    };
    let file = shared.join("text/chrH31.dcm").display().to_string();
    let all = call(&["info", &file, "--tags", "--json"]).json();
    assert_eq!(
        all["total"].as_u64(),
        all["tags"].as_array().map(|t| t.len() as u64)
    );
    let name = call(&["info", &file, "--tags", "--filter", "やまだ", "--json"]).json();
    let rows = name["tags"].as_array().expect("rows");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["tag"], "(0010,0010)");
    assert_eq!(rows[0]["name"], "Patient Name");
    assert_eq!(rows[0]["value"], "Yamada^Tarou=山田^太郎=やまだ^たろう");
    let folder = shared.join("text").display().to_string();
    assert_eq!(call(&["info", &folder, "--tags", "--json"]).exit, 2);
}
