//! What a play's hand does again and again.

use crate::language::Words;
use crate::player::{Player, Widget};
use anyhow::Context;
use egui::{Pos2, pos2};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A hand with the words that the screen shows.
pub(super) struct Hand<'a> {
    pub(super) player: &'a Player,
    pub(super) words: Words,
    out: PathBuf,
}

impl<'a> Hand<'a> {
    pub(super) fn new(player: &'a Player, words: Words, out: &Path) -> Self {
        Self {
            player,
            words,
            out: out.to_path_buf(),
        }
    }

    /// The text of a key in the language of the screen.
    pub(super) fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    /// Presses the widget that bears the text of a key.
    pub(super) fn press(&self, key: &str) -> anyhow::Result<()> {
        self.press_named(&self.t(key))
    }

    /// Presses the widget of a name.
    pub(super) fn press_named(&self, name: &str) -> anyhow::Result<()> {
        self.player
            .click(name)
            .with_context(|| format!("press “{name}”"))
    }

    /// Fills a field.
    pub(super) fn fill(&self, key: &str, text: &str) -> anyhow::Result<()> {
        let name = self.t(key);
        self.player
            .fill(&name, text)
            .with_context(|| format!("fill “{name}”"))
    }

    /// Waits for a widget that bears the text of a key.
    pub(super) fn wait(&self, key: &str) -> anyhow::Result<Widget> {
        let name = self.t(key);
        self.player
            .with_patience(Duration::from_secs(90))
            .wait_for(&name)
            .with_context(|| format!("wait for “{name}”"))
    }

    /// Chooses from a list that drops down.
    pub(super) fn choose(&self, list: &str, choice: &str) -> anyhow::Result<()> {
        self.press_named(list)?;
        self.press_named(choice)
    }

    /// Keeps a picture of the window.
    pub(super) fn picture(&self, name: &str) -> anyhow::Result<()> {
        self.player.settle();
        let path = self.out.join(format!("{name}.png"));
        self.player
            .screenshot(&path)
            .with_context(|| format!("picture {name}"))
    }

    /// Waits until the viewport shows pixels, and returns its place.
    pub(super) fn viewport(&self) -> anyhow::Result<Viewport> {
        // The planes can be chosen once the pixels are there.
        let plane = self.t("reading-plane");
        self.player
            .with_patience(Duration::from_secs(90))
            .wait_for(&plane)
            .context("wait for the image")?;
        self.player.settle();
        // where it lies once the panels beside it have their widths
        let widget = self.wait("reading-viewport")?;
        let inner = widget.rect.shrink(2.0);
        Ok(Viewport {
            rect: inner.with_max_x(inner.right() - STRIP),
        })
    }
}

/// Width of the strip beside a viewport's picture, as the theme has it.
const STRIP: f32 = 12.0;

/// The viewport of a slice that fits it.
pub(super) struct Viewport {
    rect: egui::Rect,
}

impl Viewport {
    /// The point of the window at which a place of the slice is seen, for a square slice of
    /// `field_mm` whose middle is at 0.
    pub(super) fn point(&self, x_mm: f32, y_mm: f32, field_mm: f32) -> Pos2 {
        let points_per_mm = self.rect.width().min(self.rect.height()) / field_mm;
        let centre = self.rect.center();
        pos2(
            centre.x + x_mm * points_per_mm,
            centre.y + y_mm * points_per_mm,
        )
    }

    /// Where it is.
    pub(super) const fn rect(&self) -> egui::Rect {
        self.rect
    }

    /// The middle of the viewport.
    pub(super) fn centre(&self) -> Pos2 {
        self.rect.center()
    }

    /// A stroke that fills a disc of the slice, from its rim inwards.
    pub(super) fn spiral(&self, centre_mm: [f32; 2], radius_mm: f32, field_mm: f32) -> Vec<Pos2> {
        let turns = 3.0;
        let steps = 90;
        (0..=steps)
            .map(|step| {
                let t = step as f32 / steps as f32;
                let angle = t * turns * std::f32::consts::TAU;
                let radius = radius_mm * (1.0 - t);
                self.point(
                    centre_mm[0] + radius * angle.cos(),
                    centre_mm[1] + radius * angle.sin(),
                    field_mm,
                )
            })
            .collect()
    }
}
