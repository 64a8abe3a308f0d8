//! One viewport: picture, marks, and what the hand does there.

use super::{PointerPlace, PointerValue, State, cine, lines, texts};
use crate::room::{Monitor, Room, Sight, TextLevel, Tool, Views};
use crate::sentence::Sentence;
use crate::viewport::outlined_text;
use crate::widgets::Look;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Event, Pos2, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// By what a viewport has the keyboard.
pub(super) fn id_of(ui: &Ui, index: usize) -> egui::Id {
    ui.scope_id().with(("viewport", index))
}

/// Takes the input of a viewport.
pub(super) fn input_ui(
    ui: &mut Ui,
    state: &mut State,
    room: &mut Room,
    (index, rect): (usize, Rect),
) -> Response {
    let response = ui.interact(rect, id_of(ui, index), Sense::click_and_drag());
    if let Some(series) = response.dnd_release_payload::<usize>() {
        room.hang(index, Some(*series), render::ViewPlane::Acquired);
        room.activate(index);
    }
    if room.sight(index).is_some() {
        wheel(ui, &response, room, index);
        hand(ui, &response, state, room, index);
    } else if response.clicked() {
        room.activate(index);
    }
    response
}

/// Draws a viewport.
pub(super) fn view_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    ((index, rect), response): ((usize, Rect), &Response),
) {
    let theme = look.theme;
    let name = name_of(look, index);
    response.widget_info(|| WidgetInfo {
        current_text_value: room.sight(index).map(|sight| sight.spoken(look.words)),
        ..WidgetInfo::labeled(Role::Image, true, &name)
    });
    ui.painter()
        .rect_filled(rect, CornerRadius::ZERO, theme.color.bg0);
    let inner = rect.shrink(2.0);
    // the strip of the stack lies beside the picture, not over it
    let picture = inner.with_max_x(inner.right() - theme.viewport().coverage_px);
    if room.sight(index).is_some() {
        let is_erasing = room.tool == Tool::Eraser || ui.input(|i| i.modifiers.shift);
        let hover = response.hover_pos().filter(|at| picture.contains(*at));
        room.preview(index, hover, is_erasing);
        room.prepare(ui.ctx(), index, picture);
        let paint = ui.painter().with_clip_rect(inner);
        if let Some(view) = room.views.get(index) {
            view.pane.paint(&paint);
        }
        if let Some(sight) = room.sight(index) {
            lines::lines_ui(&paint, look, room, index, picture);
            shapes_ui(&paint, look, &sight);
            texts::texts_ui(&paint, look, state, &sight, picture);
        }
        finding_strip_ui(ui, look, room, index, inner);
        cine::cine_ui(ui, look, room, (index, picture));
        cursor_ui(ui, response, look, state, room, (index, picture));
    } else {
        waiting_ui(ui, look, room, index, inner);
    }
    let viewport = theme.viewport();
    let stroke = if room.views.active_index() == index {
        Stroke::new(2.0, viewport.border_active)
    } else if room.is_linked_to_active(index) {
        Stroke::new(1.0, viewport.border_linked)
    } else {
        Stroke::new(1.0, viewport.border_idle)
    };
    ui.painter()
        .rect_stroke(rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
}

/// The name of a viewport for those who do not see it: its window and its number there.
fn name_of(look: Look<'_>, index: usize) -> String {
    match Views::place_of(index) {
        (Monitor::First, 1) => look.t("reading-viewport"),
        (Monitor::First, number) => look.f("reading-viewport-number", &[("number", number.into())]),
        (Monitor::Second, number) => {
            look.f("reading-viewport-second", &[("number", number.into())])
        }
    }
}

fn waiting_ui(ui: &mut Ui, look: Look<'_>, room: &Room, index: usize, rect: Rect) {
    let series = room.views.get(index).and_then(|view| view.series);
    let pixels = series.and_then(|series| Some(&room.series.get(series)?.pixels));
    let text = match pixels.map(|pixels| (pixels.loading, &pixels.fault)) {
        Some((_, Some(fault))) => fault.sentence(look.words),
        Some((share, None)) => {
            let percent = f64::from((share.unwrap_or(0.0) * 100.0).round());
            look.f("reading-loading", &[("percent", percent.into())])
        }
        None if room.series.is_empty() => look.t("reading-no-series"),
        None => look.t("reading-empty-viewport"),
    };
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(12.0)));
    child.vertical_centered(|ui| {
        ui.add_space(rect.height() * 0.4);
        let size = look.theme.type_sizes().body;
        let text = egui::RichText::new(text)
            .size(size)
            .color(look.theme.color.overlay);
        ui.add(egui::Label::new(text).wrap());
    });
}

fn wheel(ui: &Ui, response: &Response, room: &mut Room, index: usize) {
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
                room.activate(index);
                room.wheel(lines, modifiers, at);
            }
            Event::Zoom(factor) => {
                if let Some(at) = at {
                    room.activate(index);
                    room.pane_mut().zoom(f64::from(factor), at);
                }
            }
            _ => {}
        }
    }
}

/// Every movement of the pointer counts: of a fast stroke the frame's last place alone would make a polygon.
fn hand(ui: &Ui, response: &Response, state: &mut State, room: &mut Room, index: usize) {
    let rests = rests_here(ui, response, state, index);
    let events = ui.input(|i| i.events.clone());
    for event in events {
        let is_active = room.views.active_index() == index;
        match event {
            Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers,
            } => {
                // what lies over the picture, the strip or the controls of a cine, keeps its presses
                if pressed && response.hovered() && response.rect.contains(pos) {
                    // A press that only brings the hand to a viewport draws nothing.
                    let acts = is_active || rests || !room.tool.draws();
                    room.activate(index);
                    if acts {
                        room.press(pos, button, modifiers);
                    }
                } else if !pressed && is_active {
                    room.release(pos, button);
                }
            }
            Event::Touch { force, .. } => room.pressed_by(force),
            Event::PointerMoved(pos) if is_active => {
                let modifiers = ui.input(|i| i.modifiers);
                room.moved(pos, modifiers);
            }
            Event::PointerGone if is_active => room.release_all(),
            _ => {}
        }
    }
    if !ui.input(|i| i.focused) && room.views.active_index() == index {
        room.release_all();
    }
    if response.double_clicked()
        && !room.tool.draws()
        && let Some(at) = response.interact_pointer_pos()
        && !room.straighten_at(at)
    {
        room.views.toggle_maximised();
    }
}

/// Seconds that the pointer rests on a viewport before a press there draws at once.
const RESTS_S: f64 = 0.15;

/// Whether the pointer has been over this viewport for a while.
fn rests_here(ui: &Ui, response: &Response, state: &mut State, index: usize) -> bool {
    let now = ui.input(|i| i.time);
    if !response.contains_pointer() {
        if state.rests.is_some_and(|(on, _)| on == index) {
            state.rests = None;
        }
        return false;
    }
    match state.rests {
        Some((on, since)) if on == index => now - since >= RESTS_S,
        _ => {
            state.rests = Some((index, now));
            false
        }
    }
}

fn shapes_ui(paint: &egui::Painter, look: Look<'_>, sight: &Sight<'_>) {
    let room = sight.room();
    for mark in sight.marks() {
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
        if room.texts != TextLevel::None
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
    if let Some(rect) = room.drafted_box()
        && sight.index == room.views.active_index()
    {
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

/// Where along the stack findings lie, and where the eye is.
fn finding_strip_ui(ui: &Ui, look: Look<'_>, room: &mut Room, viewport: usize, rect: Rect) {
    let theme = look.theme;
    let width = theme.viewport().coverage_px;
    let strip = Rect::from_min_max(pos2(rect.right() - width, rect.top()), rect.max);
    let Some(sight) = room.sight(viewport) else {
        return;
    };
    let Some((index, count)) = sight.plane_index() else {
        return;
    };
    let paint = ui.painter();
    paint.rect_filled(strip, CornerRadius::ZERO, theme.viewport().unseen);
    let y_of =
        |index: i64| strip.top() + strip.height() * (index as f32 + 0.5) / count.max(1) as f32;
    for (from, to) in runs(&room.seen_in_strip(viewport)) {
        let share = |place: usize| strip.height() * place as f32 / count.max(1) as f32;
        let seen = Rect::from_min_max(
            pos2(strip.left(), strip.top() + share(from)),
            pos2(strip.right(), strip.top() + share(to)),
        );
        paint.rect_filled(seen, CornerRadius::ZERO, theme.viewport().seen);
    }
    for tick in sight.strip_ticks() {
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
        y_of(sight.strip_index(index)),
        Stroke::new(2.0, Color32::WHITE),
    );
    let response = ui.interact(
        strip,
        ui.scope_id().with(("strip", viewport)),
        Sense::click_and_drag(),
    );
    let place_at = |at: Pos2| {
        let share = ((at.y - strip.top()) / strip.height()).clamp(0.0, 0.999_9);
        (share * count as f32) as i64
    };
    if let Some(at) = response.hover_pos() {
        let image = place_at(at) + 1;
        let told = [("image", image.into()), ("count", count.into())];
        response
            .clone()
            .on_hover_text_at_pointer(look.f("coverage-image", &told));
    }
    if (response.clicked() || response.dragged())
        && let Some(at) = response.interact_pointer_pos()
    {
        let place = place_at(at);
        room.activate(viewport);
        room.go_to_strip(place);
    }
}

/// The runs of slices that were seen: from each first place to behind its last.
fn runs(seen: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
        match runs.last_mut() {
            Some((_, to)) if *to == place => *to = place + 1,
            _ => runs.push((place, place + 1)),
        }
    }
    runs
}

/// A place as it is told: in mm, or as column and row where pixels have no known size.
fn place_of(sight: &Sight<'_>, point: voxel::PatientPoint) -> PointerPlace {
    if sight.has_spacing() {
        return PointerPlace::Mm(point.0);
    }
    let [column, row, _] = sight.grid.voxel_from_patient(point).0;
    PointerPlace::Px([column, row])
}

fn cursor_ui(
    ui: &Ui,
    response: &Response,
    look: Look<'_>,
    state: &mut State,
    room: &Room,
    (index, rect): (usize, Rect),
) {
    let Some(at) = response.hover_pos().filter(|at| rect.contains(*at)) else {
        if state
            .pointer
            .as_ref()
            .is_some_and(|pointer| pointer.viewport == index)
        {
            state.pointer = None;
        }
        return;
    };
    let Some(sight) = room.sight(index) else {
        return;
    };
    let pane = &sight.view.pane;
    state.pointer = pane.patient_at(at).map(|point| PointerValue {
        viewport: index,
        place: place_of(&sight, point),
        value: sight.value_text_at(point),
        quantities: sight.quantities_at(point),
    });
    if room.tool.draws() && room.prior_of(index).is_some() {
        ui.ctx().set_cursor_icon(CursorIcon::NotAllowed);
        return;
    }
    match room.tool {
        tool if tool.is_brush() => {
            let radius = pane.points_of_mm(room.brush_radius_mm()).max(1.0);
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
        Tool::Box2d | Tool::Point | Tool::Crosshair => {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        Tool::Pan => ui.ctx().set_cursor_icon(CursorIcon::Grab),
        Tool::Window | Tool::Zoom => ui.ctx().set_cursor_icon(CursorIcon::AllScroll),
        _ => {}
    }
}
