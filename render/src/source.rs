//! Samples under a window: what one voxel contributes to a picture.

use voxel::{Rescale, Volume};

use crate::picture::BLACK;
use crate::rendering::Rendering;
use crate::slice::Interpolation;
use crate::window::{LaneWindow, WindowLevel, WindowTable};

/// Pictures smaller than this are windowed value by value; a table would cost more than it saves.
const TABLE_FROM_PX: usize = 20_000;

/// A volume's samples of one type, seen through a window.
///
/// `index` is the position in the sample buffer and must lie in it; `plane` is k, for rescales that
/// differ per plane. The value NaN stands for "nothing here" (padding, or not a number).
pub(crate) trait Source: Sync {
    /// Values per voxel: 1 for grey, 3 for colour.
    const CHANNELS: usize;

    /// The pixel of a voxel shown as it is.
    fn pixel(&self, index: usize, plane: usize) -> [u8; 4];

    /// The value to interpolate, linear in the modality value or the colour level.
    fn lane(&self, channel: usize, index: usize, plane: usize) -> f32;

    /// The values to interpolate of a voxel and of the next one along i.
    #[inline(always)]
    fn pair(&self, channel: usize, index: usize, plane: usize) -> [f32; 2] {
        [index, index + 1].map(|index| self.lane(channel, index, plane))
    }

    /// Whether a value can be NaN: padding, or numbers that are none.
    fn has_gaps(&self) -> bool;

    /// The values to interpolate of a run of voxels.
    #[inline]
    fn run(&self, channel: usize, run: &Run, values: &mut Vec<f32>) {
        values.clear();
        values.extend((0..run.count).map(|n| self.lane(channel, run.index(n), run.plane(n))));
    }

    /// The values between two runs of equal length, `share` of the way to the second one.
    #[inline]
    fn between_runs(&self, channel: usize, runs: [&Run; 2], share: f32, values: &mut Vec<f32>) {
        let [front, back] = runs;
        values.clear();
        values.extend((0..front.count).map(|n| {
            let [a, b] = [front, back].map(|run| self.lane(channel, run.index(n), run.plane(n)));
            a + (b - a) * share
        }));
    }

    /// Whether larger values to interpolate mean smaller modality values.
    fn is_falling(&self) -> bool {
        false
    }

    /// How interpolated values become levels.
    fn window(&self) -> LaneWindow;

    /// Puts one channel's interpolated values into pixels.
    fn put(&self, channel: usize, values: &[f32], pixels: &mut [[u8; 4]]);
}

/// Voxels along one axis of the grid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// The position of the first one in the sample buffer.
    pub(crate) start: usize,
    /// From one to the next in the sample buffer.
    pub(crate) step: usize,
    /// How many; all of them lie in the buffer.
    pub(crate) count: usize,
    /// The k of the first one.
    pub(crate) first_plane: usize,
    /// Whether k grows along the run.
    pub(crate) is_through_planes: bool,
}

impl Run {
    #[inline(always)]
    fn index(&self, n: usize) -> usize {
        self.start + n * self.step
    }

    #[inline(always)]
    fn plane(&self, n: usize) -> usize {
        self.first_plane + if self.is_through_planes { n } else { 0 }
    }
}

/// A sample type that is one number.
pub(crate) trait Number: Copy + Send + Sync {
    /// How many bit patterns a table needs, where a table is worth it.
    const PATTERNS: Option<usize>;
    fn number(self) -> f64;
    /// The number in `f32`; exact for types of at most 16 bits.
    fn short(self) -> f32;
    /// The bit pattern as an index; 0 for types without a table.
    fn pattern(self) -> usize;
    /// The number of a bit pattern.
    fn of_pattern(pattern: usize) -> f64;
}

macro_rules! narrow_number {
    ($type:ty, $unsigned:ty) => {
        impl Number for $type {
            const PATTERNS: Option<usize> = Some(<$unsigned>::MAX as usize + 1);
            #[inline(always)]
            fn number(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn short(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn pattern(self) -> usize {
                self as $unsigned as usize
            }
            fn of_pattern(pattern: usize) -> f64 {
                f64::from(pattern as $unsigned as $type)
            }
        }
    };
}
narrow_number!(u8, u8);
narrow_number!(i8, u8);
narrow_number!(u16, u16);
narrow_number!(i16, u16);

macro_rules! wide_number {
    ($type:ty) => {
        impl Number for $type {
            const PATTERNS: Option<usize> = None;
            #[inline(always)]
            fn number(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn short(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn pattern(self) -> usize {
                0
            }
            fn of_pattern(_: usize) -> f64 {
                0.0
            }
        }
    };
}
wide_number!(u32);
wide_number!(i32);
wide_number!(f32);
wide_number!(f64);

/// Grey samples.
pub(crate) struct Grey<'a, T> {
    samples: &'a [T],
    /// One for all planes, or one per plane.
    rescale: Vec<Rescale>,
    /// NaN ends, which hold no value, where there is no padding.
    padding: (f64, f64),
    has_padding: bool,
    window: WindowLevel,
    table: Option<WindowTable>,
    /// What becomes of levels, where that is not grey.
    palette: Option<Box<[[u8; 4]; 256]>>,
    /// The one rescale of values that fit `f32`: they are interpolated as stored and rescaled by the
    /// window, which is the same, as both are linear.
    late_rescale: Option<Rescale>,
}

impl<'a, T: Number> Grey<'a, T> {
    /// `only_plane`: the one plane that the picture shows, where it shows only one; then its rescale
    /// serves for all. `pixels`: how many will be drawn.
    pub(crate) fn new(
        samples: &'a [T],
        volume: &Volume,
        rendering: &Rendering,
        only_plane: Option<usize>,
        pixels: usize,
    ) -> Self {
        let window = &rendering.window;
        let planes = volume.grid().size()[2];
        let mut rescale: Vec<Rescale> = match only_plane {
            Some(k) => vec![volume.rescale_of_plane(k)],
            None => (0..planes).map(|k| volume.rescale_of_plane(k)).collect(),
        };
        rescale.dedup();
        if rescale.len() > 1 {
            // Removing neighbours would have shifted the planes.
            rescale = (0..planes).map(|k| volume.rescale_of_plane(k)).collect();
        }
        let padding = volume.padding();
        // Only stored values as they are have a place in a table.
        let is_stored =
            rendering.interpolation == Interpolation::Nearest && rendering.thick().is_none();
        let table = match (T::PATTERNS, rescale.as_slice()) {
            (Some(patterns), [one]) if is_stored && pixels >= TABLE_FROM_PX.min(64 * patterns) => {
                Some(WindowTable::new(
                    window,
                    one,
                    padding,
                    patterns,
                    T::of_pattern,
                ))
            }
            _ => None,
        };
        let late_rescale = match (T::PATTERNS, rescale.as_slice()) {
            (Some(_), [one]) => Some(*one),
            _ => None,
        };
        Self {
            samples,
            rescale,
            late_rescale,
            has_padding: padding.is_some(),
            padding: padding.unwrap_or((f64::NAN, f64::NAN)),
            window: *window,
            table,
            palette: rendering.colors.pixels(),
        }
    }

    /// The samples, where they are interpolated as they are stored and none is padding.
    #[inline(always)]
    fn plain(&self) -> Option<&'a [T]> {
        let is_plain = T::PATTERNS.is_some() && self.late_rescale.is_some() && !self.has_padding;
        is_plain.then_some(self.samples)
    }

    #[inline(always)]
    fn is_padding(&self, stored: f64) -> bool {
        stored >= self.padding.0 && stored <= self.padding.1
    }

    /// The modality value of a stored one, NaN for padding.
    #[inline(always)]
    fn modality(&self, stored: f64, plane: usize) -> f64 {
        if self.is_padding(stored) {
            return f64::NAN;
        }
        let rescale = match self.rescale.as_slice() {
            [one] => one,
            // As many as planes, and `plane` is one of the grid's.
            many => &many[plane],
        };
        rescale.slope * stored + rescale.intercept
    }
}

impl<T: Number> Source for Grey<'_, T> {
    const CHANNELS: usize = 1;

    #[inline(always)]
    fn pixel(&self, index: usize, plane: usize) -> [u8; 4] {
        let stored = self.samples[index];
        let level = match &self.table {
            Some(table) => table.level(stored.pattern()),
            None => self.window.grey(self.modality(stored.number(), plane)),
        };
        match &self.palette {
            None => [level, level, level, 255],
            Some(_) if self.modality(stored.number(), plane).is_nan() => BLACK,
            Some(palette) => palette[usize::from(level)],
        }
    }

    #[inline(always)]
    fn lane(&self, _: usize, index: usize, plane: usize) -> f32 {
        let sample = self.samples[index];
        if T::PATTERNS.is_some() && self.late_rescale.is_some() {
            let is_padding = self.has_padding && self.is_padding(sample.number());
            return if is_padding { f32::NAN } else { sample.short() };
        }
        // Relative to the centre: `f32` then keeps the digits near the window, however large the
        // numbers are. Counts around 10⁹ lose nothing that the eye could see.
        (self.modality(sample.number(), plane) - self.window.center) as f32
    }

    #[inline(always)]
    fn pair(&self, channel: usize, index: usize, plane: usize) -> [f32; 2] {
        if T::PATTERNS.is_some() && self.late_rescale.is_some() && !self.has_padding {
            let samples = &self.samples[index..index + 2];
            return [samples[0].short(), samples[1].short()];
        }
        [index, index + 1].map(|index| self.lane(channel, index, plane))
    }

    fn has_gaps(&self) -> bool {
        self.plain().is_none()
    }

    #[inline]
    fn run(&self, channel: usize, run: &Run, values: &mut Vec<f32>) {
        // Loops over slices of known length use vector instructions; filling a vector does not.
        values.resize(run.count, 0.0);
        match self.plain() {
            Some(samples) if run.step == 1 => {
                let samples = &samples[run.start..run.start + run.count];
                for (value, sample) in values.iter_mut().zip(samples) {
                    *value = sample.short();
                }
            }
            Some(samples) => {
                for (n, value) in values.iter_mut().enumerate() {
                    *value = samples[run.index(n)].short();
                }
            }
            None => {
                for (n, value) in values.iter_mut().enumerate() {
                    *value = self.lane(channel, run.index(n), run.plane(n));
                }
            }
        }
    }

    #[inline]
    fn between_runs(&self, channel: usize, runs: [&Run; 2], share: f32, values: &mut Vec<f32>) {
        let [front, back] = runs;
        let mix = |a: f32, b: f32| a + (b - a) * share;
        values.resize(front.count, 0.0);
        match self.plain() {
            Some(samples) if front.step == 1 && back.step == 1 => {
                let [a, b] = runs.map(|run| &samples[run.start..run.start + front.count]);
                for ((value, a), b) in values.iter_mut().zip(a).zip(b) {
                    *value = mix(a.short(), b.short());
                }
            }
            Some(samples) => {
                for (n, value) in values.iter_mut().enumerate() {
                    let [a, b] = runs.map(|run| samples[run.index(n)].short());
                    *value = mix(a, b);
                }
            }
            None => {
                for (n, value) in values.iter_mut().enumerate() {
                    let [a, b] = runs.map(|run| self.lane(channel, run.index(n), run.plane(n)));
                    *value = mix(a, b);
                }
            }
        }
    }

    fn is_falling(&self) -> bool {
        self.late_rescale.is_some_and(|rescale| rescale.slope < 0.0)
    }

    fn window(&self) -> LaneWindow {
        match self.late_rescale {
            Some(rescale) => self.window.for_lanes(rescale.slope, rescale.intercept),
            None => self.window.for_lanes(1.0, self.window.center),
        }
    }

    fn put(&self, _: usize, values: &[f32], pixels: &mut [[u8; 4]]) {
        if let Some(palette) = &self.palette {
            self.window().shade(values, pixels, |pixel, level| {
                *pixel = palette[level as usize & 0xff];
            });
            let nothing = values
                .iter()
                .zip(pixels)
                .filter(|(value, _)| value.is_nan());
            nothing.for_each(|(_, pixel)| *pixel = BLACK);
            return;
        }
        self.window().shade(values, pixels, |pixel, level| {
            // One 32-bit number per pixel: loops over it use vector instructions.
            let grey = level | level << 8 | level << 16 | 0xff00_0000;
            *pixel = grey.to_le_bytes();
        });
    }
}

/// Colour samples; a window does not apply to them.
pub(crate) struct Colour<'a>(pub(crate) &'a [[u8; 3]]);

impl Source for Colour<'_> {
    const CHANNELS: usize = 3;

    fn has_gaps(&self) -> bool {
        false
    }

    #[inline(always)]
    fn pixel(&self, index: usize, _: usize) -> [u8; 4] {
        let [r, g, b] = self.0[index];
        [r, g, b, 255]
    }

    #[inline(always)]
    fn lane(&self, channel: usize, index: usize, _: usize) -> f32 {
        f32::from(self.0[index][channel])
    }

    fn window(&self) -> LaneWindow {
        LaneWindow::IDENTITY
    }

    fn put(&self, channel: usize, values: &[f32], pixels: &mut [[u8; 4]]) {
        self.window().shade(values, pixels, |pixel, level| {
            pixel[channel] = level as u8;
            pixel[3] = 255;
        });
    }
}
