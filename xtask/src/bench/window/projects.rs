//! Projects to be measured, made by the program's own commands.

use super::{READER, phantom};
use crate::say;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A label of the built-in protocol.
const LABEL: &str = "lesion";
/// Cases of the long worklist.
pub(super) const MANY_CASES: usize = 10_000;
/// Voxels of each of them: nobody looks at them.
const SMALL: [usize; 3] = [8, 8, 4];
/// Cases between which the reader changes, and the voxels of each: an ordinary chest CT.
pub(super) const NEIGHBOURS: u32 = 4;
const ORDINARY: [usize; 3] = [512, 512, 300];

/// The folder of one measurement, gone with this value.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, String> {
        let folder = crate::build::target_dir()?
            .join("tmp")
            .join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|e| format!("{} cannot be made: {e}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is under the target directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A project with the large study and its 200 segments.
pub(super) fn large(program: &Path, scratch: &Path) -> Result<PathBuf, String> {
    say("making a study of 512 x 512 x 1000 voxels with 200 segments");
    let volume = scratch.join("large.nii");
    written(&volume, phantom::SIZE, 0)?;
    let script = scratch.join("segments.jsonl");
    std::fs::write(&script, phantom::script(LABEL))
        .map_err(|e| format!("{}: {e}", script.display()))?;
    let project = made(program, &scratch.join("project"), &volume)?;
    command(
        program,
        &["annotate", "1", "--script", &path(&script)],
        &as_one(&project, READER),
    )?;
    Ok(project)
}

/// A project with as many cases as a year of a large hospital brings.
pub(super) fn of_many_cases(program: &Path, scratch: &Path) -> Result<PathBuf, String> {
    say(&format!("making a project of {MANY_CASES} cases"));
    let volumes = scratch.join("many");
    std::fs::create_dir_all(&volumes).map_err(|e| format!("{}: {e}", volumes.display()))?;
    for n in 0..MANY_CASES {
        written(&volumes.join(format!("{n:05}.nii")), SMALL, n as u32)?;
    }
    made(program, &scratch.join("project-of-many"), &volumes)
}

/// A project with some ordinary studies, each a case.
pub(super) fn of_neighbours(program: &Path, scratch: &Path) -> Result<PathBuf, String> {
    say(&format!(
        "making {NEIGHBOURS} cases of {} x {} x {} voxels",
        ORDINARY[0], ORDINARY[1], ORDINARY[2]
    ));
    let volumes = scratch.join("neighbours");
    std::fs::create_dir_all(&volumes).map_err(|e| format!("{}: {e}", volumes.display()))?;
    for n in 0..NEIGHBOURS {
        written(&volumes.join(format!("{n}.nii")), ORDINARY, n + 1)?;
    }
    made(program, &scratch.join("project-of-neighbours"), &volumes)
}

fn written(file: &Path, size: [usize; 3], seed: u32) -> Result<(), String> {
    phantom::write_volume(file, size, seed).map_err(|e| format!("{}: {e}", file.display()))
}

/// A project whose one reader reads all that lies at a place; that is gone then.
fn made(program: &Path, project: &Path, volumes: &Path) -> Result<PathBuf, String> {
    let folder = path(project);
    let init = [
        "init", &folder, "--title", "Bench", "--lead", "Lead", "--preset", "demo",
    ];
    command(program, &init, &[])?;
    let as_lead = as_one(project, "Lead");
    let reader = ["reader", "add", READER, "--role", "reader"];
    command(program, &reader, &as_lead)?;
    command(program, &["import", &path(volumes)], &as_lead)?;
    command(program, &["assign", "--readers", READER], &as_lead)?;
    // The project has its own copy.
    let gone = if volumes.is_dir() {
        std::fs::remove_dir_all(volumes)
    } else {
        std::fs::remove_file(volumes)
    };
    gone.map_err(|e| format!("{}: {e}", volumes.display()))?;
    Ok(project.to_path_buf())
}

fn as_one(project: &Path, person: &str) -> Vec<String> {
    let words = ["--project", &path(project), "--as", person];
    words.map(str::to_owned).to_vec()
}

fn command(program: &Path, words: &[&str], who: &[String]) -> Result<(), String> {
    let output = Command::new(program)
        .args(words)
        .args(who)
        .output()
        .map_err(|e| format!("the program does not start: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{}: {}",
        words.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

/// A path as a word of a command.
pub(super) fn path(path: &Path) -> String {
    path.display().to_string()
}
