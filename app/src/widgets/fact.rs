//! Lines that tell something: a name with its value, a paragraph, what was done or went wrong.

use super::{Look, icon};
use egui::{Align, Color32, Layout, Response, Ui, vec2};

/// A line of facts: its name at the left in a column of `width`, which is as wide as its longest word at
/// least, its value beside it, wrapped.
pub fn fact(ui: &mut Ui, look: Look<'_>, name: &str, value: &str, width: f32) {
    let theme = look.theme;
    let font = egui::FontId::proportional(theme.type_sizes().body);
    let word = |word: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(word.to_owned(), font.clone(), theme.color.text2);
        galley.size().x.ceil()
    };
    // Japanese may break anywhere
    let is_latin = |word: &&str| word.is_ascii();
    let widest = name
        .split(' ')
        .filter(is_latin)
        .map(word)
        .fold(0.0, f32::max);
    let width = width.max(widest);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = theme.space().m;
        let name_size = vec2(width, theme.density.control_small);
        ui.allocate_ui_with_layout(name_size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(name_size);
            paragraph(ui, look, name, theme.type_sizes().body, theme.color.text2);
        });
        paragraph(ui, look, value, theme.type_sizes().body, theme.color.text1);
    });
}

/// Text that may need several lines, set at the theme's line height.
pub fn paragraph(
    ui: &mut Ui,
    look: Look<'_>,
    text: impl Into<String>,
    size: f32,
    color: Color32,
) -> Response {
    let height = (size * look.theme.type_sizes().line_height).round();
    let text = egui::RichText::new(text)
        .size(size)
        .line_height(Some(height))
        .color(color);
    ui.add(egui::Label::new(text).wrap().selectable(false))
}

/// How something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It is done.
    Good,
    /// It is to be known before going on.
    Warn,
    /// It went wrong.
    Fault,
}

impl Tone {
    /// Its icon and colour.
    #[must_use]
    pub fn mark(self, look: Look<'_>) -> (&'static str, Color32) {
        let color = &look.theme.color;
        match self {
            Self::Good => ("save_ok", color.ok),
            Self::Warn => ("warning", color.warn),
            Self::Fault => ("warning", color.danger),
        }
    }
}

/// A line that says how something went, with an icon beside the colour.
pub fn said(ui: &mut Ui, look: Look<'_>, tone: Tone, text: &str) {
    let (mark, color) = tone.mark(look);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = look.theme.space().s;
        icon(ui, look, mark, 15.0, color);
        paragraph(ui, look, text, look.theme.type_sizes().body, color);
    });
}
