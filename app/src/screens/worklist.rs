//! Worklist: know what to do next.

use crate::desk::Command;
use crate::widgets::{
    Button, Column, Look, Table, check, chip, label, meter, section, separator, text_field,
};
use egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Panel, Role, Sense, Ui, WidgetInfo, vec2,
};

/// State of a case as a person may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Nobody reads it yet (lead).
    Unassigned,
    /// Not started.
    Assigned,
    /// Begun.
    InProgress,
    /// Reopened by the lead.
    Reopened,
    /// Submitted.
    Submitted,
    /// Readers are at work (lead).
    Open,
    /// All submitted (lead).
    Ready,
    /// Differences wait for a decision (lead).
    Discordant,
    /// Readers agree, or the lead has decided (lead).
    Settled,
}

impl CaseState {
    /// Every state, in the order of the list at the left.
    pub const ALL: [Self; 9] = [
        Self::Unassigned,
        Self::Assigned,
        Self::InProgress,
        Self::Reopened,
        Self::Submitted,
        Self::Open,
        Self::Ready,
        Self::Discordant,
        Self::Settled,
    ];

    /// The key of its word.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unassigned => "state-unassigned",
            Self::Assigned => "state-assigned",
            Self::InProgress => "state-in-progress",
            Self::Reopened => "state-reopened",
            Self::Submitted => "state-submitted",
            Self::Open => "state-open",
            Self::Ready => "state-ready",
            Self::Discordant => "state-discordant",
            Self::Settled => "state-settled",
        }
    }

    fn color(self, look: Look<'_>) -> Color32 {
        let color = &look.theme.color;
        match self {
            Self::Unassigned | Self::Assigned => color.text2,
            Self::InProgress | Self::Open => color.accent,
            Self::Reopened => color.danger,
            Self::Submitted | Self::Settled => color.ok,
            Self::Ready | Self::Discordant => color.warn,
        }
    }

    /// Whether every reading that this person may know of is submitted.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Ready | Self::Discordant | Self::Settled
        )
    }

    /// How far a case in this state has come.
    const fn share(self) -> f32 {
        match self {
            Self::Unassigned | Self::Assigned => 0.0,
            Self::InProgress | Self::Reopened | Self::Open => 0.4,
            Self::Ready | Self::Discordant => 0.8,
            Self::Submitted | Self::Settled => 1.0,
        }
    }
}

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

fn table_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    shown: &[&CaseRow],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let mut columns = vec![
        Column::new(look.t("worklist-col-case"), 100.0),
        Column::new(look.t("worklist-col-study"), 0.0),
        Column::new(look.t("worklist-col-state"), 130.0),
        Column::new(look.t("worklist-col-progress"), 110.0),
        Column::new(look.t("worklist-col-series"), 90.0),
        Column::new(look.t("worklist-col-protocol"), 90.0),
    ];
    if view.is_lead {
        columns.push(Column::new(look.t("worklist-col-readers"), 220.0));
    }
    let selected = shown
        .iter()
        .position(|case| Some(&case.id) == state.selected.as_ref());
    let size = theme.type_sizes().body;
    let pressed = Table::new(look, columns).show(
        ui,
        shown.len(),
        selected,
        |row| {
            shown
                .get(row)
                .map_or_else(String::new, |case| case.number.clone())
        },
        |ui, row, cells| {
            let Some(case) = shown.get(row) else { return };
            cells.text(ui, 0, &case.number, size, theme.color.text1);
            cells.text(ui, 1, &case.study, size, theme.color.text1);
            cells.place(ui, 2, |ui| {
                chip(ui, look, &look.t(case.state.key()), case.state.color(look))
            });
            let color = if case.state.share() >= 1.0 {
                theme.color.ok
            } else {
                theme.color.accent
            };
            cells.place(ui, 3, |ui| {
                meter(ui, look, &case.number, case.state.share(), 74.0, color)
            });
            cells.text(
                ui,
                4,
                &look.f("worklist-series-count", &[("count", case.series.into())]),
                size,
                theme.color.text2,
            );
            cells.text(ui, 5, &case.protocol, size, theme.color.text1);
            if view.is_lead {
                let names = if case.readers.is_empty() {
                    look.t("worklist-nobody")
                } else {
                    case.readers.join("、")
                };
                cells.text(ui, 6, &names, size, theme.color.text2);
            }
        },
    );
    if let Some((row, response)) = pressed
        && let Some(case) = shown.get(row)
    {
        state.selected = Some(case.id.clone());
        if response.double_clicked() {
            out.push(open_command(Some(case)));
        }
    }
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

fn side_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    section(ui, look, &look.t("worklist-progress"), "");
    let mine: Vec<&CaseRow> = if view.is_lead {
        view.cases.iter().collect()
    } else {
        view.cases.iter().filter(|c| c.is_mine).collect()
    };
    let done = mine.iter().filter(|case| case.state.is_submitted()).count();
    ui.horizontal(|ui| {
        label(
            ui,
            done.to_string(),
            theme.type_sizes().figure,
            theme.color.text1,
        );
        label(
            ui,
            look.f("worklist-submitted", &[("total", mine.len().into())]),
            theme.type_sizes().body,
            theme.color.text2,
        );
    });
    let share = done as f32 / mine.len().max(1) as f32;
    meter(
        ui,
        look,
        &look.t("worklist-progress"),
        share,
        ui.available_width(),
        theme.color.accent,
    );
    if !mine.is_empty() && done == mine.len() && !view.is_lead {
        label(
            ui,
            look.t("worklist-all-done"),
            theme.type_sizes().body,
            theme.color.ok,
        );
    }
    separator(ui, look);
    if let Some(case) = view
        .cases
        .iter()
        .find(|case| Some(&case.id) == state.selected.as_ref())
    {
        case_ui(ui, look, state, case, view, out);
        separator(ui, look);
    }
    if view.is_lead {
        assign_ui(ui, look, state, view, out);
    }
}

fn case_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    case: &CaseRow,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    label(ui, &case.number, theme.type_sizes().head, theme.color.text1);
    if let Some(picture) = view.preview {
        let width = ui.available_width();
        ui.add(egui::Image::new(picture).fit_to_exact_size(vec2(width, width * 0.72)));
    }
    label(ui, &case.study, theme.type_sizes().body, theme.color.text2);
    let width = ui.available_width();
    if case.is_mine {
        let key = match case.state {
            CaseState::Submitted => "worklist-read-again",
            CaseState::InProgress | CaseState::Reopened => "worklist-continue",
            _ => "worklist-open",
        };
        if ui
            .add(
                Button::new(look, look.t(key))
                    .primary()
                    .tall()
                    .icon("reading")
                    .width(width),
            )
            .clicked()
        {
            out.push(Command::OpenCase(case.id.clone()));
        }
    } else if matches!(
        case.state,
        CaseState::Ready | CaseState::Discordant | CaseState::Settled
    ) {
        if ui
            .add(
                Button::new(look, look.t("worklist-compare"))
                    .primary()
                    .tall()
                    .icon("adjudicate")
                    .width(width),
            )
            .clicked()
        {
            out.push(Command::Compare(case.id.clone()));
        }
        let name = look.t("worklist-reopen-reason");
        text_field(
            ui,
            look,
            &name,
            &name,
            &mut state.reopen_reason,
            width,
            false,
        );
        let may = !state.reopen_reason.trim().is_empty();
        if ui
            .add(
                Button::new(look, look.t("worklist-reopen"))
                    .width(width)
                    .enabled(may),
            )
            .clicked()
        {
            out.push(Command::Reopen {
                case: case.id.clone(),
                reason: std::mem::take(&mut state.reopen_reason),
            });
        }
    }
}

fn assign_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    section(ui, look, &look.t("worklist-assign"), "");
    if view.is_admin
        && ui
            .add(
                Button::new(look, look.t("people-new"))
                    .icon("add")
                    .width(ui.available_width()),
            )
            .clicked()
    {
        out.push(Command::AskPerson);
    }
    for (id, name) in view.readers {
        let mut is_chosen = state.chosen_readers.contains(id);
        if check(ui, look, name, &mut is_chosen).changed() {
            state.chosen_readers.retain(|known| known != id);
            if is_chosen {
                state.chosen_readers.push(id.clone());
            }
        }
    }
    ui.add(
        egui::Label::new(
            egui::RichText::new(look.t("worklist-assign-hint"))
                .size(theme.type_sizes().small)
                .color(theme.color.text3),
        )
        .wrap(),
    );
    let may = !state.chosen_readers.is_empty()
        && view
            .cases
            .iter()
            .any(|case| case.state == CaseState::Unassigned);
    let width = ui.available_width();
    if ui
        .add(
            Button::new(look, look.t("worklist-assign-do"))
                .width(width)
                .enabled(may),
        )
        .clicked()
    {
        out.push(Command::Assign(state.chosen_readers.clone()));
    }
}
