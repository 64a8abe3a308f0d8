//! What can be done to the picture of the active viewport: turn, flip, invert, begin anew.

use super::Room;
use render::{Interpolation, SliceView};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageAct {
    /// Left and right exchanged; the letters follow.
    FlipAcross,
    /// Top and bottom exchanged; the letters follow.
    FlipDown,
    /// A quarter turn to the right.
    TurnRight,
    /// A quarter turn to the left.
    TurnLeft,
    /// Light and dark exchanged.
    Invert,
    /// Between smooth pictures and the voxels as they are.
    Smooth,
    /// As the series opened.
    Reset,
    /// The stack runs by itself, or stops.
    Cine,
}

impl ImageAct {
    /// All, in the order of the menu.
    pub const ALL: [Self; 8] = [
        Self::TurnRight,
        Self::TurnLeft,
        Self::FlipAcross,
        Self::FlipDown,
        Self::Invert,
        Self::Smooth,
        Self::Cine,
        Self::Reset,
    ];

    /// Key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::FlipAcross => "image-flip-across",
            Self::FlipDown => "image-flip-down",
            Self::TurnRight => "image-turn-right",
            Self::TurnLeft => "image-turn-left",
            Self::Invert => "image-invert",
            Self::Smooth => "image-smooth",
            Self::Reset => "image-reset",
            Self::Cine => "image-cine",
        }
    }
}

impl Room {
    /// Whether it would change anything: a colour image has no grey levels, a single plane cannot run.
    #[must_use]
    pub fn can_act_on_image(&self, act: ImageAct) -> bool {
        self.pane().view().is_some()
            && match act {
                ImageAct::Invert => self.has_grey_values(),
                ImageAct::Cine => self.index().is_some_and(|(_, count)| count > 1),
                _ => true,
            }
    }

    /// Does it.
    pub fn act_on_image(&mut self, act: ImageAct) {
        if !self.can_act_on_image(act) {
            return;
        }
        match act {
            ImageAct::FlipAcross => self.change_view(SliceView::flipped_horizontally),
            ImageAct::FlipDown => self.change_view(SliceView::flipped_vertically),
            ImageAct::TurnRight => self.change_view(|view| view.rotated(90.0)),
            ImageAct::TurnLeft => self.change_view(|view| view.rotated(-90.0)),
            ImageAct::Invert => self.invert(),
            ImageAct::Smooth => {
                let pane = self.pane_mut();
                pane.set_interpolation(match pane.interpolation() {
                    Interpolation::Linear => Interpolation::Nearest,
                    Interpolation::Nearest => Interpolation::Linear,
                });
            }
            ImageAct::Reset => self.reset_image(),
            ImageAct::Cine => self.toggle_cine(),
        }
    }

    fn change_view(&mut self, change: impl FnOnce(SliceView) -> SliceView) {
        if let Some(view) = self.pane().view().copied() {
            self.pane_mut().set_view(change(view));
        }
    }

    /// The whole plane, upright, with its first window; the place in the stack stays.
    fn reset_image(&mut self) {
        let protocol = self.document.protocol().clone();
        let at = self.index().map(|(index, _)| index);
        let Some(loaded) = self.loaded().cloned() else {
            return;
        };
        let window = super::first_window(&loaded, &protocol);
        let view = self.views.active_mut();
        view.pane.set_interpolation(Interpolation::Linear);
        view.pane.set_slab(None);
        view.begin(loaded.volume.grid(), at, window);
    }
}
