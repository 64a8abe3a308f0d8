//! Who acts, and what a role may do: the one table that every call of this crate asks.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::project::Project;
use crate::store::people;

/// What a person may be in a project; a person may hold several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 読影者: works on own assignments, sees nothing else.
    Reader,
    /// 責任者: cases, protocol, assignments; works of a case once all its readers have submitted.
    Lead,
    /// 管理者: people; no annotation rights by itself.
    Admin,
}

impl Role {
    /// All roles of this version.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Lead, Self::Admin];

    /// The word of commands and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == word.trim())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A signed-in person. Only [`Project::sign_in`] makes one, and it is good for that project only;
/// roles are read anew at every act, so that a role taken away counts at once.
#[derive(Clone, Debug)]
pub struct Session {
    project: String,
    person: PersonId,
    name: String,
    roles: BTreeSet<Role>,
}

impl Session {
    pub(crate) fn new(
        project: &str,
        person: PersonId,
        name: String,
        roles: BTreeSet<Role>,
    ) -> Self {
        Self {
            project: project.to_owned(),
            person,
            name,
            roles,
        }
    }

    /// Who is signed in.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// The person's name as written in the project.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Roles at sign-in: what a window shows; acts ask the project again.
    #[must_use]
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }
}

/// Every act that needs a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Add cases.
    Import,
    /// Take a case out of the worklist or back in.
    Exclude,
    /// Make a protocol current.
    SetProtocol,
    /// Give cases to readers.
    Assign,
    /// Unlock a submitted work.
    Reopen,
    /// Add people, give and take roles, reset passphrases.
    ManagePeople,
    /// Open, change and submit own work; own history.
    Read,
    /// List cases, see images and own status.
    Look,
    /// See works of others, compare, report.
    Compare,
    /// Decide on differences.
    Adjudicate,
    /// Write files of submitted works.
    Export,
    /// See questions to the lead: a reader own ones, a lead those of readers.
    SeeFlags,
    /// Answer a question.
    AnswerFlag,
    /// Make, restore and prune backups.
    Backup,
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 14] = [
        Self::Import,
        Self::Exclude,
        Self::SetProtocol,
        Self::Assign,
        Self::Reopen,
        Self::ManagePeople,
        Self::Read,
        Self::Look,
        Self::Compare,
        Self::Adjudicate,
        Self::Export,
        Self::SeeFlags,
        Self::AnswerFlag,
        Self::Backup,
    ];

    /// Roles of which one is needed.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Import | Self::Export => &[Role::Lead, Role::Admin],
            Self::Exclude
            | Self::SetProtocol
            | Self::Assign
            | Self::Reopen
            | Self::Compare
            | Self::Adjudicate
            | Self::AnswerFlag => &[Role::Lead],
            Self::ManagePeople | Self::Backup => &[Role::Admin],
            Self::Read => &[Role::Reader],
            Self::SeeFlags => &[Role::Reader, Role::Lead],
            Self::Look => &Role::ALL,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Exclude => "exclude",
            Self::SetProtocol => "set_protocol",
            Self::Assign => "assign",
            Self::Reopen => "reopen",
            Self::ManagePeople => "manage_people",
            Self::Read => "read",
            Self::Look => "look",
            Self::Compare => "compare",
            Self::Adjudicate => "adjudicate",
            Self::Export => "export",
            Self::SeeFlags => "see_flags",
            Self::AnswerFlag => "answer_flag",
            Self::Backup => "backup",
        }
    }
}

/// Proof that the role was checked; every write takes one.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    person: PersonId,
    roles: BTreeSet<Role>,
    act: Act,
}

impl Grant {
    pub(crate) fn person(&self) -> &PersonId {
        &self.person
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Project {
    /// Checks the role for an act. Comes before ids, options and files are looked at.
    pub(crate) fn authorise(&self, session: &Session, act: Act) -> Result<Grant> {
        if session.project != self.facts.id {
            return Err(Error::Refused);
        }
        let held = people::roles_of(&self.db, &session.person)?;
        let grant = Grant {
            person: session.person.clone(),
            roles: held.into_iter().map(|held| held.role).collect(),
            act,
        };
        if act.roles().iter().any(|role| grant.has(*role)) {
            Ok(grant)
        } else {
            Err(self.refuse(&grant))
        }
    }

    /// Whether the person may try an act at all: for a window that hides what would be refused.
    #[must_use]
    pub fn may(&self, session: &Session, act: Act) -> bool {
        session.project == self.facts.id
            && people::roles_of(&self.db, &session.person)
                .is_ok_and(|held| held.iter().any(|held| act.roles().contains(&held.role)))
    }

    /// Refuses an act that the person's roles do not allow: for callers that must say so before they
    /// look at their own options and files.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn require(&self, session: &Session, act: Act) -> Result<()> {
        self.authorise(session, act).map(|_| ())
    }

    /// The constant refusal; it is written into the chain of the person where that is possible.
    pub(crate) fn refuse(&self, grant: &Grant) -> Error {
        if self.is_writable() {
            let body = serde_json::json!({"act": grant.act.word()});
            let noted = self.write(&grant.person, |recorder| recorder.note("refused", &body));
            if let Err(fault) = noted {
                tracing::warn!(code = fault.code(), "a refusal was not recorded");
            }
        }
        Error::Refused
    }
}
