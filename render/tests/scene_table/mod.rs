//! A table of pictures that has every kind of volume, plane, slab, colour and overlay at least once.

use std::sync::Arc;

use render::{
    ColorMap, Hatch, Interpolation, Outline, OverlayLayer, Picture, Rendering, ScreenPoint, Slab,
    SlabMode, SliceView, WindowFunction, WindowLevel, overlay, slice,
};
use voxel::{Affine, Grid, Mask, PatientPoint, PatientVector, Plane, Rescale, Samples, Volume};

const SIZE_PX: [usize; 2] = [150, 112];

/// A picture to be drawn.
pub(crate) struct Scene {
    pub(crate) name: String,
    pub(crate) view: SliceView,
    pub(crate) rendering: Rendering,
    /// Which of [`Subject::masks`] are drawn, in this order.
    pub(crate) masks: Vec<usize>,
}

/// A volume with its masks and the pictures of it.
pub(crate) struct Subject {
    pub(crate) volume: Volume,
    /// Masks on the volume's own grid and on two others.
    masks: Vec<(Mask, Grid)>,
    pub(crate) scenes: Vec<Scene>,
}

impl Subject {
    /// The layers of a scene, each with another look.
    pub(crate) fn layers(&self, scene: &Scene) -> Vec<OverlayLayer<'_>> {
        const COLORS: [[u8; 3]; 4] = [
            [240, 162, 60],
            [76, 201, 240],
            [199, 230, 107],
            [230, 90, 160],
        ];
        const LOOKS: [(Outline, f32, Hatch); 9] = [
            (Outline::Solid, 1.5, Hatch::None),
            (Outline::Dashed, 2.0, Hatch::Slash),
            (Outline::Double, 1.0, Hatch::Ring),
            (Outline::None, 1.0, Hatch::Cross),
            (Outline::Solid, 3.2, Hatch::Backslash),
            (Outline::Dashed, 1.0, Hatch::Dot),
            (Outline::Double, 2.0, Hatch::Grid),
            (Outline::Solid, 1.0, Hatch::Horizontal),
            (Outline::Solid, 0.6, Hatch::Vertical),
        ];
        let layer = |&n: &usize| {
            let (mask, grid) = &self.masks[n];
            let (outline, outline_px, hatch) = LOOKS[n % LOOKS.len()];
            OverlayLayer {
                outline,
                outline_px,
                hatch,
                ..OverlayLayer::new(mask, grid, COLORS[n % COLORS.len()])
            }
        };
        scene.masks.iter().map(layer).collect()
    }

    /// The CPU twin's picture of a scene.
    pub(crate) fn drawn(&self, scene: &Scene) -> Picture {
        let mut picture = slice(&self.volume, &scene.view, &scene.rendering);
        overlay(&mut picture, &scene.view, &self.layers(scene), None);
        picture
    }
}

/// All subjects.
pub(crate) fn subjects() -> Vec<Subject> {
    grids()
        .into_iter()
        .enumerate()
        .map(|(n, (name, grid))| {
            let volume = volume(&grid, n);
            Subject {
                masks: masks(&grid),
                scenes: scenes(name, &volume),
                volume,
            }
        })
        .collect()
}

fn grid(size: [usize; 3], columns: [[f64; 3]; 3]) -> Grid {
    let origin = PatientPoint([-20.0, 4.0, 60.0]);
    Grid::new(
        size,
        Affine::from_columns(columns.map(PatientVector), origin),
    )
    .unwrap()
}

fn grids() -> Vec<(&'static str, Grid)> {
    let (sin, cos) = 0.3_f64.sin_cos();
    let oblique = [
        [0.8 * cos, 0.8 * sin, 0.0],
        [-0.9 * sin, 0.9 * cos, 0.1],
        [0.0, 0.2, 2.1],
    ];
    let straight = [[0.9, 0.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.0, 1.0]];
    let offsets = |steps: &[f64], count: usize| {
        let mut at = 0.0;
        let step = |n: usize| steps[n % steps.len()];
        (0..count)
            .map(|n| {
                if n == 0 {
                    0.0
                } else {
                    at += step(n);
                    at
                }
            })
            .collect()
    };
    let uneven = grid([40, 37, 24], straight);
    let uneven = uneven
        .with_plane_offsets(offsets(&[1.0, 1.2, 0.9, 4.5, 1.0, 1.0], 24))
        .unwrap();
    let tilted = grid(
        [42, 40, 22],
        [[0.9, 0.0, 0.0], [0.0, 0.85, 0.0], [0.0, 0.6, 1.9]],
    );
    let uneven_tilted = tilted
        .clone()
        .with_plane_offsets(offsets(&[2.0, 2.0, 2.0, 6.5], 22))
        .unwrap();
    vec![
        (
            "anisotropic",
            grid(
                [50, 41, 20],
                [[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, 2.6]],
            ),
        ),
        ("oblique", grid([50, 41, 30], oblique)),
        ("sheared", tilted),
        (
            "left-handed",
            grid(
                [36, 44, 30],
                [[-0.9, 0.0, 0.0], [0.0, 0.8, 0.1], [0.0, -0.1, 1.2]],
            ),
        ),
        ("uneven", uneven),
        ("uneven and sheared", uneven_tilted),
        ("colour", grid([48, 40, 20], oblique)),
    ]
}

/// Smooth in space, so that a coordinate's last digits change little.
fn wave(i: usize, j: usize, k: usize) -> f64 {
    (i as f64 / 5.0).sin() + (j as f64 / 7.0).cos() + (k as f64 / 3.0).sin()
}

/// Another sample type and rescale for each number.
fn volume(grid: &Grid, n: usize) -> Volume {
    let size = grid.size();
    let at = |v: usize| [v % size[0], v / size[0] % size[1], v / (size[0] * size[1])];
    let waves: Vec<f64> = (0..grid.voxel_count() as usize)
        .map(|v| {
            let [i, j, k] = at(v);
            wave(i, j, k)
        })
        .collect();
    let i16s = || Samples::I16(Arc::new(waves.iter().map(|w| (w * 300.0) as i16).collect()));
    let plain = vec![Rescale {
        slope: 1.25,
        intercept: -100.0,
    }];
    let (samples, rescale, padding) = match n {
        0 => (i16s(), plain, None),
        1 => (i16s(), plain, Some((-60.0, -20.0))),
        2 => (
            Samples::U16(Arc::new(
                waves.iter().map(|w| (w * 300.0 + 1000.0) as u16).collect(),
            )),
            // Stored values that fall as modality values rise.
            vec![Rescale {
                slope: -1.0,
                intercept: 1100.0,
            }],
            None,
        ),
        3 => (
            Samples::F32(Arc::new(waves.iter().map(|w| (w * 300.0) as f32).collect())),
            plain,
            None,
        ),
        4 => (
            Samples::U8(Arc::new(
                waves.iter().map(|w| (w * 40.0 + 125.0) as u8).collect(),
            )),
            (0..size[2])
                .map(|k| Rescale {
                    slope: 4.0 + k as f64 / 50.0,
                    intercept: -500.0,
                })
                .collect(),
            None,
        ),
        5 => (
            Samples::I32(Arc::new(waves.iter().map(|w| (w * 300.0) as i32).collect())),
            plain,
            Some((250.0, 300.0)),
        ),
        _ => {
            let level = |w: f64| (w * 40.0 + 125.0) as u8;
            let rgb = waves.iter().map(|w| [level(*w), level(-w), level(w / 2.0)]);
            (
                Samples::Rgb8(Arc::new(rgb.collect())),
                vec![Rescale::IDENTITY],
                None,
            )
        }
    };
    Volume::new(grid.clone(), samples, rescale, padding).unwrap()
}

/// Balls on the volume's grid, on a finer one turned against it and on an uneven one.
fn masks(own: &Grid) -> Vec<(Mask, Grid)> {
    let centre = own.centre();
    let (sin, cos) = 0.5_f64.sin_cos();
    let fine = [
        [0.4 * cos, 0.0, 0.4 * sin],
        [0.0, 0.5, 0.0],
        [-0.6 * sin, 0.0, 0.6 * cos],
    ];
    let moved = |columns: [[f64; 3]; 3], by: f64| {
        let origin = centre + PatientVector([-by, -by, -by]);
        Affine::from_columns(columns.map(PatientVector), origin)
    };
    let fine = Grid::new([70, 60, 50], moved(fine, 10.0)).unwrap();
    let thick = [[1.1, 0.0, 0.0], [0.0, 1.1, 0.0], [0.0, 0.0, 3.0]];
    let thick = Grid::new([24, 24, 9], moved(thick, 12.0)).unwrap();
    let offsets = vec![0.0, 3.0, 6.1, 9.0, 16.0, 19.0, 22.2, 25.0, 28.0];
    let thick = thick.with_plane_offsets(offsets).unwrap();
    let ball = |grid: &Grid, shift: [f64; 3], radius_mm: f64| {
        let middle = centre + PatientVector(shift);
        let mask = Mask::from_fn(grid.size(), |v| {
            grid.patient_from_voxel(v.centre()).distance_mm(middle) < radius_mm
        });
        (mask, grid.clone())
    };
    vec![
        ball(own, [0.0, 0.0, 0.0], 9.0),
        ball(own, [4.0, 3.0, 1.0], 7.0),
        ball(own, [-5.0, 2.0, -2.0], 8.0),
        ball(&fine, [2.0, -3.0, 0.0], 9.0),
        ball(&fine, [6.0, 4.0, 3.0], 6.0),
        ball(&thick, [-4.0, -4.0, 0.0], 10.0),
        ball(&thick, [0.0, 5.0, 2.0], 8.0),
        ball(own, [0.0, 0.0, 0.0], 9.0),
        ball(own, [7.0, -6.0, 0.0], 5.0),
    ]
}

fn views(grid: &Grid) -> Vec<(&'static str, SliceView)> {
    let plane = |plane: Plane| {
        let middle = (grid.size()[grid.axis_of(plane)] / 2) as i64;
        SliceView::of_plane(grid, plane, middle, SIZE_PX).unwrap()
    };
    let normal = PatientVector([0.3, -0.4, 0.8]);
    let oblique = SliceView::oblique(grid, grid.centre(), normal, SIZE_PX).unwrap();
    let views = [
        ("axial", plane(Plane::Axial)),
        ("coronal", plane(Plane::Coronal)),
        ("sagittal", plane(Plane::Sagittal).flipped_horizontally()),
        (
            "turned",
            plane(Plane::Axial)
                .rotated(33.0)
                .zoomed(1.8, ScreenPoint([50.0, 60.0])),
        ),
        ("oblique", oblique),
    ];
    // A hair beside the middle, so that no pixel lies exactly between two voxels.
    views
        .map(|(name, view)| (name, view.panned([0.137, 0.211])))
        .to_vec()
}

fn scenes(subject: &str, volume: &Volume) -> Vec<Scene> {
    let window = WindowLevel {
        invert: subject == "oblique",
        ..WindowLevel::linear(0.0, 1400.0)
    };
    let mut scenes = Vec::new();
    for (n, (name, view)) in views(volume.grid()).into_iter().enumerate() {
        let mut add = |what: &str, rendering: Rendering, masks: Vec<usize>| {
            let name = format!("{subject}, {name}, {what}");
            scenes.push(Scene {
                name,
                view,
                rendering,
                masks,
            });
        };
        for way in [Interpolation::Nearest, Interpolation::Linear] {
            let plain = Rendering::new(window, way);
            add(&format!("{way:?}"), plain, vec![]);
            for mode in SlabMode::ALL {
                let slab = Some(Slab {
                    mode,
                    thickness_mm: 7.3,
                });
                add(
                    &format!("{way:?} {mode:?}"),
                    Rendering { slab, ..plain },
                    vec![],
                );
            }
        }
        let plain = Rendering::new(window, Interpolation::Linear);
        let sigmoid = WindowLevel {
            function: WindowFunction::Sigmoid,
            ..window
        };
        add(
            "sigmoid",
            Rendering::new(sigmoid, Interpolation::Linear),
            vec![],
        );
        let step = WindowLevel {
            center: -100.0,
            width: 1.0,
            ..window
        };
        add(
            "threshold",
            Rendering::new(step, Interpolation::Linear),
            vec![],
        );
        let colors = ColorMap::ALL[(n + 1) % ColorMap::ALL.len()];
        let coloured = Rendering { colors, ..plain };
        add(&format!("{colors:?}"), coloured, vec![0]);
        add("own masks", plain, vec![0, 1, 2]);
        add("one mask over itself", plain, vec![0, 7, 8]);
        add("masks of other grids", plain, vec![3, 5, 0, 6, 4]);
        let slab = Some(Slab {
            mode: SlabMode::Max,
            thickness_mm: 12.0,
        });
        add(
            "a coloured slab under all masks",
            Rendering { slab, ..coloured },
            (0..9).collect(),
        );
    }
    scenes
}
