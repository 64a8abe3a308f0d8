//! The regions of the window, from which to which `F6` takes the keyboard: header, left panel, middle,
//! right panel, status bar.

use super::{Desk, Screen};
use egui::{LayerId, Rect, pos2};

impl Desk {
    /// Gives the keyboard to the next or the previous region that has something to be worked.
    pub(super) fn go_to_region(&mut self, step: i32) {
        let Some(context) = self.context.clone() else {
            return;
        };
        let regions = self.regions(context.content_rect());
        let focused = context.memory(egui::Memory::focused);
        let widgets: Vec<(egui::Id, Rect)> = context.viewport(|viewport| {
            let widgets = viewport.prev_pass.widgets.get_layer(LayerId::background());
            widgets
                .filter(|widget| widget.enabled && widget.sense.is_focusable())
                .map(|widget| (widget.id, widget.interact_rect))
                .filter(|(_, rect)| rect.is_positive())
                .collect()
        });
        let region_of = |rect: &Rect| regions.iter().position(|r| r.contains(rect.center()));
        let present = widgets
            .iter()
            .find(|(id, _)| Some(*id) == focused)
            .and_then(|(_, rect)| region_of(rect))
            .unwrap_or(MIDDLE);
        let count = regions.len() as i32;
        for steps in 1..=count {
            let region = (present as i32 + step * steps).rem_euclid(count) as usize;
            if region == MIDDLE && self.screen == Screen::Reading && self.room.is_some() {
                self.reading.wants_keyboard();
                return;
            }
            let within = widgets
                .iter()
                .filter(|(_, rect)| region_of(rect) == Some(region));
            let first = within.min_by(|(_, a), (_, b)| {
                let row = |rect: &Rect| (rect.center().y / ROW).round();
                (row(a), a.left())
                    .partial_cmp(&(row(b), b.left()))
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
            if let Some((id, _)) = first {
                context.memory_mut(|memory| memory.request_focus(*id));
                return;
            }
        }
    }

    fn regions(&self, window: Rect) -> [Rect; 5] {
        let (layout, density) = (self.theme.layout(), &self.theme.density);
        let [top, bottom] = [
            window.top() + density.header,
            window.bottom() - density.status,
        ];
        let [left, right] = [
            window.left() + layout.left_panel,
            window.right() - layout.right_panel,
        ];
        let column = |from: f32, to: f32| Rect::from_min_max(pos2(from, top), pos2(to, bottom));
        [
            Rect::from_min_max(window.min, pos2(window.right(), top)),
            column(window.left(), left),
            column(left, right),
            column(right, window.right()),
            Rect::from_min_max(pos2(window.left(), bottom), window.max),
        ]
    }
}

/// Place of the middle among the regions.
const MIDDLE: usize = 2;
/// Widgets whose middles are this near to each other stand in one row, points.
const ROW: f32 = 12.0;
