use std::path::{Path, PathBuf};

use super::*;

fn fonts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fonts")
}

fn theme(mode: Mode) -> Theme {
    Theme::new(mode, RowDensity::Normal, 1.0).unwrap()
}

/// True when one of the bundled fonts, without any of the system's, draws the character.
fn is_bundled(fonts: &mut egui::epaint::text::FontsView<'_>, c: char) -> bool {
    fonts.has_glyph(&egui::FontId::proportional(13.0), c)
}

fn with_fonts(check: impl FnOnce(&mut egui::epaint::text::FontsView<'_>)) {
    let ctx = egui::Context::default();
    install_fonts(&ctx).unwrap();
    let mut output = ctx.run_ui(egui::RawInput::default(), |_| {});
    output.textures_delta.clear();
    ctx.fonts_mut(|fonts| check(fonts));
}

#[test]
fn bundled_fonts_take_at_most_one_and_a_half_megabytes() {
    let bytes: u64 = std::fs::read_dir(fonts_folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".zst"))
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    assert!(bytes > 0 && bytes <= 1_500_000, "{bytes} bytes");
}

#[test]
fn licences_and_recipe_lie_beside_the_fonts() {
    for name in [
        "README.md",
        "make_fonts.py",
        "OFL.txt",
        "PHOSPHOR-LICENSE.txt",
    ] {
        assert!(fonts_folder().join(name).is_file(), "{name}");
    }
}

#[test]
fn the_text_font_has_every_kana_and_every_kanji_of_jis_levels_one_and_two() {
    let table = std::fs::read_to_string(fonts_folder().join("jis-x-0208.txt")).unwrap();
    let characters: Vec<char> = table.chars().filter(|&c| c != '\n').collect();
    assert_eq!(characters.len(), 6879);
    assert!(characters.contains(&'あ') && characters.contains(&'亜') && characters.contains(&'熙'));
    with_fonts(|fonts| {
        let missing: String = characters
            .into_iter()
            .filter(|&c| !is_bundled(fonts, c))
            .collect();
        assert_eq!(missing, "");
        assert!(!is_bundled(fonts, '\u{10FFFF}'), "the test can fail");
    });
}

#[test]
fn every_icon_of_the_tokens_is_in_the_icon_font() {
    let tokens = Tokens::bundled().unwrap();
    assert!(tokens.icons.len() > 90);
    with_fonts(|fonts| {
        for (name, icon) in &tokens.icons {
            assert!(is_bundled(fonts, icon.glyph), "{name}");
        }
    });
}

#[test]
fn a_character_that_no_font_has_is_drawn_as_a_box() {
    let ctx = egui::Context::default();
    install_fonts(&ctx).unwrap();
    assert_eq!(ctx.missing_glyph_policy(), egui::MissingGlyphPolicy::Tofu);
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        ui.label("森\u{9DD7}外 \u{20BB7}\u{10FFFF}");
    });
    assert!(!output.shapes.is_empty());
    output.textures_delta.clear();
}

#[test]
fn less_or_equal_points_to_the_left_and_greater_or_equal_to_the_right() {
    // where the topmost ink of a sign lies, from 0 (left) to 1 (right)
    let top_ink = |fonts: &mut egui::epaint::text::FontsView<'_>, sign: &str| -> f32 {
        let font = egui::FontId::proportional(48.0);
        let galley = fonts.layout_no_wrap(sign.to_owned(), font, Color32::WHITE);
        let uv = galley.rows[0].glyphs[0].uv_rect;
        let image = fonts.image();
        let [left, right] = [uv.min[0], uv.max[0]].map(usize::from);
        let row = |y: usize| {
            (left..right)
                .filter(|x| image[(*x, y)].a() > 128)
                .collect::<Vec<_>>()
        };
        let rows = usize::from(uv.min[1])..usize::from(uv.max[1]);
        let ink = rows
            .map(row)
            .find(|ink| !ink.is_empty())
            .expect("the sign has ink");
        let middle = (ink[0] + ink[ink.len() - 1]) as f32 / 2.0;
        (middle - left as f32) / (right - left) as f32
    };
    with_fonts(|fonts| {
        for sign in ["<", "≤"] {
            assert!(top_ink(fonts, sign) > 0.6, "{sign}");
        }
        for sign in [">", "≥"] {
            assert!(top_ink(fonts, sign) < 0.4, "{sign}");
        }
    });
}

#[test]
fn digits_have_one_width_so_that_columns_stand_under_each_other() {
    with_fonts(|fonts| {
        let font = egui::FontId::proportional(13.0);
        let width = fonts.glyph_width(&font, '0');
        for digit in '1'..='9' {
            assert!(
                (fonts.glyph_width(&font, digit) - width).abs() < 0.01,
                "{digit}"
            );
        }
    });
}

#[test]
fn both_modes_keep_the_viewport_black_and_differ_in_their_text() {
    let (dark, light) = (theme(Mode::Dark), theme(Mode::Light));
    assert_eq!(dark.viewport().background, Color32::BLACK);
    assert_eq!(light.color.bg0, Color32::BLACK);
    assert_ne!(dark.color.text1, light.color.text1);
}

#[test]
fn labels_beyond_the_palette_begin_anew_and_keep_their_pattern() {
    let theme = theme(Mode::Dark);
    assert_eq!(theme.label_palette().len(), 24);
    assert_eq!(theme.label(24), theme.label(0));
    assert_eq!(theme.label(0).pattern, Pattern::None);
    assert_ne!(theme.label(8).pattern, Pattern::None);
}

#[test]
fn applying_the_theme_sets_text_sizes_and_scale() {
    let ctx = egui::Context::default();
    install_fonts(&ctx).unwrap();
    theme(Mode::Dark)
        .with(Mode::Dark, RowDensity::Relaxed, 1.5)
        .apply(&ctx);
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        assert_eq!(egui::TextStyle::Body.resolve(ui.style()).size, 13.0);
        assert_eq!(ui.ctx().zoom_factor(), 1.5);
    });
    output.textures_delta.clear();
}

/// The contrast of two colours after WCAG 2: 1 to 21.
fn contrast(one: Color32, other: Color32) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let light =
        |c: Color32| 0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b());
    let (a, b) = (light(one) + 0.05, light(other) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn every_text_can_be_read_on_every_ground_it_is_written_on() {
    assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-9);
    for mode in [Mode::Dark, Mode::Light] {
        let c = theme(mode).color;
        let grounds = [c.bg1, c.bg2, c.bg3, c.bg4];
        let texts = [
            c.text1, c.text2, c.text3, c.accent, c.danger, c.warn, c.ok, c.a, c.b,
        ];
        for (place, text) in texts.into_iter().enumerate() {
            for ground in grounds {
                let found = contrast(text, ground);
                assert!(
                    found >= 4.5,
                    "{mode:?}: text {place} on {ground:?}: {found:.2}"
                );
            }
        }
        // On a selected row.
        for text in [c.text1, c.text2, c.a, c.b] {
            assert!(contrast(text, c.selection) >= 4.5, "{mode:?}: {text:?}");
        }
        for fill in [c.accent_fill, c.danger_fill] {
            assert!(contrast(Color32::WHITE, fill) >= 4.5, "{mode:?}: {fill:?}");
        }
        for ground in [c.bg1, c.bg2, c.bg3] {
            assert!(
                contrast(c.line_strong, ground) >= 3.0,
                "{mode:?}: {ground:?}"
            );
        }
    }
}
