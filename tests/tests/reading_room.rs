//! The reading room's window beside its first viewport: a second window, a case hung by its protocol,
//! slabs and colours, a folder dropped on the start screen, a graphics device that is lost. What is
//! shown is read back in words and figures.

use annotation_format::write::image_dicom::{SampleModality, SampleSeries, write_series};
use dokuei::desk::StartAs;
use dokuei::settings::Settings;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use tests::calls::{Calls, list, say, text};
use tests::directed::{Directed, Stage};
use tests::hand::{Hand, Played, SIZE, beside, centre, close, look_at, look_at_in};
use tests::scene::{LEAD, READERS, Scene, head_mr};
use tests::screen::{Area, perform, perform_as};
use tests::skipped;
use voxel::{Affine, Grid, Rescale, Samples, Volume, VoxelIndex};

const CT_PET_MR: &str = "modalities/pet-ct-mr/sts-008";

#[test]
fn a_second_window_has_viewports_of_its_own_and_is_there_again_at_the_next_start() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let begins = home.path().to_path_buf();
    look_at_in(home.path(), &[CT_PET_MR], move |hand| {
        let player = &hand.stage.player;
        let first = hand.told(1)?.part(1).to_owned();
        hand.stage.press("menu-view")?;
        hand.stage.press("menu-second-open")?;
        // it begins with what is not shown yet
        let second = hand.told_of(&hand.second_name(1))?;
        assert!(!second.part(1).is_empty() && second.part(1) != first);
        // the layouts of the first window stand above those of the second
        player.click_nth(&hand.stage.t("layout-1x2"), 1)?;
        let beside = hand.told_of(&hand.second_name(2))?;
        assert!(beside.part(1) != first && beside.part(1) != second.part(1));
        assert!(beside.rect[0] >= second_right(hand)?);
        let second_of_first = hand.name(2);
        assert!(player.tree()?.iter().all(|w| w.name != second_of_first));
        // a series is dropped there; the first window keeps its own
        hand.drag_series("IBSI_1_STS_008_MR_T1_image", centre(beside.rect))?;
        hand.until(&hand.second_name(2), |told| told.text.contains("MR_T1"))?;
        // a press there, and the strip's series goes there
        hand.click(centre(hand.told_of(&hand.second_name(1))?.rect))?;
        player.click("IBSI_1_STS_008_PET_image")?;
        hand.until(&hand.second_name(1), |told| told.text.contains("PET"))?;
        assert_eq!(hand.told(1)?.part(1), first);
        hand.stage.press("menu-view")?;
        hand.stage.press("menu-second-close")?;
        player.wait_gone(&hand.second_name(1))?;
        hand.stage.press("menu-view")?;
        hand.stage.press("menu-second-open")?;
        hand.told_of(&hand.second_name(2)).map(drop)
    });
    if tests::shared().is_none() {
        return;
    }
    let kept = Settings::load_in(&begins).second_window;
    assert_eq!((kept.is_open, kept.layout), (true, [1, 2]));
    look_at_in(home.path(), &[CT_PET_MR], |hand| {
        hand.told(1)?;
        let both = [1, 2].map(|number| hand.told_of(&hand.second_name(number)));
        let [one, two] = both;
        assert_ne!(one?.part(1), two?.part(1));
        Ok(())
    });
}

/// Where the first viewport of the second window ends.
fn second_right(hand: &Hand<'_>) -> Played<f32> {
    Ok(hand.told_of(&hand.second_name(1))?.rect[2])
}

/// A project of one case under a protocol that comes with the program, given to both readers.
fn project(home: &Path, protocol: &str, images: &Path) -> PathBuf {
    let project = home.join("project");
    let calls = Calls::new(home, &project);
    let protocol = tests::root().join("assets/protocols").join(protocol);
    let mut init = tests::dokuei(home);
    init.arg("init").arg(&project).args(["--title", "Hanging"]);
    init.args([
        "--preset",
        "demo",
        "--lead",
        LEAD,
        "--protocol",
        text(&protocol),
    ]);
    let made = say(&mut init);
    assert_eq!(made.exit, 0, "{}", made.notes);
    for reader in READERS {
        calls.done(LEAD, &["reader", "add", reader, "--role", "reader"]);
    }
    let made = calls.done(LEAD, &["import", text(images)]);
    assert_eq!(list(&made, "cases").len(), 1, "{made}");
    calls.done(LEAD, &["assign", "--readers", &READERS.join(",")]);
    project
}

/// Opens the only case of a project as a reader.
fn read_case(project: &Path, play: impl FnOnce(&Hand<'_>) -> Played<()> + Send + 'static) {
    read_case_in(SIZE, project, play);
}

/// The same in a window of a size.
fn read_case_in(
    size: [f32; 2],
    project: &Path,
    play: impl FnOnce(&Hand<'_>) -> Played<()> + Send + 'static,
) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let start_as = StartAs {
        project: Some(project.to_path_buf()),
        ..StartAs::default()
    };
    perform_as(size, home.path(), start_as, |stage| {
        stage.wait("sign-in-do")?;
        stage.player.click(READERS[0])?;
        stage.press("sign-in-do")?;
        stage.wait("worklist-filter")?;
        stage.press("worklist-next")?;
        play(&Hand { stage })
    });
}

#[test]
fn the_nodule_protocol_hangs_a_ct_in_its_three_planes() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    let images = shared.join("data/series/ct-chest-60");
    let project = project(home.path(), "lung-nodule-ct.toml", &images);
    read_case(&project, |hand| {
        let planes = ["plane-axial", "plane-coronal", "plane-sagittal"];
        // 512 columns and rows, 60 slices
        for ((number, plane), count) in (1..).zip(planes).zip([60, 512, 512]) {
            let told = hand.told(number)?;
            let plane = hand.stage.t(plane);
            assert!(told.part(0).starts_with(&plane), "{}", told.text);
            assert_eq!(told.plane().1, count, "{}", told.text);
            // the protocol's first window
            assert!(told.part(3).starts_with("C -600"), "{}", told.text);
        }
        let (top, below) = (hand.told(1)?.rect, hand.told(3)?.rect);
        assert!(below[1] > top[3] - 1.0 && close(below[0].into(), top[0].into(), 1.0));
        // there is no fourth plane and no other series
        let empty = hand.stage.player.wait_for(&hand.name(4))?;
        assert_eq!(empty.value, None);
        Ok(())
    });
}

/// The four sequences of a glioma as one DICOM study, numbered against the order of the protocol.
fn glioma_study(shared: &Path, folder: &Path) {
    let sequences = [
        ("fla", "T2 FLAIR"),
        ("t2", "T2 TSE"),
        ("t1c", "T1 SE post Gd"),
        ("t1", "T1 SE"),
    ];
    for (number, (file, description)) in (1..).zip(sequences) {
        let file = format!("data/modalities/brain-mr/tcga-du-7294/{file}.nii.gz");
        let volume = short_values(&shared.join(file));
        let series = SampleSeries {
            series_number: number,
            series_description: description.to_owned(),
            ..series("glioma", SampleModality::Mr)
        };
        write_series(&folder.join(description), &series, &volume).expect("DICOM files are written");
    }
}

/// What files of a test say beside their voxels.
fn series(seed: &str, modality: SampleModality) -> SampleSeries {
    SampleSeries {
        seed: format!("dokuei reading room {seed}"),
        modality,
        patient: annotation_format::write::image_dicom::SamplePatient {
            id: "TEST".to_owned(),
            name_alphabetic: "Test^Test".to_owned(),
            ..Default::default()
        },
        study_date: "20261101".to_owned(),
        study_time: "090000".to_owned(),
        study_id: "1".to_owned(),
        study_description: seed.to_owned(),
        series_number: 1,
        series_description: seed.to_owned(),
        body_part: "HEAD".to_owned(),
        window: None,
    }
}

/// A volume of whole values as samples of 16 bits.
fn short_values(file: &Path) -> Volume {
    let (go_on, files) = (AtomicBool::new(false), [file.to_path_buf()]);
    let found = imaging::scan(&files, &imaging::ScanOptions::default(), &|_| {}, &go_on);
    let entry = found.series.first().expect("an image");
    let volume = imaging::load(entry, &|_| {}, &go_on)
        .expect("it is read")
        .volume;
    let [columns, rows, planes] = volume.grid().size();
    let count = columns * rows * planes;
    let value = |n: usize| {
        let at = [n % columns, n / columns % rows, n / columns / rows];
        let value = volume.value(VoxelIndex(at.map(|c| c as i64)));
        value.unwrap_or(0.0) as i16
    };
    volume_of(volume.grid().clone(), (0..count).map(value).collect())
}

fn volume_of(grid: Grid, voxels: Vec<i16>) -> Volume {
    let rescale = Rescale {
        slope: 1.0,
        intercept: 0.0,
    };
    let samples = Samples::I16(Arc::new(voxels));
    Volume::new(grid, samples, vec![rescale], None).expect("as many voxels as the grid has")
}

#[test]
fn the_glioma_protocol_hangs_four_sequences_in_its_order_and_links_them() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    let images = home.path().join("images");
    glioma_study(&shared, &images);
    let project = project(home.path(), "glioma-mr.toml", &images);
    read_case(&project, |hand| {
        let order = ["T1 SE", "T1 SE post Gd", "T2 TSE", "T2 FLAIR"];
        let axial = hand.stage.t("plane-axial");
        for (number, description) in (1..).zip(order) {
            let told = hand.told(number)?;
            assert!(told.part(1).contains(description), "{}", told.text);
            assert!(told.part(0).starts_with(&axial), "{}", told.text);
            assert_eq!(told.plane().1, 155);
        }
        let first = hand.told(1)?.part(1).to_owned();
        assert!(!first.contains("Gd"), "{first}");
        hand.all_read()?;
        let before = hand.told(1)?.plane().0;
        hand.scroll(-6, centre(hand.told(4)?.rect))?;
        for number in 1..=4 {
            let told = hand.until(&hand.name(number), |told| told.plane().0 != before)?;
            assert_eq!((told.plane().0 - before).abs(), 6, "{}", told.text);
        }
        Ok(())
    });
}

/// The mean of the greys in the middle of a viewport, and the share of its pixels that have a colour.
fn light(hand: &Hand<'_>, rect: Area) -> Played<(f64, f64)> {
    let picture = hand.stage.player.picture()?;
    let [left, top, right, bottom] = rect.map(|side| side as usize);
    let (quarter, eighth) = ((right - left) / 4, (bottom - top) / 4);
    let (mut sum, mut colored, mut count) = (0.0, 0.0, 0.0);
    for y in top + eighth..bottom - eighth {
        for x in left + quarter..right - quarter {
            let [r, g, b, _] = picture.pixels[y * picture.size[0] + x].to_array();
            sum += f64::from(g);
            colored += f64::from(u8::from(r.max(g).max(b) - r.min(g).min(b) > 8));
            count += 1.0;
        }
    }
    Ok((sum / count, colored / count))
}

#[test]
fn slabs_and_colours_chosen_in_the_window_are_in_the_picture_and_in_its_corner() {
    look_at(&["series/ct-chest-60"], |hand| {
        let player = &hand.stage.player;
        hand.all_read()?;
        let rect = hand.told(1)?.rect;
        let choose = |key: &str| {
            let (name, choice) = (hand.stage.t("slab"), hand.stage.t(key));
            player.click(&format!("{name}: {choice}"))
        };
        let mut greys = Vec::new();
        for key in ["slab-min", "slab-mean", "slab-max"] {
            choose(key)?;
            let mode = hand.stage.t(key);
            // 10 mm at first
            let told = hand.until(&hand.name(1), |told| told.text.contains(&mode))?;
            assert_eq!(told.after(&mode), [10.0], "{}", told.text);
            player.hover_at(beside([rect[0], rect[1]], [-40.0, 20.0]).into())?;
            greys.push(light(hand, rect)?.0);
        }
        assert!(
            greys[0] + 5.0 < greys[1] && greys[1] + 5.0 < greys[2],
            "{greys:?}"
        );
        // the slider has 1 to 100 mm between its ends, 5 points from its edges
        let name = hand.stage.t("slab-thickness");
        let slider = player.wait_for(&name)?.rect;
        let share = (40.0 - 1.0) / 99.0;
        let x = slider.min.x + 5.0 + (slider.width() - 10.0) * share;
        hand.click([x, slider.center().y])?;
        let set: f64 = player.value(&name)?.parse().expect("a figure");
        assert!(close(set, 40.0, 1.0), "{set}");
        let told = hand.told(1)?;
        assert_eq!(
            told.after(&hand.stage.t("slab-max")),
            [set],
            "{}",
            told.text
        );
        let corner = format!("{} {set:.1} mm", hand.stage.t("slab-max"));
        assert!(hand.letters()?.contains(&corner), "{corner}");
        assert!(light(hand, rect)?.0 > greys[2], "a thicker slab is lighter");
        choose("slab-none")?;
        hand.until(&hand.name(1), |told| !told.text.contains("MIP"))?;
        player.wait_gone(&name)?;
        let list = hand.stage.t("color-map");
        assert_eq!(player.value(&list)?, hand.stage.t("color-map-grey"));
        assert!(light(hand, rect)?.1 < 0.01);
        hand.stage.press("color-map")?;
        hand.stage.press("color-map-hot-iron")?;
        assert_eq!(player.value(&list)?, hand.stage.t("color-map-hot-iron"));
        assert!(light(hand, rect)?.1 > 0.2);
        Ok(())
    });
}

#[test]
fn an_image_without_pixel_size_grey_levels_or_orientation_says_nothing_of_them() {
    look_at(&["us/cine-ybr422-30f.dcm"], |hand| {
        let player = &hand.stage.player;
        let told = hand.told(1)?;
        assert!(!told.text.contains(" mm"), "{}", told.text);
        assert_eq!(told.plane().1, 30, "{}", told.text);
        assert!(!told.part(0).contains(&hand.stage.t("plane-axial")));
        player.hover_at(centre(told.rect).into())?;
        let letters = hand.letters()?;
        // the middle of 320 columns and 240 rows, beside the strip of the stack
        let place = letters.iter().find_map(|text| text.strip_suffix(" px"));
        let place: Vec<f64> = place
            .map(|text| {
                text.split([',', ' '])
                    .filter_map(|n| n.parse().ok())
                    .collect()
            })
            .unwrap_or_default();
        assert!(
            matches!(place[..], [x, y] if close(x, 160.0, 6.0) && close(y, 120.0, 6.0)),
            "{letters:?}"
        );
        assert!(
            letters.iter().any(|text| text.starts_with("RGB ")),
            "{letters:?}"
        );
        // neither centre nor width
        assert!(
            letters.iter().all(|text| !text.starts_with("C ")),
            "{letters:?}"
        );
        let names = ["reading-preset", "reading-plane"].map(|key| hand.stage.t(key));
        let lists = player.tree()?.into_iter().filter(|w| w.role == "comboBox");
        let shown: Vec<String> = lists
            .map(|w| w.name)
            .filter(|n| names.contains(n))
            .collect();
        assert!(shown.is_empty(), "{shown:?}");
        hand.stage.press("menu-image")?;
        assert!(player.wait_for(&hand.stage.t("image-invert"))?.disabled);
        assert!(!player.wait_for(&hand.stage.t("image-cine"))?.disabled);
        Ok(())
    });
}

#[test]
fn in_a_small_window_viewports_are_let_go_and_linked_by_a_button() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    let images = home.path().join("images");
    glioma_study(&shared, &images);
    let project = project(home.path(), "glioma-mr.toml", &images);
    read_case_in([1280.0, 800.0], &project, |hand| {
        let player = &hand.stage.player;
        for number in 1..=4 {
            hand.told(number)?;
        }
        let link = hand.stage.t("link");
        assert_eq!(player.value(&link)?, hand.stage.t("link-position"));
        hand.stage.press("link")?;
        hand.stage.press("link-off")?;
        assert_eq!(player.value(&link)?, hand.stage.t("link-off"));
        let before = hand.told(1)?.plane();
        hand.scroll(-3, centre(hand.told(2)?.rect))?;
        let moved = hand.until(&hand.name(2), |told| told.plane() != before)?;
        assert_eq!((moved.plane().0 - before.0).abs(), 3);
        assert_eq!(hand.told(1)?.plane(), before);
        Ok(())
    });
}

/// A CT of 300 slices made by formula: a body with two lungs.
fn long_ct(folder: &Path) {
    const SIDE: usize = 512;
    const SLICES: usize = 300;
    let rows = [
        [0.7, 0.0, 0.0, -179.2],
        [0.0, 0.7, 0.0, -179.2],
        [0.0, 0.0, 1.0, -150.0],
    ];
    let grid = Grid::new([SIDE, SIDE, SLICES], Affine { rows }).expect("a grid");
    let plane: Vec<i16> = (0..SIDE * SIDE)
        .map(|n| {
            let [x, y] = [n % SIDE, n / SIDE].map(|c| c as f64 / SIDE as f64 - 0.5);
            let inside = |cx: f64, rx: f64, ry: f64| (x - cx).hypot(y * rx / ry) < rx;
            match (
                inside(0.0, 0.4, 0.28),
                inside(0.17, 0.12, 0.18) || inside(-0.17, 0.12, 0.18),
            ) {
                (false, _) => -1000,
                (true, true) => -820,
                (true, false) => 40,
            }
        })
        .collect();
    let series = series("long", SampleModality::Ct);
    let volume = volume_of(grid, plane.repeat(SLICES));
    write_series(folder, &series, &volume).expect("DICOM files are written");
}

#[test]
fn a_folder_of_300_slices_dropped_on_the_start_screen_is_seen_at_once() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("images");
    long_ct(&folder.join("ct"));
    let shorter = head_mr(&folder);
    assert!(shorter.starts_with(&folder));
    let seconds = perform(SIZE, home.path(), move |stage| {
        stage.wait("start-sample-open")?;
        let begun = Instant::now();
        stage.player.drop_files(&[folder.as_path()])?;
        let hand = Hand { stage };
        let told = hand.told(1)?;
        let first = begun.elapsed().as_secs_f64();
        assert_eq!(told.plane().1, 300, "{}", told.text);
        let spacing = [("thickness", "1.0".into()), ("pixel", "0.70".into())];
        let corner = hand.stage.words.f("reading-spacing", &spacing);
        assert!(hand.letters()?.contains(&corner), "{corner}");
        hand.all_read()?;
        Ok([first, begun.elapsed().as_secs_f64()])
    });
    let [first, all] = seconds;
    tests::measured(&format!(
        "300 dropped slices: first picture after {first:.2} s, all read after {all:.2} s"
    ));
}

/// What the viewports of a window say, by their names.
fn viewports(tree: &str, names: &[String]) -> Vec<String> {
    let said = |name: &String| {
        let head = format!("image {name:?} = ");
        let mut lines = tree.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(&head));
        // plane, series, place and window; how large it is drawn is the window's affair
        let parts = line.unwrap_or_default().split(" | ").take(4);
        parts.collect::<Vec<_>>().join(" | ")
    };
    names.iter().map(said).collect()
}

#[test]
fn viewports_outlive_the_graphics_device_and_the_window_says_what_it_runs_on() {
    if !tests::has_display() {
        return;
    }
    let images = tempfile::tempdir().expect("a temporary folder");
    let scene = Scene::new(&[&head_mr(images.path())]);
    let mut command = Directed::command(&scene.calls, &scene.path("out"), Stage::Window);
    command.env("DOKUEI_HOST", "wgpu");
    let mut window = Directed::signed_in(command, READERS[0]);
    window.open_next();
    let by_gpu = window.t("renderer-kind-wgpu");
    if !window.tree().contains(&format!("label {by_gpu:?}")) {
        return skipped("no graphics adapter");
    }
    let planes = window.t("layout-planes");
    window.press(&planes);
    let mut names = vec![window.t("reading-viewport")];
    let words = dokuei::language::Words::new(dokuei::language::Language::Ja);
    names
        .extend([2, 3].map(|n: usize| words.f("reading-viewport-number", &[("number", n.into())])));
    let begun = Instant::now();
    let mut before = viewports(&window.tree(), &names);
    while before.iter().any(String::is_empty) {
        assert!(begun.elapsed().as_secs() < 60, "{before:?}");
        before = viewports(&window.tree(), &names);
    }
    let lost = window.ask(&json!({ "do": "lose_device" }));
    assert!(lost.is_ok(), "{lost:?}");
    let told = window.t("reading-gpu-stopped");
    window.wait(&told);
    let tree = window.tree();
    let by_cpu = window.t("renderer-kind-cpu-painted");
    assert!(tree.contains(&format!("label {by_cpu:?}")), "{tree}");
    assert_eq!(viewports(&tree, &names), before);
    // the hand goes on with the work
    window.stroke(1);
    window.saved();
    window.close();
    assert_eq!(scene.findings(READERS[0], "1").len(), 1);
}
