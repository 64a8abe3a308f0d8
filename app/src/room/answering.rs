//! Answering by keys: from question to question, a digit says the answer.

use super::Room;
use annotation_format::{Attribute, AttributeId, AttributeKind, FieldId, Value};

/// A question that waits for an answer by keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// About the selected finding.
    Attribute(AttributeId),
    /// About the case.
    Field(FieldId),
}

impl Room {
    /// Begins to answer by keys: at the first required question of the selected finding that has no answer,
    /// else at its first; without a finding at the case form.
    pub fn begin_answers(&mut self) {
        self.finish_gesture();
        if !self.is_editable() {
            return;
        }
        let questions = self.questions();
        let is_open = |question: &&Question| {
            let attribute = self.attribute_of(question);
            attribute.is_some_and(|a| a.required) && self.answer_of(question).is_none()
        };
        let first = questions.iter().find(is_open).or(questions.first());
        self.asked = first.cloned();
    }

    /// Ends it: keys go to the picture again.
    pub fn end_answers(&mut self) {
        self.asked = None;
    }

    /// The question that waits for an answer by keys.
    #[must_use]
    pub fn asked(&self) -> Option<&Question> {
        self.asked.as_ref()
    }

    /// Whether an attribute of the selected finding waits for an answer by keys.
    #[must_use]
    pub fn asks_attribute(&self, id: &AttributeId) -> bool {
        matches!(&self.asked, Some(Question::Attribute(asked)) if asked == id)
    }

    /// Whether a field of the case form does.
    #[must_use]
    pub fn asks_field(&self, id: &FieldId) -> bool {
        matches!(&self.asked, Some(Question::Field(asked)) if asked == id)
    }

    /// Goes to the next or the previous question; after the last one the keys are the picture's again.
    pub fn step_question(&mut self, step: i32) {
        let questions = self.questions();
        let at = questions
            .iter()
            .position(|q| Some(q) == self.asked.as_ref());
        let next = match at {
            Some(at) => at as i32 + step,
            None => 0,
        };
        self.asked = usize::try_from(next.max(0))
            .ok()
            .and_then(|next| questions.get(next))
            .cloned();
    }

    /// The digit says the answer: the nth choice, yes or no. One answer goes on to the next question; of
    /// several choices each digit takes one in or out.
    pub fn answer_by_digit(&mut self, digit: u8) {
        let Some(question) = self.asked.clone() else {
            return;
        };
        let Some(attribute) = self.attribute_of(&question).cloned() else {
            return;
        };
        let place = usize::from(digit).checked_sub(1);
        let choice = place.and_then(|place| attribute.values.get(place));
        let (answer, goes_on) = match (attribute.kind, choice) {
            (AttributeKind::Code | AttributeKind::Ordinal, Some(choice)) => {
                (Value::Code(choice.id.clone()), true)
            }
            (AttributeKind::Bool, _) if digit == 1 || digit == 2 => (Value::Bool(digit == 1), true),
            (AttributeKind::Codes, Some(choice)) => {
                let mut codes = match self.answer_of(&question) {
                    Some(Value::Codes(codes)) => codes.clone(),
                    _ => Vec::new(),
                };
                let known = codes.len();
                codes.retain(|code| *code != choice.id);
                if codes.len() == known {
                    codes.push(choice.id.clone());
                }
                (Value::Codes(codes), false)
            }
            _ => return,
        };
        self.answer(&question, answer);
        if goes_on {
            self.step_question(1);
        }
    }

    fn answer(&mut self, question: &Question, answer: Value) {
        let answer = Some(answer).filter(|a| !matches!(a, Value::Codes(codes) if codes.is_empty()));
        match question {
            Question::Attribute(name) => {
                if let Some(finding) = self.selected.clone() {
                    self.set_attribute(&finding, name, answer);
                }
            }
            Question::Field(field) => self.set_form(field, answer),
        }
    }

    /// The questions in their order: of the selected finding those that are not computed, then the case
    /// form's, as far as they are asked now.
    fn questions(&self) -> Vec<Question> {
        let finding = self.selected_finding();
        let asked =
            finding.map_or_else(Vec::new, |finding| self.document.attributes_shown(finding));
        let attributes = asked.into_iter().filter(|a| a.computed.is_none());
        let fields = self.document.fields_shown();
        attributes
            .map(|a| Question::Attribute(a.id.clone()))
            .chain(
                fields
                    .into_iter()
                    .map(|f| Question::Field(f.id.as_str().into())),
            )
            .collect()
    }

    pub(super) fn attribute_of(&self, question: &Question) -> Option<&Attribute> {
        let protocol = self.document.protocol();
        match question {
            Question::Attribute(id) => protocol.attribute(id),
            Question::Field(id) => protocol.field(id),
        }
    }

    pub(super) fn answer_of(&self, question: &Question) -> Option<&Value> {
        match question {
            Question::Attribute(id) => self.document.answer(self.selected.as_ref()?, id),
            Question::Field(id) => self.document.form().get(id),
        }
    }
}
