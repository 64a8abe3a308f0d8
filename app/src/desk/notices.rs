//! Sentences at the edge of the window.

use super::Desk;
use crate::sentence::Sentence;

/// A sentence at the edge of the window.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(super) text: String,
    pub(super) is_error: bool,
    pub(super) until: std::time::Instant,
}

/// Seconds that a notice stays which is to be closed by hand.
const LASTING_S: f64 = 24.0 * 3600.0;

impl Desk {
    /// Says something for a few seconds.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        let seconds = f64::from(self.theme.motion().notification_s);
        self.notice(text.into(), false, seconds);
    }

    /// Says that something went wrong; it stays until it is closed.
    pub(super) fn say_fault(&mut self, text: impl Into<String>) {
        self.notice(text.into(), true, LASTING_S);
    }

    /// Says something that stays until it is closed.
    pub(super) fn say_lasting(&mut self, text: impl Into<String>) {
        self.notice(text.into(), false, LASTING_S);
    }

    /// Says why something was refused or failed.
    pub(super) fn say_error(&mut self, error: &impl Sentence) {
        let text = error.sentence(&self.words);
        self.say_fault(text);
    }

    fn notice(&mut self, text: String, is_error: bool, seconds: f64) {
        self.notices.retain(|known| known.text != text);
        let until = std::time::Instant::now() + std::time::Duration::from_secs_f64(seconds);
        self.notices.push(Notice {
            text,
            is_error,
            until,
        });
    }
}
