//! How long the program takes to be there.

use super::{AWAY, Case, RUNS, Stage, awaited};
use crate::bench::spread::Spread;
use crate::say;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// From the start of the process to the first answer to the pointer on the start screen.
pub(super) fn measure(stage: &mut Stage) -> Result<Case, String> {
    stage.hand.to(AWAY)?;
    let home = stage.scratch.folder().join("home-of-start");
    let look = stage.play("places", None)?;
    let button = look.place_of("sample")?;
    // Beside the text, inside the rim.
    let seen = [button.x + 5, button.y + button.height / 2];
    sleep(Duration::from_millis(600));
    let at_rest = stage.display.pixel(seen);
    stage.hand.to(button.centre())?;
    sleep(Duration::from_millis(400));
    let under_pointer = stage.display.pixel(seen);
    drop(look);
    if at_rest == under_pointer {
        return Err("the button does not answer to the pointer".to_owned());
    }
    let mut taken = Vec::new();
    for _ in 0..RUNS {
        stage.hand.to(AWAY)?;
        sleep(Duration::from_millis(500));
        let begun = Instant::now();
        let run = stage.window(&home)?;
        let longest = Duration::from_secs(20);
        let shown = awaited(longest, || stage.display.pixel(seen) == at_rest);
        stage.hand.to(button.centre())?;
        let answered = awaited(longest, || stage.display.pixel(seen) == under_pointer);
        say(&format!(
            "start: shown after {shown:.2?}, answered {answered:.2?} later"
        ));
        if shown >= longest || answered >= longest {
            return Err("the start screen did not answer to the pointer".to_owned());
        }
        taken.push(begun.elapsed());
        drop(run);
    }
    Ok(Case::of_window(
        "start to usable",
        Spread::of(&taken),
        "budget 1500 ms; the button under the pointer answers",
    ))
}
