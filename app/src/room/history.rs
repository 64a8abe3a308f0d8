//! The journal of the open work as a list of named edits, kept up to date row by row.

use super::Room;
use crate::desk::grouped_text;
use annotation_format::{Finding, FindingHead, FindingId, Gist, LabelId, Touched};
use project::{RowGist, RowKind};
use std::collections::BTreeMap;

/// A row of the journal, newest last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Number in the journal.
    pub seq: i64,
    /// Name of the edit.
    pub name: String,
    /// When, RFC 3339.
    pub at: String,
    /// Whether it was taken back.
    pub undone: bool,
    /// The revision of the work that it belongs to.
    revision: i64,
}

/// A row that has come to be on disc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedRow {
    /// Number in the journal.
    pub seq: i64,
    /// Name of the edit; of an undo or redo: of the edit it is about.
    pub name: String,
    /// When, RFC 3339.
    pub at: String,
    /// Of an undo or redo: the row it takes back.
    pub undo_of: Option<i64>,
}

/// What an undo or redo is about.
#[derive(Clone, Copy, Debug)]
struct Taken {
    edit: i64,
    is_undo: bool,
}

/// The edits of a work. An undo or redo is no row of its own here: it marks the edit it is about.
#[derive(Clone, Debug, Default)]
pub struct History {
    rows: Vec<HistoryRow>,
    taken: BTreeMap<i64, Taken>,
    /// First row of the present revision; numbers begin anew with each.
    revision_begins: usize,
    revision: i64,
    /// Number of the last row of the present revision.
    last: i64,
    about: About,
}

/// What rows are about, as far as it was asked: the journal is listed without being read.
#[derive(Clone, Debug, Default)]
struct About {
    gists: BTreeMap<(i64, i64), Gist>,
    /// Findings that appeared or went.
    heads: BTreeMap<FindingId, FindingHead>,
    /// Rows that were looked at since it was asked last.
    wanted: Vec<(i64, i64)>,
    /// Rows of the question that is not answered yet.
    asked: Vec<(i64, i64)>,
}

impl History {
    /// The list of a whole journal, whose last revision is `present`: it may have no rows yet.
    #[must_use]
    pub fn of_journal(journal: Vec<project::HistoryRow>, present: i64) -> Self {
        let mut history = Self::default();
        for row in journal {
            history.begin_revision(row.revision);
            let undo_of = row.undo_of.filter(|_| row.kind != RowKind::Edit);
            history.take(SavedRow {
                seq: row.seq,
                name: row.name,
                at: row.at,
                undo_of,
            });
        }
        history.begin_revision(present);
        history
    }

    /// The rows that follow are of this revision, where it is not the present one already.
    fn begin_revision(&mut self, revision: i64) {
        if revision != self.revision {
            self.revision = revision;
            self.revision_begins = self.rows.len();
            self.taken.clear();
            self.last = 0;
        }
    }

    /// Takes in the next row of the present revision; one that is there already changes nothing.
    pub fn take(&mut self, row: SavedRow) {
        if row.seq <= self.last {
            return;
        }
        self.last = row.seq;
        let Some(target) = row.undo_of else {
            self.rows.push(HistoryRow {
                seq: row.seq,
                name: row.name,
                at: row.at,
                undone: false,
                revision: self.revision,
            });
            return;
        };
        let known = self.taken.get(&target).copied();
        let edit = known.map_or(target, |taken| taken.edit);
        // Taking back an undo is a redo; taking back an edit or a redo is an undo.
        let is_undo = !known.is_some_and(|taken| taken.is_undo);
        self.taken.insert(row.seq, Taken { edit, is_undo });
        let present = self.rows.get_mut(self.revision_begins..);
        if let Some(row) = present
            .unwrap_or_default()
            .iter_mut()
            .rfind(|row| row.seq == edit)
        {
            row.undone = is_undo;
        }
    }

    /// Place of the row after which the work stands; `None` at its beginning.
    #[must_use]
    pub fn stands_at(&self) -> Option<usize> {
        self.rows.iter().rposition(|row| !row.undone)
    }

    /// All edits, oldest first.
    #[must_use]
    pub fn rows(&self) -> &[HistoryRow] {
        &self.rows
    }

    /// Whether a row belongs to the present revision: only there one can go back to.
    #[must_use]
    pub fn is_of_present_revision(&self, row: &HistoryRow) -> bool {
        row.revision == self.revision
    }

    /// What a row is about, where that is known; else it is to be asked for.
    pub fn gist(&mut self, row: &HistoryRow) -> Option<&Gist> {
        let place = (row.revision, row.seq);
        if !self.about.gists.contains_key(&place) {
            self.about.wanted.push(place);
        }
        self.about.gists.get(&place)
    }

    /// Revision and number of the rows of which it is to be asked what they are about: those looked at
    /// since the last call. While a question waits for its answer there is none.
    pub fn take_wanted(&mut self) -> Vec<(i64, i64)> {
        let wanted = std::mem::take(&mut self.about.wanted);
        if !self.about.asked.is_empty() {
            return Vec::new();
        }
        self.about.asked.clone_from(&wanted);
        wanted
    }

    /// What rows are about. Those asked for and not told say nothing from now on.
    pub fn take_gists(&mut self, gists: Vec<RowGist>) {
        for place in self.about.asked.drain(..) {
            self.about.gists.entry(place).or_default();
        }
        for RowGist {
            revision,
            seq,
            gist,
        } in gists
        {
            for head in &gist.heads {
                self.about.heads.insert(head.id.clone(), head.clone());
            }
            self.about.gists.insert((revision, seq), gist);
        }
    }

    /// Edits that stand.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.rows.iter().filter(|row| !row.undone).count()
    }
}

/// What a row of the history says of what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The finding, `F2 結節`; of several the first. `None` where it is about none, or not known any more.
    pub finding: Option<String>,
    /// How many findings there are beside it.
    pub others: usize,
    /// How much more or less the mask became, with its unit.
    pub change: Option<String>,
}

impl Room {
    /// What a row of the history is about; empty until that is known.
    pub fn told_of(&mut self, row: &HistoryRow, lang: &str) -> Told {
        let Some(gist) = self.history.gist(row).cloned() else {
            return Told::default();
        };
        let drawn: Vec<&Touched> = (gist.findings.iter())
            .filter(|touched| !self.is_computed(&touched.id))
            .collect();
        // Where paint takes voxels from another finding, it is about the one that is painted.
        let gains = |touched: &&&Touched| touched.voxels.is_some_and(|voxels| voxels > 0);
        let Some(shown) = drawn.iter().find(gains).or(drawn.first()) else {
            return Told::default();
        };
        let (name, series) = match self.document.finding(&shown.id) {
            Some(finding) => (
                Some(self.name_of(finding, lang)),
                Some(finding.series.clone()),
            ),
            None => {
                let head = self.history.about.heads.get(&shown.id);
                let name = head.map(|head| self.name_of(&Finding::from_head(head.clone()), lang));
                (name, head.map(|head| head.series.clone()))
            }
        };
        let changed = shown.voxels.filter(|voxels| *voxels != 0);
        Told {
            finding: name,
            others: drawn.len() - 1,
            change: changed.and_then(|voxels| self.change_text(voxels, &series?)),
        }
    }

    /// Whether a finding follows from others and nobody draws it.
    fn is_computed(&self, id: &FindingId) -> bool {
        let label: Option<&LabelId> = match self.document.finding(id) {
            Some(finding) => Some(&finding.label),
            None => self.history.about.heads.get(id).map(|head| &head.label),
        };
        let label = label.and_then(|label| self.document.protocol().label(label));
        label.is_some_and(annotation_format::Label::is_derived)
    }

    /// Voxels more or less as a volume; as a count of pixels where these have no known size.
    fn change_text(&self, voxels: i64, series: &str) -> Option<String> {
        let series = self.series_of(series)?;
        let (size, unit) = match series.entry.spacing_mm {
            Some(_) => (series.grid()?.voxel_volume_mm3(), "mm³"),
            None => (1.0, "px"),
        };
        let sign = if voxels < 0 { "−" } else { "+" };
        let amount = grouped_text(voxels.unsigned_abs() as f64 * size);
        Some(format!("{sign}{amount} {unit}"))
    }
}

impl HistoryRow {
    /// The time of day, as the clock on the wall shows it.
    #[must_use]
    pub fn time(&self) -> String {
        crate::desk::clock_text(&self.at)
    }

    /// The key of the edit's name; one that no tool of this version makes is called an edit.
    #[must_use]
    pub fn name_key(&self) -> &'static str {
        match self.name.as_str() {
            "brush" => "edit-brush",
            "erase" => "edit-erase",
            "box2d" => "edit-box2d",
            "point" => "edit-point",
            "attribute" => "edit-attribute",
            "form" => "edit-form",
            "no_finding" => "edit-no_finding",
            "relabel" => "edit-relabel",
            "delete" => "edit-delete",
            "comment" => "edit-comment",
            "mask_import" => "edit-mask_import",
            "delete_shape" => "edit-delete_shape",
            "move_shape" => "edit-move_shape",
            "consensus" => "edit-consensus",
            "threshold_brush" => "edit-threshold_brush",
            "adaptive_brush" => "edit-adaptive_brush",
            "restore" => "edit-restore",
            "rename" => "edit-rename",
            "recolour" => "edit-recolour",
            "lock" => "edit-lock",
            "unlock" => "edit-unlock",
            _ => "edit-other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Words};
    use annotation_format::EditName;

    /// The names of all edits, as the journal writes them: a name that is none is refused by listing them.
    fn all_names() -> Vec<String> {
        let refused = serde_json::from_str::<EditName>("\"?\"").expect_err("a name that is none");
        let told = refused.to_string();
        // the name that was tried stands before them
        told.split('`')
            .skip(1)
            .step_by(2)
            .skip(1)
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_edit_has_a_name_in_both_languages() {
        let names = all_names();
        for name in [EditName::Brush, EditName::Restore, EditName::Unlock] {
            assert!(names.iter().any(|n| n == name.as_str()), "{names:?}");
        }
        for words in Language::ALL.map(Words::new) {
            for name in &names {
                let row = HistoryRow {
                    seq: 1,
                    name: name.clone(),
                    at: String::new(),
                    undone: false,
                    revision: 1,
                };
                let own = format!("edit-{name}");
                let key = if words.has(&own) {
                    own.as_str()
                } else {
                    "edit-other"
                };
                assert_eq!(row.name_key(), key);
                assert!(words.has(key), "{} lacks {key}", words.code());
            }
        }
    }

    fn saved(seq: i64, undo_of: Option<i64>) -> SavedRow {
        SavedRow {
            seq,
            name: "brush".to_owned(),
            at: "2026-11-21T09:00:00Z".to_owned(),
            undo_of,
        }
    }

    fn undone(history: &History) -> Vec<(i64, bool)> {
        history
            .rows()
            .iter()
            .map(|row| (row.seq, row.undone))
            .collect()
    }

    #[test]
    fn undo_redo_and_undo_again_mark_the_edit_they_are_about() {
        let mut history = History::default();
        history.take(saved(1, None));
        history.take(saved(2, None));
        history.take(saved(3, Some(2)));
        assert_eq!(undone(&history), [(1, false), (2, true)]);
        history.take(saved(4, Some(3)));
        assert_eq!(undone(&history), [(1, false), (2, false)]);
        history.take(saved(5, Some(4)));
        history.take(saved(6, Some(1)));
        assert_eq!(undone(&history), [(1, true), (2, true)]);
        assert_eq!(history.standing(), 0);
    }

    #[test]
    fn an_undo_of_a_later_revision_leaves_the_rows_of_an_earlier_one() {
        let row = |revision, seq, undo_of: Option<i64>| project::HistoryRow {
            revision,
            seq,
            name: "brush".to_owned(),
            at: String::new(),
            undone: false,
            kind: if undo_of.is_some() {
                RowKind::Undo
            } else {
                RowKind::Edit
            },
            undo_of,
        };
        let mut history = History::of_journal(vec![row(1, 1, None), row(2, 1, None)], 2);
        history.take(saved(2, Some(1)));
        assert_eq!(undone(&history), [(1, false), (1, true)]);
        assert_eq!(history.stands_at(), Some(0));
    }

    #[test]
    fn a_revision_without_rows_yet_begins_its_numbers_anew() {
        let old = project::HistoryRow {
            revision: 1,
            seq: 1,
            name: "brush".to_owned(),
            at: String::new(),
            undone: false,
            kind: RowKind::Edit,
            undo_of: None,
        };
        let mut history = History::of_journal(vec![old], 2);
        let is_present = |history: &History| -> Vec<bool> {
            let rows = history.rows().iter();
            rows.map(|row| history.is_of_present_revision(row))
                .collect()
        };
        assert_eq!(is_present(&history), [false]);
        history.take(saved(1, None));
        assert_eq!(undone(&history), [(1, false), (1, false)]);
        assert_eq!(is_present(&history), [false, true]);
    }

    #[test]
    fn a_row_is_asked_about_once_and_then_known() {
        let mut history = History::of_journal(Vec::new(), 1);
        history.take(saved(1, None));
        let row = history.rows()[0].clone();
        assert!(history.gist(&row).is_none());
        assert_eq!(history.take_wanted(), [(1, 1)]);
        // Nothing else is asked before the answer, and what was passed by meanwhile is forgotten.
        history.take(saved(2, None));
        let later = history.rows()[1].clone();
        assert!(history.gist(&row).is_none() && history.gist(&later).is_none());
        assert!(history.take_wanted().is_empty());
        let gist = Gist {
            findings: vec![Touched {
                id: FindingId::from("f"),
                voxels: Some(7),
            }],
            ..Gist::default()
        };
        history.take_gists(vec![RowGist {
            revision: 1,
            seq: 1,
            gist: gist.clone(),
        }]);
        assert_eq!(history.gist(&row), Some(&gist));
        assert!(history.take_wanted().is_empty());
        assert!(history.gist(&later).is_none());
        assert_eq!(history.take_wanted(), [(1, 2)]);
        history.take_gists(Vec::new());
        assert_eq!(history.gist(&later), Some(&Gist::default()));
        assert!(history.take_wanted().is_empty(), "asked again without end");
    }
    /// A glioma case of one series, 10³ voxels of 8 mm³.
    fn room() -> Room {
        let mut entry: imaging::SeriesEntry = serde_json::from_value(serde_json::json!({
            "id": "s", "format": "dicom", "modality": "MR", "description": "", "stack": "",
            "series_uid": null, "study_uid": null, "frame_of_reference_uid": null,
            "study_description": "", "study_date": "", "body_part": "", "series_number": null,
            "patient": {"id": "", "issuer": "", "sex": "", "birth_date": "", "age": "",
                "name": {"alphabetic": "", "ideographic": "", "phonetic": ""}},
            "files": [], "sop_class_uid": null, "sop_instance_uids": [], "planes": [], "frames": 10,
            "size": [10, 10, 10], "spacing_mm": [2.0, 2.0, 2.0], "spacing_origin": null,
            "affine_lps": null, "affine_reason": null, "grid": null, "transfer_syntax": "",
            "photometric": "", "bits_stored": 16, "channels": 1, "windows": [], "problems": [],
            "is_image": true,
        }))
        .expect("an entry as it is stored");
        entry.grid = voxel::Grid::new([10; 3], voxel::Affine::scaling([2.0; 3])).ok();
        let protocol = crate::act::protocols::by_id("glioma-mr").expect("a protocol");
        Room::open(super::super::Opening {
            case: "c".to_owned(),
            work: "w".to_owned(),
            number: "C-0001".to_owned(),
            study: String::new(),
            place_in_list: (1, 1),
            closed: super::super::Closed::Open,
            document: annotation_format::Document::new(std::sync::Arc::new(protocol)),
            series: vec![super::super::RoomSeries {
                id: "s".to_owned(),
                name: String::new(),
                entry,
                thumbnail: None,
                pixels: super::super::Pixels::default(),
                prior: None,
            }],
            priors: Vec::new(),
        })
    }

    /// Paints columns 0 to `to` of a row, over other labels, as a new finding; what the history says of it.
    fn told_of_paint(room: &mut Room, seq: i64, label: &str, to: i64) -> Told {
        use annotation_format::document::gesture::{self, Onto, Overlap, Place, Stroke};
        let grid = room.series[0].grid().expect("a grid").clone();
        let place = Place {
            series: "s",
            grid: &grid,
        };
        let spans = [voxel::Span {
            j: 4,
            k: 4,
            i0: 0,
            i1: to,
        }];
        let label = LabelId::from(label);
        let stroke = Stroke {
            overlap: Overlap::Overwrite,
            ..Stroke::brush(&label, Onto::New, &spans)
        };
        let edit = gesture::paint(&room.document, &place, &stroke).expect("an edit");
        assert!(room.follow(&edit));
        room.history.take(saved(seq, None));
        let row = room.history.rows().last().expect("a row").clone();
        assert_eq!(room.told_of(&row, "en"), Told::default());
        let [(revision, seq)] = room.history.take_wanted()[..] else {
            panic!("the row is asked for");
        };
        room.history.take_gists(vec![RowGist {
            revision,
            seq,
            gist: edit.gist(),
        }]);
        room.told_of(&row, "en")
    }

    #[test]
    fn a_row_is_about_what_was_painted_and_not_about_what_follows_from_it_or_gave_way() {
        let mut room = room();
        let first = told_of_paint(&mut room, 1, "enhancing", 5);
        // Five voxels of 8 mm³; the computed whole tumour gains as many and is not told.
        assert_eq!(first.change.as_deref(), Some("+40 mm³"));
        assert_eq!(first.others, 0, "{first:?}");
        let second = told_of_paint(&mut room, 2, "necrosis", 7);
        assert_eq!(second.change.as_deref(), Some("+56 mm³"));
        assert_eq!(second.others, 1, "the one that gave way: {second:?}");
        assert_ne!(second.finding, first.finding);
        let label = |told: &Told| told.finding.clone().unwrap_or_default();
        assert!(
            label(&second).to_lowercase().contains("necro"),
            "{second:?}"
        );
    }
}
