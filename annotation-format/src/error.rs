//! What can go wrong when a document is changed, read or measured.

use crate::ids::{AttributeId, FieldId, FindingId, LabelId};
use crate::protocol::GeometryKind;
use voxel::Phrase;

/// Why an edit, a call of a gesture or a stored body was refused. Each can be said to a person as it stands
/// (English); [`Error::code`] names it for the sentence in another language and for JSON.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The document has moved on since the edit was made.
    #[error("{what} has changed since; the edit was made for an earlier state")]
    Stale {
        /// What differs.
        what: &'static str,
    },
    /// No finding has this id.
    #[error("there is no finding {0}")]
    UnknownFinding(FindingId),
    /// The protocol has no such label.
    #[error("the protocol has no label {0}")]
    UnknownLabel(LabelId),
    /// The protocol has no such attribute.
    #[error("the protocol has no attribute {0}")]
    UnknownAttribute(AttributeId),
    /// The case form has no such field.
    #[error("the case form has no field {0}")]
    UnknownField(FieldId),
    /// The finding has no such shape.
    #[error("finding {number} has no such shape")]
    UnknownShape {
        /// Number of the finding.
        number: u32,
    },
    /// The id is taken.
    #[error("a finding with this id or number is already there")]
    FindingExists,
    /// The label does not ask this.
    #[error("{attribute} is not asked of label {label}")]
    NotAsked {
        /// The attribute.
        attribute: AttributeId,
        /// The finding's label.
        label: LabelId,
    },
    /// The condition for asking is not met.
    #[error("{name} is not asked here: its condition ({condition}) is not met")]
    Hidden {
        /// Attribute or field.
        name: String,
        /// The condition.
        condition: String,
    },
    /// The program computes it.
    #[error("{0} is computed and cannot be typed")]
    Computed(AttributeId),
    /// The answer does not fit the question.
    #[error("{name}: {why}")]
    Value {
        /// Attribute or field.
        name: String,
        /// What is wrong with the answer.
        why: Phrase,
    },
    /// The label does not allow this geometry.
    #[error("label {label} does not allow {kind:?}; it allows {allowed:?}")]
    Geometry {
        /// The label.
        label: LabelId,
        /// What was asked for.
        kind: GeometryKind,
        /// What it allows.
        allowed: Vec<GeometryKind>,
    },
    /// The label is computed from others.
    #[error("label {0} is computed from other labels and cannot be drawn")]
    Derived(LabelId),
    /// The label is above the depth the protocol wants.
    #[error("label {label} is too coarse: the protocol wants depth {wanted}")]
    TooCoarse {
        /// The label.
        label: LabelId,
        /// Least depth.
        wanted: u32,
    },
    /// A case has one finding of this label, and it is another one.
    #[error("a case has only one finding of label {label}: finding {number}")]
    OnlyOne {
        /// The label.
        label: LabelId,
        /// Number of the finding that is there.
        number: u32,
    },
    /// The finding has another label than the tool.
    #[error("finding {number} has label {has}, not {wanted}")]
    OtherLabel {
        /// Number of the finding.
        number: u32,
        /// Its label.
        has: LabelId,
        /// The label given.
        wanted: LabelId,
    },
    /// The finding lies on another series.
    #[error("finding {number} lies on another series")]
    OtherSeries {
        /// Number of the finding.
        number: u32,
    },
    /// The mask was made for another grid.
    #[error("the mask has {has:?} voxels, the series {wanted:?}")]
    Size {
        /// Size of the mask.
        has: [usize; 3],
        /// Size of the grid.
        wanted: [usize; 3],
    },
    /// The finding is locked: its voxels, shapes and label stay, and so does it.
    #[error("finding {number} is locked")]
    Locked {
        /// Number of the finding.
        number: u32,
    },
    /// A name holds line breaks or other control characters.
    #[error("a name has no line breaks and no control characters")]
    Name,
    /// Two labels that exclude each other would share voxels.
    #[error(
        "{voxels} voxels already belong to finding {number} ({label}), which excludes this label"
    )]
    Exclusive {
        /// Number of the finding in the way.
        number: u32,
        /// Its label.
        label: LabelId,
        /// Voxels that both would hold.
        voxels: u64,
    },
    /// The geometry is not within the image, not finite or too small.
    #[error("{0}")]
    Shape(Phrase),
    /// "No finding" cannot be said while there are findings.
    #[error("there are {0} findings: delete them before saying that there is none")]
    FindingsExist(usize),
    /// A text is too long.
    #[error("the text is longer than {0} characters")]
    TextTooLong(usize),
    /// A stored body is damaged or of a later version.
    #[error("the stored {what} cannot be read: {why}")]
    Body {
        /// Edit or checkpoint.
        what: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A brick that a stored body names is missing or damaged.
    #[error("a stored brick is {0}")]
    Brick(&'static str),
    /// The checkpoint belongs to another protocol.
    #[error("the checkpoint belongs to another protocol")]
    OtherProtocol,
    /// The mask does not take the change.
    #[error(transparent)]
    Voxel(#[from] voxel::Error),
}

impl Error {
    /// A stable name for JSON and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Stale { .. } => "stale",
            Error::UnknownFinding(_) => "unknown_finding",
            Error::UnknownLabel(_) => "unknown_label",
            Error::UnknownAttribute(_) => "unknown_attribute",
            Error::UnknownField(_) => "unknown_field",
            Error::UnknownShape { .. } => "unknown_shape",
            Error::FindingExists => "finding_exists",
            Error::NotAsked { .. } => "not_asked",
            Error::Hidden { .. } => "hidden",
            Error::Computed(_) => "computed",
            Error::Value { .. } => "bad_value",
            Error::Geometry { .. } => "geometry_not_allowed",
            Error::Derived(_) => "derived_label",
            Error::TooCoarse { .. } => "too_coarse",
            Error::OnlyOne { .. } => "only_one",
            Error::OtherLabel { .. } => "other_label",
            Error::OtherSeries { .. } => "other_series",
            Error::Size { .. } => "other_size",
            Error::Locked { .. } => "locked",
            Error::Name => "bad_name",
            Error::Exclusive { .. } => "exclusive",
            Error::Shape(_) => "bad_shape",
            Error::FindingsExist(_) => "findings_exist",
            Error::TextTooLong(_) => "text_too_long",
            Error::Body { .. } => "body_unreadable",
            Error::Brick(_) => "brick_unreadable",
            Error::OtherProtocol => "other_protocol",
            Error::Voxel(_) => "mask_refused",
        }
    }
}
