//! Keys of the viewport, by their place on the keyboard.

use super::{Act, Layout, Room, Tool, Views};
use crate::desk::Command;
use annotation_format::LabelId;
use egui::{Key, Modifiers};
use render::WindowLevel;
use voxel::Plane;

/// Windows of the function keys: lung, mediastinum, bone, brain.
const WINDOWS: [(Key, f64, f64); 4] = [
    (Key::F1, -600.0, 1200.0),
    (Key::F2, 40.0, 400.0),
    (Key::F4, 400.0, 1800.0),
    (Key::F5, 40.0, 80.0),
];

impl Room {
    /// A key went down while no field has the keyboard.
    pub fn key(&mut self, key: Key, modifiers: Modifiers, out: &mut Vec<Command>) {
        if modifiers.command || modifiers.ctrl {
            self.key_with_control(key, modifiers.shift, out);
            return;
        }
        if modifiers.alt {
            return;
        }
        if key == Key::Escape && self.drop_gesture() {
            return;
        }
        if let Some(tool) = Tool::of_key(key, modifiers.shift) {
            if !tool.draws() || self.is_in_project() {
                self.take_tool(tool);
            }
            return;
        }
        if modifiers.shift && self.key_with_shift(key) {
            return;
        }
        match key {
            Key::ArrowLeft => self.show_neighbour_series(-1),
            Key::ArrowRight => self.show_neighbour_series(1),
            Key::ArrowUp => self.step(-1),
            Key::ArrowDown => self.step(1),
            Key::PageUp => self.step(-10),
            Key::PageDown => self.step(10),
            Key::Home => self.step(-1_000_000),
            Key::End => self.step(1_000_000),
            Key::Num0 => self.fit(),
            Key::Period => self.go_to_neighbour(true),
            Key::Comma => self.go_to_neighbour(false),
            Key::Minus => self.resize_brush(1.0 / 1.1),
            Key::Equals | Key::Plus => self.resize_brush(1.1),
            Key::F3 => self.last_window(),
            Key::F8 => self.invert(),
            _ => self.key_of_table(key),
        }
    }

    fn key_with_control(&mut self, key: Key, shift: bool, out: &mut Vec<Command>) {
        match (key, shift) {
            (Key::Z, false) => self.undo(),
            (Key::Y, false) | (Key::Z, true) => self.redo(),
            (Key::Enter, false) if self.is_editable() && self.lacks().missing.is_empty() => {
                out.push(Command::Submit);
            }
            (Key::ArrowRight, false) => out.push(Command::OpenNextCase),
            (Key::ArrowLeft, false) => out.push(Command::OpenPreviousCase),
            (Key::Num0, true) => self.say_no_finding(!self.document.no_finding()),
            (Key::L, false) => self.toggle_link(),
            (Key::Num1 | Key::Num2 | Key::Num3 | Key::Num4, false) => {
                let place = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
                let layout = place.iter().zip(Layout::ALL).find(|(of, _)| **of == key);
                if let Some((_, layout)) = layout {
                    let monitor = Views::monitor_of(self.views.active_index());
                    self.set_layout(monitor, layout);
                }
            }
            _ => {}
        }
    }

    /// Shift with a digit: the planes of the patient.
    fn key_with_shift(&mut self, key: Key) -> bool {
        let plane = match key {
            Key::Num1 => Plane::Axial,
            Key::Num2 => Plane::Coronal,
            Key::Num3 => Plane::Sagittal,
            _ => return false,
        };
        self.show_plane(plane);
        true
    }

    fn key_of_table(&mut self, key: Key) {
        if let Some((_, center, width)) = WINDOWS.iter().find(|(of, _, _)| *of == key) {
            self.change_window(WindowLevel::linear(*center, *width));
        } else if let Some(label) = self.label_of_key(key) {
            let is_of_selected = self
                .selected_finding()
                .is_some_and(|finding| finding.label == label);
            if is_of_selected {
                self.take_label(&label);
            } else {
                self.take_label_anew(&label);
            }
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

    fn label_of_key(&self, key: Key) -> Option<LabelId> {
        const DIGITS: [Key; 9] = [
            Key::Num1,
            Key::Num2,
            Key::Num3,
            Key::Num4,
            Key::Num5,
            Key::Num6,
            Key::Num7,
            Key::Num8,
            Key::Num9,
        ];
        let position = DIGITS.iter().position(|digit| *digit == key)?;
        let digit = char::from_digit(position as u32 + 1, 10)?;
        let labels = &self.document.protocol().labels;
        let by_key = labels.iter().find(|label| label.key == Some(digit));
        by_key
            .or_else(|| labels.get(position).filter(|label| label.key.is_none()))
            .map(|label| label.id.clone())
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
