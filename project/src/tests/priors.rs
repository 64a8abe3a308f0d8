//! Earlier studies: which ones a reader may look at, and that looking leaves a trace.

use super::scene::{A, Scene, lung_protocol, new_case, new_project, person};
use crate::store::audit;
use crate::{
    AssignRequest, CaseId, ErrorClass, NewCase, PatientIdentity, Preset, Project, Role, Session,
};

/// Studies of one patient by their dates, and one of somebody else on the first day.
fn project_of(dates: &[&str], shows_priors: bool) -> (tempfile::TempDir, Project, Vec<CaseId>) {
    let folder = tempfile::tempdir().unwrap();
    let mut protocol = lung_protocol();
    protocol.display.priors = shows_priors;
    let home = folder.path().join("project");
    let project = Project::create(&home, &new_project(protocol, Preset::Demo)).unwrap();
    let lead = project.sign_in(super::scene::LEAD, None).unwrap();
    project
        .add_person(&lead, &person(A, &[Role::Reader]))
        .unwrap();
    let study = |number: usize, patient: &str, date: &str| NewCase {
        patient: PatientIdentity {
            id: patient.to_owned(),
            sex: None,
        },
        meta: serde_json::json!({"study_date": date}),
        ..new_case(folder.path(), number)
    };
    let mut cases = Vec::new();
    for (number, date) in dates.iter().enumerate() {
        let case = study(number + 1, "P", date);
        cases.push(project.import_case(&lead, case).unwrap().id);
    }
    let stranger = study(dates.len() + 1, "Q", dates[0]);
    project.import_case(&lead, stranger).unwrap();
    let request = AssignRequest {
        readers: vec![A.to_owned()],
        seed: Some(1),
        ..AssignRequest::default()
    };
    project.assign(&lead, &request).unwrap();
    (folder, project, cases)
}

fn reader(project: &Project) -> Session {
    project.sign_in(A, None).unwrap()
}

/// The priors of a case that has been opened.
fn priors(project: &Project, case: &CaseId) -> Vec<CaseId> {
    let a = reader(project);
    project.open_work(&a, case.as_str()).unwrap();
    let priors = project.priors(&a, case.as_str()).unwrap();
    priors.into_iter().map(|prior| prior.case).collect()
}

#[test]
fn earlier_studies_of_the_patient_come_latest_first_whatever_the_order_of_import() {
    let dates = ["20250301", "20261005", "2024.11.30", "20260101"];
    let (_folder, project, cases) = project_of(&dates, true);
    let [second, fourth, first, third] = [&cases[0], &cases[1], &cases[2], &cases[3]];
    assert_eq!(
        priors(&project, fourth),
        [third.clone(), second.clone(), first.clone()]
    );
    assert_eq!(priors(&project, second), std::slice::from_ref(first));
    assert_eq!(priors(&project, first), []);
    let told = project.priors(&reader(&project), fourth.as_str()).unwrap();
    let days: Vec<i32> = told.iter().map(|prior| prior.days_before).collect();
    assert_eq!(days, [277, 583, 674]);
}

#[test]
fn studies_of_the_same_day_or_without_a_date_are_no_priors() {
    let (_folder, project, cases) = project_of(&["20250301", "20250301", ""], true);
    for case in &cases {
        assert_eq!(priors(&project, case), []);
    }
}

#[test]
fn a_protocol_that_does_not_show_priors_shows_none() {
    let (_folder, project, cases) = project_of(&["20250301", "20260301"], false);
    assert_eq!(priors(&project, &cases[1]), []);
    let a = reader(&project);
    let refused = project.open_prior(&a, cases[1].as_str(), &cases[0]);
    assert_eq!(refused.unwrap_err().class(), ErrorClass::Refused);
}

#[test]
fn an_excluded_study_is_no_prior() {
    let (_folder, project, cases) = project_of(&["20250301", "20260301"], true);
    let lead = project.sign_in(super::scene::LEAD, None).unwrap();
    project
        .set_excluded(&lead, cases[0].as_str(), true, "consent withdrawn")
        .unwrap();
    assert_eq!(priors(&project, &cases[1]), []);
}

#[test]
fn opening_a_prior_gives_its_images_and_is_written_into_the_audit_chain() {
    let (_folder, project, cases) = project_of(&["20250301", "20260301"], true);
    let a = reader(&project);
    let (prior, case) = (&cases[0], &cases[1]);
    project.open_work(&a, case.as_str()).unwrap();
    let files = project.open_prior(&a, case.as_str(), prior).unwrap();
    assert_eq!(files.len(), 1);
    assert!(files[0].files[0].path.is_file());
    let events = audit::events(&project.db).unwrap();
    let opened: Vec<&str> = events
        .iter()
        .filter(|event| event.kind == "open_prior")
        .map(|event| event.body.as_str())
        .collect();
    assert_eq!(opened.len(), 1);
    assert!(opened[0].contains(prior.as_str()) && opened[0].contains(case.as_str()));
    assert!(project.verify(false).unwrap().ok);
}

#[test]
fn a_study_that_is_no_prior_cannot_be_opened_as_one() {
    let (_folder, project, cases) = project_of(&["20250301", "20260301"], true);
    let a = reader(&project);
    for case in &cases {
        project.open_work(&a, case.as_str()).unwrap();
    }
    for (case, asked) in [(&cases[0], &cases[1]), (&cases[0], &cases[0])] {
        let refused = project.open_prior(&a, case.as_str(), asked);
        assert_eq!(refused.unwrap_err().class(), ErrorClass::Refused);
    }
}

#[test]
fn a_reader_asks_for_priors_of_own_cases_only() {
    let scene = Scene::new(1);
    let asked = scene.project.priors(&scene.lead, "1");
    assert_eq!(asked.unwrap_err().class(), ErrorClass::Refused);
    assert!(scene.project.priors(&scene.a, "99").is_err());
}
