//! Importing by a list: a table beside the images says which of them are which case of which group.

use super::Desk;
use super::import_rows::near;
use super::import_work::Look;
use crate::act::import::cases_of;
use crate::act::import_list::{self, Fate, ListLine, MAX_LIST_BYTES, PlannedRow};
use crate::screens::import::{ListFacts, PlannedCase, Skipped};
use imaging::{ScanResult, SeriesEntry, io_phrase};
use project::NewCase;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// A list as it was read.
pub(super) struct ReadList {
    file: PathBuf,
    lines: Vec<ListLine>,
}

/// Whether a path is a list and not an image: a table by its name.
pub(super) fn is_list(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["csv", "tsv"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// Reads a list and looks at what its lines name.
pub(super) fn look_by_list(
    file: PathBuf,
    look: impl FnOnce(&[PathBuf]) -> ScanResult,
) -> Result<Look, Phrase> {
    let lines = read(&file)?;
    let places = import_list::places(&lines, folder_of(&file));
    let found = look(&places);
    Ok(Look {
        found,
        list: Some(ReadList { file, lines }),
    })
}

fn read(file: &Path) -> Result<Vec<ListLine>, Phrase> {
    let length = std::fs::metadata(file)
        .map_err(|error| io_phrase(error.kind()))?
        .len();
    if length > MAX_LIST_BYTES {
        return Err(io_phrase(std::io::ErrorKind::FileTooLarge));
    }
    let bytes = std::fs::read(file).map_err(|error| io_phrase(error.kind()))?;
    import_list::read(&bytes)
}

fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

impl Desk {
    /// Asks the project what it has already, then says what would happen to every line. Nothing comes
    /// in before the person says so.
    pub(super) fn plan_list(&mut self, list: ReadList) {
        self.with_cases(move |desk, rows| desk.take_plan(&list, rows));
    }

    fn take_plan(&mut self, list: &ReadList, rows: &[project::CaseRow]) {
        let bases = [folder_of(&list.file).to_path_buf()];
        let known = import_list::known_cases(rows);
        let planned = import_list::plan(&list.lines, &bases, &self.scanned.found, &known);
        let accepted: BTreeSet<usize> = planned
            .iter()
            .filter(|row| !matches!(row.fate, Fate::Refused(_)))
            .flat_map(|row| row.series.iter().copied())
            .collect();
        let shown = self.import.rows.iter_mut().zip(&self.scanned.found.series);
        for (index, (row, entry)) in shown.enumerate() {
            // what turned out to be unreadable meanwhile stays out
            row.is_chosen &= entry.is_image && accepted.contains(&index);
        }
        let mut refused = 0;
        for row in &planned {
            let Fate::Refused(why) = &row.fate else {
                continue;
            };
            refused += 1;
            self.import.skipped.push(Skipped {
                name: row.text.clone(),
                line: row.line,
                reason: near(why, &self.scanned.roots),
            });
            let refusal = (row.text.clone(), row.line, why.clone());
            self.scanned.refused.push(refusal);
        }
        self.show_planned_cases(&planned);
        self.import.list = Some(ListFacts {
            name: super::import_work::name_of(&list.file),
            lines: planned.len(),
            refused,
        });
        self.scanned.planned = Some(planned);
        self.mark_there(rows);
    }

    /// Says at each series which case the list makes of it.
    fn show_planned_cases(&mut self, planned: &[PlannedRow]) {
        for row in planned {
            let number = match &row.fate {
                Fate::New => row.number,
                Fate::Known(number) => Some(*number),
                Fate::Refused(_) => continue,
            };
            for index in &row.series {
                if let Some(shown) = self.import.rows.get_mut(*index) {
                    shown.planned = Some(PlannedCase {
                        number,
                        group: row.group.clone(),
                    });
                }
            }
        }
    }

    /// The cases of the chosen series: by the list where there is one, else one per study.
    pub(super) fn chosen_cases(&self) -> Vec<NewCase> {
        let is_chosen = |index: &usize| {
            let row = self.import.rows.get(*index);
            row.is_some_and(|row| row.is_chosen)
        };
        let series = &self.scanned.found.series;
        let Some(planned) = &self.scanned.planned else {
            let entries = series.iter().enumerate();
            let chosen: Vec<SeriesEntry> = entries
                .filter(|(index, entry)| entry.is_image && is_chosen(index))
                .map(|(_, entry)| entry.clone())
                .collect();
            return cases_of(&chosen, false);
        };
        let kept: Vec<PlannedRow> = planned
            .iter()
            .map(|row| PlannedRow {
                series: row.series.iter().copied().filter(&is_chosen).collect(),
                ..row.clone()
            })
            .collect();
        let cases = import_list::cases(&kept, series, false);
        cases.into_iter().map(|(_, case)| case).collect()
    }
}
