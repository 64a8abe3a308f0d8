//! Errors as sentences in the chosen language: what happened, what is safe, what to do.

use crate::language::Words;
use project::{Error, PlaceFault, SignInError};

/// The sentence for an error of the project.
pub(crate) fn sentence(words: &Words, error: &Error) -> String {
    match error {
        Error::SignIn(fault) => sign_in_sentence(words, fault),
        Error::NewerSchema { .. } => words.t("error-newer"),
        Error::NotAProject(folder) => words.f(
            "error-not-a-project",
            &[("path", folder.display().to_string().into())],
        ),
        Error::NotEmpty(folder) => words.f(
            "error-not-empty",
            &[("path", folder.display().to_string().into())],
        ),
        Error::Place(fault) => place_sentence(words, fault),
        Error::NameTaken(name) => words.f("error-name-taken", &[("name", name.clone().into())]),
        Error::Incomplete(items) => words.f("error-incomplete", &[("count", items.len().into())]),
        Error::Undecided(items) => words.f("error-undecided", &[("count", items.len().into())]),
        Error::Io { what, source } => words.f(
            "error-io",
            &[
                ("what", what.clone().into()),
                ("why", source.to_string().into()),
            ],
        ),
        other => {
            let key = format!("error-{}", other.code());
            if words.has(&key) {
                words.t(&key)
            } else {
                words.f("error-other", &[("what", other.to_string().into())])
            }
        }
    }
}

fn sign_in_sentence(words: &Words, fault: &SignInError) -> String {
    match fault {
        SignInError::WrongPassphrase { wait_s } => {
            words.f("sign-in-wrong", &[("seconds", (*wait_s).into())])
        }
        SignInError::Waiting { wait_s } => {
            words.f("sign-in-wait", &[("seconds", (*wait_s).into())])
        }
        other => words.f("error-other", &[("what", other.to_string().into())]),
    }
}

fn place_sentence(words: &Words, fault: &PlaceFault) -> String {
    match fault {
        PlaceFault::Network(name) => {
            words.f("error-place-network", &[("name", name.clone().into())])
        }
        PlaceFault::Cloud(name) => words.f("error-place-cloud", &[("name", name.clone().into())]),
        PlaceFault::FileSystem(name) => {
            words.f("error-place-file-system", &[("name", name.clone().into())])
        }
        PlaceFault::Link(name) => words.f("error-place-link", &[("name", name.clone().into())]),
    }
}
