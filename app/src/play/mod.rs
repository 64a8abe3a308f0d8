//! Plays: the whole main job, done in the window by the player as a person would do it; and one that
//! another program directs.

mod directed;
mod hand;
mod main_job;
mod places;

use crate::desk::{StartAs, maker, open_played, window_settings};
use crate::host::RendererChoice;
use crate::host::offscreen::Offscreen;
use crate::language::Language;
use crate::player::{self, Player};
use crate::settings::Settings;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// What is played, and where.
#[derive(Clone, Debug)]
pub struct Request {
    /// Name of the play: `main-job`, `places`, `list-places` or `directed`.
    pub play: String,
    /// Folder for pictures and exports; it is emptied first.
    pub out: PathBuf,
    /// Without a window.
    pub is_offscreen: bool,
    /// What draws.
    pub choice: RendererChoice,
    /// A project to open, for a play that wants one.
    pub project: Option<PathBuf>,
    /// Who signs in there.
    pub person: Option<String>,
}

/// Runs a play.
///
/// # Errors
/// When a step of the play fails: its name and the picture at that moment are kept.
pub fn run(request: &Request) -> anyhow::Result<()> {
    let acts = act(request)?;
    let out = std::path::absolute(&request.out)?;
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
    perform(request, &out, acts)
}

/// What the hand of a play does.
type Acts = Box<dyn FnOnce(&Player, &Path) -> anyhow::Result<()> + Send>;

fn act(request: &Request) -> anyhow::Result<Acts> {
    match request.play.as_str() {
        "main-job" => Ok(Box::new(main_job::play)),
        "directed" => Ok(Box::new(|player, _| directed::play(player))),
        "places" => {
            let person = request.person.clone();
            let has_project = request.project.is_some();
            Ok(Box::new(move |player, out| {
                places::play(player, out, has_project.then_some(person).flatten())
            }))
        }
        "list-places" => {
            let person = request.person.clone();
            Ok(Box::new(move |player, out| {
                places::play_list(player, out, person)
            }))
        }
        other => anyhow::bail!("no play is called {other}"),
    }
}

/// The file by which a play knows its own folder again.
const MARK: &str = ".dokuei-play";

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn perform(request: &Request, out: &Path, acts: Acts) -> anyhow::Result<()> {
    let settings = settings_in(&out.join("home"));
    let (plugin, player) = player::pair();
    let start_as = StartAs {
        language: Some(Language::Ja),
        project: request.project.clone(),
        ..StartAs::default()
    };
    let folder: PathBuf = out.to_path_buf();
    let acted = std::thread::Builder::new()
        .name("player".to_owned())
        .spawn(move || {
            let outcome = acts(&player, &folder);
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
    if request.is_offscreen {
        let size = window_settings().size;
        Offscreen::new(size, 1.0, maker(start_as, settings), Some(plugin)).run_until_closed();
    } else {
        open_played(start_as, request.choice, settings, Some(plugin))?;
    }
    acted
        .join()
        .map_err(|_| anyhow::anyhow!("the player stopped"))?
}

/// Settings of a play: as on the first day, in a folder of its own.
fn settings_in(home: &Path) -> Settings {
    Settings::load_in(home)
}
