//! `render`.

use super::Answer;
use super::args::RenderArgs;
use super::failure::Failure;
use super::images::{load, one_series};
use super::later::not_yet;
use super::shell::{Shell, numbers};
use crate::act::annotate::mask_on_grid;
use crate::act::render::{Cut, PictureRequest, file_window, picture, window_as_file, write_png};
use ::render::{Interpolation, Rendering, Slab, SlabMode, ViewPlane, WindowFunction, WindowLevel};
use imaging::Loaded;
use serde_json::json;
use voxel::{Mask, PatientPoint, PatientVector, Plane};

/// Width and height where none are asked for.
const SIZE_PX: [usize; 2] = [1024, 1024];

/// `render`.
pub(super) fn render(shell: &mut Shell<'_, '_>, args: &RenderArgs) -> Result<Answer, Failure> {
    if args.volume.is_some() {
        return Err(not_yet("render --volume"));
    }
    let cut = cut_of(args)?;
    let interpolation = match args.interpolation.as_deref() {
        None if args.native => Interpolation::Nearest,
        None | Some("linear") => Interpolation::Linear,
        Some("nearest") => Interpolation::Nearest,
        Some(other) => return Err(unknown(other)),
    };
    let slab = slab_of(args)?;
    let size_px = args.size.as_deref().map_or(Ok(SIZE_PX), size_of)?;
    let wanted = args
        .window
        .as_deref()
        .map(|text| numbers::<2>("--window", text))
        .transpose()?;
    let entry = one_series(shell, &args.source, args.series.as_deref())?;
    let loaded = load(shell, &entry)?;
    let window = wanted.map_or_else(
        || file_window(&loaded),
        |[center, width]| window_as_file(&loaded, center, width),
    );
    let masks = args
        .mask
        .iter()
        .map(|file| mask_of(file, &loaded))
        .collect::<Result<Vec<Mask>, Failure>>()?;
    let request = PictureRequest {
        cut,
        rendering: Rendering {
            slab,
            ..Rendering::new(window, interpolation)
        },
        size_px,
        is_native: args.native,
        is_plain: args.plain,
    };
    let picture = picture(&loaded, &masks, &request)?;
    write_png(&args.output, &picture)?;
    let plane = args.plane.as_deref().unwrap_or("acquired");
    let json = json!({
        "output": args.output, "size_px": [picture.width, picture.height], "plane": plane,
        "window": window_json(&window), "series": entry.id,
    });
    Ok(Answer::new(json, args.output.display().to_string()))
}

/// The slab that is asked for; without a mode the maximum.
fn slab_of(args: &RenderArgs) -> Result<Option<Slab>, Failure> {
    let mode = match args.slab_mode.as_deref() {
        None | Some("mip") => SlabMode::Max,
        Some("mean") => SlabMode::Mean,
        Some("minip") => SlabMode::Min,
        Some(other) => return Err(unknown(other)),
    };
    let Some(text) = args.slab_mm.as_deref() else {
        return match args.slab_mode {
            None => Ok(None),
            Some(_) => Err(Failure::usage("bad_arguments", "cli-slab-thickness", &[])),
        };
    };
    let [thickness_mm] = numbers::<1>("--slab-mm", text)?;
    if thickness_mm <= 0.0 {
        return Err(Failure::usage("bad_arguments", "cli-slab-thickness", &[]));
    }
    Ok(Some(Slab { mode, thickness_mm }))
}

fn unknown(name: &str) -> Failure {
    Failure::usage("bad_arguments", "cli-unknown-name", &[("name", name)])
}

fn window_json(window: &WindowLevel) -> serde_json::Value {
    let function = match window.function {
        WindowFunction::Linear => "LINEAR",
        WindowFunction::LinearExact => "LINEAR_EXACT",
        WindowFunction::Sigmoid => "SIGMOID",
    };
    json!({"center": window.center, "width": window.width, "function": function, "invert": window.invert})
}

fn cut_of(args: &RenderArgs) -> Result<Cut, Failure> {
    let point = args
        .position_mm
        .as_deref()
        .map(|text| numbers::<3>("--position-mm", text))
        .transpose()?
        .map(PatientPoint);
    let plane = match args.plane.as_deref() {
        None if args.normal.is_some() => None,
        Some("oblique") => None,
        None | Some("acquired") => Some(ViewPlane::Acquired),
        Some("axial") => Some(Plane::Axial.into()),
        Some("coronal") => Some(Plane::Coronal.into()),
        Some("sagittal") => Some(Plane::Sagittal.into()),
        Some(other) => return Err(unknown(other)),
    };
    match (plane, args.normal.as_deref(), point, args.index) {
        (Some(_), _, Some(_), Some(_)) => Err(Failure::usage(
            "bad_arguments",
            "cli-index-or-position",
            &[],
        )),
        (Some(plane), None, Some(point), None) => Ok(Cut::Through(plane, point)),
        (Some(plane), None, None, index) => Ok(Cut::Index(plane, index)),
        (None, Some(normal), point, None) => Ok(Cut::Oblique(
            PatientVector(numbers::<3>("--normal", normal)?),
            point,
        )),
        _ => Err(Failure::usage("bad_arguments", "cli-oblique-normal", &[])),
    }
}

fn size_of(text: &str) -> Result<[usize; 2], Failure> {
    let sides: Option<Vec<usize>> = text
        .split(['x', 'X', '×'])
        .map(|side| side.trim().parse().ok())
        .collect();
    match sides.as_deref() {
        Some([width, height]) => Ok([*width, *height]),
        _ => Err(Failure::usage(
            "bad_arguments",
            "cli-bad-number",
            &[("option", "--size"), ("value", text)],
        )),
    }
}

fn mask_of(file: &std::path::Path, loaded: &Loaded) -> Result<Mask, Failure> {
    let map = imaging::load_label_map(file)?;
    mask_on_grid(loaded.volume.grid(), &map).map_err(|fault| Failure::input(fault.code(), fault))
}
