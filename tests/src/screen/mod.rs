//! What is asked of every screen: the same tree as in the golden file ([`golden`]), and no text or
//! control that cannot be read, reached or named ([`faults`]).

pub mod faults;
pub mod golden;
mod plain;
mod stage;
pub mod steady;

pub use stage::{REST, SHORT_REST, Stage, perform, perform_as, perform_on};

use dokuei::player::{Lettering, Widget};

/// A rectangle: left, top, right, bottom, in points.
pub type Area = [f32; 4];

/// A widget of a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// `button`, `label`, …
    pub role: String,
    /// Accessible name.
    pub name: String,
    /// What it holds.
    pub value: Option<String>,
    /// Its place.
    pub rect: Area,
    /// What of it is not cut off.
    pub shown: Area,
    /// Takes the pointer.
    pub acts: bool,
    /// Cannot be used now.
    pub disabled: bool,
    /// Steps below the window.
    pub depth: usize,
    /// The wheel brings its hidden part into view.
    pub scrolls: bool,
}

/// A text as it is painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Letters {
    /// The whole text.
    pub text: String,
    /// Where its ink lies.
    pub rect: Area,
    /// To where it is confined.
    pub clip: Area,
    /// It ends with an ellipsis.
    pub is_shortened: bool,
    /// Something lies over a part of it.
    pub is_covered: bool,
}

/// A screen at rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screen {
    /// Width and height of the window.
    pub size: [f32; 2],
    /// Its widgets, in the order of screen readers.
    pub controls: Vec<Control>,
    /// Its texts, in the order of painting.
    pub letters: Vec<Letters>,
}

impl Screen {
    /// What a box over the screen shows, by its name; what lies below it has been looked at by itself.
    #[must_use]
    pub fn within(&self, name: &str) -> Option<Self> {
        let is_box = |c: &Control| c.role == "dialog" && c.name == name;
        let at = self.controls.iter().position(is_box)?;
        let whole = self.controls.get(at)?;
        let below = self.controls.iter().skip(at + 1);
        let controls = below.take_while(|c| c.depth > whole.depth).cloned();
        let area = whole.rect;
        let lies_within = |text: &&Letters| {
            let [left, top, right, bottom] = text.rect;
            let middle = [(left + right) / 2.0, (top + bottom) / 2.0];
            let is_over = holds(area, [middle[0], middle[1], middle[0], middle[1]], 0.0);
            // a text of the screen that the edge of the box cuts
            is_over && (!text.is_covered || holds(area, text.rect, 0.0))
        };
        Some(Self {
            size: self.size,
            controls: controls.collect(),
            letters: self.letters.iter().filter(lies_within).cloned().collect(),
        })
    }
}

impl From<&Widget> for Control {
    fn from(widget: &Widget) -> Self {
        let (rect, shown) = (widget.rect, widget.shown);
        Self {
            role: widget.role.clone(),
            name: widget.name.clone(),
            value: widget.value.clone(),
            rect: [rect.min.x, rect.min.y, rect.max.x, rect.max.y],
            shown: [shown.min.x, shown.min.y, shown.max.x, shown.max.y],
            acts: widget.acts,
            disabled: widget.disabled,
            depth: widget.depth,
            scrolls: false,
        }
    }
}

impl From<&Lettering> for Letters {
    fn from(text: &Lettering) -> Self {
        let (rect, clip) = (text.rect, text.clip);
        Self {
            text: text.text.clone(),
            rect: [rect.min.x, rect.min.y, rect.max.x, rect.max.y],
            clip: [clip.min.x, clip.min.y, clip.max.x, clip.max.y],
            is_shortened: text.is_shortened,
            is_covered: text.is_covered,
        }
    }
}

/// What two rectangles share; `None` where that is nothing.
fn common(a: Area, b: Area) -> Option<Area> {
    let area = [
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ];
    (area[0] < area[2] && area[1] < area[3]).then_some(area)
}

/// Whether a rectangle holds another, by and large.
fn holds(outer: Area, inner: Area, slack: f32) -> bool {
    outer[0] - slack <= inner[0]
        && outer[1] - slack <= inner[1]
        && outer[2] + slack >= inner[2]
        && outer[3] + slack >= inner[3]
}
