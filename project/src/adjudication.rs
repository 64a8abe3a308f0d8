//! Adjudication: one decision of a lead on one row of a comparison, with its reason, append-only.

use annotation_format::wire::{self, BrickHash};
use serde::{Deserialize, Serialize};
use voxel::{Brick, BrickIndex, Mask};

use crate::comparison::{Group, Material, Revisions};
use crate::error::{Error, Result};
use crate::ids::CaseId;
use crate::project::Project;
use crate::seal::Seal;
use crate::session::{Act, Grant, Session};
use crate::state::UnitState;
use crate::store::comparisons::{self, ComparisonRow, DecisionRow};
use crate::store::{audit, journal};

/// What is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// The reading of this place in the order a, b, …
    Reader(usize),
    /// Voxels of any reader.
    Union,
    /// Voxels of every reader.
    Intersection,
    /// Voxels of strictly more than half of the readers.
    Majority,
    /// STAPLE (Warfield 2004) over all readers; with two it is weakly founded.
    Staple,
    /// Not a finding.
    None,
    /// Left open, with all readings kept; a value of its own in a release.
    Unresolved,
}

impl Take {
    /// The word of commands: `a`, `b`, …, `union`, `intersection`, `majority`, `staple`, `none`,
    /// `unresolved`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        Some(match word.as_str() {
            "union" => Self::Union,
            "intersection" => Self::Intersection,
            "majority" => Self::Majority,
            "staple" => Self::Staple,
            "none" => Self::None,
            "unresolved" => Self::Unresolved,
            _ => match word.as_bytes() {
                [sign @ b'a'..=b'z'] => Self::Reader(usize::from(sign - b'a')),
                _ => return None,
            },
        })
    }

    /// The word of commands.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Reader(place) => crate::comparison::letter(place),
            Self::Union => "union".to_owned(),
            Self::Intersection => "intersection".to_owned(),
            Self::Majority => "majority".to_owned(),
            Self::Staple => "staple".to_owned(),
            Self::None => "none".to_owned(),
            Self::Unresolved => "unresolved".to_owned(),
        }
    }
}

/// A decision to be made.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Id of the row: of a finding row, or `form:<field>`.
    pub finding: String,
    /// What is taken.
    pub take: Take,
    /// Redrawn mask that replaces the geometry of what is taken.
    pub mask: Option<Mask>,
    /// Why.
    pub reason: String,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The case.
    pub case: CaseId,
    /// The row.
    pub finding: String,
    /// What was taken.
    pub decision: String,
    /// State of the unit afterwards.
    pub state: UnitState,
}

impl Project {
    /// Decides on one row. A second decision on the same row supersedes the first, which stays.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead who did not read the case asks and all readers have
    /// submitted; [`Error::NoSuchCase`]; [`Error::NoSuchFinding`]; [`Error::NoSuchDecision`];
    /// [`Error::ReasonRequired`].
    pub fn adjudicate(
        &self,
        session: &Session,
        case: &str,
        decision: &NewDecision,
    ) -> Result<Decided> {
        let grant = self.authorise(session, Act::Adjudicate)?;
        let (case, states) = self.complete_case(&grant, case)?;
        if states.iter().any(|state| state.reader == *grant.person()) {
            return Err(self.refuse(&grant));
        }
        let material = self.material(case, &states, Revisions::Last)?;
        check(&material, decision)?;
        let reason = decision.reason.trim();
        if reason.is_empty() {
            return Err(Error::ReasonRequired);
        }
        let comparison = self.comparison_row(&grant, &material)?;
        self.record_decision(&grant, &comparison, decision, reason)?;
        Ok(Decided {
            state: self.unit_state(&material.case.id)?,
            case: material.case.id,
            finding: decision.finding.clone(),
            decision: decision.take.word(),
        })
    }

    fn comparison_row(&self, grant: &Grant, material: &Material) -> Result<ComparisonRow> {
        let case = &material.case.id;
        let engine = crate::comparison::ENGINE;
        if let Some(row) = comparisons::of_inputs(&self.db, case, &material.inputs, engine)? {
            return Ok(row);
        }
        let computed = material.compute()?;
        self.stored_comparison(grant, material, &computed)?
            .ok_or(Error::ReadOnly)
    }

    fn record_decision(
        &self,
        grant: &Grant,
        comparison: &ComparisonRow,
        decision: &NewDecision,
        reason: &str,
    ) -> Result<()> {
        let earlier = comparisons::decisions(&self.db, self.seal, &comparison.id)?;
        let supersedes = earlier
            .iter()
            .find(|made| made.finding == decision.finding)
            .map(|made| &*made.id);
        self.write(grant.person(), |recorder| {
            let db = recorder.db();
            let drawn = match &decision.mask {
                Some(mask) => Some(encode_mask(db, self.seal, mask)?),
                None => None,
            };
            let row = DecisionRow {
                id: String::new(),
                finding: decision.finding.clone(),
                decision: decision.take.word(),
                reason: reason.to_owned(),
                drawn,
                by: grant.person().clone(),
            };
            let place = (recorder.mono(), &*recorder.ev());
            let id = comparisons::insert_decision(
                db,
                self.seal,
                &comparison.id,
                &row,
                supersedes,
                place,
            )?;
            recorder.row("decide", &audit::ADJUDICATION, &id)
        })
    }
}

/// Whether the decision can be made on that row at all.
fn check(material: &Material, decision: &NewDecision) -> Result<()> {
    let no = |why| Err(Error::NoSuchDecision(why));
    if let Take::Reader(place) = decision.take
        && place >= material.readings.len()
    {
        return no("no_such_reader");
    }
    if let Some(field) = decision.finding.strip_prefix("form:") {
        let known = material
            .protocol
            .case_form
            .iter()
            .any(|asked| asked.id.as_str() == field);
        return match decision.take {
            _ if !known => Err(Error::NoSuchFinding(decision.finding.clone())),
            _ if decision.mask.is_some() => no("mask_on_a_field"),
            Take::Reader(_) | Take::Unresolved => Ok(()),
            _ => no("a_field_takes_a_reader"),
        };
    }
    let groups = material.groups();
    let group = groups
        .iter()
        .find(|group| group.id() == decision.finding)
        .ok_or_else(|| Error::NoSuchFinding(decision.finding.clone()))?;
    check_geometry(material, group, decision)
}

fn check_geometry(material: &Material, group: &Group, decision: &NewDecision) -> Result<()> {
    let no = |why| Err(Error::NoSuchDecision(why));
    let masks: Vec<&Mask> = group
        .present()
        .filter_map(|(_, finding)| finding.mask.as_ref())
        .collect();
    if let Some(drawn) = &decision.mask {
        if matches!(decision.take, Take::None | Take::Unresolved) {
            return no("mask_without_a_finding");
        }
        let series = group
            .first()
            .map(|finding| finding.series.as_str())
            .unwrap_or_default();
        let size = masks
            .first()
            .map(|mask| mask.size())
            .or_else(|| material.grids.get(series).map(voxel::Grid::size));
        if size != Some(drawn.size()) {
            return no("mask_of_another_size");
        }
        return if drawn.is_empty() {
            no("empty_mask")
        } else {
            Ok(())
        };
    }
    let combines = matches!(
        decision.take,
        Take::Union | Take::Intersection | Take::Majority | Take::Staple
    );
    if combines && masks.is_empty() {
        return no("no_masks");
    }
    if combines && combined_mask(group, decision.take).is_none() {
        return no("empty_result");
    }
    Ok(())
}

/// The mask that a rule makes of a group; readers without a finding count as empty. `None` if
/// nothing is left or the rule is none of masks.
pub(crate) fn combined_mask(group: &Group, take: Take) -> Option<Mask> {
    let size = group
        .present()
        .find_map(|(_, finding)| finding.mask.as_ref())?
        .size();
    let masks: Vec<Mask> = group
        .members
        .iter()
        .map(|member| {
            member
                .as_ref()
                .and_then(|finding| finding.mask.clone())
                .filter(|mask| mask.size() == size)
                .unwrap_or_else(|| Mask::empty(size))
        })
        .collect();
    let combined = match take {
        Take::Union => masks
            .iter()
            .fold(Mask::empty(size), |all, mask| all.union(mask)),
        Take::Intersection => masks
            .iter()
            .skip(1)
            .fold(masks.first()?.clone(), |all, mask| all.intersection(mask)),
        Take::Majority => by_pattern(&masks, |marked| 2 * marked.len() > masks.len()),
        Take::Staple => staple(&masks)?,
        Take::Reader(_) | Take::None | Take::Unresolved => return None,
    };
    (!combined.is_empty()).then_some(combined)
}

/// Voxels whose set of marking readers is wanted. Walks the sets of readers that occur.
fn by_pattern(masks: &[Mask], wanted: impl Fn(&[usize]) -> bool) -> Mask {
    let Some(size) = masks.first().map(Mask::size) else {
        return Mask::empty([1; 3]);
    };
    let all = masks
        .iter()
        .fold(Mask::empty(size), |all, mask| all.union(mask));
    // Each part is split by the next reader, so that only patterns with voxels are walked.
    let mut parts: Vec<(Vec<usize>, Mask)> = vec![(Vec::new(), all)];
    for (place, mask) in masks.iter().enumerate() {
        parts = parts
            .into_iter()
            .flat_map(|(marked, part)| {
                let inside = part.intersection(mask);
                let outside = part.difference(mask);
                let with = marked.iter().copied().chain([place]).collect();
                [(with, inside), (marked, outside)]
            })
            .filter(|(_, part)| !part.is_empty())
            .collect();
    }
    parts
        .into_iter()
        .filter(|(marked, _)| wanted(marked))
        .fold(Mask::empty(size), |all, (_, part)| all.union(&part))
}

/// The STAPLE consensus from the sensitivities, specificities and prior that `agreement` estimates
/// over the whole image.
fn staple(masks: &[Mask]) -> Option<Mask> {
    let size = masks.first()?.size();
    let grid = voxel::Grid::new(size, voxel::Affine::scaling([1.0; 3])).ok()?;
    let references: Vec<&Mask> = masks.iter().collect();
    let figures = agreement::multi(&references, &grid).ok()?.staple;
    let prior = figures.prior?;
    let foreground = |marked: &[usize]| {
        let mut inside = prior;
        let mut outside = 1.0 - prior;
        for (place, (p, q)) in figures
            .sensitivity
            .iter()
            .zip(&figures.specificity)
            .enumerate()
        {
            let (p, q) = (p.unwrap_or(1.0), q.unwrap_or(1.0));
            if marked.contains(&place) {
                inside *= p;
                outside *= 1.0 - q;
            } else {
                inside *= 1.0 - p;
                outside *= q;
            }
        }
        inside > outside
    };
    Some(by_pattern(masks, foreground))
}

#[derive(Serialize, Deserialize)]
struct StoredMask {
    size: [usize; 3],
    /// Place of each brick and the hash of its content.
    bricks: Vec<([u16; 3], String)>,
}

/// Stores the bricks of a redrawn mask and gives the text that names them.
fn encode_mask(db: &rusqlite::Connection, seal: Seal, mask: &Mask) -> Result<Vec<u8>> {
    let mut bricks = Vec::new();
    for (index, brick) in mask.bricks() {
        let hash = BrickHash::of(brick);
        if !journal::knows_brick(db, hash.as_bytes()) {
            journal::put_brick(db, seal, hash.as_bytes(), &wire::pack_brick(brick))?;
        }
        bricks.push((index.0, hash.to_string()));
    }
    Ok(serde_json::to_vec(&StoredMask {
        size: mask.size(),
        bricks,
    })?)
}

/// Reads a redrawn mask.
pub(crate) fn decode_mask(db: &rusqlite::Connection, seal: Seal, text: &[u8]) -> Result<Mask> {
    let stored: StoredMask = serde_json::from_slice(text)?;
    let damaged = || Error::Damaged("a redrawn mask".to_owned());
    let mut bricks: Vec<(BrickIndex, Brick)> = Vec::with_capacity(stored.bricks.len());
    for (index, hash) in stored.bricks {
        let hash = BrickHash::parse(&hash).ok_or_else(damaged)?;
        let packed = journal::brick(db, seal, hash.as_bytes())?.ok_or_else(damaged)?;
        bricks.push((BrickIndex(index), wire::unpack_brick(&hash, &packed)?));
    }
    Mask::from_bricks(stored.size, bricks).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::VoxelIndex;

    fn slab(from: i64, to: i64) -> Mask {
        Mask::from_fn([40, 8, 4], |VoxelIndex([i, _, _])| (from..to).contains(&i))
    }

    #[test]
    fn words_and_decisions_are_each_others_inverse() {
        for word in [
            "a",
            "c",
            "union",
            "intersection",
            "majority",
            "staple",
            "none",
            "unresolved",
        ] {
            assert_eq!(Take::from_word(word).unwrap().word(), word);
        }
        assert_eq!(Take::from_word("third_reader"), None);
    }

    #[test]
    fn a_majority_is_strictly_more_than_half() {
        let masks = [slab(0, 10), slab(5, 15), slab(8, 20)];
        let three = by_pattern(&masks, |marked| 2 * marked.len() > 3);
        assert_eq!(three, slab(5, 15));
        let two = by_pattern(&masks[..2], |marked| 2 * marked.len() > 2);
        assert_eq!(two, slab(5, 10));
    }

    #[test]
    fn staple_has_the_voxels_that_the_statistics_count() {
        let masks = [slab(0, 10), slab(1, 11), slab(2, 14)];
        let grid = voxel::Grid::new([40, 8, 4], voxel::Affine::scaling([1.0; 3])).unwrap();
        let references: Vec<&Mask> = masks.iter().collect();
        let counted = agreement::multi(&references, &grid)
            .unwrap()
            .staple
            .n_voxels
            .unwrap();
        assert_eq!(staple(&masks).unwrap().count(), counted);
    }
}
