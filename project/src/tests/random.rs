//! Random commands: the fold of the journal is always the document, undo and redo go back and forth
//! without limit and across restarts, and nothing in an append-only table ever changes.

use std::collections::BTreeMap;

use annotation_format::Document;
use annotation_format::document::gesture::{self, Onto};
use proptest::prelude::*;

use super::scene::{Scene, next_answer, paint};
use crate::store::audit::{self, COVERED};
use crate::{Error, Project};

#[derive(Clone, Debug)]
enum Command {
    Paint(i64, i64),
    PaintOnLatest(i64, i64),
    DeleteFirst,
    Answer,
    Comment(u8),
    Undo(usize),
    Redo(usize),
    Checkpoint,
    Restart,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (0_i64..50, 1_i64..14).prop_map(|(from, n)| Command::Paint(from, from + n)),
        3 => (0_i64..50, 1_i64..14).prop_map(|(from, n)| Command::PaintOnLatest(from, from + n)),
        1 => Just(Command::DeleteFirst),
        2 => Just(Command::Answer),
        1 => any::<u8>().prop_map(Command::Comment),
        3 => (1_usize..4).prop_map(Command::Undo),
        3 => (1_usize..4).prop_map(Command::Redo),
        1 => Just(Command::Checkpoint),
        1 => Just(Command::Restart),
    ]
}

/// Every covered row with its hash, and every row of the journal.
fn rows(project: &Project) -> BTreeMap<String, Vec<u8>> {
    let mut rows = BTreeMap::new();
    for covered in COVERED {
        for (id, sha) in audit::row_shas(&project.db, covered).unwrap() {
            rows.insert(format!("{} {id}", covered.table), sha.to_vec());
        }
    }
    crate::store::journal::each_link(&project.db, |row, hash| {
        rows.insert(format!("edit {} {}", row.work, row.seq), hash.to_vec());
        Ok(())
    })
    .unwrap();
    rows
}

/// States of the document, as an editor without a journal would keep them.
struct Model {
    states: Vec<Document>,
    at: usize,
}

fn run(commands: Vec<Command>) {
    let mut scene = Scene::new(1);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut model = Model { states: vec![work.document.clone()], at: 0 };
    let mut before = rows(&scene.project);
    for command in commands {
        let document = model.states[model.at].clone();
        let first = document.findings().next().map(|finding| finding.id.clone());
        let edit = match &command {
            Command::Paint(from, to) => {
                Some(paint(&document, &work, "nodule", Onto::New, (*from, *to)))
            }
            Command::PaintOnLatest(from, to) => {
                Some(paint(&document, &work, "nodule", Onto::Latest, (*from, *to)))
            }
            Command::DeleteFirst => first.map(|id| gesture::delete(&document, &id).unwrap()),
            Command::Answer => (first.is_some()).then(|| next_answer_where(&document)).flatten(),
            Command::Comment(text) => {
                first.map(|id| gesture::comment(&document, &id, &text.to_string()).unwrap())
            }
            Command::Undo(times) => {
                let undone = scene.project.undo(&scene.a, "1", *times);
                let steps = (*times).min(model.at);
                match undone {
                    Ok(rows) => assert_eq!(rows.len(), steps),
                    Err(error) => {
                        assert!(steps == 0 && matches!(error, Error::NothingToUndo), "{error}");
                    }
                }
                model.at -= steps;
                None
            }
            Command::Redo(times) => {
                let redone = scene.project.redo(&scene.a, "1", *times);
                let steps = (*times).min(model.states.len() - 1 - model.at);
                match redone {
                    Ok(rows) => assert_eq!(rows.len(), steps),
                    Err(error) => {
                        assert!(steps == 0 && matches!(error, Error::NothingToRedo), "{error}");
                    }
                }
                model.at += steps;
                None
            }
            Command::Checkpoint => {
                scene.project.write_checkpoint(&work.id).unwrap();
                None
            }
            Command::Restart => {
                scene = scene.reopen();
                None
            }
        };
        if let Some(edit) = edit.filter(|edit| !edit.is_empty()) {
            let mut next = document.clone();
            next.apply(&edit).unwrap();
            scene.project.append(&scene.a, &work.id, &edit).unwrap();
            model.states.truncate(model.at + 1);
            model.states.push(next);
            model.at += 1;
        }
        let now = rows(&scene.project);
        for (row, hash) in &before {
            assert_eq!(now.get(row), Some(hash), "{row} changed or vanished");
        }
        before = now;
    }
    let expected = model.states[model.at].content_hash();
    let held = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(held.document.content_hash(), expected);
    let scene = scene.reopen();
    let folded = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(folded.document.content_hash(), expected);
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
}

/// The next missing answer, if what is missing can be answered.
fn next_answer_where(document: &Document) -> Option<annotation_format::Edit> {
    use annotation_format::Missing;
    match document.missing().first()? {
        Missing::Field { .. } | Missing::Attribute { .. } => next_answer(document),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn the_fold_of_the_journal_is_the_document(commands in prop::collection::vec(command(), 1..25)) {
        run(commands);
    }
}

#[test]
fn a_long_work_opens_from_its_checkpoint_and_undoes_to_its_beginning() {
    let scene = Scene::new(1);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut document = work.document.clone();
    for step in 0_i64..150 {
        let from = step % 50;
        let edit = paint(&document, &work, "nodule", Onto::Latest, (from, from + 1 + step / 50));
        document.apply(&edit).unwrap();
        scene.project.append(&scene.a, &work.id, &edit).unwrap();
    }
    let rows = scene.project.open_work(&scene.a, "1").unwrap().seq;
    assert!(rows >= 128, "{rows}");
    let checkpoint =
        crate::store::journal::checkpoint(&scene.project.db, scene.project.seal, &work.id).unwrap();
    assert_eq!(checkpoint.unwrap().seq, 128);
    let scene = scene.reopen();
    let folded = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(folded.document.content_hash(), document.content_hash());
    let undone = scene.project.undo(&scene.a, "1", 1000).unwrap();
    assert_eq!(undone.len() as i64, rows);
    let scene = scene.reopen();
    let start = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(start.document.findings().len(), 0);
    scene.project.redo(&scene.a, "1", 1000).unwrap();
    let end = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(end.document.content_hash(), document.content_hash());
    let history = scene.project.history(&scene.a, "1", None).unwrap();
    assert!(history.iter().all(|row| !row.undone));
    assert_eq!(history.len() as i64, 3 * rows);
}
