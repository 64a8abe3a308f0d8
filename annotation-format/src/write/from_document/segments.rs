//! Findings as segments of a DICOM segmentation.

use super::super::export_folder::ExportFolder;
use super::super::seg::{Algorithm, Description, Segment, segmentations};
use super::super::{Error, uid};
use super::{Work, WorkSeries};
use crate::code::Code;
use crate::finding::Finding;
use voxel::Mask;

const FORMAT: &str = "seg";
/// Series Number of a segmentation: the source's place in the case behind a number no scanner uses.
const SERIES_NUMBER_BASE: u32 = 9000;

/// Writes one DICOM segmentation per series that has voxels (one per image where images have no place in space).
///
/// # Errors
/// When a file cannot be written; what cannot be expressed is a loss.
pub fn export_seg(folder: &mut ExportFolder, work: &Work) -> Result<(), Error> {
    let painted = work.painted_series();
    if painted.is_empty() {
        folder.lose(work.loss(
            FORMAT,
            "no_segment",
            "no finding has voxels: a segmentation needs at least one segment",
        ));
    }
    for (index, series) in painted {
        let segments = segments(work, series);
        let objects =
            match segmentations(&series.source, &segments, &description(work, index, series)) {
                Ok(objects) => objects,
                Err(Error::NoDicomSource) => {
                    folder.lose(work.loss(
                        FORMAT,
                        "no_dicom_source",
                        Error::NoDicomSource.to_string(),
                    ));
                    continue;
                }
                Err(error) => return Err(error),
            };
        let is_single = objects.len() == 1;
        for (number, object) in objects.iter().enumerate() {
            let stem = work.stem(Some(index));
            let suffix = if is_single {
                "seg".to_owned()
            } else {
                format!("seg-{}", number + 1)
            };
            let name = stem.file(&suffix, "dcm");
            let subject = work.subject(FORMAT, object.source_sop_instance_uids.clone());
            folder.add(&name, subject, |path| object.write(path))?;
        }
    }
    folder.lose_all(work.losses_beside_masks(FORMAT));
    Ok(())
}

/// The segments of a series, by finding number.
fn segments<'a>(work: &Work<'a>, series: &'a WorkSeries) -> Vec<Segment<'a>> {
    work.masks_on(&series.id)
        .into_iter()
        .map(|(finding, mask)| segment(work, finding, mask))
        .collect()
}

fn segment<'a>(work: &Work<'a>, finding: &'a Finding, mask: &'a Mask) -> Segment<'a> {
    let label = work.label(finding);
    let unknown = || Code::new("LOCAL", finding.label.as_str(), finding.label.as_str());
    let algorithm = match work.computed.get(&finding.id) {
        Some(name) => Algorithm::Semiautomatic(name.clone()),
        None => Algorithm::Manual,
    };
    Segment {
        label: work.finding_name(finding, work.lang),
        description: work.finding_name(finding, "en"),
        mask,
        category: label.map_or_else(
            || Code::new("SCT", "49755003", "Morphologically Abnormal Structure"),
            |l| l.category.clone(),
        ),
        property: label.map_or_else(unknown, |l| l.code.clone()),
        modifier: label.and_then(|l| l.modifier.clone()),
        region: label.and_then(|l| l.region.clone()),
        algorithm,
        color: label.map_or([255, 255, 0], |l| l.color),
        tracking_id: format!("{} {} {}", work.facts.reader, finding.label, finding.number),
        tracking_uid: uid::of_id(finding.id.as_str()),
    }
}

/// UIDs follow from the work and the moment, so that two exports are two objects.
fn description(work: &Work, index: usize, series: &WorkSeries) -> Description {
    let facts = &work.facts;
    let seed = format!(
        "seg {} {} {} {} {} {} {}",
        facts.project,
        facts.case,
        facts.reader,
        facts.round,
        series.id,
        facts.created_at,
        facts.status
    );
    let protocol = work.document.protocol();
    Description {
        sop_instance_uid: uid::of_seed(&format!("{seed} instance")),
        series_uid: uid::of_seed(&format!("{seed} series")),
        series_number: SERIES_NUMBER_BASE + index as u32 + 1,
        series_description: format!("{} {}", protocol.title.get(work.lang), facts.reader),
        content_label: protocol.id.clone(),
        content_description: format!("{} {}", protocol.title.get("en"), protocol.version),
        creator: facts.reader.clone(),
        date: work.date.clone(),
        time: work.time.clone(),
    }
}
