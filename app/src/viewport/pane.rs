//! One viewport's picture: kept, and redrawn only where something changed.

use egui::{ColorImage, Rect, TextureHandle, TextureOptions};
use render::{
    Interpolation, Outline, OverlayLayer, Picture, RectPx, ScreenPoint, SliceView, ViewPlane,
    WindowLevel,
};
use voxel::{Grid, Mask, PatientPoint, Volume, VoxelBox};

/// A mask to be drawn over the slice.
#[derive(Clone)]
pub struct Layer {
    /// The mask; a clone shares its bricks.
    pub mask: Mask,
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
    base: Option<Picture>,
    composed: Option<Picture>,
    texture: Option<TextureHandle>,
    is_base_stale: bool,
    is_overlay_stale: bool,
    changed: Vec<RectPx>,
    screen: Option<Rect>,
    pixels_per_point: f32,
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
    pub fn mark_all(&mut self) {
        self.is_base_stale = true;
        self.is_overlay_stale = true;
    }

    /// The overlay is to be drawn again, the slice below it not.
    pub fn mark_overlay(&mut self) {
        self.is_overlay_stale = true;
    }

    /// Voxels of a box changed.
    pub fn mark_box(&mut self, grid: &Grid, changed: &VoxelBox, reach_px: f64) {
        if let Some(view) = &self.view
            && let Some(rect) = view.rect_of_box(grid, changed, reach_px)
        {
            self.changed.push(rect);
        }
    }

    /// Brings the picture up to date for a place on the screen.
    pub fn prepare(
        &mut self,
        ctx: &egui::Context,
        screen: Rect,
        volume: &Volume,
        layers: &[Layer],
        interpolation: Interpolation,
    ) {
        self.pixels_per_point = ctx.pixels_per_point();
        self.screen = Some(screen);
        let size_px = [screen.width(), screen.height()]
            .map(|side| ((side * self.pixels_per_point).round() as usize).max(1));
        self.resize(volume.grid(), size_px);
        let (Some(view), Some(window)) = (self.view, self.window) else {
            return;
        };
        let mut upload = Vec::new();
        if self.is_base_stale {
            self.base = Some(render::slice(volume, &view, &window, interpolation));
            self.is_overlay_stale = true;
            self.is_base_stale = false;
        }
        let Some(base) = &self.base else { return };
        let drawn: Vec<OverlayLayer<'_>> = layers.iter().map(Layer::drawn).collect();
        if self.is_overlay_stale || self.composed.is_none() {
            let mut picture = base.clone();
            render::overlay(&mut picture, volume.grid(), &view, &drawn, None);
            upload.push(picture.rect());
            self.composed = Some(picture);
            self.is_overlay_stale = false;
            self.changed.clear();
        } else if let Some(picture) = &mut self.composed {
            for rect in self.changed.drain(..) {
                picture.copy_rect_from(base, rect);
                render::overlay(picture, volume.grid(), &view, &drawn, Some(rect));
                upload.push(rect);
            }
        }
        self.upload(ctx, &upload);
    }

    fn resize(&mut self, grid: &Grid, size_px: [usize; 2]) {
        let Some(view) = self.view else { return };
        if view.size_px == size_px {
            return;
        }
        // A window that grows shows the same part of the patient, larger.
        let share = (size_px[0] as f64 / view.size_px[0] as f64)
            .min(size_px[1] as f64 / view.size_px[1] as f64);
        let resized = view.resized(size_px).map(|mut resized| {
            resized.mm_per_px = view.mm_per_px / share;
            resized
        });
        self.view = resized.ok().or_else(|| Some(view.fitted(grid)));
        self.mark_all();
    }

    fn upload(&mut self, ctx: &egui::Context, rects: &[RectPx]) {
        let Some(picture) = &self.composed else {
            return;
        };
        for rect in rects {
            let image = image_of(picture, *rect);
            let whole = *rect == picture.rect();
            match &mut self.texture {
                Some(texture) if whole => texture.set(image, TextureOptions::NEAREST),
                Some(texture) => {
                    texture.set_partial([rect.x, rect.y], image, TextureOptions::NEAREST);
                }
                None => {
                    self.texture =
                        Some(ctx.load_texture("viewport", image, TextureOptions::NEAREST));
                }
            }
        }
    }

    /// Paints the picture where it was prepared for.
    pub fn paint(&self, painter: &egui::Painter) {
        if let (Some(texture), Some(screen)) = (&self.texture, self.screen) {
            let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
            painter.image(texture.id(), screen, whole, egui::Color32::WHITE);
        }
    }

    /// The picture without texts, as it stands.
    #[must_use]
    pub const fn picture(&self) -> Option<&Picture> {
        self.composed.as_ref()
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
            color: self.color,
            fill_alpha: self.fill_alpha,
            outline: self.outline,
            outline_px: self.outline_px,
            hatch: self.hatch,
            visible: true,
        }
    }
}

fn image_of(picture: &Picture, rect: RectPx) -> ColorImage {
    let mut bytes = Vec::with_capacity(4 * rect.width * rect.height);
    for y in rect.y..rect.y + rect.height {
        let row = 4 * (y * picture.width + rect.x);
        bytes.extend_from_slice(
            picture
                .rgba
                .get(row..row + 4 * rect.width)
                .unwrap_or_default(),
        );
    }
    ColorImage::from_rgba_premultiplied([rect.width, rect.height], &bytes)
}
