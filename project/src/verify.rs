//! Verify: SQLite's own checks, row hashes against events, chain and journal links, brick and object
//! hashes; deep also folds every journal and reads every image.
//!
//! Needs no session and no secret, works on a project opened for reading, and names what is
//! affected by ids and codes, never by names or texts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use annotation_format::{Document, wire};
use serde::Serialize;

use crate::database;
use crate::digest::{Sha, hex, sha256};
use crate::error::{Error, Result};
use crate::ids::{ProtocolVersionId, VersionId, WorkId};
use crate::import::content_sha;
use crate::journal::decode_document;
use crate::objects;
use crate::project::Project;
use crate::store::assignments::{self, WorkRow};
use crate::store::audit::{self, COVERED, Event};
use crate::store::journal::EditRow;
use crate::store::{cases, journal, meta, protocols};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// No fault.
    pub ok: bool,
    /// What was looked at.
    pub checked: Checked,
    /// Faults, in the order of the checks.
    pub faults: Vec<Fault>,
}

/// How much was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Rows of journals.
    pub edits: u64,
    /// Bricks.
    pub bricks: u64,
    /// Image objects.
    pub images: u64,
    /// Events of chains.
    pub events: u64,
    /// Rows covered by events.
    pub rows: u64,
    /// Works folded from their first row (deep).
    pub works: u64,
    /// Whether images were read and works folded.
    pub deep: bool,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Kind: `database`, `schema`, `chain`, `event`, `row`, `journal`, `brick`, `protocol`,
    /// `version`, `checkpoint`, `series`, `object_missing`, `object_size`, `object_hash`.
    pub code: &'static str,
    /// What is affected: table and id, work and row, hash.
    pub place: String,
    /// What is wrong, in English.
    pub message: String,
}

struct Verifier<'a> {
    project: &'a Project,
    checked: Checked,
    faults: Vec<Fault>,
    /// Heads of journals that the chain has sealed: work, row and hash.
    seals: BTreeMap<(String, i64), String>,
}

impl Project {
    /// Verifies the project.
    ///
    /// # Errors
    /// None for what it finds: a table that cannot be read is a fault like others.
    pub fn verify(&self, deep: bool) -> Result<VerifyReport> {
        let checked = Checked {
            deep,
            ..Checked::default()
        };
        let mut verifier = Verifier {
            project: self,
            checked,
            faults: Vec::new(),
            seals: BTreeMap::new(),
        };
        verifier.run(deep);
        let Verifier {
            checked, faults, ..
        } = verifier;
        Ok(VerifyReport {
            ok: faults.is_empty(),
            checked,
            faults,
        })
    }
}

type Step = (&'static str, fn(&mut Verifier<'_>) -> Result<()>);

impl Verifier<'_> {
    fn run(&mut self, deep: bool) {
        const STEPS: [Step; 8] = [
            ("database", |v| v.database()),
            ("schema", |v| v.schema()),
            ("event", |v| v.events_and_rows()),
            ("journal", |v| v.journals()),
            ("brick", |v| v.bricks()),
            ("protocol", |v| v.protocols()),
            ("version", |v| v.versions()),
            ("series", |v| v.images()),
        ];
        for (code, step) in STEPS {
            if let Err(error) = step(self) {
                self.fault(code, "", format!("cannot be read to its end: {error}"));
            }
        }
        if deep && let Err(error) = self.folds() {
            self.fault("journal", "", format!("cannot be read to its end: {error}"));
        }
    }

    fn fault(&mut self, code: &'static str, place: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault {
            code,
            place: place.into(),
            message: message.into(),
        });
    }

    fn database(&mut self) -> Result<()> {
        for line in database::integrity_faults(&self.project.db)? {
            self.fault("database", "", line);
        }
        Ok(())
    }

    fn schema(&mut self) -> Result<()> {
        match database::check_schema(&self.project.db) {
            Err(Error::Damaged(what)) => {
                self.fault("schema", "", what);
                Ok(())
            }
            other => other,
        }
    }

    /// Every event is linked and hashed rightly, every covered row has exactly one event with its
    /// hash, and every event's row is there.
    fn events_and_rows(&mut self) -> Result<()> {
        let events = audit::events(&self.project.db)?;
        self.checked.events = events.len() as u64;
        self.links(&events);
        self.heads(&events)?;
        let mut covering: BTreeMap<(String, String), (String, usize)> = BTreeMap::new();
        for event in &events {
            let Ok(body) = serde_json::from_str::<serde_json::Value>(&event.body) else {
                self.fault("event", place_of(event), "the body is no JSON");
                continue;
            };
            let field = |name: &str| body.get(name).and_then(|value| value.as_str());
            if let (Some(table), Some(id), Some(hash)) =
                (field("table"), field("id"), field("row_sha256"))
            {
                let key = (table.to_owned(), id.to_owned());
                let entry = covering.entry(key).or_insert_with(|| (hash.to_owned(), 0));
                entry.1 += 1;
            }
            if let (Some(work), Some(head), Some(seq)) = (
                field("work"),
                field("head"),
                body.get("seq").and_then(serde_json::Value::as_i64),
            ) {
                self.seals.insert((work.to_owned(), seq), head.to_owned());
            }
        }
        for covered in COVERED {
            for (id, sha) in audit::row_shas(&self.project.db, covered)? {
                self.checked.rows += 1;
                let place = format!("{} {id}", covered.table);
                match covering.remove(&(covered.table.to_owned(), id)) {
                    Some((hash, 1)) if hash == hex(&sha) => {}
                    Some((_, 1)) => self.fault("row", place, "differs from its event"),
                    Some(_) => self.fault("row", place, "has several events"),
                    None => self.fault("row", place, "has no event"),
                }
            }
        }
        for (table, id) in covering.into_keys() {
            self.fault("row", format!("{table} {id}"), "is missing");
        }
        Ok(())
    }

    fn links(&mut self, events: &[Event]) {
        let mut last: Option<&Event> = None;
        for event in events {
            let before = last.filter(|last| last.chain == event.chain);
            let (seq, prev) = match before {
                Some(last) => (last.seq + 1, last.hash.clone()),
                None => (1, audit::beginning(&event.chain).to_vec()),
            };
            if event.seq != seq {
                self.fault("chain", place_of(event), format!("follows on {}", seq - 1));
            } else if event.prev != prev {
                self.fault(
                    "chain",
                    place_of(event),
                    "is not linked to the event before",
                );
            }
            if event.computed_hash().as_slice() != event.hash {
                self.fault("event", place_of(event), "differs from its hash");
            }
            last = Some(event);
        }
    }

    /// The head of each chain stands in `meta` too: a chain cut off at its end is noticed.
    fn heads(&mut self, events: &[Event]) -> Result<()> {
        let last: BTreeMap<&str, &Event> = events
            .iter()
            .map(|event| (event.chain.as_str(), event))
            .collect();
        for (chain, event) in last {
            let stated = meta::get(&self.project.db, &audit::head_key(chain))?;
            let found = audit::head_text(event.seq, &event.hash);
            if stated.as_deref() != Some(found.as_str()) {
                self.fault(
                    "chain",
                    chain,
                    format!("ends at {}, which is not its head", event.seq),
                );
            }
        }
        Ok(())
    }

    /// Rows follow each other without a gap, each linked to the one before; every brick that a body
    /// names is there.
    fn journals(&mut self) -> Result<()> {
        let project = self.project;
        let works: BTreeSet<WorkId> = assignments::works(&project.db)?
            .into_iter()
            .map(|(work, _)| work.id)
            .collect();
        let known = self.known_bricks()?;
        let mut head: Option<(WorkId, i64, Sha)> = None;
        journal::each_link(&project.db, |row, hash| {
            self.checked.edits += 1;
            let place = format!("work {} row {}", row.work, row.seq);
            let (seq, prev) = match &head {
                Some((work, seq, hash)) if *work == row.work => (seq + 1, *hash),
                _ => (1, journal::beginning(&row.work)),
            };
            if row.seq != seq {
                self.fault("journal", &place, format!("follows on row {}", seq - 1));
            } else if row.prev != prev {
                self.fault("journal", &place, "is not linked to the row before");
            }
            let computed = row.computed_hash();
            if computed.as_slice() != hash {
                self.fault("journal", &place, "differs from its hash");
            }
            if !works.contains(&row.work) {
                self.fault("journal", &place, "belongs to no work");
            }
            self.body(&row, &known, &place);
            let stored = Sha::try_from(hash).unwrap_or(computed);
            if let Some(sealed) = self.seals.remove(&(row.work.to_string(), row.seq))
                && sealed != hex(&stored)
            {
                self.fault("journal", &place, "differs from what the chain has sealed");
            }
            head = Some((row.work, row.seq, stored));
            Ok(())
        })?;
        self.cut_off();
        Ok(())
    }

    /// Sealed rows that are no longer there. A work without rows is sealed at 0.
    fn cut_off(&mut self) {
        for ((work, seq), _) in std::mem::take(&mut self.seals) {
            if seq > 0 {
                let place = format!("work {work} row {seq}");
                self.fault("journal", place, "was sealed by the chain and is missing");
            }
        }
    }

    fn known_bricks(&self) -> Result<BTreeSet<Vec<u8>>> {
        let mut known = BTreeSet::new();
        journal::each_brick(&self.project.db, self.project.seal, |hash, _| {
            known.insert(hash.to_vec());
        })?;
        Ok(known)
    }

    fn body(&mut self, row: &EditRow, known: &BTreeSet<Vec<u8>>, place: &str) {
        let bricks =
            journal::open_body(self.project.seal, row).and_then(|body| Ok(wire::bricks_of(&body)?));
        match bricks {
            Err(error) => self.fault("journal", place, error.to_string()),
            Ok(bricks) => {
                for hash in bricks
                    .iter()
                    .filter(|hash| !known.contains(&hash.as_bytes()[..]))
                {
                    self.fault(
                        "brick",
                        hash.to_string(),
                        format!("is missing; {place} needs it"),
                    );
                }
            }
        }
    }

    fn bricks(&mut self) -> Result<()> {
        let project = self.project;
        journal::each_brick(&project.db, project.seal, |hash, data| {
            self.checked.bricks += 1;
            let sound = Sha::try_from(hash)
                .ok()
                .zip(data.ok())
                .is_some_and(|(hash, data)| {
                    let hash = wire::BrickHash::from_bytes(hash);
                    wire::unpack_brick(&hash, &data).is_ok()
                });
            if !sound {
                self.fault("brick", hex(hash), "differs from its hash");
            }
        })
    }

    fn protocols(&mut self) -> Result<()> {
        for (id, json, sha) in protocols::all(&self.project.db)? {
            if sha256(json.as_bytes()).as_slice() != sha {
                self.fault("protocol", id.as_str(), "differs from its hash");
            } else if crate::protocols::parse(&json).is_err() {
                self.fault("protocol", id.as_str(), "cannot be read");
            }
        }
        Ok(())
    }

    fn versions(&mut self) -> Result<()> {
        for (id, _, _) in journal::version_ids(&self.project.db)? {
            if let Err(error) = self.version(&id) {
                self.fault("version", id.as_str(), error.to_string());
            }
        }
        Ok(())
    }

    fn version(&self, id: &VersionId) -> Result<()> {
        let project = self.project;
        let version = journal::version(&project.db, project.seal, id)?;
        let protocol = project.protocol_version(&version.protocol)?;
        let document = decode_document(&project.db, project.seal, &version.payload, protocol)?;
        if document.content_hash() == version.content {
            Ok(())
        } else {
            Err(Error::Damaged(
                "the content differs from its hash".to_owned(),
            ))
        }
    }

    fn images(&mut self) -> Result<()> {
        let project = self.project;
        for (series, content) in cases::contents(&project.db)? {
            let files = cases::series_objects(&project.db, &series)?;
            if content_sha(&files).as_slice() != content {
                self.fault(
                    "series",
                    series.as_str(),
                    "lists other files than were imported",
                );
            }
        }
        for object in cases::objects(&project.db)? {
            self.checked.images += 1;
            if !object.is_copy {
                continue; // files by reference are checked when they are read
            }
            let path = objects::path(&project.folder, &object.sha);
            let place = hex(&object.sha);
            match path.metadata() {
                Err(_) => self.fault("object_missing", place, "the file is missing"),
                Ok(found) if found.len() != object.stored_size => {
                    self.fault("object_size", place, format!("has {} bytes", found.len()));
                }
                Ok(_) if !self.checked.deep => {}
                Ok(_) => match objects::hash_file(&path) {
                    Ok((sha, _)) if sha == object.sha => {}
                    Ok(_) => self.fault("object_hash", place, "differs from its hash"),
                    Err(error) => self.fault("object_hash", place, error.to_string()),
                },
            }
        }
        Ok(())
    }

    /// Folds every work from its first row, and compares with checkpoint and submitted versions.
    fn folds(&mut self) -> Result<()> {
        let works = assignments::works(&self.project.db)?;
        let mut versions: BTreeMap<WorkId, Vec<(VersionId, i64)>> = BTreeMap::new();
        for (version, work, seq) in journal::version_ids(&self.project.db)? {
            versions.entry(work).or_default().push((version, seq));
        }
        for (work, protocol) in works {
            self.checked.works += 1;
            let of_work = versions.remove(&work.id).unwrap_or_default();
            if let Err(error) = self.fold(&work, &protocol, &of_work) {
                self.fault("journal", format!("work {}", work.id), error.to_string());
            }
        }
        Ok(())
    }

    fn fold(
        &mut self,
        work: &WorkRow,
        protocol: &ProtocolVersionId,
        versions: &[(VersionId, i64)],
    ) -> Result<()> {
        let project = self.project;
        let (db, seal) = (&project.db, project.seal);
        let protocol = project.protocol_version(protocol)?;
        let mut document = project.first_document(work, protocol.clone())?;
        let checkpoints = journal::checkpoint_rows(db, &work.id)?;
        let rows = journal::bodies_after(db, seal, &work.id, 0)?;
        let mut seq = 0;
        let mut rows = rows.into_iter();
        loop {
            if checkpoints.binary_search(&seq).is_ok() {
                self.checkpoint(work, seq, &document)?;
            }
            for (version, _) in versions.iter().filter(|(_, at)| *at == seq) {
                if journal::version(db, seal, version)?.content != document.content_hash() {
                    self.fault(
                        "version",
                        version.as_str(),
                        "differs from the fold of the journal",
                    );
                }
            }
            let Some((next, body)) = rows.next() else {
                return Ok(());
            };
            document.apply(&crate::journal::decode_edit(db, seal, &body)?)?;
            seq = next;
        }
    }
}

impl Verifier<'_> {
    fn checkpoint(&mut self, work: &WorkRow, seq: i64, folded: &Document) -> Result<()> {
        let (db, seal) = (&self.project.db, self.project.seal);
        let Some(kept) = journal::checkpoint(db, seal, &work.id, seq)? else {
            return Ok(());
        };
        let protocol = Arc::clone(folded.protocol());
        let same = decode_document(db, seal, &kept.body, protocol)
            .is_ok_and(|kept| kept.content_hash() == folded.content_hash());
        if !same {
            let place = format!("work {} row {seq}", work.id);
            self.fault("checkpoint", place, "differs from the fold of the journal");
        }
        Ok(())
    }
}

fn place_of(event: &Event) -> String {
    format!("{}:{}", event.chain, event.seq)
}
