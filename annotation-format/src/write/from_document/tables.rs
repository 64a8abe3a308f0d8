//! Tables over works: findings, shapes, answers and case forms, one row each.

use voxel::Mask;

use super::super::Error;
use super::super::export_folder::ExportFolder;
use super::super::manifest::FileSubject;
use super::super::table::{Cell, Table};
use super::shape_points::{kind_name, points};
use super::{Work, WorkSeries};
use crate::finding::Finding;
use crate::measure;
use crate::protocol::{Attribute, AttributeKind};
use crate::value::Value;

const FORMAT: &str = "csv";

const FINDING_COLUMNS: [&str; 25] = [
    "case",
    "reader",
    "round",
    "status",
    "finding_uid",
    "number",
    "label",
    "label_ja",
    "label_en",
    "code_scheme",
    "code_value",
    "code_meaning",
    "series_uid",
    "geometry",
    "voxels",
    "volume_ml",
    "centre_x_mm",
    "centre_y_mm",
    "centre_z_mm",
    "first_plane",
    "last_plane",
    "largest_plane",
    "sop_instance_uid",
    "frame",
    "comment",
];
const SHAPE_COLUMNS: [&str; 14] = [
    "case",
    "reader",
    "round",
    "finding_uid",
    "number",
    "shape_uid",
    "kind",
    "point",
    "i",
    "j",
    "k",
    "x_mm",
    "y_mm",
    "z_mm",
];
const ANSWER_COLUMNS: [&str; 20] = [
    "case",
    "reader",
    "round",
    "finding_uid",
    "number",
    "label",
    "attribute",
    "attribute_ja",
    "attribute_en",
    "code_scheme",
    "code_value",
    "code_meaning",
    "value",
    "value_ja",
    "value_en",
    "value_code_scheme",
    "value_code_value",
    "value_code_meaning",
    "unit",
    "method",
];

/// The tables of an export; works are added one after the other.
#[derive(Clone, Debug)]
pub struct Tables {
    findings: Table,
    shapes: Table,
    attributes: Table,
    form: Table,
}

impl Default for Tables {
    fn default() -> Tables {
        Tables::new()
    }
}

impl Tables {
    /// Tables without rows.
    pub fn new() -> Tables {
        Tables {
            findings: Table::new(&FINDING_COLUMNS),
            shapes: Table::new(&SHAPE_COLUMNS),
            attributes: Table::new(&ANSWER_COLUMNS),
            form: Table::new(&ANSWER_COLUMNS),
        }
    }

    /// Adds the rows of a work.
    pub fn add(&mut self, work: &Work) {
        for finding in work.document.findings() {
            self.findings.push(finding_row(work, finding));
            self.add_shapes(work, finding);
            for (attribute, value) in answers(work, finding) {
                for row in answer_rows(work, Some(finding), attribute, &value) {
                    self.attributes.push(row);
                }
            }
        }
        for field in &work.document.protocol().case_form {
            if let Some(value) = work.document.form().get(field.id.as_str()) {
                for row in answer_rows(work, None, field, value) {
                    self.form.push(row);
                }
            }
        }
    }

    fn add_shapes(&mut self, work: &Work, finding: &Finding) {
        let series = series_of(work, finding);
        for shape in &finding.shapes {
            for (index, point) in points(&shape.kind).into_iter().enumerate() {
                let mut row = head(work, Some(finding));
                row.extend([
                    shape.id.as_str().into(),
                    kind_name(&shape.kind).into(),
                    (index as u64).into(),
                ]);
                row.extend(point.0.map(Cell::from));
                if let Some(series) = series.filter(|series| series.source.in_patient_space) {
                    row.extend(
                        series
                            .source
                            .grid
                            .patient_from_voxel(point)
                            .0
                            .map(Cell::from),
                    );
                }
                self.shapes.push(row);
            }
        }
    }

    /// Writes `findings.csv`, `shapes.csv`, `attributes.csv` and `case_form.csv`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn export(&self, folder: &mut ExportFolder) -> Result<(), Error> {
        let tables = [
            ("findings.csv", &self.findings),
            ("shapes.csv", &self.shapes),
            ("attributes.csv", &self.attributes),
            ("case_form.csv", &self.form),
        ];
        for (name, table) in tables {
            let subject = FileSubject {
                format: FORMAT.to_owned(),
                ..FileSubject::default()
            };
            folder.add(name, subject, |path| table.write(path))?;
        }
        Ok(())
    }
}

/// Case, reader, round, finding and its number: how each row begins.
fn head(work: &Work, finding: Option<&Finding>) -> Vec<Cell> {
    vec![
        work.facts.case.as_str().into(),
        work.facts.reader.as_str().into(),
        work.facts.round.into(),
        finding.map(|finding| finding.id.as_str()).into(),
        finding.map(|finding| finding.number).into(),
    ]
}

fn series_of<'a>(work: &Work<'a>, finding: &Finding) -> Option<&'a WorkSeries> {
    work.series
        .iter()
        .find(|series| series.id == finding.series)
}

fn finding_row(work: &Work, finding: &Finding) -> Vec<Cell> {
    let label = work.label(finding);
    let series = series_of(work, finding);
    let mut row: Vec<Cell> = vec![
        work.facts.case.as_str().into(),
        work.facts.reader.as_str().into(),
        work.facts.round.into(),
        work.facts.status.as_str().into(),
        finding.id.as_str().into(),
        finding.number.into(),
        finding.label.as_str().into(),
        label.map(|label| label.name.get("ja")).into(),
        label.map(|label| label.name.get("en")).into(),
        label.map(|label| label.code.scheme.as_str()).into(),
        label.map(|label| label.code.value.as_str()).into(),
        label.map(|label| label.code.meaning.as_str()).into(),
        series.map(|series| series.source.uid.as_str()).into(),
        geometry(finding).into(),
    ];
    row.extend(mask_cells(finding.mask.as_ref(), series));
    row.push(finding.comment.as_str().into());
    row
}

/// What was answered about a finding and what is computed of it; computed values need the grid of its series.
fn answers<'a>(work: &Work<'a>, finding: &Finding) -> Vec<(&'a Attribute, Value)> {
    let all = match series_of(work, finding) {
        Some(series) => measure::answers(
            work.document,
            finding,
            &series.source.grid,
            series.volume.as_ref(),
        ),
        None => {
            let shown = work.document.attributes_shown(finding).into_iter();
            shown
                .map(|attribute| (attribute, finding.attributes.get(&attribute.id).cloned()))
                .collect()
        }
    };
    all.into_iter()
        .filter_map(|(attribute, value)| value.map(|value| (attribute, value)))
        .collect()
}

/// Kinds of geometry, each once, with `;` between.
fn geometry(finding: &Finding) -> String {
    let mut kinds: Vec<&str> = finding
        .shapes
        .iter()
        .map(|shape| kind_name(&shape.kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    if finding.mask.is_some() {
        kinds.insert(0, "mask");
    }
    kinds.join(";")
}

/// Voxels, volume, centre, planes, and the image of the plane with most voxels.
fn mask_cells(mask: Option<&Mask>, series: Option<&WorkSeries>) -> [Cell; 10] {
    let mut cells = [const { Cell::Empty }; 10];
    let (Some(mask), Some(series)) = (mask, series) else {
        return cells;
    };
    let source = &series.source;
    let voxels = mask.count();
    cells[0] = voxels.into();
    if source.in_patient_space {
        // Volume by voxel count; on uneven planes a voxel has no single volume, so none is told.
        if source.grid.is_even() {
            cells[1] = measure::volume_ml(mask, &source.grid).into();
        }
        if let Some(centre) = mask.centroid() {
            let [x, y, z] = source.grid.patient_from_voxel(centre).0;
            [cells[2], cells[3], cells[4]] = [x.into(), y.into(), z.into()];
        }
    }
    let counts = mask.counts_per_plane(2);
    let used = |(_, count): &(usize, &u64)| **count > 0;
    let first = counts.iter().enumerate().find(used).map(|(k, _)| k);
    let last = counts.iter().enumerate().rfind(used).map(|(k, _)| k);
    let largest = counts
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, count)| **count)
        .map(|(k, _)| k);
    for (cell, plane) in cells[5..8].iter_mut().zip([first, last, largest]) {
        *cell = plane.map(|k| k as u64).into();
    }
    if let Some(plane) = largest.and_then(|k| source.planes.get(k)) {
        cells[8] = plane.sop_instance_uid.as_str().into();
        cells[9] = plane.frame.into();
    }
    cells
}

/// One row per answer; an attribute with several choices has one per choice.
fn answer_rows(
    work: &Work,
    finding: Option<&Finding>,
    attribute: &Attribute,
    value: &Value,
) -> Vec<Vec<Cell>> {
    let values: Vec<Cell> = match value {
        Value::Bool(answer) => vec![if *answer { "true" } else { "false" }.into()],
        Value::Integer(number) => vec![Cell::Integer(*number)],
        Value::Decimal(number) => vec![(*number).into()],
        Value::Text(text) | Value::Code(text) | Value::Date(text) => vec![text.as_str().into()],
        Value::Codes(choices) => choices
            .iter()
            .map(|choice| choice.as_str().into())
            .collect(),
    };
    let is_coded = matches!(
        attribute.kind,
        AttributeKind::Code | AttributeKind::Codes | AttributeKind::Ordinal
    );
    let row = |value: Cell| {
        let choice = match &value {
            Cell::Text(id) if is_coded => attribute.choice(id),
            _ => None,
        };
        let mut row = head(work, finding);
        row.extend([
            finding.map(|finding| finding.label.as_str()).into(),
            attribute.id.as_str().into(),
            attribute.name.get("ja").into(),
            attribute.name.get("en").into(),
            attribute.code.scheme.as_str().into(),
            attribute.code.value.as_str().into(),
            attribute.code.meaning.as_str().into(),
        ]);
        row.push(value);
        row.extend([
            choice.map(|choice| choice.name.get("ja")).into(),
            choice.map(|choice| choice.name.get("en")).into(),
            choice.map(|choice| choice.code.scheme.as_str()).into(),
            choice.map(|choice| choice.code.value.as_str()).into(),
            choice.map(|choice| choice.code.meaning.as_str()).into(),
            attribute
                .unit
                .as_ref()
                .map(|unit| unit.ucum.as_str())
                .into(),
            if attribute.computed.is_some() {
                "computed"
            } else {
                "entered"
            }
            .into(),
        ]);
        row
    };
    values.into_iter().map(row).collect()
}
