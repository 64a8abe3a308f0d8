//! Where the window can open: the user's display, a virtual one, or none.

use crate::packages::on_path;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A place for windows.
pub(crate) enum Display {
    /// The user's own.
    Own,
    /// A virtual X display that ends with this value.
    Virtual { server: Child, name: String },
    /// None: pictures are painted off screen.
    None,
}

impl Display {
    /// The user's display, else a virtual one, else none.
    pub(crate) fn find() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if cfg!(any(windows, target_os = "macos")) || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")
        {
            return Self::Own;
        }
        Self::start_virtual().unwrap_or(Self::None)
    }

    /// A virtual display of the size the screens are designed for.
    pub(crate) fn start_virtual() -> Option<Self> {
        if !on_path("Xvfb") {
            return None;
        }
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
                "-noreset",
                "-dpi",
                "96",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        let output = server.stdout.take()?;
        BufReader::new(output).read_line(&mut number).ok()?;
        if number.trim().is_empty() {
            let _ = server.kill();
            return None;
        }
        Some(Self::Virtual {
            server,
            name: format!(":{}", number.trim()),
        })
    }

    /// Sets what a program needs to open its window here.
    pub(crate) fn prepare(&self, command: &mut Command) {
        match self {
            Self::Own => {}
            Self::Virtual { name, .. } => {
                command.env("DISPLAY", name).env_remove("WAYLAND_DISPLAY");
            }
            Self::None => {
                command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
            }
        }
    }

    /// Which way it is, in words.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Own => "in a window on the display",
            Self::Virtual { .. } => "in a window on a virtual display (Xvfb)",
            Self::None => "off screen, painted by the CPU (no display, no Xvfb)",
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Self::Virtual { server, .. } = self {
            // The server may have gone already.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
