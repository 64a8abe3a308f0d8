//! The bundled fonts: Japanese text, icons; fonts of the system come behind them.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// Family that asks the icon font first, for text that is an icon alone.
pub const ICON_FAMILY: &str = "icon";

const TEXT: &str = "BIZ UDPGothic";
const ICONS: &str = "Phosphor";

const TEXT_FONT: &[u8] =
    include_bytes!("../../../assets/fonts/BIZUDPGothic-Regular-subset.ttf.zst");
const ICON_FONT: &[u8] = include_bytes!("../../../assets/fonts/Phosphor-subset.ttf.zst");

/// The bundled fonts for every family of egui. Unpacking takes a few milliseconds.
///
/// # Errors
/// When a bundled font cannot be unpacked, which a test rules out.
pub fn font_definitions() -> std::io::Result<FontDefinitions> {
    let mut fonts = FontDefinitions::empty();
    for (name, packed) in [(TEXT, TEXT_FONT), (ICONS, ICON_FONT)] {
        let data = FontData::from_owned(zstd::decode_all(packed)?);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let text_first = vec![TEXT.to_owned(), ICONS.to_owned()];
    let icons_first = vec![ICONS.to_owned(), TEXT.to_owned()];
    for (family, names) in [
        (FontFamily::Proportional, text_first.clone()),
        (FontFamily::Monospace, text_first),
        (FontFamily::Name(ICON_FAMILY.into()), icons_first),
    ] {
        fonts.families.insert(family, names);
    }
    Ok(fonts)
}

/// Gives a context the bundled fonts, and boxes instead of a panic for characters that no font has.
///
/// To be called before the first frame of a context: fonts set during a frame are there in the next.
///
/// # Errors
/// As [`font_definitions`].
pub fn install_fonts(ctx: &egui::Context) -> std::io::Result<()> {
    ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
    ctx.set_fonts(font_definitions()?);
    Ok(())
}
