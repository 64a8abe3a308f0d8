//! Projects: open, make, close, and what the storage thread reports.

use super::background::Background;
use super::{Command, Desk, SaveState, Screen, texts};
use crate::language::Words;
use crate::room::SavedRow;
use crate::screens::sign_in::PersonRow;
use crate::screens::worklist;
use crate::sentence::Sentence;
use crate::settings::RecentProject;
use project::{
    Access, NewProject, Passphrase, Person, Preset, Project, Role, Session, Storage, StorageEvent,
    StorageHandle,
};
use std::path::PathBuf;

/// The project that the window has open.
pub struct OpenProject {
    /// Its folder.
    pub folder: PathBuf,
    /// Its title.
    pub title: String,
    /// Whether it is the practice sample.
    pub is_practice: bool,
    /// Whether another process has it for writing.
    pub is_read_only: bool,
    /// Who is signed in.
    pub session: Option<Session>,
    pub(super) people: Vec<Person>,
    pub(super) protocol_version: String,
    storage: StorageHandle,
}

impl OpenProject {
    /// Asks something of the project on the storage thread; `then` gets the answer in a later frame.
    pub(super) fn ask<R: Send + 'static>(
        &self,
        background: &Background,
        question: impl FnOnce(&Project) -> R + Send + 'static,
        then: impl FnOnce(&mut Desk, R) + Send + 'static,
    ) {
        let poster = background.poster();
        // The answer comes through the window's own queue; nobody waits on this channel.
        drop(self.storage.ask(move |project| {
            let value = question(project);
            poster.post(move |desk| then(desk, value));
        }));
    }

    pub(super) const fn storage(&self) -> &StorageHandle {
        &self.storage
    }

    /// Edits that are not on disc yet.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.storage.unsaved()
    }

    /// Whether the signed-in person leads.
    #[must_use]
    pub fn is_lead(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.roles().contains(&Role::Lead))
    }

    /// Whether the signed-in person manages people.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.roles().contains(&Role::Admin))
    }

    /// Ids and names of readers.
    #[must_use]
    pub fn readers(&self) -> Vec<(String, String)> {
        self.people
            .iter()
            .filter(|p| p.roles.contains(&Role::Reader))
            .map(|p| (p.id.to_string(), p.name.clone()))
            .collect()
    }

    /// People as the sign-in screen lists them.
    #[must_use]
    pub fn person_rows(&self, words: &Words) -> Vec<PersonRow> {
        self.people
            .iter()
            .filter(|person| !person.roles.is_empty())
            .map(|person| PersonRow {
                id: person.id.to_string(),
                name: person.name.clone(),
                roles: texts::roles_text(words, &person.roles),
                qualification: person.qualification.clone().unwrap_or_default(),
            })
            .collect()
    }
}

/// What opening a project on a job's thread gives.
struct Opened {
    project: Project,
    people: Vec<Person>,
    protocol_version: String,
    /// Why it is open for reading only.
    why_read_only: Option<project::Error>,
}

fn open_at(folder: &std::path::Path) -> project::Result<Opened> {
    match Project::open(folder, Access::Write) {
        // Somebody else writes, or the medium takes nothing: looking is still possible.
        Err(why @ (project::Error::Busy { .. } | project::Error::ReadOnly)) => Ok(Opened {
            why_read_only: Some(why),
            ..opened(Project::open(folder, Access::ReadOnly)?)?
        }),
        other => opened(other?),
    }
}

fn opened(project: Project) -> project::Result<Opened> {
    Ok(Opened {
        people: project.people()?,
        protocol_version: project.protocol()?.version.clone(),
        project,
        why_read_only: None,
    })
}

impl Desk {
    pub(super) fn protocol_titles(&self, words: &Words) -> Vec<String> {
        let title =
            |protocol: &annotation_format::Protocol| protocol.title.get(words.code()).to_owned();
        self.machine_protocols().iter().map(title).collect()
    }

    /// The protocols that the form for a new project offers.
    fn machine_protocols(&self) -> &'static [annotation_format::Protocol] {
        if self.start.new.is_some() {
            crate::act::protocols::bundled()
        } else {
            &[]
        }
    }

    pub(super) fn open_project(&mut self, folder: PathBuf) {
        self.close_project();
        self.background
            .spawn("open-project", move |_| open_at(&folder), Self::take_opened);
    }

    fn take_opened(&mut self, result: project::Result<Opened>) {
        match result {
            Ok(opened) => {
                let folder = opened.project.folder().to_path_buf();
                let (title, preset) = (opened.project.title().to_owned(), opened.project.preset());
                let is_read_only = !opened.project.is_writable();
                let context = self.context.clone();
                let wake = move || {
                    if let Some(context) = &context {
                        context.request_repaint();
                    }
                };
                let storage = match Storage::start(opened.project, wake) {
                    Ok(storage) => storage,
                    Err(error) => {
                        self.say_error(&error);
                        return;
                    }
                };
                self.open = Some(OpenProject {
                    folder,
                    title,
                    is_practice: preset == Preset::Demo,
                    is_read_only,
                    session: None,
                    people: opened.people,
                    protocol_version: opened.protocol_version,
                    storage,
                });
                self.save = if is_read_only {
                    SaveState::ReadOnly
                } else {
                    SaveState::Nothing
                };
                self.sign_in = crate::screens::sign_in::State::default();
                self.sign_in.selected = self.likely_person();
                self.screen = Screen::SignIn;
                if let Some(why) = opened.why_read_only {
                    let text = why.sentence(&self.words);
                    self.say(text);
                }
            }
            Err(error) => self.say_error(&error),
        }
    }

    /// Place of who will most likely sign in: who was here last, else in the practice project the first
    /// reader who is nothing else.
    fn likely_person(&self) -> usize {
        let Some(open) = &self.open else { return 0 };
        let known = self
            .settings
            .recent
            .iter()
            .find(|known| known.folder == open.folder);
        let last = known
            .map(|known| known.person.as_str())
            .filter(|id| !id.is_empty());
        let people = || open.people.iter().filter(|person| !person.roles.is_empty());
        let is_last = |person: &Person| Some(person.id.to_string().as_str()) == last;
        let reads_only = |person: &Person| {
            open.is_practice && person.roles.len() == 1 && person.roles.contains(&Role::Reader)
        };
        let found = people().position(is_last);
        found.or_else(|| people().position(reads_only)).unwrap_or(0)
    }

    pub(super) fn create_project(&mut self) {
        let Some(new) = &self.start.new else { return };
        let protocols = self.machine_protocols();
        let Some(protocol) = protocols.get(new.protocol).cloned() else {
            return;
        };
        let folder = PathBuf::from(new.folder.trim());
        let asked = NewProject {
            title: new.title.trim().to_owned(),
            protocol,
            lead: new.lead.trim().to_owned(),
            passphrase: Some(Passphrase::new(&new.passphrase[0])),
            preset: Preset::Hospital,
            hash_cost: project::HashCost::DEFAULT,
        };
        self.background.spawn(
            "create-project",
            move |_| {
                // A guess at a passphrase shall cost as much as this machine can afford.
                let asked = NewProject {
                    hash_cost: project::HashCost::calibrated()?,
                    ..asked
                };
                Project::create(&folder, &asked).and_then(opened)
            },
            |desk, result| {
                if let Err(error) = &result
                    && let Some(new) = &mut desk.start.new
                {
                    new.fault = Some(error.sentence(&desk.words));
                    return;
                }
                desk.start.new = None;
                desk.take_opened(result);
            },
        );
    }

    pub(super) fn open_sample(&mut self) {
        let Some(folder) = self.settings.home().map(|home| home.join("sample")) else {
            return;
        };
        if folder.join("project.sqlite").is_file() {
            self.open_project(folder);
            return;
        }
        self.start.sample = Some(0.0);
        let (poster, language) = (self.background.poster(), self.words.language());
        self.background.spawn(
            "make-sample",
            move |_| {
                let report = |share: f32| poster.post(move |desk| desk.start.sample = Some(share));
                crate::sample::make(&folder, language, &report).map(|_| folder)
            },
            |desk, made| {
                desk.start.sample = None;
                match made {
                    Ok(folder) => desk.open_project(folder),
                    Err(error) => desk.say_error(&error),
                }
            },
        );
    }

    pub(super) fn close_project(&mut self) {
        self.leave_case();
        self.remember_project(true);
        self.court = None;
        self.cases.clear();
        self.own.clear();
        self.worklist = worklist::State::default();
        self.preview = None;
        self.save = SaveState::Nothing;
        if let Some(open) = self.open.take()
            && let Err(error) = open.storage.finish()
        {
            self.say_error(&error);
        }
        self.screen = Screen::Start;
    }

    /// Puts the open project at the head of those used before. How large it is takes a walk through its
    /// files, for which only a closing window has the time.
    pub(super) fn remember_project(&mut self, is_closing: bool) {
        let Some(open) = &self.open else { return };
        let submitted = self
            .cases
            .iter()
            .filter(|row| row.state.is_submitted())
            .count();
        let known = self
            .settings
            .recent
            .iter()
            .find(|known| known.folder == open.folder)
            .cloned()
            .unwrap_or_default();
        let has_cases = !self.cases.is_empty();
        let recent = RecentProject {
            folder: open.folder.clone(),
            title: open.title.clone(),
            about: self
                .cases
                .first()
                .map_or(known.about, |row| row.study.clone()),
            protocol_version: open.protocol_version.clone(),
            cases: if has_cases {
                self.cases.len()
            } else {
                known.cases
            },
            readers: open.readers().len(),
            progress: if has_cases {
                submitted as f32 / self.cases.len() as f32
            } else {
                known.progress
            },
            used_at: jiff::Timestamp::now().to_string(),
            bytes: if is_closing {
                folder_bytes(&open.folder)
            } else {
                known.bytes
            },
            person: open
                .session
                .as_ref()
                .map_or(known.person, |session| session.person().to_string()),
        };
        self.settings.remember(recent);
    }

    /// The open project and the signed-in person's session.
    pub(super) fn open_session(&self) -> Option<(&OpenProject, Session)> {
        let open = self.open.as_ref()?;
        Some((open, open.session.clone()?))
    }

    /// Takes in what the storage thread reports.
    pub(super) fn follow_storage(&mut self) {
        let Some(open) = &self.open else { return };
        let events: Vec<StorageEvent> = open.storage.events().try_iter().collect();
        let unsaved = open.unsaved();
        if let Some(room) = &mut self.room {
            room.unsaved = unsaved;
        }
        if events.is_empty() {
            return;
        }
        for event in events {
            self.stored(event, unsaved);
        }
    }

    fn stored(&mut self, event: StorageEvent, unsaved: usize) {
        match event {
            StorageEvent::Saved {
                work,
                seq,
                at,
                name,
                undo_of,
            } => {
                let row = SavedRow {
                    seq,
                    name,
                    at: at.clone(),
                    undo_of,
                };
                self.row_saved(&work, row);
                if unsaved == 0 {
                    self.save = SaveState::Saved(super::clock_text(&at));
                }
            }
            StorageEvent::NotSaved { why, .. } => {
                let text = why.sentence(&self.words);
                if !matches!(self.save, SaveState::Failed(_)) {
                    self.say_fault(text.clone());
                }
                self.save = SaveState::Failed(text);
            }
            StorageEvent::Rejected { work, why } => self.rejected(&work, &why),
            StorageEvent::TakenBack { work, edit, .. } => self.taken_back(&work, &edit),
        }
    }

    pub(super) fn save_again(&mut self) {
        if let Some(open) = &self.open {
            open.storage.retry();
        }
        self.perform(Command::CloseForm);
    }
}

/// Bytes of a project's files, two levels deep: the database and the image objects.
fn folder_bytes(folder: &std::path::Path) -> u64 {
    let files = |folder: &std::path::Path| {
        std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .collect::<Vec<_>>()
    };
    let mut open = vec![folder.to_path_buf()];
    let mut sum = 0;
    while let Some(folder) = open.pop() {
        for entry in files(&folder) {
            match entry.metadata() {
                Ok(data) if data.is_dir() => open.push(entry.path()),
                Ok(data) => sum += data.len(),
                Err(_) => {}
            }
        }
    }
    sum
}
