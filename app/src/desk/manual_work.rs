//! The manual: opened over the screen that it is called from.

use super::{Desk, Screen};
use crate::screens::manual::page_for;

impl Desk {
    /// Opens the manual at the page that fits what the person is doing. The case stays as it is; what the
    /// hand has begun there is kept.
    pub(super) fn open_manual(&mut self) {
        if let Some(room) = &mut self.room {
            room.release_all();
        }
        let draws = self.room.as_ref().is_some_and(|room| room.tool.draws());
        let page = page_for(self.screen, draws);
        self.manual.open(self.screen, page);
        self.screen = Screen::Manual;
    }
}
