//! DICOMDIR: an index of the files on a medium (PS3.3 F, PS3.10 8). Which files it names, and where
//! they are.
//!
//! Media are copied by hand: names lose their upper case, gain an extension, or keep the version
//! that a CD gives (`;1`). A file is found under all of these, and never outside the index's folder.

use super::data_set::{DataSet, Tag};
use crate::handle::names_in;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Directory Record Sequence.
const RECORDS: Tag = Tag(0x0004, 0x1220);
/// Referenced File ID.
const FILE_ID: Tag = Tag(0x0004, 0x1500);
/// Record In-use Flag.
const IN_USE: Tag = Tag(0x0004, 0x1410);
/// Names of absent files that are told.
const TOLD: usize = 3;

/// The files that an index names, each as the parts of its path, once, in the order of its records.
pub(crate) fn named_files(root: &DataSet) -> Vec<Vec<String>> {
    let mut known = BTreeSet::new();
    root.items(RECORDS)
        .iter()
        .filter(|record| record.us(IN_USE) != Some(0))
        .map(|record| {
            let parts = record.plain_values(FILE_ID);
            let parts = parts.iter().flat_map(|part| part.split('/'));
            parts.map(|part| part.trim().to_owned()).collect()
        })
        .filter(|parts: &Vec<String>| !parts.is_empty() && known.insert(parts.clone()))
        .collect()
}

/// Where the files of an index are.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// Files that are there.
    pub(crate) found: Vec<PathBuf>,
    /// Files that are not there.
    pub(crate) absent: usize,
    /// The first of them by name.
    pub(crate) absent_names: Vec<String>,
}

/// Looks for the files that the index at `path` names.
pub(crate) fn follow(path: &Path, named: &[Vec<String>]) -> Followed {
    let home = path.parent().unwrap_or(Path::new(""));
    let mut folders = BTreeMap::new();
    let mut followed = Followed::default();
    for parts in named {
        match find(home, parts, &mut folders) {
            Some(file) => followed.found.push(file),
            None => {
                followed.absent += 1;
                if followed.absent_names.len() < TOLD {
                    followed.absent_names.push(parts.join("/"));
                }
            }
        }
    }
    followed
}

/// Part by part, each among the names that its folder really holds, so that no name leads elsewhere.
fn find(home: &Path, parts: &[String], folders: &mut BTreeMap<PathBuf, Names>) -> Option<PathBuf> {
    let mut here = home.to_path_buf();
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        let names = folders
            .entry(here.clone())
            .or_insert_with(|| Names::of(&here));
        here.push(names.find(part, !is_last)?);
    }
    Some(here)
}

/// The names of one folder under the ways in which they are looked for.
#[derive(Debug, Default)]
struct Names {
    exact: BTreeMap<OsString, bool>,
    /// By [`plain`] name; `None` where two names become the same.
    plain: BTreeMap<(String, bool), Option<OsString>>,
    /// Files by their plain name without extension.
    stem: BTreeMap<String, Option<OsString>>,
}

impl Names {
    fn of(folder: &Path) -> Self {
        let mut names = Names::default();
        for named in names_in(folder) {
            let text = plain(&named.name.to_string_lossy());
            if !named.is_folder {
                add(&mut names.stem, stem(&text).to_owned(), &named.name);
            }
            add(&mut names.plain, (text, named.is_folder), &named.name);
            names.exact.insert(named.name, named.is_folder);
        }
        names
    }

    fn find(&self, part: &str, is_folder: bool) -> Option<OsString> {
        let exact = OsString::from(part);
        if self.exact.get(&exact) == Some(&is_folder) {
            return Some(exact);
        }
        let wanted = plain(part);
        let by_plain = self.plain.get(&(wanted.clone(), is_folder));
        if is_folder || by_plain.is_some() {
            return by_plain?.clone();
        }
        self.stem.get(stem(&wanted))?.clone()
    }
}

/// Remembers a name, or that it is not the only one.
fn add<K: Ord>(names: &mut BTreeMap<K, Option<OsString>>, key: K, name: &OsString) {
    names
        .entry(key)
        .and_modify(|known| *known = None)
        .or_insert_with(|| Some(name.clone()));
}

/// A name without case, version (`;1`) and final dot.
fn plain(name: &str) -> String {
    let name = match name.rsplit_once(';') {
        Some((name, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    name.trim_end_matches('.').to_lowercase()
}

/// A plain name without its extension. A name of digits and dots is an identifier, not a name with an
/// extension.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && !extension.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_any_case_with_a_version_or_an_extension() {
        let folder = tempfile::tempdir().unwrap();
        let images = folder.path().join("images");
        std::fs::create_dir(&images).unwrap();
        for name in ["IM1", "im2.dcm", "IM3;1", "im4.", "1.2.3", "a.dcm", "a.txt"] {
            std::fs::write(images.join(name), b"x").unwrap();
        }
        let index = folder.path().join("DICOMDIR");
        let find = |name: &str| {
            let named = vec![vec!["IMAGES".to_owned(), name.to_owned()]];
            let found = follow(&index, &named).found;
            found
                .first()
                .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(find("IM1").as_deref(), Some("IM1"));
        assert_eq!(find("im1").as_deref(), Some("IM1"));
        assert_eq!(find("IM2").as_deref(), Some("im2.dcm"));
        assert_eq!(find("IM3").as_deref(), Some("IM3;1"));
        assert_eq!(find("IM4").as_deref(), Some("im4."));
        assert_eq!(find("IM1.DCM").as_deref(), Some("IM1"));
        assert_eq!(find("1.2.3.dcm").as_deref(), Some("1.2.3"));
        // an identifier that is one longer is another file, and two candidates are none
        assert_eq!(find("1.2.3.4"), None);
        assert_eq!(find("A"), None);
    }

    #[test]
    fn no_name_leads_out_of_the_folder_of_the_index() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("disc")).unwrap();
        std::fs::write(folder.path().join("secret"), b"x").unwrap();
        let index = folder.path().join("disc/DICOMDIR");
        let named = [
            vec!["..".to_owned(), "secret".to_owned()],
            vec![folder.path().join("secret").to_string_lossy().into_owned()],
            vec!["../secret".to_owned()],
        ];
        let followed = follow(&index, &named);
        assert_eq!((followed.found.len(), followed.absent), (0, 3));
        assert_eq!(followed.absent_names[0], "../secret");
    }
}
