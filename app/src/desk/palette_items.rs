//! What the palette lists: acts, labels, terms, cases, settings, with all their names.

use super::palette_acts::{BACKUP, icon_of, icon_of_image, place_of};
use super::{Command, Desk, Screen};
use crate::keys::{Action, Context};
use crate::language::{Language, Words};
use crate::room::{ImageAct, Question, Room, pattern_of};
use crate::screens::palette::{Deed, Item, Kind};
use crate::screens::settings::{Change, THINGS};
use crate::search::Entry;
use annotation_format::terms::Terms;
use annotation_format::{Attribute, Choice, Code, Label};
use egui::Color32;

/// The words of the screen, and those of the other language.
pub(super) struct BothWords<'a> {
    pub(super) shown: &'a Words,
    pub(super) other: &'a Words,
}

impl BothWords<'_> {
    fn of(&self, language: Language) -> &Words {
        if self.shown.language() == language {
            self.shown
        } else {
            self.other
        }
    }

    /// An entry by what names it in a language.
    fn entry(&self, name: impl Fn(&Words) -> String, kana: &str) -> Entry {
        Entry {
            ja: name(self.of(Language::Ja)),
            en: name(self.of(Language::En)),
            kana: kana.to_owned(),
            ..Entry::default()
        }
    }
}

impl Desk {
    /// Everything that the palette can find now; labels and terms alone where those are looked for.
    pub(super) fn palette_items(&self, words: &BothWords<'_>, is_terms: bool) -> Vec<Item> {
        let mut items = Vec::new();
        let room = self.open_room().filter(|room| room.is_in_project());
        items.extend(room.into_iter().flat_map(|r| label_items(r, words.shown)));
        if !is_terms {
            let acts = Action::all().filter(|action| self.can_do(*action));
            let of_screen = |action: &Action| action.context() != Context::Global;
            let (here, anywhere): (Vec<_>, Vec<_>) = acts.partition(of_screen);
            items.extend(here.into_iter().map(|action| self.act_item(action, words)));
            items.extend(self.image_items(words));
            items.extend(self.screen_items(words));
            items.extend(self.case_items(words.shown));
            let anywhere = anywhere.into_iter();
            items.extend(anywhere.map(|action| self.act_item(action, words)));
            items.extend(self.backup_item(words));
        }
        items.extend(room.into_iter().flat_map(|r| term_items(r, words.shown)));
        if !is_terms {
            items.extend(THINGS.iter().map(|thing| setting_item(thing, words)));
        }
        for item in &mut items {
            let used = self.settings.used.get(&item.id);
            item.entry.used = used.map_or(0, |used| used.count);
        }
        items.sort_by_key(|item| place_of(item.kind, &item.id, item.action));
        items
    }

    fn act_item(&self, action: Action, words: &BothWords<'_>) -> Item {
        let entry = words.entry(|words| action.name(words), action.reading());
        let (group, effect) = match action {
            Action::Tool(tool) => ("palette-group-tool", words.shown.t(tool.hint_key())),
            _ => (group_of(action), String::new()),
        };
        Item {
            icon: icon_of(action),
            effect,
            keys: self.keys.text(action).to_owned(),
            action: Some(action),
            ..plain(
                Kind::Command,
                format!("act:{}", action.id()),
                group,
                entry,
                words,
                Deed::Act(action),
            )
        }
    }

    /// What the menu does to the picture and no key does.
    fn image_items(&self, words: &BothWords<'_>) -> Vec<Item> {
        let Some(room) = self.open_room() else {
            return Vec::new();
        };
        let acts = ImageAct::ALL.into_iter();
        acts.filter(|act| *act != ImageAct::Invert && room.can_act_on_image(*act))
            .map(|act| {
                let entry = words.entry(|words| words.t(act.text_key()), reading_of(act));
                let deed = Deed::Command(Box::new(Command::Image(act)));
                let id = format!("image:{}", act.text_key());
                Item {
                    icon: icon_of_image(act),
                    ..plain(Kind::Command, id, "palette-group-image", entry, words, deed)
                }
            })
            .collect()
    }

    /// The form in which a backup is made, for whoever has it in the menu.
    fn backup_item(&self, words: &BothWords<'_>) -> Option<Item> {
        let open = self.open.as_ref()?;
        let may = open.is_admin() && !open.is_practice;
        may.then(|| Item {
            icon: "backup",
            effect: words.shown.t("backup-do"),
            ..plain(
                Kind::Command,
                BACKUP.to_owned(),
                "palette-group-command",
                words.entry(|words| words.t("backup-title"), ""),
                words,
                Deed::Command(Box::new(Command::AskBackup)),
            )
        })
    }

    /// The screens of the person.
    fn screen_items(&self, words: &BothWords<'_>) -> Vec<Item> {
        let screens = self.tabs().into_iter();
        let others = screens.filter(|screen| *screen != self.screen);
        others
            .map(|screen| {
                let (key, icon) = screen.tab();
                let known = SCREENS.iter().find(|(of, _)| *of == screen);
                let reading = known.map_or("", |(_, reading)| reading);
                let entry = words.entry(|words| words.t(key), reading);
                let name = words.shown.t(key);
                Item {
                    icon,
                    effect: words.shown.f("palette-go", &[("name", name.into())]),
                    ..plain(
                        Kind::Command,
                        format!("screen:{key}"),
                        "palette-group-screen",
                        entry,
                        words,
                        Deed::Command(Box::new(Command::Go(screen))),
                    )
                }
            })
            .collect()
    }

    /// The person's own cases.
    fn case_items(&self, words: &Words) -> Vec<Item> {
        let is_open = |id: &String| self.open_room().is_some_and(|room| room.case == *id);
        let rows = self.own.iter().filter(|row| !is_open(&row.id));
        rows.map(|row| {
            let told = [
                ("study", row.study.clone().into()),
                ("state", words.t(row.state.key()).into()),
            ];
            Item {
                kind: Kind::Case,
                id: format!("case:{}", row.id),
                icon: "reading",
                color: None,
                name: row.number.clone(),
                beside: String::new(),
                effect: words.f("palette-case-open", &told),
                group: words.t("palette-group-case"),
                code: String::new(),
                keys: String::new(),
                action: None,
                deed: Some(Deed::Command(Box::new(Command::OpenCase(row.id.clone())))),
                anew: None,
                entry: Entry {
                    ja: row.study.clone(),
                    codes: vec![row.number.clone(), digits_of(&row.number)],
                    ..Entry::default()
                },
            }
        })
        .collect()
    }
}

/// `C-0042` is found by `42`.
fn digits_of(number: &str) -> String {
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit() || c == '0');
    digits.to_owned()
}

/// Readings of the screens' names.
const SCREENS: [(Screen, &str); 6] = [
    (Screen::Import, "とりこみ"),
    (Screen::Worklist, "さぎょういちらん"),
    (Screen::Reading, "どくえい"),
    (Screen::Adjudication, "さいてい"),
    (Screen::Agreement, "いっちど"),
    (Screen::Export, "しゅつりょく"),
];

const fn reading_of(act: ImageAct) -> &'static str {
    match act {
        ImageAct::FlipAcross => "さゆうはんてん",
        ImageAct::FlipDown => "じょうげはんてん",
        ImageAct::TurnRight => "みぎに90かいてん",
        ImageAct::TurnLeft => "ひだりに90かいてん",
        ImageAct::Invert => "しろくろはんてん",
        ImageAct::Smooth => "ほかんありなし",
        ImageAct::Reset => "ひょうじをしょきじょうたいにもどす",
        ImageAct::Cine => "しねさいせいていし",
    }
}

const fn group_of(action: Action) -> &'static str {
    match action {
        Action::Window(_)
        | Action::LastWindow
        | Action::AutoWindow
        | Action::Invert
        | Action::Layout(_)
        | Action::Plane(_)
        | Action::Fit => "palette-group-image",
        Action::Submit
        | Action::NextCase
        | Action::PreviousCase
        | Action::Hold
        | Action::Flag
        | Action::NoFinding
        | Action::CloseCase => "palette-group-case",
        _ => "palette-group-command",
    }
}

/// A row named in both languages: beside its name stands the one of the other.
fn plain(
    kind: Kind,
    id: String,
    group: &str,
    entry: Entry,
    words: &BothWords<'_>,
    deed: Deed,
) -> Item {
    let (name, beside) = match words.shown.language() {
        Language::Ja => (entry.ja.clone(), entry.en.clone()),
        Language::En => (entry.en.clone(), entry.ja.clone()),
    };
    Item {
        kind,
        id,
        icon: "command",
        color: None,
        name,
        beside,
        effect: String::new(),
        group: words.shown.t(group),
        code: String::new(),
        keys: String::new(),
        action: None,
        deed: Some(deed),
        anew: None,
        entry,
    }
}

fn setting_item(thing: &crate::screens::settings::Thing, words: &BothWords<'_>) -> Item {
    let deed = Deed::Command(Box::new(Command::Settings(Change::Open(thing.page))));
    Item {
        icon: "settings",
        effect: words.shown.t(thing.page.text_key()),
        ..plain(
            Kind::Setting,
            format!("set:{}", thing.text_key),
            "palette-group-setting",
            thing.entry(words.of(Language::Ja), words.of(Language::En)),
            words,
            deed,
        )
    }
}

fn label_items(room: &Room, words: &Words) -> Vec<Item> {
    let labels = room.document.protocol().labels.iter().enumerate();
    let may = labels.filter(|(_, label)| !label.is_derived());
    may.map(|(at, label)| label_item(room, words, at, label))
        .collect()
}

fn label_item(room: &Room, words: &Words, at: usize, label: &Label) -> Item {
    let changes = room.is_editable();
    let [r, g, b] = label.color;
    let other = room.selected_finding().filter(|f| f.label != label.id);
    let effect = match other {
        Some(finding) => {
            let told = [("finding", format!("F{}", finding.number).into())];
            words.f("palette-label-set", &told)
        }
        None => words.t("palette-label-new"),
    };
    let language = words.code();
    let beside = match words.language() {
        Language::Ja => label.kana.clone(),
        Language::En => label.name.ja.clone(),
    };
    Item {
        kind: Kind::Label,
        id: format!("label:{}", label.id),
        icon: "tag",
        color: Some((Color32::from_rgb(r, g, b), pattern_of(at))),
        name: label.name.get(language).to_owned(),
        beside,
        effect,
        group: words.t("palette-group-label"),
        code: code_text(&label.code),
        keys: room
            .digit_of_label(&label.id)
            .map_or_else(String::new, String::from),
        action: None,
        deed: changes.then(|| Deed::Label(label.id.clone())),
        anew: changes.then(|| Deed::NewFinding(label.id.clone())),
        entry: Entry {
            ja: label.name.ja.clone(),
            kana: label.kana.clone(),
            en: label.name.en.clone(),
            synonyms: label.synonyms.clone(),
            codes: vec![label.code.value.clone(), label.id.to_string()],
            is_own: true,
            used: 0,
        },
    }
}

/// A code that others know; this project's own ones say nothing beside the name.
fn code_text(code: &Code) -> String {
    if code.is_local() {
        return String::new();
    }
    code.value.clone()
}

/// The choices of the attributes that can be asked, and of the case form.
fn term_items(room: &Room, words: &Words) -> Vec<Item> {
    let protocol = room.document.protocol();
    let attributes = protocol
        .attributes
        .iter()
        .map(|attribute| (attribute, Question::Attribute(attribute.id.clone())));
    let fields = protocol
        .case_form
        .iter()
        .map(|field| (field, Question::Field(field.field_id())));
    attributes
        .chain(fields)
        .filter(|(attribute, _)| attribute.computed.is_none())
        .flat_map(|(attribute, question)| {
            let can = room.is_editable() && room.asks_now(&question);
            let choices = attribute.values.iter();
            choices
                .map(|choice| term_item(room, words, (attribute, &question), choice, can))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn term_item(
    room: &Room,
    words: &Words,
    (attribute, question): (&Attribute, &Question),
    choice: &Choice,
    can: bool,
) -> Item {
    let language = words.code();
    let asked = ("question", attribute.name.get(language).into());
    let finding = room.selected_finding();
    let finding = finding.map_or_else(String::new, |f| format!("F{}", f.number));
    let effect = match question {
        _ if !room.is_editable() => words.f("palette-term-closed", &[asked]),
        _ if !can => words.f("palette-term-cannot", &[asked]),
        Question::Attribute(_) => {
            words.f("palette-term-set", &[asked, ("finding", finding.into())])
        }
        Question::Field(_) => words.f("palette-term-form", &[asked]),
    };
    let known = Terms::builtin().get(&choice.id);
    let kana = known.map_or_else(String::new, |term| term.kana.clone());
    let synonyms = known.map_or_else(Vec::new, |term| {
        let both = term.synonyms_en.iter().chain(&term.synonyms_ja);
        both.cloned().collect()
    });
    let beside = match words.language() {
        Language::Ja => kana.clone(),
        Language::En => choice.name.ja.clone(),
    };
    Item {
        kind: Kind::Term,
        id: format!("term:{}:{}", attribute.id, choice.id),
        icon: "tag",
        color: None,
        name: choice.name.get(language).to_owned(),
        beside,
        effect,
        group: words.t("palette-group-term"),
        code: code_text(&choice.code),
        keys: String::new(),
        action: None,
        deed: can.then(|| Deed::Answer(question.clone(), choice.id.clone())),
        anew: None,
        entry: Entry {
            ja: choice.name.ja.clone(),
            kana,
            en: choice.name.en.clone(),
            synonyms,
            codes: vec![choice.code.value.clone(), choice.id.clone()],
            // what can be set now stands before what cannot
            is_own: can,
            used: 0,
        },
    }
}
