//! The protocols that the program brings with it, read once.

use annotation_format::protocol::EXAMPLES;
use annotation_format::{Protocol, Terms};
use std::sync::OnceLock;

/// Every protocol that can be chosen for a new project, the small built-in one first.
#[must_use]
pub fn bundled() -> &'static [Protocol] {
    static PROTOCOLS: OnceLock<Vec<Protocol>> = OnceLock::new();
    PROTOCOLS.get_or_init(|| {
        let mut protocols = vec![Protocol::builtin().clone()];
        for (name, toml) in EXAMPLES {
            match Protocol::from_toml(toml, Terms::builtin()) {
                Ok(protocol) => protocols.push(protocol),
                Err(faults) => tracing::error!(name, ?faults, "a bundled protocol has faults"),
            }
        }
        protocols
    })
}

/// A bundled protocol by its id.
#[must_use]
pub fn by_id(id: &str) -> Option<Protocol> {
    bundled().iter().find(|protocol| protocol.id == id).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_protocol_is_without_fault() {
        assert_eq!(bundled().len(), EXAMPLES.len() + 1);
    }
}
