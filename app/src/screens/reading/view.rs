//! The viewport: picture, texts, marks, and what the hand does there.

use super::{PointerValue, State};
use crate::desk::Command;
use crate::room::{Room, Tool};
use crate::sentence::Sentence;
use crate::viewport::{Corner, corner_text, edge_letters, outlined_text, scale_bar};
use crate::widgets::{Look, label};
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Event, Pos2, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Draws the viewport and takes its input.
pub(super) fn view_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, look.t("reading-viewport")));
    ui.painter()
        .rect_filled(rect, CornerRadius::ZERO, theme.color.bg0);
    let inner = rect.shrink(2.0);
    if !room.has_picture() {
        waiting_ui(ui, look, room, inner);
        return;
    }
    keys(ui, room, out);
    wheel(ui, &response, room);
    hand(ui, &response, room);
    room.prepare(ui.ctx(), inner);
    let paint = ui.painter().with_clip_rect(inner);
    room.pane.paint(&paint);
    shapes_ui(&paint, look, room);
    texts_ui(&paint, look, state, room, inner);
    finding_strip_ui(ui, look, room, inner);
    cursor_ui(ui, &response, look, state, room, inner);
    ui.painter().rect_stroke(
        rect,
        CornerRadius::ZERO,
        Stroke::new(2.0, theme.viewport().border_active),
        StrokeKind::Inside,
    );
}

fn waiting_ui(ui: &mut Ui, look: Look<'_>, room: &Room, rect: Rect) {
    let text = match (room.loading, &room.load_fault) {
        (Some(share), _) => look.f(
            "reading-loading",
            &[("percent", f64::from((share * 100.0).round()).into())],
        ),
        (None, Some(fault)) => fault.sentence(look.words),
        (None, None) => look.t("reading-no-series"),
    };
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(40.0)));
    child.vertical_centered(|ui| {
        ui.add_space(rect.height() * 0.4);
        label(
            ui,
            text,
            look.theme.type_sizes().head,
            look.theme.color.text2,
        );
    });
}

fn keys(ui: &Ui, room: &mut Room, out: &mut Vec<Command>) {
    if ui.memory(|m| m.focused().is_some()) {
        return;
    }
    let events = ui.input(|i| i.events.clone());
    for event in events {
        let Event::Key {
            key,
            physical_key,
            pressed: true,
            modifiers,
            ..
        } = event
        else {
            continue;
        };
        room.key(physical_key.unwrap_or(key), modifiers, out);
    }
    let hides = ui.input(|i| i.key_down(egui::Key::Tab));
    room.hide_all(hides);
}

fn wheel(ui: &Ui, response: &Response, room: &mut Room) {
    if !response.hovered() {
        return;
    }
    let events = ui.input(|i| i.events.clone());
    let at = response.hover_pos();
    for event in events {
        match event {
            Event::MouseWheel {
                delta,
                unit,
                modifiers,
                ..
            } => {
                let lines = match unit {
                    egui::MouseWheelUnit::Point => delta.y / 40.0,
                    egui::MouseWheelUnit::Line | egui::MouseWheelUnit::Page => delta.y,
                };
                room.wheel(lines, modifiers, at);
            }
            Event::Zoom(factor) => {
                if let Some(at) = at {
                    room.pane.zoom(f64::from(factor), at);
                }
            }
            _ => {}
        }
    }
}

/// Every movement of the pointer counts: of a fast stroke the frame's last place alone would make a polygon.
fn hand(ui: &Ui, response: &Response, room: &mut Room) {
    let events = ui.input(|i| i.events.clone());
    let holds_space = ui.input(|i| i.key_down(egui::Key::Space));
    for event in events {
        match event {
            Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers,
            } => {
                if pressed && response.contains_pointer() && response.rect.contains(pos) {
                    room.press(pos, button, modifiers, holds_space);
                } else if !pressed {
                    room.release(pos, button);
                }
            }
            Event::PointerMoved(pos) => room.moved(pos),
            Event::PointerGone => room.release_all(),
            _ => {}
        }
    }
    if !ui.input(|i| i.focused) {
        room.release_all();
    }
}

fn shapes_ui(paint: &egui::Painter, look: Look<'_>, room: &Room) {
    for mark in room.marks() {
        let color = Color32::from_rgb(mark.color[0], mark.color[1], mark.color[2]);
        let stroke = Stroke::new(if mark.is_selected { 2.0 } else { 1.5 }, color);
        match mark.corners.as_slice() {
            [centre] => cross(paint, *centre, stroke, 3.0, 12.0),
            corners => {
                let mut line = corners.to_vec();
                line.extend(corners.first().copied());
                paint.add(egui::Shape::line(
                    line.clone(),
                    Stroke::new(stroke.width + 2.0, Color32::from_black_alpha(150)),
                ));
                paint.add(egui::Shape::line(line, stroke));
            }
        }
        if room.shows_texts
            && let Some(at) = mark.corners.first()
        {
            outlined_text(
                paint,
                *at + vec2(8.0, -8.0),
                Align2::LEFT_BOTTOM,
                &mark.text,
                look.theme.type_sizes().overlay,
                color,
            );
        }
    }
    if let Some(rect) = room.drafted_box() {
        paint.rect_stroke(
            rect,
            CornerRadius::ZERO,
            Stroke::new(1.5, look.theme.color.measure),
            StrokeKind::Middle,
        );
    }
}

fn cross(paint: &egui::Painter, centre: Pos2, stroke: Stroke, gap: f32, reach: f32) {
    for (width, color) in [
        (stroke.width + 2.0, Color32::from_black_alpha(150)),
        (stroke.width, stroke.color),
    ] {
        let stroke = Stroke::new(width, color);
        for direction in [
            vec2(1.0, 0.0),
            vec2(-1.0, 0.0),
            vec2(0.0, 1.0),
            vec2(0.0, -1.0),
        ] {
            paint.line_segment(
                [centre + direction * gap, centre + direction * reach],
                stroke,
            );
        }
    }
}

fn texts_ui(paint: &egui::Painter, look: Look<'_>, state: &State, room: &Room, rect: Rect) {
    let theme = look.theme;
    let Some(view) = room.pane.view() else { return };
    let color = theme.color.overlay;
    let right_gap = theme.viewport().coverage_px + 12.0;
    if room.has_orientation() {
        edge_letters(
            paint,
            rect,
            view,
            theme.type_sizes().orientation,
            color,
            right_gap + 2.0,
        );
    } else {
        let text = look.t("reading-orientation-unknown");
        outlined_text(
            paint,
            rect.center_top() + vec2(0.0, 8.0),
            Align2::CENTER_TOP,
            &text,
            theme.type_sizes().overlay,
            theme.color.warn,
        );
    }
    if rect.width() < 200.0 || !room.shows_texts {
        return;
    }
    let size = theme.type_sizes().overlay;
    let plain = |lines: Vec<String>| -> Vec<(String, Color32)> {
        lines.into_iter().map(|line| (line, color)).collect()
    };
    corner_text(
        paint,
        rect,
        Corner::TopLeft,
        &plain(room.texts_top_left(look.words)),
        size,
        right_gap,
    );
    corner_text(
        paint,
        rect,
        Corner::TopRight,
        &plain(room.texts_top_right(look.words)),
        size,
        right_gap,
    );
    corner_text(
        paint,
        rect,
        Corner::BottomLeft,
        &plain(room.texts_bottom_left(look.words)),
        size,
        right_gap,
    );
    if let Some(pointer) = &state.pointer {
        let [x, y, z] = pointer.at_mm;
        let mut lines = vec![(format!("{x:.1}, {y:.1}, {z:.1}"), color)];
        if let Some(value) = pointer.value {
            lines.push((room.value_text(value), theme.color.measure));
        }
        let quantities = pointer.quantities.iter();
        lines.extend(quantities.map(|text| (text.clone(), theme.color.measure)));
        corner_text(paint, rect, Corner::BottomRight, &lines, size, right_gap);
    }
    if room.has_spacing() {
        scale_bar(
            paint,
            rect,
            view,
            1.0 / paint.pixels_per_point(),
            size,
            color,
            right_gap,
        );
    }
    let hint = match room.loading.filter(|_| room.is_partial()) {
        Some(share) => {
            let percent = f64::from((share * 100.0).round());
            look.f("reading-loading", &[("percent", percent.into())])
        }
        None => look.t(room.tool.hint_key()),
    };
    let at = pos2(rect.center().x, rect.bottom() - 6.0);
    let galley = paint.layout_no_wrap(
        hint.clone(),
        egui::FontId::proportional(size),
        theme.color.text1,
    );
    let ground = Rect::from_center_size(at - vec2(0.0, 10.0), galley.size() + vec2(16.0, 6.0));
    paint.rect_filled(
        ground,
        CornerRadius::same(3),
        theme.color.bg2.gamma_multiply(0.85),
    );
    paint.galley(
        ground.center() - galley.size() / 2.0,
        galley,
        theme.color.text1,
    );
}

/// Where along the stack findings lie, and where the eye is.
fn finding_strip_ui(ui: &Ui, look: Look<'_>, room: &mut Room, rect: Rect) {
    let theme = look.theme;
    let width = theme.viewport().coverage_px;
    let strip = Rect::from_min_max(pos2(rect.right() - width, rect.top()), rect.max);
    let Some((index, count)) = room.index() else {
        return;
    };
    let paint = ui.painter();
    paint.rect_filled(strip, CornerRadius::ZERO, theme.viewport().unseen);
    let y_of =
        |index: i64| strip.top() + strip.height() * (index as f32 + 0.5) / count.max(1) as f32;
    for tick in room.strip_ticks() {
        let (from, to) = (
            y_of(tick.first).min(y_of(tick.last)),
            y_of(tick.first).max(y_of(tick.last)),
        );
        let bar = Rect::from_min_max(
            pos2(strip.left() + 2.0, from - 1.0),
            pos2(strip.right() - 2.0, to + 1.0),
        );
        paint.rect_filled(
            bar,
            CornerRadius::ZERO,
            Color32::from_rgb(tick.color[0], tick.color[1], tick.color[2]),
        );
    }
    paint.hline(
        strip.x_range(),
        y_of(room.strip_index(index)),
        Stroke::new(2.0, Color32::WHITE),
    );
    let response = ui.interact(strip, ui.scope_id().with("strip"), Sense::click_and_drag());
    if (response.clicked() || response.dragged())
        && let Some(at) = response.interact_pointer_pos()
    {
        let share = ((at.y - strip.top()) / strip.height()).clamp(0.0, 0.999_9);
        let place = (share * count as f32) as i64;
        room.go_to_strip(place);
    }
}

fn cursor_ui(
    ui: &Ui,
    response: &Response,
    look: Look<'_>,
    state: &mut State,
    room: &Room,
    rect: Rect,
) {
    let Some(at) = response.hover_pos().filter(|at| rect.contains(*at)) else {
        state.pointer = None;
        return;
    };
    state.pointer = room.pane.patient_at(at).map(|point| PointerValue {
        at_mm: point.0,
        value: room.value_at(point),
        quantities: room.quantities_at(point),
    });
    match room.tool {
        Tool::Brush | Tool::Eraser => {
            let radius = room
                .pane
                .points_of_mm(f64::from(room.brush.diameter_mm) / 2.0)
                .max(1.0);
            let paint = ui.painter().with_clip_rect(rect);
            let [r, g, b] = room.label_color();
            let is_erasing = room.tool == Tool::Eraser || ui.input(|i| i.modifiers.shift);
            let ink = if is_erasing {
                look.theme.color.text1
            } else {
                Color32::from_rgb(r, g, b)
            };
            paint.circle_stroke(at, radius, Stroke::new(3.0, Color32::from_black_alpha(153)));
            paint.circle_stroke(at, radius, Stroke::new(1.5, ink));
            let small = Stroke::new(1.0, ink);
            paint.line_segment([at - vec2(4.5, 0.0), at + vec2(4.5, 0.0)], small);
            paint.line_segment([at - vec2(0.0, 4.5), at + vec2(0.0, 4.5)], small);
            ui.ctx().set_cursor_icon(CursorIcon::None);
        }
        Tool::Box2d | Tool::Point => ui.ctx().set_cursor_icon(CursorIcon::Crosshair),
        Tool::Pan => ui.ctx().set_cursor_icon(CursorIcon::Grab),
        Tool::Window | Tool::Zoom => ui.ctx().set_cursor_icon(CursorIcon::AllScroll),
        Tool::Select => {}
    }
}
