//! What the mouse does: three profiles side by side.

use super::{Change, View, head};
use crate::desk::Command;
use crate::settings::MouseProfile;
use crate::widgets::{Look, segments};
use egui::{CornerRadius, FontId, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The key of the name of a profile.
/// A gesture, and what it does in each profile: the keys of the texts; empty for nothing.
const GESTURES: [(&str, [&str; 3]); 10] = [
    (
        "mouse-left",
        ["mouse-tool", "mouse-tool-window", "mouse-tool"],
    ),
    ("mouse-right", ["mouse-zoom", "mouse-zoom", ""]),
    ("mouse-left-right", ["", "", "mouse-turns"]),
    ("mouse-middle", ["mouse-pan", "mouse-pan", "mouse-pan"]),
    ("mouse-wheel", ["mouse-slice", "mouse-slice", "mouse-slice"]),
    (
        "mouse-ctrl-wheel",
        ["mouse-size", "mouse-size", "mouse-size"],
    ),
    (
        "mouse-shift",
        ["mouse-pan-erase", "mouse-erase", "mouse-erase"],
    ),
    (
        "mouse-right-click",
        ["mouse-menu", "mouse-menu", "mouse-band"],
    ),
    (
        "mouse-double",
        ["mouse-maximise", "mouse-maximise", "mouse-maximise"],
    ),
    ("mouse-alt", ["mouse-pick", "mouse-pick", "mouse-pick"]),
];

pub(super) fn mouse_ui(ui: &mut Ui, look: Look<'_>, view: &View<'_>, out: &mut Vec<Command>) {
    head(ui, look, "settings-mouse", "");
    let names = MouseProfile::ALL.map(|profile| look.t(profile.text_key()));
    let now = view.settings.mouse.unwrap_or_default();
    let taken = MouseProfile::ALL.iter().position(|profile| *profile == now);
    if let Some(chosen) = segments(ui, look, &look.t("settings-mouse"), &names, taken)
        && let Some(profile) = MouseProfile::ALL.get(chosen)
    {
        out.push(Command::Settings(Change::Mouse(*profile)));
    }
    ui.add_space(6.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    // where there is no room for all beside one another, the chosen one stands alone
    let is_narrow = ui.available_width() < ALL_BESIDE;
    let shown = |at: usize| !is_narrow || taken == Some(at);
    let in_hand = if is_narrow { Some(0) } else { taken };
    let line = |ui: &mut Ui, first: String, rest: [String; 3], is_head: bool| {
        let rest = rest.into_iter().enumerate();
        let rest = rest.filter(|(at, _)| shown(*at)).map(|(_, text)| text);
        let cells: Vec<String> = std::iter::once(first).chain(rest).collect();
        line_ui(ui, look, &cells, in_hand, is_head);
    };
    line(ui, look.t("settings-mouse-gesture"), names, true);
    for (gesture, does) in GESTURES {
        let does = does.map(|key| match key {
            "" => "—".to_owned(),
            key => look.t(key),
        });
        line(ui, look.t(gesture), does, false);
    }
}

/// From this width on the profiles stand beside one another, points.
const ALL_BESIDE: f32 = 760.0;

/// A line of the table, the column of the chosen profile on a ground of its own.
fn line_ui(ui: &mut Ui, look: Look<'_>, cells: &[String], taken: Option<usize>, is_head: bool) {
    let theme = look.theme;
    let height = theme.density.table_tight;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, cells.join("　")));
    let first = (rect.width() * 0.22).clamp(130.0, 220.0);
    let share = (rect.width() - first) / cells.len().saturating_sub(1).max(1) as f32;
    for (index, text) in cells.iter().enumerate() {
        let left = match index {
            0 => rect.left(),
            at => rect.left() + first + share * (at - 1) as f32,
        };
        let width = if index == 0 { first } else { share };
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, height));
        let is_taken = index > 0 && taken == Some(index - 1);
        if is_taken {
            let ground = if is_head {
                theme.color.selection
            } else {
                theme.color.bg3
            };
            ui.painter().rect_filled(cell, CornerRadius::ZERO, ground);
        }
        let color = if is_taken || (index == 0 && !is_head) {
            theme.color.text1
        } else {
            theme.color.text2
        };
        let font = FontId::proportional(theme.type_sizes().body);
        let mut job = egui::text::LayoutJob::simple_singleline(text.clone(), font, color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width - 12.0);
        let galley = ui.painter().layout_job(job);
        let at = pos2(cell.left() + 6.0, cell.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, color);
    }
    let line = if is_head {
        theme.color.line_strong
    } else {
        theme.color.line
    };
    let y = rect.bottom() - 0.5;
    ui.painter()
        .hline(rect.x_range(), y, Stroke::new(1.0, line));
}
