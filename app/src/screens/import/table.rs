//! The series that were found.

use super::{Picture, SeriesRow, SeriesState, State};
use crate::widgets::{Cells, Column, Look, Table, check_without_text, chip};
use egui::{Color32, Rect, TextureHandle, Ui, pos2, vec2};

/// Height of a row: its picture and a little ground.
const ROW: f32 = 40.0;
/// Width from which the columns have room to spare.
const WIDE: f32 = 1000.0;
/// Width below which the texts of study and series need what the others can spare.
const TIGHT: f32 = 800.0;

pub(super) fn table_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let shown = state.shown();
    let columns = columns(look, ui.available_width());
    let selected = state
        .selected
        .and_then(|s| shown.iter().position(|i| *i == s));
    let revealed = selected.filter(|_| std::mem::take(&mut state.reveals));
    let rows = &mut state.rows;
    let names: Vec<String> = shown
        .iter()
        .filter_map(|i| rows.get(*i))
        .map(|r| format!("{} {}", r.modality, r.series))
        .collect();
    let pressed = Table::new(look, columns)
        .row_height(ROW)
        .reveal(revealed)
        .show(
            ui,
            shown.len(),
            selected,
            |row| names.get(row).cloned().unwrap_or_default(),
            |ui, row, cells| {
                if let Some(series) = shown.get(row).and_then(|i| rows.get_mut(*i)) {
                    row_ui(ui, look, series, cells);
                }
            },
        );
    if let Some((row, _)) = pressed {
        state.selected = shown.get(row).copied();
    }
}

/// The columns; on a small window, and with large letters, their words and numbers take no more than they
/// need.
fn columns(look: Look<'_>, width: f32) -> Vec<Column> {
    let of = |wide: f32, narrow: f32, tight: f32| match width {
        width if width >= WIDE => wide,
        width if width >= TIGHT => narrow,
        _ => tight,
    };
    vec![
        Column::new("", of(34.0, 34.0, 30.0)),
        Column::new(look.t("import-col-picture"), of(66.0, 62.0, 62.0)),
        Column::new(look.t("import-col-patient"), of(130.0, 100.0, 90.0)),
        Column::new(look.t("import-col-modality"), of(92.0, 64.0, 52.0)),
        Column::new(look.t("import-col-study"), 0.0),
        Column::new(look.t("import-col-series"), 0.0),
        Column::number(look.t("import-col-images"), of(72.0, 72.0, 68.0)),
        Column::number(look.t("import-col-thickness"), of(112.0, 108.0, 104.0)),
        Column::number(look.t("import-col-size"), of(106.0, 92.0, 82.0)),
        Column::new(look.t("import-col-state"), of(166.0, 158.0, 110.0)),
    ]
}

fn row_ui(ui: &mut Ui, look: Look<'_>, series: &mut SeriesRow, cells: &Cells<'_>) {
    let theme = look.theme;
    let size = theme.type_sizes().body;
    cells.place(ui, 0, |ui| {
        if series.state != SeriesState::Other {
            let name = format!("{} {}", look.t("import-take"), series.series);
            check_without_text(ui, look, &name, &mut series.is_chosen);
        }
    });
    match &series.picture {
        Picture::Made(texture) => {
            picture_in(ui, cells.rect(1).shrink2(vec2(8.0, 2.0)), texture);
        }
        // Only pictures of rows that are seen are made.
        Picture::Unasked if series.state != SeriesState::Other => {
            series.picture = Picture::Wanted;
        }
        _ => {}
    }
    cells.text(ui, 2, or_dash(&series.patient), size, theme.color.text1);
    cells.text(ui, 3, or_dash(&series.modality), size, theme.color.text1);
    cells.text(ui, 4, or_dash(&series.study), size, theme.color.text1);
    cells.text(ui, 5, &series.series, size, theme.color.text1);
    let images = match series.state {
        SeriesState::Other => String::new(),
        _ => series.images.to_string(),
    };
    cells.text(ui, 6, or_dash(&images), size, theme.color.text1);
    cells.text(ui, 7, &series.thickness, size, theme.color.text1);
    cells.text(ui, 8, &series.size, size, theme.color.text1);
    let (text, color) = state_of(look, series);
    cells.place(ui, 9, |ui| chip(ui, look, &text, color));
}

/// The state in a word or two: of what is to be known, the first that has a short name.
fn state_of(look: Look<'_>, series: &SeriesRow) -> (String, Color32) {
    let color = &look.theme.color;
    match series.state {
        SeriesState::Ready => (look.t("import-ready"), color.ok),
        SeriesState::There(number) => {
            let number = crate::desk::case_number_text(number);
            let told = [("number", number.into())];
            (look.f("import-there", &told), color.text2)
        }
        SeriesState::Other => {
            let key = series.object.map_or("import-not-image", |key| key);
            (look.t(key), color.text2)
        }
        SeriesState::Check => {
            let short = series.problems.iter().find_map(short_name);
            (look.t(short.unwrap_or("import-check")), color.warn)
        }
    }
}

/// The key of a problem's short name.
fn short_name(problem: &voxel::Phrase) -> Option<&'static str> {
    if problem.key.starts_with("unreadable-") {
        return Some("import-chip-unreadable");
    }
    Some(match problem.key.strip_prefix("problem-")? {
        "missing_slices" => "import-chip-missing",
        "uneven_spacing" => "import-chip-uneven",
        "sheared" => "import-chip-sheared",
        "duplicate_instance" => "import-chip-duplicate",
        "positions_repeat" => "import-chip-repeat",
        "text_guessed" | "charset_unknown" | "text_invalid" => "import-chip-text",
        "burned_in_annotation" => "import-chip-burned-in",
        "spacing_invalid" | "orientation_invalid" | "geometry_unusable" | "no_orientation" => {
            "import-chip-geometry"
        }
        _ => return None,
    })
}

/// Draws a picture as large as it fits into a place.
pub(super) fn picture_in(ui: &Ui, place: Rect, texture: &TextureHandle) {
    let size = texture.size_vec2();
    let share = (place.width() / size.x).min(place.height() / size.y);
    let rect = Rect::from_center_size(place.center(), size * share);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter()
        .image(texture.id(), rect, whole, Color32::WHITE);
}

/// A text, or the sign that there is none.
fn or_dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}
