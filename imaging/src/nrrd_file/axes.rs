//! What each axis of an NRRD file is, from directions, kinds and spacings.

use super::fields::Fields;
use super::space::Step;
use crate::array_file::header_text::{invalid, numbers, sizes, wrong_count};
use crate::array_file::layout::{Axis, MAX_AXES, Role};
use crate::array_file::sample::SampleType;
use crate::error::Fault;

/// The axes, the fastest first, and what their headers call them.
#[derive(Debug)]
pub(crate) struct Axes {
    /// Sizes and roles.
    pub(crate) axes: Vec<Axis>,
    /// Kinds in small letters; empty where there is none.
    pub(crate) kinds: Vec<String>,
    /// Spacings of the axes of space, in the header's unit.
    pub(crate) spacings: Vec<f64>,
}

/// The number of axes.
///
/// # Errors
/// None, or more than [`MAX_AXES`].
pub(crate) fn dimension(fields: &Fields) -> Result<usize, Fault> {
    let text = fields.needed("dimension", "dimension")?;
    let count = text.parse::<usize>().ok();
    let count = count.filter(|count| (1..=MAX_AXES).contains(count));
    count.ok_or_else(|| invalid("dimension", text))
}

/// Reads the axes; `steps` are their space directions, where the header has them.
///
/// # Errors
/// Lists of the wrong length, sizes that are none.
pub(crate) fn axes(
    fields: &Fields,
    steps: Option<&[Step]>,
    sample: SampleType,
) -> Result<Axes, Fault> {
    let count = dimension(fields)?;
    let sizes = sizes("sizes", fields.needed("sizes", "sizes")?)?;
    if sizes.len() != count {
        return Err(wrong_count("sizes", sizes.len(), count));
    }
    let kinds = match fields.get("kinds") {
        Some(text) => text
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect(),
        None => vec![String::new(); count],
    };
    if kinds.len() != count {
        return Err(wrong_count("kinds", kinds.len(), count));
    }
    let spacings = match fields.get("spacings") {
        Some(text) => numbers("spacings", text)?,
        None => Vec::new(),
    };
    if !spacings.is_empty() && spacings.len() != count {
        return Err(wrong_count("spacings", spacings.len(), count));
    }
    let mut found = Axes {
        axes: Vec::new(),
        kinds,
        spacings: Vec::new(),
    };
    let mut spaces = 0;
    let mut has_colour = false;
    for (n, (size, kind)) in sizes.iter().zip(&found.kinds).enumerate() {
        let spacing = spacings.get(n).copied();
        let is_space = match steps.and_then(|steps| steps.get(n)) {
            Some(step) => matches!(step, Step::Along(_)),
            // axes without a kind are of space unless they are the fourth or have no distances
            None => {
                matches!(kind.as_str(), "domain" | "space")
                    || (matches!(kind.as_str(), "" | "???" | "none")
                        && !spacing.is_some_and(f64::is_nan))
            }
        };
        let role = if is_space && spaces < 3 {
            spaces += 1;
            found.spacings.extend(spacing);
            Role::Space
        } else if !has_colour && is_colour(kind, *size, sample) {
            has_colour = true;
            Role::Colour
        } else {
            Role::Extra
        };
        found.axes.push(Axis { size: *size, role });
    }
    Ok(found)
}

/// Whether an axis holds red, green, blue (and transparency) of 8 or 16 bits.
fn is_colour(kind: &str, size: usize, sample: SampleType) -> bool {
    let fits = matches!(
        (kind, size),
        ("rgb-color" | "3-color", 3) | ("rgba-color" | "4-color", 4)
    );
    fits && matches!(sample, SampleType::U8 | SampleType::U16)
}
