//! On hold: beside the state, with a note, passed over by the next case, and seen by the lead.

use super::scene::{A, B, Scene, code, person};
use crate::{AssignRequest, CaseId, CaseRow, Project, Role, Session};

fn row(project: &Project, session: &Session, number: u32) -> CaseRow {
    let rows = project.cases(session).unwrap();
    rows.into_iter().find(|row| row.number == number).unwrap()
}

/// Note of a reader's hold as somebody else's worklist shows it.
fn told(project: &Project, session: &Session, number: u32, name: &str) -> Option<String> {
    let readers = row(project, session, number).readers;
    let reader = readers.into_iter().find(|reader| reader.name == name);
    reader.unwrap().hold
}

#[test]
fn a_held_case_keeps_its_state_shows_its_note_and_is_released() {
    let scene = Scene::new(2);
    let project = &scene.project;
    project
        .hold(&scene.a, "1", " waits for the prior ")
        .unwrap();
    let held = row(project, &scene.a, 1);
    assert_eq!(
        (held.state.as_str(), held.hold.as_deref()),
        ("assigned", Some("waits for the prior"))
    );
    // Opening it does not end the hold, nor does a restart.
    project.open_work(&scene.a, "1").unwrap();
    let scene = scene.reopen();
    let project = &scene.project;
    let held = row(project, &scene.a, 1);
    assert_eq!(held.state, "in_progress");
    assert!(held.hold.is_some());
    project.hold(&scene.a, "1", "ask about the series").unwrap();
    assert_eq!(
        told(project, &scene.lead, 1, A).as_deref(),
        Some("ask about the series")
    );
    assert_eq!(row(project, &scene.b, 1).hold, None);
    project.release_hold(&scene.a, "1").unwrap();
    project.release_hold(&scene.a, "1").unwrap();
    assert_eq!(row(project, &scene.a, 1).hold, None);
    assert_eq!(told(project, &scene.lead, 1, A), None);
    assert!(project.verify(true).unwrap().ok);
}

#[test]
fn submitting_ends_a_hold_and_a_reopened_case_is_not_on_hold() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project.hold(&scene.a, "1", "later").unwrap();
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    assert_eq!(row(project, &scene.a, 1).hold, None);
    assert_eq!(code(project.hold(&scene.a, "1", "later")), "refused");
    assert_eq!(code(project.release_hold(&scene.a, "1")), "refused");
    project.reopen(&scene.lead, "1", None, "missed").unwrap();
    assert_eq!(row(project, &scene.a, 1).hold, None);
    project.hold(&scene.a, "1", "once more").unwrap();
    assert_eq!(row(project, &scene.a, 1).hold.as_deref(), Some("once more"));
}

#[test]
fn a_hold_needs_a_note_of_bounded_length_on_a_case_that_is_there() {
    let scene = Scene::new(1);
    let project = &scene.project;
    assert_eq!(code(project.hold(&scene.a, "1", " ")), "reason_required");
    let long = "あ".repeat(crate::TEXT_LIMIT + 1);
    assert_eq!(code(project.hold(&scene.a, "1", &long)), "too_long");
    assert_eq!(code(project.hold(&scene.a, "9", " ")), "refused");
    project
        .set_excluded(&scene.lead, "1", true, "blurred")
        .unwrap();
    assert_eq!(code(project.hold(&scene.a, "1", "x")), "case_excluded");
}

#[test]
fn the_next_case_is_one_begun_then_one_reopened_then_a_new_one_and_never_one_on_hold() {
    let scene = Scene::new(5);
    let project = &scene.project;
    let next = |after: Option<&CaseId>| project.next_case(&scene.a, after).unwrap();
    let order: Vec<CaseRow> = project.my_cases(&scene.a).unwrap();
    let [first, second, third, fourth, fifth] = &order[..] else {
        panic!("{order:?}");
    };
    let number = |row: &CaseRow| row.number.to_string();
    assert_eq!(next(None).as_ref(), Some(&first.id));
    assert_eq!(next(Some(&first.id)).as_ref(), Some(&second.id));
    project.hold(&scene.a, &number(first), "later").unwrap();
    assert_eq!(next(None).as_ref(), Some(&second.id));
    scene.read_case(&scene.a, &number(fourth), &[(10, 20)]);
    project
        .reopen(&scene.lead, &number(fourth), None, "missed")
        .unwrap();
    assert_eq!(next(None).as_ref(), Some(&fourth.id));
    project.open_work(&scene.a, &number(fifth)).unwrap();
    assert_eq!(next(None).as_ref(), Some(&fifth.id));
    project.hold(&scene.a, &number(fifth), "later").unwrap();
    project
        .set_excluded(&scene.lead, &number(second), true, "blurred")
        .unwrap();
    for row in [third, fourth] {
        let is_fourth = row.number == fourth.number;
        let blocks: &[(i64, i64)] = if is_fourth { &[] } else { &[(10, 20)] };
        if is_fourth {
            project.submit(&scene.a, &number(row)).unwrap();
        } else {
            scene.read_case(&scene.a, &number(row), blocks);
        }
    }
    assert_eq!(next(None), None);
    project.release_hold(&scene.a, &number(first)).unwrap();
    assert_eq!(next(None).as_ref(), Some(&first.id));
}

#[test]
fn a_note_is_hidden_from_an_admin_and_from_a_lead_who_reads_the_case_until_all_have_submitted() {
    let scene = Scene::new(1);
    let project = &scene.project;
    for (name, roles) in [
        ("both", &[Role::Reader, Role::Lead][..]),
        ("admin", &[Role::Admin][..]),
    ] {
        project
            .add_person(&scene.lead, &person(name, roles))
            .unwrap();
    }
    let request = AssignRequest {
        readers: vec!["both".to_owned(), A.to_owned(), B.to_owned()],
        ..AssignRequest::default()
    };
    project.assign(&scene.lead, &request).unwrap();
    project.hold(&scene.a, "1", "two nodules?").unwrap();
    let both = project.sign_in("both", None).unwrap();
    let admin = project.sign_in("admin", None).unwrap();
    assert_eq!(told(project, &both, 1, A), None);
    assert_eq!(told(project, &admin, 1, A), None);
    scene.read_case(&both, "1", &[(10, 20)]);
    assert_eq!(told(project, &both, 1, A), None);
    assert!(told(project, &scene.lead, 1, A).is_some());
}
