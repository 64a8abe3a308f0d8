//! Plays: the whole main job, done in the window by the player as a person would do it.

mod hand;
mod main_job;

use crate::desk::{StartAs, maker, open_played, window_settings};
use crate::host::RendererChoice;
use crate::host::offscreen::Offscreen;
use crate::language::Language;
use crate::player;
use crate::settings::Settings;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// Runs a play; pictures and exports go to `out`, which is emptied first.
///
/// # Errors
/// When a step of the play fails: its name and the picture at that moment are kept.
pub fn run(
    play: &str,
    out: &Path,
    is_offscreen: bool,
    choice: RendererChoice,
) -> anyhow::Result<()> {
    anyhow::ensure!(play == "main-job", "no play is called {play}");
    let out = std::path::absolute(out)?;
    if out.exists() {
        // Only what an earlier play wrote is replaced.
        anyhow::ensure!(
            out.join(MARK).is_file() || is_empty(&out),
            "{} holds something else; nothing was changed",
            out.display()
        );
        std::fs::remove_dir_all(&out)
            .with_context(|| format!("{} cannot be emptied", out.display()))?;
    }
    std::fs::create_dir_all(&out)?;
    std::fs::write(out.join(MARK), b"written by dokuei play\n")?;
    perform(&out, is_offscreen, choice)
}

/// The file by which a play knows its own folder again.
const MARK: &str = ".dokuei-play";

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn perform(out: &Path, is_offscreen: bool, choice: RendererChoice) -> anyhow::Result<()> {
    let settings = settings_in(&out.join("home"));
    let (plugin, player) = player::pair();
    let start_as = StartAs {
        language: Some(Language::Ja),
        ..StartAs::default()
    };
    let folder: PathBuf = out.to_path_buf();
    let acted = std::thread::Builder::new()
        .name("player".to_owned())
        .spawn(move || {
            let outcome = main_job::play(&player, &folder);
            if outcome.is_err() {
                // The picture shows where it stopped; the window may be gone already.
                let _ = player.screenshot(&folder.join("failed.png"));
                if let Ok(tree) = player.tree_text() {
                    let _ = std::fs::write(folder.join("failed-tree.txt"), tree);
                }
            }
            let closed = player.close();
            outcome.and(closed.map_err(anyhow::Error::from))
        })?;
    if is_offscreen {
        let size = window_settings().size;
        Offscreen::new(size, 1.0, maker(start_as, settings), Some(plugin)).run_until_closed();
    } else {
        open_played(start_as, choice, settings, Some(plugin))?;
    }
    acted
        .join()
        .map_err(|_| anyhow::anyhow!("the player stopped"))?
}

/// Settings of a play: as on the first day, in a folder of its own.
fn settings_in(home: &Path) -> Settings {
    Settings::load_in(home)
}
