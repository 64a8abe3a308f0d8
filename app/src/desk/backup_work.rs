//! Backups from the window: the reminder, and a generation made while work goes on.

use super::{Desk, clock_text, frame, size_text};
use std::path::PathBuf;
use std::time::SystemTime;

impl Desk {
    /// Reminds whoever may make backups when one is due.
    pub(super) fn remind_of_backup(&mut self) {
        let is_admin = self.open.as_ref().is_some_and(super::OpenProject::is_admin);
        let Some((open, _)) = self
            .open_session()
            .filter(|(open, _)| is_admin && !open.is_practice)
        else {
            return;
        };
        open.ask(
            &self.background,
            |project| {
                let now = SystemTime::now();
                let last = project.last_backup()?;
                let days = last.as_ref().and_then(|last| last.days_since(now));
                Ok((project.is_backup_due(now)?, last.is_some(), days))
            },
            |desk, result: project::Result<(bool, bool, Option<i64>)>| match result {
                Ok((true, true, Some(days))) => {
                    let text = desk.words.f("backup-old", &[("days", days.into())]);
                    desk.say_lasting(text);
                }
                Ok((true, _, _)) => {
                    let text = desk.t("backup-none-yet");
                    desk.say_lasting(text);
                }
                Ok(_) => {}
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// Opens the form in which a backup is made; the folder of the last one stands in it.
    pub(super) fn ask_backup(&mut self) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| Ok((project.backup_place(&session)?, project.last_backup()?)),
            |desk, result: project::Result<_>| match result {
                Ok((place, last)) => {
                    let last: Option<project::LastBackup> = last;
                    let folder = place.map(|place: PathBuf| place.display().to_string());
                    desk.form = Some(frame::Form::Backup {
                        folder: folder.unwrap_or_default(),
                        last: last.map(|last| day_and_time(&last.made)),
                    });
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// Makes a backup into a folder, beside the window.
    pub(super) fn make_backup(&mut self, folder: PathBuf) {
        self.form = None;
        let text = self.t("backup-begins");
        self.say(text);
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let asked = session.clone();
        open.ask(
            &self.background,
            move |project| project.backup_job(&asked, &folder),
            move |desk, result| match result {
                Ok(job) => desk.run_backup(session, job),
                Err(error) => desk.say_error(&error),
            },
        );
    }

    fn run_backup(&mut self, session: project::Session, job: project::BackupJob) {
        self.background.spawn(
            "backup",
            move |progress| job.run(&|_, _| {}, progress.stop_flag()),
            move |desk, made| match made {
                Ok(Some(made)) => desk.finish_backup(session, made),
                Ok(None) => {}
                Err(error) => desk.say_error(&error),
            },
        );
    }

    fn finish_backup(&mut self, session: project::Session, made: project::MadeBackup) {
        let Some(open) = &self.open else { return };
        open.ask(
            &self.background,
            move |project| project.finish_backup(&session, made),
            |desk, result| match result {
                Ok(backup) => {
                    let told = [
                        ("folder", backup.backup.display().to_string().into()),
                        ("size", size_text(backup.bytes).into()),
                    ];
                    let key = if backup.faults.is_empty() && backup.missing.is_empty() {
                        "backup-done"
                    } else {
                        "backup-done-with-faults"
                    };
                    let text = desk.words.f(key, &told);
                    desk.say_lasting(text);
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }
}

/// Day and time of day of an RFC 3339 time stamp.
fn day_and_time(at: &str) -> String {
    let day = at.split('T').next().unwrap_or_default();
    format!("{day} {}", clock_text(at))
}
