//! The pages of the settings, and the settings by name, so that they are found by searching.

use super::State;
use crate::language::{Language, Words};
use crate::search::Entry;
use crate::widgets::{Look, label, paragraph, text_field};
use egui::{Align2, CornerRadius, FontId, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// A page of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// What is changed most.
    #[default]
    Common,
    /// Language, colours, sizes.
    Appearance,
    /// The mouse.
    Mouse,
    /// The table of keys.
    Keys,
    /// The machine, and the file of settings.
    Device,
}

impl Page {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 5] = [
        Self::Common,
        Self::Appearance,
        Self::Mouse,
        Self::Keys,
        Self::Device,
    ];

    /// The key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Common => "settings-page-common",
            Self::Appearance => "settings-page-appearance",
            Self::Mouse => "settings-page-mouse",
            Self::Keys => "settings-page-keys",
            Self::Device => "settings-page-device",
        }
    }
}

/// A setting by name.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// The key of its name.
    pub text_key: &'static str,
    /// How the Japanese name is read.
    pub reading: &'static str,
    /// Other words by which people look for it, in either language.
    pub synonyms: &'static [&'static str],
    /// Where it is.
    pub page: Page,
}

const fn thing(
    text_key: &'static str,
    reading: &'static str,
    synonyms: &'static [&'static str],
    page: Page,
) -> Thing {
    Thing {
        text_key,
        reading,
        synonyms,
        page,
    }
}

/// Every setting.
pub const THINGS: [Thing; 11] = [
    thing(
        "settings-language",
        "げんご",
        &["日本語", "English", "にほんご"],
        Page::Appearance,
    ),
    thing(
        "settings-theme",
        "てーま",
        &[
            "dark",
            "light",
            "暗い",
            "明るい",
            "配色",
            "はいしょく",
            "colours",
        ],
        Page::Appearance,
    ),
    thing(
        "settings-scale",
        "もじのおおきさ",
        &["zoom", "font size", "拡大", "フォント"],
        Page::Appearance,
    ),
    thing(
        "settings-density",
        "みつど",
        &["row height", "行の高さ"],
        Page::Appearance,
    ),
    thing(
        "settings-mouse",
        "まうすのかた",
        &[
            "Slicer",
            "OsiriX",
            "Horos",
            "Synapse",
            "wheel",
            "drag",
            "ホイール",
            "ドラッグ",
        ],
        Page::Mouse,
    ),
    thing(
        "settings-keys",
        "きー",
        &[
            "shortcut",
            "keyboard",
            "ショートカット",
            "キーボード",
            "割り当て",
        ],
        Page::Keys,
    ),
    thing(
        "settings-renderer",
        "びょうがそうち",
        &["GPU", "CPU", "graphics"],
        Page::Device,
    ),
    thing(
        "settings-memory",
        "めもりー",
        &["RAM", "使用量"],
        Page::Device,
    ),
    thing(
        "settings-file",
        "せっていのほぞんばしょ",
        &["settings.json", "folder"],
        Page::Device,
    ),
    thing(
        "settings-write",
        "せっていをかきだす",
        &["export", "backup"],
        Page::Device,
    ),
    thing(
        "settings-read",
        "せっていをよみこむ",
        &["import", "restore"],
        Page::Device,
    ),
];

impl Thing {
    /// The setting with its names in both languages.
    #[must_use]
    pub fn entry(&self, words: &Words, other: &Words) -> Entry {
        let name_in = |language| {
            let of = if words.language() == language {
                words
            } else {
                other
            };
            of.t(self.text_key)
        };
        Entry {
            ja: name_in(Language::Ja),
            en: name_in(Language::En),
            kana: self.reading.to_owned(),
            synonyms: self.synonyms.iter().map(|s| (*s).to_owned()).collect(),
            ..Entry::default()
        }
    }
}

/// Draws the pages, or the settings that are looked for.
pub(super) fn pages_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let hint = look.t("settings-search");
    let width = ui.available_width();
    text_field(ui, look, &hint, &hint, &mut state.search, width, false);
    ui.add_space(6.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    if state.search.trim().is_empty() {
        for page in Page::ALL {
            let name = look.t(page.text_key());
            if line_ui(ui, look, &name, "", state.page == page) && state.page != page {
                state.open(page);
            }
        }
    } else {
        found_ui(ui, look, state);
    }
    ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
        let size = theme.type_sizes().small;
        paragraph(
            ui,
            look,
            look.t("settings-at-once"),
            size,
            theme.color.text2,
        );
    });
}

fn found_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let search = state.search.clone();
    let hits = state.finder(look).things.find(&search, 20, |_| true);
    if hits.is_empty() {
        let none = look.t("settings-none");
        label(ui, none, theme.type_sizes().body, theme.color.text2);
    }
    for thing in hits.iter().filter_map(|hit| THINGS.get(hit.entry)) {
        let name = look.t(thing.text_key);
        let page = look.t(thing.page.text_key());
        if line_ui(ui, look, &name, &page, false) {
            state.open(thing.page);
        }
    }
}

/// A line of the list; whether it was pressed.
fn line_ui(ui: &mut Ui, look: Look<'_>, name: &str, remark: &str, is_open: bool) -> bool {
    let theme = look.theme;
    let height = theme.density.control_large;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_open, name));
    let ground = if is_open {
        Some(theme.color.selection)
    } else if response.hovered() || response.has_focus() {
        Some(theme.color.bg4)
    } else {
        None
    };
    let paint = ui.painter();
    if let Some(ground) = ground {
        paint.rect_filled(rect, CornerRadius::ZERO, ground);
    }
    if is_open {
        let mark = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        paint.rect_filled(mark, CornerRadius::ZERO, theme.color.accent);
    }
    let (body, small) = (theme.type_sizes().body, theme.type_sizes().small);
    let ink = theme.color.text1;
    let at = rect.left_center() + vec2(10.0, 0.0);
    paint.text(
        at,
        Align2::LEFT_CENTER,
        name,
        FontId::proportional(body),
        ink,
    );
    let at = rect.right_center() - vec2(8.0, 0.0);
    let ink = theme.color.text2;
    paint.text(
        at,
        Align2::RIGHT_CENTER,
        remark,
        FontId::proportional(small),
        ink,
    );
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Index;

    #[test]
    fn settings_are_found_in_both_languages_by_name_reading_and_other_words() {
        let (ja, en) = (Words::new(Language::Ja), Words::new(Language::En));
        let entries: Vec<_> = THINGS.iter().map(|thing| thing.entry(&ja, &en)).collect();
        let index = Index::new(&entries);
        for (typed, key) in [
            ("言語", "settings-language"),
            ("gengo", "settings-language"),
            ("language", "settings-language"),
            ("moji", "settings-scale"),
            ("Text size", "settings-scale"),
            ("dark", "settings-theme"),
            ("synapse", "settings-mouse"),
            ("gpu", "settings-renderer"),
            ("kakidasu", "settings-write"),
        ] {
            let hits = index.find(typed, 5, |_| true);
            let found = hits.iter().any(|hit| THINGS[hit.entry].text_key == key);
            assert!(found, "{typed}: {hits:?}");
        }
    }
}
