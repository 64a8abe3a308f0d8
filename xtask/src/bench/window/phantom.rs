//! Studies made by arithmetic: NIfTI volumes and a tool script of many balls.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Voxels of the large study.
pub(crate) const SIZE: [usize; 3] = [512, 512, 1000];
const SPACING_MM: [f32; 3] = [0.7, 0.7, 1.0];
/// Segments painted into it.
pub(crate) const SEGMENTS: usize = 200;
/// Radius of each, in mm.
const RADIUS_MM: usize = 9;
/// Planes on which a third of the segments lies each; the first is shown when the case opens.
const PLANES: [usize; 3] = [500, 470, 530];

/// Writes a volume as NIfTI-1: a body of soft tissue with noise in air, i16; another for every `seed`.
pub(crate) fn write_volume(path: &Path, size: [usize; 3], seed: u32) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&header(size))?;
    let mut noise = 0x2545_f491_u32 ^ seed.wrapping_mul(0x9e37_79b9);
    let mut line = Vec::with_capacity(2 * size[0]);
    for k in 0..size[2] {
        for j in 0..size[1] {
            line.clear();
            for i in 0..size[0] {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                let value = tissue([i, j, k], size) + i16::try_from(noise >> 26).unwrap_or(0);
                line.extend_from_slice(&value.to_le_bytes());
            }
            file.write_all(&line)?;
        }
    }
    file.flush()
}

/// Air outside an ellipse, soft tissue inside, with a wave along the stack so that planes differ.
fn tissue([i, j, k]: [usize; 3], size: [usize; 3]) -> i16 {
    let [x, y] = [(i, size[0]), (j, size[1])].map(|(n, of)| 2.0 * n as f32 / of as f32 - 1.0);
    if x * x + 1.4 * y * y > 0.9 {
        return -1000;
    }
    let wave = (x * 9.0 + k as f32 * 0.05).sin() * (y * 7.0).cos();
    (40.0 + 60.0 * wave) as i16
}

/// The 348 bytes of the head and 4 of no extension; axes of the patient, LPS as stored.
fn header(size: [usize; 3]) -> Vec<u8> {
    let mut head = vec![0_u8; 352];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    let dims = [
        3_i16,
        size[0] as i16,
        size[1] as i16,
        size[2] as i16,
        1,
        1,
        1,
        1,
    ];
    for (n, dim) in dims.iter().enumerate() {
        put(40 + 2 * n, &dim.to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes()); // i16
    put(72, &16_i16.to_le_bytes());
    let [dx, dy, dz] = SPACING_MM;
    for (n, step) in [1.0_f32, dx, dy, dz].iter().enumerate() {
        put(76 + 4 * n, &step.to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    put(123, &[2]); // mm
    put(254, &1_i16.to_le_bytes()); // sform: scanner
    let rows = [
        [-dx, 0.0, 0.0, 179.0],
        [0.0, -dy, 0.0, 179.0],
        [0.0, 0.0, dz, 0.0],
    ];
    for (n, value) in rows.iter().flatten().enumerate() {
        put(280 + 4 * n, &value.to_le_bytes());
    }
    put(344, b"n+1\0");
    head
}

/// A tool script that paints every segment as a finding of its own; the middle of each plane stays free.
pub(crate) fn script(label: &str) -> String {
    let places: Vec<[usize; 2]> = (0..12)
        .flat_map(|row| (0..12).map(move |column| [40 + 38 * column, 40 + 38 * row]))
        .filter(|[i, j]| !((120..400).contains(i) && (170..350).contains(j)))
        .collect();
    let per_plane = SEGMENTS.div_ceil(PLANES.len());
    (0..SEGMENTS)
        .map(|n| {
            let [i, j] = places[n % per_plane % places.len()];
            format!(
                r#"{{"tool":"brush","label":"{label}","plane":"axial","index":{},"radius_mm":{RADIUS_MM},"ball":true,"points":[[{i},{j}]]}}"#,
                PLANES[n / per_plane]
            ) + "\n"
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_segments_lies_on_the_plane_that_is_shown_first() {
        let script = script("x");
        assert_eq!(script.lines().count(), SEGMENTS);
        assert_eq!(script.matches(r#""index":500"#).count(), 67);
    }

    #[test]
    fn the_head_has_the_length_and_the_mark_of_nifti_1() {
        let head = header(SIZE);
        assert_eq!((head.len(), &head[344..348]), (352, b"n+1\0".as_slice()));
    }
}
