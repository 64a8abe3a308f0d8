//! Making: the second generation costs what is new, work goes on meanwhile, and old ones are pruned.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use annotation_format::document::gesture;

use super::{QUIET, big_case, files, is_sound, make, place};
use crate::digest::{hex, sha256};
use crate::store::audit;
use crate::tests::scene::{LEAD, Scene, code, person};
use crate::{Access, Backup, Project, Role, Session, restore_backup};

#[test]
fn the_first_generation_costs_a_project_and_the_second_a_database_and_what_is_new() {
    let scene = Scene::new(2);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let first = make(&scene);
    assert!(first.ok && is_sound(&first.backup));
    assert_eq!(first.bytes, first.new_bytes);
    let names: Vec<String> = files(&first.backup)
        .into_iter()
        .map(|file| file.0)
        .collect();
    assert_eq!(
        names,
        ["manifest.json", "manifest.json.sha256", "project.sqlite"]
    );
    let objects = files(&place(&scene).join("objects"));
    assert_eq!(objects.len(), 2);
    assert!(
        objects
            .iter()
            .all(|(name, sha)| name.ends_with(sha.as_str()))
    );
    scene
        .project
        .import_case(&scene.lead, big_case(scene.folder.path(), 3, 3_000_000))
        .unwrap();
    let second = make(&scene);
    let database = fs::metadata(second.backup.join("project.sqlite")).unwrap();
    assert_eq!(second.new_bytes, database.len() + 3_000_000);
    assert!(second.bytes > second.new_bytes);
    assert_eq!(files(&place(&scene).join("objects")).len(), 3);
    let third = make(&scene);
    let database = fs::metadata(third.backup.join("project.sqlite")).unwrap();
    assert_eq!(third.new_bytes, database.len());
    for generation in [&first, &second, &third] {
        assert!(is_sound(&generation.backup));
    }
    assert!(scene.project.verify(true).unwrap().ok);
}

#[test]
fn a_backup_is_remembered_with_its_hash_in_the_audit_chain() {
    let scene = Scene::new(1);
    let project = &scene.project;
    assert_eq!(project.last_backup().unwrap(), None);
    let made = make(&scene);
    let manifest = fs::read(made.backup.join("manifest.json")).unwrap();
    assert_eq!(made.sha256, hex(&sha256(&manifest)));
    let last = project.last_backup().unwrap().unwrap();
    assert_eq!((&last.sha256, &last.made), (&made.sha256, &made.made));
    assert_eq!(last.days_since(SystemTime::now()), Some(0));
    let status = project.status(None).unwrap();
    assert_eq!(status.storage.last_backup, Some(made.made.clone()));
    assert_eq!(
        project.backup_place(&scene.lead).unwrap(),
        Some(place(&scene).canonicalize().unwrap())
    );
    let events = audit::events(&project.db).unwrap();
    let told = events.iter().find(|event| event.kind == "backup_made");
    assert!(told.unwrap().body.contains(&made.sha256));
    let anywhere = place(&scene).to_string_lossy().into_owned();
    assert!(events.iter().all(|event| !event.body.contains(&anywhere)));
}

#[test]
fn a_project_that_has_lost_an_image_is_backed_up_and_says_so() {
    let scene = Scene::new(2);
    let files_of = scene.project.series_files(&scene.lead, "1").unwrap();
    let first = make(&scene);
    fs::remove_file(&files_of[0].files[0].path).unwrap();
    // The store has it from before.
    let second = make(&scene);
    assert!(second.ok && is_sound(&second.backup));
    // A new place does not.
    let elsewhere = scene.folder.path().join("elsewhere");
    let third = scene
        .project
        .make_backup(&scene.lead, &elsewhere, QUIET)
        .unwrap();
    assert!(!third.ok);
    assert_eq!(third.missing, [files_of[0].files[0].sha256.clone()]);
    assert!(third.faults.is_empty());
    assert!(!is_sound(&third.backup) && is_sound(&first.backup));
}

#[test]
fn a_project_is_backed_up_while_its_reader_goes_on() {
    let scene = Scene::new(1);
    scene
        .project
        .import_case(&scene.lead, big_case(scene.folder.path(), 2, 8_000_000))
        .unwrap();
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut document = work.document.clone();
    let job = scene
        .project
        .backup_job(&scene.lead, &place(&scene))
        .unwrap();
    let thread = std::thread::spawn(move || job.run(QUIET, &AtomicBool::new(false)));
    let mut rows = 0;
    while !thread.is_finished() || rows < 5 {
        let edit = gesture::no_finding(&document, rows % 2 == 0).unwrap();
        document.apply(&edit).unwrap();
        scene.project.append(&scene.a, &work.id, &edit).unwrap();
        rows += 1;
    }
    let made = thread.join().unwrap().unwrap().unwrap();
    let made = scene.project.finish_backup(&scene.lead, made).unwrap();
    assert!(made.ok && is_sound(&made.backup));
    assert!(scene.project.verify(true).unwrap().ok);
    let target = scene.folder.path().join("restored");
    let restored = restore_backup(&made.backup, &target, LEAD, None, QUIET).unwrap();
    assert!(restored.ok);
}

#[test]
fn a_cancelled_backup_leaves_nothing_and_two_at_once_are_refused() {
    let scene = Scene::new(1);
    let job = || {
        scene
            .project
            .backup_job(&scene.lead, &place(&scene))
            .unwrap()
    };
    let cancelled = job().run(QUIET, &AtomicBool::new(true)).unwrap();
    assert!(cancelled.is_none());
    let left: Vec<String> = files(&place(&scene)).into_iter().map(|f| f.0).collect();
    assert_eq!(left, ["backup.lock"]);
    let made = job().run(QUIET, &AtomicBool::new(false)).unwrap().unwrap();
    let second = job().run(QUIET, &AtomicBool::new(false));
    assert_eq!(code(second), "project_busy");
    let pruned = scene
        .project
        .prune_backups(&scene.lead, Some(&place(&scene)));
    assert_eq!(code(pruned), "project_busy");
    scene.project.finish_backup(&scene.lead, made).unwrap();
    assert!(make(&scene).ok);
}

#[test]
fn backups_are_the_admins_and_lie_outside_the_project() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project
        .add_person(&scene.lead, &person("only lead", &[Role::Lead]))
        .unwrap();
    let only_lead = project.sign_in("only lead", None).unwrap();
    for session in [&scene.a, &only_lead] {
        for place in [place(&scene), scene.home()] {
            let refused = |session: &Session| {
                [
                    code(project.make_backup(session, &place, QUIET)),
                    code(project.backup_job(session, &place)),
                    code(project.backup_place(session)),
                    code(project.prune_backups(session, Some(&place))),
                ]
            };
            assert_eq!(refused(session), ["refused"; 4]);
        }
    }
    assert!(!place(&scene).exists());
    for inside in ["", "objects", "tmp/x", "backup/../keys"] {
        let made = project.make_backup(&scene.lead, &scene.home().join(inside), QUIET);
        assert_eq!(code(made), "inside_project", "{inside}");
    }
    let made = project.make_backup(&scene.lead, &scene.home().join("backup"), QUIET);
    assert!(made.unwrap().ok);
    let reader = Project::open(&scene.home(), Access::ReadOnly).unwrap();
    let made = reader.make_backup(&scene.lead, &place(&scene), QUIET);
    assert_eq!(code(made), "read_only");
}

#[test]
fn a_reminder_is_due_after_seven_days_and_never_for_a_project_without_cases() {
    let day = |days: i64| {
        let span = Duration::from_secs(days.unsigned_abs() * 86_400 + 60);
        if days < 0 {
            SystemTime::now() - span
        } else {
            SystemTime::now() + span
        }
    };
    let empty = Scene::new(0);
    assert!(!empty.project.is_backup_due(day(100)).unwrap());
    let scene = Scene::new(1);
    let due = |days| scene.project.is_backup_due(day(days)).unwrap();
    assert_eq!([0, 6, 7, 100].map(due), [false, false, true, true]);
    make(&scene);
    assert_eq!([0, 6, 7, 100].map(due), [false, false, true, true]);
    // A clock that was far ahead when the backup was made silences nothing.
    assert_eq!([-2, -400].map(due), [true, true]);
    let last = scene.project.last_backup().unwrap().unwrap();
    assert_eq!(last.days_since(day(9)), Some(9));
    assert_eq!(last.days_since(day(-9)), None);
}

#[test]
fn pruning_keeps_the_newest_of_a_day_and_what_other_projects_need() {
    let scene = Scene::new(1);
    let other = Scene::new(2);
    let shared = place(&scene);
    let of_other = other
        .project
        .make_backup(&other.lead, &shared, QUIET)
        .unwrap();
    let made: Vec<Backup> = (0..3).map(|_| make(&scene)).collect();
    let stray = shared.join("objects/00").join("0".repeat(64));
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, b"needed by nobody").unwrap();
    let notes = shared.join("notes");
    fs::create_dir(&notes).unwrap();
    fs::write(notes.join("mine.txt"), b"mine").unwrap();
    // A manifest that cannot be read may name anything: no image goes.
    fs::write(notes.join("manifest.json"), b"what is this").unwrap();
    let first = scene.project.prune_backups(&scene.lead, None).unwrap();
    assert_eq!((first.kept.len(), first.removed.len()), (1, 2));
    assert!(stray.exists());
    fs::remove_file(notes.join("manifest.json")).unwrap();
    let second = scene.project.prune_backups(&scene.lead, None).unwrap();
    assert_eq!((second.kept.len(), second.removed.len()), (1, 0));
    assert_eq!(second.freed_bytes, 16);
    assert!(!stray.exists() && notes.join("mine.txt").exists());
    assert!(!made[0].backup.exists() && !made[1].backup.exists());
    assert!(is_sound(&made[2].backup) && is_sound(&of_other.backup));
    let events = audit::events(&scene.project.db).unwrap();
    let told: Vec<_> = events
        .iter()
        .filter(|e| e.kind == "backup_pruned")
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].body.contains(&made[0].sha256));
    assert!(scene.project.verify(true).unwrap().ok);
}
