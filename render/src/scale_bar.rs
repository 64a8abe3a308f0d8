//! The scale bar's length.

/// A length to draw beside the image, and how long it is on the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleBar {
    /// True length, mm.
    pub length_mm: f64,
    /// Length on the picture, px.
    pub length_px: f64,
}

/// The smallest part of the picture's height that a bar may take.
const SHARE_MIN: f64 = 0.08;
/// The largest part.
const SHARE_MAX: f64 = 0.25;
/// The length that readers know best; taken whenever it fits.
const USUAL_MM: f64 = 50.0;

impl ScaleBar {
    /// The bar for a picture of `height_px` rows at `mm_per_px`: 5 cm where that is 8–25 % of the
    /// height, else the longest of 1, 2 or 5 times a power of ten that is. As 25 / 8 is more than the
    /// largest step (2.5) between such lengths, there is always one.
    ///
    /// `None` when the scale is unknown (not finite, not above zero) or the picture has no height; where
    /// spacing is unknown the caller does not ask, since no millimetre may be shown then.
    ///
    /// ```
    /// let bar = render::ScaleBar::choose(0.5, 900).unwrap();
    /// assert_eq!((bar.length_mm, bar.length_px), (50.0, 100.0));
    /// assert_eq!(bar.label(), "5 cm");
    /// ```
    pub fn choose(mm_per_px: f64, height_px: usize) -> Option<Self> {
        if !(mm_per_px.is_finite() && mm_per_px > 0.0 && height_px > 0) {
            return None;
        }
        let height_mm = mm_per_px * height_px as f64;
        let (min_mm, max_mm) = (SHARE_MIN * height_mm, SHARE_MAX * height_mm);
        let length_mm = if (min_mm..=max_mm).contains(&USUAL_MM) {
            USUAL_MM
        } else {
            longest_round_length(max_mm)
        };
        (length_mm.is_finite() && length_mm > 0.0).then(|| Self {
            length_mm,
            length_px: length_mm / mm_per_px,
        })
    }

    /// The length with its unit, as in `5 cm`, `2 mm`, `50 µm`, `1 m`; the same in every language.
    pub fn label(&self) -> String {
        let (value, unit) = if self.length_mm >= 1000.0 {
            (self.length_mm / 1000.0, "m")
        } else if self.length_mm >= 10.0 {
            (self.length_mm / 10.0, "cm")
        } else if self.length_mm >= 1.0 {
            (self.length_mm, "mm")
        } else {
            (self.length_mm * 1000.0, "µm")
        };
        // Lengths are 1, 2 or 5 times a power of ten; six digits hide the last bit of a division.
        let rounded = (value * 1e6).round() / 1e6;
        format!("{rounded} {unit}")
    }
}

/// The longest length of the form {1, 2, 5}·10ⁿ mm that is at most `max_mm`.
fn longest_round_length(max_mm: f64) -> f64 {
    let decade = 10f64.powi(max_mm.log10().floor() as i32);
    // A factor of 1 + 1e-9 forgives the rounding of the decade itself.
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|step| step * decade)
        .find(|length| *length <= max_mm * (1.0 + 1e-9))
        .unwrap_or(decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_takes_8_to_25_percent_of_the_height_at_every_zoom() {
        let mut mm_per_px = 1e-5;
        while mm_per_px < 1e3 {
            for height in [200, 512, 900, 1437] {
                let bar = ScaleBar::choose(mm_per_px, height).unwrap();
                let share = bar.length_px / height as f64;
                assert!(
                    (0.0799..=0.2501).contains(&share),
                    "{mm_per_px} {height} {share}"
                );
            }
            mm_per_px *= 1.037;
        }
    }

    #[test]
    fn five_centimetres_are_taken_whenever_they_fit() {
        assert_eq!(ScaleBar::choose(0.6, 1000).unwrap().length_mm, 50.0);
        assert_eq!(ScaleBar::choose(0.21, 1000).unwrap().length_mm, 50.0);
        assert_eq!(ScaleBar::choose(0.1, 1000).unwrap().length_mm, 20.0);
        assert_eq!(ScaleBar::choose(1.0, 1000).unwrap().label(), "20 cm");
        assert_eq!(ScaleBar::choose(0.01, 1000).unwrap().label(), "2 mm");
        assert_eq!(ScaleBar::choose(0.000_25, 1000).unwrap().label(), "50 µm");
    }

    #[test]
    fn without_a_scale_there_is_no_bar() {
        assert_eq!(ScaleBar::choose(f64::NAN, 900), None);
        assert_eq!(ScaleBar::choose(0.0, 900), None);
        assert_eq!(ScaleBar::choose(1.0, 0), None);
    }
}
