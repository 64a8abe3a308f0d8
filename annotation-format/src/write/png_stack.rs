//! Image volumes as a stack of PNG files, one per plane, with a table that says what PNG cannot.
//!
//! Grey is 8 or 16 bits and holds the stored values exactly; signed ones are shifted by `png_offset` of the table:
//! `stored = pixel + png_offset`, `value = slope × stored + intercept`. The table (CSV) has one row per plane with its
//! source, its place in the patient and its rescale, so that uneven and sheared stacks and rescales by plane lose
//! nothing.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use voxel::{Samples, Volume, VoxelPoint};

use super::table::{Cell, Table};
use super::{Error, Space, atomic};

/// Columns of the table.
const COLUMNS: [&str; 19] = [
    "file",
    "plane",
    "sop_instance_uid",
    "frame",
    "position_x_mm",
    "position_y_mm",
    "position_z_mm",
    "row_x",
    "row_y",
    "row_z",
    "column_x",
    "column_y",
    "column_z",
    "spacing_x_mm",
    "spacing_y_mm",
    "png_offset",
    "slope",
    "intercept",
    "unit",
];

/// Where a plane came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaneOrigin {
    /// SOP Instance UID, or empty.
    pub sop_instance_uid: String,
    /// Frame of the instance, from 1, where it has several.
    pub frame: Option<u32>,
}

/// A folder and the first part of the names in it: `NAME_0001.png`, …, and the table `NAME.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackName {
    folder: PathBuf,
    name: String,
}

impl StackName {
    /// `…/NAME.png` is a stack of that name; any other path is a folder with a stack named `plane`.
    pub fn of(target: &Path) -> StackName {
        let is_png = target
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
        match target.file_stem() {
            Some(stem) if is_png => StackName {
                folder: match target.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
                    _ => PathBuf::from("."),
                },
                name: stem.to_string_lossy().into_owned(),
            },
            _ => StackName {
                folder: target.to_path_buf(),
                name: "plane".to_owned(),
            },
        }
    }

    /// The name of plane `k`, counted from 0.
    fn plane(&self, k: usize) -> String {
        format!("{}_{:04}.png", self.name, k + 1)
    }

    /// The table's path.
    pub fn table(&self) -> PathBuf {
        self.folder.join(format!("{}.csv", self.name))
    }
}

/// Writes a volume as PNG files with their table; returns the table's path. `origins` has one entry per plane, or
/// none. An earlier stack of that name is replaced; any other file of those names is left and refused.
///
/// # Errors
/// [`Error::NotSixteenBits`] for stored values that 16 bits cannot hold, [`Error::NotOurs`], [`Error::TooLarge`],
/// [`Error::Io`].
pub fn write_stack(
    stack: &StackName,
    volume: &Volume,
    space: Space,
    origins: &[PlaneOrigin],
    unit: Option<&str>,
) -> Result<PathBuf, Error> {
    let [columns, rows, planes] = volume.grid().size();
    let grey = Grey::of(volume)?;
    let folder = &stack.folder;
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let earlier = earlier_files(stack)?;
    let names: Vec<String> = (0..planes).map(|k| stack.plane(k)).collect();
    let foreign = names
        .iter()
        .find(|name| folder.join(name).exists() && !earlier.contains(*name));
    if let Some(name) = foreign {
        return Err(Error::NotOurs {
            path: folder.join(name),
        });
    }
    let size = [side(columns)?, side(rows)?];
    for (k, name) in names.iter().enumerate() {
        let path = folder.join(name);
        atomic::write(&path, |out| {
            write_plane(out, volume, grey, k, size).map_err(|error| Error::io(&path, error))
        })?;
    }
    table(volume, space, origins, unit, grey, &names).write(&stack.table())?;
    for name in earlier.iter().filter(|name| !names.contains(name)) {
        let path = folder.join(name);
        std::fs::remove_file(&path).map_err(|error| Error::io(&path, error))?;
    }
    Ok(stack.table())
}

/// Planes of an earlier stack of this name, by its table; a table of others is refused.
fn earlier_files(stack: &StackName) -> Result<BTreeSet<String>, Error> {
    let path = stack.table();
    if !path.exists() {
        return Ok(BTreeSet::new());
    }
    let not_ours = || Error::NotOurs { path: path.clone() };
    let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
    let bytes = bytes
        .strip_prefix("\u{feff}".as_bytes())
        .ok_or_else(not_ours)?;
    let mut reader = csv::Reader::from_reader(bytes);
    let is_ours = reader
        .headers()
        .is_ok_and(|head| head.iter().eq(COLUMNS.iter().copied()));
    if !is_ours {
        return Err(not_ours());
    }
    let prefix = format!("{}_", stack.name);
    Ok(reader
        .records()
        .flatten()
        .filter_map(|row| row.get(0).map(str::to_owned))
        .filter(|name| {
            let digits = name
                .strip_prefix(&prefix)
                .and_then(|n| n.strip_suffix(".png"));
            digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
                && stack.folder.join(name).is_file()
        })
        .collect())
}

fn side(length: usize) -> Result<u32, Error> {
    u32::try_from(length).map_err(|_| Error::TooLarge {
        what: "a side of a PNG",
        value: length as u64,
        limit: u64::from(u32::MAX),
    })
}

/// How stored values become grey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grey {
    /// Three times 8 bits, no grey at all.
    Colour,
    /// `pixel = stored − offset` in 8 bits.
    Eight { offset: i64 },
    /// `pixel = stored − offset` in 16 bits.
    Sixteen { offset: i64 },
}

impl Grey {
    fn of(volume: &Volume) -> Result<Grey, Error> {
        Ok(match volume.samples() {
            Samples::Rgb8(_) => Grey::Colour,
            Samples::U8(_) => Grey::Eight { offset: 0 },
            Samples::I8(_) => Grey::Eight {
                offset: i64::from(i8::MIN),
            },
            Samples::U16(_) => Grey::Sixteen { offset: 0 },
            Samples::I16(_) => Grey::Sixteen {
                offset: i64::from(i16::MIN),
            },
            wide => Grey::of_wide(wide)?,
        })
    }

    /// Wider samples that happen to hold whole numbers within 16 bits.
    fn of_wide(samples: &Samples) -> Result<Grey, Error> {
        let numbers = || (0..samples.len()).filter_map(|at| samples.number(at));
        let (mut min, mut max, mut is_whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for number in numbers() {
            min = min.min(number);
            max = max.max(number);
            is_whole &= number.fract() == 0.0;
        }
        let offset = if (0.0..=65535.0).contains(&min) && max <= 65535.0 {
            0.0
        } else {
            min
        };
        if is_whole && max - offset <= 65535.0 && offset.abs() <= f64::from(u32::MAX) {
            Ok(Grey::Sixteen {
                offset: offset as i64,
            })
        } else {
            Err(Error::NotSixteenBits { min, max })
        }
    }

    fn offset(self) -> i64 {
        match self {
            Grey::Colour => 0,
            Grey::Eight { offset } | Grey::Sixteen { offset } => offset,
        }
    }
}

fn write_plane(
    out: &mut BufWriter<std::fs::File>,
    volume: &Volume,
    grey: Grey,
    k: usize,
    [columns, rows]: [u32; 2],
) -> std::io::Result<()> {
    let plane = columns as usize * rows as usize;
    let places = k * plane..(k + 1) * plane;
    let samples = volume.samples();
    let shifted = |at: usize| {
        // Every position lies inside, and the offset was chosen so that nothing is cut.
        samples.number(at).unwrap_or(0.0) as i64 - grey.offset()
    };
    let (bytes, kind): (Vec<u8>, _) = match (grey, samples) {
        (Grey::Colour, Samples::Rgb8(colours)) => {
            (colours[places].concat(), ExtendedColorType::Rgb8)
        }
        (Grey::Sixteen { .. }, _) => {
            // the encoder takes the machine's byte order
            let bytes = places.flat_map(|at| (shifted(at) as u16).to_ne_bytes());
            (bytes.collect(), ExtendedColorType::L16)
        }
        _ => (
            places.map(|at| shifted(at) as u8).collect(),
            ExtendedColorType::L8,
        ),
    };
    PngEncoder::new(&mut *out)
        .write_image(&bytes, columns, rows, kind)
        .map_err(std::io::Error::other)?;
    out.flush()
}

fn table(
    volume: &Volume,
    space: Space,
    origins: &[PlaneOrigin],
    unit: Option<&str>,
    grey: Grey,
    names: &[String],
) -> Table {
    let grid = volume.grid();
    let known = |numbers: [f64; 3], is_known: bool| {
        numbers.map(|number| {
            // without the sign of a negative zero
            let number = if number == 0.0 { 0.0 } else { number };
            is_known.then_some(number).into()
        })
    };
    let has_place = space == Space::Patient;
    let steps = known(grid.spacing_mm(), space != Space::Pixels);
    let [row, column] = [0, 1].map(|axis| known(grid.direction(axis).0, has_place));
    let mut table = Table::new(&COLUMNS);
    for (k, name) in names.iter().enumerate() {
        let position = grid.patient_from_voxel(VoxelPoint([0.0, 0.0, k as f64])).0;
        let origin = origins.get(k).cloned().unwrap_or_default();
        let rescale = volume.rescale_of_plane(k);
        let mut cells: Vec<Cell> = vec![
            name.clone().into(),
            (k as u64).into(),
            origin.sop_instance_uid.into(),
            origin.frame.into(),
        ];
        cells.extend(known(position, has_place));
        cells.extend(row.clone());
        cells.extend(column.clone());
        cells.extend(steps.iter().take(2).cloned());
        cells.extend([
            Cell::Integer(grey.offset()),
            rescale.slope.into(),
            rescale.intercept.into(),
            unit.unwrap_or_default().into(),
        ]);
        table.push(cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use voxel::{Affine, Grid, Rescale};

    fn volume(samples: Samples, grid: Grid) -> Volume {
        let rescale = vec![
            Rescale {
                slope: 2.0,
                intercept: -1.0,
            };
            1
        ];
        Volume::new(grid, samples, rescale, None).unwrap()
    }

    fn grid(planes: usize) -> Grid {
        Grid::new([2, 1, planes], Affine::scaling([0.5, 0.5, 3.0])).unwrap()
    }

    fn write(target: &Path, image: &Volume) -> Result<PathBuf, Error> {
        let origins = vec![PlaneOrigin::default(); image.grid().size()[2]];
        write_stack(
            &StackName::of(target),
            image,
            Space::Patient,
            &origins,
            Some("HU"),
        )
    }

    fn pixels(path: &Path) -> Vec<u16> {
        let decoded = image::open(path).unwrap();
        assert_eq!(decoded.color(), image::ColorType::L16);
        decoded.into_luma16().into_raw()
    }

    #[test]
    fn signed_values_are_shifted_and_the_table_says_by_how_much_and_where_each_plane_lies() {
        let folder = tempfile::tempdir().unwrap();
        let uneven = grid(3).with_plane_offsets(vec![0.0, 3.0, 9.0]).unwrap();
        let stored = vec![-32768, 32767, -1, 0, 1, 2];
        let image = volume(Samples::I16(Arc::new(stored)), uneven);
        let table = write(&folder.path().join("胸部.png"), &image).unwrap();
        assert_eq!(pixels(&folder.path().join("胸部_0001.png")), [0, 65535]);
        assert_eq!(pixels(&folder.path().join("胸部_0002.png")), [32767, 32768]);
        let text = std::fs::read_to_string(table).unwrap();
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            "胸部_0003.png,2,,,0,0,9,1,0,0,0,1,0,0.5,0.5,-32768,2,-1,HU"
        );
    }

    #[test]
    fn wide_samples_are_written_where_their_numbers_fit_and_refused_with_figures_where_not() {
        let folder = tempfile::tempdir().unwrap();
        let fits = volume(Samples::F32(Arc::new(vec![-5.0, 65530.0])), grid(1));
        write(folder.path(), &fits).unwrap();
        assert_eq!(pixels(&folder.path().join("plane_0001.png")), [0, 65535]);
        for numbers in [vec![0.5, 1.0], vec![-1.0, 65535.0], vec![f32::NAN, 1.0]] {
            let image = volume(Samples::F32(Arc::new(numbers)), grid(1));
            let refused = write(folder.path(), &image);
            assert!(matches!(refused, Err(Error::NotSixteenBits { .. })));
        }
    }

    #[test]
    fn an_earlier_stack_is_replaced_and_files_of_others_are_left() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.png");
        let of = |planes: usize| volume(Samples::U8(Arc::new(vec![7; 2 * planes])), grid(planes));
        write(&target, &of(3)).unwrap();
        write(&target, &of(1)).unwrap();
        let names: BTreeSet<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["a.csv", "a_0001.png"]
        );
        let foreign = folder.path().join("b_0001.png");
        std::fs::write(&foreign, b"someone's").unwrap();
        let refused = write(&folder.path().join("b.png"), &of(1));
        assert!(matches!(refused, Err(Error::NotOurs { .. })));
        assert_eq!(std::fs::read(&foreign).unwrap(), b"someone's");
    }
}
