//! Answers: attributes of findings, the case form, and the statement that there is no finding.

use super::draft::Draft;
use super::known;
use crate::document::Document;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::ids::{AttributeId, FieldId, FindingId};
use crate::protocol::{Attribute, RESULT_FIELD, RESULT_NEGATIVE, RESULT_POSITIVE};
use crate::value::Value;

/// Answers an attribute of a finding, or with `None` takes the answer back.
///
/// # Errors
/// If the attribute is not asked of this label, its condition is not met, it is computed, or the value is impossible.
pub fn set_attribute(
    document: &Document,
    finding: &FindingId,
    name: &AttributeId,
    value: Option<Value>,
) -> Result<Edit, Error> {
    let finding = known(document, finding)?;
    let attribute = document
        .protocol()
        .attribute(name)
        .ok_or_else(|| Error::UnknownAttribute(name.clone()))?;
    if !attribute.applies_to.contains(&finding.label) {
        return Err(Error::NotAsked {
            attribute: name.clone(),
            label: finding.label.clone(),
        });
    }
    if attribute.computed.is_some() {
        return Err(Error::Computed(name.clone()));
    }
    require_shown(attribute, &document.attributes_shown(finding))?;
    let value = value.map(|value| attribute.accept(value)).transpose()?;
    let mut draft = Draft::new(document);
    draft.set_attribute(&finding.id, name, value)?;
    draft.finish(EditName::Attribute)
}

/// Answers a field of the case form, or with `None` takes the answer back. The field `result` and the statement of no
/// finding go together: answering one sets the other.
///
/// # Errors
/// If the field is not asked, its condition is not met, or the value is impossible; [`Error::FindingsExist`] if the
/// result denies findings that are there.
pub fn set_form(document: &Document, name: &FieldId, value: Option<Value>) -> Result<Edit, Error> {
    let field = document
        .protocol()
        .field(name)
        .ok_or_else(|| Error::UnknownField(name.clone()))?;
    require_shown(field, &document.fields_shown())?;
    let value = value.map(|value| field.accept(value)).transpose()?;
    let mut draft = Draft::new(document);
    if name.as_str() == RESULT_FIELD {
        let says = |id: &str| matches!(&value, Some(Value::Code(said)) if said == id);
        let findings = document.findings().len();
        if findings > 0 && !says(RESULT_POSITIVE) {
            return Err(Error::FindingsExist(findings));
        }
        draft.set_no_finding(says(RESULT_NEGATIVE))?;
    }
    draft.set_field(name, value)?;
    draft.finish(EditName::Form)
}

/// Says that the case has no finding, or takes that back. The field `result` follows.
///
/// # Errors
/// [`Error::FindingsExist`] while there are findings.
pub fn no_finding(document: &Document, value: bool) -> Result<Edit, Error> {
    let findings = document.findings().len();
    if value && findings > 0 {
        return Err(Error::FindingsExist(findings));
    }
    let mut draft = Draft::new(document);
    draft.set_no_finding(value)?;
    draft.finish(EditName::NoFinding)
}

fn require_shown(attribute: &Attribute, shown: &[&Attribute]) -> Result<(), Error> {
    if shown.iter().any(|other| other.id == attribute.id) {
        return Ok(());
    }
    let condition = attribute.show_if.as_ref();
    Err(Error::Hidden {
        name: attribute.id.to_string(),
        condition: condition.map_or_else(String::new, |c| c.text().to_owned()),
    })
}
