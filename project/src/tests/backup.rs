//! Backups: the second costs what is new, every flipped byte is named, what is restored is what was
//! there, and what ends early leaves nothing half.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use annotation_format::document::gesture;

use super::scene::{A, B, LEAD, Scene, code, new_case, new_project, person};
use crate::digest::{hex, sha256};
use crate::store::audit;
use crate::{
    Access, Backup, ErrorClass, NewCase, NewFile, Passphrase, Preset, Project, Role, Session,
    restore_backup, verify_backup,
};

const QUIET: &dyn Fn(u64, u64) = &|_, _| ();

fn make(scene: &Scene) -> Backup {
    scene
        .project
        .make_backup(&scene.lead, &place(scene), QUIET)
        .unwrap()
}

fn place(scene: &Scene) -> PathBuf {
    scene.folder.path().join("控え 1")
}

/// A case with an image of so many bytes.
fn big_case(folder: &Path, number: usize, bytes: usize) -> NewCase {
    let mut case = new_case(folder, number);
    let path = folder.join(format!("big {number}.dcm"));
    let content: Vec<u8> = (0..bytes).map(|at| (at * 7 + number) as u8).collect();
    fs::write(&path, content).unwrap();
    case.series[0].files = vec![NewFile::plain("big.dcm", path)];
    case
}

/// Every file below a folder, relative, with the hash of its content.
fn files(folder: &Path) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(here) = todo.pop() {
        for entry in fs::read_dir(&here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy();
                found.insert((name.into_owned(), hex(&sha256(&fs::read(&path).unwrap()))));
            }
        }
    }
    found
}

/// What the people of a project can ask, as text.
fn content(project: &Project) -> String {
    let mut text = String::new();
    for name in [LEAD, A, B] {
        let session = project.sign_in(name, None).unwrap();
        text += &serde_json::to_string(&project.cases(&session).unwrap()).unwrap();
        for case in ["1", "2"] {
            if let Ok(history) = project.history(&session, case, None) {
                text += &format!("{history:?}");
            }
            if let Ok(work) = project.open_work(&session, case) {
                text += &format!("{:?}{}", work.document.content_hash(), work.seq);
            }
            if let Ok(files) = project.series_files(&session, case) {
                for file in &files[0].files {
                    text += &hex(&sha256(&fs::read(&file.path).unwrap()));
                }
            }
        }
    }
    text
}

fn is_sound(generation: &Path) -> bool {
    let report = verify_backup(generation, QUIET).unwrap();
    assert_eq!(report.ok, report.faults.is_empty());
    report.ok
}

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
    let new = new_project(super::scene::lung_protocol(), Preset::Hospital);
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

const CHILD: &str = "DOKUEI_TEST_BACKUP_PROCESS";

/// The project and the place that a child process was given.
fn given() -> Option<(PathBuf, PathBuf)> {
    let home = std::env::var_os(CHILD)?;
    let home = PathBuf::from(home);
    let place = home.with_file_name("place");
    Some((home, place))
}

/// A line to the parent process, or to who runs the tests.
fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn generations(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).unwrap().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.join("manifest.json").exists())
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
        .collect()
}

/// The part of a process that makes backups until it is killed.
#[test]
fn killed_backups() {
    let Some((home, place)) = given() else {
        return;
    };
    let project = Project::open(&home, Access::Write).unwrap();
    let lead = project.sign_in(LEAD, None).unwrap();
    for number in 0.. {
        say(&format!("begins {number}"));
        project.make_backup(&lead, &place, QUIET).unwrap();
    }
}

#[test]
fn a_process_killed_while_it_makes_backups_leaves_only_whole_ones() {
    let scene = Scene::new(1);
    for number in 2..6 {
        let case = big_case(scene.folder.path(), number, 400_000);
        scene.project.import_case(&scene.lead, case).unwrap();
    }
    let home = scene.home();
    let Scene {
        folder, project, ..
    } = scene;
    project.close().unwrap();
    let place = home.with_file_name("place");
    for round in 0..8_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::backup::killed_backups", "--nocapture"])
            .env(CHILD, &home)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !lines.next().unwrap().unwrap().contains("begins") {}
        std::thread::sleep(Duration::from_millis(3 + round * 11));
        child.kill().unwrap();
        child.wait().unwrap();
        for generation in generations(&place) {
            assert!(is_sound(&generation), "{}", generation.display());
        }
    }
    let project = Project::open(&home, Access::Write).unwrap();
    let lead = project.sign_in(LEAD, None).unwrap();
    assert!(project.verify(true).unwrap().ok);
    let made = project.make_backup(&lead, &place, QUIET).unwrap();
    assert!(made.ok && is_sound(&made.backup));
    project.prune_backups(&lead, None).unwrap();
    assert_eq!(generations(&place), [made.backup]);
    let hidden = fs::read_dir(&place).unwrap().flatten();
    let hidden = hidden.filter(|entry| entry.file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);
    drop(folder);
}

/// The part of a process that has a small disc of its own at the place.
#[test]
fn backup_onto_a_small_disc() {
    let Some((home, place)) = given() else {
        return;
    };
    let project = Project::open(&home, Access::Write).unwrap();
    let lead = project.sign_in(LEAD, None).unwrap();
    let made = project.make_backup(&lead, &place, QUIET);
    let left: Vec<String> = files(&place).into_iter().map(|file| file.0).collect();
    assert_eq!(left, ["backup.lock"]);
    assert_eq!(project.last_backup().unwrap(), None);
    say(&format!("answered {}", code(made)));
}

/// Only where this process may mount a small disc for a child of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_medium_holds_no_generation_afterwards_and_says_that_it_is_full() {
    let scene = Scene::new(1);
    let case = big_case(scene.folder.path(), 2, 3_000_000);
    scene.project.import_case(&scene.lead, case).unwrap();
    let home = scene.home();
    let Scene {
        folder, project, ..
    } = scene;
    project.close().unwrap();
    let place = home.with_file_name("place");
    fs::create_dir(&place).unwrap();
    // Too small for the database; and large enough for it, but not for the image.
    for size in ["200k", "2m"] {
        let mount = format!(
            r#"mount -t tmpfs -o size={size} none "$1" || exit 77; exec "$2" --exact tests::backup::backup_onto_a_small_disc --nocapture"#
        );
        let child = Command::new("unshare")
            .args(["-rm", "sh", "-c", &mount, "sh"])
            .arg(&place)
            .arg(std::env::current_exe().unwrap())
            .env(CHILD, &home)
            .output();
        let said = match child {
            Ok(output) if output.status.code() == Some(77) => None,
            Ok(output) => Some(output),
            Err(_) => None,
        };
        let Some(output) = said else {
            say("skipped: no small disc can be mounted here");
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert!(text.contains("answered disc_full"), "{size}: {text}");
    }
    let project = Project::open(&home, Access::Write).unwrap();
    assert!(project.verify(true).unwrap().ok);
    drop(folder);
}
