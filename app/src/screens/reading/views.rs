//! The viewports of a window: where each stands, the edges between them, and the keys.

use super::{State, context, view};
use crate::desk::Command;
use crate::room::{Edge, Monitor, Room};
use crate::widgets::Look;
use egui::{CornerRadius, CursorIcon, Sense, Ui};

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
    hold_keyboard(ui, state, room);
    let now = ui.input(|i| i.time);
    if let Some(wait_s) = room.run_cine(now) {
        let wait = std::time::Duration::from_secs_f64(wait_s);
        ui.ctx().request_repaint_after(wait);
    }
    if ui.input(|i| !i.raw.events.is_empty()) {
        room.works(now);
    }
    if monitor == Monitor::First
        && ui.input(|i| i.focused)
        && let Some(wait_s) = room.watch(now)
    {
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
        context::context_ui(&response, look, room, place.0, out);
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

/// The picture has the keyboard unless a field or another control was given it: then it gets it back with
/// the next movement of the hand on a picture. What has it keeps Tab and arrows.
fn hold_keyboard(ui: &Ui, state: &mut State, room: &Room) {
    let id = view::id_of(ui, room.views.active_index());
    let focused = ui.memory(egui::Memory::focused);
    let is_elsewhere = focused.is_some_and(|has| !state.is_viewport(has));
    let hand = ui.input(|i| i.pointer.is_moving() || i.pointer.any_pressed());
    let comes_back = hand && state.rests.is_some() && !ui.ctx().text_edit_focused();
    state.viewports.insert(id);
    if !is_elsewhere || comes_back || std::mem::take(&mut state.wants_keyboard) {
        let keeps = egui::EventFilter {
            tab: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: true,
        };
        ui.memory_mut(|memory| {
            if focused != Some(id) {
                memory.request_focus(id);
            }
            memory.set_focus_lock_filter(id, keeps);
        });
    }
}
