//! In-plane spacing and what it was measured on (PS3.3 10.7; conformance §2.8): in the patient, at
//! the detector of a projection, on a scanned film, or not at all.

use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameInfo;
use super::geometry::usable_spacing;
use crate::entry::SpacingOrigin;
use crate::problem::Problem;

/// Ends of the SOP classes of projection images (1.2.840.10008.5.1.4.1.1…): CR, DX, mammography,
/// intra-oral, XA, RF and their enhanced forms.
const PROJECTIONS: [&str; 14] = [
    ".1", ".1.1", ".1.1.1", ".1.2", ".1.2.1", ".1.3", ".1.3.1", ".12.1", ".12.1.1", ".12.2",
    ".12.2.1", ".12.3", ".13.1.4", ".13.1.5",
];
/// Modalities whose pictures are projections also where the class is a general one.
const MODALITIES: [&str; 8] = ["CR", "DX", "MG", "XA", "RF", "IO", "PX", "RG"];
/// Pixel Spacing and Imager Pixel Spacing within this share are the same.
const SAME_SPACING: f64 = 1e-4;

/// What one file says of the size of its pixels beside Pixel Spacing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Measures {
    /// Whether the picture is a projection.
    is_projection: bool,
    /// Imager Pixel Spacing (row, column), at the detector.
    detector: Option<[f64; 2]>,
    /// Object Pixel Spacing in Center of Beam (row, column).
    object: Option<[f64; 2]>,
    /// Estimated Radiographic Magnification Factor.
    magnification: Option<f64>,
    /// Pixel Spacing Calibration Type and Description.
    pub(crate) calibration: String,
    /// Nominal Scanned Pixel Spacing (row, column).
    nominal: Option<[f64; 2]>,
    /// Pixel Aspect Ratio: height, width.
    aspect: Option<[f64; 2]>,
}

/// Row and column spacing in mm with what it was measured on, or the shape of a pixel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct InPlane {
    /// Row spacing, column spacing, mm.
    pub(crate) spacing: Option<[f64; 2]>,
    /// What it was measured on.
    pub(crate) origin: Option<SpacingOrigin>,
    /// Height and width of a pixel in any unit, where there is no spacing.
    pub(crate) aspect: Option<[f64; 2]>,
}

impl Measures {
    /// Reads a file's top level, shared groups and first frame.
    pub(crate) fn read(root: &DataSet) -> Self {
        let groups = [Tag(0x5200, 0x9229), Tag(0x5200, 0x9230)];
        let in_group = |group: Tag, attribute: Tag| {
            groups
                .iter()
                .filter_map(|place| root.item(*place)?.item(group))
                .find(|set| set.get(attribute).is_some())
                .unwrap_or(root)
        };
        let detector = in_group(Tag(0x0028, 0x9443), Tag(0x0018, 0x1164));
        let object = in_group(Tag(0x0018, 0x9401), Tag(0x0018, 0x9404));
        let geometry = in_group(Tag(0x0018, 0x9476), Tag(0x0018, 0x1114));
        let class = root.plain(Tag(0x0008, 0x0016));
        let end = class.strip_prefix("1.2.840.10008.5.1.4.1.1");
        let modality = root.plain(Tag(0x0008, 0x0060));
        let calibration = [
            root.plain(Tag(0x0028, 0x0A02)),
            root.text(Tag(0x0028, 0x0A04)),
        ];
        Measures {
            is_projection: end.is_some_and(|end| PROJECTIONS.contains(&end))
                || MODALITIES.contains(&modality.as_str()),
            detector: usable_spacing(detector.array(Tag(0x0018, 0x1164))),
            object: usable_spacing(object.array(Tag(0x0018, 0x9404))),
            magnification: geometry
                .number(Tag(0x0018, 0x1114))
                .filter(|factor| (0.5..=20.0).contains(factor)),
            calibration: calibration.join(" ").trim().to_owned(),
            nominal: usable_spacing(root.array(Tag(0x0018, 0x2010))),
            aspect: usable_spacing(root.array(Tag(0x0028, 0x0034))),
        }
    }

    /// The spacing of a frame. On a projection, Pixel Spacing equal to that of the detector is that
    /// of the detector; alone and without a word on its calibration it is taken for it as well.
    pub(crate) fn in_plane(&self, frame: &FrameInfo, problems: &mut Vec<Problem>) -> InPlane {
        let pixel = usable_spacing(frame.spacing);
        let has_place = frame.position.is_some() && frame.orientation.is_some();
        let is_calibrated = !self.calibration.is_empty();
        let known = |spacing: [f64; 2], origin: SpacingOrigin| InPlane {
            spacing: Some(spacing),
            origin: Some(origin),
            aspect: None,
        };
        match (pixel, self.detector) {
            (Some(pixel), _) if !self.is_projection || has_place => {
                let origin = if is_calibrated {
                    SpacingOrigin::Calibrated
                } else {
                    SpacingOrigin::Patient
                };
                known(pixel, origin)
            }
            (Some(pixel), Some(detector)) if !is_same(pixel, detector) => {
                known(pixel, SpacingOrigin::Calibrated)
            }
            (Some(pixel), None) if is_calibrated => known(pixel, SpacingOrigin::Calibrated),
            (None, _) if self.object.is_some() => InPlane {
                spacing: self.object,
                origin: Some(SpacingOrigin::Calibrated),
                aspect: None,
            },
            (Some(at_detector), _) | (None, Some(at_detector)) => match self.magnification {
                Some(factor) => {
                    problems.push(
                        Problem::new(
                            "magnification_corrected",
                            format!("lengths were measured at the detector and are divided by the estimated magnification {factor:.3}"),
                        )
                        .with("factor", format!("{factor:.3}")),
                    );
                    known(
                        at_detector.map(|step| step / factor),
                        SpacingOrigin::DetectorCorrected,
                    )
                }
                None => known(at_detector, SpacingOrigin::Detector),
            },
            (None, None) => match self.nominal {
                Some(nominal) => known(nominal, SpacingOrigin::Nominal),
                None => InPlane {
                    aspect: self.aspect.filter(|[height, width]| height != width),
                    ..InPlane::default()
                },
            },
        }
    }
}

fn is_same(a: [f64; 2], b: [f64; 2]) -> bool {
    a.iter()
        .zip(&b)
        .all(|(a, b)| (a - b).abs() <= SAME_SPACING * a.abs())
}
