//! A thorax made by formula: body, lungs, mediastinum with vessels, spine, ribs, sternum, table.
//!
//! Distances are in mm in the phantom's coordinates (x to the patient's left, y to the back, z to
//! the head), which are patient coordinates. Values are HU.

use super::nodule::Nodule;
use super::noise;
use super::vessels::{Ball, tree};
use rayon::prelude::*;

/// Pixels along each side of a slice.
pub(super) const SIZE: usize = 512;
/// Slices of each study.
pub(super) const SLICES: usize = 124;
/// Distance between slices.
pub(super) const STEP_MM: f32 = 1.5;
/// Side of the field of view.
pub(super) const FIELD_MM: f32 = 372.0;
/// Position of the lowest slice.
pub(super) const LOWEST_MM: f32 = -78.0;

/// Share of a structure at a signed distance (negative inside) with a border of softness `width`.
pub(super) fn soft(distance: f32, width: f32) -> f32 {
    let t = (0.5 - distance / (3.0 * width)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn put(value: f32, distance: f32, hu: f32, width: f32) -> f32 {
    if distance > 1.5 * width {
        return value;
    }
    let share = soft(distance, width);
    value + share * (hu - value)
}

fn ellipsoid(at: [f32; 3], centre: [f32; 3], half: [f32; 3]) -> f32 {
    let scaled: f32 = (0..3)
        .map(|a| ((at[a] - centre[a]) / half[a]).powi(2))
        .sum();
    (scaled.sqrt() - 1.0) * half[0].min(half[1]).min(half[2])
}

/// One patient's thorax.
pub(super) struct Thorax {
    /// The nodules.
    pub(super) nodules: Vec<Nodule>,
    /// Seed of vessels and noise.
    pub(super) seed: u64,
    /// Build of the body: factor on width and depth.
    pub(super) build: f32,
}

/// What one slice needs, worked out once per row and column.
struct Slice {
    z: f32,
    taper: f32,
    body_x: Vec<f32>,
    body_y: Vec<f32>,
    chest_x: Vec<f32>,
    chest_y: Vec<f32>,
    depth: f32,
}

impl Thorax {
    /// The whole study: stored values (HU), column fastest, slices from the feet to the head.
    #[must_use]
    pub(super) fn voxels(&self) -> Vec<i16> {
        let vessels = tree(self.seed);
        let mut voxels = vec![0_i16; SIZE * SIZE * SLICES];
        voxels
            .par_chunks_mut(SIZE * SIZE)
            .enumerate()
            .for_each(|(k, out)| self.slice(k, &vessels, out));
        voxels
    }

    /// One slice of the study.
    #[must_use]
    pub(super) fn one_slice(&self, k: usize) -> Vec<i16> {
        let mut voxels = vec![0_i16; SIZE * SIZE];
        self.slice(k, &tree(self.seed), &mut voxels);
        voxels
    }

    /// Place of a voxel centre in mm.
    #[must_use]
    pub(super) fn place_mm(i: usize, j: usize, k: usize) -> [f32; 3] {
        let pixel = FIELD_MM / SIZE as f32;
        let across = |n: usize| (n as f32 + 0.5) * pixel - FIELD_MM / 2.0;
        [across(i), across(j), LOWEST_MM + k as f32 * STEP_MM]
    }

    fn slice(&self, k: usize, vessels: &[Ball], out: &mut [i16]) {
        let slice = self.prepare(Self::place_mm(0, 0, k)[2]);
        let mut values = vec![-1000.0_f32; SIZE * SIZE];
        let mut lung = vec![0.0_f32; SIZE * SIZE];
        for j in 0..SIZE {
            for i in 0..SIZE {
                let (value, share) = slice.tissue(i, j);
                values[j * SIZE + i] = value;
                lung[j * SIZE + i] = share;
            }
        }
        draw_vessels(vessels, slice.z, &lung, &mut values);
        for nodule in &self.nodules {
            draw_nodule(nodule, k, &mut values);
        }
        let noise = noise::plane(self.seed * 1009 + k as u64, SIZE, SIZE, 20.0);
        let rim = FIELD_MM / 2.0 - 1.0;
        for (place, value) in values.iter().enumerate() {
            let [x, y, _] = Self::place_mm(place % SIZE, place / SIZE, k);
            let hu = value + noise[place];
            // Outside the reconstruction circle a scanner stores its padding value.
            out[place] = if x.hypot(y) > rim {
                -2000
            } else {
                hu.clamp(-1024.0, 3071.0) as i16
            };
        }
    }

    fn prepare(&self, z: f32) -> Slice {
        let taper = (1.0 - 0.18 * ((z - 70.0) / 70.0).clamp(0.0, 1.0).powi(2)) * self.build;
        let (width, depth) = (168.0 * taper, 116.0 * taper);
        let column = |scale: f32, offset: f32, power: f32| -> Vec<f32> {
            (0..SIZE)
                .map(|n| {
                    ((Thorax::place_mm(n, 0, 0)[0] + offset) / scale)
                        .abs()
                        .powf(power)
                })
                .collect()
        };
        Slice {
            z,
            taper,
            body_x: column(width, 0.0, 2.35),
            body_y: column(depth, 4.0, 2.35),
            chest_x: column(width - 26.0, 0.0, 2.2),
            chest_y: column(depth - 22.0, 2.0, 2.2),
            depth,
        }
    }
}

impl Slice {
    /// HU and the share of lung at a pixel, without vessels and nodules.
    fn tissue(&self, i: usize, j: usize) -> (f32, f32) {
        let [x, y, _] = Thorax::place_mm(i, j, 0);
        let body = ((self.body_x[i] + self.body_y[j]).powf(1.0 / 2.35) - 1.0) * self.depth;
        if body > 3.0 {
            return (table(x, y), 0.0);
        }
        let mut value = -1000.0 + 910.0 * soft(body, 1.0);
        let corner = (2.0 * y.atan2(x)).sin();
        value += 140.0 * soft(body + 11.0 + 5.0 * corner * corner, 2.0);
        let chest = ((self.chest_x[i] + self.chest_y[j]).powf(1.0 / 2.2) - 1.0) * 90.0;
        let at = [x, y, self.z];
        let lung = self.lung(at, chest);
        if lung > 0.0 {
            let fissure = ((y - 10.0) + (self.z - 30.0) * 0.55 + 0.12 * x.abs()).abs() - 0.45;
            let air = -868.0
                + 26.0 * (y / 90.0)
                + if x.abs() > 38.0 {
                    110.0 * soft(fissure, 0.8)
                } else {
                    0.0
                };
            value += lung * (air - value);
        }
        if lung < 0.999 {
            value = self.mediastinum(at, chest, lung, value);
        }
        (self.bones(at, chest, value), lung)
    }

    fn lung(&self, at: [f32; 3], chest: f32) -> f32 {
        let [x, y, z] = at;
        if chest > 0.0 {
            return 0.0;
        }
        let side = x.signum();
        let bulge = (-(((x - side * 70.0) / 50.0).powi(2) + (y / 60.0).powi(2))).exp();
        let diaphragm = -92.0 + 24.0 * bulge + if side < 0.0 { 8.0 } else { 0.0 };
        let lobe = ellipsoid(at, [side * 74.0, 4.0, 0.0], [63.0, 90.0, 142.0]);
        let mut distance = lobe.max(chest + 3.0).max(diaphragm - z);
        let hollows = [
            ellipsoid(at, [0.0, 0.0, 10.0], [34.0, 98.0, 150.0]),
            ellipsoid(at, [26.0, -28.0, -46.0], [62.0, 52.0, 62.0]),
            (x - 26.0).hypot(y - 52.0) - 15.0,
            ellipsoid([x, y, 0.0], [0.0, 68.0, 0.0], [30.0, 32.0, 30.0]),
        ];
        for hollow in hollows {
            distance = distance.max(-hollow);
        }
        soft(distance, 1.2)
    }

    fn mediastinum(&self, at: [f32; 3], chest: f32, lung: f32, before: f32) -> f32 {
        let [x, y, z] = at;
        let inside = (1.0 - lung) * soft(chest + 2.0, 2.0);
        let fat = soft(ellipsoid(at, [0.0, -10.0, 20.0], [44.0, 84.0, 120.0]), 3.0) * inside;
        let mut v = before + fat * (-70.0 - before);
        if x.abs() < 90.0 && y.abs() < 80.0 {
            v = put(
                v,
                ellipsoid(at, [24.0, -26.0, -48.0], [58.0, 48.0, 60.0]),
                48.0,
                1.1,
            );
            v = put(
                v,
                ellipsoid(at, [34.0, -22.0, -52.0], [30.0, 26.0, 34.0]),
                170.0,
                1.1,
            );
            if z > -20.0 {
                v = put(v, (x + 10.0).hypot(y + 26.0) - 15.5, 190.0, 1.1);
            }
            v = put(v, (x - 26.0).hypot(y - 52.0) - 12.5, 188.0, 1.1);
            if z > -30.0 {
                v = put(v, (x + 32.0).hypot(y + 16.0) - 8.5, 215.0, 1.1);
            }
            v = put(
                v,
                ellipsoid(at, [16.0, -14.0, 16.0], [19.0, 12.0, 17.0]),
                205.0,
                1.1,
            );
            let right =
                (((x + 18.0) / 2.6).powi(2) + (y - 6.0).powi(2) + ((z - 14.0) * 1.1).powi(2))
                    .sqrt()
                    - 9.0;
            v = put(v, right, 200.0, 1.1);
            v = airways(at, v);
            v = put(v, ((x - 5.0) / 1.2).hypot(y - 38.0) - 6.0, 38.0, 1.1);
            v = put(v, (x - 6.0).hypot(y - 38.0) - 1.6, -300.0, 1.0);
            for node in [
                [-16.0, 4.0, 44.0],
                [-26.0, 14.0, 30.0],
                [14.0, 2.0, 46.0],
                [-22.0, -2.0, 26.0],
            ] {
                v = put(v, ellipsoid(at, node, [6.5, 4.2, 6.0]), 62.0, 1.1);
            }
        }
        for side in [-1.0, 1.0] {
            v = put(
                v,
                ellipsoid([x, y, 0.0], [side * 34.0, 90.0, 0.0], [30.0, 13.0, 13.0]),
                58.0,
                2.0,
            );
        }
        v
    }

    fn bones(&self, at: [f32; 3], chest: f32, before: f32) -> f32 {
        let [x, y, z] = at;
        let mut v = before;
        let texture = || 60.0 * (x * 1.7 + (y * 2.1).sin()).sin() * (y * 1.9 + z * 1.3).sin();
        if x.abs() < 45.0 && y > 40.0 {
            v = spine(at, v, texture());
        }
        if y < -60.0 * self.taper && x.abs() < 30.0 {
            let half = 17.0 + 4.0 * (z / 26.0).sin();
            let front = (y + 99.0 * self.taper - 0.06 * (z - 20.0)) / 5.4;
            let sternum = (((x / half).powi(2) + front.powi(2)).sqrt() * 5.4 - 5.4)
                .max((z - 18.0).abs() - 78.0);
            v = put(v, sternum, 300.0 + texture(), 1.0);
            v += soft((sternum + 1.0).abs() - 0.9, 0.7) * soft(sternum - 0.4, 1.0) * (640.0 - v);
        }
        if (-8.0..16.0).contains(&chest) && x.abs() > 20.0 && y > -64.0 {
            v = self.ribs(at, chest - 3.5, v, texture());
        }
        if z > 5.0 {
            for side in [-1.0, 1.0] {
                let across = (side * x - 122.0 * self.taper) / 27.0;
                let along = (y - 68.0 + (side * x - 122.0) * 0.75) / 3.6;
                v = put(v, across.hypot(along) * 3.6 - 3.6, 560.0, 0.9);
            }
        }
        v
    }

    fn ribs(&self, at: [f32; 3], shell: f32, before: f32, texture: f32) -> f32 {
        let mut v = before;
        let deep = (shell.abs() - 0.6).max(0.0) / 4.6;
        // Ribs lie 24 mm apart and fall forward; only the nearest two can reach this place.
        let nearest = ((at[2] - at[1] * 0.42) / 24.0).round();
        for number in [nearest - 1.0, nearest, nearest + 1.0] {
            let off = (at[2] - (at[1] * 0.42 + number * 24.0)) / 7.2;
            let distance = deep.hypot(off) * 4.6 - 4.6;
            v = put(v, distance, 260.0 + texture * 0.5, 0.9);
            v += soft((distance + 1.0).abs() - 0.8, 0.6) * soft(distance - 0.3, 1.0) * (720.0 - v);
        }
        v
    }
}

fn airways(at: [f32; 3], before: f32) -> f32 {
    let [x, y, z] = at;
    let mut v = before;
    if z > 40.0 {
        let trachea = x.hypot(y - 18.0) - 9.0;
        v = put(v, trachea - 1.6, 40.0, 1.1);
        v = put(v, trachea, -985.0, 0.8);
    }
    if z <= 46.0 && z > -6.0 {
        for side in [-1.0, 1.0] {
            let s = ((46.0 - z) / 50.0).clamp(0.0, 1.2);
            let across = x - side * (4.0 + 34.0 * s);
            let bronchus =
                (across * across * 0.8 + (y - 20.0 - 4.0 * s).powi(2)).sqrt() - 6.3 + 1.4 * s;
            v = put(v, bronchus - 1.5, 35.0, 1.1);
            v = put(v, bronchus, -980.0, 0.8);
        }
    }
    v
}

fn spine(at: [f32; 3], before: f32, texture: f32) -> f32 {
    let [x, y, z] = at;
    let mut v = before;
    let level = (z + 12.0).rem_euclid(24.0) - 12.0;
    let body = ((x / 19.0).hypot((y - 66.0) / 16.0) * 16.0 - 16.0).max(level.abs() - 9.8);
    v = put(v, body, 230.0 + texture, 1.0);
    v += soft((body + 1.4).abs() - 1.1, 0.8) * soft(body - 0.5, 1.0) * (620.0 - v);
    let ring = ((x / 13.0).hypot((y - 91.0) / 11.0) * 11.0 - 11.0).abs() - 2.2;
    v = put(v, ring, 560.0, 0.8);
    if (x / 10.0).hypot((y - 91.0) / 8.2) < 1.0 {
        v = put(v, -1.0, 38.0, 1.0);
    }
    v = put(v, (x.abs() - 3.0).max((y - 108.0).abs() - 9.0), 520.0, 1.0);
    for side in [-1.0, 1.0] {
        let along = side * x - 24.0;
        let process = (along / 14.0).hypot((y - 90.0 - 0.12 * along) / 4.2) * 4.2 - 4.2;
        v = put(v, process, 500.0, 1.0);
    }
    v
}

fn table(x: f32, y: f32) -> f32 {
    if x.abs() >= 190.0 || y <= 90.0 {
        return -1000.0;
    }
    let board = (x.hypot(y + 250.0) - 383.0).abs() - 1.2;
    -1000.0 + 780.0 * soft(board, 1.0)
}

/// Pixels of a slice within `reach` of a place, as ranges of columns and rows.
fn window(centre: [f32; 3], reach: f32) -> [std::ops::Range<usize>; 2] {
    let pixel = FIELD_MM / SIZE as f32;
    [0, 1].map(|axis| {
        let low = (centre[axis] - reach + FIELD_MM / 2.0) / pixel;
        let high = (centre[axis] + reach + FIELD_MM / 2.0) / pixel + 1.0;
        low.clamp(0.0, SIZE as f32) as usize..high.clamp(0.0, SIZE as f32) as usize
    })
}

fn draw_vessels(balls: &[Ball], z: f32, lung: &[f32], values: &mut [f32]) {
    let mut share = vec![0.0_f32; SIZE * SIZE];
    for ball in balls {
        let reach = ball.radius_mm + 1.2;
        let dz = z - ball.centre_mm[2];
        if dz.abs() > reach {
            continue;
        }
        let bright = (0.35 + ball.radius_mm * 0.5).clamp(0.0, 1.0);
        let [columns, rows] = window(ball.centre_mm, reach);
        for j in rows {
            for i in columns.clone() {
                let [x, y, _] = Thorax::place_mm(i, j, 0);
                let distance =
                    ((x - ball.centre_mm[0]).powi(2) + (y - ball.centre_mm[1]).powi(2) + dz * dz)
                        .sqrt();
                let here = &mut share[j * SIZE + i];
                *here = here.max(soft(distance - ball.radius_mm, 0.75) * bright);
            }
        }
    }
    for (place, value) in values.iter_mut().enumerate() {
        let part = share[place] * lung[place];
        *value += part * (45.0 - *value);
    }
}

fn draw_nodule(nodule: &Nodule, k: usize, values: &mut [f32]) {
    let reach = nodule.reach_mm();
    if (Thorax::place_mm(0, 0, k)[2] - nodule.centre_mm[2]).abs() > reach {
        return;
    }
    let [columns, rows] = window(nodule.centre_mm, reach);
    for j in rows {
        for i in columns.clone() {
            let value = &mut values[j * SIZE + i];
            *value = nodule.mix_into(Thorax::place_mm(i, j, k), *value);
        }
    }
}
