//! What the window and the commands both do, below either: import, loading, protocols, export.

pub mod agree;
pub mod annotate;
pub mod convert;
pub mod export;
pub mod import;
pub mod import_list;
mod picture_marks;
pub mod protocols;
pub mod render;
pub mod report;
pub mod series;
pub mod tag_search;
pub mod tools;
