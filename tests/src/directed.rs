//! The program's window under orders (`dokuei play directed`): a real process that a test can watch,
//! starve of disc, and kill in the middle of a stroke.

use crate::calls::Calls;
use dokuei::language::{Language, Words};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the window is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the display.
    Window,
    /// Nowhere.
    Offscreen,
}

/// The program, taking orders; killed when dropped.
pub struct Directed {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    words: Words,
}

/// Seconds after which something that should be shown is missed.
const PATIENCE_S: u64 = 60;

impl Directed {
    /// The command that starts the window on a project, to be given to [`Directed::start`].
    #[must_use]
    pub fn command(calls: &Calls, out: &Path, stage: Stage) -> Command {
        let mut command = calls.program();
        command.args(["play", "directed", "--out"]).arg(out);
        if stage == Stage::Offscreen {
            command.arg("--offscreen");
        }
        command
    }

    /// Starts the program.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its answers"));
        let words = Words::new(Language::Ja);
        Self {
            child,
            orders,
            answers,
            words,
        }
    }

    /// Starts the program on a project and signs a person in.
    ///
    /// # Panics
    /// When it does not get so far.
    #[must_use]
    pub fn signed_in(command: Command, person: &str) -> Self {
        let mut window = Self::start(command);
        let sign_in = window.t("sign-in-do");
        window.wait(&sign_in);
        // a window that was just opened may still be finding its size
        let chosen = format!("row {person:?} = \"true\"");
        let begun = Instant::now();
        while !window.tree().contains(&chosen) {
            assert!(begun.elapsed().as_secs() < PATIENCE_S, "{person}");
            window.press(person);
        }
        window.press(&sign_in);
        // to the worklist, or to the case that was left open
        let places = [window.t("worklist-filter"), window.t("reading-viewport")];
        while !places.iter().any(|place| window.shows_within(place, 1)) {
            assert!(begun.elapsed().as_secs() < PATIENCE_S, "nothing opens");
        }
        window
    }

    /// The text of a key in the language of the window.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Gives an order and waits for its answer; the error is the program's own words.
    ///
    /// # Errors
    /// When it could not be done.
    ///
    /// # Panics
    /// When the program has gone.
    pub fn ask(&mut self, order: &Value) -> Result<Value, String> {
        let orders = self.orders.as_mut().expect("orders are still taken");
        writeln!(orders, "{order}").expect("the program listens");
        orders.flush().expect("the program listens");
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).expect("an answer");
        assert!(read > 0, "{order}: the program ended");
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        match answer["failed"].as_str() {
            Some(why) => Err(why.to_owned()),
            None => Ok(answer),
        }
    }

    fn must(&mut self, order: &Value) -> Value {
        let answer = self.ask(order);
        answer.unwrap_or_else(|why| panic!("{order}: {why}"))
    }

    /// Presses a widget.
    pub fn press(&mut self, name: &str) {
        self.must(&json!({ "do": "press", "name": name }));
    }

    /// Presses keys.
    pub fn key(&mut self, keys: &str) {
        self.must(&json!({ "do": "key", "keys": keys }));
    }

    /// Waits until something is shown.
    pub fn wait(&mut self, name: &str) {
        self.must(&json!({ "do": "wait", "name": name, "seconds": PATIENCE_S }));
    }

    /// Whether something is shown within some seconds.
    pub fn shows_within(&mut self, name: &str, seconds: u64) -> bool {
        self.ask(&json!({ "do": "wait", "name": name, "seconds": seconds }))
            .is_ok()
    }

    /// What the window shows.
    pub fn tree(&mut self) -> String {
        let told = self.must(&json!({ "do": "tree" }));
        told["tree"].as_str().unwrap_or_default().to_owned()
    }

    /// Opens the next case, waits for its pixels and takes the first label's brush in hand.
    pub fn open_next(&mut self) {
        let next = self.t("worklist-next");
        // unless it is open, because it was left open
        if self.shows_within(&next, 0) {
            self.press(&next);
        }
        let plane = self.t("reading-plane");
        self.wait(&plane);
        self.must(&json!({ "do": "point", "on": self.t("reading-viewport"), "at": [0.5, 0.5] }));
        self.key("1");
    }

    /// Draws the stroke of a number: each lies somewhere else near the middle of the image.
    pub fn stroke(&mut self, number: usize) {
        self.must(
            &json!({ "do": "stroke", "on": self.t("reading-viewport"), "points": points(number) }),
        );
    }

    /// Draws the stroke of a number; false once the program has gone.
    pub fn try_stroke(&mut self, number: usize) -> bool {
        let order = json!({
            "do": "stroke",
            "on": self.t("reading-viewport"),
            "points": points(number),
        });
        let Some(orders) = self.orders.as_mut() else {
            return false;
        };
        let is_sent = writeln!(orders, "{order}")
            .and_then(|()| orders.flush())
            .is_ok();
        let mut line = String::new();
        is_sent && self.answers.read_line(&mut line).is_ok_and(|read| read > 0)
    }

    /// Waits until the program has gone, and tells how it ended.
    ///
    /// # Panics
    /// When its end cannot be waited for.
    pub fn wait_gone(mut self) -> std::process::ExitStatus {
        self.child.wait().expect("it is gone")
    }

    /// Begins the stroke of a number and keeps the button down.
    pub fn hold(&mut self, number: usize) {
        self.must(
            &json!({ "do": "hold", "on": self.t("reading-viewport"), "points": points(number) }),
        );
    }

    /// Waits until the header says that everything is on disc.
    ///
    /// # Panics
    /// When it never does.
    pub fn saved(&mut self) {
        let saved = self.words.f("saved", &[("time", "".into())]);
        let begun = Instant::now();
        loop {
            let tree = self.tree();
            let mut lines = tree.lines().map(str::trim);
            if lines.any(|line| line.starts_with(&format!("label \"{}", saved.trim()))) {
                return;
            }
            assert!(
                begun.elapsed().as_secs() < PATIENCE_S,
                "never saved: {tree}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the program at once, as a power cut would.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(mut self) {
        self.child.kill().expect("the program is killed");
        self.child.wait().expect("it is gone");
    }

    /// Ends the orders: the window closes as when a person closes it.
    ///
    /// # Panics
    /// When it does not.
    pub fn close(mut self) {
        drop(self.orders.take());
        let status = self.child.wait().expect("the program ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Directed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A short zigzag near the middle of the picture.
fn points(number: usize) -> [[f32; 2]; 3] {
    let column = (number % 6) as f32;
    let row = (number / 6 % 6) as f32;
    let (x, y) = (0.38 + column * 0.04, 0.38 + row * 0.04);
    [[x, y], [x + 0.02, y + 0.01], [x, y + 0.02]]
}
