//! The pre-scan: walks a data set once, without recursion and without believing any length.
//!
//! It is also the only parser of headers here, so no third-party parser ever sees a hostile
//! structure: nesting is bounded by [`MAX_DEPTH`], elements by [`MAX_ELEMENTS`], and every length
//! is compared with the bytes that are left before anything is read (PS3.5 7.1, 7.5, A.4).

use super::charset::CharacterSets;
use super::data_set::{DataSet, Element, Tag, Value};
use super::source::ByteSource;
use super::value_representation::{dictionary_vr, has_long_length, standard_vr};
use crate::error::Fault;
use crate::part::Part;
use std::sync::Arc;
use voxel::Phrase;

/// Deepest nesting of sequences.
pub(crate) const MAX_DEPTH: usize = 64;
/// Most elements in one file.
pub(crate) const MAX_ELEMENTS: u64 = 1_000_000;
/// Longest single value other than pixels.
const MAX_VALUE_BYTES: u64 = 64 << 20;
/// Values up to this length are kept for later looks; longer ones are passed over, tables excepted.
const KEPT_BYTES: u64 = 64 << 10;
/// All kept values of one file together.
const MAX_KEPT_TOTAL: u64 = 512 << 20;

const UNDEFINED: u32 = 0xFFFF_FFFF;
const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// How the elements of a data set are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// Without value representation.
    pub(crate) implicit: bool,
    /// Big-endian lengths and numbers.
    pub(crate) big_endian: bool,
}

/// The pixel element, found but not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PixelElement {
    /// (7FE0,0010), or (7FE0,0008) float, (7FE0,0009) double.
    pub(crate) tag: Tag,
    /// Value representation.
    pub(crate) vr: [u8; 2],
    /// Byte at which the value (native) or the first item (encapsulated) begins.
    pub(crate) offset: u64,
    /// Length of a native value; `None` if encapsulated.
    pub(crate) length: Option<u64>,
    /// Bytes that can follow `offset`.
    pub(crate) left: u64,
}

/// What a walk found.
pub(crate) struct Walked {
    /// The data set up to the pixels.
    pub(crate) root: DataSet,
    /// The pixel element.
    pub(crate) pixel: Option<PixelElement>,
}

/// An open data set or sequence during the walk.
enum Level {
    Set {
        set: DataSet,
        end: Option<u64>,
        encoding: Encoding,
    },
    Sequence {
        tag: Tag,
        items: Vec<DataSet>,
        end: Option<u64>,
        encoding: Encoding,
    },
}

/// Head of one element.
struct Head {
    tag: Tag,
    vr: [u8; 2],
    length: u32,
}

/// Walks `source` up to the pixel element or its end.
///
/// # Errors
/// Any length beyond the end, nesting or element count beyond the limits, a file that ends inside
/// something.
pub(crate) fn walk(
    source: &mut ByteSource,
    encoding: Encoding,
    charset: Arc<CharacterSets>,
) -> Result<Walked, Fault> {
    let mut walk = Walk {
        source,
        levels: vec![Level::Set {
            set: DataSet {
                elements: Vec::new(),
                big_endian: encoding.big_endian,
                charset,
            },
            end: None,
            encoding,
        }],
        elements: 0,
        kept: 0,
    };
    let pixel = loop {
        match walk.step()? {
            Step::Go => {}
            Step::Pixel(pixel) => break Some(pixel),
            Step::End => break None,
        }
    };
    match walk.levels.into_iter().next() {
        Some(Level::Set { set, .. }) => Ok(Walked { root: set, pixel }),
        _ => Err(Fault::NoImage),
    }
}

enum Step {
    Go,
    Pixel(PixelElement),
    End,
}

struct Walk<'a> {
    source: &'a mut ByteSource,
    levels: Vec<Level>,
    elements: u64,
    kept: u64,
}

impl Walk<'_> {
    /// Reads one element or item head and acts on it.
    fn step(&mut self) -> Result<Step, Fault> {
        self.close_finished()?;
        let (encoding, in_sequence) = match self.levels.last() {
            Some(Level::Set { encoding, .. }) => (*encoding, false),
            Some(Level::Sequence { encoding, .. }) => (*encoding, true),
            None => return Ok(Step::End),
        };
        let at = self.source.position();
        let Some(head) = self.head(encoding, in_sequence)? else {
            if self.levels.len() == 1 {
                return Ok(Step::End);
            }
            return Err(Fault::Truncated {
                offset: at,
                inside: Part::Sequence.into(),
            });
        };
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(Fault::Limit {
                what: Phrase::new("count-elements", "the number of elements"),
                limit: MAX_ELEMENTS,
            });
        }
        if in_sequence {
            self.item(&head, at, encoding)
        } else {
            self.element(&head, at, encoding)
        }
    }

    /// Closes every level whose defined length is used up.
    fn close_finished(&mut self) -> Result<(), Fault> {
        loop {
            let end = match self.levels.last() {
                Some(Level::Set { end, .. } | Level::Sequence { end, .. }) => *end,
                None => None,
            };
            let Some(end) = end else { return Ok(()) };
            let here = self.source.position();
            if here < end {
                return Ok(());
            }
            if here > end {
                return Err(Fault::Structure {
                    offset: here,
                    what: Phrase::new(
                        "structure-beyond-sequence",
                        "an element reaches beyond its sequence",
                    ),
                });
            }
            self.close();
        }
    }

    /// Hands the innermost level to the one around it.
    fn close(&mut self) {
        if self.levels.len() < 2 {
            return;
        }
        match self.levels.pop() {
            Some(Level::Set { set, .. }) => {
                if let Some(Level::Sequence { items, .. }) = self.levels.last_mut() {
                    items.push(set);
                }
            }
            Some(Level::Sequence { tag, items, .. }) => {
                if let Some(Level::Set { set, .. }) = self.levels.last_mut() {
                    set.elements.push(Element {
                        tag,
                        vr: *b"SQ",
                        value: Value::Items(items),
                    });
                }
            }
            None => {}
        }
    }

    /// Bytes to the end of the innermost defined length, or of the source.
    fn left(&self) -> u64 {
        let here = self.source.position();
        let bound = self
            .levels
            .iter()
            .filter_map(|level| match level {
                Level::Set { end, .. } | Level::Sequence { end, .. } => *end,
            })
            .map(|end| end.saturating_sub(here))
            .min();
        bound.unwrap_or(u64::MAX).min(self.source.left())
    }

    fn head(&mut self, encoding: Encoding, in_sequence: bool) -> Result<Option<Head>, Fault> {
        let mut bytes = [0_u8; 8];
        if !self.source.fill(&mut bytes, Part::ElementHead)? {
            return Ok(None);
        }
        let number = |a: u8, b: u8| {
            if encoding.big_endian {
                u16::from_be_bytes([a, b])
            } else {
                u16::from_le_bytes([a, b])
            }
        };
        let [g0, g1, e0, e1, b4, b5, b6, b7] = bytes;
        let tag = Tag(number(g0, g1), number(e0, e1));
        let long = |bytes: [u8; 4]| {
            if encoding.big_endian {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            }
        };
        if in_sequence || tag.0 == 0xFFFE {
            // items and their ends have no value representation
            return Ok(Some(Head {
                tag,
                vr: *b"UN",
                length: long([b4, b5, b6, b7]),
            }));
        }
        if encoding.implicit {
            let length = long([b4, b5, b6, b7]);
            let vr = dictionary_vr(tag, length);
            return Ok(Some(Head { tag, vr, length }));
        }
        let vr = [b4, b5];
        if !vr.iter().all(u8::is_ascii_uppercase) {
            // explicit files with implicit private parts exist
            let length = long([b4, b5, b6, b7]);
            return Ok(Some(Head {
                tag,
                vr: dictionary_vr(tag, length),
                length,
            }));
        }
        if has_long_length(vr) {
            let mut length = [0_u8; 4];
            if !self.source.fill(&mut length, Part::ElementLength)? {
                return Err(Fault::Truncated {
                    offset: self.source.position(),
                    inside: Part::ElementLength.into(),
                });
            }
            return Ok(Some(Head {
                tag,
                vr,
                length: long(length),
            }));
        }
        Ok(Some(Head {
            tag,
            vr,
            length: u32::from(number(b6, b7)),
        }))
    }

    fn item(&mut self, head: &Head, at: u64, encoding: Encoding) -> Result<Step, Fault> {
        match head.tag {
            SEQUENCE_END => self.close(),
            ITEM => {
                let end = self.end_of(head.tag, head.length)?;
                let charset = self
                    .levels
                    .iter()
                    .rev()
                    .find_map(|level| match level {
                        Level::Set { set, .. } => Some(set.charset.clone()),
                        Level::Sequence { .. } => None,
                    })
                    .unwrap_or_default();
                self.levels.push(Level::Set {
                    set: DataSet {
                        elements: Vec::new(),
                        big_endian: encoding.big_endian,
                        charset,
                    },
                    end,
                    encoding,
                });
            }
            tag => {
                return Err(Fault::Structure {
                    offset: at,
                    what: Phrase::new(
                        "structure-no-item",
                        format!("{tag} where an item should begin"),
                    )
                    .with("tag", tag.to_string()),
                });
            }
        }
        Ok(Step::Go)
    }

    /// Absolute end of a value of `length`, checked; `None` if undefined.
    fn end_of(&self, tag: Tag, length: u32) -> Result<Option<u64>, Fault> {
        if length == UNDEFINED {
            return Ok(None);
        }
        let (length, left) = (u64::from(length), self.left());
        if length > left {
            return Err(Fault::LengthBeyondEnd {
                what: Part::Element(tag).into(),
                offset: self.source.position(),
                length,
                left,
            });
        }
        Ok(Some(self.source.position().saturating_add(length)))
    }

    fn element(&mut self, head: &Head, at: u64, encoding: Encoding) -> Result<Step, Fault> {
        match head.tag {
            ITEM_END => {
                self.close();
                return Ok(Step::Go);
            }
            SEQUENCE_END => {
                // an item whose own end was forgotten
                self.close();
                self.close();
                return Ok(Step::Go);
            }
            _ => {}
        }
        if self.levels.len() == 1 && matches!(head.tag, Tag(0x7FE0, 0x0008 | 0x0009 | 0x0010)) {
            return self.pixel(head);
        }
        if self.opens_sequence(head) {
            return self.open_sequence(head, at, encoding);
        }
        if head.length == UNDEFINED {
            // pixels of an icon: encapsulated fragments inside an item
            let length = self.pass_fragments(encoding)?;
            self.push(head.tag, head.vr, Value::Passed(length));
            return Ok(Step::Go);
        }
        self.end_of(head.tag, head.length)?;
        let length = u64::from(head.length);
        if length > MAX_VALUE_BYTES {
            self.source.skip(length, Part::Value)?;
            self.push(head.tag, head.vr, Value::Passed(length));
            return Ok(Step::Go);
        }
        // tables of colours and values, overlays and contours are long and needed
        let is_table = match head.tag {
            Tag(0x0028, _) | Tag(0x0040, 0x9212) | Tag(0x3006, 0x0050) => true,
            Tag(group, 0x3000) => (0x6000..=0x601E).contains(&group),
            _ => false,
        };
        if length > KEPT_BYTES && !is_table || self.kept.saturating_add(length) > MAX_KEPT_TOTAL {
            self.source.skip(length, Part::Value)?;
            self.push(head.tag, head.vr, Value::Passed(length));
            return Ok(Step::Go);
        }
        self.kept = self.kept.saturating_add(length);
        let bytes = self.source.take(length, Part::Element(head.tag))?;
        self.push(head.tag, head.vr, Value::Bytes(bytes));
        Ok(Step::Go)
    }

    fn pixel(&mut self, head: &Head) -> Result<Step, Fault> {
        let length = self
            .end_of(head.tag, head.length)?
            .map(|_| u64::from(head.length));
        Ok(Step::Pixel(PixelElement {
            tag: head.tag,
            vr: head.vr,
            offset: self.source.position(),
            length,
            left: self.left(),
        }))
    }

    /// Whether the element's value is a sequence: by its representation, or as UN of undefined
    /// length, which is implicit little endian inside (PS3.5 6.2.2 note 2), or as UN of a tag that
    /// the dictionary knows as a sequence.
    fn opens_sequence(&self, head: &Head) -> bool {
        let is_pixel = matches!(head.tag, Tag(0x7FE0, 0x0010));
        match &head.vr {
            b"SQ" => true,
            b"UN" if !is_pixel => head.length == UNDEFINED || standard_vr(head.tag) == Some(*b"SQ"),
            _ => false,
        }
    }

    fn open_sequence(&mut self, head: &Head, at: u64, encoding: Encoding) -> Result<Step, Fault> {
        if self.levels.len() / 2 >= MAX_DEPTH {
            return Err(Fault::Limit {
                what: Phrase::new("count-nesting", "the nesting of sequences"),
                limit: MAX_DEPTH as u64,
            });
        }
        let end = self.end_of(head.tag, head.length)?;
        let inside = if head.vr == *b"UN" {
            Encoding {
                implicit: true,
                big_endian: false,
            }
        } else {
            encoding
        };
        tracing::trace!(tag = %head.tag, at, "sequence");
        self.levels.push(Level::Sequence {
            tag: head.tag,
            items: Vec::new(),
            end,
            encoding: inside,
        });
        Ok(Step::Go)
    }

    /// Passes over the fragments of encapsulated pixels; their bytes in all.
    fn pass_fragments(&mut self, encoding: Encoding) -> Result<u64, Fault> {
        let mut bytes = 0_u64;
        loop {
            let at = self.source.position();
            let Some(head) = self.head(encoding, true)? else {
                return Err(Fault::Truncated {
                    offset: at,
                    inside: Part::EncapsulatedPixels.into(),
                });
            };
            self.elements += 1;
            match head.tag {
                SEQUENCE_END => return Ok(bytes),
                ITEM if head.length != UNDEFINED && self.elements <= MAX_ELEMENTS => {
                    self.end_of(head.tag, head.length)?;
                    self.source.skip(u64::from(head.length), Part::Fragment)?;
                    bytes = bytes.saturating_add(u64::from(head.length));
                }
                tag => {
                    return Err(Fault::Structure {
                        offset: at,
                        what: Phrase::new(
                            "structure-no-fragment",
                            format!("{tag} where a fragment should begin"),
                        )
                        .with("tag", tag.to_string()),
                    });
                }
            }
        }
    }

    fn push(&mut self, tag: Tag, vr: [u8; 2], value: Value) {
        if let Some(Level::Set { set, .. }) = self.levels.last_mut() {
            if let (Tag(0x0008, 0x0005), Value::Bytes(bytes)) = (tag, &value) {
                set.charset = Arc::new(CharacterSets::from_bytes(bytes));
            }
            set.elements.push(Element { tag, vr, value });
        }
    }
}
