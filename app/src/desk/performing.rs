//! Commands are performed here and nowhere else; one that names an act by its key is turned into its commands before.

use super::{Command, Desk, Screen, frame};
use crate::language::Words;

impl Desk {
    pub(super) fn perform(&mut self, command: Command) {
        match command {
            Command::Go(screen) => self.go(screen),
            Command::SetLanguage(language) => {
                self.words = Words::new(language);
                self.keys.tell_in(language);
                self.settings.language = language;
                self.settings.save();
                self.rename_series();
                self.retell();
            }
            Command::SetLight(is_light) => {
                self.settings.follows_system = false;
                self.settings.light = is_light;
                self.restyle();
            }
            Command::ResizeText(steps) => {
                let scale = if steps == 0 {
                    1.0
                } else {
                    self.settings.text_scale + 0.1 * steps as f32
                };
                self.settings.text_scale = scale.clamp(0.8, 2.0);
                self.restyle();
            }
            Command::Palette(choice) => self.take_choice(choice),
            Command::Settings(change) => self.change(change),
            Command::SaveKeyChart => self.choose_key_chart_file(),
            Command::RememberDisplay => self.remember_display(),
            Command::CloseForm => self.form = None,
            Command::About => self.form = Some(frame::Form::About),
            Command::Tour => self.ask_tour(),
            Command::SkipTour => self.end_tour(),
            Command::AskPassphrase => self.form = Some(frame::Form::Passphrase(Default::default())),
            Command::AskPerson => {
                self.form = Some(frame::Form::Person(frame::NewPersonForm::default()));
            }
            Command::FullScreen => self.toggle_full_screen(),
            Command::Quit => self.quit(false),
            Command::QuitUnsaved => self.quit(true),
            other => self.perform_on_project(other),
        }
    }

    fn perform_on_project(&mut self, command: Command) {
        match command {
            Command::ChooseProject => self.choose_project(),
            Command::OpenProject(folder) => self.open_project(folder),
            Command::ChooseNewFolder => self.choose_new_folder(),
            Command::CreateProject => self.create_project(),
            Command::CancelNewProject => self.start.new = None,
            // what was typed so far stays
            Command::NewProject => {
                self.start.new.get_or_insert_default();
            }
            Command::OpenSample => self.open_sample(),
            Command::ForgetProject(folder) => self.forget_project(&folder),
            Command::CloseProject => self.close_project(),
            Command::SignIn { person, passphrase } => self.sign_in(person, &passphrase),
            Command::SignOut => self.sign_out(),
            Command::ChangePassphrase { old, new } => self.change_passphrase(old, new),
            Command::AddPerson {
                name,
                roles,
                passphrase,
                qualification,
            } => self.add_person(name, &roles, &passphrase, &qualification),
            Command::ChooseImportFolder => self.choose_import(true),
            Command::ChooseImportFiles => self.choose_import(false),
            Command::ChooseImportList => self.choose_import_list(),
            Command::Scan(paths) => self.scan(paths),
            Command::ShowTags { series, file } => self.show_tags(series, file),
            Command::AskRefusalFile => self.ask_refusal_file(),
            Command::SaveRefusals(file) => self.save_refusals(file),
            Command::StopScan => self.stop_scan(),
            Command::ImportChosen => self.import_chosen(),
            Command::AskBackup => self.ask_backup(),
            Command::ChooseBackupFolder => self.choose_backup_folder(),
            Command::MakeBackup(folder) => self.make_backup(folder),
            Command::Assign(readers) => self.assign(readers),
            Command::Reopen { case, reason } => self.reopen(case, reason),
            other => self.perform_on_case(other),
        }
    }

    fn perform_on_case(&mut self, command: Command) {
        match command {
            Command::OpenCase(case) => self.open_case(case),
            Command::CloseCase => {
                self.leave_case();
                self.go(Screen::Worklist);
            }
            Command::ReadNext => self.open_next_after(None),
            Command::OpenNextCase => self.open_next_case(),
            Command::OpenPreviousCase => self.open_previous_case(),
            Command::ShowSeries(index) => {
                if let Some(room) = &mut self.room {
                    room.show_series(index);
                }
            }
            Command::ShowPrior(prior) => self.show_prior(prior),
            Command::SecondWindow(is_open) => self.open_second_window(is_open),
            Command::Image(act) => {
                if let Some(room) = &mut self.room {
                    room.act_on_image(act);
                }
            }
            Command::Submit => self.submit(),
            Command::Hold(note) => self.hold(note),
            Command::ReleaseHold(case) => self.release_hold(case),
            Command::RaiseFlag(text) => self.raise_flag(text),
            Command::SettleFlag { flag, answer } => self.settle_flag(flag, answer),
            Command::GoBackTo(seq) => self.go_back_to(seq),
            Command::SaveAgain => self.save_again(),
            Command::Compare(case) => self.compare(case),
            Command::Decide => self.decide(),
            Command::Agreement(ask) => self.answer_agreement(ask),
            Command::Report(path) => self.report(path),
            Command::ChooseExportFolder => self.choose_export_folder(),
            Command::Export => self.export(),
            other => tracing::error!(?other, "a command nobody performs"),
        }
    }

    pub(super) fn go(&mut self, screen: Screen) {
        if screen == Screen::Manual {
            return self.open_manual();
        }
        self.screen = screen;
        match screen {
            Screen::Worklist | Screen::Adjudication => self.refresh_cases(),
            Screen::Agreement => self.refresh_agreement(),
            _ => {}
        }
    }
}
