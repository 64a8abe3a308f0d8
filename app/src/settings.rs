//! What a person chose on this machine: language, colours, text size, projects used before.
//!
//! Kept as JSON in the user's configuration folder (or in `DOKUEI_HOME`). A missing or damaged file
//! is no fault: the program starts as on the first day and says nothing.

use crate::language::Language;
use crate::theme::RowDensity;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A project that was opened on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecentProject {
    /// Its folder.
    pub folder: PathBuf,
    /// Its title when it was last open.
    pub title: String,
    /// Modality and region of its images, for the list.
    pub about: String,
    /// Version of its protocol.
    pub protocol_version: String,
    /// Cases, readers, and the share of readings submitted, when it was last open.
    pub cases: usize,
    /// Readers with the role.
    pub readers: usize,
    /// Submitted readings of all assigned, 0 to 1.
    pub progress: f32,
    /// Last use, RFC 3339.
    pub used_at: String,
    /// Bytes on disc.
    pub bytes: u64,
    /// Id of who was signed in last.
    pub person: String,
}

impl Default for RecentProject {
    fn default() -> Self {
        Self {
            folder: PathBuf::new(),
            title: String::new(),
            about: String::new(),
            protocol_version: String::new(),
            cases: 0,
            readers: 0,
            progress: 0.0,
            used_at: String::new(),
            bytes: 0,
            person: String::new(),
        }
    }
}

/// The window for a second monitor: viewports alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondWindow {
    /// Whether it is open while a case is.
    pub is_open: bool,
    /// Its top left corner on the desktop, points; not known before it was open.
    pub position: Option<[f32; 2]>,
    /// Its width and height, points.
    pub size: [f32; 2],
    /// Its layout, rows and columns.
    pub layout: [usize; 2],
}

impl Default for SecondWindow {
    fn default() -> Self {
        Self {
            is_open: false,
            position: None,
            size: [1200.0, 900.0],
            layout: [1, 1],
        }
    }
}

impl SecondWindow {
    /// Remembers where the window stands now.
    pub fn follow(&mut self, window: &egui::ViewportInfo) {
        if let Some(outer) = window.outer_rect {
            self.position = Some([outer.min.x, outer.min.y]);
        }
        if let Some(inner) = window.inner_rect.filter(|inner| inner.width() >= 200.0) {
            self.size = [inner.width(), inner.height()];
        }
    }
}

/// How wide the right panel of the reading room is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RightPanel {
    /// One column.
    #[default]
    Narrow,
    /// Attributes and case form beside the list.
    Wide,
    /// Not there.
    Off,
}

impl RightPanel {
    /// The next one, in turn.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Narrow => Self::Wide,
            Self::Wide => Self::Off,
            Self::Off => Self::Narrow,
        }
    }
}

/// What the buttons of the mouse do on a picture: as in the program that a reader comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MouseProfile {
    /// As in 3D Slicer.
    Slicer,
    /// As in OsiriX and Horos.
    #[default]
    Osirix,
    /// As in Synapse.
    Synapse,
}

impl MouseProfile {
    /// All, in the order of their choice.
    pub const ALL: [Self; 3] = [Self::Slicer, Self::Osirix, Self::Synapse];

    /// Key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Slicer => "mouse-slicer",
            Self::Osirix => "mouse-osirix",
            Self::Synapse => "mouse-synapse",
        }
    }
}

/// The panels of the reading room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panels {
    /// Whether the left one is there.
    pub has_left: bool,
    /// The right one.
    pub right: RightPanel,
}

impl Default for Panels {
    fn default() -> Self {
        Self {
            has_left: true,
            right: RightPanel::Narrow,
        }
    }
}

/// Which colours the window has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThemeChoice {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// As the system has it.
    System,
}

impl ThemeChoice {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::System];

    /// The key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Dark => "settings-dark",
            Self::Light => "settings-light",
            Self::System => "settings-system",
        }
    }
}

/// How often something found by the palette was used, and when last, in uses of anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// How often.
    pub count: u32,
    /// After how many uses of anything.
    pub last: u64,
}

/// Most things whose use is kept.
const MOST_USED: usize = 400;

/// What a person chose on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language of the screen.
    pub language: Language,
    /// The tour of the sample was done, or is not wanted.
    pub tour_done: bool,
    /// Light colours instead of dark ones.
    pub light: bool,
    /// Light or dark as the system has it, whatever `light` says.
    pub follows_system: bool,
    /// Factor on every text, 0.8 to 2.0.
    pub text_scale: f32,
    /// How much room rows take.
    pub density: RowDensity,
    /// Projects, the latest first.
    pub recent: Vec<RecentProject>,
    /// Opacity of mask fills.
    pub fill_alpha: f32,
    /// Width of mask outlines in px.
    pub outline_px: f32,
    /// The window for a second monitor.
    pub second_window: SecondWindow,
    /// Keys that the person has changed: chords by id, empty for none.
    pub keys: std::collections::BTreeMap<String, String>,
    /// The panels of the reading room.
    pub panels: Panels,
    /// What the buttons of the mouse do; none until the person was asked.
    pub mouse: Option<MouseProfile>,
    /// The brushes that labels were drawn with, by the labels' ids.
    pub brushes: std::collections::BTreeMap<String, crate::room::BrushOptions>,
    /// Uses by the palette, by what was used.
    pub used: std::collections::BTreeMap<String, Used>,
    #[serde(skip)]
    home: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::of_system(),
            tour_done: false,
            light: false,
            follows_system: false,
            text_scale: 1.0,
            density: RowDensity::Normal,
            recent: Vec::new(),
            fill_alpha: 0.30,
            outline_px: 1.5,
            second_window: SecondWindow::default(),
            keys: std::collections::BTreeMap::new(),
            panels: Panels::default(),
            mouse: None,
            brushes: std::collections::BTreeMap::new(),
            used: std::collections::BTreeMap::new(),
            home: None,
        }
    }
}

/// The settings as a file to take along.
#[derive(Serialize, Deserialize)]
struct Portable {
    /// Says what file this is, and of which form.
    dokuei_settings: u32,
    #[serde(flatten)]
    settings: Settings,
}

/// The form of [`Portable`].
const PORTABLE: u32 = 1;

/// A factor on texts that the screens can bear.
fn bounded(scale: f32) -> f32 {
    if scale.is_finite() {
        scale.clamp(0.8, 2.0)
    } else {
        1.0
    }
}

/// Name of the file.
const FILE: &str = "settings.json";

/// The folder for settings and the sample: `DOKUEI_HOME`, else the system's place for such data.
#[must_use]
pub fn home() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("DOKUEI_HOME").filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(given));
    }
    directories::ProjectDirs::from("", "", "Dokuei").map(|dirs| dirs.data_local_dir().to_path_buf())
}

impl Settings {
    /// Reads the settings of this machine's user.
    #[must_use]
    pub fn load() -> Self {
        home().map_or_else(Self::default, |folder| Self::load_in(&folder))
    }

    /// The folder for settings and the sample.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Reads the settings from a folder that may not be there.
    #[must_use]
    pub fn load_in(folder: &Path) -> Self {
        let read = std::fs::read(folder.join(FILE))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let mut settings = read.unwrap_or_default();
        settings.text_scale = bounded(settings.text_scale);
        settings.home = Some(folder.to_path_buf());
        settings
    }

    /// Writes them back; a failure is logged and costs nothing but the memory of a choice.
    pub fn save(&self) {
        let Some(folder) = &self.home else { return };
        let file = folder.join(FILE);
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let new = file.with_extension("new");
            let mut out = std::fs::File::create(&new)?;
            out.write_all(&serde_json::to_vec_pretty(self)?)?;
            out.sync_all()?;
            std::fs::rename(new, &file)
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "the settings were not saved");
        }
    }

    /// Which colours the window has.
    #[must_use]
    pub const fn theme(&self) -> ThemeChoice {
        match (self.follows_system, self.light) {
            (true, _) => ThemeChoice::System,
            (false, true) => ThemeChoice::Light,
            (false, false) => ThemeChoice::Dark,
        }
    }

    /// Chooses the colours of the window.
    pub const fn choose_theme(&mut self, theme: ThemeChoice) {
        self.follows_system = matches!(theme, ThemeChoice::System);
        if !self.follows_system {
            self.light = matches!(theme, ThemeChoice::Light);
        }
    }

    /// Counts a use of something found by the palette.
    pub fn count_use(&mut self, of: &str) {
        let now = self.used.values().map(|used| used.last).max().unwrap_or(0) + 1;
        let used = self.used.entry(of.to_owned()).or_default();
        used.count = used.count.saturating_add(1);
        used.last = now;
        if self.used.len() > MOST_USED
            && let Some(oldest) = self.used.iter().min_by_key(|(_, used)| used.last)
        {
            let oldest = oldest.0.clone();
            self.used.remove(&oldest);
        }
        self.save();
    }

    /// What a person takes to another machine: everything but the projects and the places of windows.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn portable(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(&Portable {
            dokuei_settings: PORTABLE,
            settings: Self {
                recent: Vec::new(),
                second_window: SecondWindow::default(),
                ..self.clone()
            },
        })
    }

    /// Takes over what was brought from another machine; projects and places of windows stay.
    ///
    /// # Errors
    /// When it is no file of settings.
    pub fn take_in(&mut self, file: &[u8]) -> serde_json::Result<()> {
        let brought: Portable = serde_json::from_slice(file)?;
        *self = Self {
            recent: std::mem::take(&mut self.recent),
            second_window: self.second_window.clone(),
            home: self.home.clone(),
            text_scale: bounded(brought.settings.text_scale),
            ..brought.settings
        };
        Ok(())
    }

    /// Puts a project at the head of the list.
    pub fn remember(&mut self, project: RecentProject) {
        self.recent.retain(|known| known.folder != project.folder);
        self.recent.insert(0, project);
        self.recent.truncate(50);
        self.save();
    }

    /// Takes a project off the list; its files stay.
    pub fn forget(&mut self, folder: &Path) {
        self.recent.retain(|known| known.folder != folder);
        self.save();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_settings_file_is_taken_as_none() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join(FILE), b"{ not json").expect("the file is written");
        assert_eq!(Settings::load_in(folder.path()).recent, Vec::new());
    }

    #[test]
    fn projects_are_remembered_latest_first_and_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = Settings::load_in(folder.path());
        for name in ["a", "b", "a"] {
            settings.remember(RecentProject {
                folder: name.into(),
                ..RecentProject::default()
            });
        }
        let read: Vec<_> = Settings::load_in(folder.path())
            .recent
            .into_iter()
            .map(|p| p.folder)
            .collect();
        assert_eq!(read, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn settings_go_to_another_machine_without_its_projects_and_windows() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut here = Settings::load_in(folder.path());
        here.remember(RecentProject::default());
        here.mouse = Some(MouseProfile::Synapse);
        here.text_scale = 9.0;
        here.choose_theme(ThemeChoice::System);
        let file = here.portable().expect("JSON");
        let mut there = Settings::default();
        there.remember(RecentProject {
            folder: "theirs".into(),
            ..RecentProject::default()
        });
        there.take_in(&file).expect("settings");
        assert_eq!(there.mouse, Some(MouseProfile::Synapse));
        assert_eq!(there.theme(), ThemeChoice::System);
        assert!((there.text_scale - 2.0).abs() < f32::EPSILON);
        assert_eq!(there.recent.len(), 1);
        assert_eq!(there.recent[0].folder, PathBuf::from("theirs"));
        for other in [&b"{}"[..], b"[]", b"not json", br#"{"light": true}"#] {
            assert!(there.take_in(other).is_err());
        }
    }

    #[test]
    fn uses_are_counted_and_the_oldest_forgotten() {
        let mut settings = Settings::default();
        for use_of in 0..=MOST_USED {
            settings.count_use(&format!("act:{use_of}"));
        }
        settings.count_use("act:5");
        assert_eq!(settings.used.len(), MOST_USED);
        assert!(!settings.used.contains_key("act:0"));
        let five = settings.used["act:5"];
        assert_eq!(five.count, 2);
        assert!(settings.used.values().all(|used| used.last <= five.last));
    }
}
