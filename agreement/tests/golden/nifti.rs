//! Just enough NIfTI-1 to read the golden label maps; an independent twin of the program's reader.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use voxel::{Affine, Grid, LabelMap};

fn short(bytes: &[u8], at: usize) -> i16 {
    i16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn float(bytes: &[u8], at: usize) -> f64 {
    f64::from(f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()))
}

/// Reads a packed little-endian NIfTI-1 file of three dimensions; values are scaled and rounded.
pub(crate) fn read(path: &Path) -> LabelMap {
    let mut bytes = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(File::open(path).unwrap());
    unpacked.read_to_end(&mut bytes).unwrap();
    let bytes = bytes.as_slice();
    let size: [usize; 3] = [42, 44, 46].map(|at| short(bytes, at).max(1) as usize);
    let (slope, inter) = (float(bytes, 112), float(bytes, 116));
    let (slope, inter) = if slope == 0.0 || slope.is_nan() {
        (1.0, 0.0)
    } else {
        (slope, inter)
    };
    let data = &bytes[float(bytes, 108) as usize..];
    let stored: Vec<f64> = match short(bytes, 70) {
        2 => data.iter().map(|&v| f64::from(v)).collect(),
        4 => data
            .chunks_exact(2)
            .map(|v| f64::from(short(v, 0)))
            .collect(),
        16 => data.chunks_exact(4).map(|v| float(v, 0)).collect(),
        other => panic!("{}: data type {other}", path.display()),
    };
    let n: usize = size.iter().product();
    let values = stored[..n]
        .iter()
        .map(|v| (v * slope + inter).round() as i64);
    let mut rows = affine(bytes);
    // RAS to LPS
    for row in &mut rows[..2] {
        row.iter_mut().for_each(|element| *element = -*element);
    }
    LabelMap::new(Grid::new(size, Affine { rows }).unwrap(), values).unwrap()
}

fn affine(bytes: &[u8]) -> [[f64; 4]; 3] {
    let pixdim: [f64; 3] = [80, 84, 88].map(|at| float(bytes, at));
    if short(bytes, 254) > 0 {
        return std::array::from_fn(|row| {
            std::array::from_fn(|column| float(bytes, 280 + 16 * row + 4 * column))
        });
    }
    if short(bytes, 252) > 0 {
        let [b, c, d]: [f64; 3] = [256, 260, 264].map(|at| float(bytes, at));
        let a = (1.0 - b * b - c * c - d * d).max(0.0).sqrt();
        let flip = if float(bytes, 76) < 0.0 { -1.0 } else { 1.0 };
        let rotation = [
            [
                a * a + b * b - c * c - d * d,
                2.0 * (b * c - a * d),
                2.0 * (b * d + a * c),
            ],
            [
                2.0 * (b * c + a * d),
                a * a + c * c - b * b - d * d,
                2.0 * (c * d - a * b),
            ],
            [
                2.0 * (b * d - a * c),
                2.0 * (c * d + a * b),
                a * a + d * d - b * b - c * c,
            ],
        ];
        return std::array::from_fn(|row| {
            let step = |axis: usize| rotation[row][axis] * pixdim[axis];
            [
                step(0),
                step(1),
                flip * step(2),
                float(bytes, 268 + 4 * row),
            ]
        });
    }
    std::array::from_fn(|row| {
        std::array::from_fn(|column| if row == column { pixdim[row] } else { 0.0 })
    })
}
