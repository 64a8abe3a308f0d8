//! The fields of a NIfTI header as rows, named as in `nifti1.h`.

use super::header::{Header, read};
use crate::error::Fault;
use crate::tags::TagRow;
use std::path::Path;

/// The header's fields in the order of the standard.
pub(crate) fn rows(path: &Path) -> Result<Vec<TagRow>, Fault> {
    let header = read(path)?;
    let joined = |numbers: &[f64]| {
        let texts: Vec<String> = numbers.iter().map(f64::to_string).collect();
        texts.join("\\")
    };
    let [columns, rows, planes] = header.size;
    let mut listed = vec![
        TagRow::field(
            "byte order",
            "",
            if header.big_endian { "big" } else { "little" },
        ),
        TagRow::field(
            "dim",
            "int",
            format!("{columns}\\{rows}\\{planes}\\{}", header.volumes),
        ),
        TagRow::field("datatype", "int", header.data_type.name()),
        TagRow::field("pixdim", "float", joined(&header.pixdim)),
        TagRow::field("vox_offset", "int", header.offset.to_string()),
    ];
    let (slope, intercept) = header.scaling.unwrap_or((1.0, 0.0));
    listed.push(TagRow::field("scl_slope", "float", slope.to_string()));
    listed.push(TagRow::field("scl_inter", "float", intercept.to_string()));
    listed.extend(place(&header, joined));
    let [cal_min, cal_max] = header.shown_range;
    listed.push(TagRow::field("cal_min", "float", cal_min.to_string()));
    listed.push(TagRow::field("cal_max", "float", cal_max.to_string()));
    Ok(listed)
}

/// Where the voxels lie.
fn place(header: &Header, joined: impl Fn(&[f64]) -> String) -> Vec<TagRow> {
    let mut listed = vec![
        TagRow::field("qform_code", "int", header.qform_code.to_string()),
        TagRow::field("sform_code", "int", header.sform_code.to_string()),
        TagRow::field("quatern", "float", joined(&header.quaternion)),
        TagRow::field("qoffset", "float", joined(&header.quaternion_offset)),
    ];
    for (name, row) in ["srow_x", "srow_y", "srow_z"]
        .into_iter()
        .zip(&header.sform)
    {
        listed.push(TagRow::field(name, "float", joined(row)));
    }
    listed
}
