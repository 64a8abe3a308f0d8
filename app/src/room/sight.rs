//! What one viewport shows: its series, the value and the shapes at a place, its stack as a strip.

use super::overlay::{self, Mark, Tick};
use super::values::shown_unit;
use super::{Room, RoomSeries, View};
use annotation_format::ShapeKind;
use egui::Pos2;
use render::SliceView;
use voxel::{Grid, PatientPoint, Samples, VoxelIndex};

/// A viewport with the series that it shows, once there is something to see.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub(super) room: &'a Room,
    /// Number of the viewport.
    pub index: usize,
    /// The viewport.
    pub view: &'a View,
    /// Its series.
    pub series: &'a RoomSeries,
    /// Grid of the series.
    pub grid: &'a Grid,
    /// Where it looks.
    pub look: &'a SliceView,
}

impl Room {
    /// What a viewport shows; `None` while there is nothing to see.
    #[must_use]
    pub fn sight(&self, index: usize) -> Option<Sight<'_>> {
        let view = self.views.get(index)?;
        let series = self.series.get(view.series?)?;
        series.pixels.drawn()?;
        Some(Sight {
            room: self,
            index,
            view,
            series,
            grid: series.grid()?,
            look: view.pane.view()?,
        })
    }

    /// Whether lengths in mm are known of the series in the viewport the hand is on.
    #[must_use]
    pub fn has_spacing(&self) -> bool {
        self.shown_series()
            .is_some_and(|series| series.entry.spacing_mm.is_some())
    }

    /// Whether the orientation in the patient is known of the series in the viewport the hand is on.
    #[must_use]
    pub fn has_orientation(&self) -> bool {
        self.shown_series().is_some_and(RoomSeries::has_orientation)
    }
}

/// The voxel at a place, also beyond the grid.
fn nearest(grid: &Grid, point: PatientPoint) -> VoxelIndex {
    VoxelIndex(grid.voxel_from_patient(point).0.map(|c| c.round() as i64))
}

impl<'a> Sight<'a> {
    /// The room.
    #[must_use]
    pub const fn room(&self) -> &'a Room {
        self.room
    }

    /// Whether lengths in mm are known.
    #[must_use]
    pub fn has_spacing(&self) -> bool {
        self.series.entry.spacing_mm.is_some()
    }

    /// Whether it has values that grey levels are made of.
    #[must_use]
    pub fn has_grey_values(&self) -> bool {
        self.series.has_grey_values()
    }

    /// Whether the orientation in the patient is known.
    #[must_use]
    pub fn has_orientation(&self) -> bool {
        self.series.has_orientation()
    }

    /// Index of the shown plane along the stack and their count.
    #[must_use]
    pub fn plane_index(&self) -> Option<(i64, usize)> {
        self.view.pane.index(self.grid)
    }

    /// A text for what lies at a place: the modality value with its unit, or the parts of a colour.
    #[must_use]
    pub fn value_text_at(&self, point: PatientPoint) -> Option<String> {
        let volume = &self.series.pixels.drawn()?.volume;
        let at = nearest(volume.grid(), point);
        let Samples::Rgb8(colors) = volume.samples() else {
            let unit = super::facts::unit_of(self.series);
            return Some(super::facts::value_text(volume.value(at)?, &unit));
        };
        // a voxel outside has no value
        volume.value(at)?;
        let [columns, rows, _] = volume.grid().size();
        let [i, j, k] = at.0.map(|c| usize::try_from(c).unwrap_or_default());
        let [red, green, blue] = colors.get((k * rows + j) * columns + i)?;
        Some(format!("RGB {red}, {green}, {blue}"))
    }

    /// The modality value at a place.
    #[must_use]
    pub fn value_at(&self, point: PatientPoint) -> Option<f64> {
        let volume = &self.series.pixels.drawn()?.volume;
        volume.value(nearest(volume.grid(), point))
    }

    /// The quantities that the file gives beside the modality value at a place: uptake, real-world
    /// values; each with its unit.
    #[must_use]
    pub fn quantities_at(&self, point: PatientPoint) -> Vec<String> {
        let Some(loaded) = self.series.pixels.loaded() else {
            return Vec::new();
        };
        let volume = &loaded.volume;
        let at = nearest(volume.grid(), point);
        let (Some(stored), Ok(k)) = (volume.stored(at), usize::try_from(at.0[2])) else {
            return Vec::new();
        };
        let maps = loaded.value_maps.iter();
        maps.filter_map(|map| {
            let value = map.value(k, stored)?;
            Some(format!("{} {value:.2} {}", map.name, shown_unit(&map.unit)))
        })
        .map(|text| text.trim().to_owned())
        .collect()
    }

    /// Shapes on the shown plane.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        for finding in self.room.seen_on(self.series) {
            for shape in &finding.shapes {
                if let Some(corners) = self.corners(&shape.kind) {
                    marks.push(Mark {
                        corners,
                        color: self.room.color_of(finding),
                        text: format!("F{}", finding.number),
                        is_selected: self.room.selected.as_ref() == Some(&finding.id),
                    });
                }
            }
        }
        marks
    }

    fn corners(&self, kind: &ShapeKind) -> Option<Vec<Pos2>> {
        let (view, grid) = (self.look, self.grid);
        let half_step = grid
            .spacing_mm()
            .into_iter()
            .fold(f64::MAX, f64::min)
            .max(0.5);
        let points = match kind {
            ShapeKind::Point(point) => vec![*point],
            ShapeKind::Box2d {
                plane_axis,
                index,
                min,
                max,
            } => [
                [min[0], min[1]],
                [max[0], min[1]],
                [max[0], max[1]],
                [min[0], max[1]],
            ]
            .into_iter()
            .map(|corner| overlay::in_plane(*plane_axis, *index, corner))
            .collect(),
            _ => return None,
        };
        let axis = view.aligned_axis(grid);
        let mut corners = Vec::with_capacity(points.len());
        for point in points {
            let at = grid.patient_from_voxel(point);
            let reach = axis.map_or(half_step, |axis| grid.spacing_mm()[axis] * 0.5);
            if view.depth_mm(at).abs() > reach + 1e-6 {
                return None;
            }
            corners.push(self.view.pane.screen_of(at)?);
        }
        Some(corners)
    }

    /// Findings along the stack.
    #[must_use]
    pub fn strip_ticks(&self) -> Vec<Tick> {
        let Some(axis) = self.look.aligned_axis(self.grid) else {
            return Vec::new();
        };
        self.room
            .seen_on(self.series)
            .filter_map(|finding| {
                let span = self
                    .room
                    .box_of(finding)
                    .map(|b| (b.min[axis] as i64, b.max[axis] as i64 - 1));
                let (first, last) = span.or_else(|| {
                    let at = overlay::centre_of(finding)?.0[axis].round() as i64;
                    Some((at, at))
                })?;
                Some(Tick {
                    first: self.strip_index(first),
                    last: self.strip_index(last),
                    color: self.room.color_of(finding),
                })
            })
            .collect()
    }

    /// Whether the strip runs against the grid: its top is where stepping up leads.
    fn is_strip_reversed(&self) -> bool {
        let (view, grid) = (self.look, self.grid);
        let Some(axis) = view.aligned_axis(grid) else {
            return false;
        };
        let next = view.stepped(grid, 1).plane_at_centre(grid, axis);
        next < view.plane_at_centre(grid, axis)
    }

    /// The place of a plane in the strip.
    #[must_use]
    pub fn strip_index(&self, index: i64) -> i64 {
        let count = self.plane_index().map_or(1, |(_, count)| count as i64);
        if self.is_strip_reversed() {
            count - 1 - index
        } else {
            index
        }
    }
}
