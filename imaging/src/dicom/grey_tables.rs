//! The VOI LUT Sequence (PS3.3 C.11.2.1.1; conformance §3.3), at the top level or in the frame's VOI
//! group.

use super::data_set::{DataSet, Tag};
use super::layout::{Kind, Layout};
use super::lookup_table::Descriptor;
use super::lookup_table::entries_of;
use super::per_frame::PerFrame;
use crate::grey_table::GreyTable;
use voxel::Rescale;

const FRAME_VOI: Tag = Tag(0x0028, 0x9132);
const VOI_LUT_SEQUENCE: Tag = Tag(0x0028, 0x3010);

/// The grey tables of each frame; `rescale` and `has_modality_lut` say which values they map.
pub(crate) fn grey_tables(
    root: &DataSet,
    layout: &Layout,
    rescale: Rescale,
    has_modality_lut: bool,
) -> PerFrame<Vec<GreyTable>> {
    if layout.photometric.is_colour() || layout.kind != Kind::Integer {
        return PerFrame::default();
    }
    let domain = if has_modality_lut {
        (0.0, 65535.0)
    } else {
        modality_range(layout, rescale)
    };
    PerFrame::read(root, FRAME_VOI, VOI_LUT_SEQUENCE, |set| {
        let items = set.items(VOI_LUT_SEQUENCE).iter();
        items.filter_map(|item| table(item, domain)).collect()
    })
}

/// Least and greatest modality value that the stored bits can give.
fn modality_range(layout: &Layout, rescale: Rescale) -> (f64, f64) {
    let all = 2_f64.powi(i32::from(layout.stored));
    let (least, greatest) = if layout.signed {
        (-all / 2.0, all / 2.0 - 1.0)
    } else {
        (0.0, all - 1.0)
    };
    let ends = [least, greatest].map(|value| rescale.apply(value));
    let [a, b] = ends;
    (a.min(b), a.max(b))
}

fn table(item: &DataSet, domain: (f64, f64)) -> Option<GreyTable> {
    let tag = Tag(0x0028, 0x3002);
    let descriptor = Descriptor::read(item, tag, false)?;
    let entries = entries_of(item, Tag(0x0028, 0x3006), descriptor)?;
    let greatest = entries.iter().copied().max()?;
    // a descriptor that its own entries contradict says nothing of white
    let needed = (16 - greatest.leading_zeros()).max(1) as u16;
    let bits = match descriptor.bits {
        bits @ 1..=16 => bits.max(needed),
        _ => needed,
    };
    let is_signed = item.get(tag).is_some_and(|element| element.vr == *b"SS");
    Some(GreyTable {
        first: first_value(descriptor.first, is_signed, domain),
        entries: entries.into(),
        bits,
        name: item.text(Tag(0x0028, 0x3003)),
    })
}

/// The first mapped value is signed exactly if modality values can be negative (PS3.3 C.11.2.1.1).
/// Most files write it as unsigned all the same: 64512 of a CT means −1024, which is taken where no
/// pixel can reach the unsigned number.
fn first_value(first: i64, is_signed: bool, (least, greatest): (f64, f64)) -> i64 {
    let as_signed = if first >= 1 << 15 {
        first - (1 << 16)
    } else {
        first
    };
    let cannot_be_unsigned = least < 0.0 && first as f64 > greatest;
    if is_signed || cannot_be_unsigned {
        as_signed
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_table_is_signed_where_values_can_be_negative() {
        let ct = (-1024.0, 3071.0);
        assert_eq!(first_value(64512, false, ct), -1024);
        assert_eq!(first_value(64512, true, (0.0, 65535.0)), -1024);
        assert_eq!(first_value(40000, false, (0.0, 65535.0)), 40000);
        assert_eq!(first_value(100, false, ct), 100);
    }
}
