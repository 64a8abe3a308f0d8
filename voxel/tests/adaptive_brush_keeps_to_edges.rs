//! The adaptive brush on made images whose edges are known. Its numbers were chosen on other noise (seeds
//! below 100) than what is tried here.

use voxel::{
    AdaptiveBrush, AdaptiveOptions, Affine, BrushShape, Grid, Mask, PatientPoint, PatientVector,
    StrokePoint, VoxelIndex, pressed_spans,
};

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

    /// Normal, mean 0, deviation 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let (a, b) = (1.0 - self.share(), self.share());
        (-2.0 * a.ln()).sqrt() * (b * std::f64::consts::TAU).cos()
    }
}

/// A made image: its values and which voxels truly belong to the object.
struct Phantom {
    grid: Grid,
    values: Vec<f64>,
    inside: Vec<bool>,
}

const SIZE: [usize; 3] = [56, 56, 40];

impl Phantom {
    /// `share_inside` a place (mm from the middle) is sampled 27 times per voxel, as edge voxels hold both.
    fn new(contrast: f64, noise: f64, seed: u64, is_inside: impl Fn([f64; 3]) -> bool) -> Phantom {
        let steps = [0.7, 0.7, 1.0];
        let grid = Grid::new(SIZE, Affine::scaling(steps)).unwrap();
        let mut dice = Dice(seed);
        let (mut values, mut inside) = (Vec::new(), Vec::new());
        for n in 0..SIZE.iter().product::<usize>() {
            let v = [n % SIZE[0], n / SIZE[0] % SIZE[1], n / SIZE[0] / SIZE[1]];
            let mut hits = 0;
            for part in 0..27 {
                let thirds =
                    [part % 3, part / 3 % 3, part / 9].map(|t| f64::from(t) / 3.0 - 1.0 / 3.0);
                hits += u32::from(is_inside(std::array::from_fn(|a| {
                    (v[a] as f64 + thirds[a] - (SIZE[a] - 1) as f64 / 2.0) * steps[a]
                })));
            }
            let value = f64::from(hits) / 27.0 * contrast + noise * dice.normal();
            values.push(value.round());
            inside.push(hits >= 14);
        }
        Phantom {
            grid,
            values,
            inside,
        }
    }

    fn value(&self, voxel: VoxelIndex) -> Option<f64> {
        self.place(voxel).map(|n| self.values[n])
    }

    fn place(&self, voxel: VoxelIndex) -> Option<usize> {
        self.grid.contains(voxel).then(|| {
            let [i, j, k] = voxel.0.map(|c| c as usize);
            i + SIZE[0] * (j + SIZE[1] * k)
        })
    }

    /// The place this far (mm) from the middle.
    fn at(&self, mm: [f64; 3]) -> PatientPoint {
        self.grid.centre() + PatientVector(mm)
    }

    /// Shares of the voxels below the brush: painted outside, left out inside.
    fn leak_and_miss(
        &self,
        shape: BrushShape,
        ends: [StrokePoint; 2],
        options: AdaptiveOptions,
    ) -> (f64, f64) {
        let values = |v| self.value(v);
        let brush = AdaptiveBrush::begin(&self.grid, shape, ends[0], options, &values).unwrap();
        let painted = brush.spans(&self.grid, ends[0], ends[1], &values);
        let painted = Mask::from_spans(SIZE, &painted);
        let below = Mask::from_spans(SIZE, &pressed_spans(&self.grid, shape, &ends));
        assert!(painted.difference(&below).is_empty());
        let truth = Mask::from_dense(SIZE, &self.inside);
        let share = |part: u64, whole: &Mask| part as f64 / whole.count().max(1) as f64;
        let outside = below.difference(&truth);
        let inside = below.intersection(&truth);
        (
            share(painted.intersection_count(&outside), &outside),
            share(inside.difference(&painted).count(), &inside),
        )
    }
}

fn stamp(at: PatientPoint, radius_mm: f64) -> [StrokePoint; 2] {
    [StrokePoint { at, radius_mm }; 2]
}

fn oblique() -> PatientVector {
    PatientVector([0.3, -0.5, 0.8]).normalised().unwrap()
}

#[test]
#[expect(clippy::print_stderr, reason = "says the figures")]
fn paint_stops_at_a_step_in_noise() {
    // contrast over noise, the largest leak, the largest miss
    for (snr, most_leak, most_miss) in [(3.0, 0.08, 0.08), (5.0, 0.03, 0.08), (10.0, 0.02, 0.05)] {
        for shape in [BrushShape::Ball, BrushShape::Disc { normal: oblique() }] {
            let (mut leak, mut miss) = (0.0_f64, 0.0_f64);
            for seed in 100..108 {
                let normal = PatientVector([0.8, 0.5, 0.3]).normalised().unwrap();
                let phantom = Phantom::new(20.0 * snr, 20.0, seed, |p| {
                    PatientVector(p).dot(normal) < 0.0
                });
                let start = phantom.at((normal * -4.0).0);
                let shares =
                    phantom.leak_and_miss(shape, stamp(start, 10.0), AdaptiveOptions::default());
                leak = leak.max(shares.0);
                miss = miss.max(shares.1);
            }
            eprintln!("step, contrast {snr} × noise, {shape:?}: leak {leak:.4}, miss {miss:.4}");
            assert!(leak <= most_leak && miss <= most_miss);
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "says the figures")]
fn paint_along_a_thin_vessel_stays_in_it() {
    for (snr, diameter_mm, most_leak, most_miss) in [
        (5.0, 4.0, 0.03, 0.10),
        (10.0, 3.0, 0.03, 0.10),
        (10.0, 4.0, 0.02, 0.10),
    ] {
        let along = PatientVector([1.0, 0.4, 0.2]).normalised().unwrap();
        let (mut leak, mut miss) = (0.0_f64, 0.0_f64);
        for seed in 100..108 {
            let phantom = Phantom::new(20.0 * snr, 20.0, seed, |p| {
                PatientVector(p).cross(along).length() < diameter_mm / 2.0
            });
            let end = |mm: f64| StrokePoint {
                at: phantom.at((along * mm).0),
                radius_mm: 5.0,
            };
            let ends = [end(-7.0), end(7.0)];
            let shares = phantom.leak_and_miss(BrushShape::Ball, ends, AdaptiveOptions::default());
            leak = leak.max(shares.0);
            miss = miss.max(shares.1);
        }
        eprintln!(
            "vessel of {diameter_mm} mm, contrast {snr} × noise: leak {leak:.4}, miss {miss:.4}"
        );
        assert!(leak <= most_leak && miss <= most_miss);
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "says the figures")]
fn paint_on_a_nodule_at_the_pleura_never_runs_into_the_lung() {
    for (noise, most_leak, most_miss) in [(30.0, 0.03, 0.03), (90.0, 0.03, 0.04)] {
        let (mut leak, mut miss) = (0.0_f64, 0.0_f64);
        for seed in 100..108 {
            // lung −850, nodule and chest wall 40 HU
            let phantom = Phantom::new(890.0, noise, seed, |p| {
                PatientVector(p).length() < 6.0 || p[0] > 5.0
            });
            let shares = phantom.leak_and_miss(
                BrushShape::Ball,
                stamp(phantom.at([0.0; 3]), 8.0),
                AdaptiveOptions::default(),
            );
            leak = leak.max(shares.0);
            miss = miss.max(shares.1);
        }
        eprintln!("nodule at the pleura, noise {noise} HU: leak {leak:.4}, miss {miss:.4}");
        assert!(leak <= most_leak && miss <= most_miss);
    }
}

#[test]
fn strength_goes_from_the_plain_brush_to_the_first_points_own_kind() {
    let phantom = Phantom::new(100.0, 20.0, 3, |p| p[0] < 0.0);
    let ends = stamp(phantom.at([-3.0, 0.0, 0.0]), 8.0);
    let painted = |edge_strength: f64| {
        let options = AdaptiveOptions {
            edge_strength,
            smooth: 0.0,
        };
        let values = |v| phantom.value(v);
        let begun =
            AdaptiveBrush::begin(&phantom.grid, BrushShape::Ball, ends[0], options, &values);
        let spans = begun
            .unwrap()
            .spans(&phantom.grid, ends[0], ends[1], &values);
        Mask::from_spans(SIZE, &spans)
    };
    let plain = pressed_spans(&phantom.grid, BrushShape::Ball, &ends);
    assert_eq!(painted(0.0), Mask::from_spans(SIZE, &plain));
    let counts = [0.0, 0.2, 0.5, 0.8, 1.0].map(|s| painted(s).count());
    assert!(counts.windows(2).all(|w| w[0] >= w[1]), "{counts:?}");
}

#[test]
fn there_is_nothing_to_keep_to_where_there_is_no_image() {
    let grid = Grid::new([20; 3], Affine::identity()).unwrap();
    let first = |x: f64| StrokePoint {
        at: PatientPoint([x, 10.0, 10.0]),
        radius_mm: 5.0,
    };
    let begin = |x: f64, values: &dyn Fn(VoxelIndex) -> Option<f64>| {
        AdaptiveBrush::begin(
            &grid,
            BrushShape::Ball,
            first(x),
            AdaptiveOptions::default(),
            values,
        )
    };
    assert!(begin(10.0, &|_| None).is_none());
    assert!(begin(10.0, &|_| Some(f64::NAN)).is_none());
    assert!(begin(-30.0, &|_| None).is_none());
    assert!(begin(f64::NAN, &|_| None).is_none());
    // half of it has no image: the rest is one flat value and is painted, up to the last voxel
    let half = |v: VoxelIndex| (v.0[0] < 12).then_some(7.0);
    let brush = begin(10.0, &half).unwrap();
    let painted = Mask::from_spans(
        [20; 3],
        &brush.spans(&grid, first(10.0), first(10.0), &half),
    );
    let plain = pressed_spans(&grid, BrushShape::Ball, &[first(10.0)]);
    let imaged = Mask::from_fn([20; 3], |v| half(v).is_some());
    assert_eq!(
        painted,
        Mask::from_spans([20; 3], &plain).intersection(&imaged)
    );
    // a pointer that reports a place far outside
    let far = brush.spans(&grid, first(10.0), first(1e9), &half);
    assert!(
        Mask::from_spans([20; 3], &far)
            .difference(&imaged)
            .is_empty()
    );
    // away from the first point's kind nothing is painted
    let other = |v: VoxelIndex| Some(if v.0[0] < 5 { 7.0 } else { 90.0 });
    let brush = begin(2.0, &other).unwrap();
    assert!(
        brush
            .spans(&grid, first(15.0), first(15.0), &other)
            .is_empty()
    );
}
