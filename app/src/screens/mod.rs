//! The screens: each draws its state and answers with commands; none reads a file or holds a rule.

pub mod adjudication;
pub mod agreement;
pub mod export;
pub mod import;
pub mod manual;
pub mod palette;
pub mod reading;
pub mod settings;
pub mod sign_in;
pub mod start;
pub mod worklist;

use crate::widgets::{Look, icon_family};
use egui::{Align2, Color32, FontId, Role, Sense, Ui, Vec2, WidgetInfo};

/// A small icon that acts. Returns whether it was pressed.
pub(crate) fn icon_act(ui: &mut Ui, look: Look<'_>, icon: &str, name: &str) -> bool {
    let color = &look.theme.color;
    icon_act_in(ui, look, icon, name, [color.text2, color.text1])
}

/// As [`icon_act`], in colours of its own: at rest, and under the pointer.
pub(crate) fn icon_act_in(
    ui: &mut Ui,
    look: Look<'_>,
    icon: &str,
    name: &str,
    [rest, over]: [Color32; 2],
) -> bool {
    let (rect, response) = ui.allocate_exact_size(
        Vec2::splat(look.theme.density.control_small),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let color = if response.hovered() { over } else { rest };
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        look.theme.icon(icon),
        FontId::new(15.0, icon_family()),
        color,
    );
    response.on_hover_text(name).clicked()
}
