//! Answers: the case form, and the control that fits each kind of attribute.

use super::State;
use super::choices::choices_ui;
use crate::room::Room;
use crate::widgets::{Look, check, label, labelled, segments, text_field};
use annotation_format::{Attribute, AttributeKind, Value};
use egui::Ui;

/// A question with its present answer.
pub(super) struct Asked<'a> {
    /// The attribute or field.
    pub(super) attribute: &'a Attribute,
    /// The answer.
    pub(super) value: Option<&'a Value>,
    /// A value worked out from the geometry instead of asked for.
    pub(super) computed: Option<String>,
    /// Whether it may be answered.
    pub(super) is_editable: bool,
    /// What it belongs to: part of the name of its text field.
    pub(super) owner: &'a str,
    /// Whether the next key answers it.
    pub(super) is_asked: bool,
}

/// The width of the names.
const NAME_WIDTH: f32 = 96.0;
/// Draws the case form.
pub(super) fn form_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &mut Room) {
    let fields: Vec<Attribute> = room.document.fields_shown().into_iter().cloned().collect();
    for field in &fields {
        let id = field.id.as_str().into();
        let value = room.document.form().get(&id).cloned();
        let shown = Asked {
            attribute: field,
            value: value.as_ref(),
            computed: None,
            is_editable: room.is_editable(),
            owner: "form",
            is_asked: room.asks_field(&id),
        };
        if let Some(answer) = answer_ui(ui, look, state, &shown) {
            room.set_form(&id, answer);
        }
    }
}

/// Draws a question. Returns the new answer (`None` inside: taken back) where the person gave one.
pub(super) fn answer_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    asked: &Asked<'_>,
) -> Option<Option<Value>> {
    let theme = look.theme;
    let lang = look.words.code();
    let name = asked.attribute.name.get(lang).to_owned();
    let is_missing = asked.attribute.required && asked.value.is_none() && asked.computed.is_none();
    ui.add_space(3.0);
    let ground = ui.painter().add(egui::Shape::Noop);
    let top = ui.cursor().top();
    let answer = labelled(ui, look, &name, is_missing, NAME_WIDTH, |ui| {
        if let Some(computed) = &asked.computed {
            ui.horizontal(|ui| {
                label(ui, computed, theme.type_sizes().body, theme.color.text1);
                label(
                    ui,
                    look.t("reading-computed"),
                    theme.type_sizes().caption,
                    theme.color.text3,
                );
            });
            return None;
        }
        if !asked.is_editable {
            label(
                ui,
                shown_value(look, asked),
                theme.type_sizes().body,
                theme.color.text1,
            );
            return None;
        }
        control_ui(ui, look, state, asked, &name)
    });
    if asked.is_asked {
        asked_ui(ui, look, ground, top);
    }
    answer
}

/// The question that the next key answers.
fn asked_ui(ui: &mut Ui, look: Look<'_>, ground: egui::layers::ShapeIdx, top: f32) {
    let color = &look.theme.color;
    let left = ui.max_rect().left() - 6.0;
    let rect = egui::Rect::from_min_max(
        egui::pos2(left, top - 1.0),
        egui::pos2(ui.max_rect().right(), ui.cursor().top() - 1.0),
    );
    let bar = rect.with_max_x(left + 3.0);
    let shapes = vec![
        egui::Shape::rect_filled(rect, egui::CornerRadius::ZERO, color.bg4),
        egui::Shape::rect_filled(bar, egui::CornerRadius::ZERO, color.accent),
    ];
    ui.painter().set(ground, egui::Shape::Vec(shapes));
    ui.scroll_to_rect(rect, None);
}

fn control_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    asked: &Asked<'_>,
    name: &str,
) -> Option<Option<Value>> {
    match asked.attribute.kind {
        AttributeKind::Code | AttributeKind::Ordinal => choice_ui(ui, look, asked, name),
        AttributeKind::Codes => codes_ui(ui, look, asked),
        AttributeKind::Bool => {
            let taken = match asked.value {
                Some(Value::Bool(true)) => Some(0),
                Some(Value::Bool(false)) => Some(1),
                _ => None,
            };
            let chosen = segments(ui, look, name, &[look.t("yes"), look.t("no")], taken)?;
            Some((taken != Some(chosen)).then_some(Value::Bool(chosen == 0)))
        }
        AttributeKind::Integer
        | AttributeKind::Decimal
        | AttributeKind::Text
        | AttributeKind::Date => written_ui(ui, look, state, asked, name),
    }
}

fn choice_ui(ui: &mut Ui, look: Look<'_>, asked: &Asked<'_>, name: &str) -> Option<Option<Value>> {
    let lang = look.words.code();
    let values = &asked.attribute.values;
    let taken = match asked.value {
        Some(Value::Code(code)) => values.iter().position(|choice| choice.id == *code),
        _ => None,
    };
    let names: Vec<String> = values
        .iter()
        .map(|choice| choice.name.get(lang).to_owned())
        .collect();
    let is_scale = asked.attribute.kind == AttributeKind::Ordinal;
    let chosen = choices_ui(ui, look, (name, &names), taken, is_scale)?;
    // The taken choice pressed again is taken back.
    Some(
        (taken != Some(chosen))
            .then(|| {
                values
                    .get(chosen)
                    .map(|choice| Value::Code(choice.id.clone()))
            })
            .flatten(),
    )
}

fn codes_ui(ui: &mut Ui, look: Look<'_>, asked: &Asked<'_>) -> Option<Option<Value>> {
    let lang = look.words.code();
    let mut taken: Vec<String> = match asked.value {
        Some(Value::Codes(codes)) => codes.clone(),
        _ => Vec::new(),
    };
    let mut is_changed = false;
    for choice in &asked.attribute.values {
        let mut is_on = taken.contains(&choice.id);
        if check(ui, look, choice.name.get(lang), &mut is_on).changed() {
            taken.retain(|code| *code != choice.id);
            if is_on {
                taken.push(choice.id.clone());
            }
            is_changed = true;
        }
    }
    is_changed.then(|| (!taken.is_empty()).then_some(Value::Codes(taken)))
}

fn written_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    asked: &Asked<'_>,
    name: &str,
) -> Option<Option<Value>> {
    let key = format!("{} {}", asked.owner, asked.attribute.id);
    let present = plain(asked.value);
    let mut text = state
        .writing
        .get(&key)
        .cloned()
        .unwrap_or_else(|| present.clone());
    let unit = asked
        .attribute
        .unit
        .as_ref()
        .map(|unit| unit.sign(look.words.code()).to_owned())
        .unwrap_or_default();
    let response = ui
        .horizontal(|ui| {
            let width = if unit.is_empty() {
                ui.available_width() - 8.0
            } else {
                90.0
            };
            let hint = match asked.attribute.range {
                Some([low, high]) => format!("{low}–{high}"),
                None => String::new(),
            };
            let response = text_field(ui, look, name, &hint, &mut text, width, false);
            if !unit.is_empty() {
                label(
                    ui,
                    &unit,
                    look.theme.type_sizes().body,
                    look.theme.color.text2,
                );
            }
            response
        })
        .inner;
    let parsed = parse(asked.attribute.kind, &text);
    if asked.is_asked && state.asked_field.as_deref() != Some(&key) {
        state.asked_field = Some(key.clone());
        response.request_focus();
    }
    if response.lost_focus() && asked.is_asked {
        state.asked_field = None;
        state.goes_on = ui.input(|i| i.key_pressed(egui::Key::Enter));
        state.stops = !state.goes_on;
    }
    if response.has_focus() {
        state.writing.insert(key, text);
        return None;
    }
    if response.lost_focus() {
        state.writing.remove(&key);
        if text == present {
            return None;
        }
        return if text.trim().is_empty() {
            Some(None)
        } else {
            parsed.map(Some)
        };
    }
    None
}

/// The value that a text means; `None` where it means none of that kind.
fn parse(kind: AttributeKind, text: &str) -> Option<Value> {
    use unicode_normalization::UnicodeNormalization;
    // Digits typed with a Japanese input method are full width.
    let plain: String = text.trim().nfkc().collect();
    match kind {
        AttributeKind::Integer => plain.parse().ok().map(Value::Integer),
        AttributeKind::Decimal => plain
            .parse()
            .ok()
            .filter(|v: &f64| v.is_finite())
            .map(Value::Decimal),
        AttributeKind::Date => Some(Value::Date(plain)),
        AttributeKind::Text => Some(Value::Text(text.trim().to_owned())),
        AttributeKind::Bool
        | AttributeKind::Code
        | AttributeKind::Codes
        | AttributeKind::Ordinal => None,
    }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::Bool(on)) => on.to_string(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Decimal(number)) => number.to_string(),
        Some(Value::Text(text) | Value::Code(text) | Value::Date(text)) => text.clone(),
        Some(Value::Codes(codes)) => codes.join(", "),
    }
}

/// An answer in words.
pub(crate) fn value_text(attribute: &Attribute, value: Option<&Value>, lang: &str) -> String {
    let name = |code: &String| {
        attribute
            .values
            .iter()
            .find(|choice| choice.id == *code)
            .map_or_else(|| code.clone(), |choice| choice.name.get(lang).to_owned())
    };
    match value {
        Some(Value::Code(code)) => name(code),
        Some(Value::Codes(codes)) => codes
            .iter()
            .map(name)
            .collect::<Vec<_>>()
            .join(if lang == "ja" { "、" } else { ", " }),
        other => plain(other),
    }
}

fn shown_value(look: Look<'_>, asked: &Asked<'_>) -> String {
    if asked.value.is_none() {
        "—".to_owned()
    } else {
        value_text(asked.attribute, asked.value, look.words.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_typed_with_full_width_digits_is_understood() {
        assert_eq!(
            parse(AttributeKind::Decimal, " １２．５ "),
            Some(Value::Decimal(12.5))
        );
        assert_eq!(parse(AttributeKind::Integer, "七"), None);
        assert_eq!(parse(AttributeKind::Decimal, "inf"), None);
    }
}
