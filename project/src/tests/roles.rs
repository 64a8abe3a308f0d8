//! Role × act: what a role may not do is refused with one code, whether or not the thing exists.

use std::collections::BTreeSet;

use annotation_format::Protocol;
use annotation_format::document::gesture;

use super::scene::{Scene, code, new_case, person};
use crate::{Act, AssignRequest, NewDecision, Project, Role, Session, Take, WorkId};

fn decision(finding: &str) -> NewDecision {
    NewDecision {
        finding: finding.to_owned(),
        take: Take::Reader(0),
        mask: None,
        reason: "reason".to_owned(),
    }
}

/// Tries an act on a case; gives the code.
fn attempt(scene: &Scene, session: &Session, act: Act, case: &str) -> &'static str {
    let project = &scene.project;
    match act {
        Act::Import => code(project.import_case(session, new_case(scene.folder.path(), 90))),
        Act::Exclude => code(project.set_excluded(session, case, true, "blurred")),
        Act::SetProtocol => code(project.set_protocol(session, Protocol::builtin())),
        Act::Assign => {
            let request = AssignRequest {
                readers: vec!["nobody".to_owned()],
                cases: Some(vec![case.to_owned()]),
                ..AssignRequest::default()
            };
            code(project.assign(session, &request))
        }
        Act::Reopen => code(project.reopen(session, case, None, "reason")),
        Act::ManagePeople => code(project.disable_person(session, "nobody")),
        Act::Read => code(project.submit(session, case)),
        Act::Look => code(project.cases(session)),
        Act::Compare => code(project.compare(session, case)),
        Act::Adjudicate => code(project.adjudicate(session, case, &decision("f0"))),
        Act::Export => code(project.consensus(session, case)),
        Act::SeeFlags => code(project.flags(session)),
        Act::AnswerFlag => code(project.answer_flag(session, case, "answer")),
        Act::Backup => {
            let place = scene.folder.path().join("backups");
            code(project.make_backup(session, &place, &|_, _| ()))
        }
    }
}

#[test]
fn every_act_is_refused_without_a_role_for_it_and_looked_at_with_one() {
    for act in Act::ALL {
        let scene = Scene::new(2);
        scene.read_case(&scene.a, "1", &[(10, 20)]);
        scene.read_case(&scene.b, "1", &[(10, 20)]);
        let mut roles: Vec<BTreeSet<Role>> = vec![BTreeSet::new()];
        for role in Role::ALL {
            roles.extend(roles.clone().into_iter().map(|mut held| {
                held.insert(role);
                held
            }));
        }
        for (number, held) in roles
            .into_iter()
            .filter(|held| !held.is_empty())
            .enumerate()
        {
            let name = format!("person {number}");
            let roles: Vec<Role> = held.iter().copied().collect();
            scene
                .project
                .add_person(&scene.lead, &person(&name, &roles))
                .unwrap();
            let session = scene.project.sign_in(&name, None).unwrap();
            let may = act.roles().iter().any(|role| held.contains(role));
            assert_eq!(scene.project.may(&session, act), may);
            for case in ["1", "2", "no such case"] {
                let answer = attempt(&scene, &session, act, case);
                if may {
                    // A reader without an assignment is refused at every case, lead and admin at
                    // those whose readers have not all submitted.
                    let blind = act == Act::Read
                        || (case == "2"
                            && matches!(act, Act::Compare | Act::Adjudicate | Act::Export));
                    assert_eq!(
                        answer == "refused",
                        blind,
                        "{act:?} {held:?} {case}: {answer}"
                    );
                } else {
                    assert_eq!(answer, "refused", "{act:?} {held:?} {case}");
                }
            }
        }
        assert!(scene.project.verify(true).unwrap().ok);
    }
}

/// Tries everything that is kept around a reading, on a case; gives the codes by name.
fn around_a_reading(
    project: &Project,
    session: &Session,
    case: &str,
) -> Vec<(&'static str, &'static str)> {
    let place = serde_json::json!({});
    let span = crate::EffortSpan {
        active_ms: 1,
        ..crate::EffortSpan::default()
    };
    vec![
        (
            "keep_place",
            code(project.keep_place(session, case, &place)),
        ),
        ("place", code(project.place(session, case))),
        (
            "note_effort",
            code(project.note_effort(session, case, span)),
        ),
        ("own_effort", code(project.own_effort(session, case))),
        ("hold", code(project.hold(session, case, "note"))),
        ("release_hold", code(project.release_hold(session, case))),
        (
            "raise_flag",
            code(project.raise_flag(session, case, "?", None)),
        ),
        ("withdraw_flag", code(project.withdraw_flag(session, case))),
    ]
}

#[test]
fn what_is_kept_around_a_reading_is_open_to_its_reader_alone() {
    let scene = Scene::new(1);
    let project = &scene.project;
    for (name, roles) in [
        ("another reader", &[Role::Reader][..]),
        ("everything", &Role::ALL[..]),
        ("admin", &[Role::Admin][..]),
    ] {
        project
            .add_person(&scene.lead, &person(name, roles))
            .unwrap();
        let session = project.sign_in(name, None).unwrap();
        for case in ["1", "77"] {
            for (operation, answer) in around_a_reading(project, &session, case) {
                assert_eq!(answer, "refused", "{name} {operation} {case}");
            }
        }
        let may = roles.contains(&Role::Reader);
        let own = [
            code(project.last_case(&session)),
            code(project.own_progress(&session)),
            code(project.next_case(&session, None)),
        ];
        assert_eq!(own, [if may { "ok" } else { "refused" }; 3], "{name}");
    }
    for (operation, answer) in around_a_reading(project, &scene.a, "1") {
        let expected = if operation == "withdraw_flag" {
            "refused" // a case is no question
        } else {
            "ok"
        };
        assert_eq!(answer, expected, "{operation}");
    }
    // Locked: what would change the reading's own figures is refused, the rest is not.
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    for (operation, answer) in around_a_reading(project, &scene.a, "1") {
        let locked = ["note_effort", "hold", "release_hold", "withdraw_flag"];
        let expected = if locked.contains(&operation) {
            "refused"
        } else {
            "ok"
        };
        assert_eq!(answer, expected, "{operation} when submitted");
    }
}

#[test]
fn works_of_others_and_works_that_are_not_there_are_refused_alike() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let work = project.open_work(&scene.a, "1").unwrap();
    let edit = gesture::no_finding(&work.document, true).unwrap();
    let nowhere = WorkId::from_text("0190a0a0-0000-7000-8000-000000000000");
    for session in [&scene.b, &scene.lead] {
        for id in [&work.id, &nowhere] {
            assert_eq!(code(project.append(session, id, &edit)), "refused");
        }
        for case in ["1", "77"] {
            for reader in [super::scene::A, "nobody"] {
                assert_eq!(
                    code(project.history(&scene.b, case, Some(reader))),
                    "refused"
                );
            }
        }
    }
    assert_eq!(code(project.open_work(&scene.lead, "1")), "refused");
    assert_eq!(code(project.undo(&scene.lead, "1", 1)), "refused");
    assert_eq!(
        code(project.history(&scene.lead, "1", Some(super::scene::A))),
        "refused"
    );
    assert_eq!(code(project.report_input(&scene.lead)), "refused");
    assert_eq!(code(project.submitted_works(&scene.lead, None)), "refused");
    assert_eq!(code(project.readings(&scene.lead, "1")), "refused");
    project.append(&scene.a, &work.id, &edit).unwrap();
}

#[test]
fn a_submitted_work_is_locked_for_everybody_until_a_lead_reopens_it() {
    let scene = Scene::new(1);
    let project = &scene.project;
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let work = project.open_work(&scene.a, "1").unwrap();
    assert_eq!(work.stage, crate::AssignmentStage::Submitted);
    let edit = super::scene::paint(
        &work.document,
        &work,
        "nodule",
        gesture::Onto::New,
        (40, 44),
    );
    assert_eq!(code(project.append(&scene.a, &work.id, &edit)), "refused");
    assert_eq!(code(project.undo(&scene.a, "1", 1)), "refused");
    assert_eq!(code(project.submit(&scene.a, "1")), "refused");
    assert_eq!(code(project.reopen(&scene.a, "1", None, "me")), "refused");
    assert_eq!(
        code(project.reopen(&scene.lead, "1", None, " ")),
        "reason_required"
    );
    assert_eq!(
        code(project.reopen(&scene.lead, "1", Some(super::scene::B), "x")),
        "not_submitted"
    );
    project
        .reopen(&scene.lead, "1", None, "one was missed")
        .unwrap();
    let again = project.open_work(&scene.a, "1").unwrap();
    assert_eq!(
        (again.revision, again.stage),
        (2, crate::AssignmentStage::InProgress)
    );
    assert_eq!(again.reopened.as_deref(), Some("one was missed"));
    assert_eq!(again.document.content_hash(), work.document.content_hash());
    // The locked revision stays as it is; only the new one takes edits.
    assert_eq!(code(project.append(&scene.a, &work.id, &edit)), "refused");
    project.append(&scene.a, &again.id, &edit).unwrap();
    assert!(project.verify(true).unwrap().ok);
}

#[test]
fn who_read_a_case_does_not_adjudicate_it() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project
        .add_person(&scene.lead, &person("both", &[Role::Reader, Role::Lead]))
        .unwrap();
    let both = project.sign_in("both", None).unwrap();
    let request = AssignRequest {
        readers: vec![
            "both".to_owned(),
            super::scene::A.to_owned(),
            super::scene::B.to_owned(),
        ],
        ..AssignRequest::default()
    };
    project.assign(&scene.lead, &request).unwrap();
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(10, 20), (40, 50)]);
    // Own submission is missing: not even the lead's role shows the others.
    assert_eq!(code(project.compare(&both, "1")), "refused");
    scene.read_case(&both, "1", &[(10, 20)]);
    let comparison = project.compare(&both, "1").unwrap();
    let row = &comparison.to_decide[0];
    assert_eq!(
        code(project.adjudicate(&both, "1", &decision(row))),
        "refused"
    );
    assert_eq!(
        code(project.adjudicate(&both, "1", &decision("f0"))),
        "refused"
    );
    assert_eq!(
        code(project.adjudicate(&scene.lead, "1", &decision("f0"))),
        "no_such_finding"
    );
    project
        .adjudicate(&scene.lead, "1", &decision(row))
        .unwrap();
}

#[test]
fn a_session_of_one_project_is_refused_by_another() {
    let one = Scene::new(1);
    let other = Scene::new(1);
    assert_eq!(code(other.project.cases(&one.lead)), "refused");
    assert!(!other.project.may(&one.lead, Act::Look));
}

#[test]
fn refusals_are_written_into_the_chain_without_naming_anything() {
    let scene = Scene::new(1);
    assert_eq!(
        code(scene.project.compare(&scene.b, "secret name")),
        "refused"
    );
    let events = crate::store::audit::events(&scene.project.db).unwrap();
    let refused: Vec<&str> = events
        .iter()
        .filter(|event| event.kind == "refused")
        .map(|event| event.body.as_str())
        .collect();
    assert_eq!(refused, [r#"{"act":"compare"}"#]);
    let _: &Project = &scene.project;
}
