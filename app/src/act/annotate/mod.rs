//! Work by scripts and masks: a line of a tool script to the edit that the same gesture makes.
//!
//! Nothing here writes: the caller appends each edit to the journal and applies it to its document.

mod line;
mod strokes;

pub use line::edit_of_line;
pub use strokes::ReadImage;

use annotation_format::document::gesture::{self, Onto, Overlap, Place};
use annotation_format::{Document, Edit, LabelId};
use voxel::{Grid, LabelMap, Mask, Phrase, Span, VoxelPoint};

/// A series that can be drawn on.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Its id in the project.
    pub series: String,
    /// Its grid.
    pub grid: Grid,
}

/// Why a line or a mask makes no edit.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The line is no JSON object of a tool.
    #[error("{0}")]
    Line(#[from] serde_json::Error),
    /// A tool that is not there.
    #[error("no tool {0}")]
    Tool(String),
    /// An option is missing or does not fit.
    #[error("{0}")]
    Option(Phrase),
    /// The series is not named and there are several, or it is not there (ids of those that are).
    #[error("name one of the series: {}", .0.join(", "))]
    Series(Vec<String>),
    /// A mask does not lie on the grid of the image.
    #[error("the mask does not lie on the grid of the image: {0}")]
    Geometry(Phrase),
    /// What the project keeps of a series cannot be understood.
    #[error("{0}")]
    SeriesKept(Phrase),
    /// An image cannot be read.
    #[error(transparent)]
    Image(#[from] imaging::Error),
    /// The document's rules say no.
    #[error(transparent)]
    Rule(#[from] annotation_format::Error),
}

impl Fault {
    /// Short word for JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line(_) | Self::Option(_) => "bad_script",
            Self::Tool(_) => "unknown_tool",
            Self::Series(_) => "series_needed",
            Self::Geometry(_) => "geometry_mismatch",
            Self::SeriesKept(_) => "damaged",
            Self::Image(error) => error.code(),
            Self::Rule(rule) => rule.code(),
        }
    }
}

/// Radius of a brush where a line names none, mm.
pub const RADIUS_MM: f64 = 4.0;

/// The series a gesture goes to: the named one, else the only one with more than one plane, else
/// the only one.
///
/// # Errors
/// [`Fault::Series`] with the ids to choose from.
pub fn canvas<'a>(canvases: &'a [Canvas], named: Option<&str>) -> Result<&'a Canvas, Fault> {
    let all = || {
        Fault::Series(
            canvases
                .iter()
                .map(|canvas| canvas.series.clone())
                .collect(),
        )
    };
    if let Some(named) = named {
        return canvases
            .iter()
            .find(|canvas| canvas.series == named)
            .ok_or_else(all);
    }
    let mut volumes = canvases.iter().filter(|canvas| canvas.grid.size()[2] > 1);
    match (volumes.next(), volumes.next(), canvases) {
        (Some(only), None, _) | (None, None, [only]) => Ok(only),
        _ => Err(all()),
    }
}

/// The mask of a label map, every value but 0, on the grid of an image. Turned or mirrored axes
/// are no difference as long as every voxel falls onto one of the image's.
///
/// # Errors
/// [`Fault::Geometry`].
pub fn mask_on_grid(grid: &Grid, map: &LabelMap) -> Result<Mask, Fault> {
    let map_grid = map.grid();
    if map_grid.voxel_count() != grid.voxel_count() {
        let shown = |[x, y, z]: [usize; 3]| format!("{x}×{y}×{z}");
        let (has, wanted) = (shown(map_grid.size()), shown(grid.size()));
        let said = Phrase::new("script-grid-size", format!("{has} voxels, not {wanted}"));
        return Err(Fault::Geometry(
            said.with("has", has).with("wanted", wanted),
        ));
    }
    let [columns, rows, planes] = map_grid.size();
    let corners = [0, columns - 1]
        .into_iter()
        .flat_map(|i| [0, rows - 1].map(|j| [i, j]))
        .flat_map(|[i, j]| [0, planes - 1].map(|k| [i, j, k]));
    for corner in corners {
        voxel_of(grid, map_grid, corner)?;
    }
    let mut spans: Vec<Span> = Vec::new();
    let mut fault = None;
    map.mask(|value| value != 0).for_each_run(|run| {
        for i in run.i0..run.i1 {
            if fault.is_some() {
                return;
            }
            // runs of a mask lie inside its grid
            match voxel_of(grid, map_grid, [i, run.j, run.k].map(|n| n as usize)) {
                Ok(voxel) => extend(&mut spans, voxel.map(|n| n as i64)),
                Err(why) => fault = Some(why),
            }
        }
    });
    match fault {
        Some(why) => Err(why),
        None => Ok(Mask::from_spans(grid.size(), &spans)),
    }
}

/// Adds a voxel: to the last span where it continues it.
fn extend(spans: &mut Vec<Span>, [i, j, k]: [i64; 3]) {
    match spans.last_mut() {
        Some(last) if (last.j, last.k, last.i1) == (j, k, i) => last.i1 += 1,
        Some(last) if (last.j, last.k, last.i0) == (j, k, i + 1) => last.i0 -= 1,
        _ => spans.push(Span {
            j,
            k,
            i0: i,
            i1: i + 1,
        }),
    }
}

/// The image's voxel at a voxel of the map.
fn voxel_of(grid: &Grid, map_grid: &Grid, at: [usize; 3]) -> Result<[usize; 3], Fault> {
    /// Farther from a voxel's centre than this part of a voxel is another grid.
    const SLACK: f64 = 0.02;
    let point =
        grid.voxel_from_patient(map_grid.patient_from_voxel(VoxelPoint(at.map(|n| n as f64))));
    let mut voxel = [0; 3];
    for ((place, value), size) in voxel.iter_mut().zip(point.0).zip(grid.size()) {
        let whole = value.round();
        if (value - whole).abs() > SLACK || whole < 0.0 || whole >= size as f64 {
            let said = Phrase::new(
                "script-grid-place",
                format!("voxel {at:?} of the map lies at {:?} of the image", point.0),
            );
            return Err(Fault::Geometry(said.with("voxel", format!("{at:?}"))));
        }
        *place = whole as usize;
    }
    Ok(voxel)
}

/// Adds a mask to the latest finding of a label on the series, or as a new one.
///
/// # Errors
/// The document's rules; voxels of labels that exclude this one are refused, not dropped.
pub fn edit_of_mask(
    document: &Document,
    canvas: &Canvas,
    label: &str,
    mask: &Mask,
    as_new: bool,
) -> Result<Edit, Fault> {
    let place = Place {
        series: &canvas.series,
        grid: &canvas.grid,
    };
    let onto = if as_new { Onto::New } else { Onto::Latest };
    Ok(gesture::add_mask(
        document,
        &place,
        &LabelId::from(label),
        &onto,
        mask,
        Overlap::Refuse,
    )?)
}
