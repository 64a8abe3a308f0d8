//! The protocols that the program brings with it.

use annotation_format::{Protocol, Terms};

/// Protocol files bundled with the program: name and TOML.
const BUNDLED: [(&str, &str); 7] = [
    (
        "lung-nodule-ct",
        include_str!("../../../assets/protocols/lung-nodule-ct.toml"),
    ),
    (
        "glioma-mr",
        include_str!("../../../assets/protocols/glioma-mr.toml"),
    ),
    (
        "chest-xray",
        include_str!("../../../assets/protocols/chest-xray.toml"),
    ),
    (
        "ct-pneumonia",
        include_str!("../../../assets/protocols/ct-pneumonia.toml"),
    ),
    (
        "colonoscopy-polyp",
        include_str!("../../../assets/protocols/colonoscopy-polyp.toml"),
    ),
    (
        "fetal-heart-us",
        include_str!("../../../assets/protocols/fetal-heart-us.toml"),
    ),
    (
        "surgery-video-chole",
        include_str!("../../../assets/protocols/surgery-video-chole.toml"),
    ),
];

/// Every protocol that can be chosen for a new project, the small built-in one first.
#[must_use]
pub fn bundled() -> Vec<Protocol> {
    let mut protocols = vec![Protocol::builtin().clone()];
    for (name, toml) in BUNDLED {
        match Protocol::from_toml(toml, Terms::builtin()) {
            Ok(protocol) => protocols.push(protocol),
            Err(faults) => tracing::error!(name, ?faults, "a bundled protocol has faults"),
        }
    }
    protocols
}

/// A bundled protocol by its id.
#[must_use]
pub fn by_id(id: &str) -> Option<Protocol> {
    bundled().into_iter().find(|protocol| protocol.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_protocol_is_without_fault() {
        assert_eq!(bundled().len(), BUNDLED.len() + 1);
    }
}
