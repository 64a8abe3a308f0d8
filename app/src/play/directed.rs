//! A play that another program directs: one order a line on standard input (JSON), one answer a line
//! on standard output once it is done. Tests kill the program in the middle of a stroke, fill its
//! disc, and read what it shows. When the orders end, the window is closed as a person would.

use crate::player::{Player, Widget};
use anyhow::Context;
use egui::{Pos2, Rect};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

/// How long a stroke takes.
const STROKE: Duration = Duration::from_millis(60);

/// One order. Places are shares (0 to 1) of the widget that is named.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    /// Presses a widget.
    Press { name: String },
    /// Replaces what a field holds.
    Fill { name: String, text: String },
    /// Presses keys.
    Key { keys: String },
    /// Puts the pointer over a place.
    Point { on: String, at: [f32; 2] },
    /// Draws a whole stroke.
    Stroke { on: String, points: Vec<[f32; 2]> },
    /// Begins a stroke and keeps the button down.
    Hold { on: String, points: Vec<[f32; 2]> },
    /// Waits for a widget whose name holds a text, for some seconds.
    Wait { name: String, seconds: u64 },
    /// Tells what the window shows, as text.
    Tree,
    /// Writes a picture of the window.
    Picture { path: PathBuf },
    /// Loses the window's graphics device, as a driver might.
    LoseDevice,
}

/// Follows the orders of standard input until they end.
pub(super) fn play(player: &Player) -> anyhow::Result<()> {
    player.wait_for_window()?;
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line.context("the orders broke off")?;
        if line.trim().is_empty() {
            continue;
        }
        let order: Order = serde_json::from_str(&line).context("an order cannot be read")?;
        let answer =
            obey(player, &order).unwrap_or_else(|error| json!({ "failed": format!("{error:#}") }));
        writeln!(out, "{answer}").and_then(|()| out.flush())?;
    }
    Ok(())
}

fn obey(player: &Player, order: &Order) -> anyhow::Result<Value> {
    match order {
        Order::Press { name } => player.click(name)?,
        Order::Fill { name, text } => player.fill(name, text)?,
        Order::Key { keys } => player.key(keys)?,
        Order::Point { on, at } => player.hover_at(place(&player.wait_for(on)?, *at))?,
        Order::Stroke { on, points } => player.drag(&path(player, on, points)?, STROKE)?,
        Order::Hold { on, points } => hold(player, &path(player, on, points)?)?,
        Order::Wait { name, seconds } => {
            // A fresh frame first: what the last order did is then shown.
            player.tree()?;
            let patient = player.with_patience(Duration::from_secs(*seconds));
            return Ok(json!({ "found": patient.wait_for(name)?.name }));
        }
        Order::Tree => return Ok(json!({ "tree": player.tree_text()? })),
        Order::Picture { path } => player.screenshot(path)?,
        Order::LoseDevice => player.lose_device()?,
    }
    Ok(json!({ "done": true }))
}

/// Presses at the first point and moves along the others without letting go.
fn hold(player: &Player, path: &[Pos2]) -> anyhow::Result<()> {
    let (first, rest) = path.split_first().context("a stroke without a point")?;
    player.press_at(*first)?;
    for point in rest {
        player.hover_at(*point)?;
    }
    Ok(())
}

fn path(player: &Player, on: &str, points: &[[f32; 2]]) -> anyhow::Result<Vec<Pos2>> {
    let widget = player.wait_for(on)?;
    Ok(points.iter().map(|at| place(&widget, *at)).collect())
}

fn place(widget: &Widget, [x, y]: [f32; 2]) -> Pos2 {
    let rect: Rect = widget.rect;
    rect.lerp_inside(egui::vec2(x, y))
}
