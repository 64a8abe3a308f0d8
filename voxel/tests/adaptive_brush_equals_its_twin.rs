//! The adaptive brush and the values around a point, against twins that are written plainly: sets of
//! voxels, sorted lists, rules asked again until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use voxel::{
    AdaptiveBrush, AdaptiveOptions, Affine, BrushShape, Grid, LocalValues, PatientPoint,
    PatientVector, Span, StrokePoint, VoxelIndex, VoxelPoint, pressed_spans, stroke_spans,
};

const SIZE: [usize; 3] = [13, 11, 9];

type Voxel = [i64; 3];

/// Numbers without a pattern (SplitMix64).
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    fn direction(&mut self) -> PatientVector {
        loop {
            let v = PatientVector(std::array::from_fn(|_| self.between(-1.0, 1.0)));
            if (0.1..1.0).contains(&v.length()) {
                return v * (1.0 / v.length());
            }
        }
    }
}

fn grid(dice: &mut Dice, number: u32) -> Grid {
    let x = dice.direction();
    let y = x.cross(dice.direction());
    let y = y * (1.0 / y.length());
    let z = x.cross(y) + y * (f64::from(number % 2) * 0.3);
    let columns = [
        x * 0.8,
        y * dice.between(0.6, 1.2),
        z * dice.between(0.7, 2.5),
    ];
    let grid = Grid::new(SIZE, Affine::from_columns(columns, PatientPoint([5.0; 3]))).unwrap();
    if !number.is_multiple_of(5) {
        return grid;
    }
    let usual = grid.spacing_mm()[2];
    let steps = [1.0, 0.8, 1.0, 2.0, 1.0, 1.1, 1.0, 1.0];
    let places = steps.iter().scan(0.0, |at, step| {
        *at += step * usual;
        Some(*at)
    });
    grid.with_plane_offsets(std::iter::once(0.0).chain(places).collect())
        .unwrap()
}

/// Two tissues side by side with noise in whole numbers, some voxels without a value.
fn image(dice: &mut Dice, number: u32) -> BTreeMap<Voxel, f64> {
    let (contrast, noise) = (
        [0.0, 12.0, 60.0][number as usize % 3],
        dice.between(0.0, 12.0),
    );
    let border = dice.direction();
    let mut values = BTreeMap::new();
    for k in 0..SIZE[2] as i64 {
        for j in 0..SIZE[1] as i64 {
            for i in 0..SIZE[0] as i64 {
                let from_middle = PatientVector([i as f64 - 6.0, j as f64 - 5.0, k as f64 - 4.0]);
                let tissue = if from_middle.dot(border) > 1.0 {
                    contrast
                } else {
                    0.0
                };
                let value = (tissue + noise * dice.between(-1.0, 1.0)).round();
                if dice.share() > 0.02 {
                    values.insert([i, j, k], value);
                }
            }
        }
    }
    values
}

fn set(spans: &[Span]) -> BTreeSet<Voxel> {
    let run = |s: &Span| (s.i0..s.i1).map(|i| [i, s.j, s.k]).collect::<Vec<_>>();
    spans.iter().flat_map(run).collect()
}

fn steps(a: Voxel, b: Voxel) -> [i64; 3] {
    std::array::from_fn(|axis| (a[axis] - b[axis]).abs())
}

fn share_a_face(a: Voxel, b: Voxel) -> bool {
    steps(a, b).iter().sum::<i64>() == 1
}

fn within(a: Voxel, b: Voxel, reach: i64) -> bool {
    steps(a, b).iter().all(|d| *d <= reach)
}

/// What the twin knows of an image: the values of the plane's voxels (of all for a ball).
struct Twin<'a> {
    grid: &'a Grid,
    shape: BrushShape,
    seen: BTreeMap<Voxel, f64>,
}

impl<'a> Twin<'a> {
    fn new(
        grid: &'a Grid,
        shape: BrushShape,
        at: PatientPoint,
        image: &BTreeMap<Voxel, f64>,
    ) -> Twin<'a> {
        let world = set(&stroke_spans(grid, shape, 1e3, &[at]));
        let seen = image.iter().filter(|(v, _)| world.contains(*v));
        Twin {
            grid,
            shape,
            seen: seen.map(|(v, value)| (*v, *value)).collect(),
        }
    }

    fn around(&self, at: PatientPoint) -> Option<LocalValues> {
        let middle = self.grid.voxel_from_patient(at).nearest().0;
        let near = set(&stroke_spans(self.grid, self.shape, 2.0, &[at]));
        let own: Vec<(Voxel, f64)> = self
            .seen
            .iter()
            .filter(|(v, _)| near.contains(*v) || within(**v, middle, 1))
            .map(|(v, value)| (*v, *value))
            .collect();
        self.seen.get(&middle)?;
        let lower_median = |mut list: Vec<f64>| {
            list.sort_by(f64::total_cmp);
            (!list.is_empty()).then(|| list[(list.len() - 1) / 2])
        };
        let start = own
            .iter()
            .filter(|(v, _)| *v == middle || share_a_face(*v, middle));
        let mut mean = lower_median(start.map(|(_, value)| *value).collect())?;
        let mut differences = Vec::new();
        for (a, first) in &own {
            for (b, second) in own.iter().filter(|(b, _)| a < b && share_a_face(*a, *b)) {
                assert_ne!(a, b);
                differences.push((first - second).abs());
            }
        }
        let noise =
            lower_median(differences).unwrap_or(0.0) * 1.482_602_218_505_602 / 2.0_f64.sqrt();
        let mut sd = 0.0;
        for _ in 0..4 {
            let kept = own
                .iter()
                .map(|(_, v)| *v)
                .filter(|v| (v - mean).abs() <= 3.0 * noise);
            let kept: Vec<f64> = kept.collect();
            if kept.is_empty() {
                break;
            }
            let count = kept.len() as f64;
            mean = kept.iter().sum::<f64>() / count;
            let variance = kept.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
            sd = variance.sqrt() / 0.986_58;
        }
        Some(LocalValues { mean, sd, noise })
    }

    fn painted(&self, ends: [StrokePoint; 2], options: AdaptiveOptions) -> Option<BTreeSet<Voxel>> {
        let own = self.around(ends[0].at)?;
        let first = set(&stroke_spans(
            self.grid,
            self.shape,
            ends[0].radius_mm.min(10.0),
            &[ends[0].at],
        ));
        let first = first.iter().filter_map(|v| self.seen.get(v));
        let high = first.clone().copied().fold(f64::NEG_INFINITY, f64::max);
        let low = first.copied().fold(f64::INFINITY, f64::min);
        let deviation = own.sd.max(own.noise).max((high - low).max(0.0) / 200.0);
        let strength = options.edge_strength;
        let tolerance = (0.5 + (1.0 - strength) / strength) * deviation;
        let below = set(&pressed_spans(self.grid, self.shape, &ends));
        let deviations = self.averaged(2.0 * deviation, own.mean);
        let mut taken = self.core(&below, &deviations, &self.way(ends), tolerance);
        for _ in 0..2 {
            let layer: Vec<Voxel> = below
                .iter()
                .filter(|v| !taken.contains(*v) && taken.iter().any(|t| share_a_face(*t, **v)))
                .filter(|v| is_below_half(**v, &deviations, deviation))
                .copied()
                .collect();
            taken.extend(layer);
        }
        let below = below.into_iter().filter(|v| self.seen.contains_key(v));
        Some(evened(&below.collect(), &taken, options.smooth))
    }

    fn averaged(&self, window: f64, mean: f64) -> BTreeMap<Voxel, f64> {
        let average = |(v, value): (&Voxel, &f64)| {
            let like: Vec<f64> = self
                .seen
                .iter()
                .filter(|(other, x)| within(**other, *v, 1) && (*x - value).abs() <= window)
                .map(|(_, x)| *x)
                .collect();
            (*v, like.iter().sum::<f64>() / like.len() as f64 - mean)
        };
        self.seen.iter().map(average).collect()
    }

    /// Voxels under the centre's way, at least twice per voxel.
    fn way(&self, ends: [StrokePoint; 2]) -> BTreeSet<Voxel> {
        let [a, b] = ends.map(|end| end.at);
        let least = self.grid.spacing_mm().into_iter().fold(f64::MAX, f64::min);
        let steps = (a.distance_mm(b) * 2.0 / least).ceil().max(1.0);
        let place = |n: f64| self.grid.voxel_from_patient(a.towards(b, n / steps));
        (0..=steps as u32)
            .map(|n| place(f64::from(n)).nearest().0)
            .collect()
    }

    fn core(
        &self,
        below: &BTreeSet<Voxel>,
        deviations: &BTreeMap<Voxel, f64>,
        way: &BTreeSet<Voxel>,
        tolerance: f64,
    ) -> BTreeSet<Voxel> {
        let like = below
            .iter()
            .filter(|v| deviations.get(*v).is_some_and(|d| d.abs() <= tolerance));
        let like: BTreeSet<Voxel> = like.copied().collect();
        let is_start = |v: &&Voxel| way.iter().any(|w| w == *v || share_a_face(*w, **v));
        let mut core: BTreeSet<Voxel> = like.iter().filter(is_start).copied().collect();
        loop {
            let more: Vec<Voxel> = like
                .difference(&core)
                .filter(|v| core.iter().any(|c| share_a_face(*c, **v)))
                .copied()
                .collect();
            if more.is_empty() {
                return core;
            }
            core.extend(more);
        }
    }
}

fn is_below_half(v: Voxel, deviations: &BTreeMap<Voxel, f64>, noise: f64) -> bool {
    let Some(own) = deviations.get(&v) else {
        return false;
    };
    let around = deviations.iter().filter(|(other, _)| within(**other, v, 2));
    let same_side = around.map(|(_, d)| if *own < 0.0 { -d } else { *d });
    let largest = same_side.fold(0.0, f64::max);
    own.abs() <= (largest - noise) / 2.0
}

fn evened(below: &BTreeSet<Voxel>, taken: &BTreeSet<Voxel>, smooth: f64) -> BTreeSet<Voxel> {
    let stays = |v: &&Voxel| {
        let around: Vec<&Voxel> = below
            .iter()
            .filter(|o| o != v && within(**o, **v, 1))
            .collect();
        let own = taken.contains(*v);
        if around.is_empty() || smooth == 0.0 {
            return own;
        }
        let share =
            around.iter().filter(|o| taken.contains(**o)).count() as f64 / around.len() as f64;
        if own {
            share >= smooth / 2.0
        } else {
            share >= 1.0 - smooth / 2.0
        }
    };
    below.iter().filter(stays).copied().collect()
}

#[test]
#[expect(clippy::print_stderr, reason = "says how much was tried")]
fn the_brush_takes_what_its_plain_twin_takes() {
    let mut dice = Dice(5);
    let (mut strokes, mut painted, mut below, mut without) = (0, 0, 0, 0);
    for number in 0..240 {
        let grid = grid(&mut dice, number);
        let image = image(&mut dice, number);
        let shape = match number % 4 {
            0 | 1 => BrushShape::Ball,
            2 => BrushShape::Disc {
                normal: grid.normal(),
            },
            _ => BrushShape::Disc {
                normal: dice.direction(),
            },
        };
        let share: [f64; 3] = std::array::from_fn(|_| dice.between(0.1, 0.9));
        let at = grid.patient_from_voxel(VoxelPoint(std::array::from_fn(|a| {
            share[a] * (SIZE[a] - 1) as f64
        })));
        let mut way = dice.direction() * dice.between(0.0, 4.0);
        if let BrushShape::Disc { normal } = shape {
            way = way - normal * way.dot(normal);
        }
        let point = |at, radius_mm| StrokePoint { at, radius_mm };
        let first = point(at, dice.between(0.5, 5.0));
        let ends = match number % 3 {
            0 => [first; 2],
            _ => [first, point(at + way, dice.between(0.5, 5.0))],
        };
        let options = AdaptiveOptions {
            edge_strength: dice.between(0.05, 1.0),
            smooth: [0.0, 0.3, 1.0, dice.share()][number as usize % 4],
        };
        let values = |v: VoxelIndex| image.get(&v.0).copied();
        let brush = AdaptiveBrush::begin(&grid, shape, first, options, &values);
        let twin = Twin::new(&grid, shape, at, &image).painted(ends, options);
        assert_eq!(brush.is_some(), twin.is_some(), "stroke {number}");
        let (Some(brush), Some(twin)) = (brush, twin) else {
            without += 1;
            continue;
        };
        let spans = brush.spans(&grid, ends[0], ends[1], &values);
        assert!(
            spans
                .windows(2)
                .all(|w| (w[0].k, w[0].j, w[0].i1) < (w[1].k, w[1].j, w[1].i0))
        );
        assert_eq!(set(&spans), twin, "stroke {number}, {shape:?}, {options:?}");
        strokes += 1;
        painted += twin.len();
        below += set(&pressed_spans(&grid, shape, &ends)).len();
    }
    assert!(strokes > 200 && painted > below / 5 && painted < below * 4 / 5);
    eprintln!(
        "{strokes} strokes equal to the twin's, {painted} of {below} voxels below the brush painted, \
         {without} begun where there is no image"
    );
}

#[test]
fn the_values_around_a_point_are_those_of_the_plain_twin() {
    let mut dice = Dice(17);
    for number in 0..200 {
        let grid = grid(&mut dice, number);
        let image = image(&mut dice, number);
        let shape = match number % 2 {
            0 => BrushShape::Ball,
            _ => BrushShape::Disc {
                normal: dice.direction(),
            },
        };
        let at = grid.patient_from_voxel(VoxelPoint(std::array::from_fn(|a| {
            dice.between(-1.0, SIZE[a] as f64)
        })));
        let values = |v: VoxelIndex| image.get(&v.0).copied();
        let found = LocalValues::around(&grid, shape, at, &values);
        let expected = Twin::new(&grid, shape, at, &image).around(at);
        match (found, expected) {
            (None, None) => {}
            (Some(a), Some(b)) => {
                for (a, b) in [(a.mean, b.mean), (a.sd, b.sd), (a.noise, b.noise)] {
                    assert!((a - b).abs() < 1e-9, "{a} {b} of {number}");
                }
            }
            other => panic!("{other:?} of {number}"),
        }
    }
}

/// The first click of a threshold brush: normal values of a known mean and deviation, beside an edge too.
#[test]
#[expect(clippy::print_stderr, reason = "says the figures")]
fn the_range_of_the_first_click_holds_what_was_clicked() {
    let grid = Grid::new([40, 40, 40], Affine::scaling([0.7, 0.7, 1.0])).unwrap();
    let mut dice = Dice(29);
    for (edge_mm, contrast) in [(f64::INFINITY, 0.0), (1.0, 900.0), (1.0, -900.0)] {
        let (mut low, mut high, mut held, mut other) = (0.0, 0.0, 0_u32, 0_u32);
        let clicks = 200;
        for _ in 0..clicks {
            let mut values = BTreeMap::new();
            let mut value = |v: VoxelIndex| {
                *values.entry(v.0).or_insert_with(|| {
                    // twelve even numbers make a normal one: deviation 1
                    let normal: f64 = (0..12).map(|_| dice.share()).sum::<f64>() - 6.0;
                    let beyond = (v.0[0] as f64 - 20.0) * 0.7 > edge_mm;
                    50.0 + 20.0 * normal + if beyond { contrast } else { 0.0 }
                })
            };
            let all: Vec<(Voxel, f64)> = (14..27)
                .flat_map(|i| (14..27).flat_map(move |j| (14..27).map(move |k| [i, j, k])))
                .map(|v| (v, value(VoxelIndex(v))))
                .collect();
            let lookup: BTreeMap<Voxel, f64> = all.into_iter().collect();
            let at = grid.patient_from_voxel(VoxelPoint([20.0; 3]));
            let around =
                LocalValues::around(&grid, BrushShape::Ball, at, &|v| lookup.get(&v.0).copied());
            let [from, to] = around.unwrap().range();
            low += from / f64::from(clicks);
            high += to / f64::from(clicks);
            held += u32::from(from < 50.0 && 50.0 < to);
            other += u32::from((from..to).contains(&(50.0 + contrast)) && contrast != 0.0);
        }
        eprintln!(
            "first click, edge {edge_mm} mm away of {contrast}: {low:.1} to {high:.1} (truly 10 to 90), \
             holds the tissue in {held}, the other in {other} of {clicks}"
        );
        assert!((low - 10.0).abs() < 5.0 && (high - 90.0).abs() < 5.0);
        assert!(held == clicks && other == 0);
    }
}
