//! What the import screen knows: series found, what is asked of them, which are seen.

use super::TagView;
use crate::act::tag_search::folded;
use voxel::Phrase;

/// How a series stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesState {
    /// Can be imported as it is.
    Ready,
    /// Can be imported; something is to be known.
    Check,
    /// Not an image.
    Other,
    /// Is in the project already, in the case of this number.
    There(u32),
}

/// A series' picture.
#[derive(Clone, Default)]
pub enum Picture {
    /// Its row has not been seen.
    #[default]
    Unasked,
    /// It is seen and has none yet.
    Wanted,
    /// It is being made, or cannot be.
    Asked,
    /// It is there.
    Made(egui::TextureHandle),
}

/// A series that was found.
#[derive(Clone)]
pub struct SeriesRow {
    /// Whether it is to be imported.
    pub is_chosen: bool,
    /// Patient id as in the file.
    pub patient: String,
    /// Patient name as in the file.
    pub patient_name: String,
    /// Modality.
    pub modality: String,
    /// Study description and date.
    pub study: String,
    /// Study date.
    pub date: String,
    /// Series number and description.
    pub series: String,
    /// Images.
    pub images: usize,
    /// Pixel size and slice step in words.
    pub spacing: String,
    /// Slice step alone.
    pub thickness: String,
    /// Columns × rows.
    pub size: String,
    /// Transfer syntax, or the type of the values in files without one.
    pub syntax: String,
    /// The key of the word for which of these it is.
    pub syntax_key: &'static str,
    /// What a list says of the case that it will be.
    pub planned: Option<PlannedCase>,
    /// How it stands.
    pub state: SeriesState,
    /// What is to be known, as sentences.
    pub problems: Vec<Phrase>,
    /// The key of the word for what it is, where it is no image but a known object.
    pub object: Option<&'static str>,
    /// Study, for the count.
    pub study_uid: String,
    /// Its picture.
    pub picture: Picture,
}

/// The case that a list makes of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCase {
    /// Its number; none where the project gives the next.
    pub number: Option<u32>,
    /// Its group of the study design.
    pub group: Option<String>,
}

/// Something that cannot come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, or what a line of the list names.
    pub name: String,
    /// Line of the list.
    pub line: Option<u64>,
    /// Why.
    pub reason: Phrase,
}

/// A list by which series come in.
pub struct ListFacts {
    /// Name of its file.
    pub name: String,
    /// Its lines.
    pub lines: usize,
    /// Lines of which nothing can come in.
    pub refused: usize,
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// Where to look, typed.
    pub path: String,
    pub(super) filter: usize,
    /// Rows that hold this text are shown.
    pub(super) search: String,
    pub(super) order: usize,
    /// The series whose facts are shown.
    pub selected: Option<usize>,
    /// The selected row is to be brought into view.
    pub(super) reveals: bool,
    /// Series found.
    pub rows: Vec<SeriesRow>,
    /// Files that are unreadable or no images, and lines of a list that are refused.
    pub skipped: Vec<Skipped>,
    /// Files looked at.
    pub files: usize,
    /// Files done and in all, while a scan runs.
    pub scanning: Option<(usize, usize)>,
    /// Files done and in all when the last scan was stopped; what it had found is listed.
    pub stopped: Option<(usize, usize)>,
    /// Seconds that the scan has taken.
    pub seconds: f32,
    /// The list by which series come in, if they do.
    pub list: Option<ListFacts>,
    /// The file whose tags are looked at.
    pub tags: Option<TagView>,
    /// Where the list of problems is to be saved, while that is asked.
    pub save_to: Option<String>,
    /// Series done and in all, while an import runs.
    pub importing: Option<(usize, usize)>,
    /// What was done last, or what went wrong.
    pub said: Option<Phrase>,
}

impl State {
    pub(super) fn can_import(&self) -> bool {
        self.scanning.is_none()
            && self.importing.is_none()
            && self.rows.iter().any(|row| row.is_chosen)
    }

    pub(super) fn shown(&self) -> Vec<usize> {
        let search = folded(self.search.trim());
        let mut shown: Vec<(usize, &SeriesRow)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.is_of(self.filter))
            .filter(|(_, row)| search.is_empty() || row.holds(&search))
            .collect();
        match self.order {
            0 => shown.sort_by_key(|(_, row)| row.nameless_rank()),
            1 => shown.sort_by_key(|(_, row)| (row.modality.is_empty(), &row.modality)),
            2 => shown.sort_by_key(|(_, row)| std::cmp::Reverse(row.images)),
            3 => shown.sort_by_key(|(_, row)| {
                let rank = match row.state {
                    SeriesState::Check => 0,
                    SeriesState::Ready => 1,
                    SeriesState::There(_) => 2,
                    SeriesState::Other => 3,
                };
                (rank, row.nameless_rank())
            }),
            _ => {}
        }
        shown.into_iter().map(|(index, _)| index).collect()
    }

    /// Selects a row and brings it into view, whatever hid it.
    pub(super) fn go_to(&mut self, index: usize) {
        self.selected = Some(index);
        self.tags = None;
        self.reveals = true;
        if !self.shown().contains(&index) {
            self.filter = 0;
            self.search.clear();
        }
    }

    /// The row at the top of the table.
    #[must_use]
    pub fn first_shown(&self) -> Option<usize> {
        self.shown().first().copied()
    }

    /// Whether every row that is seen and can come in is chosen; false where there is none.
    pub(super) fn all_chosen(&self, shown: &[usize]) -> bool {
        let rows = shown.iter().filter_map(|index| self.rows.get(*index));
        let mut rows = rows.filter(|row| row.can_come()).peekable();
        rows.peek().is_some() && rows.all(|row| row.is_chosen)
    }

    /// Chooses those of the rows that are seen which can come in, or none of them.
    pub(super) fn choose(&mut self, shown: &[usize], is_chosen: bool) {
        for index in shown {
            if let Some(row) = self.rows.get_mut(*index) {
                row.is_chosen = is_chosen && row.can_come();
            }
        }
    }

    /// Says that series have come in, or were there before: each with the number of its case.
    pub fn mark_there(&mut self, there: impl IntoIterator<Item = (usize, u32)>) {
        for (index, number) in there {
            if let Some(row) = self.rows.get_mut(index) {
                row.is_chosen = false;
                row.state = SeriesState::There(number);
            }
        }
    }

    /// Rows of which something is to be known.
    pub(super) fn with_problems(&self) -> impl Iterator<Item = (usize, &SeriesRow)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| !row.problems.is_empty())
    }

    /// The next row that is seen and has no picture yet.
    pub fn next_wanted(&mut self) -> Option<usize> {
        // the selected one is seen at the side, even where a filter hides its row
        if let Some(row) = self.selected.and_then(|index| self.rows.get_mut(index))
            && row.state != SeriesState::Other
            && matches!(row.picture, Picture::Unasked)
        {
            row.picture = Picture::Wanted;
        }
        let is_wanted = |row: &SeriesRow| matches!(row.picture, Picture::Wanted);
        let index = self.rows.iter().position(is_wanted)?;
        self.rows[index].picture = Picture::Asked;
        Some(index)
    }

    /// Patients and studies among the rows.
    pub(super) fn counts(&self) -> [usize; 2] {
        let count = |of: fn(&SeriesRow) -> &str| {
            let all = self.rows.iter().map(of).filter(|text| !text.is_empty());
            all.collect::<std::collections::BTreeSet<_>>().len()
        };
        [count(|row| &row.patient), count(|row| &row.study_uid)]
    }

    pub(super) fn count(&self, filter: usize) -> usize {
        self.rows.iter().filter(|row| row.is_of(filter)).count()
    }
}

impl SeriesRow {
    /// Whether it is an image that is not there yet.
    fn can_come(&self) -> bool {
        !matches!(self.state, SeriesState::Other | SeriesState::There(_))
    }

    /// Whether it belongs to a filter of the bar: all, ready, to check, no images, there already.
    fn is_of(&self, filter: usize) -> bool {
        match filter {
            1 => self.state == SeriesState::Ready,
            2 => self.state == SeriesState::Check,
            3 => self.state == SeriesState::Other,
            4 => matches!(self.state, SeriesState::There(_)),
            _ => true,
        }
    }

    /// Series of studies come first, then loose files, objects of which nothing is known last.
    fn nameless_rank(&self) -> u8 {
        let is_nameless = self.patient.is_empty() && self.study_uid.is_empty();
        match (is_nameless, self.state) {
            (false, _) => 0,
            (true, SeriesState::Other) => 2,
            (true, _) => 1,
        }
    }

    /// Its pixels cannot be decoded, and why: told, and not taken unless the person wants it.
    pub fn fail(&mut self, why: Phrase) {
        self.is_chosen = false;
        self.state = SeriesState::Check;
        self.problems.insert(0, why);
    }

    /// Whether a (folded) text stands in what the row shows.
    fn holds(&self, search: &str) -> bool {
        [
            &self.patient,
            &self.patient_name,
            &self.modality,
            &self.study,
            &self.series,
            &self.size,
        ]
        .iter()
        .any(|text| folded(text).contains(search))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(patient: &str, modality: &str, state: SeriesState) -> SeriesRow {
        SeriesRow {
            is_chosen: state == SeriesState::Ready,
            patient: patient.to_owned(),
            patient_name: String::new(),
            modality: modality.to_owned(),
            study: String::new(),
            date: String::new(),
            series: format!("{patient} {modality}"),
            images: 1,
            spacing: String::new(),
            thickness: String::new(),
            size: String::new(),
            syntax: String::new(),
            syntax_key: "import-detail-syntax",
            planned: None,
            state,
            problems: Vec::new(),
            object: None,
            study_uid: String::new(),
            picture: Picture::Unasked,
        }
    }

    fn listed() -> State {
        State {
            rows: vec![
                row("", "", SeriesState::Other),
                row("", "", SeriesState::Ready),
                row("P1", "MR", SeriesState::Ready),
                row("P2", "CT", SeriesState::Check),
                row("P3", "CT", SeriesState::There(7)),
            ],
            ..State::default()
        }
    }

    #[test]
    fn what_nothing_is_known_of_stands_last_and_is_not_selected_first() {
        let mut state = listed();
        assert_eq!(state.shown(), [2, 3, 4, 1, 0]);
        assert_eq!(state.first_shown(), Some(2));
        state.order = 1;
        assert_eq!(state.shown(), [3, 4, 2, 0, 1]);
        state.order = 3;
        assert_eq!(state.shown(), [3, 2, 1, 4, 0]);
    }

    #[test]
    fn ticking_all_ticks_what_is_seen_and_can_come_in() {
        let mut state = listed();
        state.search = "ct".to_owned();
        let shown = state.shown();
        assert!(!state.all_chosen(&shown));
        state.choose(&shown, true);
        let chosen: Vec<bool> = state.rows.iter().map(|row| row.is_chosen).collect();
        assert_eq!(chosen, [false, true, true, true, false]);
        assert!(state.all_chosen(&shown));
        state.choose(&shown, false);
        assert!(state.rows[1].is_chosen && state.rows[2].is_chosen && !state.rows[3].is_chosen);
    }

    #[test]
    fn series_of_the_project_are_not_taken_again() {
        let mut state = listed();
        state.mark_there([(2, 12)]);
        assert!(!state.rows[2].is_chosen);
        assert_eq!([1, 2, 3, 4].map(|filter| state.count(filter)), [1, 1, 1, 2]);
    }

    #[test]
    fn a_series_that_is_gone_to_is_seen_whatever_hid_it() {
        let mut state = listed();
        state.filter = 1;
        state.search = "p1".to_owned();
        state.go_to(2);
        assert_eq!((state.filter, state.search.as_str()), (1, "p1"));
        state.go_to(3);
        assert_eq!((state.filter, state.search.as_str()), (0, ""));
        assert_eq!(state.selected, Some(3));
    }
}
