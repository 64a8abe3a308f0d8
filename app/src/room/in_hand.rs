//! What the hand holds: the tool, and the label that the next stroke draws.

use super::{Pixels, Room, Tool};
use annotation_format::{FindingId, GeometryKind, LabelId};

impl Room {
    /// Selects a finding and takes its label in hand, so that the next stroke goes on with it.
    pub fn select(&mut self, id: Option<FindingId>) {
        let label = id.as_ref().and_then(|id| self.document.finding(id));
        if let Some(label) = label.map(|finding| finding.label.clone()) {
            self.hold_label(label);
        }
        self.selected = id;
    }

    /// Key of the hint of the tool in hand, as far as it does something to the shown image.
    #[must_use]
    pub fn hint_key(&self) -> &'static str {
        let is_color = self.pixels().and_then(Pixels::drawn).is_some() && !self.has_grey_values();
        match self.tool {
            Tool::Window if is_color => "tool-window-color-hint",
            Tool::Select if self.is_in_project() => "tool-select-hint",
            Tool::Select if is_color => "tool-select-color-hint",
            Tool::Select => "tool-select-look-hint",
            tool => tool.hint_key(),
        }
    }

    /// Takes a tool in hand. The brush's key again switches disc and ball.
    pub fn take_tool(&mut self, tool: Tool) {
        self.finish_gesture();
        if tool == Tool::Brush && self.tool == Tool::Brush {
            self.brush.is_ball = !self.brush.is_ball;
        }
        if tool.draws() {
            self.last_drawing_tool = tool;
        }
        self.tool = tool;
    }

    /// Takes a label in hand: the next stroke starts a new finding, unless the selected one has it.
    pub fn take_label(&mut self, label: &LabelId) {
        self.finish_gesture();
        self.hold_label(label.clone());
        if self
            .selected_finding()
            .is_some_and(|finding| finding.label != *label)
        {
            self.selected = None;
        }
        if self.tool == Tool::Select {
            self.tool = self.last_drawing_tool;
        }
        // A tool that the label does not allow would refuse at the first stroke: take one that it does.
        let allows = |kind| {
            self.document
                .protocol()
                .label(label)
                .is_some_and(|l| l.allows(kind))
        };
        let fits = match self.tool {
            tool if tool.is_brush() => allows(GeometryKind::Mask),
            Tool::Box2d => allows(GeometryKind::Box2d),
            Tool::Point => allows(GeometryKind::Point),
            _ => true,
        };
        if !fits {
            self.tool = if allows(GeometryKind::Mask) {
                Tool::Brush
            } else if allows(GeometryKind::Point) {
                Tool::Point
            } else {
                Tool::Box2d
            };
        }
    }

    /// Starts a new finding of the label with the next stroke.
    pub fn take_label_anew(&mut self, label: &LabelId) {
        self.selected = None;
        self.take_label(label);
    }
}
