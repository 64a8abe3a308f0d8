//! Scanning a folder of 50,000 files, beside pydicom reading the same attributes.

use super::case::{Case, Peer};
use crate::build::{Profile, built};
use crate::say;
use std::path::Path;
use std::process::Command;

const FILES: usize = 50_000;
/// Files that pydicom reads; its time is told for all of them.
const PEER_FILES: usize = 5_000;

/// What the scan needs to know, read by pydicom; seconds on the last line.
const PEER: &str = r#"
import os, sys, time
import pydicom
tags = ["SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "StudyDate", "Modality", "StudyDescription",
        "SeriesDescription", "PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber",
        "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID", "Rows",
        "Columns", "PixelSpacing", "BitsAllocated", "BitsStored", "PixelRepresentation", "SamplesPerPixel",
        "PhotometricInterpretation", "NumberOfFrames"]
wanted, begun, read, series = int(sys.argv[2]), time.perf_counter(), 0, set()
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.startswith(".") or read == wanted:
            continue
        data = pydicom.dcmread(os.path.join(folder, name), stop_before_pixels=True, specific_tags=tags)
        series.add(data.SeriesInstanceUID)
        read += 1
assert read == wanted, read
print(time.perf_counter() - begun)
"#;

/// Makes the files where they are not there yet, scans them and lets the peer read some.
pub(crate) fn measure(profile: Profile, scratch: &Path) -> Result<Case, String> {
    let folder = scratch.join("many");
    let made = Command::new(built(profile, "examples/many_files")?)
        .arg(&folder)
        .arg(FILES.to_string())
        .status()
        .map_err(|e| format!("many_files does not start: {e}"))?;
    if !made.success() {
        return Err(format!(
            "{FILES} files cannot be made in {}",
            folder.display()
        ));
    }
    let scan = || {
        Command::new(built(profile, "examples/scan_bench")?)
            .args([folder.as_os_str(), "2".as_ref()])
            .output()
            .map_err(|e| format!("scan_bench does not start: {e}"))
    };
    // the first reads the files into the system's cache
    let output = scan().and(scan())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figure = |name| figure(&text, name).ok_or_else(|| format!("scan_bench said: {text}"));
    let (files, seconds) = (figure("files")?, figure("seconds")?);
    if files < FILES as f64 {
        return Err(format!("scan_bench found {files} of {FILES} files"));
    }
    let mut case = Case::new(
        "load",
        &format!("scan of {FILES} files"),
        format!("{:.0} files per second", files / seconds),
    );
    case.median_s = Some(seconds);
    case.peak_mib = figure("peak_resident_kb").ok().map(|kb| kb / 1024.0);
    case.peer = peer(&folder);
    Ok(case)
}

/// A number of a line of JSON.
fn figure(text: &str, name: &str) -> Option<f64> {
    let (_, rest) = text.split_once(&format!("\"{name}\":"))?;
    rest.split([',', '}']).next()?.trim().parse().ok()
}

fn peer(folder: &Path) -> Option<Peer> {
    let python = std::env::var_os("DOKUEI_PEERS_PYTHON")?;
    let output = Command::new(python)
        .args(["-c", PEER])
        .arg(folder)
        .arg(PEER_FILES.to_string())
        .output();
    let seconds = match &output {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            text.trim().parse::<f64>().ok()
        }
        Ok(output) => {
            say(&format!(
                "pydicom failed: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
            None
        }
        Err(why) => {
            say(&format!("DOKUEI_PEERS_PYTHON does not start: {why}"));
            None
        }
    };
    Some(Peer {
        name: format!("pydicom ({PEER_FILES} files, ×{})", FILES / PEER_FILES),
        median_s: seconds? * (FILES / PEER_FILES) as f64,
        peak_mib: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_a_line_of_json() {
        let line = "{\"files\":50001,\"seconds\":4.5}\n";
        assert_eq!(figure(line, "files"), Some(50_001.0));
        assert_eq!(figure(line, "seconds"), Some(4.5));
        assert_eq!(figure(line, "peak"), None);
    }
}
