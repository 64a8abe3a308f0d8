//! Every flipped byte and every missing file of a generation is told by its name.

use std::fs;
use std::path::Path;

use super::{QUIET, files, is_sound, make, place};
use crate::digest::{hex, sha256};
use crate::tests::scene::{LEAD, Scene, code};
use crate::{restore_backup, verify_backup};

#[test]
fn every_flipped_byte_is_named_by_its_file_and_so_is_every_missing_file() {
    let scene = Scene::new(2);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    fs::write(scene.home().join("keys").join("person.key"), b"a key").unwrap();
    let made = make(&scene);
    let place = place(&scene);
    let named = |expected: &str, what: &str| {
        let report = verify_backup(&made.backup, QUIET).unwrap();
        assert!(!report.ok, "{expected} {what}");
        let names: Vec<&str> = report.faults.iter().map(|fault| &*fault.file).collect();
        assert!(names.contains(&expected), "{what} {expected}: {names:?}");
    };
    let all = files(&place);
    assert_eq!(all.len(), 4 + 2 + 1, "{all:?}");
    for (name, _) in all.iter().filter(|(name, _)| name != "backup.lock") {
        let path = place.join(name);
        let clean = fs::read(&path).unwrap();
        // The hash of the manifest lies beside it: which of the two is wrong cannot be told.
        let expected = name.trim_end_matches(".sha256");
        for part in 0..5 {
            let at = (clean.len() - 1) * part / 4;
            let mut bytes = clean.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            named(expected, &format!("flipped at {at}"));
        }
        fs::write(&path, &clean[..clean.len() - 1]).unwrap();
        named(expected, "cut short");
        fs::remove_file(&path).unwrap();
        if name.ends_with("manifest.json") {
            let none = verify_backup(&made.backup, QUIET);
            assert_eq!(code(none), "not_a_backup");
        } else {
            named(expected, "missing");
        }
        fs::write(&path, &clean).unwrap();
    }
    assert!(is_sound(&made.backup));
    assert_eq!(code(verify_backup(&place, QUIET)), "not_a_backup");
    assert_eq!(
        code(verify_backup(Path::new("/nowhere"), QUIET)),
        "not_a_backup"
    );
}

#[test]
fn a_manifest_that_names_files_elsewhere_is_not_followed() {
    let scene = Scene::new(1);
    let made = make(&scene);
    let path = made.backup.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    for name in ["../../secret", "/etc/passwd", "a/b", ".."] {
        let key = format!(
            r#""keys": [{{"name": "{name}", "bytes": 1, "sha256": "{}"}}]"#,
            "0".repeat(64)
        );
        let changed = text.replace(r#""keys": []"#, &key);
        assert_ne!(changed, text);
        fs::write(&path, &changed).unwrap();
        let line = format!("{}  manifest.json\n", hex(&sha256(changed.as_bytes())));
        fs::write(made.backup.join("manifest.json.sha256"), line).unwrap();
        let report = verify_backup(&made.backup, QUIET).unwrap();
        assert_eq!((report.ok, report.files), (false, 1), "{name}");
        let target = scene.folder.path().join("restored");
        let restored = restore_backup(&made.backup, &target, LEAD, None, QUIET);
        assert_eq!(code(restored), "backup_damaged");
        assert!(!target.exists());
    }
}
