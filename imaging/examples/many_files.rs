//! Writes many small CT files to scan: `many_files FOLDER COUNT`, a hundred to a series, each in a folder
//! of its own, 64 × 64 pixels of 16 bits; does nothing where they lie already.

use std::fs;
use std::path::PathBuf;

const IN_SERIES: usize = 100;

/// An element in explicit little endian; texts are padded to even length.
fn element(group: u16, number: u16, kind: &str, value: &[u8]) -> Vec<u8> {
    let mut bytes = [group.to_le_bytes(), number.to_le_bytes()].concat();
    let padding = if kind == "UI" { 0 } else { b' ' };
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(padding);
    }
    bytes.extend(kind.bytes());
    if matches!(kind, "OB" | "OW") {
        bytes.extend([0, 0]);
        bytes.extend((value.len() as u32).to_le_bytes());
    } else {
        bytes.extend((value.len() as u16).to_le_bytes());
    }
    bytes.extend(value);
    bytes
}

fn file(series: usize, slice: usize) -> Vec<u8> {
    let text = |group, number, kind, value: &str| element(group, number, kind, value.as_bytes());
    let short = |number, value: u16| element(0x28, number, "US", &value.to_le_bytes());
    let instance = format!("2.25.50000.{series}.{slice}");
    let class = "1.2.840.10008.5.1.4.1.1.2";
    let meta = [
        text(2, 2, "UI", class),
        text(2, 3, "UI", &instance),
        text(2, 0x10, "UI", "1.2.840.10008.1.2.1"),
        text(2, 0x12, "UI", "2.25.1"),
    ]
    .concat();
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(element(2, 0, "UL", &(meta.len() as u32).to_le_bytes()));
    bytes.extend(meta);
    let place = format!("-32\\-32\\{}", slice * 2);
    let number = (slice + 1).to_string();
    let data = [
        text(8, 5, "CS", "ISO_IR 192"),
        text(8, 0x16, "UI", class),
        text(8, 0x18, "UI", &instance),
        text(8, 0x20, "DA", "20260101"),
        text(8, 0x60, "CS", "CT"),
        text(8, 0x1030, "LO", "MANY FILES"),
        text(8, 0x103E, "LO", "small slices"),
        text(0x10, 0x10, "PN", &format!("MANY^{series}")),
        text(0x10, 0x20, "LO", &format!("P{series}")),
        text(0x20, 0xD, "UI", &format!("2.25.40000.{series}")),
        text(0x20, 0xE, "UI", &format!("2.25.45000.{series}")),
        text(0x20, 0x11, "IS", "1"),
        text(0x20, 0x13, "IS", &number),
        text(0x20, 0x32, "DS", &place),
        text(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0"),
        text(0x20, 0x52, "UI", &format!("2.25.47000.{series}")),
        short(2, 1),
        text(0x28, 4, "CS", "MONOCHROME2"),
        short(0x10, 64),
        short(0x11, 64),
        text(0x28, 0x30, "DS", "1\\1"),
        short(0x100, 16),
        short(0x101, 16),
        short(0x102, 15),
        short(0x103, 1),
        element(0x7FE0, 0x10, "OW", &[0; 2 * 64 * 64]),
    ];
    bytes.extend(data.concat());
    bytes
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let count: usize = arguments
        .next()
        .ok_or("how many?")?
        .to_string_lossy()
        .parse()?;
    let finished = folder.join(".done");
    if fs::read_to_string(&finished).is_ok_and(|text| text == count.to_string()) {
        return Ok(());
    }
    for index in 0..count {
        let (series, slice) = (index / IN_SERIES, index % IN_SERIES);
        let place = folder.join(format!("{series:05}"));
        if slice == 0 {
            fs::create_dir_all(&place)?;
        }
        // the order of names is not the order of slices, as in practice
        let name = format!("I{:04}", slice * 37 % IN_SERIES);
        fs::write(place.join(name), file(series, slice))?;
    }
    fs::write(finished, count.to_string())?;
    Ok(())
}
