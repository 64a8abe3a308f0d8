//! Random commands: the fold of the journal is always the document, undo and redo go back and forth
//! without limit and across restarts, every row can be gone back to, and nothing in an append-only
//! table ever changes.

use std::collections::BTreeMap;

use annotation_format::document::gesture::{self, EraseFrom, Onto, Place};
use annotation_format::{Document, Edit, Error as Rule, LabelId, ShapeKind};
use proptest::prelude::*;
use proptest::sample::Index;
use voxel::{Span, VoxelPoint};

use super::scene::{Scene, next_answer, paint};
use crate::store::audit::{self, COVERED};
use crate::{Error, Project, Storage, StorageEvent, TakenBack, Work};

#[derive(Clone, Debug)]
enum Command {
    Paint(i64, i64),
    PaintOnLatest(i64, i64),
    Erase(i64, i64),
    Point(i64),
    MoveShape(Index, i64),
    RemoveShape,
    Relabel(Index),
    Delete(Index),
    NoFinding(bool),
    Answer,
    Comment(Index, u8),
    Rename(Index, u8),
    Recolour(Index, Option<[u8; 3]>),
    Lock(Index, bool),
    Undo(usize),
    Redo(usize),
    GoTo(Index),
    Checkpoint,
    Restart,
}

fn command() -> impl Strategy<Value = Command> {
    let any = any::<Index>;
    prop_oneof![
        4 => (0_i64..50, 1_i64..14).prop_map(|(from, n)| Command::Paint(from, from + n)),
        3 => (0_i64..50, 1_i64..14).prop_map(|(from, n)| Command::PaintOnLatest(from, from + n)),
        2 => (0_i64..50, 1_i64..20).prop_map(|(from, n)| Command::Erase(from, from + n)),
        1 => (0_i64..50).prop_map(Command::Point),
        1 => (any(), 0_i64..50).prop_map(|(shape, to)| Command::MoveShape(shape, to)),
        1 => Just(Command::RemoveShape),
        1 => any().prop_map(Command::Relabel),
        1 => any().prop_map(Command::Delete),
        1 => proptest::bool::ANY.prop_map(Command::NoFinding),
        2 => Just(Command::Answer),
        1 => (any(), 0_u8..9).prop_map(|(finding, text)| Command::Comment(finding, text)),
        1 => (any(), 0_u8..9).prop_map(|(finding, text)| Command::Rename(finding, text)),
        1 => (any(), proptest::option::of(Just([1, 200, 3])))
            .prop_map(|(finding, color)| Command::Recolour(finding, color)),
        2 => (any(), proptest::bool::ANY).prop_map(|(finding, lock)| Command::Lock(finding, lock)),
        3 => (1_usize..4).prop_map(Command::Undo),
        3 => (1_usize..4).prop_map(Command::Redo),
        2 => any().prop_map(Command::GoTo),
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
    /// The document after each row, the empty one first.
    rows: Vec<Document>,
}

impl Model {
    fn new(start: &Document) -> Self {
        Self {
            states: vec![start.clone()],
            at: 0,
            rows: vec![start.clone()],
        }
    }

    fn document(&self) -> &Document {
        &self.states[self.at]
    }

    /// Goes back or forth as far as possible and compares with what the journal did.
    fn travel(&mut self, times: usize, is_undo: bool, answer: Result<Vec<TakenBack>, Error>) {
        let ahead = self.states.len() - 1 - self.at;
        let steps = times.min(if is_undo { self.at } else { ahead });
        match answer {
            Ok(rows) => assert_eq!(rows.len(), steps),
            Err(Error::NothingToUndo | Error::NothingToRedo) => assert_eq!(steps, 0),
            Err(error) => panic!("{error}"),
        }
        for _ in 0..steps {
            self.at = if is_undo { self.at - 1 } else { self.at + 1 };
            self.rows.push(self.document().clone());
        }
    }

    /// A new state; what was undone cannot be redone any more.
    fn push(&mut self, next: Document) {
        self.states.truncate(self.at + 1);
        self.states.push(next.clone());
        self.rows.push(next);
        self.at += 1;
    }

    /// The row that an index means.
    fn row(&self, index: Index) -> usize {
        index.index(self.rows.len())
    }

    /// The state after a row becomes the present one, unless it is.
    fn go_to(&mut self, row: usize) -> bool {
        let target = self.rows[row].clone();
        let is_new = target.content_hash() != self.document().content_hash();
        if is_new {
            self.push(target);
        }
        is_new
    }
}

/// The edit that a command means in a document; none if it cannot be done there.
fn edit_of(command: &Command, document: &Document, work: &Work) -> Option<Edit> {
    let nth = |index: &Index| {
        let findings: Vec<_> = document.findings().collect();
        (!findings.is_empty()).then(|| findings[index.index(findings.len())].clone())
    };
    let with_shape = || {
        document
            .findings()
            .find(|finding| !finding.shapes.is_empty())
    };
    let series = &work.series[0];
    let grid = series.grid.clone().unwrap();
    let place = Place {
        series: series.id.as_str(),
        grid: &grid,
    };
    let point = |at: i64| ShapeKind::Point(VoxelPoint([at as f64, 20.0, 5.0]));
    let made = match command {
        Command::Paint(from, to) | Command::PaintOnLatest(from, to) => {
            let onto = match command {
                Command::Paint(..) => Onto::New,
                _ => Onto::Latest,
            };
            let nodule = LabelId::from("nodule");
            let latest = document.findings_of(&nodule).last();
            if onto == Onto::Latest && latest.is_some_and(|finding| finding.is_locked) {
                return None;
            }
            Ok(paint(document, work, "nodule", onto, (*from, *to)))
        }
        Command::Erase(from, to) => {
            let span = |j| Span {
                j,
                k: 5,
                i0: *from,
                i1: *to,
            };
            let spans: Vec<Span> = (15..28).map(span).collect();
            gesture::erase(document, &place, &EraseFrom::All, &spans)
        }
        Command::Point(at) => {
            let label = LabelId::from("small-nodule");
            gesture::add_shape(document, &place, &label, &Onto::New, point(*at))
        }
        Command::MoveShape(index, to) => {
            let finding = nth(index).filter(|f| !f.shapes.is_empty());
            let finding = finding.or_else(|| with_shape().cloned())?;
            gesture::change_shape(
                document,
                &place,
                &finding.id,
                &finding.shapes[0].id,
                point(*to),
            )
        }
        Command::RemoveShape => {
            let finding = with_shape()?;
            gesture::remove_shape(document, &finding.id, &finding.shapes[0].id)
        }
        Command::Relabel(index) => {
            let finding = nth(index)?;
            let labels = &document.protocol().labels;
            gesture::relabel(document, &finding.id, &labels[index.index(labels.len())].id)
        }
        Command::Delete(index) => gesture::delete(document, &nth(index)?.id),
        Command::NoFinding(value) => gesture::no_finding(document, *value),
        Command::Answer => Ok(next_answer_where(document)?),
        Command::Comment(index, text) => {
            gesture::comment(document, &nth(index)?.id, &text.to_string())
        }
        Command::Rename(index, text) => {
            gesture::rename(document, &nth(index)?.id, &format!("結節 {text}"))
        }
        Command::Recolour(index, color) => gesture::recolour(document, &nth(index)?.id, *color),
        Command::Lock(index, is_locked) => gesture::lock(document, &nth(index)?.id, *is_locked),
        Command::Undo(_)
        | Command::Redo(_)
        | Command::GoTo(_)
        | Command::Checkpoint
        | Command::Restart => return None,
    };
    match made {
        Ok(edit) => (!edit.is_empty()).then_some(edit),
        Err(Rule::Locked { .. } | Rule::FindingsExist(_) | Rule::Geometry { .. }) => None,
        Err(error) => panic!("{command:?}: {error}"),
    }
}

fn run(commands: Vec<Command>) {
    let mut scene = Scene::new(1);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut model = Model::new(&work.document);
    let mut before = rows(&scene.project);
    for command in commands {
        match &command {
            Command::Undo(times) => {
                model.travel(*times, true, scene.project.undo(&scene.a, "1", *times));
            }
            Command::Redo(times) => {
                model.travel(*times, false, scene.project.redo(&scene.a, "1", *times));
            }
            Command::GoTo(index) => {
                let row = model.row(*index);
                let gone = scene.project.go_to(&scene.a, "1", row as i64).unwrap();
                assert_eq!(gone.edit.is_empty(), !model.go_to(row));
            }
            Command::Checkpoint => scene.project.write_checkpoint(&work.id).unwrap(),
            Command::Restart => scene = scene.reopen(),
            _ => {}
        }
        if let Some(edit) = edit_of(&command, model.document(), &work) {
            scene.project.append(&scene.a, &work.id, &edit).unwrap();
            let mut next = model.document().clone();
            next.apply(&edit).unwrap();
            model.push(next);
        }
        let now = rows(&scene.project);
        for (row, hash) in &before {
            assert_eq!(now.get(row), Some(hash), "{row} changed or vanished");
        }
        before = now;
    }
    let scene = is_as_the_model_says(scene, &work, &model);
    undo_all_is_the_start_and_redo_all_the_end(scene, &model);
}

/// The document in memory, the fold after a restart, the document after each row, and what verify finds.
fn is_as_the_model_says(scene: Scene, work: &Work, model: &Model) -> Scene {
    let expected = model.document().content_hash();
    let held = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(held.document.content_hash(), expected);
    let scene = scene.reopen();
    let past = |seq: usize| scene.project.document_at(&scene.a, &work.id, seq as i64);
    for (seq, state) in model.rows.iter().enumerate() {
        let folded = past(seq).unwrap().content_hash();
        assert_eq!(folded, state.content_hash(), "the document after row {seq}");
    }
    let folded = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(folded.document.content_hash(), expected);
    for (seq, state) in model.rows.iter().enumerate() {
        let walked = past(seq).unwrap().content_hash();
        assert_eq!(
            walked,
            state.content_hash(),
            "from the present to row {seq}"
        );
    }
    assert!(past(model.rows.len()).is_err());
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
    scene
}

fn undo_all_is_the_start_and_redo_all_the_end(scene: Scene, model: &Model) {
    let state = |scene: &Scene| {
        let work = scene.project.open_work(&scene.a, "1").unwrap();
        work.document.content_hash()
    };
    let count = |answer: Result<Vec<TakenBack>, Error>| answer.map_or(0, |rows| rows.len());
    let undone = count(scene.project.undo(&scene.a, "1", 10_000));
    assert_eq!(undone, model.at);
    let scene = scene.reopen();
    assert_eq!(state(&scene), model.states[0].content_hash());
    let redone = count(scene.project.redo(&scene.a, "1", 10_000));
    let end = model.states.last().unwrap().content_hash();
    assert_eq!((redone, state(&scene)), (model.states.len() - 1, end));
    let scene = scene.reopen();
    assert_eq!(state(&scene), end);
}

/// The same commands by a window that applies its own edits and follows what the storage thread answers.
fn run_window(commands: &[Command]) {
    let scene = Scene::new(1);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut model = Model::new(&work.document);
    let mut document = work.document.clone();
    let Scene {
        folder, project, a, ..
    } = scene;
    let home = project.folder().to_owned();
    let handle = Storage::start(project, || ()).unwrap();
    for command in commands {
        match command {
            Command::Undo(_) => handle.undo(&a, &work.id),
            Command::Redo(_) => handle.redo(&a, &work.id),
            Command::GoTo(index) => handle.go_to(&a, &work.id, model.row(*index) as i64),
            command => {
                if let Some(edit) = edit_of(command, &document, &work) {
                    document.apply(&edit).unwrap();
                    handle.append(&a, &work.id, edit);
                    model.push(document.clone());
                }
                continue;
            }
        }
        // The tools wait for the answer.
        let answer = loop {
            match handle.events().recv().unwrap() {
                StorageEvent::TakenBack { edit, .. } => break Some(edit),
                StorageEvent::Rejected { .. } => break None,
                StorageEvent::Saved { .. } => {}
                not_saved @ StorageEvent::NotSaved { .. } => panic!("{not_saved:?}"),
            }
        };
        let is_done = match command {
            Command::GoTo(index) => model.go_to(model.row(*index)),
            Command::Undo(_) | Command::Redo(_) => {
                let nothing = || Err(Error::NothingToUndo);
                let row = |edit: &Edit| TakenBack {
                    seq: 0,
                    at: String::new(),
                    edit: edit.clone(),
                };
                let taken = answer
                    .as_ref()
                    .map_or_else(nothing, |edit| Ok(vec![row(edit)]));
                let is_done = taken.is_ok();
                model.travel(1, matches!(command, Command::Undo(_)), taken);
                is_done
            }
            _ => false,
        };
        let edit = answer.filter(|edit| !edit.is_empty());
        assert_eq!(edit.is_some(), is_done, "{command:?}");
        if let Some(edit) = edit {
            document.apply(&edit).unwrap();
        }
        assert_eq!(document.content_hash(), model.document().content_hash());
    }
    handle.finish().unwrap();
    let project = Project::open(&home, crate::Access::Write).unwrap();
    let folded = project.open_work(&a, "1").unwrap();
    assert_eq!(folded.document.content_hash(), document.content_hash());
    assert_eq!(folded.seq as usize, model.rows.len() - 1);
    drop(folder);
}

/// The next missing answer, if what is missing can be answered.
fn next_answer_where(document: &Document) -> Option<Edit> {
    use annotation_format::Missing;
    match document.missing().first()? {
        Missing::Field { .. } | Missing::Attribute { .. } => next_answer(document),
        _ => None,
    }
}

/// How many random works are made: few with every change, many where `DOKUEI_RANDOM_WORKS` asks for them.
fn works() -> ProptestConfig {
    let asked = std::env::var("DOKUEI_RANDOM_WORKS").ok();
    let cases = asked.and_then(|text| text.parse().ok()).unwrap_or(12);
    ProptestConfig {
        cases,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(works())]
    #[test]
    fn the_fold_of_the_journal_is_the_document(commands in prop::collection::vec(command(), 1..25)) {
        run(commands);
    }

    #[test]
    fn a_window_that_follows_the_storage_thread_shows_what_is_on_disc(
        commands in prop::collection::vec(command(), 1..25)
    ) {
        run_window(&commands);
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
