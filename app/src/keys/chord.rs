//! A key with its modifiers, by its place on the keyboard.

use crate::language::Language;
use egui::{Key, Modifiers};

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key, by its place: as an American keyboard names it.
    pub key: Key,
    /// Ctrl (on a Mac Cmd).
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

/// Names of keys in files (W3C UI Events `code` values) beside egui's.
const CODES: [(&str, Key); 18] = [
    ("Slash", Key::Slash),
    ("Comma", Key::Comma),
    ("Period", Key::Period),
    ("Minus", Key::Minus),
    ("Equal", Key::Equals),
    ("Semicolon", Key::Semicolon),
    ("Quote", Key::Quote),
    ("BracketLeft", Key::OpenBracket),
    ("BracketRight", Key::CloseBracket),
    ("Backslash", Key::Backslash),
    ("Space", Key::Space),
    ("Tab", Key::Tab),
    ("Enter", Key::Enter),
    ("Escape", Key::Escape),
    ("Delete", Key::Delete),
    ("Backspace", Key::Backspace),
    ("PageUp", Key::PageUp),
    ("PageDown", Key::PageDown),
];

impl Chord {
    /// The chord of a key event.
    #[must_use]
    pub fn of_event(key: Key, modifiers: Modifiers) -> Self {
        Self {
            // a keypad and layouts with a plus key of its own
            key: if key == Key::Plus { Key::Equals } else { key },
            ctrl: modifiers.ctrl || modifiers.command,
            shift: modifiers.shift,
            alt: modifiers.alt,
        }
    }

    /// Reads `Ctrl+Shift+KeyZ`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('+').rev();
        let key = key_of_code(parts.next()?)?;
        let mut chord = Self {
            key,
            ctrl: false,
            shift: false,
            alt: false,
        };
        for part in parts {
            match part {
                "Ctrl" => chord.ctrl = true,
                "Shift" => chord.shift = true,
                "Alt" => chord.alt = true,
                _ => return None,
            }
        }
        Some(chord)
    }

    /// As [`Chord::parse`] reads it.
    #[must_use]
    pub fn code(self) -> String {
        let mut text = String::new();
        for (is_held, name) in [
            (self.ctrl, "Ctrl+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
        ] {
            if is_held {
                text.push_str(name);
            }
        }
        text + &code_of_key(self.key)
    }

    /// As the screen shows it: `Ctrl ⇧ Z`, `⇧P`. Signs are those on the boards of a language.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let key = match (self.key, language) {
            (Key::Escape, _) => "Esc",
            (Key::Delete, _) => "Del",
            (Key::Space, _) => "Spc",
            (Key::PageUp, _) => "PgUp",
            (Key::PageDown, _) => "PgDn",
            (Key::ArrowUp, _) => "↑",
            (Key::ArrowDown, _) => "↓",
            (Key::ArrowLeft, _) => "←",
            (Key::ArrowRight, _) => "→",
            (Key::Equals, Language::Ja) => "^",
            (Key::Minus, _) => "-",
            (key, _) => key.symbol_or_name(),
        };
        match (self.ctrl, self.alt, self.shift) {
            (false, false, false) => key.to_owned(),
            (false, false, true) => format!("⇧{key}"),
            (true, false, false) => format!("Ctrl {key}"),
            (true, false, true) => format!("Ctrl ⇧ {key}"),
            (false, true, false) => format!("Alt {key}"),
            (ctrl, _, shift) => format!(
                "{}Alt {}{key}",
                if ctrl { "Ctrl " } else { "" },
                if shift { "⇧ " } else { "" }
            ),
        }
    }

    /// Whether the person may give it to something: not to what the system, the menus and the input of
    /// Japanese keep for themselves.
    #[must_use]
    pub fn may_be_given(self) -> bool {
        let is_letter = self.key.name().len() == 1;
        let keeps = matches!(self.key, Key::Backtick | Key::F10) || (self.alt && is_letter);
        !keeps
    }
}

fn key_of_code(code: &str) -> Option<Key> {
    if let Some((_, key)) = CODES.iter().find(|(known, _)| *known == code) {
        return Some(*key);
    }
    if let Some(letter) = code.strip_prefix("Key").filter(|rest| rest.len() == 1) {
        return Key::from_name(letter);
    }
    if let Some(digit) = code.strip_prefix("Digit").filter(|rest| rest.len() == 1) {
        return Key::from_name(digit);
    }
    let name = match code {
        "ArrowUp" => "Up",
        "ArrowDown" => "Down",
        "ArrowLeft" => "Left",
        "ArrowRight" => "Right",
        other => other,
    };
    Key::from_name(name)
}

fn code_of_key(key: Key) -> String {
    if let Some((code, _)) = CODES.iter().find(|(_, known)| *known == key) {
        return (*code).to_owned();
    }
    let name = key.name();
    match name {
        "Up" | "Down" | "Left" | "Right" => format!("Arrow{name}"),
        _ if name.len() == 1 && name.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("Digit{name}")
        }
        _ if name.len() == 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) => {
            format!("Key{name}")
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_written_as_it_is_read() {
        for text in [
            "Ctrl+Shift+KeyZ",
            "Slash",
            "Digit0",
            "ArrowLeft",
            "Shift+Equal",
            "F12",
            "Ctrl+Enter",
            "Alt+PageUp",
        ] {
            assert_eq!(Chord::parse(text).map(Chord::code).as_deref(), Some(text));
        }
        assert_eq!(Chord::parse("Hyper+KeyA"), None);
        assert_eq!(Chord::parse("Ctrl+"), None);
    }

    #[test]
    fn signs_are_those_of_the_board() {
        let equal = Chord::parse("Equal").expect("a chord");
        assert_eq!(equal.text(Language::Ja), "^");
        assert_eq!(equal.text(Language::En), "=");
        let undo = Chord::parse("Ctrl+Shift+Digit0").expect("a chord");
        assert_eq!(undo.text(Language::Ja), "Ctrl ⇧ 0");
    }
}
