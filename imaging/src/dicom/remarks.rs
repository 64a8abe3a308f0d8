//! What a radiologist must know of an image before it is shown, told when it is listed: burned-in
//! texts, colours that are not shown, windows that were read otherwise.

use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameLookup;
use super::icc::is_like_srgb;
use super::layout::Layout;
use super::windows::narrow_linear;
use crate::problem::{Problem, push_once};

const FRAME_VOI: Tag = Tag(0x0028, 0x9132);

/// Adds the remarks on one file.
pub(crate) fn remark(root: &DataSet, layout: &Layout, problems: &mut Vec<Problem>) {
    if root.plain(Tag(0x0028, 0x0301)) == "YES" {
        push_once(
            problems,
            Problem::new(
                "burned_in_annotation",
                "texts are part of the pixels and may name the patient (Burned In Annotation)",
            ),
        );
    }
    if root.plain(Tag(0x0028, 0x0302)) == "YES" {
        push_once(
            problems,
            Problem::new(
                "recognizable_features",
                "the patient can be recognized in the image (Recognizable Visual Features)",
            ),
        );
    }
    if layout.photometric.is_colour() {
        remark_profile(root, problems);
    } else {
        remark_window(root, problems);
        remark_supplemental(root, problems);
        let shape = root.plain(Tag(0x2050, 0x0020));
        if shape == "IDENTITY" && root.plain(Tag(0x0028, 0x0004)) == "MONOCHROME1" {
            push_once(
                problems,
                Problem::new(
                    "presentation_contradicts",
                    "Presentation LUT Shape IDENTITY contradicts MONOCHROME1; low values are shown white",
                ),
            );
        }
    }
}

/// A colour profile that is not sRGB: colours are shown as if it were.
fn remark_profile(root: &DataSet, problems: &mut Vec<Problem>) {
    let tag = Tag(0x0028, 0x2000);
    let in_path = || {
        root.item(Tag(0x0048, 0x0105))
            .and_then(|path| path.bytes(tag))
    };
    let Some(profile) = root.bytes(tag).or_else(in_path) else {
        return;
    };
    if is_like_srgb(profile) == Some(false) {
        push_once(
            problems,
            Problem::new(
                "icc_profile",
                "the colours have a profile of their own (ICC) that is not applied; they are shown as sRGB",
            ),
        );
    }
}

/// LINEAR is defined from a width of 1 on (PS3.3 C.11.2.1.2.1); narrower ones are found in data of
/// small numbers and are read as LINEAR_EXACT.
fn remark_window(root: &DataSet, problems: &mut Vec<Problem>) {
    let (shared, frames) = FrameLookup::all(root);
    let width = Tag(0x0028, 0x1051);
    let holders = std::iter::once(&shared).chain(&frames);
    let narrow = holders
        .map(|lookup| lookup.holder(FRAME_VOI, width))
        .find_map(narrow_linear);
    if let Some(width) = narrow {
        push_once(
            problems,
            Problem::new(
                "window_narrow",
                format!(
                    "a LINEAR window has the width {width}, below 1; it was read as LINEAR_EXACT"
                ),
            )
            .with("width", width),
        );
    }
}

/// Stored values that are colours amid grey ones (PS3.3 C.8.16.2.1.1.1). A volume is grey or coloured
/// as a whole, and grey values are what is measured: so it stays grey, and the colours are told.
fn remark_supplemental(root: &DataSet, problems: &mut Vec<Problem>) {
    let descriptor = root.words(Tag(0x0028, 0x1101));
    let presentation = root.plain(Tag(0x0008, 0x9205));
    if let ("COLOR" | "MIXED", Some(first)) = (presentation.as_str(), descriptor.get(1)) {
        push_once(
            problems,
            Problem::new(
                "supplemental_palette",
                format!(
                    "stored values from {first} on are colours; they are shown and measured as grey"
                ),
            )
            .with("first", *first),
        );
    }
}
