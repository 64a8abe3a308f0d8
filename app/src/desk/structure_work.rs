//! Structure sets that lie beside images which are looked at without a project.

use super::Desk;
use crate::room::{Room, Structure};
use imaging::{SeriesEntry, StructureFault, StructureSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use voxel::{Grid, Mask, Phrase};

/// Colour of a structure whose file gives none.
const UNCOLOURED: [u8; 3] = [240, 162, 60];

/// A series that structures may have been drawn on.
struct Canvas {
    place: usize,
    uid: String,
    frame: Option<String>,
    grid: Grid,
}

/// What was read of the structure sets.
#[derive(Default)]
struct Found {
    structures: Vec<Structure>,
    /// What cannot be shown, by name, and why.
    refused: Vec<(String, Phrase)>,
    /// Names of those that say they lie in another frame of reference than their images.
    elsewhere: Vec<String>,
}

impl Found {
    fn read(&mut self, set: &StructureSet, canvases: &[Canvas]) {
        for roi in &set.rois {
            match drawn_on(set, roi, canvases) {
                Ok((canvas, mask)) => {
                    let frames = [&roi.frame_of_reference_uid, &canvas.frame];
                    if let [Some(own), Some(of_images)] = frames
                        && own != of_images
                    {
                        self.elsewhere.push(roi.name.clone());
                    }
                    self.structures.push(Structure {
                        name: roi.name.clone(),
                        color: roi.color.unwrap_or(UNCOLOURED),
                        series: canvas.place,
                        mask,
                        is_shown: true,
                    });
                }
                Err(fault) => self.refused.push((roi.name.clone(), fault.phrase())),
            }
        }
    }
}

/// The series on which a structure was drawn, and its voxels there. A series may be there in several
/// stacks: the structure belongs to the first whose planes its contours lie on.
fn drawn_on<'a>(
    set: &StructureSet,
    roi: &imaging::Structure,
    canvases: &'a [Canvas],
) -> Result<(&'a Canvas, Mask), StructureFault> {
    let mut why = StructureFault::OtherSeries;
    for canvas in canvases {
        match set.mask_on(roi, &canvas.uid, &canvas.grid) {
            Ok(mask) => return Ok((canvas, mask)),
            Err(StructureFault::OtherSeries) => {}
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// The files of the structure sets among what was found.
pub(super) fn files_of(found: &[SeriesEntry]) -> Vec<PathBuf> {
    let sets = found.iter().filter(|entry| entry.modality == "RTSTRUCT");
    sets.flat_map(|entry| entry.files.iter().cloned()).collect()
}

fn canvases(room: &Room) -> Vec<Canvas> {
    let all = room.series.iter().enumerate();
    let known = all.filter_map(|(place, series)| {
        Some(Canvas {
            place,
            uid: series.entry.series_uid.clone()?,
            frame: series.entry.frame_of_reference_uid.clone(),
            grid: series.entry.grid.clone()?,
        })
    });
    known.collect()
}

impl Desk {
    /// Reads structure sets and draws their structures over the images of the room.
    pub(super) fn read_structures(&mut self, files: Vec<PathBuf>) {
        let Some(room) = self.room.as_ref().filter(|_| !files.is_empty()) else {
            return;
        };
        let canvases = canvases(room);
        let opened = room.opened;
        self.background.spawn(
            "structures",
            move |progress| {
                let mut found = Found::default();
                let mut faults = Vec::new();
                for file in files {
                    if progress.stop_flag().load(Ordering::Relaxed) {
                        break;
                    }
                    match imaging::structure_set(&file) {
                        Ok(set) => found.read(&set, &canvases),
                        Err(why) => faults.push(why),
                    }
                }
                (found, faults)
            },
            move |desk, (found, faults)| {
                if let Some(room) = desk.room.as_mut().filter(|room| room.opened == opened) {
                    room.add_structures(found.structures);
                    desk.say_refused(&found.refused);
                    desk.say_elsewhere(&found.elsewhere);
                    for fault in &faults {
                        desk.say_error(fault);
                    }
                }
            },
        );
    }

    /// Says which structures name another frame of reference than their images have.
    fn say_elsewhere(&mut self, names: &[String]) {
        if let Some(name) = names.first() {
            let told = [("count", names.len().into()), ("name", name.clone().into())];
            let text = self.words.f("structures-elsewhere", &told);
            self.say_fault(text);
        }
    }

    /// Says what cannot be shown: the first by name, the others by their number.
    fn say_refused(&mut self, refused: &[(String, Phrase)]) {
        let Some((name, why)) = refused.first() else {
            return;
        };
        let told = [
            ("count", refused.len().into()),
            ("name", name.clone().into()),
            ("why", self.words.say(why).into()),
        ];
        let text = self.words.f("structures-refused", &told);
        self.say_fault(text);
    }
}
