//! Rules of the project as commands and the window meet them: one writer, waits after wrong
//! passphrases, places that are not safe, projects that cannot be written.

use std::path::Path;
use std::process::Command;
use tests::calls::{Calls, Said, list, say, text};
use tests::directed::{Directed, Stage};
use tests::scene::{LEAD, READERS, Scene, head_mr};

/// Exit status and code of the error.
fn code(said: &Said) -> (i32, String) {
    let told = said.json();
    let code = told["error"]["code"].as_str().unwrap_or_default();
    (said.exit, code.to_owned())
}

#[test]
fn a_second_process_may_read_and_is_refused_for_writing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scene = Scene::new(&[&head_mr(folder.path())]);
    let calls = &scene.calls;
    let [reader, _] = READERS;
    let start = |out: &str| {
        let command = Directed::command(calls, &scene.path(out), Stage::Offscreen);
        Directed::signed_in(command, reader)
    };
    let mut window = start("first");
    window.open_next();
    window.stroke(0);
    window.saved();

    let script = scene.script("line.jsonl", &[serde_json::json!({"tool": "no_finding"})]);
    let refused = calls.by(reader, &["annotate", "1", "--script", text(&script)]);
    assert_eq!(code(&refused), (1, "project_busy".to_owned()));
    assert!(
        refused.notes.trim().len() > 20,
        "a sentence: {}",
        refused.notes
    );
    let add = ["reader", "add", "C", "--role", "reader"];
    let exclude = ["case", "exclude", "1", "--reason", "motion"];
    for args in [
        add.as_slice(),
        &["assign", "--readers", reader],
        exclude.as_slice(),
    ] {
        let refused = calls.by(LEAD, args);
        assert_eq!(code(&refused), (1, "project_busy".to_owned()));
    }
    assert_eq!(calls.history(reader, "1").len(), 1);
    assert_eq!(list(&calls.done(LEAD, &["case", "list"]), "cases").len(), 1);
    calls.verify();

    // A second window opens, says why it cannot write, and shows what is there.
    let mut second = start("second");
    assert!(second.tree().contains(&second.t("read-only")));
    second.close();
    window.stroke(1);
    window.saved();
    window.close();
    assert_eq!(calls.history(reader, "1").len(), 2);
    assert_eq!(
        calls
            .by(reader, &["annotate", "1", "--script", text(&script)])
            .exit,
        2
    );
}

/// A project with passphrases whose hash costs as little as is allowed.
fn hospital(folder: &Path) -> Calls {
    let project = folder.join("hospital");
    let calls = Calls::new(&folder.join("home"), &project);
    let mut init = tests::dokuei(&folder.join("home"));
    init.arg("init")
        .arg(&project)
        .args(["--title", "H", "--lead", LEAD]);
    init.env("DOKUEI_HASH_FLOOR", "1");
    init.env("DOKUEI_NEW_PASSPHRASE", "seven quiet rivers meet below");
    let made = say(&mut init);
    assert_eq!(made.exit, 0, "{}", made.notes);
    calls
}

#[test]
fn a_wrong_passphrase_makes_everybody_wait_longer_each_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let calls = hospital(folder.path());
    let with = |passphrase: &str| {
        let mut command = calls.command(LEAD, &["case", "list"]);
        say(command.env("DOKUEI_PASSPHRASE", passphrase))
    };
    let seconds = |said: &Said| -> u64 {
        let digits: String = said.notes.chars().filter(char::is_ascii_digit).collect();
        digits.parse().expect("seconds in the sentence")
    };
    assert_eq!(
        code(&calls.by(LEAD, &["case", "list"])),
        (2, "passphrase_missing".to_owned())
    );
    let mut waits = Vec::new();
    for _ in 0..3 {
        let wrong = with("seven quiet rivers meet above");
        assert_eq!(code(&wrong), (1, "wrong_passphrase".to_owned()));
        let wait = seconds(&wrong);
        waits.push(wait);
        // Not even the right one is tried before the time is over; the wait outlasts the process. A
        // short one may be over before a busy machine has started the next process.
        if wait >= 4 {
            let early = with("seven quiet rivers meet below");
            assert_eq!(code(&early), (1, "sign_in_wait".to_owned()));
        }
        std::thread::sleep(std::time::Duration::from_secs(wait));
    }
    assert_eq!(waits, [1, 2, 4]);
    assert_eq!(with("seven quiet rivers meet below").exit, 0);
    // After a right one the count begins anew.
    assert_eq!(seconds(&with("seven quiet rivers meet above")), 1);
    calls.verify();
}

#[test]
fn a_project_in_a_folder_that_a_cloud_service_synchronises_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path().join("home");
    for cloud in ["Dropbox", "OneDrive - 大学病院", "Google Drive"] {
        let project = folder.path().join(cloud).join("読影");
        let mut init = tests::dokuei(&home);
        init.arg("init").arg(&project);
        let said = say(init.args(["--title", "T", "--lead", LEAD, "--preset", "demo", "--json"]));
        assert_eq!(code(&said), (2, "cloud_place".to_owned()), "{cloud}");
        assert!(!project.exists(), "nothing was written");
    }
    // One that was moved there later may still be looked at.
    let scene = Scene::new(&[]);
    let moved = folder.path().join("Dropbox").join("moved");
    tests::scene::copy_folder(&scene.calls.project, &moved);
    let calls = Calls::new(&home, &moved);
    assert_eq!(calls.by(LEAD, &["case", "list"]).exit, 0);
    let refused = calls.by(LEAD, &["reader", "add", "C", "--role", "reader"]);
    assert_eq!(code(&refused), (2, "cloud_place".to_owned()));
}

/// A read-only look at a project: permissions where they bind, else a mount for reading.
struct ReadOnly {
    folder: std::path::PathBuf,
    is_mounted: bool,
}

impl ReadOnly {
    fn make(project: &Path) -> Option<Self> {
        let run = |program: &str, args: &[&str]| {
            let done = Command::new(program).args(args).output();
            done.is_ok_and(|done| done.status.success())
        };
        let folder = project.to_path_buf();
        if !tests::is_root() {
            let is_done = cfg!(unix) && run("chmod", &["-R", "a-w", text(project)]);
            let read_only = Self {
                folder,
                is_mounted: false,
            };
            return is_done.then_some(read_only);
        }
        // A change of the mount after it was made: so it is read-only for every kernel.
        let is_mounted = run("mount", &["--bind", text(project), text(project)]);
        let read_only = is_mounted.then_some(Self { folder, is_mounted });
        let is_done = run("mount", &["-o", "remount,ro,bind", text(project)]);
        read_only.filter(|_| is_done)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let mut command = if self.is_mounted {
            Command::new("umount")
        } else {
            let mut command = Command::new("chmod");
            command.args(["-R", "u+w"]);
            command
        };
        // What cannot be undone here is undone with the temporary folder.
        let _ = command.arg(&self.folder).output();
    }
}

#[test]
fn a_project_that_cannot_be_written_says_so_and_can_be_looked_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scene = Scene::new(&[&head_mr(folder.path())]);
    let calls = &scene.calls;
    let Some(_read_only) = ReadOnly::make(&calls.project) else {
        tests::skipped("a read-only folder needs a system that can make one");
        return;
    };
    let refused = calls.by(LEAD, &["reader", "add", "C", "--role", "reader"]);
    assert_eq!(code(&refused), (1, "read_only".to_owned()));
    assert!(refused.notes.trim().len() > 20, "{}", refused.notes);
    assert_eq!(list(&calls.done(LEAD, &["case", "list"]), "cases").len(), 1);
    calls.verify();
    let command = Directed::command(calls, &scene.path("window"), Stage::Offscreen);
    let mut window = Directed::signed_in(command, READERS[0]);
    let tree = window.tree();
    assert!(tree.contains(&window.t("read-only")), "{tree}");
    assert!(tree.contains(&window.t("error-read_only")), "{tree}");
    window.close();
}
