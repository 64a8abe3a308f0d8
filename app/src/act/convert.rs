//! A loaded series as a file of another format.

use annotation_format::write::png_stack::{PlaneOrigin, StackName, write_stack};
use annotation_format::write::{Error, Space, meta_image, nifti, nrrd};
use imaging::{Format, Loaded, SeriesEntry};
use std::path::{Path, PathBuf};

/// What a target is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `.nii` or `.nii.gz`.
    Nifti,
    /// `.nrrd`.
    Nrrd,
    /// `.mha`.
    MetaImage,
    /// `NAME.png`, or a folder.
    PngStack,
}

impl Target {
    /// The format that a path asks for: by its ending, or a stack of PNG for a folder (one that is there, or a name
    /// without an ending).
    ///
    /// # Errors
    /// The ending that is not written.
    pub fn of(path: &Path) -> Result<Target, String> {
        if path.is_dir() {
            return Ok(Target::PngStack);
        }
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        match ending {
            _ if name.ends_with(".nii.gz") => Ok(Target::Nifti),
            Some("nii") => Ok(Target::Nifti),
            Some("nrrd") => Ok(Target::Nrrd),
            Some("mha") => Ok(Target::MetaImage),
            Some("png") | None => Ok(Target::PngStack),
            Some(other) => Err(other.to_owned()),
        }
    }
}

/// What the grid of a series means.
#[must_use]
pub fn space_of(entry: &SeriesEntry) -> Space {
    match (entry.affine_reason, entry.spacing_mm) {
        (Some(imaging::AffineReason::NoGeometry), None) => Space::Pixels,
        (Some(imaging::AffineReason::NoGeometry), Some(_)) => Space::Millimetres,
        _ => Space::Patient,
    }
}

/// Whether writing `target` would replace a file of the series itself.
#[must_use]
pub fn is_source(entry: &SeriesEntry, target: &Path) -> bool {
    let Ok(target) = target.canonicalize() else {
        return false;
    };
    let is_target = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file == target);
    entry.files.iter().any(is_target)
}

/// Writes a series; every file appears whole or not at all.
///
/// # Errors
/// What the format cannot hold, and those of the disc.
pub fn write(
    entry: &SeriesEntry,
    loaded: &Loaded,
    target: Target,
    path: &Path,
) -> Result<(), Error> {
    let (volume, space) = (&loaded.volume, space_of(entry));
    match target {
        Target::Nifti => nifti::write_image(path, volume, space),
        Target::Nrrd => nrrd::write_image(path, volume, space),
        Target::MetaImage => meta_image::write_image(path, volume, space),
        Target::PngStack => {
            let (stack, origins) = (StackName::of(path), origins_of(entry));
            write_stack(&stack, volume, space, &origins, loaded.unit.as_deref()).map(drop)
        }
    }
}

/// Where each plane came from: its instance, and its frame where a file holds several planes.
fn origins_of(entry: &SeriesEntry) -> Vec<PlaneOrigin> {
    let is_dicom = entry.format == Format::Dicom;
    let has_frames = is_dicom && entry.files.len() < entry.planes.len();
    let one = |(k, plane): (usize, &imaging::PlaneSource)| PlaneOrigin {
        sop_instance_uid: entry.sop_instance_uids.get(k).cloned().unwrap_or_default(),
        frame: has_frames.then_some(plane.frame + 1),
    };
    entry.planes.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_known_by_its_ending_and_a_bare_name_is_a_folder() {
        let of = |name: &str| Target::of(Path::new(name));
        assert_eq!(of("胸部.nii.gz"), Ok(Target::Nifti));
        assert_eq!(of("A.NII"), Ok(Target::Nifti));
        assert_eq!(of("a.nrrd"), Ok(Target::Nrrd));
        assert_eq!(of("a.b.mha"), Ok(Target::MetaImage));
        assert_eq!(of("a.png"), Ok(Target::PngStack));
        assert_eq!(of("x/stack"), Ok(Target::PngStack));
        assert_eq!(of("a.mhd"), Err("mhd".to_owned()));
        assert_eq!(of("a.gz"), Err("gz".to_owned()));
    }
}
