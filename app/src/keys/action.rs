//! What a key can do: one list for the keyboard, the menus, the palette and the settings.

use crate::language::Words;
use crate::room::Tool;

/// Where a key counts. A viewport's keys count while a case is open for reading; adjudication has its own
/// instead of those it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// On every screen.
    Global,
    /// In the reading room.
    Viewport,
    /// In adjudication.
    Adjudicate,
    /// In a list or table.
    List,
}

impl Context {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Global, Self::Viewport, Self::Adjudicate, Self::List];

    /// The key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Global => "keys-global",
            Self::Viewport => "keys-viewport",
            Self::Adjudicate => "keys-adjudicate",
            Self::List => "keys-list",
        }
    }

    /// Whether a key can mean both at once. Adjudication's keys take the viewport's place, and lists are
    /// not beside viewports.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self == other || self == Self::Global || other == Self::Global
    }
}

/// What a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the ids and the texts of the string files name them"
)]
pub enum Action {
    Palette,
    Terms,
    Undo,
    Redo,
    SaveInfo,
    NextRegion,
    PreviousRegion,
    Manual,
    FullScreen,
    KeyChart,
    Settings,
    TextLarger,
    TextSmaller,
    TextReset,
    LeftPanel,
    RightPanel,
    Announce,
    Open,
    New,
    CloseCase,
    HideOverlays,
    PeekOther,
    PanHold,
    OverlayText,
    PreviousSlice,
    NextSlice,
    TenBack,
    TenOn,
    FirstSlice,
    LastSlice,
    PreviousFrame,
    NextFrame,
    PreviousFinding,
    NextFinding,
    PreviousUnseen,
    NextUnseen,
    Attributes,
    WheelStep,
    Window(u8),
    LastWindow,
    AutoWindow,
    Invert,
    Layout(u8),
    Plane(u8),
    Fit,
    Label(u8),
    Relabel(u8),
    Tool(Tool),
    SmallerBrush,
    LargerBrush,
    LowerThreshold,
    RaiseThreshold,
    DeleteFinding,
    CopyFinding,
    PasteFinding,
    Solo,
    Lock,
    Submit,
    NextCase,
    PreviousCase,
    Hold,
    Flag,
    NoFinding,
    Link,
    TakeA,
    TakeB,
    TakeBoth,
    TakeEither,
    Reject,
    NextDifference,
    PreviousDifference,
    Decide,
    RowUp,
    RowDown,
    OpenRow,
}

use Action as A;
use Context::{Adjudicate, Global, List, Viewport};

/// Every action with its id and where it counts, in the order of the settings.
const TABLE: &[(Action, &str, Context)] = &[
    (A::Palette, "palette", Global),
    (A::Terms, "terms", Global),
    (A::Undo, "undo", Global),
    (A::Redo, "redo", Global),
    (A::SaveInfo, "save_info", Global),
    (A::NextRegion, "region_next", Global),
    (A::PreviousRegion, "region_prev", Global),
    (A::Manual, "manual", Global),
    (A::FullScreen, "full_screen", Global),
    (A::KeyChart, "key_chart", Global),
    (A::Settings, "settings", Global),
    (A::TextLarger, "text_larger", Global),
    (A::TextSmaller, "text_smaller", Global),
    (A::TextReset, "text_reset", Global),
    (A::LeftPanel, "left_panel", Global),
    (A::RightPanel, "right_panel", Global),
    (A::Announce, "announce", Global),
    (A::Open, "open", Global),
    (A::New, "new", Global),
    (A::CloseCase, "close_case", Global),
    (A::HideOverlays, "hide_overlays", Viewport),
    (A::PeekOther, "peek_other", Viewport),
    (A::PanHold, "pan_hold", Viewport),
    (A::OverlayText, "overlay_text", Viewport),
    (A::PreviousSlice, "slice_prev", Viewport),
    (A::NextSlice, "slice_next", Viewport),
    (A::TenBack, "slice_prev10", Viewport),
    (A::TenOn, "slice_next10", Viewport),
    (A::FirstSlice, "slice_first", Viewport),
    (A::LastSlice, "slice_last", Viewport),
    (A::PreviousFrame, "frame_prev", Viewport),
    (A::NextFrame, "frame_next", Viewport),
    (A::PreviousFinding, "finding_prev", Viewport),
    (A::NextFinding, "finding_next", Viewport),
    (A::PreviousUnseen, "unseen_prev", Viewport),
    (A::NextUnseen, "unseen_next", Viewport),
    (A::Attributes, "attributes", Viewport),
    (A::WheelStep, "wheel_step", Viewport),
    (A::Window(1), "window_1", Viewport),
    (A::Window(2), "window_2", Viewport),
    (A::LastWindow, "window_3", Viewport),
    (A::Window(4), "window_4", Viewport),
    (A::Window(5), "window_5", Viewport),
    (A::AutoWindow, "window_auto", Viewport),
    (A::Invert, "invert", Viewport),
    (A::Layout(1), "layout_1", Viewport),
    (A::Layout(2), "layout_2", Viewport),
    (A::Layout(3), "layout_3", Viewport),
    (A::Layout(4), "layout_4", Viewport),
    (A::Plane(1), "plane_1", Viewport),
    (A::Plane(2), "plane_2", Viewport),
    (A::Plane(3), "plane_3", Viewport),
    (A::Fit, "fit", Viewport),
    (A::Label(1), "label_1", Viewport),
    (A::Label(2), "label_2", Viewport),
    (A::Label(3), "label_3", Viewport),
    (A::Label(4), "label_4", Viewport),
    (A::Label(5), "label_5", Viewport),
    (A::Label(6), "label_6", Viewport),
    (A::Label(7), "label_7", Viewport),
    (A::Label(8), "label_8", Viewport),
    (A::Label(9), "label_9", Viewport),
    (A::Relabel(1), "relabel_1", Viewport),
    (A::Relabel(2), "relabel_2", Viewport),
    (A::Relabel(3), "relabel_3", Viewport),
    (A::Relabel(4), "relabel_4", Viewport),
    (A::Relabel(5), "relabel_5", Viewport),
    (A::Relabel(6), "relabel_6", Viewport),
    (A::Relabel(7), "relabel_7", Viewport),
    (A::Relabel(8), "relabel_8", Viewport),
    (A::Relabel(9), "relabel_9", Viewport),
    (A::Tool(Tool::Select), "tool_select", Viewport),
    (A::Tool(Tool::Pan), "tool_pan", Viewport),
    (A::Tool(Tool::Window), "tool_window", Viewport),
    (A::Tool(Tool::Zoom), "tool_zoom", Viewport),
    (A::Tool(Tool::Crosshair), "tool_crosshair", Viewport),
    (A::Tool(Tool::Brush), "tool_brush", Viewport),
    (A::Tool(Tool::Eraser), "tool_eraser", Viewport),
    (
        A::Tool(Tool::ThresholdBrush),
        "tool_threshold_brush",
        Viewport,
    ),
    (
        A::Tool(Tool::AdaptiveBrush),
        "tool_adaptive_brush",
        Viewport,
    ),
    (A::Tool(Tool::Box2d), "tool_box2d", Viewport),
    (A::Tool(Tool::Point), "tool_point", Viewport),
    (A::SmallerBrush, "brush_smaller", Viewport),
    (A::LargerBrush, "brush_larger", Viewport),
    (A::LowerThreshold, "threshold_down", Viewport),
    (A::RaiseThreshold, "threshold_up", Viewport),
    (A::DeleteFinding, "delete_finding", Viewport),
    (A::CopyFinding, "copy_finding", Viewport),
    (A::PasteFinding, "paste_finding", Viewport),
    (A::Solo, "solo", Viewport),
    (A::Lock, "lock", Viewport),
    (A::Submit, "submit", Viewport),
    (A::NextCase, "case_next", Viewport),
    (A::PreviousCase, "case_prev", Viewport),
    (A::Hold, "hold", Viewport),
    (A::Flag, "flag_lead", Viewport),
    (A::NoFinding, "no_finding", Viewport),
    (A::Link, "link", Viewport),
    (A::TakeA, "take_a", Adjudicate),
    (A::TakeB, "take_b", Adjudicate),
    (A::TakeBoth, "take_and", Adjudicate),
    (A::TakeEither, "take_or", Adjudicate),
    (A::Reject, "reject", Adjudicate),
    (A::NextDifference, "diff_next", Adjudicate),
    (A::PreviousDifference, "diff_prev", Adjudicate),
    (A::Decide, "decide", Adjudicate),
    (A::RowUp, "row_up", List),
    (A::RowDown, "row_down", List),
    (A::OpenRow, "row_open", List),
];

impl Action {
    /// All of them, in the order of the settings.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(action, _, _)| *action)
    }

    /// The action of an id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let row = TABLE.iter().find(|(_, known, _)| *known == id);
        row.map(|(action, _, _)| *action)
    }

    fn row(self) -> Option<&'static (Self, &'static str, Context)> {
        TABLE.iter().find(|(known, _, _)| *known == self)
    }

    /// Its name in the table of keys and in the settings' file.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().map_or("", |(_, id, _)| *id)
    }

    /// Where it counts.
    #[must_use]
    pub fn context(self) -> Context {
        self.row()
            .map_or(Context::Global, |(_, _, context)| *context)
    }

    /// What it is called.
    #[must_use]
    pub fn name(self, words: &Words) -> String {
        let numbered = |key: &str, number: u8| words.f(key, &[("number", number.into())]);
        match self {
            Self::Label(number) => numbered("act-label", number),
            Self::Relabel(number) => numbered("act-relabel", number),
            Self::Tool(tool) => words.t(tool.text_key()),
            other => words.t(&other.text_key()),
        }
    }

    /// The key of its name, where it has one of its own.
    fn text_key(self) -> String {
        format!("act-{}", self.id().replace('_', "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::collections::HashSet;

    #[test]
    fn every_action_has_an_id_of_its_own_and_a_name_in_both_languages() {
        let ids: HashSet<_> = Action::all().map(Action::id).collect();
        let names = |language| {
            let words = Words::new(language);
            Action::all()
                .map(|a| a.name(&words))
                .collect::<HashSet<_>>()
        };
        assert_eq!(ids.len(), TABLE.len());
        for language in Language::ALL {
            let names = names(language);
            assert_eq!(names.len(), TABLE.len(), "{names:#?}");
            assert!(names.iter().all(|name| !name.contains('⟨')), "{names:#?}");
        }
    }

    #[test]
    fn every_tool_is_an_action() {
        for tool in Tool::ALL {
            assert_eq!(Action::Tool(tool).id(), format!("tool_{}", tool.id()));
        }
    }
}
