//! The strips or tiles of one page to its picture, in parallel.

use super::jpeg::full_range;
use super::picture::{Decoded, zeros};
use super::raster::{Kind, Raster};
use super::tiff_chunk::{Chunk, decompress};
use super::tiff_directory::TiffFile;
use super::tiff_page::Page;
use super::tiff_tags::Meaning;
use crate::colour_sum::ColourSum;
use crate::error::Error;
use crate::handle::Handle;
use crate::load::Watch;
use crate::problem::{Problem, push_once};
use rayon::prelude::*;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One page to be decoded.
pub(crate) struct PageJob<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: &'a Mutex<TiffFile<Handle>>,
    pub(crate) page: &'a Page,
    pub(crate) big_endian: bool,
    /// Number from 1, for faults.
    pub(crate) frame: usize,
    pub(crate) watch: &'a Watch<'a>,
}

/// What came of a band of strips or tiles.
#[derive(Default)]
struct Band {
    sum: ColourSum,
    problem: Option<Problem>,
}

impl PageJob<'_> {
    /// Decodes the picture as it is stored.
    ///
    /// # Errors
    /// Damaged or missing data, the person's stop.
    pub(crate) fn decode(&self) -> Result<Decoded, Error> {
        let mut sum = ColourSum::default();
        let mut problems = Vec::new();
        let raster = match self.page.kind() {
            Kind::U8 => Raster::U8(self.grey(&mut problems, |raw| raw as u8)?),
            Kind::I8 => Raster::I8(self.grey(&mut problems, |raw| raw as i8)?),
            Kind::U16 => Raster::U16(self.grey(&mut problems, |raw| raw as u16)?),
            Kind::I16 => Raster::I16(self.grey(&mut problems, |raw| raw as i16)?),
            Kind::U32 => Raster::U32(self.grey(&mut problems, |raw| raw as u32)?),
            Kind::I32 => Raster::I32(self.grey(&mut problems, |raw| raw as i32)?),
            Kind::F32 if self.page.bits == 16 => {
                Raster::F32(self.grey(&mut problems, |raw| half(raw as u16))?)
            }
            Kind::F32 => Raster::F32(self.grey(&mut problems, |raw| f32::from_bits(raw as u32))?),
            Kind::F64 => Raster::F64(self.grey(&mut problems, f64::from_bits)?),
            Kind::Rgb8 => {
                let (out, figures) = self.colour(&mut problems)?;
                sum = figures;
                Raster::Rgb8(out)
            }
        };
        Ok(Decoded {
            colour: matches!(raster, Raster::Rgb8(_)).then_some(sum),
            raster,
            problems,
        })
    }

    /// The strips or tiles of all layers at one place.
    fn chunks(&self, down: usize, across: usize) -> Result<Vec<Chunk>, Error> {
        self.watch.check()?;
        let page = self.page;
        (0..page.layers())
            .map(|layer| {
                let index = (layer * page.down() + down) * page.across() + across;
                let (offset, count) = page.chunks.get(index).copied().unwrap_or((0, 0));
                let raw = {
                    let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                    file.bytes_at(offset, count)
                };
                raw.and_then(|raw| {
                    // strips of a layer are counted from its own first one
                    let own = if page.is_tiled { 0 } else { down };
                    decompress(page, own, raw, self.big_endian, self.frame)
                })
                .map_err(|fault| fault.of(self.path))
            })
            .collect()
    }

    /// Runs `fill` for each row of each strip or tile: the pixels of the picture, the layers, and
    /// the row inside them.
    fn bands<T: Clone + Default + Send>(
        &self,
        problems: &mut Vec<Problem>,
        fill: impl Fn(&mut [T], &[Chunk], usize, &mut ColourSum) + Sync,
    ) -> Result<(Vec<T>, ColourSum), Error> {
        let ([columns, rows], [wide, high]) = (self.page.size, self.page.chunk);
        let mut out = zeros::<T>(columns * rows).map_err(|fault| fault.of(self.path))?;
        let bands: Vec<Band> = out
            .par_chunks_mut((columns * high).max(1))
            .enumerate()
            .map(|(down, band)| {
                let mut done = Band::default();
                for across in 0..self.page.across() {
                    let chunks = self.chunks(down, across)?;
                    for (y, row) in band.chunks_mut(columns).enumerate() {
                        let end = columns.min((across + 1) * wide);
                        if let Some(pixels) = row.get_mut(across * wide..end) {
                            fill(pixels, &chunks, y, &mut done.sum);
                        }
                    }
                    let seen = chunks.into_iter().find_map(|chunk| chunk.problem);
                    done.problem = done.problem.or(seen);
                }
                Ok(done)
            })
            .collect::<Result<_, Error>>()?;
        let mut sum = ColourSum::default();
        for band in bands {
            sum = sum.join(band.sum);
            if let Some(problem) = band.problem {
                push_once(problems, problem);
            }
        }
        Ok((out, sum))
    }

    fn grey<T: Clone + Default + Send>(
        &self,
        problems: &mut Vec<Problem>,
        from_raw: impl Fn(u64) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let step = self.page.chunk_samples();
        let bits = self.page.bits;
        let (out, _) = self.bands(problems, |pixels: &mut [T], chunks, y, _| {
            let row = chunks.first().map_or(&[][..], |chunk| chunk.row(y));
            for (place, x) in pixels.iter_mut().zip(0..) {
                *place = from_raw(sample(row, x * step, bits));
            }
        })?;
        Ok(out)
    }

    fn colour(&self, problems: &mut Vec<Problem>) -> Result<(Vec<[u8; 3]>, ColourSum), Error> {
        let page = self.page;
        let step = page.chunk_samples();
        let file_bits = match page.meaning {
            Meaning::Palette => page.palette_bits,
            _ => page.bits,
        };
        let shift = file_bits - 8;
        self.bands(problems, |pixels: &mut [[u8; 3]], chunks, y, sum| {
            let is_rgb = chunks.first().is_some_and(|chunk| chunk.is_rgb);
            for (place, x) in pixels.iter_mut().zip(0..) {
                let channel = |number: usize| {
                    let (chunk, at) = if page.is_planar {
                        (chunks.get(number), x)
                    } else {
                        (chunks.first(), x * step + number)
                    };
                    let row = chunk.map_or(&[][..], |chunk| chunk.row(y));
                    sample(row, at, page.bits) as u32
                };
                let colour = match page.meaning {
                    Meaning::Palette => {
                        let entry = page.palette.get(channel(0) as usize);
                        entry.copied().unwrap_or([0; 3])
                    }
                    Meaning::Inks => inks([0, 1, 2, 3].map(channel), page.bits),
                    Meaning::Ybr if !is_rgb => {
                        let eight = [0, 1, 2].map(|number| (channel(number) >> shift) as u8);
                        full_range(eight).map(|value| u32::from(value) << shift)
                    }
                    _ => [0, 1, 2].map(channel),
                };
                sum.add(colour);
                *place = colour.map(|value| (value >> shift) as u8);
            }
        })
    }
}

impl Chunk {
    fn row(&self, y: usize) -> &[u8] {
        let start = y * self.row_bytes;
        self.bytes
            .get(start..start + self.row_bytes)
            .unwrap_or_default()
    }
}

/// Light that four inks leave (section 16).
fn inks([c, m, y, k]: [u32; 4], bits: u32) -> [u32; 3] {
    let most = (1_u64 << bits) - 1;
    [c, m, y].map(|ink| {
        let light = (most - u64::from(ink).min(most)) * (most - u64::from(k).min(most));
        ((light + most / 2) / most) as u32
    })
}

/// Sample `index` of a row of little-endian samples, packed where they are no whole bytes.
fn sample(row: &[u8], index: usize, bits: u32) -> u64 {
    match bits {
        8 => row.get(index).copied().map_or(0, u64::from),
        16 | 24 | 32 | 64 => {
            let width = bits as usize / 8;
            let bytes = row.get(index * width..(index + 1) * width);
            let bytes = bytes.unwrap_or_default().iter().rev();
            bytes.fold(0, |value, byte| value << 8 | u64::from(*byte))
        }
        _ => {
            let start = index * bits as usize;
            (start..start + bits as usize).fold(0, |value, at| {
                let byte = row.get(at / 8).copied().unwrap_or(0);
                value << 1 | u64::from(byte >> (7 - at % 8) & 1)
            })
        }
    }
}

/// IEEE 754 half precision.
fn half(raw: u16) -> f32 {
    let sign = if raw & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(raw >> 10 & 0x1F);
    let fraction = f32::from(raw & 0x3FF);
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_samples_are_read_from_the_highest_bit() {
        assert_eq!(sample(&[0b1010_0000], 2, 1), 1);
        assert_eq!(sample(&[0x1F, 0x2A], 2, 4), 2);
        assert_eq!(sample(&[0xAB, 0xCD, 0xEF], 1, 12), 0xDEF);
    }

    #[test]
    fn half_precision_becomes_single() {
        assert_eq!([0x3C00, 0xC000, 0x7BFF].map(half), [1.0, -2.0, 65504.0]);
        assert_eq!(half(0x0001), 2_f32.powi(-24));
    }

    #[test]
    fn inks_leave_the_light_they_do_not_take() {
        assert_eq!(inks([0, 0, 0, 0], 8), [255, 255, 255]);
        assert_eq!(inks([255, 0, 0, 0], 8), [0, 255, 255]);
        assert_eq!(inks([0, 0, 0, 255], 8), [0, 0, 0]);
    }
}
