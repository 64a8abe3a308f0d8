//! Real-world values and uptake (conformance §3.6, §3.7).

use super::*;
use imaging::ValueMap;

fn only(maps: &[ValueMap]) -> &ValueMap {
    let [map] = maps else { panic!("{maps:?}") };
    map
}

/// Real-world mapping of stored values 0xFFFE (−2 where signed) to 3.
pub(crate) fn linear(label: &str, slope: f64) -> Made {
    let unit = nothing()
        .text(0x0008, 0x0100, b"SH", "um2/s")
        .text(0x0008, 0x0102, b"SH", "UCUM");
    nothing()
        .bytes(0x0040, 0x08EA, b"SQ", item(&unit))
        .text(0x0040, 0x9210, b"SH", label)
        .word(0x0040, 0x9211, 3)
        .word(0x0040, 0x9216, 0xFFFE)
        .doubles(0x0040, 0x9224, &[10.0])
        .doubles(0x0040, 0x9225, &[slope])
}

#[test]
fn real_world_values_come_from_stored_values_and_not_from_rescaled_ones() {
    let image = row(&[0xFFFE, 3, 4])
        .word(0x0028, 0x0103, 1)
        .text(0x0028, 0x1052, b"DS", "-1024")
        .text(0x0028, 0x1053, b"DS", "2")
        .bytes(0x0040, 0x9096, b"SQ", item(&linear("ADC", 0.5)));
    let loaded = read(&image);
    let map = only(&loaded.value_maps);
    assert_eq!((map.name.as_str(), map.unit.as_str()), ("ADC", "um2/s"));
    let stored = [0, 1, 2].map(|i| loaded.volume.stored(VoxelIndex([i, 0, 0])).expect("inside"));
    let seen = stored.map(|stored| map.value(0, stored));
    assert_eq!(seen, [Some(9.0), Some(11.5), None]);
}

#[test]
fn real_world_values_may_be_tables_and_differ_from_frame_to_frame() {
    let lut = nothing()
        .text(0x0040, 0x9210, b"SH", "T1")
        .word(0x0040, 0x9211, 7)
        .word(0x0040, 0x9216, 5)
        .doubles(0x0040, 0x9212, &[0.5, 2.5, -1.0]);
    let frames = [
        item(&nothing().bytes(0x0040, 0x9096, b"SQ", item(&lut))),
        item(
            &nothing().bytes(
                0x0040,
                0x9096,
                b"SQ",
                [
                    item(&linear("T1", 1.0).word(0x0040, 0x9216, 0)),
                    item(&linear("T2", 4.0).word(0x0040, 0x9216, 0)),
                ]
                .concat(),
            ),
        ),
    ];
    let image = row(&[0])
        .text(0x0028, 0x0008, b"IS", "2")
        .bytes(0x5200, 0x9230, b"SQ", frames.concat())
        .words(0x7FE0, 0x0010, b"OW", &[0, 0]);
    let maps = read(&image).value_maps;
    let names: Vec<(&str, &str)> = maps.iter().map(|map| (&*map.name, &*map.unit)).collect();
    assert_eq!(names, [("T1", ""), ("T1", "um2/s"), ("T2", "um2/s")]);
    assert_eq!(
        [5.0, 6.0, 7.0, 8.0].map(|v| maps[0].value(0, v)),
        [Some(0.5), Some(2.5), Some(-1.0), None]
    );
    assert_eq!([0, 1].map(|k| maps[2].value(k, 2.0)), [None, Some(18.0)]);
}

#[test]
fn the_real_world_maps_of_real_files_are_those_that_pydicom_reads() {
    let Some(data) = shared::data() else { return };
    let loaded = opened(&data.join("codecs/tag-after-pixel-fragments.dcm"));
    let map = only(&loaded.value_maps);
    assert_eq!((&*map.name, &*map.unit), ("RCBF", "ml/100ml/s"));
    assert_eq!(
        [0.0, 1023.0, 4096.0].map(|v| map.value(1, v)),
        [Some(-1024.0), Some(-1.0), None]
    );
    let loaded = opened(&data.join("derived-objects/parametric-map-float.dcm"));
    let map = only(&loaded.value_maps);
    assert_eq!(
        (&*map.unit, map.value(0, 0.94157916)),
        ("1", Some(0.94157916))
    );
}

/// A PET slice in Bq/ml, corrected for decay to its start: 70 kg, 370 MBq of fluorine 18 at 23:30, scan
/// at 00:40 of the next day.
pub(crate) fn pet() -> Made {
    let dose = nothing()
        .text(0x0018, 0x1072, b"TM", "233000.00")
        .text(0x0018, 0x1074, b"DS", "370000000")
        .text(0x0018, 0x1075, b"DS", "6586.2");
    row(&[100, 200])
        .text(0x0008, 0x0021, b"DA", "20240301")
        .text(0x0008, 0x0022, b"DA", "20240301")
        .text(0x0008, 0x0031, b"TM", "004000")
        .text(0x0008, 0x0032, b"TM", "004130.5")
        .text(0x0008, 0x0060, b"CS", "PT")
        .text(0x0010, 0x1030, b"DS", "70")
        .text(0x0028, 0x1052, b"DS", "0")
        .text(0x0028, 0x1053, b"DS", "2.5")
        .bytes(0x0054, 0x0016, b"SQ", item(&dose))
        .text(0x0054, 0x1001, b"CS", "BQML")
        .text(0x0054, 0x1102, b"CS", "START")
}

/// SUV of one Bq/ml by Python: `70 * 1000 / (370e6 * 2 ** (-4200 / 6586.2))`.
const PER_BQML: f64 = 0.00029434878123987205;

#[test]
fn uptake_counts_the_decay_from_an_injection_before_midnight() {
    let loaded = read(&pet());
    let map = only(&loaded.value_maps);
    assert_eq!((&*map.name, &*map.unit), ("SUVbw", "{SUVbw}g/ml"));
    close(map.value(0, 200.0).expect("mapped"), 200.0 * 2.5 * PER_BQML);
    assert_eq!(loaded.unit.as_deref(), Some("BQML"));
}

#[test]
fn uptake_follows_the_rescale_of_each_plane_and_the_earliest_acquisition() {
    let folder = folder();
    // the series was written an hour later by a processing; beds were acquired at 00:40 and 00:45
    for (number, time, slope) in [(1, "004500", "0.5"), (2, "004000", "3")] {
        pet()
            .slice(number, f64::from(number))
            .text(0x0008, 0x0031, b"TM", "014000")
            .text(0x0008, 0x0032, b"TM", time)
            .text(0x0028, 0x1053, b"DS", slope)
            .write(folder.path(), slope);
    }
    let loaded = opened(folder.path());
    let map = only(&loaded.value_maps);
    close(map.value(0, 100.0).expect("mapped"), 50.0 * PER_BQML);
    close(map.value(1, 100.0).expect("mapped"), 300.0 * PER_BQML);
}

#[test]
fn uptake_of_images_corrected_to_injection_needs_no_times() {
    let image = pet()
        .text(0x0054, 0x1102, b"CS", "ADMIN")
        .without(0x0008, 0x0031)
        .without(0x0008, 0x0032);
    let loaded = read(&image);
    // 70000 / 370000000
    let expected = 100.0 * 2.5 * 0.0001891891891891892;
    close(
        only(&loaded.value_maps).value(0, 100.0).expect("mapped"),
        expected,
    );
}

#[test]
fn uptake_takes_the_makers_factor_where_values_are_counts() {
    let counts = pet().text(0x0054, 0x1001, b"CS", "CNTS");
    assert_eq!(codes(&read(&counts)), ["uptake_unknown"]);
    let philips = counts.text(0x7053, 0x0010, b"LO", "Philips PET Private Group");
    let loaded = read(&philips.clone().text(0x7053, 0x1000, b"DS", "0.004"));
    close(
        only(&loaded.value_maps).value(0, 100.0).expect("mapped"),
        1.0,
    );
    // with a factor to Bq/ml alone
    let loaded = read(&philips.text(0x7053, 0x1009, b"DS", "8"));
    let expected = 100.0 * 2.5 * 8.0 * PER_BQML;
    close(
        only(&loaded.value_maps).value(0, 100.0).expect("mapped"),
        expected,
    );
    let loaded = read(&pet().text(0x0054, 0x1001, b"CS", "GML"));
    assert_eq!(only(&loaded.value_maps).value(0, 100.0), Some(250.0));
}

#[test]
fn uptake_is_not_given_where_something_is_missing_or_cannot_be() {
    let said = |image: &Made| {
        let loaded = read(image);
        assert!(loaded.value_maps.is_empty());
        assert_eq!(codes(&loaded), ["uptake_unknown"]);
        loaded.problems[0].message.clone()
    };
    let dose = |start: &str, dose: &str| {
        let dose = nothing()
            .text(0x0018, 0x1072, b"TM", start)
            .text(0x0018, 0x1074, b"DS", dose);
        pet().bytes(0x0054, 0x0016, b"SQ", item(&dose))
    };
    let missing = said(&dose("", "370").without(0x0010, 0x1030));
    for name in ["Patient's Weight", "Total Dose", "Half Life", "Start Time"] {
        assert!(missing.contains(name), "{missing}");
    }
    let full = nothing()
        .text(0x0018, 0x1072, b"TM", "004100")
        .text(0x0018, 0x1074, b"DS", "370000000")
        .text(0x0018, 0x1075, b"DS", "6586.2");
    let late = said(&pet().bytes(0x0054, 0x0016, b"SQ", item(&full)));
    assert!(late.contains("24.0 hours"), "{late}");
    assert!(said(&pet().text(0x0054, 0x1102, b"CS", "NONE")).contains("NONE"));
    assert!(said(&pet().text(0x0054, 0x1001, b"CS", "PROPCPS")).contains("PROPCPS"));
}

#[test]
fn a_date_that_was_moved_by_pseudonymization_is_not_believed() {
    let dose = nothing()
        .text(0x0018, 0x1072, b"TM", "233000.00")
        .text(0x0018, 0x1074, b"DS", "370000000")
        .text(0x0018, 0x1075, b"DS", "6586.2")
        .text(0x0018, 0x1078, b"DT", "20110704233000");
    let loaded = read(&pet().bytes(0x0054, 0x0016, b"SQ", item(&dose)));
    close(
        only(&loaded.value_maps).value(0, 1.0).expect("mapped"),
        2.5 * PER_BQML,
    );
}

#[test]
fn the_uptake_of_real_scans_is_what_their_numbers_give() {
    let Some(data) = shared::data() else { return };
    // Python: 32767 * 0.234542 * 90000 / (474592928 * 2 ** (-5316 / 6588)), injection 09:32:00, scan
    // 11:00:36
    let loaded = opened(&data.join("pet-nm/pt-jpegll-a.dcm"));
    let greatest = VoxelIndex([39, 65, 0]);
    let stored = loaded.volume.stored(greatest).expect("inside");
    close(
        only(&loaded.value_maps).value(0, stored).expect("mapped"),
        2.549682956412961,
    );
    // values that are uptake already
    let loaded = opened(&data.join("modalities/pet-ct-mr/sts-008/PET-image"));
    let map = only(&loaded.value_maps);
    let voxel = VoxelIndex([14, 14, 22]);
    assert_eq!(
        map.value(22, loaded.volume.stored(voxel).expect("inside")),
        loaded.volume.value(voxel)
    );
    // a scan without weight, in counts
    let loaded = opened(&data.join("pet-nm/pt-modality-lut.dcm"));
    assert_eq!(codes(&loaded), ["uptake_unknown"]);
}
