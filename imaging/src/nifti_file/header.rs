//! The header of a NIfTI file, every number checked before it is used.

use super::stream::ByteStream;
use crate::error::Fault;
use crate::handle::exists;
use crate::part::Part;
use crate::problem::Problem;
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// Most voxels of one file.
const MAX_VOXELS: u64 = 4_000_000_000;

/// Sample types that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    Rgb24,
    Rgba32,
}

impl DataType {
    fn from_code(code: i16) -> Option<Self> {
        Some(match code {
            2 => DataType::U8,
            4 => DataType::I16,
            8 => DataType::I32,
            16 => DataType::F32,
            64 => DataType::F64,
            128 => DataType::Rgb24,
            256 => DataType::I8,
            512 => DataType::U16,
            768 => DataType::U32,
            1024 => DataType::I64,
            1280 => DataType::U64,
            2304 => DataType::Rgba32,
            _ => return None,
        })
    }

    /// Bytes of one voxel.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            DataType::U8 | DataType::I8 => 1,
            DataType::U16 | DataType::I16 => 2,
            DataType::Rgb24 => 3,
            DataType::U32 | DataType::I32 | DataType::F32 | DataType::Rgba32 => 4,
            DataType::U64 | DataType::I64 | DataType::F64 => 8,
        }
    }

    /// Name for tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            DataType::U8 => "uint8",
            DataType::I8 => "int8",
            DataType::U16 => "uint16",
            DataType::I16 => "int16",
            DataType::U32 => "uint32",
            DataType::I32 => "int32",
            DataType::U64 => "uint64",
            DataType::I64 => "int64",
            DataType::F32 => "float32",
            DataType::F64 => "float64",
            DataType::Rgb24 => "rgb24",
            DataType::Rgba32 => "rgba32",
        }
    }

    /// Whether voxels are colours.
    pub(crate) fn is_colour(self) -> bool {
        matches!(self, DataType::Rgb24 | DataType::Rgba32)
    }
}

/// A checked header.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// Numbers are big endian.
    pub(crate) big_endian: bool,
    /// Columns, rows, planes.
    pub(crate) size: [usize; 3],
    /// Volumes: the product of the dimensions beyond the third.
    pub(crate) volumes: u64,
    /// Type of a sample.
    pub(crate) data_type: DataType,
    /// Dimensions as spacing, `pixdim[0..=3]`.
    pub(crate) pixdim: [f64; 4],
    /// First byte of the voxels in [`Header::data_file`].
    pub(crate) offset: u64,
    /// The file with the voxels: the header's own, or its `.img`.
    pub(crate) data_file: PathBuf,
    /// Stored to real values; `None` where the header asks for no scaling.
    pub(crate) scaling: Option<(f64, f64)>,
    /// `qform_code`.
    pub(crate) qform_code: i32,
    /// `sform_code`.
    pub(crate) sform_code: i32,
    /// Quaternion b, c, d.
    pub(crate) quaternion: [f64; 3],
    /// Offset x, y, z of the quaternion form.
    pub(crate) quaternion_offset: [f64; 3],
    /// Rows of the sform, RAS.
    pub(crate) sform: [[f64; 4]; 3],
    /// Millimetres in the header's unit of length.
    pub(crate) mm_per_unit: f64,
    /// `cal_min`, `cal_max`.
    pub(crate) shown_range: [f64; 2],
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// Whether `first` (348 or more bytes) begins a NIfTI header.
pub(crate) fn looks_like_nifti(first: &[u8]) -> bool {
    Raw::new(first.to_vec()).is_some_and(|raw| raw.magic_is_right())
}

/// Reads the header of `path` and, for plain files, compares its sizes with the file's.
///
/// # Errors
/// Not NIfTI, sizes or types that cannot be, fewer bytes than the sizes ask for.
pub(crate) fn read(path: &Path) -> Result<Header, Fault> {
    let mut stream = ByteStream::open(path)?;
    let mut bytes = vec![0_u8; 348];
    stream.fill(&mut bytes, Part::Header)?;
    let is_second = matches!(
        bytes.first_chunk::<4>(),
        Some([0x1C, 2, 0, 0] | [0, 0, 2, 0x1C])
    );
    if is_second {
        bytes.resize(540, 0);
        let rest = bytes.get_mut(348..).unwrap_or_default();
        stream.fill(rest, Part::Header)?;
    }
    let raw = Raw::new(bytes)
        .filter(Raw::magic_is_right)
        .ok_or(Fault::UnknownFormat)?;
    let mut header = raw.checked(path)?;
    let data_length = if header.data_file == path {
        (stream.bound, stream.is_gzip)
    } else {
        let data = ByteStream::open(&header.data_file)?;
        (data.bound, data.is_gzip)
    };
    header.compare_with(data_length)?;
    Ok(header)
}

impl Header {
    /// Bytes of one volume.
    pub(crate) fn volume_bytes(&self) -> u64 {
        let voxels = self.size.iter().map(|n| *n as u64).product::<u64>();
        voxels.saturating_mul(self.data_type.bytes())
    }

    /// First byte after the last volume.
    pub(crate) fn end(&self) -> u64 {
        self.offset
            .saturating_add(self.volume_bytes().saturating_mul(self.volumes))
    }

    /// `length` is exact for plain files and an upper bound for gzip.
    fn compare_with(&mut self, (length, is_gzip): (u64, bool)) -> Result<(), Fault> {
        if self.offset > length {
            return Err(Fault::LengthBeyondEnd {
                what: Part::VoxOffset.into(),
                offset: 108,
                length: self.offset,
                left: length,
            });
        }
        if self.end() > length {
            return Err(Fault::PixelDataTooShort {
                needed: self.end(),
                present: length,
            });
        }
        if !is_gzip && length > self.end().saturating_add(16) {
            let bytes = length - self.end();
            let amount = Phrase::new("amount-bytes", format!("{bytes} bytes"));
            self.problems.push(
                Problem::new(
                    "trailing_data",
                    format!("{bytes} bytes follow the voxels; they are ignored"),
                )
                .with("amount", amount.with("bytes", bytes)),
            );
        }
        Ok(())
    }
}

/// Header bytes with their byte order and version.
struct Raw {
    bytes: Vec<u8>,
    big_endian: bool,
    second: bool,
}

impl Raw {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let (big_endian, second) = match bytes.first_chunk::<4>()? {
            [0x5C, 1, 0, 0] => (false, false),
            [0, 0, 1, 0x5C] => (true, false),
            [0x1C, 2, 0, 0] => (false, true),
            [0, 0, 2, 0x1C] => (true, true),
            _ => return None,
        };
        Some(Raw {
            bytes,
            big_endian,
            second,
        })
    }

    fn magic(&self) -> &[u8] {
        let range = if self.second { 4..8 } else { 344..348 };
        self.bytes.get(range).unwrap_or_default()
    }

    fn magic_is_right(&self) -> bool {
        match self.second {
            true => matches!(self.magic(), b"n+2\0" | b"ni2\0"),
            false => matches!(self.magic(), b"n+1\0" | b"ni1\0"),
        }
    }

    /// `N` bytes at `at` in little-endian order; zeros where the header is too short.
    fn at<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut out = [0_u8; N];
        for (to, from) in out.iter_mut().zip(self.bytes.get(at..).unwrap_or_default()) {
            *to = *from;
        }
        if self.big_endian {
            out.reverse();
        }
        out
    }

    fn i16(&self, at: usize) -> i16 {
        i16::from_le_bytes(self.at(at))
    }

    fn i32(&self, at: usize) -> i32 {
        i32::from_le_bytes(self.at(at))
    }

    fn i64(&self, at: usize) -> i64 {
        i64::from_le_bytes(self.at(at))
    }

    /// A real number: 32 bits at `first` in NIfTI-1, 64 bits at `second` in NIfTI-2; `index`
    /// counts within an array.
    fn real(&self, first: usize, second: usize, index: usize) -> f64 {
        if self.second {
            f64::from_le_bytes(self.at(second + 8 * index))
        } else {
            f64::from(f32::from_le_bytes(self.at(first + 4 * index)))
        }
    }

    fn reals<const N: usize>(&self, first: usize, second: usize) -> [f64; N] {
        std::array::from_fn(|index| self.real(first, second, index))
    }

    /// A small number: 16 bits at `first`, 32 bits at `second`.
    fn code(&self, first: usize, second: usize) -> i32 {
        if self.second {
            self.i32(second)
        } else {
            i32::from(self.i16(first))
        }
    }

    fn dimension(&self, index: usize) -> i64 {
        if self.second {
            self.i64(16 + 8 * index)
        } else {
            i64::from(self.i16(40 + 2 * index))
        }
    }

    fn checked(&self, path: &Path) -> Result<Header, Fault> {
        let mut problems = Vec::new();
        if (3000..3100).contains(&self.code(68, 504)) {
            return Err(Fault::FormatLater("CIFTI-2"));
        }
        let data_type = self.data_type(&mut problems)?;
        let (size, volumes) = self.dimensions()?;
        if volumes > 1 {
            problems.push(
                Problem::new(
                    "several_volumes",
                    format!("the file holds {volumes} volumes; each is listed on its own"),
                )
                .with("count", volumes),
            );
        }
        let is_pair = self.magic().starts_with(b"ni");
        let slope = self.real(112, 176, 0);
        let intercept = self.real(116, 184, 0);
        let scaling = (slope.is_finite() && slope != 0.0 && intercept.is_finite())
            .then_some((slope, intercept))
            .filter(|scaling| *scaling != (1.0, 0.0));
        Ok(Header {
            big_endian: self.big_endian,
            size,
            volumes,
            data_type,
            pixdim: self.reals(76, 104),
            offset: self.data_offset(is_pair, &mut problems)?,
            data_file: if is_pair {
                data_file_beside(path)?
            } else {
                path.to_path_buf()
            },
            scaling,
            qform_code: self.code(252, 344),
            sform_code: self.code(254, 348),
            quaternion: self.reals(256, 352),
            quaternion_offset: self.reals(268, 376),
            sform: [
                self.reals(280, 400),
                self.reals(296, 432),
                self.reals(312, 464),
            ],
            mm_per_unit: self.length_unit(&mut problems),
            shown_range: [self.real(128, 200, 0), self.real(124, 192, 0)],
            problems,
        })
    }

    fn data_type(&self, problems: &mut Vec<Problem>) -> Result<DataType, Fault> {
        let (code, bits) = if self.second {
            (self.i16(12), self.i16(14))
        } else {
            (self.i16(70), self.i16(72))
        };
        let data_type = DataType::from_code(code).ok_or_else(|| Fault::Unsupported {
            uid: code.to_string(),
            name: "NIfTI datatype".to_owned(),
        })?;
        if i64::from(bits) != data_type.bytes() as i64 * 8 {
            let name = data_type.name();
            problems.push(
                Problem::new(
                    "bitpix_contradicts",
                    format!(
                        "bitpix is {bits}, against the data type {name}; the data type was followed"
                    ),
                )
                .with("bits", bits)
                .with("type", name),
            );
        }
        Ok(data_type)
    }

    /// Columns, rows, planes, and the number of volumes.
    fn dimensions(&self) -> Result<([usize; 3], u64), Fault> {
        let invalid = |index: usize, value: i64| Fault::Invalid {
            attribute: "dim",
            value: format!("[{index}] {value}"),
        };
        let count = self.dimension(0);
        if !(1..=7).contains(&count) {
            return Err(invalid(0, count));
        }
        let mut all = [1_u64; 7];
        for (index, place) in all.iter_mut().enumerate().take(count as usize) {
            let value = self.dimension(index + 1);
            *place = u64::try_from(value)
                .ok()
                .filter(|n| *n > 0)
                .ok_or_else(|| invalid(index + 1, value))?;
        }
        let voxels = all
            .iter()
            .try_fold(1_u64, |product, n| product.checked_mul(*n))
            .filter(|voxels| *voxels <= MAX_VOXELS)
            .ok_or(Fault::Limit {
                what: Phrase::new("count-voxels", "the number of voxels"),
                limit: MAX_VOXELS,
            })?;
        let [columns, rows, planes, ..] = all;
        let volumes = voxels / (columns * rows * planes);
        Ok(([columns as usize, rows as usize, planes as usize], volumes))
    }

    fn data_offset(&self, is_pair: bool, problems: &mut Vec<Problem>) -> Result<u64, Fault> {
        let offset = if self.second {
            self.i64(168) as f64
        } else {
            self.real(108, 168, 0)
        };
        let least = match (is_pair, self.second) {
            (true, _) => 0.0,
            (false, false) => 352.0,
            (false, true) => 544.0,
        };
        // some writers leave it at zero; anything else before the end of the header is rubbish
        if offset == 0.0 && least > 0.0 {
            problems.push(
                Problem::new(
                    "vox_offset_zero",
                    format!("vox_offset is 0; {least}, the least possible, was taken"),
                )
                .with("taken", least),
            );
            return Ok(least as u64);
        }
        if !offset.is_finite() || offset < least || offset > 9.0e15 || offset.fract() != 0.0 {
            return Err(Fault::Invalid {
                attribute: "vox_offset",
                value: offset.to_string(),
            });
        }
        Ok(offset as u64)
    }

    fn length_unit(&self, problems: &mut Vec<Problem>) -> f64 {
        let code = if self.second {
            self.i32(500)
        } else {
            i32::from(self.bytes.get(123).copied().unwrap_or(0))
        };
        let (mm, name) = match code & 7 {
            1 => (1000.0, Phrase::new("unit-metres", "metres")),
            3 => (0.001, Phrase::new("unit-micrometres", "micrometres")),
            _ => return 1.0,
        };
        problems.push(
            Problem::new(
                "length_unit",
                format!("lengths in the file are in {name}; they were converted to mm"),
            )
            .with("unit", name),
        );
        mm
    }
}

/// The `.img` (or `.img.gz`) beside a `.hdr`.
fn data_file_beside(path: &Path) -> Result<PathBuf, Fault> {
    let name = path.to_string_lossy();
    let stem = name
        .strip_suffix(".hdr.gz")
        .or_else(|| name.strip_suffix(".hdr"))
        .unwrap_or(&name);
    [".img", ".img.gz"]
        .iter()
        .map(|end| PathBuf::from(format!("{stem}{end}")))
        .find(|candidate| exists(candidate))
        .ok_or(Fault::Missing(Phrase::new(
            "part-image-file",
            "the image file (.img) beside the header",
        )))
}
