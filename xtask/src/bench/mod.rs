//! `cargo xtask bench`: the figures of the budgets, measured, and beside a peer's where one does the same.
//!
//! Groups: `load` (reading series beside the peers), `render` (slices beside VTK), `edit` (the mask),
//! `agreement` (figures between readers beside the public packages) and `window` (a real window on a
//! virtual display, driven and watched from outside). The file of `--json`
//! has the form of the commands' contract. Without a name all groups run.

mod agreement;
mod case;
mod edit;
mod load;
mod many_files;
mod peers;
mod render;
mod spread;
#[cfg(unix)]
mod window;

use crate::build::Profile;
use crate::say;
use case::Case;
use std::path::PathBuf;

/// Groups of the contract, and whether this version measures them.
const GROUPS: [(&str, bool); 7] = [
    ("load", true),
    ("render", true),
    ("edit", true),
    ("agreement", true),
    ("window", true),
    ("storage", false),
    ("formats", false),
];

/// What was asked for.
struct Asked {
    groups: Vec<&'static str>,
    json: Option<PathBuf>,
    profile: Profile,
}

/// Measures; `true` when every case came to an end.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let asked = parse(arguments)?;
    say(&format!(
        "{} profile; load of this machine before: {}",
        asked.profile.folder(),
        load()
    ));
    let mut cases: Vec<Case> = Vec::new();
    let mut is_whole = true;
    for group in &asked.groups {
        let measured = match *group {
            "load" => load::measure(asked.profile),
            "render" => render::measure(asked.profile),
            "edit" => edit::measure(asked.profile),
            "agreement" => agreement::measure(asked.profile),
            _ => of_window(asked.profile),
        };
        match measured {
            Ok(of_group) => cases.extend(of_group),
            Err(why) => {
                say(&format!("{group}: {why}"));
                is_whole = false;
            }
        }
    }
    say(&format!("load after: {}", load()));
    say(&case::table(&cases));
    if let Some(file) = &asked.json {
        std::fs::write(file, case::json(&cases))
            .map_err(|e| format!("{} cannot be written: {e}", file.display()))?;
        say(&format!("written: {}", file.display()));
    }
    Ok(is_whole)
}

#[cfg(unix)]
fn of_window(profile: Profile) -> Result<Vec<Case>, String> {
    window::measure(profile)
}

#[cfg(not(unix))]
fn of_window(_: Profile) -> Result<Vec<Case>, String> {
    Err("a window is measured on an X display only".to_owned())
}

fn parse(arguments: &[String]) -> Result<Asked, String> {
    let mut asked = Asked {
        groups: Vec::new(),
        json: None,
        profile: Profile::Release,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => asked.json = Some(words.next().ok_or("--json needs a file")?.into()),
            "--dev" => asked.profile = Profile::Dev,
            name => asked.groups.push(group(name)?),
        }
    }
    if asked.groups.is_empty() {
        asked.groups = GROUPS
            .iter()
            .filter(|(_, is_here)| *is_here)
            .map(|(name, _)| *name)
            .collect();
    }
    Ok(asked)
}

fn group(name: &str) -> Result<&'static str, String> {
    match GROUPS.iter().find(|(known, _)| *known == name) {
        Some((known, true)) => Ok(known),
        Some((known, false)) => Err(format!("{known}: not yet in this version")),
        None => Err(format!("no group is called {name}")),
    }
}

/// The load averages, where the system tells them.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(
        |_| "unknown".to_owned(),
        |text| text.split(' ').take(3).collect::<Vec<_>>().join(" "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_a_later_version_is_named_as_such_and_an_unknown_one_as_unknown() {
        assert_eq!(group("window"), Ok("window"));
        assert_eq!(
            group("storage"),
            Err("storage: not yet in this version".to_owned())
        );
        assert!(group("lode").is_err());
    }

    #[test]
    fn without_a_group_all_groups_of_this_version_run() {
        let asked = parse(&["--dev".to_owned()]).unwrap();
        assert_eq!(
            asked.groups,
            ["load", "render", "edit", "agreement", "window"]
        );
        assert_eq!(asked.profile, Profile::Dev);
    }
}
