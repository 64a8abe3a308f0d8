//! The rules of painting, held to a model that keeps one bool per voxel: whose voxels come and go, what is
//! left alone where labels exclude each other, what a lock keeps.

use std::sync::Arc;

use annotation_format::document::gesture::{
    self, EraseFrom, Onto, Overlap, Place, Stroke, erase, paint,
};
use annotation_format::{Document, Edit, Error, FindingId, LabelId, Protocol, Terms};
use proptest::prelude::*;
use voxel::{Span, VoxelIndex};

use super::gestures::{SIZE, ball, grid};

#[derive(Clone, Debug)]
enum Act {
    Paint {
        label: usize,
        onto: usize,
        overwrite: bool,
        at: [i64; 3],
        radius: i64,
    },
    Erase {
        from: usize,
        at: [i64; 3],
        radius: i64,
    },
    Lock(usize, bool),
    Delete(usize),
    Undo,
    GoTo(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    let at = || [0_i64..50, 0_i64..40, 0_i64..36];
    prop_oneof![
        6 => (0_usize..3, 0_usize..9, any::<bool>(), at(), 1_i64..12).prop_map(
            |(label, onto, overwrite, at, radius)| Act::Paint { label, onto, overwrite, at, radius }
        ),
        3 => (0_usize..9, at(), 1_i64..16).prop_map(|(from, at, radius)| Act::Erase { from, at, radius }),
        3 => (0_usize..5, any::<bool>()).prop_map(|(place, is_locked)| Act::Lock(place, is_locked)),
        1 => (0_usize..5).prop_map(Act::Delete),
        2 => Just(Act::Undo),
        1 => any::<prop::sample::Index>().prop_map(Act::GoTo),
    ]
}

/// A protocol with two labels that exclude each other, of each one finding or many.
fn pneumonia(many: bool) -> Arc<Protocol> {
    let examples = annotation_format::protocol::EXAMPLES;
    let (_, text) = examples
        .iter()
        .find(|(id, _)| *id == "ct-pneumonia")
        .unwrap();
    let text = text.replace("many = false", &format!("many = {many}"));
    Arc::new(Protocol::from_toml(&text, Terms::builtin()).unwrap())
}

#[derive(Clone)]
struct Voxels {
    id: FindingId,
    label: LabelId,
    is_locked: bool,
    dense: Vec<bool>,
}

/// What the model takes a case to be: its findings by number.
type Model = Vec<Voxels>;

fn dense_of(spans: &[Span]) -> Vec<bool> {
    let mut dense = vec![false; SIZE[0] * SIZE[1] * SIZE[2]];
    for span in spans {
        let inside = (0..SIZE[1] as i64).contains(&span.j) && (0..SIZE[2] as i64).contains(&span.k);
        for i in span.i0.max(0)..span.i1.min(SIZE[0] as i64) {
            if inside {
                dense[i as usize + SIZE[0] * (span.j as usize + SIZE[1] * span.k as usize)] = true;
            }
        }
    }
    dense
}

fn less(from: &mut [bool], taken: &[bool]) {
    for (voxel, taken) in from.iter_mut().zip(taken) {
        *voxel &= !taken;
    }
}

/// Paints in the model; `Err` if it refuses. A new finding gets the id that the document has given.
fn paint_model(
    model: &mut Model,
    document: &Document,
    (label, onto, overwrite): (&LabelId, &Onto, bool),
    spans: &[Span],
    given: impl FnOnce() -> Option<FindingId>,
) -> Result<(), ()> {
    let protocol = document.protocol();
    let many = protocol.label(label).unwrap().many;
    let only = model.iter().position(|f| !many && f.label == *label);
    let target = match onto {
        Onto::Finding(id) => model.iter().position(|f| f.id == *id),
        Onto::New => only,
        Onto::Latest => only.or_else(|| model.iter().rposition(|f| f.label == *label)),
    };
    if target.is_some_and(|at| model[at].is_locked || model[at].label != *label) {
        return Err(());
    }
    let mut painted = dense_of(spans);
    let excluded: Vec<usize> = (0..model.len())
        .filter(|at| Some(*at) != target && protocol.exclusive(label, &model[*at].label))
        .collect();
    for at in &excluded {
        if !overwrite || model[*at].is_locked {
            less(&mut painted, &model[*at].dense);
        }
    }
    for at in excluded {
        if overwrite && !model[at].is_locked {
            less(&mut model[at].dense, &painted);
        }
    }
    match target {
        Some(at) => {
            for (voxel, new) in model[at].dense.iter_mut().zip(painted) {
                *voxel |= new;
            }
        }
        None if painted.contains(&true) => model.push(Voxels {
            id: given().expect("the document made no finding"),
            label: label.clone(),
            is_locked: false,
            dense: painted,
        }),
        None => {}
    }
    Ok(())
}

/// The edit of an act, after the model has done the same; `None` where both refuse.
fn do_both(document: &Document, model: &mut Model, act: &Act) -> Option<Edit> {
    let grid = grid();
    let place = Place {
        series: "ct",
        grid: &grid,
    };
    let labels = ["ggo", "consolidation", "effusion"].map(LabelId::from);
    let finding = |at: usize| Some(model.get(at.checked_rem(model.len())?)?.id.clone());
    let agree = |edit: Result<Edit, Error>, ours: Result<(), ()>| {
        assert_eq!(edit.is_ok(), ours.is_ok(), "{edit:?}");
        edit.ok()
    };
    match act {
        Act::Paint {
            label,
            onto,
            overwrite,
            at,
            radius,
        } => {
            let (label, spans) = (&labels[*label], ball(*at, *radius));
            let onto = match onto % 3 {
                0 => Onto::New,
                1 => Onto::Latest,
                _ => finding(*onto).map_or(Onto::New, Onto::Finding),
            };
            let mut stroke = Stroke::brush(label, onto.clone(), &spans);
            if *overwrite {
                stroke.overlap = Overlap::Overwrite;
            }
            let edit = paint(document, &place, &stroke);
            let given = || edit.as_ref().ok()?.created().cloned();
            let ours = paint_model(model, document, (label, &onto, *overwrite), &spans, given);
            agree(edit, ours)
        }
        Act::Erase { from, at, radius } => {
            let from = match from % 3 {
                0 => EraseFrom::All,
                1 => EraseFrom::Label(labels[from / 3].clone()),
                _ => EraseFrom::Finding(finding(*from)?),
            };
            let spans = ball(*at, *radius);
            let edit = erase(document, &place, &from, &spans);
            let gone = dense_of(&spans);
            let mut ours = Ok(());
            for held in model.iter_mut() {
                let is_meant = match &from {
                    EraseFrom::All => !held.is_locked,
                    EraseFrom::Label(label) => !held.is_locked && held.label == *label,
                    EraseFrom::Finding(id) => held.id == *id,
                };
                if is_meant && held.is_locked {
                    ours = Err(());
                } else if is_meant {
                    less(&mut held.dense, &gone);
                }
            }
            agree(edit, ours)
        }
        Act::Lock(at, is_locked) => {
            let id = finding(*at)?;
            let held = model.iter_mut().find(|held| held.id == id)?;
            held.is_locked = *is_locked;
            gesture::lock(document, &id, *is_locked).ok()
        }
        Act::Delete(at) => {
            let id = finding(*at)?;
            let is_locked = model.iter().any(|held| held.id == id && held.is_locked);
            model.retain(|held| held.id != id || held.is_locked);
            let ours = if is_locked { Err(()) } else { Ok(()) };
            agree(gesture::delete(document, &id), ours)
        }
        Act::Undo | Act::GoTo(_) => None,
    }
}

fn equal(document: &Document, model: &Model) {
    assert_eq!(document.findings().len(), model.len());
    for (finding, held) in document.findings().zip(model) {
        assert_eq!((&finding.id, finding.is_locked), (&held.id, held.is_locked));
        let dense = match &finding.mask {
            Some(mask) => mask.to_dense(),
            None => vec![false; held.dense.len()],
        };
        assert!(dense == held.dense, "voxels of finding {}", finding.number);
        let first = held.dense.iter().position(|voxel| *voxel);
        if let (Some(at), Some(mask)) = (first, &finding.mask) {
            let [i, j, k] = [at % SIZE[0], at / SIZE[0] % SIZE[1], at / SIZE[0] / SIZE[1]];
            assert!(mask.get(VoxelIndex([i as i64, j as i64, k as i64])));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masks_are_what_a_model_of_one_bool_per_voxel_says(
        many in any::<bool>(), acts in prop::collection::vec(act(), 1..40)
    ) {
        let mut states: Vec<(Document, Model)> = vec![(Document::new(pneumonia(many)), Model::new())];
        let mut done: Vec<Edit> = Vec::new();
        for act in &acts {
            let (mut document, mut model) = states.last().unwrap().clone();
            let edit = match act {
                Act::Undo => {
                    let Some(edit) = done.pop() else { continue };
                    document.apply(&edit.inverse()).unwrap();
                    states.pop();
                    equal(&document, &states.last().unwrap().1);
                    continue;
                }
                Act::GoTo(to) => {
                    let (target, held) = to.get(&states);
                    model.clone_from(held);
                    Edit::between(&document, target).unwrap()
                }
                act => match do_both(&document, &mut model, act) {
                    Some(edit) => edit,
                    None => continue,
                },
            };
            document.apply(&edit).unwrap();
            equal(&document, &model);
            states.push((document, model));
            done.push(edit);
        }
    }
}
