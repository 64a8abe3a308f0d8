//! Structures that came with the images (DICOM RT Structure Sets): drawn over them, never changed here.

use super::Room;
use crate::viewport::Layer;
use render::{Hatch, Outline};
use voxel::Mask;

/// One structure on the grid of the series that it was drawn on.
pub struct Structure {
    /// Its name, as its author wrote it.
    pub name: String,
    /// Its colour.
    pub color: [u8; 3],
    /// Place of its series among the room's.
    pub series: usize,
    /// Its voxels.
    pub mask: Mask,
    /// Whether it is drawn.
    pub is_shown: bool,
}

impl Room {
    /// The structures that are drawn over a series: its own, and those of series that share its space.
    pub(super) fn structure_layers(&self, series: usize) -> impl Iterator<Item = Layer> {
        let shown = self
            .structures
            .iter()
            .filter(move |s| s.is_shown && !self.is_all_hidden);
        shown
            .filter(move |structure| self.share_space(series, structure.series))
            .filter_map(|structure| {
                Some(Layer {
                    mask: structure.mask.clone(),
                    grid: self.series.get(structure.series)?.grid()?.clone(),
                    color: structure.color,
                    fill_alpha: 0.0,
                    outline: Outline::Dashed,
                    outline_px: self.outline_px.max(1.0),
                    hatch: Hatch::None,
                })
            })
    }

    /// Shows a structure or hides it.
    pub fn toggle_structure(&mut self, place: usize) {
        if let Some(structure) = self.structures.get_mut(place) {
            structure.is_shown = !structure.is_shown;
            self.mark_overlays();
        }
    }

    /// Structures that came with the images, as soon as they have been read.
    pub fn add_structures(&mut self, structures: Vec<Structure>) {
        self.structures.extend(structures);
        self.mark_overlays();
    }

    /// What a structure measures, mL; `None` where its grid has no lengths.
    #[must_use]
    pub fn structure_ml(&self, structure: &Structure) -> Option<f64> {
        let series = self.series.get(structure.series)?;
        series.entry.spacing_mm?;
        let grid = series.grid()?;
        Some(structure.mask.count() as f64 * grid.voxel_volume_mm3() / 1000.0)
    }

    /// Looks at the middle of a structure, in every viewport that shares its space.
    pub fn jump_to_structure(&mut self, place: usize) {
        let Some(structure) = self.structures.get(place) else {
            return;
        };
        let middle = structure.mask.centroid();
        let grid = self.series.get(structure.series).and_then(|s| s.grid());
        let point = middle
            .zip(grid)
            .map(|(at, grid)| grid.patient_from_voxel(at));
        let shows = self
            .shown()
            .is_some_and(|s| self.share_space(s, structure.series));
        if let Some(point) = point.filter(|_| shows) {
            self.set_cross(point);
        }
    }
}
