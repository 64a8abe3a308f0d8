//! Which renderer, and why.

use std::sync::Arc;

use egui_wgpu::wgpu;

use super::DeviceWatch;

/// What the person asked for with `--renderer`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RendererChoice {
    /// The best that the machine has.
    #[default]
    Auto,
    /// The graphics adapter, even one made of software.
    Gpu,
    /// Pictures made by the processor.
    Cpu,
}

/// How the window is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RendererKind {
    /// By a graphics adapter through wgpu.
    Wgpu,
    /// Through OpenGL, images by the processor.
    Glow,
    /// By the processor alone.
    CpuPainted,
    /// By the processor, without a window.
    Offscreen,
}

impl RendererKind {
    /// Key of its name in the interface texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::Wgpu => "renderer-kind-wgpu",
            Self::Glow => "renderer-kind-glow",
            Self::CpuPainted => "renderer-kind-cpu-painted",
            Self::Offscreen => "renderer-kind-offscreen",
        }
    }
}

/// Why this renderer was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RendererReason {
    /// A graphics adapter was found.
    AdapterFound,
    /// No adapter, or one made of software: OpenGL is quicker.
    NoAdapter,
    /// Neither adapter nor OpenGL.
    NoDriver,
    /// There is an adapter, but it could not open the window.
    AdapterFailed,
    /// The adapter's device was lost while the window was open.
    DeviceLost,
    /// The person asked for it.
    Asked,
    /// There is no display.
    NoDisplay,
}

impl RendererReason {
    /// Key of its sentence in the interface texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::AdapterFound => "renderer-why-adapter-found",
            Self::NoAdapter => "renderer-why-no-adapter",
            Self::NoDriver => "renderer-why-no-driver",
            Self::AdapterFailed => "renderer-why-adapter-failed",
            Self::DeviceLost => "renderer-why-device-lost",
            Self::Asked => "renderer-why-asked",
            Self::NoDisplay => "renderer-why-no-display",
        }
    }
}

/// The renderer that runs, for the start screen and the log.
#[derive(Clone)]
pub struct RendererInfo {
    /// How the window is drawn.
    pub kind: RendererKind,
    /// Name of the adapter or driver; empty when the processor paints.
    pub adapter: String,
    /// Why this one.
    pub why: RendererReason,
    /// Device and queue, for programs that draw with wgpu; only with [`RendererKind::Wgpu`], and not
    /// where the person asked for pictures by the processor.
    pub wgpu_state: Option<WgpuState>,
}

/// The window's graphics device.
#[derive(Clone)]
pub struct WgpuState {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// The format of the window's pixels.
    pub target_format: wgpu::TextureFormat,
    /// What the device says against itself.
    pub watch: Arc<DeviceWatch>,
}

impl RendererInfo {
    pub(super) fn log(&self) {
        tracing::info!(
            renderer = ?self.kind,
            adapter = %self.adapter,
            why = ?self.why,
            "renderer chosen"
        );
    }
}

/// A host to try.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    Wgpu {
        adapter: AdapterChoice,
        reason: RendererReason,
    },
    Glow {
        reason: RendererReason,
    },
    Cpu {
        reason: RendererReason,
    },
}

/// The adapter to ask for again when the window is there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AdapterChoice {
    pub(super) name: String,
    pub(super) backend: wgpu::Backend,
}

/// The hosts to try in order; the last one always works where there is a display.
pub(super) fn plan(choice: RendererChoice, forced: Option<&str>) -> Vec<Step> {
    let found = || best_adapter(choice == RendererChoice::Gpu || forced == Some("wgpu"));
    plan_with(choice, forced, found, has_hardware_gl)
}

fn plan_with(
    choice: RendererChoice,
    forced: Option<&str>,
    adapter: impl FnOnce() -> Option<AdapterChoice>,
    hardware_gl: impl FnOnce() -> bool,
) -> Vec<Step> {
    use RendererReason::{AdapterFailed, AdapterFound, Asked, NoAdapter, NoDriver};
    let glow = |reason| vec![Step::Glow { reason }, Step::Cpu { reason: NoDriver }];
    // OpenGL made by the processor itself takes eight times as long as this program's own painter:
    // a stroke shows after 52 ms instead of 6.5 ms (median, 1600 × 1000, two cores; docs/figures/window.md).
    let software = |reason| {
        if hardware_gl() {
            glow(reason)
        } else {
            vec![Step::Cpu { reason }]
        }
    };
    match (forced, choice) {
        (Some("cpu"), _) => vec![Step::Cpu { reason: Asked }],
        (Some("glow"), _) => glow(Asked),
        (Some("wgpu"), _) | (_, RendererChoice::Auto | RendererChoice::Gpu) => match adapter() {
            None => software(NoAdapter),
            Some(adapter) => {
                let reason = if choice == RendererChoice::Gpu {
                    Asked
                } else {
                    AdapterFound
                };
                let mut steps = vec![Step::Wgpu { adapter, reason }];
                steps.extend(software(AdapterFailed));
                steps
            }
        },
        (_, RendererChoice::Cpu) => software(Asked),
    }
}

/// Whether OpenGL is drawn by hardware. Where that cannot be asked before a window exists, it is
/// taken to be: a driver that then fails gives way to the painter.
fn has_hardware_gl() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::GL;
    let instance = wgpu::Instance::new(descriptor);
    let adapters = ready(instance.enumerate_adapters(wgpu::Backends::GL)).unwrap_or_default();
    adapters
        .iter()
        .any(|adapter| adapter.get_info().device_type != wgpu::DeviceType::Cpu)
}

/// The best adapter without any window; software ones only if `software` allows them.
fn best_adapter(software: bool) -> Option<AdapterChoice> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::PRIMARY;
    let instance = wgpu::Instance::new(descriptor);
    let adapters = ready(instance.enumerate_adapters(wgpu::Backends::PRIMARY))?;
    adapters
        .iter()
        .map(wgpu::Adapter::get_info)
        .filter(|info| software || info.device_type != wgpu::DeviceType::Cpu)
        .min_by_key(|info| match info.device_type {
            wgpu::DeviceType::DiscreteGpu => 0,
            wgpu::DeviceType::IntegratedGpu => 1,
            wgpu::DeviceType::VirtualGpu => 2,
            wgpu::DeviceType::Other => 3,
            wgpu::DeviceType::Cpu => 4,
        })
        .map(|info| AdapterChoice {
            name: info.name,
            backend: info.backend,
        })
}

/// The value of a future that is ready at once, as those of wgpu are outside browsers.
fn ready<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter() -> Option<AdapterChoice> {
        Some(AdapterChoice {
            name: "a".to_owned(),
            backend: wgpu::Backend::Vulkan,
        })
    }

    fn names(steps: &[Step]) -> String {
        steps
            .iter()
            .map(|step| match step {
                Step::Wgpu { .. } => 'w',
                Step::Glow { .. } => 'g',
                Step::Cpu { .. } => 'c',
            })
            .collect()
    }

    #[test]
    fn every_plan_ends_with_the_window_that_needs_no_driver() {
        for choice in [
            RendererChoice::Auto,
            RendererChoice::Gpu,
            RendererChoice::Cpu,
        ] {
            for forced in [None, Some("cpu"), Some("glow"), Some("wgpu"), Some("x")] {
                for found in [adapter as fn() -> _, || None] {
                    for gl in [true, false] {
                        let steps = plan_with(choice, forced, found, || gl);
                        assert!(matches!(steps.last(), Some(Step::Cpu { .. })));
                    }
                }
            }
        }
    }

    #[test]
    fn a_real_adapter_comes_first_unless_the_processor_was_asked_for() {
        let plan = |choice, forced, found: fn() -> Option<AdapterChoice>| {
            names(&plan_with(choice, forced, found, || true))
        };
        assert_eq!(plan(RendererChoice::Auto, None, adapter), "wgc");
        assert_eq!(plan(RendererChoice::Auto, None, || None), "gc");
        assert_eq!(plan(RendererChoice::Cpu, None, adapter), "gc");
        assert_eq!(plan(RendererChoice::Gpu, Some("cpu"), adapter), "c");
    }

    #[test]
    fn opengl_made_by_the_processor_gives_way_to_the_painter() {
        let plan = |choice, forced| names(&plan_with(choice, forced, || None, || false));
        assert_eq!(plan(RendererChoice::Auto, None), "c");
        assert_eq!(plan(RendererChoice::Cpu, None), "c");
        assert_eq!(plan(RendererChoice::Auto, Some("glow")), "gc");
    }

    #[test]
    fn the_processor_is_not_asked_for_adapters() {
        let steps = plan_with(
            RendererChoice::Cpu,
            None,
            || panic!("adapters enumerated"),
            || true,
        );
        assert_eq!(names(&steps), "gc");
    }
}
