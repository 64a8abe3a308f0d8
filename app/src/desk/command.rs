//! What a person can ask of the program. Drawing functions send these; [`super::Desk`] performs them
//! at one place.

use std::path::PathBuf;

/// A screen of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Screen {
    /// Choose or make a project.
    #[default]
    Start,
    /// Who, in which role.
    SignIn,
    /// Bring series in.
    Import,
    /// What to do next.
    Worklist,
    /// See, mark, qualify, submit.
    Reading,
    /// One decision per difference.
    Adjudication,
    /// Where do readers differ.
    Agreement,
    /// What others can read.
    Export,
    /// How things are done; the case stays open behind it.
    Manual,
    /// Language, colours, mouse, keys.
    Settings,
}

/// What a person asked for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Go to a screen.
    Go(Screen),
    /// Switch the language.
    SetLanguage(crate::language::Language),
    /// Switch to light or dark colours.
    SetLight(bool),
    /// Change the text size by steps; 0 is back to normal.
    ResizeText(i32),
    /// Keep opacity and outline width for the next start.
    RememberDisplay,

    /// Let the person choose a project folder.
    ChooseProject,
    /// Open a project.
    OpenProject(PathBuf),
    /// Let the person choose a folder for the new project.
    ChooseNewFolder,
    /// Make the project that the form describes.
    CreateProject,
    /// Close the form for a new project.
    CancelNewProject,
    /// Open the form for a new project.
    NewProject,
    /// Open the sample, making it first where it is not there.
    OpenSample,
    /// Take a project off the list of those used before; its files stay.
    ForgetProject(PathBuf),
    /// Close the project.
    CloseProject,
    /// Sign in.
    SignIn {
        /// Id of the person.
        person: String,
        /// Passphrase; empty in the practice sample.
        passphrase: String,
    },
    /// Sign out.
    SignOut,
    /// Open the form for a new passphrase.
    AskPassphrase,
    /// Change the passphrase.
    ChangePassphrase {
        /// The present one.
        old: String,
        /// The new one.
        new: String,
    },
    /// Open the form for a new person.
    AskPerson,
    /// Add a person.
    AddPerson {
        /// Name.
        name: String,
        /// Roles, as words of the commands.
        roles: Vec<String>,
        /// First passphrase.
        passphrase: String,
        /// Qualification.
        qualification: String,
    },
    /// Close a form that lies over the screen.
    CloseForm,

    /// Let the person choose a folder to import.
    ChooseImportFolder,
    /// Let the person choose files to import.
    ChooseImportFiles,
    /// Let the person choose a list to import by.
    ChooseImportList,
    /// Look for images, or at what a list names.
    Scan(Vec<PathBuf>),
    /// Stop looking.
    StopScan,
    /// Import what is chosen.
    ImportChosen,
    /// Show the tags of a file of a series that was found.
    ShowTags {
        /// Row of the series.
        series: usize,
        /// Which of its files, from 0.
        file: usize,
    },
    /// Ask where the list of problems is to be saved.
    AskRefusalFile,
    /// Save the list of problems.
    SaveRefusals(PathBuf),

    /// Open the form in which a backup is made.
    AskBackup,
    /// Let the person choose the folder for backups.
    ChooseBackupFolder,
    /// Make a backup into a folder.
    MakeBackup(PathBuf),
    /// Assign all cases that nobody reads to these readers.
    Assign(Vec<String>),
    /// Reopen a submitted case.
    Reopen {
        /// Id of the case.
        case: String,
        /// Why.
        reason: String,
    },
    /// Open a case to read it.
    OpenCase(String),
    /// Read what the project gives next: a case in progress, a reopened one, or the first not begun.
    ReadNext,
    /// Open the case after the open one; without an open one as [`Command::ReadNext`].
    OpenNextCase,
    /// Open the case before.
    OpenPreviousCase,
    /// Show a series of the case.
    ShowSeries(usize),
    /// Open the window for a second monitor, or close it.
    SecondWindow(bool),
    /// Show an earlier study beside the present one, or the present one alone.
    ShowPrior(Option<usize>),
    /// Turn, flip, invert … the picture of the active viewport.
    Image(crate::room::ImageAct),
    /// Submit the case.
    Submit,
    /// Put the open case on hold with a note, and go on with the next.
    Hold(String),
    /// Take a case off hold.
    ReleaseHold(String),
    /// Ask the lead about the open case.
    RaiseFlag(String),
    /// Answer a question, or take it back.
    SettleFlag {
        /// Id of the question.
        flag: String,
        /// The answer; none takes the question back.
        answer: Option<String>,
    },
    /// Bring the work back to what it was after a row of the journal.
    GoBackTo(i64),
    /// Try to save again what is not on disc.
    SaveAgain,

    /// Compare a case's readers.
    Compare(String),
    /// Keep the decision on the selected row.
    Decide,
    /// What was asked of the agreement screen.
    Agreement(crate::screens::agreement::Ask),
    /// Write the agreement report.
    Report(PathBuf),
    /// Let the person choose the folder to export to.
    ChooseExportFolder,
    /// Export.
    Export,

    /// What was asked of the palette.
    Palette(crate::screens::palette::Choice),
    /// What was asked of the settings.
    Settings(crate::screens::settings::Change),
    /// Let the person choose where the key chart is to be written.
    SaveKeyChart,
    /// Between the whole screen and a window.
    FullScreen,
    /// Close the case, and go to the worklist.
    CloseCase,
    /// What a key does.
    Act(crate::keys::Action),
    /// Close the window.
    Quit,
    /// Close the window although edits are not saved.
    QuitUnsaved,
    /// Say what program this is.
    About,
    /// Begin the tour of the sample again.
    Tour,
    /// End the tour; it does not begin again by itself.
    SkipTour,
}
