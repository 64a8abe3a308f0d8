//! Going back in the history: every row is reachable, the way back is one row that one undo takes back.

use annotation_format::document::gesture::{self, Onto};
use annotation_format::{Document, Edit};

use super::scene::{Scene, code, paint};
use crate::{Storage, StorageEvent, Work};

/// Appends an edit to work and document.
fn hand(scene: &Scene, work: &Work, document: &mut Document, edit: &Edit) {
    document.apply(edit).unwrap();
    scene.project.append(&scene.a, &work.id, edit).unwrap();
}

/// Paints, comments, takes back and goes on: rows 1 to 6, of which 2 and 3 are a branch that was left.
/// The document after each row, the empty one first.
fn with_a_left_branch(scene: &Scene) -> (Work, Vec<Document>) {
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut document = work.document.clone();
    let mut states = vec![document.clone()];
    for (from, to) in [(0, 10), (12, 20)] {
        let edit = paint(&document, &work, "nodule", Onto::New, (from, to));
        hand(scene, &work, &mut document, &edit);
        states.push(document.clone());
    }
    let second = document.findings().last().unwrap().id.clone();
    let edit = gesture::comment(&document, &second, "分葉状").unwrap();
    hand(scene, &work, &mut document, &edit);
    states.push(document.clone());
    for taken in scene.project.undo(&scene.a, "1", 2).unwrap() {
        document.apply(&taken.edit).unwrap();
        states.push(document.clone());
    }
    let edit = paint(&document, &work, "nodule", Onto::Latest, (8, 30));
    hand(scene, &work, &mut document, &edit);
    states.push(document.clone());
    (work, states)
}

#[test]
fn every_row_can_be_gone_back_to_and_one_undo_takes_the_whole_way_back() {
    let mut scene = Scene::new(1);
    let (work, states) = with_a_left_branch(&scene);
    let end = states.last().unwrap().content_hash();
    for (seq, state) in states.iter().enumerate() {
        let seen = scene.project.document_at(&scene.a, &work.id, seq as i64);
        assert_eq!(seen.unwrap().content_hash(), state.content_hash());
        let rows = scene.project.open_work(&scene.a, "1").unwrap().seq;
        let gone = scene.project.go_to(&scene.a, "1", seq as i64).unwrap();
        let now = scene.project.open_work(&scene.a, "1").unwrap();
        assert_eq!(now.document.content_hash(), state.content_hash());
        if gone.edit.is_empty() {
            assert_eq!((now.seq, state.content_hash()), (rows, end));
            continue;
        }
        assert_eq!((gone.seq, now.seq), (rows + 1, rows + 1));
        scene = scene.reopen();
        assert_eq!(scene.project.undo(&scene.a, "1", 1).unwrap().len(), 1);
        let back = scene.project.open_work(&scene.a, "1").unwrap();
        assert_eq!(back.document.content_hash(), end);
        scene.project.redo(&scene.a, "1", 1).unwrap();
        let again = scene.project.open_work(&scene.a, "1").unwrap();
        assert_eq!(again.document.content_hash(), state.content_hash());
        scene.project.undo(&scene.a, "1", 1).unwrap();
    }
    let names: Vec<String> = (scene.project.history(&scene.a, "1", None).unwrap())
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert!(names.contains(&"restore".to_owned()));
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
}

#[test]
fn rows_that_are_not_there_and_works_of_others_are_refused() {
    let scene = Scene::new(1);
    let (work, states) = with_a_left_branch(&scene);
    let last = states.len() as i64 - 1;
    for seq in [-1, last + 1, i64::MAX, i64::MIN] {
        let seen = scene.project.document_at(&scene.a, &work.id, seq);
        assert_eq!(code(seen), "no_such_row");
        assert_eq!(code(scene.project.go_to(&scene.a, "1", seq)), "no_such_row");
    }
    for other in [&scene.b, &scene.lead] {
        let seen = scene.project.document_at(other, &work.id, 1);
        assert_eq!(code(seen), "refused");
    }
    let end = scene.project.open_work(&scene.a, "1").unwrap().document;
    assert_eq!(end.content_hash(), states.last().unwrap().content_hash());
}

#[test]
fn a_locked_work_can_be_looked_at_and_not_gone_back_in() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(5, 15)]);
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let first = scene.project.document_at(&scene.a, &work.id, 1).unwrap();
    assert_eq!(first.findings().len(), 1);
    assert_eq!(code(scene.project.go_to(&scene.a, "1", 1)), "refused");
    assert_eq!(
        scene.project.open_work(&scene.a, "1").unwrap().seq,
        work.seq
    );
}

#[test]
fn the_storage_thread_goes_back_shows_the_past_and_says_when_nothing_changes() {
    let scene = Scene::new(1);
    let (work, states) = with_a_left_branch(&scene);
    let mut document = states.last().unwrap().clone();
    let Scene {
        folder, project, a, ..
    } = scene;
    let handle = Storage::start(project, || ()).unwrap();
    let seen = handle.document_at(&a, &work.id, 3).recv().unwrap().unwrap();
    assert_eq!(seen.content_hash(), states[3].content_hash());
    let last = states.len() as i64 - 1;
    for (seq, row, state) in [
        (3, last + 1, &states[3]),
        (3, last + 1, &states[3]),
        (last, last + 2, &states[6]),
    ] {
        handle.go_to(&a, &work.id, seq);
        let event = loop {
            match handle.events().recv().unwrap() {
                StorageEvent::TakenBack { seq, edit, .. } => break (seq, edit),
                StorageEvent::Saved { .. } => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(event.0, row);
        document.apply(&event.1).unwrap();
        assert_eq!(document.content_hash(), state.content_hash());
    }
    handle.go_to(&a, &work.id, 99);
    let why = handle.events().iter().find_map(|event| match event {
        StorageEvent::Rejected { why, .. } => Some(why.code()),
        _ => None,
    });
    assert_eq!((why, handle.unsaved()), (Some("no_such_row"), 0));
    handle.finish().unwrap();
    drop(folder);
}
