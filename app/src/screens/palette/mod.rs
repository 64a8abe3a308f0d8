//! Command palette and term search: one box for acts, labels, terms, cases and settings.

mod item;
mod row;
mod scope;

pub use item::{Deed, Item, Kind};
pub use scope::Scope;

use crate::desk::Command;
use crate::search::{Entry, Index};
use crate::widgets::{Button, Look, dialog, icon, label, paragraph, segments};
use egui::{
    Align, Align2, CornerRadius, Event, Frame, Id, ImeEvent, Key, Layout, Margin, Modifiers, Role,
    Stroke, Ui, WidgetInfo, vec2,
};

/// Width of the box, points.
const WIDTH: f32 = 720.0;
/// Most rows that are listed.
const MOST: usize = 200;

/// What is open over the screen.
pub struct State {
    /// Whether terms are looked for, or anything.
    pub is_terms: bool,
    /// Whether a term that is not found can be proposed to the lead.
    pub may_propose: bool,
    scope: Scope,
    text: String,
    items: Vec<Item>,
    index: Index,
    /// Which of the items were used before, the latest first.
    recent: Vec<usize>,
    /// What is listed: places among the items.
    listed: Vec<usize>,
    selected: usize,
    is_fresh: bool,
    moved: bool,
}

/// What was asked of the box.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Close it.
    Close,
    /// Do this, and count it as used.
    Do(String, Deed),
    /// Give this act another key.
    GiveKey(crate::keys::Action),
    /// Ask the lead for this term.
    Propose(String),
}

impl State {
    /// The box over these items; of those used before, the latest first.
    #[must_use]
    pub fn new(is_terms: bool, items: Vec<Item>, recent: Vec<usize>) -> Self {
        let entries: Vec<&Entry> = items.iter().map(|item| &item.entry).collect();
        let mut state = Self {
            is_terms,
            may_propose: false,
            scope: if is_terms { Scope::Words } else { Scope::All },
            text: String::new(),
            index: Index::new(entries),
            items,
            recent,
            listed: Vec::new(),
            selected: 0,
            is_fresh: true,
            moved: false,
        };
        state.list();
        state
    }

    /// Lists what fits the text in the scope.
    fn list(&mut self) {
        let (scope, text) = scope::scope_of(&self.text, self.scope);
        let may = |at: usize| {
            self.items
                .get(at)
                .is_some_and(|item| scope.holds(item.kind))
        };
        self.listed = if text.trim().is_empty() {
            let recent = self.recent.iter().copied();
            let others = (0..self.items.len()).filter(|at| !self.recent.contains(at));
            recent
                .chain(others)
                .filter(|at| may(*at))
                .take(MOST)
                .collect()
        } else {
            let hits = self.index.find(text, MOST, may);
            hits.iter().map(|hit| hit.entry).collect()
        };
        self.selected = 0;
        self.moved = true;
    }

    fn chosen(&self) -> Option<&Item> {
        self.items.get(*self.listed.get(self.selected)?)
    }

    /// The term that can be proposed to the lead: what is typed, where no label and no term fits it.
    fn proposal(&self) -> Option<&str> {
        let (scope, text) = scope::scope_of(&self.text, self.scope);
        let text = text.trim();
        let may = self.is_terms && self.may_propose;
        let is_nowhere = scope == Scope::Words && self.listed.is_empty() && !text.is_empty();
        (may && is_nowhere).then_some(text)
    }

    fn step(&mut self, by: i32) {
        let count = self.listed.len() as i32;
        if count > 0 {
            self.selected = (self.selected as i32 + by).rem_euclid(count) as usize;
            self.moved = true;
        }
    }

    /// Takes the keys of the box before the field sees them. Returns what was asked for.
    fn take_keys(&mut self, ui: &Ui) -> Option<Choice> {
        let is_composing = ui.input(|i| {
            let of_ime = |event: &Event| match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => !text.is_empty(),
                Event::Ime(ImeEvent::Commit(_)) => true,
                _ => false,
            };
            i.events.iter().any(of_ime)
        });
        if is_composing {
            return None;
        }
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let is_new = pressed(Modifiers::COMMAND, Key::Enter);
        let steps = [
            (Key::ArrowDown, 1),
            (Key::ArrowUp, -1),
            (Key::PageDown, PAGE),
            (Key::PageUp, -PAGE),
        ];
        for (key, by) in steps {
            if pressed(Modifiers::NONE, key) {
                self.step(by);
            }
        }
        for (modifiers, by) in [(Modifiers::SHIFT, -1), (Modifiers::NONE, 1)] {
            if pressed(modifiers, Key::Tab) {
                self.scope = self.scope.beside(self.is_terms, by);
                self.list();
            }
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            return Some(Choice::Close);
        }
        if is_new || pressed(Modifiers::NONE, Key::Enter) {
            return self.ask(is_new);
        }
        None
    }

    fn ask(&self, is_new: bool) -> Option<Choice> {
        let Some(item) = self.chosen() else {
            let term = self.proposal().filter(|_| !is_new)?;
            return Some(Choice::Propose(term.to_owned()));
        };
        let deed = match (is_new, item.action) {
            (true, Some(action)) => return Some(Choice::GiveKey(action)),
            (true, None) => item.anew.clone()?,
            (false, _) => item.deed.clone()?,
        };
        Some(Choice::Do(item.id.clone(), deed))
    }
}

/// Rows that a page key goes.
const PAGE: i32 = 8;

/// Draws the box.
pub fn palette_ui(ctx: &egui::Context, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let screen = ctx.content_rect();
    let width = WIDTH.min(screen.width() - 32.0);
    let top = (screen.height() * 0.12).round();
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line_strong))
        .corner_radius(CornerRadius::same(theme.radius().card));
    let id = Id::unique("palette");
    let area = egui::Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
    let mut choice = None;
    let title = if state.is_terms {
        "act-terms"
    } else {
        "act-palette"
    };
    let shown = egui::Modal::new(id)
        .area(area)
        .frame(frame)
        .backdrop_color(egui::Color32::from_black_alpha(110))
        .show(ctx, |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            choice = state.take_keys(ui);
            head_ui(ui, look, state);
            let rest = screen.height() * 0.84 - HEAD_AND_FOOT;
            let most = (theme.density.list_two_line * 9.0).min(rest).max(120.0);
            if let Some(pressed) = list_ui(ui, look, state, most) {
                choice = Some(pressed);
            }
            foot_ui(ui, look, state);
            dialog(ui, &look.t(title));
        });
    if shown.backdrop_response.clicked() {
        choice = Some(Choice::Close);
    }
    if let Some(choice) = choice {
        out.push(Command::Palette(choice));
    }
}

/// Height of what is above and below the list, points.
const HEAD_AND_FOOT: f32 = 130.0;

fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let inner = Frame::new().inner_margin(Margin {
        left: 12,
        right: 12,
        top: 12,
        bottom: 8,
    });
    inner.show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
        field_ui(ui, look, state);
        let names: Vec<String> = Scope::row(state.is_terms)
            .iter()
            .map(|scope| look.t(scope.text_key()))
            .collect();
        let (now, _) = scope::scope_of(&state.text, state.scope);
        let taken = Scope::row(state.is_terms).iter().position(|s| *s == now);
        ui.horizontal_wrapped(|ui| {
            let name = look.t("palette-scope");
            if let Some(chosen) = segments(ui, look, &name, &names, taken)
                && let Some(scope) = Scope::row(state.is_terms).get(chosen)
            {
                state.scope = *scope;
                state.text = scope::scope_of(&state.text, *scope).1.to_owned();
                state.list();
            }
            let right = Layout::right_to_left(Align::Center);
            ui.with_layout(right, |ui| {
                let hint = look.t("palette-ways");
                let text = egui::RichText::new(hint)
                    .size(theme.type_sizes().small)
                    .color(theme.color.text2);
                ui.add(egui::Label::new(text).truncate().selectable(false));
            });
        });
    });
    ui.painter().hline(
        ui.min_rect().x_range(),
        ui.cursor().top() - 0.5,
        Stroke::new(1.0, theme.color.line),
    );
}

/// The field in which one writes; it keeps the keyboard as long as the box is open.
fn field_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let name = look.t(if state.is_terms {
        "palette-terms-field"
    } else {
        "palette-field"
    });
    let ground = Frame::new()
        .fill(theme.color.bg3)
        .stroke(Stroke::new(2.0, theme.color.accent))
        .corner_radius(CornerRadius::same(theme.radius().control))
        .inner_margin(Margin::symmetric(8, 4));
    ground.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            icon(ui, look, "search", 16.0, theme.color.text2);
            let count = look.f("palette-count", &[("count", state.listed.len().into())]);
            let small = theme.type_sizes().small;
            let told = ui.painter().layout_no_wrap(
                count.clone(),
                egui::FontId::proportional(small),
                theme.color.text2,
            );
            let width = ui.available_width() - told.size().x - 16.0;
            let edit = egui::TextEdit::singleline(&mut state.text)
                .id_salt("palette-text")
                .frame(Frame::NONE)
                .hint_text(egui::RichText::new(&name).color(theme.color.text3))
                .font(egui::FontId::proportional(theme.type_sizes().head))
                .lock_focus(true)
                .align(Align2::LEFT_CENTER)
                .min_size(vec2(width, theme.density.control_small))
                .desired_width(width);
            let response = ui.add(edit);
            let shown = state.text.clone();
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::TextInput, true, &name);
                info.current_text_value = Some(shown.clone());
                info
            });
            if std::mem::take(&mut state.is_fresh) || !response.has_focus() {
                response.request_focus();
            }
            if response.changed() {
                state.list();
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                label(ui, count, small, theme.color.text2);
            });
        });
    });
}

/// Draws the rows. Returns what was pressed.
fn list_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, most: f32) -> Option<Choice> {
    let theme = look.theme;
    if state.listed.is_empty() {
        return none_ui(ui, look, state);
    }
    let height = theme.density.list_two_line + 4.0;
    let tall = height * state.listed.len() as f32;
    let seen = (most / height).floor().max(2.0) * height;
    let mut area = egui::ScrollArea::vertical()
        .id_salt("palette-rows")
        .min_scrolled_height(seen.min(tall))
        .max_height(seen.min(tall))
        .auto_shrink([false, true]);
    if std::mem::take(&mut state.moved) {
        // the row in hand stays in the middle as far as the list allows
        let middle = (state.selected as f32 + 0.5) * height - seen / 2.0;
        area = area.vertical_scroll_offset(middle.clamp(0.0, (tall - seen).max(0.0)));
    }
    let mut pressed = None;
    area.show_rows(ui, height, state.listed.len(), |ui, range| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        for at in range {
            let Some(item) = state.listed.get(at).and_then(|at| state.items.get(*at)) else {
                continue;
            };
            if row::row_ui(ui, look, height, item, at == state.selected) {
                pressed = Some(at);
            }
        }
    });
    state.selected = pressed?;
    state.ask(false)
}

/// Nothing fits. Returns what was pressed.
fn none_ui(ui: &mut Ui, look: Look<'_>, state: &State) -> Option<Choice> {
    let theme = look.theme;
    let proposal = state.proposal();
    let key = match scope::scope_of(&state.text, state.scope).0 {
        _ if proposal.is_some() => "palette-none-terms",
        Scope::All => "palette-none",
        Scope::Words if state.is_terms => "palette-none",
        _ => "palette-none-here",
    };
    let inner = Frame::new().inner_margin(Margin::symmetric(16, 18));
    let shown = inner.show(ui, |ui| {
        let body = theme.type_sizes().body;
        paragraph(ui, look, look.t(key), body, theme.color.text2);
        let term = proposal?;
        ui.add_space(theme.space().m);
        let button = Button::new(look, look.t("terms-propose")).icon("flag");
        let is_pressed = ui.add(button.keys("Enter")).clicked();
        is_pressed.then(|| Choice::Propose(term.to_owned()))
    });
    shown.inner
}

/// What the keys do to the row in hand.
fn foot_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    ui.painter().hline(
        ui.min_rect().x_range(),
        ui.cursor().top() + 0.5,
        Stroke::new(1.0, theme.color.line),
    );
    let item = state.chosen();
    let more = item.and_then(|item| match item.action {
        Some(_) => Some("palette-give-key"),
        None => item.anew.as_ref().map(|_| "palette-anew"),
    });
    let does = item.filter(|item| item.deed.is_some());
    let does = does.map(|item| item.kind.enter_key());
    Frame::new()
        .inner_margin(Margin::symmetric(16, 8))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                let small = theme.type_sizes().small;
                let moves = (!state.listed.is_empty()).then_some("palette-move");
                let hints = moves.into_iter().chain(["palette-tab"]);
                for key in hints.chain(does).chain(more) {
                    label(ui, look.t(key), small, theme.color.text2);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    label(ui, look.t("palette-close"), small, theme.color.text2);
                });
            });
        });
}

#[cfg(test)]
mod tests;
