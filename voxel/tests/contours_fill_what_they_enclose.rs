//! Contours against a test of every voxel's centre, and what must not depend on how they are written.

use proptest::prelude::*;
use voxel::{
    Affine, ContourFault, Error, Grid, Mask, PatientPoint, PatientVector, VoxelIndex, VoxelPoint,
};

const SIZE: [usize; 3] = [23, 19, 17];
/// Corners of drawn lines lie at whole parts of a voxel, often on centres.
const PARTS: i64 = 8;

/// A corner in its plane, in parts of a voxel along the plane's columns and rows.
type Corner = [i64; 2];

/// Axes turned by two angles, with steps, a lean of the stack, and planes at these half steps if any.
fn grid(steps: [f64; 3], turn: [f64; 2], lean: f64, halves: Option<Vec<u8>>) -> Grid {
    let [[s, c], [t, d]] = turn.map(|angle| [angle.sin(), angle.cos()]);
    let x = PatientVector([c, s, 0.0]);
    let y = PatientVector([-s * d, c * d, t]);
    let z = x.cross(y) + y * lean;
    let columns = [x * steps[0], y * steps[1], z * steps[2]];
    let affine = Affine::from_columns(columns, PatientPoint([-30.0, 12.0, 400.0]));
    let grid = Grid::new(SIZE, affine).unwrap();
    let Some(halves) = halves else { return grid };
    let step = grid.spacing_mm()[2] / 2.0;
    let mut offsets = vec![0.0];
    for half in halves {
        offsets.push(offsets[offsets.len() - 1] + f64::from(half) * step);
    }
    grid.with_plane_offsets(offsets).unwrap()
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
    let halves = prop_oneof![
        3 => Just(None),
        1 => prop::collection::vec(1..4_u8, SIZE[2] - 1).prop_map(Some),
    ];
    (steps, turn, lean, halves).prop_map(|(s, t, l, h)| grid(s, t, l, h))
}

/// The axes along columns and rows of the planes across `axis`.
fn beside(axis: usize) -> [usize; 2] {
    [[1, 2], [0, 2], [0, 1]][axis]
}

/// Lines with corners in the plane and a little beyond it.
fn lines(axis: usize) -> impl Strategy<Value = Vec<Vec<Corner>>> {
    let [x, y] = beside(axis).map(|a| -2 * PARTS..(SIZE[a] as i64 + 2) * PARTS);
    let corner = (x, y).prop_map(|(x, y)| [x, y]);
    prop::collection::vec(prop::collection::vec(corner, 0..12), 1..4)
}

/// A plane (axis and index) with lines in it.
fn drawn() -> impl Strategy<Value = (usize, usize, Vec<Vec<Corner>>)> {
    (0..3_usize).prop_flat_map(|axis| (Just(axis), 0..SIZE[axis], lines(axis)))
}

/// Where plane `k` lies, in even steps.
fn even_k(grid: &Grid, k: usize) -> f64 {
    let offset = grid.plane_offsets_mm().get(k);
    offset.map_or(k as f64, |offset| offset / grid.spacing_mm()[2])
}

/// A line in a plane, moved out of it along its axis by `away` even steps, in the patient.
fn placed(grid: &Grid, axis: usize, plane: usize, away: f64, line: &[Corner]) -> Vec<PatientPoint> {
    let depth = if axis == 2 {
        even_k(grid, plane)
    } else {
        plane as f64
    };
    let place = |corner: &Corner| {
        let mut voxel = [depth + away; 3];
        for (along, part) in beside(axis).into_iter().zip(corner) {
            voxel[along] = *part as f64 / PARTS as f64;
        }
        PatientPoint(grid.affine().apply(voxel))
    };
    line.iter().map(place).collect()
}

fn all_placed(
    grid: &Grid,
    axis: usize,
    plane: usize,
    lines: &[Vec<Corner>],
) -> Vec<Vec<PatientPoint>> {
    let place = |line: &Vec<Corner>| placed(grid, axis, plane, 0.0, line);
    lines.iter().map(place).collect()
}

/// The rule for one centre: sides to its left, or through it, of which it sees an odd number.
fn encloses(lines: &[Vec<Corner>], [x, y]: Corner) -> bool {
    let sides = lines.iter().flat_map(|line| {
        let next = line.iter().cycle().skip(1);
        line.iter().zip(next)
    });
    let is_left = |([ax, ay], [bx, by]): (&Corner, &Corner)| {
        let (low, high) = if ay <= by {
            ([ax, ay], [bx, by])
        } else {
            ([bx, by], [ax, ay])
        };
        if !(*low[1] <= y && y < *high[1]) {
            return false;
        }
        // the centre is not left of the line from the lower to the higher end
        let turn = (high[0] - low[0]) * (y - low[1]) - (high[1] - low[1]) * (x - low[0]);
        turn <= 0
    };
    sides.filter(|side| is_left(*side)).count() % 2 == 1
}

/// Asked of every voxel of the grid.
fn by_centres(grid: &Grid, axis: usize, plane: usize, lines: &[Vec<Corner>]) -> Mask {
    let places: Vec<f64> = (0..SIZE[2]).map(|k| even_k(grid, k)).collect();
    Mask::from_fn(SIZE, |VoxelIndex(voxel)| {
        let part = |along: usize| {
            let index = voxel[along] as usize;
            let place = if along == 2 {
                places[index]
            } else {
                index as f64
            };
            (place * PARTS as f64).round() as i64
        };
        voxel[axis] as usize == plane && encloses(lines, beside(axis).map(part))
    })
}

/// A grid with its axes along the patient's.
fn upright() -> Grid {
    Grid::new(SIZE, Affine::scaling([0.5, 0.75, 3.0])).unwrap()
}

fn rectangle([x0, y0]: Corner, [x1, y1]: Corner) -> Vec<Corner> {
    vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
}

fn fault_of(grid: &Grid, contours: &[Vec<PatientPoint>]) -> (usize, ContourFault) {
    match Mask::from_contours(grid, contours) {
        Err(Error::Contour { contour, fault }) => (contour, fault),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_voxel_is_in_where_its_centre_is_by_even_odd(
        grid in grids(),
        (axis, plane, lines) in drawn(),
    ) {
        let mask = Mask::from_contours(&grid, &all_placed(&grid, axis, plane, &lines)).unwrap();
        let expected = by_centres(&grid, axis, plane, &lines);
        prop_assert_eq!(mask, expected);
    }

    #[test]
    fn contours_moved_by_whole_voxels_give_the_mask_moved(
        (axis, plane, lines) in drawn(),
        by in prop::array::uniform3(-4..5_i64),
    ) {
        let grid = upright();
        let moved = plane as i64 + by[axis];
        prop_assume!((0..SIZE[axis] as i64).contains(&moved));
        let step = beside(axis).map(|along| by[along] * PARTS);
        let shift = |line: &Vec<Corner>| -> Vec<Corner> {
            line.iter().map(|[x, y]| [x + step[0], y + step[1]]).collect()
        };
        let there: Vec<_> = lines.iter().map(shift).collect();
        let here = Mask::from_contours(&grid, &all_placed(&grid, axis, plane, &lines)).unwrap();
        let there = Mask::from_contours(&grid, &all_placed(&grid, axis, moved as usize, &there)).unwrap();
        for VoxelIndex(at) in voxels() {
            let from = VoxelIndex([at[0] - by[0], at[1] - by[1], at[2] - by[2]]);
            let was_inside = (0..3).all(|a| (0..SIZE[a] as i64).contains(&from.0[a]));
            prop_assert!(!was_inside || there.get(VoxelIndex(at)) == here.get(from));
        }
    }

    #[test]
    fn a_line_inside_another_is_a_hole_and_a_keyhole_is_the_same_hole(
        grid in grids(),
        axis in 0..3_usize,
        corner in [0..20_i64, 0..20_i64],
        inner in [1..30_i64, 1..30_i64, 1..40_i64, 1..40_i64],
        rest in [1..30_i64, 1..30_i64],
    ) {
        let hole = [[corner[0] + inner[0], corner[1] + inner[1]], [0, 0]];
        let hole = [hole[0], [hole[0][0] + inner[2], hole[0][1] + inner[3]]];
        let outer = rectangle(corner, [hole[1][0] + rest[0], hole[1][1] + rest[1]]);
        let hole = rectangle(hole[0], hole[1]);
        let mask = |lines: &[Vec<Corner>]| {
            Mask::from_contours(&grid, &all_placed(&grid, axis, 7, lines)).unwrap()
        };
        let alone = |line: &Vec<Corner>| mask(std::slice::from_ref(line));
        let with_hole = mask(&[outer.clone(), hole.clone()]);
        prop_assert_eq!(&with_hole, &alone(&outer).difference(&alone(&hole)));
        // out to the hole, around it the other way, and back
        let mut keyhole = outer.clone();
        keyhole.push(outer[0]);
        keyhole.extend([hole[0], hole[3], hole[2], hole[1], hole[0]]);
        prop_assert_eq!(&with_hole, &mask(&[keyhole]));
    }

    #[test]
    fn it_does_not_matter_where_a_line_begins_which_way_it_runs_or_whether_it_is_closed_twice(
        grid in grids(),
        (axis, plane, lines) in drawn(),
        start in 0..12_usize,
    ) {
        let rewritten = |line: &Vec<Corner>| {
            let mut line = line.clone();
            line.reverse();
            let count = line.len().max(1);
            line.rotate_left(start % count);
            line.extend(line.first().copied());
            line
        };
        let other: Vec<_> = lines.iter().map(rewritten).rev().collect();
        let mask = |lines: &[Vec<Corner>]| {
            Mask::from_contours(&grid, &all_placed(&grid, axis, plane, lines)).unwrap()
        };
        prop_assert_eq!(mask(&lines), mask(&other));
    }

    #[test]
    fn the_edges_of_voxels_give_these_voxels(
        grid in grids(),
        axis in 0..3_usize,
        picked in prop::collection::btree_set((0..20_usize, 0..20_usize), 0..80),
    ) {
        let [x, y] = beside(axis);
        let half = PARTS / 2;
        let is_inside = |&(a, b): &(usize, usize)| a < SIZE[x] && b < SIZE[y];
        // in uneven planes an outline at half a voxel is not half way to the next row
        prop_assume!(grid.is_even() || axis == 2);
        let edges = picked.iter().filter(|p| is_inside(p)).map(|&(a, b)| {
            let [a, b] = [a as i64 * PARTS, b as i64 * PARTS];
            rectangle([a - half, b - half], [a + half, b + half])
        });
        let edges: Vec<_> = edges.collect();
        let mask = Mask::from_contours(&grid, &all_placed(&grid, axis, 3, &edges)).unwrap();
        let expected = Mask::from_fn(SIZE, |VoxelIndex(voxel)| {
            let place = [x, y].map(|along| voxel[along] as usize);
            voxel[axis] == 3 && picked.contains(&(place[0], place[1]))
        });
        prop_assert_eq!(mask, expected);
    }
}

fn voxels() -> impl Iterator<Item = VoxelIndex> {
    let [x, y, z] = SIZE;
    (0..x * y * z).map(move |n| VoxelIndex([n % x, n / x % y, n / x / y].map(|v| v as i64)))
}

#[test]
fn a_centre_on_a_line_belongs_to_the_side_of_higher_indices() {
    let grid = upright();
    // corners on the centres of columns 2 and 6, rows 3 and 5
    let line = rectangle([2 * PARTS, 3 * PARTS], [6 * PARTS, 5 * PARTS]);
    let mask = Mask::from_contours(&grid, &all_placed(&grid, 2, 4, &[line])).unwrap();
    let expected = Mask::from_fn(SIZE, |VoxelIndex([i, j, k])| {
        (2..6).contains(&i) && (3..5).contains(&j) && k == 4
    });
    assert_eq!(mask, expected);
}

#[test]
fn a_contour_beside_its_plane_by_less_than_half_a_step_is_on_it() {
    let grid = upright();
    let line = rectangle([10, 10], [60, 60]);
    let on = |away: f64| Mask::from_contours(&grid, &[placed(&grid, 2, 4, away, &line)]).unwrap();
    let there = on(0.0);
    assert_eq!(there.counts_per_plane(2)[4], there.count());
    assert_eq!(on(0.49), there);
    assert_eq!(on(-0.5), there);
    assert_eq!(on(0.5), on(1.0), "half way belongs to the higher plane");
}

#[test]
fn a_contour_beyond_the_ends_or_where_a_slice_is_missing_is_refused_with_its_distance() {
    let even = upright();
    let line = rectangle([10, 10], [60, 60]);
    let good = placed(&even, 2, 0, 0.0, &line);
    let beyond = placed(&even, 2, 16, 1.0, &line);
    let (contour, fault) = fault_of(&even, &[good.clone(), beyond]);
    let ContourFault::OffPlane {
        axis,
        plane,
        away_mm,
        reach_mm,
    } = fault
    else {
        panic!("{fault:?}");
    };
    assert_eq!((contour, axis, plane), (1, 2, 16));
    assert!(
        (away_mm - 3.0).abs() < 1e-9 && (reach_mm - 1.5).abs() < 1e-9,
        "{fault:?}"
    );
    assert!(Mask::from_contours(&even, &[placed(&even, 2, 0, -0.5, &line)]).is_ok());
    fault_of(&even, &[placed(&even, 2, 0, -0.51, &line)]);
    // columns beyond the ends are as good as rows
    let coronal = rectangle([0, 0], [80, 80]);
    fault_of(&even, &[placed(&even, 1, 18, 0.6, &coronal)]);
    // plane 9 is missing
    let halves = (0..16).map(|k| if k == 8 { 4 } else { 2 }).collect();
    let gap = grid([0.5, 0.75, 3.0], [0.3, 0.2], 0.0, Some(halves));
    assert!(Mask::from_contours(&gap, &[placed(&gap, 2, 8, 0.4, &line)]).is_ok());
    let (_, fault) = fault_of(&gap, &[placed(&gap, 2, 8, 1.0, &line)]);
    assert!(
        matches!(fault, ContourFault::OffPlane { axis: 2, .. }),
        "{fault:?}"
    );
    assert_eq!(fault.phrase().key, "contour-off-plane");
}

#[test]
fn a_contour_oblique_to_all_planes_or_not_flat_is_refused() {
    let grid = upright();
    let corner = |[i, j, k]: [f64; 3]| grid.patient_from_voxel(VoxelPoint([i, j, k]));
    let tilted = [
        [2.0, 2.0, 4.0],
        [12.0, 2.0, 4.5],
        [12.0, 12.0, 4.5],
        [2.0, 12.0, 4.0],
    ]
    .map(corner);
    let (_, fault) = fault_of(&grid, &[tilted.to_vec()]);
    let ContourFault::Oblique { rise_mm } = fault else {
        panic!("{fault:?}");
    };
    assert!((rise_mm - 1.5).abs() < 1e-9, "{rise_mm}");
    // within what coordinates are rounded by
    let nearly = [
        [2.0, 2.0, 4.0],
        [12.0, 2.0, 4.05],
        [12.0, 12.0, 4.05],
        [2.0, 12.0, 4.0],
    ]
    .map(corner);
    let flat = [
        [2.0, 2.0, 4.0],
        [12.0, 2.0, 4.0],
        [12.0, 12.0, 4.0],
        [2.0, 12.0, 4.0],
    ]
    .map(corner);
    let mask = |line: &[PatientPoint]| Mask::from_contours(&grid, &[line]).unwrap();
    assert_eq!(mask(&nearly), mask(&flat));
}

#[test]
fn contours_of_two_places_do_not_share_a_plane_of_a_coarser_grid() {
    let coarse = upright();
    let line = rectangle([10, 10], [60, 60]);
    let two = [
        placed(&coarse, 2, 4, -0.2, &line),
        placed(&coarse, 2, 4, 0.2, &line),
    ];
    let (contour, fault) = fault_of(&coarse, &two);
    let ContourFault::PlaneShared {
        axis,
        plane,
        apart_mm,
    } = fault
    else {
        panic!("{fault:?}");
    };
    assert_eq!((contour, axis, plane), (1, 2, 4));
    assert!((apart_mm - 1.2).abs() < 1e-9, "{apart_mm}");
}

#[test]
fn planes_between_contours_stay_empty() {
    let grid = upright();
    let line = rectangle([10, 10], [60, 60]);
    let two = [
        placed(&grid, 2, 4, 0.0, &line),
        placed(&grid, 2, 8, 0.0, &line),
    ];
    let counts = Mask::from_contours(&grid, &two)
        .unwrap()
        .counts_per_plane(2);
    let filled: Vec<usize> = (0..SIZE[2]).filter(|&k| counts[k] > 0).collect();
    assert_eq!(filled, [4, 8]);
    assert_eq!(counts[4], counts[8]);
}

#[test]
fn contours_of_crossing_planes_are_united() {
    let grid = upright();
    let [axial, coronal] = [2, 1].map(|axis| {
        let line = rectangle([12, 12], [100, 84]);
        placed(&grid, axis, 5, 0.0, &line)
    });
    let alone = |line: &Vec<PatientPoint>| Mask::from_contours(&grid, &[line]).unwrap();
    let both = Mask::from_contours(&grid, &[&axial, &coronal]).unwrap();
    assert_eq!(both, alone(&axial).union(&alone(&coronal)));
    assert!(!alone(&axial).intersection(&alone(&coronal)).is_empty());
}

#[test]
fn a_contour_beside_a_leaning_stack_is_taken_to_the_plane_at_right_angles() {
    // a step along the stack goes 1 mm along the rows as well
    let columns = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 2.0]].map(PatientVector);
    let grid = Grid::new(SIZE, Affine::from_columns(columns, PatientPoint([0.0; 3]))).unwrap();
    // over plane 3 (z = 6, where rows begin at y = 3): x 2.5 to 6.5, y 5.1 to 9.1
    let [x, y] = [[2.5, 6.5], [5.1, 9.1]];
    for z in [6.0, 6.9, 5.1] {
        let line = [[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]];
        let line = line.map(|[x, y]| PatientPoint([x, y, z]));
        let expected = Mask::from_fn(SIZE, |VoxelIndex([i, j, k])| {
            (3..7).contains(&i) && (3..7).contains(&j) && k == 3
        });
        assert_eq!(
            Mask::from_contours(&grid, &[line]).unwrap(),
            expected,
            "{z}"
        );
    }
}

#[test]
fn what_is_no_contour_is_refused_or_encloses_nothing() {
    let grid = upright();
    let place = |x: f64| PatientPoint([x, 1.0, 3.0]);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let line = vec![place(1.0), place(bad), place(2.0)];
        assert_eq!(fault_of(&grid, &[line]), (0, ContourFault::NotFinite));
    }
    for far in [1e13, -1e200, f64::MAX] {
        let line = vec![place(1.0), place(far), place(2.0)];
        assert_eq!(fault_of(&grid, &[line]), (0, ContourFault::TooFar));
    }
    for line in [
        vec![],
        vec![place(1.0)],
        vec![place(1.0), place(4.0)],
        vec![place(1.0); 5],
    ] {
        assert!(Mask::from_contours(&grid, &[line]).unwrap().is_empty());
    }
    assert!(
        Mask::from_contours::<Vec<PatientPoint>>(&grid, &[])
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_work_follows_the_contours_and_not_the_grid() {
    // a grid of 2⁶³ voxels
    let huge = Grid::new([1 << 21; 3], Affine::scaling([1.0; 3])).unwrap();
    let [x, y] = [1e6, 2e6 - 10.5];
    let line = [[x, y], [x + 20.0, y], [x + 20.0, y + 20.0], [x, y + 20.0]];
    let line = line.map(|[x, y]| PatientPoint([x, y, 1_500_000.0]));
    assert_eq!(Mask::from_contours(&huge, &[line]).unwrap().count(), 400);
    // a million sides, each across all rows
    let zigzag = (0..1_000_000).map(|n| PatientPoint([n as f64, (n % 2) as f64 * 2e6, 3.0]));
    let zigzag: Vec<_> = zigzag.collect();
    let limit = Mask::from_contours(&huge, &[zigzag]);
    assert!(matches!(limit, Err(Error::ContourRows { .. })), "{limit:?}");
}
