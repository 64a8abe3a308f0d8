//! The reading room's state and rules of the hand, below the drawing: what is shown, which tool is
//! held, what a gesture does. Changes of the work leave by [`Room::take_acts`] to the journal.

mod answers;
mod facts;
mod gesture;
mod history;
mod keys;
mod known;
mod overlay;
mod part;
mod tool;
mod values;

pub use facts::{Preset, first_window};
pub use history::{History, HistoryRow, SavedRow};
pub use known::Lacks;
pub use overlay::{Mark, Tick};
pub use tool::{BrushOptions, Tool, ToolOption};

use crate::viewport::Pane;
use annotation_format::document::gesture::Place;
use annotation_format::{Document, Edit, Finding, FindingId, LabelId};
use imaging::{Loaded, SeriesEntry};
use render::{ViewPlane, WindowLevel};
use std::collections::BTreeSet;
use std::sync::Arc;
use voxel::{Grid, Plane, Volume};

/// Unsaved edits at which the tools pause (architecture §4).
pub const MOST_UNSAVED: usize = 20;

/// What the journal is asked to do.
#[derive(Clone, Debug)]
pub enum Act {
    /// Keep an edit that the document already has.
    Append(Edit),
    /// Take the last edit back.
    Undo,
    /// Do the last undone edit again.
    Redo,
}

/// A series of the case.
pub struct RoomSeries {
    /// Its id in the project.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What was known before its pixels were read.
    pub entry: SeriesEntry,
    /// Its picture in the strip.
    pub thumbnail: Option<egui::TextureHandle>,
}

/// Why nothing can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It can be changed.
    Open,
    /// It was submitted.
    Submitted,
    /// The project is open for reading only.
    ReadOnly,
    /// The images belong to no project.
    Outside,
}

/// A case open in the reading room.
pub struct Room {
    /// Id of the case.
    pub case: String,
    /// Id of the work.
    pub work: String,
    /// Its number as it is spoken.
    pub number: String,
    /// Modality and description.
    pub study: String,
    /// Place in the reader's list, from 1, and the length of the list.
    pub place_in_list: (usize, usize),
    /// Why nothing can be changed.
    pub closed: Closed,
    /// The reader's work.
    pub document: Document,
    /// The series of the case.
    pub series: Vec<RoomSeries>,
    /// The one that is shown.
    pub shown: Option<usize>,
    /// Its pixels, once they are read.
    loaded: Option<Arc<Loaded>>,
    /// One plane of them, while the others are still to come.
    part: Option<part::Part>,
    /// Share of the pixels read, while they are read.
    pub loading: Option<f32>,
    /// Why they could not be read.
    pub load_fault: Option<imaging::Error>,
    /// The viewport.
    pub pane: Pane,
    /// The tool in hand.
    pub tool: Tool,
    last_drawing_tool: Tool,
    /// What the brushes remember.
    pub brush: BrushOptions,
    /// The label that is drawn.
    pub label: LabelId,
    /// The selected finding.
    pub selected: Option<FindingId>,
    /// Findings that are hidden.
    pub hidden: BTreeSet<FindingId>,
    is_all_hidden: bool,
    /// Opacity of fills.
    pub fill_alpha: f32,
    /// Width of outlines.
    pub outline_px: f32,
    /// Whether the corners show texts.
    pub shows_texts: bool,
    /// The journal as a list.
    pub history: History,
    /// Edits not yet on disc.
    pub unsaved: usize,
    hand: gesture::Hand,
    previous_window: Option<WindowLevel>,
    acts: Vec<Act>,
    sayings: Vec<annotation_format::Error>,
    known: std::cell::RefCell<known::Known>,
    /// The window of the shown pixels' middle values.
    full_range: Option<WindowLevel>,
}

/// What a room is opened with.
pub struct Opening {
    /// Id of the case.
    pub case: String,
    /// Id of the work.
    pub work: String,
    /// Number as it is spoken.
    pub number: String,
    /// Modality and description.
    pub study: String,
    /// Place in the list.
    pub place_in_list: (usize, usize),
    /// Why nothing can be changed.
    pub closed: Closed,
    /// The work as it is on disc.
    pub document: Document,
    /// The series.
    pub series: Vec<RoomSeries>,
}

impl Room {
    /// Opens a case; no pixels are read yet.
    #[must_use]
    pub fn open(opening: Opening) -> Self {
        let first_label = opening
            .document
            .protocol()
            .labels
            .first()
            .map(|label| label.id.clone());
        Self {
            case: opening.case,
            work: opening.work,
            number: opening.number,
            study: opening.study,
            place_in_list: opening.place_in_list,
            closed: opening.closed,
            document: opening.document,
            series: opening.series,
            shown: None,
            loaded: None,
            part: None,
            loading: None,
            load_fault: None,
            pane: Pane::default(),
            tool: Tool::Select,
            last_drawing_tool: Tool::Brush,
            brush: BrushOptions::default(),
            label: first_label.unwrap_or_else(|| LabelId::from("")),
            selected: None,
            hidden: BTreeSet::new(),
            is_all_hidden: false,
            fill_alpha: 0.30,
            outline_px: 1.5,
            shows_texts: true,
            history: History::default(),
            unsaved: 0,
            hand: gesture::Hand::default(),
            previous_window: None,
            acts: Vec::new(),
            sayings: Vec::new(),
            known: std::cell::RefCell::default(),
            full_range: None,
        }
    }

    /// What the journal is to do, in order.
    pub fn take_acts(&mut self) -> Vec<Act> {
        std::mem::take(&mut self.acts)
    }

    /// Sentences for the person: why a gesture did nothing.
    pub fn take_sayings(&mut self) -> Vec<annotation_format::Error> {
        std::mem::take(&mut self.sayings)
    }

    /// Whether the work may be changed now.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.closed == Closed::Open && self.unsaved < MOST_UNSAVED && !self.waits_for_values()
    }

    /// Whether the images belong to a project.
    #[must_use]
    pub fn is_in_project(&self) -> bool {
        self.closed != Closed::Outside
    }

    /// The key of the sentence that says why nothing can be changed.
    #[must_use]
    pub fn band_key(&self) -> Option<&'static str> {
        match self.closed {
            Closed::Open if self.unsaved >= MOST_UNSAVED => Some("reading-paused"),
            Closed::Open if self.waits_for_values() => Some("reading-part-band"),
            Closed::Open => None,
            Closed::Submitted => Some("reading-submitted-band"),
            Closed::ReadOnly => Some("reading-read-only-band"),
            Closed::Outside => Some("reading-outside-band"),
        }
    }

    /// The key of the word for the state of the work.
    #[must_use]
    pub const fn state_key(&self) -> &'static str {
        match self.closed {
            Closed::Open => "state-in-progress",
            Closed::Submitted => "state-submitted",
            Closed::ReadOnly | Closed::Outside => "read-only",
        }
    }

    /// A series' pixels have been read: shows them on the plane of acquisition.
    pub fn show_loaded(&mut self, index: usize, loaded: Arc<Loaded>) {
        self.loading = None;
        let continues = self.shown == Some(index) && self.part.is_some();
        if continues {
            // The person may have moved, zoomed and changed the grey levels by now: all that stays.
            let wanted = self.wanted_plane();
            let part = self.part.take();
            if part.map(|part| part.first_window) == self.pane.window() {
                self.pane
                    .set_window(facts::first_window(&loaded, self.document.protocol()));
            }
            let grid = loaded.volume.grid();
            if let Some(wanted) = wanted {
                self.pane.go_to(grid, wanted as i64);
            }
            self.pane.mark_all();
        } else {
            let window = facts::first_window(&loaded, self.document.protocol());
            self.begin_series(index);
            self.pane
                .show(loaded.volume.grid(), ViewPlane::Acquired, None, window);
        }
        self.full_range = Some(facts::full_range(&loaded));
        self.loaded = Some(loaded);
    }

    /// Forgets what its window had of pictures, when that window has gone.
    pub fn forget_pictures(&mut self) {
        self.pane.forget_picture();
        for series in &mut self.series {
            series.thumbnail = None;
        }
    }

    /// What was loaded of the series that is shown.
    #[must_use]
    pub fn loaded(&self) -> Option<Arc<Loaded>> {
        self.loaded.clone()
    }

    /// The pixels that are shown.
    #[must_use]
    pub fn volume(&self) -> Option<&Volume> {
        self.loaded.as_ref().map(|loaded| &loaded.volume)
    }

    /// The grid of the shown series; it is known before all its pixels are.
    fn grid(&self) -> Option<&Grid> {
        match (&self.loaded, &self.part) {
            (Some(loaded), _) => Some(loaded.volume.grid()),
            (None, Some(_)) => self.shown_series()?.entry.grid.as_ref(),
            (None, None) => None,
        }
    }

    fn hand_is_free(&self) -> bool {
        self.hand.is_free()
    }

    fn shown_series(&self) -> Option<&RoomSeries> {
        self.series.get(self.shown?)
    }

    /// Where gestures happen: the shown series and its grid.
    fn place(&self) -> Option<Place<'_>> {
        Some(Place {
            series: &self.shown_series()?.id,
            grid: self.grid()?,
        })
    }

    /// Applies an edit here and hands it to the journal. Empty edits change nothing and are not kept.
    fn perform(&mut self, edit: Result<Edit, annotation_format::Error>) -> bool {
        let Some(edit) = self.apply(edit) else {
            return false;
        };
        self.acts.push(Act::Append(edit));
        true
    }

    /// Applies an edit to the document and marks what is to be drawn again.
    fn apply(&mut self, edit: Result<Edit, annotation_format::Error>) -> Option<Edit> {
        let edit = match edit {
            Ok(edit) if edit.is_empty() => return None,
            Ok(edit) => edit,
            Err(error) => {
                self.sayings.push(error);
                return None;
            }
        };
        self.follow(&edit).then_some(edit)
    }

    /// Follows an edit that the journal has made or is about to make.
    pub fn follow(&mut self, edit: &Edit) -> bool {
        let changed = match self.document.apply(edit) {
            Ok(changed) => changed,
            Err(error) => {
                self.sayings.push(error);
                return false;
            }
        };
        self.known.borrow_mut().forget(&changed.findings);
        if changed.structure {
            self.pane.mark_overlay();
        }
        if let Some(grid) = self.loaded.as_ref().map(|l| l.volume.grid().clone()) {
            for (_, voxels) in &changed.boxes {
                self.pane
                    .mark_box(&grid, voxels, f64::from(self.outline_px) + 2.0);
            }
        }
        if self
            .selected
            .as_ref()
            .is_some_and(|id| self.document.finding(id).is_none())
        {
            self.selected = None;
        }
        true
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) {
        self.finish_gesture();
        if self.is_editable() {
            self.acts.push(Act::Undo);
        }
    }

    /// Does the last undone edit again.
    pub fn redo(&mut self) {
        self.finish_gesture();
        if self.is_editable() {
            self.acts.push(Act::Redo);
        }
    }

    /// The selected finding.
    #[must_use]
    pub fn selected_finding(&self) -> Option<&Finding> {
        self.document.finding(self.selected.as_ref()?)
    }

    /// Selects a finding and takes its label in hand, so that the next stroke goes on with it.
    pub fn select(&mut self, id: Option<FindingId>) {
        if let Some(finding) = id.as_ref().and_then(|id| self.document.finding(id)) {
            self.label = finding.label.clone();
        }
        self.selected = id;
    }

    /// Takes a tool in hand. The brush's key again switches disc and ball.
    pub fn take_tool(&mut self, tool: Tool) {
        self.finish_gesture();
        if tool == Tool::Brush && self.tool == Tool::Brush {
            self.brush.is_ball = !self.brush.is_ball;
        }
        if tool.draws() {
            self.last_drawing_tool = tool;
        }
        self.tool = tool;
    }

    /// Takes a label in hand: the next stroke starts a new finding, unless the selected one has it.
    pub fn take_label(&mut self, label: &LabelId) {
        self.finish_gesture();
        self.label = label.clone();
        if self
            .selected_finding()
            .is_some_and(|finding| finding.label != *label)
        {
            self.selected = None;
        }
        if self.tool == Tool::Select {
            self.tool = self.last_drawing_tool;
        }
        // A tool that the label does not allow would refuse at the first stroke: take one that it does.
        let allows = |kind| {
            self.document
                .protocol()
                .label(label)
                .is_some_and(|l| l.allows(kind))
        };
        let fits = match self.tool {
            Tool::Brush | Tool::Eraser => allows(annotation_format::GeometryKind::Mask),
            Tool::Box2d => allows(annotation_format::GeometryKind::Box2d),
            Tool::Point => allows(annotation_format::GeometryKind::Point),
            _ => true,
        };
        if !fits {
            self.tool = if allows(annotation_format::GeometryKind::Mask) {
                Tool::Brush
            } else if allows(annotation_format::GeometryKind::Point) {
                Tool::Point
            } else {
                Tool::Box2d
            };
        }
    }

    /// Starts a new finding of the label with the next stroke.
    pub fn take_label_anew(&mut self, label: &LabelId) {
        self.selected = None;
        self.take_label(label);
    }

    /// What the viewport draws: all pixels, or the plane that is there.
    fn drawn_volume(&self) -> Option<&Volume> {
        let part = || self.part.as_ref().map(|part| &part.loaded.volume);
        self.volume().or_else(part)
    }

    /// Shows an anatomical plane of the series, once all its pixels are there.
    pub fn show_plane(&mut self, plane: Plane) {
        if self.part.is_some() {
            return;
        }
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        let Some(window) = self.pane.window() else {
            return;
        };
        let centre = self.pane.view().map(|view| view.centre);
        let axis = grid.axis_of(plane);
        let index = centre.and_then(|at| {
            grid.voxel_from_patient(at)
                .0
                .get(axis)
                .map(|c| c.round() as i64)
        });
        self.pane
            .show(&grid, ViewPlane::Anatomical(plane), index, window);
    }

    /// The anatomical plane closest to the one shown.
    #[must_use]
    pub fn anatomical_plane(&self) -> Option<Plane> {
        let grid = self.grid()?;
        Some(self.pane.plane()?.anatomical(grid))
    }

    /// Index of the shown plane and their count.
    #[must_use]
    pub fn index(&self) -> Option<(i64, usize)> {
        self.pane.index(self.grid()?)
    }

    /// Steps through the stack.
    pub fn step(&mut self, steps: i64) {
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        let is_asked = self.want(&grid, |room, from| {
            let view = room.pane.view()?;
            let axis = view.aligned_axis(&grid)?;
            let moved = view.stepped(&grid, steps).plane_at_centre(&grid, axis);
            Some(from + (moved - view.plane_at_centre(&grid, axis)).round() as i64)
        });
        if !is_asked {
            self.pane.step(&grid, steps);
        }
    }

    /// Goes to the middle of a finding.
    pub fn jump_to(&mut self, id: &FindingId) {
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        let Some(finding) = self.document.finding(id) else {
            return;
        };
        if self
            .shown_series()
            .is_none_or(|series| series.id != finding.series)
        {
            return;
        }
        let Some(centre) = overlay::centre_of(finding) else {
            return;
        };
        if let Some(axis) = self.pane.view().and_then(|view| view.aligned_axis(&grid))
            && let Some(index) = centre.0.get(axis).map(|c| c.round() as i64)
            && !self.want(&grid, |_, _| Some(index))
        {
            self.pane.go_to(&grid, index);
        }
    }

    /// Shows or hides a finding.
    pub fn toggle_hidden(&mut self, id: &FindingId) {
        if !self.hidden.remove(id) {
            self.hidden.insert(id.clone());
        }
        self.pane.mark_overlay();
    }

    /// Hides every overlay while a key is held.
    pub fn hide_all(&mut self, hides: bool) {
        if self.is_all_hidden != hides {
            self.is_all_hidden = hides;
            self.pane.mark_overlay();
        }
    }

    /// Brings the picture up to date.
    pub fn prepare(&mut self, ctx: &egui::Context, screen: egui::Rect) {
        let layers = self.layers();
        let part = self.part.as_ref().map(|part| Arc::clone(&part.loaded));
        if let Some(loaded) = self.loaded.clone().or(part) {
            self.pane.prepare(
                ctx,
                screen,
                &loaded.volume,
                &layers,
                render::Interpolation::Linear,
            );
        }
    }
}
