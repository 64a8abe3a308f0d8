//! Colour maps: what becomes of grey levels after the window.

/// How the 256 grey levels after the window are coloured.
///
/// Colour images are never mapped, and padding and what lies outside the image stay black whatever the
/// map. A window's `invert` comes before the map; inverted grey is what PET is mostly read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMap {
    /// Levels as they are.
    #[default]
    Grey,
    /// Black, red, yellow, white, a third of the range each.
    Hot,
    /// The standard's `HOT_IRON` (PS3.6 B.1.1).
    HotIron,
    /// The standard's `PET` (PS3.6 B.1.2).
    Pet,
    /// The standard's `PET_20_STEP` (PS3.6 B.1.4).
    PetSteps,
    /// Black, then through blue, green, yellow to red and white, evenly.
    Spectrum,
    /// From blue through cyan, green and yellow to red, at full strength from end to end.
    Rainbow,
}

/// From this entry on, starting at this level, so many levels more (or less) per entry.
type Run = (u8, u8, i8);

const HOT_IRON: [&[Run]; 3] = [
    &[(0, 0, 2), (128, 255, 0)],
    &[(0, 0, 0), (128, 0, 2), (255, 255, 0)],
    &[(0, 0, 0), (192, 4, 4), (255, 255, 0)],
];

const PET: [&[Run]; 3] = [
    &[
        (0, 0, 0),
        (64, 1, 2),
        (107, 86, 2),
        (150, 171, 2),
        (193, 255, 0),
    ],
    &[
        (0, 0, 2),
        (32, 65, 2),
        (63, 128, -2),
        (96, 63, -2),
        (128, 0, 2),
        (255, 255, 0),
    ],
    &[
        (0, 0, 0),
        (1, 1, 2),
        (129, 252, -4),
        (192, 0, 4),
        (213, 85, 4),
        (234, 170, 4),
        (255, 255, 0),
    ],
];

/// First entry and colour of each step of `PET_20_STEP`.
const PET_STEPS: [(u8, [u8; 3]); 20] = [
    (0, [0, 0, 0]),
    (13, [96, 0, 80]),
    (26, [48, 48, 80]),
    (39, [48, 48, 112]),
    (51, [80, 80, 128]),
    (64, [96, 96, 176]),
    (77, [112, 112, 192]),
    (90, [128, 128, 224]),
    (102, [48, 96, 48]),
    (115, [48, 144, 48]),
    (128, [80, 192, 80]),
    (141, [64, 224, 64]),
    (153, [224, 224, 80]),
    (166, [208, 208, 96]),
    (179, [208, 176, 64]),
    (192, [208, 144, 0]),
    (204, [192, 96, 0]),
    (217, [176, 48, 0]),
    (230, [255, 0, 0]),
    (243, [255, 255, 255]),
];

/// Equally spaced colours between which [`ColorMap::Hot`] runs.
const HOT: [[u8; 3]; 4] = [[0, 0, 0], [255, 0, 0], [255, 255, 0], [255, 255, 255]];
const SPECTRUM: [[u8; 3]; 6] = [
    [0, 0, 0],
    [0, 0, 255],
    [0, 255, 0],
    [255, 255, 0],
    [255, 0, 0],
    [255, 255, 255],
];
const RAINBOW: [[u8; 3]; 5] = [
    [0, 0, 255],
    [0, 255, 255],
    [0, 255, 0],
    [255, 255, 0],
    [255, 0, 0],
];

impl ColorMap {
    /// All maps, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::Grey,
        Self::Hot,
        Self::HotIron,
        Self::Pet,
        Self::PetSteps,
        Self::Spectrum,
        Self::Rainbow,
    ];

    /// Its name in commands and files; those of the standard are its Content Labels in small letters.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Hot => "hot",
            Self::HotIron => "hot_iron",
            Self::Pet => "pet",
            Self::PetSteps => "pet_20_step",
            Self::Spectrum => "spectrum",
            Self::Rainbow => "rainbow",
        }
    }

    /// The map of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|map| map.id() == id)
    }

    /// Red, green and blue of a grey level.
    pub fn color(self, level: u8) -> [u8; 3] {
        match self {
            Self::Grey => [level; 3],
            Self::Hot => between(&HOT, level),
            Self::HotIron => HOT_IRON.map(|runs| run_level(runs, level)),
            Self::Pet => PET.map(|runs| run_level(runs, level)),
            Self::PetSteps => {
                let begun = |step: &&(u8, [u8; 3])| step.0 <= level;
                PET_STEPS.iter().rfind(begun).map_or([0; 3], |step| step.1)
            }
            Self::Spectrum => between(&SPECTRUM, level),
            Self::Rainbow => between(&RAINBOW, level),
        }
    }

    /// The pixels of all levels, as bytes red, green, blue, alpha; `None` for grey, which needs none.
    pub(crate) fn pixels(self) -> Option<Box<[[u8; 4]; 256]>> {
        (self != Self::Grey).then(|| {
            Box::new(std::array::from_fn(|level| {
                let [r, g, b] = self.color(level as u8);
                [r, g, b, 255]
            }))
        })
    }
}

/// The level of one channel.
fn run_level(runs: &[Run], entry: u8) -> u8 {
    let run = runs.iter().rfind(|run| run.0 <= entry);
    run.map_or(0, |&(from, level, step)| {
        let level = i32::from(level) + i32::from(step) * i32::from(entry - from);
        level.clamp(0, 255) as u8
    })
}

/// The colour at a level's share of the way along equally spaced stops.
fn between(stops: &[[u8; 3]], level: u8) -> [u8; 3] {
    let ways = stops.len() as u32 - 1;
    let along = u32::from(level) * ways;
    let first = ((along / 255) as usize).min(stops.len() - 2);
    let share = along - 255 * first as u32;
    std::array::from_fn(|channel| {
        let [a, b] = [first, first + 1].map(|stop| u32::from(stops[stop][channel]));
        ((a * (255 - share) + b * share + 127) / 255) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_palettes_have_its_entries() {
        // Entries of PS3.6 B.1, read from its tables.
        let hot_iron = |level| ColorMap::HotIron.color(level);
        assert_eq!(hot_iron(0), [0, 0, 0]);
        assert_eq!(hot_iron(127), [254, 0, 0]);
        assert_eq!(hot_iron(128), [255, 0, 0]);
        assert_eq!(hot_iron(200), [255, 144, 36]);
        assert_eq!(hot_iron(254), [255, 252, 252]);
        assert_eq!(hot_iron(255), [255, 255, 255]);
        let pet = |level| ColorMap::Pet.color(level);
        assert_eq!(pet(1), [0, 2, 1]);
        assert_eq!(pet(63), [0, 128, 125]);
        assert_eq!(pet(64), [1, 126, 127]);
        assert_eq!(pet(128), [128, 0, 255]);
        assert_eq!(pet(212), [255, 168, 80]);
        assert_eq!(pet(254), [255, 252, 250]);
        assert_eq!(pet(255), [255, 255, 255]);
        let steps = |level| ColorMap::PetSteps.color(level);
        assert_eq!([12, 13, 25].map(steps), [[0; 3], [96, 0, 80], [96, 0, 80]]);
        assert_eq!([229, 230].map(steps), [[176, 48, 0], [255, 0, 0]]);
        assert_eq!([242, 243].map(steps), [[255, 0, 0], [255; 3]]);
    }

    #[test]
    fn maps_of_stops_pass_through_them() {
        assert_eq!(
            [0, 85, 170, 255].map(|level| ColorMap::Hot.color(level)),
            HOT
        );
        let ends = |map: ColorMap| [map.color(0), map.color(255)];
        assert_eq!(ends(ColorMap::Rainbow), [[0, 0, 255], [255, 0, 0]]);
        assert_eq!(ends(ColorMap::Spectrum), [[0; 3], [255; 3]]);
        assert_eq!(ColorMap::Spectrum.color(51), [0, 0, 255]);
        assert_eq!(ColorMap::Grey.color(77), [77; 3]);
    }

    #[test]
    fn names_lead_back_to_their_maps() {
        for map in ColorMap::ALL {
            assert_eq!(ColorMap::of_id(map.id()), Some(map));
        }
        assert_eq!(ColorMap::of_id("plaid"), None);
    }
}
