//! Laws of the document, held by generated works: whatever gestures come in whatever order.

mod dense;
mod gestures;

use std::collections::BTreeMap;

use annotation_format::document::gesture::{Onto, Place, Stroke, paint};
use annotation_format::wire::{self, BrickHash};
use annotation_format::{Document, Edit, Error, FieldId, LabelId, Value};
use proptest::prelude::*;
use voxel::{Mask, VoxelIndex};

use gestures::{SIZE, ball, edit_of, gesture, grid, protocol};

#[derive(Default)]
struct Store(BTreeMap<BrickHash, Vec<u8>>);

impl Store {
    fn keep(&mut self, encoded: wire::Encoded) -> Vec<u8> {
        self.0.extend(encoded.bricks);
        encoded.body
    }

    fn find(&self) -> impl FnMut(&BrickHash) -> Option<Vec<u8>> + '_ {
        |hash| self.0.get(hash).cloned()
    }
}

/// What the rules promise of every document.
fn check_invariants(document: &Document) {
    let protocol = document.protocol();
    let numbers: Vec<u32> = document.findings().map(|f| f.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "numbers in order");
    assert!(
        !document.no_finding() || numbers.is_empty(),
        "no finding, and findings"
    );
    if protocol.result_field().is_some() {
        let said = document.form().get(&FieldId::from("result"));
        let says = |id: &str| said == Some(&Value::Code(id.to_owned()));
        assert_eq!(says("result-none"), document.no_finding());
        assert!(numbers.is_empty() || says("result-finding"));
    }
    let shown = document.fields_shown();
    for field in document.form().keys() {
        assert!(
            shown.iter().any(|a| a.id.as_str() == field.as_str()),
            "hidden is absent"
        );
    }
    for finding in document.findings() {
        let shown = document.attributes_shown(finding);
        for name in finding.attributes.keys() {
            assert!(shown.iter().any(|a| a.id == *name && a.computed.is_none()));
        }
        assert!(finding.mask.as_ref().is_none_or(|mask| !mask.is_empty()));
    }
    check_masks(document);
}

fn check_masks(document: &Document) {
    let protocol = document.protocol();
    let with_masks: Vec<_> = document.findings().filter(|f| f.mask.is_some()).collect();
    for a in &with_masks {
        let label = protocol.label(&a.label).unwrap();
        for b in &with_masks {
            if protocol.exclusive(&a.label, &b.label) {
                let shared = a
                    .mask
                    .as_ref()
                    .unwrap()
                    .intersection_count(b.mask.as_ref().unwrap());
                assert_eq!(shared, 0, "{} and {} exclude each other", a.label, b.label);
            }
        }
        if label.is_derived() {
            let parts = with_masks
                .iter()
                .filter(|f| label.derived.contains(&f.label));
            let union = parts.fold(Mask::empty(SIZE), |all, f| {
                all.union(f.mask.as_ref().unwrap())
            });
            assert_eq!(
                a.mask.as_ref(),
                Some(&union),
                "a computed label is the union of its parts"
            );
        }
        let of_label = document.findings_of(&a.label).count();
        assert!(label.many || of_label == 1, "one finding of {}", a.label);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_and_its_inverse_leave_the_content_as_it_was(
        at in 0_usize..3, gestures in prop::collection::vec(gesture(), 1..24)
    ) {
        let grid = grid();
        let mut document = Document::new(protocol(at));
        let mut done: Vec<(Edit, [u8; 32])> = Vec::new();
        let mut past: Vec<Document> = vec![document.clone()];
        for gesture in &gestures {
            if let Some(edit) = edit_of(&document, &past, &grid, gesture) {
                let before = document.content_hash();
                document.apply(&edit).unwrap();
                check_invariants(&document);
                let after = document.content_hash();
                prop_assert_ne!(before, after);
                document.apply(&edit.inverse()).unwrap();
                prop_assert_eq!(document.content_hash(), before);
                prop_assert_eq!(&edit.inverse().inverse(), &edit);
                document.apply(&edit).unwrap();
                prop_assert_eq!(document.content_hash(), after);
                done.push((edit, before));
                past.push(document.clone());
            }
        }
        for (edit, before) in done.iter().rev() {
            document.apply(&edit.inverse()).unwrap();
            prop_assert_eq!(&document.content_hash(), before);
        }
        prop_assert!(document.is_untouched());
    }

    #[test]
    fn the_fold_of_the_stored_bodies_is_the_document_in_memory(
        at in 0_usize..3, gestures in prop::collection::vec(gesture(), 1..20)
    ) {
        let grid = grid();
        let mut document = Document::new(protocol(at));
        let mut folded = Document::new(protocol(at));
        let mut store = Store::default();
        let mut past: Vec<Document> = vec![document.clone()];
        for gesture in &gestures {
            let Some(edit) = edit_of(&document, &past, &grid, gesture) else { continue };
            document.apply(&edit).unwrap();
            let stored = wire::encode_without(&edit, &|hash| store.0.contains_key(hash));
            let body = store.keep(stored);
            let again = wire::decode(&body, &mut store.find()).unwrap();
            prop_assert_eq!(&again, &edit);
            folded.apply(&again).unwrap();
            past.push(document.clone());
            for hash in wire::bricks_of(&body).unwrap() {
                prop_assert!(store.0.contains_key(&hash));
            }
        }
        prop_assert_eq!(folded.content_hash(), document.content_hash());
        let checkpoint = store.keep(wire::encode_snapshot_without(&document, &|h| store.0.contains_key(h)));
        let restored = wire::decode_snapshot(&checkpoint, document.protocol().clone(), &mut store.find()).unwrap();
        prop_assert_eq!(restored.content_hash(), document.content_hash());
        prop_assert_eq!(restored.next_number(), document.next_number());
        prop_assert!(restored.findings().eq(document.findings()));
    }

    #[test]
    fn a_merged_gesture_is_undone_to_what_was_before_its_first_part(
        at in 0_usize..3, before in prop::collection::vec(gesture(), 0..8),
        merged in prop::collection::vec(gesture(), 2..8)
    ) {
        let grid = grid();
        let mut document = Document::new(protocol(at));
        let mut past: Vec<Document> = vec![document.clone()];
        for gesture in &before {
            if let Some(edit) = edit_of(&document, &past, &grid, gesture) {
                document.apply(&edit).unwrap();
                past.push(document.clone());
            }
        }
        let (start, start_hash) = (document.clone(), document.content_hash());
        let mut whole: Option<Edit> = None;
        for gesture in &merged {
            let Some(edit) = edit_of(&document, &past, &grid, gesture) else { continue };
            document.apply(&edit).unwrap();
            whole = Some(match whole {
                Some(whole) => whole.then(edit).unwrap(),
                None => edit,
            });
        }
        let Some(whole) = whole else { return Ok(()) };
        let end = document.content_hash();
        document.apply(&whole.inverse()).unwrap();
        prop_assert_eq!(document.content_hash(), start_hash);
        let mut at_once = start;
        at_once.apply(&whole).unwrap();
        prop_assert_eq!(at_once.content_hash(), end);
    }

    #[test]
    fn the_difference_of_any_two_states_leads_from_one_to_the_other_and_back(
        at in 0_usize..3, gestures in prop::collection::vec(gesture(), 1..20),
        from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()
    ) {
        let grid = grid();
        let mut states = vec![Document::new(protocol(at))];
        let mut store = Store::default();
        for gesture in &gestures {
            let mut document = states.last().unwrap().clone();
            if let Some(edit) = edit_of(&document, &states, &grid, gesture) {
                document.apply(&edit).unwrap();
                states.push(document);
            }
        }
        let (from, to) = (from.get(&states), to.get(&states));
        // One side comes from the store: nothing is shared with the other.
        let stored = store.keep(wire::encode_snapshot(to));
        let to = wire::decode_snapshot(&stored, to.protocol().clone(), &mut store.find()).unwrap();
        let edit = Edit::between(from, &to).unwrap();
        prop_assert_eq!(edit.is_empty(), from.content_hash() == to.content_hash());
        let mut document = from.clone();
        document.apply(&edit).unwrap();
        prop_assert_eq!(document.content_hash(), to.content_hash());
        document.apply(&edit.inverse()).unwrap();
        prop_assert_eq!(document.content_hash(), from.content_hash());
        prop_assert!(document.next_number() >= from.next_number());
        let body = store.keep(wire::encode(&edit));
        prop_assert_eq!(wire::decode(&body, &mut store.find()).unwrap(), edit);
    }

    #[test]
    fn an_edit_made_for_another_state_is_refused_and_changes_nothing(
        gestures in prop::collection::vec(gesture(), 1..16)
    ) {
        let grid = grid();
        let mut document = Document::new(protocol(0));
        for gesture in &gestures {
            if let Some(edit) = edit_of(&document, &[], &grid, gesture) {
                document.apply(&edit).unwrap();
                let hash = document.content_hash();
                prop_assert!(document.apply(&edit).is_err());
                prop_assert_eq!(document.content_hash(), hash);
            }
        }
    }

    #[test]
    fn random_bytes_are_never_read_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut none = |_: &BrickHash| None;
        prop_assert!(wire::decode(&bytes, &mut none).is_err());
        prop_assert!(wire::decode_snapshot(&bytes, protocol(0), &mut none).is_err());
        let _ = wire::bricks_of(&bytes);
    }

    #[test]
    fn damaged_bodies_never_panic(
        gestures in prop::collection::vec(gesture(), 1..6), place in any::<prop::sample::Index>(),
        byte in any::<u8>(), cut in any::<bool>()
    ) {
        let grid = grid();
        let mut document = Document::new(protocol(0));
        let mut store = Store::default();
        for gesture in &gestures {
            let Some(edit) = edit_of(&document, &[], &grid, gesture) else { continue };
            let mut body = store.keep(wire::encode(&edit));
            let at = place.index(body.len());
            if cut { body.truncate(at) } else { body[at] = byte }
            if let Ok(strange) = wire::decode(&body, &mut store.find()) {
                let _ = document.clone().apply(&strange);
            }
            document.apply(&edit).unwrap();
            let mut body = store.keep(wire::encode_snapshot(&document));
            let at = place.index(body.len());
            if cut { body.truncate(at) } else { body[at] = byte }
            let _ = wire::decode_snapshot(&body, document.protocol().clone(), &mut store.find());
        }
    }
}

#[test]
fn a_brick_that_the_store_lost_is_told() {
    let grid = grid();
    let document = Document::new(protocol(0));
    let spans = ball([20, 20, 20], 5);
    let nodule = LabelId::from("nodule");
    let place = Place {
        series: "ct",
        grid: &grid,
    };
    let edit = paint(
        &document,
        &place,
        &Stroke::brush(&nodule, Onto::New, &spans),
    )
    .unwrap();
    let body = wire::encode(&edit).body;
    let lost = wire::decode(&body, &mut |_| None).unwrap_err();
    assert_eq!(lost, Error::Brick("missing"));
    let later = String::from_utf8(body)
        .unwrap()
        .replacen("\"v\":1", "\"v\":2", 1);
    let error = wire::decode(later.as_bytes(), &mut |_| None).unwrap_err();
    assert_eq!(error.code(), "body_unreadable");
    assert!(document.findings().next().is_none());
    assert!(!Mask::empty(SIZE).get(VoxelIndex([0, 0, 0])));
}
