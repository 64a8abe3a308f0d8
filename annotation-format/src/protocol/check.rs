//! What a protocol must fulfil before it is frozen. Every fault is found, not only the first.

mod attributes;
mod rules;

use std::collections::BTreeSet;

use super::fault::ProtocolFault;
use super::{Label, Protocol};
use crate::ids::{LONGEST_ID, LabelId};
use crate::text::Text;
use voxel::Phrase;

/// Every fault of a protocol.
pub(super) fn check(protocol: &Protocol) -> Vec<ProtocolFault> {
    let mut checker = Checker {
        protocol,
        faults: Vec::new(),
    };
    checker.head();
    checker.labels();
    checker.label_tree();
    checker.attributes("attribute", &protocol.attributes);
    checker.attributes("case_form", &protocol.case_form);
    checker.result();
    checker.rest();
    for tolerance in &protocol.tolerances {
        checker.tolerance(tolerance);
    }
    for target in &protocol.targets {
        checker.target(target);
    }
    checker.faults
}

/// A label that the protocol does not have.
fn no_label(id: &LabelId) -> Phrase {
    Phrase::new("protocol-no-label", format!("there is no label {id}")).with("label", id.as_str())
}

struct Checker<'a> {
    protocol: &'a Protocol,
    faults: Vec<ProtocolFault>,
}

impl Checker<'_> {
    fn fault(&mut self, code: &'static str, place: &str, phrase: Phrase) {
        self.faults.push(ProtocolFault::new(code, place, phrase));
    }

    fn wrong_if(&mut self, wrong: bool, code: &'static str, place: &str, phrase: Phrase) {
        if wrong {
            self.fault(code, place, phrase);
        }
    }

    fn head(&mut self) {
        let protocol = self.protocol;
        self.id("protocol", &protocol.id);
        self.text("protocol", "title", &protocol.title);
        self.text("protocol", "purpose", &protocol.purpose);
        let parts: Vec<&str> = protocol.version.split('.').collect();
        let is_number = |part: &&str| {
            !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let wrong = parts.len() != 3 || !parts.iter().all(is_number);
        self.wrong_if(
            wrong,
            "version",
            "protocol",
            Phrase::new("protocol-version-form", "a version is major.minor.patch"),
        );
        self.wrong_if(
            protocol.readers == 0,
            "readers",
            "protocol",
            Phrase::new("protocol-no-reader", "at least one reader"),
        );
        let depth = protocol.required_depth;
        self.wrong_if(
            depth == 0,
            "depth",
            "protocol",
            Phrase::new("protocol-depth", "required_depth is at least 1"),
        );
        self.wrong_if(
            protocol.labels.is_empty(),
            "labels",
            "protocol",
            Phrase::new("protocol-no-label-at-all", "there is no label"),
        );
    }

    fn labels(&mut self) {
        let protocol = self.protocol;
        let mut ids = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for label in &protocol.labels {
            let place = format!("label {}", label.id);
            self.id(&place, label.id.as_str());
            self.text(&place, "name", &label.name);
            let code = &label.code;
            let uncoded = [&code.scheme, &code.value, &code.meaning]
                .iter()
                .any(|s| s.is_empty());
            self.wrong_if(
                uncoded,
                "code",
                &place,
                Phrase::new("protocol-code-incomplete", "the code is not complete"),
            );
            self.wrong_if(
                !ids.insert(&label.id),
                "duplicate_id",
                &place,
                Phrase::new("protocol-id-twice", "this id is there twice"),
            );
            let digit = label.key.is_none_or(|key| ('1'..='9').contains(&key));
            self.wrong_if(
                !digit,
                "key",
                &place,
                Phrase::new("protocol-key-digit", "a key is one of 1 to 9"),
            );
            let taken = label.key.is_some_and(|key| !keys.insert(key));
            self.wrong_if(
                taken,
                "key",
                &place,
                Phrase::new("protocol-key-taken", "another label has this key"),
            );
            self.geometry(&place, label);
            let size = label
                .min_size_mm
                .is_none_or(|size| size.is_finite() && size >= 0.0);
            self.wrong_if(
                !size,
                "min_size",
                &place,
                Phrase::new("protocol-min-size", "min_size_mm is a length"),
            );
            let references = label.parent.iter().chain(&label.inside);
            for other in references.chain(&label.exclusive_with) {
                self.other_label(&place, label, other);
            }
            self.derived(&place, label);
        }
    }

    fn geometry(&mut self, place: &str, label: &Label) {
        let kinds: BTreeSet<_> = label.geometry.iter().collect();
        self.wrong_if(
            kinds.is_empty(),
            "geometry",
            place,
            Phrase::new("protocol-no-geometry", "no geometry is allowed"),
        );
        let twice = kinds.len() != label.geometry.len();
        self.wrong_if(
            twice,
            "geometry",
            place,
            Phrase::new("protocol-geometry-twice", "a geometry is there twice"),
        );
    }

    fn other_label(&mut self, place: &str, label: &Label, other: &LabelId) {
        if *other == label.id {
            self.fault(
                "label_reference",
                place,
                Phrase::new("protocol-refers-to-itself", "it refers to itself"),
            );
        } else if self.protocol.label(other).is_none() {
            self.fault("label_reference", place, no_label(other));
        }
    }

    fn derived(&mut self, place: &str, label: &Label) {
        if !label.is_derived() {
            return;
        }
        for part in &label.derived {
            self.other_label(place, label, part);
            let usable = self
                .protocol
                .label(part)
                .is_none_or(|part| !part.is_derived() && part.can_be_painted());
            if !usable {
                let why = Phrase::new(
                    "protocol-derived-part",
                    format!("{part} has no voxels of its own"),
                );
                self.fault("derived", place, why.with("label", part.as_str()));
            }
        }
        let fits = !label.many && label.geometry == [super::GeometryKind::Mask];
        self.wrong_if(
            !fits,
            "derived",
            place,
            Phrase::new(
                "protocol-derived-one-mask",
                "a derived label is one mask: many = false",
            ),
        );
    }

    /// Parents lead to a root.
    fn label_tree(&mut self) {
        for label in &self.protocol.labels {
            let mut at = Some(label);
            let mut steps = 0;
            while let Some(parent) = at.and_then(|label| label.parent.as_ref()) {
                at = self.protocol.label(parent);
                steps += 1;
                if steps > self.protocol.labels.len() {
                    let place = format!("label {}", label.id);
                    self.fault(
                        "circle",
                        &place,
                        Phrase::new("protocol-circle", "its parents go in a circle"),
                    );
                    break;
                }
            }
        }
    }

    fn id(&mut self, place: &str, id: &str) {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = !id.is_empty()
            && id.len() <= LONGEST_ID
            && id
                .bytes()
                .all(|byte| allowed(byte) || byte == b'-' || byte == b'_')
            && id.bytes().next().is_some_and(allowed);
        let why = Phrase::new(
            "protocol-id-form",
            "an id has small letters, digits, - and _, at most 64",
        );
        self.wrong_if(!fits, "id", place, why);
    }

    fn text(&mut self, place: &str, what: &str, text: &Text) {
        if text.ja.trim().is_empty() || text.en.trim().is_empty() {
            self.fault(
                "language",
                place,
                Phrase::new(
                    "protocol-language",
                    format!("{what}: both languages are needed"),
                )
                .with("what", what),
            );
        }
    }
}
