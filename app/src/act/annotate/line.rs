//! One line of a tool script, and the edit that it means.

use super::strokes::ReadImage;
use super::{Canvas, Fault, canvas};
use annotation_format::document::gesture::{self, Onto, Place};
use annotation_format::{AttributeId, Document, Edit, FieldId, FindingId, LabelId};
use serde::Deserialize;
use voxel::{Grid, PatientPoint, Phrase, Plane, VoxelPoint};

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
pub(super) struct Line {
    pub(super) tool: String,
    pub(super) label: Option<String>,
    finding: Option<FindingName>,
    series: Option<String>,
    plane: Option<String>,
    index: Option<i64>,
    points: Option<Vec<Vec<f64>>>,
    pub(super) points_mm: Option<Vec<[f64; 3]>>,
    corners_mm: Option<Vec<[f64; 3]>>,
    pub(super) radius_mm: Option<f64>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) edge_strength: Option<f64>,
    pub(super) smooth: Option<f64>,
    #[serde(default)]
    pub(super) erase: bool,
    #[serde(default)]
    pub(super) ball: bool,
    name: Option<String>,
    field: Option<String>,
    value: Option<serde_json::Value>,
    text: Option<String>,
}

/// The edit of a line; `read` is asked for an image when its values decide what is painted.
///
/// # Errors
/// [`Fault`]; then nothing is to be done.
pub fn edit_of_line(
    document: &Document,
    canvases: &[Canvas],
    read: &ReadImage<'_>,
    line: &str,
) -> Result<Edit, Fault> {
    let line: Line = serde_json::from_str(line)?;
    match line.tool.as_str() {
        "brush" | "threshold_brush" | "adaptive_brush" | "eraser" | "box2d" | "point" => {
            let canvas = canvas(canvases, line.series.as_deref())?;
            line.drawn(document, canvas, read)
        }
        "attribute" => line.attribute(document),
        "form" => line.form(document),
        "no_finding" => Ok(gesture::no_finding(document, line.yes_or_no()?)?),
        "comment" => {
            let (finding, text) = (line.finding(document)?, line.text()?);
            Ok(gesture::comment(document, &finding, text)?)
        }
        "rename" => {
            let (finding, text) = (line.finding(document)?, line.text()?);
            Ok(gesture::rename(document, &finding, text)?)
        }
        "recolour" => {
            let (finding, color) = (line.finding(document)?, line.color()?);
            Ok(gesture::recolour(document, &finding, color)?)
        }
        "lock" => {
            let (finding, is_locked) = (line.finding(document)?, line.yes_or_no()?);
            Ok(gesture::lock(document, &finding, is_locked)?)
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

pub(super) fn missing(option: &str) -> Fault {
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

    pub(super) fn named_finding(&self, document: &Document) -> Option<FindingId> {
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

    /// The text of the line.
    fn text(&self) -> Result<&str, Fault> {
        let said = self.value.as_ref().and_then(serde_json::Value::as_str);
        let text = self.text.as_deref().or(said);
        text.ok_or_else(|| missing("text"))
    }

    /// `true` or `false`; a line without a value says yes.
    fn yes_or_no(&self) -> Result<bool, Fault> {
        let Some(value) = &self.value else {
            return Ok(true);
        };
        value.as_bool().ok_or_else(|| {
            let why = format!("the value {value} is neither true nor false");
            Fault::Option(Phrase::new("script-yes-no", why).with("value", value.to_string()))
        })
    }

    /// A colour `#rrggbb`; a line without a value, or with `null`, gives the label's back.
    fn color(&self) -> Result<Option<[u8; 3]>, Fault> {
        let Some(value) = &self.value else {
            return Ok(None);
        };
        let color = value.as_str().and_then(color_of);
        color.map(Some).ok_or_else(|| {
            let why = format!("{value} is no colour such as #ff8000");
            Fault::Option(Phrase::new("script-color", why).with("value", value.to_string()))
        })
    }

    pub(super) fn onto(&self, document: &Document) -> Onto {
        self.named_finding(document)
            .map_or(Onto::New, Onto::Finding)
    }

    /// The label of the line, else that of the finding it names.
    pub(super) fn label_or_of_finding(&self, document: &Document) -> Result<LabelId, Fault> {
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

    fn drawn(
        &self,
        document: &Document,
        canvas: &Canvas,
        read: &ReadImage<'_>,
    ) -> Result<Edit, Fault> {
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
            _ => self.stroke(document, &place, read),
        }
    }

    /// The grid axis across the plane.
    pub(super) fn axis(&self, grid: &Grid) -> Result<usize, Fault> {
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
    pub(super) fn voxel_points(&self, grid: &Grid) -> Result<Vec<VoxelPoint>, Fault> {
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

/// The colour that `#rrggbb` says.
fn color_of(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    let [_, r, g, b] = number.to_be_bytes();
    Some([r, g, b])
}

/// The two axes within the plane across `axis`, ascending.
pub(super) const fn in_plane(axis: usize) -> [usize; 2] {
    match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    }
}
