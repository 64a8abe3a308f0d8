//! Choices of which one is taken: with their words, as the steps of a scale, or as a list.

use crate::widgets::{Look, combo, label, segment_row, segments, segments_width};
use egui::text::LayoutJob;
use egui::{Align, FontId, Layout, Ui, vec2};

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

/// Offers choices in the way that fits them; the place of the one that was pressed.
pub(super) fn choices_ui(
    ui: &mut Ui,
    look: Look<'_>,
    (name, choices): (&str, &[String]),
    taken: Option<usize>,
    is_scale: bool,
) -> Option<usize> {
    let width = ui.available_width();
    let has_room = |choices: &[String]| segments_width(ui, look, choices) <= width;
    let fit = if has_room(choices) {
        Fit::Line
    } else if choices.chunks(1).all(has_room) {
        Fit::Lines
    } else {
        Fit::TooLong
    };
    match Offer::of(choices.len(), fit, is_scale && are_places(choices)) {
        Offer::Words => segments(ui, look, name, choices, taken),
        Offer::Rows => rows_ui(ui, look, name, choices, taken),
        Offer::Numbers => scale_ui(ui, look, name, choices, taken),
        Offer::List => combo(ui, look, name, choices, taken, width - 8.0),
    }
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
        if segment_row(ui, look, (name, choice), taken == Some(index)) {
            pressed = Some(index);
        }
    }
    pressed
}

#[cfg(test)]
mod tests {
    use super::*;

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
