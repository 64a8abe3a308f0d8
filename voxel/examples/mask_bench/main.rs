//! Prints how fast the mask is on a large study: 512×512×1000 voxels with 200 segments.
//!
//! `cargo xtask bench edit` runs it. With `--plain` the lines are `name<TAB>median in us<TAB>check`.

mod brush;
mod organs;
mod table;

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use organs::organ;
use table::{Table, Times};
use voxel::{Affine, BrushShape, Grid, Mask, MaskChange, PatientPoint, stroke_spans};

const SIZE: [usize; 3] = [512, 512, 1000];
const SPACING_MM: [f64; 3] = [0.7, 0.7, 1.0];
const SEGMENTS: usize = 200;
const ORGANS: usize = 50;
const BRUSH_MM: f64 = 10.0;
const SAMPLES: usize = 20;

/// Share of an i16 volume that 50 organs may take.
const MEMORY_BUDGET_PERCENT: f64 = 15.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = Table {
        out: io::stdout().lock(),
        is_plain: std::env::args().any(|word| word == "--plain"),
    };
    let grid = Grid::new(SIZE, Affine::scaling(SPACING_MM))?;
    let built = Instant::now();
    let mut segments: Vec<Mask> = (0..SEGMENTS).map(organ).collect();
    let build_s = built.elapsed().as_secs_f64();
    segments.sort_by_key(|mask| std::cmp::Reverse(mask.count()));

    let profile = if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    };
    let bricks: usize = segments.iter().map(|mask| mask.bricks().count()).sum();
    let voxels: u64 = segments.iter().map(Mask::count).sum();
    out.head(&format!(
        "grid 512 x 512 x 1000, {SEGMENTS} segments, {:.0} million voxels in {bricks} bricks, \
         built in {build_s:.1} s, {profile} profile",
        voxels as f64 / 1e6,
    ))?;
    edits(&mut out, &grid, &segments)?;
    reading(&mut out, &segments)?;
    drop(segments);
    as_a_peer_does(&mut out)?;
    memory(&mut out)?;
    brush::at_size(&mut out, &grid)
}

/// Painting with snapshots alive, as the program paints: undo, jobs and screen hold clones.
fn edits(
    out: &mut Table<impl Write>,
    grid: &Grid,
    segments: &[Mask],
) -> Result<(), Box<dyn std::error::Error>> {
    let snapshots: Vec<Mask> = segments.to_vec();
    // The largest segment costs most: its map of bricks is copied once per edit.
    let Some(original) = snapshots.first() else {
        return Ok(());
    };
    let path = path_on_surface(original);
    let mut spans_of_stamp = Times::default();
    let mut stamps = Times::default();
    let mut samples = Times::default();
    let mut strokes = Times::default();
    let mut undos = Times::default();
    for _ in 0..100 {
        let mut mask = original.clone();
        let tip = &path[..1];
        let spans = spans_of_stamp.take(|| stroke_spans(grid, BrushShape::Ball, BRUSH_MM, tip));
        stamps.take(|| -> Result<(), voxel::Error> {
            let change = mask.paint(&spans, true);
            mask.apply(&change)
        })?;
        let mut mask = original.clone();
        let started = Instant::now();
        let mut stroke = MaskChange::default();
        for pair in path.windows(2) {
            let shown = mask.clone(); // a picture of it is being made: the map of bricks is copied
            stroke = samples.take(|| -> Result<MaskChange, voxel::Error> {
                let spans = stroke_spans(grid, BrushShape::Ball, BRUSH_MM, pair);
                let change = mask.paint(&spans, true);
                mask.apply(&change)?;
                Ok(std::mem::take(&mut stroke).then(change))
            })?;
            drop(shown);
        }
        strokes.add(started);
        let shown = mask.clone();
        undos.take(|| mask.apply(&stroke.inverse()))?;
        drop(shown);
        if mask != *original {
            return Err("the stroke was not undone".into());
        }
    }
    out.row("brush: runs of a ball of 10 mm radius", spans_of_stamp, "")?;
    out.row("brush: paint and apply them", stamps, "")?;
    out.row(
        "stroke: one of its 20 samples (runs, paint, apply, merge)",
        samples,
        "",
    )?;
    out.row("stroke: all 20 samples", strokes, "")?;
    out.row("undo of the stroke", undos, "")?;
    Ok(())
}

fn reading(out: &mut Table<impl Write>, segments: &[Mask]) -> io::Result<()> {
    let mut clones = Times::default();
    let mut counts = Times::default();
    let mut unions = Times::default();
    let mut overlaps = Times::default();
    let mut planes = Times::default();
    let [Some(a), Some(b)] = [0, 1].map(|n| segments.get(n)) else {
        return Ok(());
    };
    for n in 0..100 {
        clones.take(|| black_box(segments.to_vec()));
        counts.take(|| segments.iter().map(Mask::count).sum::<u64>());
        unions.take(|| a.union(b));
        overlaps.take(|| a.intersection_count(b));
        planes.take(|| {
            segments
                .iter()
                .map(|m| m.plane_bits(2, 400 + n).words.len())
                .sum::<usize>()
        });
    }
    out.row("clone of all 200 segments", clones, "")?;
    out.row("count of all 200 segments", counts, "")?;
    out.row("union of the two largest", unions, "")?;
    out.row("overlap of the two largest, counted", overlaps, "")?;
    out.row("one axial plane of all 200 segments, as bits", planes, "")
}

/// The strokes that array programs are measured with: 200 stamps of a ball of 15 voxels, one by one, and the
/// state kept for an undo, on 300 planes of 512 by 512.
fn as_a_peer_does(out: &mut Table<impl Write>) -> Result<(), Box<dyn std::error::Error>> {
    let size = [512, 512, 300];
    let grid = Grid::new(size, Affine::scaling([1.0; 3]))?;
    let (mut stamps, mut snapshots) = (Times::default(), Times::default());
    let mut voxels = 0;
    for _ in 0..5 {
        let mut mask = Mask::empty(size);
        for i in 0..200_i32 {
            let centre = PatientPoint([200 + i / 2, 150 + i, 100 + i / 4].map(f64::from));
            stamps.take(|| -> Result<(), voxel::Error> {
                let spans = stroke_spans(&grid, BrushShape::Ball, 15.0, &[centre]);
                let change = mask.paint(&spans, true);
                mask.apply(&change)
            })?;
        }
        snapshots.take(|| mask.clone());
        voxels = mask.count();
    }
    out.row(
        "stamp of a ball of 15 voxels radius",
        stamps,
        &format!("{voxels} voxels after 200 stamps"),
    )?;
    out.row("snapshot of the mask before a stroke", snapshots, "")?;
    Ok(())
}

fn memory(out: &mut Table<impl Write>) -> Result<(), Box<dyn std::error::Error>> {
    let organs: Vec<Mask> = (0..ORGANS).map(organ).collect();
    let bytes: usize = organs.iter().map(Mask::bytes).sum();
    let voxels: u64 = organs.iter().map(Mask::count).sum();
    let volume = SIZE.iter().product::<usize>() * size_of::<i16>();
    let percent = 100.0 * bytes as f64 / volume as f64;
    let mega = |bytes: usize| bytes as f64 / 1e6;
    out.line(
        "memory of 50 organs",
        &format!(
            "{:.1} million voxels: {:.1} MB = {percent:.1} % of the i16 volume of {:.1} MB (budget \
             {MEMORY_BUDGET_PERCENT} %)",
            voxels as f64 / 1e6,
            mega(bytes),
            mega(volume),
        ),
    )?;
    if percent > MEMORY_BUDGET_PERCENT {
        return Err("the masks are above their budget".into());
    }
    Ok(())
}

/// A path of 21 points, 5 mm apart, across the border of the mask's middle plane.
fn path_on_surface(mask: &Mask) -> Vec<PatientPoint> {
    let bounds = mask.bounding_box().unwrap_or_default();
    let middle: [f64; 3] = std::array::from_fn(|a| (bounds.min[a] + bounds.max[a]) as f64 / 2.0);
    let edge = [bounds.max[0] as f64, middle[1], middle[2]];
    let point = |n: usize| {
        let bend = (n as f64 * 0.7).sin() * 4.0;
        let shift = [bend, (n as f64 - SAMPLES as f64 / 2.0) * 5.0, bend];
        PatientPoint(std::array::from_fn(|a| edge[a] * SPACING_MM[a] + shift[a]))
    };
    (0..=SAMPLES).map(point).collect()
}
