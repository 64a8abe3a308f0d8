//! What every command needs: the project, the person who acts, words, progress, and the one way to
//! tell the outcome.

use super::Answer;
use super::args::Global;
use super::failure::Failure;
use super::output::Output;
use crate::language::Words;
use indicatif::{ProgressBar, ProgressStyle};
use project::{Access, Act, Passphrase, Preset, Project, Session};
use std::io::IsTerminal;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The surroundings of a command.
pub(crate) struct Shell<'a, 'o> {
    pub(crate) global: Global,
    pub(crate) words: Words,
    output: &'a mut Output<'o>,
}

/// What a command does to the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// It writes.
    Change,
    /// It reads; another writer is no hindrance.
    Look,
}

impl<'a, 'o> Shell<'a, 'o> {
    pub(crate) fn new(global: Global, words: Words, output: &'a mut Output<'o>) -> Self {
        Self {
            global,
            words,
            output,
        }
    }

    /// The project's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.global
            .project
            .clone()
            .unwrap_or_else(|| PathBuf::from("."))
    }

    /// Opens the project, for reading where another process writes and that is enough.
    fn open(&self, wants: Wants) -> Result<Project, Failure> {
        let folder = self.folder();
        match Project::open(&folder, Access::Write) {
            Err(
                project::Error::Busy { .. } | project::Error::ReadOnly | project::Error::Place(_),
            ) if wants == Wants::Look => Ok(Project::open(&folder, Access::ReadOnly)?),
            opened => Ok(opened?),
        }
    }

    /// Opens the project without a person, for reading only.
    pub(crate) fn look(&self) -> Result<Project, Failure> {
        Ok(Project::open(&self.folder(), Access::ReadOnly)?)
    }

    /// Does something in the project as the person of `--as`, who must be allowed the act before
    /// anything else is looked at.
    pub(crate) fn as_person<T>(
        &mut self,
        wants: Wants,
        act: Act,
        work: impl FnOnce(&mut Self, &Project, &Session) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let person = self
            .global
            .person
            .clone()
            .ok_or_else(|| Failure::usage("person_missing", "cli-as-missing", &[]))?;
        let project = self.open(wants)?;
        let passphrase = match project.preset() {
            Preset::Demo => None,
            Preset::Hospital => self.passphrase("DOKUEI_PASSPHRASE", "cli-ask-passphrase")?,
        };
        let session = project.sign_in(&person, passphrase.as_ref())?;
        let done = project
            .require(&session, act)
            .map_err(Failure::from)
            .and_then(|()| work(self, &project, &session));
        let closed = project.close();
        let done = done?;
        closed?;
        Ok(done)
    }

    /// A passphrase from the environment, else from the terminal.
    pub(crate) fn passphrase(
        &mut self,
        variable: &str,
        question: &'static str,
    ) -> Result<Option<Passphrase>, Failure> {
        if let Ok(text) = std::env::var(variable) {
            return Ok(Some(Passphrase::new(&Zeroizing::new(text))));
        }
        if !self.output.is_watched || !std::io::stdin().is_terminal() {
            return Ok(None);
        }
        let answer = rpassword::prompt_password(format!("{} ", self.words.t(question)));
        let text = Zeroizing::new(answer.map_err(|error| Failure::Other(error.into()))?);
        Ok(Some(Passphrase::new(&text)))
    }

    /// The first passphrase of a new person.
    pub(crate) fn first_passphrase(&mut self) -> Result<Option<Passphrase>, Failure> {
        if std::env::var_os("DOKUEI_NEW_PASSPHRASE").is_some() {
            return self.passphrase("DOKUEI_NEW_PASSPHRASE", "cli-ask-new-passphrase");
        }
        self.passphrase("DOKUEI_PASSPHRASE", "cli-ask-new-passphrase")
    }

    /// A bar on the terminal; nothing where nobody watches.
    pub(crate) fn bar(&self, total: usize) -> ProgressBar {
        if !self.output.is_watched || self.global.quiet {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(total as u64);
        match ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// A remark beside the result.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.global.quiet {
            self.output.note(text);
        }
    }

    /// Writes the outcome; returns the exit status.
    pub(crate) fn tell(&mut self, outcome: Result<Option<Answer>, Failure>, is_json: bool) -> u8 {
        match outcome {
            Ok(None) => 0,
            Ok(Some(answer)) => {
                if is_json {
                    self.output.result(&answer.json.to_string());
                } else if !answer.text.is_empty() {
                    self.output.result(&answer.text);
                }
                answer.exit
            }
            Err(failure) => {
                let told = failure.told(&self.words);
                if is_json {
                    self.output.result(&told.json().to_string());
                }
                self.output.note(&told.message);
                if let Some(hint) = &told.hint {
                    self.output.note(hint);
                }
                told.exit
            }
        }
    }
}

/// JSON of a value of ours; what cannot be said in JSON would be a fault of the program.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::Other(error.into()))
}

/// The parts of a list with commas.
pub(crate) fn parts(list: &str) -> Vec<String> {
    list.split([',', '、'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Numbers with commas, exactly so many.
pub(crate) fn numbers<const N: usize>(option: &str, text: &str) -> Result<[f64; N], Failure> {
    let numbers: Result<Vec<f64>, _> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>())
        .collect();
    let wrong = || {
        Failure::usage(
            "bad_arguments",
            "cli-bad-number",
            &[("option", option), ("value", text)],
        )
    };
    let numbers = numbers.map_err(|_| wrong())?;
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(wrong());
    }
    <[f64; N]>::try_from(numbers).map_err(|_| wrong())
}
