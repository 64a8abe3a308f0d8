//! The folder of an export: built under a temporary name beside its place, with a manifest of hashes, then renamed.
//!
//! A folder that an earlier export made may be exported into again: what it held of the same work in the same format is
//! replaced, the rest stays and stays listed. Anything that no export wrote is never touched.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::manifest::{
    ExportHead, FileEntry, FileSubject, LOSSES_SCHEMA, Loss, Losses, MANIFEST_SCHEMA, Manifest,
    sha256_of_file,
};
use super::{Error, atomic};

const MANIFEST: &str = "manifest.json";
const LOSSES: &str = "losses.json";

/// An export being written. Dropped without [`ExportFolder::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct ExportFolder {
    target: PathBuf,
    temporary: PathBuf,
    manifest: Manifest,
    losses: Vec<Loss>,
    finished: bool,
}

impl ExportFolder {
    /// Begins an export whose files will lie in `target`. Folders above it are made.
    ///
    /// # Errors
    /// [`Error::Io`] when the place cannot be written.
    pub fn begin(target: &Path, head: ExportHead) -> Result<ExportFolder, Error> {
        let absolute = std::path::absolute(target).map_err(|error| Error::io(target, error))?;
        let temporary = atomic::temporary_name(&absolute);
        fs::create_dir_all(&temporary).map_err(|error| Error::io(&temporary, error))?;
        let manifest = Manifest::new(head);
        Ok(ExportFolder {
            target: absolute,
            temporary,
            manifest,
            losses: Vec::new(),
            finished: false,
        })
    }

    /// Writes one file. `name` is its path below the folder (`/` between folders); the closure gets the path to write to.
    ///
    /// # Errors
    /// Those of the closure, [`Error::NotOurs`] when a foreign file has the name.
    pub fn add(
        &mut self,
        name: &str,
        subject: FileSubject,
        write: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<FileEntry, Error> {
        self.refuse_foreign(name)?;
        let path = self.temporary.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
        }
        write(&path)?;
        let (sha256, bytes) = sha256_of_file(&path)?;
        let entry = FileEntry {
            path: name.to_owned(),
            sha256,
            bytes,
            subject,
        };
        self.manifest.files.retain(|file| file.path != name);
        self.manifest.files.push(entry.clone());
        Ok(entry)
    }

    /// Notes something that a format could not hold.
    pub fn lose(&mut self, loss: Loss) {
        self.losses.push(loss);
    }

    /// Notes several losses.
    pub fn lose_all(&mut self, losses: impl IntoIterator<Item = Loss>) {
        self.losses.extend(losses);
    }

    /// Puts the files in their place, `losses.json` and `manifest.json` last.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<Manifest, Error> {
        let mut earlier = self.earlier()?;
        let mut losses = std::mem::take(&mut earlier.losses);
        losses.append(&mut self.losses);
        let losses = Losses {
            schema: LOSSES_SCHEMA.to_owned(),
            losses,
        };
        let names: Vec<String> = self
            .manifest
            .files
            .iter()
            .map(|file| file.path.clone())
            .collect();
        self.manifest.files.append(&mut earlier.files);
        self.manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        atomic::write_bytes(
            &self.temporary.join(LOSSES),
            &serde_json::to_vec_pretty(&losses)?,
        )?;
        atomic::write_bytes(
            &self.temporary.join(MANIFEST),
            &serde_json::to_vec_pretty(&self.manifest)?,
        )?;
        if fs::read_dir(&self.target).is_ok_and(|mut entries| entries.next().is_none()) {
            // An empty folder that the person made beforehand.
            fs::remove_dir(&self.target).map_err(|error| Error::io(&self.target, error))?;
        }
        if self.target.exists() {
            self.move_into(names)?;
            for path in earlier.outdated {
                fs::remove_file(&path).map_err(|error| Error::io(&path, error))?;
            }
        } else {
            fs::rename(&self.temporary, &self.target)
                .map_err(|error| Error::io(&self.target, error))?;
        }
        atomic::sync_folder(self.target.parent().unwrap_or(Path::new(".")));
        self.finished = true;
        Ok(self.manifest.clone())
    }

    /// What an earlier export into the same folder leaves beside this one.
    fn earlier(&self) -> Result<Earlier, Error> {
        let Some(earlier) = earlier_manifest(&self.target)? else {
            return Ok(Earlier::default());
        };
        let replaced = |path: &str| self.manifest.files.iter().any(|file| file.path == path);
        let is_exported_anew = |format: &str, case: &Option<String>, reader: &Option<String>| {
            self.manifest.files.iter().any(|FileEntry { subject, .. }| {
                subject.format == format && subject.case == *case && subject.reader == *reader
            })
        };
        let others = earlier
            .files
            .into_iter()
            .filter(|file| is_inside(&file.path) && !replaced(&file.path));
        let (outdated, files) = others.partition::<Vec<_>, _>(|FileEntry { subject, .. }| {
            is_exported_anew(&subject.format, &subject.case, &subject.reader)
        });
        let text = fs::read(self.target.join(LOSSES)).ok();
        let losses = text.and_then(|text| serde_json::from_slice::<Losses>(&text).ok());
        let stays = |loss: &Loss| {
            !is_exported_anew(&loss.format, &loss.case, &loss.reader) && !self.losses.contains(loss)
        };
        Ok(Earlier {
            files: files
                .into_iter()
                .filter(|file| self.target.join(&file.path).exists())
                .collect(),
            outdated: outdated
                .into_iter()
                .map(|file| self.target.join(file.path))
                .collect(),
            losses: losses
                .unwrap_or_default()
                .losses
                .into_iter()
                .filter(stays)
                .collect(),
        })
    }

    /// Moves the files one by one into a folder that exists.
    fn move_into(&self, names: Vec<String>) -> Result<(), Error> {
        for name in names
            .into_iter()
            .chain([LOSSES.to_owned(), MANIFEST.to_owned()])
        {
            let to = self.target.join(&name);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
            }
            fs::rename(self.temporary.join(&name), &to).map_err(|error| Error::io(&to, error))?;
        }
        atomic::sync_folder(&self.target);
        Ok(())
    }

    /// Refuses a name that a file has which no export wrote.
    fn refuse_foreign(&self, name: &str) -> Result<(), Error> {
        let path = self.target.join(name);
        if !path.exists() {
            return Ok(());
        }
        let ours = earlier_manifest(&self.target)?
            .is_some_and(|earlier| earlier.files.iter().any(|file| file.path == name));
        if ours {
            Ok(())
        } else {
            Err(Error::NotOurs { path })
        }
    }
}

impl Drop for ExportFolder {
    fn drop(&mut self) {
        // After `finish` into a new folder the temporary one is gone; else it holds nothing of worth.
        if !self.finished || self.temporary.exists() {
            drop(fs::remove_dir_all(&self.temporary));
        }
    }
}

/// Whether a path of a manifest stays below the folder: a manifest is a file that anyone may have changed.
fn is_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    parts.all(|part| matches!(part, Component::Normal(_)))
}

/// What an earlier export left in the folder.
#[derive(Default)]
struct Earlier {
    /// Files that stay and stay listed.
    files: Vec<FileEntry>,
    /// Files of a work and format that is exported anew without them.
    outdated: Vec<PathBuf>,
    /// Losses of what stays.
    losses: Vec<Loss>,
}

/// The manifest of an earlier export in a folder; `manifest.json` of another program is refused.
fn earlier_manifest(folder: &Path) -> Result<Option<Manifest>, Error> {
    let path = folder.join(MANIFEST);
    let Ok(text) = fs::read(&path) else {
        return Ok(None);
    };
    match serde_json::from_slice::<Manifest>(&text) {
        Ok(manifest) if manifest.schema == MANIFEST_SCHEMA => Ok(Some(manifest)),
        _ => Err(Error::NotOurs { path }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(
        folder: &mut ExportFolder,
        name: &str,
        format: &str,
        text: &str,
    ) -> Result<FileEntry, Error> {
        let subject = FileSubject {
            format: format.into(),
            ..FileSubject::default()
        };
        folder.add(name, subject, |path| {
            atomic::write_bytes(path, text.as_bytes())
        })
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_folder_appears_when_it_is_finished_and_not_before() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
        add(&mut folder, "sub/a.txt", "csv", "abc").unwrap();
        assert!(!target.exists());
        let manifest = folder.finish().unwrap();
        assert_eq!(names(place.path()), ["out"]);
        assert_eq!(names(&target), ["losses.json", "manifest.json", "sub"]);
        assert_eq!(
            manifest.files[0].sha256,
            crate::write::manifest::sha256(b"abc")
        );
    }

    #[test]
    fn an_export_that_is_given_up_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let mut folder =
            ExportFolder::begin(&place.path().join("out"), ExportHead::default()).unwrap();
        add(&mut folder, "a.txt", "csv", "abc").unwrap();
        drop(folder);
        assert!(names(place.path()).is_empty());
    }

    #[test]
    fn a_second_export_into_the_folder_keeps_what_it_does_not_replace() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        for (name, format, text) in [
            ("a.csv", "csv", "1"),
            ("b.dcm", "seg", "2"),
            ("a.csv", "csv", "3"),
        ] {
            let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
            add(&mut folder, name, format, text).unwrap();
            folder.lose(Loss {
                format: format.into(),
                code: "overlap".into(),
                file: Some(name.into()),
                ..Loss::default()
            });
            folder.finish().unwrap();
        }
        assert_eq!(names(place.path()), ["out"]);
        assert_eq!(fs::read(target.join("a.csv")).unwrap(), b"3");
        let manifest: Manifest =
            serde_json::from_slice(&fs::read(target.join(MANIFEST)).unwrap()).unwrap();
        assert_eq!(
            manifest
                .files
                .iter()
                .map(|file| file.path.as_str())
                .collect::<Vec<_>>(),
            ["a.csv", "b.dcm"]
        );
        let losses: Losses =
            serde_json::from_slice(&fs::read(target.join(LOSSES)).unwrap()).unwrap();
        assert_eq!(losses.losses.len(), 2);
    }

    #[test]
    fn a_work_that_is_exported_anew_leaves_no_outdated_file() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        for (name, case) in [("one.nii", "1"), ("two.nii", "2"), ("other.nii", "1")] {
            let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
            let subject = FileSubject {
                format: "nifti".into(),
                case: Some(case.into()),
                ..FileSubject::default()
            };
            folder
                .add(name, subject, |path| atomic::write_bytes(path, b"x"))
                .unwrap();
            folder.finish().unwrap();
        }
        assert_eq!(
            names(&target),
            ["losses.json", "manifest.json", "other.nii", "two.nii"]
        );
    }

    #[test]
    fn a_manifest_that_points_outside_its_folder_removes_nothing_there() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        fs::write(place.path().join("mine.csv"), "mine").unwrap();
        let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
        add(&mut folder, "a.csv", "csv", "1").unwrap();
        folder.finish().unwrap();
        let text = fs::read_to_string(target.join(MANIFEST)).unwrap();
        fs::write(target.join(MANIFEST), text.replace("a.csv", "../mine.csv")).unwrap();
        let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
        add(&mut folder, "b.csv", "csv", "1").unwrap();
        let manifest = folder.finish().unwrap();
        assert!(place.path().join("mine.csv").exists());
        assert_eq!(manifest.files.len(), 1);
    }

    #[test]
    fn a_file_that_no_export_wrote_is_not_overwritten() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("a.csv"), "mine").unwrap();
        let mut folder = ExportFolder::begin(place.path(), ExportHead::default()).unwrap();
        assert!(matches!(
            add(&mut folder, "a.csv", "csv", "1"),
            Err(Error::NotOurs { .. })
        ));
        add(&mut folder, "b.csv", "csv", "1").unwrap();
        folder.finish().unwrap();
        assert_eq!(fs::read(place.path().join("a.csv")).unwrap(), b"mine");
        assert_eq!(
            names(place.path()),
            ["a.csv", "b.csv", "losses.json", "manifest.json"]
        );
    }
}
