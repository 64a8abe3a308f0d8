//! What the project hands over for its agreement report.

use std::collections::BTreeMap;

use agreement::report::{
    Bilingual, FieldChoice, FindingComparison, LabelComparison, LabelPicture, ProtocolLine,
    ReaderLine, ReportAnswer, ReportCase, ReportField, ReportInput, ReportLabel, StudyKind,
    StudyNotes,
};
use agreement::{MatchRule, PairOptions, Scale, largest_difference, overlap, pair};
use annotation_format::protocol::Pairing;
use annotation_format::{
    Attribute, AttributeKind, Finding, Label, Protocol, Text, Tolerance, Value,
};
use voxel::{Affine, Grid, Mask};

use crate::clock::now_text;
use crate::comparison::{Group, Material, Revisions, answer_text, masks_of};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::assignments::{self, AssignmentState};
use crate::store::cases::{self, CaseRecord};
use crate::store::comparisons::{self, ComparisonRow};

impl Project {
    /// Everything that the agreement report is computed from: the cases whose readers have all
    /// submitted, each with its last readings made without having seen the other one. With more
    /// than two readers the first two of each case's drawn order.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks and at least one case is complete;
    /// [`Error::Agreement`].
    pub fn report_input(&self, session: &Session) -> Result<ReportInput> {
        let grant = self.authorise(session, Act::Compare)?;
        let complete = self.complete_cases()?;
        if complete.is_empty() {
            return Err(self.refuse(&grant));
        }
        let protocol = self.protocol()?;
        let mut cases = Vec::with_capacity(complete.len());
        let mut readers = 2;
        for (case, states) in complete {
            let material = match self.material(case, &states, Revisions::LastBlinded) {
                Err(Error::MixedProtocols) => continue, // figures never mix protocols
                material => material?,
            };
            if material.readings.len() < 2 || material.protocol.sha256 != protocol.sha256 {
                continue; // one reading compares with nothing
            }
            readers = readers.max(material.readings.len());
            let stored = comparisons::last_of_case(&self.db, &material.case.id)?;
            cases.push(self.report_case(&material, stored.as_ref())?);
        }
        Ok(ReportInput {
            kind: StudyKind::InterReader,
            project: self.facts.title.clone(),
            protocol: ProtocolLine {
                id: protocol.id.clone(),
                name: bilingual(&protocol.title),
                version: protocol.version.clone(),
                sha256: protocol.sha256.clone(),
            },
            program: format!("Dokuei {}", env!("CARGO_PKG_VERSION")),
            created_at: now_text(),
            readers: ["A", "B"].map(|name| ReaderLine {
                name: name.to_owned(),
                background: String::new(),
            }),
            pair_options: PairOptions::default(),
            match_rule: match_rule(&protocol),
            fields: fields(&protocol),
            cases,
            notes: self.notes(&protocol, readers)?,
        })
    }

    /// Cases in the worklist whose readers have all submitted.
    pub(crate) fn complete_cases(&self) -> Result<Vec<(CaseRecord, Vec<AssignmentState>)>> {
        let mut by_case: BTreeMap<_, Vec<AssignmentState>> = BTreeMap::new();
        for state in assignments::states(&self.db)? {
            by_case.entry(state.case.clone()).or_default().push(state);
        }
        Ok(cases::all(&self.db, self.seal)?
            .into_iter()
            .filter(|case| !case.excluded)
            .filter_map(|case| {
                let states = by_case.remove(&case.id)?;
                states
                    .iter()
                    .all(AssignmentState::is_submitted)
                    .then_some((case, states))
            })
            .collect())
    }

    fn report_case(
        &self,
        material: &Material,
        stored: Option<&ComparisonRow>,
    ) -> Result<ReportCase> {
        let decisions = match stored {
            Some(row) => comparisons::decisions(&self.db, self.seal, &row.id)?,
            None => Vec::new(),
        };
        let groups = material.groups();
        let mut labels = Vec::new();
        for label in &material.protocol.labels {
            labels.extend(report_label(material, label)?);
        }
        let mut findings = Vec::new();
        let mut answers = form_answers(material);
        for group in &groups {
            let Some(first) = group.first() else { continue };
            let row = group.id();
            let member = |place: usize| group.members.get(place).and_then(Option::as_ref);
            if member(0).is_none() && member(1).is_none() {
                continue;
            }
            findings.push(FindingComparison {
                label: first.label.to_string(),
                name: material
                    .protocol
                    .label(&first.label)
                    .map_or_else(Bilingual::default, |label| bilingual(&label.name)),
                a: member(0).map(|finding| finding.number),
                b: member(1).map(|finding| finding.number),
                score: material.pair_score(member(0), member(1)),
                decision: decisions
                    .iter()
                    .find(|made| made.finding == row)
                    .map(|made| made.decision.clone()),
            });
            answers.extend(finding_answers(material, group, &row));
        }
        Ok(ReportCase {
            case: material.case.number.to_string(),
            comparison: stored.map(|row| row.id.to_string()).unwrap_or_default(),
            labels,
            findings,
            answers,
        })
    }

    fn notes(&self, protocol: &Protocol, readers: usize) -> Result<StudyNotes> {
        let people = self.people()?;
        let qualified: Vec<String> = people
            .iter()
            .filter(|person| person.roles.contains(&crate::session::Role::Reader))
            .filter_map(|person| person.qualification.clone())
            .collect();
        let (cases, ..) = cases::counts(&self.db)?;
        let mut sampling = Bilingual::new(
            format!(
                "プロジェクトの症例 {cases}。割り当ては均等、順序は読影者ごとに無作為、A と B は症例ごとに無作為"
            ),
            format!(
                "{cases} cases in the project; balanced allocation, order drawn per reader; \
                 A and B drawn per case"
            ),
        );
        if readers > 2 {
            sampling
                .ja
                .push_str("。読影者が 3 名以上のときは無作為な順の先頭 2 名");
            let more = "; of more than two readers the first two of the drawn order";
            sampling.en.push_str(more);
        }
        let modalities = |of: fn(&Text) -> &str, between: &str| {
            let names = protocol
                .modalities
                .iter()
                .map(|modality| of(&modality.name));
            names.collect::<Vec<_>>().join(between)
        };
        Ok(StudyNotes {
            device: Bilingual::new(
                modalities(|name| &name.ja, "、"),
                modalities(|name| &name.en, ", "),
            ),
            readers: Bilingual::new(qualified.join("、"), qualified.join("; ")),
            rationale: bilingual(&protocol.purpose),
            sampling,
            independence: Bilingual::new(
                "独立した読影。他の読影者の結果は見えない。比較を見た後の改訂は含めない",
                "independent readings; no reader sees another one's work; revisions made after a \
                 comparison was seen are left out",
            ),
            ..StudyNotes::default()
        })
    }
}

fn bilingual(text: &Text) -> Bilingual {
    Bilingual::new(text.ja.clone(), text.en.clone())
}

/// The first label's rule stands for all in the report's method line.
fn match_rule(protocol: &Protocol) -> MatchRule {
    let rule = protocol
        .labels
        .iter()
        .find_map(|label| protocol.tolerance_of(&label.id));
    match rule {
        Some(Tolerance::Label {
            pairing: Pairing::DistanceMm,
            threshold,
            ..
        }) => MatchRule::ThresholdMm(threshold.unwrap_or(crate::comparison::DEFAULT_DISTANCE_MM)),
        Some(Tolerance::Label {
            threshold: Some(least),
            ..
        }) => MatchRule::ThresholdIou(*least),
        _ => MatchRule::ThresholdIou(crate::comparison::DEFAULT_IOU),
    }
}

/// Attributes and form fields with a scale; free text and sets of choices have none.
fn fields(protocol: &Protocol) -> Vec<ReportField> {
    let asked = protocol.attributes.iter().chain(&protocol.case_form);
    asked.filter_map(field).collect()
}

fn field(attribute: &Attribute) -> Option<ReportField> {
    let choices = |attribute: &Attribute| {
        attribute
            .values
            .iter()
            .map(|choice| FieldChoice {
                id: choice.id.clone(),
                name: bilingual(&choice.name),
            })
            .collect()
    };
    let (scale, choices) = match attribute.kind {
        AttributeKind::Code => (Scale::Nominal, choices(attribute)),
        AttributeKind::Ordinal => (Scale::Ordinal, choices(attribute)),
        AttributeKind::Bool => {
            let yes_no = [("false", "いいえ", "no"), ("true", "はい", "yes")];
            let choice = |(id, ja, en): (&str, &str, &str)| FieldChoice {
                id: id.to_owned(),
                name: Bilingual::new(ja, en),
            };
            (Scale::Nominal, yes_no.map(choice).to_vec())
        }
        AttributeKind::Integer | AttributeKind::Decimal => (Scale::Ratio, Vec::new()),
        AttributeKind::Text | AttributeKind::Codes | AttributeKind::Date => return None,
    };
    let name = bilingual(&attribute.name);
    Some(ReportField {
        field: attribute.id.to_string(),
        name,
        scale,
        choices,
    })
}

/// Figures of a label that has voxels, between a and b; agreed absence is a figure too.
fn report_label(material: &Material, label: &Label) -> Result<Option<ReportLabel>> {
    if !label.can_be_painted() && !label.is_derived() {
        return Ok(None);
    }
    let [Some(a), Some(b)] = [0, 1].map(|place| {
        material
            .readings
            .get(place)
            .map(|reading| masks_of(reading, &label.id))
    }) else {
        return Ok(None);
    };
    let series = a
        .keys()
        .chain(b.keys())
        .next()
        .or_else(|| material.grids.keys().next());
    let Some(series) = series else {
        return Ok(None);
    };
    let sides = [a.get(series), b.get(series)];
    let grid = material.grids.get(series);
    let size = sides
        .iter()
        .flatten()
        .next()
        .map(|mask| mask.size())
        .or(grid.map(Grid::size));
    let Some(size) = size else { return Ok(None) };
    let empty = Mask::empty(size);
    let [a, b] = sides.map(|side| side.unwrap_or(&empty));
    let failed = |error: agreement::Error| Error::Agreement(error.code().to_owned());
    let comparison = match grid {
        Some(grid) => {
            LabelComparison::from(pair(a, b, grid, &PairOptions::default()).map_err(failed)?)
        }
        None => {
            let unit = Grid::new(size, Affine::scaling([1.0; 3]))
                .map_err(|error| Error::Damaged(error.to_string()))?;
            LabelComparison::from(overlap(a, b, &unit).map_err(failed)?)
        }
    };
    let aspect = grid.map_or(1.0, |grid| {
        let [x, y, _] = grid.spacing_mm();
        y / x
    });
    let picture = largest_difference(&[a, b]).map(|plane| LabelPicture {
        case: material.case.id.to_string(),
        series: series.to_string(),
        plane,
        aspect,
        image: None,
    });
    let name = bilingual(&label.name);
    Ok(Some(ReportLabel {
        label: label.id.to_string(),
        name,
        comparison,
        picture,
    }))
}

fn form_answers(material: &Material) -> Vec<ReportAnswer> {
    let said = |place: usize, id: &annotation_format::FieldId| -> Option<&Value> {
        material.readings.get(place)?.document.form().get(id)
    };
    material
        .protocol
        .case_form
        .iter()
        .map(|field| {
            let id = field.field_id();
            let [a, b] = [0, 1].map(|place| said(place, &id).and_then(answer_text));
            ReportAnswer {
                field: id.to_string(),
                item: String::new(),
                a,
                b,
            }
        })
        .collect()
}

/// Answers about findings of both; an answer about a finding that only one has compares with none.
fn finding_answers(material: &Material, group: &Group, row: &str) -> Vec<ReportAnswer> {
    let member = |place: usize| -> Option<&Finding> { group.members.get(place)?.as_ref() };
    let (Some(a), Some(b)) = (member(0), member(1)) else {
        return Vec::new();
    };
    material
        .protocol
        .attributes_of(&a.label)
        .map(|attribute| {
            let of = |place: usize, finding: &Finding| {
                material
                    .answer(place, finding, attribute)
                    .as_ref()
                    .and_then(answer_text)
            };
            ReportAnswer {
                field: attribute.id.to_string(),
                item: row.to_owned(),
                a: of(0, a),
                b: of(1, b),
            }
        })
        .collect()
}
