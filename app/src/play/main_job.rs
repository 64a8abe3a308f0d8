//! The main job: the sample is opened; two readers annotate a CT apart; the lead compares, decides,
//! reports and exports; a new project is made and a head MR imported into it.

use super::hand::{Hand, Viewport};
use crate::language::{Language, Words};
use crate::player::Player;
use crate::sample::{LEAD, READERS};
use annotation_format::Protocol;
use anyhow::Context;
use std::path::Path;
use std::time::Duration;

/// Side of the sample's slices.
const FIELD_MM: f32 = 372.0;
/// Where the third case's nodule lies in its slice, and its radius.
const NODULE_MM: [f32; 2] = [-74.0, 14.0];
const RADIUS_MM: f32 = 12.4;

/// How a reader of the play differs from the other.
struct Reading {
    person: &'static str,
    picture: &'static str,
    scale: f32,
    shift_mm: f32,
    density: &'static str,
    malignancy: &'static str,
}

/// Plays the whole job.
pub(super) fn play(player: &Player, out: &Path) -> anyhow::Result<()> {
    player.wait_for_window()?;
    let mut hand = Hand::new(player, Words::new(Language::Ja), out);
    open_sample(&hand)?;
    let readings = [
        Reading {
            person: READERS[0],
            picture: "05",
            scale: 1.0,
            shift_mm: 0.0,
            density: "density-solid",
            malignancy: "4",
        },
        Reading {
            person: READERS[1],
            picture: "06",
            scale: 0.8,
            shift_mm: 1.5,
            density: "density-part-solid",
            malignancy: "5",
        },
    ];
    for reading in &readings {
        read_case(&hand, reading)?;
    }
    lead(&hand, out)?;
    own_project(&mut hand, out)
}

fn open_sample(hand: &Hand<'_>) -> anyhow::Result<()> {
    hand.wait("start-sample-open")?;
    std::thread::sleep(Duration::from_millis(500));
    hand.picture("01_start")?;
    hand.press("start-sample-open")?;
    hand.wait("sign-in-do")?;
    hand.picture("02_sign_in")
}

fn sign_in(hand: &Hand<'_>, person: &str) -> anyhow::Result<()> {
    hand.wait("sign-in-do")?;
    hand.press_named(person)?;
    hand.press("sign-in-do")?;
    hand.wait("worklist-filter")?;
    hand.player.settle();
    Ok(())
}

fn sign_out(hand: &Hand<'_>) -> anyhow::Result<()> {
    hand.press("menu-file")?;
    hand.press("menu-sign-out")?;
    hand.wait("sign-in-do")?;
    Ok(())
}

fn read_case(hand: &Hand<'_>, reading: &Reading) -> anyhow::Result<()> {
    sign_in(hand, reading.person)?;
    hand.picture(&format!("{}a_worklist", reading.picture))?;
    hand.press("worklist-next")?;
    let viewport = hand.viewport()?;
    hand.picture(&format!("{}b_reading_empty", reading.picture))?;
    mark_nodule(hand, &viewport, reading)?;
    hand.picture(&format!("{}c_reading_paint", reading.picture))?;
    answer(hand, reading)?;
    undo_and_redo(hand)?;
    hand.picture(&format!("{}d_reading_form", reading.picture))?;
    hand.player.key("Ctrl+Enter")?;
    hand.wait("worklist-filter")?;
    hand.player.settle();
    sign_out(hand)
}

/// Paints the nodule on its slices, erases a little, draws a box and places a point.
fn mark_nodule(hand: &Hand<'_>, viewport: &Viewport, reading: &Reading) -> anyhow::Result<()> {
    let player = hand.player;
    player.hover_at(viewport.centre())?;
    player.key("1")?;
    player.key("B")?;
    let centre = [NODULE_MM[0] + reading.shift_mm, NODULE_MM[1]];
    // The slice of the nodule's middle lies two above the one that is shown first.
    player.scroll(-2, viewport.centre())?;
    let slices = [(0, 1.0_f32), (3, 0.93), (-6, 0.93)];
    for (steps, share) in slices {
        if steps != 0 {
            player.scroll(steps, viewport.centre())?;
        }
        let radius = RADIUS_MM * reading.scale * share - 4.0;
        player.drag(
            &viewport.spiral(centre, radius, FIELD_MM),
            Duration::from_millis(400),
        )?;
    }
    player.scroll(3, viewport.centre())?;
    // A bite off the rim with the eraser, then the eraser is put away.
    player.key("E")?;
    let rim = centre[0] + RADIUS_MM * reading.scale;
    let path = [
        viewport.point(rim, centre[1] - 3.0, FIELD_MM),
        viewport.point(rim, centre[1] + 3.0, FIELD_MM),
    ];
    player.drag(&path, Duration::from_millis(100))?;
    player.key("Q")?;
    let half = RADIUS_MM * reading.scale + 2.0;
    let corners = [
        viewport.point(centre[0] - half, centre[1] - half, FIELD_MM),
        viewport.point(centre[0] + half, centre[1] + half, FIELD_MM),
    ];
    player.drag(&corners, Duration::from_millis(200))?;
    player.key("3")?;
    player.key("Shift+P")?;
    let at = viewport.point(96.0, 26.0, FIELD_MM);
    player.press_at(at)?;
    player.release_at(at)?;
    player.key("Escape")?;
    player.settle();
    Ok(())
}

/// Names of the protocol in the language of the screen.
struct Names<'a> {
    protocol: &'a Protocol,
    lang: &'static str,
}

impl Names<'_> {
    fn attribute(&self, id: &str) -> anyhow::Result<(String, &[annotation_format::Choice])> {
        let attribute = self
            .protocol
            .attributes
            .iter()
            .chain(&self.protocol.case_form)
            .find(|a| a.id.as_str() == id)
            .with_context(|| format!("no attribute {id}"))?;
        Ok((attribute.name.get(self.lang).to_owned(), &attribute.values))
    }

    fn choice(&self, attribute: &str, id: &str) -> anyhow::Result<String> {
        let (_, values) = self.attribute(attribute)?;
        let choice = values
            .iter()
            .find(|choice| choice.id == id)
            .with_context(|| format!("no value {id}"))?;
        Ok(choice.name.get(self.lang).to_owned())
    }
}

/// Fills the required attributes of both findings and the case form, skip logic included.
fn answer(hand: &Hand<'_>, reading: &Reading) -> anyhow::Result<()> {
    let protocol =
        crate::act::protocols::by_id("lung-nodule-ct").context("the sample's protocol")?;
    let names = Names {
        protocol: &protocol,
        lang: "ja",
    };
    let finding = |number: u32, label: &str| -> anyhow::Result<String> {
        let label = protocol
            .labels
            .iter()
            .find(|l| l.id.as_str() == label)
            .context("label")?;
        Ok(format!("F{number} {}", label.name.get("ja")))
    };
    let pick = |attribute: &str, value: &str| -> anyhow::Result<()> {
        let (name, values) = names.attribute(attribute)?;
        let choice = names.choice(attribute, value)?;
        let position = values
            .iter()
            .position(|known| known.id == value)
            .map_or(0, |at| at + 1);
        // As the form shows them: steps of a scale as numbers, few short names beside one another, else a list.
        for shown in [format!("{name}: {position}"), format!("{name}: {choice}")] {
            if hand.player.shows(&shown)? {
                return hand.press_named(&shown);
            }
        }
        hand.choose(&name, &choice)
    };
    hand.press_named(&finding(2, "small-nodule")?)?;
    pick("location", "lung-lll")?;
    hand.press_named(&finding(1, "nodule")?)?;
    pick("density", reading.density)?;
    if reading.density == "density-part-solid" {
        let (name, _) = names.attribute("solid_size")?;
        hand.player.fill(&name, "15.5")?;
    }
    hand.press_named(&names.choice("margin", "margin-spiculated")?)?;
    pick("calcification", "calc-none")?;
    pick("indentation", "absent")?;
    pick("location", "lung-rul")?;
    let (malignancy, _) = names.attribute("malignancy")?;
    hand.press_named(&format!("{malignancy}: {}", reading.malignancy))?;
    hand.press("reading-tab-form")?;
    pick("quality", "iq-diagnostic")?;
    Ok(())
}

fn undo_and_redo(hand: &Hand<'_>) -> anyhow::Result<()> {
    hand.press("reading-tab-history")?;
    hand.player.key("Ctrl+Z")?;
    hand.player.key("Ctrl+Z")?;
    hand.player.settle();
    hand.picture("07_history")?;
    hand.player.key("Ctrl+Y")?;
    hand.player.key("Ctrl+Y")?;
    hand.player.settle();
    hand.press("reading-tab-form")
}

fn lead(hand: &Hand<'_>, out: &Path) -> anyhow::Result<()> {
    sign_in(hand, LEAD)?;
    hand.picture("08_worklist_lead")?;
    for number in 1..=3 {
        hand.press("tab-worklist")?;
        hand.press_named(&crate::desk::case_number_text(number))?;
        hand.press("worklist-compare")?;
        hand.wait("adjudication-a")?;
        hand.player.settle();
        if number == 1 {
            hand.picture("09_adjudication")?;
        }
        decide_all(hand)?;
    }
    hand.picture("09b_adjudication_done")?;
    hand.press("tab-agreement")?;
    hand.wait("agreement-by-label")?;
    hand.fill(
        "agreement-report-path",
        &out.join("exports")
            .join("agreement.html")
            .display()
            .to_string(),
    )?;
    hand.press("agreement-report")?;
    hand.player.settle();
    hand.picture("10_agreement")?;
    hand.press("tab-export")?;
    hand.fill(
        "export-target",
        &out.join("exports").join("files").display().to_string(),
    )?;
    hand.press("export-do")?;
    hand.player
        .with_patience(Duration::from_secs(90))
        .wait_for(&hand.t("export-files"))?;
    hand.picture("12_export")?;
    hand.press("menu-file")?;
    hand.press("menu-close-project")?;
    hand.wait("start-sample-open")?;
    Ok(())
}

/// Decides every difference of the case that is open: A and B in turn.
fn decide_all(hand: &Hand<'_>) -> anyhow::Result<()> {
    for turn in 0..40 {
        if hand.player.shows(&hand.t("adjudication-done-case"))? {
            return Ok(());
        }
        hand.press("adjudication-next")?;
        let take = if turn % 2 == 0 {
            "adjudication-take-a"
        } else {
            "adjudication-take-b"
        };
        let other = if turn % 2 == 0 {
            "adjudication-take-b"
        } else {
            "adjudication-take-a"
        };
        let widget = hand.player.wait_for(&hand.t(take))?;
        hand.press(if widget.disabled { other } else { take })?;
        hand.fill("adjudication-reason", "画像で確認")?;
        hand.press("adjudication-decide")?;
        std::thread::sleep(Duration::from_millis(300));
        hand.player.settle();
    }
    anyhow::bail!("the differences of a case did not come to an end")
}

/// A project of one's own: made, entered, a head MR imported, the passphrase changed, in both languages.
fn own_project(hand: &mut Hand<'_>, out: &Path) -> anyhow::Result<()> {
    const PASSPHRASE: &str = "correct horse battery staple shore";
    hand.press("start-new")?;
    hand.fill("start-new-name", "頭部 MR 演習")?;
    hand.fill(
        "start-new-folder",
        &out.join("head-project").display().to_string(),
    )?;
    hand.fill("start-new-lead", "責任者 花子")?;
    hand.fill("start-new-pass", PASSPHRASE)?;
    hand.fill("start-new-pass-again", PASSPHRASE)?;
    hand.picture("01b_new_project")?;
    hand.press("start-new-make")?;
    hand.wait("sign-in-do")?;
    hand.fill("sign-in-pass", PASSPHRASE)?;
    hand.press("sign-in-do")?;
    hand.wait("worklist-filter")?;
    hand.press("tab-import")?;
    let images = out.join("home").join("sample-head-mr");
    hand.fill("import-path", &images.display().to_string())?;
    hand.press("import-scan")?;
    hand.wait("import-ready")?;
    hand.player.settle();
    hand.picture("03_import")?;
    hand.press("import-do")?;
    let done = hand.words.f("import-done", &[("cases", 1.into())]);
    hand.player
        .with_patience(Duration::from_secs(60))
        .wait_for(&done)?;
    hand.press("tab-worklist")?;
    hand.player.settle();
    hand.picture("04_worklist_imported")?;
    hand.press_named(Language::En.own_name())?;
    hand.words = Words::new(Language::En);
    hand.wait("worklist-filter")?;
    hand.picture("17_worklist_english")?;
    hand.press("menu-file")?;
    hand.press("menu-passphrase")?;
    hand.fill("passphrase-old", PASSPHRASE)?;
    hand.fill("passphrase-new", "seven quiet rivers meet below")?;
    hand.fill("passphrase-again", "seven quiet rivers meet below")?;
    hand.press("passphrase-do")?;
    hand.wait("passphrase-done")?;
    hand.press_named(Language::Ja.own_name())?;
    Ok(())
}
