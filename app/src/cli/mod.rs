//! Commands: arguments to the acts that the window does too, results as text or one JSON document.

mod annotate;
mod args;
mod backups;
mod cases;
mod export;
mod failure;
mod flags;
mod images;
mod import;
mod info_text;
mod later;
mod log;
mod output;
mod people;
mod picture;
mod project_state;
mod review;
mod shell;
mod statistics;

#[cfg(test)]
mod tests;

pub use output::Output;

use crate::desk::{StartAs, open_window};
use crate::host::RendererChoice;
use crate::language::{Language, Words};
use args::{Call, Command, LangArg, RendererArg};
use clap::Parser;
use failure::{Failure, USAGE};
use serde_json::Value;
use shell::Shell;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

/// What a command hands back.
pub(crate) struct Answer {
    /// The document of `--json`.
    pub(crate) json: Value,
    /// The same in words.
    pub(crate) text: String,
    /// Exit status: 0, or 1 where the answer is no.
    pub(crate) exit: u8,
}

impl Answer {
    pub(crate) fn new(json: Value, text: impl Into<String>) -> Self {
        Self {
            json,
            text: text.into(),
            exit: 0,
        }
    }
}

/// Runs the program on the process's own streams.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    log::begin();
    let (mut results, mut notes) = (std::io::stdout(), std::io::stderr());
    let mut output = if std::io::stderr().is_terminal() {
        Output::watched(&mut results, &mut notes)
    } else {
        Output::new(&mut results, &mut notes)
    };
    ExitCode::from(run_with(args, &mut output))
}

/// Runs a command in this process; returns its exit status.
pub fn run_with(args: impl IntoIterator<Item = OsString>, output: &mut Output<'_>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let is_json = args.iter().any(|arg| arg == "--json");
    let call = match Call::try_parse_from(&args) {
        Ok(call) => call,
        Err(error) => return wrong_call(&error, is_json, output),
    };
    let language = call.global.lang.map(|lang| match lang {
        LangArg::Ja => Language::Ja,
        LangArg::En => Language::En,
    });
    let words = Words::new(language.unwrap_or_else(Language::of_system));
    let mut shell = Shell::new(call.global, words, output);
    let outcome = match call.command {
        None => window(
            &shell,
            StartAs {
                project: shell.global.project.clone(),
                language,
                ..StartAs::default()
            },
        ),
        Some(Command::View { paths }) => window(
            &shell,
            StartAs {
                view: paths,
                language,
                ..StartAs::default()
            },
        ),
        Some(Command::Unknown(words)) => unknown(&shell, &words, language),
        Some(command) => perform(&mut shell, command).map(Some),
    };
    shell.tell(outcome, is_json)
}

fn wrong_call(error: &clap::Error, is_json: bool, output: &mut Output<'_>) -> u8 {
    if !error.use_stderr() {
        output.result(&error.to_string());
        return 0;
    }
    let text = error.to_string();
    if is_json {
        let first = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        let told = serde_json::json!({"error": {"code": "bad_arguments", "message": first, "hint": "dokuei --help"}});
        output.result(&told.to_string());
    }
    output.note(&text);
    USAGE
}

fn renderer(choice: RendererArg) -> RendererChoice {
    match choice {
        RendererArg::Auto => RendererChoice::Auto,
        RendererArg::Gpu => RendererChoice::Gpu,
        RendererArg::Cpu => RendererChoice::Cpu,
    }
}

fn window(shell: &Shell<'_, '_>, start_as: StartAs) -> Result<Option<Answer>, Failure> {
    open_window(start_as, renderer(shell.global.renderer)).map_err(|error| {
        let why = format!("{error:#}");
        Failure::not_done("not_done", "cli-no-window", &[("why", why.as_str())])
    })?;
    Ok(None)
}

/// A word that is no command: a project's folder is opened, anything else has no place here.
fn unknown(
    shell: &Shell<'_, '_>,
    words: &[OsString],
    language: Option<Language>,
) -> Result<Option<Answer>, Failure> {
    let word = words.first().cloned().unwrap_or_default();
    let folder = std::path::PathBuf::from(&word);
    if words.len() == 1 && folder.join("project.sqlite").is_file() {
        return window(
            shell,
            StartAs {
                project: Some(folder),
                language,
                ..StartAs::default()
            },
        );
    }
    Err(later::not_here(
        later::Kind::Command,
        &word.to_string_lossy(),
    ))
}

fn perform(shell: &mut Shell<'_, '_>, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Info(args) => images::info(shell, &args),
        Command::Convert(args) => images::convert(shell, &args),
        Command::Render(args) => picture::render(shell, &args),
        Command::Init(args) => project_state::init(shell, &args),
        Command::Demo { folder } => project_state::demo(shell, &folder),
        Command::Status => project_state::status(shell),
        Command::Verify(args) => project_state::verify(shell, &args),
        Command::Flag(command) => flags::flag(shell, &command),
        Command::Backup(command) => backups::backup(shell, &command),
        Command::Protocol(command) => project_state::protocol(shell, command),
        Command::Import(args) => import::import(shell, &args),
        Command::Case(command) => cases::case(shell, &command),
        Command::Assign(args) => people::assign(shell, &args),
        Command::Reader(command) => people::reader(shell, command),
        Command::Annotate(args) => annotate::annotate(shell, &args),
        Command::Tools => Ok(annotate::tools(shell)),
        Command::Undo(args) => annotate::undo(shell, &args),
        Command::Redo(args) => annotate::redo(shell, &args),
        Command::History(args) => annotate::history(shell, &args),
        Command::Submit { case } => annotate::submit(shell, &case),
        Command::Reopen(args) => annotate::reopen(shell, &args),
        Command::Compare { case } => review::compare(shell, &case),
        Command::Adjudicate(args) => review::adjudicate(shell, &args),
        Command::Report { output } => review::report(shell, output.as_deref()),
        Command::Export(args) => export::export(shell, &args),
        Command::Agree(args) => statistics::agree(shell, &args),
        Command::AgreeRatings(args) => statistics::agree_ratings(shell, &args),
        Command::AgreeFindings(args) => statistics::agree_findings(shell, &args),
        Command::Play {
            play,
            out,
            offscreen,
        } => {
            crate::play::run(&crate::play::Request {
                play,
                out: out.clone(),
                is_offscreen: offscreen,
                choice: renderer(shell.global.renderer),
                project: shell.global.project.clone(),
                person: shell.global.person.clone(),
            })?;
            Ok(Answer::new(
                serde_json::json!({"out": out}),
                out.display().to_string(),
            ))
        }
        Command::View { .. } | Command::Unknown(_) => {
            Err(later::not_here(later::Kind::Command, "view"))
        }
    }
}
