//! Whether an image was ever compressed with loss (PS3.3 C.7.6.1.1.5): objects derived from it must
//! say so, with ratio and method.

use super::data_set::{DataSet, Tag};
use crate::entry::Lossy;

/// What the file says, else what its own coding means: an image in a coding that always loses was
/// compressed with loss, whatever it does not say.
pub(crate) fn lossy_of(root: &DataSet, syntax: &str) -> Option<Lossy> {
    let said = root.plain(Tag(0x0028, 0x2110));
    if said == "01" {
        let ratios = root.numbers(Tag(0x0028, 0x2112));
        return Some(Lossy {
            ratios: ratios
                .into_iter()
                .filter(|ratio| ratio.is_finite())
                .collect(),
            methods: root.plain_values(Tag(0x0028, 0x2114)),
        });
    }
    let (method, may_be_lossless) = match syntax.strip_prefix("1.2.840.10008.1.2.4.")? {
        "50" | "51" => ("ISO_10918_1", false),
        "81" => ("ISO_14495_1", true),
        "91" => ("ISO_15444_1", true),
        "203" => ("ISO_15444_15", true),
        _ => return None,
    };
    let denied = may_be_lossless && said == "00";
    (!denied).then(|| Lossy {
        ratios: Vec::new(),
        methods: vec![method.to_owned()],
    })
}
