//! Plots: differences against means, Dice by label, how many findings have which Dice.

use super::State;
use crate::agreement_view::{Group, tenths};
use crate::widgets::{Look, section};
use agreement::box_spread;
use egui::{Align2, Color32, Role, TextStyle, Ui, WidgetInfo};
use egui_plot::{
    Bar, BarChart, BoxElem, BoxPlot, BoxSpread, GridInput, GridMark, HLine, LineStyle, Plot,
    PlotPoint, PlotPoints, Points, Text,
};
use std::ops::RangeInclusive;

/// Pixels from a point within which a press means it.
const NEAR: f32 = 9.0;

/// A plot that stands still: the wheel scrolls the screen, not the plot.
fn still<'a>(look: Look<'_>, name: &str, height: f32) -> Plot<'a> {
    Plot::new(name.to_owned())
        .height(height)
        .grid_color(look.theme.color.line)
        .grid_fade(0.0)
        .grid_spacing(egui::Rangef::new(22.0, 400.0))
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_crosshair(false)
        .set_margin_fraction(egui::vec2(0.06, 0.1))
}

/// Draws with the letters of remarks: what marks an axis is no figure.
fn quiet<T>(ui: &mut Ui, look: Look<'_>, draw: impl FnOnce(&mut Ui) -> T) -> T {
    ui.scope(|ui| {
        let small = TextStyle::Small.resolve(ui.style());
        ui.style_mut().text_styles.insert(TextStyle::Body, small);
        ui.visuals_mut().override_text_color = Some(look.theme.color.text2);
        draw(ui)
    })
    .inner
}

/// A mark at every fifth of the way from 0 to 1.
fn fifths(_: GridInput) -> Vec<GridMark> {
    let mark = |n: i32| GridMark {
        value: f64::from(n) / 5.0,
        // a mark of this step is always written
        step_size: 1.0,
    };
    (0..=5).map(mark).collect()
}

fn one_digit(mark: GridMark, _: &RangeInclusive<f64>) -> String {
    format!("{:.1}", mark.value)
}

fn named(response: &egui::Response, name: String) {
    response.widget_info(move || WidgetInfo::labeled(Role::Image, true, &name));
}

/// The lines with their names and values, as they stand at the right end.
fn line_names(look: Look<'_>, [low, bias, high]: [f64; 3]) -> [(f64, String); 3] {
    let named = |key: &str, value: f64| {
        let text = format!("{value:+.1}");
        (value, look.f(key, &[("value", text.into())]))
    };
    [
        named("agreement-line-low", low),
        named("agreement-line-bias", bias),
        named("agreement-line-high", high),
    ]
}

/// Draws the differences; a press near a point selects its row in the list.
pub(super) fn differences_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let Some(plot) = &state.view.differences else {
        return;
    };
    let theme = look.theme;
    let unit = if plot.unit.is_empty() {
        String::new()
    } else {
        format!("（{}）", plot.unit)
    };
    let bias = plot.lines.map_or_else(String::new, |[_, bias, _]| {
        format!("{bias:+.1} {}", plot.unit)
    });
    let remark = look.f(
        "agreement-bias-line",
        &[("count", plot.points.len().into()), ("bias", bias.into())],
    );
    section(ui, look, "Bland–Altman", &remark);
    let (inside, outside): (Vec<_>, Vec<_>) = plot.points.iter().partition(|([_, y], _)| {
        plot.lines
            .is_none_or(|[low, _, high]| (low..=high).contains(y))
    });
    let points = |of: &[&([f64; 2], Option<usize>)]| -> PlotPoints<'static> {
        of.iter()
            .map(|(point, _)| *point)
            .collect::<Vec<_>>()
            .into()
    };
    let height = ui.available_height();
    let lines = plot.lines.map(|lines| line_names(look, lines));
    // at the last point, for what lies beyond would widen the plot
    let means = plot.points.iter().map(|([mean, _], _)| *mean);
    let right = means.fold(f64::NEG_INFINITY, f64::max);
    let drawn = still(look, "differences", height)
        .x_axis_label(look.f("agreement-mean-axis", &[("unit", unit.as_str().into())]))
        .y_axis_label(look.f(
            "agreement-difference-axis",
            &[("unit", unit.as_str().into())],
        ));
    let response = quiet(ui, look, |ui| {
        drawn.show(ui, |ui| {
            ui.hline(
                HLine::new("0", 0.0)
                    .color(theme.color.line_strong)
                    .width(1.0),
            );
            if let Some([low, bias, high]) = plot.lines {
                ui.hline(HLine::new("bias", bias).color(theme.color.text1).width(1.5));
                for limit in [low, high] {
                    ui.hline(
                        HLine::new("limit", limit)
                            .color(theme.color.warn)
                            .style(LineStyle::dashed_dense()),
                    );
                }
            }
            ui.points(
                Points::new("inside", points(&inside))
                    .radius(3.0)
                    .color(theme.color.a),
            );
            ui.points(
                Points::new("outside", points(&outside))
                    .radius(3.5)
                    .color(theme.color.danger),
            );
            for (value, name) in lines.into_iter().flatten() {
                let at = PlotPoint::new(right, value);
                let text = Text::new(name.clone(), at, format!("{name} "));
                ui.text(text.anchor(Align2::RIGHT_BOTTOM).color(theme.color.text2));
            }
        })
    });
    let name = look.t("agreement-differences");
    named(&response.response, name);
    let pressed = response
        .response
        .interact_pointer_pos()
        .filter(|_| response.response.clicked());
    if let Some(at) = pressed {
        let place = |[x, y]: [f64; 2]| {
            response
                .transform
                .position_from_point(&PlotPoint::new(x, y))
        };
        let nearest = plot
            .points
            .iter()
            .map(|(point, row)| (place(*point).distance(at), *row))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, Some(row))) = nearest
            && distance <= NEAR
        {
            (state.cell, state.selected) = (None, Some(row));
        }
    }
}

/// Draws a box for each label, the labels from top to bottom.
pub(super) fn groups_ui(ui: &mut Ui, look: Look<'_>, groups: &[Group]) {
    let theme = look.theme;
    section(ui, look, &look.t("agreement-by-label"), "Dice");
    let n = groups.len();
    let boxes: Vec<BoxElem> = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.values.len() >= 5)
        .filter_map(|(place, group)| {
            let spread = box_spread(&group.values)?;
            let [q1, median, q3] = spread.quartiles;
            let [low, high] = spread.whiskers;
            let shown = BoxSpread::new(low, q1, median, q3, high);
            Some(
                BoxElem::new((n - place) as f64, shown)
                    .name(&group.name)
                    .box_width(0.5),
            )
        })
        .collect();
    // few values are shown themselves
    let dots: Vec<[f64; 2]> = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.values.len() < 5)
        .flat_map(|(place, group)| group.values.iter().map(move |v| [*v, (n - place) as f64]))
        .collect();
    let names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    let name_at = move |mark: GridMark, _: &RangeInclusive<f64>| {
        let place = n as i64 - mark.value.round() as i64;
        let is_whole = (mark.value - mark.value.round()).abs() < 1e-6;
        let name = usize::try_from(place)
            .ok()
            .and_then(|place| names.get(place));
        name.filter(|_| is_whole)
            .map_or_else(String::new, |name| shortened(name))
    };
    let height = ui.available_height();
    let drawn = still(look, "groups", height)
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.4)
        .include_y(n as f64 + 0.6)
        .x_grid_spacer(fifths)
        .x_axis_formatter(one_digit)
        .y_grid_spacer(move |_| {
            (1..=n)
                .map(|n| GridMark {
                    value: n as f64,
                    step_size: 1.0,
                })
                .collect()
        })
        .y_axis_formatter(name_at)
        .y_axis_min_width(86.0);
    let response = quiet(ui, look, |ui| {
        drawn.show(ui, |ui| {
            ui.box_plot(
                BoxPlot::new("dice", boxes)
                    .horizontal()
                    .color(theme.color.a)
                    .allow_hover(false),
            );
            ui.points(Points::new("dots", dots).radius(3.0).color(theme.color.a));
        })
    });
    named(&response.response, look.t("agreement-by-label"));
}

/// A name that fits beside the plot.
fn shortened(name: &str) -> String {
    const MOST: usize = 14;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST - 1).collect();
    format!("{start}…")
}

/// Draws how many findings have which Dice.
pub(super) fn dice_ui(ui: &mut Ui, look: Look<'_>, dice: &[f64]) {
    let theme = look.theme;
    let pairs = look.f("agreement-pairs", &[("count", dice.len().into())]);
    section(ui, look, &look.t("agreement-dice-distribution"), &pairs);
    let color = |tenth: usize| -> Color32 {
        match tenth {
            0..=4 => theme.color.danger,
            5 | 6 => theme.color.warn,
            _ => theme.color.a,
        }
    };
    let bars = tenths(dice)
        .into_iter()
        .enumerate()
        .map(|(tenth, count)| {
            Bar::new(tenth as f64 / 10.0 + 0.05, count as f64)
                .width(0.09)
                .fill(color(tenth))
                .name(format!(
                    "{:.1}–{:.1}: {count}",
                    tenth as f64 / 10.0,
                    (tenth + 1) as f64 / 10.0
                ))
        })
        .collect();
    let height = ui.available_height();
    let drawn = still(look, "dice", height)
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.0)
        .x_grid_spacer(fifths)
        .x_axis_formatter(one_digit)
        .x_axis_label("Dice")
        .y_axis_formatter(|mark, _| {
            let is_count = (mark.value - mark.value.round()).abs() < 1e-6 && mark.value >= 0.0;
            if is_count {
                format!("{:.0}", mark.value)
            } else {
                String::new()
            }
        });
    let response = quiet(ui, look, |ui| {
        drawn.show(ui, |ui| {
            ui.bar_chart(BarChart::new("dice", bars).allow_hover(false));
        })
    });
    named(&response.response, look.t("agreement-dice-distribution"));
}
