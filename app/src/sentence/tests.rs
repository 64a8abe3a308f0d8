//! Every refusal and fault has a sentence in each language, and nothing in it is missing.

use super::{Sentence, project::part_key};
use crate::language::{Language, Words};
use annotation_format::{FindingId, GeometryKind, LabelId, write};
use imaging::Fault;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// The sources of the rooms that speak.
fn sources() -> Vec<(PathBuf, String)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rooms = [
        "voxel",
        "imaging",
        "annotation-format",
        "agreement",
        "project",
        "app",
    ];
    let mut folders: Vec<PathBuf> = rooms
        .iter()
        .map(|room| home.join(room).join("src"))
        .collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("the sources are there")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !path.ends_with("sentence/tests.rs")
                && !path.ends_with("voxel/src/phrase.rs")
            {
                let text = std::fs::read_to_string(&path).expect("a source file is text");
                found.push((path, text));
            }
        }
    }
    found
}

/// The string literals that follow `opening`, each with the rest of the function it stands in.
fn literals<'a>(text: &'a str, opening: &str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(opening) {
        rest = &rest[at + opening.len()..];
        if let Some(literal) = rest.trim_start().strip_prefix('"') {
            let key = literal.split('"').next().unwrap_or_default();
            let end = ["\n}\n", "\n    }\n"]
                .iter()
                .filter_map(|end| rest.find(end))
                .min()
                .unwrap_or(rest.len());
            found.push((key, &rest[..end]));
        }
    }
    found
}

fn names_given(function: &str) -> BTreeSet<&str> {
    literals(function, ".with(")
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// A sentence that is whole: its text is there and every placeholder is filled.
fn assert_whole(said: &str, what: &str) {
    let is_whole = !said.is_empty() && !said.contains('⟨') && !said.contains("{$");
    assert!(is_whole, "{what}: {said}");
}

/// The sentence in each language is whole, and the Japanese one is Japanese.
fn assert_said(error: &dyn Sentence) {
    for language in Language::ALL {
        let said = error.sentence(&Words::new(language));
        let what = format!("{} {error:?}", language.code());
        assert_whole(&said, &what);
        let is_japanese = said.chars().any(|c| ('\u{3040}'..'\u{a000}').contains(&c));
        assert_eq!(is_japanese, language == Language::Ja, "{what}: {said}");
    }
}

#[test]
fn every_phrase_of_the_rooms_has_a_text_and_its_figures_in_each_language() {
    let mut count = 0;
    for (path, text) in sources() {
        for (opening, prefix) in [("Phrase::new(", ""), ("Problem::new(", "problem-")] {
            for (key, function) in literals(&text, opening) {
                let key = format!("{prefix}{key}");
                let given = names_given(function);
                for language in Language::ALL {
                    let words = Words::new(language);
                    let place = format!("{} {}: {key}", path.display(), language.code());
                    assert!(words.has(&key), "{place} has no text");
                    for name in words.placeholders(&key) {
                        assert!(given.contains(name.as_str()), "{place} lacks {name}");
                    }
                }
                count += 1;
            }
        }
    }
    assert!(count > 150, "only {count} phrases were found");
}

#[test]
fn every_code_of_imaging_has_a_text_in_each_language() {
    for language in Language::ALL {
        let words = Words::new(language);
        for code in imaging::PROBLEM_CODES {
            assert!(words.has(&format!("problem-{code}")), "{code}");
        }
        for code in imaging::ERROR_CODES {
            assert!(words.has(&format!("unreadable-{code}")), "{code}");
        }
    }
}

#[test]
fn every_fault_of_a_file_is_said() {
    let part = || Phrase::new("part-header", "the header");
    let faults = [
        Fault::Io {
            kind: ErrorKind::PermissionDenied,
            text: "os".to_owned(),
        },
        Fault::Empty,
        Fault::UnknownFormat,
        Fault::FormatLater("HEIC"),
        Fault::Film("MP4"),
        Fault::Truncated {
            offset: 8,
            inside: part(),
        },
        Fault::LengthBeyondEnd {
            what: part(),
            offset: 8,
            length: 9,
            left: 1,
        },
        Fault::Limit {
            what: Phrase::new("count-frames", "the number of frames"),
            limit: 5,
        },
        Fault::Archive(Phrase::new("archive-cut", "it was cut")),
        Fault::Structure {
            offset: 8,
            what: Phrase::new("structure-fragment-absent", "no fragment"),
        },
        Fault::Missing(part()),
        Fault::Invalid {
            attribute: "Rows",
            value: "0".to_owned(),
        },
        Fault::Contradiction(Phrase::new("contradiction-changed", "changed")),
        Fault::PixelDataTooShort {
            needed: 9,
            present: 8,
        },
        Fault::Unsupported {
            uid: "1.2".to_owned(),
            name: "HEVC".to_owned(),
        },
        Fault::Decode {
            frame: 1,
            coding: "JPEG",
            detail: "bad".to_owned(),
        },
        Fault::Inflate("bad".to_owned()),
        Fault::Geometry(Phrase::new("geometry-affine", "bad")),
        Fault::NoImage,
        Fault::Memory(1 << 30),
    ];
    for fault in faults {
        let file = PathBuf::from("a.dcm");
        assert_said(&imaging::Error::Unreadable { file, fault });
    }
    assert_said(&imaging::Error::Cancelled);
    assert_said(&imaging::Error::Volume {
        series: "1.2".to_owned(),
        detail: "bad".to_owned(),
    });
}

#[test]
fn every_answer_of_the_system_is_said() {
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::StorageFull,
        ErrorKind::TimedOut,
        ErrorKind::Other,
    ] {
        assert_said(&std::io::Error::from(kind));
    }
}

fn refusals_of_a_document() -> Vec<annotation_format::Error> {
    use annotation_format::Error;
    let label = || LabelId::from("nodule");
    let name = || "margin".to_owned();
    vec![
        Error::Stale { what: "a mask" },
        Error::UnknownFinding(FindingId::from("7")),
        Error::UnknownLabel(label()),
        Error::UnknownAttribute("margin".into()),
        Error::UnknownField("result".into()),
        Error::UnknownShape { number: 2 },
        Error::FindingExists,
        Error::NotAsked {
            attribute: "margin".into(),
            label: label(),
        },
        Error::Hidden {
            name: name(),
            condition: "a == true".to_owned(),
        },
        Error::Computed("margin".into()),
        Error::Value {
            name: name(),
            why: Phrase::new("value-day", "a day"),
        },
        Error::Geometry {
            label: label(),
            kind: GeometryKind::Mask,
            allowed: vec![GeometryKind::Point, GeometryKind::Box2d],
        },
        Error::Derived(label()),
        Error::TooCoarse {
            label: label(),
            wanted: 2,
        },
        Error::OnlyOne {
            label: label(),
            number: 1,
        },
        Error::OtherLabel {
            number: 1,
            has: label(),
            wanted: label(),
        },
        Error::OtherSeries { number: 1 },
        Error::Locked { number: 1 },
        Error::Name,
        Error::Size {
            has: [1, 2, 3],
            wanted: [4, 5, 6],
        },
        Error::Exclusive {
            number: 1,
            label: label(),
            voxels: 12,
        },
        Error::Shape(Phrase::new("shape-outside", "outside")),
        Error::FindingsExist(3),
        Error::TextTooLong(9),
        Error::Body {
            what: "edit",
            why: "bad".to_owned(),
        },
        Error::Brick("missing"),
        Error::OtherProtocol,
        Error::Voxel(voxel::Error::AffineNotFinite),
    ]
}

#[test]
fn every_refusal_of_a_document_is_said() {
    for error in refusals_of_a_document() {
        assert_said(&error);
    }
}

#[test]
fn a_refusal_names_labels_and_attributes_as_the_protocol_does() {
    let protocol = crate::act::protocols::by_id("lung-nodule-ct").expect("it is bundled");
    let error = annotation_format::Error::Derived(LabelId::from("nodule"));
    let said = super::in_protocol(&Words::new(Language::Ja), &protocol, &error);
    assert!(said.contains("肺結節"), "{said}");
}

fn refusals_to_open() -> Vec<project::Error> {
    use project::{Error, PlaceFault, SignInError};
    let name = || "x".to_owned();
    vec![
        Error::Refused,
        Error::Busy { pid: None },
        Error::ReadOnly,
        Error::Place(PlaceFault::Network(name())),
        Error::Place(PlaceFault::Cloud(name())),
        Error::Place(PlaceFault::FileSystem(name())),
        Error::Place(PlaceFault::Link(name())),
        Error::NotAProject(PathBuf::from("p")),
        Error::NotEmpty(PathBuf::from("p")),
        Error::NewerSchema { found: 9, known: 1 },
        Error::Damaged(name()),
        Error::SignIn(SignInError::WrongPassphrase { wait_s: 2 }),
        Error::SignIn(SignInError::Waiting { wait_s: 2 }),
        Error::SignIn(SignInError::Unknown),
        Error::SignIn(SignInError::PassphraseMissing),
        Error::SignIn(SignInError::Disabled),
        Error::WeakPassphrase("too_short"),
    ]
}

fn refusals_of_the_project() -> Vec<project::Error> {
    use project::Error;
    let name = || "x".to_owned();
    vec![
        Error::NoSuchCase(name()),
        Error::NoSuchPerson(name()),
        Error::NoSuchFinding(name()),
        Error::NoSuchSeries(name()),
        Error::NoSuchFlag(name()),
        Error::TooLong(4000),
        Error::NotABackup(PathBuf::from("p")),
        Error::InsideProject(PathBuf::from("p")),
        Error::BackupDamaged("project.sqlite".to_owned()),
        Error::NoSuchRow(9),
        Error::NameTaken(name()),
        Error::EmptyName,
        Error::NoSuchRole(name()),
        Error::LastOfRole("lead"),
        Error::ReasonRequired,
        Error::TooFewReaders(2, 1),
        Error::NotAReader(name()),
        Error::EmptyCase,
        Error::CaseBegun(3),
        Error::NumberTaken(3),
        Error::Excluded(3),
        Error::ProtocolVersionTaken {
            id: name(),
            version: "1.0.0".to_owned(),
        },
        Error::Incomplete(Vec::new()),
        Error::Unsaved(3),
        Error::NothingToUndo,
        Error::NothingToRedo,
        Error::Undecided(Vec::new()),
        Error::MixedProtocols,
        Error::NoSuchDecision("empty_mask"),
        Error::NotSubmitted,
        Error::Agreement(name()),
        Error::DiscFull,
        Error::FolderGone(PathBuf::from("p")),
        Error::Io {
            what: "image file".to_owned(),
            source: std::io::Error::from(ErrorKind::NotFound),
        },
        Error::Json(serde_json::from_str::<u8>("x").unwrap_err()),
        Error::Random,
        Error::ObjectMissing(name()),
    ]
}

#[test]
fn every_refusal_of_the_project_is_said() {
    for error in refusals_to_open()
        .into_iter()
        .chain(refusals_of_the_project())
    {
        assert_said(&error);
    }
    for error in refusals_of_a_document() {
        assert_said(&project::Error::Edit(error));
    }
}

#[test]
fn every_word_that_the_project_puts_into_a_sentence_has_a_text() {
    let words = Words::new(Language::Ja);
    let mut keys = BTreeSet::new();
    for (path, text) in sources() {
        if !path.components().any(|part| part.as_os_str() == "project") {
            continue;
        }
        let parts = literals(&text, "Error::io(");
        keys.extend(parts.into_iter().map(|(what, _)| part_key(what)));
        let weak = literals(&text, "WeakPassphrase(");
        keys.extend(weak.into_iter().map(|(why, _)| format!("passphrase-{why}")));
        let undecidable = literals(&text, " no(");
        keys.extend(
            undecidable
                .into_iter()
                .map(|(why, _)| format!("decision-{why}")),
        );
        let damage = literals(&text, "self.fault(");
        keys.extend(damage.into_iter().map(|(code, _)| format!("verify-{code}")));
    }
    assert!(keys.len() > 25, "{keys:?}");
    let missing: Vec<&String> = keys.iter().filter(|key| !words.has(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_error_of_a_writer_is_said() {
    use write::Error;
    let path = || PathBuf::from("out.nii.gz");
    let errors = vec![
        Error::Io {
            path: path(),
            source: std::io::Error::from(ErrorKind::StorageFull),
        },
        Error::NothingToWrite,
        Error::NoDicomSource,
        Error::PlaneCount {
            expected: 2,
            found: 1,
        },
        Error::SizeMismatch {
            segment: 1,
            expected: [1, 1, 1],
            found: [2, 2, 2],
        },
        Error::UnevenPlanes,
        Error::Sheared,
        Error::NotSixteenBits {
            min: 0.5,
            max: 70000.0,
        },
        Error::TooLarge {
            what: "a dimension",
            value: 9,
            limit: 8,
        },
        Error::NotOurs { path: path() },
        Error::SampleType,
        Error::Format("x".to_owned()),
        Error::Dicom("x".into()),
        Error::Json(serde_json::from_str::<u8>("x").unwrap_err()),
    ];
    for error in errors {
        assert_said(&error);
    }
}

#[test]
fn what_a_format_cannot_hold_is_said() {
    let codes = [
        "shapes",
        "attributes",
        "comments",
        "case_form",
        "overlap",
        "no_segment",
        "no_dicom_source",
        "uneven_planes",
        "undecided",
    ];
    for code in codes {
        assert_said(&write::manifest::Loss {
            format: "seg".to_owned(),
            code: code.to_owned(),
            message: "English".to_owned(),
            count: Some(2),
            ..write::manifest::Loss::default()
        });
    }
}

#[test]
fn an_error_of_several_rooms_is_said_by_the_one_that_knows() {
    let error = anyhow::Error::from(project::Error::ReasonRequired).context("a step");
    assert_said(&error);
    let words = Words::new(Language::En);
    assert_eq!(
        error.sentence(&words),
        project::Error::ReasonRequired.sentence(&words)
    );
}

#[test]
fn a_phrase_of_an_older_project_that_lacks_its_figures_is_said_in_its_own_words() {
    let old = Phrase::new(
        "problem-missing_slices",
        "slices are missing: 1 after plane 3",
    );
    let said = old.sentence(&Words::new(Language::Ja));
    assert_eq!(said, "slices are missing: 1 after plane 3");
}
