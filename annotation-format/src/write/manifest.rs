//! `manifest.json` and `losses.json`: what lies in an export folder, and what the formats could not hold.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Error;

/// Schema tag of `manifest.json`.
pub const MANIFEST_SCHEMA: &str = "dokuei-export/1";
/// Schema tag of `losses.json`.
pub const LOSSES_SCHEMA: &str = "dokuei-losses/1";

/// What stands at the head of an export: which project, which protocol, made when and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportHead {
    /// Project id.
    pub project: String,
    /// Protocol id.
    pub protocol: String,
    /// Protocol version.
    pub protocol_version: String,
    /// SHA-256 of the frozen protocol.
    pub protocol_sha256: String,
    /// Version of the terms that the protocol was made with, empty where the protocol does not say.
    #[serde(default)]
    pub ontology_version: String,
    /// Release id, absent for a working export.
    pub release: Option<String>,
    /// Time of writing, ISO 8601 with zone.
    pub created_at: String,
}

/// What a file is about; all of it is pseudonymous.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSubject {
    /// `seg`, `nifti`, `csv`, `json`, ….
    pub format: String,
    /// Case id, absent for files over several cases.
    pub case: Option<String>,
    /// Pseudonym of the reader, `consensus`, or absent.
    pub reader: Option<String>,
    /// Reading round, from 1.
    pub round: Option<u32>,
    /// State of the work: `submitted`, `consensus`, ….
    pub status: Option<String>,
    /// SOP Instance UIDs of the images that the file refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_sop_instance_uids: Vec<String>,
}

/// One file of the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the export folder, `/` between folders.
    pub path: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// What it is about.
    #[serde(flatten)]
    pub subject: FileSubject,
}

/// `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`].
    pub schema: String,
    /// Name and version of the program.
    pub program: String,
    /// Project, protocol, time.
    #[serde(flatten)]
    pub head: ExportHead,
    /// The files, sorted by path.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// A manifest of this program without files.
    pub fn new(head: ExportHead) -> Manifest {
        let program = format!("Dokuei {}", env!("CARGO_PKG_VERSION"));
        Manifest {
            schema: MANIFEST_SCHEMA.to_owned(),
            program,
            head,
            files: Vec::new(),
        }
    }
}

/// Something that a format could not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Format that lost it.
    pub format: String,
    /// Case id.
    pub case: Option<String>,
    /// Pseudonym of the reader.
    pub reader: Option<String>,
    /// File that lacks it, below the export folder; absent where no file was written.
    pub file: Option<String>,
    /// What was lost, as a word: `overlap`, `shape`, `attribute`, `uneven_planes`, `no_dicom_source`, ….
    pub code: String,
    /// The same as a sentence, in English.
    pub message: String,
    /// How much: voxels, shapes or values.
    pub count: Option<u64>,
    /// A file of the export that holds it nevertheless.
    pub kept_in: Option<String>,
}

/// `losses.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// [`LOSSES_SCHEMA`].
    pub schema: String,
    /// The losses, in the order in which they were met.
    pub losses: Vec<Loss>,
}

/// SHA-256 of bytes, lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 and length of a file.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<(String, u64), Error> {
    let mut file = File::open(path).map_err(|error| Error::io(path, error))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    let mut length = 0;
    loop {
        let read = file
            .read(&mut buffer)
            .map_err(|error| Error::io(path, error))?;
        if read == 0 {
            return Ok((hexadecimal(&hasher.finalize()), length));
        }
        length += read as u64;
        hasher.update(&buffer[..read]);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_file_is_that_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").unwrap();
        // FIPS 180-2, example B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of_file(&path).unwrap(), (expected.to_owned(), 3));
        assert_eq!(sha256(b"abc"), expected);
    }

    #[test]
    fn a_manifest_comes_back_from_its_json() {
        let mut manifest = Manifest::new(ExportHead {
            project: "p".into(),
            ..ExportHead::default()
        });
        manifest.files.push(FileEntry {
            path: "a/b.dcm".into(),
            sha256: sha256(b""),
            bytes: 0,
            subject: FileSubject {
                format: "seg".into(),
                case: Some("c".into()),
                ..FileSubject::default()
            },
        });
        let text = serde_json::to_string(&manifest).unwrap();
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), manifest);
    }
}
