//! A hand at the mouse and the keys of a virtual display: one `xdotool` that takes its orders line by line.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};

/// The hand.
pub(crate) struct Hand {
    tool: Child,
    orders: ChildStdin,
}

impl Hand {
    /// At a display.
    pub(crate) fn at(display: &str) -> Result<Self, String> {
        let mut tool = Command::new("xdotool")
            .arg("-")
            .env("DISPLAY", display)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("xdotool does not start: {e}"))?;
        let orders = tool.stdin.take().ok_or("xdotool takes no orders")?;
        Ok(Self { tool, orders })
    }

    /// Gives the keys to the window: there is no window manager that would.
    pub(crate) fn take_keys(&mut self) -> Result<(), String> {
        self.order("search --sync --name Dokuei windowfocus")
    }

    /// Moves the pointer.
    pub(crate) fn to(&mut self, [x, y]: [u32; 2]) -> Result<(), String> {
        self.order(&format!("mousemove {x} {y}"))
    }

    /// Presses the left button.
    pub(crate) fn press(&mut self) -> Result<(), String> {
        self.order("mousedown 1")
    }

    /// Releases the left button.
    pub(crate) fn release(&mut self) -> Result<(), String> {
        self.order("mouseup 1")
    }

    /// Turns the wheel by one notch towards the hand.
    pub(crate) fn wheel(&mut self) -> Result<(), String> {
        self.notch(true)
    }

    /// Turns the wheel by one notch towards the hand, or away from it.
    pub(crate) fn notch(&mut self, is_down: bool) -> Result<(), String> {
        let button = if is_down { 5 } else { 4 };
        // Not `click`, which takes its time between the two.
        self.order(&format!("mousedown {button}"))?;
        self.order(&format!("mouseup {button}"))
    }

    /// Holds a key down.
    pub(crate) fn hold(&mut self, key: &str) -> Result<(), String> {
        self.order(&format!("keydown {key}"))
    }

    /// Lets a held key go.
    pub(crate) fn let_go(&mut self, key: &str) -> Result<(), String> {
        self.order(&format!("keyup {key}"))
    }

    /// Presses and releases keys.
    pub(crate) fn key(&mut self, keys: &str) -> Result<(), String> {
        self.order(&format!("key --delay 0 {keys}"))
    }

    fn order(&mut self, line: &str) -> Result<(), String> {
        writeln!(self.orders, "{line}")
            .and_then(|()| self.orders.flush())
            .map_err(|e| format!("xdotool has gone: {e}"))
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        // It may have gone already.
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}
