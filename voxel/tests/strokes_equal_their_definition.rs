//! Strokes on planes and grids of every kind against a definition that is written anew here.
//!
//! A ball takes the voxels whose centre lies within the radius of the stroke's line. A disc takes those
//! whose centre, projected into the plane, does so, and whose cell (half a voxel to every side) the plane
//! cuts. A stroke under a pen whose pressure changes is the union of all balls or discs on its way, whose
//! radius changes evenly from point to point. All numbers come from one seed: every run draws the same planes, grids and strokes.

use voxel::{
    Affine, BrushShape, Grid, Mask, PatientPoint, PatientVector, Span, StrokePoint, VoxelIndex,
    VoxelPoint, pressed_spans, stroke_spans,
};

const SIZE: [usize; 3] = [30, 26, 17];

/// Nearer than this to a border, rounding decides.
const EDGE_MM: f64 = 1e-6;

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
            let length = v.length();
            if (0.1..1.0).contains(&length) {
                return v * (1.0 / length);
            }
        }
    }
}

/// A grid with its axes and planes as they were drawn, so that the definition asks the grid for nothing.
struct Case {
    grid: Grid,
    /// The steps along i and j, and the unit vector of the stack.
    i: PatientVector,
    j: PatientVector,
    stack: PatientVector,
    /// Where each plane lies along the stack, and how far its cells reach before and after, mm.
    planes: Vec<(f64, [f64; 2])>,
    origin: PatientPoint,
    kind: &'static str,
}

const KINDS: [&str; 4] = ["oblique", "anisotropic", "sheared", "uneven"];

fn case(dice: &mut Dice, number: usize) -> Case {
    let kind = KINDS[number % KINDS.len()];
    let x = dice.direction();
    let y = x.cross(dice.direction());
    let y = y * (1.0 / y.length());
    let mut z = x.cross(y);
    let mut steps = [0.8; 3].map(|s| s * dice.between(0.8, 1.25));
    if kind != "oblique" {
        steps = std::array::from_fn(|_| dice.between(0.4, 3.0));
    }
    if kind == "sheared" || number % 8 == 7 {
        z = z + x * dice.between(-0.5, 0.5) + y * dice.between(-0.5, 0.5);
        z = z * (1.0 / z.length());
    }
    if number.is_multiple_of(3) {
        z = -z; // left-handed
    }
    let origin = PatientPoint(std::array::from_fn(|_| dice.between(-300.0, 300.0)));
    let affine = Affine::from_columns([x * steps[0], y * steps[1], z * steps[2]], origin);
    let even = Grid::new(SIZE, affine).unwrap();
    let mut gaps: Vec<f64> = vec![steps[2]; SIZE[2] - 1];
    if kind == "uneven" {
        // steps of all sizes, and a missing slice
        gaps.iter_mut().for_each(|g| *g *= dice.between(0.75, 1.3));
        gaps[SIZE[2] / 2] = steps[2] * 2.1;
    }
    let mut places = vec![0.0];
    for gap in &gaps {
        places.push(places[places.len() - 1] + gap);
    }
    let mut sorted = gaps.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[(sorted.len() - 1) / 2];
    // beside a missing slice a cell is as thick as usual
    let half = |gap: Option<&f64>| match gap {
        Some(gap) if *gap <= 1.5 * usual => gap / 2.0,
        _ => usual / 2.0,
    };
    let planes = (0..SIZE[2])
        .map(|k| {
            let before = k.checked_sub(1).and_then(|k| gaps.get(k));
            (places[k], [half(before), half(gaps.get(k))])
        })
        .collect();
    Case {
        grid: even.with_plane_offsets(places).unwrap(),
        i: x * steps[0],
        j: y * steps[1],
        stack: z,
        planes,
        origin,
        kind,
    }
}

impl Case {
    fn centre(&self, v: [usize; 3]) -> PatientPoint {
        let [i, j, k] = v;
        self.origin + self.i * i as f64 + self.j * j as f64 + self.stack * self.planes[k].0
    }

    /// How far the plane through `on` lies from the inside of the cell (≤ 0: it cuts it), mm.
    fn beyond_cell(&self, v: [usize; 3], on: PatientPoint, normal: PatientVector) -> f64 {
        let height = (self.centre(v) - on).dot(normal);
        let [before, after] = self.planes[v[2]].1;
        let climb = self.stack.dot(normal);
        // the cell's lowest and highest corner, as the sum of the ends along each of its edges
        let side = (self.i.dot(normal).abs() + self.j.dot(normal).abs()) / 2.0;
        let low = height - side + (-before * climb).min(after * climb);
        let high = height + side + (-before * climb).max(after * climb);
        low.max(-high)
    }

    fn inside_point(&self, dice: &mut Dice) -> PatientPoint {
        let share: [f64; 3] = std::array::from_fn(|_| dice.between(0.05, 0.95));
        let last = self.planes[SIZE[2] - 1].0;
        let along = |a: usize| share[a] * (SIZE[a] - 1) as f64;
        self.origin + self.i * along(0) + self.j * along(1) + self.stack * (share[2] * last)
    }
}

/// The distance from a line's piece, by whichever of its three parts is nearest.
fn from_piece(p: PatientPoint, a: PatientPoint, b: PatientPoint) -> f64 {
    let line = b - a;
    if line.dot(p - a) <= 0.0 {
        return p.distance_mm(a);
    }
    if line.dot(p - b) >= 0.0 {
        return p.distance_mm(b);
    }
    line.cross(p - a).length() / line.length()
}

/// A stroke as drawn.
struct Drawn {
    points: Vec<PatientPoint>,
    radius_mm: f64,
    /// The plane of a disc.
    normal: Option<PatientVector>,
}

impl Drawn {
    /// How far the voxel is from belonging to one piece of the stroke (≤ 0: it does), mm.
    fn beyond(&self, case: &Case, v: [usize; 3], a: PatientPoint, b: PatientPoint) -> f64 {
        let centre = case.centre(v);
        let Some(normal) = self.normal else {
            return from_piece(centre, a, b) - self.radius_mm;
        };
        let flat = |p: PatientPoint| p - normal * (p - a).dot(normal);
        let aside = from_piece(flat(centre), a, flat(b)) - self.radius_mm;
        aside.max(case.beyond_cell(v, a, normal))
    }

    /// Whether the voxel is painted; `None` where rounding decides.
    fn has(&self, case: &Case, v: [usize; 3]) -> Option<bool> {
        let mut pieces: Vec<[PatientPoint; 2]> =
            self.points.windows(2).map(|w| [w[0], w[1]]).collect();
        if pieces.is_empty() {
            pieces.push([self.points[0]; 2]);
        }
        let nearest = pieces
            .iter()
            .map(|[a, b]| self.beyond(case, v, *a, *b))
            .fold(f64::INFINITY, f64::min);
        (nearest.abs() > EDGE_MM).then_some(nearest < 0.0)
    }

    fn spans(&self, case: &Case) -> Vec<Span> {
        stroke_spans(
            &case.grid,
            shape_of(self.normal),
            self.radius_mm,
            &self.points,
        )
    }
}

/// A stamp or a polyline; a disc's stays in its plane but for the last point, which is projected.
fn drawn(dice: &mut Dice, case: &Case, number: usize, normal: Option<PatientVector>) -> Drawn {
    let radius_mm = dice.between(0.3, 7.0);
    let mut points = vec![case.inside_point(dice)];
    for _ in 0..[0, 1, 2, 4][number % 4] {
        let last = points[points.len() - 1];
        let mut way = dice.direction() * dice.between(0.0, 14.0);
        if let Some(normal) = normal {
            way = way - normal * way.dot(normal);
        }
        points.push(last + way);
    }
    if points.len() == 2
        && let Some(normal) = normal
    {
        points[1] += normal * 3.0;
    }
    Drawn {
        points,
        radius_mm,
        normal,
    }
}

fn each_voxel() -> impl Iterator<Item = [usize; 3]> {
    (0..SIZE[0] * SIZE[1] * SIZE[2]).map(|n| {
        let row = n / SIZE[0];
        [n % SIZE[0], row % SIZE[1], row / SIZE[1]]
    })
}

#[test]
#[expect(clippy::print_stderr, reason = "says how much was tried")]
fn a_stroke_on_any_plane_of_any_grid_has_exactly_the_voxels_of_the_definition() {
    let mut dice = Dice(11);
    let (mut cases, mut painted, mut undecided) = ([0; 4], 0_u64, 0_u64);
    for number in 0..160 {
        let case = case(&mut dice, number);
        let normal = dice.direction();
        for normal in [Some(normal), None] {
            let drawn = drawn(&mut dice, &case, number / 4, normal);
            let spans = drawn.spans(&case);
            assert!(in_order(&spans));
            let mask = Mask::from_spans(SIZE, &spans);
            assert_eq!(mask.count(), spans.iter().map(Span::len).sum::<u64>());
            for v in each_voxel() {
                match drawn.has(&case, v) {
                    Some(expected) => assert_eq!(
                        mask.get(VoxelIndex(v.map(|c| c as i64))),
                        expected,
                        "case {number} ({}), disc {normal:?}, voxel {v:?}",
                        case.kind
                    ),
                    None => undecided += 1,
                }
            }
            painted += mask.count();
            cases[number % 4] += 1;
        }
    }
    assert!(painted > 10_000, "the strokes missed the grids");
    assert!(undecided < 100, "rounding decided too much");
    eprintln!(
        "strokes that equal their definition: {} on 160 random planes and grids ({KINDS:?}: {cases:?}), \
         {painted} voxels painted, {undecided} left to rounding",
        cases.iter().sum::<u32>()
    );
}

fn in_order(spans: &[Span]) -> bool {
    spans
        .windows(2)
        .all(|w| (w[0].k, w[0].j, w[0].i1) < (w[1].k, w[1].j, w[1].i0))
}

/// Two directions across a normal, of length one.
fn across(normal: PatientVector) -> [PatientVector; 2] {
    let other = if normal.0[0].abs() < 0.8 {
        PatientVector([1.0, 0.0, 0.0])
    } else {
        PatientVector([0.0, 1.0, 0.0])
    };
    let right = normal.cross(other);
    let right = right * (1.0 / right.length());
    [right, normal.cross(right)]
}

#[test]
#[expect(clippy::print_stderr, reason = "says how much was tried")]
fn no_point_of_a_disc_drawn_on_any_plane_shows_a_hole() {
    let mut dice = Dice(23);
    let (mut discs, mut seen) = (0, 0_u64);
    for number in 0..120 {
        let case = case(&mut dice, number);
        let normal = dice.direction();
        let drawn = drawn(&mut dice, &case, number / 4, Some(normal));
        let mask = Mask::from_spans(SIZE, &drawn.spans(&case));
        let [right, down] = across(normal);
        let from = drawn.points[0];
        let flat = |p: PatientPoint| p - normal * (p - from).dot(normal);
        for centre in drawn.points.iter().map(|p| flat(*p)) {
            for (a, b) in (-24..=24).flat_map(|a| (-24..=24).map(move |b| (a, b))) {
                let [a, b] = [a, b].map(|n| f64::from(n) / 24.0 * drawn.radius_mm);
                let shown = centre + right * a + down * b;
                let place = case.grid.voxel_from_patient(shown);
                let voxel = place.nearest();
                if !is_clear(&case, place) || !case.grid.contains(voxel) {
                    continue;
                }
                // the picture shows the voxel; its centre, brought into the plane, is under the disc
                let v = voxel.0.map(|c| c as usize);
                if flat(case.centre(v)).distance_mm(centre) < drawn.radius_mm - EDGE_MM {
                    assert!(mask.get(voxel), "a hole at {voxel:?} of case {number}");
                    seen += 1;
                }
            }
            discs += 1;
        }
    }
    assert!(seen > 50_000);
    eprintln!("{discs} discs without a hole at {seen} points of their pictures");
}

/// Neither on the border of two cells nor in a gap, nor beyond the ends of the stack.
fn is_clear(case: &Case, place: VoxelPoint) -> bool {
    let last = (SIZE[2] - 1) as f64;
    place.0.iter().all(|c| (c - c.floor() - 0.5).abs() > 1e-5)
        && (0.0..=last).contains(&place.0[2])
        && !case.grid.is_in_gap(place.0[2])
}

/// How far a place is from the nearest of all balls between two (≤ 0: it is in one), mm.
///
/// Found by halving: the distance to a centre less its radius is convex along the way.
fn from_balls(p: PatientPoint, a: PatientPoint, b: PatientPoint, radii: [f64; 2]) -> f64 {
    let beyond = |share: f64| {
        let radius_mm = radii[0] * (1.0 - share) + radii[1] * share;
        p.distance_mm(a.towards(b, share)) - radius_mm
    };
    let coarse = (0..=8).map(|n| beyond(f64::from(n) / 8.0));
    let coarse = coarse.fold(f64::INFINITY, f64::min);
    // between two of the nine no value is further from theirs than half of their ways and radii
    let most = (a.distance_mm(b) + (radii[1] - radii[0]).abs()) / 16.0;
    if coarse < -EDGE_MM || coarse - most > EDGE_MM {
        return coarse;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..80 {
        let thirds = [low + (high - low) / 3.0, high - (high - low) / 3.0];
        if beyond(thirds[0]) < beyond(thirds[1]) {
            high = thirds[1];
        } else {
            low = thirds[0];
        }
    }
    beyond(low).min(beyond(0.0)).min(beyond(1.0))
}

/// How far a voxel is from belonging to a piece whose radius changes, mm.
fn beyond_pressed(
    case: &Case,
    v: [usize; 3],
    ends: [StrokePoint; 2],
    normal: Option<PatientVector>,
) -> f64 {
    let (centre, [a, b]) = (case.centre(v), ends.map(|end| end.at));
    let radii = ends.map(|end| end.radius_mm);
    let Some(normal) = normal else {
        return from_balls(centre, a, b, radii);
    };
    let flat = |p: PatientPoint| p - normal * (p - a).dot(normal);
    from_balls(flat(centre), a, flat(b), radii).max(case.beyond_cell(v, a, normal))
}

fn shape_of(normal: Option<PatientVector>) -> BrushShape {
    match normal {
        Some(normal) => BrushShape::Disc { normal },
        None => BrushShape::Ball,
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "says how much was tried")]
fn a_stroke_of_changing_pressure_has_exactly_the_voxels_of_all_brushes_on_its_way() {
    let mut dice = Dice(37);
    let (mut pieces, mut held, mut painted, mut undecided) = (0, 0, 0_u64, 0_u64);
    for number in 0..120 {
        let case = case(&mut dice, number);
        let normal = dice.direction();
        for normal in [Some(normal), None] {
            let drawn = drawn(&mut dice, &case, number / 4, normal);
            let points: Vec<StrokePoint> = drawn
                .points
                .iter()
                .map(|&at| StrokePoint {
                    at,
                    radius_mm: dice.between(0.0, 7.0),
                })
                .collect();
            let spans = pressed_spans(&case.grid, shape_of(normal), &points);
            assert!(in_order(&spans));
            let mask = Mask::from_spans(SIZE, &spans);
            let mut ends: Vec<_> = points.windows(2).map(|w| [w[0], w[1]]).collect();
            if ends.is_empty() {
                ends.push([points[0]; 2]);
            }
            for v in each_voxel() {
                let beyond = ends.iter().map(|e| beyond_pressed(&case, v, *e, normal));
                let beyond = beyond.fold(f64::INFINITY, f64::min);
                if beyond.abs() <= EDGE_MM {
                    undecided += 1;
                    continue;
                }
                assert_eq!(
                    mask.get(VoxelIndex(v.map(|c| c as i64))),
                    beyond < 0.0,
                    "case {number} ({}), disc {normal:?}, voxel {v:?}, {beyond} mm",
                    case.kind
                );
            }
            let holds = |[a, b]: &[StrokePoint; 2]| {
                a.at.distance_mm(b.at) <= (a.radius_mm - b.radius_mm).abs()
            };
            held += ends.iter().filter(|e| holds(e)).count();
            pieces += ends.len();
            painted += mask.count();
        }
    }
    assert!(painted > 10_000 && held > 20 && undecided < 100);
    eprintln!(
        "{pieces} pieces of changing pressure, {held} of them with one end inside the other: {painted} \
         voxels painted, {undecided} left to rounding"
    );
}

#[test]
fn a_stroke_of_equal_pressure_is_the_plain_stroke() {
    let mut dice = Dice(41);
    for number in 0..80 {
        let case = case(&mut dice, number);
        for normal in [Some(dice.direction()), None] {
            let drawn = drawn(&mut dice, &case, number, normal);
            let point = |&at: &PatientPoint| StrokePoint {
                at,
                radius_mm: drawn.radius_mm,
            };
            let points: Vec<StrokePoint> = drawn.points.iter().map(point).collect();
            assert_eq!(
                pressed_spans(&case.grid, shape_of(normal), &points),
                drawn.spans(&case)
            );
        }
    }
}

/// A pen that is lifted ends thin; one that is pressed hard on the spot ends as the wider stamp.
#[test]
fn a_tapering_stroke_is_a_cone_with_round_ends() {
    let grid = Grid::new([60, 41, 41], Affine::scaling([1.0; 3])).unwrap();
    let point = |x: f64, radius_mm| StrokePoint {
        at: PatientPoint([x, 20.0, 20.0]),
        radius_mm,
    };
    let taper = pressed_spans(
        &grid,
        BrushShape::Ball,
        &[point(15.0, 10.0), point(45.0, 2.0)],
    );
    let mask = Mask::from_spans(grid.size(), &taper);
    // Two caps and the cone's frustum between the circles of touch.
    let sine: f64 = (10.0 - 2.0) / 30.0;
    let cosine = (1.0 - sine * sine).sqrt();
    let cap = |r: f64, height: f64| std::f64::consts::PI * height * height * (r - height / 3.0);
    let [wide, thin] = [10.0 * cosine, 2.0 * cosine];
    let length = 30.0 - 8.0 * sine;
    let frustum = std::f64::consts::PI / 3.0 * length * (wide * wide + wide * thin + thin * thin);
    let exact = frustum + cap(10.0, 10.0 + 10.0 * sine) + cap(2.0, 2.0 - 2.0 * sine);
    let share = mask.count() as f64 / exact;
    assert!((share - 1.0).abs() < 0.01, "{share}");

    let pressed = [point(30.0, 4.0), point(31.0, 9.0)];
    let stamp = stroke_spans(&grid, BrushShape::Ball, 9.0, &[pressed[1].at]);
    assert_eq!(pressed_spans(&grid, BrushShape::Ball, &pressed), stamp);
    let broken = [point(30.0, 4.0), point(31.0, f64::NAN)];
    assert!(pressed_spans(&grid, BrushShape::Ball, &broken).is_empty());
}

/// Brushes of very many rows are looked at by several threads.
#[test]
fn a_huge_ball_has_its_voxels_in_order() {
    let size = [96, 130, 130];
    let grid = Grid::new(size, Affine::scaling([1.0, 0.9, 0.9])).unwrap();
    let centre = grid.centre();
    let spans = stroke_spans(&grid, BrushShape::Ball, 57.3, &[centre]);
    assert!(in_order(&spans));
    let ball = Mask::from_fn(size, |v| {
        grid.patient_from_voxel(v.centre()).distance_mm(centre) <= 57.3
    });
    assert!(Mask::from_spans(size, &spans) == ball);
}
