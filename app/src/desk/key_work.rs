//! Keys: which act they ask for on the screen that is open, and what they hold.
//!
//! Keys count by their place on the keyboard, so that kana input and other layouts change nothing. No key
//! acts while a text is being written or composed; `Esc` ends that first. A control that has the keyboard
//! keeps the keys by which controls are worked.

use super::{Command, Desk, Screen};
use crate::keys::{Action, Chord, Context};
use crate::screens::settings::Change;
use egui::{Event, ImeEvent, Key};

/// Seconds after which a held key acts, where a short press means nothing.
const HELD_S: f64 = 0.15;

/// What the keyboard is doing.
#[derive(Debug, Default)]
pub(super) struct Keyboard {
    /// Acts whose keys are held, the key, and since when, s.
    held: Vec<(Action, Key, f64)>,
    /// Text is being composed (IME).
    is_composing: bool,
    /// A text field had the keyboard in the last frame.
    was_writing: bool,
}

impl Keyboard {
    fn follow_composition(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => {
                    self.is_composing = !text.is_empty();
                }
                Event::Ime(ImeEvent::Commit(_)) => self.is_composing = false,
                _ => {}
            }
        }
    }

    /// Seconds that the key of an act has been held.
    fn held_s(&self, action: Action, now: f64) -> Option<f64> {
        let held = self.held.iter().find(|(of, _, _)| *of == action);
        held.map(|(_, _, since)| now - since)
    }
}

/// A key that went down, as a chord, and whether it only repeats.
fn pressed(event: &Event) -> Option<(Chord, bool)> {
    let of = |key, modifiers| Chord::of_event(key, modifiers);
    match event {
        Event::Key {
            key,
            physical_key,
            pressed: true,
            repeat,
            modifiers,
        } => Some((of(physical_key.unwrap_or(*key), *modifiers), *repeat)),
        // the clipboard's keys come as what they mean
        Event::Copy => Some((of(Key::C, egui::Modifiers::CTRL), false)),
        Event::Paste(_) => Some((of(Key::V, egui::Modifiers::CTRL), false)),
        Event::Cut => Some((of(Key::X, egui::Modifiers::CTRL), false)),
        _ => None,
    }
}

/// Whether a control that has the keyboard keeps a key.
fn is_of_controls(chord: Chord) -> bool {
    let keeps = [
        Key::Enter,
        Key::Space,
        Key::Tab,
        Key::Escape,
        Key::ArrowUp,
        Key::ArrowDown,
        Key::ArrowLeft,
        Key::ArrowRight,
    ];
    !chord.ctrl && keeps.contains(&chord.key)
}

/// Whether an act makes sense again and again while its key repeats.
const fn may_repeat(action: Action) -> bool {
    matches!(
        action,
        Action::Undo
            | Action::Redo
            | Action::PreviousSlice
            | Action::NextSlice
            | Action::TenBack
            | Action::TenOn
            | Action::PreviousFrame
            | Action::NextFrame
            | Action::SmallerBrush
            | Action::LargerBrush
            | Action::LowerThreshold
            | Action::RaiseThreshold
            | Action::TextLarger
            | Action::TextSmaller
            | Action::RowUp
            | Action::RowDown
    )
}

impl Desk {
    /// Takes the keys of this frame.
    pub(super) fn take_keys(&mut self, ui: &egui::Ui, out: &mut Vec<Command>) {
        let (events, now, has_window) = ui.input(|i| (i.events.clone(), i.time, i.focused));
        self.keyboard.follow_composition(&events);
        if self.records(ui, &events) {
            return;
        }
        let writes = ui.ctx().text_edit_focused() || self.keyboard.is_composing;
        let was_writing = std::mem::replace(&mut self.keyboard.was_writing, writes);
        let is_over = self.is_under_something();
        if !has_window || writes || is_over {
            self.keyboard.held.clear();
        }
        let focused = ui.memory(egui::Memory::focused);
        let is_at_control = focused.is_some_and(|id| !self.reading.is_viewport(id));
        self.pressed.clear();
        if is_over {
            self.close_by_key(&events);
        } else if !writes {
            for event in &events {
                self.take_key(event, now, (was_writing, is_at_control), out);
            }
        }
        self.release_keys(&events);
        self.follow_held(ui, now);
    }

    fn take_key(
        &mut self,
        event: &Event,
        now: f64,
        (was_writing, is_at_control): (bool, bool),
        out: &mut Vec<Command>,
    ) {
        let Some((chord, repeats)) = pressed(event) else {
            return;
        };
        if (is_at_control && is_of_controls(chord)) || (was_writing && chord.key == Key::Escape) {
            return;
        }
        if self.answers_by_key(chord) {
            return;
        }
        if chord.key == Key::Escape && self.screen == Screen::Settings {
            out.push(Command::Settings(Change::Back));
            return;
        }
        let Some(binding) = self.keys.meant(chord, self.contexts()) else {
            return;
        };
        let action = binding.action;
        if binding.is_held {
            if self.keyboard.held_s(action, now).is_none() {
                self.keyboard.held.push((action, chord.key, now));
            }
        } else if !repeats || may_repeat(action) {
            self.act(action, out);
        }
    }

    /// Whether something lies over the screen that has the keyboard for itself.
    const fn is_under_something(&self) -> bool {
        self.form.is_some() || self.palette.is_some() || self.shows_key_chart
    }

    /// What a key opened over the screen, the same key closes.
    fn close_by_key(&mut self, events: &[Event]) {
        for (chord, repeats) in events.iter().filter_map(pressed) {
            let meant = self.keys.meant(chord, &[Context::Global]);
            match meant.map(|row| row.action).filter(|_| !repeats) {
                Some(Action::Palette) => self.palette = None,
                Some(Action::KeyChart) => self.shows_key_chart = false,
                _ => {}
            }
        }
    }

    /// While a row of the table of keys waits for its chord, keys mean nothing else.
    fn records(&mut self, ui: &egui::Ui, events: &[Event]) -> bool {
        if self.screen != Screen::Settings || self.is_under_something() {
            return false;
        }
        if self.settings_state.conflict.is_some() {
            let pressed = |key| ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, key));
            if pressed(Key::Enter) {
                self.change(Change::Swap);
                return true;
            }
            if pressed(Key::Escape) {
                self.change(Change::KeepKey);
                return true;
            }
        }
        if self.settings_state.recording.is_none() {
            return false;
        }
        self.keyboard.held.clear();
        self.pressed.clear();
        // Enter and Space would press the row again, letters would be written
        ui.input_mut(|i| {
            i.events.retain(|event| {
                let is_text = matches!(event, Event::Text(_) | Event::Key { .. });
                !is_text && !matches!(event, Event::Copy | Event::Cut | Event::Paste(_))
            });
        });
        let mut chords = events.iter().filter_map(pressed);
        if let Some((chord, _)) = chords.find(|(_, repeats)| !repeats) {
            self.record(chord);
        }
        true
    }

    /// Keys that came up end what they held.
    fn release_keys(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Key {
                key,
                physical_key,
                pressed: false,
                ..
            } = event
            {
                let up = physical_key.unwrap_or(*key);
                self.keyboard.held.retain(|(_, key, _)| *key != up);
            }
        }
    }

    fn follow_held(&mut self, ui: &egui::Ui, now: f64) {
        let held_s = |action| self.keyboard.held_s(action, now);
        let (hides, peeks) = (held_s(Action::HideOverlays), held_s(Action::PeekOther));
        let pans = held_s(Action::PanHold).is_some();
        let is_long = |held: Option<f64>| held.is_some_and(|s| s >= HELD_S);
        if let Some(rest) = [hides, peeks]
            .into_iter()
            .flatten()
            .map(|s| HELD_S - s)
            .find(|rest| *rest > 0.0)
        {
            let wait = std::time::Duration::from_secs_f64(rest);
            ui.ctx().request_repaint_after(wait);
        }
        if let Some(room) = &mut self.room {
            room.hide_all(is_long(hides));
            room.peek(is_long(peeks));
            room.pans = pans;
        }
    }

    /// Where keys count now, the first before the others.
    const fn contexts(&self) -> &'static [Context] {
        match self.screen {
            Screen::Reading => &[Context::Viewport, Context::Global],
            Screen::Adjudication => &[Context::Adjudicate, Context::Global],
            _ => &[Context::List, Context::Global],
        }
    }

    /// Does what a key, a menu or the palette asked for.
    pub(super) fn act(&mut self, action: Action, out: &mut Vec<Command>) {
        if self.act_over(action, out).is_some() {
            return;
        }
        match action {
            Action::TextLarger => out.push(Command::ResizeText(1)),
            Action::TextSmaller => out.push(Command::ResizeText(-1)),
            Action::TextReset => out.push(Command::ResizeText(0)),
            Action::Open if self.screen == Screen::Start => out.push(Command::ChooseProject),
            Action::New if self.screen == Screen::Start => out.push(Command::NewProject),
            Action::FullScreen => out.push(Command::FullScreen),
            Action::Manual if self.screen == Screen::Manual => {
                out.push(Command::Go(self.manual.back()));
            }
            Action::Manual => out.push(Command::Go(Screen::Manual)),
            Action::NextRegion => self.go_to_region(1),
            Action::PreviousRegion => self.go_to_region(-1),
            Action::SaveInfo => self.tell_saved(),
            Action::Announce => self.announce(),
            Action::LeftPanel | Action::RightPanel => self.toggle_panel(action),
            Action::CloseCase if self.screen == Screen::Reading => out.push(Command::CloseCase),
            _ => self.act_on_case(action, out),
        }
    }

    /// While questions are answered by keys: whether this one was for them.
    fn answers_by_key(&mut self, chord: Chord) -> bool {
        let Some(room) = self
            .room
            .as_mut()
            .filter(|_| self.screen == Screen::Reading)
        else {
            return false;
        };
        if room.asked().is_none() || chord.ctrl || chord.alt || chord.shift {
            return false;
        }
        let sign = chord.key.name().parse::<u8>();
        match (chord.key, sign) {
            (Key::Escape, _) => room.end_answers(),
            (Key::ArrowDown | Key::Enter, _) => room.step_question(1),
            (Key::ArrowUp, _) => room.step_question(-1),
            (_, Ok(digit)) => room.answer_by_digit(digit),
            _ => return false,
        }
        true
    }

    fn act_on_case(&mut self, action: Action, out: &mut Vec<Command>) {
        match self.screen {
            Screen::Reading if action == Action::CopyFinding => self.copy_finding(),
            Screen::Reading if action == Action::Hold => self.ask_hold(),
            Screen::Reading if action == Action::Flag => self.ask_flag(),
            Screen::Reading => {
                let under = self.reading.viewport_under_pointer();
                let Some(room) = &mut self.room else { return };
                if let Some(under) = under {
                    room.activate(under);
                }
                room.act(action, out);
            }
            _ => self.pressed.push(action),
        }
    }

    /// Takes the selected finding along; its words go to the clipboard of the system.
    fn copy_finding(&mut self) {
        let lang = self.words.code();
        let text = self.room.as_mut().and_then(|room| room.copy_finding(lang));
        if let (Some(text), Some(context)) = (text, &self.context) {
            context.copy_text(text);
            let text = self.t("copy-done");
            self.say(text);
        }
    }

    /// Says when the work was saved last; nothing has to be done for it.
    fn tell_saved(&mut self) {
        let text = match &self.save {
            super::SaveState::Saved(time) => self
                .words
                .f("saved-by-itself", &[("time", time.clone().into())]),
            super::SaveState::Nothing => self.t("saved-nothing"),
            super::SaveState::Saving => self.t("saving"),
            super::SaveState::Failed(_) => self.t("not-saved"),
            super::SaveState::ReadOnly => self.t("read-only"),
        };
        self.say(text);
    }

    /// Says place and value for those who do not see them.
    fn announce(&mut self) {
        let Some(room) = self
            .room
            .as_ref()
            .filter(|_| self.screen == Screen::Reading)
        else {
            return;
        };
        let sight = room.sight(room.views.active_index());
        let mut text = sight.map_or_else(String::new, |sight| sight.spoken(&self.words));
        if let Some(pointer) = &self.reading.pointer {
            text = format!("{text} | {}", pointer.place.sentence());
            if let Some(value) = &pointer.value {
                text = format!("{text} | {value}");
            }
        }
        if !text.is_empty() {
            self.say(text);
        }
    }

    fn toggle_panel(&mut self, action: Action) {
        let panels = &mut self.settings.panels;
        match action {
            Action::LeftPanel => panels.has_left = !panels.has_left,
            _ => panels.right = panels.right.next(),
        }
        self.settings.save();
    }
}
