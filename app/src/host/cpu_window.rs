//! A window painted by the processor, for machines without any graphics driver.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use eframe::UserEvent;
use egui::{ViewportEvent, ViewportId, ViewportInfo};
use egui_winit::{ActionRequested, accesskit_winit};
use winit::application::ApplicationHandler;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::platform::run_on_demand::EventLoopExtRunOnDemand as _;
use winit::window::{Window, WindowId};

use super::painter::Painter;
use super::present::Presenter;
use super::stage::Stage;
use super::{Cast, RendererInfo, RendererKind, RendererReason};

/// Shortest time between frames that nobody's hand asked for: without a screen's rhythm an
/// animation would use a whole processor.
const FRAME_TIME: Duration = Duration::from_micros(16_667);

/// Runs until the window closes.
pub(super) fn run(
    event_loop: &mut EventLoop<UserEvent>,
    why: RendererReason,
    cast: Cast,
) -> anyhow::Result<()> {
    let mut app = CpuApp {
        proxy: event_loop.create_proxy(),
        why,
        cast: Some(cast),
        running: None,
        failed: None,
    };
    event_loop.run_app_on_demand(&mut app)?;
    app.failed.map_or(Ok(()), Err)
}

/// Lets the context ask the event loop for frames; tells, until it is looked at, whether another thread did.
fn wake_by(ctx: &egui::Context, proxy: EventLoopProxy<UserEvent>) -> Arc<AtomicBool> {
    let wake = std::sync::Mutex::new(proxy);
    let has_news = Arc::new(AtomicBool::new(false));
    let (news, of_window) = (Arc::clone(&has_news), std::thread::current().id());
    ctx.set_request_repaint_callback(move |request| {
        if std::thread::current().id() != of_window && request.delay.is_zero() {
            news.store(true, Ordering::Relaxed);
        }
        let event = UserEvent::RequestRepaint {
            viewport_id: request.viewport_id,
            when: Instant::now() + request.delay,
            cumulative_pass_nr: request.current_cumulative_pass_nr,
        };
        if let Ok(proxy) = wake.lock() {
            // An event loop that has ended needs no frame.
            let _ = proxy.send_event(event);
        }
    });
    has_news
}

struct CpuApp {
    proxy: EventLoopProxy<UserEvent>,
    why: RendererReason,
    cast: Option<Cast>,
    running: Option<Running>,
    failed: Option<anyhow::Error>,
}

struct Running {
    window: Arc<Window>,
    stage: Stage,
    input: egui_winit::State,
    info: ViewportInfo,
    presenter: Presenter,
    actions: Vec<ActionRequested>,
    /// When the next frame is due.
    next_frame: Option<Instant>,
    /// A frame is due when the events that wait have been read. It is not asked of the window: its
    /// requests to redraw mean that it was uncovered and has lost its picture.
    frame_asked: bool,
    last_frame: Instant,
    /// Another thread has asked for a frame since this was last looked at.
    has_news: Arc<AtomicBool>,
    /// The last frame took something that a hand did; what a thread answers to it is shown at once.
    awaits_answer: bool,
}

impl Running {
    fn new(
        event_loop: &ActiveEventLoop,
        proxy: EventLoopProxy<UserEvent>,
        why: RendererReason,
        cast: Cast,
    ) -> anyhow::Result<Self> {
        let ctx = egui::Context::default();
        // Hidden until the first frame is painted, and as AccessKit wants it.
        let size = fitting(cast.window.size, event_loop);
        let builder = cast.window.viewport().with_visible(false);
        let builder = builder.with_inner_size(size);
        let window = egui_winit::create_window(&ctx, event_loop, &builder)
            .context("no window can be opened")?;
        let window = Arc::new(window);
        let presenter = Presenter::new(event_loop.owned_display_handle(), Arc::clone(&window))?;
        let mut input = egui_winit::State::new(
            ctx.clone(),
            ViewportId::ROOT,
            event_loop,
            Some(window.scale_factor() as f32),
            event_loop.system_theme(),
            Some(Painter::MAX_TEXTURE_SIDE),
        );
        input.init_accesskit(event_loop, &window, proxy.clone());
        let has_news = wake_by(&ctx, proxy);
        let renderer = RendererInfo {
            kind: RendererKind::CpuPainted,
            adapter: String::new(),
            why,
            wgpu_state: None,
        };
        let mut info = ViewportInfo::default();
        egui_winit::update_viewport_info(&mut info, &ctx, &window, true);
        let stage = Stage::new(ctx, cast.make, cast.player, &renderer, &cast.window.title);
        Ok(Self {
            window,
            stage,
            input,
            info,
            presenter,
            actions: Vec::new(),
            next_frame: None,
            frame_asked: false,
            last_frame: Instant::now(),
            has_news,
            awaits_answer: false,
        })
    }

    /// Runs the program once and shows what changed. True when the window shall close.
    fn frame(&mut self, event_loop: &ActiveEventLoop) -> bool {
        self.last_frame = Instant::now();
        self.next_frame = None;
        self.frame_asked = false;
        egui_winit::update_viewport_info(&mut self.info, &self.stage.ctx, &self.window, false);
        let mut input = self.input.take_egui_input(&self.window);
        input.viewports = std::iter::once((ViewportId::ROOT, self.info.clone())).collect();
        self.info.events.clear();
        self.awaits_answer = !input.events.is_empty();
        // what was told so far is shown by this frame
        self.has_news.store(false, Ordering::Relaxed);
        let size = self.window.inner_size();
        let frame = self
            .stage
            .frame(input, [size.width as usize, size.height as usize]);
        self.input
            .handle_platform_output_with_event_loop(&self.window, event_loop, frame.platform);
        self.act();
        egui_winit::process_viewport_commands(
            &self.stage.ctx,
            &mut self.info,
            frame.commands,
            &self.window,
            &mut self.actions,
        );
        // To be painted even while hidden asks for no frame after this one.
        let waits = |action: &ActionRequested| !matches!(action, ActionRequested::PaintWhileHidden);
        if !self.info.events.is_empty() || self.actions.iter().any(waits) {
            self.ask_frame();
        }
        self.present(Some(frame.damage));
        frame.close
    }

    fn present(&mut self, damage: Option<Vec<super::painter::PixelRect>>) {
        self.window.pre_present_notify();
        if let Err(error) = self.presenter.show(self.stage.canvas(), damage) {
            tracing::warn!(%error, "the picture cannot be shown");
        }
    }

    /// Does what earlier frames asked for and needs a painted picture or the clipboard.
    fn act(&mut self) {
        for action in std::mem::take(&mut self.actions) {
            let events = &mut self.input.egui_input_mut().events;
            match action {
                ActionRequested::Screenshot(callback) => {
                    callback.complete(self.stage.canvas().to_image());
                }
                ActionRequested::PaintWhileHidden => continue,
                ActionRequested::Cut => events.push(egui::Event::Cut),
                ActionRequested::Copy => events.push(egui::Event::Copy),
                ActionRequested::Paste => {
                    if let Some(text) = self.input.clipboard_text() {
                        let text = text.replace("\r\n", "\n");
                        self.input
                            .egui_input_mut()
                            .events
                            .push(egui::Event::Paste(text));
                    }
                }
            }
            self.ask_frame();
        }
    }

    fn ask_frame(&mut self) {
        self.frame_asked = true;
    }

    /// A frame that nobody's hand asked for; the first answer of a thread to a hand comes at once.
    fn schedule(&mut self, when: Instant) {
        if self.has_news.swap(false, Ordering::Relaxed) && self.awaits_answer {
            self.awaits_answer = false;
            self.ask_frame();
            return;
        }
        let when = when.max(self.last_frame + FRAME_TIME);
        self.next_frame = Some(self.next_frame.map_or(when, |due| due.min(when)));
    }

    fn window_event(&mut self, event: &WindowEvent) {
        match event {
            WindowEvent::CloseRequested => self.info.events.push(ViewportEvent::Close),
            WindowEvent::Occluded(hidden) => self.info.occluded = Some(*hidden),
            _ => {}
        }
        let response = self.input.on_window_event(&self.window, event);
        let resized = matches!(
            event,
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. }
        );
        if response.repaint || resized || !self.info.events.is_empty() {
            self.ask_frame();
        }
    }

    fn accesskit_event(&mut self, event: accesskit_winit::WindowEvent) {
        match event {
            accesskit_winit::WindowEvent::InitialTreeRequested => {
                self.stage.ctx.enable_accesskit();
                self.ask_frame();
            }
            accesskit_winit::WindowEvent::ActionRequested(request) => {
                self.input.on_accesskit_action_request(request);
                self.ask_frame();
            }
            accesskit_winit::WindowEvent::AccessibilityDeactivated => {
                self.stage.ctx.disable_accesskit();
            }
        }
    }
}

impl CpuApp {
    fn close(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(mut running) = self.running.take() {
            running.stage.exit();
        }
        event_loop.exit();
    }

    fn frame(&mut self, event_loop: &ActiveEventLoop) {
        if self
            .running
            .as_mut()
            .is_some_and(|running| running.frame(event_loop))
        {
            self.close(event_loop);
        }
    }
}

impl ApplicationHandler<UserEvent> for CpuApp {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        let Some(cast) = self.cast.take() else { return };
        match Running::new(event_loop, self.proxy.clone(), self.why, cast) {
            Ok(running) => {
                let window = Arc::clone(&running.window);
                self.running = Some(running);
                self.frame(event_loop);
                window.set_visible(true);
            }
            Err(error) => {
                self.failed = Some(error);
                event_loop.exit();
            }
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, id: WindowId, event: WindowEvent) {
        // The window of a host that failed before sends its last events here.
        let Some(running) = self.running.as_mut().filter(|r| r.window.id() == id) else {
            return;
        };
        match event {
            WindowEvent::RedrawRequested => {
                if running.frame_asked {
                    self.frame(event_loop);
                }
                if let Some(running) = &mut self.running {
                    running.present(None);
                }
            }
            WindowEvent::Destroyed => self.close(event_loop),
            event => running.window_event(&event),
        }
    }

    fn user_event(&mut self, _: &ActiveEventLoop, event: UserEvent) {
        let Some(running) = &mut self.running else {
            return;
        };
        match event {
            UserEvent::RequestRepaint {
                when,
                cumulative_pass_nr,
                ..
            } => {
                let now = running.stage.ctx.cumulative_pass_nr();
                // Older requests have been answered by a frame since.
                if now == cumulative_pass_nr || now == cumulative_pass_nr + 1 {
                    running.schedule(when);
                }
            }
            UserEvent::AccessKitActionRequest(event) => {
                running.accesskit_event(event.window_event);
            }
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        let due = |running: &Running| {
            running.frame_asked || running.next_frame.is_some_and(|due| due <= Instant::now())
        };
        if self.running.as_ref().is_some_and(due) {
            self.frame(event_loop);
        }
        let Some(running) = &self.running else { return };
        event_loop.set_control_flow(match running.next_frame {
            _ if running.frame_asked => ControlFlow::Poll,
            Some(due) => ControlFlow::WaitUntil(due),
            None => ControlFlow::Wait,
        });
    }
}

/// A window's size, no larger than the largest monitor; in points.
fn fitting(size: [f32; 2], event_loop: &ActiveEventLoop) -> [f32; 2] {
    let monitors = event_loop.available_monitors();
    let sizes = monitors.map(|monitor| monitor.size().to_logical::<f32>(monitor.scale_factor()));
    let largest = sizes.filter(|size| size.width > 0.0 && size.height > 0.0);
    let largest = largest.max_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)));
    largest.map_or(size, |most| {
        let [width, height] = size;
        [width.min(most.width), height.min(most.height)]
    })
}
