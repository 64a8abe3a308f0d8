//! The project on disc: one folder, one database, one writer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use annotation_format::Protocol;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::clock::{Sequence, now_text};
use crate::database::{self, Mode};
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::ids::{PersonId, ProtocolVersionId, WorkId, fresh_id};
use crate::journal::OpenWork;
use crate::lock::WriteLock;
use crate::people::ReadOnlyWait;
use crate::place;
use crate::presence::Presence;
use crate::seal::Seal;
use crate::secret::{HashCost, Passphrase};
use crate::session::Role;
use crate::store::audit::{self, Recorder};
use crate::store::people::PersonRow;
use crate::store::{meta, people, protocols};

const DATABASE: &str = "project.sqlite";
pub(crate) const FOLDERS: [&str; 4] = ["objects", "keys", "backup", "tmp"];

/// How much is asked of people at sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Sample and workshop: the name alone signs in.
    Demo,
    /// Passphrase.
    Hospital,
}

impl Preset {
    /// The word of commands and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Hospital => "hospital",
        }
    }

    /// The preset of a word; `strict` is not in this version.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Demo, Self::Hospital]
            .into_iter()
            .find(|preset| preset.word() == word)
    }
}

/// How a project is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the one writer.
    Write,
    /// For looking only; possible while another process writes.
    ReadOnly,
}

/// What a new project begins with.
#[derive(Clone, Debug)]
pub struct NewProject {
    /// Title on the screens.
    pub title: String,
    /// The protocol that becomes current.
    pub protocol: Protocol,
    /// Name of the founder, who becomes lead and admin.
    pub lead: String,
    /// The founder's passphrase; needed unless the preset is `demo`.
    pub passphrase: Option<Passphrase>,
    /// Sign-in rule.
    pub preset: Preset,
    /// Price of one guess at a passphrase, for every person of this project.
    pub hash_cost: HashCost,
}

/// What does not change while the project is open.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) preset: Preset,
    pub(crate) device: String,
    pub(crate) hash_cost: HashCost,
    pub(crate) set: String,
    pub(crate) order_seed: String,
}

/// An open project. Every act takes the [`crate::Session`] of the person who does it.
#[derive(Debug)]
pub struct Project {
    pub(crate) folder: PathBuf,
    pub(crate) db: Connection,
    pub(crate) facts: Facts,
    pub(crate) seal: Seal,
    pub(crate) sequence: Sequence,
    /// Works that were opened, folded up to their last row.
    pub(crate) works: RefCell<BTreeMap<WorkId, OpenWork>>,
    protocols: RefCell<BTreeMap<ProtocolVersionId, Arc<Protocol>>>,
    pub(crate) read_only_waits: RefCell<BTreeMap<PersonId, ReadOnlyWait>>,
    lock: Option<WriteLock>,
    presence: Presence,
    /// Tests make the disc full by this number of database pages; 0 is no limit.
    #[cfg(test)]
    pub(crate) page_limit: std::sync::atomic::AtomicU32,
}

impl Project {
    /// Makes a project in an empty or new folder; the founder becomes lead and admin.
    ///
    /// # Errors
    /// [`Error::Place`] for a network share, cloud folder or FAT; [`Error::NotEmpty`];
    /// [`Error::WeakPassphrase`], [`Error::EmptyName`]; errors of the disc.
    pub fn create(folder: &Path, new: &NewProject) -> Result<Self> {
        place::check(folder)?;
        let founder = new.checked_founder()?;
        let phc = new.founder_hash()?;
        make_folders(folder)?;
        let lock = WriteLock::take(folder)?;
        let db = database::open(&database_path(folder), Mode::Create)?;
        let sequence = Sequence::default();
        let seal = Seal::Plain;
        let begun = begin(&db, &sequence, seal, new, &founder, phc.as_deref());
        if let Err(error) = begun {
            drop(db);
            let _ = std::fs::remove_file(database_path(folder));
            return Err(error);
        }
        Self::assemble(folder, db, Some(lock))
    }

    /// Opens a project.
    ///
    /// # Errors
    /// [`Error::NotAProject`]; [`Error::NewerSchema`]; [`Error::Damaged`]; for writing also
    /// [`Error::Busy`], [`Error::ReadOnly`] and [`Error::Place`], after which it may still be
    /// opened [`Access::ReadOnly`].
    pub fn open(folder: &Path, access: Access) -> Result<Self> {
        let path = database_path(folder);
        if !path.is_file() {
            return Err(Error::NotAProject(folder.to_owned()));
        }
        let mut names = vec![DATABASE];
        names.extend(FOLDERS);
        place::check_no_links(folder, &names)?;
        match access {
            Access::ReadOnly => Self::assemble(folder, database::open(&path, Mode::Read)?, None),
            Access::Write => {
                place::check(folder)?;
                let lock = WriteLock::take(folder)?;
                let project =
                    Self::assemble(folder, database::open(&path, Mode::Write)?, Some(lock))?;
                project.sweep_temporary_files();
                Ok(project)
            }
        }
    }

    pub(crate) fn assemble(folder: &Path, db: Connection, lock: Option<WriteLock>) -> Result<Self> {
        let facts = Facts::read(&db)?;
        let sequence = Sequence::after(audit::last_sequence(&db)?);
        Ok(Self {
            folder: folder.to_owned(),
            db,
            facts,
            seal: Seal::Plain,
            sequence,
            works: RefCell::default(),
            protocols: RefCell::default(),
            read_only_waits: RefCell::default(),
            lock,
            presence: Presence::of(folder, database_path(folder)),
            #[cfg(test)]
            page_limit: std::sync::atomic::AtomicU32::new(0),
        })
    }

    /// Opens the database anew and checks it, after the disc failed. Works in memory stay.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the check finds a fault; errors of the disc.
    pub(crate) fn reconnect(&mut self) -> Result<()> {
        self.require_present()?;
        let db = database::open(&database_path(&self.folder), Mode::Write)?;
        database::quick_check(&db)?;
        self.db = db;
        #[cfg(test)]
        self.limit_pages();
        Ok(())
    }

    /// Whether the folder is still where it was opened.
    ///
    /// # Errors
    /// [`Error::FolderGone`] if not.
    pub(crate) fn require_present(&self) -> Result<()> {
        self.presence.check()
    }

    /// Ends with everything written back into the main file, so that the folder can be copied.
    ///
    /// # Errors
    /// Errors of the disc; nothing is lost by them.
    pub fn close(self) -> Result<()> {
        if self.is_writable() {
            self.seal_open_works()?;
            database::write_back(&self.db)?;
        }
        Ok(())
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Id of the project.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.facts.id
    }

    /// Title of the project.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.facts.title
    }

    /// Sign-in rule.
    #[must_use]
    pub fn preset(&self) -> Preset {
        self.facts.preset
    }

    /// Whether this process is the writer.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.lock.is_some()
    }

    /// The current protocol, under which new assignments are made.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is missing or cannot be read.
    pub fn protocol(&self) -> Result<Arc<Protocol>> {
        self.protocol_version(&self.current_protocol()?)
    }

    pub(crate) fn current_protocol(&self) -> Result<ProtocolVersionId> {
        meta::require(&self.db, meta::PROTOCOL).map(ProtocolVersionId::from_text)
    }

    pub(crate) fn protocol_version(&self, id: &ProtocolVersionId) -> Result<Arc<Protocol>> {
        if let Some(protocol) = self.protocols.borrow().get(id) {
            return Ok(Arc::clone(protocol));
        }
        let json = protocols::json(&self.db, id)?
            .ok_or_else(|| Error::Damaged(format!("protocol version {id} is missing")))?;
        let protocol = Arc::new(crate::protocols::parse(&json)?);
        self.protocols
            .borrow_mut()
            .insert(id.clone(), Arc::clone(&protocol));
        Ok(protocol)
    }

    /// Runs one act as one transaction in the chain of the person: all or nothing.
    pub(crate) fn write<T>(
        &self,
        person: &PersonId,
        act: impl FnOnce(&mut Recorder<'_>) -> Result<T>,
    ) -> Result<T> {
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        self.require_present()?;
        let transaction = database::immediate(&self.db)?;
        let mut recorder = Recorder::of(&transaction, &self.sequence, person, &self.facts.device)?;
        let value = act(&mut recorder)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Removes what an interrupted import left behind, once it is a day old.
    fn sweep_temporary_files(&self) {
        let Ok(entries) = std::fs::read_dir(self.folder.join("tmp")) else {
            return;
        };
        let day = Duration::from_secs(24 * 3600);
        for entry in entries.flatten() {
            let age = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|modified| SystemTime::now().duration_since(modified).ok());
            if age.is_some_and(|age| age > day) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl NewProject {
    fn checked_founder(&self) -> Result<PersonRow> {
        let name = self.lead.trim();
        if name.is_empty() || self.title.trim().is_empty() {
            return Err(Error::EmptyName);
        }
        Ok(PersonRow {
            id: PersonId::fresh(),
            name: name.to_owned(),
            kana: None,
        })
    }

    fn founder_hash(&self) -> Result<Option<String>> {
        match (&self.passphrase, self.preset) {
            (_, Preset::Demo) => Ok(None),
            (None, Preset::Hospital) => Err(Error::WeakPassphrase("missing")),
            (Some(passphrase), Preset::Hospital) => {
                passphrase.check_rule(&self.lead)?;
                crate::secret::hash(passphrase, self.hash_cost).map(Some)
            }
        }
    }
}

impl Facts {
    fn read(db: &Connection) -> Result<Self> {
        let preset = meta::require(db, meta::PRESET)?;
        Ok(Self {
            id: meta::require(db, meta::PROJECT_ID)?,
            title: meta::require(db, meta::TITLE)?,
            preset: Preset::from_word(&preset)
                .ok_or_else(|| Error::Damaged(format!("preset {preset}")))?,
            device: meta::require(db, meta::DEVICE)?,
            hash_cost: serde_json::from_str(&meta::require(db, meta::HASH_COST)?)?,
            set: meta::require(db, meta::ANNOTATION_SET)?,
            order_seed: meta::require(db, meta::ORDER_SEED)?,
        })
    }
}

/// SQLite is told to follow no link, and means the whole path: links above the folder (a home on
/// another disc) are resolved here.
fn database_path(folder: &Path) -> PathBuf {
    let resolved = if cfg!(unix) {
        folder.canonicalize().ok()
    } else {
        None
    };
    resolved.as_deref().unwrap_or(folder).join(DATABASE)
}

fn make_folders(folder: &Path) -> Result<()> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(fault) => return Err(Error::io("project folder")(fault)),
    };
    // A creation that failed earlier leaves only these behind.
    entries.retain(|name| name != "project.lock" && !FOLDERS.iter().any(|folder| name == *folder));
    if !entries.is_empty() {
        return Err(Error::NotEmpty(folder.to_owned()));
    }
    for name in FOLDERS {
        std::fs::create_dir_all(folder.join(name)).map_err(Error::io("project folder"))?;
    }
    Ok(())
}

/// First rows of a project, in one transaction.
fn begin(
    db: &Connection,
    sequence: &Sequence,
    seal: Seal,
    new: &NewProject,
    founder: &PersonRow,
    phc: Option<&str>,
) -> Result<()> {
    let transaction = database::immediate(db)?;
    let device = fresh_id();
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|_| Error::Random)?;
    let facts = [
        (meta::PROJECT_ID, fresh_id()),
        (meta::TITLE, new.title.trim().to_owned()),
        (meta::PRESET, new.preset.word().to_owned()),
        (meta::DEVICE, device.clone()),
        (meta::HASH_COST, serde_json::to_string(&new.hash_cost)?),
        (meta::CREATED, now_text()),
        (meta::ORDER_SEED, hex(&seed)),
    ];
    for (key, value) in &facts {
        meta::put(&transaction, key, value)?;
    }
    let mut recorder = Recorder::of(&transaction, sequence, &founder.id, &device)?;
    people::insert(&transaction, seal, founder, &recorder.ev())?;
    recorder.row("person", &audit::PERSON, founder.id.as_str())?;
    for role in [Role::Lead, Role::Admin] {
        let ev = recorder.ev();
        let id = people::insert_grant(&transaction, &founder.id, role, &founder.id, None, &ev)?;
        recorder.row("role", &audit::ROLE_GRANT, &id)?;
    }
    if let Some(phc) = phc {
        people::put_credential(&transaction, &founder.id, phc, &now_text())?;
    }
    crate::protocols::insert_version(&mut recorder, &new.protocol, None)?;
    let set = protocols::insert_set(
        &transaction,
        &serde_json::to_string(&new.protocol.purpose)?,
        &new.protocol.id,
        "{}",
        &recorder.ev(),
    )?;
    recorder.row("annotation_set", &audit::ANNOTATION_SET, &set)?;
    meta::put(&transaction, meta::ANNOTATION_SET, &set)?;
    transaction.commit()?;
    Ok(())
}
