//! Window functions: modality values to grey levels (PS3.3 C.11.2.1.2, C.11.2.1.3).

use rayon::prelude::*;
use voxel::Rescale;

/// Entries of a table that are worth another thread.
const PATTERNS_PER_JOB: usize = 8192;

/// The shape of the VOI function, by the defined terms of VOI LUT Function (0028,1056).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindowFunction {
    /// `LINEAR`, the standard's default, with its half-unit offsets (C.11.2.1.2.1).
    #[default]
    Linear,
    /// `LINEAR_EXACT` (C.11.2.1.3.2).
    LinearExact,
    /// `SIGMOID` (C.11.2.1.3.1).
    Sigmoid,
}

/// Which modality values are spread over the grey levels, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowLevel {
    /// Window Center (0028,1050), modality units (HU for CT).
    pub center: f64,
    /// Window Width (0028,1051), modality units.
    pub width: f64,
    /// The function.
    pub function: WindowFunction,
    /// Turns light into dark after the window: MONOCHROME1, or the reader's wish.
    pub invert: bool,
}

impl WindowLevel {
    /// A window of the standard's default function, not inverted.
    pub fn linear(center: f64, width: f64) -> Self {
        Self {
            center,
            width,
            function: WindowFunction::Linear,
            invert: false,
        }
    }

    /// A window that shows `min..=max` from black to white, for images that name none.
    pub fn of_range(min: f64, max: f64) -> Self {
        Self {
            center: (min + max) / 2.0,
            width: max - min,
            function: WindowFunction::LinearExact,
            invert: false,
        }
    }

    /// The grey level of a modality value, 0.0 to 255.0, not rounded.
    ///
    /// With c = center, w = width, as dicom-conformance §3.3 has it:
    /// - `LINEAR`: x ≤ c−0.5−(w−1)/2 → 0; x > c−0.5+(w−1)/2 → 255; else ((x−(c−0.5))/(w−1)+0.5)·255;
    /// - `LINEAR_EXACT`: x ≤ c−w/2 → 0; x > c+w/2 → 255; else ((x−c)/w+0.5)·255;
    /// - `SIGMOID`: 255/(1+exp(−4(x−c)/w)).
    ///
    /// `LINEAR` with 0 < w < 1, illegal but found, is taken as `LINEAR_EXACT`. A width that is not above
    /// zero is a threshold at the centre. A value that is not a number is black, inverted or not.
    pub fn display(&self, modality: f64) -> f64 {
        let share = self.share(modality);
        if share.is_nan() {
            0.0
        } else if self.invert {
            (1.0 - share) * 255.0
        } else {
            share * 255.0
        }
    }

    /// The grey level of a modality value, rounded to the nearest of 256.
    pub fn grey(&self, modality: f64) -> u8 {
        // `as` cuts off towards zero and is much faster than `round` without SSE 4.1.
        (self.display(modality) + 0.5) as u8
    }

    /// The grey level as a part of 1, before inversion; NaN for NaN.
    fn share(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        match self.shape() {
            Shape::Ramp { low, width } => ((x - low) / width).clamp(0.0, 1.0),
            Shape::Step { above } => f64::from(u8::from(x > above)),
            Shape::Sigmoid => 1.0 / (1.0 + (-4.0 * (x - self.center) / self.width).exp()),
        }
    }

    fn shape(&self) -> Shape {
        let (c, w) = (self.center, self.width);
        // Widths that are zero, negative or NaN leave only a threshold.
        if !matches!(w.partial_cmp(&0.0), Some(std::cmp::Ordering::Greater)) {
            return Shape::Step { above: c };
        }
        match self.function {
            WindowFunction::Linear if w == 1.0 => Shape::Step { above: c - 0.5 },
            WindowFunction::Linear if w > 1.0 => Shape::Ramp {
                low: c - 0.5 - (w - 1.0) / 2.0,
                width: w - 1.0,
            },
            WindowFunction::Linear | WindowFunction::LinearExact => Shape::Ramp {
                low: c - w / 2.0,
                width: w,
            },
            WindowFunction::Sigmoid => Shape::Sigmoid,
        }
    }

    /// The same function in `f32`, for values v that mean the modality value `gain`·v + `offset`.
    pub(crate) fn for_lanes(&self, gain: f64, offset: f64) -> LaneWindow {
        let sign = if self.invert { -1.0 } else { 1.0 };
        let base = if self.invert { 255.0 } else { 0.0 };
        let relative = offset - self.center;
        match self.shape() {
            Shape::Ramp { low, width } => {
                let scale = sign * 255.0 / width;
                LaneWindow::Ramp {
                    scale: (scale * gain) as f32,
                    bias: (base + scale * (offset - low) + 0.5) as f32,
                }
            }
            Shape::Step { above } => LaneWindow::Step {
                gain: gain as f32,
                above: (above - offset) as f32,
                low: base as u8,
                high: 255 - base as u8,
            },
            Shape::Sigmoid => LaneWindow::Sigmoid {
                rate: (-4.0 * sign * gain / self.width) as f32,
                bias: (-4.0 * sign * relative / self.width) as f32,
            },
        }
    }
}

/// A window function reduced to what is computed per value.
enum Shape {
    /// 0 at `low`, 1 at `low + width`, straight between, clamped outside.
    Ramp {
        low: f64,
        width: f64,
    },
    /// 0 up to and at `above`, 1 beyond.
    Step {
        above: f64,
    },
    Sigmoid,
}

/// A window for interpolated values, in `f32`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LaneWindow {
    /// `scale`·v + `bias`, the half for rounding included.
    Ramp { scale: f32, bias: f32 },
    /// Whether `gain`·v is above `above`.
    Step {
        gain: f32,
        above: f32,
        low: u8,
        high: u8,
    },
    /// 255 / (1 + exp(`rate`·v + `bias`)).
    Sigmoid { rate: f32, bias: f32 },
}

impl LaneWindow {
    /// Values taken as they are, for colour channels.
    pub(crate) const IDENTITY: Self = Self::Ramp {
        scale: 1.0,
        bias: 0.5,
    };

    /// Puts the grey level (0 to 255) of each value into its pixel; NaN, the mark of "nothing here",
    /// becomes 0.
    #[inline]
    pub(crate) fn shade(
        self,
        values: &[f32],
        pixels: &mut [[u8; 4]],
        put: impl Fn(&mut [u8; 4], u32),
    ) {
        let pairs = values.iter().zip(pixels);
        match self {
            Self::Ramp { scale, bias } => {
                for (v, pixel) in pairs {
                    put(pixel, whole_level(v * scale + bias));
                }
            }
            Self::Step {
                gain,
                above,
                low,
                high,
            } => {
                for (v, pixel) in pairs {
                    let level = if v * gain > above { high } else { low };
                    put(pixel, if v.is_nan() { 0 } else { u32::from(level) });
                }
            }
            Self::Sigmoid { rate, bias } => {
                for (v, pixel) in pairs {
                    let level = 255.0 / (1.0 + (v * rate + bias).exp());
                    put(pixel, whole_level(level + 0.5));
                }
            }
        }
    }
}

/// The level below a number, clamped; 0 for NaN.
#[inline(always)]
fn whole_level(level: f32) -> u32 {
    // Vector instructions only: a cast would convert one by one, for it must know NaN and infinity.
    // The comparisons are one instruction each in this order, and NaN fails the first one. Then the
    // level is scaled to fill the 23 bits of a number between 2²³ and 2²⁴.
    const FRACTION_BITS: u32 = 15;
    const BASE: f32 = (1 << 23) as f32;
    let level = if level > 0.0 { level } else { 0.0 };
    let level = if level < 255.0 { level } else { 255.0 };
    let scaled = level * (1 << FRACTION_BITS) as f32 + BASE;
    (scaled.to_bits() & 0x007f_ffff) >> FRACTION_BITS
}

/// The grey level of every stored value of a sample type of at most 16 bits.
///
/// One look-up replaces rescale, window, inversion and padding, in `f64`, exactly: no stored value is
/// rounded before the window. The index is the bit pattern of the sample, so signed and unsigned types
/// share the code.
pub(crate) struct WindowTable {
    levels: Vec<u8>,
}

impl WindowTable {
    /// A table of `len` bit patterns; `stored` names the value of each.
    pub(crate) fn new(
        window: &WindowLevel,
        rescale: &Rescale,
        padding: Option<(f64, f64)>,
        len: usize,
        stored: impl Fn(usize) -> f64 + Sync,
    ) -> Self {
        let levels = (0..len)
            .into_par_iter()
            .with_min_len(PATTERNS_PER_JOB)
            .map(|bits| {
                let value = stored(bits);
                match padding {
                    Some((low, high)) if value >= low && value <= high => 0,
                    _ => window.grey(rescale.slope * value + rescale.intercept),
                }
            })
            .collect();
        Self { levels }
    }

    /// The grey level of a bit pattern; 0 beyond the table.
    #[inline]
    pub(crate) fn level(&self, bits: usize) -> u8 {
        self.levels.get(bits).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(center: f64, width: f64, function: WindowFunction) -> WindowLevel {
        WindowLevel {
            center,
            width,
            function,
            invert: false,
        }
    }

    #[test]
    fn linear_gives_the_values_of_the_standard() {
        let w = WindowLevel::linear(50.0, 100.0);
        assert_eq!(w.display(0.0), 0.0);
        assert!((w.display(0.5) - 1.288).abs() < 5e-4);
        assert_eq!(w.display(49.5), 127.5);
        assert_eq!(w.display(99.0), 255.0);
        // C.11.2.1.2: a centre of 2048 and a width of 4096 spread 0 to 4095 over the whole range.
        let w = WindowLevel::linear(2048.0, 4096.0);
        assert_eq!(w.display(0.0), 0.0);
        assert_eq!(w.display(2047.5), 127.5);
        assert_eq!(w.display(4095.0), 255.0);
    }

    #[test]
    fn linear_of_width_one_is_a_threshold_without_division() {
        let w = WindowLevel::linear(10.0, 1.0);
        assert_eq!(w.display(9.5), 0.0);
        assert_eq!(w.display(9.500_001), 255.0);
    }

    #[test]
    fn linear_exact_gives_the_values_of_the_standard() {
        let w = window(50.0, 100.0, WindowFunction::LinearExact);
        assert_eq!(w.display(0.0), 0.0);
        assert_eq!(w.display(50.0), 127.5);
        assert_eq!(w.display(100.0), 255.0);
        assert_eq!(w.display(1e9), 255.0);
        assert_eq!(w.display(-1e9), 0.0);
    }

    #[test]
    fn sigmoid_follows_its_formula_and_never_leaves_the_range() {
        let w = window(40.0, 80.0, WindowFunction::Sigmoid);
        assert_eq!(w.display(40.0), 127.5);
        let expected = 255.0 / (1.0 + (-4.0_f64 * (60.0 - 40.0) / 80.0).exp());
        assert_eq!(w.display(60.0), expected);
        assert_eq!(w.display(-1e9), 0.0);
        assert_eq!(w.display(1e9), 255.0);
    }

    #[test]
    fn an_illegal_narrow_linear_window_is_taken_as_exact_and_no_width_as_a_threshold() {
        let narrow = WindowLevel::linear(0.5, 0.5);
        let exact = window(0.5, 0.5, WindowFunction::LinearExact);
        assert_eq!(narrow.display(0.6), exact.display(0.6));
        let none = WindowLevel::linear(3.0, 0.0);
        assert_eq!((none.display(3.0), none.display(3.1)), (0.0, 255.0));
        assert_eq!(WindowLevel::linear(3.0, f64::NAN).display(4.0), 255.0);
    }

    #[test]
    fn inversion_comes_after_the_window_and_no_number_stays_black() {
        let mut w = WindowLevel::linear(50.0, 100.0);
        w.invert = true;
        assert_eq!(w.display(0.0), 255.0);
        assert_eq!(w.display(99.0), 0.0);
        assert_eq!(w.display(f64::NAN), 0.0);
    }

    #[test]
    fn the_form_for_interpolated_values_agrees_within_one_level() {
        let level = |w: &WindowLevel, gain: f64, offset: f64, v: f32| {
            let mut pixel = [[9; 4]];
            w.for_lanes(gain, offset)
                .shade(&[v], &mut pixel, |pixel, level| pixel[0] = level as u8);
            pixel[0][0]
        };
        for function in [
            WindowFunction::Linear,
            WindowFunction::LinearExact,
            WindowFunction::Sigmoid,
        ] {
            for (center, width) in [(40.0, 400.0), (0.5, 1.0), (1e9, 20.0), (0.0, 0.3)] {
                for invert in [false, true] {
                    let w = WindowLevel {
                        center,
                        width,
                        function,
                        invert,
                    };
                    for step in -40..=40 {
                        let x = center + width * f64::from(step) / 30.0 + 1e-3;
                        let found = level(&w, 1.0, center, (x - center) as f32);
                        assert!(found.abs_diff(w.grey(x)) <= 1, "{w:?} {x}");
                    }
                    assert_eq!(level(&w, 1.0, center, f32::NAN), 0);
                }
            }
            let w = WindowLevel {
                function,
                ..WindowLevel::linear(-500.0, 1400.0)
            };
            for stored in (-2000..2000_i16).step_by(7) {
                let x = 1.5 * f64::from(stored) - 300.0;
                let found = level(&w, 1.5, -300.0, f32::from(stored));
                assert!(found.abs_diff(w.grey(x)) <= 1, "{w:?} {x}");
            }
        }
    }

    #[test]
    fn the_table_maps_every_stored_value_exactly_and_padding_to_black() {
        let w = WindowLevel {
            invert: true,
            ..WindowLevel::linear(40.0, 400.0)
        };
        let rescale = Rescale {
            slope: 1.0,
            intercept: -1024.0,
        };
        let table = WindowTable::new(&w, &rescale, Some((-2000.0, -1990.0)), 65536, |bits| {
            f64::from(bits as u16 as i16)
        });
        for stored in i16::MIN..=i16::MAX {
            let padding = (-2000..=-1990).contains(&stored);
            let expected = if padding {
                0
            } else {
                w.grey(f64::from(stored) - 1024.0)
            };
            assert_eq!(table.level(usize::from(stored as u16)), expected);
        }
    }
}
