//! The viewports of a window: where each stands, the edges between them, and the keys.

use super::{State, view};
use crate::desk::Command;
use crate::room::{Edge, Monitor, Room};
use crate::widgets::Look;
use egui::{CornerRadius, CursorIcon, Event, Sense, Ui};

/// Draws the viewports and takes their input.
pub(super) fn views_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    monitor: Monitor,
    out: &mut Vec<Command>,
) {
    let area = ui.available_rect_before_wrap();
    ui.allocate_rect(area, Sense::hover());
    ui.painter()
        .rect_filled(area, CornerRadius::ZERO, look.theme.viewport().border_idle);
    keys(ui, state, room, out);
    let now = ui.input(|i| i.time);
    if let Some(wait_s) = room.run_cine(now) {
        let wait = std::time::Duration::from_secs_f64(wait_s);
        ui.ctx().request_repaint_after(wait);
    }
    let places = room.views.rects(monitor, area);
    // The hand first, then the pictures: what it moves in one viewport moves in all at once.
    let responses: Vec<_> = places
        .iter()
        .map(|place| view::input_ui(ui, state, room, *place))
        .collect();
    for (place, response) in places.into_iter().zip(responses) {
        view::view_ui(ui, look, state, room, (place, &response));
    }
    for (edge, rect) in room.views.edges(monitor, area) {
        let response = ui.interact(rect, ui.scope_id().with((monitor, edge)), Sense::drag());
        if response.hovered() || response.dragged() {
            ui.ctx().set_cursor_icon(match edge {
                Edge::BelowRow(_) => CursorIcon::ResizeVertical,
                Edge::AfterColumn(_) => CursorIcon::ResizeHorizontal,
            });
        }
        if response.dragged()
            && let Some(at) = response.interact_pointer_pos()
        {
            room.views.drag_edge(monitor, edge, at, area);
        }
    }
}

/// The viewport under the pointer gets the keys, unless a text field is open.
fn keys(ui: &Ui, state: &State, room: &mut Room, out: &mut Vec<Command>) {
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
        if let Some((under, _)) = state.rests {
            room.activate(under);
        }
        room.key(physical_key.unwrap_or(key), modifiers, out);
    }
    let hides = ui.input(|i| i.key_down(egui::Key::Tab));
    room.hide_all(hides);
}
