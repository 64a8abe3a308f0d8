//! How a camera or scanner was held: the orientation tag of TIFF 6.0 and EXIF (tag 274).

use super::tiff_directory::TiffFile;
use std::io::Cursor;

/// Tag of the orientation.
pub(crate) const ORIENTATION: u16 = 274;

/// Where row 0 and column 0 of the file lie in the upright picture: 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    /// Row 0 at the top, column 0 at the left.
    pub(crate) const UPRIGHT: Orientation = Orientation(1);

    /// Of the tag's value; anything but 1 to 8 is taken as upright, as all viewers do.
    pub(crate) fn of(value: u64) -> Self {
        match value {
            2..=8 => Orientation(value as u8),
            _ => Orientation::UPRIGHT,
        }
    }

    /// Of an EXIF block, which is a TIFF file of its own; upright where it says nothing readable.
    pub(crate) fn of_exif(block: &[u8]) -> Self {
        let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let read = || {
            let mut file = TiffFile::open(Cursor::new(block), block.len() as u64).ok()?;
            let first = file.first;
            let (directory, _) = file.directory(first).ok()?;
            file.number(&directory, ORIENTATION)
        };
        read().map_or(Orientation::UPRIGHT, Orientation::of)
    }

    /// Columns and rows of the upright picture.
    pub(crate) fn size(self, [columns, rows]: [usize; 2]) -> [usize; 2] {
        if self.0 >= 5 {
            [rows, columns]
        } else {
            [columns, rows]
        }
    }

    /// The samples of the upright picture; `size` is that of `samples`.
    pub(crate) fn turn<T: Copy>(self, samples: &[T], size: [usize; 2]) -> Vec<T> {
        let [columns, rows] = size;
        let [wide, high] = self.size(size);
        let mut out = Vec::with_capacity(samples.len());
        for y in 0..high {
            for x in 0..wide {
                let (right, down) = (wide - 1 - x, high - 1 - y);
                // column and row in the file of the upright pixel
                let (column, row) = match self.0 {
                    2 => (right, y),
                    3 => (right, down),
                    4 => (x, down),
                    5 => (y, x),
                    6 => (y, right),
                    7 => (down, right),
                    8 => (down, x),
                    _ => (x, y),
                };
                debug_assert!(column < columns && row < rows);
                out.extend(samples.get(row * columns + column));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The picture `a b c / d e f` as each orientation stores it (EXIF 2.3, figure of tag 274).
    const STORED: [(u64, [usize; 2], &[u8; 6]); 8] = [
        (1, [3, 2], b"abcdef"),
        (2, [3, 2], b"cbafed"),
        (3, [3, 2], b"fedcba"),
        (4, [3, 2], b"defabc"),
        (5, [2, 3], b"adbecf"),
        (6, [2, 3], b"cfbead"),
        (7, [2, 3], b"fcebda"),
        (8, [2, 3], b"daebfc"),
    ];

    #[test]
    fn every_orientation_is_turned_upright() {
        for (value, size, stored) in STORED {
            let orientation = Orientation::of(value);
            assert_eq!(orientation.size(size), [3, 2], "{value}");
            assert_eq!(orientation.turn(stored, size), b"abcdef", "{value}");
        }
    }

    #[test]
    fn a_value_beyond_the_eight_is_taken_as_upright() {
        assert_eq!(Orientation::of(0), Orientation::UPRIGHT);
        assert_eq!(Orientation::of(9), Orientation::UPRIGHT);
        assert_eq!(Orientation::of_exif(b"Exif\0\0II"), Orientation::UPRIGHT);
    }
}
