use rusqlite::Connection;

use super::scene::{Scene, copy_folder};
use crate::{Access, Fault, Project};

/// Changes a copy of the project with plain SQL, without its triggers, as somebody with a tool
/// would, puts the triggers back, and verifies.
fn faults_after(scene: &Scene, sql: &[&str]) -> Vec<Fault> {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("copy");
    crate::database::write_back(&scene.project.db).unwrap();
    copy_folder(&scene.home(), &home);
    let db = Connection::open(home.join("project.sqlite")).unwrap();
    let triggers: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, _) in &triggers {
        db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    for sql in sql {
        db.execute_batch(sql).unwrap();
    }
    for (_, sql) in &triggers {
        db.execute_batch(sql).unwrap();
    }
    drop(db);
    let project = Project::open(&home, Access::ReadOnly).unwrap();
    project.verify(true).unwrap().faults
}

fn read_scene() -> Scene {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20), (40, 50)]);
    scene.read_case(&scene.b, "1", &[(11, 21)]);
    scene.project.compare(&scene.lead, "1").unwrap();
    scene
}

#[test]
fn an_untouched_project_verifies_and_counts() {
    let scene = read_scene();
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
    assert!(report.checked.edits > 10 && report.checked.bricks > 0);
    assert_eq!((report.checked.images, report.checked.works), (1, 2));
    assert!(faults_after(&scene, &[]).is_empty());
}

#[test]
fn every_changed_removed_or_added_row_is_found() {
    let scene = read_scene();
    let changes: [(&str, &[&str]); 12] = [
        ("journal", &["UPDATE edit SET name = 'erase' WHERE seq = 1"]),
        (
            "journal",
            &["UPDATE edit SET body = CAST(replace(body, '1', '2') AS BLOB) WHERE seq = 2"],
        ),
        ("journal", &["DELETE FROM edit WHERE seq = 2"]),
        (
            "journal",
            &["UPDATE edit SET wall = '2020-01-01T00:00:00Z' WHERE seq = 3"],
        ),
        ("brick", &["DELETE FROM brick"]),
        ("brick", &["UPDATE brick SET data = zeroblob(40)"]),
        (
            "row",
            &["UPDATE role_grant SET role = 'admin' WHERE role = 'reader'"],
        ),
        ("row", &["UPDATE submission SET blind = 'unblinded'"]),
        ("row", &["DELETE FROM comparison"]),
        (
            "event",
            &["UPDATE event SET kind = 'nothing' WHERE seq = 2"],
        ),
        ("chain", &["DELETE FROM event WHERE seq = 3"]),
        ("series", &["DELETE FROM series_object"]),
    ];
    for (code, sql) in changes {
        let faults = faults_after(&scene, sql);
        assert!(
            faults.iter().any(|fault| fault.code == code),
            "{sql:?}: {faults:?}"
        );
    }
}

#[test]
fn a_journal_cut_off_at_its_end_is_found_by_the_sealed_head() {
    let scene = read_scene();
    let cut =
        "DELETE FROM edit WHERE seq = (SELECT max(seq) FROM edit AS e WHERE e.work = edit.work)";
    let faults = faults_after(&scene, &[cut]);
    assert!(
        faults.iter().any(|fault| fault.code == "journal"),
        "{faults:?}"
    );
}

#[test]
fn a_changed_image_is_found_by_a_deep_check_and_a_missing_one_by_every_check() {
    let scene = Scene::new(2);
    let files = scene.project.series_files(&scene.lead, "1").unwrap();
    let path = &files[0].files[0].path;
    let mut bytes = std::fs::read(path).unwrap();
    bytes[0] ^= 1;
    std::fs::write(path, bytes).unwrap();
    assert!(scene.project.verify(false).unwrap().ok);
    let deep = scene.project.verify(true).unwrap();
    assert_eq!(
        deep.faults
            .iter()
            .map(|fault| fault.code)
            .collect::<Vec<_>>(),
        ["object_hash"]
    );
    std::fs::remove_file(path).unwrap();
    let shallow = scene.project.verify(false).unwrap();
    assert_eq!(shallow.faults.len(), 1);
    assert_eq!(shallow.faults[0].code, "object_missing");
}

/// A short round of F11: flipped bits never make the program panic, and verify notices what changed
/// the content.
#[test]
fn flipped_bits_never_panic_and_content_changes_are_noticed() {
    let scene = read_scene();
    crate::database::write_back(&scene.project.db).unwrap();
    let clean = std::fs::read(scene.home().join("project.sqlite")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("copy");
    copy_folder(&scene.home(), &home);
    let content = |home: &std::path::Path| -> Option<String> {
        let db = Connection::open(home.join("project.sqlite")).ok()?;
        let mut text = String::new();
        for table in [
            "edit",
            "brick",
            "submission",
            "event",
            "person",
            "annotation_version",
        ] {
            let mut select = db.prepare(&format!("SELECT * FROM {table}")).ok()?;
            let columns = select.column_count();
            let mut rows = select.query([]).ok()?;
            while let Some(row) = rows.next().ok()? {
                for column in 0..columns {
                    text.push_str(&format!("{:?}", row.get_ref(column).ok()?));
                }
            }
        }
        Some(text)
    };
    let before = content(&home);
    let mut place = 0x2545_F491_4F6C_DD1D_u64;
    for _ in 0..60 {
        place ^= place << 13;
        place ^= place >> 7;
        place ^= place << 17;
        let at = usize::try_from(place % clean.len() as u64).unwrap();
        let mut bytes = clean.clone();
        bytes[at] ^= 1 << (place >> 60 & 7);
        std::fs::write(home.join("project.sqlite"), &bytes).unwrap();
        let changed = content(&home) != before;
        let noticed = match Project::open(&home, Access::ReadOnly) {
            Err(_) => true,
            Ok(project) => project.verify(true).map_or(true, |report| !report.ok),
        };
        assert!(
            noticed || !changed,
            "a flip at byte {at} changed rows and was not noticed"
        );
    }
}
