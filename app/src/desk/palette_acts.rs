//! Which acts the palette offers: those that do something on the screen that is open; their icons, and
//! the order of its rows.

use super::{Desk, Screen};
use crate::keys::{Action, Context};
use crate::room::{ImageAct, Room};
use crate::screens::palette::Kind;

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

/// The row that opens the form for a backup.
pub(super) const BACKUP: &str = "menu:backup";

/// Rows that a person looks for by name, in the order in which they stand while nothing is typed.
const SOUGHT: [&str; 38] = [
    "act:submit",
    "act:no_finding",
    "act:hold",
    "act:flag_lead",
    "act:case_next",
    "act:case_prev",
    "act:close_case",
    "act:take_a",
    "act:take_b",
    "act:take_and",
    "act:take_or",
    "act:reject",
    "act:decide",
    "act:layout_1",
    "act:layout_2",
    "act:layout_3",
    "act:layout_4",
    "act:window_1",
    "act:window_2",
    "act:window_4",
    "act:window_5",
    "act:window_3",
    "act:window_auto",
    "act:plane_1",
    "act:plane_2",
    "act:plane_3",
    "act:copy_finding",
    "act:paste_finding",
    "act:delete_finding",
    "act:solo",
    "act:lock",
    "act:open",
    "act:new",
    "act:settings",
    "act:manual",
    "act:key_chart",
    "act:terms",
    BACKUP,
];

/// Where a row stands while nothing is typed: labels, what is looked for by name, other acts, steps, the
/// rest. Rows of one place keep their order.
pub(super) fn place_of(kind: Kind, id: &str, action: Option<Action>) -> usize {
    let others = SOUGHT.len() + 1;
    match kind {
        Kind::Label => 0,
        Kind::Command => match SOUGHT.iter().position(|sought| *sought == id) {
            Some(at) => at + 1,
            None if action.is_some_and(is_step) => others + 1,
            None => others,
        },
        Kind::Term | Kind::Case | Kind::Setting => others + 2,
    }
}

/// Whether an act goes a step further, so that it is done by its key, again and again.
const fn is_step(action: Action) -> bool {
    matches!(
        action,
        Action::PreviousSlice
            | Action::NextSlice
            | Action::TenBack
            | Action::TenOn
            | Action::FirstSlice
            | Action::LastSlice
            | Action::PreviousFrame
            | Action::NextFrame
            | Action::PreviousFinding
            | Action::NextFinding
            | Action::PreviousUnseen
            | Action::NextUnseen
            | Action::PreviousDifference
            | Action::NextDifference
            | Action::WheelStep
            | Action::OverlayText
            | Action::SmallerBrush
            | Action::LargerBrush
            | Action::LowerThreshold
            | Action::RaiseThreshold
            | Action::TextLarger
            | Action::TextSmaller
            | Action::TextReset
    )
}

/// The icon of an act, as its button or tool has it.
pub(super) const fn icon_of(action: Action) -> &'static str {
    match action {
        Action::Tool(tool) => tool.icon(),
        Action::Label(_) | Action::Relabel(_) => "tag",
        Action::Window(_) | Action::LastWindow | Action::AutoWindow => "window_level",
        Action::Layout(2) => "layout_2",
        Action::Layout(3) => "layout_rows",
        Action::Layout(4) => "layout_4",
        Action::Layout(_) => "layout_1",
        Action::Plane(_) => "box3d",
        Action::Invert => "invert",
        Action::Fit => "zoom",
        Action::Link => "link",
        Action::HideOverlays => "hidden",
        Action::Solo | Action::PeekOther => "visible",
        Action::PanHold => "pan",
        Action::OverlayText => "text",
        Action::Lock => "lock",
        Action::DeleteFinding => "delete",
        Action::CopyFinding | Action::PasteFinding => "copy",
        Action::Attributes => "edit",
        Action::SmallerBrush | Action::LargerBrush => "brush",
        Action::LowerThreshold | Action::RaiseThreshold => "threshold",
        Action::WheelStep => "mouse",
        Action::PreviousSlice | Action::NextSlice => "copy_slice",
        Action::TenBack | Action::TenOn => "copy_slice",
        Action::FirstSlice | Action::LastSlice => "copy_slice",
        Action::PreviousUnseen | Action::NextUnseen => "copy_slice",
        Action::PreviousFrame | Action::NextFrame => "modality_video",
        Action::NextDifference | Action::PreviousDifference => "diff",
        Action::PreviousFinding | Action::PreviousCase | Action::PreviousRegion => "previous",
        Action::NextFinding | Action::NextCase | Action::NextRegion => "next",
        other => icon_of_rest(other),
    }
}

/// The icon of an act on the case, on a difference, or on the program.
const fn icon_of_rest(action: Action) -> &'static str {
    match action {
        // what is submitted is closed: the sign of the button
        Action::Submit => "lock",
        Action::Hold => "pause",
        Action::Flag => "flag",
        Action::NoFinding | Action::Reject => "prohibit",
        Action::CloseCase => "close",
        Action::TakeA | Action::TakeB => "user",
        Action::TakeBoth => "intersect",
        Action::TakeEither => "logical",
        Action::Decide => "check",
        Action::Undo => "undo",
        Action::Redo => "redo",
        Action::SaveInfo => "save_ok",
        Action::Palette | Action::Terms => "search",
        Action::Manual => "info",
        Action::FullScreen => "maximize",
        Action::KeyChart => "keyboard",
        Action::Settings => "settings",
        Action::TextLarger | Action::TextSmaller | Action::TextReset => "text",
        Action::LeftPanel | Action::RightPanel => "layout_2",
        Action::Announce => "probe",
        Action::Open | Action::OpenRow => "open",
        Action::New => "add",
        Action::RowUp => "up",
        Action::RowDown => "down",
        _ => "command",
    }
}

/// The icon of what the menu does to the picture.
pub(super) const fn icon_of_image(act: ImageAct) -> &'static str {
    match act {
        ImageAct::FlipAcross | ImageAct::FlipDown => "flip",
        // the arrows that turn this way
        ImageAct::TurnRight => "redo",
        ImageAct::TurnLeft => "undo",
        ImageAct::Invert => "invert",
        ImageAct::Smooth => "smooth",
        ImageAct::Reset => "history",
        ImageAct::Cine => "play",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{Mode, RowDensity, Theme};

    #[test]
    fn every_act_has_an_icon_of_the_theme_that_says_more_than_that_it_is_an_act() {
        let theme = Theme::new(Mode::Dark, RowDensity::Normal, 1.0).expect("the bundled theme");
        let acts = Action::all().map(|action| (action.id(), icon_of(action)));
        let images = ImageAct::ALL.map(|act| (act.text_key(), icon_of_image(act)));
        for (id, icon) in acts.chain(images) {
            assert_ne!(icon, "command", "{id}");
            assert_ne!(theme.icon(icon), '?', "{id}: {icon}");
        }
    }

    /// What stands in the palette: a row of every act, in the order of the settings, before one of each
    /// other kind.
    fn rows() -> Vec<(Kind, String, Option<Action>)> {
        let acts = Action::all().map(|action| {
            let id = format!("act:{}", action.id());
            (Kind::Command, id, Some(action))
        });
        let others = [
            (Kind::Term, "term"),
            (Kind::Command, BACKUP),
            (Kind::Command, "image:flip"),
            (Kind::Label, "label"),
        ];
        acts.chain(others.map(|(kind, id)| (kind, id.to_owned(), None)))
            .collect()
    }

    fn ids(rows: &[(Kind, String, Option<Action>)], only_steps: bool) -> Vec<&str> {
        rows.iter()
            .filter(|(_, _, action)| !only_steps || action.is_some_and(is_step))
            .map(|(_, id, _)| id.as_str())
            .collect()
    }

    #[test]
    fn what_is_looked_for_by_name_stands_before_steps_and_these_keep_their_order() {
        let (known, mut sorted) = (rows(), rows());
        sorted.sort_by_key(|(kind, id, action)| place_of(*kind, id, *action));
        let (after, steps) = (ids(&sorted, false), ids(&known, true));
        assert_eq!(after[0], "label");
        assert_eq!(after[1..=SOUGHT.len()], SOUGHT);
        let last = after.len() - 1;
        assert_eq!(after[last], "term");
        assert_eq!(after[last - steps.len()..last], steps);
        assert!(steps.contains(&"act:slice_next") && steps.contains(&"act:brush_larger"));
        let image = after.iter().position(|id| *id == "image:flip");
        assert!(image.is_some_and(|at| (SOUGHT.len()..last - steps.len()).contains(&at)));
    }
}
