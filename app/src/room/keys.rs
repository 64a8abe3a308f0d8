//! What keys, menus and the palette can do in the reading room.

use super::{Act, Layout, Room, Views};
use crate::desk::Command;
use crate::keys::Action;
use annotation_format::LabelId;
use annotation_format::document::gesture;
use render::WindowLevel;
use voxel::Plane;

/// Windows of CT by their keys: lung, mediastinum, bone, brain.
const CT_WINDOWS: [(u8, f64, f64); 4] = [
    (1, -600.0, 1200.0),
    (2, 40.0, 400.0),
    (4, 400.0, 1800.0),
    (5, 40.0, 80.0),
];

/// Places along each side of the picture from whose values the automatic window is made.
const GRID: usize = 128;

/// How far a key moves the range of values that is painted, in the unit of the image.
const GATE_STEP: f32 = 10.0;

/// Steps that go to the end of any stack.
const TO_THE_END: i64 = 1_000_000;

impl Room {
    /// Does what was asked for, as far as it is the room's.
    pub fn act(&mut self, action: Action, out: &mut Vec<Command>) {
        match action {
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Submit if self.is_editable() && self.lacks().missing.is_empty() => {
                out.push(Command::Submit);
            }
            Action::NextCase => out.push(Command::OpenNextCase),
            Action::PreviousCase => out.push(Command::OpenPreviousCase),
            Action::NoFinding => self.say_no_finding(!self.document.no_finding()),
            Action::DeleteFinding => self.delete_selected(),
            Action::Attributes => self.begin_answers(),
            Action::Lock => {
                if let Some(id) = self.selected.clone() {
                    self.toggle_lock(&id);
                }
            }
            Action::Tool(tool) => {
                // Esc first ends what the hand is doing
                let ends = tool == super::Tool::Select && self.drop_gesture();
                if !ends && (!tool.draws() || self.is_in_project()) {
                    self.take_tool(tool);
                }
            }
            Action::Label(digit) => self.take_label_of_digit(digit),
            Action::Relabel(digit) => self.relabel_selected(digit),
            Action::SmallerBrush => self.resize_brush(1.0 / 1.1),
            Action::LargerBrush => self.resize_brush(1.1),
            Action::LowerThreshold => self.move_gate(-GATE_STEP),
            Action::RaiseThreshold => self.move_gate(GATE_STEP),
            Action::PasteFinding => self.paste_finding(),
            _ => self.act_on_view(action),
        }
    }

    fn act_on_view(&mut self, action: Action) {
        match action {
            Action::PreviousFrame => self.show_neighbour_series(-1),
            Action::NextFrame => self.show_neighbour_series(1),
            Action::PreviousSlice => self.step(-1),
            Action::NextSlice => self.step(1),
            Action::TenBack => self.step(-10),
            Action::TenOn => self.step(10),
            Action::FirstSlice => self.step(-TO_THE_END),
            Action::LastSlice => self.step(TO_THE_END),
            Action::Fit => self.fit(),
            Action::NextFinding => self.go_to_neighbour(true),
            Action::PreviousFinding => self.go_to_neighbour(false),
            Action::LastWindow => self.last_window(),
            Action::Invert => self.invert(),
            Action::Link => self.toggle_link(),
            Action::OverlayText => self.texts = self.texts.next(),
            Action::WheelStep => self.toggle_wheel_step(),
            Action::NextUnseen => self.go_to_unseen(true),
            Action::PreviousUnseen => self.go_to_unseen(false),
            Action::AutoWindow => self.auto_window(),
            Action::Solo => self.toggle_solo(None),
            Action::Window(number) => self.take_window(number),
            Action::Plane(number) => {
                let planes = [Plane::Axial, Plane::Coronal, Plane::Sagittal];
                if let Some(plane) = planes.get(usize::from(number) - 1) {
                    self.show_plane(*plane);
                }
            }
            Action::Layout(number) => {
                if let Some(layout) = Layout::ALL.get(usize::from(number) - 1) {
                    let monitor = Views::monitor_of(self.views.active_index());
                    self.set_layout(monitor, *layout);
                }
            }
            _ => {}
        }
    }

    /// A digit takes a label in hand: of the selected finding if that has it, else for a new one.
    fn take_label_of_digit(&mut self, digit: u8) {
        let Some(label) = self.label_of_digit(digit) else {
            return;
        };
        let is_of_selected = self
            .selected_finding()
            .is_some_and(|finding| finding.label == label);
        if is_of_selected {
            self.take_label(&label);
        } else {
            self.take_label_anew(&label);
        }
    }

    /// The selected finding gets the label of a digit.
    fn relabel_selected(&mut self, digit: u8) {
        let label = self.label_of_digit(digit);
        if let (Some(label), Some(id)) = (label, self.selected.clone())
            && self.is_editable()
        {
            let edit = gesture::relabel(&self.document, &id, &label);
            if self.perform(edit) {
                self.hold_label(label);
                self.mark_overlays();
            }
        }
    }

    /// The grey levels of what is seen now: its middle 96 per cent.
    fn auto_window(&mut self) {
        let Some(sight) = self.sight(self.views.active_index()) else {
            return;
        };
        if !sight.has_grey_values() {
            return;
        }
        let [width, height] = sight.look.size_px.map(|n| n as f64);
        let place = |n: usize, of: f64| (n as f64 + 0.5) / GRID as f64 * of;
        let points = (0..GRID * GRID).map(|n| [place(n % GRID, width), place(n / GRID, height)]);
        let mut values: Vec<f64> = points
            .filter_map(|at| sight.value_at(sight.look.patient_at(render::ScreenPoint(at))))
            .filter(|value| value.is_finite())
            .collect();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values.get((values.len() as f64 * share) as usize).copied();
        if let (Some(low), Some(high)) = (at(0.02), at(0.98))
            && high > low
        {
            self.change_window(WindowLevel::of_range(low, high));
        }
    }

    /// The windows of CT; of other images their own presets in turn.
    fn take_window(&mut self, number: u8) {
        let is_ct = self
            .loaded()
            .is_some_and(|loaded| loaded.unit.as_deref() == Some("HU"));
        if is_ct {
            let window = CT_WINDOWS.iter().find(|(of, _, _)| *of == number);
            if let Some((_, center, width)) = window {
                self.change_window(WindowLevel::linear(*center, *width));
            }
            return;
        }
        // the third key is for the last window
        let place = usize::from(if number > 3 { number - 2 } else { number - 1 });
        if let Some(window) = self.windows().get(place) {
            self.change_window(*window);
        }
    }

    /// The digit that takes a label in hand, if one does.
    #[must_use]
    pub fn digit_of_label(&self, label: &LabelId) -> Option<char> {
        let labels = &self.document.protocol().labels;
        let place = labels.iter().position(|known| known.id == *label)?;
        if let Some(key) = labels.get(place)?.key {
            return Some(key);
        }
        let digit = char::from_digit(place as u32 + 1, 10).filter(|digit| *digit != '0')?;
        let is_free = labels.iter().all(|other| other.key != Some(digit));
        is_free.then_some(digit)
    }

    pub(super) fn label_of_digit(&self, digit: u8) -> Option<LabelId> {
        let sign = char::from_digit(digit.into(), 10)?;
        let labels = &self.document.protocol().labels;
        let by_key = labels.iter().find(|label| label.key == Some(sign));
        let by_place = || {
            let label = labels.get(usize::from(digit).checked_sub(1)?)?;
            label.key.is_none().then_some(label)
        };
        by_key.or_else(by_place).map(|label| label.id.clone())
    }

    /// Changes the grey levels; the last ones are a key away.
    pub fn set_window(&mut self, window: WindowLevel) {
        let view = self.views.active_mut();
        view.previous_window = view.pane.window();
        view.pane.set_window(window);
    }

    fn change_window(&mut self, window: WindowLevel) {
        let view = self.views.active_mut();
        view.previous_window = view.pane.window();
        let invert = view.pane.window().is_some_and(|w| w.invert);
        view.pane.set_window(WindowLevel { invert, ..window });
    }

    fn last_window(&mut self) {
        if let Some(window) = self.views.active().previous_window {
            self.change_window(window);
        }
    }

    pub(super) fn invert(&mut self) {
        if let Some(mut window) = self.pane().window() {
            window.invert = !window.invert;
            self.pane_mut().set_window(window);
        }
    }

    /// The next or previous finding in the list.
    fn go_to_neighbour(&mut self, is_forward: bool) {
        let ids: Vec<_> = self
            .document
            .findings()
            .map(|finding| finding.id.clone())
            .collect();
        if ids.is_empty() {
            return;
        }
        let at = ids.iter().position(|id| Some(id) == self.selected.as_ref());
        let next = match (at, is_forward) {
            (None, true) => 0,
            (None, false) => ids.len() - 1,
            (Some(at), true) => (at + 1) % ids.len(),
            (Some(at), false) => (at + ids.len() - 1) % ids.len(),
        };
        if let Some(id) = ids.get(next).cloned() {
            self.select(Some(id.clone()));
            self.jump_to(&id);
        }
    }

    /// Whether edits wait to be handed to the journal.
    #[must_use]
    pub fn has_acts(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Append(_)))
    }
}
