//! A hand on a window with viewports: what is shown is read back in figures, because every viewport says
//! plane, place, window and cross-hair to those who cannot see it.

use crate::screen::{Area, Stage, perform_on};
use dokuei::player::PlayerError;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The window of these plays, points.
pub const SIZE: [f32; 2] = [1600.0, 1000.0];

/// What an act of the hand answers.
pub type Played<T> = Result<T, PlayerError>;

/// A point of the window.
pub type At = [f32; 2];

/// The middle of a rectangle.
#[must_use]
pub fn centre([left, top, right, bottom]: Area) -> At {
    [(left + right) / 2.0, (top + bottom) / 2.0]
}

/// A point as far beside another.
#[must_use]
pub fn beside([x, y]: At, by: At) -> At {
    [x + by[0], y + by[1]]
}

/// Whether two figures are no further apart.
#[must_use]
pub fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

/// The hand.
#[derive(Clone, Copy)]
pub struct Hand<'s> {
    /// The window and its words.
    pub stage: &'s Stage,
}

/// What a viewport says.
#[derive(Debug)]
pub struct Told {
    /// Where it stands.
    pub rect: Area,
    /// Its words.
    pub text: String,
}

impl Told {
    /// The plane's number and their count.
    ///
    /// # Panics
    /// When it says none.
    #[must_use]
    pub fn plane(&self) -> (i64, i64) {
        let first = self.text.split('|').next().unwrap_or_default();
        let (at, count) = first.rsplit_once('/').expect(&self.text);
        let at = at.split_whitespace().last().expect(&self.text);
        (
            at.parse().expect(&self.text),
            count.trim().parse().expect(&self.text),
        )
    }

    /// Its part of a number, from 0: plane, series, place, window, …
    #[must_use]
    pub fn part(&self, number: usize) -> &str {
        self.text.split('|').nth(number).unwrap_or_default().trim()
    }

    /// The figures after a word, such as `SL`.
    ///
    /// # Panics
    /// When it does not say the word, or fewer figures.
    #[must_use]
    pub fn after<const N: usize>(&self, word: &str) -> [f64; N] {
        let rest = self.text.split('|').map(str::trim);
        let part = rest
            .filter_map(|part| part.strip_prefix(word))
            .next()
            .unwrap_or_else(|| panic!("{word}: {}", self.text));
        let mut figures = part
            .split([' ', ','])
            .filter_map(|figure| figure.parse().ok());
        std::array::from_fn(|_| figures.next().expect(&self.text))
    }
}

impl Hand<'_> {
    /// The name of a viewport of the program's window, from 1.
    #[must_use]
    pub fn name(&self, number: usize) -> String {
        if number == 1 {
            return self.stage.t("reading-viewport");
        }
        let told = [("number", number.into())];
        self.stage.words.f("reading-viewport-number", &told)
    }

    /// The name of a viewport of the second window, from 1.
    #[must_use]
    pub fn second_name(&self, number: usize) -> String {
        let told = [("number", number.into())];
        self.stage.words.f("reading-viewport-second", &told)
    }

    /// What viewport `number` (from 1) says, once it shows an image.
    ///
    /// # Errors
    /// When it is not there.
    ///
    /// # Panics
    /// When nothing is shown in it.
    pub fn told(&self, number: usize) -> Played<Told> {
        self.told_of(&self.name(number))
    }

    /// What the viewport of a name says, once it shows an image.
    ///
    /// # Errors
    /// When it is not there.
    ///
    /// # Panics
    /// When nothing is shown in it.
    pub fn told_of(&self, name: &str) -> Played<Told> {
        let begun = Instant::now();
        loop {
            let widget = self.stage.player.wait_for(name)?;
            if let Some(text) = widget.value {
                let rect = widget.rect;
                let rect = [rect.min.x, rect.min.y, rect.max.x, rect.max.y];
                return Ok(Told { rect, text });
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{name} stays empty"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the viewport of a name says something.
    ///
    /// # Errors
    /// When it is not there.
    ///
    /// # Panics
    /// When it never does.
    pub fn until(&self, name: &str, wanted: impl Fn(&Told) -> bool) -> Played<Told> {
        let begun = Instant::now();
        loop {
            self.stage.player.tree()?;
            let told = self.told_of(name)?;
            if wanted(&told) {
                return Ok(told);
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{name}: {}",
                told.text
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where the cross-hair of a viewport is, mm.
    ///
    /// # Errors
    /// When the viewport is not there.
    pub fn cross(&self, number: usize) -> Played<[f64; 3]> {
        Ok(self.told(number)?.after(&self.stage.t("tool-crosshair")))
    }

    /// A click at a place.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn click(&self, at: At) -> Played<()> {
        self.stage.player.hover_at(at.into())?;
        self.stage.player.press_at(at.into())?;
        self.stage.player.release_at(at.into())
    }

    /// A double click in the middle of a viewport, long enough after the last click not to be a third.
    ///
    /// # Errors
    /// When the viewport is not there.
    pub fn double_click(&self, number: usize) -> Played<()> {
        std::thread::sleep(Duration::from_secs(1));
        self.stage.player.double_click(&self.name(number))
    }

    /// Draws a path with the button down.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn drag(&self, path: &[At]) -> Played<()> {
        let path: Vec<_> = path.iter().map(|at| (*at).into()).collect();
        self.stage.player.drag(&path, Duration::from_millis(100))
    }

    /// Drags a series of the strip onto a place.
    ///
    /// # Errors
    /// When there is no such series.
    pub fn drag_series(&self, name: &str, to: At) -> Played<()> {
        let from = self.stage.player.wait_for(name)?.rect.center();
        let from = [from.x, from.y];
        self.drag(&[from, beside(from, [40.0, 10.0]), to])
    }

    /// Turns the wheel; positive scrolls down.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn scroll(&self, notches: i32, at: At) -> Played<()> {
        self.stage.player.scroll(notches, at.into())
    }

    /// Waits until all pixels are read: then the planes of the patient can be chosen.
    ///
    /// # Errors
    /// When no images are open.
    ///
    /// # Panics
    /// When they never are.
    pub fn all_read(&self) -> Played<()> {
        let player = &self.stage.player;
        let mpr = self.stage.t("layout-planes");
        let begun = Instant::now();
        while player.wait_for(&mpr)?.disabled {
            assert!(begun.elapsed() < Duration::from_secs(60), "never read");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Clicks with the cross-hair where a patient's x and y are, in an axial viewport that was found out
    /// by two clicks elsewhere.
    ///
    /// # Errors
    /// When the viewport is not there.
    pub fn cross_at(&self, number: usize, wanted: [f64; 2]) -> Played<[f64; 3]> {
        let rect = self.told(number)?.rect;
        let (a, b) = (centre(rect), beside(centre(rect), [60.0, 40.0]));
        self.click(a)?;
        let at_a = self.cross(number)?;
        self.click(b)?;
        let at_b = self.cross(number)?;
        let side = |axis: usize, from: f32, to: f32| {
            let mm_per_point = (at_b[axis] - at_a[axis]) / f64::from(to - from);
            from + ((wanted[axis] - at_a[axis]) / mm_per_point) as f32
        };
        self.click([side(0, a[0], b[0]), side(1, a[1], b[1])])?;
        self.cross(number)
    }

    /// Everything that the window paints in letters.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn letters(&self) -> Played<Vec<String>> {
        let letters = self.stage.player.letters()?;
        Ok(letters
            .into_iter()
            .map(|lettering| lettering.text)
            .collect())
    }
}

/// Plays in a window that looks at images of the shared folder; without that folder the test says so.
pub fn look_at(images: &[&str], play: impl FnOnce(&Hand<'_>) -> Played<()> + Send + 'static) {
    let home = tempfile::tempdir().expect("a temporary folder");
    look_at_in(home.path(), images, play);
}

/// As [`look_at`] with a home that other windows have too.
pub fn look_at_in(
    home: &std::path::Path,
    images: &[&str],
    play: impl FnOnce(&Hand<'_>) -> Played<()> + Send + 'static,
) {
    let Some(shared) = crate::shared() else {
        return;
    };
    let images: Vec<PathBuf> = images
        .iter()
        .map(|image| shared.join("data").join(image))
        .collect();
    perform_on(SIZE, home, images, |stage| play(&Hand { stage }));
}
