//! Projects of earlier schemas open, are brought up after a copy was put aside, and keep what they held.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::scene::{A, LEAD, Scene, code, copy_folder};
use crate::digest::{hex, sha256};
use crate::store::audit;
use crate::{Access, Project};

/// Takes from a closed project what schema 2 added.
fn made_old(home: &Path) {
    let db = Connection::open(home.join("project.sqlite")).unwrap();
    for table in ["reading_place", "effort_span", "hold", "note", "backup"] {
        db.execute_batch(&format!("DROP TABLE {table};")).unwrap();
    }
    db.execute_batch("PRAGMA user_version = 1;").unwrap();
    crate::migration::check(&db, 1).unwrap();
}

/// A project of schema 1 with one case read by both and compared.
fn old_project() -> (tempfile::TempDir, PathBuf) {
    let scene = Scene::new(2);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(12, 20)]);
    scene.project.compare(&scene.lead, "1").unwrap();
    let home = scene.home();
    let Scene {
        folder, project, ..
    } = scene;
    project.close().unwrap();
    made_old(&home);
    (folder, home)
}

fn version(path: &Path) -> i64 {
    let db = Connection::open(path).unwrap();
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

fn copies(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("backup")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// What a lead can ask, as text.
fn content(project: &Project) -> String {
    let lead = project.sign_in(LEAD, None).unwrap();
    let cases = serde_json::to_string(&project.cases(&lead).unwrap()).unwrap();
    let history = project.history(&lead, "1", Some(A)).unwrap();
    format!("{cases}{history:?}")
}

#[test]
fn schema_1_is_what_it_was_when_projects_were_made_with_it() {
    let text = include_str!("../sql/schema_1.sql");
    assert_eq!(
        hex(&sha256(text.as_bytes())),
        "56dae8112219b19ca6f10a350f273e9f0aff4bd8faf12a6e6df4e85cac64e2fc"
    );
}

#[test]
fn an_older_project_that_is_only_read_is_not_touched_and_can_be_asked_everything() {
    let (_folder, home) = old_project();
    let before = sha256(&fs::read(home.join("project.sqlite")).unwrap());
    let project = Project::open(&home, Access::ReadOnly).unwrap();
    assert!(project.verify(true).unwrap().ok);
    assert!(content(&project).contains("agreed") || content(&project).contains("discordant"));
    drop(project);
    assert_eq!(
        sha256(&fs::read(home.join("project.sqlite")).unwrap()),
        before
    );
    assert!(copies(&home).is_empty());
}

#[test]
fn an_older_project_is_brought_up_once_and_a_whole_copy_of_it_lies_in_backup() {
    let (folder, home) = old_project();
    let old = content(&Project::open(&home, Access::ReadOnly).unwrap());
    let project = Project::open(&home, Access::Write).unwrap();
    assert_eq!(content(&project), old);
    assert!(project.verify(true).unwrap().ok);
    project.close().unwrap();
    assert_eq!(version(&home.join("project.sqlite")), 2);
    let kept = copies(&home);
    assert_eq!(kept.len(), 1);
    // The copy is the old project: it opens where the database was.
    let elsewhere = folder.path().join("as it was");
    copy_folder(&home, &elsewhere);
    fs::copy(&kept[0], elsewhere.join("project.sqlite")).unwrap();
    assert_eq!(version(&elsewhere.join("project.sqlite")), 1);
    let was = Project::open(&elsewhere, Access::ReadOnly).unwrap();
    assert!(was.verify(true).unwrap().ok);
    assert_eq!(content(&was), old);
    // The second opening has nothing to do, and the chain tells the change once.
    let project = Project::open(&home, Access::Write).unwrap();
    project.sign_in(LEAD, None).unwrap();
    assert_eq!(copies(&home).len(), 1);
    let events = audit::events(&project.db).unwrap();
    let told: Vec<_> = events.iter().filter(|e| e.kind == "migrated").collect();
    assert_eq!(told.len(), 1);
    let copy = hex(&sha256(&fs::read(&kept[0]).unwrap()));
    assert!(told[0].body.contains(&copy), "{}", told[0].body);
}

#[test]
fn a_change_of_schema_that_ended_early_leaves_the_old_project_and_is_done_next_time() {
    let (_folder, home) = old_project();
    // The copy finds no room: nothing has changed.
    let backup = home.join("backup");
    fs::remove_dir(&backup).unwrap();
    fs::write(&backup, b"in the way").unwrap();
    assert_eq!(code(Project::open(&home, Access::Write)), "io");
    assert_eq!(version(&home.join("project.sqlite")), 1);
    assert_eq!(fs::read_dir(home.join("tmp")).unwrap().count(), 0);
    fs::remove_file(&backup).unwrap();
    // Ended after the tables and before the commit: SQLite takes them back.
    let db = Connection::open(home.join("project.sqlite")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE;").unwrap();
    db.execute_batch(include_str!("../sql/schema_2_tables.sql"))
        .unwrap();
    drop(db);
    let project = Project::open(&home, Access::Write).unwrap();
    assert!(project.verify(true).unwrap().ok);
}

#[test]
fn an_older_project_with_a_foreign_table_is_refused_and_not_brought_up() {
    let (_folder, home) = old_project();
    let db = Connection::open(home.join("project.sqlite")).unwrap();
    db.execute_batch("CREATE TABLE hold(id TEXT) STRICT;")
        .unwrap();
    drop(db);
    for access in [Access::Write, Access::ReadOnly] {
        assert_eq!(code(Project::open(&home, access)), "damaged");
    }
    assert!(copies(&home).is_empty());
}
