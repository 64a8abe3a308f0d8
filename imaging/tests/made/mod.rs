//! Small files made for one question each.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};

/// Elements of a made DICOM file, written in order of their tags.
#[derive(Clone)]
pub(crate) struct Made {
    elements: Vec<(u16, u16, [u8; 2], Vec<u8>)>,
}

impl Made {
    /// A CT image of 4 columns and 3 rows, 16 bits, all zero, at the origin.
    pub(crate) fn ct() -> Self {
        Made {
            elements: Vec::new(),
        }
        .text(0x0008, 0x0008, b"CS", "ORIGINAL\\PRIMARY\\AXIAL")
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.2")
        .text(0x0008, 0x0018, b"UI", "1.2.3.1")
        .text(0x0008, 0x0060, b"CS", "CT")
        .text(0x0010, 0x0010, b"PN", "Test^Image")
        .text(0x0010, 0x0020, b"LO", "P1")
        .text(0x0020, 0x000D, b"UI", "1.2.3.4")
        .text(0x0020, 0x000E, b"UI", "1.2.3.5")
        .text(0x0020, 0x0011, b"IS", "2")
        .text(0x0020, 0x0013, b"IS", "1")
        .text(0x0020, 0x0032, b"DS", "0\\0\\0")
        .text(0x0020, 0x0037, b"DS", "1\\0\\0\\0\\1\\0")
        .text(0x0020, 0x0052, b"UI", "1.2.3.6")
        .word(0x0028, 0x0002, 1)
        .text(0x0028, 0x0004, b"CS", "MONOCHROME2")
        .word(0x0028, 0x0010, 3)
        .word(0x0028, 0x0011, 4)
        .text(0x0028, 0x0030, b"DS", "0.5\\0.25")
        .word(0x0028, 0x0100, 16)
        .word(0x0028, 0x0101, 16)
        .word(0x0028, 0x0102, 15)
        .word(0x0028, 0x0103, 0)
        .bytes(0x7FE0, 0x0010, b"OW", vec![0; 24])
    }

    /// Sets a text element.
    pub(crate) fn text(self, group: u16, element: u16, vr: &[u8; 2], value: &str) -> Self {
        let mut bytes = value.as_bytes().to_vec();
        if bytes.len() % 2 == 1 {
            bytes.push(if vr == b"UI" { 0 } else { b' ' });
        }
        self.bytes(group, element, vr, bytes)
    }

    /// Sets an unsigned 16-bit element.
    pub(crate) fn word(self, group: u16, element: u16, value: u16) -> Self {
        self.bytes(group, element, b"US", value.to_le_bytes().to_vec())
    }

    /// Sets an element of several 16-bit words.
    pub(crate) fn words(self, group: u16, element: u16, vr: &[u8; 2], values: &[u16]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.bytes(group, element, vr, bytes)
    }

    /// Sets an element.
    pub(crate) fn bytes(mut self, group: u16, element: u16, vr: &[u8; 2], value: Vec<u8>) -> Self {
        self.elements
            .retain(|(g, e, ..)| (*g, *e) != (group, element));
        self.elements.push((group, element, *vr, value));
        self.elements.sort_by_key(|(g, e, ..)| (*g, *e));
        self
    }

    /// Removes an element.
    pub(crate) fn without(mut self, group: u16, element: u16) -> Self {
        self.elements
            .retain(|(g, e, ..)| (*g, *e) != (group, element));
        self
    }

    /// The same image with its own instance identifier and position along z.
    pub(crate) fn slice(&self, number: u32, z: f64) -> Self {
        self.clone()
            .text(0x0008, 0x0018, b"UI", &format!("1.2.3.1.{number}"))
            .text(0x0020, 0x0013, b"IS", &number.to_string())
            .text(0x0020, 0x0032, b"DS", &format!("0\\0\\{z}"))
    }

    /// The data set in explicit little endian.
    pub(crate) fn explicit(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (group, element, vr, value) in &self.elements {
            out.extend(group.to_le_bytes());
            out.extend(element.to_le_bytes());
            out.extend(vr);
            if has_long_length(*vr) {
                out.extend([0, 0]);
                out.extend((value.len() as u32).to_le_bytes());
            } else {
                out.extend((value.len() as u16).to_le_bytes());
            }
            out.extend(value);
        }
        out
    }

    /// The data set in explicit big endian, without sequences.
    pub(crate) fn explicit_big(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (group, element, vr, value) in &self.elements {
            out.extend(group.to_be_bytes());
            out.extend(element.to_be_bytes());
            out.extend(vr);
            if has_long_length(*vr) {
                out.extend([0, 0]);
                out.extend((value.len() as u32).to_be_bytes());
            } else {
                out.extend((value.len() as u16).to_be_bytes());
            }
            let width = match vr {
                b"US" | b"SS" | b"OW" => 2,
                b"UL" | b"SL" | b"FL" | b"OF" => 4,
                b"FD" | b"OD" => 8,
                _ => 1,
            };
            out.extend(value.chunks(width).flat_map(|number| number.iter().rev()));
        }
        out
    }

    /// Sets an element of several doubles.
    pub(crate) fn doubles(self, group: u16, element: u16, values: &[f64]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.bytes(group, element, b"FD", bytes)
    }

    /// The data set in implicit little endian.
    pub(crate) fn implicit(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (group, element, _, value) in &self.elements {
            out.extend(group.to_le_bytes());
            out.extend(element.to_le_bytes());
            out.extend((value.len() as u32).to_le_bytes());
            out.extend(value);
        }
        out
    }

    /// Writes a Part 10 file, explicit little endian.
    pub(crate) fn write(&self, folder: &Path, name: &str) -> PathBuf {
        write(
            folder,
            name,
            &part10("1.2.840.10008.1.2.1", &self.explicit()),
        )
    }
}

fn has_long_length(vr: [u8; 2]) -> bool {
    matches!(&vr, b"OB" | b"OW" | b"SQ" | b"UN" | b"UT" | b"OF" | b"OD")
}

/// A sequence value of one item with undefined lengths.
pub(crate) fn item(elements: &Made) -> Vec<u8> {
    let mut out = vec![0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF];
    out.extend(elements.explicit());
    out.extend([0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
    out
}

/// An empty set of elements, for items.
pub(crate) fn nothing() -> Made {
    Made {
        elements: Vec::new(),
    }
}

/// Preamble and meta group before a data set.
pub(crate) fn part10(syntax: &str, data_set: &[u8]) -> Vec<u8> {
    let meta = nothing().text(0x0002, 0x0010, b"UI", syntax).explicit();
    let mut out = vec![0; 128];
    out.extend(b"DICM");
    out.extend(meta);
    out.extend(data_set);
    out
}

/// Writes bytes to a file.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}
