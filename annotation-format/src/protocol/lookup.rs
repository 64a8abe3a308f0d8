//! Finding one's way in a protocol: labels by key and tree, attributes by label, rules by what they are about.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::{
    Attribute, Choice, GeometryKind, Instruction, Label, Protocol, RESULT_FIELD, Tolerance,
};
use crate::ids::{AttributeId, FieldId, LabelId};
use crate::value::Value;

impl Label {
    /// Whether its findings may have this geometry by hand; a derived label allows none.
    pub fn allows(&self, kind: GeometryKind) -> bool {
        self.derived.is_empty() && self.geometry.contains(&kind)
    }

    /// Whether its findings may have voxels drawn by hand.
    pub fn can_be_painted(&self) -> bool {
        self.allows(GeometryKind::Mask)
    }

    /// Whether it is computed from other labels and never drawn.
    pub fn is_derived(&self) -> bool {
        !self.derived.is_empty()
    }
}

impl Attribute {
    /// The same id as a field of the case form.
    pub fn field_id(&self) -> FieldId {
        FieldId::from(&self.id)
    }

    /// The choice with this id.
    pub fn choice(&self, id: &str) -> Option<&Choice> {
        self.values.iter().find(|choice| choice.id == id)
    }

    /// Place of a choice in the order of the protocol, from 0.
    pub fn rank(&self, id: &str) -> Option<usize> {
        self.values.iter().position(|choice| choice.id == id)
    }
}

impl Protocol {
    /// The label with this id.
    pub fn label(&self, id: &LabelId) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == *id)
    }

    /// The label's number on the screen and in label maps: its place, from 1.
    pub fn label_number(&self, id: &LabelId) -> Option<usize> {
        self.labels
            .iter()
            .position(|label| label.id == *id)
            .map(|at| at + 1)
    }

    /// The label a number key chooses: the one with this key, else the one at this place if it has no key of its own.
    pub fn label_of_key(&self, key: char) -> Option<&Label> {
        let named = self.labels.iter().find(|label| label.key == Some(key));
        named.or_else(|| {
            let place = key.to_digit(10).filter(|&digit| digit > 0)? as usize - 1;
            self.labels.get(place).filter(|label| label.key.is_none())
        })
    }

    /// The key that chooses a label, if one does.
    pub fn key_of_label(&self, id: &LabelId) -> Option<char> {
        ('1'..='9').find(|&key| self.label_of_key(key).is_some_and(|label| label.id == *id))
    }

    /// Depth of a label in the tree: 1 without a parent.
    pub fn depth(&self, id: &LabelId) -> u32 {
        let mut depth = 1;
        let mut at = self.label(id);
        // The tree is acyclic by the check; the bound keeps this total for any value.
        while let Some(parent) = at.and_then(|label| label.parent.as_ref()) {
            depth += 1;
            at = self.label(parent);
            if depth as usize > self.labels.len() {
                break;
            }
        }
        depth
    }

    /// Whether two labels never share a voxel; said by either of them.
    pub fn exclusive(&self, a: &LabelId, b: &LabelId) -> bool {
        let says = |one: &LabelId, other: &LabelId| {
            self.label(one)
                .is_some_and(|label| label.exclusive_with.contains(other))
        };
        says(a, b) || says(b, a)
    }

    /// The attribute with this id.
    pub fn attribute(&self, id: &AttributeId) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.id == *id)
    }

    /// The attributes asked of findings with this label, in order, whether shown or not.
    pub fn attributes_of<'a>(&'a self, label: &'a LabelId) -> impl Iterator<Item = &'a Attribute> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.applies_to.contains(label))
    }

    /// The field of the case form with this id.
    pub fn field(&self, id: &FieldId) -> Option<&Attribute> {
        self.case_form
            .iter()
            .find(|field| field.id.as_str() == id.as_str())
    }

    /// The field that says whether the case has findings; absent without a case form.
    pub fn result_field(&self) -> Option<&Attribute> {
        self.case_form
            .iter()
            .find(|field| field.id.as_str() == RESULT_FIELD)
    }

    /// Instructions of a label.
    pub fn instructions_of(&self, label: &LabelId) -> impl Iterator<Item = &Instruction> {
        self.instructions
            .iter()
            .filter(move |instruction| instruction.applies_to == *label)
    }

    /// The rule for findings of a label: its own, else the one for every label.
    pub fn tolerance_of(&self, id: &LabelId) -> Option<&Tolerance> {
        let of = |wanted: Option<&LabelId>| {
            self.tolerances.iter().find(
                |rule| matches!(rule, Tolerance::Label { label, .. } if label.as_ref() == wanted),
            )
        };
        of(Some(id)).or_else(|| of(None))
    }

    /// The largest difference at which answers of an attribute or field still agree; 0 without a rule.
    pub fn tolerance_of_attribute(&self, id: &str) -> f64 {
        self.tolerances
            .iter()
            .find_map(|rule| match rule {
                Tolerance::Attribute {
                    attribute,
                    max_difference,
                } if attribute.as_str() == id => Some(*max_difference),
                _ => None,
            })
            .unwrap_or(0.0)
    }

    /// Which of some attributes are shown, given the answers: a condition that cannot be decided hides.
    pub(crate) fn shown<'a, K>(
        asked: impl Iterator<Item = &'a Attribute>,
        answers: &BTreeMap<K, Value>,
    ) -> Vec<&'a Attribute>
    where
        K: Ord + Borrow<str>,
    {
        let asked: Vec<&Attribute> = asked.collect();
        asked
            .iter()
            .filter(|attribute| {
                attribute
                    .show_if
                    .as_ref()
                    .is_none_or(|condition| condition.holds(&asked, answers))
            })
            .copied()
            .collect()
    }
}
