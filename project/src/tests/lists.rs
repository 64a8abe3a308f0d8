//! Lists of cases and of rows: short and long forms say the same, and what a row is about is its reader's alone.

use annotation_format::Touched;

use super::scene::{A, Scene, code};
use crate::{CaseLine, CaseRow, EffortSpan, Project, Role, Session};

/// The line of a row.
fn counted(row: CaseRow) -> CaseLine {
    CaseRow {
        series: row.series.len(),
        id: row.id,
        number: row.number,
        state: row.state,
        excluded: row.excluded,
        revision: row.revision,
        mine: row.mine,
        hold: row.hold,
        readers: row.readers,
        group: row.group,
        meta: row.meta,
    }
}

fn lines(rows: Vec<CaseRow>) -> Vec<CaseLine> {
    rows.into_iter().map(counted).collect()
}

/// The list against the rows that a person may ask for one by one.
fn assert_alike(project: &Project, session: &Session) {
    let list = project.worklist(session).unwrap();
    let own = project.my_cases(session).ok().map(lines);
    assert_eq!(list.own, own);
    let roles = session.roles();
    if roles.contains(&Role::Lead) || roles.contains(&Role::Admin) {
        assert_eq!(list.all, Some(lines(project.cases(session).unwrap())));
    } else {
        assert_eq!(list.all, None);
        assert_eq!(list.own, Some(lines(project.cases(session).unwrap())));
    }
}

#[test]
fn the_worklist_says_of_every_case_what_its_row_says_with_its_series_counted() {
    let scene = Scene::new(4);
    let project = &scene.project;
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[]);
    project.open_work(&scene.a, "2").unwrap();
    let place = serde_json::json!({"slice": 3});
    for case in ["1", "2", "3"] {
        // submitted, begun, and not begun
        let _ = project.keep_place(&scene.a, case, &place);
    }
    let span = EffortSpan {
        active_ms: 1500,
        ..EffortSpan::default()
    };
    project.note_effort(&scene.a, "2", span).unwrap();
    project.hold(&scene.a, "3", "later").unwrap();
    project
        .set_excluded(&scene.lead, "4", true, "blurred")
        .unwrap();
    for session in [&scene.a, &scene.b, &scene.lead] {
        assert_alike(project, session);
    }
    let list = project.worklist(&scene.a).unwrap();
    let begun = scene.cases[1].id.clone();
    assert_eq!(list.active_ms, [(begun.clone(), 1500)].into());
    assert_eq!(list.places, [(begun, place)].into());
    let own = list.own.unwrap();
    assert!(own.iter().all(|line| line.series == 1));
    for session in [&scene.b, &scene.lead] {
        let list = project.worklist(session).unwrap();
        assert!(list.active_ms.is_empty() && list.places.is_empty());
    }
}

#[test]
fn a_case_is_resumed_while_there_is_something_to_go_on_with() {
    let scene = Scene::new(2);
    let project = &scene.project;
    let resumed = || project.case_to_resume(&scene.a).unwrap();
    let place = serde_json::json!({"slice": 3});
    project.keep_place(&scene.a, "1", &place).unwrap();
    assert_eq!(resumed(), None, "it was never opened");
    project.open_work(&scene.a, "1").unwrap();
    assert_eq!(resumed(), Some(scene.cases[0].id.clone()));
    project.hold(&scene.a, "1", "later").unwrap();
    assert_eq!(resumed(), None, "on hold");
    project.release_hold(&scene.a, "1").unwrap();
    assert_eq!(project.case_to_resume(&scene.b).unwrap(), None);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    assert_eq!(resumed(), None, "submitted");
    assert_eq!(code(project.case_to_resume(&scene.lead)), "refused");
}

#[test]
fn a_row_tells_its_finding_and_how_its_voxels_became_more_or_fewer() {
    let scene = Scene::new(1);
    let project = &scene.project;
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let rows: Vec<(i64, i64)> = (project.history(&scene.a, "1", None).unwrap().iter())
        .map(|row| (row.revision, row.seq))
        .collect();
    let work = project.open_work(&scene.a, "1").unwrap();
    let finding = work.document.findings().next().unwrap();
    let voxels = finding.mask.as_ref().unwrap().count();
    let told = project.gists(&scene.a, "1", &rows).unwrap();
    assert_eq!(told.len(), rows.len());
    let first = &told[0].gist;
    let painted = Touched {
        id: finding.id.clone(),
        voxels: i64::try_from(voxels).ok(),
    };
    assert_eq!(first.findings, std::slice::from_ref(&painted));
    assert_eq!(first.heads, [finding.head()]);
    let mut answers = told[1..].iter().flat_map(|row| &row.gist.findings);
    assert!(answers.all(|touched| touched.voxels.is_none()));
    // Taken back, it says the same the other way round.
    project.reopen(&scene.lead, "1", None, "missed").unwrap();
    let again = project.open_work(&scene.a, "1").unwrap();
    let id = again.document.findings().next().unwrap().id.clone();
    let edit = annotation_format::document::gesture::delete(&again.document, &id).unwrap();
    project.append(&scene.a, &again.id, &edit).unwrap();
    let gone = project.gists(&scene.a, "1", &[(2, 1)]).unwrap();
    let taken = Touched {
        voxels: painted.voxels.map(|voxels| -voxels),
        ..painted
    };
    assert_eq!(gone[0].gist.findings, [taken]);
    assert_eq!(gone[0].gist.heads, first.heads);
}

#[test]
fn rows_of_others_are_refused_and_rows_that_are_not_there_left_out() {
    let scene = Scene::new(1);
    let project = &scene.project;
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let nowhere = [
        (1, 0),
        (1, -1),
        (1, i64::MAX),
        (0, 1),
        (2, 1),
        (i64::MIN, 1),
    ];
    assert!(project.gists(&scene.a, "1", &nowhere).unwrap().is_empty());
    assert_eq!(code(project.gists(&scene.lead, "1", &[(1, 1)])), "refused");
    assert_eq!(code(project.gists(&scene.a, A, &[(1, 1)])), "refused");
    let of_b = project.gists(&scene.b, "1", &[(1, 1)]).unwrap();
    assert!(of_b.is_empty(), "the other reader's rows were told");
}
