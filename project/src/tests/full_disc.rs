use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use annotation_format::document::gesture::{self, Onto};
use annotation_format::{Document, Edit};

use super::scene::{Scene, code, paint};
use crate::{Access, PAUSE_AT, Project, Session, Storage, StorageEvent, StorageHandle, Work};

impl Project {
    /// Makes the disc full at the chosen number of pages; every new connection asks.
    pub(crate) fn limit_pages(&self) {
        let chosen = self.page_limit.load(Ordering::SeqCst);
        let limit = if chosen == 0 { 1_000_000 } else { chosen };
        let pragma = format!("PRAGMA max_page_count = {limit}");
        self.db.query_row(&pragma, [], |_| Ok(())).unwrap();
    }

    fn fill_disc(&self, full: bool) {
        let pages: u32 = self
            .db
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        self.page_limit
            .store(if full { pages } else { 0 }, Ordering::SeqCst);
        self.limit_pages();
    }
}

/// An edit that needs new room: a comment of different long text each time.
fn long_comment(document: &Document, number: usize) -> Edit {
    let finding = document.findings().next().unwrap().id.clone();
    let text: String = (0..9000_u32)
        .map(|at| char::from(b'a' + ((at * 7 + number as u32) % 26) as u8))
        .collect();
    gesture::comment(document, &finding, &text).unwrap()
}

fn with_one_finding(scene: &Scene) -> Work {
    let work = scene.project.open_work(&scene.a, "1").unwrap();
    let edit = paint(&work.document, &work, "nodule", Onto::New, (10, 20));
    scene.project.append(&scene.a, &work.id, &edit).unwrap();
    scene.project.open_work(&scene.a, "1").unwrap()
}

#[test]
fn a_command_on_a_full_disc_says_so_and_leaves_nothing_half() {
    let scene = Scene::new(1);
    let work = with_one_finding(&scene);
    scene.project.fill_disc(true);
    let mut refused = None;
    for number in 0..50 {
        let work = scene.project.open_work(&scene.a, "1").unwrap();
        let edit = long_comment(&work.document, number);
        if let Err(error) = scene.project.append(&scene.a, &work.id, &edit) {
            refused = Some((error.code(), work.seq));
            break;
        }
    }
    let (why, last) = refused.expect("the disc never became full");
    assert_eq!(why, "disc_full");
    assert!(scene.project.verify(true).unwrap().ok);
    let scene = scene.reopen();
    scene.project.fill_disc(false);
    let again = scene.project.open_work(&scene.a, "1").unwrap();
    assert_eq!(again.seq, last);
    scene
        .project
        .append(&scene.a, &work.id, &long_comment(&again.document, 99))
        .unwrap();
    assert!(scene.project.verify(true).unwrap().ok);
}

struct Window {
    handle: StorageHandle,
    session: Session,
    work: Work,
    document: Document,
}

impl Window {
    fn comment(&mut self, number: usize) {
        let edit = long_comment(&self.document, number);
        self.document.apply(&edit).unwrap();
        self.handle.append(&self.session, &self.work.id, edit);
    }

    /// Waits for an event that answers.
    fn wait_for<T>(&mut self, mut answer: impl FnMut(&StorageEvent) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self
                .handle
                .events()
                .recv_timeout(left)
                .expect("no answer in 20 s");
            if let Some(found) = answer(&event) {
                return found;
            }
        }
    }
}

#[test]
fn unsaved_edits_stay_in_memory_in_their_order_and_are_saved_once_there_is_room() {
    let scene = Scene::new(1);
    let work = with_one_finding(&scene);
    let Scene {
        folder, project, a, ..
    } = scene;
    let home = project.folder().to_owned();
    project.fill_disc(true);
    let handle = Storage::start(project, || ()).unwrap();
    let document = work.document.clone();
    let mut window = Window {
        handle,
        session: a.clone(),
        work,
        document,
    };
    let mut number = 0;
    while window.handle.unsaved() < PAUSE_AT + 2 {
        window.comment(number);
        number += 1;
        std::thread::sleep(Duration::from_millis(2));
        assert!(number < 500, "the disc never became full");
    }
    assert!(window.handle.must_pause());
    let why = window.wait_for(|event| match event {
        StorageEvent::NotSaved { why, .. } => Some(why.code()),
        _ => None,
    });
    assert_eq!(why, "disc_full");
    // An undo is answered although nothing can be written.
    let before_undo = window.document.clone();
    let seq_of_last = window.work.seq + number as i64;
    window.handle.undo(&a, &window.work.id.clone());
    let undone = window.wait_for(|event| match event {
        StorageEvent::TakenBack { edit, .. } => Some(edit.as_ref().clone()),
        _ => None,
    });
    window.document.apply(&undone).unwrap();
    // So is the way back to a row that is on disc, to one that is not, and what the work was after it.
    let seen = window.handle.document_at(&a, &window.work.id.clone(), 1);
    let first = seen.recv().unwrap().unwrap();
    for (row, expected) in [(1, &first), (seq_of_last, &before_undo)] {
        window.handle.go_to(&a, &window.work.id.clone(), row);
        let edit = window.wait_for(|event| match event {
            StorageEvent::TakenBack { edit, .. } => Some(edit.as_ref().clone()),
            _ => None,
        });
        window.document.apply(&edit).unwrap();
        assert_eq!(window.document.content_hash(), expected.content_hash());
    }
    // Room again, as soon as the database is opened anew.
    window
        .handle
        .ask(|project| project.page_limit.store(0, Ordering::SeqCst))
        .recv()
        .unwrap();
    let target = window.document.content_hash();
    let deadline = Instant::now() + Duration::from_secs(20);
    while window.handle.unsaved() > 0 {
        assert!(Instant::now() < deadline, "still unsaved");
        std::thread::sleep(Duration::from_millis(20));
    }
    window.handle.finish().unwrap();
    let project = Project::open(&home, Access::Write).unwrap();
    let again = project.open_work(&a, "1").unwrap();
    assert_eq!(again.document.content_hash(), target);
    assert!(project.verify(true).unwrap().ok);
    drop(folder);
}

#[test]
fn the_storage_thread_saves_rejects_and_takes_back() {
    let scene = Scene::new(1);
    let work = with_one_finding(&scene);
    let Scene {
        folder,
        project,
        a,
        b,
        ..
    } = scene;
    let handle = Storage::start(project, || ()).unwrap();
    let document = work.document.clone();
    let mut window = Window {
        handle,
        session: a.clone(),
        work,
        document,
    };
    window.comment(1);
    let seq = window.wait_for(|event| match event {
        StorageEvent::Saved { seq, .. } => Some(*seq),
        _ => None,
    });
    assert_eq!(seq, 2);
    assert_eq!(window.handle.unsaved(), 0);
    // Another reader's session, and an edit made for another state.
    let edit = long_comment(&window.document, 5);
    window.handle.append(&b, &window.work.id, edit.clone());
    let why = window.wait_for(|event| match event {
        StorageEvent::Rejected { why, .. } => Some(why.code()),
        _ => None,
    });
    assert_eq!(why, "refused");
    window.handle.append(&a, &window.work.id, edit.inverse());
    let why = window.wait_for(|event| match event {
        StorageEvent::Rejected { why, .. } => Some(why.code()),
        _ => None,
    });
    assert_eq!(why, "edit_does_not_fit");
    window.handle.undo(&a, &window.work.id);
    let (undone, can) = window.wait_for(|event| match event {
        StorageEvent::TakenBack {
            edit,
            can_undo_redo,
            ..
        } => Some((edit.as_ref().clone(), *can_undo_redo)),
        _ => None,
    });
    assert_eq!(can, (true, true));
    window.document.apply(&undone).unwrap();
    window.handle.redo(&a, &window.work.id);
    window.wait_for(|event| matches!(event, StorageEvent::TakenBack { .. }).then_some(()));
    let a_for_call = a.clone();
    let answer = window
        .handle
        .ask(move |project| code(project.submit(&a_for_call, "1")));
    assert_eq!(answer.recv().unwrap(), "incomplete");
    window.handle.finish().unwrap();
    drop(folder);
}
