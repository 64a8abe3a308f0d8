//! The frame round every screen: header with menus and tabs, status bar, notices, forms on top.

mod forms;
mod header;
mod key_chart;
mod status;

pub(super) use forms::{Form, NewPersonForm, form_ui};
pub(super) use header::{HeaderView, header_ui};
pub(super) use key_chart::key_chart_ui;
pub(super) use status::status_ui;

use super::{Desk, Screen};

impl Desk {
    /// Tabs of the signed-in person; those of other roles are absent.
    pub(super) fn tabs(&self) -> Vec<Screen> {
        let Some(session) = self.open.as_ref().and_then(|open| open.session.as_ref()) else {
            return Vec::new();
        };
        let has = |role| session.roles().contains(&role);
        let (lead, admin, reader) = (
            has(project::Role::Lead),
            has(project::Role::Admin),
            has(project::Role::Reader),
        );
        let mut tabs = Vec::new();
        if lead || admin {
            tabs.push(Screen::Import);
        }
        tabs.push(Screen::Worklist);
        if reader {
            tabs.push(Screen::Reading);
        }
        if lead {
            tabs.extend([Screen::Adjudication, Screen::Agreement]);
        }
        if lead || admin {
            tabs.push(Screen::Export);
        }
        tabs
    }
}
