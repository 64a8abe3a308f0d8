//! The solids of the peers' script: three readers' ellipsoids with a wavy surface, voxel for voxel.

use voxel::{Affine, Grid, Mask};

const SIZE: [usize; 3] = [512, 512, 300];
const SPACING_MM: [f64; 3] = [0.7, 0.7, 1.5];

/// The script's phases: six numbers of its generator for the seeds 0, 1, 2 and 10, 11, 12.
const PHASES: [[f64; 6]; 6] = [
    [
        4.000_119_396_378_733,
        1.694_260_562_437_105_7,
        0.257_313_730_319_302_66,
        0.103_793_551_119_162_72,
        5.107_337_102_177_711,
        5.732_105_025_304_093,
    ],
    [
        3.214_239_803_117_612_5,
        5.968_912_012_926_874,
        0.905_322_367_879_299_9,
        5.957_518_528_021_891,
        1.958_301_518_625_848_8,
        2.658_490_099_547_775_4,
    ],
    [
        1.642_924_203_085_707,
        1.874_524_380_640_694_4,
        5.113_337_650_932_08,
        0.577_232_116_608_408_6,
        3.768_631_303_064_307,
        4.575_360_108_378_07,
    ],
    [
        6.003_690_736_469_966,
        1.304_241_767_297_042_6,
        5.202_633_879_524_053,
        0.937_491_732_955_088_7,
        3.220_412_991_221_627,
        0.853_575_113_248_781_1,
    ],
    [
        0.807_420_873_390_573_7,
        3.135_464_976_123_922,
        3.777_409_685_874_685,
        0.180_166_972_575_817_7,
        0.928_975_811_146_423_2,
        5.829_165_224_191_12,
    ],
    [
        1.575_177_596_921_041_8,
        5.945_608_481_157_187,
        1.188_932_014_909_701,
        1.125_950_057_425_715_7,
        2.197_304_430_942_613,
        1.447_799_028_584_609_4,
    ],
];

/// The grid of every solid.
pub(crate) fn grid() -> Grid {
    Grid::new(SIZE, Affine::scaling(SPACING_MM)).expect("a fixed grid")
}

/// An organ of 1.4 l as reader 0, 1 or 2 outlines it.
pub(crate) fn organ(reader: usize) -> Mask {
    let k = reader as f64;
    let centre = [180.0 + k, 180.0 - k, 225.0 + k];
    solid(centre, [85.0, 65.0, 60.0], 0.03, &PHASES[reader])
}

/// A lesion of 14 ml as reader 0, 1 or 2 outlines it.
pub(crate) fn lesion(reader: usize) -> Mask {
    let k = reader as f64;
    let centre = [240.0 + 0.6 * k, 160.0, 200.0 - 0.6 * k];
    solid(centre, [15.0, 14.0, 16.0], 0.06, &PHASES[3 + reader])
}

fn solid(centre_mm: [f64; 3], radius_mm: [f64; 3], wave: f64, phases: &[f64; 6]) -> Mask {
    let [a, b, c, d, ..] = *phases;
    let far = centre_mm
        .iter()
        .zip(radius_mm)
        .map(|(c, r)| [c - 1.3 * r, c + 1.3 * r]);
    let reach: Vec<[f64; 2]> = far.collect();
    Mask::from_fn(SIZE, |voxel| {
        let at: [f64; 3] = std::array::from_fn(|axis| voxel.0[axis] as f64 * SPACING_MM[axis]);
        if at
            .iter()
            .zip(&reach)
            .any(|(x, [low, high])| x < low || x > high)
        {
            return false;
        }
        let squares: f64 = (0..3)
            .map(|axis| ((at[axis] - centre_mm[axis]) / radius_mm[axis]).powi(2))
            .sum();
        let angle =
            |axis: usize, turns: f64, phase: f64| at[axis] / radius_mm[axis] * turns + phase;
        let waves = angle(0, 5.0, a).sin() * angle(1, 4.0, b).sin()
            + angle(1, 7.0, c).sin() * angle(2, 6.0, d).sin();
        squares.sqrt() + wave * waves < 1.0
    })
}
