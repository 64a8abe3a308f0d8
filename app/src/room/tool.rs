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
    pub const ALL: [Self; 9] = [
        Self::Select,
        Self::Pan,
        Self::Window,
        Self::Zoom,
        Self::Crosshair,
        Self::Brush,
        Self::Eraser,
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
        matches!(self, Self::Brush | Self::Eraser | Self::Box2d | Self::Point)
    }
}

/// What the brushes remember.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushOptions {
    /// Diameter.
    pub diameter_mm: f32,
    /// A ball through the planes instead of a disc in one.
    pub is_ball: bool,
    /// Paint only voxels whose value lies in the range.
    pub is_gated: bool,
    /// The range, in the unit of the image.
    pub gate: [f32; 2],
    /// Leave voxels of other labels alone.
    pub keeps_others: bool,
}

impl BrushOptions {
    /// Least and greatest diameter in mm.
    pub const DIAMETER_MM: std::ops::RangeInclusive<f32> = 0.5..=200.0;
}

impl Default for BrushOptions {
    fn default() -> Self {
        Self {
            diameter_mm: 8.0,
            is_ball: false,
            is_gated: false,
            gate: [-550.0, 200.0],
            keeps_others: false,
        }
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
