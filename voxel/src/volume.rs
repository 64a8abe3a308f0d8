//! Samples on a grid, kept in the type in which they were stored.

use std::sync::Arc;

use rayon::prelude::*;

use crate::error::Error;
use crate::grid::Grid;
use crate::space::VoxelIndex;

/// Stored samples: i fastest, then j, then k. Shared: a clone copies no sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Unsigned 8 bit.
    U8(Arc<Vec<u8>>),
    /// Signed 8 bit.
    I8(Arc<Vec<i8>>),
    /// Unsigned 16 bit.
    U16(Arc<Vec<u16>>),
    /// Signed 16 bit.
    I16(Arc<Vec<i16>>),
    /// Unsigned 32 bit.
    U32(Arc<Vec<u32>>),
    /// Signed 32 bit.
    I32(Arc<Vec<i32>>),
    /// 32-bit floating point.
    F32(Arc<Vec<f32>>),
    /// 64-bit floating point.
    F64(Arc<Vec<f64>>),
    /// Red, green, blue, 8 bit each.
    Rgb8(Arc<Vec<[u8; 3]>>),
}

/// Runs the same expression on whichever vector the samples hold.
macro_rules! each_type {
    ($samples:expr, $v:ident => $body:expr) => {
        match $samples {
            Samples::U8($v) => $body,
            Samples::I8($v) => $body,
            Samples::U16($v) => $body,
            Samples::I16($v) => $body,
            Samples::U32($v) => $body,
            Samples::I32($v) => $body,
            Samples::F32($v) => $body,
            Samples::F64($v) => $body,
            Samples::Rgb8($v) => $body,
        }
    };
}
pub(crate) use each_type;

/// A stored sample as one number: colour becomes its luminance.
pub(crate) trait Stored: Copy + Sync {
    fn number(self) -> f64;
}

macro_rules! stored_number {
    ($($kind:ty),*) => {$(
        impl Stored for $kind {
            fn number(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}
stored_number!(u8, i8, u16, i16, u32, i32, f32, f64);

impl Stored for [u8; 3] {
    /// The luma of ITU-R BT.601, which is also Y of DICOM's YBR_FULL (PS3.3 C.7.6.3.1.2).
    fn number(self) -> f64 {
        let [r, g, b] = self.map(f64::from);
        0.299 * r + 0.587 * g + 0.114 * b
    }
}

impl Samples {
    /// The number of voxels.
    pub fn len(&self) -> usize {
        each_type!(self, v => v.len())
    }

    /// Whether there is no voxel.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers per voxel: 3 for colour, else 1.
    pub fn channels(&self) -> usize {
        if matches!(self, Samples::Rgb8(_)) {
            3
        } else {
            1
        }
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        each_type!(self, v => size_of_val(v.as_slice()))
    }

    /// The stored number at a position in the buffer (luminance for colour).
    pub fn number(&self, position: usize) -> Option<f64> {
        each_type!(self, v => v.get(position).map(|s| s.number()))
    }
}

/// Modality value = `slope` × stored + `intercept`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rescale {
    /// Modality units per stored unit.
    pub slope: f64,
    /// The modality value of stored zero.
    pub intercept: f64,
}

impl Rescale {
    /// Stored values are the modality values.
    pub const IDENTITY: Rescale = Rescale {
        slope: 1.0,
        intercept: 0.0,
    };

    /// The modality value of a stored one.
    pub fn apply(&self, stored: f64) -> f64 {
        self.slope * stored + self.intercept
    }
}

/// Smallest, largest and mean modality value of a volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueRange {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The mean.
    pub mean: f64,
}

/// Samples with their grid, rescale and padding.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    grid: Grid,
    samples: Samples,
    rescale: Vec<Rescale>,
    padding: Option<(f64, f64)>,
}

impl Volume {
    /// A volume of stored samples. `rescale` holds one pair, or one per plane; `padding` is the
    /// inclusive range of stored values that stand for "no image here".
    ///
    /// # Errors
    /// [`Error::SampleCount`], [`Error::RescaleCount`], [`Error::RescaleNotFinite`].
    pub fn new(
        grid: Grid,
        samples: Samples,
        rescale: Vec<Rescale>,
        padding: Option<(f64, f64)>,
    ) -> Result<Volume, Error> {
        let (expected, found) = (grid.voxel_count(), samples.len() as u64);
        if expected != found {
            return Err(Error::SampleCount { expected, found });
        }
        let planes = grid.size()[2];
        if rescale.len() != 1 && rescale.len() != planes {
            return Err(Error::RescaleCount {
                planes,
                found: rescale.len(),
            });
        }
        let is_finite = |r: &Rescale| r.slope.is_finite() && r.intercept.is_finite();
        if let Some(plane) = rescale.iter().position(|r| !is_finite(r)) {
            return Err(Error::RescaleNotFinite { plane });
        }
        let padding = padding.map(|(a, b)| if a <= b { (a, b) } else { (b, a) });
        Ok(Volume {
            grid,
            samples,
            rescale,
            padding,
        })
    }

    /// Where the voxels lie.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The stored samples.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// The rescale of every plane: one pair for all, or one per plane.
    pub fn rescale(&self) -> &[Rescale] {
        &self.rescale
    }

    /// The rescale of plane `k`; outside the stack that of the nearest plane.
    pub fn rescale_of_plane(&self, k: usize) -> Rescale {
        let place = k.min(self.rescale.len() - 1); // never empty: checked by `new`
        self.rescale[place]
    }

    /// The stored range that means padding, inclusive.
    pub fn padding(&self) -> Option<(f64, f64)> {
        self.padding
    }

    /// Whether a stored value means padding.
    pub fn is_padding(&self, stored: f64) -> bool {
        self.padding
            .is_some_and(|(low, high)| low <= stored && stored <= high)
    }

    /// The stored value (colour: luminance); `None` outside the grid.
    pub fn stored(&self, voxel: VoxelIndex) -> Option<f64> {
        let [i, j, k] = self
            .grid
            .contains(voxel)
            .then_some(voxel.0.map(|v| v as usize))?;
        let [columns, rows, _] = self.grid.size();
        self.samples.number(i + columns * (j + rows * k))
    }

    /// The modality value (HU and the like; colour: luminance), padding included; `None` outside.
    pub fn value(&self, voxel: VoxelIndex) -> Option<f64> {
        let stored = self.stored(voxel)?;
        Some(self.rescale_of_plane(voxel.0[2] as usize).apply(stored))
    }

    /// Which of the 32 voxels from `first` on along a row have a modality value in the range (both ends
    /// inside): bit n is the voxel n columns on. Outside the grid none has.
    pub(crate) fn bits_in_range(&self, first: [i64; 3], range: [f64; 2]) -> u32 {
        let [columns, rows, planes] = self.grid.size();
        let [Ok(i), Ok(j), Ok(k)] = first.map(usize::try_from) else {
            return 0;
        };
        if i >= columns || j >= rows || k >= planes {
            return 0;
        }
        let start = i + columns * (j + rows * k);
        let end = start + (columns - i).min(32);
        let rescale = self.rescale_of_plane(k);
        let mut is_in = [0_u8; 32];
        each_type!(&self.samples, v => {
            let row = v.get(start..end).unwrap_or(&[]); // the samples fill the grid: checked by `new`
            for (is_in, sample) in is_in.iter_mut().zip(row) {
                let value = rescale.apply(sample.number());
                *is_in = u8::from(range[0] <= value) & u8::from(value <= range[1]);
            }
        });
        let (eights, _) = is_in.as_chunks::<8>();
        (0..32)
            .step_by(8)
            .zip(eights)
            .fold(0, |bits, (shift, eight)| bits | packed(*eight) << shift)
    }

    /// Numbers per voxel: 3 for colour, else 1.
    pub fn channels(&self) -> usize {
        self.samples.channels()
    }

    /// Whether voxels are colours.
    pub fn is_colour(&self) -> bool {
        self.channels() == 3
    }

    /// Memory of the samples, in bytes.
    pub fn bytes(&self) -> usize {
        self.samples.bytes()
    }

    /// Smallest, largest and mean modality value over every voxel, padding included.
    ///
    /// Floating-point samples that are not finite are left out; `None` where none is left. Planes are
    /// summed in order, so the mean does not depend on the number of threads.
    pub fn range(&self) -> Option<ValueRange> {
        let plane_len = self.grid.size()[0] * self.grid.size()[1];
        let planes: Vec<PlaneSum> = each_type!(&self.samples, v => {
            v.par_chunks(plane_len).map(plane_sum).collect()
        });
        let mut all = PlaneSum::NONE;
        for (k, plane) in planes.iter().enumerate().filter(|(_, p)| p.count > 0) {
            let rescale = self.rescale_of_plane(k);
            let ends = [rescale.apply(plane.min), rescale.apply(plane.max)];
            all.min = all.min.min(ends[0].min(ends[1]));
            all.max = all.max.max(ends[0].max(ends[1]));
            all.sum += rescale.slope * plane.sum + rescale.intercept * plane.count as f64;
            all.count += plane.count;
        }
        let mean = all.sum / all.count as f64;
        (all.count > 0).then_some(ValueRange {
            min: all.min,
            max: all.max,
            mean,
        })
    }
}

/// Eight bytes of 0 or 1 as eight bits, the first byte lowest: the product has byte n's bit at 56 + n, and
/// no two of its terms at one place.
fn packed(bytes: [u8; 8]) -> u32 {
    (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// Sums over one plane of stored values.
struct PlaneSum {
    min: f64,
    max: f64,
    sum: f64,
    count: u64,
}

impl PlaneSum {
    const NONE: PlaneSum = PlaneSum {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        sum: 0.0,
        count: 0,
    };
}

fn plane_sum<S: Stored>(samples: &[S]) -> PlaneSum {
    let mut plane = PlaneSum::NONE;
    for number in samples.iter().map(|s| s.number()).filter(|n| n.is_finite()) {
        plane.min = plane.min.min(number);
        plane.max = plane.max.max(number);
        plane.sum += number;
        plane.count += 1;
    }
    plane
}
