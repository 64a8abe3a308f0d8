//! Slides made for one question each: which level opens, its scale, what lies beside it.

mod pictures;

use pictures::{
    Form, LITTLE, MadePage, codes, colours, folder, found, loaded, refusal, tiff, write,
};

/// A page of tiles none of which is stored: an empty slide of any size in few bytes.
fn sparse(columns: u64, rows: u64) -> MadePage {
    let count = columns.div_ceil(1024) * rows.div_ceil(1024);
    MadePage::rgb(columns, rows, Vec::new())
        .with(322, 1024)
        .with(323, 1024)
        .chunks(vec![Vec::new(); count as usize])
}

const BIG: Form = Form {
    big_endian: false,
    big_tiff: true,
};

#[test]
fn a_slide_that_is_too_large_opens_at_the_largest_level_that_fits_and_says_so() {
    let pages = [
        sparse(40_000, 30_000).text("Aperio Image\r\n40000x30000|AppMag = 40|MPP = 0.25"),
        MadePage::rgb(4, 3, vec![9; 36]).text("Aperio Image\r\n40000x30000 -> 4x3 - |"),
        sparse(10_000, 7_500).text("Aperio Image\r\n"),
        MadePage::tiled(1000, 750, 256, [1, 2, 3]).text("Aperio Image\r\n"),
        MadePage::rgb(2, 2, vec![7; 12])
            .text("Aperio Image\r\nlabel 2x2")
            .with(254, 1),
        MadePage::rgb(3, 2, vec![8; 18])
            .text("Aperio Image\r\nmacro 3x2")
            .with(254, 9),
    ];
    let folder = folder();
    let path = write(folder.path(), "slide.svs", &tiff(BIG, &pages));
    let result = found(&path);
    assert_eq!(result.skipped, []);
    let stacks: Vec<&str> = result
        .series
        .iter()
        .map(|entry| entry.stack.as_str())
        .collect();
    assert_eq!(stacks[1..], ["thumbnail", "label image", "macro image"]);
    let slide = &result.series[0];
    assert!(slide.stack.ends_with("level 2 of 3"), "{}", slide.stack);
    assert_eq!(slide.size, [10_000, 7_500, 1]);
    let problem = &slide.problems[0];
    assert_eq!(problem.code, "slide_level");
    assert!(
        problem.message.contains("level 2 of 3"),
        "{}",
        problem.message
    );
    assert!(
        problem.message.contains("40000 × 30000"),
        "{}",
        problem.message
    );
    // 0.25 µm at the full size, four times as much here
    let spacing = slide.spacing_mm.expect("MPP stands in the file");
    assert!((spacing[0] - 0.001).abs() < 1e-12 && (spacing[1] - 0.001).abs() < 1e-12);
    assert_eq!(colours(&loaded(&result.series[2])), [[7; 3]; 4]);
}

#[test]
fn levels_below_a_page_are_its_own_and_the_full_size_opens_where_it_fits() {
    let page = MadePage::tiled(100, 80, 16, [50, 60, 70])
        .below(MadePage::tiled(50, 40, 16, [1, 1, 1]).with(254, 1))
        .below(MadePage::tiled(25, 20, 16, [2, 2, 2]).with(254, 1));
    let folder = folder();
    let path = write(folder.path(), "a.tif", &tiff(LITTLE, &[page]));
    let result = found(&path);
    assert_eq!(result.series.len(), 1);
    assert_eq!(result.series[0].stack, "level 1 of 3");
    let loaded = loaded(&result.series[0]);
    assert_eq!(codes(&loaded), [""; 0]);
    assert!(colours(&loaded).iter().all(|pixel| *pixel == [50, 60, 70]));
}

#[test]
fn the_pixels_of_a_smaller_level_are_those_that_are_shown() {
    let page = sparse(20_000, 10_000).below(MadePage::tiled(2_000, 1_000, 64, [5, 6, 7]));
    let folder = folder();
    let path = write(folder.path(), "a.tif", &tiff(LITTLE, &[page]));
    let result = found(&path);
    let entry = &result.series[0];
    assert_eq!(entry.size, [2_000, 1_000, 1]);
    let loaded = loaded(entry);
    assert_eq!(codes(&loaded), ["slide_level"]);
    assert!(colours(&loaded).iter().all(|pixel| *pixel == [5, 6, 7]));
}

#[test]
fn a_tiled_page_of_another_shape_is_no_level() {
    let pages = [
        MadePage::tiled(100, 80, 16, [1, 2, 3]),
        MadePage::tiled(50, 20, 16, [4, 5, 6]),
    ];
    let folder = folder();
    let path = write(folder.path(), "a.tif", &tiff(LITTLE, &pages));
    let stacks: Vec<String> = found(&path)
        .series
        .into_iter()
        .map(|entry| entry.stack)
        .collect();
    assert_eq!(stacks, ["page 1", "page 2"]);
}

#[test]
fn a_huge_picture_without_smaller_levels_is_refused_at_once() {
    // by its pixels, or because its few bytes cannot hold them: whichever is seen first
    let (code, _) = refusal(&tiff(BIG, &[sparse(40_000, 30_000)]));
    assert!(
        ["limit", "pixel_data_too_short"].contains(&code.as_str()),
        "{code}"
    );
}

#[test]
fn hamamatsus_levels_are_told_by_their_lens() {
    let page = |columns: u64, rows: u64, lens: f32| {
        MadePage::rgb(columns, rows, vec![100; (columns * rows * 3) as usize])
            .all(65_421, 11, &[u64::from(lens.to_bits())])
            .all(282, 5, &[40_000, 1])
            .all(283, 5, &[40_000, 1])
            .with(296, 3)
    };
    let pages = [page(64, 32, 20.0), page(16, 8, 5.0), page(9, 3, -1.0)];
    let folder = folder();
    let path = write(folder.path(), "a.ndpi", &tiff(LITTLE, &pages));
    let result = found(&path);
    let stacks: Vec<&str> = result
        .series
        .iter()
        .map(|entry| entry.stack.as_str())
        .collect();
    assert_eq!(stacks.len(), 2);
    assert!(stacks[0].ends_with("level 1 of 2"), "{stacks:?}");
    assert_eq!(stacks[1], "macro image");
    let spacing = result.series[0].spacing_mm.expect("pixels for each cm");
    assert!((spacing[0] - 0.00025).abs() < 1e-12);
}
