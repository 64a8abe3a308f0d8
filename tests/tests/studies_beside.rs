//! What belongs together beside one another: an earlier study of the patient, the volumes of one
//! acquisition, structures drawn elsewhere, and two series whose common space is not one.

use annotation_format::write::image_dicom::{
    SampleModality, SamplePatient, SampleSeries, write_series,
};
use dokuei::desk::StartAs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tests::calls::{Calls, list, say, text};
use tests::hand::{Hand, SIZE, Told, centre, close, look_at};
use tests::scene::{LEAD, READERS};
use tests::screen::{perform_as, perform_on};
use voxel::{Affine, Grid, Rescale, Samples, Volume};

/// A series of one patient, its images in a folder of its own.
fn series(seed: &str, number: u32, study_date: &str) -> SampleSeries {
    SampleSeries {
        seed: seed.to_owned(),
        modality: SampleModality::Ct,
        patient: SamplePatient {
            id: "P-77".to_owned(),
            name_alphabetic: "Mihon^Taro".to_owned(),
            name_ideographic: String::new(),
            name_phonetic: String::new(),
            birth_date: "19600101".to_owned(),
            sex: "M".to_owned(),
            age: "066Y".to_owned(),
        },
        study_date: study_date.to_owned(),
        study_time: "101500".to_owned(),
        study_id: seed.to_owned(),
        study_description: "CHEST".to_owned(),
        series_number: number,
        series_description: "chest".to_owned(),
        body_part: "CHEST".to_owned(),
        window: Some((40.0, 400.0)),
    }
}

/// A block that differs from plane to plane, its first plane at a height.
fn block(first_mm: f64) -> Volume {
    let size = [64, 64, 40];
    let mut affine = Affine::scaling([2.0, 2.0, 2.5]);
    affine.rows[2][3] = first_mm;
    let samples = (0..64 * 64 * 40).map(|n| ((n / 4096) * 10 + n % 64) as i16);
    let grid = Grid::new(size, affine).expect("a grid");
    let samples = Samples::I16(Arc::new(samples.collect()));
    Volume::new(grid, samples, vec![Rescale::IDENTITY], None).expect("a volume")
}

/// A project under a protocol that shows priors, the later of two studies of a patient given to both
/// readers.
fn follow_up(home: &Path) -> PathBuf {
    let project = home.join("project");
    let calls = Calls::new(home, &project);
    let source = tests::root().join("assets/protocols/lung-nodule-ct.toml");
    let source = std::fs::read_to_string(source).expect("a protocol");
    let source = source.replace("[display]\n", "[display]\npriors = true\n");
    let protocol = home.join("protocol.toml");
    std::fs::write(&protocol, source).expect("a protocol is written");
    let mut init = tests::dokuei(home);
    init.arg("init").arg(&project).args(["--title", "経過"]);
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
    // the earlier study lies 40 mm lower on its table
    for (seed, date, first_mm) in [("before", "20260110", -40.0), ("now", "20261005", 0.0)] {
        let folder = home.join(seed);
        write_series(&folder, &series(seed, 1, date), &block(first_mm)).expect("a series");
        let made = calls.done(LEAD, &["import", text(&folder)]);
        assert_eq!(list(&made, "cases").len(), 1, "{made}");
    }
    calls.done(
        LEAD,
        &["assign", "--readers", &READERS.join(","), "--cases", "2"],
    );
    project
}

#[test]
fn a_prior_study_scrolls_beside_the_present_one_and_is_never_drawn_on() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let project = follow_up(home.path());
    let start_as = StartAs {
        project: Some(project.clone()),
        ..StartAs::default()
    };
    perform_as(SIZE, home.path(), start_as, |stage| {
        let hand = Hand { stage };
        stage.wait("sign-in-do")?;
        stage.player.click(READERS[0])?;
        stage.press("sign-in-do")?;
        stage.wait("worklist-filter")?;
        stage.press("worklist-next")?;
        hand.all_read()?;
        stage.press("prior")?;
        let when = stage.words.f("prior-days", &[("days", 268.into())]);
        stage.player.click(&when)?;
        let named = stage.words.f("prior-named", &[("when", when.into())]);
        let before = hand.until(&hand.name(1), |told| told.text.contains(&named))?;
        let now = hand.told(2)?;
        assert_eq!(before.plane(), now.plane());
        let levels = [before.after::<1>("SL")[0], now.after::<1>("SL")[0]];
        assert!(close(levels[1] - levels[0], 40.0, 0.01), "{levels:?}");
        // both go on together, by as much
        hand.scroll(3, centre(now.rect))?;
        let level = |told: &Told| told.after::<1>("SL")[0];
        let by = |told: &Told, from: f64| close((level(told) - from).abs(), 7.5, 0.01);
        let moved = [
            hand.until(&hand.name(1), |told| by(told, levels[0]))?,
            hand.until(&hand.name(2), |told| by(told, levels[1]))?,
        ];
        let apart = level(&moved[1]) - level(&moved[0]);
        assert!(close(apart, 40.0, 0.01), "{moved:?}");
        // the brush does nothing there, and says why
        hand.click(centre(before.rect))?;
        stage.player.key("B")?;
        hand.drag(&[
            centre(before.rect),
            tests::hand::beside(centre(before.rect), [40.0, 20.0]),
        ])?;
        stage.wait("prior-only-looked-at")?;
        let tab = stage
            .words
            .f("reading-tab-findings", &[("count", 0.into())]);
        stage.player.wait_for(&tab)?;
        stage.press("prior")?;
        stage.press("prior-none")?;
        // the three planes of the protocol again, at the level that was looked at
        let name = hand.name(3);
        stage.player.wait_for(&name)?;
        let axial = hand.until(&hand.name(1), |told| !told.text.contains(&named))?;
        assert!(close(level(&axial), level(&moved[1]), 0.01), "{axial:?}");
        Ok(())
    });
    Calls::new(home.path(), &project).verify();
}

#[test]
fn a_cine_runs_through_the_phases_of_a_heart_at_one_slice() {
    look_at(
        &["modalities/cardiac-mr/sunnybrook-sc-hf-i-1/dicom"],
        |hand| {
            let player = &hand.stage.player;
            hand.stage.press("layout-1x2")?;
            let first = hand.told(1)?;
            hand.all_read()?;
            // the next volume, by key: the same slice, as large
            player.hover_at(centre(first.rect).into())?;
            player.key("ArrowRight")?;
            let second = hand.until(&hand.name(1), |told| told.part(1) != first.part(1))?;
            assert_eq!(second.plane(), first.plane());
            assert_eq!(second.part(2), first.part(2));
            hand.stage.press("menu-image")?;
            hand.stage.press("image-cine")?;
            let mut seen = std::collections::BTreeSet::new();
            let begun = Instant::now();
            while seen.len() < 20 && begun.elapsed() < Duration::from_secs(30) {
                let told = hand.told(1)?;
                assert_eq!(told.plane(), first.plane());
                seen.insert(told.part(1).to_owned());
            }
            assert_eq!(seen.len(), 20, "{seen:?}");
            // through the slices instead: the volume stays
            hand.stage.press("cine-slices")?;
            let (volume, at) = (hand.told(1)?.part(1).to_owned(), hand.told(1)?.plane());
            let moved = hand.until(&hand.name(1), |told| told.plane() != at)?;
            assert_eq!(moved.part(1), volume);
            hand.stage.press("cine-stop")
        },
    );
}

#[test]
fn structures_beside_the_images_are_listed_with_their_volumes_and_gone_to() {
    look_at(&["modalities/pet-ct-mr/sts-008"], |hand| {
        let player = &hand.stage.player;
        hand.stage.press("layout-1x3")?;
        for number in 1..=3 {
            hand.told(number)?;
        }
        hand.all_read()?;
        for name in ["GTV_Mass_CT", "GTV_Mass_PET", "GTV_Mass_MR_T1"] {
            player.wait_for(name)?;
        }
        // voxels by an independent reader (tests/independent/structures.json) times their size
        let letters = hand.letters()?;
        let written = |text: &str| letters.iter().filter(|letter| *letter == text).count();
        assert_eq!(
            (written("27.64 mL"), written("27.88 mL")),
            (2, 1),
            "{letters:?}"
        );
        player.click("GTV_Mass_CT")?;
        let middle = [179.375, 11.187, -194.489];
        for number in 1..=3 {
            let cross = hand.cross(number)?;
            let is_there = (0..3).all(|axis| close(cross[axis], middle[axis], 0.06));
            assert!(is_there, "{number}: {cross:?}");
        }
        // it can be hidden
        let told = [("name", "GTV_Mass_CT".into())];
        player.click(&hand.stage.words.f("structure-show", &told))?;
        hand.told(1).map(drop)
    });
}

#[test]
fn series_that_only_claim_one_space_are_warned_of() {
    let Some(shared) = tests::shared() else {
        return;
    };
    let stop = AtomicBool::new(false);
    let real = [shared.join("data/series/ct-chest-60")];
    let found = imaging::scan(&real, &imaging::ScanOptions::default(), &|_| {}, &stop);
    let entry = found
        .series
        .iter()
        .find(|entry| entry.is_image)
        .expect("a CT");
    let loaded = imaging::load(entry, &|_| {}, &stop).expect("its pixels");
    let volume = &loaded.volume;
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("images");
    for (number, shift_mm) in [(1, [0.0; 3]), (2, [40.0, 0.0, 0.0])] {
        let mut affine = *volume.grid().affine();
        for (row, by) in affine.rows.iter_mut().zip(shift_mm) {
            row[3] += by;
        }
        let grid = Grid::new(volume.grid().size(), affine).expect("a grid");
        let samples = volume.samples().clone();
        let moved = Volume::new(grid, samples, vec![Rescale::IDENTITY], None).expect("a volume");
        let of = series("claim", number, "20261005");
        write_series(&folder.join(number.to_string()), &of, &moved).expect("a series");
    }
    perform_on(SIZE, home.path(), vec![folder], |stage| {
        let hand = Hand { stage };
        hand.stage.press("layout-1x2")?;
        let begun = Instant::now();
        let told = [("name", "2".into()), ("mm", "40".into())];
        let warning = stage.words.f("reading-apart", &told);
        while !hand.letters()?.contains(&warning) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{warning}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    });
}
