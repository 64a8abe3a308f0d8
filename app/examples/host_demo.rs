//! A small program for trying hosts by hand: text, slider, image, field, table.
//!
//! `host_demo [auto|gpu|cpu]` opens a window; `host_demo offscreen FILE.png [N]` paints one picture
//! and prints how long a full frame takes (of N); `host_demo play FOLDER` lets the player use the window.

#![allow(clippy::print_stdout, reason = "its figures are its purpose")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use dokuei::host::offscreen::Offscreen;
use dokuei::host::{Program, RendererChoice, RendererInfo, WindowSettings, run};
use dokuei::player;
use dokuei::theme::{ICON_FAMILY, Mode, RowDensity, Theme};
use egui::{Color32, ColorImage, FontFamily, RichText, Sense, TextureHandle, TextureOptions};

struct Demo {
    begun: Instant,
    theme: Theme,
    renderer: String,
    name: String,
    level: f32,
    ticked: bool,
    asked: bool,
    picture: Option<TextureHandle>,
    stroke: Vec<egui::Pos2>,
    frames: u32,
}

impl Demo {
    fn new(begun: Instant, theme: Theme) -> Self {
        Self {
            begun,
            theme,
            renderer: String::new(),
            name: "鷗 太郎".to_owned(),
            level: 40.0,
            ticked: false,
            asked: false,
            picture: None,
            stroke: Vec::new(),
            frames: 0,
        }
    }

    fn left(&mut self, ui: &mut egui::Ui) {
        ui.heading("読影 Reading");
        ui.label("胸部 CT、薄いスライス。右肺上葉 S1 に部分充実性の結節。");
        ui.horizontal(|ui| {
            for name in ["brush", "eraser", "box2d", "point", "undo", "save_ok"] {
                let icon = RichText::new(self.theme.icon(name))
                    .family(FontFamily::Name(ICON_FAMILY.into()))
                    .size(18.0);
                ui.button(icon).on_hover_text(name);
            }
        });
        ui.horizontal(|ui| {
            let label = ui.label("氏名 Name");
            ui.text_edit_singleline(&mut self.name)
                .labelled_by(label.id);
        });
        ui.add(egui::Slider::new(&mut self.level, -200.0..=400.0).text("ウィンドウ Level"));
        ui.checkbox(&mut self.ticked, "所見なし No finding");
        let mark = self.theme.icon("check");
        if ui.button(format!("{mark} 提出 Submit")).clicked() {
            self.ticked = true;
        }
        if self.asked {
            ui.colored_label(
                self.theme.color.warn,
                "未保存の作業があります。Unsaved work.",
            );
        }
        ui.label(format!("描画 {} / {}", self.frames, self.renderer));
    }

    fn table(&self, ui: &mut egui::Ui) {
        egui::ScrollArea::vertical().show_rows(ui, self.theme.density.table, 1000, |ui, rows| {
            for row in rows {
                let text = format!(
                    "F{row:04}  肺結節 部分充実性  左下葉 S6  21.2 × 18.{} mm",
                    row % 10
                );
                let size = egui::vec2(ui.available_width(), self.theme.density.table);
                ui.allocate_ui(size, |ui| ui.label(text));
            }
        });
    }

    fn image(&mut self, ui: &mut egui::Ui) {
        let picture = self.picture.get_or_insert_with(|| {
            ui.ctx()
                .load_texture("slice", phantom(), TextureOptions::LINEAR)
        });
        let size = ui.available_size();
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Canvas, true, "画像 Canvas")
        });
        let side = rect.width().min(rect.height());
        let square = egui::Rect::from_center_size(rect.center(), egui::Vec2::splat(side));
        let painter = ui.painter_at(rect);
        painter.rect_filled(rect, 0.0, Color32::BLACK);
        let all = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        painter.image(picture.id(), square, all, Color32::WHITE);
        if response.dragged() || response.drag_started() {
            ui.input(|input| {
                for event in &input.events {
                    if let egui::Event::PointerMoved(place) = event {
                        self.stroke.push(*place);
                    }
                }
            });
        }
        let color = self.theme.label(0).color.gamma_multiply(0.5);
        for &place in &self.stroke {
            painter.circle_filled(place, 12.0, color);
        }
    }
}

impl Program for Demo {
    fn ui(&mut self, ui: &mut egui::Ui) {
        if self.frames == 0 {
            println!("start to first frame: {:.0?}", self.begun.elapsed());
        }
        self.frames += 1;
        egui::Panel::left("left")
            .exact_size(380.0)
            .show(ui, |ui| self.left(ui));
        egui::Panel::right("right")
            .exact_size(420.0)
            .show(ui, |ui| self.table(ui));
        egui::CentralPanel::no_frame().show(ui, |ui| self.image(ui));
    }

    fn on_start(&mut self, ctx: &egui::Context, renderer: &RendererInfo) {
        self.theme.apply(ctx);
        self.renderer = format!(
            "{:?} {} {:?}",
            renderer.kind, renderer.adapter, renderer.why
        );
        println!("{}", self.renderer);
    }

    fn may_close(&mut self) -> bool {
        let again = self.asked;
        self.asked = true;
        again || self.ticked
    }

    fn on_exit(&mut self) {
        println!("closed after {} frames", self.frames);
    }

    fn title(&self) -> String {
        format!("Dokuei {}", self.name)
    }
}

fn phantom() -> ColorImage {
    let side = 512;
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (x as f32 - 256.0, y as f32 - 256.0);
            let inside = (dx / 220.0).powi(2) + (dy / 160.0).powi(2) < 1.0;
            let ring = ((dx * dx + dy * dy).sqrt() / 9.0).sin();
            let grey = if inside { 90.0 + 60.0 * ring } else { 8.0 };
            pixels.push(Color32::from_gray(grey as u8));
        }
    }
    ColorImage::new([side, side], pixels)
}

fn offscreen(
    begun: Instant,
    theme: Theme,
    file: &std::path::Path,
    frames: usize,
) -> anyhow::Result<()> {
    let make = Box::new(move || Box::new(Demo::new(begun, theme)) as Box<dyn Program>);
    let mut host = Offscreen::new([1600.0, 1000.0], 1.0, make, None);
    println!("settled after {} frames", host.settle());
    let mut times = Vec::new();
    for _ in 0..frames.max(1) {
        host.forget_painted();
        let from = Instant::now();
        host.frame();
        times.push(from.elapsed());
    }
    times.sort();
    println!(
        "full frame, program and paint: median {:.1?}",
        times[times.len() / 2]
    );
    let from = Instant::now();
    host.frame();
    println!(
        "frame without change: {:.1?}, damage {:?}",
        from.elapsed(),
        host.damage()
    );
    host.write_png(file)
}

fn play(player: &player::Player, folder: &std::path::Path) -> Result<(), player::PlayerError> {
    player.wait_for("提出 Submit")?;
    player.fill("氏名 Name", "森鷗外")?;
    println!("name: {}", player.value("氏名 Name")?);
    let canvas = player.wait_for("画像 Canvas")?.rect;
    let path: Vec<egui::Pos2> = (0..=20)
        .map(|n| canvas.center() + egui::Vec2::angled(n as f32 * 0.3) * 120.0)
        .collect();
    player.drag(&path, Duration::from_millis(600))?;
    player.scroll(5, player.wait_for("F0000")?.rect.center())?;
    player.screenshot(&folder.join("play.png"))?;
    let before = player.frames_drawn();
    std::thread::sleep(Duration::from_secs(2));
    println!(
        "frames while idle for 2 s: {}",
        player.frames_drawn() - before
    );
    player.with_patience(Duration::from_secs(1)).close().ok();
    println!("refused: {}", player.shows("未保存の作業")?);
    print!(
        "{}",
        player
            .tree_text()?
            .lines()
            .take(20)
            .collect::<Vec<_>>()
            .join("\n")
    );
    println!();
    player.click("提出 Submit")?;
    player.close()
}

fn main() -> anyhow::Result<()> {
    let begun = Instant::now();
    tracing_subscriber::fmt().with_target(false).init();
    let theme = Theme::new(Mode::Dark, RowDensity::Normal, 1.0)?;
    let mut words = std::env::args().skip(1);
    let word = words.next().unwrap_or_default();
    let place = PathBuf::from(words.next().unwrap_or_else(|| ".".to_owned()));
    if word == "offscreen" {
        let frames = words.next().and_then(|n| n.parse().ok()).unwrap_or(20);
        return offscreen(begun, theme, &place, frames);
    }
    let choice = match word.as_str() {
        "gpu" => RendererChoice::Gpu,
        "cpu" => RendererChoice::Cpu,
        _ => RendererChoice::Auto,
    };
    let window = WindowSettings {
        size: [1600.0, 1000.0],
        min_size: [1280.0, 800.0],
        title: "Dokuei".to_owned(),
        app_id: "dokuei".to_owned(),
    };
    let make = Box::new(move || Box::new(Demo::new(begun, theme)) as Box<dyn Program>);
    let (plugin, player) = player::pair();
    if word == "play" || word == "play-offscreen" {
        let thread = std::thread::spawn(move || play(&player, &place));
        if word == "play" {
            run(choice, window, make, Some(plugin))?;
        } else {
            Offscreen::new([1600.0, 1000.0], 1.0, make, Some(plugin)).run_until_closed();
        }
        return match thread.join() {
            Ok(result) => Ok(result?),
            Err(_) => anyhow::bail!("the player panicked"),
        };
    }
    run(choice, window, make, None)
}
