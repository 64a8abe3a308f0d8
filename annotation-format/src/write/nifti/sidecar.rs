//! The JSON beside a label map: what NIfTI cannot say.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::code::Code;

/// One value of a label map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SidecarLabel {
    /// The value in the map.
    pub value: u32,
    /// Its name, different from all others of the map; Japanese where the protocol has it.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// Label id of the protocol.
    pub label: String,
    /// Code of the label.
    pub code: Code,
    /// Display colour, sRGB.
    pub color: [u8; 3],
    /// Voxels with the value, before anything of higher priority covered them.
    pub voxels: u64,
    /// Id of the finding, in maps of instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
}

/// The sidecar's text: the given facts (source UIDs, reader, protocol, …) and the table of values.
pub fn sidecar(facts: Map<String, Value>, labels: &[SidecarLabel]) -> String {
    let mut whole = Map::new();
    whole.insert("schema".to_owned(), json!("dokuei-label-map/1"));
    whole.extend(facts);
    whole.insert("labels".to_owned(), json!(labels));
    // Maps with string keys and finite numbers always have a text.
    serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default()
}
