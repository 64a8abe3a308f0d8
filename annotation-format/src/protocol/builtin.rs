//! The protocols that come with the program.

use std::sync::OnceLock;

use super::Protocol;
use crate::terms::Terms;

/// Example protocols as TOML, by id: starting points for a project's own.
pub const EXAMPLES: [(&str, &str); 7] = [
    (
        "chest-xray",
        include_str!("../../../assets/protocols/chest-xray.toml"),
    ),
    (
        "colonoscopy-polyp",
        include_str!("../../../assets/protocols/colonoscopy-polyp.toml"),
    ),
    (
        "ct-pneumonia",
        include_str!("../../../assets/protocols/ct-pneumonia.toml"),
    ),
    (
        "fetal-heart-us",
        include_str!("../../../assets/protocols/fetal-heart-us.toml"),
    ),
    (
        "glioma-mr",
        include_str!("../../../assets/protocols/glioma-mr.toml"),
    ),
    (
        "lung-nodule-ct",
        include_str!("../../../assets/protocols/lung-nodule-ct.toml"),
    ),
    (
        "surgery-video-chole",
        include_str!("../../../assets/protocols/surgery-video-chole.toml"),
    ),
];

impl Protocol {
    /// The small protocol of a project that names none: coded labels, nothing required.
    pub fn builtin() -> &'static Protocol {
        static PROTOCOL: OnceLock<Protocol> = OnceLock::new();
        PROTOCOL.get_or_init(|| {
            let text = include_str!("../../../assets/protocols/builtin.toml");
            #[expect(
                clippy::expect_used,
                reason = "the file is part of the program and read by a test"
            )]
            Protocol::from_toml(text, Terms::builtin()).expect("the built-in protocol")
        })
    }
}

/// An example, frozen.
#[cfg(test)]
pub(crate) fn example(id: &str) -> Protocol {
    let (_, text) = EXAMPLES.iter().find(|(name, _)| *name == id).unwrap();
    Protocol::from_toml(text, Terms::builtin()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_protocol_asks_for_nothing() {
        let protocol = Protocol::builtin();
        assert!(protocol.case_form.is_empty());
        assert!(
            protocol
                .attributes
                .iter()
                .all(|attribute| !attribute.required)
        );
        assert!(protocol.labels.iter().all(|label| !label.code.is_local()));
    }

    #[test]
    fn every_example_freezes_and_comes_back_from_json_with_the_same_hash() {
        for (id, _) in EXAMPLES {
            let protocol = example(id);
            assert_eq!(protocol.id, id);
            let again = Protocol::from_json(&protocol.to_json()).unwrap();
            assert_eq!(again, protocol);
            assert_eq!(again.sha256.len(), 64);
        }
    }
}
