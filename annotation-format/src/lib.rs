//! The annotation document: what a reader says about a case, under which protocol, and how it changes.
//!
//! A [`Protocol`] names labels, attributes and the case form. A [`Document`] holds one reader's findings and answers;
//! it changes only by [`Document::apply`] of an [`Edit`], whose inverse is computed. The builders in
//! [`document::gesture`] turn a gesture into an edit and hold every rule, so that window, commands and importers share
//! them. [`wire`] writes edits and checkpoints for the journal, [`mod@write`] writes formats of others. This crate never
//! knows databases, people, statistics or the window.
//!
//! ```
//! use std::sync::Arc;
//! use annotation_format::{Document, LabelId, Protocol, document::gesture};
//!
//! let mut document = Document::new(Arc::new(Protocol::builtin().clone()));
//! let edit = gesture::no_finding(&document, true)?;
//! document.apply(&edit)?;
//! assert!(document.missing().is_empty());
//! document.apply(&edit.inverse())?;
//! assert!(!document.no_finding());
//! # Ok::<(), annotation_format::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod code;
pub mod document;
mod edit;
mod error;
mod finding;
mod gist;
mod ids;
pub mod measure;
pub mod protocol;
mod shape;
mod step;
pub mod terms;
mod text;
mod value;
pub mod wire;
pub mod write;

pub use code::Code;
pub use document::{Changed, Document, Missing};
pub use edit::{Edit, EditName};
pub use error::Error;
pub use finding::{Finding, FindingHead};
pub use gist::{Gist, Touched};
pub use ids::{AttributeId, FieldId, FindingId, LabelId, ShapeId};
pub use protocol::{
    Attribute, AttributeKind, Choice, Computed, Condition, GeometryKind, Label, Protocol,
    ProtocolFault, Tolerance, Unit,
};
pub use shape::{Shape, ShapeKind};
pub use step::Step;
pub use terms::{Term, Terms};
pub use text::Text;
pub use value::{LONGEST_TEXT, Value};
