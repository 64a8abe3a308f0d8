//! What is told of the image and of findings: windows, corner texts, sizes, facts of the file.

use super::known::Sizes;
use super::values::shown_unit;
use super::{Room, RoomSeries};
use crate::act::import::{date_text, patient_name, steps_text, syntax_key, syntax_text};
use crate::desk::grouped_text;
use crate::language::Words;
use annotation_format::measure::MaskValues;
use annotation_format::{Finding, Protocol, ShapeKind};
use egui::Color32;
use imaging::{Loaded, SeriesEntry};
use render::{WindowFunction, WindowLevel};
use voxel::Volume;

/// A window that can be chosen.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Its grey levels.
    pub window: WindowLevel,
}

impl Preset {
    /// The name with centre and width.
    #[must_use]
    pub fn title(&self) -> String {
        format!(
            "{} {:.0} / {:.0}",
            self.name, self.window.center, self.window.width
        )
    }
}

fn with_function(loaded: &Loaded, center: f64, width: f64) -> WindowLevel {
    let function = match loaded.windows.first().map(|window| window.function) {
        Some(imaging::WindowFunction::LinearExact) => WindowFunction::LinearExact,
        Some(imaging::WindowFunction::Sigmoid) => WindowFunction::Sigmoid,
        Some(imaging::WindowFunction::Linear) | None => WindowFunction::Linear,
    };
    WindowLevel {
        center,
        width,
        function,
        invert: loaded.display.invert,
    }
}

/// The window that a series opens with: the protocol's first, else the file's first, else the range of values.
#[must_use]
pub fn first_window(loaded: &Loaded, protocol: &Protocol) -> WindowLevel {
    let is_hounsfield = loaded.unit.as_deref() == Some("HU");
    if let Some(preset) = protocol.display.windows.first().filter(|_| is_hounsfield) {
        return with_function(loaded, preset.center, preset.width);
    }
    if let Some(window) = loaded.windows.first() {
        return with_function(loaded, window.center, window.width);
    }
    // The nearest to a grey table that a window can come: from its first to its last value.
    if let Some(table) = loaded.grey_tables.first() {
        let window = table.window();
        return WindowLevel {
            center: window.center,
            width: window.width,
            function: WindowFunction::LinearExact,
            invert: loaded.display.invert,
        };
    }
    full_range(loaded)
}

/// The middle 98 % of the values, so that one bright pixel does not darken the picture.
pub(super) fn full_range(loaded: &Loaded) -> WindowLevel {
    let (low, high) = spread(&loaded.volume).unwrap_or((0.0, 1.0));
    WindowLevel {
        invert: loaded.display.invert,
        ..WindowLevel::of_range(low, high)
    }
}

fn spread(volume: &Volume) -> Option<(f64, f64)> {
    let [columns, rows, planes] = volume.grid().size();
    let count = columns * rows * planes;
    let step = (count / 50_000).max(1);
    let mut values: Vec<f64> = (0..count)
        .step_by(step)
        .filter_map(|n| {
            let at = [n % columns, (n / columns) % rows, n / (columns * rows)].map(|c| c as i64);
            volume
                .value(voxel::VoxelIndex(at))
                .filter(|v| v.is_finite())
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        values
            .get(((values.len().saturating_sub(1)) as f64 * share) as usize)
            .copied()
    };
    // where nearly all is one value, as in a map of labels, the others are what is to be seen
    let ranges = [(at(0.01)?, at(0.99)?), (at(0.0)?, at(1.0)?)];
    let range = ranges.into_iter().find(|(low, high)| high > low);
    Some(range.unwrap_or((ranges[0].0 - 0.5, ranges[0].0 + 0.5)))
}

/// The unit of a series' values.
pub(super) fn unit_of(series: &RoomSeries) -> String {
    let loaded = series.pixels.drawn();
    let unit = loaded.and_then(|loaded| loaded.unit.as_deref().map(shown_unit));
    unit.unwrap_or_default()
}

/// A value with its unit.
pub(super) fn value_text(value: f64, unit: &str) -> String {
    let digits = if value.abs() >= 100.0 || value.fract() == 0.0 {
        0
    } else {
        2
    };
    let text = format!("{value:.digits$}");
    // a trace below zero is no negative value
    let is_zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    let text = if is_zero {
        text.trim_start_matches('-')
    } else {
        &text
    };
    format!("{text} {unit}").trim_end().to_owned()
}

/// The first and the last slice of several and their count.
fn slices_text((first, last): (usize, usize)) -> String {
    if first == last {
        return format!("{first} (1)");
    }
    format!("{first}–{last} ({})", last + 1 - first)
}

impl Room {
    /// The windows to choose from; none for a colour image.
    #[must_use]
    pub fn window_presets(&self, words: &Words) -> Vec<Preset> {
        let Some(loaded) = self.loaded().filter(|_| self.has_grey_values()) else {
            return Vec::new();
        };
        let mut presets = Vec::new();
        let mut add = |name: String, window: WindowLevel| {
            if !presets.iter().any(|known: &Preset| known.window == window) {
                presets.push(Preset { name, window });
            }
        };
        if loaded.unit.as_deref() == Some("HU") {
            for preset in &self.document.protocol().display.windows {
                add(
                    preset.name.get(words.code()).to_owned(),
                    with_function(loaded, preset.center, preset.width),
                );
            }
            let known = [
                ("window-lung", -600.0, 1200.0),
                ("window-mediastinum", 40.0, 400.0),
                ("window-bone", 400.0, 1800.0),
                ("window-brain", 40.0, 80.0),
            ];
            for (key, center, width) in known {
                add(words.t(key), with_function(loaded, center, width));
            }
        }
        for window in &loaded.windows {
            let name = if window.name.is_empty() {
                words.t("window-file")
            } else {
                window.name.clone()
            };
            add(name, with_function(loaded, window.center, window.width));
        }
        add(
            words.t("window-auto"),
            self.pixels()
                .and_then(|pixels| pixels.full_range)
                .unwrap_or_else(|| full_range(loaded)),
        );
        if let Some(window) = self.pane().window() {
            add(words.t("window-own"), window);
        }
        presets
    }

    /// The windows of the file and one of all values, for images whose modality has none by name.
    pub(super) fn windows(&self) -> Vec<WindowLevel> {
        let Some(loaded) = self.loaded().filter(|_| self.has_grey_values()) else {
            return Vec::new();
        };
        let own = loaded.windows.iter();
        own.map(|window| with_function(loaded, window.center, window.width))
            .chain([full_range(loaded)])
            .collect()
    }

    /// The unit of the values of the shown series.
    #[must_use]
    pub fn unit(&self) -> String {
        self.shown_series().map(unit_of).unwrap_or_default()
    }

    /// Whether the shown series has values that grey levels are made of.
    #[must_use]
    pub fn has_grey_values(&self) -> bool {
        self.shown_series().is_some_and(RoomSeries::has_grey_values)
    }

    /// The mean value under a finding's mask, with its unit.
    #[must_use]
    pub fn mean_text(&self, finding: &Finding) -> Option<String> {
        let mean = self.sizes(finding)?.values?.mean;
        let unit = self.series_of(&finding.series).map(unit_of)?;
        Some(format!("{mean:.0} {unit}").trim_end().to_owned())
    }

    /// What a finding is called: `F2` with its own name, else with its label's.
    #[must_use]
    pub fn name_of(&self, finding: &Finding, lang: &str) -> String {
        let name = if finding.name.is_empty() {
            self.label_of(finding, lang).0
        } else {
            finding.name.clone()
        };
        format!("F{} {name}", finding.number)
    }

    /// Mean and standard deviation of the values under a finding's mask, with their unit.
    fn values_text(&self, finding: &Finding, values: MaskValues) -> String {
        let unit = self.series_of(&finding.series).map(unit_of);
        let MaskValues { mean, deviation } = values;
        let text = format!("{mean:.0} ± {deviation:.0} {}", unit.unwrap_or_default());
        text.trim_end().to_owned()
    }

    /// A finding's label and its colour.
    #[must_use]
    pub fn label_of(&self, finding: &Finding, lang: &str) -> (String, Color32) {
        let [r, g, b] = self.color_of(finding);
        let name = self.document.protocol().label(&finding.label).map_or_else(
            || finding.label.to_string(),
            |label| label.name.get(lang).to_owned(),
        );
        (name, Color32::from_rgb(r, g, b))
    }

    /// The size of a finding in a line, as it is taken along.
    #[must_use]
    pub fn summary(&self, finding: &Finding) -> String {
        self.figures(finding).join("・")
    }

    /// The figures of a finding in the list: lengths and volume of its mask, else what its first shape tells.
    #[must_use]
    pub fn figures(&self, finding: &Finding) -> Vec<String> {
        if finding.mask.is_none() {
            return self.shape_text(finding).into_iter().collect();
        }
        if !self.hand_is_free() {
            return vec!["…".to_owned()];
        }
        let Some(sizes) = self.sizes(finding) else {
            return Vec::new();
        };
        let lengths = sizes.axes_mm.map(|axes| self.axes_text(finding, axes));
        let volume = self.volume_text(finding, &sizes);
        lengths.into_iter().chain([volume]).collect()
    }

    /// The sides of a finding's first box, or the place of its first point.
    fn shape_text(&self, finding: &Finding) -> Option<String> {
        let grid = self.grid()?;
        finding.shapes.iter().find_map(|shape| match &shape.kind {
            ShapeKind::Box2d {
                plane_axis,
                min,
                max,
                ..
            } => {
                let spacing = grid.spacing_mm();
                let sides: Vec<f64> = (0..3)
                    .filter(|axis| *axis != usize::from(*plane_axis))
                    .map(|axis| spacing[axis])
                    .collect();
                let axes = [0, 1].map(|side| (max[side] - min[side]).abs() * sides[side]);
                Some(self.axes_text(finding, axes.into()))
            }
            ShapeKind::Point(point) if !self.knows_mm(finding) => {
                Some(format!("{:.0}, {:.0} px", point.0[0], point.0[1]))
            }
            ShapeKind::Point(point) => {
                let [x, y, z] = grid.patient_from_voxel(*point).0;
                Some(format!("{x:.1}, {y:.1}, {z:.1}"))
            }
            _ => None,
        })
    }

    /// Whether lengths in mm are known of the series that a finding lies on.
    fn knows_mm(&self, finding: &Finding) -> bool {
        let series = self.series_of(&finding.series);
        series.is_some_and(|series| series.entry.spacing_mm.is_some())
    }

    /// Two lengths; in pixels where these have no known size: their grid's steps are 1 then.
    fn axes_text(&self, finding: &Finding, (long, short): (f64, f64)) -> String {
        let unit = if self.knows_mm(finding) { "mm" } else { "px" };
        format!("{long:.1} × {short:.1} {unit}")
    }

    /// A volume; the count of pixels where these have no known size.
    fn volume_text(&self, finding: &Finding, sizes: &Sizes) -> String {
        let unit = if self.knows_mm(finding) { "mm³" } else { "px" };
        format!("{} {unit}", grouped_text(sizes.volume_ml * 1000.0))
    }

    /// Key and value of each measurement of a finding.
    #[must_use]
    pub fn measurements(&self, finding: &Finding) -> Vec<(&'static str, String)> {
        if !self.hand_is_free() {
            return Vec::new();
        }
        let Some(sizes) = self.sizes(finding) else {
            let is_point = matches!(
                finding.shapes.first().map(|shape| &shape.kind),
                Some(ShapeKind::Point(_))
            );
            return vec![(
                if is_point {
                    "reading-place"
                } else {
                    "reading-size"
                },
                self.summary(finding),
            )];
        };
        let mut rows = Vec::new();
        if let Some(axes) = sizes.axes_mm {
            rows.push(("reading-size", self.axes_text(finding, axes)));
        }
        rows.push(("reading-volume", self.volume_text(finding, &sizes)));
        if let Some(values) = sizes.values {
            rows.push(("reading-mean", self.values_text(finding, values)));
        }
        if let Some(planes) = sizes.planes {
            rows.push(("reading-slices", slices_text(planes)));
        }
        rows
    }

    /// Whether it may be told whose images they are and of which day: only of images outside of a project. Who
    /// reads in a project reads without knowing it.
    fn shows_identity(&self) -> bool {
        !self.is_in_project()
    }

    /// What the study is called, and its day where that may be told.
    fn study_text(&self, entry: &SeriesEntry) -> String {
        let mut text = entry.study_description.clone();
        if self.shows_identity() {
            text = format!("{text} {}", date_text(&entry.study_date));
        }
        text.trim().to_owned()
    }

    /// Key and value of each fact of the image.
    #[must_use]
    pub fn image_facts(&self, words: &Words) -> Vec<(&'static str, String)> {
        let Some(series) = self.shown_series() else {
            return Vec::new();
        };
        let entry = &series.entry;
        let [c, r, s] = entry.size;
        let mut facts = Vec::new();
        if self.shows_identity() {
            facts.push(("info-patient", patient_name(entry)));
            facts.push(("info-patient-id", entry.patient.id.clone()));
        }
        facts.extend([
            ("info-modality", entry.modality.clone()),
            ("info-study", self.study_text(entry)),
            ("info-series", series.name.clone()),
            ("info-size", format!("{c} × {r} × {s}")),
        ]);
        facts.push((
            "info-spacing",
            entry.spacing_mm.map_or_else(
                || words.t("reading-no-spacing"),
                |steps| steps_text(steps, s),
            ),
        ));
        if let Some(grid) = self.grid().filter(|_| self.has_orientation()) {
            let [x, y, z] = grid.patient_from_voxel(voxel::VoxelPoint([0.0; 3])).0;
            facts.push(("info-origin", format!("{x:.1}, {y:.1}, {z:.1}")));
        }
        facts.push((syntax_key(entry), syntax_text(&entry.transfer_syntax)));
        if let Some(uid) = &entry.series_uid {
            facts.push(("info-uid", uid.clone()));
        }
        facts.retain(|(_, value)| !value.is_empty());
        facts
    }

    /// What is to be known of the shown series.
    #[must_use]
    pub fn problems(&self) -> Vec<voxel::Phrase> {
        let of_entry = self
            .shown_series()
            .map(|series| series.entry.problems.clone())
            .unwrap_or_default();
        let of_pixels = self
            .loaded()
            .map(|loaded| loaded.problems.clone())
            .unwrap_or_default();
        let mut said: Vec<voxel::Phrase> = of_entry
            .into_iter()
            .chain(of_pixels)
            .map(|problem| problem.phrase())
            .collect();
        said.dedup();
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slice_is_told_by_its_number_alone() {
        assert_eq!(slices_text((63, 63)), "63 (1)");
        assert_eq!(slices_text((63, 65)), "63–65 (3)");
    }
}
