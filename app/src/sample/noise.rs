//! Repeatable noise: one number per (seed, place), the same on every machine and thread count.

/// Mixes a 64-bit counter into 64 well-spread bits (SplitMix64, Steele, Lea & Flood 2014).
pub(super) const fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of numbers for drawing shapes.
pub(super) struct Stream(u64);

impl Stream {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in 0..1.
    pub(super) fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(1);
        ((mix(self.0) >> 40) as f32) / 16_777_216.0
    }

    /// Uniform between two limits.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Close to a normal distribution with mean 0 and deviation 1: the sum of twelve uniform numbers.
    pub(super) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}

/// A plane of correlated noise with deviation `sd`, as a reconstruction kernel leaves it.
pub(super) fn plane(seed: u64, width: usize, height: usize, sd: f32) -> Vec<f32> {
    let white: Vec<f32> = (0..width * height)
        .map(|place| {
            let bits = mix(seed.wrapping_mul(0x1_0000_0001).wrapping_add(place as u64));
            // Four 16-bit uniform numbers: near enough to normal for a picture.
            let sum: u64 = (0..4).map(|part| (bits >> (16 * part)) & 0xFFFF).sum();
            (sum as f32 / 65_535.0 - 2.0) * 1.732
        })
        .collect();
    let smooth = |values: &[f32], step: usize, count: usize, stride: usize, lines: usize| {
        let mut out = vec![0.0; values.len()];
        for line in 0..lines {
            for at in 0..count {
                let place = line * stride + at * step;
                let before = if at == 0 { place } else { place - step };
                let after = if at + 1 == count { place } else { place + step };
                out[place] = 0.25 * values[before] + 0.5 * values[place] + 0.25 * values[after];
            }
        }
        out
    };
    let across = smooth(&white, 1, width, width, height);
    let mut both = smooth(&across, width, height, 1, width);
    // Smoothing by (1/4, 1/2, 1/4) twice leaves 3/8 of the deviation.
    for value in &mut both {
        *value *= sd / 0.375;
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_of_noise_has_the_wanted_deviation_and_repeats() {
        let a = plane(7, 200, 150, 20.0);
        let mean = a.iter().sum::<f32>() / a.len() as f32;
        let sd = (a.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / a.len() as f32).sqrt();
        assert!((sd - 20.0).abs() < 1.5, "{sd}");
        assert!(mean.abs() < 1.0, "{mean}");
        assert_eq!(a, plane(7, 200, 150, 20.0));
    }
}
