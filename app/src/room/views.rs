//! The viewports of the room: which series each shows, how they stand, which one the hand is on.

use super::Cine;
use super::place::Resumed;
use crate::viewport::Pane;
use egui::{Pos2, Rect, pos2};
use render::{ViewPlane, WindowLevel};
use voxel::Grid;

/// Rows and columns of viewports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Rows, 1 to 3.
    pub rows: usize,
    /// Columns, 1 to 3.
    pub columns: usize,
}

impl Layout {
    /// One viewport.
    pub const ONE: Self = Self::new(1, 1);
    /// One row of two.
    pub const BESIDE: Self = Self::new(1, 2);
    /// Two rows of two.
    pub const FOUR: Self = Self::new(2, 2);
    /// The layouts that can be chosen, in the order of their keys.
    pub const ALL: [Self; 6] = [
        Self::ONE,
        Self::BESIDE,
        Self::new(2, 1),
        Self::FOUR,
        Self::new(1, 3),
        Self::new(3, 2),
    ];

    const fn new(rows: usize, columns: usize) -> Self {
        Self { rows, columns }
    }

    /// The layout of a protocol, such as `2x2`; at most 3 rows and 3 columns.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let (rows, columns) = text.split_once('x')?;
        let side = |text: &str| text.parse().ok().filter(|n| (1..=3).contains(n));
        Some(Self::new(side(rows)?, side(columns)?))
    }

    /// How many viewports stand in it.
    #[must_use]
    pub const fn count(self) -> usize {
        self.rows * self.columns
    }
}

/// One viewport.
pub struct View {
    /// Place of its series among the room's; none while nothing hangs there.
    pub series: Option<usize>,
    /// Where it looks, and its picture.
    pub pane: Pane,
    /// The stack that runs by itself, once it does.
    pub cine: Option<Cine>,
    /// The plane that it opens on.
    pub(super) opens_on: ViewPlane,
    /// The window before the present one.
    pub(super) previous_window: Option<WindowLevel>,
    /// It has begun to show its series and has not been brought to the cross-hair yet.
    pub(super) is_new: bool,
    /// How it was left, until it has begun to show its series.
    pub(super) resumed: Option<Resumed>,
}

impl View {
    pub(super) fn empty() -> Self {
        Self {
            series: None,
            pane: Pane::default(),
            cine: None,
            opens_on: ViewPlane::Acquired,
            previous_window: None,
            is_new: false,
            resumed: None,
        }
    }

    /// Hangs a series here; nothing of the one before stays.
    pub(super) fn hang(&mut self, series: Option<usize>, opens_on: ViewPlane) {
        *self = Self {
            series,
            opens_on,
            ..Self::empty()
        };
    }

    /// Shows the series from the start.
    pub(super) fn begin(&mut self, grid: &Grid, index: Option<i64>, window: WindowLevel) {
        self.pane.show(grid, self.opens_on, index, window);
        if let Some(resumed) = self.resumed.take() {
            resumed.place.apply(&mut self.pane);
        }
    }
}

/// One of the windows that viewports stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Monitor {
    /// The program's window.
    First,
    /// A window of viewports alone, for a second monitor.
    Second,
}

/// Most viewports of a window; those of the second are numbered from here on.
const MOST: usize = 9;

/// How the viewports of a window stand.
struct Stand {
    layout: Layout,
    /// Shares of the rows' heights and the columns' widths; each adds up to 1.
    shares: [Vec<f32>; 2],
}

impl Stand {
    fn new(layout: Layout) -> Self {
        let equal = |count: usize| vec![1.0 / count as f32; count];
        Self {
            layout,
            shares: [equal(layout.rows), equal(layout.columns)],
        }
    }
}

/// All viewports of the room. Those that a smaller layout leaves out keep their places.
pub struct Views {
    /// The first window's, then the second's.
    all: Vec<View>,
    active: usize,
    is_maximised: bool,
    first: Stand,
    second: Option<Stand>,
}

/// Points between two viewports.
const GAP: f32 = 2.0;
/// Smallest share of a row or column.
const LEAST_SHARE: f32 = 0.12;

impl Default for Views {
    fn default() -> Self {
        Self {
            all: std::iter::repeat_with(View::empty).take(2 * MOST).collect(),
            active: 0,
            is_maximised: false,
            first: Stand::new(Layout::ONE),
            second: None,
        }
    }
}

impl Views {
    /// The layout of a window; `None` where there is no such window.
    #[must_use]
    pub fn layout(&self, monitor: Monitor) -> Option<Layout> {
        self.stand(monitor).map(|stand| stand.layout)
    }

    const fn stand(&self, monitor: Monitor) -> Option<&Stand> {
        match monitor {
            Monitor::First => Some(&self.first),
            Monitor::Second => self.second.as_ref(),
        }
    }

    /// Opens the second window, or closes it.
    pub(super) fn set_second(&mut self, layout: Option<Layout>) {
        self.second = layout.map(Stand::new);
        if self.second.is_none() && self.active >= MOST {
            self.active = 0;
            self.is_maximised = false;
        }
    }

    /// The numbers of the viewports that a window's layout has.
    pub(super) fn numbers(&self, monitor: Monitor) -> std::ops::Range<usize> {
        let count = self.layout(monitor).map_or(0, Layout::count);
        match monitor {
            Monitor::First => 0..count,
            Monitor::Second => MOST..MOST + count,
        }
    }

    /// The window that a viewport stands in.
    #[must_use]
    pub const fn monitor_of(index: usize) -> Monitor {
        if index < MOST {
            Monitor::First
        } else {
            Monitor::Second
        }
    }

    /// The window that a viewport stands in, and its number there, from 1.
    #[must_use]
    pub const fn place_of(index: usize) -> (Monitor, usize) {
        let monitor = Self::monitor_of(index);
        match monitor {
            Monitor::First => (monitor, index + 1),
            Monitor::Second => (monitor, index + 1 - MOST),
        }
    }

    fn standing(&self) -> impl Iterator<Item = usize> {
        self.numbers(Monitor::First)
            .chain(self.numbers(Monitor::Second))
    }

    /// Whether the active viewport has its window's whole place.
    #[must_use]
    pub const fn is_maximised(&self) -> bool {
        self.is_maximised
    }

    /// Whether only one viewport is seen.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.seen().count() == 1
    }

    /// Number of the viewport the hand is on.
    #[must_use]
    pub const fn active_index(&self) -> usize {
        self.active
    }

    /// The viewport the hand is on.
    #[must_use]
    pub fn active(&self) -> &View {
        // `set_layout` and `activate` keep it within.
        &self.all[self.active]
    }

    pub(super) fn active_mut(&mut self) -> &mut View {
        &mut self.all[self.active]
    }

    /// A viewport by its number.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&View> {
        self.all.get(index)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut View> {
        self.all.get_mut(index)
    }

    /// The viewports that are seen, by number: those of the layouts, in a window with a maximised one only
    /// that.
    pub fn seen(&self) -> impl Iterator<Item = (usize, &View)> {
        let (active, is_alone) = (self.active, self.is_maximised);
        let hides = Self::monitor_of(active);
        self.standing()
            .filter(move |index| !is_alone || Self::monitor_of(*index) != hides || *index == active)
            .filter_map(|index| Some((index, self.all.get(index)?)))
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut View> {
        self.all.iter_mut()
    }

    /// The viewports that hold a series, also those that the layout leaves out.
    pub(super) fn of_series_mut(&mut self, series: usize) -> impl Iterator<Item = &mut View> {
        let holds = move |view: &&mut View| view.series == Some(series);
        self.all.iter_mut().filter(holds)
    }

    /// The series of the viewports that stand, the active one's first; a series as often as it is shown.
    pub fn shown_series(&self) -> impl Iterator<Item = usize> {
        let standing = self.standing().filter_map(|index| self.all.get(index));
        let active = std::iter::once(self.active());
        active.chain(standing).filter_map(|view| view.series)
    }

    /// The hand goes to a viewport. Returns whether it was another.
    pub(super) fn activate(&mut self, index: usize) -> bool {
        let changes = index != self.active && self.standing().any(|standing| standing == index);
        if changes {
            self.active = index;
            self.is_maximised = false;
        }
        changes
    }

    /// Stands the viewports of a window otherwise. The active one stays in sight; new places are empty.
    pub(super) fn set_layout(&mut self, monitor: Monitor, layout: Layout) {
        let stand = Stand::new(layout);
        match monitor {
            Monitor::First => self.first = stand,
            Monitor::Second if self.second.is_some() => self.second = Some(stand),
            Monitor::Second => return,
        }
        self.is_maximised = false;
        let numbers = self.numbers(monitor);
        if Self::monitor_of(self.active) == monitor && !numbers.contains(&self.active) {
            self.all.swap(numbers.start, self.active);
            self.active = numbers.start;
        }
    }

    /// The active viewport changes places with another of its window.
    pub(super) fn move_active_to(&mut self, place: usize) {
        if self.numbers(Self::monitor_of(self.active)).contains(&place) {
            self.all.swap(self.active, place);
            self.active = place;
        }
    }

    /// Gives the active viewport the whole place, or the others their places again.
    pub fn toggle_maximised(&mut self) {
        let others = self.numbers(Self::monitor_of(self.active)).count();
        self.is_maximised = !self.is_maximised && others > 1;
    }

    /// Whether a window's whole place is the active viewport's.
    fn is_filled(&self, monitor: Monitor) -> bool {
        self.is_maximised && Self::monitor_of(self.active) == monitor
    }

    /// Where each viewport that is seen in a window stands in an area of it.
    #[must_use]
    pub fn rects(&self, monitor: Monitor, area: Rect) -> Vec<(usize, Rect)> {
        if self.is_filled(monitor) {
            return vec![(self.active, area)];
        }
        let Some(stand) = self.stand(monitor) else {
            return Vec::new();
        };
        let [rows, columns] = [
            spans(area.y_range(), &stand.shares[0]),
            spans(area.x_range(), &stand.shares[1]),
        ];
        let first = self.numbers(monitor).start;
        let mut rects = Vec::with_capacity(stand.layout.count());
        for (row, (top, bottom)) in rows.iter().enumerate() {
            for (column, (left, right)) in columns.iter().enumerate() {
                let rect = Rect::from_min_max(pos2(*left, *top), pos2(*right, *bottom));
                rects.push((first + row * stand.layout.columns + column, rect));
            }
        }
        rects
    }

    /// The edges between rows or columns that can be dragged, with what [`Views::drag_edge`] needs.
    #[must_use]
    pub fn edges(&self, monitor: Monitor, area: Rect) -> Vec<(Edge, Rect)> {
        let Some(stand) = self.stand(monitor).filter(|_| !self.is_filled(monitor)) else {
            return Vec::new();
        };
        let mut edges = Vec::new();
        let rows = spans(area.y_range(), &stand.shares[0]);
        for (number, (_, bottom)) in rows.iter().enumerate().take(stand.layout.rows - 1) {
            let middle = bottom + GAP / 2.0;
            let rect = Rect::from_x_y_ranges(area.x_range(), middle - 3.0..=middle + 3.0);
            edges.push((Edge::BelowRow(number), rect));
        }
        let columns = spans(area.x_range(), &stand.shares[1]);
        for (number, (_, right)) in columns.iter().enumerate().take(stand.layout.columns - 1) {
            let middle = right + GAP / 2.0;
            let rect = Rect::from_x_y_ranges(middle - 3.0..=middle + 3.0, area.y_range());
            edges.push((Edge::AfterColumn(number), rect));
        }
        edges
    }

    /// Puts an edge where the pointer is.
    pub fn drag_edge(&mut self, monitor: Monitor, edge: Edge, to: Pos2, area: Rect) {
        let stand = match monitor {
            Monitor::First => &mut self.first,
            Monitor::Second => match &mut self.second {
                Some(stand) => stand,
                None => return,
            },
        };
        let (shares, number, at) = match edge {
            Edge::BelowRow(number) => {
                let at = (to.y - area.top()) / area.height().max(1.0);
                (&mut stand.shares[0], number, at)
            }
            Edge::AfterColumn(number) => {
                let at = (to.x - area.left()) / area.width().max(1.0);
                (&mut stand.shares[1], number, at)
            }
        };
        let before: f32 = shares.iter().take(number).sum();
        if let Some([first, second]) = shares.get_mut(number..number + 2) {
            let both = *first + *second;
            *first = (at - before).clamp(LEAST_SHARE, (both - LEAST_SHARE).max(LEAST_SHARE));
            *second = both - *first;
        }
    }
}

/// An edge between viewports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Below a row.
    BelowRow(usize),
    /// To the right of a column.
    AfterColumn(usize),
}

/// Start and end of each part of a length that is divided by shares, with gaps between; whole points, so
/// that pictures lie on pixels.
fn spans(range: egui::Rangef, shares: &[f32]) -> Vec<(f32, f32)> {
    let free = range.span() - GAP * (shares.len() as f32 - 1.0);
    let mut spans = Vec::with_capacity(shares.len());
    let (mut start, mut sum) = (range.min, 0.0);
    for (number, share) in shares.iter().enumerate() {
        sum += share;
        let is_last = number + 1 == shares.len();
        let end = if is_last {
            range.max
        } else {
            (range.min + free * sum + GAP * number as f32).round()
        };
        spans.push((start, end));
        start = end + GAP;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(rows: usize, columns: usize) -> Views {
        let mut views = Views::default();
        views.set_layout(FIRST, Layout::new(rows, columns));
        views
    }

    const FIRST: Monitor = Monitor::First;
    const AREA: Rect = Rect::from_min_max(pos2(100.0, 50.0), pos2(1101.0, 851.0));

    #[test]
    fn a_protocols_layout_is_rows_by_columns() {
        assert_eq!(Layout::of_text("2x3"), Some(Layout::new(2, 3)));
        for none in ["", "2", "0x2", "4x1", "2×2", "-1x2", "2x2x2"] {
            assert_eq!(Layout::of_text(none), None, "{none}");
        }
    }

    #[test]
    fn viewports_fill_their_area_without_lying_over_one_another() {
        for layout in Layout::ALL {
            let rects = views(layout.rows, layout.columns).rects(FIRST, AREA);
            assert_eq!(rects.len(), layout.count());
            let covered: f32 = rects.iter().map(|(_, rect)| rect.area()).sum();
            assert!(covered <= AREA.area() && covered > 0.98 * AREA.area());
            for (index, (number, rect)) in rects.iter().enumerate() {
                assert!(*number == index && AREA.contains_rect(*rect));
                let others = rects.iter().skip(index + 1);
                assert!(others.clone().all(|(_, other)| !rect.intersects(*other)));
            }
        }
    }

    #[test]
    fn a_dragged_edge_moves_and_leaves_room_for_both_sides() {
        let mut views = views(2, 2);
        let edges = views.edges(FIRST, AREA);
        assert_eq!(edges.len(), 2);
        views.drag_edge(FIRST, Edge::AfterColumn(0), pos2(400.0, 300.0), AREA);
        let rects = views.rects(FIRST, AREA);
        assert!((rects[0].1.right() - 400.0).abs() < 3.0);
        assert!((rects[3].1.left() - 402.0).abs() < 4.0);
        views.drag_edge(FIRST, Edge::AfterColumn(0), pos2(-900.0, 300.0), AREA);
        views.drag_edge(FIRST, Edge::BelowRow(0), pos2(0.0, 9000.0), AREA);
        for (_, rect) in views.rects(FIRST, AREA) {
            assert!(rect.width() > 100.0 && rect.height() > 80.0);
        }
    }

    #[test]
    fn the_active_viewport_stays_in_sight() {
        let mut views = views(2, 2);
        for (index, view) in views.all_mut().enumerate() {
            view.series = Some(index);
        }
        assert!(views.activate(3) && !views.activate(3) && !views.activate(9));
        views.toggle_maximised();
        assert_eq!(views.rects(FIRST, AREA), [(3, AREA)]);
        assert_eq!(views.seen().count(), 1);
        views.set_layout(FIRST, Layout::ONE);
        assert_eq!(views.active().series, Some(3));
        assert_eq!(views.seen().count(), 1);
        views.set_layout(FIRST, Layout::new(2, 2));
        assert_eq!(views.seen().count(), 4);
        assert_eq!(views.active().series, Some(3));
        // alone in its layout, a viewport has the whole place already
        views.set_layout(FIRST, Layout::ONE);
        views.toggle_maximised();
        assert!(!views.is_maximised());
    }

    #[test]
    fn a_second_window_has_viewports_of_its_own() {
        let mut views = views(1, 2);
        assert!(views.rects(Monitor::Second, AREA).is_empty());
        views.set_second(Some(Layout::new(1, 2)));
        let there: Vec<usize> = views.seen().map(|(index, _)| index).collect();
        assert_eq!(there, [0, 1, 9, 10]);
        let rects = views.rects(Monitor::Second, AREA);
        assert_eq!(
            rects.iter().map(|(index, _)| *index).collect::<Vec<_>>(),
            [9, 10]
        );
        // what is maximised there leaves the first window as it is
        assert!(views.activate(10));
        views.toggle_maximised();
        let there: Vec<usize> = views.seen().map(|(index, _)| index).collect();
        assert_eq!(there, [0, 1, 10]);
        assert_eq!(views.rects(FIRST, AREA).len(), 2);
        views.set_second(None);
        assert_eq!((views.active_index(), views.is_maximised()), (0, false));
        assert!(!views.activate(9));
    }
}
