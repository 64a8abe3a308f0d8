//! From a document to the plain inputs of the writers: which finding becomes which segment, value or row.
//!
//! Whoever exports fills a [`Work`] per document and calls [`export_seg`], [`export_nifti`], [`export_json`] and, for
//! tables over many works, [`Tables`]. What a format cannot hold goes to the export folder's losses; a format that is
//! impossible for a series (SEG of images that are not DICOM, one affine for uneven planes) is a loss too, not an error.

mod annotation;
mod label_maps;
mod segments;
mod shape_points;
mod tables;

use std::collections::BTreeMap;

use voxel::{Mask, Volume};

use super::file_name::FileStem;
use super::json::WorkFacts;
use super::manifest::{FileSubject, Loss};
use super::source::SourceSeries;
use crate::Document;
use crate::finding::Finding;
use crate::ids::FindingId;
use crate::protocol::Label;

pub use annotation::{annotation_file, document_of, export_json};
pub use label_maps::export_nifti;
pub use segments::export_seg;
pub use tables::Tables;

/// One series of the exported case.
#[derive(Clone, Debug)]
pub struct WorkSeries {
    /// The id by which findings name it.
    pub id: String,
    /// Its images; without planes where they are not DICOM.
    pub source: SourceSeries,
    /// Its voxels, where an attribute is computed from their values (a mean); cloning a volume copies no samples.
    pub volume: Option<Volume>,
}

/// One document to be exported, with what the writers must know beside it.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    /// The document.
    pub document: &'a Document,
    /// The series of its case.
    pub series: &'a [WorkSeries],
    /// Project, case, reader (pseudonym), round, state, time.
    pub facts: WorkFacts,
    /// Number of the case, for file names.
    pub case_number: u32,
    /// Language of names inside the files: `ja` or `en`.
    pub lang: &'a str,
    /// Findings whose voxels were not all drawn by hand, with the name of what computed them.
    pub computed: BTreeMap<FindingId, String>,
    /// Date of writing, `YYYYMMDD`.
    pub date: String,
    /// Time of writing, `HHMMSS`.
    pub time: String,
}

impl<'a> Work<'a> {
    /// Findings with voxels on a series, by number.
    fn masks_on(&self, series: &'a str) -> Vec<(&'a Finding, &'a Mask)> {
        let on_series = self
            .document
            .findings()
            .filter(move |finding| finding.series == series);
        on_series
            .filter_map(|finding| finding.mask.as_ref().map(|mask| (finding, mask)))
            .collect()
    }

    /// The series on which any finding has voxels, with their place in the case.
    fn painted_series(&self) -> Vec<(usize, &'a WorkSeries)> {
        let series: &'a [WorkSeries] = self.series;
        series
            .iter()
            .enumerate()
            .filter(|(_, series)| !self.masks_on(&series.id).is_empty())
            .collect()
    }

    /// Stem of the files about a series; its number is named only where the case has several.
    fn stem(&self, series: Option<usize>) -> FileStem {
        let number = series
            .filter(|_| self.series.len() > 1)
            .map(|index| index as u32 + 1);
        FileStem {
            case: self.case_number,
            series: number,
            reader: self.facts.reader.clone(),
        }
    }

    /// What the manifest says of a file of this work.
    fn subject(&self, format: &str, source_sop_instance_uids: Vec<String>) -> FileSubject {
        FileSubject {
            format: format.to_owned(),
            case: Some(self.facts.case.clone()),
            reader: Some(self.facts.reader.clone()),
            round: Some(self.facts.round),
            status: Some(self.facts.status.clone()),
            source_sop_instance_uids,
        }
    }

    /// A loss of this work.
    fn loss(&self, format: &str, code: &str, message: impl Into<String>) -> Loss {
        Loss {
            format: format.to_owned(),
            case: Some(self.facts.case.clone()),
            reader: Some(self.facts.reader.clone()),
            code: code.to_owned(),
            message: message.into(),
            ..Loss::default()
        }
    }

    /// What a format that holds masks only leaves out: shapes, answers, comments, the case form.
    fn losses_beside_masks(&self, format: &str) -> Vec<Loss> {
        let findings = || self.document.findings();
        let shapes: usize = findings().map(|finding| finding.shapes.len()).sum();
        let answers: usize = findings().map(|finding| finding.attributes.len()).sum();
        let comments = findings()
            .filter(|finding| !finding.comment.is_empty())
            .count();
        let rows = [
            (
                "shapes",
                shapes,
                "boxes, points and other shapes are not in this format",
            ),
            (
                "attributes",
                answers,
                "answers about findings are not in this format",
            ),
            ("comments", comments, "comments are not in this format"),
            (
                "case_form",
                self.document.form().len(),
                "the case form is not in this format",
            ),
        ];
        let lost = rows.into_iter().filter(|(_, count, _)| *count > 0);
        lost.map(|(code, count, message)| Loss {
            count: Some(count as u64),
            ..self.loss(format, code, message)
        })
        .collect()
    }

    /// The label of a finding; the protocol has every label that a document's findings carry.
    fn label(&self, finding: &Finding) -> Option<&'a Label> {
        self.document.protocol().label(&finding.label)
    }

    /// Name of a finding: its label's, with the finding's number where the label may occur often.
    fn finding_name(&self, finding: &Finding, lang: &str) -> String {
        match self.label(finding) {
            Some(label) if label.many => format!("{} {}", label.name.get(lang), finding.number),
            Some(label) => label.name.get(lang).to_owned(),
            None => format!("{} {}", finding.label, finding.number),
        }
    }
}

/// The SOP Instance UIDs of a series.
fn instances_of(source: &SourceSeries) -> Vec<String> {
    let mut uids: Vec<String> = source
        .planes
        .iter()
        .map(|plane| plane.sop_instance_uid.clone())
        .collect();
    uids.dedup();
    uids
}

#[cfg(test)]
mod tests;
