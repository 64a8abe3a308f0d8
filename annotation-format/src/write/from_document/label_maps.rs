//! Findings as label maps: by class, by class apart where classes overlap, and by instance.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use voxel::{Grid, Mask};

use super::super::Error;
use super::super::export_folder::ExportFolder;
use super::super::manifest::Loss;
use super::super::nifti::{LabelMap, MapLabel, SidecarLabel, sidecar};
use super::{Work, WorkSeries, instances_of};
use crate::code::Code;
use crate::finding::Finding;
use crate::ids::LabelId;
use crate::protocol::{Label, Protocol};

const FORMAT: &str = "nifti";

/// A finding and its voxels.
type Painted<'a> = (&'a Finding, &'a Mask);

/// Writes the label maps of a work, each with its JSON beside it:
/// `…_dseg.nii.gz` by class (value = number of the label in the protocol; where classes overlap, the more specific one
/// is kept), one file per class beside it in that case, and `…-instances_dseg.nii.gz` by finding number.
///
/// # Errors
/// When a file cannot be written; what cannot be expressed is a loss.
pub fn export_nifti(folder: &mut ExportFolder, work: &Work) -> Result<(), Error> {
    let mut painted = work.painted_series();
    if painted.is_empty() {
        // "No finding" is data too: an empty map on the case's first series.
        painted.extend(work.series.iter().enumerate().take(1));
    }
    for (index, series) in painted {
        if !series.source.grid.is_even() {
            folder.lose(work.loss(FORMAT, "uneven_planes", Error::UnevenPlanes.to_string()));
            continue;
        }
        let mut export = SeriesExport {
            folder,
            work,
            series,
            index,
        };
        export.write_all()?;
    }
    folder.lose_all(work.losses_beside_masks(FORMAT));
    Ok(())
}

struct SeriesExport<'a, 'w> {
    folder: &'a mut ExportFolder,
    work: &'a Work<'w>,
    series: &'w WorkSeries,
    index: usize,
}

impl SeriesExport<'_, '_> {
    fn write_all(&mut self) -> Result<(), Error> {
        let findings = self.work.masks_on(&self.series.id);
        let by_label = by_label(&findings);
        let protocol = self.work.document.protocol().clone();
        let labels: Vec<MapLabel> = by_label
            .iter()
            .map(|(id, masks)| map_label(&protocol, id, masks))
            .collect();
        let classes = LabelMap::new(self.grid().size(), &labels)?;
        let table = class_table(&protocol, &by_label, self.work.lang);
        let name = self.write("", &classes, &table)?;
        if !classes.hidden().is_empty() {
            self.write_apart(&labels, &table)?;
            self.lose_hidden(&classes, &table, &name);
        }
        self.write_instances(&findings)
    }

    /// One map per class: what the common map hides is in these.
    fn write_apart(&mut self, labels: &[MapLabel], table: &[SidecarLabel]) -> Result<(), Error> {
        for label in labels {
            let map = LabelMap::new(self.grid().size(), std::slice::from_ref(label))?;
            let own: Vec<SidecarLabel> = table
                .iter()
                .filter(|row| row.value == label.value)
                .cloned()
                .collect();
            let id = own.first().map(|row| row.label.clone()).unwrap_or_default();
            self.write(&format!("label-{id}"), &map, &own)?;
        }
        Ok(())
    }

    /// Maps by finding number. Findings that overlap go to further maps, so none loses a voxel.
    fn write_instances(&mut self, findings: &[Painted]) -> Result<(), Error> {
        for (number, layer) in layers(findings).iter().enumerate() {
            let labels: Vec<MapLabel> = layer
                .iter()
                .map(|(finding, mask)| MapLabel {
                    value: finding.number,
                    masks: vec![*mask],
                    priority: 0,
                })
                .collect();
            let map = LabelMap::new(self.grid().size(), &labels)?;
            let rows: Vec<SidecarLabel> = layer
                .iter()
                .map(|painted| self.instance_row(painted))
                .collect();
            let words = if number == 0 {
                "instances".to_owned()
            } else {
                format!("instances-{}", number + 1)
            };
            self.write(&words, &map, &rows)?;
        }
        Ok(())
    }

    fn instance_row(&self, (finding, mask): &Painted) -> SidecarLabel {
        let label = self.work.label(finding);
        let name = |lang: &str| match label {
            Some(label) => format!("{} {}", label.name.get(lang), finding.number),
            None => format!("{} {}", finding.label, finding.number),
        };
        SidecarLabel {
            value: finding.number,
            name: name(self.work.lang),
            name_en: name("en"),
            label: finding.label.to_string(),
            code: label.map_or_else(
                || Code::new("LOCAL", finding.label.as_str(), ""),
                |label| label.code.clone(),
            ),
            color: label.map_or([255, 255, 0], |label| label.color),
            voxels: mask.count(),
            finding: Some(finding.id.to_string()),
        }
    }

    /// Writes a map and its sidecar; answers the map's name.
    fn write(
        &mut self,
        words: &str,
        map: &LabelMap,
        table: &[SidecarLabel],
    ) -> Result<String, Error> {
        let stem = self.work.stem(Some(self.index)).with_description(words);
        let text = sidecar(self.facts(), table);
        let source = &self.series.source;
        let instances = instances_of(source);
        let subject = || self.work.subject(FORMAT, instances.clone());
        let name = format!("{stem}_dseg.nii.gz");
        self.folder
            .add(&name, subject(), |path| map.write(path, &source.grid))?;
        let beside = format!("{stem}_dseg.json");
        self.folder.add(&beside, subject(), |path| {
            super::super::atomic::write_bytes(path, text.as_bytes())
        })?;
        Ok(name)
    }

    fn lose_hidden(&mut self, classes: &LabelMap, table: &[SidecarLabel], name: &str) {
        for (value, voxels) in classes.hidden() {
            let row = table.iter().find(|row| row.value == *value);
            let id = row.map(|row| row.label.as_str()).unwrap_or_default();
            let stem = self
                .work
                .stem(Some(self.index))
                .with_description(&format!("label-{id}"));
            let message =
                format!("{voxels} voxels of {id} lie under a label that the common map keeps");
            self.folder.lose(Loss {
                file: Some(name.to_owned()),
                count: Some(*voxels),
                kept_in: Some(format!("{stem}_dseg.nii.gz")),
                ..self.work.loss(FORMAT, "overlap", message)
            });
        }
    }

    fn grid(&self) -> &Grid {
        &self.series.source.grid
    }

    /// What the sidecar says beside the table.
    fn facts(&self) -> Map<String, Value> {
        let (work, source) = (self.work, &self.series.source);
        let protocol = work.document.protocol();
        let facts = json!({
            "project": work.facts.project,
            "case": work.facts.case,
            "reader": work.facts.reader,
            "round": work.facts.round,
            "status": work.facts.status,
            "created_at": work.facts.created_at,
            "protocol": { "id": protocol.id, "version": protocol.version, "sha256": protocol.sha256 },
            "series": self.series.id,
            "series_uid": source.uid,
            "frame_of_reference_uid": source.frame_of_reference_uid,
            "affine_lps": source.grid.affine().to_4x4(),
            "sop_instance_uids": source.planes.iter().map(|plane| plane.sop_instance_uid.as_str()).collect::<Vec<_>>(),
        });
        facts.as_object().cloned().unwrap_or_default()
    }
}

/// The masks of each label.
fn by_label<'a>(findings: &[Painted<'a>]) -> BTreeMap<&'a LabelId, Vec<&'a Mask>> {
    let mut masks: BTreeMap<&LabelId, Vec<&Mask>> = BTreeMap::new();
    for (finding, mask) in findings {
        masks.entry(&finding.label).or_default().push(mask);
    }
    masks
}

fn map_label<'a>(protocol: &Protocol, id: &LabelId, masks: &[&'a Mask]) -> MapLabel<'a> {
    let value = protocol
        .label_number(id)
        .map_or(u32::from(u16::MAX), |number| number as u32);
    MapLabel {
        value,
        masks: masks.to_vec(),
        priority: depth(protocol, id),
    }
}

/// How many labels this one lies in or below: a part is drawn over its whole.
fn depth(protocol: &Protocol, id: &LabelId) -> i32 {
    let mut seen = BTreeSet::new();
    let mut depth = 0;
    let mut at = protocol.label(id);
    while let Some(label) = at.filter(|label| seen.insert(&label.id)) {
        let outer = label.inside.as_ref().or(label.parent.as_ref());
        depth += i32::from(outer.is_some());
        at = outer.and_then(|outer| protocol.label(outer));
    }
    depth
}

/// The values of the map by class: every label that can be painted, in all cases the same.
fn class_table(
    protocol: &Protocol,
    masks: &BTreeMap<&LabelId, Vec<&Mask>>,
    lang: &str,
) -> Vec<SidecarLabel> {
    let mut used = BTreeSet::new();
    let paintable = |label: &&Label| label.can_be_painted() || masks.contains_key(&label.id);
    let row = |label: &Label| {
        let name = label.name.get(lang).to_owned();
        let is_new = used.insert(name.clone());
        let voxels = masks.get(&label.id).map_or(0, |all| union_count(all));
        SidecarLabel {
            value: protocol.label_number(&label.id).unwrap_or_default() as u32,
            name: if is_new {
                name
            } else {
                format!("{name} ({})", label.id)
            },
            name_en: label.name.get("en").to_owned(),
            label: label.id.to_string(),
            code: label.code.clone(),
            color: label.color,
            voxels,
            finding: None,
        }
    };
    protocol.labels.iter().filter(paintable).map(row).collect()
}

fn union_count(masks: &[&Mask]) -> u64 {
    let mut masks = masks.iter();
    let Some(first) = masks.next() else { return 0 };
    masks
        .fold((*first).clone(), |whole, mask| whole.union(mask))
        .count()
}

/// Findings in as few layers as first fit needs, so that no two of a layer share a voxel.
fn layers<'a>(findings: &[Painted<'a>]) -> Vec<Vec<Painted<'a>>> {
    let mut layers: Vec<(Mask, Vec<Painted<'a>>)> = Vec::new();
    for &(finding, mask) in findings {
        match layers
            .iter_mut()
            .find(|(taken, _)| taken.intersection_count(mask) == 0)
        {
            Some((taken, layer)) => {
                *taken = taken.union(mask);
                layer.push((finding, mask));
            }
            None => layers.push((mask.clone(), vec![(finding, mask)])),
        }
    }
    layers.into_iter().map(|(_, layer)| layer).collect()
}
