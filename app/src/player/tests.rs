use std::time::Duration;

use egui::pos2;

use super::*;
use crate::host::offscreen::Offscreen;
use crate::host::{Program, RendererInfo};

#[derive(Default)]
struct Form {
    name: String,
    pressed: usize,
    ticked: bool,
    path: Vec<Pos2>,
    undone: usize,
    rows: usize,
}

impl Program for Form {
    fn ui(&mut self, ui: &mut egui::Ui) {
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::Z)) {
            self.undone += 1;
        }
        ui.label("保存");
        if ui.button("保存").clicked() {
            self.pressed += 1;
        }
        ui.add_enabled(false, egui::Button::new("\u{E182} 提出"));
        let label = ui.label("氏名");
        ui.text_edit_singleline(&mut self.name)
            .labelled_by(label.id);
        ui.checkbox(&mut self.ticked, "所見なし");
        ui.label(format!("押した回数 {}", self.pressed));
        ui.label(format!("元に戻した回数 {}", self.undone));
        ui.label(format!("点 {}", self.path.len()));
        ui.label(format!("行 {}", self.rows));
        let (_, canvas) = ui.allocate_exact_size(egui::vec2(200.0, 60.0), egui::Sense::drag());
        canvas
            .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Canvas, true, "画像"));
        ui.input(|input| {
            for event in &input.events {
                match event {
                    egui::Event::PointerMoved(place) if canvas.dragged() => self.path.push(*place),
                    egui::Event::MouseWheel { delta, .. } if delta.y < 0.0 => self.rows += 1,
                    _ => {}
                }
            }
        });
    }
    fn on_start(&mut self, _: &egui::Context, _: &RendererInfo) {}
    fn may_close(&mut self) -> bool {
        true
    }
    fn on_exit(&mut self) {}
    fn title(&self) -> String {
        "試験".to_owned()
    }
}

/// Plays on another thread while this one runs the window.
fn play(scene: impl FnOnce(&Player) -> Result<(), PlayerError> + Send + 'static) {
    let (plugin, player) = pair();
    let hand = std::thread::spawn(move || {
        let player = player.with_patience(Duration::from_secs(10));
        let played = scene(&player);
        let closed = player.close();
        played.and(closed)
    });
    let make = Box::new(|| Box::new(Form::default()) as Box<dyn Program>);
    Offscreen::new([400.0, 400.0], 1.0, make, Some(plugin)).run_until_closed();
    hand.join().unwrap().unwrap();
}

#[test]
fn a_click_presses_the_button_and_not_the_label_of_the_same_name() {
    play(|player| {
        player.click("保存")?;
        player.wait_for("押した回数 1")?;
        player.double_click("保存")?;
        player.wait_for("押した回数 3")?;
        Ok(())
    });
}

#[test]
fn typed_text_reaches_the_field_named_by_its_label() {
    play(|player| {
        player.fill("氏名", "森 鷗外")?;
        assert_eq!(player.value("氏名")?, "森 鷗外");
        player.key("Backspace")?;
        player.key("B")?;
        assert_eq!(player.value("氏名")?, "森 鷗b");
        player.fill("氏名", "")?;
        assert_eq!(player.value("氏名")?, "");
        Ok(())
    });
}

#[test]
fn shortcuts_wheel_and_check_boxes_work() {
    play(|player| {
        player.key("Ctrl+Z")?;
        player.wait_for("元に戻した回数 1")?;
        player.scroll(3, pos2(50.0, 50.0))?;
        player.wait_for("行 3")?;
        assert_eq!(player.value("所見なし")?, "false");
        player.click("所見なし")?;
        assert_eq!(player.value("所見なし")?, "true");
        Ok(())
    });
}

#[test]
fn a_drag_gives_the_program_every_sample_of_the_path() {
    play(|player| {
        let rect = player.wait_for("画像")?.rect;
        let path = [rect.left_center() + egui::vec2(5.0, 0.0), rect.center()];
        player.drag(&path, Duration::from_millis(240))?;
        player.wait_for("点 30")?;
        Ok(())
    });
}

#[test]
fn the_tree_is_text_without_positions() {
    play(|player| {
        let text = player.tree_text()?;
        assert!(text.contains("label \"保存\"\n"), "{text}");
        assert!(text.contains("button \"提出\" (disabled)\n"), "{text}");
        assert!(
            text.contains("checkBox \"所見なし\" = \"false\"\n"),
            "{text}"
        );
        Ok(())
    });
}

#[test]
fn an_idle_window_draws_no_frame() {
    play(|player| {
        player.wait_for("保存")?;
        player.settle();
        std::thread::sleep(Duration::from_millis(200));
        let frames = player.frames_drawn();
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(player.frames_drawn(), frames);
        Ok(())
    });
}

#[test]
fn a_screenshot_is_a_file_of_the_windows_size() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("window.png");
    let path = file.clone();
    play(move |player| player.screenshot(&path));
    let picture = image::open(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (400, 400));
}

#[test]
fn a_missing_widget_is_named_together_with_those_that_are_there() {
    play(|player| {
        let hasty = player.with_patience(Duration::from_millis(50));
        let error = hasty.click("裁定").unwrap_err().to_string();
        assert!(error.contains("裁定") && error.contains("保存"), "{error}");
        Ok(())
    });
}
