//! Tables with virtual rows: only what is seen is laid out.

use super::Look;
use egui::{CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// A column of a table.
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its width in points; the columns with `0` share what is left.
    pub width: f32,
    /// Whether its texts stand at the right: numbers, so that their digits stand below one another.
    is_number: bool,
}

impl Column {
    /// A column of fixed width.
    #[must_use]
    pub fn new(title: impl Into<String>, width: f32) -> Self {
        Self {
            title: title.into(),
            width,
            is_number: false,
        }
    }

    /// A column of numbers, set at the right.
    #[must_use]
    pub fn number(title: impl Into<String>, width: f32) -> Self {
        Self {
            is_number: true,
            ..Self::new(title, width)
        }
    }
}

/// A table of rows of equal height.
pub struct Table<'a> {
    look: Look<'a>,
    columns: Vec<Column>,
    row_height: f32,
    revealed: Option<usize>,
    is_flat: bool,
}

/// What a row of a table is drawn with: its cells' rectangles.
pub struct Cells<'a> {
    rects: &'a [Rect],
    columns: &'a [Column],
}

impl Cells<'_> {
    /// The rectangle of a cell.
    #[must_use]
    pub fn rect(&self, column: usize) -> Rect {
        self.rects.get(column).copied().unwrap_or(Rect::NOTHING)
    }

    /// Writes a text into a cell, cut with an ellipsis where it is too long.
    pub fn text(&self, ui: &Ui, column: usize, text: &str, size: f32, color: egui::Color32) {
        self.text_at(ui, column, 0.5, text, size, color);
    }

    /// Writes a text at a share of the cell's height: two lines to a row.
    pub fn text_at(
        &self,
        ui: &Ui,
        column: usize,
        height: f32,
        text: &str,
        size: f32,
        color: egui::Color32,
    ) {
        let rect = self.rect(column).shrink2(vec2(8.0, 0.0));
        let mut job = egui::text::LayoutJob::simple_singleline(
            text.to_owned(),
            FontId::proportional(size),
            color,
        );
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width().max(8.0));
        let galley = ui.painter().layout_job(job);
        let y = rect.top() + rect.height() * height - galley.size().y / 2.0;
        let is_number = self.columns.get(column).is_some_and(|c| c.is_number);
        let x = if is_number {
            rect.right() - galley.size().x
        } else {
            rect.left()
        };
        ui.painter().galley(pos2(x, y), galley, color);
    }

    /// A place in a cell for a control.
    pub fn place<R>(&self, ui: &mut Ui, column: usize, content: impl FnOnce(&mut Ui) -> R) -> R {
        let rect = self.rect(column).shrink2(vec2(8.0, 2.0));
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
        content(&mut child)
    }
}

impl<'a> Table<'a> {
    /// A table with its columns.
    #[must_use]
    pub fn new(look: Look<'a>, columns: Vec<Column>) -> Self {
        Self {
            look,
            columns,
            row_height: look.theme.density.table_thumb,
            revealed: None,
            is_flat: false,
        }
    }

    /// The height of its rows.
    #[must_use]
    pub const fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// All rows are drawn, without an area of its own that scrolls: for a table in one that does.
    #[must_use]
    pub const fn flat(mut self, is_flat: bool) -> Self {
        self.is_flat = is_flat;
        self
    }

    /// Brings a row into the middle of what is seen.
    #[must_use]
    pub const fn reveal(mut self, row: Option<usize>) -> Self {
        self.revealed = row;
        self
    }

    /// Draws the heading and the rows that are seen. `name` gives each row's accessible name; `draw`
    /// fills its cells. Returns the response of a row that was pressed, with its index.
    pub fn show(
        self,
        ui: &mut Ui,
        rows: usize,
        selected: Option<usize>,
        name: impl Fn(usize) -> String,
        mut draw: impl FnMut(&mut Ui, usize, &Cells<'_>),
    ) -> Option<(usize, Response)> {
        let theme = self.look.theme;
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let width = ui.available_width();
        let widths = self.widths(width);
        let (head, _) =
            ui.allocate_exact_size(vec2(width, theme.density.table + 1.0), Sense::hover());
        let cells = cells(head, &widths);
        let titles = Cells {
            rects: &cells,
            columns: &self.columns,
        };
        for (index, column) in self.columns.iter().enumerate() {
            titles.text(
                ui,
                index,
                &column.title,
                theme.type_sizes().body,
                theme.color.text2,
            );
        }
        ui.painter().hline(
            head.x_range(),
            head.bottom() - 0.5,
            Stroke::new(1.0, theme.color.line_strong),
        );
        let mut pressed = None;
        let mut draw_rows = |ui: &mut Ui, range: std::ops::Range<usize>| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            for index in range {
                let response = row_frame(
                    ui,
                    self.look,
                    self.row_height,
                    selected == Some(index),
                    &name(index),
                );
                let cells = self::cells(response.rect, &widths);
                let filled = Cells {
                    rects: &cells,
                    columns: &self.columns,
                };
                draw(ui, index, &filled);
                if response.clicked() || response.double_clicked() {
                    pressed = Some((index, response));
                }
            }
        };
        if self.is_flat {
            draw_rows(ui, 0..rows);
            return pressed;
        }
        let mut area = egui::ScrollArea::vertical().auto_shrink([false, false]);
        if let Some(row) = self.revealed {
            let middle = (row as f32 + 0.5) * self.row_height - ui.available_height() / 2.0;
            area = area.vertical_scroll_offset(middle.max(0.0));
        }
        area.show_rows(ui, self.row_height, rows, draw_rows);
        pressed
    }

    fn widths(&self, total: f32) -> Vec<f32> {
        let fixed: f32 = self.columns.iter().map(|c| c.width).sum();
        let open = self
            .columns
            .iter()
            .filter(|c| c.width == 0.0)
            .count()
            .max(1);
        let share = ((total - fixed) / open as f32).max(60.0);
        self.columns
            .iter()
            .map(|c| if c.width == 0.0 { share } else { c.width })
            .collect()
    }
}

fn cells(row: Rect, widths: &[f32]) -> Vec<Rect> {
    let mut x = row.left();
    widths
        .iter()
        .map(|width| {
            let rect = Rect::from_min_size(pos2(x, row.top()), vec2(*width, row.height()));
            x += width;
            rect
        })
        .collect()
}

/// The ground of a row that can be pressed: selection, hover, the line below.
pub fn row_frame(ui: &mut Ui, look: Look<'_>, height: f32, selected: bool, name: &str) -> Response {
    let theme = look.theme;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, name));
    let ground = if selected {
        Some(theme.color.selection)
    } else if response.hovered() {
        Some(theme.color.bg3)
    } else {
        None
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, CornerRadius::ZERO, ground);
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, theme.color.line),
    );
    response
}
