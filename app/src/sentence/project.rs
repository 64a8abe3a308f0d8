//! What the project answers instead of a value.

use super::Sentence;
use crate::language::{Argument, Words};
use imaging::io_phrase;
use project::{Error, PlaceFault, SignInError};

impl Sentence for Error {
    fn sentence(&self, words: &Words) -> String {
        match self {
            Error::SignIn(fault) => sign_in(words, fault),
            Error::Place(fault) => place(words, fault),
            Error::Edit(rule) => rule.sentence(words),
            other => {
                let key = format!("error-{}", other.code());
                words.f(&key, &figures(words, other))
            }
        }
    }
}

/// The figures of a sentence; the code is the end of its key.
fn figures<'a>(words: &Words, error: &'a Error) -> Vec<Argument<'a>> {
    match error {
        Error::NotAProject(folder)
        | Error::NotEmpty(folder)
        | Error::NotABackup(folder)
        | Error::FolderGone(folder)
        | Error::InsideProject(folder) => {
            vec![("path", folder.display().to_string().into())]
        }
        Error::NoSuchCase(name)
        | Error::NoSuchPerson(name)
        | Error::NoSuchFinding(name)
        | Error::NoSuchSeries(name)
        | Error::NoSuchRole(name)
        | Error::NameTaken(name)
        | Error::NotAReader(name)
        | Error::NoSuchFlag(name)
        | Error::BackupDamaged(name)
        | Error::ObjectMissing(name) => vec![("name", name.as_str().into())],
        Error::LastOfRole(role) => vec![("role", words.t(&format!("role-{role}")).into())],
        Error::WeakPassphrase(why) => {
            vec![("why", words.t(&format!("passphrase-{why}")).into())]
        }
        Error::NoSuchDecision(why) => vec![("why", words.t(&format!("decision-{why}")).into())],
        Error::TooFewReaders(wanted, named) => {
            vec![("wanted", (*wanted).into()), ("named", (*named).into())]
        }
        Error::CaseBegun(number) | Error::NumberTaken(number) | Error::Excluded(number) => {
            vec![("n", (*number).into())]
        }
        Error::ProtocolVersionTaken { id, version } => {
            vec![
                ("id", id.as_str().into()),
                ("version", version.as_str().into()),
            ]
        }
        Error::Incomplete(items) => vec![("count", items.len().into())],
        Error::Undecided(rows) => vec![("count", rows.len().into())],
        Error::Unsaved(count) | Error::TooLong(count) => vec![("count", (*count).into())],
        Error::Io { what, source } => vec![
            ("what", part_in_words(words, what).into()),
            ("why", words.say(&io_phrase(source.kind())).into()),
        ],
        _ => Vec::new(),
    }
}

/// The part of the project that could not be read or written.
fn part_in_words(words: &Words, what: &str) -> String {
    let key = part_key(what);
    if words.has(&key) {
        words.t(&key)
    } else {
        what.to_owned()
    }
}

/// `image file` is `project-part-image-file` in the string files.
pub(super) fn part_key(what: &str) -> String {
    format!("project-part-{}", what.replace(' ', "-"))
}

fn sign_in(words: &Words, fault: &SignInError) -> String {
    match fault {
        SignInError::WrongPassphrase { wait_s } => {
            words.f("sign-in-wrong", &[("seconds", (*wait_s).into())])
        }
        SignInError::Waiting { wait_s } => {
            words.f("sign-in-wait", &[("seconds", (*wait_s).into())])
        }
        SignInError::Unknown => words.t("sign-in-unknown"),
        SignInError::PassphraseMissing => words.t("sign-in-missing"),
        SignInError::Disabled => words.t("sign-in-disabled"),
    }
}

fn place(words: &Words, fault: &PlaceFault) -> String {
    let (key, name) = match fault {
        PlaceFault::Network(name) => ("error-place-network", name),
        PlaceFault::Cloud(name) => ("error-place-cloud", name),
        PlaceFault::FileSystem(name) => ("error-place-file-system", name),
        PlaceFault::Link(name) => ("error-place-link", name),
    };
    words.f(key, &[("name", name.as_str().into())])
}
