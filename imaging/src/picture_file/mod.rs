//! Photographs and slides: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), TIFF 6.0 with BigTIFF, BMP.
//!
//! | Format | read | told, not read | test |
//! |---|---|---|---|
//! | PNG | 1, 2, 4, 8, 16 bit grey, grey + alpha, palette, RGB, RGBA, interlaced, tRNS, eXIf turn; of an animation the default image | | `tests/png_made.rs` |
//! | JPEG | baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK of Adobe, EXIF turn | 12 bit, lossless, arithmetic coding | `tests/jpeg_made.rs` |
//! | TIFF | both byte orders, BigTIFF, strips and tiles, planar or not, 1–32 bit unsigned, 8–32 bit signed, 16, 32, 64 bit float, palette, MinIsWhite, CMYK, alpha; none, LZW, Deflate, PackBits, JPEG, CCITT group 4; both predictors; turn; pages; scale of OME, ImageJ, Aperio | JPEG 2000, WebP, Zstandard, old JPEG, CCITT group 3, L\*a\*b\*, subsampled YCbCr that is not JPEG | `tests/tiff_made.rs` |
//! | slides | SVS, pyramidal TIFF (levels as pages or sub-directories), NDPI to 4 GiB: the largest level of at most 100 megapixels | NDPI above 4 GiB | `tests/slide_made.rs` |
//! | BMP | 1, 4, 8, 16, 24, 32 bit, bit fields, run lengths | JPEG and PNG inside | `tests/bmp_made.rs` |
//! | films, HEIC, WebP, GIF, JPEG XL, JPEG 2000 | | all, each by its name | `tests/foreign_files.rs` |
//!
//! Grey values stay as they are in the file, in its own number of bits; colours become 8 bits. A
//! picture of MinIsWhite keeps its values and is inverted for display. Transparency is not used. A
//! resolution in dots per inch is one of paper: only what is clearly physical (OME, ImageJ, Aperio)
//! becomes a spacing, all else is measured in px. The space of these pictures is their own:
//! columns to the right, rows down, no place in the patient.

pub(crate) mod listing;
pub(crate) mod read;

mod bmp;
mod jpeg;
mod jpeg_header;
mod orientation;
mod picture;
mod png_reader;
mod raster;
mod tiff_chunk;
mod tiff_directory;
mod tiff_image;
mod tiff_listing;
mod tiff_page;
mod tiff_scale;
mod tiff_tags;
