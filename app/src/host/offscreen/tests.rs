use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::host::Program;

#[derive(Default)]
struct Seen {
    frames: usize,
    closes_asked: usize,
    exits: usize,
}

struct Sample {
    seen: Rc<RefCell<Seen>>,
    refuse: usize,
}

impl Program for Sample {
    fn ui(&mut self, ui: &mut egui::Ui) {
        self.seen.borrow_mut().frames += 1;
        ui.label("所見 F1 肺結節");
    }
    fn on_start(&mut self, _: &egui::Context, renderer: &RendererInfo) {
        assert_eq!(renderer.kind, RendererKind::Offscreen);
    }
    fn may_close(&mut self) -> bool {
        let mut seen = self.seen.borrow_mut();
        seen.closes_asked += 1;
        seen.closes_asked > self.refuse
    }
    fn on_exit(&mut self) {
        self.seen.borrow_mut().exits += 1;
    }
    fn title(&self) -> String {
        String::new()
    }
}

fn host(refuse: usize) -> (Offscreen, Rc<RefCell<Seen>>) {
    let seen = Rc::new(RefCell::new(Seen::default()));
    let shared = Rc::clone(&seen);
    let make = Box::new(move || {
        Box::new(Sample {
            seen: shared,
            refuse,
        }) as Box<dyn Program>
    });
    (Offscreen::new([320.0, 200.0], 1.5, make, None), seen)
}

#[test]
fn the_picture_has_the_pixels_of_its_points_and_shows_text() {
    let (mut host, _) = host(0);
    host.settle();
    assert_eq!(host.canvas().size(), [480, 300]);
    let light = |&pixel: &u32| pixel & 0xFF > 40;
    assert!(host.canvas().pixels().iter().filter(|p| light(p)).count() > 100);
}

#[test]
fn a_frame_that_changes_nothing_damages_nothing() {
    let (mut host, _) = host(0);
    host.settle();
    host.frame();
    assert_eq!(host.damage(), []);
}

#[test]
fn closing_asks_the_program_which_may_refuse() {
    let (mut host, seen) = host(1);
    host.settle();
    host.ctx().send_viewport_cmd(ViewportCommand::Close);
    host.settle();
    assert!(!host.is_closed());
    assert_eq!(seen.borrow().closes_asked, 1);
    host.ctx().send_viewport_cmd(ViewportCommand::Close);
    host.run_until_closed();
    assert!(host.is_closed());
    assert_eq!((seen.borrow().closes_asked, seen.borrow().exits), (2, 1));
}
