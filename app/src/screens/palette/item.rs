//! What the palette lists.

use crate::desk::Command;
use crate::keys::Action;
use crate::room::Question;
use crate::search::Entry;
use annotation_format::LabelId;
use egui::Color32;
use render::Hatch;

/// Kinds of things in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A label of the protocol.
    Label,
    /// An answer of an attribute.
    Term,
    /// Something that can be done.
    Command,
    /// A case of the person.
    Case,
    /// A setting.
    Setting,
}

impl Kind {
    /// The key of what Enter does.
    #[must_use]
    pub const fn enter_key(self) -> &'static str {
        match self {
            Self::Label | Self::Term => "palette-enter-set",
            Self::Command => "palette-enter-do",
            Self::Case | Self::Setting => "palette-enter-open",
        }
    }
}

/// What a row of the palette does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// An act, as by its key.
    Act(Action),
    /// What a menu does.
    Command(Box<Command>),
    /// Gives the selected finding the label, or takes it for a new one where none is selected.
    Label(LabelId),
    /// Takes the label for a new finding.
    NewFinding(LabelId),
    /// Answers a question of the selected finding or of the case.
    Answer(Question, String),
}

/// A row of the palette.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// By which its uses are counted.
    pub id: String,
    /// Its icon in the theme.
    pub icon: &'static str,
    /// The colour and pattern of a label, in place of the icon.
    pub color: Option<(Color32, Hatch)>,
    /// Its name.
    pub name: String,
    /// Beside the name: the reading, or the name in the other language.
    pub beside: String,
    /// What it does, or where it is.
    pub effect: String,
    /// The word for its kind, as the row says it.
    pub group: String,
    /// Its code.
    pub code: String,
    /// The keys that do the same.
    pub keys: String,
    /// The act, where a key can be given to it.
    pub action: Option<Action>,
    /// What Enter does; nothing where it cannot be done now, as `effect` says.
    pub deed: Option<Deed>,
    /// What Ctrl Enter does.
    pub anew: Option<Deed>,
    /// By what it is found.
    pub entry: Entry,
}
