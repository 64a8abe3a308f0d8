//! A window without a display, and a hand that takes its screens.

use super::faults::{is_control, is_cut_in_height};
use super::{Control, Letters, Screen};
use dokuei::desk::{StartAs, maker};
use dokuei::host::offscreen::Offscreen;
use dokuei::language::{Language, Words};
use dokuei::player::{self, Player, PlayerError};
use dokuei::settings::Settings;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a screen that was just opened must stay the same to be at rest: pictures come later.
pub const REST: Duration = Duration::from_millis(700);
/// The same after a change of language.
pub const SHORT_REST: Duration = Duration::from_millis(200);
/// When a screen that does not come to rest is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The hand, the words that the window shows, and the size of the window.
pub struct Stage {
    /// The hand.
    pub player: Player,
    /// The words.
    pub words: Words,
    /// Width and height, points.
    pub size: [f32; 2],
}

/// Opens a window of a size with a home of its own, lets a hand play in it, and closes it.
///
/// # Panics
/// When the play fails; the names that were shown are told.
pub fn perform<T: Send + 'static>(
    size: [f32; 2],
    home: &Path,
    scene: impl FnOnce(&mut Stage) -> Result<T, PlayerError> + Send + 'static,
) -> T {
    perform_on(size, home, Vec::new(), scene)
}

/// As [`perform`], looking at images without a project.
///
/// # Panics
/// As [`perform`].
pub fn perform_on<T: Send + 'static>(
    size: [f32; 2],
    home: &Path,
    view: Vec<PathBuf>,
    scene: impl FnOnce(&mut Stage) -> Result<T, PlayerError> + Send + 'static,
) -> T {
    let start_as = StartAs {
        view,
        ..StartAs::default()
    };
    perform_as(size, home, start_as, scene)
}

/// As [`perform`], with something open from the start.
///
/// # Panics
/// As [`perform`].
pub fn perform_as<T: Send + 'static>(
    size: [f32; 2],
    home: &Path,
    start_as: StartAs,
    scene: impl FnOnce(&mut Stage) -> Result<T, PlayerError> + Send + 'static,
) -> T {
    let (plugin, player) = player::pair();
    let start_as = StartAs {
        language: Some(Language::Ja),
        ..start_as
    };
    let mut settings = Settings::load_in(home);
    // the hand knows the way: no step of the tour stands above the pictures
    settings.tour_done = true;
    let settings_scale = settings.text_scale;
    let acted = std::thread::spawn(move || {
        let mut stage = Stage {
            player: player.with_patience(PATIENCE),
            words: Words::new(Language::Ja),
            // larger letters make a smaller window of them
            size: size.map(|side| side / settings_scale),
        };
        // a hand that stumbles closes the window too
        let played = catch_unwind(AssertUnwindSafe(|| scene(&mut stage)));
        let closed = player.close();
        let played = played.unwrap_or_else(|fall| resume_unwind(fall));
        let told = played.map_err(|error| format!("{error}"));
        told.and_then(|value| closed.map(|()| value).map_err(|error| error.to_string()))
    });
    Offscreen::new(size, 1.0, maker(start_as, settings), Some(plugin)).run_until_closed();
    acted
        .join()
        .expect("the hand does not stumble")
        .unwrap_or_else(|why| panic!("{why}"))
}

impl Stage {
    /// The text of a key in the language of the window.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    /// Presses what bears the text of a key.
    ///
    /// # Errors
    /// When it is not there.
    pub fn press(&self, key: &str) -> Result<(), PlayerError> {
        self.player.click(&self.t(key))
    }

    /// Fills the field that bears the text of a key.
    ///
    /// # Errors
    /// When it is not there.
    pub fn fill(&self, key: &str, text: &str) -> Result<(), PlayerError> {
        self.player.fill(&self.t(key), text)
    }

    /// Waits for what bears the text of a key.
    ///
    /// # Errors
    /// When it does not come.
    pub fn wait(&self, key: &str) -> Result<(), PlayerError> {
        self.player.wait_for(&self.t(key)).map(drop)
    }

    /// Switches the language of the window.
    ///
    /// # Errors
    /// When there is no button for it.
    pub fn speak(&mut self, language: Language) -> Result<(), PlayerError> {
        self.player.click(language.own_name())?;
        self.words = Words::new(language);
        Ok(())
    }

    /// Waits until nothing has changed for some time: pictures have come, notices have gone.
    ///
    /// # Errors
    /// When it never comes to rest.
    pub fn rest(&self, rest: Duration) -> Result<(), PlayerError> {
        let begun = Instant::now();
        let shown = || Ok((self.player.tree()?, self.player.letters()?));
        let mut last = shown()?;
        let mut since = Instant::now();
        while since.elapsed() < rest {
            std::thread::sleep(Duration::from_millis(50));
            let now = shown()?;
            if now != last {
                last = now;
                since = Instant::now();
            }
            if begun.elapsed() > PATIENCE {
                return Err(PlayerError::NoAnswer { waited: PATIENCE });
            }
        }
        Ok(())
    }

    /// The screen as it is, with the pointer where nothing is.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn screen(&self) -> Result<Screen, PlayerError> {
        let letters = self.player.letters()?;
        let controls = self.controls()?;
        let scrolling = self.scrolling(&controls)?;
        let controls = controls
            .into_iter()
            .enumerate()
            .map(|(at, control)| Control {
                scrolls: scrolling.contains(&at),
                ..control
            });
        Ok(Screen {
            size: self.size,
            controls: controls.collect(),
            letters: letters.iter().map(Letters::from).collect(),
        })
    }

    fn controls(&self) -> Result<Vec<Control>, PlayerError> {
        Ok(self.player.tree()?.iter().map(Control::from).collect())
    }

    /// Which of the controls that are cut off in height move when the wheel is turned over them, or
    /// over what stands above or below them.
    fn scrolling(&self, controls: &[Control]) -> Result<BTreeSet<usize>, PlayerError> {
        let mut moved = BTreeSet::new();
        for (at, cut) in controls.iter().enumerate() {
            if !is_control(cut) || !is_cut_in_height(cut) || moved.contains(&at) {
                continue;
            }
            // over what lies beside it, else over the ground above it
            let middle = (cut.rect[0] + cut.rect[2]) / 2.0;
            let ground = [middle, self.size[1] * 0.6];
            let places = beside(controls, cut).into_iter().map(over_point);
            for place in places.chain([ground]) {
                moved.extend(self.moved_by_wheel(controls, place)?);
                if moved.contains(&at) {
                    break;
                }
            }
        }
        Ok(moved)
    }

    /// Controls that the wheel moves. Every list stands at its head, so that turning back restores it.
    fn moved_by_wheel(
        &self,
        controls: &[Control],
        place: [f32; 2],
    ) -> Result<BTreeSet<usize>, PlayerError> {
        self.player.scroll(2, place.into())?;
        self.rest_of_wheel()?;
        let now = self.controls()?;
        self.player.scroll(-3, place.into())?;
        self.rest_of_wheel()?;
        let pairs = controls.iter().zip(&now).enumerate();
        let is_moved = |pair: &(usize, (&Control, &Control))| {
            let (_, (then, now)) = pair;
            (then.rect[1] - now.rect[1]).abs() > 0.5
        };
        Ok(pairs.filter(is_moved).map(|(at, _)| at).collect())
    }

    /// The wheel moves softly: some frames until it is done.
    fn rest_of_wheel(&self) -> Result<(), PlayerError> {
        std::thread::sleep(Duration::from_millis(250));
        self.player.tree().map(drop)
    }
}

/// Controls in the same column of the window of which something is seen, the nearest first.
fn beside<'a>(controls: &'a [Control], cut: &Control) -> Vec<&'a Control> {
    let middle = (cut.rect[0] + cut.rect[2]) / 2.0;
    let mut near: Vec<&Control> = controls
        .iter()
        .filter(|c| is_control(c) && c.shown[1] < c.shown[3] && c.shown[0] < c.shown[2])
        .filter(|c| c.rect[0] <= middle && middle <= c.rect[2])
        .collect();
    let distance = |c: &Control| (c.rect[1] - cut.rect[1]).abs();
    near.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    near.truncate(3);
    near
}

fn over_point(control: &Control) -> [f32; 2] {
    let [left, top, right, bottom] = control.shown;
    [(left + right) / 2.0, (top + bottom) / 2.0]
}
