//! `reader`, `assign`.

use super::Answer;
use super::args::{AssignArgs, ReaderCommand};
use super::failure::Failure;
use super::later::{Kind, not_here, not_yet, second_word};
use super::shell::{Shell, Wants, parts, to_json};
use project::{Act, AssignRequest, NewPerson, Preset, Project, Role};
use serde_json::json;
use std::collections::BTreeSet;

/// `reader add | list | disable`.
pub(super) fn reader(shell: &mut Shell<'_, '_>, command: ReaderCommand) -> Result<Answer, Failure> {
    match command {
        ReaderCommand::List => shell.as_person(Wants::Look, Act::ManagePeople, |_, project, _| {
            everybody(project)
        }),
        ReaderCommand::Add {
            name,
            role,
            qualification,
        } => shell.as_person(
            Wants::Change,
            Act::ManagePeople,
            |shell, project, session| {
                let roles = parts(&role)
                    .iter()
                    .map(|word| role_of(word))
                    .collect::<Result<BTreeSet<Role>, Failure>>()?;
                if roles.is_empty() {
                    return Err(not_here(Kind::Role, &role));
                }
                let passphrase = match project.preset() {
                    Preset::Demo => None,
                    Preset::Hospital => shell.first_passphrase()?,
                };
                project.add_person(
                    session,
                    &NewPerson {
                        name,
                        kana: None,
                        roles,
                        qualification,
                        passphrase,
                    },
                )?;
                everybody(project)
            },
        ),
        ReaderCommand::Disable { name } => {
            shell.as_person(Wants::Change, Act::ManagePeople, |_, project, session| {
                project.disable_person(session, &name)?;
                everybody(project)
            })
        }
        ReaderCommand::Unknown(words) => {
            let word = words
                .first()
                .map_or_else(String::new, |word| word.to_string_lossy().into_owned());
            Err(second_word("reader", &word))
        }
    }
}

fn role_of(word: &str) -> Result<Role, Failure> {
    Role::from_word(word).ok_or_else(|| not_here(Kind::Role, word))
}

fn everybody(project: &Project) -> Result<Answer, Failure> {
    let people = project.people()?;
    let line = |person: &project::Person| {
        let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
        format!(
            "{}\t{}\t{}",
            person.name,
            roles.join(","),
            person.qualification.as_deref().unwrap_or_default()
        )
    };
    let text = people.iter().map(line).collect::<Vec<_>>().join("\n");
    Ok(Answer::new(json!({"people": to_json(&people)?}), text))
}

/// `assign`.
pub(super) fn assign(shell: &mut Shell<'_, '_>, args: &AssignArgs) -> Result<Answer, Failure> {
    shell.as_person(Wants::Change, Act::Assign, |shell, project, session| {
        if args.design.is_some() || args.preview {
            return Err(not_yet("assign --design"));
        }
        let readers = args.readers.as_deref().map(parts).unwrap_or_default();
        if readers.is_empty() {
            return Err(Failure::usage("bad_arguments", "cli-readers-missing", &[]));
        }
        let request = AssignRequest {
            readers,
            per_case: args.per_case,
            cases: args.cases.as_deref().map(parts),
            seed: args.seed,
        };
        let made = project.assign(session, &request)?;
        if made.below_protocol {
            let text = shell
                .words
                .f("cli-below-protocol", &[("n", made.wanted_readers.into())]);
            shell.note(&text);
        }
        let line =
            |row: &project::Assignment| format!("{}\t{}\t{}", row.number, row.reader, row.order);
        let text = made
            .assignments
            .iter()
            .map(line)
            .collect::<Vec<_>>()
            .join("\n");
        let json = json!({
            "assignments": to_json(&made.assignments)?,
            "seed": made.seed,
            "wanted_readers": made.wanted_readers,
            "below_protocol": made.below_protocol,
        });
        Ok(Answer::new(json, text))
    })
}
