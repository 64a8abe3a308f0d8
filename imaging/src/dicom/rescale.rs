//! Rescale slope and intercept, the unit of the result, and the Modality LUT (PS3.3 C.11.1).

use super::data_set::{DataSet, Tag};
use super::lookup_table::LookupTable;
use super::per_frame::PerFrame;
use voxel::Rescale;

/// Slope and intercept of the data set that holds them; identity where they are absent or unusable.
pub(crate) fn rescale_of(set: &DataSet) -> Rescale {
    let slope = set.number(Tag(0x0028, 0x1053)).unwrap_or(1.0);
    let intercept = set.number(Tag(0x0028, 0x1052)).unwrap_or(0.0);
    Rescale { slope, intercept }
}

/// Unit of modality values: Rescale Type, PET Units, or HU for original CT images that say none.
pub(crate) fn unit_of(transformation: &DataSet, root: &DataSet) -> Option<String> {
    let declared = transformation.plain(Tag(0x0028, 0x1054));
    if !declared.is_empty() && declared != "US" {
        return Some(declared);
    }
    match root.plain(Tag(0x0008, 0x0060)).as_str() {
        "PT" => {
            let units = root.plain(Tag(0x0054, 0x1001));
            (!units.is_empty()).then_some(units)
        }
        "CT" => {
            let types = root.plain_values(Tag(0x0008, 0x0008));
            let is_original = types.first().is_none_or(|first| first == "ORIGINAL");
            (is_original && declared.is_empty()).then(|| "HU".to_owned())
        }
        _ => None,
    }
}

/// The Modality LUT of each frame that has one; then it has no slope and intercept.
pub(crate) fn modality_luts(root: &DataSet, signed: bool) -> PerFrame<Option<LookupTable>> {
    let sequence = Tag(0x0028, 0x3000);
    PerFrame::read(root, Tag(0x0028, 0x9145), sequence, |set| {
        let item = set.item(sequence)?;
        LookupTable::read(item, Tag(0x0028, 0x3002), Tag(0x0028, 0x3006), signed)
    })
}

/// Unit of a Modality LUT's output (Modality LUT Type), if the file says.
pub(crate) fn unit_of_lut(set: &DataSet) -> Option<String> {
    let item = set.item(Tag(0x0028, 0x3000))?;
    let unit = item.plain(Tag(0x0028, 0x3004));
    (!unit.is_empty() && unit != "US").then_some(unit)
}
