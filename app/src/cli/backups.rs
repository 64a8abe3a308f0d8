//! `backup`.

use super::Answer;
use super::args::BackupCommand;
use super::failure::{Failure, NOT_DONE};
use super::later::second_word;
use super::shell::{Shell, Wants, to_json};
use crate::language::Words;
use indicatif::ProgressBar;
use project::{Act, Error, SignInError, restore_backup, verify_backup};
use serde_json::Value;
use std::path::Path;

/// `backup make | verify | restore | prune`.
pub(super) fn backup(
    shell: &mut Shell<'_, '_>,
    command: &BackupCommand,
) -> Result<Answer, Failure> {
    match command {
        BackupCommand::Make { folder } => make(shell, folder),
        BackupCommand::Verify { backup } => verify(shell, backup),
        BackupCommand::Restore { backup, folder } => restore(shell, backup, folder),
        BackupCommand::Prune { folder } => prune(shell, folder.as_deref()),
        BackupCommand::Unknown(words) => {
            let word = words
                .first()
                .map_or_else(String::new, |word| word.to_string_lossy().into_owned());
            Err(second_word("backup", &word))
        }
    }
}

/// An answer that is "no" where something is wrong.
fn judged(json: Value, text: String, ok: bool) -> Answer {
    Answer {
        exit: if ok { 0 } else { NOT_DONE },
        ..Answer::new(json, text)
    }
}

fn moving(bar: &ProgressBar) -> impl Fn(u64, u64) + '_ {
    |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    }
}

fn make(shell: &mut Shell<'_, '_>, folder: &Path) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Backup, |shell, project, session| {
        let bar = shell.bar(0);
        let made = project.make_backup(session, folder, &moving(&bar));
        bar.finish_and_clear();
        let made = made?;
        let words = &shell.words;
        let path = made.backup.display().to_string();
        let mut text = words.f(
            "cli-backup-made",
            &[
                ("path", path.into()),
                ("sha256", made.sha256.as_str().into()),
            ],
        );
        if made.references > 0 {
            let said = words.f(
                "cli-backup-references",
                &[("count", count(made.references).into())],
            );
            text.push_str(&format!("\n{said}"));
        }
        for name in &made.missing {
            text.push_str(&line(words, "object_missing", name));
        }
        for fault in &made.faults {
            text.push_str(&line(words, fault.code, &fault.place));
        }
        Ok(judged(to_json(&made)?, text, made.ok))
    })
}

/// A fault with its code, its place and what it means.
fn line(words: &Words, code: &str, place: &str) -> String {
    let said = words.t(&format!("verify-{code}"));
    format!("\n{code}\t{place}\t{said}")
}

fn count(figure: u64) -> usize {
    usize::try_from(figure).unwrap_or(usize::MAX)
}

/// Needs no project and no person, as `verify`.
fn verify(shell: &mut Shell<'_, '_>, backup: &Path) -> Result<Answer, Failure> {
    let bar = shell.bar(0);
    let report = verify_backup(backup, &moving(&bar));
    bar.finish_and_clear();
    let report = report?;
    let mut text = shell.words.t(if report.ok {
        "cli-backup-sound"
    } else {
        "cli-backup-faults"
    });
    for fault in &report.faults {
        text.push_str(&line(&shell.words, &fault.code, &fault.file));
    }
    Ok(judged(to_json(&report)?, text, report.ok))
}

/// The person signs in as of the backup; the project of the working directory plays no part.
fn restore(shell: &mut Shell<'_, '_>, backup: &Path, folder: &Path) -> Result<Answer, Failure> {
    let person = shell
        .global
        .person
        .clone()
        .ok_or_else(|| Failure::usage("person_missing", "cli-as-missing", &[]))?;
    let bar = shell.bar(0);
    let mut restored = restore_backup(backup, folder, &person, None, &moving(&bar));
    // Only a project with passphrases asks for one.
    if let Err(Error::SignIn(SignInError::PassphraseMissing)) = restored {
        let passphrase = shell.passphrase("DOKUEI_PASSPHRASE", "cli-ask-passphrase")?;
        restored = restore_backup(backup, folder, &person, passphrase.as_ref(), &moving(&bar));
    }
    bar.finish_and_clear();
    let restored = restored?;
    let path = restored.project.display().to_string();
    let mut text = shell.words.f("cli-restored", &[("path", path.into())]);
    for fault in &restored.verified.faults {
        text.push_str(&line(&shell.words, fault.code, &fault.place));
    }
    Ok(judged(to_json(&restored)?, text, restored.ok))
}

fn prune(shell: &mut Shell<'_, '_>, folder: Option<&Path>) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Backup, |shell, project, session| {
        let pruned = project.prune_backups(session, folder)?;
        let mut text = shell.words.f(
            "cli-backup-pruned",
            &[
                ("removed", pruned.removed.len().into()),
                ("kept", pruned.kept.len().into()),
            ],
        );
        for kept in &pruned.kept {
            text.push_str(&format!("\n{}", kept.display()));
        }
        Ok(Answer::new(to_json(&pruned)?, text))
    })
}
