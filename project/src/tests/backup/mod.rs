//! Backups of a project with a lead and two readers.

mod damage;
mod ending;
mod making;
mod restoring;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::scene::{A, B, LEAD, Scene, new_case};
use crate::digest::{hex, sha256};
use crate::{Backup, NewCase, NewFile, Project, verify_backup};

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
