//! What a hand had to do: counted, so that jobs can be compared with those of other programs.

use std::sync::atomic::{AtomicU32, Ordering};

/// Operations of a hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Presses of a button of the mouse without a drag; a double click is two.
    pub clicks: u32,
    /// Drags: strokes, boxes, sliders.
    pub drags: u32,
    /// Keys and letters; a key with those held beside it is one.
    pub keys: u32,
    /// Notches of the wheel.
    pub notches: u32,
}

/// Seconds of the keystroke-level model (S. K. Card, T. P. Moran, A. Newell, Communications of the ACM 23,
/// 1980, 396): a key of an average typist who is no secretary, pointing, a button, thinking of the next
/// step. A drag is two pointings with the button between; a notch is taken for a key.
const KEY_S: f64 = 0.28;
/// See [`KEY_S`].
const POINT_S: f64 = 1.1;
/// See [`KEY_S`].
const BUTTON_S: f64 = 0.2;
/// See [`KEY_S`].
const THINK_S: f64 = 1.35;

impl Operations {
    /// All of them.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.clicks + self.drags + self.keys + self.notches
    }

    /// The seconds that they take a person by the keystroke-level model, with a thought before each but the
    /// notches, which follow what is seen.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        let [clicks, drags, keys, notches] =
            [self.clicks, self.drags, self.keys, self.notches].map(f64::from);
        clicks * (THINK_S + POINT_S + BUTTON_S)
            + drags * (THINK_S + 2.0 * POINT_S + BUTTON_S)
            + keys * (THINK_S + KEY_S)
            + notches * KEY_S
    }

    /// What came after an earlier count.
    #[must_use]
    pub const fn since(&self, before: &Self) -> Self {
        Self {
            clicks: self.clicks - before.clicks,
            drags: self.drags - before.drags,
            keys: self.keys - before.keys,
            notches: self.notches - before.notches,
        }
    }
}

/// Counts them.
#[derive(Debug, Default)]
pub(super) struct Counter {
    clicks: AtomicU32,
    drags: AtomicU32,
    keys: AtomicU32,
    notches: AtomicU32,
}

impl Counter {
    pub(super) fn clicked(&self, times: usize) {
        self.clicks.fetch_add(times as u32, Ordering::Relaxed);
    }

    pub(super) fn dragged(&self) {
        self.drags.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn keyed(&self, keys: usize) {
        self.keys.fetch_add(keys as u32, Ordering::Relaxed);
    }

    pub(super) fn turned(&self, notches: u32) {
        self.notches.fetch_add(notches, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> Operations {
        let of = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
        Operations {
            clicks: of(&self.clicks),
            drags: of(&self.drags),
            keys: of(&self.keys),
            notches: of(&self.notches),
        }
    }
}
