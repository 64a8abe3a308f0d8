//! A process that is killed while it makes backups, and a medium that is full: nothing half is left.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{QUIET, big_case, files, is_sound};
use crate::tests::scene::{LEAD, Scene, code};
use crate::{Access, Project};

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
            .args([
                "--exact",
                "tests::backup::ending::killed_backups",
                "--nocapture",
            ])
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
            r#"mount -t tmpfs -o size={size} none "$1" || exit 77; exec "$2" --exact tests::backup::ending::backup_onto_a_small_disc --nocapture"#
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
