//! What is restored is what was there, for an admin, and over nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use annotation_format::document::gesture;

use super::{QUIET, content, files, is_sound, make, place};
use crate::store::audit;
use crate::tests::scene::{A, LEAD, Scene, code, lung_protocol, new_project};
use crate::{Access, ErrorClass, Passphrase, Preset, Project, restore_backup};

#[test]
fn what_is_restored_is_what_was_there_and_can_be_worked_on() {
    let scene = Scene::new(2);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(12, 20)]);
    let work = scene.project.open_work(&scene.a, "2").unwrap();
    let edit = gesture::no_finding(&work.document, true).unwrap();
    scene.project.append(&scene.a, &work.id, &edit).unwrap();
    scene.project.open_work(&scene.b, "2").unwrap();
    let was = content(&scene.project);
    let made = make(&scene);
    // What comes after the backup is not in it.
    scene.read_case(&scene.b, "2", &[(30, 40)]);
    let target = scene.folder.path().join("戻した プロジェクト");
    let restored = restore_backup(&made.backup, &target, LEAD, None, QUIET).unwrap();
    assert!(restored.ok && restored.missing.is_empty());
    assert_eq!(restored.sha256, made.sha256);
    assert!(restored.verified.ok && restored.verified.checked.deep);
    let project = Project::open(&target, Access::Write).unwrap();
    assert_eq!(content(&project), was);
    let events = audit::events(&project.db).unwrap();
    let told = events.iter().find(|event| event.kind == "restore").unwrap();
    assert!(told.body.contains(&made.sha256));
    // The chains of the original are not gone on with: both can be told apart for ever.
    let chains = |project: &Project| -> BTreeSet<String> {
        let lead = project.sign_in(LEAD, None).unwrap();
        project.set_excluded(&lead, "2", true, "x").unwrap();
        let events = audit::events(&project.db).unwrap();
        let last = events.iter().filter(|event| event.kind == "exclude");
        last.map(|event| event.chain.clone()).collect()
    };
    assert!(chains(&project).is_disjoint(&chains(&scene.project)));
    assert!(project.verify(true).unwrap().ok);
    // A restored project is backed up and restored as any other.
    let lead = project.sign_in(LEAD, None).unwrap();
    let again = project.make_backup(&lead, &place(&scene), QUIET).unwrap();
    assert!(again.ok && is_sound(&again.backup) && is_sound(&made.backup));
}

#[test]
fn nothing_is_restored_over_anything_or_for_anybody_but_an_admin_of_the_backup() {
    let scene = Scene::new(1);
    let made = make(&scene);
    let there = scene.folder.path().join("there");
    fs::create_dir(&there).unwrap();
    fs::write(there.join("notes.txt"), b"mine").unwrap();
    let restore = |target: &Path, name: &str| {
        let restored = restore_backup(&made.backup, target, name, None, QUIET);
        restored.map_or_else(
            |error| (error.code(), Some(error.class())),
            |_| ("ok", None),
        )
    };
    assert_eq!(restore(&there, LEAD).0, "folder_not_empty");
    assert_eq!(restore(&scene.home(), LEAD).0, "folder_not_empty");
    // The role comes before the target is looked at.
    for target in [&there, &scene.folder.path().join("new")] {
        assert_eq!(restore(target, A), ("refused", Some(ErrorClass::Refused)));
        assert_eq!(restore(target, "nobody").0, "unknown_person");
    }
    assert_eq!(files(&there).len(), 1);
    fs::remove_file(there.join("notes.txt")).unwrap();
    assert_eq!(restore(&there, LEAD).0, "ok");
    let beside: Vec<String> = fs::read_dir(scene.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(beside.is_empty(), "{beside:?}");
}

#[test]
fn a_backup_of_a_project_with_passphrases_is_restored_with_the_admins_one() {
    let folder = tempfile::tempdir().unwrap();
    let new = new_project(lung_protocol(), Preset::Hospital);
    let project = Project::create(&folder.path().join("p"), &new).unwrap();
    let phrase = Passphrase::new("lead's long phrase");
    let lead = project.sign_in(LEAD, Some(&phrase)).unwrap();
    let place = folder.path().join("backups");
    let made = project.make_backup(&lead, &place, QUIET).unwrap();
    let target = folder.path().join("restored");
    let restore = |phrase: Option<&Passphrase>| {
        code(restore_backup(&made.backup, &target, LEAD, phrase, QUIET))
    };
    assert_ne!(restore(None), "ok");
    assert_ne!(restore(Some(&Passphrase::new("another long phrase"))), "ok");
    assert!(!target.exists());
    assert_eq!(restore(Some(&phrase)), "ok");
    let restored = Project::open(&target, Access::Write).unwrap();
    assert!(restored.sign_in(LEAD, Some(&phrase)).is_ok());
}

#[test]
fn of_a_damaged_backup_the_readings_are_restored_if_only_images_are_damaged() {
    let scene = Scene::new(2);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let made = make(&scene);
    let (object, _) = files(&place(&scene).join("objects")).pop_first().unwrap();
    fs::write(place(&scene).join("objects").join(&object), b"rotten").unwrap();
    let target = scene.folder.path().join("restored");
    let restored = restore_backup(&made.backup, &target, LEAD, None, QUIET).unwrap();
    assert!(!restored.ok);
    assert_eq!(restored.missing.len(), 1);
    assert!(object.ends_with(&restored.missing[0]));
    let codes: Vec<&str> = restored.verified.faults.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["object_missing"]);
    let project = Project::open(&target, Access::Write).unwrap();
    let a = project.sign_in(A, None).unwrap();
    assert_eq!(project.history(&a, "1", None).unwrap().len() as u64, {
        let own = scene.project.history(&scene.a, "1", None).unwrap();
        own.len() as u64
    });
    // The next backup puts the image right again.
    let again = make(&scene);
    assert!(again.ok && is_sound(&again.backup) && is_sound(&made.backup));
    // A damaged database is no project.
    let database = made.backup.join("project.sqlite");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&database, bytes).unwrap();
    let elsewhere = scene.folder.path().join("elsewhere");
    let restored = restore_backup(&made.backup, &elsewhere, LEAD, None, QUIET);
    assert!(["backup_damaged", "damaged"].contains(&code(restored)));
    assert!(!elsewhere.exists());
}
