//! What the pixels under the pointer mean.

use super::Room;
use voxel::{PatientPoint, VoxelIndex};

impl Room {
    /// The modality value at a place.
    #[must_use]
    pub fn value_at(&self, point: PatientPoint) -> Option<f64> {
        let volume = self.drawn_volume()?;
        let at = volume
            .grid()
            .voxel_from_patient(point)
            .0
            .map(|c| c.round() as i64);
        volume.value(VoxelIndex(at))
    }

    /// The quantities that the file gives beside the modality value at a place: uptake, real-world
    /// values; each with its unit.
    #[must_use]
    pub fn quantities_at(&self, point: PatientPoint) -> Vec<String> {
        let (Some(loaded), Some(volume)) = (&self.loaded, self.volume()) else {
            return Vec::new();
        };
        let voxel = volume.grid().voxel_from_patient(point).0;
        let at = voxel.map(|c| c.round() as i64);
        let (Some(stored), Ok(k)) = (volume.stored(VoxelIndex(at)), usize::try_from(at[2])) else {
            return Vec::new();
        };
        let maps = loaded.value_maps.iter();
        maps.filter_map(|map| {
            let value = map.value(k, stored)?;
            Some(format!("{} {value:.2} {}", map.name, shown_unit(&map.unit)))
        })
        .map(|text| text.trim().to_owned())
        .collect()
    }
}

/// A unit of UCUM as people read it: `{SUVbw}g/ml` without what stands in braces.
fn shown_unit(unit: &str) -> String {
    let mut shown = String::new();
    let mut depth = 0_usize;
    for character in unit.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => shown.push(character),
            _ => {}
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_unit;

    #[test]
    fn what_stands_in_braces_in_a_unit_is_not_said() {
        assert_eq!(shown_unit("{SUVbw}g/ml"), "g/ml");
        assert_eq!(shown_unit("mm2/s"), "mm2/s");
    }
}
