//! Several viewports in the window: layouts, planes at right angles, the cross-hair, series that go
//! together, cine. What is shown is read back in figures: every viewport says plane, place, window and
//! cross-hair to those who cannot see it.

use std::time::{Duration, Instant};
use tests::hand::{beside, centre, close, look_at};
use tests::screen::Area;

fn width([left, _, right, _]: Area) -> f64 {
    f64::from(right - left)
}

fn holds(outer: Area, inner: Area) -> bool {
    outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
}

#[test]
fn the_cross_hair_leads_three_planes_to_one_place() {
    look_at(&["series/ct-chest-60"], |hand| {
        hand.all_read()?;
        hand.stage.press("layout-planes")?;
        for number in 1..=3 {
            hand.told(number)?;
        }
        hand.stage.press("tool-crosshair")?;
        let at = beside(centre(hand.told(1)?.rect), [-70.0, 30.0]);
        hand.click(at)?;
        let [x, y, z] = hand.cross(1)?;
        // the file's pixels are 0.898 mm, its slices 2.5 mm: each plane is the nearest there is
        let [axial] = hand.told(1)?.after("SL");
        let [sagittal] = hand.told(2)?.after("X");
        let [coronal] = hand.told(3)?.after("Y");
        assert!(close(axial, z, 1.26), "{axial} {z}");
        assert!(close(sagittal, x, 0.46), "{sagittal} {x}");
        assert!(close(coronal, y, 0.46), "{coronal} {y}");
        // a step in the axial plane takes the cross-hair along, by a slice
        hand.scroll(-1, at)?;
        let [same_x, same_y, next_z] = hand.cross(3)?;
        assert!(close(same_x, x, 0.11) && close(same_y, y, 0.11));
        assert!(close((next_z - z).abs(), 2.5, 0.11), "{z} {next_z}");
        // dragging the sagittal plane's line moves that plane alone
        let line = beside(at, [0.0, 90.0]);
        hand.drag(&[line, beside(line, [50.0, 0.0])])?;
        let [moved] = hand.told(2)?.after("X");
        let [still] = hand.told(3)?.after("Y");
        assert!(
            moved > x + 10.0 && close(still, coronal, 0.01),
            "{moved} {still}"
        );
        Ok(())
    });
}

#[test]
fn turned_planes_are_oblique_and_a_double_click_sets_them_straight() {
    look_at(&["series/ct-chest-60"], |hand| {
        hand.all_read()?;
        hand.stage.press("layout-planes")?;
        hand.told(3)?;
        hand.stage.press("tool-crosshair")?;
        let rect = hand.told(1)?.rect;
        let middle = centre(rect);
        hand.click(middle)?;
        let before = hand.told(2)?.plane();
        // the end of the vertical line, a fifth of the way to the side
        let end = [middle[0], rect[3] - 12.0];
        hand.drag(&[end, beside(end, [40.0, -8.0])])?;
        let oblique = hand.stage.words.f(
            "reading-oblique",
            &[("plane", hand.stage.t("plane-sagittal").into())],
        );
        let told = hand.told(2)?;
        assert!(told.text.starts_with(&oblique), "{}", told.text);
        hand.double_click(1)?;
        assert_eq!(hand.told(2)?.plane(), before);
        Ok(())
    });
}

#[test]
fn ct_pet_and_mr_of_one_frame_of_reference_show_one_place() {
    look_at(&["modalities/pet-ct-mr/sts-008"], |hand| {
        hand.stage.press("layout-1x3")?;
        for number in 1..=3 {
            hand.told(number)?;
        }
        hand.all_read()?;
        hand.stage.press("tool-crosshair")?;
        // the middle of the tumour's contours, in each of the three structure sets
        let tumour = [179.0, 9.4, -191.2];
        let at = centre(hand.told(1)?.rect);
        while hand.told(1)?.after::<1>("SL")[0] > tumour[2] + 1.7 {
            hand.scroll(-1, at)?;
        }
        while hand.told(1)?.after::<1>("SL")[0] < tumour[2] - 1.7 {
            hand.scroll(1, at)?;
        }
        let cross = hand.cross_at(1, [tumour[0], tumour[1]])?;
        for number in 1..=3 {
            let told = hand.told(number)?;
            let [level] = told.after("SL");
            assert!(close(level, tumour[2], 1.7), "{number}: {}", told.text);
            let place = hand.cross(number)?;
            assert_eq!(place, cross);
            for (axis, wanted) in tumour.iter().enumerate() {
                assert!(close(place[axis], *wanted, 1.7), "{number}: {place:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn four_sequences_on_one_grid_scroll_together_until_they_are_let_go() {
    let sequences = ["t1", "t1c", "t2", "fla"]
        .map(|name| format!("modalities/brain-mr/tcga-du-7294/{name}.nii.gz"));
    let images: Vec<&str> = sequences.iter().map(String::as_str).collect();
    look_at(&images, |hand| {
        hand.told(1)?;
        hand.stage.player.key("Ctrl+4")?;
        for number in 1..=4 {
            hand.told(number)?;
        }
        hand.all_read()?;
        let at = centre(hand.told(2)?.rect);
        hand.scroll(-7, at)?;
        let place = hand.told(2)?.plane();
        assert_eq!(place.1, 155);
        for number in [1, 3, 4] {
            assert_eq!(hand.told(number)?.plane(), place);
        }
        hand.stage.player.hover_at(at.into())?;
        hand.stage.player.key("Ctrl+L")?;
        hand.scroll(-3, at)?;
        assert_eq!(hand.told(1)?.plane(), place);
        assert_ne!(hand.told(2)?.plane(), place);
        // linked again as they stand: the offset of the reader's own stays
        let offset = hand.told(2)?.plane().0 - place.0;
        hand.stage.press("link")?;
        hand.stage.press("link-offset")?;
        hand.scroll(5, centre(hand.told(4)?.rect))?;
        assert_eq!(hand.told(2)?.plane().0 - hand.told(1)?.plane().0, offset);
        assert_eq!(hand.told(4)?.plane(), hand.told(1)?.plane());
        assert_ne!(hand.told(1)?.plane(), place);
        Ok(())
    });
}

#[test]
fn edges_are_dragged_and_a_double_click_gives_a_viewport_all_the_place() {
    look_at(&["modalities/pet-ct-mr/sts-008"], |hand| {
        hand.stage.press("layout-2x2")?;
        let player = &hand.stage.player;
        let (first, second) = (hand.told(1)?.rect, hand.told(2)?.rect);
        let edge = [f32::midpoint(first[2], second[0]), centre(first)[1]];
        hand.drag(&[edge, beside(edge, [-120.0, 0.0])])?;
        let (left, right) = (hand.told(1)?.rect, hand.told(2)?.rect);
        assert!(close(width(left), width(first) - 120.0, 4.0));
        assert!(close(width(right), width(second) + 120.0, 4.0));
        assert!(left[2] <= right[0]);
        hand.double_click(2)?;
        let all = hand.told(2)?.rect;
        assert!(holds(all, left) && holds(all, right));
        player.wait_gone(&hand.name(1))?;
        hand.double_click(2)?;
        assert_eq!(hand.told(1)?.rect, left);
        Ok(())
    });
}

#[test]
fn a_series_is_dropped_on_a_viewport() {
    look_at(&["modalities/pet-ct-mr/sts-008"], |hand| {
        hand.stage.press("layout-1x2")?;
        let first = hand.told(1)?.part(1).to_owned();
        let to = centre(hand.told(2)?.rect);
        hand.drag_series("IBSI_1_STS_008_MR_T1_image", to)?;
        hand.until(&hand.name(2), |told| told.text.contains("MR_T1"))?;
        assert_eq!(hand.told(1)?.part(1), first);
        Ok(())
    });
}

#[test]
fn a_cine_runs_at_the_files_rate_and_an_idle_window_draws_nothing() {
    look_at(&["us/cine-ybr422-30f.dcm"], |hand| {
        let player = &hand.stage.player;
        hand.stage.press("layout-1x2")?;
        hand.told(1)?;
        hand.stage.press("menu-image")?;
        hand.stage.press("image-cine")?;
        let rate = player.wait_for(&hand.stage.t("cine-rate"))?;
        // the file says 33.333 ms a frame
        let value = rate.value.unwrap_or_default();
        let figure = value.split_whitespace().next().unwrap_or_default();
        let fps: f64 = figure.parse().unwrap_or_else(|_| panic!("{value}"));
        assert!(close(fps, 30.0, 0.01), "{fps}");
        let mut seen = std::collections::BTreeSet::new();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) {
            seen.insert(hand.told(1)?.plane());
        }
        assert!(
            seen.len() > 10 && seen.iter().all(|(_, count)| *count == 30),
            "{seen:?}"
        );
        hand.stage.press("cine-stop")?;
        player.settle();
        let stands = hand.told(1)?.plane();
        // the slice that stands now counts as seen after a moment
        std::thread::sleep(Duration::from_secs(1));
        let drawn = player.frames_drawn();
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(player.frames_drawn(), drawn);
        assert_eq!(hand.told(1)?.plane(), stands);
        Ok(())
    });
}

#[test]
fn a_drag_along_the_strip_goes_through_the_stack_and_does_nothing_else() {
    look_at(&["series/ct-chest-60"], |hand| {
        let before = hand.told(1)?;
        hand.all_read()?;
        let [_, top, right, bottom] = before.rect;
        let at = |share: f32| [right - 8.0, top + (bottom - top) * share];
        hand.drag(&[at(0.5), at(0.6), at(0.8)])?;
        let after = hand.until(&hand.name(1), |told| told.plane() != before.plane())?;
        assert_eq!(after.plane().0, 49, "{}", after.text);
        // the tool in hand would have changed the grey levels
        assert_eq!(after.part(3), before.part(3));
        Ok(())
    });
}
