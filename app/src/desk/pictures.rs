//! Small pictures for the start screen: of projects used before, and of the sample.
//!
//! A project's picture is the middle slice of a stack, without any text, kept as a PNG beside the
//! settings. Only stacks of scanners that burn no names into pixels give one.

use super::Desk;
use egui::{ColorImage, TextureHandle, TextureOptions};
use imaging::SeriesEntry;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Side of a project's picture in px.
pub(super) const SIDE: usize = 128;
/// Side of the sample's picture in px.
const SAMPLE_SIDE: usize = 320;
/// Modalities whose stacks are reconstructed from measurements; others may carry texts in the pixels.
const WITHOUT_TEXTS: [&str; 4] = ["CT", "MR", "PT", "NM"];

/// The pictures that are there.
#[derive(Default)]
pub(super) struct Pictures {
    /// Of projects, by their folders.
    pub(super) projects: BTreeMap<PathBuf, TextureHandle>,
    /// Of the sample.
    pub(super) sample: Option<TextureHandle>,
}

/// Whether a series may stand for its project on the start screen.
pub(super) fn may_be_shown(entry: &SeriesEntry) -> bool {
    let is_stack = entry.size[2] > 1 && entry.spacing_mm.is_some();
    is_stack && WITHOUT_TEXTS.contains(&entry.modality.as_str())
}

/// Where a project's picture is kept: named by a hash, so that the name tells nothing.
fn file_of(home: &Path, folder: &Path) -> PathBuf {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    home.join("thumbnails").join(format!("{name}.png"))
}

fn read(file: &Path) -> Option<ColorImage> {
    let picture = image::open(file).ok()?.to_rgba8();
    let size = [picture.width() as usize, picture.height() as usize];
    Some(ColorImage::from_rgba_unmultiplied(size, &picture))
}

fn write(file: &Path, picture: &ColorImage) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    crate::host::painter::write_png(picture, file)
}

impl Desk {
    /// Reads the pictures of projects used before, and makes the sample's, beside the window.
    pub(super) fn load_pictures(&mut self) {
        let folders: Vec<PathBuf> = self
            .settings
            .recent
            .iter()
            .map(|project| project.folder.clone())
            .collect();
        if let Some(home) = self.settings.home().map(Path::to_path_buf) {
            self.background.spawn(
                "read-pictures",
                move |_| {
                    let found = |folder: PathBuf| Some((read(&file_of(&home, &folder))?, folder));
                    folders.into_iter().filter_map(found).collect::<Vec<_>>()
                },
                |desk, pictures| {
                    for (picture, folder) in pictures {
                        desk.show_picture(folder, picture);
                    }
                },
            );
        }
        self.background.spawn(
            "sample-picture",
            |_| crate::sample::picture(SAMPLE_SIDE),
            |desk, picture| match (picture, &desk.context) {
                (Ok(picture), Some(context)) => {
                    let size = [picture.width, picture.height];
                    let image = ColorImage::from_rgba_unmultiplied(size, &picture.rgba);
                    let texture = context.load_texture("sample", image, TextureOptions::LINEAR);
                    desk.pictures.sample = Some(texture);
                }
                (Err(error), _) => tracing::warn!(%error, "no picture of the sample"),
                _ => {}
            },
        );
    }

    /// Keeps the first picture that was made of a project.
    pub(super) fn keep_picture(&mut self, folder: PathBuf, picture: ColorImage) {
        if self.pictures.projects.contains_key(&folder) {
            return;
        }
        if let Some(home) = self.settings.home() {
            let (file, copy) = (file_of(home, &folder), picture.clone());
            self.background.spawn(
                "keep-picture",
                move |_| write(&file, &copy),
                |_, kept| {
                    if let Err(error) = kept {
                        tracing::warn!(%error, "a project's picture was not kept");
                    }
                },
            );
        }
        self.show_picture(folder, picture);
    }

    fn show_picture(&mut self, folder: PathBuf, picture: ColorImage) {
        if let Some(context) = &self.context {
            let texture = context.load_texture("project", picture, TextureOptions::LINEAR);
            self.pictures.projects.insert(folder, texture);
        }
    }

    /// Takes a project off the list of those used before, with its picture; its files stay.
    pub(super) fn forget_project(&mut self, folder: &Path) {
        self.settings.forget(folder);
        self.pictures.projects.remove(folder);
        if let Some(home) = self.settings.home() {
            // Where none was made there is none to remove.
            let _ = std::fs::remove_file(file_of(home, folder));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_read_back_and_its_name_tells_nothing_of_the_folder() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let file = file_of(home.path(), Path::new("/data/patient-yamada"));
        assert!(!file.to_string_lossy().contains("yamada"));
        let picture = ColorImage::filled([4, 3], egui::Color32::from_gray(90));
        write(&file, &picture).expect("it is written");
        let back = read(&file).expect("it is read");
        assert_eq!((back.size, back.pixels), (picture.size, picture.pixels));
    }
}
