//! Which acts the palette offers: those that do something on the screen that is open.

use super::{Desk, Screen};
use crate::keys::{Action, Context};
use crate::room::Room;

impl Desk {
    /// Whether an act does something now. Held keys are no acts of the palette, and neither is what only
    /// moves the row in hand.
    pub(super) fn can_do(&self, action: Action) -> bool {
        let is_held = |row: &&crate::keys::Binding| row.action == action && row.is_held;
        if self.keys.bindings().iter().any(|row| is_held(&row)) {
            return false;
        }
        match action.context() {
            Context::Viewport => self
                .open_room()
                .is_some_and(|room| can_in_room(room, action)),
            Context::Adjudicate => self.screen == Screen::Adjudication && self.court.is_some(),
            Context::List => false,
            Context::Global => self.can_anywhere(action),
        }
    }

    /// The room on the screen.
    pub(super) fn open_room(&self) -> Option<&Room> {
        self.room
            .as_ref()
            .filter(|_| self.screen == Screen::Reading)
    }

    fn can_anywhere(&self, action: Action) -> bool {
        let room = self.open_room();
        match action {
            Action::Palette | Action::NextRegion | Action::PreviousRegion => false,
            Action::Undo | Action::Redo => room.is_some_and(Room::is_editable),
            Action::Terms => room.is_some_and(Room::is_in_project),
            Action::Open | Action::New => self.screen == Screen::Start,
            Action::CloseCase | Action::LeftPanel | Action::RightPanel | Action::Announce => {
                room.is_some()
            }
            Action::SaveInfo => self.open.is_some(),
            Action::Settings => self.screen != Screen::Settings,
            _ => true,
        }
    }
}

fn can_in_room(room: &Room, action: Action) -> bool {
    let changes = room.is_editable();
    let has_finding = room.selected.is_some();
    let in_project = room.is_in_project();
    match action {
        // labels stand in the palette by their own names
        Action::Label(_) | Action::Relabel(_) => false,
        Action::Tool(tool) if tool.draws() => changes,
        Action::SmallerBrush | Action::LargerBrush => room.tool.draws(),
        Action::LowerThreshold | Action::RaiseThreshold => room.tool.draws(),
        Action::DeleteFinding | Action::Lock => changes && has_finding,
        Action::Solo | Action::CopyFinding => has_finding,
        Action::NoFinding | Action::PasteFinding | Action::Attributes => changes,
        Action::Submit => changes && room.lacks().missing.is_empty(),
        Action::NextFinding | Action::PreviousFinding => room.document.findings().next().is_some(),
        Action::NextCase | Action::PreviousCase | Action::Hold | Action::Flag => in_project,
        _ => true,
    }
}
