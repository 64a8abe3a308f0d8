//! By what frames at one place can differ (conformance §1.3): standard attributes, functional
//! groups, and the private ones of the makers that have no standard one.

use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameLookup;
use super::private_value::{float32, float64, private_number, private_tag, unsigned16};
use crate::stack_part::SplitRule;

/// What can distinguish frames at the same place, each as the text by which it is compared and
/// shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Marks {
    /// Attributes that are there.
    values: Vec<(SplitRule, String)>,
    /// Dimension index values, in the order of the file's dimensions.
    pub(crate) dimensions: Vec<String>,
    /// Acquisition and content time, for the order only.
    pub(crate) time: String,
    /// Instance Number, for the order only.
    pub(crate) instance: i64,
}

impl Marks {
    /// The value of `rule`; empty where the file says nothing.
    pub(crate) fn get(&self, rule: SplitRule) -> &str {
        self.values
            .iter()
            .find(|(known, _)| *known == rule)
            .map_or("", |(_, value)| value)
    }

    /// Sets a value; an empty one is nothing.
    pub(crate) fn set(&mut self, rule: SplitRule, value: String) {
        if !value.is_empty() {
            self.values.retain(|(known, _)| *known != rule);
            self.values.push((rule, value));
        }
    }
}

/// The marks of one frame.
pub(crate) fn marks_of(lookup: &FrameLookup<'_>) -> Marks {
    let root = lookup.root;
    let content = Tag(0x0020, 0x9111);
    let number = |group: Tag, attribute: Tag| {
        lookup
            .holder(group, attribute)
            .number(attribute)
            .map(plain_number)
            .unwrap_or_default()
    };
    let moment = lookup
        .group(content)
        .map(|set| set.plain(Tag(0x0018, 0x9074)))
        .unwrap_or_default();
    let moment = moment.get(8..).unwrap_or_default();
    let top = |attribute: Tag| root.number(attribute).map(plain_number).unwrap_or_default();
    let mut marks = Marks {
        time: [
            moment.to_owned(),
            root.plain(Tag(0x0008, 0x0032)),
            root.plain(Tag(0x0008, 0x0033)),
        ]
        .join(" "),
        instance: root.integer(Tag(0x0020, 0x0013)).unwrap_or(0),
        dimensions: dimensions_of(lookup),
        ..Marks::default()
    };
    let types = types_of(lookup);
    let mut set = |rule: SplitRule, value: String| marks.set(rule, value);
    set(
        SplitRule::Segment,
        number(Tag(0x0062, 0x000A), Tag(0x0062, 0x000B)),
    );
    let stack = lookup.holder(content, Tag(0x0020, 0x9056));
    set(SplitRule::Stack, stack.plain(Tag(0x0020, 0x9056)));
    set(SplitRule::Component, component_of(lookup, &types));
    set(
        SplitRule::ImageType,
        types.get(2..).unwrap_or_default().join(" "),
    );
    set(SplitRule::Echo, echo_of(lookup));
    let inversion = number(Tag(0x0018, 0x9115), Tag(0x0018, 0x9079));
    set(
        SplitRule::InversionTime,
        first_of([inversion, top(Tag(0x0018, 0x0082))]),
    );
    let flip = number(Tag(0x0018, 0x9112), Tag(0x0018, 0x1314));
    set(SplitRule::FlipAngle, flip);
    set(SplitRule::BValue, b_value_of(lookup));
    set(SplitRule::DiffusionDirection, direction_of(lookup));
    let voltage = number(Tag(0x0018, 0x9325), Tag(0x0018, 0x0060));
    set(SplitRule::TubeVoltage, voltage);
    let kernel = lookup.holder(Tag(0x0018, 0x9314), Tag(0x0018, 0x1210));
    set(SplitRule::Kernel, kernel.plain(Tag(0x0018, 0x1210)));
    set(SplitRule::CardiacPhase, cardiac_phase_of(lookup));
    set(
        SplitRule::Temporal,
        first_of([
            number(content, Tag(0x0020, 0x9128)),
            number(Tag(0x0020, 0x9310), Tag(0x0020, 0x930D)),
            root.plain(Tag(0x0020, 0x0100)),
        ]),
    );
    set(
        SplitRule::Trigger,
        first_of([
            number(Tag(0x0018, 0x9118), Tag(0x0020, 0x9153)),
            top(Tag(0x0018, 0x1060)),
        ]),
    );
    set(SplitRule::FrameTime, top(Tag(0x0054, 0x1300)));
    set(
        SplitRule::Acquisition,
        first_of([
            number(content, Tag(0x0020, 0x9156)),
            root.plain(Tag(0x0020, 0x0012)),
        ]),
    );
    set(
        SplitRule::AcquisitionTime,
        first_of([clock(moment), clock(&root.plain(Tag(0x0008, 0x0032)))]),
    );
    set(
        SplitRule::ContentTime,
        clock(&root.plain(Tag(0x0008, 0x0033))),
    );
    marks
}

fn first_of<const N: usize>(values: [String; N]) -> String {
    values
        .into_iter()
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// A number as short text: binary floating point of half precision shows no tail.
fn plain_number(value: f64) -> String {
    format!("{}", (value * 1e4).round() / 1e4)
}

/// `HH:MM:SS` (with its fraction) of a DICOM time, old writing with colons included.
fn clock(text: &str) -> String {
    let text = text.replace(':', "");
    let (Some(hours), Some(minutes), Some(seconds)) =
        (text.get(..2), text.get(2..4), text.get(4..))
    else {
        return text;
    };
    format!("{hours}:{minutes}:{seconds}")
}

/// Frame Type of the functional groups (MR, CT, PET, X-ray), else Image Type.
fn types_of(lookup: &FrameLookup<'_>) -> Vec<String> {
    let groups = [
        Tag(0x0018, 0x9226),
        Tag(0x0018, 0x9329),
        Tag(0x0018, 0x9751),
        Tag(0x0018, 0x9504),
        Tag(0x0018, 0x9806),
    ];
    groups
        .iter()
        .filter_map(|group| lookup.group(*group))
        .map(|set| set.plain_values(Tag(0x0008, 0x9007)))
        .find(|types| !types.is_empty())
        .unwrap_or_else(|| lookup.root.plain_values(Tag(0x0008, 0x0008)))
}

/// Part of the complex signal: Complex Image Component, GE's raw data type, or the values of Image
/// Type that Siemens and Philips use.
fn component_of(lookup: &FrameLookup<'_>, types: &[String]) -> String {
    let root = lookup.root;
    let said = lookup
        .group(Tag(0x0018, 0x9226))
        .map(|set| set.plain(Tag(0x0008, 0x9208)))
        .unwrap_or_default()
        .to_lowercase();
    if matches!(said.as_str(), "magnitude" | "phase" | "real" | "imaginary") {
        return said;
    }
    let kinds = ["magnitude", "phase", "real", "imaginary"];
    if let Some(tag) = private_tag(root, 0x0043, "GEMS_PARM_01", 0x2F)
        && let Some(kind) = private_number(root, tag, unsigned16)
        && let Some(name) = kinds.get(kind as usize)
    {
        return (*name).to_owned();
    }
    let named = types.iter().skip(2).find_map(|value| match value.as_str() {
        "M" | "MAGNITUDE" => Some("magnitude"),
        "P" | "PHASE" | "PHASE MAP" => Some("phase"),
        "R" | "REAL" => Some("real"),
        "I" | "IMAGINARY" => Some("imaginary"),
        _ => None,
    });
    named.unwrap_or_default().to_owned()
}

/// Echo number, echo time, or both.
fn echo_of(lookup: &FrameLookup<'_>) -> String {
    let holder = |attribute: Tag| lookup.holder(Tag(0x0018, 0x9114), attribute);
    let time = [Tag(0x0018, 0x9082), Tag(0x0018, 0x0081)]
        .into_iter()
        .find_map(|tag| holder(tag).number(tag))
        .map(plain_number);
    let number = lookup.root.plain(Tag(0x0018, 0x0086));
    match (number.is_empty(), time) {
        (false, Some(time)) => format!("{number} (TE {time} ms)"),
        (true, Some(time)) => format!("TE {time} ms"),
        (_, None) => number,
    }
}

/// Diffusion b-value: the standard's, else that of Siemens, GE, Philips, United Imaging.
fn b_value_of(lookup: &FrameLookup<'_>) -> String {
    let root = lookup.root;
    let tag = Tag(0x0018, 0x9087);
    if let Some(value) = lookup.holder(Tag(0x0018, 0x9117), tag).number(tag) {
        return plain_number(value);
    }
    let found = [
        private_tag(root, 0x0019, "SIEMENS MR HEADER", 0x0C)
            .and_then(|tag| private_number(root, tag, float64)),
        private_tag(root, 0x0043, "GEMS_PARM_01", 0x39).and_then(|tag| ge_b_value(root, tag)),
        private_tag(root, 0x2001, "Philips Imaging DD 001", 0x03)
            .and_then(|tag| private_number(root, tag, float32)),
        private_tag(root, 0x0065, "Image Private Header", 0x09)
            .and_then(|tag| private_number(root, tag, float64)),
    ];
    found
        .into_iter()
        .flatten()
        .next()
        .map(plain_number)
        .unwrap_or_default()
}

/// GE writes 1000000800 for b = 800 of a multi-shell scan.
fn ge_b_value(root: &DataSet, tag: Tag) -> Option<f64> {
    let text = root.plain(tag);
    let number: f64 = text.split('\\').next()?.trim().parse().ok()?;
    (0.0..1e15).contains(&number).then_some(number % 100_000.0)
}

/// Gradient direction, or its kind where there is none.
fn direction_of(lookup: &FrameLookup<'_>) -> String {
    let diffusion = Tag(0x0018, 0x9117);
    let kind = lookup
        .holder(diffusion, Tag(0x0018, 0x9075))
        .plain(Tag(0x0018, 0x9075));
    let vector_tag = Tag(0x0018, 0x9089);
    let vector = lookup
        .group(diffusion)
        .and_then(|set| set.item(Tag(0x0018, 0x9076)))
        .unwrap_or(lookup.root)
        .array::<3>(vector_tag);
    match (vector, kind.as_str()) {
        (Some(vector), "" | "DIRECTIONAL" | "BMATRIX") => vector
            .map(|part| format!("{}", (part * 1e3).round() / 1e3 + 0.0))
            .join(" "),
        (_, kind) => kind.to_lowercase(),
    }
}

/// Nominal Percentage of Cardiac Phase, else Philips' phase number.
fn cardiac_phase_of(lookup: &FrameLookup<'_>) -> String {
    let tag = Tag(0x0020, 0x9241);
    if let Some(value) = lookup.holder(Tag(0x0018, 0x9118), tag).number(tag) {
        return format!("{} %", plain_number(value));
    }
    let root = lookup.root;
    private_tag(root, 0x2001, "Philips Imaging DD 001", 0x08)
        .map(|tag| root.plain(tag))
        .unwrap_or_default()
}

/// Dimension Index Values, each with the name of its dimension; none for dimensions that only say
/// where a frame lies, which its position says better.
fn dimensions_of(lookup: &FrameLookup<'_>) -> Vec<String> {
    const PLACES: [Tag; 6] = [
        Tag(0x0020, 0x0032),
        Tag(0x0020, 0x9057),
        Tag(0x0020, 0x9056),
        Tag(0x0020, 0x9301),
        Tag(0x0048, 0x021E),
        Tag(0x0048, 0x021F),
    ];
    let values = lookup
        .group(Tag(0x0020, 0x9111))
        .map(|set| set.numbers(Tag(0x0020, 0x9157)))
        .unwrap_or_default();
    let dimensions = lookup.root.items(Tag(0x0020, 0x9222));
    if values.len() != dimensions.len() {
        return Vec::new();
    }
    let named = values.iter().zip(dimensions).map(|(value, dimension)| {
        let pointer = match dimension.words(Tag(0x0020, 0x9165)).as_slice() {
            [group, element] => Tag(*group, *element),
            _ => Tag(0, 0),
        };
        if PLACES.contains(&pointer) {
            return String::new();
        }
        let label = dimension.text(Tag(0x0020, 0x9421));
        let label = if label.is_empty() {
            pointer.to_string()
        } else {
            label
        };
        format!("{label} {value}")
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_with_colons() {
        assert_eq!(clock("102030.25"), "10:20:30.25");
        assert_eq!(clock("09:53:00"), "09:53:00");
        assert_eq!(clock(""), "");
    }

    #[test]
    fn numbers_from_single_precision_have_no_tail() {
        assert_eq!(plain_number(f64::from(0.7_f32)), "0.7");
    }
}
