//! Worklist: know what to do next.

mod case_state;
mod filter;
mod questions;
mod side;
mod table;

pub use case_state::CaseState;

use crate::desk::Command;
use crate::keys::Action;
use crate::widgets::{Button, Look, check, combo, label, section, separator, text_field};
use egui::{Align, CornerRadius, Frame, Layout, Margin, Panel, Role, Sense, Ui, WidgetInfo, vec2};
use filter::{Filter, Order, shown, studies};
use side::side_ui;
use table::table_ui;

/// A row of the list.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// Id.
    pub id: String,
    /// Number as it is spoken, `C-0042`.
    pub number: String,
    /// Modality and description.
    pub study: String,
    /// State.
    pub state: CaseState,
    /// Number of series.
    pub series: usize,
    /// Names of the readers, for the lead.
    pub readers: Vec<String>,
    /// Version of the protocol.
    pub protocol: String,
    /// Whether the signed-in person reads it.
    pub is_mine: bool,
    /// The note of who reads it and has put it on hold.
    pub hold: Option<String>,
    /// How many of its readers have submitted, for the lead.
    pub submitted: usize,
    /// Share of its slices that were seen, of own work that goes on.
    pub seen: Option<f32>,
    /// Seconds that the person has worked on it.
    pub active_s: Option<u64>,
}

/// Whose work is listed. Who leads and reads as well sees the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The person's own readings.
    Own,
    /// Every case, for those who manage the project.
    All,
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    filter: Filter,
    scope: Option<Scope>,
    /// Answers to questions, being written.
    answers: std::collections::BTreeMap<String, String>,
    /// The selected case.
    pub selected: Option<String>,
    chosen_readers: Vec<String>,
    reopen_reason: String,
}

/// What the screen shows.
pub struct View<'a> {
    /// Every case for those who manage the project, else those of the person.
    pub cases: &'a [CaseRow],
    /// Cases that the person reads, as the reader knows them.
    pub own: &'a [CaseRow],
    /// Whether the person manages the project.
    pub sees_all: bool,
    /// Whether the person is the lead.
    pub is_lead: bool,
    /// Whether the person may add people.
    pub is_admin: bool,
    /// Readers of the project: id and name.
    pub readers: &'a [(String, String)],
    /// A picture of the selected case.
    pub preview: Option<&'a egui::TextureHandle>,
    /// Own questions to the lead, or for the lead those of the readers.
    pub flags: &'a [project::Flag],
    /// How far the person is.
    pub progress: Option<&'a project::OwnProgress>,
}

/// Draws the screen.
pub fn worklist_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let panel = || {
        Frame::new()
            .fill(theme.color.bg2)
            .inner_margin(Margin::symmetric(8, 8))
    };
    if !is_narrow(ui) {
        Panel::left("worklist-states")
            .exact_size(theme.layout().left_panel)
            .resizable(false)
            .frame(panel())
            .show(ui, |ui| states_ui(ui, look, state, view));
    }
    Panel::right("worklist-side")
        .exact_size(300.0)
        .resizable(false)
        .frame(panel())
        .show(ui, |ui| {
            egui::ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| side_ui(ui, look, state, view, out));
        });
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            let shown = shown(state, view);
            let is_chosen = |case: &&CaseRow| Some(&case.id) == state.selected.as_ref();
            let listed = (shown.len(), shown.iter().any(is_chosen));
            bar_ui(ui, look, state, view, listed, out);
            if shown.is_empty() {
                empty_ui(ui, look, state, view);
                return;
            }
            table_ui(ui, look, state, view, &shown, out);
            keys(look, state, view, &shown, out);
        });
}

/// Below this width of the window, in points of the chosen letters, the list needs the place of the panel.
const NARROW: f32 = 1200.0;

fn is_narrow(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < NARROW
}

impl State {
    /// Shows a list, all of it or what is in one state or on hold.
    fn show(&mut self, scope: Scope, only: Option<CaseState>, is_on_hold: bool) {
        self.scope = Some(scope);
        (self.filter.state, self.filter.is_on_hold) = (only, is_on_hold);
    }

    fn scope(&self, view: &View<'_>) -> Scope {
        if !view.sees_all {
            return Scope::Own;
        }
        if view.own.is_empty() {
            return Scope::All;
        }
        let has_work = || view.own.iter().any(|case| !case.state.is_submitted());
        let first = if has_work() { Scope::Own } else { Scope::All };
        self.scope.unwrap_or(first)
    }

    /// The list that is open.
    fn rows<'a>(&self, view: &View<'a>) -> &'a [CaseRow] {
        match self.scope(view) {
            Scope::Own => view.own,
            Scope::All => view.cases,
        }
    }
}

fn keys(
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    shown: &[&CaseRow],
    out: &mut Vec<Command>,
) {
    let at = shown
        .iter()
        .position(|case| Some(&case.id) == state.selected.as_ref());
    let step = i32::from(look.asks(Action::RowDown)) - i32::from(look.asks(Action::RowUp));
    if step != 0 {
        let next = at.map_or(0, |at| {
            (at as i32 + step).clamp(0, shown.len() as i32 - 1) as usize
        });
        state.selected = shown.get(next).map(|case| case.id.clone());
    }
    if look.asks(Action::OpenRow) {
        match at.and_then(|at| shown.get(at)) {
            Some(case) => out.extend(open_command(case, state.scope(view))),
            None => out.push(Command::ReadNext),
        }
    }
}

/// What opening a case means: reading one's own, comparing what others have read. Who has read a case
/// may not compare it.
fn open_command(case: &CaseRow, scope: Scope) -> Option<Command> {
    match scope {
        Scope::Own => Some(Command::OpenCase(case.id.clone())),
        Scope::All => (!case.is_mine).then(|| Command::Compare(case.id.clone())),
    }
}

fn bar_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    (count, opens_row): (usize, bool),
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 4));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(26.0);
            text_field(
                ui,
                look,
                &look.t("worklist-filter"),
                &look.t("worklist-filter"),
                &mut state.filter.text,
                if is_narrow(ui) { 180.0 } else { 250.0 },
                false,
            );
            if is_narrow(ui) {
                states_by_list_ui(ui, look, state, view);
                next_ui(ui, look, view, opens_row, out);
                return;
            }
            label(
                ui,
                look.f("worklist-count", &[("count", count.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            let orders = Order::ALL.map(|order| look.t(order.text_key()));
            let taken = Order::ALL
                .iter()
                .position(|order| *order == state.filter.order);
            let name = look.t("worklist-order");
            if let Some(chosen) = combo(ui, look, &name, &orders, taken, 150.0)
                && let Some(order) = Order::ALL.get(chosen)
            {
                state.filter.order = *order;
            }
            next_ui(ui, look, view, opens_row, out);
        });
    });
}

/// At the right end of the bar.
fn next_ui(ui: &mut Ui, look: Look<'_>, view: &View<'_>, opens_row: bool, out: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if view.own.iter().all(|case| case.state.is_submitted()) {
            return;
        }
        let mut next = Button::new(look, look.t("worklist-next"))
            .primary()
            .icon("next");
        // With a case chosen in the list the key opens that one.
        if !opens_row {
            next = next.keys(look.key(Action::OpenRow));
        }
        if ui.add(next).clicked() {
            out.push(Command::ReadNext);
        }
    });
}

/// The lists and their states, where there is no panel for them.
fn states_by_list_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    let mut choices: Vec<(Scope, Option<CaseState>, String)> = Vec::new();
    let scopes: &[(Scope, &str)] = match (view.sees_all, view.own.is_empty()) {
        (true, false) => &[(Scope::Own, "worklist-mine"), (Scope::All, "worklist-all")],
        (true, true) => &[(Scope::All, "worklist-all")],
        (false, _) => &[(Scope::Own, "worklist-mine")],
    };
    for (scope, key) in scopes {
        let cases = match scope {
            Scope::Own => view.own,
            Scope::All => view.cases,
        };
        choices.push((*scope, None, format!("{} {}", look.t(key), cases.len())));
        for kind in CaseState::ALL {
            let count = cases.iter().filter(|case| case.state == kind).count();
            if count > 0 {
                let name = format!("{} {count}", look.t(kind.key()));
                choices.push((*scope, Some(kind), name));
            }
        }
    }
    let now = (state.scope(view), state.filter.state);
    let taken = choices
        .iter()
        .position(|(scope, kind, _)| (*scope, *kind) == now);
    let names: Vec<String> = choices.iter().map(|(_, _, name)| name.clone()).collect();
    let name = look.t("worklist-cases");
    if let Some(chosen) = combo(ui, look, &name, &names, taken, 130.0)
        && let Some((scope, kind, _)) = choices.get(chosen)
    {
        state.show(*scope, *kind, false);
    }
}

fn empty_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    let theme = look.theme;
    let is_all = state.scope(view) == Scope::All;
    let key = match (state.rows(view).is_empty(), is_all) {
        (true, true) => "worklist-empty-lead",
        (true, false) => "worklist-empty-reader",
        (false, _) => "worklist-no-match",
    };
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        label(ui, look.t(key), theme.type_sizes().head, theme.color.text2);
        if key == "worklist-no-match" {
            let clear = Button::new(look, look.t("worklist-clear")).link();
            if ui.add(clear).clicked() {
                state.filter.clear();
            }
        }
    });
}

fn states_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    ui.spacing_mut().item_spacing.y = 1.0;
    if view.sees_all && !view.own.is_empty() {
        group_ui(ui, look, state, view, Scope::Own);
        separator(ui, look);
        group_ui(ui, look, state, view, Scope::All);
    } else {
        let scope = state.scope(view);
        group_ui(ui, look, state, view, scope);
    }
    studies_ui(ui, look, state, view);
}

/// More studies than these are no help in a list of boxes.
const MOST_STUDIES: usize = 12;

/// The studies of the list, each shown or left out.
fn studies_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    let studies = studies(state.rows(view));
    if studies.len() < 2 {
        return;
    }
    separator(ui, look);
    ui.horizontal(|ui| {
        section(ui, look, &look.t("worklist-studies"), "");
        if !state.filter.is_open() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let clear = Button::new(look, look.t("worklist-clear")).link();
                if ui.add(clear).clicked() {
                    state.filter.clear();
                }
            });
        }
    });
    for (study, count) in studies.into_iter().take(MOST_STUDIES) {
        let mut is_shown = !state.filter.without.contains(&study);
        let shown = if study.is_empty() { "—" } else { &study };
        let name = format!("{shown} {count}");
        if check(ui, look, &name, &mut is_shown).changed() && !state.filter.without.remove(&study) {
            state.filter.without.insert(study);
        }
    }
}

/// A list with its states and how many cases are in each.
fn group_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>, scope: Scope) {
    let is_open = state.scope(view) == scope;
    let is_alone = !view.sees_all || view.own.is_empty();
    let (heading, all, cases) = match scope {
        Scope::Own => ("worklist-own", "worklist-mine", view.own),
        Scope::All => ("worklist-as-lead", "worklist-all", view.cases),
    };
    let heading = if is_alone { "worklist-cases" } else { heading };
    section(ui, look, &look.t(heading), "");
    let is_whole = is_open && state.filter.state.is_none() && !state.filter.is_on_hold;
    if state_row(ui, look, &look.t(all), cases.len(), is_whole) {
        state.show(scope, None, false);
    }
    for kind in CaseState::ALL {
        let count = cases.iter().filter(|case| case.state == kind).count();
        let is_chosen = is_open && state.filter.state == Some(kind);
        if count > 0 && state_row(ui, look, &look.t(kind.key()), count, is_chosen) {
            state.show(scope, Some(kind), false);
        }
    }
    let held = cases.iter().filter(|case| case.hold.is_some()).count();
    let is_chosen = is_open && state.filter.is_on_hold;
    if held > 0 && state_row(ui, look, &look.t("hold-chip"), held, is_chosen) {
        state.show(scope, None, true);
    }
}

fn state_row(ui: &mut Ui, look: Look<'_>, name: &str, count: usize, is_selected: bool) -> bool {
    let theme = look.theme;
    let (rect, response) = ui.allocate_exact_size(
        vec2(ui.available_width(), theme.density.table),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, name));
    if is_selected || response.hovered() {
        let fill = if is_selected {
            theme.color.selection
        } else {
            theme.color.bg4
        };
        ui.painter().rect_filled(rect, CornerRadius::same(3), fill);
    }
    let font = egui::FontId::proportional(theme.type_sizes().body);
    ui.painter().text(
        rect.left_center() + vec2(8.0, 0.0),
        egui::Align2::LEFT_CENTER,
        name,
        font.clone(),
        theme.color.text1,
    );
    ui.painter().text(
        rect.right_center() - vec2(8.0, 0.0),
        egui::Align2::RIGHT_CENTER,
        count,
        font,
        theme.color.text2,
    );
    response.clicked()
}
