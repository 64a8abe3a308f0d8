//! Siemens' private CSA header (0029,xx10): a list of named values in a layout of its own, as the
//! readers dcm2niix and NiBabel document it. Only the values that geometry needs are taken.

use super::data_set::{DataSet, Tag};
use super::private_value::private_tag;

/// Most slices of a mosaic: 64 × 64.
pub(crate) const MAX_TILES: f64 = 4096.0;
/// Most tags of one header; real ones have about a hundred.
const MAX_TAGS: u32 = 1024;

/// What a CSA image header says of a mosaic.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Csa {
    /// NumberOfImagesInMosaic.
    pub(crate) images: Option<u32>,
    /// SliceNormalVector: direction in which the tiles follow each other, LPS.
    pub(crate) normal: Option<[f64; 3]>,
}

impl Csa {
    /// The CSA image header of a data set; empty where there is none or it breaks off.
    pub(crate) fn read(root: &DataSet) -> Self {
        let mut csa = Csa::default();
        if let Some(bytes) = private_tag(root, 0x0029, "SIEMENS CSA HEADER", 0x10)
            .and_then(|tag: Tag| root.bytes(tag))
        {
            csa.scan(bytes);
        }
        csa
    }

    /// Walks the tags; every length is taken from the bytes that are there, so a lie ends the walk.
    fn scan(&mut self, bytes: &[u8]) -> Option<()> {
        let is_second = bytes.starts_with(b"SV10");
        let mut rest = Cursor(bytes);
        if is_second {
            rest.skip(8)?;
        }
        let count = rest.number()?;
        rest.skip(4)?;
        // the first version's item lengths are counted from the number of items of its first tag
        let mut base = None;
        for _ in 0..count.min(MAX_TAGS) {
            let name = rest.take(64)?;
            let multiplicity = rest.number()?;
            rest.skip(8)?;
            let items = rest.number()?;
            rest.skip(4)?;
            let base = *base.get_or_insert(items);
            let mut values = Vec::new();
            for item in 0..items {
                let lengths = [
                    rest.number()?,
                    rest.number()?,
                    rest.number()?,
                    rest.number()?,
                ];
                let length = if is_second {
                    lengths[1]
                } else {
                    lengths[0].wrapping_sub(base)
                };
                if !is_second && length as usize > rest.0.len() {
                    // headers of the first version end their lists so
                    break;
                }
                let text = rest.take(length as usize)?;
                rest.skip(((4 - length % 4) % 4) as usize)?;
                if item < multiplicity.max(1) && values.len() < 8 {
                    values.push(number_of(text));
                }
            }
            self.keep(name, &values);
        }
        Some(())
    }

    fn keep(&mut self, name: &[u8], values: &[Option<f64>]) {
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        match (name, values) {
            (b"NumberOfImagesInMosaic", [Some(images), ..])
                if (1.0..=MAX_TILES).contains(images) =>
            {
                self.images = Some(*images as u32);
            }
            (b"SliceNormalVector", [Some(x), Some(y), Some(z), ..]) => {
                self.normal = Some([*x, *y, *z]);
            }
            _ => {}
        }
    }
}

fn number_of(text: &[u8]) -> Option<f64> {
    let text = text.split(|byte| *byte == 0).next()?;
    let number: f64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Bytes that were not looked at yet.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, values: &[&str]) -> Vec<u8> {
        let mut out = name.as_bytes().to_vec();
        out.resize(64, 0);
        out.extend((values.len() as u32).to_le_bytes());
        out.extend(b"FD\0\0");
        out.extend(4_u32.to_le_bytes());
        out.extend((values.len() as u32).to_le_bytes());
        out.extend(77_u32.to_le_bytes());
        for value in values {
            let length = value.len() as u32;
            for number in [length, length, 77, length] {
                out.extend(number.to_le_bytes());
            }
            out.extend(value.as_bytes());
            out.resize(out.len().next_multiple_of(4), 0);
        }
        out
    }

    fn header() -> Vec<u8> {
        let mut out = b"SV10\x04\x03\x02\x01".to_vec();
        out.extend(2_u32.to_le_bytes());
        out.extend(77_u32.to_le_bytes());
        out.extend(tag("NumberOfImagesInMosaic", &["35"]));
        out.extend(tag("SliceNormalVector", &["1.0", "0.5", "-0.25"]));
        // a list is padded to whole words
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    #[test]
    fn number_of_images_and_normal_are_found() {
        let mut csa = Csa::default();
        csa.scan(&header());
        assert_eq!(csa.images, Some(35));
        assert_eq!(csa.normal, Some([1.0, 0.5, -0.25]));
    }

    #[test]
    fn a_header_that_breaks_off_or_lies_ends_without_harm() {
        let whole = header();
        for length in 0..whole.len() {
            Csa::default().scan(&whole[..length]);
        }
        let mut lying = whole;
        lying[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        lying[16 + 76..16 + 80].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Csa::default().scan(&lying), None);
    }
}
