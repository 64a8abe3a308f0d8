//! Comparison, adjudication, agreement, report and export, for the lead.

use super::case_work::load_entry;
use super::{Desk, Screen, outcome};
use crate::act::export::{ExportRequest, What};
use crate::act::import::study_name;
use crate::act::series::entry_of;
use crate::court::{AttributeRow, Court, LabelRow, Opening, Row, Side, Take};
use crate::language::Words;
use crate::screens::agreement::{CaseFigures, LabelFigures};
use crate::screens::export::FORMATS;
use crate::screens::reading::value_text;
use crate::screens::worklist::CaseState;
use annotation_format::{Attribute, Document, Finding, Protocol, ShapeKind, Value};
use project::{Comparison, FindingRow, Reading};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use voxel::VoxelPoint;

/// What a comparison asks of the storage thread.
struct Compared {
    comparison: Comparison,
    readings: Vec<Reading>,
    files: Vec<project::SeriesFiles>,
}

impl Desk {
    pub(super) fn compare(&mut self, case: String) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                Ok(Compared {
                    comparison: project.compare(&session, &case)?,
                    readings: project.readings(&session, &case)?,
                    files: project.series_files(&session, &case)?,
                })
            },
            |desk, result: project::Result<Compared>| match result {
                Ok(compared) => desk.enter_court(&compared),
                Err(error) => {
                    let text = match error {
                        project::Error::Refused => desk.t("adjudication-not-ready"),
                        other => outcome::sentence(&desk.words, &other),
                    };
                    desk.say_fault(text);
                }
            },
        );
    }

    fn enter_court(&mut self, compared: &Compared) {
        let color = |c: egui::Color32| [c.r(), c.g(), c.b()];
        let colors = [color(self.theme.color.a), color(self.theme.color.b)];
        let study = compared
            .files
            .iter()
            .find_map(|files| entry_of(files).ok())
            .map_or_else(String::new, |entry| study_name(&entry));
        let opening = opening_of(&self.words, compared, study);
        let kept = self.court.take().filter(|court| court.case == opening.case);
        let court = Court::open(opening, colors);
        self.court = Some(match kept {
            Some(old) => court.keeping_pixels_of(old),
            None => court,
        });
        self.screen = Screen::Adjudication;
    }

    /// Loads the series that the selected row lies on.
    pub(super) fn load_what_court_wants(&mut self) {
        if self.screen != Screen::Adjudication || self.loading.is_some() {
            return;
        }
        let Some((case, wanted)) = self
            .court
            .as_ref()
            .and_then(|court| Some((court.case.clone(), court.wanted_series()?.to_owned())))
        else {
            return;
        };
        let Some(session) = self.open_session().map(|(_, session)| session) else {
            return;
        };
        self.loading = Some(super::Progress::default());
        let Some(open) = &self.open else { return };
        let asked = case.clone();
        open.ask(
            &self.background,
            move |project| project.series_files(&session, &asked),
            move |desk, result| {
                let found = result
                    .ok()
                    .and_then(|all| all.into_iter().find(|files| files.id.to_string() == wanted));
                desk.load_for_court(case, wanted, found);
            },
        );
    }

    fn load_for_court(
        &mut self,
        case: String,
        wanted: String,
        files: Option<project::SeriesFiles>,
    ) {
        let Some(entry) = files.and_then(|files| entry_of(&files).ok()) else {
            return;
        };
        let progress = self.background.spawn(
            "load-series",
            move |progress| load_entry(&entry, progress).map(Arc::new),
            move |desk, result| {
                desk.loading = None;
                match result {
                    Ok(loaded) => {
                        let protocol = desk.court_protocol();
                        let window = crate::room::first_window(&loaded, &protocol);
                        if let Some(court) = desk.court.as_mut().filter(|court| court.case == case)
                        {
                            court.show_loaded(wanted, loaded, window);
                        }
                    }
                    Err(why) => {
                        let text = desk.words.f("error-images", &[("what", why.into())]);
                        desk.say_fault(text);
                        desk.screen = Screen::Worklist;
                        desk.court = None;
                    }
                }
            },
        );
        self.loading = Some(progress);
    }

    fn court_protocol(&self) -> Protocol {
        self.court.as_ref().map_or_else(
            || Protocol::builtin().clone(),
            |court| (*court.protocol).clone(),
        )
    }

    pub(super) fn decide(&mut self) {
        let texts =
            ["adjudication-needs-choice", "adjudication-needs-reason"].map(|key| self.t(key));
        let Some(court) = &mut self.court else { return };
        let Some(row) = court
            .row()
            .filter(|row| !row.is_agreed)
            .map(|row| row.id.clone())
        else {
            if let Some(next) = court.next_open() {
                court.select(next);
            }
            return;
        };
        let Some(choice) = court.choice else {
            court.fault = Some(texts[0].clone());
            return;
        };
        if court.reason.trim().is_empty() {
            court.fault = Some(texts[1].clone());
            return;
        }
        let decision = project::NewDecision {
            finding: row,
            take: match choice {
                Take::A => project::Take::Reader(0),
                Take::B => project::Take::Reader(1),
                Take::Intersection => project::Take::Intersection,
                Take::Union => project::Take::Union,
                Take::Reject => project::Take::None,
                Take::Unresolved => project::Take::Unresolved,
            },
            mask: None,
            reason: court.reason.trim().to_owned(),
        };
        let case = court.case.clone();
        let decided = self.t(choice.text_key());
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.adjudicate(&session, &case, &decision),
            move |desk, result| match result {
                Ok(_) => desk.decided(decided),
                Err(error) => {
                    let text = outcome::sentence(&desk.words, &error);
                    if let Some(court) = &mut desk.court {
                        court.fault = Some(text);
                    }
                }
            },
        );
    }

    fn decided(&mut self, text: String) {
        let Some(court) = &mut self.court else { return };
        let selected = court.selected;
        if let Some(row) = court.rows.get_mut(selected) {
            row.decided = Some(text);
        }
        let next = court.next_open().unwrap_or(selected);
        court.select(next);
        self.refresh_cases();
    }

    /// Compares every case whose readers have all submitted.
    pub(super) fn refresh_agreement(&mut self) {
        let cases: Vec<String> = self
            .cases
            .iter()
            .filter(|row| {
                matches!(
                    row.state,
                    CaseState::Ready | CaseState::Discordant | CaseState::Settled
                )
            })
            .map(|row| row.id.clone())
            .collect();
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                let compared: Vec<Comparison> = cases
                    .iter()
                    .filter_map(|case| project.compare(&session, case).ok())
                    .collect();
                (compared, project.protocol().ok())
            },
            |desk, (compared, protocol)| {
                let Some(protocol) = protocol else { return };
                desk.agreement.labels = label_figures(&desk.words, &protocol, &compared);
                desk.agreement.cases = compared.iter().map(case_figures).collect();
            },
        );
    }

    pub(super) fn report(&mut self, path: PathBuf) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let language = self.words.language();
        let target = path.clone();
        open.ask(
            &self.background,
            move |project| {
                crate::act::report::write(project, &session, &target, language)
                    .map_err(|error| error.to_string())
            },
            move |desk, result| match result {
                Ok(()) => {
                    desk.agreement.said = Some(desk.words.f(
                        "agreement-report-done",
                        &[("path", path.display().to_string().into())],
                    ));
                }
                Err(why) => {
                    let text = desk.words.f("error-other", &[("what", why.into())]);
                    desk.say_fault(text);
                }
            },
        );
    }

    pub(super) fn export(&mut self) {
        let formats = FORMATS
            .iter()
            .zip(self.export.chosen)
            .filter(|(_, chosen)| *chosen)
            .map(|((id, _), _)| (*id).to_owned())
            .collect();
        let what = if self.export.only_consensus {
            What::Consensus
        } else {
            What::All
        };
        let request = ExportRequest {
            folder: PathBuf::from(self.export.folder.trim()),
            formats,
            what,
        };
        self.export.is_busy = true;
        self.export.said = None;
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                crate::act::export::gather(project, &session, &request)
                    .map(|gathered| (gathered, request))
                    .map_err(|error| error.to_string())
            },
            |desk, gathered| match gathered {
                Ok((gathered, request)) => {
                    desk.background.spawn(
                        "export",
                        move |_| {
                            crate::act::export::write(&gathered, &request)
                                .map_err(|error| error.to_string())
                        },
                        Self::exported,
                    );
                }
                Err(why) => desk.exported(Err(why)),
            },
        );
    }

    fn exported(&mut self, result: Result<crate::act::export::Exported, String>) {
        self.export.is_busy = false;
        self.export.said = Some(match result {
            Ok(done) => {
                self.export.files = done.files.iter().map(|file| file.path.clone()).collect();
                self.export.losses = done.losses;
                Ok(self
                    .words
                    .f("export-done", &[("count", done.files.len().into())]))
            }
            Err(why) => Err(self.words.f("error-export", &[("what", why.into())])),
        });
    }
}

fn opening_of(words: &Words, compared: &Compared, study: String) -> Opening {
    let Compared {
        comparison,
        readings,
        ..
    } = compared;
    let protocol = readings.first().map_or_else(
        || Arc::new(Protocol::builtin().clone()),
        |reading| reading.document.protocol().clone(),
    );
    let mut rows: Vec<Row> = comparison
        .findings
        .iter()
        .enumerate()
        .map(|(index, row)| row_of(words, &protocol, index, row, readings))
        .collect();
    rows.extend(
        comparison
            .case_form
            .iter()
            .filter(|row| row.needs_decision)
            .map(|row| {
                let attribute = protocol
                    .case_form
                    .iter()
                    .find(|field| field.id.as_str() == row.name.as_str());
                Row {
                    id: row.id.clone(),
                    name: attribute.map_or_else(
                        || row.name.to_string(),
                        |field| field.name.get(words.code()).to_owned(),
                    ),
                    series: rows_series(comparison),
                    a: Some(Side::default()),
                    b: Some(Side::default()),
                    dice: None,
                    hd95_mm: None,
                    attributes: attribute
                        .map(|field| answers_of(words, field, &row.answers))
                        .into_iter()
                        .collect(),
                    is_agreed: false,
                    is_label_different: false,
                    is_shape_different: false,
                    decided: row
                        .decision
                        .as_ref()
                        .map(|decision| decision.decision.clone()),
                }
            }),
    );
    Opening {
        case: comparison.case.to_string(),
        number: super::case_number_text(comparison.number),
        study,
        labels: comparison
            .labels
            .iter()
            .filter(|row| row.n_findings_a + row.n_findings_b > 0)
            .map(|row| label_row(words, &protocol, row))
            .collect(),
        rows,
        protocol,
    }
}

fn rows_series(comparison: &Comparison) -> String {
    comparison
        .findings
        .first()
        .map_or_else(String::new, |row| row.series.clone())
}

fn label_name(words: &Words, protocol: &Protocol, id: &str) -> String {
    protocol
        .labels
        .iter()
        .find(|label| label.id.as_str() == id)
        .map_or_else(
            || id.to_owned(),
            |label| label.name.get(words.code()).to_owned(),
        )
}

fn label_row(words: &Words, protocol: &Protocol, row: &project::LabelRow) -> LabelRow {
    LabelRow {
        name: label_name(words, protocol, &row.label),
        dice: row.dice,
        iou: row.iou,
        voxel_kappa: row.voxel_kappa,
        hd95_mm: row.hd95_mm,
        volumes_ml: [row.volume_a_ml, row.volume_b_ml],
    }
}

fn row_of(
    words: &Words,
    protocol: &Protocol,
    index: usize,
    row: &FindingRow,
    readings: &[Reading],
) -> Row {
    let side = |letter: &str| {
        let reading = readings.iter().find(|reading| reading.letter == letter)?;
        let id = row.members.get(letter)?.as_ref()?;
        let finding = reading.document.finding(id)?;
        let volume = row
            .volumes_ml
            .get(letter)
            .copied()
            .flatten()
            .map(|ml| ml * 1000.0);
        Some(side_of(words, &reading.document, finding, volume))
    };
    let (a, b) = (side("a"), side("b"));
    let is_label_different = matches!((&a, &b), (Some(a), Some(b)) if a.label != b.label);
    let attributes = row
        .attributes
        .iter()
        .filter_map(|answer| {
            let attribute = protocol
                .attributes
                .iter()
                .find(|attribute| attribute.id == answer.name)?;
            Some(answers_of(words, attribute, &answer.answers))
        })
        .collect::<Vec<_>>();
    let attributes_agree = row.attributes.iter().all(|answer| answer.within_tolerance);
    Row {
        id: row.id.clone(),
        name: format!("F{}", index + 1),
        series: row.series.clone(),
        is_shape_different: !row.agreed
            && a.is_some()
            && b.is_some()
            && (attributes_agree || row.dice.is_some_and(|dice| dice < 0.75)),
        a,
        b,
        dice: row.dice,
        hd95_mm: row.hd95_mm,
        attributes,
        is_agreed: row.agreed,
        is_label_different,
        decided: row
            .decision
            .as_ref()
            .map(|decision| words.t(decision_key(&decision.decision))),
    }
}

/// The key of a stored decision's word.
fn decision_key(decision: &str) -> &'static str {
    match decision {
        "a" => "adjudication-take-a",
        "b" => "adjudication-take-b",
        "intersection" => "adjudication-and",
        "union" => "adjudication-or",
        "none" => "adjudication-reject",
        "unresolved" => "adjudication-unresolved",
        _ => "adjudication-decided",
    }
}

fn side_of(words: &Words, document: &Document, finding: &Finding, volume_mm3: Option<f64>) -> Side {
    Side {
        label: label_name(words, document.protocol(), finding.label.as_str()),
        mask: finding.mask.clone(),
        volume_mm3,
        point: finding.shapes.iter().find_map(|shape| middle(&shape.kind)),
        comment: finding.comment.clone(),
    }
}

fn middle(kind: &ShapeKind) -> Option<VoxelPoint> {
    match kind {
        ShapeKind::Point(point) => Some(*point),
        ShapeKind::Box2d {
            plane_axis,
            index,
            min,
            max,
        } => {
            let at = [(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0];
            let through = *index as f64;
            Some(VoxelPoint(match plane_axis {
                0 => [through, at[0], at[1]],
                1 => [at[0], through, at[1]],
                _ => [at[0], at[1], through],
            }))
        }
        _ => None,
    }
}

fn answers_of(
    words: &Words,
    attribute: &Attribute,
    answers: &BTreeMap<String, serde_json::Value>,
) -> AttributeRow {
    let text = |letter: &str| {
        let value = answers.get(letter).filter(|value| !value.is_null());
        value.map_or_else(
            || "—".to_owned(),
            |value| answer_text(words, attribute, value),
        )
    };
    AttributeRow {
        name: attribute.name.get(words.code()).to_owned(),
        a: text("a"),
        b: text("b"),
    }
}

/// A stored answer in words: codes by their names.
fn answer_text(words: &Words, attribute: &Attribute, value: &serde_json::Value) -> String {
    let plain = match value {
        serde_json::Value::String(code) => Some(Value::Code(code.clone())),
        serde_json::Value::Array(codes) => Some(Value::Codes(
            codes
                .iter()
                .filter_map(|code| code.as_str().map(str::to_owned))
                .collect(),
        )),
        serde_json::Value::Bool(on) => Some(Value::Bool(*on)),
        serde_json::Value::Number(number) => number.as_f64().map(Value::Decimal),
        _ => None,
    };
    value_text(attribute, plain.as_ref(), words.code())
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let known: Vec<f64> = values.flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

fn label_figures(words: &Words, protocol: &Protocol, compared: &[Comparison]) -> Vec<LabelFigures> {
    let rows_of = |label: &str| -> Vec<&project::LabelRow> {
        compared
            .iter()
            .flat_map(|c| &c.labels)
            .filter(|row| row.label == label && row.n_findings_a + row.n_findings_b > 0)
            .collect()
    };
    protocol
        .labels
        .iter()
        .filter_map(|label| {
            let rows = rows_of(label.id.as_str());
            (!rows.is_empty()).then(|| LabelFigures {
                name: label.name.get(words.code()).to_owned(),
                n: rows.len(),
                dice: mean(rows.iter().map(|row| row.dice)),
                iou: mean(rows.iter().map(|row| row.iou)),
                voxel_kappa: mean(rows.iter().map(|row| row.voxel_kappa)),
                hd95_mm: mean(rows.iter().map(|row| row.hd95_mm)),
            })
        })
        .collect()
}

fn case_figures(comparison: &Comparison) -> CaseFigures {
    let has = |row: &FindingRow, letter: &str| row.members.get(letter).is_some_and(Option::is_some);
    let count = |a: bool, b: bool| {
        comparison
            .findings
            .iter()
            .filter(|row| has(row, "a") == a && has(row, "b") == b)
            .count()
    };
    CaseFigures {
        id: comparison.case.to_string(),
        number: super::case_number_text(comparison.number),
        findings: [count(true, true), count(true, false), count(false, true)],
        dice: mean(
            comparison
                .findings
                .iter()
                .filter(|row| has(row, "a") && has(row, "b"))
                .map(|row| row.dice),
        ),
    }
}
