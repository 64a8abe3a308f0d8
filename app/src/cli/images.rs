//! `info`, `convert`, and the choice of a series among files.

use super::Answer;
use super::args::{ConvertArgs, InfoArgs};
use super::cases::{scan, skipped_json};
use super::failure::Failure;
use super::info_text;
use super::later::{Kind, not_here};
use super::shell::Shell;
use crate::act::convert::{self, Target};
use crate::language::Words;
use crate::sentence::Sentence;
use imaging::{Loaded, ScanResult, SeriesEntry};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::ValueRange;

/// `info`.
pub(super) fn info(shell: &mut Shell<'_, '_>, args: &InfoArgs) -> Result<Answer, Failure> {
    if let Some(path) = args.paths.iter().find(|path| !path.exists()) {
        return Err(Failure::unreadable(
            path,
            &std::io::Error::from(std::io::ErrorKind::NotFound),
        ));
    }
    if args.tags {
        return info_text::header(shell, args);
    }
    let mut found = scan(shell, &args.paths);
    if let Some(wanted) = &args.series {
        let all: Vec<String> = found.series.iter().map(|entry| entry.id.clone()).collect();
        found.series.retain(|entry| is_named(entry, wanted));
        if found.series.is_empty() {
            return Err(series_needed(&all));
        }
    }
    let mut series = Vec::new();
    let mut text = String::new();
    for entry in &found.series {
        let mut value = entry_json(entry);
        let remarks = if args.pixels {
            add_range(shell, entry, &mut value)
        } else {
            info_text::remarks(&shell.words, &entry.problems)
        };
        text.push_str(&info_text::block(
            &shell.words,
            entry,
            &value["range"],
            &remarks,
        ));
        series.push(value);
    }
    for skipped in found.skipped.iter().filter(|skipped| !skipped.expected) {
        text.push_str(&format!(
            "{}\t{}\n",
            skipped.file.display(),
            shell.words.say(&skipped.reason.phrase)
        ));
    }
    Ok(Answer::new(
        json!({"series": series, "skipped": skipped_json(&found)}),
        text,
    ))
}

fn is_named(entry: &SeriesEntry, wanted: &str) -> bool {
    entry.id == wanted || entry.series_uid.as_deref() == Some(wanted)
}

fn entry_json(entry: &SeriesEntry) -> Value {
    let mut value = serde_json::to_value(entry).unwrap_or_default();
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    object.remove("grid");
    object.remove("planes");
    object.insert("format".to_owned(), json!(entry.format.name()));
    let mut reasons = serde_json::Map::new();
    if !entry.is_image {
        object.insert("size".to_owned(), Value::Null);
        reasons.insert("size".to_owned(), json!("no_pixels"));
    }
    if entry.affine_lps.is_none() {
        reasons.insert("affine_lps".to_owned(), json!(affine_reason(entry)));
    }
    if entry.spacing_mm.is_none() {
        reasons.insert("spacing_mm".to_owned(), json!("no_geometry"));
    }
    object.remove("affine_reason");
    if !reasons.is_empty() {
        object.insert("reasons".to_owned(), Value::Object(reasons));
    }
    value
}

/// Why a series has no single affine.
fn affine_reason(entry: &SeriesEntry) -> &'static str {
    entry
        .affine_reason
        .map_or("no_geometry", imaging::AffineReason::code)
}

/// The range of values; a series that cannot be decoded says why. Returns the remarks in words.
fn add_range(shell: &Shell<'_, '_>, entry: &SeriesEntry, value: &mut Value) -> Vec<String> {
    let mut remarks = info_text::remarks(&shell.words, &entry.problems);
    if !entry.is_image {
        value["range"] = Value::Null;
        value["reasons"]["range"] = json!("no_pixels");
        return remarks;
    }
    match load(shell, entry) {
        Ok(loaded) => {
            let range = range_json(&loaded);
            if range.is_null() {
                value["reasons"]["range"] = json!("no_number");
            }
            value["range"] = range;
            value["problems"] = json!(loaded.problems);
            value["unit"] = json!(loaded.unit);
            remarks = info_text::remarks(&shell.words, &loaded.problems);
        }
        Err(error) => {
            value["range"] = Value::Null;
            value["reasons"]["range"] = json!(error.code());
            if let Some(problems) = value["problems"].as_array_mut() {
                problems.push(
                    json!({"code": error.code(), "message": error.to_string(), "file": error.file()}),
                );
            }
            remarks.push(error.sentence(&shell.words));
        }
    }
    remarks
}

fn range_json(loaded: &Loaded) -> Value {
    match (&loaded.colour_range, loaded.volume.range()) {
        (Some(channels), _) => {
            let of = |part: fn(&ValueRange) -> f64| {
                json!(channels.iter().map(part).collect::<Vec<f64>>())
            };
            json!({"min": of(|r| r.min), "max": of(|r| r.max), "mean": of(|r| r.mean)})
        }
        (None, Some(range)) => json!({"min": range.min, "max": range.max, "mean": range.mean}),
        (None, None) => Value::Null,
    }
}

/// Decodes a series, with a bar.
pub(super) fn load(shell: &Shell<'_, '_>, entry: &SeriesEntry) -> Result<Loaded, imaging::Error> {
    let bar = shell.bar(entry.frames);
    let loaded = imaging::load(
        entry,
        &|step| bar.set_position(step.planes_done as u64),
        &AtomicBool::new(false),
    );
    bar.finish_and_clear();
    loaded
}

fn series_needed(ids: &[String]) -> Failure {
    Failure::usage(
        "series_needed",
        "cli-series-needed",
        &[("ids", ids.join(", ").as_str())],
    )
    .with("series", json!(ids))
}

/// The series of a path: the named one, else the only volume, else the only image.
pub(super) fn one_series(
    shell: &Shell<'_, '_>,
    source: &Path,
    named: Option<&str>,
) -> Result<SeriesEntry, Failure> {
    if !source.exists() {
        return Err(Failure::unreadable(
            source,
            &std::io::Error::from(std::io::ErrorKind::NotFound),
        ));
    }
    let found = scan(shell, &[PathBuf::from(source)]);
    let images: Vec<&SeriesEntry> = found.series.iter().filter(|entry| entry.is_image).collect();
    let ids = || {
        images
            .iter()
            .map(|entry| entry.id.clone())
            .collect::<Vec<_>>()
    };
    if let Some(named) = named {
        let entry = images.iter().find(|entry| is_named(entry, named));
        return entry
            .map(|entry| (*entry).clone())
            .ok_or_else(|| series_needed(&ids()));
    }
    let mut volumes = images.iter().filter(|entry| entry.frames > 1);
    match (volumes.next(), volumes.next(), images.as_slice()) {
        (Some(only), None, _) | (None, None, [only]) => Ok((*only).clone()),
        (None, None, []) => Err(nothing_to_show(&found)),
        _ => Err(series_needed(&ids())),
    }
}

/// A file that is no image that can be read, by its name.
#[derive(Debug)]
struct SkippedFile(imaging::Skipped);

impl Sentence for SkippedFile {
    fn sentence(&self, words: &Words) -> String {
        words.f(
            "images-unreadable-file",
            &[
                ("file", self.0.file.display().to_string().into()),
                ("why", words.say(&self.0.reason.phrase).into()),
            ],
        )
    }
}

/// Why a path has no image: the fault of its one file, else that there is none.
fn nothing_to_show(found: &ScanResult) -> Failure {
    match found.skipped.as_slice() {
        [only] => Failure::input(&only.reason.code, SkippedFile(only.clone())),
        _ => Failure::usage("no_image", "error-view-nothing", &[])
            .with("skipped", json!(skipped_json(found))),
    }
}

/// `convert`.
pub(super) fn convert(shell: &mut Shell<'_, '_>, args: &ConvertArgs) -> Result<Answer, Failure> {
    let target = Target::of(&args.target).map_err(|ending| not_here(Kind::Ending, &ending))?;
    let entry = one_series(shell, &args.source, args.series.as_deref())?;
    if convert::is_source(&entry, &args.target) {
        let path = args.target.display().to_string();
        return Err(Failure::usage(
            "bad_arguments",
            "cli-target-is-source",
            &[("path", path.as_str())],
        ));
    }
    let loaded = load(shell, &entry)?;
    convert::write(&entry, &loaded, target, &args.target)?;
    let mut json = json!({
        "output": args.target, "size": loaded.volume.grid().size(), "affine_lps": entry.affine_lps,
        "series": entry.id,
    });
    if entry.affine_lps.is_none() {
        json["reasons"] = json!({"affine_lps": affine_reason(&entry)});
    }
    // a volume holds 8 bits of each colour
    let is_reduced = loaded
        .colour_range
        .is_some_and(|channels| channels.iter().any(|channel| channel.max > 255.0));
    if is_reduced {
        let said = shell.words.t("cli-colours-reduced");
        shell.note(&said);
        json["losses"] = json!(["colours_reduced"]);
    }
    Ok(Answer::new(json, args.target.display().to_string()))
}
