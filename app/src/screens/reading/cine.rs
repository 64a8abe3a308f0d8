//! The controls of a running stack, at the bottom of its viewport.

use crate::room::{FPS, ImageAct, Room, Through};
use crate::widgets::{Look, icon_button, segments, segments_width};
use egui::{CornerRadius, Frame, Margin, Rect, Ui, UiBuilder, WidgetInfo, vec2};

/// Width of the bar.
const WIDTH: f32 = 176.0;

/// Draws the bar where a cine is.
pub(super) fn cine_ui(ui: &mut Ui, look: Look<'_>, room: &mut Room, (index, rect): (usize, Rect)) {
    let Some(cine) = room.views.get(index).and_then(|view| view.cine) else {
        return;
    };
    let series = room.views.get(index).and_then(|view| view.series);
    let has_volumes = series.is_some_and(|series| room.can_run_through_volumes(series));
    let names = Through::ALL.map(|through| look.t(through.text_key()));
    let choice = if has_volumes {
        segments_width(ui, look, &names) + 1.0
    } else {
        0.0
    };
    let size = vec2((WIDTH + choice).min(rect.width()), 34.0);
    let place = Rect::from_center_size(rect.center_bottom() - vec2(0.0, 22.0), size);
    let mut bar = ui.new_child(UiBuilder::new().max_rect(place));
    let frame = Frame::new()
        .fill(look.theme.color.bg2.gamma_multiply(0.92))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(4, 2));
    frame.show(&mut bar, |ui| {
        ui.horizontal(|ui| {
            let (icon, key) = if cine.is_running {
                ("pause", "cine-stop")
            } else {
                ("play", "cine-start")
            };
            if icon_button(ui, look, icon, &look.t(key), "", false).clicked() {
                room.activate(index);
                room.act_on_image(ImageAct::Cine);
            }
            let mut fps = cine.fps;
            let drag = egui::DragValue::new(&mut fps)
                .range(FPS)
                .speed(0.2)
                .fixed_decimals(0)
                .suffix(" fps");
            let response = ui.add_sized(vec2(76.0, 24.0), drag);
            response.widget_info(|| WidgetInfo::slider(true, fps, look.t("cine-rate")));
            if (fps - cine.fps).abs() > 1e-9 {
                room.set_cine_fps(index, fps);
            }
            if has_volumes {
                let taken = Through::ALL
                    .iter()
                    .position(|through| *through == cine.through);
                ui.allocate_ui(vec2(choice, 26.0), |ui| {
                    let name = look.t("cine-through");
                    let chosen = segments(ui, look, &name, &names, taken);
                    if let Some(through) = chosen.and_then(|chosen| Through::ALL.get(chosen)) {
                        room.set_cine_through(index, *through);
                    }
                });
            }
            if icon_button(ui, look, "close", &look.t("cine-close"), "", false).clicked() {
                room.end_cine(index);
            }
        });
    });
}
