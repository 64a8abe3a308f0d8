//! Draws the slices of the peers' script: `render_bench VOLUME.npy CASE [PICTURES]` prints, tabs between,
//! the case (of a made volume where there is no such file), the milliseconds of a slice (median over sweeps of the mean of twenty positions), its p50,
//! p95 and p99, the peak memory in MiB, and the mean grey level. `PICTURES` gets the twenty pictures as
//! raw RGBA.
#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use render::{
    Interpolation, Picture, Rendering, Slab, SlabMode, SliceView, WindowFunction, WindowLevel,
    slice_into,
};
use voxel::{Affine, Grid, PatientPoint, PatientVector, Rescale, Samples, Volume};

/// The peers' volume: voxels, their steps in mm, and what they draw of it.
const SIZE: [usize; 3] = [512, 512, 300];
const STEPS_MM: [f64; 3] = [0.7, 0.7, 1.0];
const PICTURE_PX: [usize; 2] = [512, 512];
const MM_PER_PX: f64 = 0.7;
const POSITIONS: usize = 20;
/// How often all positions are drawn; the middle one counts.
const SWEEPS: usize = 15;
/// The window of the peers' RGBA case: −160 to 240 HU.
const WINDOW: WindowLevel = WindowLevel {
    center: 40.0,
    width: 400.0,
    function: WindowFunction::LinearExact,
    invert: false,
};

/// A case of the peers' script, under its name there.
struct Case {
    directions: Directions,
    rendering: Rendering,
}

/// The planes of the peers' script.
#[derive(Clone, Copy)]
enum Directions {
    Axial,
    Sagittal,
    /// Tilted by 0.52 rad about x and 0.35 rad about z.
    Oblique,
}

fn case(name: &str) -> Option<Case> {
    let mut rendering = Rendering::new(WINDOW, Interpolation::Linear);
    let directions = match name {
        "reslice_axial_linear" => Directions::Axial,
        "reslice_sagittal_linear" => Directions::Sagittal,
        "reslice_oblique_nearest" => {
            rendering.interpolation = Interpolation::Nearest;
            Directions::Oblique
        }
        "reslice_oblique_linear" | "reslice_oblique_linear_window_rgba" => Directions::Oblique,
        "reslice_oblique_slab20_mip" => {
            // theirs: twenty samples, one each millimetre
            rendering.slab = Some(Slab {
                mode: SlabMode::Max,
                thickness_mm: 20.0,
            });
            Directions::Oblique
        }
        _ => return None,
    };
    Some(Case {
        directions,
        rendering,
    })
}

/// The view at a share 0 to 1 of the way, as the peers' script moves it.
fn view(directions: Directions, share: f64) -> SliceView {
    let moved = PatientPoint([179.2, 179.2, 30.0 + 240.0 * share]);
    let (centre, right, down) = match directions {
        Directions::Axial => (moved, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
        Directions::Sagittal => {
            let centre = PatientPoint([60.0 + 240.0 * share, 179.2, 150.0]);
            (centre, [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
        }
        Directions::Oblique => {
            let ((sa, ca), (sb, cb)) = (0.52_f64.sin_cos(), 0.35_f64.sin_cos());
            (moved, [cb, sb, 0.0], [-sb * ca, cb * ca, sa])
        }
    };
    let (right, down) = (PatientVector(right), PatientVector(down));
    // theirs counts from pixel 256, this one from between pixels 255 and 256
    let half_px = (right + down) * (-MM_PER_PX / 2.0);
    SliceView::new(centre + half_px, right, down, MM_PER_PX, PICTURE_PX).expect("fixed directions")
}

/// A volume of the peers' size with something everywhere.
fn made() -> Volume {
    let [columns, rows, planes] = SIZE;
    let mut samples = Vec::with_capacity(columns * rows * planes);
    for k in 0..planes {
        for j in 0..rows {
            samples.extend((0..columns).map(|i| ((i * 7 + j * 13 + k * 29) % 1400) as i16 - 1000));
        }
    }
    of_samples(samples)
}

fn of_samples(samples: Vec<i16>) -> Volume {
    let grid = Grid::new(SIZE, Affine::scaling(STEPS_MM)).expect("a fixed grid");
    let samples = Samples::I16(Arc::new(samples));
    Volume::new(grid, samples, vec![Rescale::IDENTITY], None).expect("as many as voxels")
}

/// Reads a NumPy file of little-endian 16-bit integers, the volume's size in C order.
fn read(path: &Path) -> std::io::Result<Volume> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut head = [0; 10];
    file.read_exact(&mut head)?;
    let mut text = vec![0; usize::from(u16::from_le_bytes([head[8], head[9]]))];
    file.read_exact(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let is_known = ["'<i2'", "'fortran_order': False", "(300, 512, 512)"]
        .iter()
        .all(|part| text.contains(part));
    assert!(is_known, "another volume than the peers': {text}");
    let mut samples = Vec::with_capacity(SIZE.iter().product());
    let mut row = vec![0; 2 * SIZE[0]];
    for _ in 0..SIZE[1] * SIZE[2] {
        file.read_exact(&mut row)?;
        let values = row.chunks_exact(2);
        samples.extend(values.map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])));
    }
    Ok(of_samples(samples))
}

/// Peak resident memory of this process in MiB, where the system tells.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(path), Some(name)) = (arguments.first(), arguments.get(1)) else {
        panic!("render_bench VOLUME.npy CASE [PICTURES]");
    };
    let case = case(name).unwrap_or_else(|| panic!("no case is called {name}"));
    let path = Path::new(path);
    let volume = if path.is_file() { read(path)? } else { made() };
    let mut picture = Picture::new(PICTURE_PX[0], PICTURE_PX[1]).expect("a fixed size");
    let draw = |picture: &mut Picture, position: usize| {
        let share = position as f64 / (POSITIONS - 1) as f64;
        let view = view(case.directions, share);
        let begun = Instant::now();
        slice_into(picture, &volume, &view, &case.rendering, None);
        begun.elapsed().as_secs_f64() * 1e3
    };
    let sweeps: Vec<Vec<f64>> = (0..SWEEPS)
        .map(|_| (0..POSITIONS).map(|at| draw(&mut picture, at)).collect())
        .collect();
    let mean = |times: &Vec<f64>| times.iter().sum::<f64>() / POSITIONS as f64;
    let median = middle(sweeps.iter().map(mean).collect());
    let mut each: Vec<f64> = sweeps.concat();
    each.sort_by(f64::total_cmp);
    let rank = |share: f64| each[(share * each.len() as f64).ceil() as usize - 1];
    let peak = peak_mib();
    let (mut sum, mut raw) = (0.0, Vec::new());
    for position in 0..POSITIONS {
        draw(&mut picture, position);
        sum += picture
            .pixels()
            .iter()
            .map(|p| f64::from(p[0]))
            .sum::<f64>();
        raw.extend_from_slice(picture.pixels().as_flattened());
    }
    if let Some(file) = arguments.get(2) {
        File::create(file)?.write_all(&raw)?;
    }
    let level = sum / (POSITIONS * PICTURE_PX[0] * PICTURE_PX[1]) as f64;
    println!(
        "{name}\t{median:.4}\t{:.4}\t{:.4}\t{:.4}\t{peak:.1}\t{level:.3}",
        rank(0.5),
        rank(0.95),
        rank(0.99)
    );
    Ok(())
}
