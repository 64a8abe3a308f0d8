//! Colours, sizes, fonts and icons of the interface, all by name from `assets/theme/tokens.toml`.
//!
//! No other place of the program holds a colour or a size of its own: screens ask a [`Theme`].

mod fonts;
mod style;
mod tokens;

pub use fonts::{ICON_FAMILY, font_definitions, install_fonts};
pub use style::{TEXT_CAPTION, TEXT_FIGURE, TEXT_HEAD, TEXT_ORIENTATION, TEXT_OVERLAY, TEXT_TITLE};
pub use tokens::{
    Colors, Density, DensityFactor, Hatch, LabelColor, Layout, Motion, Outline, Pattern, Radius,
    ReaderStyle, ReaderTokens, Space, Tokens, TypeSizes, ViewportTokens,
};

use std::sync::Arc;

use egui::Color32;

/// Dark or light; viewports are black in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The usual one in a reading room.
    #[default]
    Dark,
    /// For bright rooms.
    Light,
}

/// How much room rows take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowDensity {
    /// Nine tenths of the normal heights.
    High,
    /// The heights of the tokens.
    #[default]
    Normal,
    /// Larger targets.
    Relaxed,
}

/// Everything a screen needs to know about looks. Cheap to clone.
#[derive(Clone)]
pub struct Theme {
    tokens: Arc<Tokens>,
    /// Dark or light.
    pub mode: Mode,
    /// Size of everything, 0.8 to 2.0.
    pub scale: f32,
    /// Colours of the present mode.
    pub color: Colors,
    /// Row heights, in points, at the present density.
    pub density: Density,
}

impl Theme {
    /// The bundled theme.
    ///
    /// # Errors
    /// When a token is missing or no colour; the tests show that the bundled file has all.
    pub fn new(mode: Mode, rows: RowDensity, scale: f32) -> Result<Self, toml::de::Error> {
        let tokens = Arc::new(Tokens::bundled()?);
        Ok(Self::from_tokens(tokens, mode, rows, scale))
    }

    fn from_tokens(tokens: Arc<Tokens>, mode: Mode, rows: RowDensity, scale: f32) -> Self {
        let color = match mode {
            Mode::Dark => tokens.color.dark,
            Mode::Light => tokens.color.light,
        };
        let factor = match rows {
            RowDensity::High => tokens.density.factor.high,
            RowDensity::Normal => tokens.density.factor.normal,
            RowDensity::Relaxed => tokens.density.factor.relaxed,
        };
        let density = tokens.density.scaled(factor);
        Self {
            tokens,
            mode,
            scale: scale.clamp(0.8, 2.0),
            color,
            density,
        }
    }

    /// The same theme with other settings; the file is not read again.
    #[must_use]
    pub fn with(&self, mode: Mode, rows: RowDensity, scale: f32) -> Self {
        Self::from_tokens(Arc::clone(&self.tokens), mode, rows, scale)
    }

    /// Colours of what is written and drawn on an image, which is black in both modes.
    #[must_use]
    pub fn on_image(&self) -> &Colors {
        &self.tokens.color.dark
    }

    /// Text sizes in points.
    pub fn type_sizes(&self) -> &TypeSizes {
        &self.tokens.type_sizes
    }

    /// Distances in points.
    pub fn space(&self) -> &Space {
        &self.tokens.space
    }

    /// Corner radii in points.
    pub fn radius(&self) -> &Radius {
        &self.tokens.radius
    }

    /// Widths of panels and the sizes at which they fold, in points.
    pub fn layout(&self) -> &Layout {
        &self.tokens.layout
    }

    /// Colours and sizes on the image.
    pub fn viewport(&self) -> &ViewportTokens {
        &self.tokens.viewport
    }

    /// How readers A and B and the consensus are told apart.
    pub fn reader(&self) -> &ReaderTokens {
        &self.tokens.reader
    }

    /// Durations.
    pub fn motion(&self) -> &Motion {
        &self.tokens.motion
    }

    /// Label colours in order of assignment.
    pub fn label_palette(&self) -> &[LabelColor] {
        &self.tokens.label.palette
    }

    /// Colour and pattern of the label that is `position`-th (from 0) in its protocol; the palette
    /// begins anew after its end.
    pub fn label(&self, position: usize) -> LabelColor {
        let palette = self.label_palette();
        palette
            .get(position % palette.len().max(1))
            .copied()
            .unwrap_or(LabelColor {
                number: 1,
                color: self.color.accent,
                pattern: Pattern::None,
            })
    }

    /// The icon of a role named in the tokens, as a character of the bundled fonts; a question mark
    /// for a name that is not there (a test looks for such names).
    pub fn icon(&self, name: &str) -> char {
        self.tokens.icons.get(name).map_or('?', |icon| icon.glyph)
    }

    /// Black or white, whichever can be read on `background`.
    pub fn text_on(&self, background: Color32) -> Color32 {
        let [r, g, b, _] = background.to_array().map(f32::from);
        // Relative luminance of sRGB (WCAG 2.x) with its gamma taken as 2.
        let luminance = (0.2126 * r * r + 0.7152 * g * g + 0.0722 * b * b) / (255.0 * 255.0);
        if luminance > 0.18 {
            self.color.bg0
        } else {
            Color32::WHITE
        }
    }

    /// Sets style, text sizes and scale of a context; to be called again when a setting changes.
    pub fn apply(&self, ctx: &egui::Context) {
        style::apply(self, ctx);
    }
}

#[cfg(test)]
mod tests;
