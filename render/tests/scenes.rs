//! The table of scenes: the GPU's pictures against the CPU twin's, and what must not change a picture.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod compare;
#[allow(dead_code, reason = "without the feature gpu only a part is used")]
mod scene_table;

use compare::compared;
use render::{Picture, RectPx, overlay, slice, slice_into};
use scene_table::{Scene, subjects};

#[cfg(feature = "gpu")]
#[test]
fn the_gpu_draws_every_scene_as_the_cpu_twin_does() {
    use render::gpu::{GpuVolume, Headless, Screen, SliceRenderer};
    let headless = match Headless::open() {
        Ok(headless) => headless,
        Err(error) => {
            println!("SKIPPED: {error}");
            return;
        }
    };
    let (device, queue) = (&headless.device, &headless.queue);
    println!(
        "adapter: {} ({:?})",
        headless.adapter.name, headless.adapter.device_type
    );
    let screen = Screen::new(device, wgpu::TextureFormat::Rgba8Unorm).unwrap();
    let (mut count, mut failures) = (0, Vec::new());
    for subject in subjects() {
        let volume = GpuVolume::new(device, queue, &subject.volume).unwrap();
        let mut renderer = SliceRenderer::new(volume, &[]).unwrap();
        for scene in &subject.scenes {
            let picture = screen.picture(device, scene.view.size_px).unwrap();
            let layers = subject.layers(scene);
            renderer
                .draw(&picture, &scene.view, &scene.rendering, &layers)
                .unwrap();
            let drawn = picture.read(device, queue).unwrap();
            let twin = subject.drawn(scene);
            if let Err(difference) = compared(&drawn, &twin) {
                failures.push(format!("{}: {difference}", scene.name));
            }
            count += 1;
        }
    }
    assert!(
        failures.is_empty(),
        "of {count} scenes:\n{}",
        failures.join("\n")
    );
    println!("{count} scenes are the same");
}

#[test]
fn the_comparer_tells_different_pictures_apart() {
    let subjects = subjects();
    let subject = &subjects[0];
    let pictures: Vec<Picture> = subject
        .scenes
        .iter()
        .map(|scene| subject.drawn(scene))
        .collect();
    assert_eq!(compared(&pictures[0], &pictures[0]), Ok(()));
    // Other interpolation, slab, window, masks.
    for n in [2, 3, 4, 8, 9, 10, 11] {
        assert!(
            compared(&pictures[0], &pictures[n]).is_err(),
            "{}",
            subject.scenes[n].name
        );
    }
    // One level everywhere is rounding, two levels in a few pixels more than a thousandth are not.
    let changed = |levels: u8, every: usize| {
        let mut other = pictures[4].clone();
        for pixel in other.pixels_mut().iter_mut().step_by(every) {
            pixel[1] = if pixel[1] > 127 {
                pixel[1] - levels
            } else {
                pixel[1] + levels
            };
        }
        other
    };
    assert_eq!(compared(&pictures[4], &changed(1, 1)), Ok(()));
    assert_eq!(compared(&pictures[4], &changed(2, 1100)), Ok(()));
    assert!(compared(&pictures[4], &changed(2, 900)).is_err());
    let smaller = Picture::new(10, 10).unwrap();
    assert!(compared(&pictures[4], &smaller).is_err());
}

#[test]
fn no_picture_of_the_table_is_of_one_colour() {
    for subject in subjects() {
        // A threshold may lie beside all values of a plane.
        let is_graded = |scene: &&Scene| !scene.name.ends_with("threshold");
        for scene in subject.scenes.iter().filter(is_graded) {
            let picture = subject.drawn(scene);
            let first = picture.pixel(0, 0);
            let other = picture
                .pixels()
                .iter()
                .filter(|pixel| Some(**pixel) != first);
            assert!(other.count() > 20, "{}", scene.name);
        }
    }
}

#[test]
fn a_scene_depends_neither_on_threads_nor_on_the_rectangles_in_which_it_is_drawn() {
    let pools = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap()
    });
    for subject in subjects() {
        for scene in &subject.scenes {
            let whole = pools[0].install(|| subject.drawn(scene));
            let other = pools[1].install(|| subject.drawn(scene));
            assert!(whole == other, "{}", scene.name);
            let mut parts = Picture::new(whole.width, whole.height).unwrap();
            let layers = subject.layers(scene);
            for (x, y) in [(0, 0), (67, 0), (0, 41), (67, 41)] {
                let rect = RectPx {
                    x,
                    y,
                    width: if x == 0 { 67 } else { 99 },
                    height: if y == 0 { 41 } else { 99 },
                };
                slice_into(
                    &mut parts,
                    &subject.volume,
                    &scene.view,
                    &scene.rendering,
                    Some(rect),
                );
                overlay(&mut parts, &scene.view, &layers, Some(rect));
            }
            assert!(whole == parts, "{}", scene.name);
        }
    }
    // A stroke under a slab: the bare image comes back where the mask was.
    let subject = &subjects()[1];
    let scene = subject.scenes.last().unwrap();
    let layers = subject.layers(scene);
    let bare = slice(&subject.volume, &scene.view, &scene.rendering);
    let mut drawn = subject.drawn(scene);
    drawn.copy_rect_from(&bare, bare.rect());
    overlay(&mut drawn, &scene.view, &layers, None);
    assert!(drawn == subject.drawn(scene));
}
