use std::process::Command;

use super::scene::{Scene, code, new_project};
use crate::{Access, Error, Preset, Project};
use annotation_format::Protocol;

const CHILD: &str = "DOKUEI_TEST_SECOND_PROCESS";

/// The part of a second process: tries to write, then reads.
#[test]
fn second_process() {
    let Some(home) = std::env::var_os(CHILD) else {
        return;
    };
    let home = std::path::PathBuf::from(home);
    match Project::open(&home, Access::Write) {
        Err(Error::Busy { .. }) => {}
        other => panic!("expected Busy, got {other:?}"),
    }
    let project = Project::open(&home, Access::ReadOnly).unwrap();
    assert_eq!(project.status(None).unwrap().cases.total, 1);
    assert!(project.verify(false).unwrap().ok);
}

#[test]
fn a_second_process_is_refused_for_writing_and_may_read() {
    let scene = Scene::new(1);
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::access::second_process", "--nocapture"])
        .env(CHILD, scene.home())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn a_project_open_for_reading_writes_nothing() {
    let scene = Scene::new(1);
    let case = scene.cases[0].id.to_string();
    let work = scene.project.open_work(&scene.a, &case).unwrap();
    let reader = Project::open(&scene.home(), Access::ReadOnly).unwrap();
    let session = reader.sign_in(super::scene::A, None).unwrap();
    assert!(!reader.is_writable());
    let seen = reader.open_work(&session, &case).unwrap();
    assert_eq!(seen.id, work.id);
    let edit = annotation_format::document::gesture::no_finding(&seen.document, true).unwrap();
    assert_eq!(code(reader.append(&session, &seen.id, &edit)), "read_only");
    assert_eq!(code(reader.submit(&session, &case)), "incomplete");
}

#[test]
fn a_folder_with_other_files_or_another_project_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let new = new_project(Protocol::builtin().clone(), Preset::Demo);
    let home = folder.path().join("one");
    drop(Project::create(&home, &new).unwrap());
    assert_eq!(code(Project::create(&home, &new)), "folder_not_empty");
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(
        code(Project::create(folder.path(), &new)),
        "folder_not_empty"
    );
    assert_eq!(
        code(Project::open(folder.path(), Access::Write)),
        "not_a_project"
    );
}

#[test]
fn a_project_in_a_cloud_folder_is_refused_for_writing_and_may_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let new = new_project(Protocol::builtin().clone(), Preset::Demo);
    let cloud = folder.path().join("Dropbox").join("project");
    assert_eq!(code(Project::create(&cloud, &new)), "cloud_place");
    let home = folder.path().join("project");
    Project::create(&home, &new).unwrap().close().unwrap();
    super::scene::copy_folder(&home, &cloud);
    assert_eq!(code(Project::open(&cloud, Access::Write)), "cloud_place");
    assert_eq!(code(Project::open(&cloud, Access::ReadOnly)), "ok");
}

#[test]
fn append_only_rows_cannot_be_changed_or_removed_even_by_sql() {
    let scene = Scene::new(1);
    let span = crate::EffortSpan {
        active_ms: 1000,
        ..crate::EffortSpan::default()
    };
    scene.project.note_effort(&scene.a, "1", span).unwrap();
    scene.project.hold(&scene.a, "1", "later").unwrap();
    scene.project.raise_flag(&scene.a, "1", "?", None).unwrap();
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let tables = [
        "person",
        "role_grant",
        "protocol_version",
        "case_",
        "series",
        "assignment",
        "work",
        "edit",
        "brick",
        "annotation_version",
        "submission",
        "event",
        "effort_span",
        "hold",
        "note",
    ];
    for table in tables {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET rowid = rowid"),
        ] {
            let sql = if sql.starts_with("UPDATE") && ["edit", "brick", "event"].contains(&table) {
                format!("UPDATE {table} SET hash = hash")
            } else {
                sql
            };
            let error = scene.project.db.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains("append-only"), "{sql}: {error}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_reached_through_a_link_above_it_opens_and_a_linked_database_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let new = new_project(Protocol::builtin().clone(), Preset::Demo);
    let real = folder.path().join("disc 2");
    std::fs::create_dir(&real).unwrap();
    let linked = folder.path().join("home");
    std::os::unix::fs::symlink(&real, &linked).unwrap();
    drop(Project::create(&linked.join("p"), &new).unwrap());
    drop(Project::open(&linked.join("p"), Access::Write).unwrap());
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::os::unix::fs::symlink(real.join("p/project.sqlite"), other.join("project.sqlite"))
        .unwrap();
    assert_eq!(
        code(Project::open(&other, Access::ReadOnly)),
        "link_out_of_project"
    );
}
