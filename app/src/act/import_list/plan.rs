//! What would happen to each line of a list.

use super::{ListLine, Wanted};
use crate::act::import::{cases_of, study_key};
use imaging::{ScanResult, SeriesEntry};
use project::{CaseRow, NewCase};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use unicode_normalization::UnicodeNormalization;
use voxel::Phrase;

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its images come in.
    New,
    /// Its study is there already, as the case of this number; only series that are new come in.
    Known(u32),
    /// Nothing comes in, and why.
    Refused(Phrase),
}

/// A line with what would happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRow {
    /// Line of the list; none where there is no list.
    pub line: Option<u64>,
    /// What it names.
    pub text: String,
    /// Number that the case shall have.
    pub number: Option<u32>,
    /// Group of the study design.
    pub group: Option<String>,
    /// What happens.
    pub fate: Fate,
    /// Its series, as places in [`ScanResult::series`].
    pub series: Vec<usize>,
}

/// A case that the project has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownCase {
    /// Its number.
    pub number: u32,
    /// Its group.
    pub group: Option<String>,
    /// The studies (or single files) that it holds, by [`study_key`].
    pub studies: BTreeSet<String>,
}

/// What the project's worklist, as a lead sees it, says about studies.
#[must_use]
pub fn known_cases(rows: &[CaseRow]) -> Vec<KnownCase> {
    let studies = |row: &CaseRow| {
        let metas = row.series.iter().map(|series| &series.meta);
        let entries = metas.filter_map(|meta| serde_json::from_value(meta.clone()).ok());
        entries
            .map(|entry: SeriesEntry| study_key(&entry))
            .collect()
    };
    rows.iter()
        .map(|row| KnownCase {
            number: row.number,
            group: row.group.clone(),
            studies: studies(row),
        })
        .collect()
}

/// The series that the project has, by [`SeriesEntry::id`], with the numbers of their cases.
#[must_use]
pub fn known_series(rows: &[CaseRow]) -> BTreeMap<String, u32> {
    let of_case = |row: &CaseRow| {
        let number = row.number;
        let ids = row.series.iter().filter_map(|series| {
            let id = series.meta.get("id")?.as_str()?;
            Some((id.to_owned(), number))
        });
        ids.collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_case).collect()
}

/// What earlier lines have settled about a study.
struct Settled {
    line: u64,
    number: Option<u32>,
    group: Option<String>,
}

struct Planner<'a> {
    bases: &'a [PathBuf],
    found: &'a ScanResult,
    index: Index<'a>,
    known: &'a [KnownCase],
    /// Line that took a series.
    taken: BTreeMap<usize, u64>,
    studies: BTreeMap<String, Settled>,
}

/// What would happen to each line. Relative paths count from any of `bases`, the list's folder first; they are compared
/// as texts, so that nothing is looked up on the disc.
#[must_use]
pub fn plan(
    lines: &[ListLine],
    bases: &[PathBuf],
    found: &ScanResult,
    known: &[KnownCase],
) -> Vec<PlannedRow> {
    let mut planner = Planner {
        bases,
        found,
        index: Index::of(found),
        known,
        taken: BTreeMap::new(),
        studies: BTreeMap::new(),
    };
    lines.iter().map(|line| planner.row(line)).collect()
}

/// What would happen without a list: one row per study or single file.
#[must_use]
pub fn plan_without_list(found: &ScanResult, known: &[KnownCase]) -> Vec<PlannedRow> {
    let mut rows: Vec<(String, PlannedRow)> = Vec::new();
    let images = |(_, entry): &(usize, &SeriesEntry)| entry.is_image;
    for (at, entry) in found.series.iter().enumerate().filter(images) {
        let study = study_key(entry);
        if let Some((_, row)) = rows.iter_mut().find(|(key, _)| *key == study) {
            row.series.push(at);
            continue;
        }
        let there = known.iter().find(|case| case.studies.contains(&study));
        let file = entry.files.first().cloned().unwrap_or_default();
        let row = PlannedRow {
            line: None,
            text: file.display().to_string(),
            number: None,
            group: None,
            fate: there.map_or(Fate::New, |case| Fate::Known(case.number)),
            series: vec![at],
        };
        rows.push((study, row));
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The cases of every row that is not refused, each with the lines that asked for it.
#[must_use]
pub fn cases(
    rows: &[PlannedRow],
    entries: &[SeriesEntry],
    by_reference: bool,
) -> Vec<(Vec<u64>, NewCase)> {
    let mut order: Vec<String> = Vec::new();
    let mut studies: BTreeMap<String, Vec<(&PlannedRow, &SeriesEntry)>> = BTreeMap::new();
    let accepted = rows
        .iter()
        .filter(|row| !matches!(row.fate, Fate::Refused(_)));
    for row in accepted {
        for entry in row.series.iter().filter_map(|at| entries.get(*at)) {
            let key = study_key(entry);
            let parts = studies.entry(key.clone()).or_default();
            if parts.is_empty() {
                order.push(key);
            }
            parts.push((row, entry));
        }
    }
    let one = |key: String| {
        let parts = studies.remove(&key)?;
        let own: Vec<SeriesEntry> = parts.iter().map(|(_, entry)| (*entry).clone()).collect();
        let mut case = cases_of(&own, by_reference).into_iter().next()?;
        case.number = parts.iter().find_map(|(row, _)| row.number);
        case.group = parts.iter().find_map(|(row, _)| row.group.clone());
        let lines: BTreeSet<u64> = parts.iter().filter_map(|(row, _)| row.line).collect();
        Some((lines.into_iter().collect(), case))
    };
    order.into_iter().filter_map(one).collect()
}

impl Planner<'_> {
    fn row(&mut self, line: &ListLine) -> PlannedRow {
        let (fate, series, wanted) = match &line.wanted {
            Err(why) => (Fate::Refused(why.clone()), Vec::new(), Wanted::default()),
            Ok(wanted) => {
                let (fate, series) = match self.settle(line.line, wanted) {
                    Ok((fate, series)) => (fate, series),
                    Err(why) => (Fate::Refused(why), Vec::new()),
                };
                (fate, series, wanted.clone())
            }
        };
        PlannedRow {
            line: Some(line.line),
            text: line.text.clone(),
            number: wanted.number,
            group: wanted.group,
            fate,
            series,
        }
    }

    fn settle(&mut self, line: u64, wanted: &Wanted) -> Result<(Fate, Vec<usize>), Phrase> {
        let series = self.named(wanted)?;
        if let Some(first) = series.iter().find_map(|at| self.taken.get(at)) {
            let said = Phrase::new("list-again", format!("line {first} has named it already"));
            return Err(said.with("line", *first));
        }
        let studies: BTreeSet<String> = series
            .iter()
            .filter_map(|at| self.found.series.get(*at))
            .map(study_key)
            .collect();
        if let (Some(number), true) = (wanted.number, studies.len() > 1) {
            let count = studies.len();
            let said = Phrase::new(
                "list-several-studies",
                format!("{count} studies are named, but case {number} can be one only"),
            );
            return Err(said.with("count", count).with("number", number));
        }
        let mut fate = Fate::New;
        for study in &studies {
            self.compare_with_lines(study, wanted)?;
            if let Some(number) = self.compare_with_project(study, wanted)? {
                fate = Fate::Known(number);
            }
        }
        for study in studies {
            let settled = self.studies.entry(study).or_insert(Settled {
                line,
                number: None,
                group: None,
            });
            settled.number = settled.number.or(wanted.number);
            settled.group = settled.group.take().or_else(|| wanted.group.clone());
        }
        self.taken.extend(series.iter().map(|at| (*at, line)));
        Ok((fate, series))
    }

    /// The images that a line names, or why there are none.
    fn named(&self, wanted: &Wanted) -> Result<Vec<usize>, Phrase> {
        let by_uid = wanted.uid.as_deref().map(|uid| self.index.with_uid(uid));
        let places = wanted.path.as_ref().map(|path| {
            let bases = self.bases.iter();
            bases
                .map(|base| comparable(&base.join(path)))
                .collect::<Vec<_>>()
        });
        let by_path = places.as_ref().map(|places| {
            let below = places
                .iter()
                .flat_map(|place| under(&self.index.files, place));
            below.collect::<BTreeSet<usize>>()
        });
        let named = match (by_uid, by_path) {
            (Some(a), Some(b)) => a.intersection(&b).copied().collect(),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => BTreeSet::new(),
        };
        let entry = |at: &usize| self.found.series.get(*at);
        let is_image = |at: &usize| entry(at).is_some_and(|entry| entry.is_image);
        let images: Vec<usize> = named.iter().copied().filter(is_image).collect();
        if !images.is_empty() {
            return Ok(images);
        }
        if !named.is_empty() {
            return Err(Phrase::new("list-no-image", "what it names holds no image"));
        }
        let places = places.filter(|_| wanted.uid.is_none()).unwrap_or_default();
        let mut faults = places
            .iter()
            .flat_map(|place| under(&self.index.faults, place))
            .filter_map(|at| self.found.skipped.get(at));
        Err(match faults.next() {
            Some(skipped) => Phrase::new("list-unreadable", skipped.reason.text())
                .with("why", skipped.reason.phrase.clone()),
            None => Phrase::new("list-nothing", "nothing of that name was found"),
        })
    }

    /// Lines of one study must not contradict one another, and a number belongs to one study.
    fn compare_with_lines(&self, study: &str, wanted: &Wanted) -> Result<(), Phrase> {
        if let Some(number) = wanted.number {
            let other = self
                .studies
                .iter()
                .find(|(key, settled)| key.as_str() != study && settled.number == Some(number));
            if let Some((_, other)) = other {
                let line = other.line;
                let said = Phrase::new(
                    "list-number-twice",
                    format!("line {line} gives the number {number} to another study"),
                );
                return Err(said.with("line", line).with("number", number));
            }
        }
        let Some(settled) = self.studies.get(study) else {
            return Ok(());
        };
        let line = settled.line;
        let differs =
            |a: Option<&str>, b: Option<&str>| a.is_some_and(|a| b.is_some_and(|b| a != b));
        let [ours, theirs] = [wanted.number, settled.number].map(|n| n.map(|n| n.to_string()));
        if differs(ours.as_deref(), theirs.as_deref()) {
            let said = Phrase::new(
                "list-two-numbers",
                format!("line {line} gives the same study another number"),
            );
            return Err(said.with("line", line));
        }
        if differs(wanted.group.as_deref(), settled.group.as_deref()) {
            let said = Phrase::new(
                "list-two-groups",
                format!("line {line} puts the same study into another group"),
            );
            return Err(said.with("line", line));
        }
        Ok(())
    }

    /// The number of the case that the study is already, if it is one.
    fn compare_with_project(&self, study: &str, wanted: &Wanted) -> Result<Option<u32>, Phrase> {
        let there = self.known.iter().find(|case| case.studies.contains(study));
        let Some(there) = there else {
            let number = wanted.number;
            let is_taken = |number: &u32| self.known.iter().any(|case| case.number == *number);
            return match number.filter(is_taken) {
                None => Ok(None),
                Some(number) => {
                    let said = Phrase::new(
                        "list-number-known",
                        format!("case {number} of the project is another study"),
                    );
                    Err(said.with("number", number))
                }
            };
        };
        let number = there.number;
        if wanted.number.is_some_and(|wanted| wanted != number) {
            let said = Phrase::new(
                "list-study-known",
                format!("the study is case {number} of the project already"),
            );
            return Err(said.with("number", number));
        }
        if wanted.group.is_some() && wanted.group != there.group {
            let said = Phrase::new(
                "list-group-known",
                format!("case {number} is in the project already; its group stays as it is"),
            );
            return Err(said.with("number", number));
        }
        Ok(Some(number))
    }
}

/// What was found, by file and by identifier.
struct Index<'a> {
    files: BTreeMap<PathBuf, Vec<usize>>,
    faults: BTreeMap<PathBuf, Vec<usize>>,
    uids: BTreeMap<&'a str, BTreeSet<usize>>,
}

impl<'a> Index<'a> {
    fn of(found: &'a ScanResult) -> Self {
        let mut index = Index {
            files: BTreeMap::new(),
            faults: BTreeMap::new(),
            uids: BTreeMap::new(),
        };
        for (at, entry) in found.series.iter().enumerate() {
            for file in &entry.files {
                index.files.entry(comparable(file)).or_default().push(at);
            }
            let uids = [&entry.series_uid, &entry.study_uid];
            let uids = uids.into_iter().flatten().chain(&entry.sop_instance_uids);
            for uid in uids.chain([&entry.id]) {
                index.uids.entry(uid).or_default().insert(at);
            }
        }
        let skipped = found.skipped.iter().enumerate();
        for (at, skipped) in skipped.filter(|(_, skipped)| !skipped.expected) {
            let file = comparable(&skipped.file);
            index.faults.entry(file).or_default().push(at);
        }
        index
    }

    fn with_uid(&self, uid: &str) -> BTreeSet<usize> {
        self.uids.get(uid).cloned().unwrap_or_default()
    }
}

/// What lies at a place or below it; paths are ordered part by part, so that it stands together.
fn under<'m>(
    files: &'m BTreeMap<PathBuf, Vec<usize>>,
    place: &'m Path,
) -> impl Iterator<Item = usize> + 'm {
    files
        .range::<Path, _>((Bound::Included(place), Bound::Unbounded))
        .take_while(move |(file, _)| file.starts_with(place))
        .flat_map(|(_, all)| all.iter().copied())
}

/// A path to compare with others: absolute, without `.` and `..`, letters composed alike (a Mac writes か and its mark
/// apart).
fn comparable(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => match name.to_str() {
                Some(text) => plain.push(text.nfc().collect::<String>()),
                None => plain.push(name),
            },
            other => plain.push(other),
        }
    }
    plain
}
