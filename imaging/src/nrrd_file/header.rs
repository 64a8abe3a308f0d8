//! An NRRD header, every number checked before it is used.

use super::axes::{axes, dimension};
use super::fields::Fields;
use super::labels::labels;
use super::space::{place_of, steps};
use crate::array_file::data_files::{ByteSkip, DataFiles, Numbered};
use crate::array_file::header_text::{invalid, sizes, wrong_count};
use crate::array_file::layout::Layout;
use crate::array_file::sample::SampleType;
use crate::array_file::{ArrayFile, Encoding};
use crate::entry::Format;
use crate::error::Fault;
use crate::part::Part;
use std::path::Path;
use voxel::Rescale;

/// Reads the header of `path`.
///
/// # Errors
/// No NRRD; sizes, types or directions that cannot be; a data file outside the folder.
pub(crate) fn read(path: &Path) -> Result<ArrayFile, Fault> {
    let fields = Fields::read(path)?;
    let sample = sample_type(&fields)?;
    let steps = steps(&fields, dimension(&fields)?)?;
    let axes = axes(&fields, steps.as_deref(), sample)?;
    let layout = Layout::new(axes.axes.clone())?;
    let encoding = encoding(&fields)?;
    let data = data_files(&fields, path)?;
    let mut problems = Vec::new();
    let place = place_of(&fields, &axes, layout.size, steps.as_deref(), &mut problems)?;
    let unit = fields.get("sampleunits").map(|unit| unit.trim_matches('"'));
    let diffusion = fields.pairs.get("modality").map(String::as_str) == Some("DWMRI");
    Ok(ArrayFile {
        format: Format::Nrrd,
        labels: labels(&fields, &axes, &layout),
        layout,
        sample,
        big_endian: is_big_endian(&fields, sample, encoding)?,
        encoding,
        data,
        place,
        rescale: Rescale::IDENTITY,
        unit: unit.filter(|unit| !unit.is_empty()).map(str::to_owned),
        modality: if diffusion { "MR" } else { "" }.to_owned(),
        problems,
    })
}

fn sample_type(fields: &Fields) -> Result<SampleType, Fault> {
    let name = fields.needed("type", "type")?;
    Ok(match name.to_ascii_lowercase().as_str() {
        "signed char" | "int8" | "int8_t" => SampleType::I8,
        "uchar" | "unsigned char" | "uint8" | "uint8_t" => SampleType::U8,
        "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => {
            SampleType::I16
        }
        "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => {
            SampleType::U16
        }
        "int" | "signed int" | "int32" | "int32_t" => SampleType::I32,
        "uint" | "unsigned int" | "uint32" | "uint32_t" => SampleType::U32,
        "longlong"
        | "long long"
        | "long long int"
        | "signed long long"
        | "signed long long int"
        | "int64"
        | "int64_t" => SampleType::I64,
        "ulonglong" | "unsigned long long" | "unsigned long long int" | "uint64" | "uint64_t" => {
            SampleType::U64
        }
        "float" => SampleType::F32,
        "double" => SampleType::F64,
        _ => {
            return Err(Fault::Unsupported {
                uid: name.chars().take(40).collect(),
                name: "NRRD type".to_owned(),
            });
        }
    })
}

fn encoding(fields: &Fields) -> Result<Encoding, Fault> {
    let name = fields.needed("encoding", "encoding")?;
    Ok(match name.to_ascii_lowercase().as_str() {
        "raw" => Encoding::Raw,
        "gz" | "gzip" => Encoding::Gzip,
        "bz2" | "bzip2" => Encoding::Bzip2,
        "txt" | "text" | "ascii" => Encoding::Text,
        "hex" => Encoding::Hex,
        _ => {
            return Err(Fault::Unsupported {
                uid: name.chars().take(40).collect(),
                name: "NRRD encoding".to_owned(),
            });
        }
    })
}

/// The byte order, which samples of more than one byte need unless they are text.
fn is_big_endian(fields: &Fields, sample: SampleType, encoding: Encoding) -> Result<bool, Fault> {
    match fields.get("endian").map(str::to_ascii_lowercase).as_deref() {
        Some("little") => Ok(false),
        Some("big") => Ok(true),
        Some(other) => Err(invalid("endian", other)),
        None if sample.bytes() == 1 || encoding == Encoding::Text => Ok(false),
        None => Err(Fault::missing("endian")),
    }
}

/// Where the samples are: behind the header, or in the files that it names.
///
/// # Errors
/// A header without an end, names that cannot be.
pub(crate) fn data_files(fields: &Fields, path: &Path) -> Result<DataFiles, Fault> {
    let number = |name: &str, shown: &'static str, least: i64| match fields.get(name) {
        None => Ok(0),
        Some(text) => match text.parse::<i64>() {
            Ok(number) if number >= least => Ok(number),
            _ => Err(invalid(shown, text)),
        },
    };
    let line_skip = number("lineskip", "line skip", 0)?;
    let byte_skip = number("byteskip", "byte skip", -1)?;
    let data = match fields.get("datafile") {
        None => {
            let end = fields.end.ok_or_else(|| no_end(path))?;
            DataFiles::attached(path, end)
        }
        Some(text) => DataFiles::named(path, &names(fields, text)?)?,
    };
    Ok(DataFiles {
        line_skip: line_skip as u64,
        byte_skip: match u64::try_from(byte_skip) {
            Ok(bytes) => ByteSkip::Bytes(bytes),
            Err(_) => ByteSkip::ToEnd,
        },
        ..data
    })
}

fn no_end(path: &Path) -> Fault {
    match crate::handle::Handle::open(path) {
        Ok(handle) => Fault::Truncated {
            offset: handle.length(),
            inside: Part::Header.into(),
        },
        Err(fault) => fault,
    }
}

/// The names of the data files: `LIST [dimension]`, `pattern min max step [dimension]`, or one name.
fn names(fields: &Fields, text: &str) -> Result<Vec<String>, Fault> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let ["LIST", rest @ ..] = words.as_slice() {
        let expected = files_needed(fields, rest.first().copied(), Some(fields.list.len()))?;
        if fields.list.len() != expected {
            return Err(wrong_count("data file", fields.list.len(), expected));
        }
        return Ok(fields.list.clone());
    }
    let Some((pattern, numbers)) = numbered(&words) else {
        return Ok(vec![text.to_owned()]);
    };
    let (first, last, step, dimension) = match numbers {
        [first, last, step] => (first, last, step, None),
        [first, last, step, dimension] => (first, last, step, Some(*dimension)),
        _ => return Err(invalid("data file", text)),
    };
    let whole = |word: &str| word.parse::<i64>().map_err(|_| invalid("data file", text));
    let row = Numbered {
        pattern,
        first: whole(first)?,
        last: whole(last)?,
        step: whole(step)?,
    };
    let expected = files_needed(fields, dimension, None)?;
    row.names(expected)
}

/// A pattern and the three or four numbers after it; names may hold spaces.
fn numbered<'a>(words: &'a [&'a str]) -> Option<(String, &'a [&'a str])> {
    let count = words
        .iter()
        .rev()
        .take(4)
        .take_while(|word| word.parse::<i64>().is_ok())
        .count();
    let (name, numbers) = words.split_at(words.len() - count);
    let name = name.join(" ");
    (name.contains('%') && numbers.len() >= 3).then_some((name, numbers))
}

/// How many data files the axes ask for, if each holds `dimension` of them (all but one where the
/// header does not say); `named` are there where each may hold a slab of the slowest axis.
fn files_needed(
    fields: &Fields,
    dimension_of_file: Option<&str>,
    named: Option<usize>,
) -> Result<usize, Fault> {
    let count = dimension(fields)?;
    let sizes = sizes("sizes", fields.needed("sizes", "sizes")?)?;
    let held = match dimension_of_file {
        None => count - 1,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|held| (1..=count).contains(held))
            .ok_or_else(|| invalid("data file", text))?,
    };
    let slowest = sizes.last().copied().unwrap_or(1);
    match named.filter(|named| held == count && *named > 0 && slowest % named == 0) {
        Some(named) => Ok(named),
        None => Ok(sizes
            .iter()
            .skip(held)
            .fold(1_usize, |product, size| product.saturating_mul(*size))),
    }
}
