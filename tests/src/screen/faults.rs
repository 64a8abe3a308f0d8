//! Faults of a screen that a person would stumble over: texts cut off, shortened, covered or written
//! over one another; controls outside the window, over one another, out of reach or without a name.

use super::{Area, Control, Letters, Screen, common, holds};
use std::collections::BTreeSet;

/// Play of rounding, points.
const SLACK: f32 = 1.0;
/// Two inks may share this much: accents and descenders of lines that stand close.
const TOUCH: f32 = 2.0;

/// Controls that a person presses, drags or types into.
const CONTROLS: [&str; 14] = [
    "button",
    "checkBox",
    "comboBox",
    "link",
    "menuItem",
    "multilineTextInput",
    "passwordInput",
    "radioButton",
    "row",
    "slider",
    "spinButton",
    "tab",
    "textInput",
    "colorWell",
];

/// Every fault, in words. `fixed` are the texts of the program that hold nothing of a project: these
/// must be read whole, where a long name may end with an ellipsis.
#[must_use]
pub fn faults(screen: &Screen, fixed: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let window = [0.0, 0.0, screen.size[0], screen.size[1]];
    let controls: Vec<&Control> = screen.controls.iter().filter(|c| is_control(c)).collect();
    for control in &screen.controls {
        found.extend(name_fault(control));
    }
    for control in &controls {
        found.extend(place_fault(control, window));
    }
    found.extend(overlaps(&controls));
    for text in &screen.letters {
        found.extend(text_faults(text, fixed));
        found.extend(overflow(text, &controls));
    }
    found.extend(written_over(&screen.letters));
    let mut told = BTreeSet::new();
    found.retain(|fault| told.insert(fault.clone()));
    found
}

/// Whether it is a control.
#[must_use]
pub fn is_control(control: &Control) -> bool {
    CONTROLS.contains(&control.role.as_str())
}

/// Whether a part of it is out of sight, for want of height.
#[must_use]
pub fn is_cut_in_height(control: &Control) -> bool {
    let [_, top, _, bottom] = control.shown;
    control.rect[1] < top - SLACK || control.rect[3] > bottom + SLACK || top >= bottom
}

fn name_fault(control: &Control) -> Option<String> {
    let named = |what: &str| Some(format!("{what}: {} {:?}", control.role, control.name));
    if is_control(control) && control.name.trim().is_empty() {
        let [x, y, ..] = control.rect;
        return Some(format!("no name: {} at {x:.0} {y:.0}", control.role));
    }
    if is_raw_key(&control.name) {
        return named("a key instead of a text");
    }
    None
}

/// A key of the string files that reached the screen: in the brackets of a missing text, or as it is.
fn is_raw_key(text: &str) -> bool {
    let is_key = |word: &str| {
        word.contains('-')
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    text.contains(['⟨', '⟩']) || KEY_HEADS.iter().any(|head| text.starts_with(head)) && is_key(text)
}

/// How keys of the screens begin.
const KEY_HEADS: [&str; 17] = [
    "adjudication-",
    "agreement-",
    "edit-",
    "error-",
    "export-",
    "import-",
    "menu-",
    "people-",
    "plane-",
    "reading-",
    "role-",
    "sign-in-",
    "start-",
    "state-",
    "tab-",
    "tool-",
    "worklist-",
];

fn place_fault(control: &Control, window: Area) -> Option<String> {
    let Control {
        role,
        name,
        rect,
        shown,
        ..
    } = control;
    let said = |what: &str| Some(format!("{what}: {role} {name:?} {}", area(*rect)));
    if rect[0] < window[0] - SLACK || rect[2] > window[2] + SLACK {
        return said("outside the window");
    }
    let is_shown = shown[0] < shown[2] && shown[1] < shown[3];
    if is_shown && (rect[0] < shown[0] - SLACK || rect[2] > shown[2] + SLACK) {
        return said("cut off at its side");
    }
    if is_cut_in_height(control) && !control.scrolls {
        return said("cut off in height, and no wheel brings it");
    }
    None
}

/// Controls over one another; a row may hold controls of its own.
fn overlaps(controls: &[&Control]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, one) in controls.iter().enumerate() {
        for other in controls.iter().skip(at + 1) {
            let Some(both) = common(one.shown, other.shown) else {
                continue;
            };
            let is_small = both[2] - both[0] <= SLACK || both[3] - both[1] <= SLACK;
            let hosts = |row: &Control, held: &Control| {
                row.role == "row" && held.role != "row" && holds(row.shown, held.shown, SLACK)
            };
            if !(is_small || hosts(one, other) || hosts(other, one)) {
                found.push(format!(
                    "over one another: {} {:?} {} and {} {:?} {}",
                    one.role,
                    one.name,
                    area(one.shown),
                    other.role,
                    other.name,
                    area(other.shown)
                ));
            }
        }
    }
    found
}

fn text_faults(text: &Letters, fixed: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |what: &str| found.push(format!("{what}: {:?} {}", text.text, area(text.rect)));
    let [left, _, right, _] = text.clip;
    if text.rect[0] < left - SLACK || text.rect[2] > right + SLACK {
        say("text cut off at its side");
    }
    if text.is_covered {
        say("text covered in part");
    }
    if text.is_shortened && fixed.contains(text.text.trim()) {
        say("text of the program shortened");
    }
    if text.is_shortened && text.text.trim().parse::<f64>().is_ok() {
        say("a number shortened");
    }
    if is_raw_key(&text.text) {
        say("a key instead of a text");
    }
    found
}

/// A text that is wider than the control it is written on.
fn overflow(text: &Letters, controls: &[&Control]) -> Option<String> {
    let centre = [
        (text.rect[0] + text.rect[2]) / 2.0,
        (text.rect[1] + text.rect[3]) / 2.0,
    ];
    let size = |c: &Control| (c.rect[2] - c.rect[0]) * (c.rect[3] - c.rect[1]);
    let under = controls
        .iter()
        .filter(|c| {
            c.shown[0] <= centre[0]
                && centre[0] <= c.shown[2]
                && c.shown[1] <= centre[1]
                && centre[1] <= c.shown[3]
        })
        .min_by(|a, b| size(a).total_cmp(&size(b)))?;
    let is_wider = text.rect[0] < under.rect[0] - SLACK || text.rect[2] > under.rect[2] + SLACK;
    // What a field holds scrolls within it.
    let is_field = under.role.ends_with("Input");
    (is_wider && !is_field).then(|| {
        format!(
            "text wider than its control: {:?} {} on {} {:?} {}",
            text.text,
            area(text.rect),
            under.role,
            under.name,
            area(under.rect)
        )
    })
}

/// Texts written over one another. The same text twice in nearly one place is a text with a shadow.
fn written_over(letters: &[Letters]) -> Vec<String> {
    let mut found = Vec::new();
    let mut pairs = BTreeSet::new();
    let shown = |text: &Letters| common(text.rect, text.clip);
    for (at, one) in letters.iter().enumerate() {
        for other in letters.iter().skip(at + 1) {
            let both = shown(one).zip(shown(other)).and_then(|(a, b)| common(a, b));
            let Some(both) = both else { continue };
            if both[2] - both[0] > TOUCH && both[3] - both[1] > TOUCH && one.text != other.text {
                // A text with a shadow is painted several times, but told of once.
                if !pairs.insert((&one.text, &other.text)) {
                    continue;
                }
                found.push(format!(
                    "written over one another: {:?} {} and {:?} {}",
                    one.text,
                    area(one.rect),
                    other.text,
                    area(other.rect)
                ));
            }
        }
    }
    found
}

fn area([left, top, right, bottom]: Area) -> String {
    format!("[{left:.0} {top:.0} {right:.0} {bottom:.0}]")
}

/// Texts of the program that hold nothing of a project, of both languages.
///
/// # Panics
/// When the string files cannot be read.
#[must_use]
pub fn fixed_texts() -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for language in ["ja", "en"] {
        let folder = crate::root().join("assets/strings").join(language);
        for file in std::fs::read_dir(folder).expect("string files").flatten() {
            let text = std::fs::read_to_string(file.path()).expect("a string file");
            let values = text.lines().filter_map(|line| line.split_once(" = "));
            texts.extend(
                values
                    .map(|(_, value)| value.trim().to_owned())
                    .filter(|value| !value.contains('{')),
            );
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(role: &str, name: &str, rect: Area) -> Control {
        Control {
            role: role.to_owned(),
            name: name.to_owned(),
            value: None,
            rect,
            shown: rect,
            acts: true,
            disabled: false,
            depth: 3,
            scrolls: false,
        }
    }

    fn letters(text: &str, rect: Area) -> Letters {
        Letters {
            text: text.to_owned(),
            rect,
            clip: [0.0, 0.0, 800.0, 600.0],
            is_shortened: false,
            is_covered: false,
        }
    }

    fn screen(controls: Vec<Control>, letters: Vec<Letters>) -> Screen {
        Screen {
            size: [800.0, 600.0],
            controls,
            letters,
        }
    }

    /// The heads of what is found: what stands before the colon.
    fn heads(screen: &Screen) -> Vec<String> {
        let fixed = ["保存".to_owned()].into();
        let head = |fault: String| fault.split(':').next().unwrap_or_default().to_owned();
        faults(screen, &fixed).into_iter().map(head).collect()
    }

    #[test]
    fn a_screen_in_order_has_no_faults() {
        let row = control("row", "C-0001", [0.0, 40.0, 400.0, 80.0]);
        let within = control("button", "開く", [300.0, 45.0, 380.0, 75.0]);
        let button = control("button", "保存", [0.0, 0.0, 80.0, 26.0]);
        let texts = vec![
            letters("保存", [20.0, 5.0, 60.0, 20.0]),
            letters("開く", [320.0, 50.0, 360.0, 70.0]),
        ];
        assert!(heads(&screen(vec![row, within, button], texts)).is_empty());
    }

    #[test]
    fn controls_without_a_name_or_with_a_raw_key_are_found() {
        let controls = vec![
            control("button", " ", [0.0, 0.0, 10.0, 10.0]),
            control("button", "⟨start-new⟩", [20.0, 0.0, 30.0, 10.0]),
            control("tab", "tab-reading", [40.0, 0.0, 50.0, 10.0]),
            control("label", "part-solid", [60.0, 0.0, 70.0, 10.0]),
        ];
        let found = heads(&screen(controls, vec![]));
        let key = "a key instead of a text";
        assert_eq!(found, ["no name", key, key]);
    }

    #[test]
    fn controls_out_of_the_window_or_out_of_reach_are_found() {
        let mut cut = control("button", "b", [0.0, 0.0, 50.0, 10.0]);
        cut.shown = [0.0, 0.0, 40.0, 10.0];
        let mut hidden = control("button", "c", [0.0, 700.0, 50.0, 720.0]);
        hidden.shown = [0.0, 700.0, 50.0, 600.0];
        let mut in_list = hidden.clone();
        in_list.scrolls = true;
        let controls = vec![
            control("button", "a", [780.0, 100.0, 830.0, 120.0]),
            cut,
            hidden,
            in_list,
        ];
        assert_eq!(
            heads(&screen(controls, vec![])),
            [
                "outside the window",
                "cut off at its side",
                "cut off in height, and no wheel brings it"
            ]
        );
    }

    #[test]
    fn controls_over_one_another_are_found() {
        let controls = vec![
            control("button", "a", [0.0, 0.0, 50.0, 20.0]),
            control("slider", "b", [40.0, 10.0, 90.0, 30.0]),
            control("row", "c", [100.0, 0.0, 200.0, 20.0]),
            control("row", "d", [100.0, 10.0, 200.0, 40.0]),
        ];
        assert_eq!(
            heads(&screen(controls, vec![])),
            ["over one another", "over one another"]
        );
    }

    #[test]
    fn texts_that_cannot_be_read_whole_are_found() {
        let mut cut = letters("長い名前", [0.0, 100.0, 200.0, 120.0]);
        cut.clip[2] = 150.0;
        let mut covered = letters("下", [0.0, 200.0, 20.0, 220.0]);
        covered.is_covered = true;
        let mut short = letters("保存", [0.0, 300.0, 20.0, 320.0]);
        short.is_shortened = true;
        let mut name = letters("とても長い検査の名前", [0.0, 400.0, 20.0, 420.0]);
        name.is_shortened = true;
        let mut number = letters("0.63", [0.0, 500.0, 10.0, 520.0]);
        number.is_shortened = true;
        let button = control("button", "出力する", [0.0, 0.0, 40.0, 20.0]);
        let wide = letters("出力する", [-10.0, 2.0, 50.0, 18.0]);
        assert_eq!(
            heads(&screen(
                vec![button],
                vec![wide, cut, covered, short, name, number]
            )),
            [
                "text cut off at its side",
                "text wider than its control",
                "text cut off at its side",
                "text covered in part",
                "text of the program shortened",
                "a number shortened"
            ]
        );
    }

    #[test]
    fn texts_over_one_another_are_found_and_shadows_are_not() {
        let texts = vec![
            letters("左上", [0.0, 0.0, 60.0, 14.0]),
            letters("左上", [1.0, 1.0, 61.0, 15.0]),
            letters("右上", [50.0, 5.0, 120.0, 19.0]),
        ];
        let over = "written over one another";
        assert_eq!(heads(&screen(vec![], texts)), [over]);
    }

    #[test]
    fn the_string_files_are_read() {
        let texts = fixed_texts();
        assert!(texts.len() > 400, "{}", texts.len());
        assert!(texts.contains("サインイン"));
    }
}
