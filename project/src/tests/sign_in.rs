use std::collections::BTreeSet;

use super::scene::{LEAD, code, new_project, person};
use crate::{Access, Error, NewPerson, Passphrase, Preset, Project, Role, SignInError};
use annotation_format::Protocol;

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text)
}

fn hospital(folder: &std::path::Path) -> Project {
    Project::create(
        folder,
        &new_project(Protocol::builtin().clone(), Preset::Hospital),
    )
    .unwrap()
}

fn wait(project: &Project, text: &str) -> SignInError {
    match project.sign_in(LEAD, Some(&phrase(text))) {
        Err(Error::SignIn(why)) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn each_wrong_passphrase_waits_longer_and_the_wait_outlasts_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("p");
    let project = hospital(&home);
    assert_eq!(
        wait(&project, "wrong wrong wrong"),
        SignInError::WrongPassphrase { wait_s: 1 }
    );
    assert!(matches!(
        wait(&project, "lead's long phrase"),
        SignInError::Waiting { .. }
    ));
    drop(project);
    let project = Project::open(&home, Access::Write).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(
        wait(&project, "wrong wrong wrong"),
        SignInError::WrongPassphrase { wait_s: 2 }
    );
    drop(project);
    let project = Project::open(&home, Access::Write).unwrap();
    assert!(matches!(
        wait(&project, "lead's long phrase"),
        SignInError::Waiting { wait_s: 1..=2 }
    ));
    std::thread::sleep(std::time::Duration::from_millis(2100));
    project
        .sign_in(LEAD, Some(&phrase("lead's long phrase")))
        .unwrap();
    // The failures are told to the chain at the next success.
    let events = crate::store::audit::events(&project.db).unwrap();
    let told = events
        .iter()
        .find(|event| event.kind == "sign_in_failed")
        .unwrap();
    assert_eq!(told.body, r#"{"times":2}"#);
}

#[test]
fn names_are_found_in_any_width_and_case_and_unknown_ones_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let project = hospital(&folder.path().join("p"));
    let right = phrase("lead's long phrase");
    project.sign_in("責任　花子", Some(&right)).unwrap();
    let id = project.people().unwrap()[0].id.to_string();
    project.sign_in(&id, Some(&right)).unwrap();
    assert_eq!(
        code(project.sign_in("nobody", Some(&right))),
        "unknown_person"
    );
    assert_eq!(code(project.sign_in(LEAD, None)), "passphrase_missing");
}

#[test]
fn a_passphrase_is_changed_with_the_old_one_and_reset_by_an_admin() {
    let folder = tempfile::tempdir().unwrap();
    let project = hospital(&folder.path().join("p"));
    let old = phrase("lead's long phrase");
    let lead = project.sign_in(LEAD, Some(&old)).unwrap();
    let new = phrase("another long phrase");
    assert_eq!(
        code(project.change_passphrase(&lead, None, &new)),
        "passphrase_missing"
    );
    assert_eq!(
        code(project.change_passphrase(&lead, Some(&old), &phrase("short"))),
        "weak_passphrase"
    );
    project.change_passphrase(&lead, Some(&old), &new).unwrap();
    project.sign_in(LEAD, Some(&new)).unwrap();
    let reader = NewPerson {
        passphrase: Some(phrase("reader's first phrase")),
        ..person("Reader", &[Role::Reader])
    };
    project.add_person(&lead, &reader).unwrap();
    project
        .reset_passphrase(&lead, "Reader", &phrase("reader's second phrase"))
        .unwrap();
    project
        .sign_in("reader", Some(&phrase("reader's second phrase")))
        .unwrap();
    assert!(project.verify(false).unwrap().ok);
}

#[test]
fn nobody_is_added_without_a_passphrase_a_name_or_twice() {
    let folder = tempfile::tempdir().unwrap();
    let project = hospital(&folder.path().join("p"));
    let lead = project
        .sign_in(LEAD, Some(&phrase("lead's long phrase")))
        .unwrap();
    assert_eq!(
        code(project.add_person(&lead, &person("R", &[Role::Reader]))),
        "weak_passphrase"
    );
    assert_eq!(
        code(project.add_person(&lead, &person("  ", &[Role::Reader]))),
        "empty_name"
    );
    assert_eq!(
        code(project.add_person(&lead, &person("責任　花子", &[]))),
        "name_taken"
    );
}

#[test]
fn a_disabled_person_is_out_at_once_and_the_last_admin_stays() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("p");
    let project = Project::create(
        &home,
        &new_project(Protocol::builtin().clone(), Preset::Demo),
    )
    .unwrap();
    let lead = project.sign_in(LEAD, None).unwrap();
    project
        .add_person(&lead, &person("Second", &[Role::Lead, Role::Admin]))
        .unwrap();
    let second = project.sign_in("Second", None).unwrap();
    // With two admins nobody gives roles to oneself.
    let all: BTreeSet<Role> = Role::ALL.into_iter().collect();
    assert_eq!(code(project.set_roles(&lead, LEAD, &all)), "refused");
    project.set_roles(&second, LEAD, &all).unwrap();
    project.disable_person(&lead, "Second").unwrap();
    assert_eq!(code(project.cases(&second)), "refused");
    assert_eq!(code(project.sign_in("Second", None)), "person_disabled");
    assert_eq!(code(project.disable_person(&lead, LEAD)), "last_of_role");
    let people = project.people().unwrap();
    assert!(
        people
            .iter()
            .any(|known| known.name == "Second" && known.roles.is_empty())
    );
    assert!(project.verify(false).unwrap().ok);
}
