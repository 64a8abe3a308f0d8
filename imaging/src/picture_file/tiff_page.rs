//! One picture of a TIFF file: its tags, checked against each other and against the bytes that are
//! there (TIFF 6.0; technical note 2 for JPEG).

use super::orientation::{ORIENTATION, Orientation};
use super::picture::{Picture, alpha_ignored};
use super::raster::Kind;
use super::tiff_directory::{Directory, TiffFile};
use super::tiff_tags::{Coding, Meaning, Number, bits, coding, meaning, number, unsupported};
use crate::error::Fault;
use std::io::{Read, Seek};
use voxel::Phrase;

/// Bytes of empty strips and tiles that a sparse file may leave out in any case, and how many for each
/// byte that it has.
const FREE_SPARSE: u64 = 64 << 20;
const SPARSE_PER_BYTE: u64 = 8192;
/// Bytes of an uncompressed strip that are read at a time.
const STRIP_BYTES: u64 = 4 << 20;

/// One picture of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) size: [usize; 2],
    pub(crate) samples: usize,
    pub(crate) bits: u32,
    pub(crate) number: Number,
    pub(crate) meaning: Meaning,
    pub(crate) coding: Coding,
    pub(crate) predictor: u64,
    pub(crate) is_planar: bool,
    /// Bits of a byte are stored the other way round (fax).
    pub(crate) is_reversed: bool,
    /// Columns and rows of a strip or tile.
    pub(crate) chunk: [usize; 2],
    pub(crate) is_tiled: bool,
    /// Where each strip or tile lies, and its bytes.
    pub(crate) chunks: Vec<(u64, u64)>,
    pub(crate) jpeg_tables: Vec<u8>,
    /// Colours of 8 or 16 bits.
    pub(crate) palette: Vec<[u32; 3]>,
    pub(crate) palette_bits: u32,
    pub(crate) has_alpha: bool,
    pub(crate) orientation: Orientation,
    /// New Subfile Type: bit 0 a smaller copy, bit 2 a mask.
    pub(crate) subfile: u64,
    pub(crate) description: String,
    /// Pixels for each unit of length, columns and rows.
    pub(crate) resolution: [Option<f64>; 2],
    pub(crate) resolution_unit: u64,
    /// Directories below this one.
    pub(crate) below: Vec<u64>,
    /// Hamamatsu's objective (NDPI): negative for the macro image and its map.
    pub(crate) lens: Option<f64>,
}

impl Page {
    /// Reads the tags of a directory.
    ///
    /// # Errors
    /// What is missing, contradicts itself, is not read here or is not there.
    pub(crate) fn read<R: Read + Seek>(
        file: &mut TiffFile<R>,
        directory: &Directory,
    ) -> Result<Page, Fault> {
        let required = |number: Option<u64>, name| number.ok_or_else(|| Fault::missing(name));
        let columns = required(file.number(directory, 256), "ImageWidth")?;
        let rows = required(file.number(directory, 257), "ImageLength")?;
        let size = size_of_page(columns, rows)?;
        let samples = file.number(directory, 277).unwrap_or(1);
        let bits = bits(file.numbers(directory, 258))?;
        let compression = file.number(directory, 259).unwrap_or(1);
        let coding = coding(compression)?;
        let tag = file.number(directory, 262);
        let meaning = meaning(required(tag, "PhotometricInterpretation")?, samples)?;
        let number = number(file.numbers(directory, 339), bits, coding)?;
        let extra = file.numbers(directory, 338).unwrap_or_default();
        let mut page = Page {
            size,
            samples: samples as usize,
            bits,
            number,
            meaning,
            coding,
            predictor: file.number(directory, 317).unwrap_or(1),
            is_planar: file.number(directory, 284) == Some(2) && samples > 1,
            is_reversed: file.number(directory, 266) == Some(2),
            chunk: size,
            is_tiled: directory.has(322) || directory.has(324),
            chunks: Vec::new(),
            jpeg_tables: file.bytes(directory, 347).unwrap_or_default(),
            palette: Vec::new(),
            palette_bits: 8,
            has_alpha: extra.iter().any(|kind| matches!(kind, 1 | 2)),
            orientation: file
                .number(directory, ORIENTATION)
                .map_or(Orientation::UPRIGHT, Orientation::of),
            subfile: file.number(directory, 254).unwrap_or(0),
            description: file.text(directory, 270).unwrap_or_default(),
            resolution: [file.real(directory, 282), file.real(directory, 283)],
            resolution_unit: file.number(directory, 296).unwrap_or(2),
            below: file.numbers(directory, 330).unwrap_or_default(),
            lens: file.real(directory, 65_421),
        };
        page.check_supported(file.numbers(directory, 530).as_deref())?;
        if meaning == Meaning::Palette {
            page.read_palette(&file.numbers(directory, 320).unwrap_or_default())?;
        }
        page.read_chunks(file, directory)?;
        Ok(page)
    }

    /// Combinations that are not read, by their names.
    fn check_supported(&self, subsampling: Option<&[u64]>) -> Result<(), Fault> {
        let is_grey = self.kind_of_grey().is_some();
        let name = match self.meaning {
            Meaning::White | Meaning::Black if !is_grey => {
                format!("{} bit {:?}", self.bits, self.number)
            }
            Meaning::Palette if self.bits > 16 => format!("palette of {} bit", self.bits),
            Meaning::Rgb | Meaning::Inks | Meaning::Ybr
                if !matches!(self.bits, 8 | 16) || self.number != Number::Unsigned =>
            {
                format!("colours of {} bit {:?}", self.bits, self.number)
            }
            Meaning::Ybr if self.coding != Coding::Jpeg && subsampling != Some(&[1, 1]) => {
                "subsampled YCbCr".to_owned()
            }
            _ if !matches!(self.predictor, 1..=3) => format!("predictor {}", self.predictor),
            _ if self.coding == Coding::Jpeg && self.bits != 8 => {
                format!("JPEG of {} bit", self.bits)
            }
            _ if self.coding == Coding::Group4 && (self.bits, self.samples) != (1, 1) => {
                "CCITT group 4 of more than 1 bit".to_owned()
            }
            _ => return Ok(()),
        };
        Err(unsupported("TIFF", name))
    }

    fn read_palette(&mut self, map: &[u64]) -> Result<(), Fault> {
        let count = 1_usize << self.bits.min(16);
        if map.len() < 3 * count {
            return Err(Fault::missing("ColorMap"));
        }
        // some writers give 8 bits where 16 are prescribed
        self.palette_bits = if map.iter().all(|value| *value < 256) {
            8
        } else {
            16
        };
        let channel = |number: usize| map.iter().skip(number * count).take(count);
        self.palette = channel(0)
            .zip(channel(1))
            .zip(channel(2))
            .map(|((r, g), b)| [*r as u32, *g as u32, *b as u32])
            .collect();
        Ok(())
    }

    fn read_chunks<R: Read + Seek>(
        &mut self,
        file: &mut TiffFile<R>,
        directory: &Directory,
    ) -> Result<(), Fault> {
        let (offsets, counts) = if self.is_tiled {
            for (side, tag, name) in [(0, 322, "TileWidth"), (1, 323, "TileLength")] {
                let value = file.number(directory, tag).unwrap_or(0);
                let valid = usize::try_from(value)
                    .ok()
                    .filter(|n| (1..=1 << 16).contains(n));
                let valid = valid.ok_or_else(|| Fault::Invalid {
                    attribute: name,
                    value: value.to_string(),
                })?;
                if let Some(place) = self.chunk.get_mut(side) {
                    *place = valid;
                }
            }
            (324, 325)
        } else {
            let [columns, rows] = self.size;
            let strip = file.number(directory, 278).unwrap_or(rows as u64);
            let strip = usize::try_from(strip).unwrap_or(rows).clamp(1, rows);
            self.chunk = [columns, strip];
            (273, 279)
        };
        let offsets = file
            .numbers(directory, offsets)
            .ok_or_else(|| Fault::missing("StripOffsets"))?;
        let counts = file.numbers(directory, counts).unwrap_or_default();
        let needed = self
            .across()
            .saturating_mul(self.down())
            .saturating_mul(self.layers());
        if offsets.len() < needed {
            return Err(Fault::Contradiction(
                Phrase::new(
                    "contradiction-chunks",
                    format!(
                        "{} strips or tiles are there, {needed} are needed",
                        offsets.len()
                    ),
                )
                .with("present", offsets.len())
                .with("needed", needed),
            ));
        }
        let length = file.length;
        self.chunks = offsets
            .into_iter()
            .take(needed)
            .enumerate()
            .map(|(index, offset)| {
                // old writers leave the counts out where they can be reckoned
                let count = counts.get(index).copied().filter(|count| *count > 0);
                let reckoned = match self.coding {
                    Coding::None => self.chunk_bytes(index),
                    _ => length.saturating_sub(offset),
                };
                let is_sparse = counts.get(index) == Some(&0);
                (
                    offset,
                    count.unwrap_or(if is_sparse { 0 } else { reckoned }),
                )
            })
            .collect();
        // before a strip is cut: as many parts as the page claims rows would be made of it
        self.check_bytes(length)?;
        self.cut_long_strip()
    }

    /// One strip for the whole picture, as ImageJ writes, is read in parts: memory stays small.
    fn cut_long_strip(&mut self) -> Result<(), Fault> {
        let [columns, rows] = self.size;
        if self.is_tiled || self.coding != Coding::None || self.down() != 1 {
            return Ok(());
        }
        let row = self.row_bytes() as u64;
        let high = usize::try_from(STRIP_BYTES / row.max(1))
            .unwrap_or(1)
            .clamp(1, rows);
        let mut parts = Vec::new();
        for (offset, count) in std::mem::take(&mut self.chunks) {
            let needed = row.saturating_mul(rows as u64);
            if count < needed {
                return Err(Fault::PixelDataTooShort {
                    needed,
                    present: count,
                });
            }
            parts.extend((0..rows).step_by(high).map(|above| {
                let part = high.min(rows - above) as u64;
                (offset.saturating_add(above as u64 * row), part * row)
            }));
        }
        self.chunk = [columns, high];
        self.chunks = parts;
        Ok(())
    }

    /// Every strip lies inside the file, and together they can hold the picture.
    fn check_bytes(&self, length: u64) -> Result<(), Fault> {
        let mut present = 0_u64;
        let mut sparse = 0_u64;
        for (index, (offset, count)) in self.chunks.iter().enumerate() {
            if *count == 0 {
                sparse = sparse.saturating_add(self.chunk_bytes(index));
                continue;
            }
            if offset.saturating_add(*count) > length {
                return Err(Fault::LengthBeyondEnd {
                    what: Phrase::new("part-pixel-data", "the pixel data"),
                    offset: *offset,
                    length: *count,
                    left: length.saturating_sub(*offset),
                });
            }
            present = present.saturating_add(*count);
        }
        let [columns, rows] = self.size.map(|n| n as u64);
        let pixel_bits = (self.samples as u64).saturating_mul(u64::from(self.bits));
        let needed = columns
            .saturating_mul(pixel_bits)
            .div_ceil(8)
            .saturating_mul(rows);
        let most = FREE_SPARSE.saturating_add(length.saturating_mul(SPARSE_PER_BYTE));
        let bound = present.saturating_mul(self.coding.ratio());
        if sparse > most {
            return Err(Fault::PixelDataTooShort {
                needed,
                present: bound,
            });
        }
        if needed.saturating_sub(sparse) > bound {
            return Err(Fault::PixelDataTooShort {
                needed,
                present: bound,
            });
        }
        if self.coding == Coding::Group4 && rows > present.saturating_mul(8) {
            return Err(Fault::PixelDataTooShort {
                needed: rows / 8,
                present,
            });
        }
        Ok(())
    }

    /// Strips or tiles beside each other.
    pub(crate) fn across(&self) -> usize {
        let ([columns, _], [wide, _]) = (self.size, self.chunk);
        columns.div_ceil(wide.max(1))
    }

    /// Strips or tiles above each other.
    pub(crate) fn down(&self) -> usize {
        let ([_, rows], [_, high]) = (self.size, self.chunk);
        rows.div_ceil(high.max(1))
    }

    /// Sets of strips or tiles: one for each sample of planar pictures.
    pub(crate) fn layers(&self) -> usize {
        if self.is_planar { self.samples } else { 1 }
    }

    /// Samples of a pixel in one strip or tile.
    pub(crate) fn chunk_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Rows that strip or tile `index` stores: tiles are always whole.
    pub(crate) fn chunk_rows(&self, index: usize) -> usize {
        let ([_, rows], [_, high]) = (self.size, self.chunk);
        if self.is_tiled {
            return high;
        }
        let above = index % self.down().max(1) * high;
        high.min(rows.saturating_sub(above))
    }

    /// Bytes of a row of a strip or tile.
    pub(crate) fn row_bytes(&self) -> usize {
        let [wide, _] = self.chunk;
        (wide * self.chunk_samples() * self.bits as usize).div_ceil(8)
    }

    fn chunk_bytes(&self, index: usize) -> u64 {
        (self.row_bytes() as u64).saturating_mul(self.chunk_rows(index) as u64)
    }

    /// The type of grey samples, if there is one.
    pub(crate) fn kind_of_grey(&self) -> Option<Kind> {
        Some(match (self.number, self.bits) {
            (Number::Unsigned, 1..=8) => Kind::U8,
            (Number::Unsigned, 9..=16) => Kind::U16,
            (Number::Unsigned, 17..=32) => Kind::U32,
            (Number::Signed, 8) => Kind::I8,
            (Number::Signed, 16) => Kind::I16,
            (Number::Signed, 32) => Kind::I32,
            (Number::Float, 16 | 32) => Kind::F32,
            (Number::Float, 64) => Kind::F64,
            _ => return None,
        })
    }

    /// What the samples become.
    pub(crate) fn kind(&self) -> Kind {
        match self.meaning {
            Meaning::White | Meaning::Black => self.kind_of_grey().unwrap_or(Kind::U8),
            _ => Kind::Rgb8,
        }
    }

    /// The page as a picture.
    pub(crate) fn picture(&self) -> Picture {
        let has_extra = self.has_alpha
            || matches!(self.meaning, Meaning::White | Meaning::Black) && self.samples == 2
            || self.meaning == Meaning::Rgb && self.samples == 4;
        Picture {
            stored: self.size,
            orientation: self.orientation,
            kind: self.kind(),
            bits: match self.meaning {
                Meaning::Palette => self.palette_bits,
                _ => self.bits,
            },
            coding: self.coding.name().to_owned(),
            photometric: match self.meaning {
                Meaning::White => "MONOCHROME1",
                Meaning::Black => "MONOCHROME2",
                Meaning::Rgb => "RGB",
                Meaning::Palette => "PALETTE COLOR",
                Meaning::Inks => "CMYK",
                Meaning::Ybr => "YBR_FULL",
            },
            problems: has_extra.then(alpha_ignored).into_iter().collect(),
        }
    }

    /// Bytes that the page keeps in memory.
    pub(crate) fn kept_bytes(&self) -> u64 {
        let lists = [
            16 * self.chunks.len(),
            12 * self.palette.len(),
            8 * self.below.len(),
            self.description.len(),
            self.jpeg_tables.len(),
        ];
        // an offset and a count have four bytes each in the file
        lists.iter().map(|bytes| *bytes as u64).sum::<u64>() / 2
    }

    /// Whether `other` holds the same kind of pixels.
    pub(crate) fn is_alike(&self, other: &Page) -> bool {
        (self.kind(), self.bits, self.meaning) == (other.kind(), other.bits, other.meaning)
    }
}

/// Sizes whose products cannot overflow; the limit on pixels is held against the level that is
/// opened, not against each level that the file lists.
fn size_of_page(columns: u64, rows: u64) -> Result<[usize; 2], Fault> {
    let side = 1..=u64::from(i32::MAX.unsigned_abs());
    if !side.contains(&columns) || !side.contains(&rows) {
        return Err(Fault::Invalid {
            attribute: "ImageWidth, ImageLength",
            value: format!("{columns}×{rows}"),
        });
    }
    Ok([columns as usize, rows as usize])
}
