//! Controls that choose: segments, check boxes, lists that drop down, sliders.

use super::text::border;
use super::{Look, icon_family};
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};

/// Points at the left and right of a choice's text together.
const PADDING: f32 = 18.0;

/// A row of choices of which at most one is taken. Returns the index that was pressed.
/// `name` stands before each choice's own name for readers of the screen: "悪性度: 3".
pub fn segments(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    choices: &[String],
    taken: Option<usize>,
) -> Option<usize> {
    let (mut pressed, mut rim) = (None, None);
    ui.scope(|ui| {
        // neighbours share their line
        ui.spacing_mut().item_spacing = vec2(-1.0, 4.0);
        ui.horizontal_wrapped(|ui| {
            let last = choices.len().saturating_sub(1);
            for (index, choice) in choices.iter().enumerate() {
                let is_taken = taken == Some(index);
                let corner = ends(index == 0, index == last);
                let text = segment_text(ui, look, choice);
                let (response, line) = segment(ui, look, (name, choice), text, is_taken, corner);
                if response.clicked() {
                    pressed = Some(index);
                }
                if is_taken || response.has_focus() {
                    rim = Some((response.rect, corner, line));
                }
            }
            if let Some((rect, corner, line)) = rim {
                let stroke = Stroke::new(1.0, line);
                ui.painter()
                    .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
            }
        });
    });
    pressed
}

/// Round corners where a row of choices begins and ends.
const fn ends(is_first: bool, is_last: bool) -> CornerRadius {
    let left = if is_first { 3 } else { 0 };
    let right = if is_last { 3 } else { 0 };
    CornerRadius {
        nw: left,
        sw: left,
        ne: right,
        se: right,
    }
}

/// The width of a row of choices in one line.
#[must_use]
pub fn segments_width(ui: &Ui, look: Look<'_>, choices: &[String]) -> f32 {
    let each = |choice: &String| segment_text(ui, look, choice).size().x + PADDING - 1.0;
    choices.iter().map(each).sum::<f32>() + 1.0
}

fn segment_text(ui: &Ui, look: Look<'_>, choice: &str) -> std::sync::Arc<egui::Galley> {
    ui.painter().layout_no_wrap(
        choice.to_owned(),
        FontId::proportional(look.theme.type_sizes().body),
        Color32::PLACEHOLDER,
    )
}

/// A choice in a row of its own, its text broken into lines where it is too long for one. Whether it was
/// pressed.
pub fn segment_row(
    ui: &mut Ui,
    look: Look<'_>,
    (name, choice): (&str, &str),
    is_taken: bool,
) -> bool {
    let sizes = look.theme.type_sizes();
    let format = TextFormat {
        line_height: Some((sizes.body * sizes.line_height).round()),
        ..TextFormat::simple(FontId::proportional(sizes.body), Color32::PLACEHOLDER)
    };
    let mut job = LayoutJob::single_section(choice.to_owned(), format);
    job.wrap.max_width = (ui.available_width() - PADDING).max(0.0);
    let galley = ui.painter().layout_job(job);
    let corner = ends(true, true);
    let (response, _) = segment(ui, look, (name, choice), galley, is_taken, corner);
    response.clicked()
}

/// One choice with its text; its response and the colour of its line.
fn segment(
    ui: &mut Ui,
    look: Look<'_>,
    (name, choice): (&str, &str),
    galley: std::sync::Arc<egui::Galley>,
    is_taken: bool,
    corner: CornerRadius,
) -> (Response, Color32) {
    let theme = look.theme;
    let least = theme.density.control_small + 2.0;
    let size = vec2(galley.size().x + PADDING, least.max(galley.size().y + 6.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::RadioButton,
            true,
            is_taken,
            format!("{name}: {choice}"),
        )
    });
    let ground = if is_taken {
        theme.color.selection
    } else if response.hovered() {
        theme.color.bg4
    } else {
        theme.color.bg3
    };
    let line = if is_taken || response.has_focus() {
        theme.color.accent
    } else {
        theme.color.line_strong
    };
    let rim = Stroke::new(1.0, line);
    ui.painter()
        .rect(rect, corner, ground, rim, StrokeKind::Inside);
    let color = if is_taken {
        theme.color.text1
    } else {
        theme.color.text2
    };
    ui.painter().galley_with_override_text_color(
        rect.center() - galley.size() / 2.0,
        galley,
        color,
    );
    (response, line)
}

/// A check box with a text.
pub fn check(ui: &mut Ui, look: Look<'_>, text: &str, on: &mut bool) -> Response {
    check_named(ui, look, text, text, on)
}

/// A check box whose text stands elsewhere, such as in a row of a table.
pub fn check_without_text(ui: &mut Ui, look: Look<'_>, name: &str, on: &mut bool) -> Response {
    check_named(ui, look, "", name, on)
}

fn check_named(ui: &mut Ui, look: Look<'_>, text: &str, name: &str, on: &mut bool) -> Response {
    let theme = look.theme;
    let galley = ui.painter().layout_no_wrap(
        text.to_owned(),
        FontId::proportional(theme.type_sizes().body),
        theme.color.text1,
    );
    let (rect, mut response) = ui.allocate_exact_size(
        vec2(20.0 + galley.size().x, theme.density.control_small),
        Sense::click(),
    );
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let taken = *on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, taken, name));
    let square = Rect::from_center_size(pos2(rect.left() + 7.0, rect.center().y), vec2(14.0, 14.0));
    ui.painter().rect_filled(
        square,
        CornerRadius::same(2),
        if taken {
            theme.color.accent_fill
        } else {
            theme.color.bg3
        },
    );
    border(
        ui,
        square,
        if response.has_focus() {
            theme.color.accent
        } else {
            theme.color.line_strong
        },
    );
    if taken {
        ui.painter().text(
            square.center(),
            Align2::CENTER_CENTER,
            theme.icon("check"),
            FontId::new(11.0, icon_family()),
            Color32::WHITE,
        );
    }
    ui.painter().galley(
        pos2(rect.left() + 20.0, rect.center().y - galley.size().y / 2.0),
        galley,
        theme.color.text1,
    );
    response
}

/// A list that drops down. Returns the index that was chosen anew.
pub fn combo(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    choices: &[String],
    taken: Option<usize>,
    width: f32,
) -> Option<usize> {
    let theme = look.theme;
    let mut chosen = None;
    let shown = taken
        .and_then(|index| choices.get(index))
        .cloned()
        .unwrap_or_else(|| look.t("choose"));
    let color = if taken.is_some() {
        theme.color.text1
    } else {
        theme.color.text3
    };
    let response = egui::ComboBox::from_id_salt(ui.scope_id().with(name))
        .width(width)
        .truncate()
        .selected_text(
            egui::RichText::new(&shown)
                .size(theme.type_sizes().body)
                .color(color),
        )
        .show_ui(ui, |ui| {
            for (index, choice) in choices.iter().enumerate() {
                if ui.selectable_label(taken == Some(index), choice).clicked() {
                    chosen = Some(index);
                }
            }
        });
    response.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
    chosen
}

/// A slider with its value and unit at the right. Returns whether it moved.
pub fn slider(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    value: &mut f32,
    range: std::ops::RangeInclusive<f32>,
    unit: &str,
) -> bool {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let font = FontId::proportional(theme.type_sizes().body);
        let told = ui
            .painter()
            .layout_no_wrap(name.to_owned(), font, theme.color.text2);
        // names stand in a column that the longest may widen
        let column = vec2(told.size().x.max(58.0), theme.density.control_small);
        let (name_rect, _) = ui.allocate_exact_size(column, Sense::hover());
        let at = pos2(name_rect.left(), name_rect.center().y - told.size().y / 2.0);
        ui.painter().galley(at, told, theme.color.text2);
        slider_alone(ui, look, name, value, range, unit)
    })
    .inner
}

/// A slider whose name stands elsewhere. Returns whether it moved.
pub fn slider_alone(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    value: &mut f32,
    range: std::ops::RangeInclusive<f32>,
    unit: &str,
) -> bool {
    let theme = look.theme;
    let mut moved = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let width = (ui.available_width() - 62.0).max(40.0);
        let (rect, response) = ui.allocate_exact_size(
            vec2(width, theme.density.control_small),
            Sense::click_and_drag(),
        );
        let (low, high) = (*range.start(), *range.end());
        if let Some(at) = response.interact_pointer_pos()
            && (response.dragged() || response.clicked())
        {
            let share = ((at.x - rect.left() - 5.0) / (rect.width() - 10.0)).clamp(0.0, 1.0);
            *value = low + (high - low) * share;
            moved = true;
        }
        let now = *value;
        response.widget_info(|| WidgetInfo::slider(true, f64::from(now), name));
        let share = ((now - low) / (high - low)).clamp(0.0, 1.0);
        let track = Rect::from_center_size(rect.center(), vec2(rect.width() - 10.0, 4.0));
        let knob = pos2(track.left() + track.width() * share, track.center().y);
        ui.painter()
            .rect_filled(track, CornerRadius::same(2), theme.color.bg5);
        ui.painter().rect_filled(
            Rect::from_min_max(track.min, pos2(knob.x, track.max.y)),
            CornerRadius::same(2),
            theme.color.accent,
        );
        ui.painter().rect_filled(
            Rect::from_center_size(knob, vec2(8.0, 14.0)),
            CornerRadius::same(2),
            theme.color.text1,
        );
        let digits = if high <= 20.0 { 1 } else { 0 };
        let (value_rect, _) =
            ui.allocate_exact_size(vec2(56.0, theme.density.control_small), Sense::hover());
        let text = format!("{now:.digits$} {unit}");
        ui.painter().text(
            value_rect.right_center(),
            Align2::RIGHT_CENTER,
            text,
            FontId::proportional(theme.type_sizes().body),
            theme.color.text1,
        );
    });
    moved
}
