//! A pane's picture by the processor: kept, drawn again only where something changed, and shown as a
//! texture of which only the changed part is sent.

use egui::{ColorImage, Rect, TextureHandle, TextureOptions};
use render::{OverlayLayer, Picture, RectPx};

use super::pane::{Scene, Stale};

/// The slice, the slice with its overlay, and the texture of it.
#[derive(Default)]
pub(super) struct CpuPicture {
    base: Option<Picture>,
    composed: Option<Picture>,
    texture: Option<TextureHandle>,
}

impl CpuPicture {
    /// Draws what is stale and sends it.
    pub(super) fn draw(&mut self, ctx: &egui::Context, scene: &Scene<'_>, stale: &Stale) {
        let mut upload = Vec::new();
        let is_base_stale = stale.base || self.base.is_none();
        if is_base_stale {
            self.base = Some(render::slice(scene.volume, &scene.view, &scene.rendering));
        }
        let Some(base) = &self.base else { return };
        let layers: &[OverlayLayer<'_>] = scene.layers;
        match &mut self.composed {
            Some(picture) if !is_base_stale && !stale.overlay => {
                for rect in &stale.changed {
                    picture.copy_rect_from(base, *rect);
                    render::overlay(picture, &scene.view, layers, Some(*rect));
                    upload.push(*rect);
                }
            }
            composed => {
                let mut picture = base.clone();
                render::overlay(&mut picture, &scene.view, layers, None);
                upload.push(picture.rect());
                *composed = Some(picture);
            }
        }
        self.upload(ctx, &upload);
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

    pub(super) fn paint(&self, painter: &egui::Painter, screen: Rect) {
        if let Some(texture) = &self.texture {
            let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
            painter.image(texture.id(), screen, whole, egui::Color32::WHITE);
        }
    }

    pub(super) const fn picture(&self) -> Option<&Picture> {
        self.composed.as_ref()
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
