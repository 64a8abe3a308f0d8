//! Fields to write in.

use super::{Look, label};
use egui::{Response, Role, Ui, WidgetInfo, vec2};

/// A single-line field with a name, a hint, and hidden characters for a passphrase.
pub fn text_field(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    hint: &str,
    text: &mut String,
    width: f32,
    secret: bool,
) -> Response {
    let theme = look.theme;
    let edit = egui::TextEdit::singleline(text)
        .id_salt(name)
        .hint_text(egui::RichText::new(hint).color(theme.color.text3))
        .password(secret)
        .font(egui::FontId::proportional(theme.type_sizes().body))
        .margin(egui::Margin::symmetric(8, 4))
        .align(egui::Align2::LEFT_CENTER)
        .min_size(vec2(width, theme.density.control))
        .desired_width(width - 16.0);
    let response = ui.add(edit);
    let shown = if secret { String::new() } else { text.clone() };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
    response
}

/// A row of a form: its name at the left, the control at the right.
pub fn labelled<R>(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    required_missing: bool,
    width: f32,
    control: impl FnOnce(&mut Ui) -> R,
) -> R {
    let theme = look.theme;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.allocate_ui_with_layout(
            vec2(width, 26.0),
            egui::Layout::left_to_right(egui::Align::Center).with_main_wrap(true),
            |ui| {
                ui.set_min_width(width);
                label(ui, name, theme.type_sizes().body, theme.color.text2);
                if required_missing {
                    // beside the name or below it, never broken
                    let text = egui::RichText::new(look.t("required"))
                        .size(theme.type_sizes().caption)
                        .color(theme.color.warn);
                    ui.add(egui::Label::new(text).extend().selectable(false));
                }
            },
        );
        ui.vertical(control).inner
    })
    .inner
}
