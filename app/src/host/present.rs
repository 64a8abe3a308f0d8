//! Brings the painted picture onto the screen, as little of it as is needed.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;

use winit::event_loop::OwnedDisplayHandle;
use winit::window::Window;

use super::painter::{Canvas, PixelRect};

/// Buffers older than this many frames are copied whole.
const FRAMES_REMEMBERED: usize = 4;

pub(super) struct Presenter {
    surface: softbuffer::Surface<OwnedDisplayHandle, Arc<Window>>,
    size: [usize; 2],
    /// What changed in the last frames, newest first.
    history: VecDeque<Vec<PixelRect>>,
}

impl Presenter {
    pub(super) fn new(display: OwnedDisplayHandle, window: Arc<Window>) -> anyhow::Result<Self> {
        let refused = |error: softbuffer::SoftBufferError| anyhow::anyhow!("{error}");
        let context = softbuffer::Context::new(display).map_err(refused)?;
        let surface = softbuffer::Surface::new(&context, window).map_err(refused)?;
        Ok(Self {
            surface,
            size: [0, 0],
            history: VecDeque::new(),
        })
    }

    /// Shows the canvas; `damage` is what changed since the call before, `None` means all.
    pub(super) fn show(
        &mut self,
        canvas: &Canvas,
        damage: Option<Vec<PixelRect>>,
    ) -> Result<(), softbuffer::SoftBufferError> {
        let [width, height] = canvas.size();
        let side = |n: usize| u32::try_from(n).ok().and_then(NonZeroU32::new);
        let (Some(w), Some(h)) = (side(width), side(height)) else {
            return Ok(()); // a minimised window
        };
        let mut damage = damage.unwrap_or_else(|| whole(canvas));
        if self.size != canvas.size() {
            self.surface.resize(w, h)?;
            self.size = canvas.size();
            self.history.clear();
            damage = whole(canvas);
        }
        if damage.is_empty() {
            return Ok(());
        }
        self.history.push_front(damage);
        self.history.truncate(FRAMES_REMEMBERED);
        let mut buffer = self.surface.buffer_mut()?;
        let age = usize::from(buffer.age());
        let everything = whole(canvas);
        let stale: Vec<PixelRect> = if age == 0 || age > self.history.len() {
            everything
        } else {
            self.history.iter().take(age).flatten().copied().collect()
        };
        for &rect in &stale {
            for y in rect.rows() {
                let columns = rect.columns();
                let to = y * width + columns.start..y * width + columns.end;
                let from = canvas.row(y, rect);
                if let Some(to) = buffer.get_mut(to).filter(|to| to.len() == from.len()) {
                    to.copy_from_slice(from);
                }
            }
        }
        let rects: Vec<softbuffer::Rect> =
            stale.iter().filter_map(|&rect| rectangle(rect)).collect();
        buffer.present_with_damage(&rects)
    }
}

fn whole(canvas: &Canvas) -> Vec<PixelRect> {
    let max = canvas.size().map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    vec![PixelRect { min: [0, 0], max }]
}

fn rectangle(rect: PixelRect) -> Option<softbuffer::Rect> {
    let side = |n: usize| u32::try_from(n).ok();
    Some(softbuffer::Rect {
        x: side(rect.columns().start)?,
        y: side(rect.rows().start)?,
        width: NonZeroU32::new(side(rect.columns().len())?)?,
        height: NonZeroU32::new(side(rect.rows().len())?)?,
    })
}
