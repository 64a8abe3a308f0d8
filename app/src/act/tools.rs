//! The tools of scripts with their options: the drawing tools of the reading room, and what scripts
//! say instead of the panels beside the image.

use crate::room::{BrushOptions, Tool, ToolOption};
use voxel::AdaptiveOptions;

/// A tool of scripts.
#[derive(Clone, Debug)]
pub struct ScriptTool {
    /// Name in scripts.
    pub name: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Its options.
    pub options: Vec<ToolOption>,
}

/// Every tool, drawing tools first.
#[must_use]
pub fn script_tools() -> Vec<ScriptTool> {
    let drawing = Tool::ALL
        .into_iter()
        .filter(|tool| tool.draws())
        .map(|tool| ScriptTool {
            name: tool.id(),
            title: tool.text_key(),
            options: drawing_options(tool),
        });
    let saying = [
        (
            "attribute",
            "cli-tool-attribute",
            vec![plain("finding"), plain("name"), plain("value")],
        ),
        (
            "form",
            "cli-tool-form",
            vec![plain("field"), plain("value")],
        ),
        ("no_finding", "cli-tool-no-finding", vec![plain("value")]),
        (
            "comment",
            "cli-tool-comment",
            vec![plain("finding"), plain("text")],
        ),
        (
            "relabel",
            "cli-tool-relabel",
            vec![plain("finding"), plain("label")],
        ),
        (
            "rename",
            "cli-tool-rename",
            vec![plain("finding"), plain("text")],
        ),
        (
            "recolour",
            "cli-tool-recolour",
            vec![plain("finding"), plain("value")],
        ),
        (
            "lock",
            "cli-tool-lock",
            vec![plain("finding"), plain("value")],
        ),
        ("delete", "cli-tool-delete", vec![plain("finding")]),
    ];
    drawing
        .chain(saying.map(|(name, title, options)| ScriptTool {
            name,
            title,
            options,
        }))
        .collect()
}

const fn plain(name: &'static str) -> ToolOption {
    ToolOption {
        name,
        unit: "",
        default: None,
        min: None,
        max: None,
    }
}

fn drawing_options(tool: Tool) -> Vec<ToolOption> {
    let mut options = ["label", "finding", "series", "plane", "index", "points"]
        .map(plain)
        .to_vec();
    options.push(ToolOption {
        unit: "mm",
        ..plain("points_mm")
    });
    if tool.is_brush() {
        let range = BrushOptions::DIAMETER_MM;
        options.push(ToolOption {
            name: "radius_mm",
            unit: "mm",
            default: Some(super::annotate::RADIUS_MM),
            min: Some(f64::from(*range.start()) / 2.0),
            max: Some(f64::from(*range.end()) / 2.0),
        });
        options.push(plain("ball"));
    }
    if tool.paints() {
        options.extend(["erase", "min", "max"].map(plain));
    }
    if tool == Tool::AdaptiveBrush {
        let usual = AdaptiveOptions::default();
        let share = |name, usual| ToolOption {
            default: Some(usual),
            min: Some(0.0),
            max: Some(1.0),
            ..plain(name)
        };
        options.extend([
            share("edge_strength", usual.edge_strength),
            share("smooth", usual.smooth),
        ]);
    }
    options
}
