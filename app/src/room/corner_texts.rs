//! The texts in the corners of a viewport (case, series, window) and what they are made of.

use super::link::nearest_plane;
use super::{Closed, Sight};
use crate::language::Words;
use render::SlabMode;
use voxel::{PatientPoint, Plane};

impl Sight<'_> {
    /// Case, study, age and sex.
    #[must_use]
    pub fn texts_top_left(&self, words: &Words) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(prior) = self.prior_name(words) {
            lines.push(prior);
        } else {
            if self.room.closed != Closed::Outside {
                lines.push(self.room.number.clone());
            }
            lines.push(self.room.study.clone());
        }
        lines.extend(self.age_and_sex(words));
        lines
    }

    /// Age and sex, as far as the image tells them.
    fn age_and_sex(&self, words: &Words) -> Option<String> {
        let patient = &self.series.entry.patient;
        let sex = match patient.sex.trim() {
            "M" => words.t("sex-m"),
            "F" => words.t("sex-f"),
            _ => String::new(),
        };
        let age = age_text(&patient.age, words).unwrap_or_default();
        let both = [age, sex].into_iter().filter(|text| !text.is_empty());
        let both = both.collect::<Vec<_>>().join(" ");
        (!both.is_empty()).then_some(both)
    }

    /// How long before the present study this one was made, where it is an earlier one.
    #[must_use]
    pub fn prior_name(&self, words: &Words) -> Option<String> {
        let prior = self.room.priors.get(self.series.prior?)?;
        let when = prior.name(words);
        Some(words.f("prior-named", &[("when", when.into())]))
    }

    /// The plane closest to the one shown.
    #[must_use]
    pub fn plane(&self) -> Plane {
        let along = self.look.aligned_axis(self.grid);
        let opened = self.view.pane.plane();
        match opened.filter(|plane| along == Some(plane.axis(self.grid))) {
            // the name by which it is chosen, also where a stack leans by half a right angle
            Some(plane) => plane.anatomical(self.grid),
            None => nearest_plane(self.look),
        }
    }

    /// Share that is read, while planes are still to come.
    #[must_use]
    pub fn loading(&self) -> Option<f32> {
        let pixels = &self.series.pixels;
        pixels.loading.filter(|_| pixels.part.is_some())
    }

    /// Plane, image, series, case, age and sex, where several viewports are side by side.
    #[must_use]
    pub fn texts_beside_others(&self, words: &Words) -> Vec<String> {
        let plane = words.t(match self.plane() {
            Plane::Axial => "plane-axial",
            Plane::Coronal => "plane-coronal",
            Plane::Sagittal => "plane-sagittal",
        });
        let first = match self.plane_index() {
            Some((index, count)) if self.has_orientation() => {
                format!("{plane} {} / {count}", self.strip_index(index) + 1)
            }
            Some(place) => self.image_text(place, words),
            None => words.f("reading-oblique", &[("plane", plane.into())]),
        };
        if let Some(prior) = self.prior_name(words) {
            return vec![
                first,
                prior,
                self.series_text("reading-series-short", words),
            ];
        }
        let mut lines = vec![first, self.series_text("reading-series-short", words)];
        if self.room.closed != Closed::Outside {
            lines.push(format!("{}　{}", self.room.number, self.room.study));
        }
        lines.extend(self.age_and_sex(words));
        lines
    }

    /// What is told to those who do not see it: plane and image, window, the place of the cross-hair.
    #[must_use]
    pub fn spoken(&self, words: &Words) -> String {
        let mut told: Vec<String> = self
            .texts_beside_others(words)
            .into_iter()
            .take(2)
            .collect();
        told.extend(self.texts_of_place(words).into_iter().next());
        told.extend(self.texts_bottom_left(words));
        if let Some(cross) = self.room.cross_in(self.index) {
            told.push(self.cross_text(cross, words));
        }
        told.join(" | ")
    }

    fn cross_text(&self, cross: PatientPoint, words: &Words) -> String {
        if self.has_spacing() {
            let [x, y, z] = cross.0.map(|c| format!("{c:.1}"));
            let place = [("x", x.into()), ("y", y.into()), ("z", z.into())];
            return words.f("reading-cross-place", &place);
        }
        let [column, row, _] = self.grid.voxel_from_patient(cross).0;
        let [column, row] = [column, row].map(|c| format!("{c:.0}"));
        let place = [("column", column.into()), ("row", row.into())];
        words.f("reading-cross-pixel", &place)
    }

    /// Where the plane lies and how thick it is, where several viewports are side by side.
    #[must_use]
    pub fn texts_of_place(&self, words: &Words) -> Vec<String> {
        if !self.has_spacing() {
            return vec![words.t("reading-no-spacing-short")];
        }
        let all = self.texts_top_right(words);
        all.into_iter()
            .skip(1 + usize::from(self.plane_index().is_some()))
            .collect()
    }

    /// Number of the image and their count.
    fn image_text(&self, (index, count): (i64, usize), words: &Words) -> String {
        let at = self.strip_index(index) + 1;
        let told = [("at", at.into()), ("total", count.into())];
        words.f("reading-image-count", &told)
    }

    /// Number and name of the series, in the words of a key.
    fn series_text(&self, key: &str, words: &Words) -> String {
        let name = self.series.name.clone();
        let Some(number) = self.series.entry.series_number else {
            return name;
        };
        let told = [("number", number.to_string().into()), ("name", name.into())];
        words.f(key, &told)
    }

    /// Series, image, position, spacing.
    #[must_use]
    pub fn texts_top_right(&self, words: &Words) -> Vec<String> {
        let (grid, view) = (self.grid, self.look);
        let mut lines = vec![self.series_text("reading-series-number", words)];
        lines.extend(
            self.plane_index()
                .map(|place| self.image_text(place, words)),
        );
        if !self.has_spacing() {
            lines.push(words.t("reading-no-spacing"));
            return lines;
        }
        if let Some(axis) = view.aligned_axis(grid) {
            let [x, y, z] = view.centre.0;
            let (axis_name, place) = match self.plane() {
                Plane::Coronal => ("Y", y),
                Plane::Sagittal => ("X", x),
                Plane::Axial => ("SL", z),
            };
            let told = [
                ("axis", axis_name.into()),
                ("mm", format!("{place:.1}").into()),
            ];
            lines.push(words.f("reading-position", &told));
            let spacing = grid.spacing_mm();
            let in_plane = (0..3)
                .find(|other| *other != axis)
                .map_or(spacing[0], |other| spacing[other]);
            let values = [
                ("thickness", format!("{:.1}", spacing[axis]).into()),
                ("pixel", format!("{in_plane:.2}").into()),
            ];
            lines.push(words.f("reading-spacing", &values));
        }
        lines
    }

    /// Window, zoom and slab; a colour image has no window.
    #[must_use]
    pub fn texts_bottom_left(&self, words: &Words) -> Vec<String> {
        let Some(window) = self.view.pane.window() else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        if self.has_grey_values() {
            let numbers = [
                ("center", format!("{:.0}", window.center).into()),
                ("width", format!("{:.0}", window.width).into()),
            ];
            lines.push(words.f("reading-window", &numbers));
        }
        let zoom = self.grid.spacing_mm()[0] / self.look.mm_per_px;
        lines.push(words.f("reading-zoom", &[("factor", format!("{zoom:.2}").into())]));
        if let Some(slab) = self.view.pane.slab() {
            let mode = words.t(match slab.mode {
                SlabMode::Mean => "slab-mean",
                SlabMode::Max => "slab-max",
                SlabMode::Min => "slab-min",
            });
            let mm = format!("{:.1}", slab.thickness_mm);
            let told = [("mode", mode.into()), ("mm", mm.into())];
            lines.push(words.f("reading-slab", &told));
        }
        lines
    }
}

/// An age in words: number and unit; nothing where the file gives none, or no number with a unit
/// (PS3.5 6.2: three digits and D, W, M or Y).
fn age_text(age: &str, words: &Words) -> Option<String> {
    let age = age.trim_matches(['\0', ' ']);
    let unit = match age.bytes().last()? {
        b'Y' => "reading-age-years",
        b'M' => "reading-age-months",
        b'W' => "reading-age-weeks",
        b'D' => "reading-age-days",
        _ => return None,
    };
    let digits = &age[..age.len() - 1];
    let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let number: u16 = is_number.then(|| digits.parse().ok())??;
    // scanners write 000Y where they know nothing; 000D is a child born today
    let is_known = number > 0 || unit == "reading-age-days";
    is_known.then(|| words.f(unit, &[("count", number.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn an_age_has_its_number_and_its_unit_or_is_not_there() {
        let said = |age: &str| {
            Language::ALL.map(|language| age_text(age, &Words::new(language)).unwrap_or_default())
        };
        assert_eq!(said("063Y"), ["63 歳", "63 y"]);
        assert_eq!(said("100Y "), ["100 歳", "100 y"]);
        assert_eq!(said("003M"), ["3 か月", "3 months"]);
        assert_eq!(said("001M"), ["1 か月", "1 month"]);
        assert_eq!(said("006W"), ["6 週", "6 weeks"]);
        assert_eq!(said("010D"), ["10 日", "10 days"]);
        assert_eq!(said("000D"), ["0 日", "0 days"]);
        for none in [
            "", " ", "Y", "000Y", "000M", "63", "abcY", "-12Y", "1000Y", "歳", "６３Y",
        ] {
            assert_eq!(said(none), ["", ""], "{none}");
        }
    }
}
