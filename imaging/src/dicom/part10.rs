//! From a path to a walked data set: preamble, file meta group, transfer syntax (PS3.10 7,
//! conformance §1.1).

use super::charset::CharacterSets;
use super::data_set::{DataSet, Tag};
use super::prescan::{Encoding, PixelElement, walk};
use super::source::{ByteSource, HEAD_BYTES};
use super::value_representation::is_known_vr;
use crate::error::Fault;
use crate::handle::Handle;
use crate::part::Part;
use crate::problem::Problem;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use voxel::Phrase;

/// Implicit VR little endian.
pub(crate) const IMPLICIT: &str = "1.2.840.10008.1.2";
/// Explicit VR little endian.
pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
/// Explicit VR big endian, retired.
pub(crate) const EXPLICIT_BIG: &str = "1.2.840.10008.1.2.2";
/// Deflated explicit VR little endian.
pub(crate) const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
/// Each frame in a fragment, deflated.
pub(crate) const DEFLATED_FRAMES: &str = "1.2.840.10008.1.2.8.1";
/// Each frame in a fragment, uncompressed.
pub(crate) const UNCOMPRESSED_FRAMES: &str = "1.2.840.10008.1.2.1.98";
/// GE's private implicit syntax whose pixels are big endian.
pub(crate) const GE_PRIVATE: &str = "1.2.840.113619.5.2";

/// A DICOM file up to its pixels.
pub(crate) struct Opened {
    /// The file meta group (0002).
    pub(crate) meta: DataSet,
    /// The data set.
    pub(crate) root: DataSet,
    /// The pixel element, not read.
    pub(crate) pixel: Option<PixelElement>,
    /// Transfer Syntax UID, declared or found out.
    pub(crate) syntax: String,
    /// Byte at which the data set begins in the file.
    pub(crate) data_set_at: u64,
    /// Media Storage SOP Class UID of the meta group.
    pub(crate) media_class: String,
    /// Whether the file is a data set without preamble and meta group.
    pub(crate) is_bare: bool,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// `DICM` at 128.
    Preamble,
    /// Group 0002 at 0.
    Meta,
    /// A data set at 0.
    Bare(Encoding),
}

/// Whether the first bytes can be DICOM at all.
pub(crate) fn looks_like_dicom(first: &[u8]) -> bool {
    start_of(first).is_some()
}

fn start_of(first: &[u8]) -> Option<Start> {
    if first.get(128..132) == Some(b"DICM") {
        return Some(Start::Preamble);
    }
    let &[g0, g1, e0, e1, b4, b5, b6, b7] = first.first_chunk::<8>()?;
    let explicit = is_known_vr([b4, b5]);
    if [g0, g1] == [2, 0] && (explicit || [b6, b7] == [0, 0]) {
        return Some(Start::Meta);
    }
    let little = (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
    let big = (u16::from_be_bytes([g0, g1]), u16::from_be_bytes([e0, e1]));
    if explicit && matches!(little.0, 4 | 8) {
        return Some(Start::Bare(Encoding {
            implicit: false,
            big_endian: false,
        }));
    }
    if explicit && matches!(big.0, 4 | 8) {
        return Some(Start::Bare(Encoding {
            implicit: false,
            big_endian: true,
        }));
    }
    // implicit: group 0008 (or the retired 0004) first, with a short first value
    let length = u32::from_le_bytes([b4, b5, b6, b7]);
    (matches!(little.0, 4 | 8) && little.1 < 0x0200 && length < 4096).then_some(Start::Bare(
        Encoding {
            implicit: true,
            big_endian: false,
        },
    ))
}

/// Reads `path` up to its pixels.
///
/// # Errors
/// Not DICOM, broken structure, a limit of the pre-scan.
pub(crate) fn open(path: &Path) -> Result<Opened, Fault> {
    open_reader(BufReader::with_capacity(HEAD_BYTES, Handle::open(path)?))
}

/// Reads a file that stands at its first byte up to its pixels.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_reader(reader: BufReader<Handle>) -> Result<Opened, Fault> {
    let mut source = ByteSource::over(reader, 0)?;
    if source.left() == 0 {
        return Err(Fault::Empty);
    }
    let first = source.take(source.left().min(140), Part::FirstBytes)?;
    let start = start_of(&first).ok_or(Fault::UnknownFormat)?;
    match start {
        Start::Preamble => with_meta(source, 132),
        Start::Meta => with_meta(source, 0),
        Start::Bare(encoding) => {
            let syntax = match encoding {
                Encoding { implicit: true, .. } => IMPLICIT,
                Encoding {
                    big_endian: true, ..
                } => EXPLICIT_BIG,
                _ => EXPLICIT,
            };
            let problem = Problem::new(
                "no_meta_group",
                "the file has no meta group; its transfer syntax was found out from its first bytes",
            );
            body(
                source,
                0,
                Meta {
                    syntax: syntax.to_owned(),
                    set: DataSet::default(),
                    is_bare: true,
                },
                vec![problem],
            )
        }
    }
}

struct Meta {
    syntax: String,
    set: DataSet,
    is_bare: bool,
}

fn with_meta(mut source: ByteSource, meta_at: u64) -> Result<Opened, Fault> {
    let (set, data_set_at) = meta_group(&mut source, meta_at)?;
    let mut problems = Vec::new();
    let mut syntax = set.plain(Tag(0x0002, 0x0010));
    if syntax.is_empty() {
        let guess = peek(&mut source, data_set_at)?;
        syntax = if guess == Some(true) {
            EXPLICIT
        } else {
            IMPLICIT
        }
        .to_owned();
        problems.push(Problem::new(
            "no_transfer_syntax",
            "the file names no transfer syntax; it was found out from the first element",
        ));
    }
    let meta = Meta {
        syntax,
        set,
        is_bare: false,
    };
    body(source, data_set_at, meta, problems)
}

/// The elements of group 0002 (always explicit little endian) and where they end. The group length
/// is not believed: elements are read while their group is 0002.
fn meta_group(source: &mut ByteSource, meta_at: u64) -> Result<(DataSet, u64), Fault> {
    source.go_to(meta_at)?;
    let mut set = DataSet::default();
    loop {
        let at = source.position();
        let mut head = [0_u8; 8];
        if source.left() < 8 || !source.fill(&mut head, Part::MetaGroup)? {
            return Ok((set, at));
        }
        let [g0, g1, e0, e1, v0, v1, l0, l1] = head;
        if [g0, g1] != [2, 0] {
            return Ok((set, at));
        }
        let vr = [v0, v1];
        let length = if !is_known_vr(vr) {
            u64::from(u32::from_le_bytes([v0, v1, l0, l1]))
        } else if matches!(&vr, b"OB" | b"UN" | b"OW" | b"UT" | b"SQ") {
            let mut long = [0_u8; 4];
            source.fill(&mut long, Part::MetaGroup)?;
            u64::from(u32::from_le_bytes(long))
        } else {
            u64::from(u16::from_le_bytes([l0, l1]))
        };
        if length > source.left() {
            return Err(Fault::LengthBeyondEnd {
                what: Part::MetaElement.into(),
                offset: source.position(),
                length,
                left: source.left(),
            });
        }
        if length > 64 << 10 {
            source.skip(length, Part::MetaGroup)?;
            continue;
        }
        let bytes = source.take(length, Part::MetaGroup)?;
        set.elements.push(super::data_set::Element {
            tag: Tag(2, u16::from_le_bytes([e0, e1])),
            vr,
            value: super::data_set::Value::Bytes(bytes),
        });
    }
}

/// Whether the data set's first element carries a value representation; `None` at the end.
fn peek(source: &mut ByteSource, at: u64) -> Result<Option<bool>, Fault> {
    source.go_to(at)?;
    let mut head = [0_u8; 8];
    if source.left() < 8 || !source.fill(&mut head, Part::DataSet)? {
        return Ok(None);
    }
    let [_, _, _, _, v0, v1, ..] = head;
    Ok(Some(is_known_vr([v0, v1])))
}

/// Walks the data set by its syntax, corrected where the first element shows another one.
fn body(
    mut source: ByteSource,
    data_set_at: u64,
    meta: Meta,
    mut problems: Vec<Problem>,
) -> Result<Opened, Fault> {
    let mut syntax = meta.syntax;
    let mut encoding = encoding_of(&syntax);
    if syntax != DEFLATED {
        let shows_vr = peek(&mut source, data_set_at)?;
        if shows_vr == Some(encoding.implicit) {
            encoding.implicit = !encoding.implicit;
            let written = if encoding.implicit {
                Phrase::new("vr-implicit", "without value representations")
            } else {
                Phrase::new("vr-explicit", "with value representations")
            };
            problems.push(
                Problem::new(
                    "transfer_syntax_contradicts",
                    format!(
                        "the data set is written {written}, against its transfer syntax {syntax}"
                    ),
                )
                .with("written", written)
                .with("syntax", syntax.as_str()),
            );
            if syntax == IMPLICIT {
                syntax = EXPLICIT.to_owned();
            } else if syntax == EXPLICIT {
                syntax = IMPLICIT.to_owned();
            }
        }
    }
    source.go_to(data_set_at)?;
    if syntax == DEFLATED {
        source = source.deflated();
    }
    let walked = walk(&mut source, encoding, Arc::new(CharacterSets::default()))?;
    if walked.root.elements.is_empty() && walked.pixel.is_none() {
        return Err(Fault::Truncated {
            offset: source.position(),
            inside: Part::DataSet.into(),
        });
    }
    Ok(Opened {
        root: walked.root,
        pixel: walked.pixel,
        syntax,
        data_set_at,
        media_class: meta.set.plain(Tag(0x0002, 0x0002)),
        meta: meta.set,
        is_bare: meta.is_bare,
        problems,
    })
}

fn encoding_of(syntax: &str) -> Encoding {
    Encoding {
        implicit: matches!(syntax, IMPLICIT | GE_PRIVATE),
        big_endian: syntax == EXPLICIT_BIG,
    }
}
