//! A MetaImage header, every number checked before it is used.

use crate::array_file::data_files::{ByteSkip, DataFiles, Numbered};
use crate::array_file::header_text::{
    HeaderText, invalid, numbers, read_lines, sizes, wrong_count,
};
use crate::array_file::layout::{Axis, Layout, MAX_AXES, Role};
use crate::array_file::listing::MAX_LISTED;
use crate::array_file::place::{Place, in_patient, mm_per_unit, unplaced};
use crate::array_file::sample::SampleType;
use crate::array_file::{ArrayFile, Encoding};
use crate::entry::Format;
use crate::error::Fault;
use crate::problem::Problem;
use crate::stack_part::{SplitRule, StackPart};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use voxel::Rescale;

/// The text of a header.
struct Fields {
    /// Fields by name, as written.
    fields: BTreeMap<String, String>,
    /// Lines after `ElementDataFile = LIST`.
    list: Vec<String>,
    /// First byte after `ElementDataFile`.
    end: u64,
}

impl Fields {
    fn read(path: &Path) -> Result<Self, Fault> {
        let is_data = |line: &str| field(line).is_some_and(|(name, _)| name == "ElementDataFile");
        let is_list = |line: &str| {
            let value = field(line).map(|(_, value)| value).unwrap_or_default();
            value.split_whitespace().next() == Some("LIST")
        };
        let mut text = read_lines(path, |line| is_data(line) && !is_list(line))?;
        let found = text.lines.iter().position(|line| is_data(line));
        let Some(found) = found else {
            return Err(Fault::missing("ElementDataFile"));
        };
        let behind = text.lines.split_off(found + 1);
        let end = match text.lines.last().is_some_and(|line| is_list(line)) {
            true => 0,
            false => text.end_or_fault(path)?,
        };
        let HeaderText { lines, .. } = text;
        let fields = lines.iter().filter_map(|line| field(line));
        Ok(Fields {
            // a field that is there twice has its last value, as with MetaIO
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            list: behind
                .iter()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
            end,
        })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    fn needed(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| Fault::missing(name))
    }

    fn is_true(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default();
        value.starts_with(['T', 't', 'Y', 'y', '1'])
    }

    /// A whole number of at least `least`.
    fn whole(&self, name: &'static str, least: i64) -> Result<Option<i64>, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let number = text.parse::<i64>().ok().filter(|number| *number >= least);
        number.map(Some).ok_or_else(|| invalid(name, text))
    }

    fn real(&self, name: &'static str) -> Result<Option<f64>, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| invalid(name, text))
    }
}

/// Name and value of a line; `=` or `:` parts them.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=').or_else(|| line.split_once(':'))?;
    Some((name.trim(), value.trim()))
}

/// Reads the header of `path`.
///
/// # Errors
/// No image; sizes, types or directions that cannot be; a data file outside the folder.
pub(crate) fn read(path: &Path) -> Result<ArrayFile, Fault> {
    let fields = Fields::read(path)?;
    if let Some(kind) = fields.get("ObjectType").filter(|kind| *kind != "Image") {
        return Err(Fault::Unsupported {
            uid: kind.chars().take(40).collect(),
            name: "MetaImage ObjectType".to_owned(),
        });
    }
    let (sample, channels) = (sample_type(&fields)?, channels(&fields)?);
    let dims = dims(&fields)?;
    let is_colour = sample == SampleType::U8 && matches!(channels, 3 | 4);
    let mut axes = Vec::new();
    if channels > 1 {
        axes.push(Axis {
            size: channels,
            role: if is_colour { Role::Colour } else { Role::Extra },
        });
    }
    axes.extend(dims.iter().enumerate().map(|(n, size)| Axis {
        size: *size,
        role: if n < 3 { Role::Space } else { Role::Extra },
    }));
    let layout = Layout::new(axes)?;
    let mut problems = Vec::new();
    let place = place_of(&fields, dims.len(), layout.size, &mut problems)?;
    let slope = fields
        .real("ElementToIntensityFunctionSlope")?
        .unwrap_or(1.0);
    let intercept = fields
        .real("ElementToIntensityFunctionOffset")?
        .unwrap_or(0.0);
    let is_scaled = slope.is_finite() && slope != 0.0 && intercept.is_finite();
    Ok(ArrayFile {
        format: Format::MetaImage,
        labels: labels(&layout, if is_colour { 1 } else { channels }),
        layout,
        sample,
        big_endian: fields.is_true("BinaryDataByteOrderMSB")
            || fields.is_true("ElementByteOrderMSB"),
        encoding: encoding(&fields),
        data: data(&fields, path, &dims)?,
        place,
        rescale: match is_scaled {
            true => Rescale { slope, intercept },
            false => Rescale::IDENTITY,
        },
        unit: None,
        modality: modality(&fields).to_owned(),
        problems,
    })
}

/// The data files that the header at `path` names beside it.
pub(crate) fn data_files(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fields = Fields::read(path)?;
    let data = data(&fields, path, &dims(&fields)?)?;
    Ok(match data.attached_at {
        Some(_) => Vec::new(),
        None => data.files,
    })
}

fn sample_type(fields: &Fields) -> Result<SampleType, Fault> {
    let name = fields.needed("ElementType")?;
    Ok(match name.strip_suffix("_ARRAY").unwrap_or(name) {
        "MET_CHAR" | "MET_ASCII_CHAR" => SampleType::I8,
        "MET_UCHAR" => SampleType::U8,
        "MET_SHORT" => SampleType::I16,
        "MET_USHORT" => SampleType::U16,
        // a “long” of MetaIO has 32 bits on every machine
        "MET_INT" | "MET_LONG" => SampleType::I32,
        "MET_UINT" | "MET_ULONG" => SampleType::U32,
        "MET_LONG_LONG" => SampleType::I64,
        "MET_ULONG_LONG" => SampleType::U64,
        "MET_FLOAT" => SampleType::F32,
        "MET_DOUBLE" => SampleType::F64,
        _ => {
            return Err(Fault::Unsupported {
                uid: name.chars().take(40).collect(),
                name: "MetaImage ElementType".to_owned(),
            });
        }
    })
}

fn channels(fields: &Fields) -> Result<usize, Fault> {
    let count = fields.whole("ElementNumberOfChannels", 1)?.unwrap_or(1);
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= u32::MAX as usize)
        .ok_or_else(|| invalid("ElementNumberOfChannels", &count.to_string()))
}

fn dims(fields: &Fields) -> Result<Vec<usize>, Fault> {
    let count = fields.needed("NDims")?;
    let wanted = count.parse::<usize>().ok();
    let wanted = wanted
        .filter(|wanted| (1..=10.min(MAX_AXES - 1)).contains(wanted))
        .ok_or_else(|| invalid("NDims", count))?;
    let dims = sizes("DimSize", fields.needed("DimSize")?)?;
    if dims.len() != wanted {
        return Err(wrong_count("DimSize", dims.len(), wanted));
    }
    Ok(dims)
}

fn encoding(fields: &Fields) -> Encoding {
    if fields.get("BinaryData").is_some() && !fields.is_true("BinaryData") {
        Encoding::Text
    } else if fields.is_true("CompressedData") {
        Encoding::Zlib
    } else {
        Encoding::Raw
    }
}

/// Where the samples are: behind the header, or in the files that it names.
fn data(fields: &Fields, path: &Path, dims: &[usize]) -> Result<DataFiles, Fault> {
    let text = fields.needed("ElementDataFile")?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let header_size = fields.whole("HeaderSize", -1)?.unwrap_or(0);
    let data = match words.as_slice() {
        ["LOCAL" | "Local" | "local"] => match header_size {
            0 => DataFiles::attached(path, fields.end),
            // counted from the first byte of the file
            _ => DataFiles::attached(path, 0),
        },
        ["LIST", rest @ ..] => {
            let held = match rest.first() {
                None => dims.len() - 1,
                Some(word) => word
                    .trim_end_matches(['D', 'd'])
                    .parse::<usize>()
                    .ok()
                    .filter(|held| (1..=dims.len()).contains(held))
                    .ok_or_else(|| invalid("ElementDataFile", text))?,
            };
            let expected = files_needed(dims, held);
            if fields.list.len() != expected {
                let found = fields.list.len();
                return Err(wrong_count("ElementDataFile", found, expected));
            }
            DataFiles::named(path, &fields.list)?
        }
        [pattern, rest @ ..]
            if pattern.contains('%')
                && rest.len() <= 3
                && rest.iter().all(|word| word.parse::<i64>().is_ok()) =>
        {
            let expected = files_needed(dims, dims.len() - 1);
            let names = numbered(pattern, rest, expected).names(expected)?;
            DataFiles::named(path, &names)?
        }
        _ => DataFiles::named(path, &[text.to_owned()])?,
    };
    let compressed = fields.whole("CompressedDataSize", 0)?.unwrap_or(0);
    Ok(DataFiles {
        byte_skip: match u64::try_from(header_size) {
            // where the samples are compressed, they are so behind the skipped bytes
            Ok(bytes) if encoding(fields) == Encoding::Raw => ByteSkip::Bytes(bytes),
            Ok(_) => ByteSkip::Bytes(0),
            Err(_) => ByteSkip::ToEnd,
        },
        attached_at: match u64::try_from(header_size) {
            Ok(bytes) if bytes > 0 && encoding(fields) != Encoding::Raw => Some(bytes),
            _ => data.attached_at,
        },
        compressed_bytes: u64::try_from(compressed)
            .ok()
            .filter(|bytes| *bytes > 0 && data.files.len() == 1),
        ..data
    })
}

/// Data files for an image of `dims`, each with `held` of its axes.
fn files_needed(dims: &[usize], held: usize) -> usize {
    dims.iter()
        .skip(held)
        .fold(1, |product, size| product.saturating_mul(*size))
}

/// The row of names that `pattern` and its numbers (first, last, step) mean; what is not written is
/// 1, as many as are needed, 1.
fn numbered(pattern: &str, rest: &[&str], expected: usize) -> Numbered {
    let number = |n: usize| rest.get(n).and_then(|word| word.parse::<i64>().ok());
    let first = number(0).unwrap_or(1);
    let steps = i64::try_from(expected)
        .unwrap_or(i64::MAX)
        .saturating_sub(1);
    let last = number(1);
    let step = number(2).unwrap_or_else(|| match last {
        Some(last) if steps > 0 => last.saturating_sub(first) / steps,
        _ => 1,
    });
    Numbered {
        pattern: pattern.to_owned(),
        first,
        last: last.unwrap_or_else(|| first.saturating_add(steps.saturating_mul(step))),
        step,
    }
}

/// Where the image lies.
fn place_of(
    fields: &Fields,
    dims: usize,
    size: [usize; 3],
    problems: &mut Vec<Problem>,
) -> Result<Place, Fault> {
    let matrix = list(
        fields,
        &["TransformMatrix", "Orientation", "Rotation"],
        dims * dims,
    )?;
    let offset = list(fields, &["Offset", "Position", "Origin"], dims)?;
    let spacing = list(fields, &["ElementSpacing", "ElementSize"], dims)?;
    let mm = fields
        .get("DistanceUnits")
        .map_or(1.0, |unit| mm_per_unit(unit, problems));
    let spacing = spacing.map(|steps| {
        let mut out = [1.0; 3];
        for (to, step) in out.iter_mut().zip(steps) {
            *to = step * mm;
        }
        out
    });
    let is_usable = |step: &f64| step.is_finite() && *step > 0.0;
    let known = spacing.filter(|steps| steps.iter().all(is_usable));
    let (Some(spacing), true, true) = (known, dims >= 3, matrix.is_some() || offset.is_some())
    else {
        return unplaced(size, spacing, problems);
    };
    // what is not written has the default of the format
    let matrix = matrix.unwrap_or_else(|| {
        let is_diagonal = |n: usize| n / dims == n % dims;
        (0..dims * dims)
            .map(|n| f64::from(u8::from(is_diagonal(n))))
            .collect()
    });
    let offset = offset.unwrap_or_else(|| vec![0.0; dims]);
    let mut steps = [[0.0; 3]; 3];
    for ((column, row), step) in steps.iter_mut().zip(matrix.chunks(dims)).zip(spacing) {
        for (to, cosine) in column.iter_mut().zip(row) {
            *to = cosine * step;
        }
    }
    let mut origin = [0.0; 3];
    for (to, from) in origin.iter_mut().zip(&offset) {
        *to = from * mm;
    }
    in_patient(size, steps, origin, problems)
}

/// The `count` numbers of the first of `names` that is there.
fn list(fields: &Fields, names: &[&'static str], count: usize) -> Result<Option<Vec<f64>>, Fault> {
    for name in names {
        let Some(text) = fields.get(name) else {
            continue;
        };
        let found = numbers(name, text)?;
        if found.len() != count {
            return Err(wrong_count(name, found.len(), count));
        }
        return Ok(Some(found));
    }
    Ok(None)
}

fn modality(fields: &Fields) -> &'static str {
    match fields.get("Modality").unwrap_or_default() {
        "MET_MOD_CT" => "CT",
        "MET_MOD_MR" => "MR",
        "MET_MOD_NM" => "NM",
        "MET_MOD_US" => "US",
        _ => "",
    }
}

/// A label for each volume that is listed; the first axis are the channels where there are several.
fn labels(layout: &Layout, channels: usize) -> Vec<Vec<StackPart>> {
    let listed = 0..layout.volumes.min(MAX_LISTED);
    let times = layout.volumes / channels as u64;
    listed
        .map(|volume| {
            let (channel, time) = (volume % channels as u64, volume / channels as u64);
            let mut parts = Vec::new();
            if channels > 1 {
                let number = format!("{}/{channels}", channel + 1);
                parts.push(StackPart::new(SplitRule::Channel, number));
            }
            if times > 1 {
                let number = format!("{}/{times}", time + 1);
                parts.push(StackPart::new(SplitRule::Volume, number));
            }
            parts
        })
        .collect()
}
