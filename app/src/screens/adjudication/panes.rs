//! The four pictures: A, B, their difference, the coronal plane.

use crate::court::Court;
use crate::desk::grouped_text;
use crate::viewport::{Corner, corner_text, edge_letters, outlined_text};
use crate::widgets::Look;
use egui::{
    Align2, CornerRadius, Event, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};

pub(super) fn panes_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let whole = ui.available_rect_before_wrap();
    ui.allocate_rect(whole, Sense::hover());
    if !court.has_pixels() {
        let text = look.f("reading-loading", &[("percent", 0.into())]);
        ui.painter().text(
            whole.center(),
            Align2::CENTER_CENTER,
            text,
            egui::FontId::proportional(theme.type_sizes().head),
            theme.color.text2,
        );
        return;
    }
    let half = whole.size() / 2.0;
    for pane in 0..4_usize {
        let offset = vec2(half.x * (pane % 2) as f32, half.y * (pane / 2) as f32);
        let rect = Rect::from_min_size(whole.min + offset, half).shrink(1.0);
        pane_ui(ui, look, court, pane, rect);
    }
}

fn pane_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, pane: usize, rect: Rect) {
    let theme = look.theme;
    let response = ui.interact(
        rect,
        ui.scope_id().with(("court-pane", pane)),
        Sense::click_and_drag(),
    );
    let names = [
        "adjudication-a",
        "adjudication-b",
        "adjudication-difference",
        "adjudication-coronal",
    ];
    let name = look.t(names[pane]);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    wheel(ui, court, pane, &response);
    court.prepare(ui.ctx(), pane, rect);
    let paint = ui.painter().with_clip_rect(rect);
    let Some(drawn) = court.panes.get(pane) else {
        return;
    };
    drawn.paint(&paint);
    texts(&paint, look, court, (pane, rect), name);
    let stroke = if response.hovered() {
        Stroke::new(2.0, theme.viewport().border_active)
    } else {
        Stroke::new(1.0, theme.viewport().border_linked)
    };
    ui.painter()
        .rect_stroke(rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
}

/// Steps through slices, or zooms with Ctrl.
fn wheel(ui: &Ui, court: &mut Court, pane: usize, response: &Response) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    for event in ui.input(|i| i.events.clone()) {
        if let Event::MouseWheel {
            delta,
            unit,
            modifiers,
            ..
        } = event
        {
            let lines = if unit == egui::MouseWheelUnit::Point {
                delta.y / 40.0
            } else {
                delta.y
            };
            if modifiers.command || modifiers.ctrl {
                court.zoom(pane, f64::from(1.15_f32.powf(lines)), at);
            } else if lines != 0.0 {
                court.step(pane, -(lines.signum() * lines.abs().ceil()) as i64);
            }
        }
    }
}

/// What a picture says of itself.
struct Caption {
    title: String,
    detail: String,
    /// How its lines are drawn.
    style: String,
    color: egui::Color32,
}

fn caption(
    look: Look<'_>,
    court: &Court,
    row: &crate::court::Row,
    (pane, name): (usize, String),
) -> Caption {
    let theme = look.theme;
    let side = |side: &Option<crate::court::Side>| {
        side.as_ref().map_or_else(
            || look.t("none"),
            |s| {
                s.volume_mm3.map_or_else(
                    || s.label.clone(),
                    |v| format!("{}　{} mm³", s.label, grouped_text(v)),
                )
            },
        )
    };
    let (title, detail, style, color) = match pane {
        0 if court.is_overlaid => (
            look.t("adjudication-both"),
            String::new(),
            String::new(),
            theme.color.overlay,
        ),
        0 => (
            name,
            side(&row.a),
            look.t("adjudication-solid"),
            theme.on_image().a,
        ),
        1 => (
            name,
            side(&row.b),
            look.t("adjudication-dashed"),
            theme.on_image().b,
        ),
        2 => (
            name,
            format!(
                "{} ///   {} \\\\\\",
                look.t("adjudication-a-only-hatch"),
                look.t("adjudication-b-only-hatch")
            ),
            String::new(),
            theme.color.overlay,
        ),
        _ => {
            let shown = if court.choice.is_some() {
                "adjudication-coronal-result"
            } else {
                "adjudication-coronal-outlines"
            };
            (name, look.t(shown), String::new(), theme.color.overlay)
        }
    };
    Caption {
        title,
        detail,
        style,
        color,
    }
}

/// Writes who drew what, the window, the slice and the directions.
fn texts(
    paint: &Painter,
    look: Look<'_>,
    court: &Court,
    (pane, rect): (usize, Rect),
    name: String,
) {
    let theme = look.theme;
    let size = theme.type_sizes().overlay;
    let Some((row, drawn)) = court.row().zip(court.panes.get(pane)) else {
        return;
    };
    let Caption {
        title,
        detail,
        style,
        color,
    } = caption(look, court, row, (pane, name));
    corner_text(
        paint,
        rect,
        Corner::TopLeft,
        &[(title, color), (detail, theme.color.overlay)],
        size,
        8.0,
    );
    outlined_text(
        paint,
        pos2(rect.right() - 8.0, rect.top() + 8.0),
        Align2::RIGHT_TOP,
        &style,
        size,
        theme.color.overlay,
    );
    if pane == 0
        && let Some(window) = court.window()
    {
        let text = format!("C {:.0}　W {:.0}", window.center, window.width);
        let lines = [(text, theme.color.overlay)];
        corner_text(paint, rect, Corner::BottomLeft, &lines, size, 8.0);
    }
    if let Some((slice, count)) = court.slice(pane).filter(|_| pane >= 2) {
        let lines = [(format!("{slice} / {count}"), theme.color.overlay)];
        corner_text(paint, rect, Corner::BottomRight, &lines, size, 8.0);
    }
    if let Some(view) = drawn.view() {
        edge_letters(
            paint,
            rect,
            view,
            theme.type_sizes().orientation,
            theme.color.overlay,
            9.0,
        );
    }
}
