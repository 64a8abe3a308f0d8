//! What a mask refuses, what it ignores, and what it shares with its clones.

use std::sync::Arc;

use voxel::{Brick, BrickChange, BrickIndex, Error, Mask, MaskChange, Span, VoxelBox, VoxelIndex};

#[test]
fn a_stale_change_is_refused_and_nothing_is_done() {
    let size = [70, 40, 40];
    let spans = |j, i1| [Span { j, k: 0, i0: 0, i1 }];
    let mut mask = Mask::empty(size);
    let wide = mask.paint(&spans(0, 70), true);
    let elsewhere = mask.paint(
        &[Span {
            j: 39,
            k: 39,
            i0: 69,
            i1: 70,
        }],
        true,
    );
    mask.apply(&mask.paint(
        &[Span {
            j: 1,
            k: 1,
            i0: 66,
            i1: 67,
        }],
        true,
    ))
    .unwrap();
    let before = mask.clone();
    // The first two bricks of `wide` would fit; the third one has changed.
    assert_eq!(
        mask.apply(&wide),
        Err(Error::Stale {
            index: BrickIndex([2, 0, 0])
        })
    );
    assert_eq!(mask, before);
    mask.apply(&elsewhere).unwrap();
    assert_eq!(mask.count(), 2);
    assert_eq!(
        mask.apply(&elsewhere),
        Err(Error::Stale {
            index: BrickIndex([2, 1, 1])
        })
    );
}

#[test]
fn bricks_and_bits_beyond_the_grid_are_refused() {
    let size = [40, 32, 32];
    let full = |index| [(BrickIndex(index), Brick::Full)];
    assert!(Mask::from_bricks(size, full([0, 0, 0])).is_ok());
    for index in [[1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, u16::MAX]] {
        let index = BrickIndex(index);
        let refused = Err(Error::BrickOutside { index });
        assert_eq!(Mask::from_bricks(size, full(index.0)), refused);
        let change = BrickChange {
            index,
            before: Brick::Empty,
            after: Brick::Full,
        };
        let change = MaskChange::from_bricks(vec![change]).unwrap();
        assert_eq!(
            Mask::empty(size).apply(&change),
            Err(Error::BrickOutside { index })
        );
    }
    let twice = [full([0; 3]), full([0; 3])].concat();
    let index = BrickIndex([0; 3]);
    assert_eq!(
        Mask::from_bricks(size, twice),
        Err(Error::BrickOrder { index })
    );
}

#[test]
fn bricks_read_in_any_form_are_kept_in_the_normal_one() {
    let odd = [
        (
            BrickIndex([0, 0, 0]),
            Brick::Bits(Arc::new([u32::MAX; 1024])),
        ),
        (BrickIndex([1, 0, 0]), Brick::Bits(Arc::new([0; 1024]))),
        (BrickIndex([0, 1, 0]), Brick::Empty),
    ];
    let mask = Mask::from_bricks([64; 3], odd).unwrap();
    assert_eq!(mask.bricks().count(), 1);
    assert!(matches!(mask.brick(BrickIndex([0; 3])), Brick::Full));
    assert_eq!(Brick::Bits(Arc::new([0; 1024])), Brick::Empty);
    assert_eq!(Brick::Bits(Arc::new([u32::MAX; 1024])), Brick::Full);
}

#[test]
fn brick_bytes_are_little_endian_words_and_any_other_length_is_refused() {
    let size = [32; 3];
    let mask = Mask::from_spans(
        size,
        &[Span {
            j: 1,
            k: 2,
            i0: 9,
            i1: 10,
        }],
    );
    let bytes = mask.brick(BrickIndex([0; 3])).to_bytes();
    let place = (1 + 32 * 2) * 4 + 1; // row 65, bit 9: second byte
    assert_eq!(bytes[place], 0b10);
    assert_eq!(bytes.iter().filter(|b| **b != 0).count(), 1);
    for found in [0, 4095, 4097] {
        assert_eq!(
            Brick::from_bytes(&vec![0; found]),
            Err(Error::BrickBytes { found })
        );
    }
}

#[test]
fn spans_and_voxels_far_outside_do_nothing() {
    let mask = Mask::full([5, 5, 5]);
    let far = [i64::MIN, i64::MAX, -1, 5];
    for v in far {
        assert!(!mask.get(VoxelIndex([v, 0, 0])));
        assert!(!mask.get(VoxelIndex([0, 0, v])));
        assert!(
            mask.paint(
                &[Span {
                    j: v,
                    k: 0,
                    i0: 0,
                    i1: 5
                }],
                false
            )
            .is_empty()
        );
        assert!(
            mask.paint(
                &[Span {
                    j: 0,
                    k: v,
                    i0: 0,
                    i1: 5
                }],
                false
            )
            .is_empty()
        );
    }
    let row = mask.paint(
        &[Span {
            j: 2,
            k: 2,
            i0: i64::MIN,
            i1: i64::MAX,
        }],
        false,
    );
    assert_eq!(row.voxels_removed(), 5);
    assert!(
        mask.paint(
            &[Span {
                j: 2,
                k: 2,
                i0: 4,
                i1: -4
            }],
            false
        )
        .is_empty()
    );
}

#[test]
fn painting_touches_only_the_bricks_that_the_spans_meet() {
    let empty = Mask::empty([512, 512, 1000]);
    let change = empty.paint(
        &[Span {
            j: 100,
            k: 500,
            i0: 60,
            i1: 70,
        }],
        true,
    );
    let touched: Vec<BrickIndex> = change.bricks.iter().map(|b| b.index).collect();
    assert_eq!(touched, [BrickIndex([1, 3, 15]), BrickIndex([2, 3, 15])]);
    let whole = VoxelBox {
        min: [60, 100, 500],
        max: [70, 101, 501],
    };
    assert_eq!(change.changed, whole);
}

#[test]
fn a_brick_painted_full_is_kept_as_full_and_one_erased_is_not_kept() {
    let spans: Vec<Span> = (0..32)
        .flat_map(|k| {
            (0..32).map(move |j| Span {
                j,
                k,
                i0: 0,
                i1: 32,
            })
        })
        .collect();
    let mut mask = Mask::empty([64, 64, 64]);
    mask.apply(&mask.paint(&spans, true)).unwrap();
    assert!(matches!(mask.brick(BrickIndex([0; 3])), Brick::Full));
    mask.apply(&mask.paint(&spans, false)).unwrap();
    assert!(mask.is_empty());
    assert_eq!(mask, Mask::empty([64, 64, 64]));
}

#[test]
fn a_clone_shares_its_bricks_until_one_is_edited() {
    let mut mask = Mask::from_fn([64, 64, 64], |v| v.0.iter().sum::<i64>() % 2 == 0);
    let snapshot = mask.clone();
    let change = mask.paint(
        &[Span {
            j: 0,
            k: 0,
            i0: 0,
            i1: 8,
        }],
        true,
    );
    mask.apply(&change).unwrap();
    let mut shared = 0;
    for ((_, a), (_, b)) in mask.bricks().zip(snapshot.bricks()) {
        if let (Brick::Bits(a), Brick::Bits(b)) = (a, b) {
            shared += usize::from(Arc::ptr_eq(a, b));
        }
    }
    assert_eq!(shared, 7);
    assert_eq!(mask.change_to(&snapshot), change.inverse());
}

#[test]
#[should_panic(expected = "masks of different grids")]
fn masks_of_different_sizes_are_not_combined() {
    let _ = Mask::empty([4, 4, 4]).union(&Mask::empty([4, 4, 5]));
}
