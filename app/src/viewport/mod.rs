//! Viewports: a slice with its overlay as a texture, and the texts and marks upon it.

mod marks;
mod pane;

pub use marks::{Corner, corner_text, edge_letters, outlined_text, scale_bar};
pub use pane::{Layer, Pane};
