//! Strokes of scripts: the brushes of the reading room, told in figures.

use super::line::{Line, in_plane, missing};
use super::{Fault, RADIUS_MM};
use crate::room::BrushOptions;
use annotation_format::document::gesture::{self, EraseFrom, Place, Stroke};
use annotation_format::{Document, Edit, EditName, LabelId};
use imaging::Loaded;
use std::sync::Arc;
use voxel::{
    AdaptiveBrush, AdaptiveOptions, BrushShape, GateValues, Grid, LocalValues, Mask, PaintRule,
    PatientPoint, Phrase, Span, StrokePoint, ValueGate, Volume, VoxelIndex, pressed_spans,
};

/// Reads the image of a series, by its id, for a brush that looks at values.
pub type ReadImage<'a> = dyn Fn(&str) -> Result<Arc<Loaded>, Fault> + 'a;

/// Where a brush goes.
struct Way {
    shape: BrushShape,
    points: Vec<StrokePoint>,
}

impl Line {
    /// Paint, or an eraser's work. Brushes that look at values read the image; the plain one does where the
    /// line names a range.
    pub(super) fn stroke(
        &self,
        document: &Document,
        place: &Place<'_>,
        read: &ReadImage<'_>,
    ) -> Result<Edit, Fault> {
        let (way, named) = (self.way(place.grid)?, self.range()?);
        let plain = || pressed_spans(place.grid, way.shape, &way.points);
        if self.erase || self.tool == "eraser" {
            let from = match (self.named_finding(document), &self.label) {
                (Some(finding), _) => EraseFrom::Finding(finding),
                (None, Some(label)) => EraseFrom::Label(LabelId::from(label.as_str())),
                (None, None) => EraseFrom::All,
            };
            if named.is_some() {
                let why = "an eraser takes what is below it, whatever its value";
                return Err(Fault::Option(Phrase::new("script-erase-range", why)));
            }
            return Ok(gesture::erase(document, place, &from, &plain())?);
        }
        let label = self.label_or_of_finding(document)?;
        let locked = self.locked_beside(document, place);
        let paint = |name, spans: &[Span], gate: Option<ValueGate<'_>>| {
            let rule = PaintRule {
                gate,
                without: &locked,
                ..PaintRule::default()
            };
            let stroke = Stroke {
                name,
                rule,
                ..Stroke::brush(&label, self.onto(document), spans)
            };
            Ok(gesture::paint(document, place, &stroke)?)
        };
        if self.tool == "brush" && named.is_none() {
            return paint(EditName::Brush, &plain(), None);
        }
        let image = read(place.series)?;
        let gate = |range| ValueGate {
            range,
            values: GateValues::Volume(&image.volume),
        };
        match self.tool.as_str() {
            "threshold_brush" => {
                let range = named.map_or_else(|| way.found_range(place.grid, &image.volume), Ok)?;
                paint(EditName::ThresholdBrush, &plain(), Some(gate(range)))
            }
            "adaptive_brush" => {
                let spans = way.adaptive(place.grid, &image.volume, self.adaptive_options()?)?;
                paint(EditName::AdaptiveBrush, &spans, named.map(gate))
            }
            _ => paint(EditName::Brush, &plain(), named.map(gate)),
        }
    }

    /// The values that are painted, where the line names them.
    fn range(&self) -> Result<Option<[f64; 2]>, Fault> {
        match (self.min, self.max) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("max")),
            (None, Some(_)) => Err(missing("min")),
            (Some(min), Some(max)) if min <= max => Ok(Some([min, max])),
            (Some(min), Some(max)) => {
                let why = format!("min {min} is above max {max}");
                let said = Phrase::new("script-range", why);
                Err(Fault::Option(said.with("min", min).with("max", max)))
            }
        }
    }

    fn adaptive_options(&self) -> Result<AdaptiveOptions, Fault> {
        let share = |name: &str, said: Option<f64>, usual| match said {
            None => Ok(usual),
            Some(share) if (0.0..=1.0).contains(&share) => Ok(share),
            Some(other) => {
                let why = format!("{name} is {other}, not within 0 to 1");
                let said = Phrase::new("script-share", why);
                Err(Fault::Option(
                    said.with("option", name).with("value", other),
                ))
            }
        };
        let usual = AdaptiveOptions::default();
        Ok(AdaptiveOptions {
            edge_strength: share("edge_strength", self.edge_strength, usual.edge_strength)?,
            smooth: share("smooth", self.smooth, usual.smooth)?,
        })
    }

    /// Masks that paint does not go over: those of locked findings that it is not about.
    fn locked_beside<'a>(&self, document: &'a Document, place: &Place<'_>) -> Vec<&'a Mask> {
        let own = self.named_finding(document);
        let locked = document.findings().filter(|finding| {
            finding.is_locked && finding.series == place.series && Some(&finding.id) != own.as_ref()
        });
        locked.filter_map(|finding| finding.mask.as_ref()).collect()
    }

    fn way(&self, grid: &Grid) -> Result<Way, Fault> {
        let radius_mm = self.radius_mm.unwrap_or(RADIUS_MM);
        let range = BrushOptions::DIAMETER_MM;
        let [least, greatest] = [range.start(), range.end()].map(|end| f64::from(*end) / 2.0);
        if !(least..=greatest).contains(&radius_mm) {
            let why = format!("radius_mm is {radius_mm}, not within {least} to {greatest}");
            return Err(Fault::Option(
                Phrase::new("script-radius", why)
                    .with("radius", radius_mm)
                    .with("least", least)
                    .with("greatest", greatest),
            ));
        }
        let points: Vec<PatientPoint> = match &self.points_mm {
            Some(points) => points.iter().copied().map(PatientPoint).collect(),
            None => self
                .voxel_points(grid)?
                .into_iter()
                .map(|point| grid.patient_from_voxel(point))
                .collect(),
        };
        if points.is_empty() {
            return Err(missing("points"));
        }
        let [u, v] = in_plane(self.axis(grid)?);
        let shape = if self.ball {
            BrushShape::Ball
        } else {
            BrushShape::Disc {
                normal: grid.direction(u).cross(grid.direction(v)),
            }
        };
        let points = points.into_iter().map(|at| StrokePoint { at, radius_mm });
        Ok(Way {
            shape,
            points: points.collect(),
        })
    }
}

impl Way {
    /// The range of values that belong to what lies where the stroke begins.
    fn found_range(&self, grid: &Grid, volume: &Volume) -> Result<[f64; 2], Fault> {
        let first = self.points.first().ok_or_else(|| missing("points"))?;
        let found = LocalValues::around(grid, self.shape, first.at, &|at| volume.value(at));
        found.map(|values| values.range()).ok_or_else(no_value)
    }

    /// The voxels that are like where the stroke begins, piece by piece as the hand would have moved.
    fn adaptive(
        &self,
        grid: &Grid,
        volume: &Volume,
        options: AdaptiveOptions,
    ) -> Result<Vec<Span>, Fault> {
        let values = |at: VoxelIndex| volume.value(at);
        let first = *self.points.first().ok_or_else(|| missing("points"))?;
        let brush = AdaptiveBrush::begin(grid, self.shape, first, options, &values);
        let brush = brush.ok_or_else(no_value)?;
        let (mut from, mut spans) = (first, Vec::new());
        for to in &self.points {
            spans.extend(brush.spans(grid, from, *to, &values));
            from = *to;
        }
        Ok(spans)
    }
}

fn no_value() -> Fault {
    Fault::Option(Phrase::new(
        "script-no-value",
        "the image has no value where the stroke begins",
    ))
}
