//! Agreement: where do readers differ.

use crate::desk::Command;
use crate::widgets::{Button, Column, Look, Table, Tone, label, said, section, text_field};
use egui::{Align, Frame, Layout, Margin, Ui, vec2};

/// Agreement on one label over the compared cases.
#[derive(Clone, Debug)]
pub struct LabelFigures {
    /// Its name.
    pub name: String,
    /// Cases in which at least one reader used it.
    pub n: usize,
    /// Mean Dice over them.
    pub dice: Option<f64>,
    /// Mean IoU.
    pub iou: Option<f64>,
    /// Mean κ over voxels.
    pub voxel_kappa: Option<f64>,
    /// Mean HD95.
    pub hd95_mm: Option<f64>,
}

/// Agreement in one case.
#[derive(Clone, Debug)]
pub struct CaseFigures {
    /// Id.
    pub id: String,
    /// Number.
    pub number: String,
    /// Matched findings, and those of A and B alone.
    pub findings: [usize; 3],
    /// Mean Dice of matched findings.
    pub dice: Option<f64>,
    /// Mean HD95 of matched findings.
    pub hd95_mm: Option<f64>,
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// By label.
    pub labels: Vec<LabelFigures>,
    /// By case.
    pub cases: Vec<CaseFigures>,
    /// Where the report goes.
    pub report_path: String,
    /// What was done last.
    pub said: Option<String>,
}

impl State {
    /// Detection F1 over all cases: 2·matched / (2·matched + only A + only B).
    #[must_use]
    pub fn detection_f1(&self) -> Option<f64> {
        let [matched, a, b] = self.totals();
        let all = 2 * matched + a + b;
        (all > 0).then(|| 2.0 * matched as f64 / all as f64)
    }

    fn totals(&self) -> [usize; 3] {
        self.cases.iter().fold([0; 3], |sum, case| {
            std::array::from_fn(|i| sum[i] + case.findings[i])
        })
    }
}

/// Draws the screen.
pub fn agreement_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let frame = Frame::new().fill(theme.color.bg1).inner_margin(Margin {
        left: 20,
        right: 20,
        top: 14,
        bottom: 10,
    });
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        head_ui(ui, look, state, out);
        if state.cases.is_empty() {
            ui.add_space(ui.available_height() * 0.3);
            ui.vertical_centered(|ui| {
                label(
                    ui,
                    look.t("agreement-empty"),
                    theme.type_sizes().head,
                    theme.color.text2,
                )
            });
            return;
        }
        figures_ui(ui, look, state);
        ui.add_space(12.0);
        section(ui, look, &look.t("agreement-by-label"), "");
        labels_ui(ui, look, state);
        ui.add_space(12.0);
        section(ui, look, &look.t("agreement-by-case"), "");
        cases_ui(ui, look, state, out);
    });
}

fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("agreement-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        if !state.cases.is_empty() && state.cases.len() < 20 {
            label(
                ui,
                look.f("agreement-few", &[("count", state.cases.len().into())]),
                theme.type_sizes().body,
                theme.color.warn,
            );
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let may = !state.cases.is_empty() && !state.report_path.trim().is_empty();
            if ui
                .add(
                    Button::new(look, look.t("agreement-report"))
                        .primary()
                        .enabled(may),
                )
                .clicked()
            {
                out.push(Command::Report(state.report_path.trim().into()));
            }
            let name = look.t("agreement-report-path");
            text_field(ui, look, &name, &name, &mut state.report_path, 360.0, false);
        });
    });
    if let Some(text) = &state.said {
        said(ui, look, Tone::Good, text);
    }
}

fn figures_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    let [matched, only_a, only_b] = state.totals();
    let f1 = state
        .detection_f1()
        .map_or_else(|| "—".to_owned(), |v| format!("{v:.2}"));
    let figures = [
        ("agreement-cases", state.cases.len().to_string()),
        ("agreement-f1", f1),
        ("agreement-matched", matched.to_string()),
        ("agreement-a-only", only_a.to_string()),
        ("agreement-b-only", only_b.to_string()),
    ];
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        for (key, value) in figures {
            let card = Frame::new()
                .fill(theme.color.bg2)
                .inner_margin(Margin::symmetric(14, 10));
            card.show(ui, |ui| {
                ui.set_min_width(150.0);
                ui.vertical(|ui| {
                    label(ui, look.t(key), theme.type_sizes().body, theme.color.text2);
                    label(ui, value, theme.type_sizes().figure, theme.color.text1);
                });
            });
        }
    });
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "—".to_owned(), |v| format!("{v:.digits$}"))
}

fn labels_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("agreement-label"), 300.0),
        Column::number(look.t("agreement-n"), 80.0),
        Column::number(look.t("agreement-dice"), 110.0),
        Column::number(look.t("agreement-iou"), 110.0),
        Column::number(look.t("agreement-kappa"), 120.0),
        Column::number(look.t("agreement-hd95"), 120.0),
        Column::new("", 0.0),
    ];
    let size = theme.type_sizes().body;
    let height = theme.density.table * (state.labels.len().min(8) as f32 + 1.2);
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        Table::new(look, columns)
            .row_height(theme.density.table)
            .show(
                ui,
                state.labels.len(),
                None,
                |row| {
                    state
                        .labels
                        .get(row)
                        .map_or_else(String::new, |l| l.name.clone())
                },
                |ui, row, cells| {
                    let Some(row) = state.labels.get(row) else {
                        return;
                    };
                    cells.text(ui, 0, &row.name, size, theme.color.text1);
                    cells.text(ui, 1, &row.n.to_string(), size, theme.color.text1);
                    cells.text(ui, 2, &number(row.dice, 3), size, theme.color.text1);
                    cells.text(ui, 3, &number(row.iou, 3), size, theme.color.text1);
                    cells.text(ui, 4, &number(row.voxel_kappa, 3), size, theme.color.text1);
                    cells.text(ui, 5, &number(row.hd95_mm, 1), size, theme.color.text1);
                },
            );
    });
}

fn cases_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("worklist-col-case"), 220.0),
        Column::number(look.t("agreement-matched"), 160.0),
        Column::number(look.t("agreement-a-only"), 110.0),
        Column::number(look.t("agreement-b-only"), 110.0),
        Column::number(look.t("agreement-dice"), 120.0),
        Column::number(look.t("agreement-hd95"), 120.0),
        Column::new("", 0.0),
    ];
    let size = theme.type_sizes().body;
    let pressed = Table::new(look, columns)
        .row_height(theme.density.table)
        .show(
            ui,
            state.cases.len(),
            None,
            |row| {
                state
                    .cases
                    .get(row)
                    .map_or_else(String::new, |c| c.number.clone())
            },
            |ui, row, cells| {
                let Some(row) = state.cases.get(row) else {
                    return;
                };
                cells.text(ui, 0, &row.number, size, theme.color.text1);
                for (column, count) in row.findings.iter().enumerate() {
                    cells.text(ui, column + 1, &count.to_string(), size, theme.color.text1);
                }
                cells.text(ui, 4, &number(row.dice, 3), size, theme.color.text1);
                cells.text(ui, 5, &number(row.hd95_mm, 1), size, theme.color.text1);
            },
        );
    if let Some((row, _)) = pressed
        && let Some(case) = state.cases.get(row)
    {
        out.push(Command::Compare(case.id.clone()));
    }
}
