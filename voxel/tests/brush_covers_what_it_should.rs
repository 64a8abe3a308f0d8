//! Brushes against a test of every voxel, and against the holes that a reader would see.

use proptest::prelude::*;
use voxel::{
    Affine, BrushShape, Capsule, Grid, Mask, PatientPoint, PatientVector, VoxelIndex, VoxelPoint,
    capsule_spans, stroke_spans,
};

const SIZE: [usize; 3] = [37, 33, 21];

/// Axes turned by two angles, with steps, a lean of the stack and perhaps uneven planes.
fn grid(steps: [f64; 3], turn: [f64; 2], lean: f64, offsets: Option<Vec<f64>>) -> Grid {
    let ([s, c], [t, d]) = (turn.map(f64::sin), turn.map(f64::cos)).into_pairs();
    let x = PatientVector([c, s, 0.0]);
    let y = PatientVector([-s * d, c * d, t]);
    let z = x.cross(y) + y * lean;
    let columns = [x * steps[0], y * steps[1], z * steps[2]];
    let affine = Affine::from_columns(columns, PatientPoint([-30.0, 12.0, 400.0]));
    let grid = Grid::new(SIZE, affine).unwrap();
    match offsets {
        None => grid,
        Some(steps) => {
            let mut offsets = vec![0.0];
            for step in steps {
                offsets.push(offsets[offsets.len() - 1] + step * grid.spacing_mm()[2]);
            }
            grid.with_plane_offsets(offsets).unwrap()
        }
    }
}

trait IntoPairs {
    fn into_pairs(self) -> ([f64; 2], [f64; 2]);
}
impl IntoPairs for ([f64; 2], [f64; 2]) {
    fn into_pairs(self) -> ([f64; 2], [f64; 2]) {
        let ([a, b], [c, d]) = self;
        ([a, c], [b, d])
    }
}

fn grids() -> impl Strategy<Value = Grid> {
    let steps = prop_oneof![
        Just([1.0, 1.0, 1.0]),
        Just([0.7, 0.7, 5.0]),
        Just([0.5, 2.0, 1.0]),
        Just([3.0, 0.6, 0.6]),
    ];
    let turn = prop_oneof![Just([0.0, 0.0]), prop::array::uniform2(-1.5..1.5_f64)];
    let lean = prop_oneof![3 => Just(0.0), 1 => -0.5..0.5_f64];
    let step = prop_oneof![5 => Just(1.0), 1 => 0.5..1.5_f64, 1 => Just(2.0)];
    let offsets = prop_oneof![
        3 => Just(None),
        1 => prop::collection::vec(step, SIZE[2] - 1).prop_map(Some),
    ];
    (steps, turn, lean, offsets).prop_map(|(s, t, l, o)| grid(s, t, l, o))
}

/// Where a voxel point lies, given as shares of the size; a little beyond the grid too.
fn place() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(prop_oneof![-0.2..1.2_f64, Just(0.5), Just(0.25)])
}

fn at(grid: &Grid, share: [f64; 3]) -> PatientPoint {
    grid.patient_from_voxel(VoxelPoint(std::array::from_fn(|a| {
        share[a] * (SIZE[a] - 1) as f64
    })))
}

/// Normals of the three grid planes, of the patient's planes, and oblique ones.
fn normal(grid: &Grid, choice: u8, any: [f64; 3]) -> Option<PatientVector> {
    let [x, y, z] = [0, 1, 2].map(|a| grid.direction(a));
    match choice {
        0 => Some(x.cross(y)),
        1 => Some(y.cross(z) * -3.0),
        2 => Some(z.cross(x)),
        3 => Some(PatientVector([0.0, 0.0, 1.0])),
        4 => Some(PatientVector([0.0, 1.0, 0.0])),
        5 => Some(PatientVector([1.0, 0.0, 0.0])),
        _ => PatientVector(any).normalised(),
    }
}

fn voxels() -> impl Iterator<Item = VoxelIndex> {
    let [nx, ny, nz] = SIZE.map(|n| n as i64);
    (0..nz)
        .flat_map(move |k| (0..ny).flat_map(move |j| (0..nx).map(move |i| VoxelIndex([i, j, k]))))
}

fn distance_to_segment(p: PatientPoint, a: PatientPoint, b: PatientPoint) -> f64 {
    let line = b - a;
    let length = line.length();
    if length == 0.0 {
        return p.distance_mm(a);
    }
    let unit = line * (1.0 / length);
    let along = (p - a).dot(unit).clamp(0.0, length);
    p.distance_mm(a + unit * along)
}

/// Distances nearer than this to a border may fall on either side.
const EDGE_MM: f64 = 1e-6;

/// Whether `value` is below `limit`; `None` where rounding decides.
fn below(value: f64, limit: f64) -> Option<bool> {
    ((value - limit).abs() > EDGE_MM).then_some(value < limit)
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The rule of the disc, voxel by voxel, from the eight corners of the voxel's cell.
fn disc_has(grid: &Grid, c: &Capsule, normal: PatientVector, v: VoxelIndex) -> Option<bool> {
    let n = normal.normalised().unwrap();
    let flat = |p: PatientPoint| p - n * (p - c.from).dot(n);
    let centre = grid.patient_from_voxel(v.centre());
    let near = below(
        distance_to_segment(flat(centre), c.from, flat(c.to)),
        c.radius_mm,
    );
    let [before, after] = grid.plane_reach_mm(v.0[2] as usize);
    let mut heights = Vec::new();
    for (di, dj, dk) in (0..8).map(|n| (n & 1, n >> 1 & 1, n >> 2)) {
        let along_k = if dk == 0 { -before } else { after };
        let corner = centre
            + grid.affine().column(0) * (f64::from(di) - 0.5)
            + grid.affine().column(1) * (f64::from(dj) - 0.5)
            + grid.direction(2) * along_k;
        heights.push((corner - c.from).dot(n));
    }
    let low = heights.iter().fold(f64::INFINITY, |m, h| m.min(*h));
    let high = heights.iter().fold(f64::NEG_INFINITY, |m, h| m.max(*h));
    both(near, both(below(low, 0.0), below(-high, 0.0)))
}

fn check_against(mask: &Mask, rule: impl Fn(VoxelIndex) -> Option<bool>) {
    for v in voxels() {
        if let Some(expected) = rule(v) {
            assert_eq!(mask.get(v), expected, "voxel {v:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn a_ball_capsule_has_exactly_the_voxels_within_its_radius(
        grid in grids(), from in place(), to in place(), is_stamp in any::<bool>(),
        radius_mm in prop_oneof![0.0..12.0_f64, Just(3.0), Just(5.0)],
    ) {
        let from = at(&grid, from);
        let to = if is_stamp { from } else { at(&grid, to) };
        let capsule = Capsule { from, to, radius_mm, shape: BrushShape::Ball };
        let spans = capsule_spans(&grid, &capsule);
        prop_assert!(spans.windows(2).all(|w| (w[0].k, w[0].j) < (w[1].k, w[1].j)));
        check_against(&Mask::from_spans(SIZE, &spans), |v| {
            let p = grid.patient_from_voxel(v.centre());
            below(distance_to_segment(p, from, to), radius_mm)
        });
    }

    #[test]
    fn a_disc_capsule_has_exactly_the_voxels_that_its_plane_cuts_within_its_radius(
        grid in grids(), from in place(), to in place(), is_stamp in any::<bool>(),
        radius_mm in 0.0..12.0_f64, choice in 0..9_u8, any in prop::array::uniform3(-1.0..1.0_f64),
    ) {
        let Some(normal) = normal(&grid, choice, any) else { return Ok(()) };
        let from = at(&grid, from);
        let to = if is_stamp { from } else { at(&grid, to) };
        let capsule = Capsule { from, to, radius_mm, shape: BrushShape::Disc { normal } };
        let mask = Mask::from_spans(SIZE, &capsule_spans(&grid, &capsule));
        check_against(&mask, |v| disc_has(&grid, &capsule, normal, v));
    }

    #[test]
    fn a_fast_stroke_leaves_no_hole_in_the_picture_of_its_plane(
        grid in grids(), turns in prop::collection::vec(-10.0..10.0_f64, 2..6), start in place(),
        choice in 0..9_u8, any in prop::array::uniform3(-1.0..1.0_f64), radius_mm in 4.0..8.0_f64,
    ) {
        let Some(normal) = normal(&grid, choice, any).and_then(PatientVector::normalised) else {
            return Ok(());
        };
        let around = if normal.0[0].abs() < 0.8 { [1.0, 0.0, 0.0] } else { [0.0, 1.0, 0.0] };
        let right = normal.cross(PatientVector(around)).normalised().unwrap();
        let down = normal.cross(right);
        let mut points = vec![at(&grid, start)];
        for turn in turns {
            let last = points[points.len() - 1];
            points.push(last + right * (turn * 2.0) + down * (20.0 - turn));
        }
        let spans = stroke_spans(&grid, BrushShape::Disc { normal }, radius_mm, &points);
        let touching = |a: &voxel::Span, b: &voxel::Span| (a.k, a.j) == (b.k, b.j) && b.i0 <= a.i1;
        prop_assert!(!spans.windows(2).any(|w| touching(&w[0], &w[1])));
        let mask = Mask::from_spans(SIZE, &spans);
        // What a view of this plane shows: the voxel nearest to each of its points.
        for pair in points.windows(2) {
            for n in 0..=60 {
                let on_line = pair[0].towards(pair[1], f64::from(n) / 60.0);
                for (a, b) in [(0.0, 0.0), (0.7, 0.0), (-0.7, 0.2), (0.3, 0.8), (0.1, -0.9)] {
                    let seen = on_line + right * (a * radius_mm) + down * (b * radius_mm);
                    let place = grid.voxel_from_patient(seen);
                    let voxel = place.nearest();
                    let centre = grid.patient_from_voxel(voxel.centre());
                    let flat = centre - normal * (centre - seen).dot(normal);
                    let is_clear = flat.distance_mm(on_line) < radius_mm - EDGE_MM
                        && place.0.iter().all(|v| (v - v.floor() - 0.5).abs() > 1e-5)
                        && !grid.is_in_gap(place.0[2]);
                    if is_clear && grid.contains(voxel) && !beyond_ends(&grid, place) {
                        prop_assert!(mask.get(voxel), "hole at {voxel:?}");
                    }
                }
            }
        }
    }
}

/// Before the first or after the last plane's cell.
fn beyond_ends(grid: &Grid, place: VoxelPoint) -> bool {
    let last = (grid.size()[2] - 1) as f64;
    !grid.is_even() && (place.0[2] < 0.0 || place.0[2] > last)
}

#[test]
fn a_disc_in_a_grid_plane_paints_that_plane_only_even_half_way_between_two() {
    let grid = grid([0.7, 0.7, 5.0], [0.3, -0.8], 0.2, None);
    for (axis, half_way) in [(0, 10.5), (1, 12.5), (2, 7.5)] {
        let others = [(axis + 1) % 3, (axis + 2) % 3].map(|a| grid.direction(a));
        let normal = others[0].cross(others[1]);
        for (place, expected) in [
            (half_way, half_way + 0.5),
            (half_way - 0.01, half_way - 0.5),
        ] {
            let mut point = [18.0, 16.0, 10.0];
            point[axis] = place;
            let tip = grid.patient_from_voxel(VoxelPoint(point));
            let spans = stroke_spans(&grid, BrushShape::Disc { normal }, 8.0, &[tip]);
            let bounds = Mask::from_spans(SIZE, &spans).bounding_box().unwrap();
            assert_eq!(bounds.min[axis] as f64, expected);
            assert_eq!(bounds.size()[axis], 1);
        }
    }
}

/// In a leaning stack the rows below a place depend on the plane, and a tip is rarely in a plane.
#[test]
fn a_disc_beside_the_plane_that_it_paints_in_a_leaning_stack_paints_all_of_its_rows() {
    let normal = PatientVector([0.0, 0.0, 1.0]);
    let steps = [1.0, 1.0, 2.0, 1.0, 1.3].repeat(4);
    for (lean, offsets) in [(0.5, None), (-0.5, None), (0.4, Some(steps))] {
        let grid = grid([0.7, 0.7, 5.0], [0.0, 0.0], lean, offsets);
        for place in [10.51, 10.75, 11.0, 11.25, 11.49] {
            let from = grid.patient_from_voxel(VoxelPoint([18.0, 16.0, place]));
            let capsule = Capsule {
                from,
                to: from,
                radius_mm: 3.0,
                shape: BrushShape::Disc { normal },
            };
            let mask = Mask::from_spans(SIZE, &capsule_spans(&grid, &capsule));
            assert!(mask.count() > 40);
            check_against(&mask, |v| disc_has(&grid, &capsule, normal, v));
        }
    }
}

#[test]
fn a_radius_of_whole_voxels_includes_the_voxels_at_its_edge() {
    let grid = Grid::new([21, 21, 21], Affine::scaling([0.1; 3])).unwrap();
    let tip = grid.patient_from_voxel(VoxelPoint([10.0; 3]));
    let spans = stroke_spans(&grid, BrushShape::Ball, 0.3, &[tip]);
    let mask = Mask::from_spans([21; 3], &spans);
    for end in [
        [7, 10, 10],
        [13, 10, 10],
        [10, 7, 10],
        [10, 13, 10],
        [10, 10, 7],
        [10, 10, 13],
    ] {
        assert!(mask.get(VoxelIndex(end)));
    }
    assert_eq!(mask.count(), 123); // lattice points within 3 of the origin
}

#[test]
fn a_disc_in_the_gap_of_a_missing_slice_paints_nothing() {
    let grid = Grid::new([20, 20, 4], Affine::scaling([1.0, 1.0, 2.0])).unwrap();
    let grid = grid.with_plane_offsets(vec![0.0, 2.0, 6.0, 8.0]).unwrap();
    let normal = PatientVector([0.0, 0.0, 1.0]);
    let stamp = |z: f64| {
        let tip = PatientPoint([10.0, 10.0, z]);
        let spans = stroke_spans(&grid, BrushShape::Disc { normal }, 3.0, &[tip]);
        Mask::from_spans(grid.size(), &spans)
            .bounding_box()
            .map(|b| b.min[2])
    };
    assert_eq!([2.9, 4.0, 5.1].map(stamp), [Some(1), None, Some(2)]);
}

#[test]
fn brushes_without_sense_paint_nothing() {
    let grid = Grid::new([9; 3], Affine::identity()).unwrap();
    let tip = PatientPoint([4.0; 3]);
    let nowhere = PatientPoint([f64::NAN, 0.0, 0.0]);
    let flat = BrushShape::Disc {
        normal: PatientVector::ZERO,
    };
    assert!(stroke_spans(&grid, BrushShape::Ball, 3.0, &[]).is_empty());
    assert!(stroke_spans(&grid, BrushShape::Ball, -1.0, &[tip]).is_empty());
    assert!(stroke_spans(&grid, BrushShape::Ball, f64::INFINITY, &[tip]).is_empty());
    assert!(stroke_spans(&grid, BrushShape::Ball, 3.0, &[nowhere]).is_empty());
    assert!(stroke_spans(&grid, flat, 3.0, &[tip]).is_empty());
    assert_eq!(stroke_spans(&grid, BrushShape::Ball, 0.0, &[tip]).len(), 1);
}
