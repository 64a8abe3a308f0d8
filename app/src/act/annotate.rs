//! Work by scripts and masks: a line of a tool script to the edit that the same gesture makes.
//!
//! Nothing here writes: the caller appends each edit to the journal and applies it to its document.

use annotation_format::document::gesture::{self, EraseFrom, Onto, Overlap, Place, Stroke};
use annotation_format::{AttributeId, Document, Edit, FieldId, FindingId, LabelId};
use serde::Deserialize;
use voxel::{
    BrushShape, Grid, Mask, PatientPoint, Phrase, Plane, Span, VoxelIndex, VoxelPoint, stroke_spans,
};

/// A series that can be drawn on.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Its id in the project.
    pub series: String,
    /// Its grid.
    pub grid: Grid,
}

/// Why a line or a mask makes no edit.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The line is no JSON object of a tool.
    #[error("{0}")]
    Line(#[from] serde_json::Error),
    /// A tool that is not there.
    #[error("no tool {0}")]
    Tool(String),
    /// An option is missing or does not fit.
    #[error("{0}")]
    Option(Phrase),
    /// The series is not named and there are several, or it is not there (ids of those that are).
    #[error("name one of the series: {}", .0.join(", "))]
    Series(Vec<String>),
    /// A mask does not lie on the grid of the image.
    #[error("the mask does not lie on the grid of the image: {0}")]
    Geometry(Phrase),
    /// The document's rules say no.
    #[error(transparent)]
    Rule(#[from] annotation_format::Error),
}

impl Fault {
    /// Short word for JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line(_) | Self::Option(_) => "bad_script",
            Self::Tool(_) => "unknown_tool",
            Self::Series(_) => "series_needed",
            Self::Geometry(_) => "geometry_mismatch",
            Self::Rule(rule) => rule.code(),
        }
    }
}

/// A finding as scripts name it: by id, or by its number within the document.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FindingName {
    Number(u32),
    Id(String),
}

/// One line of a script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    tool: String,
    label: Option<String>,
    finding: Option<FindingName>,
    series: Option<String>,
    plane: Option<String>,
    index: Option<i64>,
    points: Option<Vec<Vec<f64>>>,
    points_mm: Option<Vec<[f64; 3]>>,
    corners_mm: Option<Vec<[f64; 3]>>,
    radius_mm: Option<f64>,
    #[serde(default)]
    erase: bool,
    #[serde(default)]
    ball: bool,
    name: Option<String>,
    field: Option<String>,
    value: Option<serde_json::Value>,
    text: Option<String>,
}

/// Radius of a brush where a line names none, mm.
pub const RADIUS_MM: f64 = 4.0;

/// The series a gesture goes to: the named one, else the only one with more than one plane, else
/// the only one.
///
/// # Errors
/// [`Fault::Series`] with the ids to choose from.
pub fn canvas<'a>(canvases: &'a [Canvas], named: Option<&str>) -> Result<&'a Canvas, Fault> {
    let all = || {
        Fault::Series(
            canvases
                .iter()
                .map(|canvas| canvas.series.clone())
                .collect(),
        )
    };
    if let Some(named) = named {
        return canvases
            .iter()
            .find(|canvas| canvas.series == named)
            .ok_or_else(all);
    }
    let mut volumes = canvases.iter().filter(|canvas| canvas.grid.size()[2] > 1);
    match (volumes.next(), volumes.next(), canvases) {
        (Some(only), None, _) | (None, None, [only]) => Ok(only),
        _ => Err(all()),
    }
}

/// The edit of a line.
///
/// # Errors
/// [`Fault`]; then nothing is to be done.
pub fn edit_of_line(document: &Document, canvases: &[Canvas], line: &str) -> Result<Edit, Fault> {
    let line: Line = serde_json::from_str(line)?;
    match line.tool.as_str() {
        "brush" | "eraser" | "box2d" | "point" => {
            let canvas = canvas(canvases, line.series.as_deref())?;
            line.drawn(document, canvas)
        }
        "attribute" => line.attribute(document),
        "form" => line.form(document),
        "no_finding" => {
            let value = line
                .value
                .as_ref()
                .is_none_or(|value| value.as_bool().unwrap_or(true));
            Ok(gesture::no_finding(document, value)?)
        }
        "comment" => {
            let text = line
                .text
                .as_deref()
                .or_else(|| line.value.as_ref()?.as_str())
                .ok_or_else(|| missing("text"))?;
            Ok(gesture::comment(document, &line.finding(document)?, text)?)
        }
        "relabel" => Ok(gesture::relabel(
            document,
            &line.finding(document)?,
            &line.label()?,
        )?),
        "delete" => Ok(gesture::delete(document, &line.finding(document)?)?),
        other => Err(Fault::Tool(other.to_owned())),
    }
}

fn missing(option: &str) -> Fault {
    let why = format!("the option {option} is missing");
    Fault::Option(Phrase::new("script-missing", why).with("option", option))
}

impl Line {
    fn label(&self) -> Result<LabelId, Fault> {
        self.label
            .as_deref()
            .map(LabelId::from)
            .ok_or_else(|| missing("label"))
    }

    fn finding(&self, document: &Document) -> Result<FindingId, Fault> {
        self.named_finding(document)
            .ok_or_else(|| missing("finding"))
    }

    fn named_finding(&self, document: &Document) -> Option<FindingId> {
        Some(match self.finding.as_ref()? {
            FindingName::Id(id) => FindingId::from(id.as_str()),
            FindingName::Number(number) => {
                let known = document.finding_of_number(*number);
                known.map_or_else(
                    || FindingId::from(number.to_string()),
                    |finding| finding.id.clone(),
                )
            }
        })
    }

    fn onto(&self, document: &Document) -> Onto {
        self.named_finding(document)
            .map_or(Onto::New, Onto::Finding)
    }

    /// The label of the line, else that of the finding it names.
    fn label_or_of_finding(&self, document: &Document) -> Result<LabelId, Fault> {
        let of_finding = || {
            Some(
                document
                    .finding(&self.named_finding(document)?)?
                    .label
                    .clone(),
            )
        };
        self.label().or_else(|fault| of_finding().ok_or(fault))
    }

    fn drawn(&self, document: &Document, canvas: &Canvas) -> Result<Edit, Fault> {
        let place = Place {
            series: &canvas.series,
            grid: &canvas.grid,
        };
        match self.tool.as_str() {
            "box2d" => {
                let (axis, index) = (self.axis(&canvas.grid)?, self.plane_index(&canvas.grid)?);
                let points = self.voxel_points(&canvas.grid)?;
                let [a, b] = points.as_slice() else {
                    return Err(Fault::Option(Phrase::new(
                        "script-box",
                        "a box has two points",
                    )));
                };
                let [u, v] = in_plane(axis);
                let corners = [a, b].map(|point| [point.0[u], point.0[v]]);
                let label = self.label_or_of_finding(document)?;
                let plane = (u8::try_from(axis).unwrap_or(2), index);
                Ok(gesture::add_box(
                    document,
                    &place,
                    &label,
                    &self.onto(document),
                    plane,
                    corners,
                )?)
            }
            "point" => {
                let points = self.voxel_points(&canvas.grid)?;
                let [point] = points.as_slice() else {
                    return Err(Fault::Option(Phrase::new(
                        "script-point",
                        "a point is one point",
                    )));
                };
                let label = self.label_or_of_finding(document)?;
                Ok(gesture::add_point(
                    document,
                    &place,
                    &label,
                    &self.onto(document),
                    *point,
                )?)
            }
            _ => self.stroke(document, &place),
        }
    }

    fn stroke(&self, document: &Document, place: &Place<'_>) -> Result<Edit, Fault> {
        let spans = self.spans(place.grid)?;
        if self.erase || self.tool == "eraser" {
            let from = match (self.named_finding(document), &self.label) {
                (Some(finding), _) => EraseFrom::Finding(finding),
                (None, Some(label)) => EraseFrom::Label(LabelId::from(label.as_str())),
                (None, None) => EraseFrom::All,
            };
            return Ok(gesture::erase(document, place, &from, &spans)?);
        }
        let label = self.label_or_of_finding(document)?;
        Ok(gesture::paint(
            document,
            place,
            &Stroke::brush(&label, self.onto(document), &spans),
        )?)
    }

    fn spans(&self, grid: &Grid) -> Result<Vec<Span>, Fault> {
        let radius_mm = self.radius_mm.unwrap_or(RADIUS_MM);
        let range = crate::room::BrushOptions::DIAMETER_MM;
        let (least, greatest) = (
            f64::from(*range.start()) / 2.0,
            f64::from(*range.end()) / 2.0,
        );
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
        Ok(stroke_spans(grid, shape, radius_mm, &points))
    }

    /// The grid axis across the plane.
    fn axis(&self, grid: &Grid) -> Result<usize, Fault> {
        Ok(match self.plane.as_deref() {
            None | Some("acquired") => 2,
            Some("axial") => grid.axis_of(Plane::Axial),
            Some("coronal") => grid.axis_of(Plane::Coronal),
            Some("sagittal") => grid.axis_of(Plane::Sagittal),
            Some(other) => {
                let said = Phrase::new("script-plane", format!("no plane {other}"));
                return Err(Fault::Option(said.with("name", other)));
            }
        })
    }

    fn plane_index(&self, grid: &Grid) -> Result<i64, Fault> {
        let axis = self.axis(grid)?;
        if let Some(index) = self.index {
            return Ok(index);
        }
        let first = self
            .voxel_points(grid)?
            .first()
            .copied()
            .ok_or_else(|| missing("points"))?;
        Ok(first.0[axis].round() as i64)
    }

    /// The points of the line in voxel coordinates.
    fn voxel_points(&self, grid: &Grid) -> Result<Vec<VoxelPoint>, Fault> {
        if let Some(points) = self.points_mm.as_ref().or(self.corners_mm.as_ref()) {
            return Ok(points
                .iter()
                .map(|point| grid.voxel_from_patient(PatientPoint(*point)))
                .collect());
        }
        let points = self.points.as_ref().ok_or_else(|| missing("points"))?;
        let axis = self.axis(grid)?;
        let [u, v] = in_plane(axis);
        points
            .iter()
            .map(|point| match (point.as_slice(), self.index) {
                ([i, j, k], _) => Ok(VoxelPoint([*i, *j, *k])),
                ([a, b], Some(index)) => {
                    let mut place = [index as f64; 3];
                    place[u] = *a;
                    place[v] = *b;
                    Ok(VoxelPoint(place))
                }
                ([_, _], None) => Err(missing("index")),
                _ => Err(Fault::Option(Phrase::new(
                    "script-coordinates",
                    "a point has two coordinates in its plane",
                ))),
            })
            .collect()
    }

    fn attribute(&self, document: &Document) -> Result<Edit, Fault> {
        let finding = self.finding(document)?;
        let name = AttributeId::from(self.name.as_deref().ok_or_else(|| missing("name"))?);
        let value = match (document.protocol().attribute(&name), self.value.as_ref()) {
            (Some(attribute), Some(value)) if !value.is_null() => {
                Some(attribute.accept_json(value)?)
            }
            // The rule itself says what is wrong with the name.
            _ => None,
        };
        Ok(gesture::set_attribute(document, &finding, &name, value)?)
    }

    fn form(&self, document: &Document) -> Result<Edit, Fault> {
        let name = self
            .field
            .as_deref()
            .or(self.name.as_deref())
            .ok_or_else(|| missing("field"))?;
        let field = FieldId::from(name);
        let value = match (document.protocol().field(&field), self.value.as_ref()) {
            (Some(asked), Some(value)) if !value.is_null() => Some(asked.accept_json(value)?),
            _ => None,
        };
        Ok(gesture::set_form(document, &field, value)?)
    }
}

/// The two axes within the plane across `axis`, ascending.
const fn in_plane(axis: usize) -> [usize; 2] {
    match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    }
}

/// The mask of a label map, every value but 0, on the grid of an image. Turned or mirrored axes
/// are no difference as long as every voxel falls onto one of the image's.
///
/// # Errors
/// [`Fault::Geometry`].
pub fn mask_on_grid(grid: &Grid, map_grid: &Grid, values: &[i64]) -> Result<Mask, Fault> {
    if map_grid.voxel_count() != grid.voxel_count() {
        let shown = |[x, y, z]: [usize; 3]| format!("{x}×{y}×{z}");
        let (has, wanted) = (shown(map_grid.size()), shown(grid.size()));
        let said = Phrase::new("script-grid-size", format!("{has} voxels, not {wanted}"));
        return Err(Fault::Geometry(
            said.with("has", has).with("wanted", wanted),
        ));
    }
    let [columns, rows, planes] = map_grid.size();
    let mut wanted = vec![false; values.len()];
    let [width, height, _] = grid.size();
    let corners = [0, columns - 1]
        .into_iter()
        .flat_map(|i| [0, rows - 1].map(|j| [i, j]))
        .flat_map(|[i, j]| [0, planes - 1].map(|k| [i, j, k]));
    for corner in corners {
        voxel_of(grid, map_grid, corner)?;
    }
    for (position, _) in values.iter().enumerate().filter(|(_, value)| **value != 0) {
        let [i, j, k] = voxel_of(
            grid,
            map_grid,
            [
                position % columns,
                position / columns % rows,
                position / (columns * rows),
            ],
        )?;
        if let Some(voxel) = wanted.get_mut(i + width * (j + height * k)) {
            *voxel = true;
        }
    }
    Ok(Mask::from_fn(grid.size(), |VoxelIndex([i, j, k])| {
        let position = i as usize + width * (j as usize + height * k as usize);
        wanted.get(position).copied().unwrap_or(false)
    }))
}

/// The image's voxel at a voxel of the map.
fn voxel_of(grid: &Grid, map_grid: &Grid, at: [usize; 3]) -> Result<[usize; 3], Fault> {
    /// Farther from a voxel's centre than this part of a voxel is another grid.
    const SLACK: f64 = 0.02;
    let point =
        grid.voxel_from_patient(map_grid.patient_from_voxel(VoxelPoint(at.map(|n| n as f64))));
    let mut voxel = [0; 3];
    for ((place, value), size) in voxel.iter_mut().zip(point.0).zip(grid.size()) {
        let whole = value.round();
        if (value - whole).abs() > SLACK || whole < 0.0 || whole >= size as f64 {
            let said = Phrase::new(
                "script-grid-place",
                format!("voxel {at:?} of the map lies at {:?} of the image", point.0),
            );
            return Err(Fault::Geometry(said.with("voxel", format!("{at:?}"))));
        }
        *place = whole as usize;
    }
    Ok(voxel)
}

/// Adds a mask to the latest finding of a label on the series, or as a new one.
///
/// # Errors
/// The document's rules; voxels of labels that exclude this one are refused, not dropped.
pub fn edit_of_mask(
    document: &Document,
    canvas: &Canvas,
    label: &str,
    mask: &Mask,
    as_new: bool,
) -> Result<Edit, Fault> {
    let place = Place {
        series: &canvas.series,
        grid: &canvas.grid,
    };
    let onto = if as_new { Onto::New } else { Onto::Latest };
    Ok(gesture::add_mask(
        document,
        &place,
        &LabelId::from(label),
        &onto,
        mask,
        Overlap::Refuse,
    )?)
}
