//! Image volumes as NRRD with attached header.
//!
//! The voxels are modality values, for NRRD has no slope and intercept; array order is the grid's (i fastest), the
//! space is left-posterior-superior, so the space directions are the columns of the grid's affine, sheared or not.
//! Reference: "Definition of NRRD file format" (G. Kindlmann), sections 4 and 5.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use voxel::{Grid, PatientVector, Volume};

use super::values::{NumberType, Space, type_of_values, write_values};
use super::{Error, atomic};

/// Writes a volume as NRRD, gzip inside. Colour has the three channels as its first axis.
///
/// # Errors
/// [`Error::UnevenPlanes`] when the grid has no single affine, [`Error::Io`].
pub fn write_image(path: &Path, volume: &Volume, space: Space) -> Result<(), Error> {
    if !volume.grid().is_even() {
        return Err(Error::UnevenPlanes);
    }
    let number_type = type_of_values(volume);
    let header = header(volume.grid(), number_type, space);
    atomic::write(path, |out| {
        let write = || -> std::io::Result<()> {
            out.write_all(header.as_bytes())?;
            let mut encoder = GzEncoder::new(out, Compression::new(4));
            write_values(&mut encoder, volume, number_type)?;
            encoder.finish().map(drop)
        };
        write().map_err(|error| Error::io(path, error))
    })
}

/// The header and the empty line after it.
fn header(grid: &Grid, number_type: NumberType, space: Space) -> String {
    let is_colour = number_type == NumberType::Rgb8;
    let [columns, rows, planes] = grid.size();
    let (dimension, first_size, first_kind, first_axis) = if is_colour {
        (4, "3 ", "RGB-color ", "none ")
    } else {
        (3, "", "", "")
    };
    let mut lines = vec![
        "NRRD0004".to_owned(),
        "# Dokuei".to_owned(),
        format!("type: {}", type_name(number_type)),
        format!("dimension: {dimension}"),
    ];
    if space == Space::Patient {
        lines.push("space: left-posterior-superior".to_owned());
    }
    lines.push(format!("sizes: {first_size}{columns} {rows} {planes}"));
    if space == Space::Patient {
        let directions = [0, 1, 2].map(|axis| vector(grid.affine().column(axis)));
        lines.push(format!(
            "space directions: {first_axis}{}",
            directions.join(" ")
        ));
    } else {
        let steps = grid.spacing_mm().map(|step| step.to_string());
        let first = if is_colour { "NaN " } else { "" };
        lines.push(format!("spacings: {first}{}", steps.join(" ")));
    }
    if space == Space::Millimetres {
        let first = if is_colour { "\"\" " } else { "" };
        lines.push(format!("units: {first}\"mm\" \"mm\" \"mm\""));
    }
    lines.push(format!("kinds: {first_kind}domain domain domain"));
    if !matches!(
        number_type,
        NumberType::U8 | NumberType::I8 | NumberType::Rgb8
    ) {
        lines.push("endian: little".to_owned());
    }
    lines.push("encoding: gzip".to_owned());
    if space == Space::Patient {
        let origin = grid.affine().origin().0;
        lines.push(format!("space origin: {}", vector(PatientVector(origin))));
    }
    lines.push("\n".to_owned());
    lines.join("\n")
}

/// `(x,y,z)` with the fewest digits that read back as the same numbers.
fn vector(vector: PatientVector) -> String {
    let [x, y, z] = vector.0.map(plain);
    format!("({x},{y},{z})")
}

/// Without the sign of a negative zero.
fn plain(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number }
}

fn type_name(number_type: NumberType) -> &'static str {
    match number_type {
        NumberType::U8 | NumberType::Rgb8 => "uint8",
        NumberType::I8 => "int8",
        NumberType::U16 => "uint16",
        NumberType::I16 => "int16",
        NumberType::U32 => "uint32",
        NumberType::I32 => "int32",
        NumberType::F32 => "float",
        NumberType::F64 => "double",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::sync::Arc;
    use voxel::{Affine, Rescale, Samples};

    /// Header lines and inflated voxels of a written file.
    fn written(volume: &Volume, space: Space) -> (Vec<String>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.nrrd");
        write_image(&path, volume, space).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let text = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut voxels = Vec::new();
        flate2::read::GzDecoder::new(&bytes[end + 2..])
            .read_to_end(&mut voxels)
            .unwrap();
        (text.lines().map(str::to_owned).collect(), voxels)
    }

    fn sheared_grid() -> Grid {
        let rows = [
            [-0.5, 0.0, 0.0, 10.25],
            [0.0, 0.5, 0.8, -3.0],
            [0.0, 0.0, 5.0, 1e-7],
        ];
        Grid::new([2, 1, 2], Affine { rows }).unwrap()
    }

    #[test]
    fn the_header_says_space_directions_and_type_as_the_format_asks() {
        let image = Volume::new(
            sheared_grid(),
            Samples::U16(Arc::new(vec![0, 1, 2, 3000])),
            vec![Rescale {
                slope: 1.0,
                intercept: -1024.0,
            }],
            None,
        )
        .unwrap();
        let (header, voxels) = written(&image, Space::Patient);
        assert_eq!(
            header,
            [
                "NRRD0004",
                "# Dokuei",
                "type: int16",
                "dimension: 3",
                "space: left-posterior-superior",
                "sizes: 2 1 2",
                "space directions: (-0.5,0,0) (0,0.5,0) (0,0.8,5)",
                "kinds: domain domain domain",
                "endian: little",
                "encoding: gzip",
                "space origin: (10.25,-3,0.0000001)",
            ]
        );
        let values: Vec<i16> = voxels
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        assert_eq!(values, [-1024, -1023, -1022, 1976]);
    }

    #[test]
    fn colours_are_the_first_axis_and_an_unknown_place_has_steps_only() {
        let image = Volume::new(
            Grid::new([2, 1, 1], Affine::scaling([0.2, 0.3, 1.0])).unwrap(),
            Samples::Rgb8(Arc::new(vec![[1, 2, 3], [4, 5, 6]])),
            vec![Rescale::IDENTITY],
            None,
        )
        .unwrap();
        let (header, voxels) = written(&image, Space::Millimetres);
        for line in [
            "dimension: 4",
            "sizes: 3 2 1 1",
            "spacings: NaN 0.2 0.3 1",
            "units: \"\" \"mm\" \"mm\" \"mm\"",
            "kinds: RGB-color domain domain domain",
        ] {
            assert!(header.iter().any(|found| found == line), "{line}");
        }
        assert!(!header.iter().any(|line| line.starts_with("space")));
        assert_eq!(voxels, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn uneven_planes_are_refused_and_no_file_is_left() {
        let grid = Grid::new([1, 1, 3], Affine::identity())
            .unwrap()
            .with_plane_offsets(vec![0.0, 1.0, 3.0])
            .unwrap();
        let image = Volume::new(
            grid,
            Samples::U8(Arc::new(vec![1, 2, 3])),
            vec![Rescale::IDENTITY],
            None,
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let refused = write_image(&folder.path().join("a.nrrd"), &image, Space::Patient);
        assert!(matches!(refused, Err(Error::UnevenPlanes)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
