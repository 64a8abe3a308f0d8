//! Names of keys, as shortcuts are written: `Ctrl+Shift+Z`, `Enter`, `B`.

use egui::{Event, Key, Modifiers};

use super::error::PlayerError;

/// Events of pressing and of releasing a combination of keys.
pub(super) fn events(combination: &str) -> Result<(Vec<Event>, Vec<Event>), PlayerError> {
    let (key, modifiers) = parse(combination).ok_or_else(|| PlayerError::NoKey {
        combination: combination.to_owned(),
    })?;
    let event = |pressed| Event::Key {
        key,
        physical_key: Some(key),
        pressed,
        repeat: false,
        modifiers,
    };
    let mut press = vec![Event::ModifiersChanged(modifiers)];
    // Windows give these as commands of the clipboard, not as keys.
    match (modifiers.command_only(), key) {
        (true, Key::C) => press.push(Event::Copy),
        (true, Key::X) => press.push(Event::Cut),
        _ => {
            press.push(event(true));
            press.extend(letter(key, modifiers).map(Event::Text));
        }
    }
    let release = vec![event(false), Event::ModifiersChanged(Modifiers::NONE)];
    Ok((press, release))
}

fn parse(combination: &str) -> Option<(Key, Modifiers)> {
    let mut modifiers = Modifiers::NONE;
    let mut key = None;
    // A plus sign may be the key itself: `Ctrl++`.
    let (names, last) = match combination.strip_suffix("++") {
        Some(before) => (before, Some(Key::Plus)),
        None => (combination, None),
    };
    for name in names.split('+') {
        match name.trim() {
            "Ctrl" | "Cmd" => modifiers |= Modifiers::COMMAND | control(),
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            name => key = Some(Key::from_name(name)?),
        }
    }
    last.or(key).map(|key| (key, modifiers))
}

/// The Ctrl key, which on macOS is another than the command key.
fn control() -> Modifiers {
    if cfg!(target_os = "macos") {
        Modifiers::MAC_CMD
    } else {
        Modifiers::CTRL
    }
}

/// What the key writes.
fn letter(key: Key, modifiers: Modifiers) -> Option<String> {
    if modifiers.command || modifiers.ctrl || modifiers.alt {
        return None;
    }
    let symbol = match key {
        Key::Space => " ",
        _ => key.symbol_or_name(),
    };
    let mut letters = symbol.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) if only == ' ' || only.is_ascii_graphic() => {
            let text = if modifiers.shift {
                only.to_ascii_uppercase()
            } else {
                only.to_ascii_lowercase()
            };
            Some(text.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_name_key_and_modifiers() {
        let (key, modifiers) = parse("Ctrl+Shift+Z").unwrap();
        assert_eq!(key, Key::Z);
        assert!(modifiers.command && modifiers.shift && !modifiers.alt);
        assert_eq!(parse("Enter"), Some((Key::Enter, Modifiers::NONE)));
        assert_eq!(parse("Ctrl++").unwrap().0, Key::Plus);
        assert_eq!(parse("Hyper+A"), None);
    }

    #[test]
    fn letters_write_themselves_unless_they_are_commands() {
        assert_eq!(letter(Key::B, Modifiers::NONE).as_deref(), Some("b"));
        assert_eq!(letter(Key::B, Modifiers::SHIFT).as_deref(), Some("B"));
        assert_eq!(letter(Key::B, Modifiers::COMMAND), None);
        assert_eq!(letter(Key::Num1, Modifiers::NONE).as_deref(), Some("1"));
        assert_eq!(letter(Key::Enter, Modifiers::NONE), None);
        assert_eq!(letter(Key::Space, Modifiers::NONE).as_deref(), Some(" "));
    }
}
