//! Says where things are in the window and leaves it open, for a hand that measures from outside.

use super::hand::Hand;
use crate::language::{Language, Words};
use crate::player::{Player, PlayerError};
use anyhow::Context;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Without a person: the start screen. With one: signs in, opens the next case and takes the brush.
pub(super) fn play(player: &Player, out: &Path, person: Option<String>) -> anyhow::Result<()> {
    player.wait_for_window()?;
    let hand = Hand::new(player, Words::new(Language::Ja), out);
    match person {
        None => {
            let sample = hand.wait("start-sample-open")?;
            player.settle();
            say("sample", sample.rect)?;
        }
        Some(person) => {
            hand.wait("sign-in-do")?;
            hand.press_named(&person)?;
            hand.press("sign-in-do")?;
            hand.wait("worklist-filter")?;
            player.settle();
            hand.press("worklist-next")?;
            let viewport = hand.viewport()?;
            player.hover_at(viewport.centre())?;
            player.key("1")?;
            player.key("B")?;
            player.settle();
            say("viewport", viewport.rect())?;
            say("planes", hand.wait("layout-planes")?.rect)?;
        }
    }
    until_closed(player)
}

/// Comes to the sign-in of a person, and tells the worklist's places once a hand from outside has signed in.
pub(super) fn play_list(player: &Player, out: &Path, person: Option<String>) -> anyhow::Result<()> {
    let person = person.context("the play needs a project and a person")?;
    player.wait_for_window()?;
    let hand = Hand::new(player, Words::new(Language::Ja), out);
    hand.wait("sign-in-do")?;
    hand.press_named(&person)?;
    player.settle();
    say("sign-in", hand.wait("sign-in-do")?.rect)?;
    let filter = hand.wait("worklist-filter")?;
    say("filter", filter.rect)?;
    say("cases", hand.wait("worklist-col-case")?.rect)?;
    until_closed(player)
}

/// Nothing has the name that is waited for.
fn until_closed(player: &Player) -> anyhow::Result<()> {
    let patient = player.with_patience(Duration::from_secs(24 * 3600));
    match patient.wait_for("\u{0}") {
        Err(PlayerError::Closed) | Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A line of name and rectangle in points of the window.
fn say(name: &str, rect: egui::Rect) -> anyhow::Result<()> {
    let numbers = [rect.left(), rect.top(), rect.width(), rect.height()];
    let [x, y, width, height] = numbers.map(|number| number.round() as i64);
    let mut out = std::io::stdout();
    writeln!(out, "place {name} {x} {y} {width} {height}").context("standard output")?;
    out.flush().context("standard output")
}
