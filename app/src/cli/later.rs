//! What later versions bring: every row and option of the contract that this version names but
//! does not do.

use super::failure::Failure;

/// Commands.
const COMMANDS: [&str; 13] = [
    "annotation-set",
    "gate",
    "effort",
    "credit",
    "bundle",
    "ledger",
    "release",
    "consent",
    "key",
    "anchor",
    "audit",
    "selftest",
    "worker",
];
/// Second words of commands that are there.
const SECOND_WORDS: [(&str, &[&str]); 3] = [
    ("backup", &["drill"]),
    ("protocol", &["diff", "freeze", "migrate"]),
    ("reader", &["qualify", "terms", "card"]),
];
/// Export formats.
const FORMATS: [&str; 24] = [
    "labelmap", "sr", "rtss", "gsps", "kos", "ann", "nrrd", "mha", "coco", "bids", "nnunet",
    "monai", "yolo", "voc", "cvat", "mot", "png", "parquet", "stl", "obj", "ply", "geojson", "pdf",
    "dicom",
];
/// Endings that `convert` will write.
const ENDINGS: [&str; 1] = ["mhd"];
/// Roles.
const ROLES: [&str; 3] = ["adjudicator", "trainee", "auditor"];
/// Tools of scripts.
const TOOLS: [&str; 28] = [
    "threshold_brush",
    "adaptive_brush",
    "freehand",
    "polygon",
    "spline",
    "live_wire",
    "region_grow",
    "grow_from_seeds",
    "threshold",
    "fill_between",
    "copy_slice",
    "scissors",
    "islands",
    "margin",
    "hollow",
    "smooth",
    "fill_holes",
    "logical",
    "ruler",
    "angle",
    "bidirectional",
    "ellipse",
    "box3d",
    "text",
    "key_image",
    "polyline",
    "mirror",
    "nudge",
];

/// What kind of name is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Command,
    Format,
    Ending,
    Role,
    Tool,
}

/// "Not yet" if a later version brings the name, else "unknown".
pub(crate) fn not_here(kind: Kind, name: &str) -> Failure {
    let (later, code): (&[&str], _) = match kind {
        Kind::Command => (&COMMANDS, "unknown_command"),
        Kind::Format => (&FORMATS, "unknown_format"),
        Kind::Ending => (&ENDINGS, "unknown_format"),
        Kind::Role => (&ROLES, "no_such_role"),
        Kind::Tool => (&TOOLS, "unknown_tool"),
    };
    if later.contains(&name) {
        not_yet(name)
    } else {
        Failure::usage(code, "cli-unknown-name", &[("name", name)])
    }
}

/// The second word of a command.
pub(crate) fn second_word(command: &str, word: &str) -> Failure {
    let is_later = SECOND_WORDS
        .iter()
        .any(|(first, words)| *first == command && words.contains(&word));
    let whole = format!("{command} {word}");
    if is_later {
        not_yet(&whole)
    } else {
        Failure::usage("unknown_command", "cli-unknown-name", &[("name", &whole)])
    }
}

/// The answer for what a later version brings.
pub(crate) fn not_yet(name: &str) -> Failure {
    Failure::usage("not_yet", "cli-not-yet", &[("name", name)])
}
