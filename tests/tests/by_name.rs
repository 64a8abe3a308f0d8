//! What is chosen by typing its name: labels and answers by the term search, acts by the palette, and the
//! key of an act.

use dokuei::language::Language;
use dokuei::player::PlayerError;
use dokuei::sample::READERS;
use dokuei::settings::Settings;
use std::time::Duration;
use tests::screen::{Stage, perform};

/// Types into the box that a key opens, and presses a key.
fn choose(stage: &Stage, opens: &str, text: &str, ends: &str) -> Result<(), PlayerError> {
    let title = stage.t(if opens == "/" {
        "act-terms"
    } else {
        "act-palette"
    });
    stage.player.key(opens)?;
    stage.player.wait_for(&title)?;
    stage.player.type_text(text)?;
    stage.player.key(ends)?;
    stage.player.wait_gone(&title)
}

/// Waits until so many edits can be taken back.
fn wait_for_edits(stage: &Stage, count: i64) -> Result<(), PlayerError> {
    let text = stage.words.f("undo-count", &[("count", count.into())]);
    stage.player.wait_for(&text).map(drop)
}

#[test]
fn labels_answers_acts_and_keys_are_chosen_by_typing_their_names() {
    let home = tempfile::tempdir().expect("a temporary folder");
    dokuei::sample::make(&home.path().join("sample"), Language::Ja, &|_| {})
        .expect("the sample is made");
    perform([1600.0, 1000.0], home.path(), |stage| {
        stage.press("start-sample-open")?;
        stage.wait("sign-in-do")?;
        stage.player.click(READERS[0])?;
        stage.press("sign-in-do")?;
        stage.wait("worklist-filter")?;
        // a case by its number
        choose(stage, "Ctrl+K", "@3", "Enter")?;
        stage.wait("reading-plane")?;
        let centre = stage
            .player
            .wait_for(&stage.t("reading-viewport"))?
            .rect
            .center();
        stage.player.hover_at(centre)?;
        stage.player.key("1")?;
        let path = [[0.0, 0.0], [30.0, 10.0]].map(|[x, y]| [centre.x + x, centre.y + y]);
        let path = path.map(Into::into);
        stage.player.drag(&path, Duration::from_millis(100))?;
        let painted = "肺結節";
        let mine = |name: &str| -> Result<bool, PlayerError> {
            let rows = stage.player.tree()?;
            let is_mine =
                |w: &dokuei::player::Widget| w.role == "row" && w.value.as_deref() == Some("true");
            Ok(rows.iter().any(|w| is_mine(w) && w.name.contains(name)))
        };
        assert!(mine(painted)?);
        // the label of the selected finding, in Latin letters
        choose(stage, "/", "juujitsuseibun", "Enter")?;
        assert!(mine("充実成分")?);
        // an act in Latin letters
        choose(stage, "Ctrl+K", "modosu", "Enter")?;
        while !mine(painted)? {
            std::thread::sleep(Duration::from_millis(20));
        }
        // an answer, in English
        choose(stage, "/", "ground", "Enter")?;
        wait_for_edits(stage, 2)?;
        // another key for an act: the settings open at its row and wait for it
        choose(stage, "Ctrl+K", "invert", "Ctrl+Enter")?;
        stage.wait("settings-keys-clear")?;
        stage.player.key("F9")?;
        let changed = stage.t("settings-keys-changed");
        let name = stage.t("act-invert");
        stage.player.wait_for(&format!("{name}　F9　{changed}"))?;
        // and back to the case
        stage.player.key("Escape")?;
        stage.wait("reading-plane")
    });
    let kept = Settings::load_in(home.path());
    assert_eq!(kept.keys.get("invert").map(String::as_str), Some("F9"));
    assert!(kept.used.contains_key("act:undo"), "{:?}", kept.used);
}
