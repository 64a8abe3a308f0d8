//! The one place where pictures are compared, and how much they may differ.

use render::Picture;

/// Levels (of 255) by which a channel of a pixel may differ: the rounding of the last step.
const LEVELS: u8 = 1;

/// Part of the pixels that may differ by more: those whose centre lies between two voxels to the last
/// digits, where the device's 32-bit coordinates decide for the other side.
const SHARE: f64 = 0.001;

/// Whether two pictures are the same within the tolerances; if not, how they differ.
pub(crate) fn compared(one: &Picture, other: &Picture) -> Result<(), String> {
    if (one.width, one.height) != (other.width, other.height) {
        return Err("the pictures have different sizes".to_owned());
    }
    let farthest = |a: &[u8; 4], b: &[u8; 4]| (0..4).map(|n| a[n].abs_diff(b[n])).max();
    let differences = one.pixels().iter().zip(other.pixels());
    let differences: Vec<u8> = differences.filter_map(|(a, b)| farthest(a, b)).collect();
    let beyond = differences.iter().filter(|d| **d > LEVELS).count();
    let share = beyond as f64 / differences.len() as f64;
    if share <= SHARE {
        return Ok(());
    }
    let worst = differences.iter().max().copied().unwrap_or(0);
    let percent = 100.0 * share;
    Err(format!(
        "{percent:.3} % of the pixels differ by more than {LEVELS}, at worst by {worst}"
    ))
}

/// Fails where two pictures differ.
#[allow(dead_code, reason = "each test file uses a part of it")]
pub(crate) fn assert_same(one: &Picture, other: &Picture, what: &str) {
    if let Err(difference) = compared(one, other) {
        panic!("{what}: {difference}");
    }
}
