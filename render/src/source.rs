//! Samples under a window: what one voxel contributes to a picture.

use voxel::{Rescale, Volume};

use crate::picture::BLACK;
use crate::rendering::Rendering;
use crate::window::{LaneWindow, WindowLevel, WindowTable};

/// Pictures smaller than this are windowed value by value; a table would cost more than it saves.
const TABLE_FROM_PX: usize = 20_000;

/// Where voxels at equal steps begin in the sample buffer: a part of a grid line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Position of the first.
    pub(crate) first: usize,
    /// From one to the next.
    pub(crate) stride: usize,
    /// The k of all, or that of the first where it rises by one.
    pub(crate) plane: Result<usize, usize>,
}

impl Run {
    fn index(&self, n: usize) -> usize {
        self.first + n * self.stride
    }

    fn plane(&self, n: usize) -> usize {
        self.plane.unwrap_or_else(|first| first + n)
    }
}

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

    /// Whether larger values to interpolate mean smaller modality values.
    fn is_falling(&self) -> bool {
        false
    }

    /// The values to interpolate of a run into as many places; with a second run, those between both,
    /// by the second one's weight.
    fn run(&self, channel: usize, front: &Run, back: Option<(&Run, f32)>, values: &mut [f32]) {
        run_by_lanes(self, channel, front, back, values);
    }

    /// How interpolated values become levels.
    fn window(&self) -> LaneWindow;

    /// Puts one channel's interpolated values into pixels.
    fn put(&self, channel: usize, values: &[f32], pixels: &mut [[u8; 4]]);
}

/// [`Source::run`] of any source.
fn run_by_lanes<S: Source + ?Sized>(
    source: &S,
    channel: usize,
    front: &Run,
    back: Option<(&Run, f32)>,
    values: &mut [f32],
) {
    let lane = |run: &Run, n| source.lane(channel, run.index(n), run.plane(n));
    for (n, value) in values.iter_mut().enumerate() {
        *value = lane(front, n);
        if let Some((back, share)) = back {
            *value += (lane(back, n) - *value) * share;
        }
    }
}

/// Values into as many places.
fn fill(places: &mut [f32], values: impl Iterator<Item = f32>) {
    for (place, value) in places.iter_mut().zip(values) {
        *place = value;
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
    /// serves for all. `pixels`: how many will be drawn as stored.
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
        let table = match (T::PATTERNS, rescale.as_slice()) {
            (Some(patterns), [one]) if pixels >= TABLE_FROM_PX.min(64 * patterns) => Some(
                WindowTable::new(window, one, padding, patterns, T::of_pattern),
            ),
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

    fn is_falling(&self) -> bool {
        self.late_rescale.is_some_and(|rescale| rescale.slope < 0.0)
    }

    fn run(&self, channel: usize, front: &Run, back: Option<(&Run, f32)>, values: &mut [f32]) {
        if T::PATTERNS.is_none() || self.late_rescale.is_none() || values.is_empty() {
            return run_by_lanes(self, channel, front, back, values);
        }
        // Exact as far as such samples reach; NaN ends hold nothing.
        let (low, high) = (self.padding.0 as f32, self.padding.1 as f32);
        let value = |sample: &T| {
            let value = sample.short();
            let is_padding = value >= low && value <= high;
            if is_padding { f32::NAN } else { value }
        };
        let steps = values.len() - 1;
        let of = |run: &Run| &self.samples[run.first..=run.first + steps * run.stride];
        let front_samples = of(front).iter();
        let Some((back, share)) = back else {
            return match front.stride {
                1 => fill(values, front_samples.map(value)),
                stride => fill(values, front_samples.step_by(stride).map(value)),
            };
        };
        let back_samples = of(back).iter();
        let mixed = |(a, b)| {
            let (a, b) = (value(a), value(b));
            a + (b - a) * share
        };
        match front.stride {
            1 => fill(values, front_samples.zip(back_samples).map(mixed)),
            // Before pairing them: a pair's steps would be made one by one.
            stride => {
                let back_samples = back_samples.step_by(stride);
                fill(
                    values,
                    front_samples.step_by(stride).zip(back_samples).map(mixed),
                );
            }
        }
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
                *pixel = palette[usize::from(level)];
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
            *pixel = ((u32::from(level) * 0x0001_0101) | 0xff00_0000).to_le_bytes();
        });
    }
}

/// Colour samples; a window does not apply to them.
pub(crate) struct Colour<'a>(pub(crate) &'a [[u8; 3]]);

impl Source for Colour<'_> {
    const CHANNELS: usize = 3;

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
            pixel[channel] = level;
            pixel[3] = 255;
        });
    }
}
