//! What leaves the project: submitted readings for export, and the event that says so.

use annotation_format::Document;

use crate::comparison::Revisions;
use crate::error::Result;
use crate::ids::{CaseId, PersonId};
use crate::project::Project;
use crate::session::{Act, Session};

/// A submitted reading with its reader, for export.
#[derive(Clone, Debug)]
pub struct SubmittedWork {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: u32,
    /// The reader.
    pub reader: PersonId,
    /// The reader's name.
    pub name: String,
    /// What was submitted.
    pub document: Document,
    /// Revision.
    pub revision: i64,
    /// Letter of the reading in the comparison.
    pub letter: String,
}

impl Project {
    /// Submitted readings of every case whose readers have all submitted; of one reader if named.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead or admin asks and at least one case is complete;
    /// [`Error::NoSuchPerson`].
    pub fn submitted_works(
        &self,
        session: &Session,
        reader: Option<&str>,
    ) -> Result<Vec<SubmittedWork>> {
        let grant = self.authorise(session, Act::Export)?;
        let complete = self.complete_cases()?;
        if complete.is_empty() {
            return Err(self.refuse(&grant));
        }
        let reader = reader.map(|name| self.require_person(name)).transpose()?;
        let people = self.people()?;
        let mut works = Vec::new();
        for (case, states) in complete {
            let material = self.material(case, &states, Revisions::Last)?;
            for (reading, person) in material.readings.into_iter().zip(material.persons) {
                if reader.as_ref().is_some_and(|row| row.id != person) {
                    continue;
                }
                let found = people.iter().find(|known| known.id == person);
                works.push(SubmittedWork {
                    case: material.case.id.clone(),
                    number: material.case.number,
                    name: found.map(|known| known.name.clone()).unwrap_or_default(),
                    reader: person,
                    document: reading.document,
                    revision: reading.revision,
                    letter: reading.letter,
                });
            }
        }
        Ok(works)
    }

    /// Writes into the chain that files were exported: which formats and how many files.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead or admin asks; [`Error::ReadOnly`].
    pub fn record_export(&self, session: &Session, formats: &[&str], files: usize) -> Result<()> {
        let grant = self.authorise(session, Act::Export)?;
        let body = serde_json::json!({"formats": formats, "files": files});
        self.write(grant.person(), |recorder| recorder.note("export", &body))
    }
}
