//! The reading room's state and rules of the hand, below the drawing: what is shown, which tool is
//! held, what a gesture does. Changes of the work leave by [`Room::take_acts`] to the journal.

mod agreeing;
mod answering;
mod answers;
mod brush;
mod cine;
mod clock;
mod copying;
mod corner_texts;
mod coverage;
mod cross;
mod facts;
mod gesture;
mod hanging;
mod hiding;
mod history;
mod image_acts;
mod in_hand;
mod journaling;
mod keys;
mod known;
mod link;
mod moving;
mod overlay;
mod peek;
mod pixels;
mod place;
mod preview;
mod prior;
mod series;
mod sight;
mod steps;
mod structures;
mod terms;
mod tool;
mod tour;
mod values;
mod views;
mod volumes;

pub use agreeing::ToCompare;
pub use answering::Question;
pub use brush::BrushOptions;
pub use cine::{Cine, FPS};
pub use facts::{Preset, first_window};
pub use history::{History, HistoryRow, SavedRow, Told};
pub use image_acts::ImageAct;
pub use journaling::Act;
pub use known::Lacks;
pub use link::{Linking, PlaneLine};
pub use overlay::{Mark, Tick, pattern_of};
pub use pixels::Pixels;
pub use place::Place;
pub use prior::Prior;
pub use series::RoomSeries;
pub use sight::Sight;
pub use structures::Structure;
pub use tool::{Tool, ToolOption};
pub use tour::{Card as TourCard, SLICES as TOUR_SLICES, Step as TourStep, Tour};
pub use views::{Edge, Layout, Monitor, View, Views};
pub use volumes::Through;

use crate::settings::MouseProfile;
use crate::viewport::Pane;
use annotation_format::document::gesture::Place as StrokePlace;
use annotation_format::{Document, Finding, FindingId, LabelId};
use imaging::Loaded;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use voxel::{Grid, Volume};

/// Unsaved edits at which the tools pause (architecture §4).
pub const MOST_UNSAVED: usize = 20;

/// How much is written on images. Letters of orientation always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextLevel {
    /// Everything.
    #[default]
    Full,
    /// What tells the image, and the window.
    Minimal,
    /// Nothing.
    None,
}

impl TextLevel {
    /// The next one, in turn.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Full => Self::Minimal,
            Self::Minimal => Self::None,
            Self::None => Self::Full,
        }
    }
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
    /// When it was opened: tells it from other rooms.
    pub opened: Instant,
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
    /// The viewports.
    pub views: Views,
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
    /// How much the corners of images say.
    pub texts: TextLevel,
    /// Whether the lines of the other viewports' planes are shown.
    pub shows_lines: bool,
    /// The journal as a list.
    pub history: History,
    /// Edits not yet on disc.
    pub unsaved: usize,
    /// Earlier studies of the patient that may be looked at, the latest first.
    pub priors: Vec<Prior>,
    /// How the present study hung before a prior came beside it.
    before_prior: Option<(Layout, Linking)>,
    /// Structures that came with the images.
    pub structures: Vec<Structure>,
    link: link::Link,
    preview: Option<preview::Preview>,
    compared: Vec<agreeing::Compared>,
    hand: gesture::Hand,
    acts: Vec<Act>,
    sayings: Vec<annotation_format::Error>,
    hints: Vec<&'static str>,
    known: std::cell::RefCell<known::Known>,
    /// The question that waits for an answer by keys.
    asked: Option<Question>,
    peeked: Option<peek::Peeked>,
    has_told_no_peek: bool,
    /// The key is held by which the left button moves the picture.
    pub pans: bool,
    /// The slices that were seen.
    coverage: coverage::Coverage,
    steps: steps::Steps,
    clock: clock::Clock,
    /// Seconds worked on the case so far.
    pub worked_s: f64,
    /// What the buttons of the mouse do.
    pub mouse: MouseProfile,
    /// The finding that was taken along.
    copied: Option<Finding>,
    /// The brushes of labels that are not in hand.
    brushes: BTreeMap<LabelId, BrushOptions>,
    /// Whether the clock is hidden.
    pub hides_clock: bool,
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
    /// Earlier studies of the patient that may be looked at, the latest first.
    pub priors: Vec<Prior>,
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
            opened: Instant::now(),
            case: opening.case,
            work: opening.work,
            number: opening.number,
            study: opening.study,
            place_in_list: opening.place_in_list,
            closed: opening.closed,
            document: opening.document,
            series: opening.series,
            views: Views::default(),
            tool: Tool::Select,
            last_drawing_tool: Tool::Brush,
            brush: BrushOptions::default(),
            label: first_label.unwrap_or_else(|| LabelId::from("")),
            selected: None,
            hidden: BTreeSet::new(),
            is_all_hidden: false,
            fill_alpha: 0.30,
            outline_px: 1.5,
            texts: TextLevel::Full,
            shows_lines: true,
            history: History::default(),
            unsaved: 0,
            priors: opening.priors,
            before_prior: None,
            structures: Vec::new(),
            link: link::Link::default(),
            preview: None,
            compared: Vec::new(),
            hand: gesture::Hand::default(),
            acts: Vec::new(),
            sayings: Vec::new(),
            hints: Vec::new(),
            known: std::cell::RefCell::default(),
            asked: None,
            peeked: None,
            has_told_no_peek: false,
            pans: false,
            coverage: coverage::Coverage::default(),
            steps: steps::Steps::default(),
            clock: clock::Clock::default(),
            worked_s: 0.0,
            mouse: MouseProfile::default(),
            copied: None,
            brushes: BTreeMap::new(),
            hides_clock: false,
        }
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

    /// Whether where it is left is kept: an own case that is not submitted.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.closed == Closed::Open
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

    /// Forgets what its window had of pictures, when that window has gone.
    pub fn forget_pictures(&mut self) {
        self.views
            .all_mut()
            .for_each(|view| view.pane.forget_picture());
        for series in &mut self.series {
            series.thumbnail = None;
            series.pixels.has_asked_picture = false;
        }
    }

    /// Place of the series in the viewport the hand is on.
    #[must_use]
    pub fn shown(&self) -> Option<usize> {
        self.views.active().series
    }

    /// Where the viewport the hand is on looks.
    #[must_use]
    pub fn pane(&self) -> &Pane {
        &self.views.active().pane
    }

    /// As [`Room::pane`], to be changed.
    pub fn pane_mut(&mut self) -> &mut Pane {
        &mut self.views.active_mut().pane
    }

    /// What has been read of the series in the viewport the hand is on.
    #[must_use]
    pub fn pixels(&self) -> Option<&Pixels> {
        Some(&self.shown_series()?.pixels)
    }

    /// All of them, once they are read.
    #[must_use]
    pub fn loaded(&self) -> Option<&Arc<Loaded>> {
        self.pixels()?.loaded()
    }

    /// Their volume.
    #[must_use]
    pub fn volume(&self) -> Option<&Volume> {
        self.pixels()?.volume()
    }

    /// A series by its id.
    pub(super) fn series_of(&self, id: &str) -> Option<&RoomSeries> {
        self.series.iter().find(|series| series.id == id)
    }

    /// The grid of the series in the viewport the hand is on; it is known before all its pixels are.
    fn grid(&self) -> Option<&Grid> {
        self.shown_series()?.grid()
    }

    fn hand_is_free(&self) -> bool {
        self.hand.is_free()
    }

    fn shown_series(&self) -> Option<&RoomSeries> {
        self.series.get(self.shown()?)
    }

    /// Where gestures happen: the shown series and its grid.
    fn place(&self) -> Option<StrokePlace<'_>> {
        Some(StrokePlace {
            series: &self.shown_series()?.id,
            grid: self.grid()?,
        })
    }

    /// The selected finding.
    #[must_use]
    pub fn selected_finding(&self) -> Option<&Finding> {
        self.document.finding(self.selected.as_ref()?)
    }

    /// Brings the picture of a viewport up to date.
    pub fn prepare(&mut self, ctx: &egui::Context, index: usize, screen: egui::Rect) {
        let Some(series) = self.views.get(index).and_then(|view| view.series) else {
            return;
        };
        let mut layers = self.layers_of(series);
        layers.extend(self.structure_layers(series));
        layers.extend(self.preview_layer(index));
        let drawn = self.series.get(series).and_then(|s| s.pixels.drawn());
        let (Some(loaded), Some(view)) = (drawn.cloned(), self.views.get_mut(index)) else {
            return;
        };
        let volume = &loaded.volume;
        view.pane.prepare(ctx, screen, volume, &layers);
    }
}
