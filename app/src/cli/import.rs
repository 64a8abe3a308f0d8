//! `import`: of folders, and by a list.

use super::Answer;
use super::args::ImportArgs;
use super::cases::{scan, skipped_json};
use super::failure::{Failure, NOT_DONE};
use super::later::not_yet;
use super::shell::{Shell, Wants};
use crate::act::import_list::{
    self, Fate, ListLine, MAX_LIST_BYTES, PlannedRow, Refusal, known_cases, plan,
    plan_without_list, refusal_table,
};
use crate::language::Words;
use imaging::ScanResult;
use project::{Act, ImportedCase, NewCase, Project, Session};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is imported: the places to scan, and the list where there is one.
struct Source {
    places: Vec<PathBuf>,
    list: Option<List>,
}

struct List {
    file: PathBuf,
    /// Folders from which relative paths count: the list's own first.
    bases: Vec<PathBuf>,
    lines: Vec<ListLine>,
}

/// `import`.
pub(super) fn import(shell: &mut Shell<'_, '_>, args: &ImportArgs) -> Result<Answer, Failure> {
    let wants = if args.dry_run {
        Wants::Look
    } else {
        Wants::Change
    };
    shell.as_person(wants, Act::Import, |shell, project, session| {
        if args.pseudonymise {
            return Err(not_yet("import --pseudonymise"));
        }
        let source = source_of(args)?;
        let mut found = scan(shell, &source.places);
        if let Some(list) = &source.list {
            let file = list.file.canonicalize().ok();
            found
                .skipped
                .retain(|skipped| file.is_none() || skipped.file.canonicalize().ok() != file);
        }
        let known = known_cases(&project.cases(session)?);
        let rows = match &source.list {
            Some(list) => plan(&list.lines, &list.bases, &found, &known),
            None => plan_without_list(&found, &known),
        };
        if rows.is_empty() {
            return Err(Failure::usage("no_image", "error-view-nothing", &[])
                .with("skipped", json!(skipped_json(&found))));
        }
        if args.dry_run {
            return told_plan(shell, args, &rows, &found);
        }
        bring_in(shell, (project, session), args, &rows, &found)
    })
}

fn source_of(args: &ImportArgs) -> Result<Source, Failure> {
    let is_csv = |path: &PathBuf| {
        path.extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
    };
    let (file, places) = match (&args.list, args.paths.as_slice()) {
        (Some(list), paths) => (list, paths.to_vec()),
        (None, [only]) if is_csv(only) && only.is_file() => (only, Vec::new()),
        (None, paths) => {
            return Ok(Source {
                places: paths.to_vec(),
                list: None,
            });
        }
    };
    let lines = read_list(file)?;
    let base = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut bases = vec![base.clone()];
    bases.extend(places.iter().filter(|place| place.is_dir()).cloned());
    let places = if places.is_empty() {
        import_list::places(&lines, &base)
    } else {
        places
    };
    let file = file.clone();
    Ok(Source {
        places,
        list: Some(List { file, bases, lines }),
    })
}

fn read_list(file: &Path) -> Result<Vec<ListLine>, Failure> {
    let unreadable = |error: &std::io::Error| Failure::unreadable(file, error);
    let length = std::fs::metadata(file)
        .map_err(|error| unreadable(&error))?
        .len();
    if length > MAX_LIST_BYTES {
        return Err(unreadable(&std::io::Error::from(
            std::io::ErrorKind::FileTooLarge,
        )));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error))?;
    import_list::read(&bytes).map_err(|why| Failure::input("bad_list", why))
}

/// The dry run: every row with what would happen, nothing changed.
fn told_plan(
    shell: &mut Shell<'_, '_>,
    args: &ImportArgs,
    rows: &[PlannedRow],
    found: &ScanResult,
) -> Result<Answer, Failure> {
    let refusals = refusals_of(&shell.words, rows, found);
    save(args, &refusals)?;
    let words = &shell.words;
    let lines: Vec<String> = rows.iter().map(|row| row_text(words, row)).collect();
    let rows_told: Vec<Value> = rows.iter().map(|row| row_json(words, row, found)).collect();
    let json = json!({
        "dry_run": true, "cases": [], "rows": rows_told, "refused": refusals_json(&refusals),
        "skipped": skipped_json(found),
    });
    let mut answer = Answer::new(json, lines.join("\n"));
    answer.exit = exit_of(rows, 0);
    Ok(answer)
}

fn exit_of(rows: &[PlannedRow], failed: usize) -> u8 {
    let is_refused = |row: &PlannedRow| matches!(row.fate, Fate::Refused(_));
    if failed > 0 || rows.iter().any(is_refused) {
        NOT_DONE
    } else {
        0
    }
}

/// Imports case by case; one that fails does not stop the others.
fn bring_in(
    shell: &mut Shell<'_, '_>,
    (project, session): (&Project, &Session),
    args: &ImportArgs,
    rows: &[PlannedRow],
    found: &ScanResult,
) -> Result<Answer, Failure> {
    let mut refusals = refusals_of(&shell.words, rows, found);
    let cases = import_list::cases(rows, &found.series, args.reference);
    let is_only = cases.len() == 1 && rows.len() == 1;
    let bar = shell.bar(cases.len());
    let (mut told, mut text, mut failed) = (Vec::new(), String::new(), 0);
    for (lines, case) in cases {
        let name = name_of(&case);
        match import_one(project, session, case) {
            Ok((line, value)) => {
                text.push_str(&line);
                told.push(value);
            }
            Err(failure) if is_only => return Err(failure),
            Err(failure) => {
                failed += 1;
                refusals.push(Refusal {
                    file: name,
                    line: lines.first().copied(),
                    reason: failure.told(&shell.words).message,
                });
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    for refusal in &refusals {
        let said = refusal_text(&shell.words, refusal);
        shell.note(&said);
    }
    save(args, &refusals)?;
    let words = &shell.words;
    let rows_told: Vec<Value> = rows.iter().map(|row| row_json(words, row, found)).collect();
    let json = json!({
        "cases": told, "rows": rows_told, "refused": refusals_json(&refusals),
        "skipped": skipped_json(found),
    });
    let mut answer = Answer::new(json, text);
    answer.exit = exit_of(rows, failed);
    Ok(answer)
}

/// The first file of a case, by which a person finds it.
fn name_of(case: &NewCase) -> String {
    let files = case.series.iter().flat_map(|series| &series.files);
    let first = files.map(|file| file.place.display().to_string()).next();
    first.unwrap_or_default()
}

fn import_one(
    project: &Project,
    session: &Session,
    case: NewCase,
) -> Result<(String, Value), Failure> {
    let metas: Vec<Value> = case
        .series
        .iter()
        .map(|series| series.meta.clone())
        .collect();
    let group = case.group.clone();
    let imported: ImportedCase = project.import_case(session, case)?;
    let problems: Vec<Value> = metas
        .iter()
        .filter_map(|meta| meta.get("problems")?.as_array().cloned())
        .flatten()
        .collect();
    let series: Vec<Value> = imported
        .series
        .iter()
        .zip(&metas)
        .map(|(series, meta)| {
            json!({
                "id": series.id, "is_new": series.is_new, "series_uid": meta["series_uid"],
                "modality": meta["modality"], "description": meta["description"], "size": meta["size"],
            })
        })
        .collect();
    let line = format!(
        "{}\t{}\t{}\n",
        imported.number,
        imported.id,
        imported.series.len()
    );
    let value = json!({
        "id": imported.id, "number": imported.number, "is_new": imported.is_new, "group": group,
        "series": series, "problems": problems,
    });
    Ok((line, value))
}

/// Lines that are refused, and files that cannot be read.
fn refusals_of(words: &Words, rows: &[PlannedRow], found: &ScanResult) -> Vec<Refusal> {
    let lines = rows.iter().filter_map(|row| match &row.fate {
        Fate::Refused(why) => Some(Refusal {
            file: row.text.clone(),
            line: row.line,
            reason: words.say(why),
        }),
        _ => None,
    });
    let files = found
        .skipped
        .iter()
        .filter(|skipped| !skipped.expected)
        .map(|skipped| Refusal {
            file: skipped.file.display().to_string(),
            line: None,
            reason: words.say(&skipped.reason.phrase),
        });
    lines.chain(files).collect()
}

fn save(args: &ImportArgs, refusals: &[Refusal]) -> Result<(), Failure> {
    if let Some(path) = &args.refusals {
        refusal_table(refusals).write(path)?;
    }
    Ok(())
}

fn refusals_json(refusals: &[Refusal]) -> Vec<Value> {
    refusals
        .iter()
        .map(
            |refusal| json!({"file": refusal.file, "line": refusal.line, "reason": refusal.reason}),
        )
        .collect()
}

fn refusal_text(words: &Words, refusal: &Refusal) -> String {
    let said = format!("{}: {}", refusal.file, refusal.reason);
    match refusal.line {
        Some(line) => words.f(
            "cli-at-line",
            &[("line", line.to_string().into()), ("message", said.into())],
        ),
        None => said,
    }
}

fn row_json(words: &Words, row: &PlannedRow, found: &ScanResult) -> Value {
    let series: Vec<&str> = row
        .series
        .iter()
        .filter_map(|at| found.series.get(*at))
        .map(|entry| entry.id.as_str())
        .collect();
    let mut value = json!({
        "line": row.line, "names": row.text, "number": row.number, "group": row.group,
        "series": series,
    });
    match &row.fate {
        Fate::New => value["state"] = json!("new"),
        Fate::Known(number) => {
            value["state"] = json!("known");
            value["case"] = json!(number);
        }
        Fate::Refused(why) => {
            value["state"] = json!("refused");
            value["code"] = json!(why.key.trim_start_matches("list-").replace('-', "_"));
            value["reason"] = json!(words.say(why));
        }
    }
    value
}

fn row_text(words: &Words, row: &PlannedRow) -> String {
    let count = row.series.len();
    let said = match (&row.fate, row.number) {
        (Fate::New, Some(number)) => words.f(
            "list-will-number",
            &[
                ("count", count.into()),
                ("number", number.to_string().into()),
            ],
        ),
        (Fate::New, None) => words.f("list-will", &[("count", count.into())]),
        (Fate::Known(number), _) => {
            words.f("list-will-known", &[("number", number.to_string().into())])
        }
        (Fate::Refused(why), _) => words.say(why),
    };
    match row.line {
        Some(line) => words.f(
            "cli-at-line",
            &[
                ("line", line.to_string().into()),
                ("message", format!("{}: {said}", row.text).into()),
            ],
        ),
        None => format!("{}: {said}", row.text),
    }
}
