//! The palette: opened, asked, done.

use super::palette_items::BothWords;
use super::{Command, Desk, Screen, frame};
use crate::keys::Action;
use crate::language::Words;
use crate::screens::palette::{Choice, Deed, State};
use crate::screens::settings::Change;

/// Most rows that were used before at the head of an empty palette.
const RECENT: usize = 8;

impl Desk {
    /// Opens the palette, or the search for labels and terms.
    pub(super) fn open_palette(&mut self, is_terms: bool) {
        let other = Words::new(self.words.language().other());
        let both = BothWords {
            shown: &self.words,
            other: &other,
        };
        let items = self.palette_items(&both, is_terms);
        if items.is_empty() {
            return;
        }
        let used = |at: &usize| {
            let item = items.get(*at)?;
            Some(self.settings.used.get(&item.id)?.last)
        };
        let mut recent: Vec<usize> = (0..items.len()).filter(|at| used(at).is_some()).collect();
        recent.sort_by_key(|at| std::cmp::Reverse(used(at)));
        recent.truncate(RECENT);
        let mut palette = State::new(is_terms, items, recent);
        palette.may_propose = self.can_do(Action::Flag);
        self.palette = Some(palette);
    }

    /// What opens the palette and what shows the key chart; `None` for any other act.
    pub(super) fn act_over(&mut self, action: Action, out: &mut Vec<Command>) -> Option<()> {
        match action {
            Action::Palette => self.open_palette(false),
            Action::Terms if self.can_do(Action::Terms) => self.open_palette(true),
            Action::Terms => {}
            Action::KeyChart => self.shows_key_chart = true,
            Action::Settings if self.screen == Screen::Settings => {
                out.push(Command::Settings(Change::Back));
            }
            Action::Settings => {
                let page = crate::screens::settings::Page::Common;
                out.push(Command::Settings(Change::Open(page)));
            }
            _ => return None,
        }
        Some(())
    }

    /// Does what was asked of the palette.
    pub(super) fn take_choice(&mut self, choice: Choice) {
        self.palette = None;
        if self.screen == Screen::Reading {
            self.reading.wants_keyboard();
        }
        match choice {
            Choice::Close => {}
            Choice::GiveKey(action) => {
                let row = self.keys.bindings().iter().find(|row| row.action == action);
                if let Some(id) = row.map(|row| row.id.clone()) {
                    self.perform(Command::Settings(Change::OpenRow(id)));
                }
            }
            Choice::Propose(term) => self.propose_term(&term),
            Choice::Do(id, deed) => {
                // cases come and go with projects
                if !id.starts_with("case:") {
                    self.settings.count_use(&id);
                }
                self.do_deed(deed);
            }
        }
    }

    /// Opens the form in which the lead is asked, with the proposal of a term in it.
    fn propose_term(&mut self, term: &str) {
        if !self.can_do(Action::Flag) {
            return;
        }
        let proposal = self.words.f("terms-proposal", &[("text", term.into())]);
        self.ask_flag();
        if let Some(frame::Form::Flag { text, .. }) = &mut self.form {
            *text = proposal;
        }
    }

    fn do_deed(&mut self, deed: Deed) {
        match deed {
            Deed::Act(action) => {
                let mut out = Vec::new();
                self.act(action, &mut out);
                out.into_iter().for_each(|command| self.perform(command));
            }
            Deed::Command(command) => self.perform(*command),
            Deed::Label(label) => {
                if let Some(room) = &mut self.room {
                    room.set_label(&label);
                }
            }
            Deed::NewFinding(label) => {
                if let Some(room) = &mut self.room {
                    room.take_label_anew(&label);
                }
            }
            Deed::Answer(question, choice) => {
                if let Some(room) = &mut self.room {
                    room.choose_answer(&question, &choice);
                }
            }
        }
    }
}
