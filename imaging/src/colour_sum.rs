//! Least, greatest and mean of each colour before it is reduced to eight bits.

use voxel::ValueRange;

/// Running figures of a colour image in its own bits, before it is reduced to eight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ColourSum {
    count: u64,
    sum: [f64; 3],
    min: [u32; 3],
    max: [u32; 3],
}

impl Default for ColourSum {
    fn default() -> Self {
        ColourSum {
            count: 0,
            sum: [0.0; 3],
            min: [u32::MAX; 3],
            max: [0; 3],
        }
    }
}

impl ColourSum {
    /// Takes in one pixel.
    pub(crate) fn add(&mut self, colour: [u32; 3]) {
        self.count += 1;
        for (channel, value) in colour.into_iter().enumerate() {
            if let (Some(sum), Some(min), Some(max)) = (
                self.sum.get_mut(channel),
                self.min.get_mut(channel),
                self.max.get_mut(channel),
            ) {
                *sum += f64::from(value);
                *min = value.min(*min);
                *max = value.max(*max);
            }
        }
    }

    /// Least, greatest and mean of each channel.
    pub(crate) fn figures(self) -> [ValueRange; 3] {
        let count = self.count.max(1) as f64;
        let [r, g, b] = self.sum.map(|sum| sum / count);
        let [r0, g0, b0] = self.min.map(f64::from);
        let [r1, g1, b1] = self.max.map(f64::from);
        [(r0, r1, r), (g0, g1, g), (b0, b1, b)].map(|(min, max, mean)| ValueRange {
            min,
            max,
            mean,
        })
    }

    /// The figures of both.
    pub(crate) fn join(mut self, other: ColourSum) -> ColourSum {
        self.count += other.count;
        for (mine, theirs) in self.sum.iter_mut().zip(other.sum) {
            *mine += theirs;
        }
        for (mine, theirs) in self.min.iter_mut().zip(other.min) {
            *mine = theirs.min(*mine);
        }
        for (mine, theirs) in self.max.iter_mut().zip(other.max) {
            *mine = theirs.max(*mine);
        }
        self
    }
}
