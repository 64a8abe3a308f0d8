//! The decoded samples of one picture, each kind in its own type.

use super::orientation::Orientation;
use std::sync::Arc;
use voxel::Samples;

/// The type of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
    Rgb8,
}

impl Kind {
    /// Bytes of one pixel.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            Kind::U8 | Kind::I8 => 1,
            Kind::U16 | Kind::I16 => 2,
            Kind::Rgb8 => 3,
            Kind::U32 | Kind::I32 | Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// 1 grey, 3 colour.
    pub(crate) fn channels(self) -> u32 {
        if self == Kind::Rgb8 { 3 } else { 1 }
    }
}

/// Samples in rows from the top, columns from the left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raster {
    U8(Vec<u8>),
    I8(Vec<i8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Rgb8(Vec<[u8; 3]>),
}

/// The same for every kind of samples.
macro_rules! each_kind {
    ($raster:expr, $samples:ident => $made:expr) => {
        match $raster {
            Raster::U8($samples) => Raster::U8($made),
            Raster::I8($samples) => Raster::I8($made),
            Raster::U16($samples) => Raster::U16($made),
            Raster::I16($samples) => Raster::I16($made),
            Raster::U32($samples) => Raster::U32($made),
            Raster::I32($samples) => Raster::I32($made),
            Raster::F32($samples) => Raster::F32($made),
            Raster::F64($samples) => Raster::F64($made),
            Raster::Rgb8($samples) => Raster::Rgb8($made),
        }
    };
}

impl Raster {
    /// The picture turned as its orientation asks; `size` is that of the file.
    pub(crate) fn turned(self, size: [usize; 2], orientation: Orientation) -> Raster {
        if orientation == Orientation::UPRIGHT {
            return self;
        }
        each_kind!(self, samples => orientation.turn(&samples, size))
    }

    /// Makes room for `count` samples more.
    ///
    /// # Errors
    /// The memory is not there.
    pub(crate) fn reserve(&mut self, count: usize) -> Result<(), ()> {
        let outcome = match self {
            Raster::U8(samples) => samples.try_reserve_exact(count),
            Raster::I8(samples) => samples.try_reserve_exact(count),
            Raster::U16(samples) => samples.try_reserve_exact(count),
            Raster::I16(samples) => samples.try_reserve_exact(count),
            Raster::U32(samples) => samples.try_reserve_exact(count),
            Raster::I32(samples) => samples.try_reserve_exact(count),
            Raster::F32(samples) => samples.try_reserve_exact(count),
            Raster::F64(samples) => samples.try_reserve_exact(count),
            Raster::Rgb8(samples) => samples.try_reserve_exact(count),
        };
        outcome.map_err(|_| ())
    }

    /// Puts the samples of `next` behind these; `false` if they are of another kind.
    pub(crate) fn append(&mut self, next: Raster) -> bool {
        match (self, next) {
            (Raster::U8(all), Raster::U8(mut more)) => all.append(&mut more),
            (Raster::I8(all), Raster::I8(mut more)) => all.append(&mut more),
            (Raster::U16(all), Raster::U16(mut more)) => all.append(&mut more),
            (Raster::I16(all), Raster::I16(mut more)) => all.append(&mut more),
            (Raster::U32(all), Raster::U32(mut more)) => all.append(&mut more),
            (Raster::I32(all), Raster::I32(mut more)) => all.append(&mut more),
            (Raster::F32(all), Raster::F32(mut more)) => all.append(&mut more),
            (Raster::F64(all), Raster::F64(mut more)) => all.append(&mut more),
            (Raster::Rgb8(all), Raster::Rgb8(mut more)) => all.append(&mut more),
            _ => return false,
        }
        true
    }

    /// The samples of a volume.
    pub(crate) fn into_samples(self) -> Samples {
        match self {
            Raster::U8(samples) => Samples::U8(Arc::new(samples)),
            Raster::I8(samples) => Samples::I8(Arc::new(samples)),
            Raster::U16(samples) => Samples::U16(Arc::new(samples)),
            Raster::I16(samples) => Samples::I16(Arc::new(samples)),
            Raster::U32(samples) => Samples::U32(Arc::new(samples)),
            Raster::I32(samples) => Samples::I32(Arc::new(samples)),
            Raster::F32(samples) => Samples::F32(Arc::new(samples)),
            Raster::F64(samples) => Samples::F64(Arc::new(samples)),
            Raster::Rgb8(samples) => Samples::Rgb8(Arc::new(samples)),
        }
    }
}
