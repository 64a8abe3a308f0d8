//! A small project with a lead and two readers, and hands that paint and answer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use annotation_format::document::gesture::{self, Onto, Place, Stroke};
use annotation_format::{
    Attribute, AttributeKind, Document, Edit, LabelId, Missing, Protocol, Terms, Value,
};
use tempfile::TempDir;
use voxel::{Affine, Grid, Span};

use crate::{
    Access, AssignRequest, HashCost, ImportedCase, NewCase, NewFile, NewPerson, NewProject,
    NewSeries, Passphrase, PatientIdentity, Preset, Project, Role, Session, Work,
};

pub(super) const LEAD: &str = "責任 花子";
pub(super) const A: &str = "読影 太郎";
pub(super) const B: &str = "Reader B";

pub(super) struct Scene {
    pub(super) folder: TempDir,
    pub(super) project: Project,
    pub(super) lead: Session,
    pub(super) a: Session,
    pub(super) b: Session,
    pub(super) cases: Vec<ImportedCase>,
}

pub(super) fn lung_protocol() -> Protocol {
    let text = include_str!("../../../assets/protocols/lung-nodule-ct.toml");
    Protocol::from_toml(text, Terms::builtin()).unwrap()
}

pub(super) fn grid() -> Grid {
    Grid::new([64, 64, 20], Affine::scaling([0.8, 0.8, 2.0])).unwrap()
}

pub(super) fn new_project(protocol: Protocol, preset: Preset) -> NewProject {
    NewProject {
        title: "肺結節".to_owned(),
        protocol,
        lead: LEAD.to_owned(),
        passphrase: (preset == Preset::Hospital).then(|| Passphrase::new("lead's long phrase")),
        preset,
        hash_cost: HashCost::FLOOR,
    }
}

pub(super) fn person(name: &str, roles: &[Role]) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        ..NewPerson::default()
    }
}

/// A case whose image file holds its number.
pub(super) fn new_case(folder: &Path, number: usize) -> NewCase {
    let file = folder.join(format!("画像 {number}.dcm"));
    fs::write(&file, format!("pixels of case {number}")).unwrap();
    NewCase {
        study_uid: Some(format!("1.2.3.{number}")),
        patient: PatientIdentity {
            id: format!("P{number}"),
            sex: None,
        },
        meta: serde_json::json!({"description": format!("study {number}")}),
        number: None,
        group: None,
        series: vec![NewSeries {
            modality: "CT".to_owned(),
            grid: Some(grid()),
            meta: serde_json::json!({"number": number}),
            files: vec![NewFile::plain(format!("画像 {number}.dcm"), file)],
        }],
        by_reference: false,
    }
}

impl Scene {
    /// Demo project (no passphrases), cases assigned to both readers.
    pub(super) fn new(cases: usize) -> Self {
        Self::with_protocol(lung_protocol(), cases)
    }

    pub(super) fn with_protocol(protocol: Protocol, cases: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("プロジェクト");
        let project = Project::create(&home, &new_project(protocol, Preset::Demo)).unwrap();
        let lead = project.sign_in(LEAD, None).unwrap();
        for name in [A, B] {
            project
                .add_person(&lead, &person(name, &[Role::Reader]))
                .unwrap();
        }
        let cases = (1..=cases)
            .map(|number| {
                project
                    .import_case(&lead, new_case(folder.path(), number))
                    .unwrap()
            })
            .collect();
        let request = AssignRequest {
            readers: vec![A.to_owned(), B.to_owned()],
            seed: Some(1),
            ..AssignRequest::default()
        };
        project.assign(&lead, &request).unwrap();
        let a = project.sign_in(A, None).unwrap();
        let b = project.sign_in(B, None).unwrap();
        Self {
            folder,
            project,
            lead,
            a,
            b,
            cases,
        }
    }

    pub(super) fn home(&self) -> std::path::PathBuf {
        self.project.folder().to_owned()
    }

    /// Closes and opens again; sessions stay good.
    pub(super) fn reopen(self) -> Self {
        let Self {
            folder,
            project,
            lead,
            a,
            b,
            cases,
        } = self;
        let home = project.folder().to_owned();
        drop(project);
        let project = Project::open(&home, Access::Write).unwrap();
        Self {
            folder,
            project,
            lead,
            a,
            b,
            cases,
        }
    }

    /// Paints a block, answers everything and submits.
    pub(super) fn read_case(&self, reader: &Session, case: &str, blocks: &[(i64, i64)]) {
        let work = self.project.open_work(reader, case).unwrap();
        let mut document = work.document.clone();
        let hand = |document: &mut Document, edit: Edit| {
            document.apply(&edit).unwrap();
            self.project.append(reader, &work.id, &edit).unwrap();
        };
        for (from, to) in blocks {
            let edit = paint(&document, &work, "nodule", Onto::New, (*from, *to));
            hand(&mut document, edit);
        }
        if blocks.is_empty() {
            let edit = gesture::no_finding(&document, true).unwrap();
            hand(&mut document, edit);
        }
        while let Some(edit) = next_answer(&document) {
            hand(&mut document, edit);
        }
        self.project.submit(reader, case).unwrap();
    }
}

/// Paints the block of columns `from..to` on five planes.
pub(super) fn paint(
    document: &Document,
    work: &Work,
    label: &str,
    onto: Onto,
    (from, to): (i64, i64),
) -> Edit {
    let series = &work.series[0];
    let grid = series.grid.clone().unwrap();
    let place = Place {
        series: series.id.as_str(),
        grid: &grid,
    };
    let mut spans = Vec::new();
    for k in 3..8 {
        for j in 20..30 {
            spans.push(Span {
                j,
                k,
                i0: from,
                i1: to,
            });
        }
    }
    let label = LabelId::from(label);
    gesture::paint(document, &place, &Stroke::brush(&label, onto, &spans)).unwrap()
}

/// An answer to the first thing that is missing.
pub(super) fn next_answer(document: &Document) -> Option<Edit> {
    match document.missing().first()? {
        Missing::Field { field, .. } => {
            let asked = document.protocol().field(field).unwrap();
            Some(gesture::set_form(document, field, Some(some_value(asked, 0))).unwrap())
        }
        Missing::Attribute {
            finding, attribute, ..
        } => {
            let asked = document.protocol().attribute(attribute).unwrap();
            let value = Some(some_value(asked, 0));
            Some(gesture::set_attribute(document, finding, attribute, value).unwrap())
        }
        other => panic!("not an answer that can be given: {other:?}"),
    }
}

pub(super) fn some_value(asked: &Attribute, place: usize) -> Value {
    let choice = || asked.values[place % asked.values.len()].id.clone();
    match asked.kind {
        AttributeKind::Bool => Value::Bool(true),
        AttributeKind::Integer => Value::Integer(asked.range.map_or(1, |range| range[0] as i64)),
        AttributeKind::Decimal => Value::Decimal(asked.range.map_or(1.0, |range| range[0])),
        AttributeKind::Text => Value::Text("text".to_owned()),
        AttributeKind::Code | AttributeKind::Ordinal => Value::Code(choice()),
        AttributeKind::Codes => Value::Codes(vec![choice()]),
        AttributeKind::Date => Value::Date("2026-11-21".to_owned()),
    }
}

/// Code of an error, or `ok`.
pub(super) fn code<T>(result: crate::Result<T>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "ok")
}

pub(super) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
