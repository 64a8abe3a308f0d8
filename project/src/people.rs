//! People: adding, roles, qualifications, sign-in with waits that outlast a restart.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;
use thiserror::Error as ThisError;

use crate::clock::{now_ms, now_text};
use crate::error::{Error, ErrorClass, Result};
use crate::ids::PersonId;
use crate::project::{Preset, Project};
use crate::secret::{self, Passphrase, comparable_name};
use crate::session::{Act, Role, Session};
use crate::store::audit::{self, Recorder};
use crate::store::meta;
use crate::store::people::{self, Credential, PersonRow};

/// Longest wait after wrong passphrases.
const LONGEST_WAIT_S: u64 = 300;

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum SignInError {
    /// The passphrase is wrong; the next try is possible after the wait.
    #[error("the passphrase is wrong; wait {wait_s} s")]
    WrongPassphrase {
        /// Seconds until the next try.
        wait_s: u64,
    },
    /// An earlier wrong passphrase still makes everybody wait; nothing was tried.
    #[error("wait {wait_s} s before the next try")]
    Waiting {
        /// Seconds until the next try.
        wait_s: u64,
    },
    /// Nobody of this name or id.
    #[error("nobody of this name is in the project")]
    Unknown,
    /// The project asks for a passphrase and none was given.
    #[error("a passphrase is needed")]
    PassphraseMissing,
    /// The person has no role left.
    #[error("this person no longer takes part")]
    Disabled,
}

impl SignInError {
    /// Short word for JSON and for choosing the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongPassphrase { .. } => "wrong_passphrase",
            Self::Waiting { .. } => "sign_in_wait",
            Self::Unknown => "unknown_person",
            Self::PassphraseMissing => "passphrase_missing",
            Self::Disabled => "person_disabled",
        }
    }

    /// The class that decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::PassphraseMissing | Self::Unknown => ErrorClass::Usage,
            _ => ErrorClass::NotDone,
        }
    }
}

/// A person as lists show one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Reading of the name.
    pub kana: Option<String>,
    /// Roles held now; none means disabled.
    pub roles: BTreeSet<Role>,
    /// Qualification as stated, not verified by the program.
    pub qualification: Option<String>,
}

/// A person to be added.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    /// Name; two people of one project have different names.
    pub name: String,
    /// Reading of the name.
    pub kana: Option<String>,
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Qualification in words.
    pub qualification: Option<String>,
    /// First passphrase; needed unless the preset is `demo`.
    pub passphrase: Option<Passphrase>,
}

/// Failed guesses while the project is open for reading only, where nothing can be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadOnlyWait {
    fails: u32,
    since: Instant,
}

/// Wait after the n-th failure: 1 s, 2 s, 4 s, … 5 min.
fn wait_s(fails: u32) -> u64 {
    match fails {
        0 => 0,
        n => 1_u64
            .checked_shl(n - 1)
            .unwrap_or(LONGEST_WAIT_S)
            .min(LONGEST_WAIT_S),
    }
}

impl Project {
    /// Everybody in the project, for the sign-in screen; needs no session.
    ///
    /// # Errors
    /// Errors of the database.
    pub fn people(&self) -> Result<Vec<Person>> {
        let roles = people::roles(&self.db)?;
        let stated = people::qualifications(&self.db, self.seal)?;
        let people = people::all(&self.db, self.seal)?;
        Ok(people
            .into_iter()
            .map(|row| Person {
                roles: roles
                    .iter()
                    .filter(|(person, _)| *person == row.id)
                    .map(|(_, role)| *role)
                    .collect(),
                qualification: stated
                    .iter()
                    .find(|stated| stated.person == row.id)
                    .map(|stated| stated.text.clone()),
                id: row.id,
                name: row.name,
                kana: row.kana,
            })
            .collect())
    }

    /// Finds a person by id or name (NFKC, upper and lower case alike).
    pub(crate) fn find_person(&self, name_or_id: &str) -> Result<Option<PersonRow>> {
        let people = people::all(&self.db, self.seal)?;
        let wanted = comparable_name(name_or_id);
        Ok(people.into_iter().find(|row| {
            row.id.as_str() == name_or_id.trim() || comparable_name(&row.name) == wanted
        }))
    }

    /// Signs a person in. In a project of the preset `demo` the name is enough.
    ///
    /// # Errors
    /// [`Error::SignIn`] with the reason and the wait; the count of failures is on disc before a
    /// guess is tried, so that ending the program wins nothing.
    pub fn sign_in(&self, name_or_id: &str, passphrase: Option<&Passphrase>) -> Result<Session> {
        let Some(row) = self.find_person(name_or_id)? else {
            return Err(SignInError::Unknown.into());
        };
        if self.facts.preset != Preset::Demo {
            let passphrase = passphrase.ok_or(SignInError::PassphraseMissing)?;
            self.check_passphrase(&row.id, passphrase)?;
        }
        let roles: BTreeSet<Role> = people::roles_of(&self.db, &row.id)?
            .into_iter()
            .map(|held| held.role)
            .collect();
        if roles.is_empty() {
            return Err(SignInError::Disabled.into());
        }
        if self.is_writable() {
            let body = serde_json::json!({});
            self.write(&row.id, |recorder| {
                recorder.note("sign_in", &body)?;
                tell_migration(recorder)
            })?;
        }
        Ok(Session::new(&self.facts.id, row.id, row.name, roles))
    }

    fn check_passphrase(&self, person: &PersonId, passphrase: &Passphrase) -> Result<()> {
        let credential =
            people::credential(&self.db, person)?.ok_or(SignInError::PassphraseMissing)?;
        if !self.is_writable() {
            return self.check_read_only(person, passphrase, &credential);
        }
        let now = now_ms();
        let allowed = wait_s(credential.fails);
        // A clock set back must not lock a person out for longer than the wait itself.
        let left_ms = (credential.not_before_ms - now).min(ms(allowed));
        if left_ms > 0 {
            return Err(SignInError::Waiting {
                wait_s: seconds_up(left_ms),
            }
            .into());
        }
        let fails = credential.fails.saturating_add(1);
        let wait = wait_s(fails);
        people::put_wait(&self.db, person, fails, now.saturating_add(ms(wait)))?;
        if !secret::verify(passphrase, &credential.phc) {
            // Hashing takes its time: the wait counts from the answer.
            people::put_wait(&self.db, person, fails, now_ms().saturating_add(ms(wait)))?;
            return Err(SignInError::WrongPassphrase { wait_s: wait }.into());
        }
        people::put_wait(&self.db, person, 0, 0)?;
        self.after_success(person, passphrase, &credential)
    }

    /// Tells the chain about failed guesses, and hashes anew where the price has risen.
    fn after_success(
        &self,
        person: &PersonId,
        passphrase: &Passphrase,
        credential: &Credential,
    ) -> Result<()> {
        let dearer = secret::is_cheaper(&credential.phc, self.facts.hash_cost)
            .then(|| secret::hash(passphrase, self.facts.hash_cost))
            .transpose()?;
        if dearer.is_none() && credential.fails == 0 {
            return Ok(());
        }
        self.write(person, |recorder| {
            if credential.fails > 0 {
                recorder.note(
                    "sign_in_failed",
                    &serde_json::json!({"times": credential.fails}),
                )?;
            }
            if let Some(phc) = &dearer {
                people::put_credential(recorder.db(), person, phc, &now_text())?;
            }
            Ok(())
        })
    }

    fn check_read_only(
        &self,
        person: &PersonId,
        passphrase: &Passphrase,
        credential: &Credential,
    ) -> Result<()> {
        let stored = (credential.not_before_ms - now_ms()).min(ms(wait_s(credential.fails)));
        let mut waits = self.read_only_waits.borrow_mut();
        let here = waits.get(person).map_or(0, |wait| {
            let whole = Duration::from_secs(wait_s(wait.fails));
            let left = whole.saturating_sub(wait.since.elapsed());
            i64::try_from(left.as_millis()).unwrap_or(i64::MAX)
        });
        let left_ms = stored.max(here);
        if left_ms > 0 {
            return Err(SignInError::Waiting {
                wait_s: seconds_up(left_ms),
            }
            .into());
        }
        if secret::verify(passphrase, &credential.phc) {
            waits.remove(person);
            return Ok(());
        }
        let fails = waits
            .get(person)
            .map_or(credential.fails, |wait| wait.fails)
            + 1;
        waits.insert(
            person.clone(),
            ReadOnlyWait {
                fails,
                since: Instant::now(),
            },
        );
        Err(SignInError::WrongPassphrase {
            wait_s: wait_s(fails),
        }
        .into())
    }

    /// Changes the signed-in person's own passphrase; the old one is asked again.
    ///
    /// # Errors
    /// [`Error::SignIn`] for the old, [`Error::WeakPassphrase`] for the new one.
    pub fn change_passphrase(
        &self,
        session: &Session,
        old: Option<&Passphrase>,
        new: &Passphrase,
    ) -> Result<()> {
        let grant = self.authorise(session, Act::Look)?;
        if people::credential(&self.db, grant.person())?.is_some() {
            self.check_passphrase(grant.person(), old.ok_or(SignInError::PassphraseMissing)?)?;
        }
        new.check_rule(session.name())?;
        let phc = secret::hash(new, self.facts.hash_cost)?;
        self.write(grant.person(), |recorder| {
            people::put_credential(recorder.db(), grant.person(), &phc, &now_text())?;
            recorder.note("passphrase", &serde_json::json!({"person": grant.person()}))
        })
    }

    /// Gives a person a new passphrase and ends the waits.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; [`Error::NoSuchPerson`]; [`Error::WeakPassphrase`].
    pub fn reset_passphrase(
        &self,
        session: &Session,
        name_or_id: &str,
        new: &Passphrase,
    ) -> Result<()> {
        let grant = self.authorise(session, Act::ManagePeople)?;
        let row = self.require_person(name_or_id)?;
        new.check_rule(&row.name)?;
        let phc = secret::hash(new, self.facts.hash_cost)?;
        self.write(grant.person(), |recorder| {
            people::put_credential(recorder.db(), &row.id, &phc, &now_text())?;
            people::put_wait(recorder.db(), &row.id, 0, 0)?;
            recorder.note("passphrase", &serde_json::json!({"person": row.id}))
        })
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; [`Error::EmptyName`], [`Error::NameTaken`],
    /// [`Error::WeakPassphrase`] (`missing` if a passphrase is needed).
    pub fn add_person(&self, session: &Session, new: &NewPerson) -> Result<Person> {
        let grant = self.authorise(session, Act::ManagePeople)?;
        let name = new.name.trim();
        if name.is_empty() {
            return Err(Error::EmptyName);
        }
        if self.find_person(name)?.is_some() {
            return Err(Error::NameTaken(name.to_owned()));
        }
        let phc = self.first_hash(new)?;
        let row = PersonRow {
            id: PersonId::fresh(),
            name: name.to_owned(),
            kana: new.kana.clone(),
        };
        self.write(grant.person(), |recorder| {
            people::insert(recorder.db(), self.seal, &row, &recorder.ev())?;
            recorder.row("person", &audit::PERSON, row.id.as_str())?;
            for role in &new.roles {
                give(recorder, &row.id, *role, grant.person())?;
            }
            if let Some(text) = &new.qualification {
                self.state_qualification(recorder, &row.id, text)?;
            }
            if let Some(phc) = &phc {
                people::put_credential(recorder.db(), &row.id, phc, &now_text())?;
            }
            Ok(())
        })?;
        Ok(Person {
            id: row.id,
            name: row.name,
            kana: row.kana,
            roles: new.roles.clone(),
            qualification: new.qualification.clone(),
        })
    }

    fn first_hash(&self, new: &NewPerson) -> Result<Option<String>> {
        match (&new.passphrase, self.facts.preset) {
            (_, Preset::Demo) => Ok(None),
            (None, Preset::Hospital) => Err(Error::WeakPassphrase("missing")),
            (Some(passphrase), Preset::Hospital) => {
                passphrase.check_rule(&new.name)?;
                secret::hash(passphrase, self.facts.hash_cost).map(Some)
            }
        }
    }

    /// Gives a person exactly these roles; none disables the person, whose work stays.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks, or for own roles where there is a second admin;
    /// [`Error::NoSuchPerson`]; [`Error::LastOfRole`].
    pub fn set_roles(
        &self,
        session: &Session,
        name_or_id: &str,
        roles: &BTreeSet<Role>,
    ) -> Result<()> {
        let grant = self.authorise(session, Act::ManagePeople)?;
        let row = self.require_person(name_or_id)?;
        let all = people::roles(&self.db)?;
        let admins = all.iter().filter(|(_, role)| *role == Role::Admin).count();
        let held = people::roles_of(&self.db, &row.id)?;
        let gains = roles
            .iter()
            .any(|role| held.iter().all(|held| held.role != *role));
        if row.id == *grant.person() && gains && admins > 1 {
            return Err(self.refuse(&grant));
        }
        for (role, name) in [(Role::Lead, "lead"), (Role::Admin, "admin")] {
            let others = all
                .iter()
                .any(|(person, held)| *held == role && *person != row.id);
            if !others && !roles.contains(&role) {
                return Err(Error::LastOfRole(name));
            }
        }
        self.write(grant.person(), |recorder| {
            for held in held.iter().filter(|held| !roles.contains(&held.role)) {
                let ev = recorder.ev();
                let taken = Some(held.grant.as_str());
                let db = recorder.db();
                let id = people::insert_grant(db, &row.id, held.role, grant.person(), taken, &ev)?;
                recorder.row("role", &audit::ROLE_GRANT, &id)?;
            }
            for role in roles
                .iter()
                .filter(|role| held.iter().all(|held| held.role != **role))
            {
                give(recorder, &row.id, *role, grant.person())?;
            }
            Ok(())
        })
    }

    /// Takes all roles of a person; the person's work stays.
    ///
    /// # Errors
    /// As [`Project::set_roles`].
    pub fn disable_person(&self, session: &Session, name_or_id: &str) -> Result<()> {
        self.set_roles(session, name_or_id, &BTreeSet::new())
    }

    /// States a person's qualification in words; the earlier statement stays in the chain.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; [`Error::NoSuchPerson`].
    pub fn set_qualification(&self, session: &Session, name_or_id: &str, text: &str) -> Result<()> {
        let grant = self.authorise(session, Act::ManagePeople)?;
        let row = self.require_person(name_or_id)?;
        self.write(grant.person(), |recorder| {
            self.state_qualification(recorder, &row.id, text)
        })
    }

    fn state_qualification(
        &self,
        recorder: &mut Recorder<'_>,
        person: &PersonId,
        text: &str,
    ) -> Result<()> {
        let db = recorder.db();
        let stated = people::qualifications(db, self.seal)?;
        let earlier = stated.iter().find(|stated| stated.person == *person);
        let supersedes = earlier.map(|stated| stated.id.as_str());
        let ev = recorder.ev();
        let id = people::insert_qualification(db, self.seal, person, text, supersedes, &ev)?;
        recorder.row("qualification", &audit::QUALIFICATION, &id)
    }

    pub(crate) fn require_person(&self, name_or_id: &str) -> Result<PersonRow> {
        self.find_person(name_or_id)?
            .ok_or_else(|| Error::NoSuchPerson(name_or_id.to_owned()))
    }
}

/// A change of schema happens before anybody is signed in: the first who then signs in tells it.
fn tell_migration(recorder: &mut Recorder<'_>) -> Result<()> {
    let told = meta::get(recorder.db(), meta::MIGRATED)?.filter(|told| !told.is_empty());
    let Some(told) = told else {
        return Ok(());
    };
    recorder.note("migrated", &serde_json::from_str(&told)?)?;
    meta::put(recorder.db(), meta::MIGRATED, "")
}

fn give(recorder: &mut Recorder<'_>, person: &PersonId, role: Role, by: &PersonId) -> Result<()> {
    let ev = recorder.ev();
    let id = people::insert_grant(recorder.db(), person, role, by, None, &ev)?;
    recorder.row("role", &audit::ROLE_GRANT, &id)
}

fn ms(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX)
}

fn seconds_up(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0).div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::wait_s;

    #[test]
    fn waits_double_from_one_second_to_five_minutes() {
        let waits: Vec<u64> = (0..12).map(wait_s).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(wait_s(u32::MAX), 300);
    }
}
