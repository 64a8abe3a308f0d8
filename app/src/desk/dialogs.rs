//! The system's dialogs for files and folders, each on its own thread: the window never waits. Where
//! the system has none, the path fields of the screens do the same.

use super::{Command, Desk};
use crate::screens::agreement::Ask;
use crate::screens::settings::Change;

impl Desk {
    fn choose(
        &self,
        pick: impl FnOnce() -> Option<Vec<std::path::PathBuf>> + Send + 'static,
        then: impl FnOnce(&mut Self, Vec<std::path::PathBuf>) + Send + 'static,
    ) {
        self.background.spawn(
            "file-dialog",
            move |_| pick(),
            move |desk, chosen| {
                if let Some(paths) = chosen {
                    then(desk, paths);
                }
            },
        );
    }

    fn choose_folder(&self, then: impl FnOnce(&mut Self, std::path::PathBuf) + Send + 'static) {
        self.choose(
            || {
                rfd::FileDialog::new()
                    .pick_folder()
                    .map(|folder| vec![folder])
            },
            move |desk, paths| {
                if let Some(folder) = paths.into_iter().next() {
                    then(desk, folder);
                }
            },
        );
    }

    pub(super) fn choose_project(&mut self) {
        self.choose_folder(|desk, folder| desk.perform(Command::OpenProject(folder)));
    }

    pub(super) fn choose_new_folder(&mut self) {
        self.choose_folder(|desk, folder| {
            if let Some(new) = &mut desk.start.new {
                new.folder = folder.display().to_string();
            }
        });
    }

    pub(super) fn choose_backup_folder(&mut self) {
        self.choose_folder(|desk, chosen| {
            if let Some(super::frame::Form::Backup { folder, .. }) = &mut desk.form {
                *folder = chosen.display().to_string();
            }
        });
    }

    pub(super) fn choose_export_folder(&mut self) {
        self.choose_folder(|desk, folder| desk.export.folder = folder.display().to_string());
    }

    fn choose_target(
        &self,
        name: &'static str,
        ending: &'static str,
        then: impl FnOnce(&mut Self, std::path::PathBuf) + Send + 'static,
    ) {
        self.choose(
            move || {
                let dialog = rfd::FileDialog::new().add_filter(ending, &[ending]);
                dialog
                    .set_file_name(name)
                    .save_file()
                    .map(|file| vec![file])
            },
            move |desk, paths| {
                if let Some(file) = paths.into_iter().next() {
                    then(desk, file);
                }
            },
        );
    }

    pub(super) fn choose_settings_target(&mut self) {
        self.choose_target("dokuei-settings.json", "json", |desk, file| {
            desk.perform(Command::Settings(Change::WriteTo(file)));
        });
    }

    pub(super) fn choose_key_chart_file(&mut self) {
        self.choose_target("dokuei-keys.html", "html", Self::write_key_chart);
    }

    pub(super) fn choose_settings_source(&mut self) {
        self.choose(
            || {
                let dialog = rfd::FileDialog::new().add_filter("json", &["json"]);
                dialog.pick_file().map(|file| vec![file])
            },
            |desk, paths| {
                if let Some(file) = paths.into_iter().next() {
                    desk.perform(Command::Settings(Change::ReadFrom(file)));
                }
            },
        );
    }

    pub(super) fn choose_files_to_compare(&mut self) {
        self.choose(
            || rfd::FileDialog::new().pick_files(),
            |desk, paths| desk.answer_agreement(Ask::Files(paths)),
        );
    }

    pub(super) fn choose_import_list(&mut self) {
        self.choose(
            || {
                rfd::FileDialog::new()
                    .add_filter("CSV", &["csv", "tsv"])
                    .pick_file()
                    .map(|file| vec![file])
            },
            |desk, paths| desk.perform(Command::Scan(paths)),
        );
    }

    pub(super) fn choose_import(&mut self, is_folder: bool) {
        self.choose(
            move || {
                if is_folder {
                    rfd::FileDialog::new().pick_folder().map(|f| vec![f])
                } else {
                    rfd::FileDialog::new().pick_files()
                }
            },
            |desk, paths| desk.perform(Command::Scan(paths)),
        );
    }
}
