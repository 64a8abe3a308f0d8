//! Where a reader was in a case: kept per reader and case, over restarts, and outside the audit chain.

use serde_json::json;

use super::scene::{LEAD, Scene, code};
use crate::store::audit;
use crate::{Access, PLACE_LIMIT, Project};

#[test]
fn a_case_is_found_again_as_it_was_left_after_a_restart_and_by_its_reader_alone() {
    let scene = Scene::new(2);
    let (left, right) = (json!({"slice": 41, "zoom": 2.5}), json!({"slice": 7}));
    assert_eq!(scene.project.place(&scene.a, "1").unwrap(), None);
    scene
        .project
        .keep_place(&scene.a, "1", &json!({"slice": 1}))
        .unwrap();
    scene.project.keep_place(&scene.a, "1", &left).unwrap();
    scene.project.keep_place(&scene.b, "1", &right).unwrap();
    let scene = scene.reopen();
    let place = |session, case| scene.project.place(session, case).unwrap();
    assert_eq!(place(&scene.a, "1"), Some(left));
    assert_eq!(place(&scene.b, "1"), Some(right));
    assert_eq!(place(&scene.a, "2"), None);
    assert!(scene.project.verify(true).unwrap().ok);
}

#[test]
fn the_last_case_is_the_one_whose_place_was_kept_last_unless_a_lead_took_it_out() {
    let scene = Scene::new(3);
    let project = &scene.project;
    assert_eq!(project.last_case(&scene.a).unwrap(), None);
    for case in ["2", "1", "3", "1"] {
        project
            .keep_place(&scene.a, case, &json!({"case": case}))
            .unwrap();
    }
    project.keep_place(&scene.b, "2", &json!({})).unwrap();
    let scene = scene.reopen();
    let project = &scene.project;
    let id = |number: usize| Some(scene.cases[number - 1].id.clone());
    assert_eq!(project.last_case(&scene.a).unwrap(), id(1));
    assert_eq!(project.last_case(&scene.b).unwrap(), id(2));
    project
        .set_excluded(&scene.lead, "1", true, "blurred")
        .unwrap();
    assert_eq!(project.last_case(&scene.a).unwrap(), id(3));
}

#[test]
fn a_place_above_the_limit_is_refused_and_the_one_before_stays() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let text = |bytes: usize| json!("x".repeat(bytes - 2));
    project
        .keep_place(&scene.a, "1", &text(PLACE_LIMIT))
        .unwrap();
    let above = project.keep_place(&scene.a, "1", &text(PLACE_LIMIT + 1));
    assert_eq!(code(above), "too_long");
    let kept = project.place(&scene.a, "1").unwrap().unwrap();
    assert_eq!(kept.as_str().map(str::len), Some(PLACE_LIMIT - 2));
}

#[test]
fn keeping_a_place_leaves_no_event_and_a_project_open_for_reading_keeps_none() {
    let scene = Scene::new(1);
    let events = || audit::events(&scene.project.db).unwrap().len();
    let before = events();
    scene
        .project
        .keep_place(&scene.a, "1", &json!({"slice": 3}))
        .unwrap();
    assert_eq!(events(), before);
    let reader = Project::open(&scene.home(), Access::ReadOnly).unwrap();
    let kept = reader.keep_place(&scene.a, "1", &json!({}));
    assert_eq!(code(kept), "read_only");
    assert_eq!(
        reader.place(&scene.a, "1").unwrap(),
        Some(json!({"slice": 3}))
    );
    assert!(reader.sign_in(LEAD, None).is_ok());
}
