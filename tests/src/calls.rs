//! Calls of the program, as a person at a terminal makes them.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a call answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// Exit status.
    pub exit: i32,
    /// Standard output.
    pub results: String,
    /// Standard error.
    pub notes: String,
}

impl Said {
    /// The document of `--json`.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.results)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.results, self.notes))
    }
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started or was killed.
pub fn say(command: &mut Command) -> Said {
    let output = command.output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said {
        exit: output.status.code().expect("the program ends by itself"),
        results: text(&output.stdout),
        notes: text(&output.stderr),
    }
}

/// Calls in one project.
#[derive(Clone, Debug)]
pub struct Calls {
    home: PathBuf,
    /// The project's folder.
    pub project: PathBuf,
}

impl Calls {
    /// Calls with a home of their own in a project.
    #[must_use]
    pub fn new(home: &Path, project: &Path) -> Self {
        Self {
            home: home.to_path_buf(),
            project: project.to_path_buf(),
        }
    }

    /// The program in this project, without a person.
    #[must_use]
    pub fn program(&self) -> Command {
        let mut command = crate::dokuei(&self.home);
        command.arg("--project").arg(&self.project);
        command
    }

    /// A command of a person, with JSON in English.
    #[must_use]
    pub fn command(&self, person: &str, args: &[&str]) -> Command {
        let mut command = self.program();
        command
            .args(["--as", person, "--json", "--lang", "en"])
            .args(args);
        command
    }

    /// What a person's call answers.
    #[must_use]
    pub fn by(&self, person: &str, args: &[&str]) -> Said {
        say(&mut self.command(person, args))
    }

    /// The document of a call that must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn done(&self, person: &str, args: &[&str]) -> Value {
        let said = self.by(person, args);
        assert_eq!(said.exit, 0, "{args:?}: {}{}", said.results, said.notes);
        said.json()
    }

    /// The rows of a person's journal on a case.
    pub fn history(&self, person: &str, case: &str) -> Vec<Value> {
        list(&self.done(person, &["history", case]), "history")
    }

    /// Checks everything that the program can check; answers how many edits that were.
    ///
    /// # Panics
    /// When a fault is found.
    pub fn verify(&self) -> u64 {
        let mut command = self.program();
        let said = say(command.args(["verify", "--deep", "--json"]));
        assert_eq!(said.exit, 0, "{}{}", said.results, said.notes);
        let told = said.json();
        assert_eq!(told["ok"], true, "{told}");
        told["checked"]["edits"].as_u64().unwrap_or(0)
    }
}

/// A list in a document.
#[must_use]
pub fn list(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().cloned().unwrap_or_default()
}

/// A path as an argument.
///
/// # Panics
/// When it is no UTF-8.
#[must_use]
pub fn text(path: &Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}
