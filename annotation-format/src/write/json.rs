//! The program's own annotation file: everything about one work, in JSON that other programs can read.
//!
//! Masks are run lengths of the voxels in grid order (i fastest, then j, then k): counts of voxels outside, inside,
//! outside, …, beginning with outside, as decimal numbers with a space between. In Python:
//! `np.repeat(np.arange(len(runs)) % 2, runs).reshape(size[::-1])`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use voxel::{Mask, Span};

use super::{Error, atomic};
use crate::ids::{AttributeId, FieldId, FindingId, LabelId};
use crate::shape::Shape;
use crate::value::Value;

/// Schema tag of the file.
pub const ANNOTATION_SCHEMA: &str = "dokuei-annotation/1";
/// Name of the mask's encoding.
const RUNS: &str = "runs";
/// Most voxels, and most rows of voxels, that a mask is read with: far above any image, far below what would hang.
const MOST_VOXELS: u64 = 1 << 33;
/// See [`MOST_VOXELS`].
const MOST_ROWS: u64 = 1 << 24;
/// Largest number of voxels along one axis.
const LARGEST_AXIS: usize = 1 << 16;
/// Spans that are collected before they are painted.
const SPANS_AT_ONCE: usize = 1 << 16;

/// One reader's work on one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotationFile {
    /// [`ANNOTATION_SCHEMA`].
    pub schema: String,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// Project id, case, reader, round and state.
    pub work: WorkFacts,
    /// The frozen protocol.
    pub protocol: Json,
    /// The series that findings lie on.
    pub series: Vec<AnnotatedSeries>,
    /// Whether "no finding" was said.
    pub no_finding: bool,
    /// The case form.
    pub form: BTreeMap<FieldId, Value>,
    /// The findings, by number.
    pub findings: Vec<FindingRecord>,
    /// The journal's rows, as the caller has them.
    #[serde(default)]
    pub history: Vec<Json>,
}

/// Whose work it is; all of it is pseudonymous.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkFacts {
    /// Project id.
    pub project: String,
    /// Case id.
    pub case: String,
    /// Pseudonym of the reader, or `consensus`.
    pub reader: String,
    /// Reading round, from 1.
    pub round: u32,
    /// State of the work.
    pub status: String,
    /// Time of writing, ISO 8601 with zone.
    pub created_at: String,
}

/// A series and its grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotatedSeries {
    /// Id within the file; findings refer to it.
    pub id: String,
    /// Series Instance UID, empty where the source is not DICOM.
    #[serde(default)]
    pub series_uid: String,
    /// Frame of Reference UID.
    #[serde(default)]
    pub frame_of_reference_uid: Option<String>,
    /// Modality.
    #[serde(default)]
    pub modality: String,
    /// Voxels along i, j, k.
    pub size: [usize; 3],
    /// Voxel centre (i, j, k) to LPS mm, row-major.
    pub affine_lps: [[f64; 4]; 4],
    /// Offsets of the planes in mm where they are not equidistant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plane_offsets_mm: Vec<f64>,
    /// SOP Instance UID of each plane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sop_instance_uids: Vec<String>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// Id.
    pub id: FindingId,
    /// Number within the work.
    pub number: u32,
    /// Label of the protocol.
    pub label: LabelId,
    /// Series that it lies on.
    pub series: String,
    /// Free text.
    #[serde(default)]
    pub comment: String,
    /// Answers.
    #[serde(default)]
    pub attributes: BTreeMap<AttributeId, Value>,
    /// Shapes in continuous voxel coordinates.
    #[serde(default)]
    pub shapes: Vec<Shape>,
    /// Voxels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<MaskText>,
}

/// A mask as run lengths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskText {
    /// `runs`.
    pub encoding: String,
    /// Voxels along i, j, k.
    pub size: [usize; 3],
    /// Voxels inside.
    pub voxels: u64,
    /// Run lengths, outside first.
    pub runs: String,
}

impl AnnotationFile {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Json`], [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        atomic::write_bytes(path, &text)
    }
}

/// Reads an annotation file from its bytes.
///
/// # Errors
/// [`Error::Json`] when it is not one, [`Error::Format`] for another schema.
pub fn read_json(bytes: &[u8]) -> Result<AnnotationFile, Error> {
    let file: AnnotationFile = serde_json::from_slice(bytes)?;
    if file.schema != ANNOTATION_SCHEMA {
        return Err(Error::Format(format!(
            "its schema is {}, not {ANNOTATION_SCHEMA}",
            file.schema
        )));
    }
    Ok(file)
}

impl MaskText {
    /// The run lengths of a mask.
    pub fn of(mask: &Mask) -> MaskText {
        let [columns, rows, planes] = mask.size();
        let mut runs: Vec<u64> = vec![0];
        let mut end = 0_u64;
        mask.for_each_run(|run| {
            let row = (run.k as u64 * rows as u64 + run.j as u64) * columns as u64;
            let (from, to) = (row + run.i0 as u64, row + run.i1 as u64);
            match runs.last_mut() {
                // Goes on from the end of the row before.
                Some(last) if from == end && end > 0 => *last += to - from,
                Some(last) if end == 0 => {
                    *last = from;
                    runs.push(to - from);
                }
                _ => runs.extend([from - end, to - from]),
            }
            end = to;
        });
        let whole = columns as u64 * rows as u64 * planes as u64;
        if end == 0 {
            runs = vec![whole];
        } else if end < whole {
            runs.push(whole - end);
        }
        let text: Vec<String> = runs.iter().map(u64::to_string).collect();
        MaskText {
            encoding: RUNS.to_owned(),
            size: mask.size(),
            voxels: mask.count(),
            runs: text.join(" "),
        }
    }

    /// The mask of the run lengths.
    ///
    /// # Errors
    /// [`Error::Format`] when the numbers do not fill the size exactly or the count differs.
    pub fn mask(&self) -> Result<Mask, Error> {
        let wrong = |what: &str| Error::Format(format!("the mask's {what}"));
        if self.encoding != RUNS {
            return Err(wrong("encoding is not known"));
        }
        if self
            .size
            .iter()
            .any(|&length| length == 0 || length > LARGEST_AXIS)
        {
            return Err(wrong("size is out of range"));
        }
        let [columns, rows, planes] = self.size.map(|length| length as u64);
        let whole = columns * rows * planes;
        if whole > MOST_VOXELS || rows * planes > MOST_ROWS {
            return Err(wrong("size is out of range"));
        }
        let mut painter = Painter {
            mask: Mask::empty(self.size),
            spans: Vec::new(),
        };
        let mut at = 0_u64;
        for (index, word) in self.runs.split_ascii_whitespace().enumerate() {
            let length: u64 = word
                .parse()
                .map_err(|_| wrong("run lengths hold something that is not a number"))?;
            let end = at
                .checked_add(length)
                .filter(|&end| end <= whole)
                .ok_or_else(|| wrong("run lengths are too long"))?;
            if index % 2 == 1 {
                painter.add(at, end)?;
            }
            at = end;
        }
        if at != whole {
            return Err(wrong("run lengths are too short"));
        }
        let mask = painter.finish()?;
        if mask.count() == self.voxels {
            Ok(mask)
        } else {
            Err(wrong("voxel count is another"))
        }
    }
}

/// Collects spans of rows and paints them in portions, so that memory follows the mask and not the text.
struct Painter {
    mask: Mask,
    spans: Vec<Span>,
}

impl Painter {
    /// Adds the voxels `from..to` in grid order.
    fn add(&mut self, mut from: u64, to: u64) -> Result<(), Error> {
        let [columns, rows, _] = self.mask.size().map(|length| length as u64);
        while from < to {
            let (row, i0) = (from / columns, from % columns);
            let i1 = (i0 + to - from).min(columns);
            self.spans.push(Span {
                j: (row % rows) as i64,
                k: (row / rows) as i64,
                i0: i0 as i64,
                i1: i1 as i64,
            });
            from += i1 - i0;
            if self.spans.len() >= SPANS_AT_ONCE {
                self.paint()?;
            }
        }
        Ok(())
    }

    fn paint(&mut self) -> Result<(), Error> {
        let change = self.mask.paint(&self.spans, true);
        self.spans.clear();
        self.mask
            .apply(&change)
            .map_err(|error| Error::Format(error.to_string()))
    }

    fn finish(mut self) -> Result<Mask, Error> {
        self.paint()?;
        Ok(self.mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_begin_with_outside_and_go_on_over_rows() {
        let mask = Mask::from_fn([3, 2, 1], |v| v.0 != [0, 0, 0]);
        assert_eq!(MaskText::of(&mask).runs, "1 5");
        assert_eq!(MaskText::of(&Mask::full([3, 2, 1])).runs, "0 6");
        assert_eq!(MaskText::of(&Mask::empty([3, 2, 1])).runs, "6");
        let corner = Mask::from_fn([3, 2, 1], |v| v.0 == [0, 0, 0]);
        assert_eq!(MaskText::of(&corner).runs, "0 1 5");
    }

    proptest! {
        #[test]
        fn every_mask_comes_back(
            size in (1_usize..40, 1_usize..9, 1_usize..5),
            bits in prop::collection::vec(any::<bool>(), 1500),
        ) {
            let size = [size.0, size.1, size.2];
            let mask = Mask::from_dense(size, &bits[..size.iter().product::<usize>()]);
            prop_assert_eq!(MaskText::of(&mask).mask().unwrap(), mask);
        }

        #[test]
        fn no_text_makes_reading_panic(runs in "[0-9 a]{0,40}", size in prop::array::uniform3(0_usize..300)) {
            // Any answer is right, as long as there is one.
            drop(MaskText { encoding: RUNS.into(), size, voxels: 1, runs }.mask());
        }
    }

    #[test]
    fn run_lengths_that_do_not_fit_are_refused() {
        let text = |runs: &str, voxels| MaskText {
            encoding: "runs".into(),
            size: [2, 2, 1],
            voxels,
            runs: runs.into(),
        };
        assert!(text("1 2 1", 2).mask().is_ok());
        for (runs, voxels) in [
            ("1 2", 2),
            ("1 2 2", 2),
            ("1 2 1", 3),
            ("1 x", 0),
            ("1 18446744073709551615", 0),
        ] {
            assert!(text(runs, voxels).mask().is_err(), "{runs}");
        }
    }

    #[test]
    fn a_file_of_another_schema_is_refused() {
        assert!(matches!(read_json(b"{}"), Err(Error::Json(_))));
    }
}
