//! Worklist: know what to do next.

mod case_state;
mod side;
mod table;

pub use case_state::CaseState;

use crate::desk::Command;
use crate::widgets::{Button, Look, label, section, text_field};
use egui::{Align, CornerRadius, Frame, Layout, Margin, Panel, Role, Sense, Ui, WidgetInfo, vec2};
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
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    filter: String,
    only: Option<CaseState>,
    /// The selected case.
    pub selected: Option<String>,
    chosen_readers: Vec<String>,
    reopen_reason: String,
}

/// What the screen shows.
pub struct View<'a> {
    /// Cases of the person, or all for the lead.
    pub cases: &'a [CaseRow],
    /// Whether the person is the lead.
    pub is_lead: bool,
    /// Whether the person may add people.
    pub is_admin: bool,
    /// Readers of the project: id and name.
    pub readers: &'a [(String, String)],
    /// A picture of the selected case.
    pub preview: Option<&'a egui::TextureHandle>,
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
    Panel::left("worklist-states")
        .exact_size(theme.layout().left_panel)
        .resizable(false)
        .frame(panel())
        .show(ui, |ui| states_ui(ui, look, state, view));
    Panel::right("worklist-side")
        .exact_size(300.0)
        .resizable(false)
        .frame(panel())
        .show(ui, |ui| side_ui(ui, look, state, view, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            let shown = shown(state, view);
            bar_ui(ui, look, state, view, shown.len(), out);
            if shown.is_empty() {
                empty_ui(ui, look, view);
                return;
            }
            table_ui(ui, look, state, view, &shown, out);
            keys(ui, state, &shown, out);
        });
}

fn shown<'a>(state: &State, view: &View<'a>) -> Vec<&'a CaseRow> {
    let wanted = state.filter.to_lowercase();
    view.cases
        .iter()
        .filter(|case| state.only.is_none_or(|only| case.state == only))
        .filter(|case| {
            wanted.is_empty()
                || case.number.to_lowercase().contains(&wanted)
                || case.study.to_lowercase().contains(&wanted)
        })
        .collect()
}

fn keys(ui: &Ui, state: &mut State, shown: &[&CaseRow], out: &mut Vec<Command>) {
    if ui.memory(|m| m.focused().is_some()) {
        return;
    }
    let at = shown
        .iter()
        .position(|case| Some(&case.id) == state.selected.as_ref());
    let step = ui.input(|i| {
        i32::from(i.key_pressed(egui::Key::ArrowDown))
            - i32::from(i.key_pressed(egui::Key::ArrowUp))
    });
    if step != 0 {
        let next = at.map_or(0, |at| {
            (at as i32 + step).clamp(0, shown.len() as i32 - 1) as usize
        });
        state.selected = shown.get(next).map(|case| case.id.clone());
    }
    if ui.input(|i| i.key_pressed(egui::Key::Enter) && i.modifiers.is_none()) {
        out.push(open_command(at.and_then(|at| shown.get(at).copied())));
    }
}

/// What opening a case means for this person: reading it, or comparing what others have read.
fn open_command(case: Option<&CaseRow>) -> Command {
    match case {
        Some(case) if case.is_mine => Command::OpenCase(case.id.clone()),
        Some(case) => Command::Compare(case.id.clone()),
        None => Command::OpenNextCase,
    }
}

fn bar_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    count: usize,
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
                &mut state.filter,
                250.0,
                false,
            );
            label(
                ui,
                look.f("worklist-count", &[("count", count.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if view.cases.iter().any(|case| case.is_mine) {
                    let next = Button::new(look, look.t("worklist-next"))
                        .primary()
                        .icon("next")
                        .keys("Enter");
                    if ui.add(next).clicked() {
                        out.push(Command::OpenNextCase);
                    }
                }
            });
        });
    });
}

fn empty_ui(ui: &mut Ui, look: Look<'_>, view: &View<'_>) {
    let theme = look.theme;
    let key = match (view.cases.is_empty(), view.is_lead) {
        (true, true) => "worklist-empty-lead",
        (true, false) => "worklist-empty-reader",
        (false, _) => "worklist-no-match",
    };
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        label(ui, look.t(key), theme.type_sizes().head, theme.color.text2);
    });
}

fn states_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    ui.spacing_mut().item_spacing.y = 1.0;
    section(ui, look, &look.t("worklist-cases"), "");
    let title = look.t(if view.is_lead {
        "worklist-all"
    } else {
        "worklist-mine"
    });
    if state_row(ui, look, &title, view.cases.len(), state.only.is_none()) {
        state.only = None;
    }
    for kind in CaseState::ALL {
        let count = view.cases.iter().filter(|case| case.state == kind).count();
        if count > 0
            && state_row(
                ui,
                look,
                &look.t(kind.key()),
                count,
                state.only == Some(kind),
            )
        {
            state.only = Some(kind);
        }
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
