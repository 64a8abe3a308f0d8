//! Two simulated readers of the sample: one draws a little large and finds everything, the other
//! draws a little small, misses the smallest nodule and sees no solid part in the part-solid one.

use super::nodule::{Kind, Nodule, Outline};
use super::studies::Study;
use super::thorax::Thorax;
use annotation_format::document::gesture::{self, Onto, Overlap, Place};
use annotation_format::{
    AttributeId, Document, Edit, EditName, FieldId, FindingId, LabelId, Value,
};
use anyhow::Context;
use project::{Project, Session, Work};
use voxel::{Grid, Mask, Span, VoxelPoint};

/// How a reader works.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    outline: Outline,
    /// Nodules below this radius are missed.
    least_radius_mm: f32,
    /// Whether the solid part of a part-solid nodule is seen.
    sees_solid_part: bool,
    /// Added to the malignancy on the scale of five.
    worry: i32,
}

/// Both readers.
pub(super) const HANDS: [Hand; 2] = [
    Hand {
        outline: Outline {
            scale: 1.07,
            shift_mm: [0.0, 0.0, 0.0],
            phase: 0.0,
            lobulation: 0.10,
        },
        least_radius_mm: 0.0,
        sees_solid_part: true,
        worry: 0,
    },
    Hand {
        outline: Outline {
            scale: 0.86,
            shift_mm: [1.2, -0.8, 0.6],
            phase: 2.0,
            lobulation: 0.13,
        },
        least_radius_mm: 2.0,
        sees_solid_part: false,
        worry: 1,
    },
];

/// The reading being written.
struct Reading<'a> {
    project: &'a Project,
    session: &'a Session,
    work: Work,
    series: String,
    grid: Grid,
}

/// Reads a case with a hand and submits it.
///
/// # Errors
/// When the project refuses, which would be a fault of this program.
pub(super) fn read(
    project: &Project,
    session: &Session,
    case: &str,
    study: &Study,
    hand: Hand,
) -> anyhow::Result<()> {
    let work = project.open_work(session, case)?;
    let files = project
        .series_files(session, case)?
        .into_iter()
        .next()
        .context("the case has no series")?;
    let grid = files.grid.context("the series has no geometry")?;
    let mut reading = Reading {
        project,
        session,
        work,
        series: files.id.to_string(),
        grid,
    };
    for nodule in study
        .thorax
        .nodules
        .iter()
        .filter(|nodule| nodule.radius_mm >= hand.least_radius_mm)
    {
        reading.mark(nodule, hand)?;
    }
    reading.answer_form("quality", "iq-diagnostic")?;
    project.submit(session, case)?;
    Ok(())
}

impl Reading<'_> {
    fn document(&self) -> &Document {
        &self.work.document
    }

    /// Applies an edit to the work and to disc, as a gesture of the window would.
    fn perform(&mut self, edit: &Edit) -> anyhow::Result<Option<FindingId>> {
        let created = edit.created().cloned();
        self.work.document.apply(edit)?;
        self.project.append(self.session, &self.work.id, edit)?;
        Ok(created)
    }

    fn mark(&mut self, nodule: &Nodule, hand: Hand) -> anyhow::Result<()> {
        if nodule.radius_mm * 2.0 < 3.6 {
            return self.mark_small(nodule);
        }
        let finding = self.paint("nodule", nodule, &hand.outline)?;
        let has_solid_part = nodule.kind == Kind::PartSolid && hand.sees_solid_part;
        let density = match nodule.kind {
            Kind::Solid => "density-solid",
            Kind::Calcified => "density-calcified",
            Kind::PartSolid if has_solid_part => "density-part-solid",
            Kind::PartSolid | Kind::GroundGlass => "density-ground-glass",
        };
        let is_large = nodule.radius_mm > 7.0;
        self.answer(&finding, "density", Value::Code(density.to_owned()))?;
        if has_solid_part {
            self.answer(
                &finding,
                "solid_size",
                Value::Decimal(f64::from((nodule.radius_mm * 0.84 * 10.0).round() / 10.0)),
            )?;
        }
        let margin = if is_large && nodule.kind == Kind::Solid {
            "margin-spiculated"
        } else {
            "margin-smooth"
        };
        self.answer(&finding, "margin", Value::Codes(vec![margin.to_owned()]))?;
        let calcification = if nodule.kind == Kind::Calcified {
            "calc-diffuse"
        } else {
            "calc-none"
        };
        self.answer(
            &finding,
            "calcification",
            Value::Code(calcification.to_owned()),
        )?;
        self.answer(&finding, "indentation", Value::Code("absent".to_owned()))?;
        self.answer(&finding, "location", Value::Code(nodule.lobe.to_owned()))?;
        let suspicion = match nodule.kind {
            Kind::Calcified => 1,
            Kind::GroundGlass => 3,
            _ if is_large => 4,
            _ => 2,
        };
        let level =
            (suspicion + hand.worry * i32::from(nodule.kind != Kind::Calcified)).clamp(1, 5);
        self.answer(
            &finding,
            "malignancy",
            Value::Code(format!("lidc-malignancy-{level}")),
        )?;
        if has_solid_part {
            let core = Outline {
                scale: 0.42 * hand.outline.scale,
                shift_mm: [1.5, -1.0, 0.0],
                ..hand.outline
            };
            self.paint("solid-part", nodule, &core)?;
        }
        Ok(())
    }

    /// Below 3 mm the protocol asks for a point.
    fn mark_small(&mut self, nodule: &Nodule) -> anyhow::Result<()> {
        let at = nodule.centre_mm.map(f64::from);
        let point: VoxelPoint = self.grid.voxel_from_patient(voxel::PatientPoint(at));
        let place = Place {
            series: &self.series,
            grid: &self.grid,
        };
        let edit = gesture::add_point(
            self.document(),
            &place,
            &LabelId::from("small-nodule"),
            &Onto::New,
            point,
        )?;
        let finding = self.perform(&edit)?.context("a point makes a finding")?;
        self.answer(&finding, "location", Value::Code(nodule.lobe.to_owned()))
    }

    fn paint(
        &mut self,
        label: &str,
        nodule: &Nodule,
        outline: &Outline,
    ) -> anyhow::Result<FindingId> {
        let mask = Mask::from_spans(self.grid.size(), &outlined(nodule, outline));
        let place = Place {
            series: &self.series,
            grid: &self.grid,
        };
        let mut edit = gesture::add_mask(
            self.document(),
            &place,
            &LabelId::from(label),
            &Onto::New,
            &mask,
            Overlap::Keep,
        )?;
        // What the simulated reader did was painting.
        edit.name = EditName::Brush;
        self.perform(&edit)?
            .context("a new outline makes a finding")
    }

    fn answer(&mut self, finding: &FindingId, name: &str, value: Value) -> anyhow::Result<()> {
        let edit = gesture::set_attribute(
            self.document(),
            finding,
            &AttributeId::from(name),
            Some(value),
        )?;
        self.perform(&edit)?;
        Ok(())
    }

    fn answer_form(&mut self, field: &str, code: &str) -> anyhow::Result<()> {
        let edit = gesture::set_form(
            self.document(),
            &FieldId::from(field),
            Some(Value::Code(code.to_owned())),
        )?;
        self.perform(&edit)?;
        Ok(())
    }
}

/// The voxels whose centres lie within an outline.
fn outlined(nodule: &Nodule, outline: &Outline) -> Vec<Span> {
    let reach = nodule.reach_mm() * outline.scale.max(1.0) + 4.0;
    let pixel = super::thorax::FIELD_MM / super::thorax::SIZE as f32;
    let [x0, y0, z0] = Thorax::place_mm(0, 0, 0);
    let range = |centre: f32, first: f32, step: f32| {
        let low = ((centre - reach - first) / step).floor() as i64;
        let high = ((centre + reach - first) / step).ceil() as i64;
        low.max(0)..high.max(0)
    };
    let mut spans = Vec::new();
    for k in range(nodule.centre_mm[2], z0, super::thorax::STEP_MM) {
        for j in range(nodule.centre_mm[1], y0, pixel) {
            for i in range(nodule.centre_mm[0], x0, pixel) {
                let at = Thorax::place_mm(i as usize, j as usize, k as usize);
                if nodule.distance_mm(at, outline) < 0.0 {
                    spans.push(Span {
                        j,
                        k,
                        i0: i,
                        i1: i + 1,
                    });
                }
            }
        }
    }
    spans
}
