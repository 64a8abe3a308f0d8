//! The names of things as types of their own, so that a label is never passed where a finding is meant.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest id in bytes; a longer one read from a file is refused.
pub(crate) const LONGEST_ID: usize = 64;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id with this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id!(
    /// A label of a protocol: a stable slug, never reused.
    LabelId
);
id!(
    /// An attribute that a protocol asks of a finding.
    AttributeId
);
id!(
    /// A field of the case form.
    FieldId
);
id!(
    /// A finding: UUID version 7, so that works of several readers can be merged and sorted by time.
    FindingId
);
id!(
    /// A shape of a finding: UUID version 7; the shapes of one finding are sorted by it.
    ShapeId
);

impl FindingId {
    /// A new id, later than every id made before on this machine.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl ShapeId {
    /// A new id, later than every id made before on this machine.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl From<&AttributeId> for FieldId {
    /// The case form is described by the same type as attributes: this is the field's name of such a description.
    fn from(id: &AttributeId) -> Self {
        Self(id.as_str().to_owned())
    }
}

impl From<&FieldId> for AttributeId {
    fn from(id: &FieldId) -> Self {
        Self(id.as_str().to_owned())
    }
}
