//! A disc without room, in the real program: the person is told, what was drawn stays in memory and is
//! written when there is room again; nothing half is on disc.
//!
//! Two ways: a limit on the size of files, which any user may set and lift again, and (as root) a small
//! disc that is really full.

#![cfg(target_os = "linux")]

use dokuei::language::{Language, Words};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::calls::{Calls, say, text};
use tests::directed::{Directed, Stage};
use tests::scene::{Canvas, READERS, Scene, copy_folder, head_mr, voxels};

/// Strokes that are drawn while there is no room.
const STROKES: usize = 4;

/// The same command in a shell that allows no file above so many bytes; a write beyond it fails
/// instead of killing the program.
fn limited(command: &Command, bytes: Option<u64>) -> Command {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        r#"trap "" XFSZ; ulimit -S -f "$1"; shift; exec "$@""#,
        "sh",
    ]);
    // The shell counts in blocks of 512 bytes.
    let blocks = bytes.map(|bytes| (bytes / 512).to_string());
    shell
        .arg(blocks.as_deref().unwrap_or("unlimited"))
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

fn project_with_head() -> (Scene, Canvas) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let images = head_mr(folder.path());
    let canvas = Canvas::of(&images);
    (Scene::new(&[&images]), canvas)
}

#[test]
fn a_script_that_finds_no_room_stops_with_a_sentence_and_leaves_nothing_half() {
    let (scene, canvas) = project_with_head();
    let calls = &scene.calls;
    let [reader, _] = READERS;
    let planes = canvas.size[2] as usize;
    let lines: Vec<Value> = (0..60)
        .map(|n| {
            let x = 0.2 + 0.01 * n as f64;
            canvas.brush(
                "lesion",
                (n % planes) as i64,
                &[[x, 0.3], [x + 0.1, 0.7]],
                6.0,
            )
        })
        .collect();
    let whole = voxels(&scene.copy().annotate(reader, "1", &lines));
    let script = scene.script("lines.jsonl", &lines);
    // Room for what is there and for some lines.
    let size = std::fs::metadata(calls.project.join("project.sqlite")).map_or(0, |file| file.len());
    let args = ["annotate", "1", "--script", text(&script)];
    let said = say(&mut limited(
        &calls.command(reader, &args),
        Some(size + 128 * 1024),
    ));
    assert_eq!(said.exit, 1, "{}{}", said.results, said.notes);
    assert!(said.notes.trim().len() > 20, "a sentence: {}", said.notes);
    let error = &said.json()["error"];
    let (edits, line) = (error["edits"].as_u64(), error["line"].as_u64());
    assert_eq!(edits.map(|edits| edits + 1), line, "{error}");
    let edits = edits.expect("how many are kept") as usize;
    assert!(edits > 0 && edits < lines.len(), "{error}");

    calls.verify();
    assert_eq!(calls.history(reader, "1").len(), edits);
    assert_eq!(scene.findings(reader, "1"), whole[..edits]);
    // With room again the rest goes in.
    scene.annotate(reader, "1", &lines[edits..]);
    assert_eq!(scene.findings(reader, "1"), whole);
    calls.verify();
}

/// How room is taken from a running program and given back, and the sentence that is then said.
struct Room<'a> {
    take: &'a dyn Fn(u32),
    give: &'a dyn Fn(u32),
    sentence: String,
    /// The project as another process reads it meanwhile.
    meanwhile: &'a Calls,
}

/// Draws without room until the window says so, makes room, and looks at what is left after a restart.
fn drawn_without_room(calls: &Calls, command: Command, out: &Path, room: &Room<'_>) {
    let [reader, _] = READERS;
    let mut window = Directed::signed_in(command, reader);
    window.open_next();
    window.stroke(0);
    window.saved();
    (room.take)(window.id());
    let not_saved = window.t("not-saved");
    let mut drawn = 1;
    // What was allotted before may still take some strokes.
    while !window.shows_within(&not_saved, 1) {
        assert!(
            drawn < 16,
            "the window never says that it cannot save: {}",
            window.tree()
        );
        window.stroke(drawn);
        drawn += 1;
    }
    for _ in 0..STROKES {
        window.stroke(drawn);
        drawn += 1;
    }
    let tree = window.tree();
    assert!(
        tree.contains(&not_saved) && tree.contains(&room.sentence),
        "{tree}"
    );
    let kept = room.meanwhile.history(reader, "1").len();
    assert!(kept + STROKES < drawn + 1, "{kept} of {drawn} are on disc");
    (room.give)(window.id());
    window.saved();
    assert_eq!(calls.history(reader, "1").len(), drawn);
    window.close();
    calls.verify();
    let mut again = Directed::signed_in(Directed::command(calls, out, Stage::Offscreen), reader);
    again.open_next();
    let words = Words::new(Language::Ja);
    again.wait(&words.f("undo-count", &[("count", drawn.into())]));
    again.close();
}

/// Limits the size of files that a running program may write.
fn limit(id: u32, limit: &str) {
    let fsize = format!("--fsize={limit}:unlimited");
    let said = say(Command::new("prlimit").args(["--pid", &id.to_string(), &fsize]));
    assert_eq!(said.exit, 0, "{}", said.notes);
}

#[test]
fn the_window_keeps_what_finds_no_room_and_saves_it_when_there_is() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        tests::skipped("limiting a running program needs prlimit");
        return;
    }
    let (scene, _) = project_with_head();
    let calls = &scene.calls;
    let command = Directed::command(calls, &scene.path("first"), Stage::Offscreen);
    let mut command = limited(&command, None);
    // Its notes go to a file that may not grow either.
    let notes = scene.path("notes");
    std::fs::write(&notes, [b'\n'; 1024]).expect("a file");
    let notes = std::fs::File::options().append(true).open(&notes);
    command.stderr(notes.expect("the file"));
    let room = Room {
        take: &|id| limit(id, "512"),
        give: &|id| limit(id, "unlimited"),
        sentence: Words::new(Language::Ja).t("error-database"),
        meanwhile: calls,
    };
    let out = scene.path("again");
    drawn_without_room(calls, command, &out, &room);
}

/// A disc in memory; it goes when this is dropped.
struct SmallDisc(PathBuf);

impl SmallDisc {
    fn mount(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).ok()?;
        let size = ["-t", "tmpfs", "-o", "size=16m", "tmpfs"];
        let mounted = Command::new("mount").args(size).arg(folder).output();
        let is_done = mounted.is_ok_and(|done| done.status.success());
        is_done.then(|| Self(folder.to_path_buf()))
    }
}

impl Drop for SmallDisc {
    fn drop(&mut self) {
        // It goes with the machine at the latest.
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

fn filler(disc: &Path) -> PathBuf {
    disc.join("filler")
}

/// Fills a disc to the last byte.
fn fill(disc: &Path) {
    let mut file = std::fs::File::create(filler(disc)).expect("a file");
    for length in [65_536, 4096, 512, 1] {
        let block = vec![7_u8; length];
        while file.write_all(&block).is_ok() {}
    }
}

#[test]
fn a_disc_that_is_full_loses_no_stroke() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("disc");
    let Some(disc) = Some(())
        .filter(|()| tests::is_root())
        .and_then(|()| SmallDisc::mount(&place))
    else {
        tests::skipped("a small disc needs root and mount");
        return;
    };
    let (scene, _) = project_with_head();
    let project = disc.0.join("読影");
    copy_folder(&scene.calls.project, &project);
    let calls = Calls::new(&scene.path("home"), &project);
    let command = Directed::command(&calls, &scene.path("first"), Stage::Offscreen);
    let room = Room {
        take: &|_| fill(&disc.0),
        give: &|_| std::fs::remove_file(filler(&disc.0)).expect("room is made"),
        sentence: Words::new(Language::Ja).t("error-disc_full"),
        meanwhile: &calls,
    };
    drawn_without_room(&calls, command, &scene.path("again"), &room);
}

#[test]
fn a_project_folder_that_vanishes_while_painting_loses_no_stroke() {
    let (scene, _) = project_with_head();
    let calls = &scene.calls;
    let away = scene.path("pulled out");
    let meanwhile = Calls::new(&scene.path("home"), &away);
    let command = Directed::command(calls, &scene.path("first"), Stage::Offscreen);
    let path = calls.project.display().to_string();
    let room = Room {
        take: &|_| std::fs::rename(&calls.project, &away).expect("the folder goes"),
        give: &|_| std::fs::rename(&away, &calls.project).expect("the folder comes back"),
        sentence: Words::new(Language::Ja).f("error-folder_gone", &[("path", path.into())]),
        meanwhile: &meanwhile,
    };
    drawn_without_room(calls, command, &scene.path("again"), &room);
}
