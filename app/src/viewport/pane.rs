//! One viewport: where it looks, what changed since its picture was drawn, and who draws it.

use std::sync::Arc;

use egui::Rect;
use render::{
    ColorMap, Interpolation, Outline, OverlayLayer, Picture, RectPx, Rendering, ScreenPoint, Slab,
    SliceView, ViewPlane, WindowLevel,
};
use voxel::{Grid, Mask, PatientPoint, Volume, VoxelBox};

use super::cpu::CpuPicture;
use super::gpu::GpuPane;
use super::graphics::Graphics;

/// A mask to be drawn over the slice.
#[derive(Clone)]
pub struct Layer {
    /// The mask; a clone shares its bricks.
    pub mask: Mask,
    /// The grid that it lies on.
    pub grid: Grid,
    /// Its colour.
    pub color: [u8; 3],
    /// Opacity of the fill, 0 to 1.
    pub fill_alpha: f32,
    /// How its border is drawn.
    pub outline: Outline,
    /// Width of the border on the screen.
    pub outline_px: f32,
    /// A hatch instead of the fill: the parts that one reader alone has marked.
    pub hatch: render::Hatch,
}

/// One viewport: where it looks, and the picture of it.
#[derive(Default)]
pub struct Pane {
    view: Option<SliceView>,
    plane: Option<ViewPlane>,
    window: Option<WindowLevel>,
    interpolation: Interpolation,
    slab: Option<Slab>,
    colors: ColorMap,
    stale: Stale,
    painter: Painter,
    /// What the graphics device has of the volume, or will have.
    gpu: Option<GpuPane>,
    screen: Option<Rect>,
    pixels_per_point: f32,
}

/// Who has drawn the picture that is shown.
#[derive(Default)]
enum Painter {
    #[default]
    Nobody,
    /// The processor.
    Cpu(CpuPicture),
    /// The window's graphics device.
    Gpu(Arc<Graphics>),
}

/// What a pane shows.
pub(super) struct Scene<'a> {
    pub(super) volume: &'a Volume,
    pub(super) view: SliceView,
    pub(super) rendering: Rendering,
    pub(super) layers: &'a [OverlayLayer<'a>],
}

/// What changed since the picture was drawn.
#[derive(Default)]
pub(super) struct Stale {
    /// Everything.
    pub(super) base: bool,
    /// Everything above the slice.
    pub(super) overlay: bool,
    /// Some voxels of masks, in these parts of the picture.
    pub(super) changed: Vec<RectPx>,
}

impl Stale {
    pub(super) fn is_any(&self) -> bool {
        self.base || self.overlay || !self.changed.is_empty()
    }
}

impl Pane {
    /// Shows a volume from the start: the whole of its middle plane.
    pub fn show(&mut self, grid: &Grid, plane: ViewPlane, index: Option<i64>, window: WindowLevel) {
        let size_px = self.view.map_or([512, 512], |view| view.size_px);
        let middle = grid
            .size()
            .get(plane.axis(grid))
            .map_or(0, |n| *n as i64 / 2);
        self.view = SliceView::of_plane(grid, plane, index.unwrap_or(middle), size_px).ok();
        self.plane = Some(plane);
        self.window = Some(window);
        self.mark_all();
    }

    /// The present view.
    #[must_use]
    pub const fn view(&self) -> Option<&SliceView> {
        self.view.as_ref()
    }

    /// The plane it was opened on.
    #[must_use]
    pub const fn plane(&self) -> Option<ViewPlane> {
        self.plane
    }

    /// The present window.
    #[must_use]
    pub const fn window(&self) -> Option<WindowLevel> {
        self.window
    }

    /// Looks elsewhere.
    pub fn set_view(&mut self, view: SliceView) {
        if self.view != Some(view) {
            self.view = Some(view);
            self.mark_all();
        }
    }

    /// Changes the grey levels.
    pub fn set_window(&mut self, window: WindowLevel) {
        if self.window != Some(window) {
            self.window = Some(window);
            self.mark_all();
        }
    }

    /// What lies between voxels.
    #[must_use]
    pub const fn interpolation(&self) -> Interpolation {
        self.interpolation
    }

    /// Changes what lies between voxels.
    pub fn set_interpolation(&mut self, interpolation: Interpolation) {
        if self.interpolation != interpolation {
            self.interpolation = interpolation;
            self.mark_all();
        }
    }

    /// Many planes instead of one.
    #[must_use]
    pub const fn slab(&self) -> Option<Slab> {
        self.slab
    }

    /// Shows many planes, or one again.
    pub fn set_slab(&mut self, slab: Option<Slab>) {
        if self.slab != slab {
            self.slab = slab;
            self.mark_all();
        }
    }

    /// The colours of grey levels.
    #[must_use]
    pub const fn colors(&self) -> ColorMap {
        self.colors
    }

    /// Changes the colours of grey levels.
    pub fn set_colors(&mut self, colors: ColorMap) {
        if self.colors != colors {
            self.colors = colors;
            self.mark_all();
        }
    }

    /// Index of the shown plane along the grid axis that the view runs through, and its count.
    #[must_use]
    pub fn index(&self, grid: &Grid) -> Option<(i64, usize)> {
        let axis = self.view?.aligned_axis(grid)?;
        let index = self.view?.plane_at_centre(grid, axis).round() as i64;
        Some((index, grid.size().get(axis).copied()?))
    }

    /// Steps along the stack; toward the feet for positive steps on an axial plane.
    pub fn step(&mut self, grid: &Grid, steps: i64) {
        if let Some(view) = self.view {
            self.set_view(view.stepped(grid, steps));
        }
    }

    /// Goes to a plane by its index.
    pub fn go_to(&mut self, grid: &Grid, index: i64) {
        if let Some(view) = self.view
            && let Some(axis) = view.aligned_axis(grid)
        {
            self.set_view(view.at_plane(grid, axis, index));
        }
    }

    /// Shows the whole plane again.
    pub fn fit(&mut self, grid: &Grid) {
        if let Some(view) = self.view {
            self.set_view(view.fitted(grid));
        }
    }

    /// Everything is to be drawn again.
    pub const fn mark_all(&mut self) {
        self.stale.base = true;
    }

    /// The overlay is to be drawn again, the slice below it not.
    pub const fn mark_overlay(&mut self) {
        self.stale.overlay = true;
    }

    /// Voxels of a box changed.
    pub fn mark_box(&mut self, grid: &Grid, changed: &VoxelBox, reach_px: f64) {
        if let Some(view) = &self.view
            && let Some(rect) = view.rect_of_box(grid, changed, reach_px)
        {
            self.stale.changed.push(rect);
        }
    }

    /// Brings the picture up to date for a place on the screen.
    pub fn prepare(
        &mut self,
        ctx: &egui::Context,
        screen: Rect,
        volume: &Volume,
        layers: &[Layer],
    ) {
        self.pixels_per_point = ctx.pixels_per_point();
        self.screen = Some(screen);
        let size_px = [screen.width(), screen.height()]
            .map(|side| ((side * self.pixels_per_point).round() as usize).max(1));
        self.resize(volume.grid(), size_px);
        let (Some(view), Some(window)) = (self.view, self.window) else {
            return;
        };
        let drawn: Vec<OverlayLayer<'_>> = layers.iter().map(Layer::drawn).collect();
        let scene = Scene {
            volume,
            view,
            rendering: Rendering {
                window,
                interpolation: self.interpolation,
                slab: self.slab,
                colors: self.colors,
            },
            layers: &drawn,
        };
        let graphics = Graphics::of(ctx);
        if graphics.is_none() {
            self.gpu = None;
        }
        self.painter = match (graphics, std::mem::take(&mut self.painter)) {
            (Some(graphics), painter) if self.draw_on_device(ctx, &graphics, &scene) => {
                // The processor's picture and its texture go.
                drop(painter);
                Painter::Gpu(graphics)
            }
            (_, Painter::Cpu(mut picture)) => {
                picture.draw(ctx, &scene, &self.stale);
                Painter::Cpu(picture)
            }
            (_, Painter::Nobody | Painter::Gpu(_)) => {
                let mut picture = CpuPicture::default();
                picture.draw(ctx, &scene, &self.stale);
                Painter::Cpu(picture)
            }
        };
        self.stale = Stale::default();
    }

    /// Lets the graphics device draw; false where it cannot, or not yet.
    fn draw_on_device(
        &mut self,
        ctx: &egui::Context,
        graphics: &Arc<Graphics>,
        scene: &Scene<'_>,
    ) -> bool {
        let known = self.gpu.take().filter(|gpu| gpu.is_of(scene.volume));
        let gpu = self
            .gpu
            .insert(known.unwrap_or_else(|| GpuPane::begin(ctx, graphics, scene)));
        gpu.draw(graphics, scene, &self.stale)
    }

    /// Forgets the picture and what is on the graphics device, as when their window has gone.
    pub fn forget_picture(&mut self) {
        self.painter = Painter::Nobody;
        self.gpu = None;
        self.mark_all();
    }

    fn resize(&mut self, grid: &Grid, size_px: [usize; 2]) {
        let Some(view) = self.view else { return };
        if view.size_px == size_px {
            return;
        }
        // what was shown whole stays so, in whatever shape
        let whole = view.fitted(grid);
        let is_whole = (whole.mm_per_px - view.mm_per_px).abs() <= 1e-6 * whole.mm_per_px
            && (whole.centre - view.centre).length() <= whole.mm_per_px;
        // A window that grows shows the same part of the patient, larger.
        let share = (size_px[0] as f64 / view.size_px[0] as f64)
            .min(size_px[1] as f64 / view.size_px[1] as f64);
        let resized = view.resized(size_px).map(|mut resized| {
            resized.mm_per_px = view.mm_per_px / share;
            if is_whole {
                resized.fitted(grid)
            } else {
                resized
            }
        });
        self.view = resized.ok().or_else(|| Some(view.fitted(grid)));
        self.mark_all();
    }

    /// Paints the picture where it was prepared for.
    pub fn paint(&self, painter: &egui::Painter) {
        let Some(screen) = self.screen else { return };
        match (&self.painter, &self.gpu) {
            (Painter::Cpu(picture), _) => picture.paint(painter, screen),
            (Painter::Gpu(graphics), Some(gpu)) => gpu.paint(graphics, painter, screen),
            _ => {}
        }
    }

    /// Whether the graphics device has drawn the picture.
    #[must_use]
    pub const fn is_by_gpu(&self) -> bool {
        matches!(self.painter, Painter::Gpu(_))
    }

    /// The picture without texts, as it stands. From a graphics device it has to be copied: not for
    /// every frame.
    #[must_use]
    pub fn picture(&self) -> Option<Picture> {
        match (&self.painter, &self.gpu) {
            (Painter::Cpu(picture), _) => picture.picture().cloned(),
            (Painter::Gpu(graphics), Some(gpu)) => gpu.picture(graphics),
            _ => None,
        }
    }

    /// The place in the patient under a point of the window.
    #[must_use]
    pub fn patient_at(&self, at: egui::Pos2) -> Option<PatientPoint> {
        let screen = self.screen?;
        let offset = (at - screen.min) * self.pixels_per_point;
        Some(
            self.view?
                .patient_at(ScreenPoint([f64::from(offset.x), f64::from(offset.y)])),
        )
    }

    /// The point of the window at which a place in the patient is seen.
    #[must_use]
    pub fn screen_of(&self, point: PatientPoint) -> Option<egui::Pos2> {
        let screen = self.screen?;
        let ScreenPoint([x, y]) = self.view?.screen_of(point);
        Some(screen.min + egui::vec2(x as f32, y as f32) / self.pixels_per_point)
    }

    /// A length in the patient as points of the window.
    #[must_use]
    pub fn points_of_mm(&self, mm: f64) -> f32 {
        self.view.map_or(0.0, |view| {
            (mm / view.mm_per_px) as f32 / self.pixels_per_point.max(0.1)
        })
    }

    /// Zooms about a point of the window.
    pub fn zoom(&mut self, factor: f64, at: egui::Pos2) {
        if let (Some(view), Some(screen)) = (self.view, self.screen) {
            let offset = (at - screen.min) * self.pixels_per_point;
            self.set_view(view.zoomed(
                factor,
                ScreenPoint([f64::from(offset.x), f64::from(offset.y)]),
            ));
        }
    }

    /// Moves the picture by points of the window.
    pub fn pan(&mut self, by: egui::Vec2) {
        if let Some(view) = self.view {
            let px = by * self.pixels_per_point;
            self.set_view(view.panned([f64::from(px.x), f64::from(px.y)]));
        }
    }
}

impl Layer {
    fn drawn(&self) -> OverlayLayer<'_> {
        OverlayLayer {
            mask: &self.mask,
            grid: &self.grid,
            color: self.color,
            fill_alpha: self.fill_alpha,
            outline: self.outline,
            outline_px: self.outline_px,
            hatch: self.hatch,
            visible: true,
        }
    }
}
