//! Questions to the lead: who sees them, who answers, and that nobody else learns that they exist.

use serde_json::json;

use super::scene::{A, B, LEAD, Scene, code, person};
use crate::store::audit;
use crate::{AssignRequest, Flag, FlagAbout, Role, Session};

const NOWHERE: &str = "0190a0a0-0000-7000-8000-000000000000";

fn flags(scene: &Scene, session: &Session) -> Vec<Flag> {
    scene.project.flags(session).unwrap()
}

#[test]
fn a_question_reaches_the_lead_without_a_name_and_its_answer_reaches_who_asked_alone() {
    let scene = Scene::new(2);
    let project = &scene.project;
    let about = FlagAbout {
        finding: Some("f1".to_owned()),
        position: Some(json!({"plane": "axial", "index": 41})),
    };
    let id = project
        .raise_flag(&scene.a, "1", " 血管か結節か。 ", Some(&about))
        .unwrap();
    let seen = flags(&scene, &scene.lead);
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].text.as_str(), seen[0].number),
        ("血管か結節か。", 1)
    );
    assert_eq!(seen[0].about.as_ref(), Some(&about));
    assert!(["a", "b"].contains(&seen[0].reader.as_deref().unwrap()));
    let told = serde_json::to_string(&seen).unwrap();
    assert!(!told.contains(A) && !told.contains(scene.a.person().as_str()));
    project
        .answer_flag(&scene.lead, id.as_str(), "結節として。")
        .unwrap();
    let scene = scene.reopen();
    let own = flags(&scene, &scene.a);
    assert_eq!((own.len(), own[0].mine, &own[0].reader), (1, true, &None));
    assert_eq!(own[0].answers.len(), 1);
    assert_eq!(
        (
            own[0].answers[0].by.as_str(),
            own[0].answers[0].text.as_str()
        ),
        (LEAD, "結節として。")
    );
    assert_eq!(flags(&scene, &scene.b), []);
    assert_eq!(flags(&scene, &scene.lead)[0].answers, own[0].answers);
    assert!(scene.project.verify(true).unwrap().ok);
}

#[test]
fn the_letter_of_a_question_is_the_one_of_the_comparison() {
    let scene = Scene::new(4);
    for case in ["1", "2", "3", "4"] {
        scene
            .project
            .raise_flag(&scene.a, case, "question", None)
            .unwrap();
        // A finds two things and B one: the comparison's letters tell who is who.
        scene.read_case(&scene.a, case, &[(10, 20), (40, 50)]);
        scene.read_case(&scene.b, case, &[(10, 20)]);
    }
    for flag in flags(&scene, &scene.lead) {
        let readings = scene
            .project
            .readings(&scene.lead, flag.case.as_str())
            .unwrap();
        let two = readings
            .iter()
            .find(|reading| reading.document.findings().len() == 2);
        assert_eq!(flag.reader, Some(two.unwrap().letter.clone()));
    }
}

#[test]
fn a_question_that_was_taken_back_is_seen_by_who_asked_only_and_takes_no_answer() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let id = project
        .raise_flag(&scene.a, "1", "never mind", None)
        .unwrap();
    let id = id.as_str();
    for session in [&scene.b, &scene.lead] {
        for flag in [id, NOWHERE] {
            assert_eq!(code(project.withdraw_flag(session, flag)), "refused");
        }
    }
    project.withdraw_flag(&scene.a, id).unwrap();
    project.withdraw_flag(&scene.a, id).unwrap();
    assert!(flags(&scene, &scene.a)[0].withdrawn.is_some());
    assert_eq!(flags(&scene, &scene.lead), []);
    for flag in [id, NOWHERE] {
        let answered = project.answer_flag(&scene.lead, flag, "so");
        assert_eq!(code(answered), "no_such_flag");
    }
}

#[test]
fn a_lead_who_reads_the_case_learns_of_no_question_before_all_have_submitted() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project
        .add_person(&scene.lead, &person("both", &[Role::Reader, Role::Lead]))
        .unwrap();
    let request = AssignRequest {
        readers: vec!["both".to_owned(), A.to_owned(), B.to_owned()],
        ..AssignRequest::default()
    };
    project.assign(&scene.lead, &request).unwrap();
    let both = project.sign_in("both", None).unwrap();
    let id = project
        .raise_flag(&scene.a, "1", "two nodules?", None)
        .unwrap();
    project
        .raise_flag(&both, "1", "own question", None)
        .unwrap();
    let hidden = |when: &str| {
        let seen = flags(&scene, &both);
        assert!(seen.iter().all(|flag| flag.mine), "{when}");
        let same = [id.as_str(), NOWHERE].map(|flag| {
            let answered = project.answer_flag(&both, flag, "yes");
            answered.unwrap_err().to_string().replace(flag, "")
        });
        assert_eq!(same[0], same[1], "{when}");
    };
    hidden("nobody has submitted");
    scene.read_case(&both, "1", &[(10, 20)]);
    hidden("own submission");
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    hidden("one is missing");
    scene.read_case(&scene.b, "1", &[(10, 20)]);
    assert_eq!(flags(&scene, &both).len(), 2);
    project.answer_flag(&both, id.as_str(), "yes").unwrap();
    // The lead who does not read it has seen both all the time.
    assert_eq!(flags(&scene, &scene.lead).len(), 2);
}

#[test]
fn questions_can_be_asked_of_submitted_cases_and_of_own_ones_only() {
    let scene = Scene::new(1);
    let project = &scene.project;
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    project
        .raise_flag(&scene.a, "1", "please reopen it", None)
        .unwrap();
    for case in ["1", "99"] {
        let asked = project.raise_flag(&scene.lead, case, "", None);
        assert_eq!(code(asked), "refused");
    }
    let empty = project.raise_flag(&scene.a, "1", " ", None);
    assert_eq!(code(empty), "reason_required");
    let long = "x".repeat(crate::TEXT_LIMIT + 1);
    assert_eq!(
        code(project.raise_flag(&scene.a, "1", &long, None)),
        "too_long"
    );
}

#[test]
fn question_and_answer_are_rows_that_the_chain_covers_without_their_texts() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let id = project
        .raise_flag(&scene.a, "1", "secret words", None)
        .unwrap();
    project
        .answer_flag(&scene.lead, id.as_str(), "secret answer")
        .unwrap();
    project.withdraw_flag(&scene.a, id.as_str()).unwrap();
    let events = audit::events(&project.db).unwrap();
    let kinds: Vec<&str> = events
        .iter()
        .filter(|event| event.body.contains("\"table\":\"note\""))
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert!(events.iter().all(|event| !event.body.contains("secret")));
    // Changed behind the program's back: found.
    project
        .db
        .execute_batch(
            "DROP TRIGGER note_no_update; UPDATE note SET text = CAST('other' AS BLOB) WHERE kind = 'answer';",
        )
        .unwrap();
    let faults = project.verify(false).unwrap().faults;
    assert!(faults.iter().any(|fault| fault.code == "row"), "{faults:?}");
}
