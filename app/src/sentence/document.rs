//! What the rules of a document refuse.

use super::Sentence;
use crate::language::Words;
use annotation_format::{AttributeId, Error, LabelId, Protocol};

impl Sentence for Error {
    fn sentence(&self, words: &Words) -> String {
        Refusal {
            words,
            protocol: None,
        }
        .sentence(self)
    }
}

/// The refusal with the protocol's own names of labels and attributes instead of their ids.
pub(crate) fn in_protocol(words: &Words, protocol: &Protocol, error: &Error) -> String {
    Refusal {
        words,
        protocol: Some(protocol),
    }
    .sentence(error)
}

struct Refusal<'a> {
    words: &'a Words,
    protocol: Option<&'a Protocol>,
}

impl Refusal<'_> {
    fn label(&self, id: &LabelId) -> String {
        self.protocol
            .and_then(|protocol| protocol.label(id))
            .map_or_else(
                || id.to_string(),
                |label| label.name.get(self.words.code()).to_owned(),
            )
    }

    /// The name of an attribute or of a field of the case form.
    fn question(&self, id: &str) -> String {
        self.protocol
            .and_then(|protocol| {
                let mut asked = protocol.attributes.iter().chain(&protocol.case_form);
                asked.find(|attribute| attribute.id.as_str() == id)
            })
            .map_or_else(
                || id.to_owned(),
                |attribute| attribute.name.get(self.words.code()).to_owned(),
            )
    }

    fn attribute(&self, id: &AttributeId) -> String {
        self.question(id.as_str())
    }

    fn named(&self, key: &str, name: String) -> String {
        self.words.f(key, &[("name", name.into())])
    }

    fn sentence(&self, error: &Error) -> String {
        let words = self.words;
        match error {
            Error::UnknownFinding(id) => self.named("document-unknown_finding", id.to_string()),
            Error::UnknownLabel(id) => self.named("document-unknown_label", id.to_string()),
            Error::UnknownAttribute(id) => self.named("document-unknown_attribute", id.to_string()),
            Error::UnknownField(id) => self.named("document-unknown_field", id.to_string()),
            Error::UnknownShape { number } => {
                words.f("document-unknown_shape", &[("number", (*number).into())])
            }
            Error::OtherSeries { number } => {
                words.f("document-other_series", &[("number", (*number).into())])
            }
            Error::Locked { number } => words.f("document-locked", &[("number", (*number).into())]),
            Error::FindingsExist(count) => {
                words.f("document-findings_exist", &[("count", (*count).into())])
            }
            Error::TextTooLong(limit) => {
                words.f("document-text_too_long", &[("limit", (*limit).into())])
            }
            Error::Stale { .. }
            | Error::FindingExists
            | Error::Name
            | Error::Body { .. }
            | Error::Brick(_)
            | Error::OtherProtocol
            | Error::Voxel(_) => words.t(&format!("document-{}", error.code())),
            of_question @ (Error::NotAsked { .. }
            | Error::Hidden { .. }
            | Error::Computed(_)
            | Error::Value { .. }) => self.of_question(of_question),
            of_label @ (Error::Geometry { .. }
            | Error::Derived(_)
            | Error::TooCoarse { .. }
            | Error::OnlyOne { .. }
            | Error::OtherLabel { .. }) => self.of_label(of_label),
            Error::Size { .. } | Error::Exclusive { .. } | Error::Shape(_) => self.of_voxels(error),
        }
    }

    /// Answers that are not asked here or do not fit.
    fn of_question(&self, error: &Error) -> String {
        let words = self.words;
        match error {
            Error::NotAsked { attribute, label } => words.f(
                "document-not_asked",
                &[
                    ("name", self.attribute(attribute).into()),
                    ("label", self.label(label).into()),
                ],
            ),
            Error::Hidden { name, condition } => words.f(
                "document-hidden",
                &[
                    ("name", self.question(name).into()),
                    ("condition", condition.as_str().into()),
                ],
            ),
            Error::Computed(id) => self.named("document-computed", self.attribute(id)),
            Error::Value { name, why } => words.f(
                "document-bad_value",
                &[
                    ("name", self.question(name).into()),
                    ("why", words.say(why).into()),
                ],
            ),
            other => words.f("error-other", &[("what", other.to_string().into())]),
        }
    }

    /// What a label does not take.
    fn of_label(&self, error: &Error) -> String {
        let words = self.words;
        match error {
            Error::Geometry {
                label,
                kind,
                allowed,
            } => {
                let in_words = |kind| words.t(geometry_key(kind));
                let allowed: Vec<String> = allowed.iter().map(|kind| in_words(*kind)).collect();
                words.f(
                    "document-geometry_not_allowed",
                    &[
                        ("label", self.label(label).into()),
                        ("kind", in_words(*kind).into()),
                        ("allowed", allowed.join(&words.t("list-joint")).into()),
                    ],
                )
            }
            Error::Derived(id) => self.named("document-derived_label", self.label(id)),
            Error::TooCoarse { label, .. } => self.named("document-too_coarse", self.label(label)),
            Error::OnlyOne { label, number } => words.f(
                "document-only_one",
                &[
                    ("label", self.label(label).into()),
                    ("number", (*number).into()),
                ],
            ),
            Error::OtherLabel {
                number,
                has,
                wanted,
            } => words.f(
                "document-other_label",
                &[
                    ("number", (*number).into()),
                    ("has", self.label(has).into()),
                    ("wanted", self.label(wanted).into()),
                ],
            ),
            other => words.f("error-other", &[("what", other.to_string().into())]),
        }
    }

    /// What does not fit the image or what is drawn on it.
    fn of_voxels(&self, error: &Error) -> String {
        let words = self.words;
        match error {
            Error::Size { has, wanted } => {
                let shown = |[x, y, z]: [usize; 3]| format!("{x}×{y}×{z}");
                words.f(
                    "document-other_size",
                    &[
                        ("has", shown(*has).into()),
                        ("wanted", shown(*wanted).into()),
                    ],
                )
            }
            Error::Exclusive {
                number,
                label,
                voxels,
            } => words.f(
                "document-exclusive",
                &[
                    ("number", (*number).into()),
                    ("label", self.label(label).into()),
                    ("voxels", (*voxels).into()),
                ],
            ),
            Error::Shape(why) => words.f("document-bad_shape", &[("why", words.say(why).into())]),
            other => words.f("error-other", &[("what", other.to_string().into())]),
        }
    }
}

/// The word for a kind of geometry.
const fn geometry_key(kind: annotation_format::GeometryKind) -> &'static str {
    use annotation_format::GeometryKind as Kind;
    match kind {
        Kind::Mask => "geometry-mask",
        Kind::Polygon => "geometry-polygon",
        Kind::Polyline => "geometry-polyline",
        Kind::Box2d => "geometry-box2d",
        Kind::Box3d => "geometry-box3d",
        Kind::Ellipse => "geometry-ellipse",
        Kind::Line => "geometry-line",
        Kind::Bidirectional => "geometry-bidirectional",
        Kind::Point => "geometry-point",
        Kind::Span => "geometry-span",
    }
}
