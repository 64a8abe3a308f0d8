//! People: signing in and out, passphrases, new persons.

use super::{Desk, Screen};
use crate::screens::worklist;
use crate::sentence::Sentence;
use project::{NewPerson, Passphrase, Role, Session};

impl Desk {
    pub(super) fn sign_in(&mut self, person: String, passphrase: &str) {
        let Some(open) = &self.open else { return };
        self.sign_in.is_checking = true;
        self.sign_in.fault = None;
        let passphrase = (!open.is_practice).then(|| Passphrase::new(passphrase));
        open.ask(
            &self.background,
            move |project| project.sign_in(&person, passphrase.as_ref()),
            |desk, result| {
                desk.sign_in.is_checking = false;
                match result {
                    Ok(session) => desk.enter(session),
                    Err(error) => desk.sign_in.fault = Some(error.sentence(&desk.words)),
                }
            },
        );
    }

    fn enter(&mut self, session: Session) {
        if let Some(open) = &mut self.open {
            open.session = Some(session);
        }
        self.refresh_cases();
        self.remember_project(false);
        self.resume();
        self.remind_of_backup();
    }

    pub(super) fn sign_out(&mut self) {
        self.notices.retain(|notice| notice.is_error);
        self.leave_case();
        self.court = None;
        self.cases.clear();
        self.own.clear();
        self.worklist = worklist::State::default();
        self.preview = None;
        if let Some(open) = &mut self.open {
            open.session = None;
            self.screen = Screen::SignIn;
        }
    }

    pub(super) fn change_passphrase(&mut self, old: String, new: String) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                project.change_passphrase(
                    &session,
                    Some(&Passphrase::new(&old)),
                    &Passphrase::new(&new),
                )
            },
            |desk, result| match result {
                Ok(()) => {
                    desk.form = None;
                    let text = desk.t("passphrase-done");
                    desk.say(text);
                }
                Err(error) => {
                    desk.say_error(&error);
                }
            },
        );
    }

    pub(super) fn add_person(
        &mut self,
        name: String,
        roles: &[String],
        passphrase: &str,
        qualification: &str,
    ) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let new = NewPerson {
            name,
            kana: None,
            roles: roles
                .iter()
                .filter_map(|role| Role::from_word(role))
                .collect(),
            qualification: (!qualification.trim().is_empty())
                .then(|| qualification.trim().to_owned()),
            passphrase: (!passphrase.is_empty()).then(|| Passphrase::new(passphrase)),
        };
        open.ask(
            &self.background,
            move |project| {
                project.add_person(&session, &new)?;
                project.people()
            },
            |desk, result| match result {
                Ok(people) => {
                    desk.form = None;
                    if let Some(open) = &mut desk.open {
                        open.people = people;
                    }
                }
                Err(error) => {
                    desk.say_error(&error);
                }
            },
        );
    }
}
