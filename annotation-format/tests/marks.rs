//! Name, colour and lock of a finding.

use std::sync::Arc;

use annotation_format::document::gesture::{
    self, EraseFrom, Onto, Overlap, Place, Stroke, add_box, add_mask, add_shape, change_shape,
    comment, delete, erase, lock, paint, recolour, relabel, remove_shape, rename, replace_mask,
    set_attribute,
};
use annotation_format::wire::{decode_snapshot, encode_snapshot};
use annotation_format::{
    AttributeId, Document, Edit, EditName, Error, FindingHead, FindingId, LabelId, Protocol,
    ShapeKind, Step, Terms, Value,
};
use sha2::{Digest, Sha256};
use voxel::{Affine, Grid, Mask, Span, VoxelPoint};

fn pneumonia() -> Document {
    let examples = annotation_format::protocol::EXAMPLES;
    let (_, text) = examples
        .iter()
        .find(|(id, _)| *id == "ct-pneumonia")
        .unwrap();
    Document::new(Arc::new(
        Protocol::from_toml(text, Terms::builtin()).unwrap(),
    ))
}

fn grid() -> Grid {
    Grid::new([64, 64, 20], Affine::scaling([1.0, 1.0, 2.0])).unwrap()
}

fn row(i0: i64, i1: i64) -> [Span; 1] {
    [Span { j: 3, k: 3, i0, i1 }]
}

fn brush(
    document: &mut Document,
    (label, onto, overlap): (&str, Onto, Overlap),
    spans: &[Span],
) -> Result<FindingId, Error> {
    let (label, grid) = (LabelId::from(label), grid());
    let place = Place {
        series: "s1",
        grid: &grid,
    };
    let mut stroke = Stroke::brush(&label, onto, spans);
    stroke.overlap = overlap;
    let edit = paint(document, &place, &stroke)?;
    Ok(document.apply(&edit)?.findings[0].clone())
}

fn done(document: &mut Document, edit: Result<Edit, Error>) -> Edit {
    let edit = edit.unwrap();
    document.apply(&edit).unwrap();
    edit
}

#[test]
fn a_name_is_trimmed_bounded_and_without_control_characters() {
    let mut document = pneumonia();
    let id = brush(&mut document, ("ggo", Onto::New, Overlap::Keep), &row(0, 5)).unwrap();
    let edit = rename(&document, &id, "  右上葉の陰影 ");
    assert_eq!(done(&mut document, edit).name, EditName::Rename);
    assert_eq!(document.finding(&id).unwrap().name, "右上葉の陰影");
    assert!(rename(&document, &id, "右上葉の陰影").unwrap().is_empty());
    for bad in ["a\nb", "a\u{7}", "a\u{85}b"] {
        assert_eq!(rename(&document, &id, bad).unwrap_err(), Error::Name);
    }
    assert!(rename(&document, &id, &"あ".repeat(200)).is_ok());
    let long = rename(&document, &id, &"あ".repeat(201));
    assert_eq!(long.unwrap_err(), Error::TextTooLong(200));
    let edit = rename(&document, &id, "   ");
    done(&mut document, edit);
    assert!(document.finding(&id).unwrap().name.is_empty());
    let nobody = FindingId::from("nobody");
    assert_eq!(
        rename(&document, &nobody, "a").unwrap_err().code(),
        "unknown_finding"
    );
}

#[test]
fn a_locked_finding_refuses_every_gesture_on_its_voxels_shapes_and_label_and_its_deletion() {
    let mut document = pneumonia();
    let (grid, size) = (grid(), grid().size());
    let place = Place {
        series: "s1",
        grid: &grid,
    };
    let ggo = LabelId::from("ggo");
    let id = brush(&mut document, ("ggo", Onto::New, Overlap::Keep), &row(0, 5)).unwrap();
    let edit = lock(&document, &id, true);
    assert_eq!(done(&mut document, edit).name, EditName::Lock);
    let onto = Onto::Finding(id.clone());
    let mask = Mask::from_spans(size, &row(10, 12));
    let spans = row(0, 64);
    let refused = [
        paint(
            &document,
            &place,
            &Stroke::brush(&ggo, onto.clone(), &spans),
        ),
        paint(
            &document,
            &place,
            &Stroke::brush(&ggo, Onto::Latest, &spans),
        ),
        erase(&document, &place, &EraseFrom::Finding(id.clone()), &spans),
        add_mask(&document, &place, &ggo, &onto, &mask, Overlap::Overwrite),
        replace_mask(
            &document,
            &place,
            &id,
            &mask,
            Overlap::Keep,
            EditName::Threshold,
        ),
        relabel(&document, &id, &LabelId::from("consolidation")),
        delete(&document, &id),
    ];
    for edit in refused {
        assert_eq!(edit.unwrap_err(), Error::Locked { number: 1 });
    }
    for from in [EraseFrom::All, EraseFrom::Label(ggo)] {
        assert!(erase(&document, &place, &from, &spans).unwrap().is_empty());
    }
    let edit = comment(&document, &id, "辺縁は不整");
    done(&mut document, edit);
    let edit = recolour(&document, &id, Some([1, 2, 3]));
    assert_eq!(done(&mut document, edit).name, EditName::Recolour);
    let edit = lock(&document, &id, false);
    assert_eq!(done(&mut document, edit).name, EditName::Unlock);
    assert!(delete(&document, &id).is_ok());
}

#[test]
fn shapes_of_a_locked_finding_stay_where_they_are_and_its_questions_can_be_answered() {
    let examples = annotation_format::protocol::EXAMPLES;
    let (_, text) = examples
        .iter()
        .find(|(id, _)| *id == "lung-nodule-ct")
        .unwrap();
    let protocol = Protocol::from_toml(text, Terms::builtin()).unwrap();
    let mut document = Document::new(Arc::new(protocol));
    let grid = grid();
    let place = Place {
        series: "s1",
        grid: &grid,
    };
    let (label, point) = (LabelId::from("small-nodule"), VoxelPoint([3.0, 3.0, 3.0]));
    let kind = ShapeKind::Point(point);
    let edit = add_shape(&document, &place, &label, &Onto::New, kind.clone());
    let id = done(&mut document, edit).created().unwrap().clone();
    let shape = document.finding(&id).unwrap().shapes[0].id.clone();
    let edit = lock(&document, &id, true);
    done(&mut document, edit);
    let onto = Onto::Finding(id.clone());
    let refused = [
        add_shape(&document, &place, &label, &onto, kind.clone()),
        change_shape(&document, &place, &id, &shape, kind),
        remove_shape(&document, &id, &shape),
    ];
    for edit in refused {
        assert_eq!(edit.unwrap_err(), Error::Locked { number: 1 });
    }
    let finding = document.finding(&id).unwrap();
    let asked: Vec<AttributeId> = (document.attributes_shown(finding).iter())
        .filter(|asked| asked.computed.is_none() && !asked.values.is_empty())
        .map(|asked| asked.id.clone())
        .collect();
    for name in asked {
        let choice = document.protocol().attribute(&name).unwrap().values[0]
            .id
            .clone();
        let one = set_attribute(&document, &id, &name, Some(Value::Code(choice.clone())));
        let many = || set_attribute(&document, &id, &name, Some(Value::Codes(vec![choice])));
        let edit = one.or_else(|_| many());
        done(&mut document, edit);
    }
    assert!(
        add_box(
            &document,
            &place,
            &label,
            &onto,
            (2, 3),
            [[0.0; 2], [4.0; 2]]
        )
        .is_err()
    );
}

#[test]
fn others_are_painted_around_a_locked_finding_even_when_they_overwrite() {
    let mut document = pneumonia();
    let locked = brush(
        &mut document,
        ("ggo", Onto::New, Overlap::Keep),
        &row(0, 10),
    )
    .unwrap();
    let edit = lock(&document, &locked, true);
    done(&mut document, edit);
    let how = ("consolidation", Onto::New, Overlap::Overwrite);
    let free = brush(&mut document, how, &row(5, 20)).unwrap();
    let voxels = |document: &Document, id| document.finding(id).unwrap().voxels();
    assert_eq!(
        (voxels(&document, &locked), voxels(&document, &free)),
        (10, 10)
    );
}

#[test]
fn a_computed_finding_follows_its_parts_and_cannot_be_locked() {
    let examples = annotation_format::protocol::EXAMPLES;
    let (_, text) = examples.iter().find(|(id, _)| *id == "glioma-mr").unwrap();
    let protocol = Protocol::from_toml(text, Terms::builtin()).unwrap();
    let mut document = Document::new(Arc::new(protocol));
    let how = ("enhancing", Onto::New, Overlap::Keep);
    let part = brush(&mut document, how, &row(0, 5)).unwrap();
    let whole = LabelId::from("whole");
    let whole = document.findings_of(&whole).next().unwrap().id.clone();
    assert_eq!(
        lock(&document, &whole, true).unwrap_err().code(),
        "derived_label"
    );
    let edit = rename(&document, &whole, "全体");
    done(&mut document, edit);
    let before = document.content_hash();
    let edit = delete(&document, &part);
    let edit = done(&mut document, edit);
    assert!(document.findings().next().is_none());
    document.apply(&edit.inverse()).unwrap();
    assert_eq!(document.content_hash(), before);
}

#[test]
fn a_deleted_finding_comes_back_with_its_name_and_colour() {
    let mut document = pneumonia();
    let id = brush(&mut document, ("ggo", Onto::New, Overlap::Keep), &row(0, 5)).unwrap();
    for edit in [
        rename(&document, &id, "名前"),
        recolour(&document, &id, Some([9, 8, 7])),
    ] {
        done(&mut document, edit);
    }
    let before = document.content_hash();
    let deleted = gesture::delete(&document, &id);
    let deleted = done(&mut document, deleted);
    document.apply(&deleted.inverse()).unwrap();
    assert_eq!(document.content_hash(), before);
    let finding = document.finding(&id).unwrap();
    assert_eq!(
        (finding.name.as_str(), finding.color),
        ("名前", Some([9, 8, 7]))
    );
}

/// The text of the content and of the checkpoint are those of a version that knew no names, colours and locks.
#[test]
fn a_document_without_names_colours_and_locks_is_written_and_hashed_as_it_always_was() {
    let mut document = pneumonia();
    let protocol = document.protocol().clone();
    let head = FindingHead {
        id: FindingId::from("f1"),
        number: 1,
        label: LabelId::from("ggo"),
        series: "s1".to_owned(),
    };
    let id = head.id.clone();
    document
        .apply(&Edit::new(EditName::Brush, vec![Step::CreateFinding(head)]))
        .unwrap();
    let content = format!(
        r#"{{"findings":[{{"attributes":{{}},"comment":"","head":{{"id":"f1","label":"ggo","number":1,"series":"s1"}},"mask":null,"shapes":[]}}],"form":{{}},"no_finding":false,"protocol":"{}"}}"#,
        protocol.sha256
    );
    let hash: [u8; 32] = Sha256::digest(content.as_bytes()).into();
    assert_eq!(document.content_hash(), hash);
    let body = format!(r#"{{"v":1,"next_number":2,"content":{content}}}"#);
    let read = decode_snapshot(body.as_bytes(), protocol.clone(), &mut |_| None).unwrap();
    assert!(read.findings().eq(document.findings()));
    for mark in 0..3 {
        let before = document.content_hash();
        let edit = match mark {
            0 => lock(&document, &id, true),
            1 => rename(&document, &id, "名前"),
            _ => recolour(&document, &id, Some([255, 0, 1])),
        };
        done(&mut document, edit);
        assert_ne!(document.content_hash(), before);
    }
    let body = encode_snapshot(&document).body;
    let read = decode_snapshot(&body, protocol, &mut |_| None).unwrap();
    assert_eq!(read.content_hash(), document.content_hash());
    assert!(read.findings().eq(document.findings()));
}
