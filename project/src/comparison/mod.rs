//! Comparison: a pure function of submitted versions and protocol, stored with its inputs.
//!
//! Readers are a, b, … in an order drawn per case; no name, id or time of a reader leaves this module.

mod answers;
mod figures;
mod geometry;
mod pairing;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use annotation_format::{Attribute, Finding, Protocol, Value};
use voxel::Grid;

use crate::cases::{grid_of, undecided};
use crate::error::{Error, Result};
use crate::ids::{ComparisonId, PersonId, ProtocolVersionId};
use crate::journal::decode_document;
use crate::project::Project;
use crate::session::{Act, Grant, Session};
use crate::state::{Input, in_drawn_order};
use crate::store::assignments::{self, AssignmentState};
use crate::store::audit;
use crate::store::cases::{self, CaseRecord};
use crate::store::comparisons::{self, ComparisonRow, NewComparison};
use crate::store::journal;

pub(crate) use answers::answer_text;
pub(crate) use figures::masks_of;
pub(crate) use pairing::{DEFAULT_DISTANCE_MM, DEFAULT_IOU, Group};
pub use rows::{
    AnswerRow, Comparison, DecisionView, FindingRow, FormRow, LabelRow, MatchKind, Reading,
    ReadingHead,
};

/// Name and version of the rules here: a stored comparison says by which it was made.
pub(crate) const ENGINE: &str = "dokuei-compare-1";

/// Letter of a place in the drawn order.
pub(crate) fn letter(place: usize) -> String {
    let alphabet = b"abcdefghijklmnopqrstuvwxyz";
    match alphabet.get(place) {
        Some(sign) => char::from(*sign).to_string(),
        None => format!("r{}", place + 1),
    }
}

/// Everything a comparison is computed from.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) case: CaseRecord,
    pub(crate) protocol: Arc<Protocol>,
    pub(crate) protocol_version: ProtocolVersionId,
    /// Grid of each series that has geometry.
    pub(crate) grids: BTreeMap<String, Grid>,
    /// The readings in their drawn order.
    pub(crate) readings: Vec<Reading>,
    /// Readers in the same order: never shown.
    pub(crate) persons: Vec<PersonId>,
    /// JSON of readers and versions in their drawn order.
    pub(crate) inputs: String,
}

/// What is computed, before decisions and state are added.
#[derive(Debug)]
pub(crate) struct Computed {
    pub(crate) labels: Vec<LabelRow>,
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) case_form: Vec<FormRow>,
}

impl Computed {
    /// Rows out of tolerance. Findings that are computed from others follow their parts.
    pub(crate) fn to_decide(&self, protocol: &Protocol) -> Vec<String> {
        let is_drawn = |row: &&FindingRow| {
            protocol
                .label(&row.label)
                .is_none_or(|label| !label.is_derived())
        };
        let findings = self
            .findings
            .iter()
            .filter(is_drawn)
            .filter(|row| !row.agreed);
        let fields = self.case_form.iter().filter(|row| row.needs_decision);
        findings
            .map(|row| row.id.clone())
            .chain(fields.map(|row| row.id.clone()))
            .collect()
    }
}

/// A comparison that has still to be computed; runs on any thread.
#[derive(Debug)]
pub struct ComparisonJob {
    material: Material,
}

impl ComparisonJob {
    /// Computes the figures.
    ///
    /// # Errors
    /// [`Error::Agreement`] for masks that do not lie on their series' grid.
    pub fn run(self) -> Result<ComparedCase> {
        let computed = self.material.compute()?;
        Ok(ComparedCase {
            material: self.material,
            computed,
        })
    }
}

/// A computed comparison, for [`Project::finish_comparison`].
#[derive(Debug)]
pub struct ComparedCase {
    material: Material,
    computed: Computed,
}

/// Whether the last revisions are compared, or the last ones made without having seen the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revisions {
    Last,
    LastBlinded,
}

impl Material {
    /// Findings that belong together, in the order of labels and numbers.
    pub(crate) fn groups(&self) -> Vec<Group> {
        pairing::group(&self.protocol, &self.grids, &self.readings)
    }

    /// The answer of a reading about its finding, computed ones included; `None` if not asked.
    pub(crate) fn answer(
        &self,
        place: usize,
        finding: &Finding,
        attribute: &Attribute,
    ) -> Option<Value> {
        answers::answer(self, self.readings.get(place)?, finding, attribute)
    }

    /// IoU of two members, or their distance in mm where one of them has no extent.
    pub(crate) fn pair_score(&self, a: Option<&Finding>, b: Option<&Finding>) -> Option<f64> {
        let (a, b) = (a?, b?);
        geometry::iou(a, b).or_else(|| geometry::distance_mm(a, b, &self.grids))
    }

    pub(crate) fn compute(&self) -> Result<Computed> {
        let groups = self.groups();
        Ok(Computed {
            labels: figures::label_rows(self, &groups)?,
            findings: figures::finding_rows(self, &groups)?,
            case_form: answers::form_rows(&self.protocol, &self.readings),
        })
    }
}

impl Project {
    /// Compares the submitted readings of a case. The first comparison of these versions is stored.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks and every assigned reader has submitted;
    /// [`Error::NoSuchCase`]; [`Error::Agreement`].
    pub fn compare(&self, session: &Session, case: &str) -> Result<Comparison> {
        let compared = self.comparison_job(session, case)?.run()?;
        self.finish_comparison(session, compared)
    }

    /// Reads what a comparison needs, so that a window computes it on another thread and hands the
    /// answer to [`Project::finish_comparison`].
    ///
    /// # Errors
    /// As [`Project::compare`].
    pub fn comparison_job(&self, session: &Session, case: &str) -> Result<ComparisonJob> {
        let grant = self.authorise(session, Act::Compare)?;
        let (case, states) = self.complete_case(&grant, case)?;
        Ok(ComparisonJob {
            material: self.material(case, &states, Revisions::Last)?,
        })
    }

    /// Stores a computed comparison, if it is the first of its versions, and adds the decisions.
    ///
    /// # Errors
    /// As [`Project::compare`]: a case that was reopened in between is refused.
    pub fn finish_comparison(
        &self,
        session: &Session,
        compared: ComparedCase,
    ) -> Result<Comparison> {
        let grant = self.authorise(session, Act::Compare)?;
        let ComparedCase { material, computed } = compared;
        self.complete_case(&grant, material.case.id.as_str())?;
        let stored = self.stored_comparison(&grant, &material, &computed)?;
        self.with_decisions(&material, computed, stored.as_ref())
    }

    /// The submitted documents of a case in the order a, b, …, for pictures side by side.
    ///
    /// # Errors
    /// As [`Project::compare`].
    pub fn readings(&self, session: &Session, case: &str) -> Result<Vec<Reading>> {
        let grant = self.authorise(session, Act::Compare)?;
        let (case, states) = self.complete_case(&grant, case)?;
        Ok(self.material(case, &states, Revisions::Last)?.readings)
    }

    /// Reads the submitted versions of a case, in the drawn order.
    pub(crate) fn material(
        &self,
        case: CaseRecord,
        states: &[AssignmentState],
        revisions: Revisions,
    ) -> Result<Material> {
        let protocol_version = one_protocol(states)?;
        let protocol = self.protocol_version(&protocol_version)?;
        let mut by_reader = BTreeMap::new();
        let mut inputs = Vec::new();
        for state in states {
            let submissions = assignments::submissions_of(&self.db, &state.id)?;
            let chosen = match revisions {
                Revisions::Last => submissions.last(),
                Revisions::LastBlinded => submissions.iter().rev().find(|row| row.blinded),
            };
            let Some(chosen) = chosen else { continue };
            inputs.push(Input {
                reader: state.reader.clone(),
                version: chosen.version.clone(),
            });
            by_reader.insert(state.reader.clone(), chosen.clone());
        }
        let inputs = in_drawn_order(&self.facts, &case.id, inputs);
        let mut readings = Vec::with_capacity(inputs.len());
        for (place, input) in inputs.iter().enumerate() {
            let version = journal::version(&self.db, self.seal, &input.version)?;
            let payload = &version.payload;
            let document = decode_document(&self.db, self.seal, payload, Arc::clone(&protocol))?;
            let submission = by_reader.get(&input.reader);
            readings.push(Reading {
                letter: letter(place),
                document,
                revision: submission.map_or(1, |row| row.rev),
                blinded: submission.is_none_or(|row| row.blinded),
            });
        }
        let mut grids = BTreeMap::new();
        for series in cases::series_of_case(&self.db, self.seal, &case.id)? {
            if let Some(grid) = grid_of(&series)? {
                grids.insert(series.id.as_str().to_owned(), grid);
            }
        }
        Ok(Material {
            case,
            protocol,
            protocol_version,
            grids,
            persons: inputs.iter().map(|input| input.reader.clone()).collect(),
            inputs: serde_json::to_string(&inputs)?,
            readings,
        })
    }

    /// The stored row of this comparison; written now if this is the first time and the project
    /// can be written.
    pub(crate) fn stored_comparison(
        &self,
        grant: &Grant,
        material: &Material,
        computed: &Computed,
    ) -> Result<Option<ComparisonRow>> {
        let case = &material.case.id;
        let found = comparisons::of_inputs(&self.db, case, &material.inputs, ENGINE)?;
        if found.is_some() || !self.is_writable() {
            return Ok(found);
        }
        let to_decide = computed.to_decide(&material.protocol);
        let row = ComparisonRow {
            id: ComparisonId::fresh(),
            case: case.clone(),
            inputs: material.inputs.clone(),
            is_agreed: to_decide.is_empty(),
            to_decide: serde_json::to_string(&to_decide)?,
        };
        let result = serde_json::json!({
            "labels": computed.labels,
            "findings": computed.findings,
            "case_form": computed.case_form,
        });
        self.write(grant.person(), |recorder| {
            let new = NewComparison {
                row: &row,
                set: &self.facts.set,
                protocol: &material.protocol_version,
                engine: ENGINE,
                result: &result.to_string(),
                mono: recorder.mono(),
            };
            comparisons::insert(recorder.db(), self.seal, &new, &recorder.ev())?;
            recorder.row("compare", &audit::COMPARISON, row.id.as_str())
        })?;
        Ok(Some(row))
    }

    fn with_decisions(
        &self,
        material: &Material,
        computed: Computed,
        stored: Option<&ComparisonRow>,
    ) -> Result<Comparison> {
        let all = computed.to_decide(&material.protocol);
        let (decisions, to_decide) = match stored {
            Some(row) => {
                let made = comparisons::decisions(&self.db, self.seal, &row.id)?;
                let decided = made
                    .iter()
                    .map(|made| (row.id.clone(), made.finding.clone()))
                    .collect();
                let left = undecided(&row.id, &row.to_decide, &decided)?;
                (made, left)
            }
            None => (Vec::new(), all.clone()),
        };
        let views: BTreeMap<&str, DecisionView> = decisions
            .iter()
            .map(|row| (row.finding.as_str(), DecisionView::of(row)))
            .collect();
        let Computed {
            labels,
            mut findings,
            mut case_form,
        } = computed;
        for row in &mut findings {
            row.decision = views.get(row.id.as_str()).cloned();
        }
        for row in &mut case_form {
            row.decision = views.get(row.id.as_str()).cloned();
        }
        let readers = material.readings.iter().map(head_of).collect();
        Ok(Comparison {
            case: material.case.id.clone(),
            number: material.case.number,
            state: self.unit_state(&material.case.id)?,
            agreed: all.is_empty(),
            readers,
            labels,
            findings,
            case_form,
            to_decide,
        })
    }
}

fn head_of(reading: &Reading) -> ReadingHead {
    ReadingHead {
        letter: reading.letter.clone(),
        revision: reading.revision,
        blinded: reading.blinded,
        findings: reading.document.findings().len(),
        no_finding: reading.document.no_finding(),
    }
}

/// No figure mixes protocols: all readings of a unit are under one.
fn one_protocol(states: &[AssignmentState]) -> Result<ProtocolVersionId> {
    let mut versions: Vec<&ProtocolVersionId> =
        states.iter().map(|state| &state.protocol).collect();
    versions.sort();
    versions.dedup();
    match versions.as_slice() {
        [version] => Ok((*version).clone()),
        _ => Err(Error::MixedProtocols),
    }
}
