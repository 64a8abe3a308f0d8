//! The types of a sample.

/// Type of one stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleType {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl SampleType {
    /// Bytes of one sample.
    pub(crate) fn bytes(self) -> usize {
        match self {
            SampleType::I8 | SampleType::U8 => 1,
            SampleType::I16 | SampleType::U16 => 2,
            SampleType::I32 | SampleType::U32 | SampleType::F32 => 4,
            SampleType::I64 | SampleType::U64 | SampleType::F64 => 8,
        }
    }

    /// Name for tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SampleType::I8 => "int8",
            SampleType::U8 => "uint8",
            SampleType::I16 => "int16",
            SampleType::U16 => "uint16",
            SampleType::I32 => "int32",
            SampleType::U32 => "uint32",
            SampleType::I64 => "int64",
            SampleType::U64 => "uint64",
            SampleType::F32 => "float32",
            SampleType::F64 => "float64",
        }
    }

    /// The number that `text` writes, as little-endian bytes; `None` if it is none of this type.
    /// Integers may be written with a fraction of zero.
    pub(crate) fn parse(self, text: &str) -> Option<Vec<u8>> {
        let whole = |least: i128, most: i128| -> Option<i128> {
            let value = text.parse::<i128>().ok().or_else(|| {
                let real = text.parse::<f64>().ok()?;
                (real.fract() == 0.0 && real.abs() < 1e19).then_some(real as i128)
            })?;
            (least..=most).contains(&value).then_some(value)
        };
        let integer = |least: i128, most: i128| {
            let value = whole(least, most)?;
            value.to_le_bytes().get(..self.bytes()).map(<[u8]>::to_vec)
        };
        match self {
            SampleType::I8 => integer(i8::MIN.into(), i8::MAX.into()),
            SampleType::U8 => integer(0, u8::MAX.into()),
            SampleType::I16 => integer(i16::MIN.into(), i16::MAX.into()),
            SampleType::U16 => integer(0, u16::MAX.into()),
            SampleType::I32 => integer(i32::MIN.into(), i32::MAX.into()),
            SampleType::U32 => integer(0, u32::MAX.into()),
            SampleType::I64 => integer(i64::MIN.into(), i64::MAX.into()),
            SampleType::U64 => integer(0, u64::MAX.into()),
            SampleType::F32 => text
                .parse::<f32>()
                .ok()
                .map(|value| value.to_le_bytes().to_vec()),
            SampleType::F64 => text
                .parse::<f64>()
                .ok()
                .map(|value| value.to_le_bytes().to_vec()),
        }
    }
}
