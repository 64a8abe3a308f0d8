//! A slow, plain picture of a volume, pixel by pixel from the definitions, and grids to try it on.

use std::sync::Arc;

use proptest::prelude::*;
use render::{ColorMap, Interpolation, Rendering, ScreenPoint, Slab, SlabMode, SliceView};
use voxel::{
    Affine, Grid, PatientPoint, PatientVector, Plane, Rescale, Samples, Volume, VoxelIndex,
    VoxelPoint,
};

/// A grid in any direction, sheared or not, with even or uneven planes and gaps.
pub(crate) fn grids() -> impl Strategy<Value = Grid> {
    let size = [1..14_usize, 1..14_usize, 1..9_usize];
    let spacing = [0.3..4.0_f64, 0.3..4.0_f64, 0.3..6.0_f64];
    let turn = ([-1.0..1.0_f64, -1.0..1.0, -1.0..1.0], -3.0..3.0_f64);
    let shear = prop_oneof![Just(0.0), -0.6..0.6_f64];
    let steps = prop::collection::vec(prop_oneof![Just(1.0), 0.8..1.2_f64, Just(3.0)], 9);
    (size, spacing, turn, shear, any::<bool>(), steps).prop_map(
        |(size, spacing, (axis, angle), shear, is_even, steps)| {
            let turn = |v: PatientVector| rotated(v, PatientVector(axis), angle);
            let i = turn(PatientVector([spacing[0], 0.0, 0.0]));
            let j = turn(PatientVector([0.0, spacing[1], 0.0]));
            let k = turn(PatientVector([0.0, shear * spacing[2], spacing[2]]));
            let origin = PatientPoint([-31.0, 12.0, 400.0]);
            let grid = Grid::new(size, Affine::from_columns([i, j, k], origin)).unwrap();
            if is_even {
                return grid;
            }
            let step = grid.spacing_mm()[2];
            let mut offsets = vec![0.0];
            for n in 1..size[2] {
                offsets.push(offsets[n - 1] + steps[n] * step);
            }
            grid.with_plane_offsets(offsets).unwrap()
        },
    )
}

/// Rodrigues' rotation.
fn rotated(v: PatientVector, axis: PatientVector, angle: f64) -> PatientVector {
    let Some(axis) = axis.normalised() else {
        return v;
    };
    let (sin, cos) = angle.sin_cos();
    v * cos + axis.cross(v) * sin + axis * (axis.dot(v) * (1.0 - cos))
}

/// The same grid moved so that its middle lies on that of another one.
pub(crate) fn centred_on(grid: &Grid, other: &Grid) -> Grid {
    let affine = grid.affine();
    let columns = [0, 1, 2].map(|axis| affine.column(axis));
    let origin = affine.origin() + (other.centre() - grid.centre());
    let moved = Grid::new(grid.size(), Affine::from_columns(columns, origin)).unwrap();
    if grid.is_even() {
        return moved;
    }
    let offsets = grid.plane_offsets_mm().to_vec();
    moved.with_plane_offsets(offsets).unwrap()
}

/// The voxel of a grid at a pixel of a view, from the definitions: `Some(None)` where there is none,
/// `None` where rounding decides.
#[allow(
    clippy::option_option,
    reason = "three answers: a voxel, none, too close to tell"
)]
pub(crate) fn voxel_at(
    grid: &Grid,
    view: &SliceView,
    x: usize,
    y: usize,
) -> Option<Option<VoxelIndex>> {
    let at = view.patient_at(ScreenPoint([x as f64 + 0.5, y as f64 + 0.5]));
    let Some(at) = voxel_coordinates(grid, at)? else {
        return Some(None);
    };
    if at.iter().any(|v| near_tie(*v)) {
        return None;
    }
    let voxel = VoxelPoint(at).nearest();
    Some(grid.contains(voxel).then_some(voxel))
}

/// Whether a coordinate lies between two voxels as far as rounding can tell.
fn near_tie(v: f64) -> bool {
    let share = (v + 0.5).fract().abs();
    share.min(1.0 - share) < 1e-4
}

/// A volume of pseudo-random samples of one of the nine types, with padding in some.
pub(crate) fn volumes() -> impl Strategy<Value = Volume> {
    (grids(), 0..9_u8, any::<u64>(), any::<bool>(), any::<bool>()).prop_map(
        |(grid, kind, seed, has_padding, per_plane)| {
            volume(grid, kind, seed, has_padding, per_plane)
        },
    )
}

fn volume(grid: Grid, kind: u8, seed: u64, has_padding: bool, per_plane: bool) -> Volume {
    let count = grid.voxel_count() as usize;
    let mut state = seed | 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as u32 % 200
    };
    let mut list = || (0..count).map(|_| next()).collect::<Vec<u32>>();
    let samples = match kind {
        0 => Samples::U8(Arc::new(list().iter().map(|v| *v as u8).collect())),
        1 => Samples::I8(Arc::new(
            list().iter().map(|v| (*v as i16 - 100) as i8).collect(),
        )),
        2 => Samples::U16(Arc::new(list().iter().map(|v| *v as u16).collect())),
        3 => Samples::I16(Arc::new(list().iter().map(|v| *v as i16 - 100).collect())),
        4 => Samples::U32(Arc::new(list())),
        5 => Samples::I32(Arc::new(list().iter().map(|v| *v as i32 - 100).collect())),
        6 => Samples::F32(Arc::new(
            list()
                .iter()
                .map(|v| if *v == 7 { f32::NAN } else { *v as f32 / 2.0 })
                .collect(),
        )),
        7 => Samples::F64(Arc::new(
            list().iter().map(|v| f64::from(*v) / 3.0).collect(),
        )),
        _ => {
            let (r, g, b) = (list(), list(), list());
            let rgb = (0..count).map(|n| [r[n] as u8, g[n] as u8, b[n] as u8]);
            Samples::Rgb8(Arc::new(rgb.collect()))
        }
    };
    let planes = if per_plane { grid.size()[2] } else { 1 };
    let rescale = (0..planes)
        .map(|k| Rescale {
            slope: 1.0 + k as f64 / 4.0,
            intercept: -20.0,
        })
        .collect();
    let padding = (has_padding && kind != 8).then_some((20.0, 50.0));
    Volume::new(grid, samples, rescale, padding).unwrap()
}

/// A view: one of the planes of the grid, moved about and turned, or any plane at all.
pub(crate) fn views(grid: Grid) -> impl Strategy<Value = SliceView> {
    let plane = (0..3_usize, 0..9_i64, 0..5_u8, 0..4_u8);
    let angle = -180.0..180.0_f64;
    let moves = (0.6..3.0_f64, -6.0..6.0_f64, -6.0..6.0_f64);
    let normal = [-1.0..1.0_f64, -1.0..1.0, -1.0..1.0];
    let size = (20..70_usize, 10..40_usize);
    (plane, moves, normal, size, angle).prop_map(
        move |((plane, index, kind, turns), moves, normal, size, angle)| {
            let size = [size.0, size.1];
            let plane = Plane::ALL[plane];
            let index = index % grid.size()[grid.axis_of(plane)] as i64;
            let view = match kind {
                0 => SliceView::oblique(&grid, grid.centre(), PatientVector(normal), size)
                    .or_else(|_| SliceView::of_plane(&grid, plane, index, size)),
                _ => SliceView::of_plane(&grid, plane, index, size),
            };
            let view = view.unwrap().rotated(90.0 * f64::from(turns));
            let view = match kind {
                1 => view.flipped_horizontally(),
                2 => view.rotated_about(angle, ScreenPoint([9.0, 7.0])),
                3 => view.turned(PatientVector(normal), angle, grid.centre()),
                _ => view,
            };
            view.zoomed(moves.0, ScreenPoint([3.0, 4.0]))
                .panned([moves.1, moves.2])
        },
    )
}

/// Whether the view lies along the grid or clearly not. A turn of less than a milliradian that nobody
/// could see is taken as none, and so is a slab's way through the planes where it leaves their voxels by
/// less than a hundredth; the definitions know neither.
pub(crate) fn is_clear(grid: &Grid, view: &SliceView) -> bool {
    let inverse = grid.affine().inverse().unwrap();
    let directions = [
        (view.right, 1.1e-3),
        (view.down, 1.1e-3),
        (view.normal(), 1.1e-2),
    ];
    directions.iter().all(|(direction, least)| {
        let steps = inverse.apply_linear(direction.0).map(f64::abs);
        let largest = steps.into_iter().fold(0.0, f64::max);
        steps
            .iter()
            .all(|step| *step < 1e-9 * largest || *step > least * largest)
    })
}

/// What the definitions say of one pixel; `None` where rounding decides between two answers.
pub(crate) fn pixel(
    volume: &Volume,
    view: &SliceView,
    rendering: &Rendering,
    x: usize,
    y: usize,
) -> Option<[u8; 4]> {
    let at = view.patient_at(ScreenPoint([x as f64 + 0.5, y as f64 + 0.5]));
    let mut samples = vec![(at, None, 1.0)];
    if let Some(slab) = &rendering.slab {
        samples = slab_samples(volume.grid(), view, slab, at)?;
    }
    let mut levels = [f64::NAN; 3];
    for (channel, level) in levels.iter_mut().enumerate() {
        let mut values = Vec::new();
        for &(at, plane, weight) in &samples {
            if let Some(value) = sample(volume, rendering.interpolation, at, plane, channel)? {
                values.push((value, weight));
            }
        }
        let mode = rendering.slab.map_or(SlabMode::Max, |slab| slab.mode);
        *level = reduced(&values, mode);
    }
    if levels[0].is_nan() {
        return Some([0, 0, 0, 255]);
    }
    let [r, g, b] = if volume.is_colour() {
        levels.map(|level| level.round() as u8)
    } else {
        let level = rendering.window.display(levels[0]).round() as u8;
        rendering.colors.color(level)
    };
    Some([r, g, b, 255])
}

fn reduced(values: &[(f64, f64)], mode: SlabMode) -> f64 {
    let all = values.iter().map(|(value, _)| *value);
    match mode {
        SlabMode::Max => all.fold(f64::NAN, f64::max),
        SlabMode::Min => all.fold(f64::NAN, f64::min),
        SlabMode::Mean => {
            let sum: f64 = values.iter().map(|(value, weight)| value * weight).sum();
            sum / values.iter().map(|(_, weight)| weight).sum::<f64>()
        }
    }
}

/// The value at a place (on plane `plane` of the third axis named with it), by the definitions:
/// `Some(None)` where nothing is.
#[allow(
    clippy::option_option,
    reason = "three answers: a value, none, too close to tell"
)]
fn sample(
    volume: &Volume,
    interpolation: Interpolation,
    at: PatientPoint,
    plane: Option<(usize, f64)>,
    channel: usize,
) -> Option<Option<f64>> {
    let grid = volume.grid();
    let Some(mut at) = voxel_coordinates(grid, at)? else {
        return Some(None);
    };
    if let Some((axis, index)) = plane {
        at[axis] = index;
    }
    if at.iter().any(|v| near_tie(*v)) {
        return None;
    }
    let nearest = VoxelPoint(at).nearest();
    if !grid.contains(nearest) || !has_value(volume, nearest) {
        return Some(None);
    }
    Some(Some(match interpolation {
        Interpolation::Nearest => channel_value(volume, nearest, channel),
        Interpolation::Linear => mean_of_neighbours(volume, at, channel),
    }))
}

/// A place, the plane of the grid that it lies on if it lies on one, and its weight.
type Place = (PatientPoint, Option<(usize, f64)>, f64);

/// The places behind and before a pixel, all in the patient; `None` where rounding decides whether one
/// belongs to the slab.
fn slab_samples(
    grid: &Grid,
    view: &SliceView,
    slab: &Slab,
    at: PatientPoint,
) -> Option<Vec<Place>> {
    let half = slab.thickness_mm / 2.0;
    let normal = view.normal();
    let inverse = grid.affine().inverse().unwrap();
    let steps = [view.right, view.down].map(|side| inverse.apply_linear(side.0).map(f64::abs));
    let is_still =
        |axis: usize, step: [f64; 3]| step[axis] < 1e-9 * step.into_iter().fold(0.0, f64::max);
    let through = (0..3).find(|axis| steps.iter().all(|step| is_still(*axis, *step)));
    let per_mm = inverse.apply_linear(normal.0).map(f64::abs);
    let mut places = Vec::new();
    let mut add = |from: f64, depth: f64, to: f64, plane| {
        let part = to.min(half) - from.max(-half);
        if part > 1e-4 * (to - from) {
            places.push((at + normal * depth, plane, part));
        }
        part.abs() > 1e-4 * (to - from)
    };
    if let Some(axis) = through {
        for index in 0..grid.size()[axis] {
            let mut point = [0.0; 3];
            point[axis] = index as f64;
            let depth = view.depth_mm(grid.patient_from_voxel(VoxelPoint(point)));
            let mut reach = [0.5 / per_mm[axis]; 2];
            if axis == 2 {
                // Offsets run along the stack, depths along the normal.
                let lean = normal.dot(grid.direction(2)).abs();
                reach = grid.plane_reach_mm(index).map(|mm| mm * lean);
                if normal.dot(grid.direction(2)) < 0.0 {
                    reach.reverse();
                }
            }
            let plane = Some((axis, index as f64));
            if !add(depth - reach[0], depth, depth + reach[1], plane) {
                return None;
            }
        }
        return Some(places);
    }
    let offsets = grid.plane_offsets_mm();
    let closest = offsets.windows(2).map(|pair| pair[1] - pair[0]);
    let usual = grid.spacing_mm()[2];
    let density = usual / closest.fold(usual, f64::min);
    let step = 1.0 / per_mm[0].max(per_mm[1]).max(per_mm[2] * density);
    // Farther than the largest of these grids is wide.
    for m in -400..=400 {
        let depth = f64::from(m) * step;
        if !add(depth - step / 2.0, depth, depth + step / 2.0, None) {
            return None;
        }
    }
    Some(places)
}

/// A slab of any mode and thickness, or none.
pub(crate) fn slabs() -> impl Strategy<Value = Option<Slab>> {
    let mode = prop::sample::select(SlabMode::ALL.to_vec());
    prop::option::of((mode, 0.1..30.0_f64))
        .prop_map(|slab| slab.map(|(mode, thickness_mm)| Slab { mode, thickness_mm }))
}

/// Any colour map.
pub(crate) fn color_maps() -> impl Strategy<Value = ColorMap> {
    prop::sample::select(ColorMap::ALL.to_vec())
}

/// `Some(None)`: outside or in a gap. `None`: on the edge of a gap or of the stack.
#[allow(
    clippy::option_option,
    reason = "three answers: a place, no place, too close to tell"
)]
fn voxel_coordinates(grid: &Grid, at: PatientPoint) -> Option<Option<[f64; 3]>> {
    let mut at = grid.voxel_from_patient(at).0;
    let offsets = grid.plane_offsets_mm();
    if offsets.len() < 2 {
        return Some(Some(at));
    }
    // By definition: a place belongs to a plane within whose reach it lies.
    let k = at[2];
    let below = k.floor().clamp(0.0, offsets.len() as f64 - 2.0) as usize;
    let offset = offsets[below] + (k - below as f64) * (offsets[below + 1] - offsets[below]);
    let mut owner = None;
    for (plane, plane_offset) in offsets.iter().enumerate() {
        let [before, after] = grid.plane_reach_mm(plane);
        let from_plane = offset - plane_offset;
        if (from_plane + before).abs() < 1e-4 || (from_plane - after).abs() < 1e-4 {
            return None;
        }
        if from_plane > -before && from_plane < after {
            owner = Some(plane);
        }
    }
    let Some(owner) = owner else {
        return Some(None);
    };
    let [before, after] = grid.plane_reach_mm(owner);
    let step = |n: usize| offsets.get(n + 1).map(|next| next - offsets[n]);
    let is_next = |gap: Option<f64>, reach: f64| gap.is_some_and(|gap| reach > gap * 0.499);
    let from_plane = offset - offsets[owner];
    let neighbour = if from_plane < 0.0 {
        is_next(owner.checked_sub(1).and_then(step), before)
    } else {
        is_next(step(owner), after)
    };
    if !neighbour {
        at[2] = owner as f64;
    }
    Some(Some(at))
}

fn has_value(volume: &Volume, voxel: VoxelIndex) -> bool {
    volume
        .stored(voxel)
        .is_some_and(|stored| !stored.is_nan() && !volume.is_padding(stored))
}

fn channel_value(volume: &Volume, voxel: VoxelIndex, channel: usize) -> f64 {
    let Samples::Rgb8(rgb) = volume.samples() else {
        return volume.value(voxel).unwrap();
    };
    let [i, j, k] = voxel.0.map(|v| v as usize);
    let [columns, rows, _] = volume.grid().size();
    f64::from(rgb[i + columns * (j + rows * k)][channel])
}

fn mean_of_neighbours(volume: &Volume, at: [f64; 3], channel: usize) -> f64 {
    let size = volume.grid().size();
    let (mut sum, mut weights) = (0.0, 0.0);
    for corner in 0..8 {
        let (mut voxel, mut weight) = ([0; 3], 1.0);
        for axis in 0..3 {
            let last = size[axis] as f64 - 1.0;
            let place = at[axis].clamp(0.0, last);
            let upper = corner >> axis & 1 == 1;
            let share = place - place.floor();
            weight *= if upper { share } else { 1.0 - share };
            voxel[axis] = (place.floor() + f64::from(u8::from(upper))).min(last) as i64;
        }
        // The neighbour of a last voxel is that voxel again, with weight 0.
        if weight > 0.0 && has_value(volume, VoxelIndex(voxel)) {
            sum += weight * channel_value(volume, VoxelIndex(voxel), channel);
            weights += weight;
        }
    }
    sum / weights
}
