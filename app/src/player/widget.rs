//! Widgets as screen readers see them.

use std::collections::HashMap;

use egui::accesskit::{Node, NodeId, Role, Toggled, TreeUpdate};
use egui::{Pos2, Rect};

/// A widget that the window shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    /// Role: `button`, `textInput`, `checkBox`, `label`, …
    pub role: String,
    /// Accessible name without icons: own, or that of the label in front of it.
    pub name: String,
    /// Text, number, or `true` / `false` / `mixed` of what can be ticked.
    pub value: Option<String>,
    /// Place in the window, in points.
    pub rect: Rect,
    /// The part of it that is not cut off by a panel or an area that scrolls.
    pub shown: Rect,
    /// Takes the pointer.
    pub acts: bool,
    /// Cannot be used now.
    pub disabled: bool,
    /// Steps below the window.
    pub depth: usize,
}

/// What the layout knows of a widget beyond the tree: the part that is not cut off, and whether it
/// takes the pointer.
pub(super) type Places = HashMap<NodeId, (Rect, bool)>;

/// The places of the frame that has just been drawn.
pub(super) fn places(ctx: &egui::Context) -> Places {
    ctx.viewport_for(egui::ViewportId::ROOT, |viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let place = |widget: &egui::WidgetRect| {
            let acts = widget.sense.senses_click() || widget.sense.senses_drag();
            (widget.id.accesskit_id(), (widget.interact_rect, acts))
        };
        layers
            .flat_map(|(_, widgets)| widgets.iter().map(place))
            .collect()
    })
}

/// All widgets of a frame, in the order in which screen readers go through them.
pub(super) fn read(update: &TreeUpdate, places: &Places) -> Vec<Widget> {
    let mut reader = Reader {
        nodes: update.nodes.iter().map(|(id, node)| (*id, node)).collect(),
        places,
        widgets: Vec::new(),
    };
    if let Some(tree) = &update.tree {
        reader.walk(tree.root, 0);
    }
    reader.widgets
}

/// A walk through the tree.
struct Reader<'a> {
    nodes: HashMap<NodeId, &'a Node>,
    places: &'a Places,
    widgets: Vec<Widget>,
}

impl Reader<'_> {
    fn walk(&mut self, id: NodeId, depth: usize) {
        let Some(&node) = self.nodes.get(&id) else {
            return;
        };
        if let Some(mut widget) = widget(node, depth, &self.nodes) {
            if let Some((shown, acts)) = self.places.get(&id) {
                widget.shown = *shown;
                widget.acts = *acts;
            }
            self.widgets.push(widget);
        }
        for &child in node.children() {
            self.walk(child, depth + 1);
        }
    }
}

fn widget(node: &Node, depth: usize, nodes: &HashMap<NodeId, &Node>) -> Option<Widget> {
    if node.role() == Role::TextRun {
        return None;
    }
    let bounds = node.bounds()?;
    let mut name = node.label().unwrap_or_default().to_owned();
    if name.is_empty() {
        let labels = node.labelled_by().iter().filter_map(|id| nodes.get(id));
        let parts: Vec<&str> = labels
            .filter_map(|label| label.label().or_else(|| label.value()))
            .collect();
        parts.join(" ").trim().clone_into(&mut name);
    }
    let mut value = match (node.toggled(), node.value(), node.numeric_value()) {
        (Some(Toggled::True), _, _) => Some("true".to_owned()),
        (Some(Toggled::False), _, _) => Some("false".to_owned()),
        (Some(Toggled::Mixed), _, _) => Some("mixed".to_owned()),
        (None, Some(text), _) => Some(text.to_owned()),
        (None, None, Some(number)) => Some(number.to_string()),
        (None, None, None) => None,
    };
    if node.role() == Role::Label && name.is_empty() {
        name = value.take().unwrap_or_default();
    }
    name.retain(|c| !is_icon(c));
    let corner = |x: f64, y: f64| Pos2::new(x as f32, y as f32);
    let rect = Rect::from_min_max(corner(bounds.x0, bounds.y0), corner(bounds.x1, bounds.y1));
    Some(Widget {
        role: role(node.role()),
        name: name.trim().to_owned(),
        value,
        rect,
        shown: rect,
        acts: false,
        disabled: node.is_disabled(),
        depth,
    })
}

/// Icons are characters of the private use area; nobody reads them out.
pub(super) fn is_icon(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// The role's name with a small first letter.
fn role(role: Role) -> String {
    let name = format!("{role:?}");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Widgets of that name, best first: whole name, whole name in other letter cases, part of a name;
/// within each what can be pressed before labels, then from the top.
pub(super) fn select<'a>(widgets: &'a [Widget], name: &str) -> impl Iterator<Item = &'a Widget> {
    let wanted = name.trim().to_lowercase();
    let named = || {
        widgets
            .iter()
            .filter(|widget| !widget.name.is_empty() && widget.rect.is_positive())
    };
    let tests: [&dyn Fn(&str) -> bool; 3] = [
        &|other| other == name,
        &|other| other.trim().to_lowercase() == wanted,
        &|other| other.to_lowercase().contains(&wanted),
    ];
    let mut found: Vec<&Widget> = tests
        .iter()
        .map(|test| named().filter(|widget| test(&widget.name)).collect())
        .find(|found: &Vec<_>| !found.is_empty())
        .unwrap_or_default();
    found.sort_by(|a, b| {
        (is_passive(a).cmp(&is_passive(b)))
            .then(a.rect.min.y.total_cmp(&b.rect.min.y))
            .then(a.rect.min.x.total_cmp(&b.rect.min.x))
    });
    found.into_iter()
}

fn is_passive(widget: &Widget) -> bool {
    matches!(
        widget.role.as_str(),
        "label" | "genericContainer" | "window" | "unknown"
    )
}

/// Names for a message.
pub(super) fn names(widgets: &[Widget]) -> String {
    let mut names: Vec<&str> = widgets
        .iter()
        .map(|widget| widget.name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    names.dedup();
    names.join(" | ")
}

/// One line per widget that has a name or a value, indented by its place in the tree.
pub(super) fn text(widgets: &[Widget]) -> String {
    let mut text = String::new();
    let mut open: Vec<usize> = Vec::new();
    for widget in widgets {
        if widget.name.is_empty() && widget.value.is_none() {
            continue;
        }
        while open.last().is_some_and(|&depth| depth >= widget.depth) {
            open.pop();
        }
        text.push_str(&"  ".repeat(open.len()));
        text.push_str(&widget.role);
        if !widget.name.is_empty() {
            text.push_str(&format!(" {:?}", widget.name));
        }
        if let Some(value) = &widget.value {
            text.push_str(&format!(" = {value:?}"));
        }
        if widget.disabled {
            text.push_str(" (disabled)");
        }
        text.push('\n');
        open.push(widget.depth);
    }
    text
}
