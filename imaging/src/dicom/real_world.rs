//! Real World Value Mapping (PS3.3 C.7.6.16.2.11; conformance §3.7): from stored values, not from
//! modality values, to a quantity with a unit.

use super::data_set::{DataSet, Tag};
use super::layout::{Kind, Layout};
use super::per_frame::PerFrame;
use crate::value_map::{ValueLaw, ValuePiece};

const SEQUENCE: Tag = Tag(0x0040, 0x9096);

/// One item of the sequence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RealWorld {
    /// LUT Label, or the explanation.
    pub(crate) name: String,
    /// Code of the unit.
    pub(crate) unit: String,
    /// Range and law.
    pub(crate) piece: ValuePiece,
}

/// The maps of each frame: the sequence is its own functional group, whose item holds the attributes.
pub(crate) fn real_world(root: &DataSet, layout: &Layout) -> PerFrame<Vec<RealWorld>> {
    if layout.photometric.is_colour() {
        return PerFrame::default();
    }
    PerFrame::of_group(root, SEQUENCE, |items| {
        let items = items.iter();
        items.filter_map(|item| of_item(item, layout)).collect()
    })
}

fn of_item(item: &DataSet, layout: &Layout) -> Option<RealWorld> {
    let (first, last) = range(item, layout)?;
    let table = item.numbers(Tag(0x0040, 0x9212));
    let law = if table.is_empty() {
        ValueLaw::Linear {
            slope: item.number(Tag(0x0040, 0x9225))?,
            intercept: item.number(Tag(0x0040, 0x9224))?,
        }
    } else {
        ValueLaw::Table(table.into())
    };
    let last = match &law {
        // a table maps no more values than it has
        ValueLaw::Table(values) => last.min(first + values.len() as f64 - 1.0),
        ValueLaw::Linear { .. } => last,
    };
    let label = item.text(Tag(0x0040, 0x9210));
    let name = if label.is_empty() {
        item.text(Tag(0x0028, 0x3003))
    } else {
        label
    };
    Some(RealWorld {
        name,
        unit: item
            .item(Tag(0x0040, 0x08EA))
            .map(unit_code)
            .unwrap_or_default(),
        piece: ValuePiece { first, last, law },
    })
}

/// Code Value, or its long form.
fn unit_code(item: &DataSet) -> String {
    let short = item.text(Tag(0x0008, 0x0100));
    if short.is_empty() {
        item.text(Tag(0x0008, 0x0119))
    } else {
        short
    }
}

/// First and last stored value: as words, which are signed exactly if the pixels are, or as doubles.
fn range(item: &DataSet, layout: &Layout) -> Option<(f64, f64)> {
    let double = |tag: Tag| item.number(tag);
    let word = |tag: Tag| {
        let value = item.number(tag)?;
        Some(if layout.kind != Kind::Integer {
            value
        } else if layout.signed && value > 32767.0 && layout.stored <= 16 {
            value - 65536.0
        } else if !layout.signed && value < 0.0 {
            value + 65536.0
        } else {
            value
        })
    };
    let first = double(Tag(0x0040, 0x9214)).or_else(|| word(Tag(0x0040, 0x9216)))?;
    let last = double(Tag(0x0040, 0x9213)).or_else(|| word(Tag(0x0040, 0x9211)))?;
    (first <= last).then_some((first, last))
}
