//! The place of a reader in a case: what was shown where, with which tool in hand. A case opens again as it
//! was left, also after a crash.

use super::{Layout, Linking, Monitor, Room, Tool};
use annotation_format::{FindingId, LabelId};
use render::{ColorMap, Interpolation, Slab, SlabMode, SliceView, ViewPlane, WindowLevel};
use serde::{Deserialize, Serialize};
use voxel::{PatientPoint, PatientVector, Plane};

/// What one viewport shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ViewPlace {
    /// Number of the viewport.
    number: usize,
    /// Id of the series.
    series: String,
    /// `acquired`, `axial`, `coronal`, `sagittal`.
    plane: String,
    /// Middle, right, down; LPS mm.
    look: [[f64; 3]; 3],
    mm_per_px: f64,
    /// Width and height of the picture then: a picture of another size shows as much.
    size_px: [usize; 2],
    /// Centre and width, modality units.
    window: Option<[f64; 2]>,
    #[serde(default)]
    invert: bool,
    /// Place among the modes, and thickness in mm.
    #[serde(default)]
    slab: Option<(usize, f64)>,
    /// Place among the maps.
    #[serde(default)]
    colors: usize,
    #[serde(default)]
    shows_voxels: bool,
}

/// The place of a reader in a case. It is kept as JSON; what a later version wrote otherwise is taken as
/// not there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Rows and columns.
    layout: [usize; 2],
    active: usize,
    views: Vec<ViewPlace>,
    is_linked: bool,
    tool: String,
    label: String,
    selected: Option<String>,
    /// Planes painted last: their distance is the wide step of the wheel.
    painted: Vec<i64>,
    is_stepping_wide: bool,
    /// Series, axis and seen slices as a row of `0` and `1`.
    seen: Vec<(String, usize, String)>,
    /// Share of the case's slices that were seen, 0 to 1.
    seen_share: Option<f32>,
}

/// How a viewport is to stand once its series has begun to come.
#[derive(Clone, Debug)]
pub(super) struct Resumed {
    pub(super) place: ViewPlace,
}

impl Resumed {
    /// The place in the patient that it looks at.
    pub(super) fn middle(&self) -> Option<PatientPoint> {
        self.place.look([1, 1]).map(|look| look.centre)
    }
}

impl Place {
    /// Reads what was kept.
    #[must_use]
    pub fn read(json: &serde_json::Value) -> Option<Self> {
        Self::deserialize(json)
            .map_err(|error| tracing::warn!(%error, "the place in a case"))
            .ok()
    }

    /// Share of the case's slices that were seen, 0 to 1.
    #[must_use]
    pub fn seen_share(&self) -> Option<f32> {
        self.seen_share.filter(|share| (0.0..=1.0).contains(share))
    }

    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn plane_name(plane: Option<ViewPlane>) -> &'static str {
    match plane {
        None | Some(ViewPlane::Acquired) => "acquired",
        Some(ViewPlane::Anatomical(Plane::Axial)) => "axial",
        Some(ViewPlane::Anatomical(Plane::Coronal)) => "coronal",
        Some(ViewPlane::Anatomical(Plane::Sagittal)) => "sagittal",
    }
}

fn plane_of(name: &str) -> ViewPlane {
    match name {
        "axial" => Plane::Axial.into(),
        "coronal" => Plane::Coronal.into(),
        "sagittal" => Plane::Sagittal.into(),
        _ => ViewPlane::Acquired,
    }
}

impl ViewPlace {
    /// Where it looks, in a picture of a size.
    pub(super) fn look(&self, size_px: [usize; 2]) -> Option<SliceView> {
        let [centre, right, down] = self.look;
        let is_finite = self.look.iter().flatten().all(|c| c.is_finite());
        let view = SliceView::new(
            PatientPoint(centre),
            PatientVector(right),
            PatientVector(down),
            self.mm_per_px,
            size_px,
        );
        view.ok().filter(|_| is_finite)
    }

    /// Brings a pane to it.
    pub(super) fn apply(&self, pane: &mut crate::viewport::Pane) {
        if pane.view().is_none() {
            return;
        }
        if let Some(look) = self.look(self.size_px) {
            pane.set_view(look);
        }
        if let (Some(now), Some([center, width])) = (pane.window(), self.window)
            && center.is_finite()
            && width > 0.0
        {
            pane.set_window(WindowLevel {
                center,
                width,
                invert: self.invert,
                ..now
            });
        }
        let slab = self.slab.and_then(|(mode, thickness_mm)| {
            let mode = *SlabMode::ALL.get(mode)?;
            (thickness_mm > 0.0).then_some(Slab { mode, thickness_mm })
        });
        pane.set_slab(slab);
        if let Some(colors) = ColorMap::ALL.get(self.colors) {
            pane.set_colors(*colors);
        }
        if self.shows_voxels {
            pane.set_interpolation(Interpolation::Nearest);
        }
    }
}

impl Room {
    /// The place now. A prior beside the case is not part of it: whoever wants to see it again opens it.
    #[must_use]
    pub fn place_now(&self) -> Place {
        let layout = self.before_prior.as_ref().map(|(layout, _)| *layout);
        let layout = layout.or_else(|| self.views.layout(Monitor::First));
        let layout = layout.unwrap_or(Layout::ONE);
        let first = self.views.numbers(Monitor::First);
        let views = first.filter_map(|number| self.view_place(number)).collect();
        let seen = self.coverage.stacks().map(|((series, axis), seen)| {
            let row = seen.iter().map(|seen| if *seen { '1' } else { '0' });
            (series.clone(), *axis, row.collect())
        });
        Place {
            layout: [layout.rows, layout.columns],
            active: self.views.active_index(),
            views,
            is_linked: self.linking() != Linking::Off,
            tool: self.tool.id().to_owned(),
            label: self.label.to_string(),
            selected: self.selected.as_ref().map(ToString::to_string),
            painted: self.steps.painted.clone(),
            is_stepping_wide: self.steps.is_wide,
            seen: seen.collect(),
            seen_share: self.case_seen_share(),
        }
    }

    fn view_place(&self, number: usize) -> Option<ViewPlace> {
        let sight = self.sight(number)?;
        if sight.series.prior.is_some() {
            return None;
        }
        let (look, pane) = (sight.look, &sight.view.pane);
        let window = pane.window();
        let slab = pane.slab().and_then(|slab| {
            let mode = SlabMode::ALL.iter().position(|mode| *mode == slab.mode)?;
            Some((mode, slab.thickness_mm))
        });
        let colors = ColorMap::ALL.iter().position(|map| *map == pane.colors());
        Some(ViewPlace {
            number,
            series: sight.series.id.clone(),
            plane: plane_name(pane.plane()).to_owned(),
            look: [look.centre.0, look.right.0, look.down.0],
            mm_per_px: look.mm_per_px,
            size_px: look.size_px,
            window: window.map(|window| [window.center, window.width]),
            invert: window.is_some_and(|window| window.invert),
            slab,
            colors: colors.unwrap_or(0),
            shows_voxels: pane.interpolation() == Interpolation::Nearest,
        })
    }

    /// Stands the case as it was left, as far as its series are still there.
    pub fn stand_as(&mut self, place: &Place) {
        let layout = Layout::of_text(&format!("{}x{}", place.layout[0], place.layout[1]));
        if let Some(layout) = layout.filter(|_| !place.views.is_empty()) {
            self.views.set_layout(Monitor::First, layout);
            for view in &place.views {
                let series = self.series.iter().position(|s| s.id == view.series);
                let is_there = self.views.numbers(Monitor::First).contains(&view.number);
                if let Some(series) = series.filter(|_| is_there) {
                    self.hang(view.number, Some(series), plane_of(&view.plane));
                    if let Some(hung) = self.views.get_mut(view.number) {
                        hung.resumed = Some(Resumed {
                            place: view.clone(),
                        });
                    }
                }
            }
            self.views.activate(place.active);
            let linking = if place.is_linked {
                Linking::Position
            } else {
                Linking::Off
            };
            self.set_linking(linking);
        }
        let label = LabelId::from(place.label.as_str());
        if self.document.protocol().label(&label).is_some() {
            self.hold_label(label);
        }
        let tool = Tool::ALL.into_iter().find(|tool| tool.id() == place.tool);
        if let Some(tool) = tool {
            self.tool = tool;
            if tool.draws() {
                self.last_drawing_tool = tool;
            }
        }
        let selected = place.selected.as_deref().map(FindingId::from);
        self.selected = selected.filter(|id| self.document.finding(id).is_some());
        self.steps.painted.clone_from(&place.painted);
        self.steps.is_wide = place.is_stepping_wide;
        for (series, axis, row) in &place.seen {
            let seen: Vec<bool> = row.chars().map(|sign| sign == '1').collect();
            if *axis < 3 && seen.len() <= MOST_SLICES {
                self.coverage.take_in((series.clone(), *axis), &seen);
            }
        }
    }
}

/// More slices than any stack has.
const MOST_SLICES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_strange_text_is_none() {
        let place = Place {
            layout: [2, 2],
            active: 1,
            views: vec![ViewPlace {
                number: 0,
                series: "s".to_owned(),
                plane: "axial".to_owned(),
                look: [[1.0, 2.0, 3.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
                mm_per_px: 0.5,
                size_px: [640, 480],
                window: Some([-600.0, 1200.0]),
                invert: false,
                slab: Some((1, 10.0)),
                colors: 0,
                shows_voxels: true,
            }],
            seen: vec![("s".to_owned(), 2, "0110".to_owned())],
            seen_share: Some(0.5),
            ..Place::default()
        };
        assert_eq!(place.seen_share(), Some(0.5));
        let strange = Place {
            seen_share: Some(7.0),
            ..Place::default()
        };
        assert_eq!(
            (strange.seen_share(), Place::default().seen_share()),
            (None, None)
        );
        assert_eq!(Place::read(&place.written()), Some(place));
        let json = |text: &str| serde_json::from_str(text).expect("JSON");
        assert_eq!(Place::read(&json("[1]")), None);
        assert_eq!(Place::read(&json("{}")), Some(Place::default()));
    }

    #[test]
    fn a_look_with_figures_that_are_none_is_no_look() {
        let place = ViewPlace {
            number: 0,
            series: String::new(),
            plane: String::new(),
            look: [[f64::NAN; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            mm_per_px: 0.5,
            size_px: [10, 10],
            window: None,
            invert: false,
            slab: None,
            colors: 0,
            shows_voxels: false,
        };
        assert!(place.look([10, 10]).is_none());
    }
}
