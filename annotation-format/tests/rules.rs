//! The rules of annotation, one sentence each.

use std::sync::Arc;

use annotation_format::document::WarningKind;
use annotation_format::document::gesture::{
    EraseFrom, Onto, Overlap, Place, Stroke, add_box, add_mask, add_point, add_shape, change_shape,
    comment, delete, erase, no_finding, paint, relabel, remove_shape, replace_mask, set_attribute,
    set_form,
};
use annotation_format::{
    AttributeId, Document, Edit, EditName, Error, FieldId, FindingId, GeometryKind, LabelId,
    Missing, Protocol, ShapeKind, Terms, Value,
};
use voxel::{Affine, GateValues, Grid, Mask, Span, ValueGate, VoxelIndex, VoxelPoint};

struct Work {
    document: Document,
    grid: Grid,
}

impl Work {
    fn new(protocol: &str) -> Work {
        let examples = annotation_format::protocol::EXAMPLES;
        let (_, text) = examples.iter().find(|(id, _)| *id == protocol).unwrap();
        let protocol = Protocol::from_toml(text, Terms::builtin()).unwrap();
        Work {
            document: Document::new(Arc::new(protocol)),
            grid: Grid::new([64, 64, 20], Affine::scaling([1.0, 1.0, 2.0])).unwrap(),
        }
    }

    fn place(&self) -> Place<'_> {
        Place {
            series: "s1",
            grid: &self.grid,
        }
    }

    fn apply(&mut self, edit: Result<Edit, Error>) -> Vec<FindingId> {
        let edit = edit.unwrap();
        self.document.apply(&edit).unwrap().findings
    }

    fn paint(&mut self, label: &str, onto: Onto, spans: &[Span]) -> FindingId {
        let label = LabelId::from(label);
        let edit = paint(
            &self.document,
            &self.place(),
            &Stroke::brush(&label, onto, spans),
        );
        self.apply(edit)[0].clone()
    }

    fn refused(&self, label: &str, onto: Onto, spans: &[Span]) -> Error {
        let label = LabelId::from(label);
        paint(
            &self.document,
            &self.place(),
            &Stroke::brush(&label, onto, spans),
        )
        .unwrap_err()
    }

    fn answer(&mut self, finding: &FindingId, name: &str, value: &str) {
        let value = Some(Value::Code(value.to_owned()));
        let edit = set_attribute(&self.document, finding, &AttributeId::from(name), value);
        self.apply(edit);
    }

    fn field(&mut self, name: &str, value: &str) {
        let edit = set_form(
            &self.document,
            &FieldId::from(name),
            Some(Value::Code(value.into())),
        );
        self.apply(edit);
    }

    fn said(&self, name: &str) -> Option<&Value> {
        self.document.form().get(&FieldId::from(name))
    }

    fn voxels(&self, id: &FindingId) -> u64 {
        self.document.finding(id).unwrap().voxels()
    }
}

fn row(j: i64, k: i64, i0: i64, i1: i64) -> [Span; 1] {
    [Span { j, k, i0, i1 }]
}

fn code(id: &str) -> Value {
    Value::Code(id.to_owned())
}

#[test]
fn a_label_refuses_geometry_that_it_does_not_allow() {
    let work = Work::new("lung-nodule-ct");
    let error = work.refused("small-nodule", Onto::New, &row(3, 3, 0, 5));
    assert_eq!(
        error,
        Error::Geometry {
            label: LabelId::from("small-nodule"),
            kind: GeometryKind::Mask,
            allowed: vec![GeometryKind::Point],
        }
    );
    let nodule = LabelId::from("nodule");
    let point = VoxelPoint([3.0, 3.0, 3.0]);
    assert!(add_point(&work.document, &work.place(), &nodule, &Onto::New, point).is_err());
    let unknown = work.refused("no-such-label", Onto::New, &row(3, 3, 0, 5));
    assert_eq!(unknown.code(), "unknown_label");
}

#[test]
fn a_stroke_that_meets_no_voxel_makes_no_finding() {
    let work = Work::new("lung-nodule-ct");
    let label = LabelId::from("nodule");
    let spans = row(3, 99, 0, 5);
    let stroke = Stroke::brush(&label, Onto::New, &spans);
    assert!(
        paint(&work.document, &work.place(), &stroke)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_new_stroke_is_a_new_finding_unless_the_label_has_only_one() {
    let mut lung = Work::new("lung-nodule-ct");
    let first = lung.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    let second = lung.paint("nodule", Onto::New, &row(9, 3, 0, 5));
    assert_ne!(first, second);
    let same = lung.paint("nodule", Onto::Finding(first.clone()), &row(4, 3, 0, 5));
    assert_eq!((same, lung.voxels(&first)), (first, 10));
    let latest = lung.paint("nodule", Onto::Latest, &row(10, 3, 0, 5));
    assert_eq!(latest, second);

    let mut pneumonia = Work::new("ct-pneumonia");
    let first = pneumonia.paint("ggo", Onto::New, &row(3, 3, 0, 5));
    let again = pneumonia.paint("ggo", Onto::New, &row(9, 3, 0, 5));
    assert_eq!(first, again);
    assert_eq!(pneumonia.voxels(&first), 10);
}

#[test]
fn a_finding_of_another_label_or_series_is_not_painted_on() {
    let mut work = Work::new("lung-nodule-ct");
    let nodule = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    let error = work.refused(
        "solid-part",
        Onto::Finding(nodule.clone()),
        &row(3, 3, 0, 5),
    );
    assert_eq!(error.code(), "other_label");
    let label = LabelId::from("nodule");
    let elsewhere = Place {
        series: "s2",
        grid: &work.grid,
    };
    let spans = row(3, 3, 0, 5);
    let stroke = Stroke::brush(&label, Onto::Finding(nodule), &spans);
    let error = paint(&work.document, &elsewhere, &stroke).unwrap_err();
    assert_eq!(error, Error::OtherSeries { number: 1 });
}

#[test]
fn the_gate_of_a_threshold_brush_keeps_the_rest_unpainted() {
    let work = Work::new("lung-nodule-ct");
    let label = LabelId::from("nodule");
    let spans = row(3, 3, 0, 10);
    let values = |voxel: VoxelIndex| Some(voxel.0[0] as f64);
    let mut stroke = Stroke::brush(&label, Onto::New, &spans);
    stroke.rule.gate = Some(ValueGate {
        range: [6.0, f64::MAX],
        values: GateValues::Each(&values),
    });
    stroke.name = EditName::ThresholdBrush;
    let edit = paint(&work.document, &work.place(), &stroke).unwrap();
    let mut document = work.document.clone();
    document.apply(&edit).unwrap();
    assert_eq!(edit.name, EditName::ThresholdBrush);
    assert_eq!(document.findings().next().unwrap().voxels(), 4);
}

#[test]
fn labels_that_exclude_each_other_never_share_a_voxel() {
    let mut work = Work::new("ct-pneumonia");
    let ggo = work.paint("ggo", Onto::New, &row(3, 3, 0, 10));
    let consolidation = work.paint("consolidation", Onto::New, &row(3, 3, 5, 15));
    assert_eq!((work.voxels(&ggo), work.voxels(&consolidation)), (10, 5));

    let label = LabelId::from("consolidation");
    let mask = Mask::from_spans(work.grid.size(), &row(3, 3, 0, 4));
    let onto = Onto::Latest;
    let add = |overlap| add_mask(&work.document, &work.place(), &label, &onto, &mask, overlap);
    assert_eq!(
        add(Overlap::Refuse).unwrap_err(),
        Error::Exclusive {
            number: 1,
            label: LabelId::from("ggo"),
            voxels: 4
        }
    );
    let overwrite = add(Overlap::Overwrite);
    work.apply(overwrite);
    assert_eq!((work.voxels(&ggo), work.voxels(&consolidation)), (6, 9));

    let relabelled = relabel(&work.document, &ggo, &LabelId::from("reticulation")).unwrap();
    work.document.apply(&relabelled).unwrap();
    assert_eq!(
        work.document.finding(&ggo).unwrap().label.as_str(),
        "reticulation"
    );
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let work = Work::new("ct-pneumonia");
    let mask = Mask::full([10, 10, 10]);
    let label = LabelId::from("ggo");
    let error = add_mask(
        &work.document,
        &work.place(),
        &label,
        &Onto::New,
        &mask,
        Overlap::Keep,
    )
    .unwrap_err();
    assert_eq!(
        error,
        Error::Size {
            has: [10, 10, 10],
            wanted: [64, 64, 20]
        }
    );
}

#[test]
fn erasing_takes_voxels_of_one_finding_of_a_label_or_of_all() {
    let mut work = Work::new("ct-pneumonia");
    let ggo = work.paint("ggo", Onto::New, &row(3, 3, 0, 10));
    let effusion = work.paint("effusion", Onto::New, &row(3, 3, 0, 10));
    let spans = row(3, 3, 0, 4);
    let only = erase(
        &work.document,
        &work.place(),
        &EraseFrom::Finding(ggo.clone()),
        &spans,
    );
    work.apply(only);
    assert_eq!((work.voxels(&ggo), work.voxels(&effusion)), (6, 10));
    let of_label = EraseFrom::Label(LabelId::from("effusion"));
    let edit = erase(&work.document, &work.place(), &of_label, &spans);
    work.apply(edit);
    assert_eq!(work.voxels(&effusion), 6);
    let edit = erase(
        &work.document,
        &work.place(),
        &EraseFrom::All,
        &row(3, 3, 0, 64),
    );
    work.apply(edit);
    assert_eq!((work.voxels(&ggo), work.voxels(&effusion)), (0, 0));
    assert_eq!(work.document.findings().len(), 2);
    let empty = |m: &Missing| matches!(m, Missing::Geometry { .. });
    assert_eq!(
        work.document.missing().iter().filter(|m| empty(m)).count(),
        2
    );
}

#[test]
fn a_computed_label_follows_its_parts_and_is_never_drawn() {
    let mut work = Work::new("glioma-mr");
    assert_eq!(
        work.refused("whole", Onto::New, &row(3, 3, 0, 5)).code(),
        "derived_label"
    );
    let enhancing = work.paint("enhancing", Onto::New, &row(3, 3, 0, 5));
    let necrosis = work.paint("necrosis", Onto::New, &row(4, 3, 0, 7));
    let cavity = work.paint("cavity", Onto::New, &row(8, 3, 0, 9));
    let whole = work
        .document
        .findings_of(&LabelId::from("whole"))
        .next()
        .unwrap()
        .id
        .clone();
    assert_eq!(work.voxels(&whole), 12);
    work.answer(&whole, "haemorrhage", "absent");
    assert!(delete(&work.document, &whole).is_err());
    assert!(relabel(&work.document, &cavity, &LabelId::from("whole")).is_err());
    for part in [enhancing, necrosis] {
        let edit = delete(&work.document, &part);
        work.apply(edit);
    }
    let left: Vec<&str> = work.document.findings().map(|f| f.label.as_str()).collect();
    assert_eq!(left, ["cavity"]);
}

#[test]
fn replacing_a_mask_gives_exactly_those_voxels() {
    let mut work = Work::new("lung-nodule-ct");
    let nodule = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    let smaller = Mask::from_spans(work.grid.size(), &row(3, 3, 1, 4));
    let (keep, name) = (Overlap::Keep, EditName::Margin);
    let edit = replace_mask(&work.document, &work.place(), &nodule, &smaller, keep, name);
    work.apply(edit);
    assert_eq!(
        work.document.finding(&nodule).unwrap().mask.as_ref(),
        Some(&smaller)
    );
}

#[test]
fn a_box_is_moved_and_removed_and_the_finding_stays() {
    let mut work = Work::new("chest-xray");
    let mass = LabelId::from("mass");
    let corners = [[30.0, 20.0], [10.0, 5.0]];
    let edit = add_box(
        &work.document,
        &work.place(),
        &mass,
        &Onto::New,
        (2, 0),
        corners,
    );
    let id = work.apply(edit)[0].clone();
    let shape = work.document.finding(&id).unwrap().shapes[0].clone();
    let moved = |max| ShapeKind::Box2d {
        plane_axis: 2,
        index: 0,
        min: [10.0, 5.0],
        max,
    };
    assert_eq!(shape.kind, moved([30.0, 20.0]));
    let place = work.place();
    let edit = change_shape(&work.document, &place, &id, &shape.id, moved([40.0, 20.0]));
    work.apply(edit);
    let point = ShapeKind::Point(VoxelPoint([1.0; 3]));
    assert!(change_shape(&work.document, &work.place(), &id, &shape.id, point).is_err());
    let edit = remove_shape(&work.document, &id, &shape.id);
    work.apply(edit);
    assert!(!work.document.finding(&id).unwrap().has_geometry());
    assert!(remove_shape(&work.document, &id, &shape.id).is_err());
    let outside = ShapeKind::Box2d {
        plane_axis: 2,
        index: 20,
        min: [1.0; 2],
        max: [2.0; 2],
    };
    assert!(add_shape(&work.document, &work.place(), &mass, &Onto::New, outside).is_err());
}

#[test]
fn an_answer_fits_its_question() {
    let mut work = Work::new("lung-nodule-ct");
    let nodule = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    let part = work.paint("solid-part", Onto::New, &row(3, 3, 0, 3));
    let set = |finding: &FindingId, name: &str, value: Value| {
        set_attribute(
            &work.document,
            finding,
            &AttributeId::from(name),
            Some(value),
        )
        .unwrap_err()
        .code()
    };
    assert_eq!(set(&nodule, "no_such", code("x")), "unknown_attribute");
    assert_eq!(set(&nodule, "density", code("x")), "bad_value");
    assert_eq!(set(&nodule, "density", Value::Bool(true)), "bad_value");
    assert_eq!(set(&nodule, "long_axis", Value::Decimal(9.0)), "computed");
    assert_eq!(set(&nodule, "solid_size", Value::Decimal(9.0)), "hidden");
    assert_eq!(set(&part, "density", code("density-solid")), "not_asked");
}

#[test]
fn an_answer_goes_with_the_edit_that_hides_its_question() {
    let mut work = Work::new("lung-nodule-ct");
    let nodule = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    work.answer(&nodule, "density", "density-part-solid");
    let size = AttributeId::from("solid_size");
    let edit = set_attribute(&work.document, &nodule, &size, Some(Value::Decimal(4.0)));
    work.apply(edit);
    let density = AttributeId::from("density");
    let solid = Some(code("density-solid"));
    let edit = set_attribute(&work.document, &nodule, &density, solid).unwrap();
    work.document.apply(&edit).unwrap();
    assert_eq!(work.document.answer(&nodule, &size), None);
    work.document.apply(&edit.inverse()).unwrap();
    assert_eq!(
        work.document.answer(&nodule, &size),
        Some(&Value::Decimal(4.0))
    );
}

#[test]
fn the_result_of_the_case_follows_its_findings() {
    let mut work = Work::new("ct-pneumonia");
    let edit = no_finding(&work.document, true);
    work.apply(edit);
    assert_eq!(work.said("result"), Some(&code("result-none")));
    let ggo = work.paint("ggo", Onto::New, &row(3, 3, 0, 5));
    assert!(!work.document.no_finding());
    assert_eq!(work.said("result"), Some(&code("result-finding")));
    assert_eq!(
        no_finding(&work.document, true).unwrap_err(),
        Error::FindingsExist(1)
    );
    let result = FieldId::from("result");
    for denied in [
        Some(code("result-none")),
        Some(code("result-not-assessable")),
        None,
    ] {
        let error = set_form(&work.document, &result, denied).unwrap_err();
        assert_eq!(error, Error::FindingsExist(1));
    }
    work.field("covid", "certainty-possible");
    let edit = delete(&work.document, &ggo);
    work.apply(edit);
    assert_eq!(work.said("result"), None);
    assert_eq!(
        work.said("covid"),
        None,
        "asked only of cases with findings"
    );
    work.field("result", "result-none");
    assert!(work.document.no_finding());
    let edit = no_finding(&work.document, false);
    work.apply(edit);
    assert_eq!(work.said("result"), None);
}

#[test]
fn an_empty_work_is_not_submitted() {
    let mut work = Work::new("lung-nodule-ct");
    assert_eq!(work.document.missing()[0], Missing::Statement);
    let general = Document::new(Arc::new(Protocol::builtin().clone()));
    assert_eq!(general.missing(), vec![Missing::Statement]);
    let edit = no_finding(&work.document, true);
    work.apply(edit);
    let names = |work: &Work| -> Vec<String> {
        work.document
            .missing()
            .iter()
            .map(|m| m.sentence("en"))
            .collect()
    };
    assert_eq!(names(&work), ["Image Quality is not answered."]);
    work.field("quality", "iq-limited");
    assert_eq!(names(&work), ["Image quality findings is not answered."]);
    work.field("quality", "iq-diagnostic");
    assert!(work.document.missing().is_empty());
}

#[test]
fn a_result_without_its_finding_and_a_case_that_cannot_be_judged_are_told_apart() {
    let mut work = Work::new("ct-pneumonia");
    work.field("result", "result-finding");
    assert_eq!(work.document.missing()[0], Missing::Finding);
    work.field("result", "result-not-assessable");
    work.field("quality", "iq-nondiagnostic");
    assert!(work.document.missing().is_empty());
}

#[test]
fn what_is_required_of_a_finding_blocks_until_it_is_answered() {
    let mut work = Work::new("ct-pneumonia");
    let consolidation = work.paint("consolidation", Onto::New, &row(3, 3, 0, 5));
    let asked = |work: &Work| work.document.missing().len();
    let before = asked(&work);
    work.answer(&consolidation, "bronchogram", "present");
    assert_eq!(asked(&work), before - 1);
    let finding = work.document.finding(&consolidation).unwrap();
    assert!(!work.document.is_complete(finding));
}

#[test]
fn numbers_of_deleted_findings_are_not_given_again() {
    let mut work = Work::new("lung-nodule-ct");
    let first = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    let edit = delete(&work.document, &first).unwrap();
    work.document.apply(&edit).unwrap();
    let second = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    assert_eq!(work.document.finding(&second).unwrap().number, 2);
    let gone = delete(&work.document, &second);
    work.apply(gone);
    work.document.apply(&edit.inverse()).unwrap();
    work.paint("nodule", Onto::New, &row(9, 3, 0, 5));
    let numbers: Vec<u32> = work.document.findings().map(|f| f.number).collect();
    assert_eq!(numbers, [1, 3]);
    assert!(delete(&work.document, &FindingId::from("nobody")).is_err());
}

#[test]
fn relabelling_keeps_the_answers_that_are_still_asked() {
    let mut work = Work::new("lung-nodule-ct");
    let nodule = work.paint("nodule", Onto::New, &row(3, 3, 0, 5));
    work.answer(&nodule, "density", "density-solid");
    let edit = comment(&work.document, &nodule, "右上葉");
    work.apply(edit);
    let edit = relabel(&work.document, &nodule, &LabelId::from("solid-part"));
    work.apply(edit);
    let finding = work.document.finding(&nodule).unwrap();
    assert!(finding.attributes.is_empty());
    assert_eq!(finding.comment, "右上葉");
    assert!(relabel(&work.document, &nodule, &LabelId::from("non-nodule")).is_err());
}

#[test]
fn a_small_nodule_and_a_part_outside_its_nodule_are_remarked() {
    let mut work = Work::new("lung-nodule-ct");
    work.paint("nodule", Onto::New, &row(3, 3, 0, 2));
    work.paint("solid-part", Onto::New, &row(3, 3, 1, 5));
    let warnings = work.document.warnings(&|_| Some(&work.grid));
    assert_eq!(warnings.len(), 2);
    assert!(matches!(warnings[0].kind, WarningKind::TooSmall { .. }));
    assert!(matches!(
        warnings[1].kind,
        WarningKind::NotInside { voxels: 3, .. }
    ));
    assert!(warnings[1].sentence("en").contains("3 voxels of finding 2"));
}

#[test]
fn changed_tells_the_box_and_what_else_to_refresh() {
    let mut work = Work::new("ct-pneumonia");
    let label = LabelId::from("ggo");
    let spans = row(3, 4, 5, 9);
    let edit = paint(
        &work.document,
        &work.place(),
        &Stroke::brush(&label, Onto::New, &spans),
    )
    .unwrap();
    let changed = work.document.apply(&edit).unwrap();
    assert!(changed.structure && changed.form);
    let (id, voxels) = &changed.boxes[0];
    assert_eq!(Some(id), edit.created());
    assert_eq!((voxels.min, voxels.max), ([5, 3, 4], [9, 4, 5]));
}
