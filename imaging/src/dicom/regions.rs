//! The Sequence of Ultrasound Regions (0018,6011) (PS3.3 C.8.5.5).

use super::data_set::{DataSet, Tag};
use crate::problem::Problem;
use crate::region::Region;

/// Most regions that are kept.
const MAX_REGIONS: usize = 256;

/// Regions of an image of `size` columns and rows. Rectangles are cut at its border; what lies
/// outside altogether is left out. Files that count their last column or row from 1 are many, so
/// one pixel too many is no remark.
pub(crate) fn regions_of(
    root: &DataSet,
    size: [u32; 2],
    problems: &mut Vec<Problem>,
) -> Vec<Region> {
    let items = root.items(Tag(0x0018, 0x6011));
    let mut regions = Vec::new();
    let mut beyond = None;
    for item in items.iter().take(MAX_REGIONS) {
        let corner = |x: u16, y: u16| {
            let at = [x, y].map(|element| item.integer(Tag(0x0018, element)));
            match at {
                [Some(x), Some(y)] => Some([x, y].map(|n| n.clamp(0, i64::from(u32::MAX)) as u32)),
                _ => None,
            }
        };
        let (Some(first), Some(last)) = (corner(0x6018, 0x601A), corner(0x601C, 0x601E)) else {
            continue;
        };
        let is_beyond = last[0] > size[0] || last[1] > size[1];
        if is_beyond {
            beyond = beyond.or(Some(last));
        }
        let is_outside =
            first[0] >= size[0] || first[1] >= size[1] || first[0] > last[0] || first[1] > last[1];
        if !is_outside {
            regions.push(region(item, first, last, size, is_beyond));
        }
    }
    if let Some([column, row]) = beyond {
        let [columns, rows] = size;
        problems.push(
            Problem::new(
                "region_beyond_image",
                format!("a calibrated region reaches to column {column} and row {row} of an image of {columns} × {rows}: the picture was cut or shrunk after its calibration, so lengths in that region are in pixels"),
            )
            .with("column", column)
            .with("row", row)
            .with("columns", columns)
            .with("rows", rows),
        );
    }
    regions
}

fn region(
    item: &DataSet,
    first: [u32; 2],
    last: [u32; 2],
    size: [u32; 2],
    is_clipped: bool,
) -> Region {
    let code = |element: u16| item.us(Tag(0x0018, element)).unwrap_or(0);
    let number = |element: u16| item.number(Tag(0x0018, element));
    let pair = |x: u16, y: u16| Some([number(x)?, number(y)?]);
    Region {
        first,
        last: [
            last[0].min(size[0].saturating_sub(1)),
            last[1].min(size[1].saturating_sub(1)),
        ],
        is_clipped,
        spatial_format: code(0x6012),
        data_type: code(0x6014),
        flags: number(0x6016).map_or(0, |flags| flags.max(0.0) as u32),
        units: [code(0x6024), code(0x6026)],
        deltas: [number(0x602C), number(0x602E)].map(|delta| delta.unwrap_or(0.0)),
        reference_pixel: pair(0x6020, 0x6022).map(|at| at.map(|n| n as i32)),
        reference_value: pair(0x6028, 0x602A),
    }
}
