//! The manifest of a generation: every file that belongs to it with its SHA-256, and a small file
//! beside it that holds the manifest's own hash, in the form that tools of operating systems check.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use crate::digest::{Sha, hex, sha256};
use crate::error::{Error, Result};

pub(super) const MANIFEST: &str = "manifest.json";
const SIDECAR: &str = "manifest.json.sha256";
pub(super) const DATABASE: &str = "project.sqlite";
pub(super) const KEYS: &str = "keys";

const FORMAT: &str = "dokuei-backup";
const VERSION: u32 = 1;

/// Longest manifest that is read, bytes: about two million images.
const LONGEST: u64 = 256 << 20;

/// A file of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Of an object its SHA-256 as text, of a key its name in `keys/`.
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// What a generation consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    /// Id of the project.
    pub(super) project: String,
    pub(super) title: String,
    /// When the database was copied, UTC.
    pub(super) made: String,
    /// Version of the program that made it.
    program: String,
    pub(super) database: Part,
    pub(super) keys: Vec<Part>,
    /// Image objects; they lie in the store beside the generations.
    pub(super) objects: Vec<Part>,
    /// Objects that the project itself no longer had.
    pub(super) missing: Vec<String>,
    /// Image files that the project only refers to, and that are therefore in no backup.
    pub(super) references: u64,
    /// Head of each chain of the audit trail, `seq:hash`.
    pub(super) heads: BTreeMap<String, String>,
    /// Whether nothing was found when the copy was checked.
    pub(super) sound: bool,
}

/// Of which project a manifest is, and since when.
pub(super) struct Origin<'a> {
    pub(super) project: &'a str,
    pub(super) title: &'a str,
    pub(super) made: &'a str,
}

impl Manifest {
    /// A manifest of the database, to which the rest is added.
    pub(super) fn begin(origin: &Origin<'_>, database: Part) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            project: origin.project.to_owned(),
            title: origin.title.to_owned(),
            made: origin.made.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            database,
            keys: Vec::new(),
            objects: Vec::new(),
            missing: Vec::new(),
            references: 0,
            heads: BTreeMap::new(),
            sound: true,
        }
    }

    /// Bytes of everything that it names.
    pub(super) fn bytes(&self) -> u64 {
        let files = self.keys.iter().chain(&self.objects);
        self.database.bytes + files.map(|part| part.bytes).sum::<u64>()
    }

    /// Writes manifest and hash file into a generation; gives the hash.
    pub(super) fn write(&self, folder: &Path) -> Result<Sha> {
        let text = serde_json::to_vec_pretty(self)?;
        let sha = sha256(&text);
        write_synced(&folder.join(MANIFEST), &text)?;
        let line = format!("{}  {MANIFEST}\n", hex(&sha));
        write_synced(&folder.join(SIDECAR), line.as_bytes())?;
        Ok(sha)
    }

    /// A text that is a manifest of a version that this program knows, and names nothing outside the
    /// generation.
    fn parse(text: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(text).ok()?;
        let objects = manifest.objects.iter().map(|part| &part.name);
        let objects = objects.chain(&manifest.missing);
        let is_ours = manifest.format == FORMAT
            && manifest.version <= VERSION
            && manifest.database.name == DATABASE
            && manifest.keys.iter().all(|part| is_plain(&part.name))
            && objects.clone().all(|name| is_hash(name));
        is_ours.then_some(manifest)
    }
}

/// A manifest as it lies on disc.
pub(super) struct Found {
    pub(super) sha: Sha,
    /// Whether the hash file says the same hash.
    pub(super) is_sealed: bool,
    /// Absent if the text is none of ours.
    pub(super) manifest: Option<Manifest>,
}

impl Found {
    /// Reads what a folder says of itself.
    ///
    /// # Errors
    /// [`Error::NotABackup`] for a folder without a manifest.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let none = || Error::NotABackup(folder.to_owned());
        let path = folder.join(MANIFEST);
        let file = path.symlink_metadata().map_err(|_| none())?;
        if !file.is_file() || file.len() > LONGEST {
            return Err(none());
        }
        let text = fs::read(&path).map_err(Error::io("backup"))?;
        let sha = sha256(&text);
        let stated = fs::read(folder.join(SIDECAR)).unwrap_or_default();
        let line = format!("{}  {MANIFEST}\n", hex(&sha));
        Ok(Self {
            sha,
            is_sealed: stated == line.as_bytes(),
            manifest: Manifest::parse(&text),
        })
    }

    /// The manifest, if it is the one that was written.
    ///
    /// # Errors
    /// [`Error::BackupDamaged`].
    pub(super) fn sound(self) -> Result<(Manifest, Sha)> {
        match self.manifest.filter(|_| self.is_sealed) {
            Some(manifest) => Ok((manifest, self.sha)),
            None => Err(Error::BackupDamaged(MANIFEST.to_owned())),
        }
    }
}

/// A file name and nothing else.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!(parts.next(), Some(Component::Normal(_)))
        && parts.next().is_none()
        && !name.contains(['/', '\\', ':'])
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|sign| sign.is_ascii_hexdigit())
}

fn write_synced(path: &Path, text: &[u8]) -> Result<()> {
    let mut file = File::create_new(path).map_err(Error::io("backup"))?;
    file.write_all(text).map_err(Error::io("backup"))?;
    file.sync_all().map_err(Error::io("backup"))
}
