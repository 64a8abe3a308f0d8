//! Going back in the history: every row is reachable, the way back is one row that one undo takes back.

use std::time::{Duration, Instant};

use annotation_format::document::gesture::{self, Onto};
use annotation_format::{Document, Edit};

use super::scene::{Scene, code, paint};
use crate::store::journal;
use crate::{Access, Project, Storage, StorageEvent, Work};

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

/// Rows that only say which they are.
fn remarks(scene: &Scene, rows: std::ops::RangeInclusive<i64>) -> (Work, Document) {
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let mut document = work.document.clone();
    for row in rows {
        let edit = match document.findings().next() {
            Some(finding) => gesture::comment(&document, &finding.id, &row.to_string()).unwrap(),
            None => paint(&document, &work, "nodule", Onto::New, (0, 9)),
        };
        hand(scene, &work, &mut document, &edit);
    }
    (work, document)
}

#[test]
fn an_early_row_of_a_long_work_is_as_near_as_a_late_one() {
    let scene = Scene::new(1);
    let last = 1400;
    let (work, _) = remarks(&scene, 1..=last);
    let scene = scene.reopen();
    let kept = journal::checkpoint_rows(&scene.project.db, &work.id).unwrap();
    assert!(kept.len() <= 12, "{kept:?}");
    for row in 0..=last {
        let known = kept.iter().chain([&0, &last]);
        let away = known.map(|at| (at - row).abs()).min().unwrap();
        assert!(away <= 256, "row {row} is {away} rows away from {kept:?}");
    }
    for row in [2, 63, 64, 65, 300, 700, 701, 1290, last] {
        let seen = scene.project.document_at(&scene.a, &work.id, row).unwrap();
        assert_eq!(seen.findings().next().unwrap().comment, row.to_string());
    }
    let report = scene.project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
    // A rung that says something else than the journal is found, the last one or not.
    let early = kept[0];
    let other = journal::checkpoint(&scene.project.db, scene.project.seal, &work.id, kept[1]);
    let wrong = journal::Checkpoint {
        seq: early,
        ..other.unwrap().unwrap()
    };
    journal::drop_checkpoint(&scene.project.db, &work.id, early).unwrap();
    journal::put_checkpoint(&scene.project.db, scene.project.seal, &work.id, &wrong).unwrap();
    let report = scene.project.verify(true).unwrap();
    let found: Vec<&str> = report.faults.iter().map(|fault| fault.code).collect();
    assert_eq!(found, ["checkpoint"]);
}

#[test]
fn a_checkpoint_is_written_when_the_hand_rests_and_when_the_project_closes() {
    let scene = Scene::new(1);
    let (work, mut document) = remarks(&scene, 1..=10);
    let Scene {
        folder, project, a, ..
    } = scene;
    let home = project.folder().to_owned();
    let handle = Storage::start(project, || ()).unwrap();
    let mut remark = |row: i64| {
        let id = document.findings().next().unwrap().id.clone();
        let edit = gesture::comment(&document, &id, &row.to_string()).unwrap();
        document.apply(&edit).unwrap();
        handle.append(&a, &work.id, edit);
    };
    (11..=80).for_each(&mut remark);
    let deadline = Instant::now() + Duration::from_secs(20);
    let id = work.id.clone();
    let kept = move |project: &Project| journal::checkpoint_rows(&project.db, &id).unwrap();
    loop {
        // Whoever asks too often does not let it rest.
        std::thread::sleep(Duration::from_millis(300));
        let kept = handle.ask(kept.clone()).recv().unwrap();
        if kept == [80] {
            break;
        }
        assert!(Instant::now() < deadline, "{kept:?}");
    }
    (81..=150).for_each(&mut remark);
    handle.finish().unwrap();
    let project = Project::open(&home, Access::Write).unwrap();
    assert_eq!(kept(&project), [80, 150]);
    let again = project.open_work(&a, "1").unwrap();
    assert_eq!(again.document.content_hash(), document.content_hash());
    drop(folder);
}

#[test]
fn a_checkpoint_that_cannot_be_read_is_passed_over() {
    let scene = Scene::new(1);
    let (work, document) = remarks(&scene, 1..=150);
    let (db, seal) = (&scene.project.db, scene.project.seal);
    for (seq, body) in [(64, "{}"), (128, "")] {
        let kept = journal::checkpoint(db, seal, &work.id, seq).unwrap();
        let damaged = journal::Checkpoint {
            body: body.as_bytes().to_vec(),
            ..kept.unwrap()
        };
        journal::drop_checkpoint(db, &work.id, seq).unwrap();
        journal::put_checkpoint(db, seal, &work.id, &damaged).unwrap();
    }
    let scene = scene.reopen();
    let seen = scene.project.document_at(&scene.a, &work.id, 120).unwrap();
    assert_eq!(seen.findings().next().unwrap().comment, "120");
    let again = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(again.document.content_hash(), document.content_hash());
}
