//! Answers: the case form, and the control that fits each kind of attribute.

use super::State;
use crate::room::Room;
use crate::widgets::{Look, check, combo, label, labelled, segments, segments_width, text_field};
use annotation_format::{Attribute, AttributeKind, Value};
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Color32, CornerRadius, FontId, Layout, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};

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
/// As many choices are shown with their words at once.
const MOST_SEGMENTS: usize = 5;
/// So few choices are shown below one another where one is too long for a line.
const FEW: usize = 3;
/// As many steps of a scale are shown as numbers.
const MOST_STEPS: usize = 7;

/// How the choices of an attribute are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    /// Beside one another with their words, in several lines where needed.
    Words,
    /// Below one another, each broken into lines.
    Rows,
    /// The steps of a scale as numbers, with the names of its ends.
    Numbers,
    /// A list that drops down.
    List,
}

/// How the words of choices fit into the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// All beside one another.
    Line,
    /// Each by itself, all together in several lines.
    Lines,
    /// One of them is too long for a line.
    TooLong,
}

impl Offer {
    /// Words wherever they have room, as a number alone does not say which end of a scale is the bad one;
    /// but a scale stays one row, as its steps are compared with one another. `counts` is whether the
    /// choices are the steps of a scale whose numbers are their places.
    const fn of(count: usize, fit: Fit, counts: bool) -> Self {
        let is_tall = counts && count > FEW;
        let fits = match fit {
            Fit::Line => true,
            Fit::Lines => !is_tall,
            Fit::TooLong => false,
        };
        if count <= MOST_SEGMENTS && fits {
            Self::Words
        } else if count <= FEW {
            Self::Rows
        } else if count <= MOST_STEPS && counts {
            Self::Numbers
        } else {
            Self::List
        }
    }
}

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
    let width = ui.available_width();
    let has_room = |choices: &[String]| segments_width(ui, look, choices) <= width;
    let fit = if has_room(&names) {
        Fit::Line
    } else if names.chunks(1).all(has_room) {
        Fit::Lines
    } else {
        Fit::TooLong
    };
    let counts = asked.attribute.kind == AttributeKind::Ordinal && are_places(&names);
    let chosen = match Offer::of(names.len(), fit, counts) {
        Offer::Words => segments(ui, look, name, &names, taken),
        Offer::Rows => rows_ui(ui, look, name, &names, taken),
        Offer::Numbers => scale_ui(ui, look, name, &names, taken),
        Offer::List => combo(ui, look, name, &names, taken, width - 8.0),
    }?;
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

/// The first number that stands in a name as a word of its own: 4 in "Malignancy 4: suspicious".
fn own_number(name: &str) -> Option<&str> {
    name.split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()))
}

/// Whether no name bears another number than its place, from 1: "2" on a step that is called "BBPS 1"
/// would be misread.
fn are_places(names: &[String]) -> bool {
    let is_place = |(index, name): (usize, &String)| {
        own_number(name).is_none_or(|own| own == (index + 1).to_string())
    };
    names.iter().enumerate().all(is_place)
}

/// A step of a scale as its number and its name.
fn step_text(place: usize, name: &str) -> String {
    if own_number(name).is_some() {
        name.to_owned()
    } else {
        format!("{place} {name}")
    }
}

/// A scale whose names have no room: its steps as numbers, what its ends mean below them, what all
/// mean under the pointer, and the name of the taken one.
fn scale_ui(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    names: &[String],
    taken: Option<usize>,
) -> Option<usize> {
    let numbers: Vec<String> = (1..=names.len()).map(|n| n.to_string()).collect();
    let steps: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, step)| step_text(index + 1, step))
        .collect();
    let row = ui.scope(|ui| segments(ui, look, name, &numbers, taken));
    row.response.on_hover_text(steps.join("\n"));
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        ends_ui(ui, look, first, last);
    }
    if let Some(text) = taken.and_then(|index| names.get(index)) {
        let small = look.theme.type_sizes().small;
        label(ui, text, small, look.theme.color.text2);
    }
    row.inner
}

/// The names of the ends of a scale, at the left and at the right, in two lines at most.
fn ends_ui(ui: &mut Ui, look: Look<'_>, first: &str, last: &str) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let width = ((ui.available_width() - 8.0) / 2.0).max(0.0).floor();
        for (text, side) in [(first, Align::Min), (last, Align::Max)] {
            let font = FontId::proportional(sizes.caption);
            let mut job = LayoutJob::simple(text.to_owned(), font, color.text3, width);
            job.wrap.max_rows = 2;
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(side), |ui| {
                ui.set_width(width);
                ui.add(egui::Label::new(job).wrap().selectable(false));
            });
        }
    });
}

/// Few choices of which one is too long for a line: one below the other.
fn rows_ui(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    choices: &[String],
    taken: Option<usize>,
) -> Option<usize> {
    let mut pressed = None;
    for (index, choice) in choices.iter().enumerate() {
        if row_ui(ui, look, (name, choice), taken == Some(index)) {
            pressed = Some(index);
        }
    }
    pressed
}

/// A choice in a row of its own: a segment whose text is broken into lines. Whether it was pressed.
fn row_ui(ui: &mut Ui, look: Look<'_>, (name, choice): (&str, &str), is_taken: bool) -> bool {
    let theme = look.theme;
    let (sizes, color) = (theme.type_sizes(), &theme.color);
    let format = TextFormat {
        line_height: Some((sizes.body * sizes.line_height).round()),
        ..TextFormat::simple(FontId::proportional(sizes.body), Color32::PLACEHOLDER)
    };
    let mut job = LayoutJob::single_section(choice.to_owned(), format);
    job.wrap.max_width = (ui.available_width() - 18.0).max(0.0);
    let galley = ui.painter().layout_job(job);
    let height = (galley.size().y + 6.0).max(theme.density.control_small + 2.0);
    let size = vec2(galley.size().x + 18.0, height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::RadioButton,
            true,
            is_taken,
            format!("{name}: {choice}"),
        )
    });
    let (ground, ink) = if is_taken {
        (color.selection, color.text1)
    } else if response.hovered() {
        (color.bg4, color.text2)
    } else {
        (color.bg3, color.text2)
    };
    let line = if is_taken || response.has_focus() {
        color.accent
    } else {
        color.line_strong
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(theme.radius().control),
        ground,
        Stroke::new(1.0, line),
        StrokeKind::Inside,
    );
    let at = rect.center() - galley.size() / 2.0;
    ui.painter().galley(at, galley, ink);
    response.clicked()
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

    #[test]
    fn words_are_shown_wherever_they_have_room() {
        assert_eq!(Offer::of(5, Fit::Line, true), Offer::Words);
        assert_eq!(Offer::of(5, Fit::Lines, false), Offer::Words);
        assert_eq!(Offer::of(3, Fit::Lines, true), Offer::Words);
        assert_eq!(Offer::of(3, Fit::TooLong, true), Offer::Rows);
    }

    #[test]
    fn a_scale_stays_one_row() {
        assert_eq!(Offer::of(5, Fit::Lines, true), Offer::Numbers);
        assert_eq!(Offer::of(7, Fit::Line, true), Offer::Numbers);
        assert_eq!(Offer::of(8, Fit::Line, true), Offer::List);
        assert_eq!(Offer::of(5, Fit::TooLong, false), Offer::List);
    }

    #[test]
    fn a_step_that_bears_another_number_than_its_place_is_not_shown_as_a_number() {
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        assert!(are_places(&names(["1 考えにくい", "2 疑う"])));
        assert!(are_places(&names([
            "Malignancy 1: no",
            "Malignancy 2: yes"
        ])));
        assert!(are_places(&names(["Excluded", "Grade 1b"])));
        assert!(!are_places(&names(["BBPS 0, none", "BBPS 1, some"])));
        assert_eq!(step_text(2, "Grade 2"), "Grade 2");
        assert_eq!(step_text(2, "Possible"), "2 Possible");
    }
}
