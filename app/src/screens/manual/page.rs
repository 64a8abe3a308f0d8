//! A page of the manual: its blocks drawn one below the other, lines no longer than the eye follows.

use crate::manual::{Block, Line, Page, Said, Span, key_tables};
use crate::widgets::Look;
use egui::{
    Align, Color32, FontId, Key, Label, Layout, Response, ScrollArea, Stroke, Ui,
    text::{LayoutJob, TextFormat},
    vec2,
};

/// Letters of a line at most, in halves of the text's height: 80, of which a kana or kanji takes two.
const LETTERS: f32 = 80.0;
/// What stands in for a space that a line must not be broken at.
const FIXED_SPACE: &str = "\u{a0}";
/// Points between the columns of a table.
const GAP: f32 = 16.0;

/// Draws a page. A target is the place of the block that comes to the top of the window.
pub(super) fn page_ui(
    ui: &mut Ui,
    look: Look<'_>,
    said: &Said<'_>,
    page: &Page,
    target: Option<usize>,
) {
    let theme = look.theme;
    let width = LETTERS * theme.type_sizes().body / 2.0;
    ScrollArea::vertical()
        .id_salt(("manual", page.id))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            scroll_by_keys(ui);
            let room = ui.available_width() - 16.0;
            ui.set_max_width(width.min(room).max(80.0));
            ui.spacing_mut().item_spacing.y = 0.0;
            let (size, ink) = (theme.type_sizes().title, theme.color.text1);
            let title = crate::widgets::label(ui, page.title.as_str(), size, ink);
            if target == Some(0) {
                title.scroll_to_me(Some(Align::TOP));
            }
            for (place, block) in page.blocks.iter().enumerate() {
                let is_target = place > 0 && target == Some(place);
                block_ui(ui, look, said, block, is_target);
            }
            ui.add_space(32.0);
        });
}

/// Without a mouse the text is moved by the keys that move a stack elsewhere.
fn scroll_by_keys(ui: &Ui) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let page = ui.clip_rect().height() * 0.9;
    let to_the_end = 1.0e6;
    let keys = [
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::End, to_the_end),
        (Key::Home, -to_the_end),
    ];
    for (key, down) in keys {
        if ui.input(|i| i.key_pressed(key)) {
            ui.scroll_with_delta(vec2(0.0, -down));
        }
    }
}

fn block_ui(ui: &mut Ui, look: Look<'_>, said: &Said<'_>, block: &Block, is_target: bool) {
    let theme = look.theme;
    match block {
        Block::Heading { level, text } => {
            ui.add_space(if *level == 2 { 20.0 } else { 12.0 });
            let sizes = theme.type_sizes();
            let size = if *level == 2 { sizes.head } else { sizes.body };
            let ink = theme.color.text1;
            let heading = line_ui(ui, look, said, text, (size, [ink; 2]));
            if is_target {
                heading.scroll_to_me(Some(Align::TOP));
            }
            if *level == 2 {
                ui.add_space(3.0);
                rule_ui(ui, theme.color.line_strong);
            }
        }
        Block::Paragraph(text) => {
            ui.add_space(8.0);
            words_ui(ui, look, said, text);
        }
        Block::List { is_numbered, items } => {
            ui.add_space(6.0);
            for (place, item) in items.iter().enumerate() {
                let mark = if *is_numbered {
                    format!("{}.", place + 1)
                } else {
                    "・".to_owned()
                };
                item_ui(ui, look, said, &mark, item);
            }
        }
        Block::Table { head, rows } => table_ui(ui, look, said, head, rows),
        Block::Keys => keys_ui(ui, look, said),
    }
}

fn item_ui(ui: &mut Ui, look: Look<'_>, said: &Said<'_>, mark: &str, item: &[Span]) {
    let theme = look.theme;
    ui.add_space(3.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let size = vec2(22.0, theme.type_sizes().body);
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_width(size.x);
            let mark = [Span::Plain(mark.to_owned())];
            words_ui(ui, look, said, &mark);
        });
        words_ui(ui, look, said, item);
    });
}

fn table_ui(ui: &mut Ui, look: Look<'_>, said: &Said<'_>, head: &[Line], rows: &[Vec<Line>]) {
    let color = &look.theme.color;
    let size = look.theme.type_sizes().body;
    let natural: Vec<f32> = (0..head.len())
        .map(|column| {
            let cells = std::iter::once(head.get(column)).chain(rows.iter().map(|r| r.get(column)));
            let width = |cell: &Line| {
                let job = job(look, said, cell, size, [color.text1; 2]);
                ui.painter().layout_job(job).size().x
            };
            cells.flatten().map(width).fold(0.0, f32::max) + 1.0
        })
        .collect();
    let between = GAP * head.len().saturating_sub(1) as f32;
    let widths = widths(&natural, ui.available_width() - between);
    ui.add_space(8.0);
    row_ui(ui, look, said, (head, widths.as_slice()), [color.text2; 2]);
    rule_ui(ui, color.line_strong);
    for row in rows {
        row_ui(ui, look, said, (row, widths.as_slice()), [color.text1; 2]);
        rule_ui(ui, color.line);
    }
}

fn row_ui(
    ui: &mut Ui,
    look: Look<'_>,
    said: &Said<'_>,
    (cells, widths): (&[Line], &[f32]),
    inks: [Color32; 2],
) {
    let size = look.theme.type_sizes().body;
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for (cell, width) in cells.iter().zip(widths) {
            let place = vec2(*width, size);
            ui.allocate_ui_with_layout(place, Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(*width);
                ui.set_max_width(*width);
                if !cell.is_empty() {
                    line_ui(ui, look, said, cell, (size, inks));
                }
            });
        }
    });
    ui.add_space(4.0);
}

/// Widths of columns that together fill no more than the room: as wide as their texts, and where these
/// need more, the wide ones share what the narrow ones leave.
fn widths(natural: &[f32], room: f32) -> Vec<f32> {
    if natural.iter().sum::<f32>() <= room {
        return natural.to_vec();
    }
    let share = room / natural.len().max(1) as f32;
    let narrow: f32 = natural.iter().filter(|width| **width <= share).sum();
    let wide = natural.iter().filter(|width| **width > share).count();
    let each = (room - narrow) / wide.max(1) as f32;
    let width = |natural: &f32| if *natural <= share { *natural } else { each };
    natural.iter().map(width).collect()
}

fn keys_ui(ui: &mut Ui, look: Look<'_>, said: &Said<'_>) {
    let plain = |text: &str| vec![Span::Plain(text.to_owned())];
    let head = [
        plain(&look.t("manual-key")),
        plain(&look.t("manual-key-act")),
    ];
    for table in key_tables(said) {
        let heading = Block::Heading {
            level: 3,
            text: plain(&table.title),
        };
        block_ui(ui, look, said, &heading, false);
        let rows: Vec<Vec<Line>> = table
            .rows
            .iter()
            .map(|row| vec![vec![Span::Code(row.keys.clone())], plain(&row.act)])
            .collect();
        table_ui(ui, look, said, &head, &rows);
    }
}

/// Running text: what stands out does so by its brightness.
fn words_ui(ui: &mut Ui, look: Look<'_>, said: &Said<'_>, line: &[Span]) {
    let color = &look.theme.color;
    let size = look.theme.type_sizes().body;
    line_ui(ui, look, said, line, (size, [color.text2, color.text1]));
}

fn line_ui(
    ui: &mut Ui,
    look: Look<'_>,
    said: &Said<'_>,
    line: &[Span],
    (size, inks): (f32, [Color32; 2]),
) -> Response {
    let job = job(look, said, line, size, inks);
    ui.add(Label::new(job).wrap().selectable(false))
}

/// A line with its parts: in the colours of plain words and of those that stand out; keys as caps.
fn job(
    look: Look<'_>,
    said: &Said<'_>,
    line: &[Span],
    size: f32,
    [plain, strong]: [Color32; 2],
) -> LayoutJob {
    let color = &look.theme.color;
    let height = (size * look.theme.type_sizes().line_height * 1.1).round();
    let mut job = LayoutJob::default();
    for span in line {
        let (text, ink, ground) = match span {
            Span::Plain(words) => (words.clone(), plain, Color32::TRANSPARENT),
            Span::Strong(words) => (words.clone(), strong, Color32::TRANSPARENT),
            Span::Code(words) => (words.clone(), color.text1, color.bg5),
            Span::Key(id) => {
                let key = said.key(id).replace(' ', FIXED_SPACE);
                let cap = format!("{FIXED_SPACE}{key}{FIXED_SPACE}");
                (cap, color.text1, color.bg5)
            }
        };
        let is_cap = matches!(span, Span::Code(_) | Span::Key(_));
        let format = TextFormat {
            // a ground is as high as its letters, not as the line
            line_height: (!is_cap).then_some(height),
            valign: Align::Center,
            background: ground,
            ..TextFormat::simple(FontId::proportional(size), ink)
        };
        job.append(&text, 0.0, format);
    }
    // a line of caps alone is as high as any other
    let strut = TextFormat {
        line_height: Some(height),
        valign: Align::Center,
        ..TextFormat::simple(FontId::proportional(size), Color32::TRANSPARENT)
    };
    job.append("\u{200b}", 0.0, strut);
    job
}

fn rule_ui(ui: &Ui, color: Color32) {
    let y = ui.cursor().top();
    let x = ui.max_rect().x_range();
    ui.painter().hline(x, y, Stroke::new(1.0, color));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_texts_where_there_is_room() {
        assert_eq!(widths(&[40.0, 100.0], 200.0), [40.0, 100.0]);
    }

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        assert_eq!(widths(&[40.0, 900.0, 700.0], 300.0), [40.0, 130.0, 130.0]);
        assert_eq!(widths(&[900.0, 700.0], 300.0), [150.0, 150.0]);
        assert_eq!(widths(&[], 300.0), Vec::<f32>::new());
    }
}
