//! Fields to write in.

use super::Look;
use egui::text::{Galley, LayoutJob, TextFormat};
use egui::{Color32, FontId, Response, Role, Sense, Ui, WidgetInfo, vec2};
use std::sync::Arc;

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
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        name_ui(ui, look, name, required_missing, width);
        ui.vertical(control).inner
    })
    .inner
}

/// The name of a row, its first line at the height of a control. That an answer is required is a part
/// of the same text, but a name of its own for readers of the screen.
fn name_ui(ui: &mut Ui, look: Look<'_>, name: &str, required_missing: bool, width: f32) {
    let theme = look.theme;
    let required = required_missing.then(|| look.t("required"));
    let galley = name_text(ui, look, name, required.as_deref(), width);
    let control = theme.density.control;
    let line = galley.rows.first().map_or(0.0, |row| row.rect().height());
    let above = ((control - line) / 2.0).max(0.0).round();
    let size = vec2(
        galley.size().x.max(width),
        (above + galley.size().y).max(control),
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    let at = rect.left_top() + vec2(0.0, above);
    if let (Some(word), Some(last)) = (&required, galley.rows.last()) {
        let row = last.rect().translate(at.to_vec2());
        let caption = FontId::proportional(theme.type_sizes().caption);
        let alone = ui
            .painter()
            .layout_no_wrap(word.clone(), caption, theme.color.warn);
        let place = row.with_min_x(row.right() - alone.size().x);
        ui.interact(place, response.id.with("required"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    }
    ui.painter().galley(at, galley, theme.color.text2);
}

/// The name, and behind it in its last line that an answer is required; below it where that line has
/// no room for the word, which is never broken itself.
fn name_text(
    ui: &Ui,
    look: Look<'_>,
    name: &str,
    required: Option<&str>,
    width: f32,
) -> Arc<Galley> {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let format = |size: f32, color: Color32| TextFormat {
        line_height: Some((sizes.body * sizes.line_height).round()),
        ..TextFormat::simple(FontId::proportional(size), color)
    };
    let lay = |required: &str, between: &str, gap: f32| {
        let mut job = LayoutJob::default();
        job.wrap.max_width = width;
        job.append(name, 0.0, format(sizes.body, color.text2));
        if !required.is_empty() {
            job.append(between, 0.0, format(sizes.body, color.text2));
            job.append(required, gap, format(sizes.caption, color.warn));
        }
        ui.painter().layout_job(job)
    };
    let alone = lay("", "", 0.0);
    let Some(required) = required else {
        return alone;
    };
    // as many lines as without it: the word has found room behind the name
    let behind = lay(required, " ", 2.0);
    if behind.rows.len() == alone.rows.len() {
        behind
    } else {
        lay(required, "\n", 0.0)
    }
}
