//! A child process appends edits and says which are saved; it is killed in the middle. Every edit
//! that it said to be saved is there afterwards, and the project verifies. `DOKUEI_KILL_ROUNDS` sets
//! how often.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use annotation_format::document::gesture::Onto;

use super::scene::{A, Scene, paint};
use crate::{Access, Project};

const CHILD: &str = "DOKUEI_TEST_KILLED_PROCESS";

#[test]
fn killed_process() {
    let Some(home) = std::env::var_os(CHILD) else {
        return;
    };
    let project = Project::open(&PathBuf::from(home), Access::Write).unwrap();
    let session = project.sign_in(A, None).unwrap();
    let work = project.open_work(&session, "1").unwrap();
    let mut document = work.document.clone();
    let mut last = work.seq;
    let mut out = std::io::stdout();
    for step in 0_i64.. {
        if step % 5 == 4 {
            let taken = project.undo(&session, "1", 1).unwrap();
            document.apply(&taken[0].edit).unwrap();
            last = taken[0].seq;
            writeln!(out, "saved {last}").unwrap();
        } else if step % 7 == 6 {
            let gone = project.go_to(&session, "1", step * 13 % last).unwrap();
            document.apply(&gone.edit).unwrap();
            last = gone.seq;
            writeln!(out, "saved {last}").unwrap();
        } else {
            let from = step * 3 % 50;
            let edit = paint(&document, &work, "nodule", Onto::New, (from, from + 5));
            document.apply(&edit).unwrap();
            if edit.is_empty() {
                continue;
            }
            last = project.append(&session, &work.id, &edit).unwrap().seq;
            writeln!(out, "saved {last}").unwrap();
        }
        out.flush().unwrap();
    }
}

#[test]
fn nothing_that_was_saved_is_lost_when_the_process_is_killed() {
    let scene = Scene::new(1);
    let home = scene.home();
    let Scene {
        folder, project, ..
    } = scene;
    project.close().unwrap();
    let mut last = 0;
    let rounds = std::env::var("DOKUEI_KILL_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    for round in 0..rounds.unwrap_or(6) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::kill::killed_process", "--nocapture"])
            .env(CHILD, &home)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = 0;
        while heard < 5 + 7 * (round % 6) {
            let line = lines.next().expect("the child ended early").unwrap();
            // The harness may write on the same line before the first one.
            if let Some(at) = line.find("saved ") {
                last = line[at + 6..].trim().parse().unwrap();
                heard += 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let project = Project::open(&home, Access::Write).unwrap();
        let session = project.sign_in(A, None).unwrap();
        let work = project.open_work(&session, "1").unwrap();
        assert!(
            work.seq >= last,
            "row {last} was saved, the journal ends at {}",
            work.seq
        );
        let report = project.verify(true).unwrap();
        assert!(report.ok, "{:?}", report.faults);
        last = work.seq;
    }
    drop(folder);
}
