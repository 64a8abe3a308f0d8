//! What a hand has to do for five jobs of a reading day, for the first minute and for a whole case, counted
//! in the program's own window, and the time that the keystroke-level model gives a person for it.

use dokuei::desk::StartAs;
use dokuei::language::Language;
use dokuei::player::Operations;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tests::hand::{At, Hand, Played, SIZE, centre};
use tests::screen::{Stage, perform, perform_as};

/// Side of the sample's slices, mm.
const FIELD_MM: f32 = 372.0;
/// Where the third case's nodule lies in its slices, mm from their middle, and how many slices above the
/// one that is shown first its middle is.
const NODULE_MM: [f32; 2] = [-74.0, 14.0];
/// Width of the strip beside a picture.
const STRIP: f32 = 12.0;

/// The sample project, made once for all jobs.
fn sample(folder: &Path) -> PathBuf {
    let project = folder.join("sample");
    dokuei::sample::make(&project, Language::Ja, &|_| ()).expect("the sample is made");
    project
}

/// Opens a project in a window whose hand then does a job. Returns what it had to do.
fn counted(
    project: &Path,
    home: &Path,
    job: impl FnOnce(&Hand<'_>) -> Played<()> + Send + 'static,
) -> Operations {
    let start_as = StartAs {
        project: Some(project.to_path_buf()),
        ..StartAs::default()
    };
    perform_as(SIZE, home, start_as, move |stage| {
        stage.wait("sign-in-do")?;
        let begun = stage.player.operations();
        job(&Hand { stage })?;
        Ok(stage.player.operations().since(&begun))
    })
}

fn tell(job: &str, done: Operations, most: u32) {
    tests::measured(&format!(
        "{job}: {} operations (at most {most}): {done:?}, {:.0} s by the keystroke-level model",
        done.count(),
        done.seconds()
    ));
    assert!(done.count() <= most, "{job}: {done:?}");
}

/// The point of the first viewport at which a place of the slice is seen.
fn at(hand: &Hand<'_>, [x, y]: [f32; 2]) -> Played<At> {
    let [left, top, right, bottom] = hand.told(1)?.rect;
    let [left, top, right, bottom] = [left + 2.0, top + 2.0, right - 2.0 - STRIP, bottom - 2.0];
    let per_mm = (right - left).min(bottom - top) / FIELD_MM;
    Ok([
        (left + right) / 2.0 + x * per_mm,
        (top + bottom) / 2.0 + y * per_mm,
    ])
}

/// Signs in with what stands chosen and opens the case that comes next.
fn begin(hand: &Hand<'_>) -> Played<()> {
    let player = &hand.stage.player;
    player.key("Enter")?;
    hand.stage.wait("worklist-filter")?;
    player.settle();
    player.key("Enter")?;
    hand.all_read()?;
    player.settle();
    // the hand comes to the picture
    player.hover_at(at(hand, NODULE_MM)?.into())
}

fn volume_ml(hand: &Hand<'_>) -> Played<f64> {
    let told = hand.letters()?;
    let volume = hand.stage.t("reading-volume");
    let place = told.iter().position(|text| *text == volume);
    let text = &told[place.expect("a volume is shown") + 1];
    let digits: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let figure: f64 = digits.parse().expect(text);
    Ok(if text.contains("mm") {
        figure / 1000.0
    } else {
        figure
    })
}

#[test]
fn a_dropped_folder_shows_the_lung_window_by_one_operation() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = shared.join("data/series/ct-chest-60");
    perform(SIZE, home.path(), move |stage| {
        stage.wait("start-title")?;
        let begun = stage.player.operations();
        stage.player.drop_files(&[&folder])?;
        let told = Hand { stage }.told(1)?;
        assert!(told.part(3).starts_with("C -700"), "{}", told.text);
        let done = stage.player.operations().since(&begun);
        tell("open a folder and see the lung window (one drop)", done, 1);
        assert_eq!(done.count(), 1);
        Ok(())
    });
}

#[test]
fn jobs_of_a_reading_day_need_few_operations() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = sample(folder.path());
    let home = folder.path().join("home");

    let done = counted(&project, &home, |hand| {
        begin(hand)?;
        let begun = hand.stage.player.operations();
        nodule(hand)?;
        let done = hand.stage.player.operations().since(&begun);
        tell("one 15 mm nodule over 8 slices", done, 20);
        // within a third of the true volume, which is that of a ball of 24.8 mm with lobes
        let volume = volume_ml(hand)?;
        assert!((5.0..11.0).contains(&volume), "{volume} mL");
        let begun = hand.stage.player.operations();
        answers(hand)?;
        let done = hand.stage.player.operations().since(&begun);
        tell("code, three attributes, two axes", done, 9);
        Ok(())
    });
    assert!(done.count() > 0);

    counted(&project, &home, |hand| {
        // who was here last stands chosen, and the case opens as it was left
        hand.stage.player.key("Enter")?;
        hand.all_read()?;
        let undone = hand.stage.t("reading-history-undone");
        hand.stage.press("reading-tab-history")?;
        let begun = hand.stage.player.operations();
        for _ in 0..5 {
            hand.stage.player.key("Ctrl+Z")?;
        }
        let marked = || -> Played<usize> {
            let letters = hand.letters()?;
            Ok(letters.iter().filter(|text| **text == undone).count())
        };
        let mut patience = 100;
        while marked()? < 5 && patience > 0 {
            std::thread::sleep(Duration::from_millis(20));
            patience -= 1;
        }
        assert_eq!(marked()?, 5);
        let done = hand.stage.player.operations().since(&begun);
        let whole = Operations {
            // and the sign-in
            keys: done.keys + 1,
            ..done
        };
        tell("undo five steps after a restart", whole, 18);
        Ok(())
    });
}

/// A ball as large as the nodule, set down in its middle and once more where it bulges.
fn nodule(hand: &Hand<'_>) -> Played<()> {
    let player = &hand.stage.player;
    let middle = at(hand, NODULE_MM)?;
    player.key("1")?;
    player.key("B")?;
    player.scroll(-2, middle.into())?;
    player.scroll_with_ctrl(-6, middle.into())?;
    hand.drag(&[middle, at(hand, [NODULE_MM[0] + 1.0, NODULE_MM[1] + 0.5])?])?;
    let bulge = [NODULE_MM[0] + 2.0, NODULE_MM[1] - 1.0];
    hand.drag(&[at(hand, bulge)?, at(hand, [bulge[0], bulge[1] + 1.5])?])
}

/// The label, three answers by digits; the axes are measured by themselves.
fn answers(hand: &Hand<'_>) -> Played<()> {
    let player = &hand.stage.player;
    player.key("Ctrl+Shift+1")?;
    player.key("Shift+A")?;
    // of several choices each digit takes one in; Enter goes on
    for key in ["1", "1", "Enter", "1"] {
        player.key(key)?;
    }
    player.key("Escape")?;
    let size = hand.stage.t("reading-size");
    assert!(hand.letters()?.contains(&size), "the two axes");
    Ok(())
}

#[test]
fn every_fifth_of_fifty_slices_is_painted_by_a_stroke_and_a_notch_each() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = sample(folder.path());
    let home = folder.path().join("home");
    counted(&project, &home, |hand| {
        begin(hand)?;
        let player = &hand.stage.player;
        let first = hand.told(1)?.plane().0;
        let begun = player.operations();
        player.key("1")?;
        player.key("Shift+W")?;
        let middle = at(hand, NODULE_MM)?;
        for slice in 0..10 {
            if slice > 0 {
                player.scroll(1, middle.into())?;
            }
            hand.drag(&[middle, at(hand, [NODULE_MM[0] + 6.0, NODULE_MM[1]])?])?;
        }
        let done = player.operations().since(&begun);
        assert_eq!((hand.told(1)?.plane().0 - first).abs(), 45);
        tell("every 5th of 50 slices, 10 painted", done, 52);
        Ok(())
    });
}

#[test]
fn the_first_minute_and_a_whole_case_are_few_operations_from_the_start_screen() {
    let home = tempfile::tempdir().expect("a temporary folder");
    sample(home.path());
    perform(SIZE, home.path(), |stage: &mut Stage| {
        stage.wait("start-sample-open")?;
        let begun = stage.player.operations();
        stage.press("start-sample-open")?;
        stage.wait("sign-in-do")?;
        let hand = Hand { stage };
        begin(&hand)?;
        nodule(&hand)?;
        let done = hand.stage.player.operations().since(&begun);
        tell("the first annotation from the start screen", done, 30);
        assert!(done.seconds() <= 60.0, "{:.0} s", done.seconds());
        whole_case(&hand)?;
        let done = hand.stage.player.operations().since(&begun);
        tell("a whole case of one nodule from the start screen", done, 60);
        Ok(())
    });
}

/// Answers what the protocol requires and submits.
fn whole_case(hand: &Hand<'_>) -> Played<()> {
    let player = &hand.stage.player;
    player.key("Shift+A")?;
    let submit = hand.stage.t("reading-submit");
    // density, margin (several), calcification, indentation, location, malignancy, then the case form
    for key in ["1", "1", "Enter", "1", "1", "1", "1", "1", "1", "1", "1"] {
        player.key(key)?;
        player.settle();
        if !player.wait_for(&submit)?.disabled {
            break;
        }
    }
    player.key("Escape")?;
    player.key("Ctrl+Enter")?;
    hand.stage.wait("worklist-filter").map(drop)
}

#[test]
fn who_comes_back_finds_slice_zoom_and_tool_as_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = sample(folder.path());
    let home = folder.path().join("home");
    let (left, kept) = std::sync::mpsc::channel();
    counted(&project, &home, move |hand| {
        begin(hand)?;
        let player = &hand.stage.player;
        let middle = centre(hand.told(1)?.rect);
        player.scroll(7, middle.into())?;
        player.scroll_with_ctrl(-4, middle.into())?;
        player.key("F2")?;
        player.key("E")?;
        // as much as is kept without leaving the case
        std::thread::sleep(Duration::from_millis(1500));
        left.send(hand.told(1)?.text).expect("somebody listens");
        Ok(())
    });
    let before = kept.recv().expect("what was shown");
    counted(&project, &home, move |hand| {
        hand.stage.player.key("Enter")?;
        hand.all_read()?;
        hand.stage.player.settle();
        let now = hand.told(1)?.text;
        let parts = |text: &str| -> Vec<String> {
            text.split('|')
                .take(4)
                .map(|part| part.trim().to_owned())
                .collect()
        };
        assert_eq!(parts(&now), parts(&before));
        let eraser = hand.stage.t("tool-eraser");
        assert!(hand.stage.player.shows(&eraser)?);
        assert!(hand.letters()?.iter().any(|text| text.starts_with(&eraser)));
        Ok(())
    });
}

#[test]
fn a_case_is_read_without_a_mouse_but_for_painting() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = sample(folder.path());
    let home = folder.path().join("home");
    counted(&project, &home, |hand| {
        let player = &hand.stage.player;
        let begun = player.operations();
        player.key("Enter")?;
        hand.stage.wait("worklist-filter")?;
        player.settle();
        player.key("Enter")?;
        hand.all_read()?;
        player.settle();
        player.key("1")?;
        player.key("B")?;
        for key in ["Up", "Up", "Equals", "Equals", "Equals", "Equals", "Equals"] {
            player.key(key)?;
        }
        let middle = at(hand, NODULE_MM)?;
        // a press that only brings the hand to the picture would draw nothing
        player.hover_at(middle.into())?;
        std::thread::sleep(Duration::from_millis(300));
        hand.drag(&[middle, at(hand, [NODULE_MM[0] + 6.0, NODULE_MM[1]])?])?;
        whole_case(hand)?;
        let done = player.operations().since(&begun);
        tell("a whole case by keys, painting by mouse", done, 60);
        assert_eq!((done.clicks, done.drags, done.notches), (0, 1, 0));
        Ok(())
    });
}
