//! Why play could not go on.

use std::path::PathBuf;
use std::time::Duration;

/// Why play could not go on; for those who wrote the play.
#[derive(Debug, thiserror::Error)]
pub enum PlayerError {
    /// No widget of that name was shown in time.
    #[error("no widget {name:?} is shown; there are: {there}")]
    NoWidget {
        /// What was looked for.
        name: String,
        /// Names that are shown.
        there: String,
    },
    /// A widget did not go away.
    #[error("widget {name:?} is still shown")]
    StillThere {
        /// The widget.
        name: String,
    },
    /// The window drew no frame, or did not come to the state waited for.
    #[error("the window has not answered within {waited:?}")]
    NoAnswer {
        /// Time waited.
        waited: Duration,
    },
    /// The window has closed.
    #[error("the window has closed")]
    Closed,
    /// Not a key.
    #[error("{combination:?} names no key")]
    NoKey {
        /// What was to be pressed.
        combination: String,
    },
    /// A path of fewer than two points.
    #[error("a drag needs two points")]
    ShortPath,
    /// A picture could not be written.
    #[error("{path} cannot be written: {why}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
}
