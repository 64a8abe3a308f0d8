//! Whether two images at one place are the same picture sent twice under different identifiers.

use super::header::Instance;
use super::image_file::ImageFile;
use super::stacks::FrameRef;
use crate::error::Fault;

/// Whether two frames of single-frame files hold equal pixels with equal meaning. What cannot be
/// read is no copy: it is found when it is loaded.
pub(crate) fn same_pixels(members: &[Instance], a: &FrameRef<'_>, b: &FrameRef<'_>) -> bool {
    let (Some(first), Some(second)) = (members.get(a.instance), members.get(b.instance)) else {
        return false;
    };
    let single = |instance: &Instance| instance.frames.len() == 1;
    if a.instance == b.instance || !single(first) || !single(second) {
        return false;
    }
    let is_alike = match (&first.layout, &second.layout) {
        (Some(x), Some(y)) => (x.stored, x.high, x.planar) == (y.stored, y.high, y.planar),
        _ => false,
    };
    is_alike
        && a.info.rescale == b.info.rescale
        && bytes_of(first)
            .and_then(|x| Ok(x == bytes_of(second)?))
            .unwrap_or(false)
}

fn bytes_of(instance: &Instance) -> Result<Vec<u8>, Fault> {
    Ok(ImageFile::open(&instance.path)?.frame(0)?.bytes)
}
