//! How a case hangs when it is opened: layout, series and planes, by the rules of the protocol.

use super::{Layout, Linking, Monitor, Room, RoomSeries};
use annotation_format::Choice;
use render::ViewPlane;
use voxel::Plane;

/// What hangs in one viewport.
type Hung = (usize, ViewPlane);

impl Room {
    /// Hangs the case as its protocol says; without a rule, the series with most images alone.
    pub fn hang_by_protocol(&mut self) {
        let display = self.document.protocol().display.clone();
        let hung = self.hung(&display.series, &display.planes);
        let asked = Layout::of_text(&display.layout).unwrap_or(Layout::ONE);
        // viewports that nothing would hang in are no help: a single image takes the whole place
        let layout = if hung.len() > 1 { asked } else { Layout::ONE };
        self.views.set_layout(Monitor::First, layout);
        for (index, (series, plane)) in hung.into_iter().take(layout.count()).enumerate() {
            self.hang(index, Some(series), plane);
        }
        self.views.activate(0);
        if display.linked {
            self.set_linking(Linking::Position);
        }
    }

    fn hung(&self, kinds: &[Choice], planes: &[Choice]) -> Vec<Hung> {
        let Some(main) = self.main_series() else {
            return Vec::new();
        };
        let first_plane = planes.iter().find_map(plane_of);
        let on_first_plane = |series: usize| {
            let plane = first_plane.and_then(|plane| self.plane_in(series, plane));
            (series, plane.unwrap_or(ViewPlane::Acquired))
        };
        let by_kind: Vec<usize> = kinds
            .iter()
            .filter_map(|kind| self.series_of_kind(kind))
            .collect();
        if by_kind.len() > 1 {
            return by_kind.into_iter().map(on_first_plane).collect();
        }
        let shown = by_kind.first().copied().unwrap_or(main);
        let mut hung: Vec<Hung> = planes
            .iter()
            .filter_map(plane_of)
            .filter_map(|plane| Some((shown, self.plane_in(shown, plane)?)))
            .collect();
        if hung.is_empty() {
            hung.push((shown, ViewPlane::Acquired));
        }
        // what is left of the layout is for the other series
        let others = self.present().map(|(index, _)| index);
        let others = others.filter(|other| *other != shown);
        hung.extend(others.map(on_first_plane));
        hung
    }

    /// The series of the study that is read, with their places.
    fn present(&self) -> impl Iterator<Item = (usize, &RoomSeries)> {
        let all = self.series.iter().enumerate();
        all.filter(|(_, series)| series.prior.is_none())
    }

    /// The series to read where no rule says which: the one with most images.
    pub(super) fn main_series(&self) -> Option<usize> {
        let all = self.present();
        let main = all.max_by_key(|(index, series)| (series.entry.frames, usize::MAX - index));
        main.map(|(index, _)| index)
    }

    /// How a series shows an anatomical plane: as acquired where that is the plane, else across its slices;
    /// `None` where it has none.
    fn plane_in(&self, series: usize, plane: Plane) -> Option<ViewPlane> {
        let series = self.series.get(series)?;
        let grid = series.grid()?;
        if grid.acquired_plane() == plane {
            return Some(ViewPlane::Acquired);
        }
        let is_volume = series.entry.spacing_mm.is_some() && grid.size().iter().all(|n| *n > 1);
        is_volume.then_some(ViewPlane::Anatomical(plane))
    }

    /// The series of a kind, by its description: the one with most images.
    fn series_of_kind(&self, kind: &Choice) -> Option<usize> {
        let all = self.present();
        let fitting = all.filter(|(_, series)| is_of_kind(series, kind));
        let best = fitting.max_by_key(|(index, series)| (series.entry.frames, usize::MAX - index));
        best.map(|(index, _)| index)
    }
}

fn plane_of(choice: &Choice) -> Option<Plane> {
    match choice.id.as_str() {
        "plane-axial" => Some(Plane::Axial),
        "plane-coronal" => Some(Plane::Coronal),
        "plane-sagittal" => Some(Plane::Sagittal),
        _ => None,
    }
}

fn is_of_kind(series: &RoomSeries, kind: &Choice) -> bool {
    let text = format!("{} {}", series.entry.description, series.name).to_lowercase();
    describes(&text, kind)
}

/// Words that scanners and archives write where contrast medium was given.
const ENHANCED: [&str; 11] = [
    "ce", "gd", "gad", "post", "+c", "c+", "contrast", "enhanced", "t1c", "t1gd", "造影",
];

/// Whether a description in small letters names a kind of series: weightings of MR by the words that
/// scanners write, others by the kind's own name.
fn describes(text: &str, kind: &Choice) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '+'))
        .filter(|word| !word.is_empty())
        .collect();
    let starts = |with: &str| words.iter().any(|word| word.starts_with(with));
    let is_enhanced = words.iter().any(|word| ENHANCED.contains(word)) || text.contains("造影");
    let is_flair = text.contains("flair");
    match kind.id.as_str() {
        "seq-t1" => starts("t1") && !is_enhanced && !is_flair,
        "seq-t1ce" => starts("t1") && is_enhanced,
        "seq-t2" => starts("t2") && !is_flair && !starts("t2star") && !text.contains("t2*"),
        "seq-flair" => is_flair,
        _ => ["ja", "en"].iter().any(|lang| {
            let name = kind.name.get(lang).to_lowercase();
            !name.is_empty() && text.contains(&name)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation_format::{Protocol, Terms};

    fn kinds() -> Vec<Choice> {
        let text = include_str!("../../../assets/protocols/glioma-mr.toml");
        let protocol = Protocol::from_toml(text, Terms::builtin()).expect("a bundled protocol");
        protocol.display.series
    }

    #[test]
    fn series_are_told_apart_by_what_scanners_call_them() {
        let kinds = kinds();
        let found = |text: &str| -> Vec<String> {
            let fitting = kinds.iter().filter(|kind| describes(text, kind));
            fitting.map(|kind| kind.id.clone()).collect()
        };
        for (text, kind) in [
            ("ax t1 se", "seq-t1"),
            ("t1_mprage_sag", "seq-t1"),
            ("ax t1 post gd", "seq-t1ce"),
            ("t1w +c", "seq-t1ce"),
            ("造影 t1 強調", "seq-t1ce"),
            ("ax t2 tse", "seq-t2"),
            ("t2_flair_tra", "seq-flair"),
            ("ax flair", "seq-flair"),
        ] {
            assert_eq!(found(text), [kind], "{text}");
        }
        for none in ["dwi b1000", "t2* gre", "localizer", ""] {
            assert!(found(none).is_empty(), "{none}");
        }
    }
}
