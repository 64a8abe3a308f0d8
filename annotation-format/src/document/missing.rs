//! What still stands between a work and its submission.

use std::fmt;

use super::Document;
use crate::finding::Finding;
use crate::ids::{AttributeId, FieldId, FindingId};
use crate::protocol::{RESULT_NEGATIVE, RESULT_POSITIVE};
use crate::text::Text;
use crate::value::Value;

/// One thing that is missing. Shown as a list; each leads to its place.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// Nothing was said: neither a finding nor "no finding" nor an answer that says why not.
    Statement,
    /// A field of the case form.
    Field {
        /// The field.
        field: FieldId,
        /// Its name.
        name: Text,
    },
    /// An attribute of a finding.
    Attribute {
        /// The finding.
        finding: FindingId,
        /// Its number.
        number: u32,
        /// The attribute.
        attribute: AttributeId,
        /// Its name.
        name: Text,
    },
    /// A finding without voxels or shapes.
    Geometry {
        /// The finding.
        finding: FindingId,
        /// Its number.
        number: u32,
    },
    /// The case form says that there are findings, and there is none.
    Finding,
}

impl Missing {
    /// A stable name for JSON and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Missing::Statement => "nothing_said",
            Missing::Field { .. } => "field_missing",
            Missing::Attribute { .. } => "attribute_missing",
            Missing::Geometry { .. } => "geometry_missing",
            Missing::Finding => "finding_missing",
        }
    }

    /// The sentence in a language.
    pub fn sentence(&self, lang: &str) -> String {
        let ja = lang.starts_with("ja");
        match self {
            Missing::Statement if ja => "所見を付けるか「所見なし」を選んでください。".to_owned(),
            Missing::Statement => "Mark a finding or say that there is none.".to_owned(),
            Missing::Field { name, .. } if ja => format!("「{}」が未入力です。", name.ja),
            Missing::Field { name, .. } => format!("{} is not answered.", name.en),
            Missing::Attribute { number, name, .. } if ja => {
                format!("所見 {number} の「{}」が未入力です。", name.ja)
            }
            Missing::Attribute { number, name, .. } => {
                format!("Finding {number}: {} is not answered.", name.en)
            }
            Missing::Geometry { number, .. } if ja => {
                format!("所見 {number} に領域も図形もありません。描くか削除してください。")
            }
            Missing::Geometry { number, .. } => {
                format!("Finding {number} has no geometry. Draw it or delete it.")
            }
            Missing::Finding if ja => "「所見あり」とされていますが、所見がありません。".to_owned(),
            Missing::Finding => {
                "The case form says that there are findings, but there is none.".to_owned()
            }
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence("en"))
    }
}

impl Document {
    /// What blocks submission, in the order in which it is shown: the case first, then the findings by number.
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if let Some(statement) = self.missing_statement() {
            missing.push(statement);
        }
        for field in self.fields_shown() {
            let id = field.field_id();
            // Without a statement the result is missing already.
            let told = missing.contains(&Missing::Statement) && self.is_result(&id);
            if field.required && !self.form().contains_key(&id) && !told {
                missing.push(Missing::Field {
                    field: id,
                    name: field.name.clone(),
                });
            }
        }
        for finding in self.findings() {
            self.missing_of(finding, &mut missing);
        }
        missing
    }

    /// Whether the finding has everything that submission asks of it.
    pub fn is_complete(&self, finding: &Finding) -> bool {
        let mut missing = Vec::new();
        self.missing_of(finding, &mut missing);
        missing.is_empty()
    }

    fn missing_statement(&self) -> Option<Missing> {
        if self.findings().len() > 0 || self.no_finding() {
            return None;
        }
        let result = self
            .protocol()
            .result_field()
            .map(|field| self.form().get(&field.field_id()));
        match result.flatten() {
            Some(Value::Code(id)) if id == RESULT_POSITIVE => Some(Missing::Finding),
            Some(Value::Code(id)) if id != RESULT_NEGATIVE => None,
            _ => Some(Missing::Statement),
        }
    }

    fn is_result(&self, id: &FieldId) -> bool {
        self.protocol()
            .result_field()
            .is_some_and(|field| field.id.as_str() == id.as_str())
    }

    fn missing_of(&self, finding: &Finding, missing: &mut Vec<Missing>) {
        if !finding.has_geometry() {
            missing.push(Missing::Geometry {
                finding: finding.id.clone(),
                number: finding.number,
            });
        }
        for attribute in self.attributes_shown(finding) {
            if attribute.required && !finding.attributes.contains_key(&attribute.id) {
                missing.push(Missing::Attribute {
                    finding: finding.id.clone(),
                    number: finding.number,
                    attribute: attribute.id.clone(),
                    name: attribute.name.clone(),
                });
            }
        }
    }
}
