//! The command's picture is the workstation's: what `render` writes is what a viewport shows.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use tests::calls::{say, text};
use tests::hand::{Hand, SIZE, look_at};
use voxel::{Samples, Volume, VoxelIndex};

/// Width of the strip of the stack.
const STRIP: i64 = 12;

/// A PNG file as its grey values, or the first channel of its colours.
fn grey(path: &Path) -> Volume {
    let stop = AtomicBool::new(false);
    let options = imaging::ScanOptions::default();
    let found = imaging::scan(&[path.to_path_buf()], &options, &|_| {}, &stop);
    let entry = found.series.first().expect("a picture");
    imaging::load(entry, &|_| {}, &stop)
        .expect("its pixels")
        .volume
}

fn pixel(volume: &Volume, x: i64, y: i64) -> u8 {
    let [columns, _, _] = volume.grid().size();
    let at = VoxelIndex([x, y, 0]);
    match volume.samples() {
        Samples::Rgb8(pixels) => pixels[(y as usize) * columns + x as usize][0],
        _ => volume.value(at).expect("a pixel") as u8,
    }
}

/// Shows images in a window with one viewport and compares its middle with the command's picture of the
/// same size.
fn is_the_same(images: &'static str, window: &'static str, slab: &'static [&'static str]) {
    look_at(&[images], move |hand: &Hand<'_>| {
        hand.told(1)?;
        hand.all_read()?;
        if !slab.is_empty() {
            let [slab, mip] = ["slab", "slab-max"].map(|key| hand.stage.t(key));
            hand.stage.player.click(&format!("{slab}: {mip}"))?;
        }
        hand.stage
            .player
            .hover_at([SIZE[0] - 4.0, SIZE[1] - 4.0].into())?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (seen, made) = (
            folder.path().join("seen.png"),
            folder.path().join("made.png"),
        );
        hand.stage.player.screenshot(&seen)?;
        // the picture lies within the border of the viewport, the strip of the stack beside it
        let [left, top, right, bottom] = hand.told(1)?.rect.map(|side| side.round() as i64);
        let (columns, rows) = (right - left - 4 - STRIP, bottom - top - 4);
        let shared = tests::shared().expect("the shared folder");
        let mut command = tests::dokuei(folder.path());
        command.arg("render").arg(shared.join("data").join(images));
        command.args(["-o", text(&made), "--plain", "--window", window]);
        command
            .args(["--size", &format!("{columns}x{rows}")])
            .args(slab);
        let said = say(&mut command);
        assert_eq!(said.exit, 0, "{}", said.notes);
        let (seen, made) = (grey(&seen), grey(&made));
        let (mut compared, mut differ, mut bright) = (0, 0, 0);
        // letters, scale and strip stand at the edges
        for y in rows / 8..rows * 3 / 4 {
            for x in columns / 8..columns * 3 / 4 {
                let (a, b) = (pixel(&seen, left + 2 + x, top + 2 + y), pixel(&made, x, y));
                compared += 1;
                differ += i32::from(a != b);
                bright += i32::from(b > 60);
            }
        }
        assert!(bright > compared / 20, "{bright} of {compared} are bright");
        assert_eq!(differ, 0, "of {compared} pixels");
        Ok(())
    });
}

#[test]
fn render_writes_the_slice_that_the_viewport_shows() {
    is_the_same("series/ct-chest-60", "-700,1500", &[]);
}

#[test]
fn render_writes_the_slab_that_the_viewport_shows() {
    let slab = ["--slab-mm", "10", "--slab-mode", "mip"];
    is_the_same("series/ct-chest-60", "-700,1500", Box::leak(Box::new(slab)));
}
