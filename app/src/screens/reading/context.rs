//! What a right click on a picture offers: the tools at the pointer, and what can be done with the finding
//! below it.

use crate::desk::Command;
use crate::keys::Action;
use crate::room::{Room, Tool};
use crate::widgets::{Look, icon_button};
use egui::{Response, Ui, vec2};

/// Draws it, while it is open.
pub(super) fn context_ui(
    response: &Response,
    look: Look<'_>,
    room: &mut Room,
    index: usize,
    out: &mut Vec<Command>,
) {
    if response.secondary_clicked() {
        room.activate(index);
        if let Some(at) = response.interact_pointer_pos() {
            room.pick(at);
        }
    }
    response.context_menu(|ui| {
        ui.set_min_width(220.0);
        tools_ui(ui, look, room);
        ui.separator();
        let acts = [
            (Action::Fit, true),
            (Action::AutoWindow, room.has_grey_values()),
            (Action::Invert, room.has_grey_values()),
            (Action::Link, !room.views.is_alone()),
        ];
        entries_ui(ui, look, &acts, out);
        if room.selected_finding().is_some() {
            ui.separator();
            let may = room.is_editable();
            let acts = [
                (Action::Attributes, may),
                (Action::Solo, true),
                (Action::DeleteFinding, may),
            ];
            entries_ui(ui, look, &acts, out);
        }
    });
}

fn tools_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room) {
    ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
    ui.horizontal_wrapped(|ui| {
        for tool in Tool::ALL {
            if tool.draws() && !room.is_in_project() {
                continue;
            }
            let keys = look.key(Action::Tool(tool));
            let name = look.t(tool.text_key());
            if icon_button(ui, look, tool.icon(), &name, keys, room.tool == tool).clicked() {
                room.take_tool(tool);
                ui.close();
            }
        }
    });
}

fn entries_ui(ui: &mut Ui, look: Look<'_>, acts: &[(Action, bool)], out: &mut Vec<Command>) {
    for (action, may) in acts {
        let keys = egui::RichText::new(look.key(*action)).size(look.theme.type_sizes().small);
        let name = action.name(look.words);
        let entry = egui::Button::new(&name).right_text(keys.weak());
        let response = ui.add_enabled(*may, entry);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, *may, &name));
        if response.clicked() {
            out.push(Command::Act(*action));
            ui.close();
        }
    }
}
