//! The adjudication's state: what two readers said of one case, side by side, and the decision being made.

use crate::keys::Action;
use crate::viewport::{Layer, Pane};
use annotation_format::Protocol;
use imaging::Loaded;
use render::{Hatch, Outline, ViewPlane, WindowLevel};
use std::sync::Arc;
use voxel::{Grid, Mask, Plane, VoxelPoint};

/// A decision on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// As A drew it.
    A,
    /// As B drew it.
    B,
    /// What both marked.
    Intersection,
    /// What either marked.
    Union,
    /// Not a finding.
    Reject,
    /// Kept apart, undecided.
    Unresolved,
}

impl Take {
    /// Every decision, in the order of the buttons.
    pub const ALL: [Self; 6] = [
        Self::A,
        Self::B,
        Self::Intersection,
        Self::Union,
        Self::Reject,
        Self::Unresolved,
    ];

    /// Key of its button.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::A => "adjudication-take-a",
            Self::B => "adjudication-take-b",
            Self::Intersection => "adjudication-and",
            Self::Union => "adjudication-or",
            Self::Reject => "adjudication-reject",
            Self::Unresolved => "adjudication-unresolved",
        }
    }

    /// What it makes of the readers' masks: their consensus; none where there is none to be shown.
    fn of_masks(self, a: &Option<Mask>, b: &Option<Mask>) -> Option<Mask> {
        match (self, a, b) {
            (Self::A, _, _) => a.clone(),
            (Self::B, _, _) => b.clone(),
            (Self::Intersection, Some(a), Some(b)) => Some(a.intersection(b)),
            (Self::Union, Some(a), Some(b)) => Some(a.union(b)),
            (Self::Union, a, b) => a.clone().or_else(|| b.clone()),
            (Self::Intersection | Self::Reject | Self::Unresolved, _, _) => None,
        }
    }

    /// The act of a key that chooses it, where there is one.
    #[must_use]
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::A => Some(Action::TakeA),
            Self::B => Some(Action::TakeB),
            Self::Intersection => Some(Action::TakeBoth),
            Self::Union => Some(Action::TakeEither),
            Self::Reject => Some(Action::Reject),
            Self::Unresolved => None,
        }
    }
}

/// What one reader said of a finding.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Name of the label in the screen's language.
    pub label: String,
    /// The voxels.
    pub mask: Option<Mask>,
    /// Volume in mm³.
    pub volume_mm3: Option<f64>,
    /// Middle of a shape, where there is no mask.
    pub point: Option<VoxelPoint>,
    /// The note.
    pub comment: String,
}

/// An attribute of both readers.
#[derive(Clone, Debug)]
pub struct AttributeRow {
    /// Its name.
    pub name: String,
    /// A's answer.
    pub a: String,
    /// B's answer.
    pub b: String,
}

impl AttributeRow {
    /// Whether either reader answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        [&self.a, &self.b]
            .into_iter()
            .any(|answer| answer != UNANSWERED)
    }
}

/// What stands in place of an answer that was not given.
pub const UNANSWERED: &str = "—";

/// A group of findings that belong together, or a finding of one reader alone.
#[derive(Clone, Debug)]
pub struct Row {
    /// Id in the comparison.
    pub id: String,
    /// Name in the list.
    pub name: String,
    /// Series on which it lies.
    pub series: String,
    /// A's finding.
    pub a: Option<Side>,
    /// B's finding.
    pub b: Option<Side>,
    /// Dice of the pair.
    pub dice: Option<f64>,
    /// 95th percentile of the surface distance.
    pub hd95_mm: Option<f64>,
    /// Voxels of A alone and of B alone, where both painted.
    pub alone: Option<[u64; 2]>,
    /// Attributes of both.
    pub attributes: Vec<AttributeRow>,
    /// Whether the readers agree within the protocol's tolerance.
    pub is_agreed: bool,
    /// Whether the label differs.
    pub is_label_different: bool,
    /// Whether the shape differs beyond tolerance.
    pub is_shape_different: bool,
    /// The decision, in words, where there is one.
    pub decided: Option<String>,
}

/// Agreement on one label.
#[derive(Clone, Debug)]
pub struct LabelRow {
    /// Its name.
    pub name: String,
    /// Dice over the label's union.
    pub dice: Option<f64>,
    /// Intersection over union.
    pub iou: Option<f64>,
    /// Cohen's kappa over voxels.
    pub voxel_kappa: Option<f64>,
    /// 95th percentile of the surface distance.
    pub hd95_mm: Option<f64>,
    /// Volumes, ml.
    pub volumes_ml: [Option<f64>; 2],
}

/// What a comparison is opened with.
pub struct Opening {
    /// Id of the case.
    pub case: String,
    /// Number as it is spoken.
    pub number: String,
    /// Modality and description.
    pub study: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Agreement by label.
    pub labels: Vec<LabelRow>,
    /// The protocol of the readings.
    pub protocol: Arc<Protocol>,
}

/// A case whose readers are compared.
pub struct Court {
    /// Id of the case.
    pub case: String,
    /// Number as it is spoken.
    pub number: String,
    /// Modality and description.
    pub study: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Agreement by label.
    pub labels: Vec<LabelRow>,
    /// The protocol of the readings.
    pub protocol: Arc<Protocol>,
    /// The selected row.
    pub selected: usize,
    /// Whether only differences are listed.
    pub only_differences: bool,
    /// Whether A and B lie over each other in the first picture.
    pub is_overlaid: bool,
    /// The decision being made.
    pub choice: Option<Take>,
    /// Its reason.
    pub reason: String,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// A, B, difference, coronal.
    pub panes: [Pane; 4],
    /// Series and pixels that are shown.
    loaded: Option<(String, Arc<Loaded>)>,
    /// A's, B's and the consensus'.
    colors: [[u8; 3]; 3],
}

impl Court {
    /// Opens a comparison; `colors` are A's, B's and the consensus'.
    #[must_use]
    pub fn open(opening: Opening, colors: [[u8; 3]; 3]) -> Self {
        let first = opening
            .rows
            .iter()
            .position(|row| !row.is_agreed && row.decided.is_none())
            .unwrap_or(0);
        Self {
            case: opening.case,
            number: opening.number,
            study: opening.study,
            rows: opening.rows,
            labels: opening.labels,
            protocol: opening.protocol,
            selected: first,
            only_differences: false,
            is_overlaid: false,
            choice: None,
            reason: String::new(),
            fault: None,
            panes: Default::default(),
            loaded: None,
            colors,
        }
    }

    /// Takes over the pixels of the same case, compared again.
    #[must_use]
    pub fn keeping_pixels_of(mut self, old: Self) -> Self {
        self.panes = old.panes;
        self.loaded = old.loaded;
        self.look_at_row();
        self
    }

    /// The selected row.
    #[must_use]
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// The series that must be loaded to show the selected row.
    #[must_use]
    pub fn wanted_series(&self) -> Option<&str> {
        let wanted = self.row().map(|row| row.series.as_str())?;
        let is_there = self
            .loaded
            .as_ref()
            .is_some_and(|(series, _)| series == wanted);
        (!is_there).then_some(wanted)
    }

    /// The pixels of a series have been read.
    pub fn show_loaded(&mut self, series: String, loaded: Arc<Loaded>, window: WindowLevel) {
        let grid = loaded.volume.grid().clone();
        for (index, pane) in self.panes.iter_mut().enumerate() {
            let plane = if index == 3 {
                ViewPlane::Anatomical(Plane::Coronal)
            } else {
                ViewPlane::Acquired
            };
            pane.show(&grid, plane, None, window);
        }
        self.loaded = Some((series, loaded));
        self.look_at_row();
    }

    /// The window of the pictures.
    #[must_use]
    pub fn window(&self) -> Option<WindowLevel> {
        self.panes[0].window()
    }

    /// Which slice of how many a picture shows, counted from 1.
    #[must_use]
    pub fn slice(&self, pane: usize) -> Option<(i64, usize)> {
        let (_, loaded) = self.loaded.as_ref()?;
        let (index, count) = self.panes.get(pane)?.index(loaded.volume.grid())?;
        Some((index + 1, count))
    }

    /// Makes a decision, not yet kept: the fourth picture shows what it makes of the masks.
    pub fn choose(&mut self, take: Take) {
        self.choice = Some(take);
        self.panes.iter_mut().for_each(Pane::mark_overlay);
    }

    /// Selects a row and looks at it.
    pub fn select(&mut self, index: usize) {
        if index < self.rows.len() {
            self.selected = index;
            self.choice = None;
            self.reason.clear();
            self.fault = None;
            self.look_at_row();
        }
    }

    /// Rows that are listed.
    #[must_use]
    pub fn listed(&self) -> Vec<usize> {
        (0..self.rows.len())
            .filter(|i| {
                !self.only_differences || self.rows.get(*i).is_some_and(|row| !row.is_agreed)
            })
            .collect()
    }

    /// The next row that waits for a decision.
    #[must_use]
    pub fn next_open(&self) -> Option<usize> {
        self.neighbour_open(true)
    }

    /// The next or the previous row that waits for a decision.
    #[must_use]
    pub fn neighbour_open(&self, is_forward: bool) -> Option<usize> {
        let count = self.rows.len();
        (1..=count)
            .map(|step| if is_forward { step } else { count - step })
            .map(|step| (self.selected + step) % count)
            .find(|i| {
                self.rows
                    .get(*i)
                    .is_some_and(|row| !row.is_agreed && row.decided.is_none())
            })
    }

    /// Differences, and how many of them are decided.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let differences = self.rows.iter().filter(|row| !row.is_agreed);
        (
            differences
                .clone()
                .filter(|row| row.decided.is_some())
                .count(),
            differences.count(),
        )
    }

    /// Turns every picture to the selected finding, zoomed so that it takes a third of the view.
    fn look_at_row(&mut self) {
        let Some((_, loaded)) = &self.loaded else {
            return;
        };
        let grid = loaded.volume.grid().clone();
        let Some(row) = self.rows.get(self.selected) else {
            return;
        };
        let masks: Vec<&Mask> = [&row.a, &row.b]
            .into_iter()
            .flatten()
            .filter_map(|side| side.mask.as_ref())
            .collect();
        let point = [&row.a, &row.b]
            .into_iter()
            .flatten()
            .find_map(|side| side.point);
        let Some((centre, extent_mm)) = extent(&grid, &masks, point) else {
            return;
        };
        for pane in &mut self.panes {
            let Some(mut view) = pane.view().copied() else {
                continue;
            };
            let short_side = view.size_px.into_iter().min().unwrap_or(1).max(1);
            view.centre = grid.patient_from_voxel(centre);
            view.mm_per_px = (extent_mm * 2.4).max(40.0) / short_side as f64;
            pane.set_view(view);
        }
        for pane in &mut self.panes {
            pane.mark_all();
        }
    }

    /// Steps the three pictures of the plane of acquisition together.
    pub fn step(&mut self, pane: usize, steps: i64) {
        let Some((_, loaded)) = &self.loaded else {
            return;
        };
        let grid = loaded.volume.grid().clone();
        if pane == 3 {
            self.panes[3].step(&grid, steps);
        } else {
            for linked in self.panes.iter_mut().take(3) {
                linked.step(&grid, steps);
            }
        }
    }

    /// Zooms the pictures together.
    pub fn zoom(&mut self, pane: usize, factor: f64, at: egui::Pos2) {
        let Some(target) = self.panes.get_mut(pane) else {
            return;
        };
        target.zoom(factor, at);
        if let Some(view) = target.view().copied().filter(|_| pane < 3) {
            for linked in self.panes.iter_mut().take(3) {
                linked.set_view(view);
            }
        }
    }

    /// Brings a picture up to date.
    pub fn prepare(&mut self, ctx: &egui::Context, pane: usize, screen: egui::Rect) {
        let Some((_, loaded)) = self.loaded.clone() else {
            return;
        };
        let layers = self.layers(pane, loaded.volume.grid());
        if let Some(target) = self.panes.get_mut(pane) {
            target.prepare(ctx, screen, &loaded.volume, &layers);
        }
    }

    /// Forgets what its window had of pictures, when that window has gone.
    pub fn forget_pictures(&mut self) {
        self.panes.iter_mut().for_each(Pane::forget_picture);
    }

    /// Whether pixels are there to be shown.
    #[must_use]
    pub const fn has_pixels(&self) -> bool {
        self.loaded.is_some()
    }

    fn layers(&self, pane: usize, grid: &Grid) -> Vec<Layer> {
        let Some(row) = self.row() else {
            return Vec::new();
        };
        let mask = |side: &Option<Side>| side.as_ref().and_then(|side| side.mask.clone());
        let (a, b) = (mask(&row.a), mask(&row.b));
        let layer =
            |mask: Option<Mask>, reader: usize, fill: f32, hatch: Hatch, has_outline: bool| {
                let outline = match (has_outline, reader) {
                    (false, _) => Outline::None,
                    (true, 0) => Outline::Solid,
                    (true, _) => Outline::Dashed,
                };
                Some(Layer {
                    mask: mask?,
                    grid: grid.clone(),
                    color: self.colors[reader],
                    fill_alpha: fill,
                    outline,
                    outline_px: 2.0,
                    hatch,
                })
            };
        let layers = match pane {
            0 if self.is_overlaid => vec![
                layer(a, 0, 0.2, Hatch::None, true),
                layer(b, 1, 0.2, Hatch::None, true),
            ],
            0 => vec![layer(a, 0, 0.3, Hatch::None, true)],
            1 => vec![layer(b, 1, 0.3, Hatch::None, true)],
            2 => {
                let only = |of: &Option<Mask>, other: &Option<Mask>| match (of, other) {
                    (Some(of), Some(other)) => Some(of.difference(other)),
                    (Some(of), None) => Some(of.clone()),
                    (None, _) => None,
                };
                vec![
                    layer(only(&a, &b), 0, 0.45, Hatch::Slash, false),
                    layer(only(&b, &a), 1, 0.45, Hatch::Backslash, false),
                    layer(a, 0, 0.0, Hatch::None, true),
                    layer(b, 1, 0.0, Hatch::None, true),
                ]
            }
            _ => {
                let consensus = self.choice.and_then(|take| take.of_masks(&a, &b));
                let consensus = consensus.map(|mask| Layer {
                    mask,
                    grid: grid.clone(),
                    color: self.colors[2],
                    fill_alpha: 0.15,
                    outline: Outline::Double,
                    outline_px: 2.0,
                    hatch: Hatch::None,
                });
                vec![
                    consensus,
                    layer(a, 0, 0.0, Hatch::None, true),
                    layer(b, 1, 0.0, Hatch::None, true),
                ]
            }
        };
        layers.into_iter().flatten().collect()
    }
}

/// Middle and greatest side of the boxes of masks, or a point with a fixed side.
fn extent(grid: &Grid, masks: &[&Mask], point: Option<VoxelPoint>) -> Option<(VoxelPoint, f64)> {
    let boxes: Vec<_> = masks
        .iter()
        .filter_map(|mask| mask.bounding_box())
        .collect();
    if boxes.is_empty() {
        return point.map(|point| (point, 20.0));
    }
    let spacing = grid.spacing_mm();
    let min: [f64; 3] =
        std::array::from_fn(|a| boxes.iter().map(|b| b.min[a]).min().unwrap_or(0) as f64);
    let max: [f64; 3] =
        std::array::from_fn(|a| boxes.iter().map(|b| b.max[a]).max().unwrap_or(1) as f64 - 1.0);
    let side = (0..3)
        .map(|a| (max[a] - min[a] + 1.0) * spacing[a])
        .fold(0.0, f64::max);
    // The plane must hold voxels of both where both have any: the middle of what they share.
    let centre: [f64; 3] = std::array::from_fn(|a| ((min[a] + max[a]) / 2.0).round());
    Some((VoxelPoint(centre), side))
}
