//! Viewports: a slice with its overlay, and the texts and marks upon it.
//!
//! [`Pane`] knows where it looks and what has changed. Its picture is drawn by one of two painters of
//! equal pixels: by the processor (`cpu`), shown as a texture of egui, everywhere; by the graphics
//! device (`gpu`) where the window has one ([`Graphics`]). [`Pane::prepare`] decides anew each time, so
//! that a pane begins with the processor while its volume is on its way to the device, and goes back to
//! it in the same frame in which the device refuses.

mod cpu;
mod gpu;
mod graphics;
mod marks;
mod pane;
#[cfg(test)]
mod tests;

pub use graphics::Graphics;
pub use marks::{Corner, corner_text, edge_letters, outlined_text, scale_bar};
pub use pane::{Layer, Pane};
