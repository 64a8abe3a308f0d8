//! Letters of the patient's directions and a scale on a picture without a window, in a small
//! alphabet of dots that needs no font.

use render::{Picture, ScaleBar, SliceView};

/// Seven rows of five dots, the leftmost in bit 4.
const GLYPHS: [(char, [u8; 7]); 19] = [
    ('R', [0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11]),
    ('L', [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f]),
    ('A', [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('P', [0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10]),
    ('H', [0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('F', [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10]),
    ('0', [0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e]),
    ('1', [0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e]),
    ('2', [0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f]),
    ('3', [0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e]),
    ('4', [0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02]),
    ('5', [0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e]),
    ('6', [0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e]),
    ('7', [0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08]),
    ('8', [0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e]),
    ('9', [0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c]),
    ('c', [0x00, 0x00, 0x0e, 0x10, 0x10, 0x11, 0x0e]),
    ('m', [0x00, 0x00, 0x1a, 0x15, 0x15, 0x15, 0x15]),
    ('µ', [0x00, 0x11, 0x11, 0x13, 0x1d, 0x10, 0x10]),
];
/// Dots from one sign to the next, and of a line.
const STEP: usize = 6;
const ROWS: usize = 7;
/// Colour of letters and scale.
const INK: [u8; 4] = [225, 225, 225, 255];
/// Dark rim, so that letters are read on white too.
const RIM: [u8; 4] = [0, 0, 0, 255];

/// Draws letters at the four edges and a scale below on the right.
pub(super) fn draw(picture: &mut Picture, view: &SliceView) {
    let (width, height) = (picture.width, picture.height);
    let dot = (width.min(height) / 256).clamp(1, 4);
    let edge = 4 * dot;
    let [left, right, top, bottom] = view.letters();
    let length = |text: &str| text.chars().count() * STEP * dot;
    let middle = (height / 2).saturating_sub(ROWS * dot / 2);
    text(picture, &left, [edge, middle], dot);
    text(
        picture,
        &right,
        [width.saturating_sub(edge + length(&right)), middle],
        dot,
    );
    text(
        picture,
        &top,
        [(width / 2).saturating_sub(length(&top) / 2), edge],
        dot,
    );
    text(
        picture,
        &bottom,
        [
            (width / 2).saturating_sub(length(&bottom) / 2),
            height.saturating_sub(edge + ROWS * dot),
        ],
        dot,
    );
    let Some(bar) = ScaleBar::choose(view.mm_per_px, height) else {
        return;
    };
    let bar_px = bar.length_px.round() as usize;
    let (x, y) = (
        width.saturating_sub(edge + bar_px),
        height.saturating_sub(edge),
    );
    fill(picture, [x, y.saturating_sub(dot)], [bar_px, dot], INK);
    let label = bar.label();
    text(
        picture,
        &label,
        [
            width.saturating_sub(edge + length(&label)),
            y.saturating_sub((ROWS + 3) * dot),
        ],
        dot,
    );
}

fn text(picture: &mut Picture, text: &str, at: [usize; 2], dot: usize) {
    for (place, sign) in text.chars().enumerate() {
        let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == sign) else {
            continue;
        };
        let x = at[0] + place * STEP * dot;
        for (color, grow) in [(RIM, dot), (INK, 0)] {
            for (row, bits) in rows.iter().enumerate() {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    let corner = [
                        (x + column * dot).saturating_sub(grow),
                        (at[1] + row * dot).saturating_sub(grow),
                    ];
                    fill(picture, corner, [dot + 2 * grow; 2], color);
                }
            }
        }
    }
}

fn fill(picture: &mut Picture, [x, y]: [usize; 2], [columns, rows]: [usize; 2], color: [u8; 4]) {
    let (width, height) = (picture.width, picture.height);
    let pixels = picture.pixels_mut();
    for row in y.min(height)..(y + rows).min(height) {
        if let Some(line) =
            pixels.get_mut(row * width + x.min(width)..row * width + (x + columns).min(width))
        {
            line.fill(color);
        }
    }
}
