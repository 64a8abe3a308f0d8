//! The head of the selected finding: its name, and what can be done with it.

use super::State;
use crate::keys::Action;
use crate::room::Room;
use crate::screens::{icon_act, icon_act_in};
use crate::widgets::{Look, label, text_field};
use annotation_format::Finding;
use egui::{Align, FontId, Layout, Popup, Ui};

/// Space between the icons.
const GAP: f32 = 2.0;

/// Draws it.
pub(super) fn head_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    finding: &Finding,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let acts = count_of_acts(room, finding) * (look.theme.density.control_small + GAP);
        let width = (ui.available_width() - acts).max(0.0);
        match &mut state.name {
            Some((of, _)) if *of == finding.id => name_ui(ui, look, state, room, finding, width),
            _ => {
                let title = room.name_of(finding, look.words.code());
                title_ui(ui, look, title, width);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            acts_ui(ui, look, state, room, finding);
        });
    });
}

/// How many icons [`acts_ui`] shows.
fn count_of_acts(room: &Room, finding: &Finding) -> f32 {
    match (room.is_editable(), finding.is_locked) {
        (false, _) => 1.0,
        (true, true) => 4.0,
        (true, false) => 5.0,
    }
}

/// The name in one line, or in two where it needs them.
fn title_ui(ui: &mut Ui, look: Look<'_>, title: String, width: f32) {
    let font = FontId::proportional(look.theme.type_sizes().body);
    let mut job = egui::text::LayoutJob::simple(title, font, look.theme.color.text2, width);
    job.wrap.max_rows = 2;
    let galley = ui.painter().layout_job(job);
    ui.add(egui::Label::new(galley).selectable(false));
}

fn name_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    room: &mut Room,
    finding: &Finding,
    width: f32,
) {
    let Some((_, text)) = &mut state.name else {
        return;
    };
    let name = look.t("finding-name");
    label(
        ui,
        format!("F{}", finding.number),
        look.theme.type_sizes().body,
        look.theme.color.text2,
    );
    let field = text_field(ui, look, &name, &name, text, width - 28.0, false);
    if std::mem::take(&mut state.begins_name) {
        field.request_focus();
    } else if field.lost_focus() {
        let text = std::mem::take(text);
        state.name = None;
        if !ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            room.rename(&finding.id, &text);
        }
    }
}

fn acts_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, room: &mut Room, finding: &Finding) {
    let named = |key: &str, action: Action| {
        let keys = look.key(action);
        let name = look.t(key);
        if keys.is_empty() {
            name
        } else {
            format!("{name} ({keys})")
        }
    };
    let may = room.is_editable();
    if may && !finding.is_locked {
        let name = named("reading-delete", Action::DeleteFinding);
        if icon_act(ui, look, "delete", &name) {
            room.delete_selected();
            return;
        }
    }
    if may {
        let color = &look.theme.color;
        let (key, ink) = if finding.is_locked {
            ("finding-unlock", color.warn)
        } else {
            ("finding-lock", color.text2)
        };
        if icon_act_in(
            ui,
            look,
            "lock",
            &named(key, Action::Lock),
            [ink, color.text1],
        ) {
            room.toggle_lock(&finding.id);
        }
    }
    if icon_act(ui, look, "visible", &named("finding-solo", Action::Solo)) {
        room.toggle_solo(Some(finding.id.clone()));
    }
    if may {
        color_ui(ui, look, room, finding);
        if icon_act(ui, look, "edit", &look.t("finding-rename")) {
            state.name = Some((finding.id.clone(), finding.name.clone()));
            state.begins_name = true;
        }
    }
}

/// The colours of the palette, each a press away; the label's own comes first.
fn color_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, finding: &Finding) {
    let name = look.t("finding-color");
    let (rect, response) = ui.allocate_exact_size(
        egui::Vec2::splat(look.theme.density.control_small),
        egui::Sense::click(),
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let [r, g, b] = room.color(finding);
    let patch = egui::Rect::from_center_size(rect.center(), egui::Vec2::splat(13.0));
    let own = egui::Color32::from_rgb(r, g, b);
    ui.painter()
        .rect_filled(patch, egui::CornerRadius::same(2), own);
    let response = response.on_hover_text(&name);
    let chosen = Popup::menu(&response)
        .show(|ui| palette_ui(ui, look, room.label_color_of(finding)))
        .and_then(|shown| shown.inner);
    if let Some(color) = chosen {
        room.recolour(&finding.id, color);
    }
}

/// Patches in a row; none inside means the label's own colour.
fn palette_ui(ui: &mut Ui, look: Look<'_>, of_label: [u8; 3]) -> Option<Option<[u8; 3]>> {
    let mut chosen = None;
    ui.set_max_width(180.0);
    ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
    let all = std::iter::once((of_label, None)).chain(
        annotation_format::protocol::PALETTE
            .iter()
            .map(|color| (*color, Some(*color))),
    );
    ui.horizontal_wrapped(|ui| {
        for (place, ([r, g, b], answer)) in all.enumerate() {
            let size = egui::Vec2::splat(22.0);
            let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
            let name = match answer {
                None => look.t("finding-color-of-label"),
                Some(_) => look.f("finding-color-number", &[("number", place.into())]),
            };
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            let fill = egui::Color32::from_rgb(r, g, b);
            ui.painter()
                .rect_filled(rect, egui::CornerRadius::same(3), fill);
            if answer.is_none() {
                let ink = look.theme.text_on(fill);
                ui.painter().circle_filled(rect.center(), 3.0, ink);
            }
            if response.on_hover_text(&name).clicked() {
                chosen = Some(answer);
                ui.close();
            }
        }
    });
    chosen
}
