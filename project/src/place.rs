//! Where a project may live: on a local disc, not on a network share, not in a folder that a cloud
//! service synchronises, not on FAT, and not through links that lead out of its folder.

use std::path::{Component, Path, PathBuf, Prefix};

use crate::error::{Error, PlaceFault, Result};

/// File systems that lie on another machine, as Linux names them.
const NETWORK: [&str; 14] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.davfs2",
    "fuse.gvfsd-fuse",
    "fuse.rclone",
    "fuse.sshfs",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
];

/// File systems without a journal.
const NO_JOURNAL: [&str; 3] = ["exfat", "msdos", "vfat"];

/// Checks the folder in which a project is or will be.
///
/// # Errors
/// [`Error::Place`] with the reason.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let real = nearest_existing(folder);
    check_prefix(&real)?;
    check_cloud(&real)?;
    if let Ok(mounts) = std::fs::read_to_string("/proc/self/mountinfo") {
        check_file_system(&mounts, &real)?;
    }
    Ok(())
}

/// Checks that a project's own files and folders are no links.
pub(crate) fn check_no_links(folder: &Path, names: &[&str]) -> Result<()> {
    for name in names {
        let path = folder.join(name);
        if path
            .symlink_metadata()
            .is_ok_and(|meta| meta.file_type().is_symlink())
        {
            return Err(PlaceFault::Link((*name).to_owned()).into());
        }
    }
    Ok(())
}

/// The folder, or its nearest ancestor that exists, without links and mapped drive letters.
fn nearest_existing(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute
        .ancestors()
        .find_map(|path| {
            let real = path.canonicalize().ok()?;
            Some(match absolute.strip_prefix(path) {
                Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
                _ => real,
            })
        })
        .unwrap_or(absolute)
}

/// On Windows a canonical path names the server, for mapped drive letters too.
fn check_prefix(real: &Path) -> Result<()> {
    if let Some(Component::Prefix(prefix)) = real.components().next()
        && matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
    {
        return Err(PlaceFault::Network("UNC".to_owned()).into());
    }
    Ok(())
}

fn check_cloud(real: &Path) -> Result<()> {
    let mut parent_is_home = false;
    let home = std::env::home_dir();
    let mut walked = PathBuf::new();
    for component in real.components() {
        let name = component.as_os_str().to_string_lossy();
        if let Some(service) = cloud_service(&name, parent_is_home) {
            return Err(PlaceFault::Cloud(service.to_owned()).into());
        }
        walked.push(component);
        parent_is_home = home.as_deref() == Some(walked.as_path());
    }
    for ancestor in real.ancestors() {
        // The client keeps this in the root of its folder (`.dropbox` also lies in every home).
        if ancestor.join(".dropbox.cache").exists() {
            return Err(PlaceFault::Cloud("Dropbox".to_owned()).into());
        }
    }
    Ok(())
}

/// The service that a folder name stands for. `Box` alone is too common a word: it counts only
/// directly below the home folder.
fn cloud_service(name: &str, parent_is_home: bool) -> Option<&'static str> {
    if name == "OneDrive" || name.starts_with("OneDrive - ") || name.starts_with("OneDrive-") {
        return Some("OneDrive");
    }
    if name == "Dropbox" || name.starts_with("Dropbox (") {
        return Some("Dropbox");
    }
    if name == "Box Sync" || name.starts_with("Box-Box") || (parent_is_home && name == "Box") {
        return Some("Box");
    }
    match name {
        "Google Drive" | "GoogleDrive" | "My Drive" | "マイドライブ" => Some("Google Drive"),
        "iCloudDrive" | "Mobile Documents" => Some("iCloud"),
        "CloudStorage" => Some("CloudStorage"),
        _ => None,
    }
}

/// Finds the mount that holds the path in a text of `/proc/self/mountinfo`.
fn check_file_system(mounts: &str, real: &Path) -> Result<()> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((before, after)) = line.split_once(" - ") else {
            continue;
        };
        let Some(point) = before.split(' ').nth(4) else {
            continue;
        };
        let Some(kind) = after.split(' ').next() else {
            continue;
        };
        let point = unescape(point);
        // A later mount on the same place covers the earlier one.
        if real.starts_with(&point) && best.is_none_or(|(length, _)| point.len() >= length) {
            best = Some((point.len(), kind));
        }
    }
    match best {
        Some((_, kind)) if NETWORK.contains(&kind) => {
            Err(PlaceFault::Network(kind.to_owned()).into())
        }
        Some((_, kind)) if NO_JOURNAL.contains(&kind) => {
            Err(PlaceFault::FileSystem(kind.to_owned()).into())
        }
        _ => Ok::<(), Error>(()),
    }
}

/// Mount points write space, tab, newline and backslash as three octal digits.
fn unescape(point: &str) -> String {
    [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ]
    .iter()
    .fold(point.to_owned(), |text, (code, sign)| {
        text.replace(code, sign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/hospital\\040share rw - cifs //server/share rw
31 22 0:41 / /media/stick rw - vfat /dev/sdb1 rw
";

    fn code(result: Result<()>) -> &'static str {
        result.map_or_else(|error| error.code(), |()| "ok")
    }

    #[test]
    fn network_shares_and_fat_are_refused_by_their_mount() {
        let check = |path: &str| code(check_file_system(MOUNTS, Path::new(path)));
        assert_eq!(check("/home/reader/project"), "ok");
        assert_eq!(check("/mnt/hospital share/project"), "network_place");
        assert_eq!(check("/mnt/hospital"), "ok");
        assert_eq!(check("/media/stick/project"), "unsafe_file_system");
    }

    #[test]
    fn folders_of_cloud_services_are_refused_by_name() {
        let check = |path: &str| code(check_cloud(Path::new(path)));
        assert_eq!(check("/home/r/OneDrive - 大学病院/読影"), "cloud_place");
        assert_eq!(check("/home/r/Dropbox/読影"), "cloud_place");
        assert_eq!(check("/srv/Box/読影"), "ok");
        assert_eq!(check("/srv/Box Sync/読影"), "cloud_place");
        assert_eq!(check("/srv/読影"), "ok");
    }

    #[test]
    fn a_folder_that_does_not_exist_yet_is_judged_by_its_ancestors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dropbox").join("new project");
        assert_eq!(code(check(&path)), "cloud_place");
        assert_eq!(code(check(&folder.path().join("new project"))), "ok");
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_object_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/tmp", folder.path().join("objects")).unwrap();
        let result = check_no_links(folder.path(), &["project.sqlite", "objects"]);
        assert_eq!(code(result), "link_out_of_project");
    }
}
