//! The numbers that the shader reads, as words. Their order is that of `slice.wgsl`.

use crate::window::LaneWindow;

/// Words of 32 bits, written in rows of four, so that no alignment rule of WGSL can be broken.
#[derive(Default)]
pub(super) struct Rows {
    words: Vec<u32>,
}

impl Rows {
    pub(super) fn row(&mut self, row: [u32; 4]) {
        self.words.extend(row);
    }

    /// Three coordinates and a fourth number of the row's own meaning.
    pub(super) fn floats(&mut self, row: [f32; 4]) {
        self.row(row.map(f32::to_bits));
    }

    pub(super) fn ints(&mut self, row: [i32; 4]) {
        self.row(row.map(i32::cast_unsigned));
    }

    pub(super) fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.words)
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / 4
    }
}

/// A window as the shader's kind and parameters.
pub(super) fn window_row(window: LaneWindow) -> (u32, [f32; 4]) {
    match window {
        LaneWindow::Ramp { scale, bias } => (0, [scale, bias, 0.0, 0.0]),
        LaneWindow::Step {
            gain,
            above,
            low,
            high,
        } => (1, [gain, above, f32::from(low), f32::from(high)]),
        LaneWindow::Sigmoid { rate, bias } => (2, [rate, bias, 0.0, 0.0]),
    }
}

/// A pixel as a number that the shader can add to; far away ones keep their phase in every pattern
/// (8 and 9 px).
pub(super) fn pattern_phase(anchor: [i64; 2]) -> [i32; 2] {
    anchor.map(|side| side.rem_euclid(72) as i32)
}
