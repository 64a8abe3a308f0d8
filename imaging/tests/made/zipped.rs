//! Archives written byte by byte, for what no honest writer writes.

/// One member as it is to be written.
#[derive(Clone)]
pub(crate) struct Packed {
    pub(crate) name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    /// The bytes in the archive.
    pub(crate) bytes: Vec<u8>,
    /// Length and checksum that are claimed.
    pub(crate) length: u32,
    pub(crate) checksum: u32,
}

impl Packed {
    /// A member stored as it is.
    pub(crate) fn stored(name: &[u8], bytes: &[u8]) -> Self {
        Packed {
            name: name.to_vec(),
            flags: 0,
            method: 0,
            bytes: bytes.to_vec(),
            length: bytes.len() as u32,
            checksum: checksum(bytes),
        }
    }

    /// A deflated member.
    pub(crate) fn deflated(name: &[u8], bytes: &[u8]) -> Self {
        use std::io::Write;
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory can be written");
        Packed {
            method: 8,
            bytes: encoder.finish().expect("memory can be written"),
            ..Packed::stored(name, bytes)
        }
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// The fields that a local header and the directory share.
fn shared(member: &Packed) -> Vec<u8> {
    let mut out = vec![20, 0];
    out.extend(member.flags.to_le_bytes());
    out.extend(member.method.to_le_bytes());
    out.extend([0; 4]);
    out.extend(member.checksum.to_le_bytes());
    out.extend((member.bytes.len() as u32).to_le_bytes());
    out.extend(member.length.to_le_bytes());
    out.extend((member.name.len() as u16).to_le_bytes());
    out
}

/// An archive of these members.
pub(crate) fn archive(members: &[Packed]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        directory.extend(listed(member, out.len() as u32));
        out.extend(b"PK\x03\x04");
        out.extend(shared(member));
        out.extend([0, 0]);
        out.extend(&member.name);
        out.extend(&member.bytes);
    }
    finish(out, &directory, members.len() as u16)
}

/// One entry of the directory for a local header at `at`.
pub(crate) fn listed(member: &Packed, at: u32) -> Vec<u8> {
    let mut out = b"PK\x01\x02\x14\0".to_vec();
    out.extend(shared(member));
    out.extend([0; 12]);
    out.extend(at.to_le_bytes());
    out.extend(&member.name);
    out
}

/// Adds the directory and the end record.
pub(crate) fn finish(mut out: Vec<u8>, directory: &[u8], count: u16) -> Vec<u8> {
    let at = out.len() as u32;
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}
