//! Gestures of chance, and the edits that they mean.

use std::sync::Arc;

use annotation_format::document::gesture::{
    self, EraseFrom, Onto, Overlap, Place, Stroke, add_box, add_mask, add_point, paint,
};
use annotation_format::{Document, Edit, Error, FindingId, Protocol, Terms, Value};
use proptest::prelude::*;
use voxel::{Affine, Grid, Mask, Span, VoxelPoint};

pub(crate) const SIZE: [usize; 3] = [50, 40, 36];

/// A gesture in numbers; which finding, label or answer it means depends on the document.
#[derive(Clone, Debug)]
pub(crate) enum Gesture {
    Paint {
        label: usize,
        onto: usize,
        at: [i64; 3],
        radius: i64,
        overwrite: bool,
    },
    Erase {
        from: usize,
        at: [i64; 3],
        radius: i64,
    },
    Import {
        label: usize,
        at: [i64; 3],
    },
    Point {
        label: usize,
        at: [f64; 3],
    },
    Box {
        label: usize,
        axis: u8,
        index: i64,
        corners: [[f64; 2]; 2],
    },
    Attribute {
        finding: usize,
        attribute: usize,
        value: usize,
    },
    Form {
        field: usize,
        value: usize,
    },
    NoFinding(bool),
    Relabel {
        finding: usize,
        label: usize,
    },
    Delete {
        finding: usize,
    },
    Comment {
        finding: usize,
        text: String,
    },
    Rename {
        finding: usize,
        text: String,
    },
    Recolour {
        finding: usize,
        color: Option<[u8; 3]>,
    },
    Lock {
        finding: usize,
        is_locked: bool,
    },
    /// Back to the state after one of the edits so far.
    Restore(prop::sample::Index),
}

pub(crate) fn gesture() -> impl Strategy<Value = Gesture> {
    let at = || [-4_i64..54, -4_i64..44, -4_i64..40];
    let small = 0_usize..8;
    prop_oneof![
        4 => (small.clone(), small.clone(), at(), 0_i64..14, any::<bool>()).prop_map(
            |(label, onto, at, radius, overwrite)| Gesture::Paint { label, onto, at, radius, overwrite }
        ),
        2 => (small.clone(), at(), 0_i64..20)
            .prop_map(|(from, at, radius)| Gesture::Erase { from, at, radius }),
        1 => (small.clone(), at()).prop_map(|(label, at)| Gesture::Import { label, at }),
        1 => (small.clone(), [0.0..49.0_f64, 0.0..39.0_f64, 0.0..35.0_f64])
            .prop_map(|(label, at)| Gesture::Point { label, at }),
        1 => (small.clone(), 0_u8..3, 0_i64..36, prop::array::uniform2(prop::array::uniform2(-5.0..45.0_f64)))
            .prop_map(|(label, axis, index, corners)| Gesture::Box { label, axis, index, corners }),
        3 => (small.clone(), small.clone(), small.clone())
            .prop_map(|(finding, attribute, value)| Gesture::Attribute { finding, attribute, value }),
        3 => (small.clone(), small.clone()).prop_map(|(field, value)| Gesture::Form { field, value }),
        1 => any::<bool>().prop_map(Gesture::NoFinding),
        1 => (small.clone(), small.clone()).prop_map(|(finding, label)| Gesture::Relabel { finding, label }),
        1 => small.clone().prop_map(|finding| Gesture::Delete { finding }),
        1 => (small.clone(), "[a-zあ-ん]{0,8}").prop_map(|(finding, text)| Gesture::Comment { finding, text }),
        1 => (small.clone(), "[a-zあ-ん ]{0,8}").prop_map(|(finding, text)| Gesture::Rename { finding, text }),
        1 => (small.clone(), any::<Option<[u8; 3]>>())
            .prop_map(|(finding, color)| Gesture::Recolour { finding, color }),
        2 => (small, any::<bool>()).prop_map(|(finding, is_locked)| Gesture::Lock { finding, is_locked }),
        1 => any::<prop::sample::Index>().prop_map(Gesture::Restore),
    ]
}

pub(crate) fn ball([ci, cj, ck]: [i64; 3], radius: i64) -> Vec<Span> {
    let mut spans = Vec::new();
    for k in ck - radius..=ck + radius {
        for j in cj - radius..=cj + radius {
            let rest = radius * radius - (k - ck).pow(2) - (j - cj).pow(2);
            if rest >= 0 {
                let half = rest.isqrt();
                spans.push(Span {
                    j,
                    k,
                    i0: ci - half,
                    i1: ci + half + 1,
                });
            }
        }
    }
    spans
}

/// The edit a gesture means here; `None` if the rules refuse it or there is nothing to do it to.
/// `past` are the states that can be gone back to.
pub(crate) fn edit_of(
    document: &Document,
    past: &[Document],
    grid: &Grid,
    gesture: &Gesture,
) -> Option<Edit> {
    let protocol = document.protocol().clone();
    let place = Place { series: "ct", grid };
    let label = |at: usize| &protocol.labels[at % protocol.labels.len()].id;
    let finding = |at: usize| -> Option<FindingId> {
        let count = document.findings().len();
        document
            .findings()
            .nth(at.checked_rem(count)?)
            .map(|f| f.id.clone())
    };
    let onto = |at: usize| match at % 3 {
        0 => Onto::New,
        1 => Onto::Latest,
        _ => finding(at).map_or(Onto::New, Onto::Finding),
    };
    let made: Result<Edit, Error> = match gesture {
        Gesture::Paint {
            label: l,
            onto: o,
            at,
            radius,
            overwrite,
        } => {
            let spans = ball(*at, *radius);
            let mut stroke = Stroke::brush(label(*l), onto(*o), &spans);
            if *overwrite {
                stroke.overlap = Overlap::Overwrite;
            }
            paint(document, &place, &stroke)
        }
        Gesture::Erase { from, at, radius } => {
            let from = match from % 3 {
                0 => EraseFrom::All,
                1 => EraseFrom::Label(label(*from).clone()),
                _ => EraseFrom::Finding(finding(*from)?),
            };
            gesture::erase(document, &place, &from, &ball(*at, *radius))
        }
        Gesture::Import { label: l, at } => {
            let mask = Mask::from_spans(SIZE, &ball(*at, 6));
            add_mask(
                document,
                &place,
                label(*l),
                &Onto::Latest,
                &mask,
                Overlap::Refuse,
            )
        }
        Gesture::Point { label: l, at } => {
            add_point(document, &place, label(*l), &Onto::New, VoxelPoint(*at))
        }
        Gesture::Box {
            label: l,
            axis,
            index,
            corners,
        } => add_box(
            document,
            &place,
            label(*l),
            &Onto::New,
            (*axis, *index),
            *corners,
        ),
        Gesture::Attribute {
            finding: f,
            attribute,
            value,
        } => {
            let asked = &protocol.attributes[attribute % protocol.attributes.len()];
            let value = some_value(asked, *value);
            gesture::set_attribute(document, &finding(*f)?, &asked.id, value)
        }
        Gesture::Form { field, value } => {
            let asked = &protocol.case_form[field.checked_rem(protocol.case_form.len())?];
            gesture::set_form(document, &asked.field_id(), some_value(asked, *value))
        }
        Gesture::NoFinding(value) => gesture::no_finding(document, *value),
        Gesture::Relabel {
            finding: f,
            label: l,
        } => gesture::relabel(document, &finding(*f)?, label(*l)),
        Gesture::Delete { finding: f } => gesture::delete(document, &finding(*f)?),
        Gesture::Comment { finding: f, text } => gesture::comment(document, &finding(*f)?, text),
        Gesture::Rename { finding: f, text } => gesture::rename(document, &finding(*f)?, text),
        Gesture::Recolour { finding: f, color } => {
            gesture::recolour(document, &finding(*f)?, *color)
        }
        Gesture::Lock {
            finding: f,
            is_locked,
        } => gesture::lock(document, &finding(*f)?, *is_locked),
        Gesture::Restore(_) if past.is_empty() => return None,
        Gesture::Restore(to) => Edit::between(document, to.get(past)),
    };
    if let Err(error) = &made {
        let is_rule = !matches!(
            error,
            Error::Stale { .. } | Error::UnknownFinding(_) | Error::Voxel(_)
        );
        assert!(is_rule, "{gesture:?} is refused by no rule: {error}");
    }
    made.ok().filter(|edit| !edit.is_empty())
}

fn some_value(asked: &annotation_format::Attribute, value: usize) -> Option<Value> {
    if value == 0 {
        return None;
    }
    if asked.values.is_empty() {
        return asked
            .accept_json(&serde_json::json!(value))
            .ok()
            .or(Some(Value::Bool(value == 1)));
    }
    let id = serde_json::json!([asked.values[value % asked.values.len()].id]);
    asked
        .accept_json(&id)
        .or_else(|_| asked.accept_json(&id[0]))
        .ok()
}

pub(crate) fn protocol(at: usize) -> Arc<Protocol> {
    let ids = ["lung-nodule-ct", "glioma-mr", "ct-pneumonia"];
    let id = ids[at % ids.len()];
    let (_, text) = annotation_format::protocol::EXAMPLES
        .iter()
        .find(|(name, _)| *name == id)
        .unwrap();
    Arc::new(Protocol::from_toml(text, Terms::builtin()).unwrap())
}

pub(crate) fn grid() -> Grid {
    Grid::new(SIZE, Affine::scaling([0.7, 0.8, 1.5])).unwrap()
}
