//! The controls of the screens, painted from the theme's tokens.
//!
//! Every control has an accessible name, by which the player and the tests find it.

mod button;
mod choice;
mod fact;
mod field;
mod swatch;
mod table;
mod text;

pub use button::{Button, icon_button};
pub use choice::{
    check, check_without_text, combo, segment_row, segments, segments_width, slider, slider_alone,
};
pub use fact::{Tone, fact, paragraph, said};
pub use field::{labelled, text_field};
pub use swatch::swatch;
pub use table::{Cells, Column, Table, row_frame};
pub use text::{chip, dialog, icon, key_cap, label, meter, paint_keys, section, separator};

use crate::keys::{Action, Keymap};
use crate::language::Words;
use crate::theme::Theme;

/// The font family of the icons.
#[must_use]
pub fn icon_family() -> egui::FontFamily {
    egui::FontFamily::Name(crate::theme::ICON_FAMILY.into())
}

/// What a drawing function needs to know of language and colours.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The words of the chosen language.
    pub words: &'a Words,
    /// Colours, sizes and icons.
    pub theme: &'a Theme,
    /// The table of keys.
    pub keys: &'a Keymap,
    /// What keys asked for in this frame, for lists and adjudication, which act on it themselves.
    pub acts: &'a [Action],
}

impl<'a> Look<'a> {
    /// The keys of an act, as they are shown beside it.
    #[must_use]
    pub fn key(self, action: Action) -> &'a str {
        self.keys.text(action)
    }

    /// Whether a key asked for an act of a list or of adjudication.
    #[must_use]
    pub fn asks(self, action: Action) -> bool {
        self.acts.contains(&action)
    }

    /// The text of a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    /// The text of a key with arguments.
    #[must_use]
    pub fn f(&self, key: &str, arguments: &[crate::language::Argument<'_>]) -> String {
        self.words.f(key, arguments)
    }

    /// What a room below says.
    #[must_use]
    pub fn say(&self, phrase: &voxel::Phrase) -> String {
        self.words.say(phrase)
    }
}
