//! The two-world test: what a reader can ask answers with the same bytes whatever the co-reader did.

use super::scene::{A, B, Scene, copy_folder};
use crate::{Access, Project};

/// An answer or a refusal with everything that it says.
fn told<T>(answer: crate::Result<T>) -> Result<T, (&'static str, String)> {
    answer.map_err(|error| (error.code(), error.to_string()))
}

/// Everything that B can ask, as text; two questions are A's in one world and nobody's in the other.
fn everything_b_sees(project: &Project, foreign_flags: &[String; 2]) -> String {
    let session = project.sign_in(B, None).unwrap();
    let mut text = String::new();
    let mut add = |what: &str, answer: String| {
        text.push_str(what);
        text.push('\n');
        text.push_str(&answer);
        text.push('\n');
    };
    add("cases", json(&project.cases(&session).unwrap()));
    add("worklist", format!("{:?}", project.worklist(&session)));
    add(
        "resumed",
        format!("{:?}", told(project.case_to_resume(&session))),
    );
    add("status", json(&project.status(Some(&session)).unwrap()));
    add("status of nobody", json(&project.status(None).unwrap()));
    add("people", json(&project.people().unwrap()));
    add("flags", json(&project.flags(&session).unwrap()));
    add("progress", json(&project.own_progress(&session).unwrap()));
    add("last case", json(&project.last_case(&session).unwrap()));
    add(
        "next case",
        json(&project.next_case(&session, None).unwrap()),
    );
    for flag in foreign_flags {
        let answers = [
            project.withdraw_flag(&session, flag),
            project.answer_flag(&session, flag, "x"),
        ];
        add("foreign flag", format!("{:?}", answers.map(told)));
    }
    for case in ["1", "2", "3", "99"] {
        let around = [
            project.place(&session, case).map(|place| json(&place)),
            project.own_effort(&session, case).map(|sums| json(&sums)),
        ];
        add("around", format!("{:?}", around.map(told)));
        let refusals = [
            project.compare(&session, case).map(|_| ()),
            project.readings(&session, case).map(|_| ()),
            project.consensus(&session, case).map(|_| ()),
            project.history(&session, case, Some(A)).map(|_| ()),
            project.reopen(&session, case, Some(A), "x").map(|_| ()),
            project.report_input(&session).map(|_| ()),
            project.submitted_works(&session, None).map(|_| ()),
            project.history(&session, case, None).map(|_| ()),
            project.series_files(&session, case).map(|_| ()),
        ];
        for answer in refusals {
            add(case, format!("{:?}", told(answer)));
        }
        if let Ok(history) = project.history(&session, case, Some(B)) {
            add("history", json(&history));
        }
        if let Ok(work) = project.open_work(&session, case) {
            let series: Vec<String> = work
                .series
                .iter()
                .map(|series| series.id.to_string())
                .collect();
            add(
                "work",
                format!("{} {} {} {series:?}", work.id, work.seq, work.revision),
            );
            add("content", format!("{:?}", work.document.content_hash()));
        }
    }
    text
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// Everything that is kept around a reading, of cases 2 and 3; one question is answered.
fn keep_around(scene: &Scene, reader: &crate::Session) {
    let project = &scene.project;
    let place = serde_json::json!({"slice": reader.name().len()});
    let span = crate::EffortSpan {
        active_ms: 1000 * reader.name().len() as u64,
        idle_ms: 5,
        edits: 2,
    };
    for case in ["2", "3"] {
        project.keep_place(reader, case, &place).unwrap();
        project.note_effort(reader, case, span).unwrap();
        let text = format!("{} asks", reader.name());
        project.raise_flag(reader, case, &text, None).unwrap();
    }
    project.hold(reader, "3", reader.name()).unwrap();
    let asked = project.flags(reader).unwrap();
    let id = asked[0].id.as_str();
    project.answer_flag(&scene.lead, id, "so it is").unwrap();
}

#[test]
fn nothing_a_reader_sees_depends_on_the_co_reader() {
    let scene = Scene::new(3);
    scene.read_case(&scene.b, "1", &[(10, 20)]);
    let work = scene.project.open_work(&scene.b, "2").unwrap();
    assert_eq!(work.seq, 0);
    keep_around(&scene, &scene.b);
    crate::database::write_back(&scene.project.db).unwrap();
    let copy = tempfile::tempdir().unwrap();
    let elsewhere = copy.path().join("プロジェクト");
    copy_folder(&scene.home(), &elsewhere);
    let quiet = Project::open(&elsewhere, Access::Write).unwrap();
    // In this world A reads two cases and submits one, which completes it.
    scene.read_case(&scene.a, "1", &[(11, 22), (40, 50)]);
    let busy = scene.project.open_work(&scene.a, "2").unwrap();
    let edit = super::scene::paint(
        &busy.document,
        &busy,
        "nodule",
        annotation_format::document::gesture::Onto::New,
        (5, 9),
    );
    scene.project.append(&scene.a, &busy.id, &edit).unwrap();
    scene.project.undo(&scene.a, "2", 1).unwrap();
    keep_around(&scene, &scene.a);
    let asked = scene.project.flags(&scene.a).unwrap();
    let foreign = [asked[0].id.to_string(), asked[1].id.to_string()];
    // The first look begins B's work on case 3 with a random id: take it from one world.
    let first = everything_b_sees(&scene.project, &foreign);
    let second = everything_b_sees(&quiet, &foreign);
    let strip = |text: &str, project: &Project| {
        let session = project.sign_in(B, None).unwrap();
        let id = project.open_work(&session, "3").unwrap().id;
        text.replace(id.as_str(), "work of case 3")
    };
    assert_eq!(strip(&first, &scene.project), strip(&second, &quiet));
    // And B's next looks are the same as well, when the work on case 3 has begun.
    let again = everything_b_sees(&scene.project, &foreign);
    let same = everything_b_sees(&quiet, &foreign);
    assert_eq!(strip(&again, &scene.project), strip(&same, &quiet));
    assert!(again.contains("\"state\": \"submitted\""));
    assert!(again.contains("so it is") && !again.contains(&format!("{A} asks")));
}

#[test]
fn the_lead_compares_only_when_every_assigned_reader_has_submitted() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let refused = |what: &str| {
        let error = project.compare(&scene.lead, "1").unwrap_err();
        assert_eq!(error.code(), "refused", "{what}");
        assert_eq!(error.class().exit_code(), 4);
        error.to_string()
    };
    let before = refused("nobody");
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    assert_eq!(refused("one of two"), before);
    scene.read_case(&scene.b, "1", &[(10, 20)]);
    let comparison = project.compare(&scene.lead, "1").unwrap();
    let text = serde_json::to_string(&comparison).unwrap();
    for person in project.people().unwrap() {
        assert!(!text.contains(&person.name) && !text.contains(person.id.as_str()));
    }
    project.reopen(&scene.lead, "1", Some(A), "again").unwrap();
    assert_eq!(refused("reopened"), before);
}
