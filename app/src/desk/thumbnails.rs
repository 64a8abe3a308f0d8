//! Pictures in the strip of series for those that nobody has opened yet: one plane each, one after the
//! other, once what the viewports show has been read.

use super::Desk;
use super::case_work::{THUMBNAIL_SIDE, thumbnail_of};

impl Desk {
    /// Makes the next picture that is missing, if nothing more urgent is being read.
    pub(super) fn ask_thumbnail(&mut self) {
        if self.is_drawing_thumbnail {
            return;
        }
        let Some(room) = &mut self.room else { return };
        let reads = room.series.iter().any(|s| s.pixels.loading.is_some());
        if reads || !room.series_to_load().is_empty() {
            return;
        }
        let case = room.case.clone();
        let mut all = room.series.iter_mut().enumerate();
        let missing = all.find(|(_, series)| {
            let has_picture = series.thumbnail.is_some() || series.pixels.has_asked_picture;
            series.entry.is_image && !has_picture && series.pixels.fault.is_none()
        });
        let Some((index, series)) = missing else {
            return;
        };
        series.pixels.has_asked_picture = true;
        let (entry, id) = (series.entry.clone(), series.id.clone());
        self.is_drawing_thumbnail = true;
        self.background.spawn(
            "thumbnail",
            move |progress| {
                let middle = entry.size[2] / 2;
                let plane = imaging::load_plane(&entry, middle, progress.stop_flag()).ok()?;
                thumbnail_of(&plane, THUMBNAIL_SIDE)
            },
            move |desk, picture| {
                desk.is_drawing_thumbnail = false;
                let room = desk.room.as_mut().filter(|room| room.case == case);
                let series = room.and_then(|room| room.series.get_mut(index));
                // that of all pixels may have come first
                let series = series.filter(|s| s.id == id && s.thumbnail.is_none());
                if let (Some(context), Some(picture), Some(series)) =
                    (&desk.context, picture, series)
                {
                    let options = egui::TextureOptions::LINEAR;
                    series.thumbnail = Some(context.load_texture("thumbnail", picture, options));
                }
            },
        );
    }
}
