//! Buttons: plain, primary, destructive, and those that hold an icon only.

use super::text::{border, key_cap_size, paint_key_cap};
use super::{Look, icon_family};
use egui::{
    Align2, Color32, CornerRadius, FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    Widget, WidgetInfo, vec2,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Primary,
    Link,
    Coloured(Color32),
}

/// A button with a text, and where wanted an icon, a key and a weight.
pub struct Button<'a> {
    look: Look<'a>,
    text: String,
    name: Option<String>,
    icon: Option<&'a str>,
    keys: Option<&'a str>,
    kind: Kind,
    width: Option<f32>,
    height: f32,
    enabled: bool,
    selected: bool,
}

impl<'a> Button<'a> {
    /// A plain button.
    #[must_use]
    pub fn new(look: Look<'a>, text: impl Into<String>) -> Self {
        Self {
            look,
            text: text.into(),
            name: None,
            icon: None,
            keys: None,
            kind: Kind::Plain,
            width: None,
            height: look.theme.density.control,
            enabled: true,
            selected: false,
        }
    }

    /// The one that goes on with the work.
    #[must_use]
    pub const fn primary(mut self) -> Self {
        self.kind = Kind::Primary;
        self
    }

    /// Words that act, without a border.
    #[must_use]
    pub const fn link(mut self) -> Self {
        self.kind = Kind::Link;
        self
    }

    /// A border and text in a reader's colour.
    #[must_use]
    pub const fn coloured(mut self, color: Color32) -> Self {
        self.kind = Kind::Coloured(color);
        self
    }

    /// An icon before the text.
    #[must_use]
    pub const fn icon(mut self, name: &'a str) -> Self {
        self.icon = Some(name);
        self
    }

    /// The keys that do the same.
    #[must_use]
    pub const fn keys(mut self, keys: &'a str) -> Self {
        self.keys = Some(keys);
        self
    }

    /// A fixed width.
    #[must_use]
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// The tall form, for the one great act of a panel.
    #[must_use]
    pub fn tall(mut self) -> Self {
        self.height = self.look.theme.density.control_large;
        self
    }

    /// Whether it may be pressed.
    #[must_use]
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Whether it shows the present choice.
    #[must_use]
    pub const fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Another accessible name than the text.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn colours(&self, response: &Response) -> (Color32, Color32, Color32) {
        let color = &self.look.theme.color;
        let over = response.hovered() || response.has_focus();
        if !self.enabled {
            return (color.bg3, color.text3, color.line);
        }
        match self.kind {
            Kind::Primary if over => (
                color.accent_fill.gamma_multiply(1.15),
                Color32::WHITE,
                color.accent,
            ),
            Kind::Primary => (color.accent_fill, Color32::WHITE, color.accent_fill),
            Kind::Link => (Color32::TRANSPARENT, color.accent, Color32::TRANSPARENT),
            Kind::Coloured(c) => (
                if self.selected {
                    color.selection
                } else if over {
                    color.bg4
                } else {
                    color.bg3
                },
                c,
                c,
            ),
            Kind::Plain if self.selected => (color.selection, color.text1, color.accent),
            Kind::Plain => (
                if over { color.bg4 } else { color.bg3 },
                color.text1,
                color.line_strong,
            ),
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let look = self.look;
        let theme = look.theme;
        let font = FontId::proportional(theme.type_sizes().body);
        let galley = ui
            .painter()
            .layout_no_wrap(self.text.clone(), font, Color32::PLACEHOLDER);
        let gap = if self.text.is_empty() { 0.0 } else { 8.0 };
        let icon_width = if self.icon.is_some() {
            theme.type_sizes().body + gap
        } else {
            0.0
        };
        let cap = self.keys.map(|keys| key_cap_size(ui, look, keys));
        let cap_width = cap.map_or(0.0, |size| size.x + 8.0);
        let padding = if self.kind == Kind::Link { 4.0 } else { 20.0 };
        let content = icon_width + galley.size().x + cap_width;
        let size = vec2(self.width.unwrap_or(content + padding), self.height);
        let sense = if self.enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let name = self.name.clone().unwrap_or_else(|| self.text.clone());
        let (enabled, selected) = (self.enabled, self.selected);
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, selected, &name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let (ground, text, line) = self.colours(&response);
        ui.painter()
            .rect_filled(rect, CornerRadius::same(3), ground);
        border(ui, rect, line);
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect,
                CornerRadius::same(3),
                Stroke::new(2.0, theme.color.accent),
                StrokeKind::Outside,
            );
        }
        let mut x = rect.center().x - content / 2.0;
        if let Some(icon) = self.icon {
            let at = egui::pos2(x + theme.type_sizes().body / 2.0, rect.center().y);
            ui.painter().text(
                at,
                Align2::CENTER_CENTER,
                theme.icon(icon),
                FontId::new(theme.type_sizes().body + 2.0, icon_family()),
                text,
            );
            x += icon_width;
        }
        let at = egui::pos2(x, rect.center().y - galley.size().y / 2.0);
        x += galley.size().x + 8.0;
        ui.painter()
            .galley_with_override_text_color(at, galley, text);
        if let (Some(keys), Some(cap)) = (self.keys, cap) {
            let place =
                egui::Rect::from_min_size(egui::pos2(x, rect.center().y - cap.y / 2.0), cap);
            let (on, under) = match self.kind {
                _ if !enabled => (text, theme.color.bg4),
                Kind::Primary => (Color32::WHITE, Color32::from_black_alpha(60)),
                _ => (theme.color.text2, theme.color.bg4),
            };
            paint_key_cap(ui, look, place, keys, on, under);
        }
        response.on_hover_cursor(egui::CursorIcon::PointingHand)
    }
}

/// A square button with an icon, its key small in the corner, and its name as a tip.
pub fn icon_button(
    ui: &mut Ui,
    look: Look<'_>,
    icon: &str,
    name: &str,
    keys: &str,
    selected: bool,
) -> Response {
    let theme = look.theme;
    let side = theme.density.tool_button;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, name));
    let ground = if selected {
        theme.color.selection
    } else if response.hovered() {
        theme.color.bg4
    } else {
        Color32::TRANSPARENT
    };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(3), ground);
    if selected || response.has_focus() {
        border(ui, rect, theme.color.accent);
    }
    let color = if selected {
        theme.color.text1
    } else {
        theme.color.text2
    };
    let centre = rect.center() - vec2(if keys.is_empty() { 0.0 } else { 2.0 }, 1.0);
    ui.painter().text(
        centre,
        Align2::CENTER_CENTER,
        theme.icon(icon),
        FontId::new(17.0, icon_family()),
        color,
    );
    if !keys.is_empty() {
        let corner = rect.right_bottom() - vec2(2.0, 1.0);
        ui.painter().text(
            corner,
            Align2::RIGHT_BOTTOM,
            keys,
            FontId::proportional(9.0),
            theme.color.text3,
        );
    }
    let tip = if keys.is_empty() {
        name.to_owned()
    } else {
        format!("{name}  {keys}")
    };
    response.on_hover_text(tip)
}
