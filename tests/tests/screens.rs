//! Every screen of the main job, in both languages and in the smallest and the usual window: nothing on
//! it is cut off, covered, over something else or without a name, and its tree is the golden one. The
//! faults are looked for in the sample, where the readers differ as readers do; the golden trees are of
//! a project that is the same in every run. `DOKUEI_BLESS=1` writes them in `tests/screens/` anew.
//! `DOKUEI_PICTURES=FOLDER` takes every screen in every look and writes its picture there, for eyes.

use dokuei::language::Language;
use dokuei::player::PlayerError;
use dokuei::sample::{LEAD, READERS};
use dokuei::settings::Settings;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tests::scene::copy_folder;
use tests::screen::faults::{faults, fixed_texts};
use tests::screen::{REST, SHORT_REST, Screen, Stage, golden, perform, steady};

/// What was taken: name of the screen, language, screen.
#[derive(Default)]
struct Taken {
    screens: Vec<(&'static str, Language, Screen)>,
    /// Where pictures go, and the look that their names tell.
    pictures: Option<(PathBuf, String)>,
}

impl Taken {
    /// Keeps the screen as it stands, of a box only what is within it.
    fn keep(
        &mut self,
        stage: &Stage,
        (name, language): (&'static str, Language),
        title: Option<&str>,
    ) -> Result<(), PlayerError> {
        if let Some((folder, looks)) = &self.pictures {
            let name = format!("{name}-{}-{looks}.png", language.code());
            stage.player.screenshot(&folder.join(name))?;
        }
        let screen = stage.screen()?;
        let screen = match title {
            Some(title) => screen.within(&stage.t(title)).expect("the box is there"),
            None => screen,
        };
        self.screens.push((name, language, screen));
        Ok(())
    }
}

/// Takes the screen in both languages, the pointer on the button of the language.
fn take(stage: &mut Stage, name: &'static str, taken: &mut Taken) -> Result<(), PlayerError> {
    while stage
        .player
        .tree()?
        .iter()
        .any(|w| w.role == "button" && w.name == stage.t("close"))
    {
        stage.press("close")?;
    }
    for (language, rest) in [(Language::Ja, REST), (Language::En, SHORT_REST)] {
        stage.speak(language)?;
        stage.rest(rest)?;
        taken.keep(stage, (name, language), None)?;
    }
    stage.speak(Language::Ja)
}

/// The whole way, once.
fn walk(stage: &mut Stage, home: &Path, mut taken: Taken) -> Result<Taken, PlayerError> {
    stage.wait("start-sample-open")?;
    take(stage, "start", &mut taken)?;
    stage.press("start-new")?;
    take(stage, "new-project", &mut taken)?;
    stage.press("cancel")?;
    stage.press("start-sample-open")?;
    stage.wait("sign-in-do")?;
    take(stage, "sign-in", &mut taken)?;
    sign_in(stage, READERS[0])?;
    take(stage, "worklist-reader", &mut taken)?;
    set(stage, &mut taken)?;
    read(stage, &mut taken)?;
    stage.press("menu-file")?;
    stage.press("menu-sign-out")?;
    sign_in(stage, LEAD)?;
    take(stage, "worklist-lead", &mut taken)?;
    stage.press("tab-import")?;
    stage.fill(
        "import-path",
        &home.join("sample-head-mr").display().to_string(),
    )?;
    stage.press("import-scan")?;
    // the selected series' part: what the project has already is told soon after
    stage.wait("import-tags")?;
    take(stage, "import", &mut taken)?;
    stage.press("tab-worklist")?;
    stage.player.click(&dokuei::desk::case_number_text(1))?;
    stage.press("worklist-compare")?;
    stage.wait("adjudication-a")?;
    take(stage, "adjudication", &mut taken)?;
    stage.press("tab-agreement")?;
    stage.wait("agreement-by-label")?;
    take(stage, "agreement", &mut taken)?;
    agreement_of_files(stage, &mut taken)?;
    stage.press("tab-export")?;
    stage.fill("export-target", &home.join("files").display().to_string())?;
    stage.press("export-do")?;
    stage.wait("export-files")?;
    take(stage, "export", &mut taken)?;
    Ok(taken)
}

/// The same screen over files, and back to the project.
fn agreement_of_files(stage: &mut Stage, taken: &mut Taken) -> Result<(), PlayerError> {
    let golden = tests::root().join("tests/golden/agreement/inputs");
    let grades = golden.join("ratings/birads_two.csv");
    stage.player.drop_files(&[&grades])?;
    stage.wait("agreement-observed-share")?;
    take(stage, "agreement-grades", taken)?;
    let maps =
        ["r1", "r2", "r3", "r4"].map(|r| golden.join(format!("masks/multilabel_four_{r}.nii.gz")));
    stage
        .player
        .drop_files(&maps.each_ref().map(PathBuf::as_path))?;
    stage.wait("agreement-dice-distribution")?;
    take(stage, "agreement-files", taken)?;
    stage.press("agreement-project")?;
    stage.wait("agreement-list-hint")
}

fn sign_in(stage: &Stage, person: &str) -> Result<(), PlayerError> {
    stage.wait("sign-in-do")?;
    stage.player.click(person)?;
    stage.press("sign-in-do")?;
    stage.wait("worklist-filter")
}

/// Takes the pages of the settings, and what lies over a screen.
fn set(stage: &mut Stage, taken: &mut Taken) -> Result<(), PlayerError> {
    stage.player.key("Ctrl+,")?;
    take(stage, "settings", taken)?;
    for (page, name) in [
        ("settings-page-appearance", "settings-appearance"),
        ("settings-page-mouse", "settings-mouse"),
        ("settings-page-keys", "settings-keys"),
        ("settings-page-device", "settings-device"),
    ] {
        stage.press(page)?;
        take(stage, name, taken)?;
    }
    stage.player.key("Escape")?;
    take_box(stage, ("key-chart", "F12", ""), "chart-title", taken)
}

/// Takes a box that a key opens over the screen, with a text typed into it.
fn take_box(
    stage: &mut Stage,
    (name, key, text): (&'static str, &str, &str),
    title: &str,
    taken: &mut Taken,
) -> Result<(), PlayerError> {
    take_over(stage, (name, title), taken, |stage| {
        stage.player.key(key)?;
        stage.wait(title)?;
        if text.is_empty() {
            return Ok(());
        }
        stage.player.type_text(text)
    })
}

/// Takes a form that a menu opens over the screen.
fn take_form(
    stage: &mut Stage,
    (name, item): (&'static str, &str),
    title: &str,
    taken: &mut Taken,
) -> Result<(), PlayerError> {
    take_over(stage, (name, title), taken, |stage| {
        stage.press("menu-case")?;
        stage.press(item)?;
        stage.wait(title)
    })
}

/// Takes what `open` opens over the screen, in both languages.
fn take_over(
    stage: &mut Stage,
    (name, title): (&'static str, &str),
    taken: &mut Taken,
    open: impl Fn(&Stage) -> Result<(), PlayerError>,
) -> Result<(), PlayerError> {
    for (language, rest) in [(Language::Ja, REST), (Language::En, SHORT_REST)] {
        stage.speak(language)?;
        open(stage)?;
        stage.rest(rest)?;
        taken.keep(stage, (name, language), Some(title))?;
        stage.player.key("Escape")?;
    }
    stage.speak(Language::Ja)
}

/// Opens the next case, paints, and takes the tabs of the reading room.
fn read(stage: &mut Stage, taken: &mut Taken) -> Result<(), PlayerError> {
    stage.press("worklist-next")?;
    stage.wait("reading-plane")?;
    // the panels beside it find their widths in the first pictures
    stage.rest(SHORT_REST)?;
    let viewport = stage.player.wait_for(&stage.t("reading-viewport"))?.rect;
    let centre = viewport.center();
    stage.player.hover_at(centre)?;
    stage.player.key("1")?;
    let path = [[0.0, 0.0], [40.0, 10.0], [20.0, 30.0]].map(|[x, y]| [centre.x + x, centre.y + y]);
    stage
        .player
        .drag(&path.map(Into::into), Duration::from_millis(100))?;
    take(stage, "reading-findings", taken)?;
    for (tab, name) in [
        ("reading-tab-form", "reading-form"),
        ("reading-tab-history", "reading-history"),
        ("reading-tab-image", "reading-image"),
    ] {
        stage.press(tab)?;
        take(stage, name, taken)?;
    }
    stage.player.hover_at(centre)?;
    take_box(stage, ("palette", "Ctrl+K", ""), "act-palette", taken)?;
    take_box(
        stage,
        ("palette-found", "Ctrl+K", "sol"),
        "act-palette",
        taken,
    )?;
    take_box(stage, ("terms", "/", "kessetsu"), "act-terms", taken)?;
    take_box(stage, ("terms-none", "/", "xqzv"), "act-terms", taken)?;
    take_form(stage, ("hold", "menu-hold"), "hold-title", taken)?;
    take_form(stage, ("question", "menu-flag"), "flag-title", taken)?;
    stage.player.key("Shift+F1")?;
    stage.wait("manual-search")?;
    take(stage, "manual", taken)?;
    stage.player.key("Escape")
}

/// The smallest window, and the usual one.
const SIZES: [[f32; 2]; 2] = [[1280.0, 800.0], [1600.0, 1000.0]];

/// A screen that was taken, with the home in which it was.
struct Shot {
    name: &'static str,
    language: Language,
    screen: Screen,
    home: PathBuf,
}

/// How a window is looked at: its size, the scale of its letters, light or dark.
#[derive(Clone, Copy, Debug)]
struct Looks {
    size: [f32; 2],
    scale: f32,
    is_light: bool,
}

impl Looks {
    const fn plain(size: [f32; 2]) -> Self {
        Self {
            size,
            scale: 1.0,
            is_light: false,
        }
    }
}

/// Large letters on a light ground.
const LARGE: Looks = Looks {
    size: SIZES[1],
    scale: 1.5,
    is_light: true,
};

/// The pages whose texts are checked where they are read from.
const NOT_GOLDEN: [&str; 1] = ["manual"];

/// Where pictures of the screens are wanted.
fn pictures() -> Option<PathBuf> {
    std::env::var_os("DOKUEI_PICTURES").map(PathBuf::from)
}

/// Every screen of the project that `make` puts into a home, as each of these looks at it, beside one
/// another.
fn shots(looks: &[Looks], pictures: Option<&Path>, make: impl FnOnce(&Path)) -> Vec<Shot> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    make(folder.path());
    let first = folder.path();
    std::thread::scope(|scope| {
        let walk = |looks: &Looks| {
            let looks = *looks;
            scope.spawn(move || walked(looks, pictures, first))
        };
        let walks: Vec<_> = looks.iter().map(walk).collect();
        let shots = walks.into_iter().map(|walk| walk.join().expect("the walk"));
        shots.flatten().collect()
    })
}

fn walked(looks: Looks, pictures: Option<&Path>, first: &Path) -> Vec<Shot> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home: PathBuf = folder.path().join("home");
    copy_folder(first, &home);
    let mut settings = Settings::load_in(&home);
    (settings.text_scale, settings.light) = (looks.scale, looks.is_light);
    settings.save();
    let size = looks.size;
    let place = home.clone();
    let ground = if looks.is_light { "light" } else { "dark" };
    let look = format!("{}-{:.0}-{ground}", size[0], 100.0 * looks.scale);
    let taken = Taken {
        pictures: pictures.map(|folder| (folder.to_path_buf(), look)),
        ..Taken::default()
    };
    let taken = perform(size, &home, move |stage| walk(stage, &place, taken));
    let shot = |(name, language, screen)| Shot {
        name,
        language,
        screen,
        home: home.clone(),
    };
    taken.screens.into_iter().map(shot).collect()
}

#[test]
fn a_row_of_the_agreement_list_opens_its_case_at_that_finding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    steady::make(folder.path());
    let home = folder.path().to_path_buf();
    let shown = perform(SIZES[1], &home, |stage| {
        stage.wait("start-sample-open")?;
        stage.press("start-sample-open")?;
        sign_in(stage, LEAD)?;
        stage.press("tab-agreement")?;
        stage.wait("agreement-list-hint")?;
        stage
            .player
            .click(&format!("{} F1", dokuei::desk::case_number_text(1)))?;
        stage.wait("adjudication-a")?;
        stage.player.tree()
    });
    let rows: Vec<(&str, bool)> = shown
        .iter()
        .filter(|widget| widget.role == "row")
        .map(|row| (row.name.as_str(), row.value.as_deref() == Some("true")))
        .collect();
    // without a wish the first difference, F2, is selected
    assert_eq!(rows, [("F1", true), ("F2", false), ("F3", false)]);
}

#[test]
fn every_screen_is_the_golden_one() {
    let wrong: Vec<String> = shots(&SIZES.map(Looks::plain), None, steady::make)
        .iter()
        .filter(|shot| !NOT_GOLDEN.contains(&shot.name))
        .filter_map(|shot| {
            let file = golden::file(shot.name, shot.language.code(), shot.screen.size);
            golden::compare(&file, &golden::text(&shot.screen, &shot.home)).err()
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} screens:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn nothing_on_a_screen_is_cut_off_covered_out_of_reach_or_without_a_name() {
    let fixed = fixed_texts();
    let mut wrong = Vec::new();
    let [small, usual] = SIZES.map(Looks::plain);
    let mut looks = vec![small, usual, LARGE];
    let pictures = pictures();
    if pictures.is_some() {
        let (light, dark) = (true, false);
        looks.extend(
            [(usual, light), (LARGE, dark)].map(|(looks, is_light)| Looks { is_light, ..looks }),
        );
    }
    let shots = shots(&looks, pictures.as_deref(), |home| {
        dokuei::sample::make(&home.join("sample"), Language::Ja, &|_| {})
            .expect("the sample is made");
    });
    for shot in shots {
        let [width, height] = shot.screen.size;
        let head = format!("{} {} {width}×{height}", shot.name, shot.language.code());
        let found = faults(&shot.screen, &fixed);
        wrong.extend(found.iter().map(|fault| format!("{head}: {fault}")));
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
