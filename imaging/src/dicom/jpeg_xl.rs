//! JPEG XL (ISO/IEC 18181-1) through a decoder in Rust, which may take no more memory than a frame
//! of the promised size needs.

use super::code_stream::StreamInfo;
use jxl_oxide::image::BitDepth;
use jxl_oxide::{AllocTracker, JxlImage};

/// Bytes a decoder may take for each sample: planes of 32 bits, some of them several times.
const WORKING_BYTES: usize = 64;
/// Bytes it may take besides.
const FIXED_BYTES: usize = 16 << 20;

/// A stream whose head has been read.
pub(crate) struct Stream {
    /// What the head says.
    pub(crate) info: StreamInfo,
    image: JxlImage,
}

impl Stream {
    /// Reads the head of a frame that should have `samples` samples in all.
    ///
    /// # Errors
    /// The decoder's own words, and depths that DICOM does not have.
    pub(crate) fn read(bytes: &[u8], samples: usize) -> Result<Self, String> {
        let limit = samples
            .saturating_mul(WORKING_BYTES)
            .saturating_add(FIXED_BYTES);
        let image = JxlImage::builder()
            .alloc_tracker(AllocTracker::with_limit(limit))
            .read(bytes)
            .map_err(|error| error.to_string())?;
        let BitDepth::IntegerSample { bits_per_sample } = image.image_header().metadata.bit_depth
        else {
            return Err("its samples are floating-point numbers".to_owned());
        };
        let info = StreamInfo {
            width: image.width(),
            height: image.height(),
            components: image.pixel_format().channels() as u16,
            precision: u8::try_from(bits_per_sample).unwrap_or(u8::MAX),
            ..StreamInfo::default()
        };
        Ok(Stream { info, image })
    }

    /// Decodes the frame; samples of a pixel together, one byte each up to 8 bits, else two,
    /// little endian.
    ///
    /// # Errors
    /// The decoder's own words.
    pub(crate) fn decode(&self) -> Result<Vec<u8>, String> {
        let render = self
            .image
            .render_frame(0)
            .map_err(|error| error.to_string())?;
        let mut stream = render.stream();
        let [width, height, components] = self.info.size();
        let mut samples = vec![0.0_f32; width * height * components];
        let count = stream.write_to_buffer(&mut samples);
        samples.truncate(count);
        // numbers from 0 to 1 come out, whatever the depth
        let largest = ((1_u32 << self.info.precision.min(16)) - 1) as f32;
        let words = samples
            .iter()
            .map(|sample| (sample * largest + 0.5).clamp(0.0, largest));
        Ok(if self.info.precision > 8 {
            words.flat_map(|word| (word as u16).to_le_bytes()).collect()
        } else {
            words.map(|word| word as u8).collect()
        })
    }
}
