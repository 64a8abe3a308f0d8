//! System packages: installed where that is allowed, else named in one line to run.

use crate::say;
use std::process::{Command, Stdio};

/// What packages are wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Compiling.
    Build,
    /// A window, with or without a display.
    Window,
    /// Measuring a window from outside.
    Bench,
}

/// A package of Debian and its relatives, and how to see that it is there.
struct Package {
    name: &'static str,
    purpose: Purpose,
    present: Present,
}

enum Present {
    Program(&'static str),
    Library(&'static str),
}

const PACKAGES: &[Package] = &[
    Package {
        name: "pkg-config",
        purpose: Purpose::Build,
        present: Present::Program("pkg-config"),
    },
    Package {
        name: "xvfb",
        purpose: Purpose::Window,
        present: Present::Program("Xvfb"),
    },
    Package {
        name: "xdotool",
        purpose: Purpose::Bench,
        present: Present::Program("xdotool"),
    },
    Package {
        name: "libxkbcommon-x11-0",
        purpose: Purpose::Window,
        present: Present::Library("libxkbcommon-x11.so.0"),
    },
    Package {
        name: "libxcursor1",
        purpose: Purpose::Window,
        present: Present::Library("libXcursor.so.1"),
    },
    Package {
        name: "libxi6",
        purpose: Purpose::Window,
        present: Present::Library("libXi.so.6"),
    },
    Package {
        name: "libx11-xcb1",
        purpose: Purpose::Window,
        present: Present::Library("libX11-xcb.so.1"),
    },
    Package {
        name: "libegl1",
        purpose: Purpose::Window,
        present: Present::Library("libEGL.so.1"),
    },
    Package {
        name: "libgl1",
        purpose: Purpose::Window,
        present: Present::Library("libGL.so.1"),
    },
    Package {
        name: "libgl1-mesa-dri",
        purpose: Purpose::Window,
        present: Present::Library("dri/swrast_dri.so"),
    },
];

/// Installs what is missing. Where nothing may be installed, a missing package for building is an
/// error that names the line to run; one for the window is only said: the off-screen way remains.
pub(crate) fn install_missing(purpose: Purpose) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|p| is_wanted(p.purpose, purpose))
        .filter(|p| !is_present(&p.present))
        .map(|p| p.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install -y {}", missing.join(" "));
    if let Some(prefix) = may_install() {
        say(&format!("installing {}", missing.join(" ")));
        let installed = apt(prefix, &["update", "-qq"])
            && apt(
                prefix,
                &[
                    &["install", "-y", "-qq", "--no-install-recommends"],
                    missing.as_slice(),
                ]
                .concat(),
            );
        if installed {
            return Ok(());
        }
        say("the packages could not be installed");
    }
    if missing.iter().any(|name| {
        PACKAGES
            .iter()
            .any(|p| p.name == *name && p.purpose == Purpose::Build)
    }) {
        return Err(format!("please run once: sudo {line}"));
    }
    say(&format!("for a window please run once: sudo {line}"));
    Ok(())
}

/// Whether a package serves a purpose: what measures a window needs one, and everything is built first.
fn is_wanted(of: Purpose, purpose: Purpose) -> bool {
    of == Purpose::Build || of == purpose || (of == Purpose::Window && purpose == Purpose::Bench)
}

/// The words that stand before a command to run it as root; `None` where that is not allowed.
fn may_install() -> Option<&'static [&'static str]> {
    if !on_path("apt-get") {
        return None;
    }
    if quiet("id", &["-u"]).is_some_and(|out| out.trim() == "0") {
        return Some(&[]);
    }
    quiet("sudo", &["-n", "true"]).map(|_| &["sudo", "-n"] as &[&str])
}

fn apt(prefix: &[&str], arguments: &[&str]) -> bool {
    let words: Vec<&str> = [prefix, &["apt-get"], arguments].concat();
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    Command::new(program)
        .args(rest)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn quiet(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is found on the path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

fn is_present(present: &Present) -> bool {
    match present {
        Present::Program(name) => on_path(name),
        Present::Library(name) => library_folders()
            .iter()
            .any(|folder| std::path::Path::new(folder).join(name).exists()),
    }
}

fn library_folders() -> [String; 4] {
    let machine = std::env::consts::ARCH;
    [
        format!("/usr/lib/{machine}-linux-gnu"),
        "/usr/lib64".into(),
        "/usr/lib".into(),
        format!("/lib/{machine}-linux-gnu"),
    ]
}
