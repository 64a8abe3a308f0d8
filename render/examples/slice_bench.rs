//! Prints the milliseconds of slices, slabs and overlays of a 512 × 512 × 300 volume of 16 bits.
//!
//! The first part draws what reslicers are compared by: 512 × 512 px of 0.7 mm at 20 places through the
//! volume, per picture; the second one pictures of 1000 × 900 px with 1 to 200 masks. An argument
//! leaves only the lines that contain it.
#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

use std::sync::Arc;
use std::time::Instant;

use render::{
    Interpolation, OverlayLayer, Picture, Rendering, Slab, SlabMode, SliceView, WindowLevel,
    overlay, slice_into,
};
use voxel::{
    Affine, Grid, Mask, PatientPoint, PatientVector, Plane, Rescale, Samples, Span, Volume,
};

const SIZE: [usize; 3] = [512, 512, 300];
const PICTURE: [usize; 2] = [1000, 900];
const ROUNDS: usize = 40;

/// Pictures of the first part.
const PLACES: usize = 20;

fn main() {
    let grid = Grid::new(SIZE, Affine::scaling([0.7, 0.7, 1.0])).expect("a fixed grid");
    let volume = phantom(&grid);
    compared(&volume);
    println!(
        "1000 x 900 px of 512 x 512 x 300 i16, {} threads",
        rayon::current_num_threads()
    );
    println!("{:<34}{:>10}{:>10}{:>10}", "ms", "best", "median", "p95");
    let views = views(&grid);
    let window = WindowLevel::linear(40.0, 400.0);
    let mut picture = Picture::new(PICTURE[0], PICTURE[1]).expect("a fixed size");
    for (name, view) in &views {
        for way in [Interpolation::Nearest, Interpolation::Linear] {
            let label = format!("slice {name} {way:?}").to_lowercase();
            measure(&label, || {
                slice_into(
                    &mut picture,
                    &volume,
                    view,
                    &Rendering::new(window, way),
                    None,
                );
            });
        }
    }
    for count in [1, 5, 50, 200] {
        let masks = organs(&grid, count);
        let layers: Vec<OverlayLayer> = masks
            .iter()
            .map(|mask| OverlayLayer::new(mask, &grid, [240, 162, 60]))
            .collect();
        for (name, view) in &views {
            let label = format!("overlay {name} {count} masks");
            measure(&label, || {
                overlay(&mut picture, view, &layers, None);
            });
        }
        let stroke = voxel::VoxelBox {
            min: [250, 250, 150],
            max: [262, 262, 151],
        };
        let rect = views[0].1.rect_of_box(&grid, &stroke, 2.5);
        measure(&format!("stroke redrawn, {count} masks"), || {
            slice_into(
                &mut picture,
                &volume,
                &views[0].1,
                &Rendering::new(window, Interpolation::Linear),
                rect,
            );
            overlay(&mut picture, &views[0].1, &layers, rect);
        });
    }
}

/// Slices and slabs as reslicers draw them, mean of all places.
fn compared(volume: &Volume) {
    println!(
        "512 x 512 px of 512 x 512 x 300 i16, {} threads, per picture",
        rayon::current_num_threads()
    );
    println!("{:<34}{:>10}{:>10}{:>10}", "ms", "best", "median", "p95");
    let plain = Rendering::new(WindowLevel::linear(40.0, 400.0), Interpolation::Linear);
    let nearest = Rendering::new(plain.window, Interpolation::Nearest);
    let step_mm = oblique_step_mm(volume.grid(), &reslice("oblique", 0.5));
    let slab = |mode, samples: f64, step_mm: f64| Rendering {
        slab: Some(Slab {
            mode,
            // The outermost samples are in whole.
            thickness_mm: (samples - 0.01) * step_mm,
        }),
        ..plain
    };
    let thin_nearest = Rendering {
        interpolation: Interpolation::Nearest,
        ..slab(SlabMode::Max, 21.0, 1.0)
    };
    let scenes = [
        ("reslice axial linear", "axial", plain),
        ("reslice sagittal linear", "sagittal", plain),
        ("reslice oblique nearest", "oblique", nearest),
        ("reslice oblique linear", "oblique", plain),
        (
            "MIP of 21 oblique linear",
            "oblique",
            slab(SlabMode::Max, 21.0, step_mm),
        ),
        (
            "mean of 21 oblique linear",
            "oblique",
            slab(SlabMode::Mean, 21.0, step_mm),
        ),
        (
            "MIP of 21 axial linear",
            "axial",
            slab(SlabMode::Max, 21.0, 1.0),
        ),
        ("MIP of 21 axial nearest", "axial", thin_nearest),
        (
            "MIP of 21 sagittal linear",
            "sagittal",
            slab(SlabMode::Max, 21.0, 0.7),
        ),
    ];
    let mut picture = Picture::new(512, 512).expect("a fixed size");
    for (name, kind, rendering) in scenes {
        let mut n = 0;
        measure(name, || {
            let view = reslice(kind, (n % PLACES) as f64 / (PLACES - 1) as f64);
            slice_into(&mut picture, volume, &view, &rendering, None);
            n += 1;
        });
    }
}

/// A view as the reslicers' programs lay it: `share` moves it through the volume.
fn reslice(kind: &str, share: f64) -> SliceView {
    let mut centre = [179.2, 179.2, 30.0 + 240.0 * share];
    let (right, down) = match kind {
        "axial" => ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
        "sagittal" => {
            centre = [60.0 + 240.0 * share, 179.2, 150.0];
            ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
        }
        _ => {
            // Tilted 30° about x, 20° about z.
            let ((sa, ca), (sb, cb)) = (0.52_f64.sin_cos(), 0.35_f64.sin_cos());
            ([cb, sb, 0.0], [-sb * ca, cb * ca, sa])
        }
    };
    let [right, down] = [right, down].map(PatientVector);
    SliceView::new(PatientPoint(centre), right, down, 0.7, [512, 512]).expect("fixed directions")
}

/// The distance between the samples of a slab, mm.
fn oblique_step_mm(grid: &Grid, view: &SliceView) -> f64 {
    let spacing = grid.spacing_mm();
    let fastest = (0..3).map(|axis| view.normal().0[axis].abs() / spacing[axis]);
    1.0 / fastest.fold(0.0, f64::max)
}

fn views(grid: &Grid) -> [(&'static str, SliceView); 4] {
    let along = |plane, index| SliceView::of_plane(grid, plane, index, PICTURE).expect("a plane");
    let normal = PatientVector([0.3, 0.5, 0.8]);
    let oblique = SliceView::oblique(grid, grid.centre(), normal, PICTURE).expect("a normal");
    [
        ("axial", along(Plane::Axial, 150)),
        ("coronal", along(Plane::Coronal, 256)),
        ("sagittal", along(Plane::Sagittal, 256)),
        ("oblique", oblique),
    ]
}

/// Median and 95th percentile of the call's time.
fn measure(name: &str, mut call: impl FnMut()) {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    if !name.contains(&wanted) {
        return;
    }
    let mut times_ms: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms[((ROUNDS - 1) as f64 * share).round() as usize];
    println!(
        "{name:<34}{:>10.2}{:>10.2}{:>10.2}",
        at(0.0),
        at(0.5),
        at(0.95)
    );
}

fn phantom(grid: &Grid) -> Volume {
    let [columns, rows, planes] = SIZE;
    let mut samples = Vec::with_capacity(columns * rows * planes);
    for k in 0..planes {
        for j in 0..rows {
            samples.extend((0..columns).map(|i| ((i * 7 + j * 13 + k * 29) % 1400) as i16 - 1000));
        }
    }
    let samples = Samples::I16(Arc::new(samples));
    Volume::new(grid.clone(), samples, vec![Rescale::IDENTITY], None).expect("as many as voxels")
}

/// Balls of 20 to 60 voxels' radius all over the volume.
fn organs(grid: &Grid, count: usize) -> Vec<Mask> {
    (0..count as i64)
        .map(|n| {
            let centre = [80 + n * 97 % 350, 80 + n * 61 % 350, 60 + n * 37 % 180];
            let radius = 20 + n * 13 % 41;
            let mut spans = Vec::new();
            for k in centre[2] - radius..=centre[2] + radius {
                for j in centre[1] - radius..=centre[1] + radius {
                    let rest = radius.pow(2) - (k - centre[2]).pow(2) - (j - centre[1]).pow(2);
                    if rest >= 0 {
                        let half = rest.isqrt();
                        let (i0, i1) = (centre[0] - half, centre[0] + half + 1);
                        spans.push(Span { j, k, i0, i1 });
                    }
                }
            }
            Mask::from_spans(grid.size(), &spans)
        })
        .collect()
}
