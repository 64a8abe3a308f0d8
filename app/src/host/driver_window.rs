//! Windows drawn by a graphics driver, through eframe: wgpu or OpenGL.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use eframe::{CreationContext, NativeOptions, UserEvent};
use egui::ViewportCommand;
use egui_wgpu::wgpu;
use winit::event_loop::EventLoop;
use winit::platform::run_on_demand::EventLoopExtRunOnDemand as _;

use super::renderer::AdapterChoice;
use super::{
    Cast, DeviceWatch, Program, RendererChoice, RendererInfo, RendererKind, RendererReason,
    WgpuState, WindowSettings, prepare,
};
use crate::player::PlayerPlugin;

/// Where a cast waits that has no window, or none any more.
type Waiting = Rc<RefCell<Option<Cast>>>;

/// Runs in a wgpu window; gives the cast back when no window could be opened, and when it was lost.
pub(super) fn run_wgpu(
    event_loop: &mut EventLoop<UserEvent>,
    adapter: &AdapterChoice,
    why: RendererReason,
    cast: Cast,
) -> anyhow::Result<Option<Cast>> {
    let mut options = options(&cast, eframe::Renderer::Wgpu);
    // A stroke must follow the pen: one frame waits at most.
    options.wgpu_options.surface = egui_wgpu::SurfaceConfig::LOW_LATENCY;
    options.wgpu_options.wgpu_setup = setup(adapter);
    run(event_loop, options, why, cast)
}

/// Runs in an OpenGL window; gives the cast back when no window could be opened.
pub(super) fn run_glow(
    event_loop: &mut EventLoop<UserEvent>,
    why: RendererReason,
    cast: Cast,
) -> anyhow::Result<Option<Cast>> {
    let options = options(&cast, eframe::Renderer::Glow);
    run(event_loop, options, why, cast)
}

fn options(cast: &Cast, renderer: eframe::Renderer) -> NativeOptions {
    NativeOptions {
        viewport: cast.window.viewport(),
        renderer,
        // Diagnostic grey levels are shown as they are.
        dithering: false,
        persist_window: false,
        ..NativeOptions::default()
    }
}

fn setup(adapter: &AdapterChoice) -> egui_wgpu::WgpuSetup {
    let wanted = adapter.clone();
    let mut setup = egui_wgpu::WgpuSetupCreateNew::without_display_handle();
    setup.instance_descriptor.backends = wgpu::Backends::PRIMARY;
    setup.native_adapter_selector = Some(Arc::new(move |adapters, _surface| {
        adapters
            .iter()
            .find(|found| {
                let info = found.get_info();
                info.name == wanted.name && info.backend == wanted.backend
            })
            .cloned()
            .ok_or_else(|| format!("{} has gone", wanted.name))
    }));
    // The default limits stop at 256 MiB buffers: a volume is larger.
    setup.device_descriptor = Arc::new(|adapter| wgpu::DeviceDescriptor {
        label: Some("dokuei"),
        required_features: adapter.features()
            & (wgpu::Features::FLOAT32_FILTERABLE | wgpu::Features::TEXTURE_FORMAT_16BIT_NORM),
        required_limits: adapter.limits(),
        ..Default::default()
    });
    egui_wgpu::WgpuSetup::CreateNew(setup)
}

fn run(
    event_loop: &mut EventLoop<UserEvent>,
    options: NativeOptions,
    why: RendererReason,
    cast: Cast,
) -> anyhow::Result<Option<Cast>> {
    let title = cast.window.title.clone();
    let waiting = Rc::new(RefCell::new(Some(cast)));
    let taken: Waiting = Rc::clone(&waiting);
    let mut window = eframe::create_native(
        &title,
        options,
        Box::new(move |creation| {
            let cast = taken.borrow_mut().take().ok_or("the program has begun")?;
            Ok(Box::new(DriverApp::new(creation, why, cast, taken)))
        }),
        event_loop,
    );
    let ended = event_loop.run_app_on_demand(&mut window);
    drop(window);
    let back = waiting.borrow_mut().take();
    match (ended, &back) {
        (Err(error), None) => Err(error.into()),
        (Err(error), Some(_)) => {
            tracing::warn!(%error, "no window with this driver");
            Ok(back)
        }
        (Ok(()), _) => Ok(back),
    }
}

/// A program as eframe wants it.
struct DriverApp {
    /// None when it has left a lost window.
    program: Option<Box<dyn Program>>,
    title: String,
    window: WindowSettings,
    choice: RendererChoice,
    watch: Option<Arc<DeviceWatch>>,
    device: Option<wgpu::Device>,
    waiting: Waiting,
}

impl DriverApp {
    fn new(
        creation: &CreationContext<'_>,
        why: RendererReason,
        cast: Cast,
        waiting: Waiting,
    ) -> Self {
        prepare(&creation.egui_ctx, cast.player);
        let watch = creation
            .wgpu_render_state
            .as_ref()
            .map(|state| DeviceWatch::on(&state.device, &creation.egui_ctx));
        let info = info(creation, why, cast.choice, watch.as_ref());
        info.log();
        let mut program = (cast.make)();
        program.on_start(&creation.egui_ctx, &info);
        #[cfg(feature = "inspection")]
        lose_as_asked(creation);
        Self {
            program: Some(program),
            title: cast.window.title.clone(),
            window: cast.window,
            choice: cast.choice,
            watch,
            device: creation
                .wgpu_render_state
                .as_ref()
                .map(|state| state.device.clone()),
            waiting,
        }
    }

    /// Whether the window's graphics device has gone. It is asked before each frame: egui's painter takes
    /// a device that is found lost in the middle of a frame for a fault of the program and ends it.
    fn is_lost(&self) -> bool {
        if let Some(device) = &self.device {
            // what it says against itself comes to the watch
            let _ = device.poll(wgpu::PollType::Poll);
        }
        self.watch.as_ref().is_some_and(|watch| watch.is_lost())
    }

    /// Leaves a window that can show nothing any more: the program waits for another one.
    fn leave(&mut self, ctx: &egui::Context) {
        if let Some(program) = self.program.take() {
            tracing::warn!("the window is lost with its graphics device");
            if let Some(inner) = ctx.input(|input| input.viewport().inner_rect) {
                self.window.size = inner.size().into();
            }
            *self.waiting.borrow_mut() = Some(Cast {
                window: self.window.clone(),
                make: Box::new(move || program),
                player: ctx.with_plugin(PlayerPlugin::leave),
                choice: self.choice,
                is_survivor: true,
            });
        }
        ctx.send_viewport_cmd(ViewportCommand::Close);
        ctx.request_repaint();
    }
}

/// Loses the device some seconds after the start, as a driver might: for tests of what happens then.
#[cfg(feature = "inspection")]
fn lose_as_asked(creation: &CreationContext<'_>) {
    let seconds = std::env::var("DOKUEI_LOSE_DEVICE")
        .ok()
        .and_then(|text| text.parse().ok());
    if let (Some(seconds), Some(state)) = (seconds, &creation.wgpu_render_state) {
        let device = state.device.clone();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_secs_f64(seconds));
            device.destroy();
            // The word of it comes with the next question to the device.
            let _ = device.poll(wgpu::PollType::Poll);
        });
    }
}

fn info(
    creation: &CreationContext<'_>,
    why: RendererReason,
    choice: RendererChoice,
    watch: Option<&Arc<DeviceWatch>>,
) -> RendererInfo {
    if let (Some(state), Some(watch)) = (&creation.wgpu_render_state, watch) {
        let found = state.adapter.get_info();
        let wgpu_state = WgpuState {
            device: state.device.clone(),
            queue: state.queue.clone(),
            target_format: state.target_format,
            watch: Arc::clone(watch),
        };
        return RendererInfo {
            kind: RendererKind::Wgpu,
            adapter: format!("{} ({:?})", found.name, found.backend),
            why,
            wgpu_state: (choice != RendererChoice::Cpu).then_some(wgpu_state),
        };
    }
    let adapter = creation.gl.as_ref().map_or_else(String::new, |gl| {
        use eframe::glow::HasContext as _;
        let version = gl.version();
        let driver = version.vendor_info.trim();
        format!("OpenGL {}.{} {driver}", version.major, version.minor)
    });
    RendererInfo {
        kind: RendererKind::Glow,
        adapter: adapter.trim_end().to_owned(),
        why,
        wgpu_state: None,
    }
}

impl eframe::App for DriverApp {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        if self.is_lost() {
            self.leave(ctx);
            return;
        }
        let asked = ctx.input(|input| input.viewport().close_requested());
        if asked
            && let Some(program) = &mut self.program
            && !program.may_close()
        {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        let Some(program) = &mut self.program else {
            return;
        };
        program.ui(ui);
        let wanted = program.title();
        if self.title != wanted {
            ui.ctx()
                .send_viewport_cmd(ViewportCommand::Title(wanted.clone()));
            self.title = wanted;
        }
    }

    fn clear_color(&self, _: &egui::Visuals) -> [f32; 4] {
        [0.0, 0.0, 0.0, 1.0]
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        if let Some(program) = &mut self.program {
            program.on_exit();
        }
    }
}
