//! One sample of a brush among 200 masks of 0.1 to 1 million voxels: with rules and without, by size.

use std::io::Write;
use std::sync::Arc;

use voxel::{
    AdaptiveBrush, AdaptiveOptions, BrushShape, GateValues, Grid, Mask, MaskChange, PaintRule,
    PatientPoint, PatientVector, Rescale, Samples, Span, StrokePoint, ValueGate, Volume,
    stroke_spans,
};

use super::organs::large_organ;
use super::table::{Table, Times};
use super::{SEGMENTS, SIZE};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The values that the gated brush takes.
const RANGE: [f64; 2] = [-900.0, 200.0];
/// The movement of one sample, mm.
const STEP_MM: f64 = 5.0;
/// Above this many voxels, asking 200 masks for each takes too long to be repeated.
const ASKED_AT_MOST: u64 = 300_000;

/// What a brush of the program is held by.
struct Rules<'a> {
    others: &'a [&'a Mask],
    union: Mask,
    volume: &'a Volume,
}

pub(crate) fn at_size(out: &mut Table<impl Write>, grid: &Grid) -> Outcome {
    let masks: Vec<Mask> = (0..SEGMENTS).map(large_organ).collect();
    let voxels: Vec<u64> = masks.iter().map(Mask::count).collect();
    let megabytes = |bytes: usize| format!("{:.1} MB", bytes as f64 / 1e6);
    let bytes = masks.iter().map(Mask::bytes).sum::<usize>();
    out.line(
        "200 masks for the brush",
        &format!(
            "{} to {} voxels, {}",
            voxels.iter().min().unwrap_or(&0),
            voxels.iter().max().unwrap_or(&0),
            megabytes(bytes)
        ),
    )?;
    let others: Vec<&Mask> = masks.iter().skip(1).collect();
    let mut unions = Times::default();
    let mut union = Mask::empty(SIZE);
    for _ in 0..10 {
        union = unions.take(|| Mask::union_of(SIZE, others.iter().copied()));
    }
    out.row("brush: the union of 199 masks, once per stroke", unions, "")?;
    stroke_memory(out, grid, &masks)?;
    out.line("peak of memory without a volume", &peak())?;

    let volume = noisy_volume(grid)?;
    let rules = Rules {
        others: &others,
        union,
        volume: &volume,
    };
    let disc = BrushShape::Disc {
        normal: PatientVector([0.0, 0.0, 1.0]),
    };
    let oblique = BrushShape::Disc {
        normal: PatientVector([0.3, -0.5, 0.8]),
    };
    let shapes = [
        ("disc", disc),
        ("oblique disc", oblique),
        ("ball", BrushShape::Ball),
    ];
    for (name, shape) in shapes {
        for diameter_mm in [8.0, 40.0, 200.0] {
            let name = format!("{name} of {diameter_mm} mm");
            samples(
                out,
                grid,
                &masks[0],
                &rules,
                &name,
                shape,
                diameter_mm / 2.0,
            )?; // 200 masks
        }
    }
    for (name, shape) in shapes {
        for diameter_mm in [8.0, 20.0, 40.0] {
            let name = format!("{name} of {diameter_mm} mm");
            adaptive(out, grid, &volume, &name, shape, diameter_mm / 2.0)?;
        }
    }
    out.line("peak of memory with a volume of 524 MB", &peak())?;
    Ok(())
}

/// One movement from `at`.
fn movement(grid: &Grid) -> [PatientPoint; 2] {
    let from = grid.centre();
    [from, from + PatientVector([STEP_MM, 0.0, 0.0])]
}

fn samples(
    out: &mut Table<impl Write>,
    grid: &Grid,
    mask: &Mask,
    rules: &Rules<'_>,
    name: &str,
    shape: BrushShape,
    radius_mm: f64,
) -> Outcome {
    let gate = Some(ValueGate {
        range: RANGE,
        values: GateValues::Volume(rules.volume),
    });
    let unions = [&rules.union];
    let each = PaintRule {
        without: rules.others,
        gate,
        within: None,
    };
    let union = PaintRule {
        without: &unions,
        ..each
    };
    let spans = stroke_spans(grid, shape, radius_mm, &movement(grid));
    let below: u64 = spans.iter().map(Span::len).sum();
    let rounds = if below > 1_000_000 { 5 } else { 30 };
    let run = |rounds: usize, change_of: &dyn Fn(&Mask, &[Span]) -> MaskChange| {
        let mut times = Times::default();
        let mut last = MaskChange::default();
        for _ in 0..rounds {
            let mut painted = mask.clone();
            last = times.take(|| -> Result<MaskChange, voxel::Error> {
                let spans = stroke_spans(grid, shape, radius_mm, &movement(grid));
                let change = change_of(&painted, &spans);
                painted.apply(&change)?;
                Ok(change)
            })?;
        }
        Ok::<_, voxel::Error>((times, last))
    };
    let (times, _) = run(rounds, &|mask, spans| mask.paint(spans, true))?;
    out.row(
        &format!("{name}: one sample"),
        times,
        &format!("{below} voxels"),
    )?;
    let (times, by_masks) = run(rounds, &|mask, spans| mask.paint_by(spans, true, &each))?;
    let added = format!("{} painted", by_masks.voxels_added());
    out.row(&format!("{name}: 199 masks and a range"), times, &added)?;
    let (times, by_union) = run(rounds, &|mask, spans| mask.paint_by(spans, true, &union))?;
    out.row(&format!("{name}: their union and a range"), times, &added)?;
    if by_union != by_masks {
        return Err("the union keeps other voxels than the masks".into());
    }
    if below <= ASKED_AT_MOST {
        let (times, asked) = run(3, &|mask, spans| {
            mask.paint_where(spans, true, &|voxel| each.admits(voxel))
        })?;
        out.row(&format!("{name}: asking for every voxel"), times, &added)?;
        if asked != by_masks {
            return Err("asking for every voxel gives others".into());
        }
    }
    Ok(())
}

fn adaptive(
    out: &mut Table<impl Write>,
    grid: &Grid,
    volume: &Volume,
    name: &str,
    shape: BrushShape,
    radius_mm: f64,
) -> Outcome {
    let values = |voxel| volume.value(voxel);
    let [from, to] = movement(grid).map(|at| StrokePoint { at, radius_mm });
    let begin = || AdaptiveBrush::begin(grid, shape, from, AdaptiveOptions::default(), &values);
    let brush = begin().ok_or("the volume has values everywhere")?;
    let (mut begins, mut stamps, mut samples) = Default::default();
    let mut painted = 0;
    for _ in 0..30 {
        Times::take(&mut begins, begin);
        Times::take(&mut stamps, || brush.spans(grid, from, from, &values));
        let spans = Times::take(&mut samples, || brush.spans(grid, from, to, &values));
        painted = spans.iter().map(Span::len).sum();
    }
    let below: u64 = stroke_spans(grid, shape, radius_mm, &[from.at, to.at])
        .iter()
        .map(Span::len)
        .sum();
    out.row(&format!("adaptive {name}: begun"), begins, "")?;
    out.row(&format!("adaptive {name}: a stamp"), stamps, "")?;
    let check = format!("{painted} of {below} voxels");
    out.row(
        &format!("adaptive {name}: a sample of 5 mm"),
        samples,
        &check,
    )?;
    Ok(())
}

/// A stroke of 20 samples: what its change holds and how long it takes to undo; beside a copied layer.
fn stroke_memory(out: &mut Table<impl Write>, grid: &Grid, masks: &[Mask]) -> Outcome {
    for diameter_mm in [8.0, 40.0] {
        let mut mask = masks[0].clone(); // 200 masks
        let mut stroke = MaskChange::default();
        let from = grid.centre();
        for n in 0..20 {
            let points =
                [n, n + 1].map(|n| from + PatientVector([f64::from(n) * STEP_MM, 0.0, 0.0]));
            let spans = stroke_spans(grid, BrushShape::Ball, diameter_mm / 2.0, &points);
            let change = mask.paint(&spans, true);
            mask.apply(&change)?;
            stroke = stroke.then(change);
        }
        let mut undos = Times::default();
        for _ in 0..50 {
            let mut undone = mask.clone();
            undos.take(|| undone.apply(&stroke.inverse()))?;
        }
        let held = format!("the change holds {:.3} MB", stroke.bytes() as f64 / 1e6);
        out.row(
            &format!("stroke of 100 mm, ball of {diameter_mm} mm: undo"),
            undos,
            &held,
        )?;
    }
    // the peer's undo state: one byte per voxel of 300 planes, written anew each time
    let layer = vec![1_u8; 512 * 512 * 300];
    let mut copies = Times::default();
    for _ in 0..5 {
        copies.take(|| layer.clone());
    }
    let held = format!("{:.1} MB", layer.len() as f64 / 1e6);
    out.row("a copied layer of 512 by 512 by 300 bytes", copies, &held)?;
    Ok(())
}

/// Soft tissue with noise: numbers without a pattern, made fast.
fn noisy_volume(grid: &Grid) -> Result<Volume, voxel::Error> {
    let mut state = 1_u64;
    let samples: Vec<i16> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let bytes = (state >> 32).to_le_bytes();
        // four bytes added up are nearly normal: deviation 148 / 8
        let sum: i16 = bytes[..4].iter().map(|b| i16::from(*b)).sum(); // eight bytes
        40 + (sum - 510) / 8
    })
    .take(SIZE.iter().product())
    .collect();
    Volume::new(
        grid.clone(),
        Samples::I16(Arc::new(samples)),
        vec![Rescale::IDENTITY],
        None,
    )
}

/// The most memory that this process had, as Linux counts it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("not known here".to_owned(), |peak| peak.trim().to_owned())
}
