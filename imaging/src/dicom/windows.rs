//! VOI windows of a file and, where there is none, one from the values (PS3.3 C.11.2;
//! conformance §3.3, §3.4).

use super::data_set::{DataSet, Tag};
use crate::entry::{Window, WindowFunction};

/// The width of a LINEAR window below 1, if the data set has one.
pub(crate) fn narrow_linear(set: &DataSet) -> Option<f64> {
    let declared = set.plain(Tag(0x0028, 0x1056));
    if !matches!(declared.as_str(), "" | "LINEAR") || set.get(Tag(0x0028, 0x1050)).is_none() {
        return None;
    }
    let widths = set.numbers(Tag(0x0028, 0x1051));
    widths
        .into_iter()
        .find(|width| *width > 0.0 && *width < 1.0)
}

/// The windows of a data set; those without a usable width are left out.
pub(crate) fn windows_of(set: &DataSet) -> Vec<Window> {
    let centers = set.numbers(Tag(0x0028, 0x1050));
    let widths = set.numbers(Tag(0x0028, 0x1051));
    if centers.is_empty() {
        return Vec::new();
    }
    let names = set.text_values(Tag(0x0028, 0x1055));
    let declared = match set.plain(Tag(0x0028, 0x1056)).as_str() {
        "LINEAR_EXACT" => WindowFunction::LinearExact,
        "SIGMOID" => WindowFunction::Sigmoid,
        _ => WindowFunction::Linear,
    };
    centers
        .iter()
        .zip(&widths)
        .enumerate()
        .filter(|(_, (center, width))| center.is_finite() && width.is_finite() && **width > 0.0)
        .map(|(index, (center, width))| Window {
            center: *center,
            width: *width,
            name: names.get(index).cloned().unwrap_or_default(),
            // LINEAR below a width of 1 is not defined, but found in float-like data
            function: if declared == WindowFunction::Linear && *width < 1.0 {
                WindowFunction::LinearExact
            } else {
                declared
            },
        })
        .collect()
}
