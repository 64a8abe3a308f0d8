//! Calibrated regions of an ultrasound picture (PS3.3 C.8.5.5): the scale holds inside a rectangle
//! and nowhere else.

use crate::entry::SeriesEntry;
use serde::{Deserialize, Serialize};

/// Physical unit code of a length: centimetres (PS3.3 C.8.5.5.1.15).
const CENTIMETRES: u16 = 3;
/// Region Spatial Format of a two-dimensional picture of the body.
const TWO_DIMENSIONAL: u16 = 1;

/// One item of the Sequence of Ultrasound Regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// First column and first row, counted from 0.
    pub first: [u32; 2],
    /// Last column and last row, both inside the region and inside the image.
    pub last: [u32; 2],
    /// True if the file's rectangle reaches beyond the image: the picture was cut or shrunk after
    /// its calibration, so no length is taken from it.
    pub is_clipped: bool,
    /// Region Spatial Format: 1 two-dimensional, 2 motion mode, 3 spectral, 4 wave form, 5 graphics.
    pub spatial_format: u16,
    /// Region Data Type: 1 tissue, 2 colour flow, 13 colour bar, … (PS3.3 C.8.5.5.1.2).
    pub data_type: u16,
    /// Region Flags: bit 0 low priority, bit 1 protected scale, bit 2 Doppler scale in frequency.
    pub flags: u32,
    /// Codes of the physical units along columns and rows: 3 cm, 4 s, 5 Hz, 7 cm/s, … (PS3.3
    /// C.8.5.5.1.15).
    pub units: [u16; 2],
    /// Physical units per pixel along columns and rows, as in the file (the sign tells the
    /// direction).
    pub deltas: [f64; 2],
    /// Column and row of the reference pixel, relative to [`Region::first`].
    pub reference_pixel: Option<[i32; 2]>,
    /// Physical values at the reference pixel.
    pub reference_value: Option<[f64; 2]>,
}

impl Region {
    /// Whether a voxel point (centres at whole numbers) lies on a pixel of the region.
    pub fn contains(&self, column: f64, row: f64) -> bool {
        let inside = |at: f64, first: u32, last: u32| {
            at >= f64::from(first) - 0.5 && at < f64::from(last) + 0.5
        };
        inside(column, self.first[0], self.last[0]) && inside(row, self.first[1], self.last[1])
    }

    /// Column and row spacing in mm: only of two-dimensional regions calibrated in cm both ways.
    pub fn spacing_mm(&self) -> Option<[f64; 2]> {
        let is_spatial = self.spatial_format == TWO_DIMENSIONAL
            && self.units == [CENTIMETRES; 2]
            && !self.is_clipped;
        let spacing = self.deltas.map(|delta| delta.abs() * 10.0);
        let is_usable = spacing
            .iter()
            .all(|step| step.is_finite() && *step > 0.0 && *step < 1e5);
        (is_spatial && is_usable).then_some(spacing)
    }

    fn area(&self) -> u64 {
        let side = |first: u32, last: u32| u64::from(last.saturating_sub(first)) + 1;
        side(self.first[0], self.last[0]) * side(self.first[1], self.last[1])
    }
}

impl SeriesEntry {
    /// The calibrated region at a voxel point (column, row; centres at whole numbers): where
    /// several lie above each other the smallest, as a colour bar lies inside a picture.
    pub fn region_at(&self, column: f64, row: f64) -> Option<&Region> {
        self.regions
            .iter()
            .filter(|region| region.contains(column, row))
            .min_by_key(|region| (region.area(), region.flags & 1))
    }

    /// Column and row spacing in mm that holds at a voxel point. An image with calibrated regions
    /// has none outside them: there, lengths are in pixels.
    pub fn spacing_at(&self, column: f64, row: f64) -> Option<[f64; 2]> {
        if self.regions.is_empty() {
            let [column, row, _] = self.spacing_mm?;
            return Some([column, row]);
        }
        self.region_at(column, row)?.spacing_mm()
    }

    /// The spacing in mm for a length between two voxel points (column, row): only if both ends lie
    /// in one region (PS3.3 C.8.5.5.1; a length from region to region means nothing).
    pub fn spacing_between(&self, from: [f64; 2], to: [f64; 2]) -> Option<[f64; 2]> {
        if !self.regions.is_empty() {
            let ends = [from, to].map(|[column, row]| self.region_at(column, row));
            let is_one = matches!(ends, [Some(a), Some(b)] if std::ptr::eq(a, b));
            if !is_one {
                return None;
            }
        }
        self.spacing_at(from[0], from[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Format;

    fn region(first: [u32; 2], last: [u32; 2], delta: f64) -> Region {
        Region {
            first,
            last,
            is_clipped: false,
            spatial_format: 1,
            data_type: 1,
            flags: 2,
            units: [3, 3],
            deltas: [delta, -delta],
            reference_pixel: None,
            reference_value: None,
        }
    }

    fn picture() -> SeriesEntry {
        let mut entry = SeriesEntry::new("us".to_owned(), Format::Dicom);
        let mut bar = region([2, 2], [3, 9], 0.0);
        (bar.spatial_format, bar.units) = (0, [0, 0]);
        entry.regions = vec![
            region([0, 0], [49, 99], 0.05),
            region([50, 0], [99, 99], 0.02),
            bar,
        ];
        entry
    }

    #[test]
    fn centimetres_per_pixel_become_millimetres_whatever_their_sign() {
        assert_eq!(picture().spacing_at(10.0, 99.4), Some([0.5, 0.5]));
        assert_eq!(picture().spacing_at(50.0, 0.0), Some([0.2, 0.2]));
    }

    #[test]
    fn outside_the_regions_and_on_the_colour_bar_there_are_no_millimetres() {
        assert_eq!(picture().spacing_at(100.0, 10.0), None);
        assert_eq!(picture().spacing_at(2.0, 5.0), None);
    }

    #[test]
    fn a_length_from_one_region_to_another_is_in_pixels() {
        let picture = picture();
        let within = picture.spacing_between([10.0, 10.0], [40.0, 90.0]);
        assert_eq!(within, Some([0.5, 0.5]));
        assert_eq!(picture.spacing_between([10.0, 10.0], [60.0, 10.0]), None);
        assert_eq!(picture.spacing_between([10.0, 10.0], [60.0, 200.0]), None);
    }

    #[test]
    fn motion_mode_and_clipped_regions_give_no_spacing() {
        let mut motion = region([0, 0], [9, 9], 0.1);
        (motion.spatial_format, motion.units) = (2, [4, 3]);
        assert_eq!(motion.spacing_mm(), None);
        let mut clipped = region([0, 0], [9, 9], 0.1);
        clipped.is_clipped = true;
        assert_eq!(clipped.spacing_mm(), None);
    }
}
