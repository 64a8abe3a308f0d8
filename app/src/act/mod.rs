//! What the window and the commands both do, below either: import, loading, protocols, export.

pub mod agree;
pub mod annotate;
pub mod export;
pub mod import;
mod picture_marks;
pub mod protocols;
pub mod render;
pub mod report;
pub mod series;
pub mod tools;
