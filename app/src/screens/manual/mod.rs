//! The manual: pages at the left, the text in the middle, a search over all pages on top. The case that is
//! open stays open behind it.

mod page;

use crate::desk::{Command, Screen};
use crate::keys::Action;
use crate::language::Language;
use crate::manual::{Hit, Page, Said, pages, search};
use crate::widgets::{Button, Look, label, text_field};
use egui::{
    Align, Align2, CornerRadius, FontId, Frame, Key, Layout, Margin, Panel, Pos2, Role, Sense, Ui,
    WidgetInfo, pos2, text::LayoutJob, text::TextWrapping, vec2,
};

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// Place of the open page among the pages.
    page: usize,
    /// The block that is to be brought to the top of the window.
    target: Option<usize>,
    text: String,
    found: Found,
    /// The screen that the manual was called from.
    back: Screen,
}

/// What the search has found, and for which text in which language.
#[derive(Default)]
struct Found {
    of: Option<(String, Language)>,
    hits: Vec<Hit>,
    /// The hit that is shown.
    shown: Option<usize>,
}

impl State {
    /// Opens a page. From another screen: that is where `Esc` goes back to.
    pub fn open(&mut self, from: Screen, page: &str) {
        // the settings have a way back of their own, which would lead here again
        if !matches!(from, Screen::Manual | Screen::Settings) {
            self.back = from;
        }
        let place = pages(Language::Ja)
            .iter()
            .position(|known| known.id == page);
        self.page = place.unwrap_or(0);
        self.target = None;
        self.text.clear();
        self.found = Found::default();
    }

    /// The screen that the manual was called from.
    #[must_use]
    pub const fn back(&self) -> Screen {
        self.back
    }

    /// Looks again where the text or the language has changed.
    fn look_up(&mut self, pages: &[Page], said: &Said<'_>) {
        let wanted = (self.text.trim().to_owned(), said.words.language());
        if self.found.of.as_ref() == Some(&wanted) {
            return;
        }
        self.found = Found {
            hits: search(pages, &wanted.0, said),
            shown: None,
            of: Some(wanted),
        };
    }

    fn show_hit(&mut self, place: usize) {
        if let Some(hit) = self.found.hits.get(place) {
            self.page = hit.page;
            self.target = Some(hit.block.unwrap_or(0));
            self.found.shown = Some(place);
        }
    }

    fn show_page(&mut self, place: usize) {
        self.page = place;
        self.target = None;
    }

    /// The next or the previous page; of what was found, while there is a text to look for.
    fn step(&mut self, step: isize, pages: usize) {
        let next = |at: usize, count: usize| {
            let last = count.saturating_sub(1);
            at.saturating_add_signed(step).min(last)
        };
        if self.text.trim().is_empty() {
            self.show_page(next(self.page, pages));
            return;
        }
        let count = self.found.hits.len();
        self.show_hit(self.found.shown.map_or(0, |at| next(at, count)));
    }
}

/// The page that fits a screen; `draws` says that a drawing tool is in hand.
#[must_use]
pub const fn page_for(screen: Screen, draws: bool) -> &'static str {
    match screen {
        Screen::Start | Screen::SignIn | Screen::Manual => "start",
        Screen::Import => "files",
        Screen::Settings => "keys",
        Screen::Worklist => "worklist",
        Screen::Reading if draws => "drawing",
        Screen::Reading => "reading",
        Screen::Adjudication | Screen::Agreement | Screen::Export => "double-reading",
    }
}

/// Draws the screen.
pub fn manual_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let color = &look.theme.color;
    let said = Said {
        words: look.words,
        keys: look.keys,
    };
    let pages = pages(look.words.language());
    let bar = Frame::new()
        .fill(color.bg2)
        .inner_margin(Margin::symmetric(12, 8));
    let leaves_field = Panel::top("manual-bar")
        .exact_size(look.theme.density.control + 16.0)
        .resizable(false)
        .frame(bar)
        .show(ui, |ui| bar_ui(ui, look, state, out))
        .inner;
    state.look_up(pages, &said);
    steps(ui, look, state, pages.len());
    let list = Frame::new()
        .fill(color.bg2)
        .inner_margin(Margin::symmetric(8, 8));
    Panel::left("manual-pages")
        .exact_size(look.theme.layout().left_panel + 40.0)
        .resizable(false)
        .frame(list)
        .show(ui, |ui| {
            egui::ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| list_ui(ui, look, state, pages));
        });
    let middle = Frame::new().fill(color.bg1).inner_margin(Margin {
        left: 32,
        right: 16,
        top: 16,
        bottom: 0,
    });
    egui::CentralPanel::no_frame().frame(middle).show(ui, |ui| {
        let target = state.target.take();
        if let Some(page) = pages.get(state.page) {
            page::page_ui(ui, look, &said, page, target);
        }
    });
    // a form that lies over the window closes by the same key
    let is_covered = ui.memory(|memory| memory.top_modal_layer().is_some());
    if !leaves_field && !is_covered && ui.input(|i| i.key_pressed(Key::Escape)) {
        out.push(Command::Go(state.back));
    }
}

/// Title, search and the way back. Returns whether the keyboard has just left the search.
fn bar_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) -> bool {
    let theme = look.theme;
    let mut leaves_field = false;
    ui.horizontal_centered(|ui| {
        let size = theme.type_sizes().title;
        label(ui, look.t("act-manual"), size, theme.color.text1);
        ui.add_space(16.0);
        let name = look.t("manual-search");
        let field = text_field(ui, look, &name, &name, &mut state.text, 320.0, false);
        leaves_field = field.lost_focus();
        if leaves_field && ui.input(|i| i.key_pressed(Key::Enter)) {
            state.show_hit(0);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let back = Button::new(look, look.t("manual-back")).keys("Esc");
            if ui.add(back).clicked() {
                out.push(Command::Go(state.back));
            }
        });
    });
    leaves_field
}

fn steps(ui: &Ui, look: Look<'_>, state: &mut State, pages: usize) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    if look.asks(Action::RowDown) {
        state.step(1, pages);
    } else if look.asks(Action::RowUp) {
        state.step(-1, pages);
    }
}

/// The pages; while there is a text to look for, the places that were found.
fn list_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, pages: &[Page]) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let mut pressed = None;
    if state.text.trim().is_empty() {
        for (place, page) in pages.iter().enumerate() {
            if entry_ui(ui, look, &page.title, "", state.page == place) {
                pressed = Some(place);
            }
        }
        if let Some(place) = pressed {
            state.show_page(place);
        }
        return;
    }
    if state.found.hits.is_empty() {
        let size = look.theme.type_sizes().body;
        label(ui, look.t("manual-nothing"), size, look.theme.color.text2);
        return;
    }
    for (place, hit) in state.found.hits.iter().enumerate() {
        let page = pages.get(hit.page).map_or("", |page| page.title.as_str());
        let title = match hit.block {
            Some(_) => format!("{page} / {}", hit.heading),
            None => hit.heading.clone(),
        };
        let is_shown = state.found.shown == Some(place);
        if entry_ui(ui, look, &title, &hit.line, is_shown) {
            pressed = Some(place);
        }
    }
    if let Some(place) = pressed {
        state.show_hit(place);
    }
}

/// A row that can be pressed: a title, and below it what else there is to say.
fn entry_ui(ui: &mut Ui, look: Look<'_>, title: &str, line: &str, is_selected: bool) -> bool {
    let theme = look.theme;
    let one = theme.density.table;
    let height = if line.is_empty() { one } else { one + 18.0 };
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let name = if line.is_empty() {
        title.to_owned()
    } else {
        format!("{title}: {line}")
    };
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &name));
    if is_selected || response.hovered() || response.has_focus() {
        let fill = if is_selected {
            theme.color.selection
        } else {
            theme.color.bg4
        };
        ui.painter().rect_filled(rect, CornerRadius::same(3), fill);
    }
    let left = rect.left() + 8.0;
    let (body, small) = (theme.type_sizes().body, theme.type_sizes().small);
    let room = rect.width() - 16.0;
    let first = pos2(left, rect.top() + one / 2.0);
    cut_text(ui, title, (first, room), body, theme.color.text1);
    if !line.is_empty() {
        let second = pos2(left, rect.top() + one + 6.0);
        cut_text(ui, line, (second, room), small, theme.color.text2);
    }
    response.on_hover_text(name).clicked()
}

/// A line as far as there is room for it, its middle at a height.
fn cut_text(ui: &Ui, text: &str, (at, room): (Pos2, f32), size: f32, color: egui::Color32) {
    let font = FontId::proportional(size);
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let place = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    ui.painter().galley(place.min, galley, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREENS: [Screen; 9] = [
        Screen::Start,
        Screen::SignIn,
        Screen::Import,
        Screen::Worklist,
        Screen::Reading,
        Screen::Adjudication,
        Screen::Agreement,
        Screen::Export,
        Screen::Manual,
    ];

    #[test]
    fn every_screen_has_a_page_that_is_there() {
        for screen in SCREENS {
            for draws in [false, true] {
                let page = page_for(screen, draws);
                let is_there = pages(Language::Ja).iter().any(|known| known.id == page);
                assert!(is_there, "{screen:?}: {page}");
            }
        }
    }

    #[test]
    fn the_manual_called_from_itself_still_goes_back_to_the_screen_before() {
        let mut state = State::default();
        state.open(Screen::Reading, "drawing");
        state.open(Screen::Manual, "keys");
        assert_eq!(state.back(), Screen::Reading);
        let open = pages(Language::En).get(state.page);
        assert_eq!(open.map(|page| page.id), Some("keys"));
    }

    #[test]
    fn steps_stay_within_the_pages() {
        let mut state = State::default();
        state.step(-1, 12);
        assert_eq!(state.page, 0);
        state.open(Screen::Start, "trouble");
        state.step(1, pages(Language::Ja).len());
        assert_eq!(state.page, pages(Language::Ja).len() - 1);
    }
}
