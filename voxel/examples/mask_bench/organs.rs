//! Segments as large and as rough as those of a whole-body segmentation.

use super::{SIZE, SPACING_MM};
use voxel::{Mask, Span};

/// An organ-like body: an ellipsoid with folds on its surface, between 6 and 110 mm of half axis. Every
/// tenth one is as large as a lung or the liver, half are small, as in a whole-body segmentation.
pub(crate) fn organ(number: usize) -> Mask {
    body(number, 6.0 + 104.0 * spread(number, 1.0).powi(3))
}

/// A body of 0.1 to 1 million voxels.
pub(crate) fn large_organ(number: usize) -> Mask {
    body(number, 27.0 + 24.0 * spread(number, 1.0))
}

/// The golden ratio's multiples spread evenly (0 to 1) without a random source.
fn spread(number: usize, k: f64) -> f64 {
    (number as f64 * 0.618_033_988_749_895 * k + k).fract()
}

/// See [`organ`]; of this half axis.
fn body(number: usize, half_mm: f64) -> Mask {
    let spread = |k: f64| spread(number, k);
    let halves_mm = [
        half_mm,
        half_mm * (0.5 + 0.5 * spread(2.0)),
        half_mm * (0.8 + 0.7 * spread(3.0)),
    ];
    let axes: [Vec<AxisPlace>; 3] = std::array::from_fn(|a| {
        let centre_mm = SIZE[a] as f64 * SPACING_MM[a] * (0.25 + 0.5 * spread(5.0 + a as f64));
        let place =
            |n: usize| AxisPlace::new(n, n as f64 * SPACING_MM[a] - centre_mm, halves_mm[a]);
        (0..SIZE[a])
            .map(place)
            .filter(|place| place.square < 1.5)
            .collect()
    });
    let [columns, rows, planes] = &axes;
    let mut spans: Vec<Span> = Vec::new();
    for z in planes {
        for y in rows {
            for x in columns {
                let folds = x.sine * y.sine + z.sine * x.cosine;
                if x.square + y.square + z.square >= 1.0 + 0.12 * folds {
                    continue;
                }
                match spans.last_mut() {
                    Some(s) if s.i1 == x.index && s.j == y.index && s.k == z.index => s.i1 += 1,
                    _ => spans.push(Span {
                        j: y.index,
                        k: z.index,
                        i0: x.index,
                        i1: x.index + 1,
                    }),
                }
            }
        }
    }
    Mask::from_spans(SIZE, &spans)
}

/// What the organ's formula needs of one coordinate.
struct AxisPlace {
    index: i64,
    square: f64,
    sine: f64,
    cosine: f64,
}

impl AxisPlace {
    fn new(index: usize, from_centre_mm: f64, half_mm: f64) -> AxisPlace {
        let share = from_centre_mm / half_mm;
        // Folds about 12 mm apart, on large and small organs alike.
        let (sine, cosine) = (from_centre_mm * std::f64::consts::TAU / 12.0).sin_cos();
        AxisPlace {
            index: index as i64,
            square: share * share,
            sine,
            cosine,
        }
    }
}
