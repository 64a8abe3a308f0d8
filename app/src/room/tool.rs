//! The tools of the reading room: their names, keys, icons and options.

use serde::Serialize;

/// A tool that can be held in the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Selects findings.
    Select,
    /// Moves the picture.
    Pan,
    /// Changes the grey levels.
    Window,
    /// Zooms.
    Zoom,
    /// Puts all viewports at one place in the patient.
    Crosshair,
    /// Paints.
    Brush,
    /// Erases.
    Eraser,
    /// Paints what lies in a range of values.
    ThresholdBrush,
    /// Paints up to edges.
    AdaptiveBrush,
    /// Draws a box.
    Box2d,
    /// Places a point.
    Point,
}

/// An option of a tool, as `dokuei tools` lists it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ToolOption {
    /// Name in scripts.
    pub name: &'static str,
    /// Unit, empty where it has none.
    pub unit: &'static str,
    /// Value at first.
    pub default: Option<f64>,
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
}

impl Tool {
    /// Every tool, in the order of the panel.
    pub const ALL: [Self; 11] = [
        Self::Select,
        Self::Pan,
        Self::Window,
        Self::Zoom,
        Self::Crosshair,
        Self::Brush,
        Self::Eraser,
        Self::ThresholdBrush,
        Self::AdaptiveBrush,
        Self::Box2d,
        Self::Point,
    ];

    /// Its name in scripts and keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Pan => "pan",
            Self::Window => "window",
            Self::Zoom => "zoom",
            Self::Crosshair => "crosshair",
            Self::Brush => "brush",
            Self::Eraser => "eraser",
            Self::ThresholdBrush => "threshold_brush",
            Self::AdaptiveBrush => "adaptive_brush",
            Self::Box2d => "box2d",
            Self::Point => "point",
        }
    }

    /// The key of its name on the screen.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Select => "tool-select",
            Self::Pan => "tool-pan",
            Self::Window => "tool-window",
            Self::Zoom => "tool-zoom",
            Self::Crosshair => "tool-crosshair",
            Self::Brush => "tool-brush",
            Self::Eraser => "tool-eraser",
            Self::ThresholdBrush => "tool-threshold-brush",
            Self::AdaptiveBrush => "tool-adaptive-brush",
            Self::Box2d => "tool-box2d",
            Self::Point => "tool-point",
        }
    }

    /// The key of its hint.
    #[must_use]
    pub const fn hint_key(self) -> &'static str {
        match self {
            Self::Select => "tool-select-hint",
            Self::Pan => "tool-pan-hint",
            Self::Window => "tool-window-hint",
            Self::Zoom => "tool-zoom-hint",
            Self::Crosshair => "tool-crosshair-hint",
            Self::Brush => "tool-brush-hint",
            Self::Eraser => "tool-eraser-hint",
            Self::ThresholdBrush => "tool-threshold-brush-hint",
            Self::AdaptiveBrush => "tool-adaptive-brush-hint",
            Self::Box2d => "tool-box2d-hint",
            Self::Point => "tool-point-hint",
        }
    }

    /// Its icon in the theme.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Window => "window_level",
            other => other.id(),
        }
    }

    /// Whether it changes the work.
    #[must_use]
    pub const fn draws(self) -> bool {
        self.is_brush() || matches!(self, Self::Box2d | Self::Point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_tool_has_a_name_of_its_own_texts_and_an_icon() {
        let theme = crate::theme::Theme::new(
            crate::theme::Mode::Dark,
            crate::theme::RowDensity::Normal,
            1.0,
        )
        .expect("the bundled theme");
        let words = crate::language::Words::new(crate::language::Language::Ja);
        let ids: HashSet<_> = Tool::ALL.iter().map(|t| t.id()).collect();
        assert_eq!(ids.len(), Tool::ALL.len());
        for tool in Tool::ALL {
            assert!(
                words.has(tool.text_key()) && words.has(tool.hint_key()),
                "{tool:?}"
            );
            assert_ne!(theme.icon(tool.icon()), '\0');
        }
    }
}
