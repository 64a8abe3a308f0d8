//! How many scans a JPEG stream may have, in DICOM, photographs and TIFF.

/// Most scans of one JPEG frame; a progressive picture of three components has ten or twenty.
const MAX_SCANS: usize = 100;

/// Refuses, in words, a JPEG stream of more than [`MAX_SCANS`] scans. A scan of a few bytes may go over the whole
/// picture, so that thousands of them take minutes.
///
/// # Errors
/// The sentence of the refusal.
pub(crate) fn check_scans(stream: &[u8]) -> Result<(), String> {
    let starts = stream.windows(2).filter(|pair| *pair == [0xFF, 0xDA]);
    if starts.take(MAX_SCANS + 1).count() > MAX_SCANS {
        return Err(format!("it has more than {MAX_SCANS} scans"));
    }
    Ok(())
}
