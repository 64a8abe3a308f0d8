//! The tokens as an egui style: flat and dense.

use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals,
    vec2,
};

use super::{Mode, Theme};

/// Name of the text style for captions.
pub const TEXT_CAPTION: &str = "caption";
/// Name of the text style for headings of panels.
pub const TEXT_HEAD: &str = "head";
/// Name of the text style for titles of screens.
pub const TEXT_TITLE: &str = "title";
/// Name of the text style for large figures.
pub const TEXT_FIGURE: &str = "figure";
/// Name of the text style for text on the image.
pub const TEXT_OVERLAY: &str = "overlay";
/// Name of the text style for orientation letters.
pub const TEXT_ORIENTATION: &str = "orientation";

/// Width of the focus ring in points.
const FOCUS_RING: f32 = 2.0;

pub(super) fn apply(theme: &Theme, ctx: &egui::Context) {
    let mode = match theme.mode {
        Mode::Dark => egui::Theme::Dark,
        Mode::Light => egui::Theme::Light,
    };
    ctx.set_theme(mode);
    let mut style = Style::clone(&ctx.style_of(mode));
    text(theme, &mut style);
    spacing(theme, &mut style);
    style.visuals = visuals(theme);
    style.animation_time = theme.motion().default_ms as f32 / 1000.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.5;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    ctx.set_style_of(mode, style);
    ctx.set_zoom_factor(theme.scale);
}

fn text(theme: &Theme, style: &mut Style) {
    let sizes = theme.type_sizes();
    let font = |size: f32| FontId::new(size, FontFamily::Proportional);
    let named = |name: &str| TextStyle::Name(name.into());
    style.text_styles = [
        (TextStyle::Small, font(sizes.small)),
        (TextStyle::Body, font(sizes.body)),
        (TextStyle::Button, font(sizes.body)),
        (TextStyle::Monospace, font(sizes.body)),
        (TextStyle::Heading, font(sizes.title)),
        (named(TEXT_CAPTION), font(sizes.caption)),
        (named(TEXT_HEAD), font(sizes.head)),
        (named(TEXT_TITLE), font(sizes.title)),
        (named(TEXT_FIGURE), font(sizes.figure)),
        (named(TEXT_OVERLAY), font(sizes.overlay)),
        (named(TEXT_ORIENTATION), font(sizes.orientation)),
    ]
    .into();
    // The Japanese font's own lines are exactly one size high.
    style.spacing.extra_text_line_spacing = (sizes.body * (sizes.line_height - 1.0)).round();
}

fn spacing(theme: &Theme, style: &mut Style) {
    let space = theme.space();
    let spacing = &mut style.spacing;
    let padding = (theme.density.control - theme.type_sizes().body) / 2.0;
    spacing.item_spacing = vec2(space.m, space.s);
    spacing.button_padding = vec2(space.m, (padding - 2.0).max(1.0).floor());
    spacing.interact_size = vec2(theme.density.control, theme.density.control);
    spacing.window_margin = Margin::same(points(space.l));
    spacing.menu_margin = Margin::same(points(space.s));
    spacing.indent = space.l;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = space.s + space.xs;
    spacing.slider_rail_height = 4.0;
    spacing.combo_height = 320.0;
    spacing.scroll = egui::style::ScrollStyle::solid();
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.bar_inner_margin = 2.0;
    spacing.scroll.bar_outer_margin = 0.0;
}

fn points(distance: f32) -> i8 {
    distance.round().clamp(0.0, 127.0) as i8
}

fn visuals(theme: &Theme) -> Visuals {
    let color = &theme.color;
    let radius = theme.radius();
    let base = match theme.mode {
        Mode::Dark => Visuals::dark(),
        Mode::Light => Visuals::light(),
    };
    let line = Stroke::new(1.0, color.line);
    let mut visuals = Visuals {
        override_text_color: None,
        weak_text_color: Some(color.text2),
        hyperlink_color: color.accent,
        faint_bg_color: color.bg2,
        // the ground on which the handle of a scroll bar runs
        extreme_bg_color: color.bg2,
        text_edit_bg_color: Some(color.bg3),
        code_bg_color: color.bg3,
        warn_fg_color: color.warn,
        error_fg_color: color.danger,
        window_corner_radius: CornerRadius::same(radius.window),
        window_shadow: Shadow::NONE,
        window_fill: color.bg2,
        window_stroke: Stroke::new(1.0, color.line_strong),
        window_highlight_topmost: false,
        menu_corner_radius: CornerRadius::same(radius.card),
        panel_fill: color.bg2,
        popup_shadow: Shadow::NONE,
        button_frame: true,
        collapsing_header_frame: false,
        indent_has_left_vline: false,
        slider_trailing_fill: true,
        image_loading_spinners: false,
        disabled_alpha: 0.5,
        selection: Selection {
            bg_fill: color.selection,
            stroke: Stroke::new(1.0, color.text1),
        },
        widgets: widgets(theme, line),
        ..base
    };
    visuals.text_cursor.stroke = Stroke::new(FOCUS_RING, color.accent);
    visuals.text_cursor.blink = theme.motion().blink;
    visuals
}

fn widgets(theme: &Theme, line: Stroke) -> Widgets {
    let color = &theme.color;
    let border = Stroke::new(1.0, color.line_strong);
    let state = |fill: Color32, border: Stroke, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: border,
        corner_radius: CornerRadius::same(theme.radius().control),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(color.bg2, line, color.text1),
        // the handle of a scroll bar is filled with the strong one, buttons with the weak one
        inactive: WidgetVisuals {
            bg_fill: color.line_strong,
            ..state(color.bg3, border, color.text1)
        },
        hovered: WidgetVisuals {
            bg_fill: color.text3,
            ..state(color.bg5, border, color.text1)
        },
        // egui shows the focused widget as it shows the pressed one.
        active: state(
            color.bg5,
            Stroke::new(FOCUS_RING, color.accent),
            color.text1,
        ),
        open: state(color.selection, border, color.text1),
    }
}
