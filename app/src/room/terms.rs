//! Labels and answers that are chosen by searching for their names.

use super::{Question, Room};
use annotation_format::document::gesture;
use annotation_format::{AttributeKind, LabelId, Value};

impl Room {
    /// Gives the selected finding a label; where none is selected the label is taken for a new one.
    pub fn set_label(&mut self, label: &LabelId) {
        let other = self
            .selected_finding()
            .filter(|finding| finding.label != *label)
            .map(|finding| finding.id.clone());
        match other {
            Some(id) => {
                self.finish_gesture();
                if !self.is_editable() {
                    return;
                }
                let edit = gesture::relabel(&self.document, &id, label);
                if self.perform(edit) {
                    self.label = label.clone();
                    self.mark_overlays();
                }
            }
            None if self.selected.is_some() => self.take_label(label),
            None => self.take_label_anew(label),
        }
    }

    /// Answers a question by one of its choices; of several choices it is taken in.
    pub fn choose_answer(&mut self, question: &Question, choice: &str) {
        self.finish_gesture();
        let Some(attribute) = self.attribute_of(question) else {
            return;
        };
        let answer = match attribute.kind {
            AttributeKind::Codes => {
                let mut codes = match self.answer_of(question) {
                    Some(Value::Codes(codes)) => codes.clone(),
                    _ => Vec::new(),
                };
                if !codes.iter().any(|code| code == choice) {
                    codes.push(choice.to_owned());
                }
                Value::Codes(codes)
            }
            _ => Value::Code(choice.to_owned()),
        };
        match question {
            Question::Attribute(name) => {
                if let Some(finding) = self.selected.clone() {
                    self.set_attribute(&finding, name, Some(answer));
                }
            }
            Question::Field(field) => self.set_form(field, Some(answer)),
        }
    }

    /// Whether a question is asked now: of the selected finding, or of the case.
    #[must_use]
    pub fn asks_now(&self, question: &Question) -> bool {
        match question {
            Question::Attribute(id) => self.selected_finding().is_some_and(|finding| {
                let asked = self.document.attributes_shown(finding);
                asked.iter().any(|a| a.id == *id && a.computed.is_none())
            }),
            Question::Field(id) => {
                let asked = self.document.fields_shown();
                asked.iter().any(|field| field.id.as_str() == id.as_str())
            }
        }
    }
}
