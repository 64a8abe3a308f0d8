//! Peeking: while a key is held, another image of the same place stands in the active viewport.

use super::{Room, View};

/// The viewport as it was before.
pub(super) struct Peeked {
    index: usize,
    view: View,
}

impl Room {
    /// Shows the other image while it is held, and the own one again afterwards.
    pub fn peek(&mut self, is_held: bool) {
        match (is_held, self.peeked.take()) {
            (true, None) => self.begin_peek(),
            (true, peeked) => self.peeked = peeked,
            (false, Some(peeked)) => {
                if let Some(view) = self.views.get_mut(peeked.index) {
                    *view = peeked.view;
                    // what was drawn meanwhile is not in its picture
                    view.pane.mark_all();
                    self.forget_unseen_pixels();
                }
            }
            (false, None) => {}
        }
    }

    /// What there is to be peeked at from a viewport: what another viewport shows of the same space, a
    /// prior first; else another series of the case in it.
    fn other_image(&self, index: usize) -> Option<usize> {
        let own = self.views.get(index)?.series?;
        let shares = |other: &usize| *other != own && self.share_space(own, *other);
        let is_prior = |other: &usize| self.series.get(*other).is_some_and(|s| s.prior.is_some());
        let beside: Vec<usize> = self
            .views
            .shown_series()
            .filter(|other| *other != own)
            .collect();
        let prior = beside.iter().copied().find(is_prior);
        let all = 0..self.series.len();
        prior
            .or_else(|| beside.iter().copied().find(shares))
            .or_else(|| {
                all.clone()
                    .cycle()
                    .skip(own + 1)
                    .take(all.len())
                    .find(shares)
            })
    }

    fn begin_peek(&mut self) {
        let index = self.views.active_index();
        let Some(other) = self.other_image(index) else {
            if !std::mem::replace(&mut self.has_told_no_peek, true) {
                self.hints.push("peek-nothing");
            }
            return;
        };
        self.finish_gesture();
        let own = self
            .views
            .get(index)
            .and_then(|view| Some((view.series?, *view.pane.view()?)));
        let Some((series, look)) = own else { return };
        // where the two do not share a space, as the other one stands beside this one
        let beside = self
            .views
            .seen()
            .find(|(_, view)| view.series == Some(other));
        let beside = beside.and_then(|(_, view)| view.pane.view().copied());
        let look = match beside {
            Some(beside) if !self.share_space(series, other) => render::SliceView {
                size_px: look.size_px,
                mm_per_px: look.mm_per_px,
                ..beside
            },
            _ => look,
        };
        let Some(view) = self.views.get_mut(index) else {
            return;
        };
        let view = std::mem::replace(view, View::empty());
        self.peeked = Some(Peeked { index, view });
        self.hang(index, Some(other), render::ViewPlane::Acquired);
        if let Some(view) = self
            .views
            .get_mut(index)
            .filter(|view| view.pane.view().is_some())
        {
            view.pane.set_view(look);
        }
    }
}
