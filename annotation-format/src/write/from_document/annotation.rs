//! The program's own annotation file, out of a document and back.

use std::sync::Arc;

use voxel::Mask;

use super::super::Error;
use super::super::export_folder::ExportFolder;
use super::super::json::{
    ANNOTATION_SCHEMA, AnnotatedSeries, AnnotationFile, FindingRecord, MaskText,
};
use super::{Work, WorkSeries, instances_of};
use crate::Document;
use crate::edit::{Edit, EditName};
use crate::finding::{Finding, FindingHead};
use crate::protocol::Protocol;
use crate::step::Step;

const FORMAT: &str = "json";

/// Writes the annotation file of a work: everything, nothing lost.
///
/// # Errors
/// When the file cannot be written.
pub fn export_json(
    folder: &mut ExportFolder,
    work: &Work,
    history: Vec<serde_json::Value>,
) -> Result<(), Error> {
    let mut file = annotation_file(work);
    file.history = history;
    let name = work.stem(None).file("annotation", "json");
    let instances = work
        .series
        .iter()
        .flat_map(|series| instances_of(&series.source))
        .collect();
    folder.add(&name, work.subject(FORMAT, instances), |path| {
        file.write(path)
    })?;
    Ok(())
}

/// The annotation file of a work, without history.
pub fn annotation_file(work: &Work) -> AnnotationFile {
    let document = work.document;
    AnnotationFile {
        schema: ANNOTATION_SCHEMA.to_owned(),
        program: format!("Dokuei {}", env!("CARGO_PKG_VERSION")),
        work: work.facts.clone(),
        protocol: document.protocol().to_value(),
        series: work.series.iter().map(series_record).collect(),
        no_finding: document.no_finding(),
        form: document.form().clone(),
        findings: document.findings().map(finding_record).collect(),
        history: Vec::new(),
    }
}

fn series_record(series: &WorkSeries) -> AnnotatedSeries {
    let source = &series.source;
    AnnotatedSeries {
        id: series.id.clone(),
        series_uid: source.uid.clone(),
        frame_of_reference_uid: source.frame_of_reference_uid.clone(),
        modality: source.modality.clone(),
        size: source.grid.size(),
        affine_lps: source.grid.affine().to_4x4(),
        plane_offsets_mm: source.grid.plane_offsets_mm().to_vec(),
        sop_instance_uids: source
            .planes
            .iter()
            .map(|plane| plane.sop_instance_uid.clone())
            .collect(),
    }
}

fn finding_record(finding: &Finding) -> FindingRecord {
    FindingRecord {
        id: finding.id.clone(),
        number: finding.number,
        label: finding.label.clone(),
        series: finding.series.clone(),
        comment: finding.comment.clone(),
        attributes: finding.attributes.clone(),
        shapes: finding.shapes.clone(),
        mask: finding.mask.as_ref().map(MaskText::of),
    }
}

/// The document of an annotation file, made through the same gate as any other.
///
/// # Errors
/// [`Error::Format`] when the protocol is none, or the parts do not fit it or each other.
pub fn document_of(file: &AnnotationFile) -> Result<Document, Error> {
    let protocol = Protocol::from_json(&file.protocol.to_string()).map_err(|faults| {
        let sentences: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Error::Format(sentences.join("; "))
    })?;
    let mut document = Document::new(Arc::new(protocol));
    let mut steps = Vec::new();
    for record in &file.findings {
        steps.extend(finding_steps(record)?);
    }
    let form = file.form.iter().map(|(field, value)| Step::Form {
        field: field.clone(),
        before: None,
        after: Some(value.clone()),
    });
    steps.extend(form);
    if file.no_finding {
        steps.push(Step::NoFinding {
            before: false,
            after: true,
        });
    }
    let edit = Edit::new(EditName::MaskImport, steps);
    document
        .apply(&edit)
        .map_err(|error| Error::Format(error.to_string()))?;
    Ok(document)
}

fn finding_steps(record: &FindingRecord) -> Result<Vec<Step>, Error> {
    let finding = record.id.clone();
    let mut steps = vec![Step::CreateFinding(FindingHead {
        id: finding.clone(),
        number: record.number,
        label: record.label.clone(),
        series: record.series.clone(),
    })];
    if let Some(text) = &record.mask {
        let mask = text.mask()?;
        let change = Mask::empty(mask.size()).change_to(&mask);
        steps.push(Step::Mask {
            finding: finding.clone(),
            change,
            size: mask.size(),
        });
    }
    steps.extend(record.shapes.iter().map(|shape| Step::Shape {
        finding: finding.clone(),
        id: shape.id.clone(),
        before: None,
        after: Some(shape.clone()),
    }));
    steps.extend(
        record
            .attributes
            .iter()
            .map(|(name, value)| Step::Attribute {
                finding: finding.clone(),
                name: name.clone(),
                before: None,
                after: Some(value.clone()),
            }),
    );
    if !record.comment.is_empty() {
        steps.push(Step::Comment {
            finding,
            before: String::new(),
            after: record.comment.clone(),
        });
    }
    Ok(steps)
}
