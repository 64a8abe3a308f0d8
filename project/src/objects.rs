//! Image objects: files under `objects/` named by their SHA-256, written once.
//!
//! Written to `tmp/`, synchronised, renamed, the folder synchronised; the row comes only afterwards,
//! so that a row always finds its file.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::digest::{Sha, hex};
use crate::error::{Error, Result};
use crate::ids::fresh_id;
use crate::seal::Seal;
use crate::store::cases::ObjectRow;

const CHUNK: usize = 1 << 20;

/// Where an object lies in a project folder.
pub(crate) fn path(folder: &Path, sha: &Sha) -> PathBuf {
    let name = hex(sha);
    let (fan, _) = name.split_at(2);
    folder.join("objects").join(fan).join(&name)
}

/// Copies what `source` reads into the store; the same content twice is stored once.
pub(crate) fn copy_in(
    folder: &Path,
    seal: Seal,
    source: io::Result<impl Read>,
) -> Result<ObjectRow> {
    let temporary = folder.join("tmp").join(fresh_id());
    let copied = copy_to(&temporary, seal, source)
        .and_then(|row| settle(folder, &temporary, &row).map(|()| row));
    if copied.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    copied
}

fn copy_to(temporary: &Path, seal: Seal, source: io::Result<impl Read>) -> Result<ObjectRow> {
    let mut input = source.map_err(Error::io("image file"))?;
    let mut output = File::options()
        .write(true)
        .create_new(true)
        .open(temporary)
        .map_err(Error::io("copy of an image file"))?;
    let mut hash = Sha256::new();
    let mut raw_size = 0_u64;
    let mut sealed = seal.object_writer(&mut output);
    let mut chunk = vec![0_u8; CHUNK];
    loop {
        let count = input.read(&mut chunk).map_err(Error::io("image file"))?;
        let Some(part) = chunk.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        sealed
            .write_all(part)
            .map_err(Error::io("copy of an image file"))?;
        raw_size += part.len() as u64;
    }
    sealed.flush().map_err(Error::io("copy of an image file"))?;
    drop(sealed);
    output
        .sync_all()
        .map_err(Error::io("copy of an image file"))?;
    let stored_size = output
        .metadata()
        .map_err(Error::io("copy of an image file"))?
        .len();
    let sha = hash.finalize().into();
    Ok(ObjectRow {
        sha,
        is_copy: true,
        raw_size,
        stored_size,
        scheme: seal.scheme(),
    })
}

/// Gives the finished copy its name.
fn settle(folder: &Path, temporary: &Path, row: &ObjectRow) -> Result<()> {
    let place = path(folder, &row.sha);
    let parent = place.parent().unwrap_or(folder);
    if place
        .metadata()
        .is_ok_and(|there| there.len() == row.stored_size)
    {
        return fs::remove_file(temporary).map_err(Error::io("copy of an image file"));
    }
    fs::create_dir_all(parent).map_err(Error::io("object folder"))?;
    fs::rename(temporary, &place).map_err(Error::io("object"))?;
    sync_folder(parent)?;
    sync_folder(&folder.join("objects"))
}

/// Makes names in a folder durable; Windows does that with the rename itself.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let opened = File::open(folder).map_err(Error::io("object folder"))?;
        opened.sync_all().map_err(Error::io("object folder"))?;
    }
    Ok(())
}

/// Describes a file that stays where it is.
pub(crate) fn refer_to(source: &Path) -> Result<ObjectRow> {
    let (sha, size) = hash_file(source)?;
    Ok(ObjectRow {
        sha,
        is_copy: false,
        raw_size: size,
        stored_size: size,
        scheme: 0,
    })
}

/// SHA-256 and length of a file.
pub(crate) fn hash_file(path: &Path) -> Result<(Sha, u64)> {
    let mut input = File::open(path).map_err(Error::io("image file"))?;
    let mut hash = Sha256::new();
    let mut size = 0_u64;
    let mut chunk = vec![0_u8; CHUNK];
    loop {
        let count = input.read(&mut chunk).map_err(Error::io("image file"))?;
        let Some(part) = chunk.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        size += part.len() as u64;
    }
    Ok((hash.finalize().into(), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_stored_under_its_hash_once_and_leaves_nothing_in_tmp() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("tmp")).unwrap();
        fs::create_dir_all(folder.path().join("objects")).unwrap();
        let source = folder.path().join("画像 1.dcm");
        fs::write(&source, b"pixels").unwrap();
        let row = copy_in(folder.path(), Seal::Plain, File::open(&source)).unwrap();
        let again = copy_in(folder.path(), Seal::Plain, Ok(&b"pixels"[..])).unwrap();
        assert_eq!(row.sha, again.sha);
        let stored = path(folder.path(), &row.sha);
        assert_eq!(fs::read(&stored).unwrap(), b"pixels");
        assert_eq!(hash_file(&stored).unwrap(), (row.sha, 6));
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    }
}
