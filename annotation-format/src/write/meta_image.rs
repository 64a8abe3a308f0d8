//! Image volumes as MetaImage (`.mha`, header and voxels in one file).
//!
//! The voxels are modality values, for MetaImage has no slope and intercept, uncompressed, so that every reader maps
//! them as they lie. Array order is the grid's (i fastest); `TransformMatrix` lists the directions of the three axes one
//! after another and `Offset` the centre of the first voxel, both LPS, as ITK writes and reads them.
//! Reference: MetaIO documentation, "MetaImage", tag reference.

use std::io::Write;
use std::path::Path;

use voxel::{Grid, Volume};

use super::values::{NumberType, Space, type_of_values, write_values};
use super::{Error, atomic};

/// Writes a volume as MetaImage.
///
/// # Errors
/// [`Error::UnevenPlanes`] when the grid has no single affine, [`Error::Sheared`], [`Error::Io`].
pub fn write_image(path: &Path, volume: &Volume, space: Space) -> Result<(), Error> {
    let grid = volume.grid();
    if !grid.is_even() {
        return Err(Error::UnevenPlanes);
    }
    if grid.is_sheared() {
        return Err(Error::Sheared);
    }
    let number_type = type_of_values(volume);
    let header = header(grid, number_type, space);
    atomic::write(path, |out| {
        out.write_all(header.as_bytes())
            .and_then(|()| write_values(out, volume, number_type))
            .map_err(|error| Error::io(path, error))
    })
}

/// The header; the voxels follow its last line at once.
fn header(grid: &Grid, number_type: NumberType, space: Space) -> String {
    let joined = |numbers: &[f64]| {
        let texts: Vec<String> = numbers.iter().map(|number| plain(*number)).collect();
        texts.join(" ")
    };
    let (matrix, offset) = if space == Space::Patient {
        let directions = [0, 1, 2].map(|axis| grid.direction(axis).0);
        (directions.concat(), grid.affine().origin().0)
    } else {
        (vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], [0.0; 3])
    };
    let [columns, rows, planes] = grid.size();
    let (name, channels) = type_name(number_type);
    let mut lines = vec![
        "ObjectType = Image".to_owned(),
        "NDims = 3".to_owned(),
        "BinaryData = True".to_owned(),
        "BinaryDataByteOrderMSB = False".to_owned(),
        "CompressedData = False".to_owned(),
        format!("TransformMatrix = {}", joined(&matrix)),
        format!("Offset = {}", joined(&offset)),
        "CenterOfRotation = 0 0 0".to_owned(),
    ];
    if space == Space::Patient {
        // ITK's name for LPS: from right, from anterior, from inferior
        lines.push("AnatomicalOrientation = RAI".to_owned());
    }
    if space != Space::Pixels {
        lines.push("DistanceUnits = mm".to_owned());
    }
    lines.push(format!("ElementSpacing = {}", joined(&grid.spacing_mm())));
    lines.push(format!("DimSize = {columns} {rows} {planes}"));
    if channels > 1 {
        lines.push(format!("ElementNumberOfChannels = {channels}"));
    }
    lines.push(format!("ElementType = {name}"));
    lines.push("ElementDataFile = LOCAL\n".to_owned());
    lines.join("\n")
}

/// The fewest digits that read back as the same number, without the sign of a negative zero.
fn plain(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}

/// `ElementType` and numbers per voxel.
fn type_name(number_type: NumberType) -> (&'static str, usize) {
    match number_type {
        NumberType::U8 => ("MET_UCHAR", 1),
        NumberType::Rgb8 => ("MET_UCHAR", 3),
        NumberType::I8 => ("MET_CHAR", 1),
        NumberType::U16 => ("MET_USHORT", 1),
        NumberType::I16 => ("MET_SHORT", 1),
        NumberType::U32 => ("MET_UINT", 1),
        NumberType::I32 => ("MET_INT", 1),
        NumberType::F32 => ("MET_FLOAT", 1),
        NumberType::F64 => ("MET_DOUBLE", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use voxel::{Affine, Rescale, Samples};

    fn volume(rows: [[f64; 4]; 3]) -> Volume {
        Volume::new(
            Grid::new([2, 1, 2], Affine { rows }).unwrap(),
            Samples::U8(Arc::new(vec![1, 2, 3, 4])),
            vec![Rescale {
                slope: 0.5,
                intercept: 0.0,
            }],
            None,
        )
        .unwrap()
    }

    #[test]
    fn directions_are_listed_axis_by_axis_and_values_follow_the_header_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.mha");
        // i runs to the head, j to the back, k to the left
        let image = volume([
            [0.0, 0.0, 3.0, 1.5],
            [0.0, 2.0, 0.0, -2.5],
            [0.75, 0.0, 0.0, 7.0],
        ]);
        write_image(&path, &image, Space::Patient).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let expected = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n\
            CompressedData = False\nTransformMatrix = 0 0 1 0 1 0 1 0 0\nOffset = 1.5 -2.5 7\n\
            CenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\nDistanceUnits = mm\n\
            ElementSpacing = 0.75 2 3\nDimSize = 2 1 2\nElementType = MET_FLOAT\nElementDataFile = LOCAL\n";
        let (header, voxels) = bytes.split_at(expected.len());
        assert_eq!(std::str::from_utf8(header).unwrap(), expected);
        let values: Vec<f32> = voxels
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        assert_eq!(values, [0.5, 1.0, 1.5, 2.0]);
    }

    #[test]
    fn a_sheared_image_is_refused_in_words() {
        let sheared = volume([
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 0.8, 0.0],
            [0.0, 0.0, 5.0, 0.0],
        ]);
        let folder = tempfile::tempdir().unwrap();
        let refused = write_image(&folder.path().join("a.mha"), &sheared, Space::Patient);
        assert!(matches!(refused, Err(Error::Sheared)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
