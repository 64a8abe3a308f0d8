//! The form of `assets/theme/tokens.toml`.

use std::collections::BTreeMap;

use egui::Color32;
use serde::{Deserialize, Deserializer};

/// All tokens as they stand in the file.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    /// Colours of both modes.
    pub color: ColorModes,
    /// On the image.
    pub viewport: ViewportTokens,
    /// Readers.
    pub reader: ReaderTokens,
    /// Labels.
    pub label: LabelTokens,
    /// Text.
    #[serde(rename = "type")]
    pub type_sizes: TypeSizes,
    /// Distances.
    pub space: Space,
    /// Corners.
    pub radius: Radius,
    /// Row heights.
    pub density: Density,
    /// Panels.
    pub layout: Layout,
    /// Durations.
    pub motion: Motion,
    /// Icons by role.
    #[serde(rename = "icon")]
    pub icons: BTreeMap<String, Icon>,
}

impl Tokens {
    /// The file that is built into the program.
    ///
    /// # Errors
    /// When a token is missing or has no such form.
    pub fn bundled() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../assets/theme/tokens.toml"))
    }
}

/// Both modes.
#[derive(Clone, Debug, Deserialize)]
pub struct ColorModes {
    /// Dark.
    pub dark: Colors,
    /// Light.
    pub light: Colors,
}

/// Colours of the interface; what each is for stands in the tokens file.
#[derive(Clone, Copy, Debug, Deserialize)]
#[allow(missing_docs, reason = "the tokens file says what each colour is for")]
pub struct Colors {
    #[serde(deserialize_with = "color")]
    pub bg0: Color32,
    #[serde(deserialize_with = "color")]
    pub bg1: Color32,
    #[serde(deserialize_with = "color")]
    pub bg2: Color32,
    #[serde(deserialize_with = "color")]
    pub bg3: Color32,
    #[serde(deserialize_with = "color")]
    pub bg4: Color32,
    #[serde(deserialize_with = "color")]
    pub bg5: Color32,
    #[serde(deserialize_with = "color")]
    pub line: Color32,
    #[serde(deserialize_with = "color")]
    pub line_strong: Color32,
    #[serde(deserialize_with = "color")]
    pub text1: Color32,
    #[serde(deserialize_with = "color")]
    pub text2: Color32,
    #[serde(deserialize_with = "color")]
    pub text3: Color32,
    #[serde(deserialize_with = "color")]
    pub accent: Color32,
    #[serde(deserialize_with = "color")]
    pub accent_fill: Color32,
    #[serde(deserialize_with = "color")]
    pub selection: Color32,
    #[serde(deserialize_with = "color")]
    pub danger: Color32,
    #[serde(deserialize_with = "color")]
    pub danger_fill: Color32,
    #[serde(deserialize_with = "color")]
    pub warn: Color32,
    #[serde(deserialize_with = "color")]
    pub ok: Color32,
    #[serde(deserialize_with = "color")]
    pub a: Color32,
    #[serde(deserialize_with = "color")]
    pub b: Color32,
    #[serde(deserialize_with = "color")]
    pub c: Color32,
    #[serde(deserialize_with = "color")]
    pub overlay: Color32,
    #[serde(deserialize_with = "color")]
    pub measure: Color32,
}

/// Colours and sizes on the image; the same in both modes.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "the tokens file says what each is for")]
pub struct ViewportTokens {
    #[serde(deserialize_with = "color")]
    pub background: Color32,
    #[serde(deserialize_with = "color")]
    pub border_active: Color32,
    #[serde(deserialize_with = "color")]
    pub border_linked: Color32,
    #[serde(deserialize_with = "color")]
    pub border_idle: Color32,
    #[serde(deserialize_with = "color")]
    pub axial: Color32,
    #[serde(deserialize_with = "color")]
    pub coronal: Color32,
    #[serde(deserialize_with = "color")]
    pub sagittal: Color32,
    #[serde(deserialize_with = "color")]
    pub seen: Color32,
    #[serde(deserialize_with = "color")]
    pub unseen: Color32,
    /// Opacity of a mask's fill, 0 to 1.
    pub mask_fill_alpha: f32,
    /// Width of a mask's outline in points.
    pub outline_px: f32,
    /// Height of the coverage strip in points.
    pub coverage_px: f32,
}

/// How the works of one case are told apart.
#[derive(Clone, Debug, Deserialize)]
pub struct ReaderTokens {
    /// Reader A.
    pub a: ReaderStyle,
    /// Reader B.
    pub b: ReaderStyle,
    /// The adjudicated result.
    pub consensus: ReaderStyle,
    /// Length of dash and gap in points.
    pub dash: [f32; 2],
    /// Distance of hatch lines in points.
    pub hatch_pitch_px: f32,
}

/// Line and hatch of one work.
#[derive(Clone, Debug, Deserialize)]
pub struct ReaderStyle {
    /// Name of the colour among [`Colors`]: `a`, `b` or `c`.
    pub color: String,
    /// Line of its outlines.
    pub outline: Outline,
    /// Hatch of what only this work has.
    pub hatch: Hatch,
}

/// Line of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Outline {
    Solid,
    Dashed,
    Double,
}

/// Hatch of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Hatch {
    None,
    Slash,
    Backslash,
}

/// Label colours.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelTokens {
    /// In order of assignment.
    pub palette: Vec<LabelColor>,
}

/// Colour of a label, and the pattern that tells it from the others where colour does not.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct LabelColor {
    /// From 1.
    #[serde(rename = "n")]
    pub number: u8,
    /// At least 5.2 : 1 on black.
    #[serde(deserialize_with = "color")]
    pub color: Color32,
    /// None for the first eight, which differ by colour alone.
    pub pattern: Pattern,
}

/// Fill pattern of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Pattern {
    None,
    Slash,
    Backslash,
    Dot,
    Grid,
    Horizontal,
    Vertical,
    Cross,
    Ring,
}

/// Text sizes in points at scale 1.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their use")]
pub struct TypeSizes {
    pub caption: f32,
    pub small: f32,
    pub body: f32,
    pub head: f32,
    pub title: f32,
    pub figure: f32,
    pub overlay: f32,
    pub orientation: f32,
    /// Height of a line over the text size.
    pub line_height: f32,
}

/// Distances in points.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their size")]
pub struct Space {
    pub xs: f32,
    pub s: f32,
    pub m: f32,
    pub l: f32,
    pub xl: f32,
    pub xxl: f32,
}

/// Corner radii in points.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their use")]
pub struct Radius {
    pub small: u8,
    pub control: u8,
    pub card: u8,
    pub window: u8,
}

/// Heights in points.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their use")]
pub struct Density {
    pub table_tight: f32,
    pub table: f32,
    pub table_thumb: f32,
    pub list_two_line: f32,
    pub control: f32,
    pub control_small: f32,
    pub control_large: f32,
    pub tool_button: f32,
    pub header: f32,
    pub bar: f32,
    pub status: f32,
    /// Factors of the three densities.
    pub factor: DensityFactor,
}

/// Factors of the three densities.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their use")]
pub struct DensityFactor {
    pub high: f32,
    pub normal: f32,
    pub relaxed: f32,
}

impl Density {
    /// All heights times `factor`, on whole points.
    #[must_use]
    pub fn scaled(&self, factor: f32) -> Self {
        let height = |points: f32| (points * factor).round();
        Self {
            table_tight: height(self.table_tight),
            table: height(self.table),
            table_thumb: height(self.table_thumb),
            list_two_line: height(self.list_two_line),
            control: height(self.control),
            control_small: height(self.control_small),
            control_large: height(self.control_large),
            tool_button: height(self.tool_button),
            header: height(self.header),
            bar: height(self.bar),
            status: height(self.status),
            factor: self.factor.clone(),
        }
    }
}

/// Widths in points, and window widths below which panels fold.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "named after their use")]
pub struct Layout {
    pub left_panel: f32,
    pub right_panel: f32,
    pub series_strip: f32,
    pub min_window: [f32; 2],
    pub collapse_left_below: f32,
    pub collapse_strip_below: f32,
}

/// Durations.
#[derive(Clone, Debug, Deserialize)]
pub struct Motion {
    /// Of every transition that has no own figure, in milliseconds.
    pub default_ms: u32,
    /// Of a folding panel, in milliseconds.
    pub panel_ms: u32,
    /// The longest allowed, in milliseconds.
    pub max_ms: u32,
    /// How long a notice stays, in seconds.
    pub notification_s: f32,
    /// Whether the text cursor blinks.
    pub blink: bool,
}

/// One icon.
#[derive(Clone, Debug, Deserialize)]
pub struct Icon {
    /// Its character in the bundled icon font.
    #[serde(deserialize_with = "code_point")]
    pub glyph: char,
    /// Its name at Phosphor Icons.
    pub phosphor: String,
}

/// `#RRGGBB`.
fn color<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(deserializer)?;
    Color32::from_hex(&text)
        .map_err(|_| serde::de::Error::custom(format!("{text} is no colour of the form #RRGGBB")))
}

/// `U+XXXX`.
fn code_point<'de, D: Deserializer<'de>>(deserializer: D) -> Result<char, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.strip_prefix("U+")
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32)
        .ok_or_else(|| serde::de::Error::custom(format!("{text} is no code point U+XXXX")))
}
