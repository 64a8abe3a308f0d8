//! Many values per pixel to one.

use crate::rendering::SlabMode;

/// Mean, maximum or minimum of rows of values, pixel by pixel. NaN means nothing and is left out;
/// where nothing comes, the result is NaN.
pub(super) struct Reducer {
    mode: SlabMode,
    values: Vec<f32>,
    /// For the mean: the sum of the weights.
    weights: Vec<f32>,
}

impl Reducer {
    pub(super) fn new(mode: SlabMode) -> Self {
        Self {
            mode,
            values: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// A new row of so many pixels.
    pub(super) fn begin(&mut self, len: usize) {
        self.values.clear();
        self.weights.clear();
        if self.mode == SlabMode::Mean {
            self.values.resize(len, 0.0);
            self.weights.resize(len, 0.0);
        } else {
            self.values.resize(len, f32::NAN);
        }
    }

    /// A value for each pixel.
    pub(super) fn add(&mut self, values: &[f32], weight: f32) {
        self.add_from(0, values, weight);
    }

    /// A value for each pixel from `start` on.
    pub(super) fn add_from(&mut self, start: usize, values: &[f32], weight: f32) {
        let kept = &mut self.values[start..];
        let pairs = kept.iter_mut().zip(values);
        // `max` and `min` give the other one where one is NaN.
        match self.mode {
            SlabMode::Max => pairs.for_each(|(a, v)| *a = a.max(*v)),
            SlabMode::Min => pairs.for_each(|(a, v)| *a = a.min(*v)),
            SlabMode::Mean => {
                for ((sum, value), weights) in pairs.zip(&mut self.weights[start..]) {
                    let is_there = !value.is_nan();
                    *sum += if is_there { value * weight } else { 0.0 };
                    *weights += if is_there { weight } else { 0.0 };
                }
            }
        }
    }

    /// The row's results.
    pub(super) fn finish(&mut self) -> &[f32] {
        // 0 / 0 is NaN: nothing came.
        for (value, weight) in self.values.iter_mut().zip(&self.weights) {
            *value /= weight;
        }
        &self.values
    }
}
