//! The brushes: which voxels a movement of the hand takes, and by which rules.

use super::{Act, Room, Tool};
use annotation_format::document::gesture::{self, EraseFrom, Onto, Overlap, Place, Stroke};
use annotation_format::{Edit, EditName, Error, Finding, FindingId};
use egui::Pos2;
use serde::{Deserialize, Serialize};
use voxel::{
    AdaptiveBrush, AdaptiveOptions, BrushShape, GateValues, LocalValues, Mask, PaintRule,
    PatientPoint, Span, StrokePoint, ValueGate, VoxelIndex, VoxelPoint, pressed_spans,
};

/// What the brushes remember.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BrushOptions {
    /// Diameter, mm.
    pub diameter_mm: f32,
    /// Diameter in pixels of the image, where it goes by these.
    pub diameter_px: f32,
    /// The diameter is in pixels instead of mm.
    pub is_in_px: bool,
    /// A ball through the planes instead of a disc in one.
    pub is_ball: bool,
    /// Paint only voxels whose value lies in the range.
    pub is_gated: bool,
    /// The range, in the unit of the image.
    pub gate: [f32; 2],
    /// The threshold brush finds its range where a stroke begins.
    pub finds_range: bool,
    /// Leave voxels of other labels alone.
    pub keeps_others: bool,
    /// How faint an edge stops the adaptive brush, 0 to 1.
    pub edge_strength: f32,
    /// How much the adaptive brush evens out, 0 to 1.
    pub smooth: f32,
    /// A pen's pressure makes the brush thicker.
    pub uses_pressure: bool,
    /// The eraser takes the voxels of every finding, not only those of one.
    pub erases_all: bool,
    /// Paint only inside this finding.
    #[serde(skip)]
    pub within: Option<FindingId>,
}

impl BrushOptions {
    /// Least and greatest diameter in mm.
    pub const DIAMETER_MM: std::ops::RangeInclusive<f32> = 0.5..=200.0;
    /// Least and greatest diameter in pixels.
    pub const DIAMETER_PX: std::ops::RangeInclusive<f32> = 1.0..=512.0;

    /// Makes the brush thicker or thinner.
    pub fn resize(&mut self, factor: f32) {
        let scaled = |value: f32, range: std::ops::RangeInclusive<f32>| {
            (value * factor).clamp(*range.start(), *range.end())
        };
        if self.is_in_px {
            self.diameter_px = scaled(self.diameter_px, Self::DIAMETER_PX);
        } else {
            self.diameter_mm = scaled(self.diameter_mm, Self::DIAMETER_MM);
        }
    }
}

impl Default for BrushOptions {
    fn default() -> Self {
        let adaptive = AdaptiveOptions::default();
        Self {
            diameter_mm: 8.0,
            diameter_px: 10.0,
            is_in_px: false,
            is_ball: false,
            is_gated: false,
            gate: [-550.0, 200.0],
            finds_range: true,
            keeps_others: true,
            edge_strength: adaptive.edge_strength as f32,
            smooth: adaptive.smooth as f32,
            uses_pressure: false,
            erases_all: false,
            within: None,
        }
    }
}

/// What a stroke goes by, found where it begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun {
    /// The values that the brush takes.
    gate: Option<[f64; 2]>,
    /// The brush that sticks to edges.
    adaptive: Option<AdaptiveBrush>,
}

/// A pen that is hardly pressed still draws this share of the diameter.
const LEAST_PRESSURE: f32 = 0.1;

impl Tool {
    /// Whether it is one of the brushes.
    #[must_use]
    pub const fn is_brush(self) -> bool {
        self.paints() || matches!(self, Self::Eraser)
    }

    /// Whether it is a brush that paints.
    #[must_use]
    pub const fn paints(self) -> bool {
        matches!(
            self,
            Self::Brush | Self::ThresholdBrush | Self::AdaptiveBrush
        )
    }

    /// The name that the journal gives a stroke.
    const fn stroke_name(self) -> EditName {
        match self {
            Self::ThresholdBrush => EditName::ThresholdBrush,
            Self::AdaptiveBrush => EditName::AdaptiveBrush,
            _ => EditName::Brush,
        }
    }
}

impl Room {
    /// Makes the brush thicker or thinner.
    pub fn resize_brush(&mut self, factor: f32) {
        self.brush.resize(factor);
    }

    /// Takes a label in hand with the brush that it was drawn with last.
    pub(super) fn hold_label(&mut self, label: annotation_format::LabelId) {
        if label == self.label {
            return;
        }
        let before = std::mem::replace(&mut self.label, label);
        let own = self.brushes.remove(&self.label);
        let within = self.brush.within.clone();
        let other = own.unwrap_or_else(|| self.brush.clone());
        let mut brush = std::mem::replace(&mut self.brush, other);
        brush.within = None;
        self.brush.within = within;
        self.brushes.insert(before, brush);
    }

    /// The brushes that labels were drawn with, by the labels' ids.
    #[must_use]
    pub fn brushes(&self) -> std::collections::BTreeMap<String, BrushOptions> {
        let others = self.brushes.iter();
        others
            .chain([(&self.label, &self.brush)])
            .map(|(label, brush)| (label.to_string(), brush.clone()))
            .collect()
    }

    /// Begins with the brushes that labels were drawn with before.
    pub fn take_brushes(&mut self, known: &std::collections::BTreeMap<String, BrushOptions>) {
        let own = known.iter();
        self.brushes = own
            .map(|(label, brush)| (label.as_str().into(), brush.clone()))
            .collect();
        if let Some(brush) = self.brushes.remove(&self.label) {
            self.brush = brush;
        }
    }

    /// Moves the range of values that is painted.
    pub(super) fn move_gate(&mut self, by: f32) {
        self.brush.gate = self.brush.gate.map(|bound| bound + by);
    }

    /// The radius of the brush on the shown series, mm.
    #[must_use]
    pub fn brush_radius_mm(&self) -> f64 {
        let diameter_mm = if self.brush.is_in_px {
            let spacing = self.grid().map_or([1.0; 3], voxel::Grid::spacing_mm);
            f64::from(self.brush.diameter_px) * spacing[0].min(spacing[1])
        } else {
            f64::from(self.brush.diameter_mm)
        };
        diameter_mm / 2.0
    }

    /// A pen reports how hard it is pressed, 0 to 1.
    pub fn pressed_by(&mut self, force: Option<f32>) {
        self.hand.pressure = force.filter(|force| force.is_finite());
    }

    fn stroke_point(&self, at: PatientPoint) -> StrokePoint {
        let pressure = self.hand.pressure.filter(|_| self.brush.uses_pressure);
        let share = pressure.map_or(1.0, |force| force.clamp(LEAST_PRESSURE, 1.0));
        StrokePoint {
            at,
            radius_mm: self.brush_radius_mm() * f64::from(share),
        }
    }

    pub(super) fn brush_shape(&self) -> Option<BrushShape> {
        if self.brush.is_ball {
            return Some(BrushShape::Ball);
        }
        Some(BrushShape::Disc {
            normal: self.pane().view()?.normal(),
        })
    }

    /// Where a stroke goes: to the series of the finding that it is drawn on, if its space is that of the
    /// shown series, so that one mask is painted on all images of a frame of reference; else to the shown
    /// series.
    pub(super) fn stroke_place(&self, onto: Option<&FindingId>) -> Option<Place<'_>> {
        let own = self.shown()?;
        let finding = onto.and_then(|id| self.document.finding(id));
        let other = finding.and_then(|finding| {
            let series = self.series.iter().position(|s| s.id == finding.series)?;
            self.share_space(own, series).then_some(series)
        });
        let series = self.series.get(other.unwrap_or(own))?;
        Some(Place {
            series: &series.id,
            grid: series.grid()?,
        })
    }

    /// Asks for the value at a voxel of the grid that is painted: what the reader sees decides, also where
    /// the mask lies on another series' grid.
    fn with_values<T>(
        &self,
        place: &Place<'_>,
        ask: impl FnOnce(&dyn Fn(VoxelIndex) -> Option<f64>) -> T,
    ) -> T {
        let seen = self.sight(self.views.active_index());
        let own = seen.filter(|seen| seen.series.id == place.series);
        let volume = own.and_then(|seen| seen.series.pixels.volume());
        ask(&|at: VoxelIndex| match volume {
            Some(volume) => volume.value(at),
            None => {
                let point = VoxelPoint(at.0.map(|c| c as f64));
                seen?.value_at(place.grid.patient_from_voxel(point))
            }
        })
    }

    /// What a stroke that begins at a place goes by.
    pub(super) fn begin_stroke(&self, at: PatientPoint) -> Begun {
        let (Some(place), Some(shape)) = (
            self.stroke_place(self.selected.as_ref()),
            self.brush_shape(),
        ) else {
            return Begun::default();
        };
        let brush = &self.brush;
        let range = || brush.gate.map(f64::from);
        match self.tool {
            Tool::ThresholdBrush if brush.finds_range => {
                let found = self.with_values(&place, |values| {
                    LocalValues::around(place.grid, shape, at, values)
                });
                Begun {
                    gate: found.map(|found| found.range()),
                    adaptive: None,
                }
            }
            Tool::ThresholdBrush => Begun {
                gate: Some(range()),
                adaptive: None,
            },
            Tool::AdaptiveBrush => {
                let options = AdaptiveOptions {
                    edge_strength: f64::from(brush.edge_strength),
                    smooth: f64::from(brush.smooth),
                };
                let first = self.stroke_point(at);
                Begun {
                    gate: brush.is_gated.then(range),
                    adaptive: self.with_values(&place, |values| {
                        AdaptiveBrush::begin(place.grid, shape, first, options, values)
                    }),
                }
            }
            _ => Begun {
                gate: brush.is_gated.then(range),
                adaptive: None,
            },
        }
    }

    /// The voxels below the brush on its way from one place to another.
    pub(super) fn spans(
        &self,
        place: &Place<'_>,
        begun: &Begun,
        from: StrokePoint,
        to: PatientPoint,
    ) -> Vec<Span> {
        let to = self.stroke_point(to);
        let Some(shape) = self.brush_shape() else {
            return Vec::new();
        };
        match &begun.adaptive {
            Some(adaptive) => {
                self.with_values(place, |values| adaptive.spans(place.grid, from, to, values))
            }
            // nothing to be like: nothing is painted
            None if self.tool == Tool::AdaptiveBrush => Vec::new(),
            None => pressed_spans(place.grid, shape, &[from, to]),
        }
    }

    /// Masks that paint does not go over: locked findings always, other labels where they are kept.
    fn protected(&self, place: &Place<'_>) -> Vec<&Mask> {
        let is_kept = |finding: &&Finding| {
            let is_own = self.hand.onto.as_ref().or(self.selected.as_ref()) == Some(&finding.id);
            let is_other = finding.label != self.label && self.brush.keeps_others;
            finding.series == place.series && !is_own && (finding.is_locked || is_other)
        };
        let kept = self.document.findings().filter(is_kept);
        kept.filter_map(|finding| finding.mask.as_ref()).collect()
    }

    /// Asks with the rule that says which voxels below the brush are taken.
    pub(super) fn by_rule<T>(
        &self,
        place: &Place<'_>,
        begun: &Begun,
        ask: impl FnOnce(PaintRule<'_>) -> T,
    ) -> T {
        let within = self.brush.within.as_ref();
        let within = within.and_then(|id| self.document.finding(id));
        let within = within.filter(|finding| finding.series == place.series);
        let without = self.protected(place);
        let rule = PaintRule {
            within: within.and_then(|finding| finding.mask.as_ref()),
            without: &without,
            gate: None,
        };
        let Some(range) = begun.gate else {
            return ask(rule);
        };
        let seen = self.sight(self.views.active_index());
        let own = seen.filter(|seen| seen.series.id == place.series);
        match own.and_then(|seen| seen.series.pixels.volume()) {
            Some(volume) => {
                let values = GateValues::Volume(volume);
                ask(PaintRule {
                    gate: Some(ValueGate { range, values }),
                    ..rule
                })
            }
            None => self.with_values(place, |values| {
                let values = GateValues::Each(values);
                ask(PaintRule {
                    gate: Some(ValueGate { range, values }),
                    ..rule
                })
            }),
        }
    }

    /// The brush moves on to a point of the window.
    pub(super) fn paint_to(&mut self, at: Pos2, is_erasing: bool) {
        let Some(point) = self.pane().patient_at(at) else {
            return;
        };
        if self.hand.begun.is_none() {
            self.hand.begun = Some(self.begin_stroke(point));
        }
        let begun = self.hand.begun.clone().unwrap_or_default();
        let Some(place) = self.stroke_place(self.hand.onto.as_ref()) else {
            return;
        };
        // a view that moves on under the hand, as when a series has been read, begins the stroke anew:
        // nothing is painted between the planes
        let view = self.pane().view();
        let is_in_plane =
            |last: &StrokePoint| view.is_some_and(|v| v.depth_mm(last.at).abs() < 1e-3);
        let here = self.stroke_point(point);
        let from = self.hand.last_point.filter(is_in_plane).unwrap_or(here);
        let edit = if is_erasing {
            let shape = self.brush_shape();
            let spans = shape.map(|shape| pressed_spans(place.grid, shape, &[from, here]));
            self.erased(&place, &spans.unwrap_or_default())
        } else {
            let spans = self.spans(&place, &begun, from, point);
            self.painted(&place, &begun, &spans)
        };
        self.hand.last_point = Some(here);
        if let Some((index, _)) = self.index() {
            self.steps.paints(index);
        }
        self.keep_stroke(edit, is_erasing);
    }

    /// Adds what a movement did to the stroke that the journal gets when the button is up.
    fn keep_stroke(&mut self, edit: Result<Edit, Error>, is_erasing: bool) {
        let Some(edit) = self.apply(edit) else { return };
        if self.hand.onto.is_none() {
            self.hand.onto = edit.findings().first().map(|id| (*id).clone());
        }
        if !is_erasing && self.selected.is_none() {
            self.selected.clone_from(&self.hand.onto);
        }
        self.hand.stroke = match self.hand.stroke.take() {
            None => Some(edit),
            Some(stroke) => match stroke.clone().then(edit.clone()) {
                Ok(merged) => Some(merged),
                Err(_) => {
                    // Two edits that do not merge are two rows of the journal; nothing is lost.
                    self.acts.push(Act::Append(stroke));
                    Some(edit)
                }
            },
        };
    }

    fn painted(&self, place: &Place<'_>, begun: &Begun, spans: &[Span]) -> Result<Edit, Error> {
        let onto = self.hand.onto.clone().map_or(Onto::New, Onto::Finding);
        let overlap = if self.brush.keeps_others {
            Overlap::Keep
        } else {
            Overlap::Overwrite
        };
        self.by_rule(place, begun, |rule| {
            let stroke = Stroke {
                name: self.tool.stroke_name(),
                rule,
                overlap,
                ..Stroke::brush(&self.label, onto, spans)
            };
            gesture::paint(&self.document, place, &stroke)
        })
    }

    fn erased(&self, place: &Place<'_>, spans: &[Span]) -> Result<Edit, Error> {
        let own = self.hand.onto.clone();
        let from = match own {
            _ if self.brush.erases_all && self.tool == Tool::Eraser => EraseFrom::All,
            Some(finding) => EraseFrom::Finding(finding),
            None => EraseFrom::Label(self.label.clone()),
        };
        gesture::erase(&self.document, place, &from, spans)
    }

    /// Takes away the whole island of the selected finding (else of the smallest finding there) under the
    /// pointer.
    pub(super) fn erase_island(&mut self, at: Pos2) {
        let found = self.finding_at(at);
        let Some(finding) = found.and_then(|id| self.document.finding(&id)) else {
            return;
        };
        let grid = self
            .series_of(&finding.series)
            .and_then(super::RoomSeries::grid);
        let (Some(grid), Some(point), Some(mask)) =
            (grid, self.pane().patient_at(at), finding.mask.as_ref())
        else {
            return;
        };
        let seed = grid.voxel_from_patient(point).nearest();
        let islands = voxel::components(mask);
        let Some(island) = islands.iter().find(|island| island.get(seed)) else {
            return;
        };
        let mut spans = Vec::new();
        island.for_each_run(|run| spans.push(run));
        let place = Place {
            series: &finding.series,
            grid,
        };
        let from = EraseFrom::Finding(finding.id.clone());
        let edit = gesture::erase(&self.document, &place, &from, &spans);
        self.perform(edit);
    }
}
