//! What the window and the commands both do, below either: import, loading, protocols, export.

pub mod export;
pub mod import;
pub mod protocols;
pub mod report;
pub mod series;
