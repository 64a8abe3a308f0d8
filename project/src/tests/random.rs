//! Random commands: the fold of the journal is always the document, undo and redo go back and forth
//! without limit and across restarts, and nothing in an append-only table ever changes.

use std::collections::BTreeMap;

use annotation_format::document::gesture::{self, Onto};
use annotation_format::{Document, Edit};
use proptest::prelude::*;

use super::scene::{Scene, next_answer, paint};
use crate::store::audit::{self, COVERED};
use crate::{Error, Project, Work};

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

impl Model {
    fn document(&self) -> &Document {
        &self.states[self.at]
    }

    /// Goes back or forth as far as possible and compares with what the journal did.
    fn travel(
        &mut self,
        times: usize,
        is_undo: bool,
        answer: Result<Vec<crate::TakenBack>, Error>,
    ) {
        let ahead = self.states.len() - 1 - self.at;
        let steps = times.min(if is_undo { self.at } else { ahead });
        match answer {
            Ok(rows) => assert_eq!(rows.len(), steps),
            Err(Error::NothingToUndo | Error::NothingToRedo) => assert_eq!(steps, 0),
            Err(error) => panic!("{error}"),
        }
        self.at = if is_undo {
            self.at - steps
        } else {
            self.at + steps
        };
    }

    fn push(&mut self, edit: &Edit) {
        let mut next = self.document().clone();
        next.apply(edit).unwrap();
        self.states.truncate(self.at + 1);
        self.states.push(next);
        self.at += 1;
    }
}

/// The edit that a command means in a document; none if it cannot be done there.
fn edit_of(command: &Command, document: &Document, work: &Work) -> Option<Edit> {
    let first = document.findings().next().map(|finding| finding.id.clone());
    let edit = match command {
        Command::Paint(from, to) => paint(document, work, "nodule", Onto::New, (*from, *to)),
        Command::PaintOnLatest(from, to) => {
            paint(document, work, "nodule", Onto::Latest, (*from, *to))
        }
        Command::DeleteFirst => gesture::delete(document, &first?).unwrap(),
        Command::Answer => next_answer_where(document)?,
        Command::Comment(text) => gesture::comment(document, &first?, &text.to_string()).unwrap(),
        Command::Undo(_) | Command::Redo(_) | Command::Checkpoint | Command::Restart => {
            return None;
        }
    };
    (!edit.is_empty()).then_some(edit)
}

fn run(commands: Vec<Command>) {
    let mut scene = Scene::new(1);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut model = Model {
        states: vec![work.document.clone()],
        at: 0,
    };
    let mut before = rows(&scene.project);
    for command in commands {
        match &command {
            Command::Undo(times) => {
                model.travel(*times, true, scene.project.undo(&scene.a, "1", *times));
            }
            Command::Redo(times) => {
                model.travel(*times, false, scene.project.redo(&scene.a, "1", *times));
            }
            Command::Checkpoint => scene.project.write_checkpoint(&work.id).unwrap(),
            Command::Restart => scene = scene.reopen(),
            _ => {}
        }
        if let Some(edit) = edit_of(&command, model.document(), &work) {
            scene.project.append(&scene.a, &work.id, &edit).unwrap();
            model.push(&edit);
        }
        let now = rows(&scene.project);
        for (row, hash) in &before {
            assert_eq!(now.get(row), Some(hash), "{row} changed or vanished");
        }
        before = now;
    }
    let expected = model.document().content_hash();
    let held = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(held.document.content_hash(), expected);
    let scene = scene.reopen();
    let folded = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(folded.document.content_hash(), expected);
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
}

/// The next missing answer, if what is missing can be answered.
fn next_answer_where(document: &Document) -> Option<Edit> {
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
        let edit = match document.findings().next() {
            Some(finding) if step % 10 != 0 => {
                let id = finding.id.clone();
                gesture::comment(&document, &id, &format!("remark {step}")).unwrap()
            }
            _ => paint(
                &document,
                &work,
                "nodule",
                Onto::Latest,
                (step / 5, step / 5 + 8),
            ),
        };
        document.apply(&edit).unwrap();
        scene.project.append(&scene.a, &work.id, &edit).unwrap();
    }
    let rows = scene.project.open_work(&scene.a, "1").unwrap().seq;
    assert!(rows >= 128, "{rows}");
    let kept = crate::store::journal::checkpoint_rows(&scene.project.db, &work.id).unwrap();
    assert_eq!(kept.last(), Some(&128));
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
