//! What a hand does: clicks, drags, wheel, keys, text.

use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, vec2};

use super::error::PlayerError;
use super::orders::More;
use super::{Player, keys};

/// Time between two samples of a moving mouse.
const SAMPLE: Duration = Duration::from_millis(8);

impl Player {
    /// Clicks the widget of that name when it is there; see [`Player::wait_for`].
    ///
    /// # Errors
    /// When there is no such widget in time, or the window does not answer.
    pub fn click(&self, name: &str) -> Result<(), PlayerError> {
        self.click_at(self.centre(name)?, PointerButton::Primary, 1)
    }

    /// Clicks the `nth` (from 0) of the widgets of that name, from the top.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub fn click_nth(&self, name: &str, nth: usize) -> Result<(), PlayerError> {
        let place = self.wait_for_nth(name, nth)?.rect.center();
        self.click_at(place, PointerButton::Primary, 1)
    }

    /// Clicks a widget twice.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub fn double_click(&self, name: &str) -> Result<(), PlayerError> {
        self.click_at(self.centre(name)?, PointerButton::Primary, 2)
    }

    /// Clicks a widget with the right button.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub fn right_click(&self, name: &str) -> Result<(), PlayerError> {
        self.click_at(self.centre(name)?, PointerButton::Secondary, 1)
    }

    /// Clicks a place in the window, in points, `times` times.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn click_at(
        &self,
        place: Pos2,
        button: PointerButton,
        times: usize,
    ) -> Result<(), PlayerError> {
        self.shared.counter.clicked(times);
        self.hover_at(place)?;
        for _ in 0..times {
            for pressed in [true, false] {
                self.events(vec![press(place, button, pressed, Modifiers::NONE)])?;
            }
        }
        self.settle();
        Ok(())
    }

    /// Presses the left button at a place, in points, without releasing it.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn press_at(&self, place: Pos2) -> Result<(), PlayerError> {
        self.hover_at(place)?;
        let button = PointerButton::Primary;
        self.events(vec![press(place, button, true, Modifiers::NONE)])
    }

    /// Releases the left button at a place, in points.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn release_at(&self, place: Pos2) -> Result<(), PlayerError> {
        let button = PointerButton::Primary;
        self.shared.counter.clicked(1);
        self.events(vec![press(place, button, false, Modifiers::NONE)])?;
        self.settle();
        Ok(())
    }

    /// Draws a path with the left button down, in points, at even speed within `time`.
    ///
    /// # Errors
    /// [`PlayerError::ShortPath`], or when the window does not answer.
    pub fn drag(&self, path: &[Pos2], time: Duration) -> Result<(), PlayerError> {
        self.drag_with(path, time, PointerButton::Primary, Modifiers::NONE)
    }

    /// As [`Self::drag`] with another button and with keys held.
    ///
    /// # Errors
    /// As [`Self::drag`].
    pub fn drag_with(
        &self,
        path: &[Pos2],
        time: Duration,
        button: PointerButton,
        modifiers: Modifiers,
    ) -> Result<(), PlayerError> {
        let [first, .., last] = path else {
            return Err(PlayerError::ShortPath);
        };
        self.shared.counter.dragged();
        self.hover_at(*first)?;
        self.events(vec![
            Event::ModifiersChanged(modifiers),
            press(*first, button, true, modifiers),
        ])?;
        let samples = (time.as_millis() / SAMPLE.as_millis()).max(2);
        let begun = Instant::now();
        for sample in 1..=samples {
            let place = along(path, sample as f32 / samples as f32);
            self.shared.order(vec![Event::PointerMoved(place)], false)?;
            let due = begun + time.mul_f64(sample as f64 / samples as f64);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        self.events(vec![
            press(*last, button, false, modifiers),
            Event::ModifiersChanged(Modifiers::NONE),
        ])?;
        self.settle();
        Ok(())
    }

    /// Turns the wheel by `notches` at a place, in points; positive scrolls down.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn scroll(&self, notches: i32, place: Pos2) -> Result<(), PlayerError> {
        self.scroll_with(notches, place, Modifiers::NONE)
    }

    /// As [`Self::scroll`] with Ctrl held.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn scroll_with_ctrl(&self, notches: i32, place: Pos2) -> Result<(), PlayerError> {
        self.scroll_with(notches, place, Modifiers::CTRL | Modifiers::COMMAND)
    }

    /// As [`Self::scroll`] with keys held.
    ///
    /// # Errors
    /// As [`Self::scroll`].
    pub fn scroll_with(
        &self,
        notches: i32,
        place: Pos2,
        modifiers: Modifiers,
    ) -> Result<(), PlayerError> {
        self.shared.counter.turned(notches.unsigned_abs());
        self.hover_at(place)?;
        for _ in 0..notches.unsigned_abs() {
            self.events(vec![
                Event::ModifiersChanged(modifiers),
                Event::MouseWheel {
                    unit: MouseWheelUnit::Line,
                    delta: vec2(0.0, if notches > 0 { -1.0 } else { 1.0 }),
                    phase: TouchPhase::Move,
                    source: egui::MouseWheelSource::Wheel,
                    modifiers,
                },
                Event::ModifiersChanged(Modifiers::NONE),
            ])?;
        }
        self.settle();
        Ok(())
    }

    /// Moves the pointer over a widget.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub fn hover(&self, name: &str) -> Result<(), PlayerError> {
        self.hover_at(self.centre(name)?)
    }

    /// Moves the pointer to a place, in points.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn hover_at(&self, place: Pos2) -> Result<(), PlayerError> {
        self.wait_for_window()?;
        self.events(vec![Event::PointerMoved(place)])
    }

    /// Lets files and folders fall on the window.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn drop_files(&self, paths: &[&Path]) -> Result<(), PlayerError> {
        self.shared.counter.dragged();
        self.wait_for_window()?;
        self.more(More {
            dropped: paths.iter().map(|path| path.to_path_buf()).collect(),
            ..More::default()
        })
    }

    /// Presses and releases keys, named as in shortcuts: `Ctrl+Enter`, `B`, `Escape`.
    ///
    /// # Errors
    /// [`PlayerError::NoKey`], or when the window does not answer.
    pub fn key(&self, combination: &str) -> Result<(), PlayerError> {
        let (press, release) = keys::events(combination)?;
        self.shared.counter.keyed(1);
        self.wait_for_window()?;
        if matches!(combination, "Ctrl+V" | "Cmd+V") {
            let ctx = self.shared.ctx().ok_or(PlayerError::Closed)?;
            ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, egui::ViewportCommand::RequestPaste);
            self.events(Vec::new())?;
        } else {
            self.events(press)?;
        }
        self.events(release)?;
        self.settle();
        Ok(())
    }

    /// Types text into the focused field, as an input method gives it; a line break is Enter.
    ///
    /// # Errors
    /// When the window does not answer.
    pub fn type_text(&self, text: &str) -> Result<(), PlayerError> {
        self.wait_for_window()?;
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.key("Enter")?;
            }
            if !line.is_empty() {
                self.shared.counter.keyed(line.chars().count());
                self.events(vec![Event::Text(line.to_owned())])?;
            }
        }
        self.settle();
        Ok(())
    }

    /// Replaces what the field of that name holds.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub fn fill(&self, name: &str, text: &str) -> Result<(), PlayerError> {
        self.click(name)?;
        self.key("Ctrl+A")?;
        if text.is_empty() {
            self.key("Delete")
        } else {
            self.type_text(text)
        }
    }
}

fn press(pos: Pos2, button: PointerButton, pressed: bool, modifiers: Modifiers) -> Event {
    Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers,
    }
}

/// The point of a path after `part` (0 to 1) of its length.
fn along(path: &[Pos2], part: f32) -> Pos2 {
    let steps: Vec<(Pos2, Vec2)> = path
        .iter()
        .zip(path.iter().skip(1))
        .map(|(&from, &to)| (from, to - from))
        .collect();
    let mut rest = part * steps.iter().map(|(_, step)| step.length()).sum::<f32>();
    for &(from, step) in &steps {
        let length = step.length();
        if rest <= length && length > 0.0 {
            return from + step * (rest / length);
        }
        rest -= length;
    }
    path.last().copied().unwrap_or(Pos2::ZERO)
}
