//! Flags: a reader asks the lead about an own case; the lead answers that reader.
//!
//! Who sees a question and its answers: the reader who asked, and leads. A person who reads the case
//! as well, lead or not, is told nothing of the other readers' questions until every reader of the
//! case has submitted, the same gate as before every look at works of others: what another asks says
//! what another saw. A question that may not be seen and one that is not there get the same answer.
//! Leads see a reader as the letter that comparisons use for the case, never by name, as they may
//! have to decide about that reader's findings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::now_text;
use crate::error::{Error, Result};
use crate::ids::{AssignmentId, CaseId, FlagId, PersonId};
use crate::project::Project;
use crate::session::{Act, Grant, Role, Session};
use crate::state::letters;
use crate::store::assignments::{self, AssignmentState};
use crate::store::notes::{self, NoteKind, NoteRow};
use crate::store::{audit, cases, people};

/// Longest text of a question, an answer or a note, characters.
pub const TEXT_LIMIT: usize = 4000;

/// What a question is about within its case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlagAbout {
    /// Id of a finding of the asking reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// A place in the images, in whatever form the window chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<serde_json::Value>,
}

/// A question to the lead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flag {
    /// Id.
    pub id: FlagId,
    /// The case.
    pub case: CaseId,
    /// Its number in the worklist.
    pub number: u32,
    /// Whether the asking person asked it.
    pub mine: bool,
    /// Letter of the reader in comparisons of the case; absent in an own question, as it would tell
    /// something about the other readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<String>,
    /// When it was asked, UTC.
    pub at: String,
    /// The question.
    pub text: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<FlagAbout>,
    /// When the reader took it back, UTC; leads no longer see it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// Answers, the first one first.
    pub answers: Vec<FlagAnswer>,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlagAnswer {
    /// When, UTC.
    pub at: String,
    /// Name of the lead.
    pub by: String,
    /// The answer.
    pub text: String,
}

/// A text that must say something, without spaces around it.
pub(crate) fn said(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::ReasonRequired);
    }
    if text.chars().count() > TEXT_LIMIT {
        return Err(Error::TooLong(TEXT_LIMIT));
    }
    Ok(text)
}

impl Project {
    /// Asks the lead about an own case, also one that is submitted (to ask for it to be reopened).
    ///
    /// # Errors
    /// [`Error::Refused`] unless the case is assigned to the person; [`Error::Excluded`];
    /// [`Error::ReasonRequired`] without a text; [`Error::TooLong`] above [`TEXT_LIMIT`].
    pub fn raise_flag(
        &self,
        session: &Session,
        case: &str,
        text: &str,
        about: Option<&FlagAbout>,
    ) -> Result<FlagId> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, assigned) = self.own_assignment(&grant, case)?;
        if case.excluded {
            return Err(Error::Excluded(case.number));
        }
        let about = about.map(serde_json::to_string).transpose()?;
        if about.as_ref().is_some_and(|about| about.len() > TEXT_LIMIT) {
            return Err(Error::TooLong(TEXT_LIMIT));
        }
        let row = NoteRow {
            id: FlagId::fresh(),
            kind: NoteKind::Question,
            assignment: assigned.id,
            about: None,
            author: grant.person().clone(),
            text: said(text)?.to_owned(),
            view_json: about,
            wall: now_text(),
        };
        self.write_note(&grant, &row, "flag")?;
        Ok(row.id)
    }

    /// Takes an own question back: leads no longer see it, the chain keeps that it was asked.
    ///
    /// # Errors
    /// [`Error::Refused`] for questions of others and ones that are not there.
    pub fn withdraw_flag(&self, session: &Session, flag: &str) -> Result<()> {
        let grant = self.authorise(session, Act::Read)?;
        let own = notes::of_reader(&self.db, self.seal, grant.person())?;
        let Some(question) = question(&own, flag) else {
            return Err(self.refuse(&grant));
        };
        if is_withdrawn(&own, &question.id).is_some() {
            return Ok(());
        }
        let row = reply(&grant, question, NoteKind::Withdrawal, "");
        self.write_note(&grant, &row, "withdraw_flag")
    }

    /// Answers a question; only the reader who asked sees the answer, and leads do.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead answers; [`Error::NoSuchFlag`] for a question that is not
    /// there, was taken back, or may not be seen; [`Error::ReasonRequired`], [`Error::TooLong`].
    pub fn answer_flag(&self, session: &Session, flag: &str, text: &str) -> Result<()> {
        let grant = self.authorise(session, Act::AnswerFlag)?;
        let all = notes::all(&self.db, self.seal)?;
        let states = Assigned::read(self)?;
        let asked = question(&all, flag)
            .filter(|asked| is_withdrawn(&all, &asked.id).is_none())
            .filter(|asked| states.is_open_to(&grant, &asked.assignment));
        let Some(asked) = asked else {
            return Err(Error::NoSuchFlag(flag.to_owned()));
        };
        let row = reply(&grant, asked, NoteKind::Answer, said(text)?);
        self.write_note(&grant, &row, "answer_flag")
    }

    /// Own questions of a reader, with their answers; to a lead also those of readers that may be
    /// seen (see the head of this module). The first asked comes first.
    ///
    /// # Errors
    /// [`Error::Refused`] for who is neither reader nor lead; errors of the database.
    pub fn flags(&self, session: &Session) -> Result<Vec<Flag>> {
        let grant = self.authorise(session, Act::SeeFlags)?;
        let names = self.names()?;
        // Without the lead's role nothing is read but what is the person's own.
        if !grant.has(Role::Lead) {
            let own = notes::of_reader(&self.db, self.seal, grant.person())?;
            let states = Assigned::of_reader(self, grant.person())?;
            return self.views(&grant, &own, &states, &names);
        }
        let all = notes::all(&self.db, self.seal)?;
        self.views(&grant, &all, &Assigned::read(self)?, &names)
    }

    fn views(
        &self,
        grant: &Grant,
        rows: &[NoteRow],
        states: &Assigned,
        names: &BTreeMap<PersonId, String>,
    ) -> Result<Vec<Flag>> {
        let mut flags = Vec::new();
        for asked in rows.iter().filter(|row| row.kind == NoteKind::Question) {
            let mine = asked.author == *grant.person();
            let withdrawn = is_withdrawn(rows, &asked.id);
            let seen = mine || (withdrawn.is_none() && states.is_open_to(grant, &asked.assignment));
            let Some(state) = states.by_id.get(&asked.assignment).filter(|_| seen) else {
                continue;
            };
            let Some(case) = cases::find(&self.db, self.seal, state.case.as_str())? else {
                continue;
            };
            flags.push(Flag {
                id: asked.id.clone(),
                number: case.number,
                mine,
                reader: (!mine).then(|| states.letter(self, state)),
                at: asked.wall.clone(),
                text: asked.text.clone(),
                about: asked
                    .view_json
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()?,
                withdrawn,
                answers: answers(rows, &asked.id, names),
                case: case.id,
            });
        }
        Ok(flags)
    }

    fn names(&self) -> Result<BTreeMap<PersonId, String>> {
        let rows = people::all(&self.db, self.seal)?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    fn write_note(&self, grant: &Grant, row: &NoteRow, kind: &str) -> Result<()> {
        self.write(grant.person(), |recorder| {
            let (mono, ev) = (recorder.mono(), recorder.ev());
            notes::insert(recorder.db(), self.seal, row, mono, &ev)?;
            recorder.row(kind, &audit::NOTE, row.id.as_str())
        })
    }
}

/// Assignments by id, and of each case.
struct Assigned {
    by_id: BTreeMap<AssignmentId, AssignmentState>,
    of_case: BTreeMap<CaseId, Vec<AssignmentState>>,
}

impl Assigned {
    fn read(project: &Project) -> Result<Self> {
        Ok(Self::of(assignments::states(&project.db)?))
    }

    fn of_reader(project: &Project, reader: &PersonId) -> Result<Self> {
        Ok(Self::of(assignments::states_of_reader(
            &project.db,
            reader,
        )?))
    }

    fn of(states: Vec<AssignmentState>) -> Self {
        let mut of_case: BTreeMap<CaseId, Vec<AssignmentState>> = BTreeMap::new();
        for state in &states {
            let same = of_case.entry(state.case.clone()).or_default();
            same.push(state.clone());
        }
        let by_id = states
            .into_iter()
            .map(|state| (state.id.clone(), state))
            .collect();
        Self { by_id, of_case }
    }

    fn beside(&self, state: &AssignmentState) -> &[AssignmentState] {
        self.of_case.get(&state.case).map_or(&[], Vec::as_slice)
    }

    /// Whether a lead may see what the reader of an assignment asks.
    fn is_open_to(&self, grant: &Grant, assignment: &AssignmentId) -> bool {
        let Some(state) = self.by_id.get(assignment) else {
            return false;
        };
        let all = self.beside(state);
        may_see_texts(grant, all)
    }

    fn letter(&self, project: &Project, state: &AssignmentState) -> String {
        let readers = self.beside(state).iter();
        let readers = readers.map(|state| state.reader.clone()).collect();
        letters(&project.facts, &state.case, readers)
            .remove(&state.reader)
            .unwrap_or_default()
    }
}

/// Whether what readers of a case say beside their findings is open to a person: to leads, and to a
/// lead who reads the case as well once all its readers have submitted.
pub(crate) fn may_see_texts(grant: &Grant, of_case: &[AssignmentState]) -> bool {
    let reads_it = of_case.iter().any(|state| state.reader == *grant.person());
    let complete = of_case.iter().all(AssignmentState::is_submitted);
    grant.has(Role::Lead) && (!reads_it || complete)
}

fn question<'a>(rows: &'a [NoteRow], flag: &str) -> Option<&'a NoteRow> {
    rows.iter()
        .find(|row| row.kind == NoteKind::Question && row.id.as_str() == flag)
}

/// Notes of a kind about a question.
fn about<'a>(
    rows: &'a [NoteRow],
    kind: NoteKind,
    flag: &'a FlagId,
) -> impl Iterator<Item = &'a NoteRow> {
    rows.iter()
        .filter(move |row| row.kind == kind && row.about.as_ref() == Some(flag))
}

fn is_withdrawn(rows: &[NoteRow], flag: &FlagId) -> Option<String> {
    let first = about(rows, NoteKind::Withdrawal, flag).next();
    first.map(|row| row.wall.clone())
}

fn answers(rows: &[NoteRow], flag: &FlagId, names: &BTreeMap<PersonId, String>) -> Vec<FlagAnswer> {
    about(rows, NoteKind::Answer, flag)
        .map(|row| FlagAnswer {
            at: row.wall.clone(),
            by: names.get(&row.author).cloned().unwrap_or_default(),
            text: row.text.clone(),
        })
        .collect()
}

/// A note about a question.
fn reply(grant: &Grant, question: &NoteRow, kind: NoteKind, text: &str) -> NoteRow {
    NoteRow {
        id: FlagId::fresh(),
        kind,
        assignment: question.assignment.clone(),
        about: Some(question.id.clone()),
        author: grant.person().clone(),
        text: text.to_owned(),
        view_json: None,
        wall: now_text(),
    }
}
