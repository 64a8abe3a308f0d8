//! Frames of reference that only claim to agree: two series say that they share a space, and their
//! contents lie apart.

use super::Room;
use crate::language::Words;
use imaging::Loaded;
use std::sync::Arc;
use voxel::PlaceCheck;

/// Two series of one frame of reference whose contents have been compared.
pub(super) struct Compared {
    /// Their places among the room's, the smaller one first.
    pair: [usize; 2],
    /// How far apart their contents lie, mm; `None` where nothing is wrong, or nothing can be told.
    apart_mm: Option<f64>,
}

/// Two series to be compared.
pub struct ToCompare {
    /// Their places among the room's.
    pub pair: [usize; 2],
    /// Their pixels.
    pub loaded: [Arc<Loaded>; 2],
}

impl Room {
    /// Two series that are seen side by side, claim to share a space, and have not been compared yet.
    /// From now on they count as compared.
    pub fn take_pair_to_compare(&mut self) -> Option<ToCompare> {
        let seen: Vec<usize> = self
            .views
            .seen()
            .filter_map(|(_, view)| view.series)
            .collect();
        let pairs = seen.iter().flat_map(|a| seen.iter().map(move |b| [*a, *b]));
        let mut pairs = pairs.filter(|[a, b]| a < b && self.is_worth_comparing(*a, *b));
        let pair = pairs.find(|pair| self.compared.iter().all(|known| known.pair != *pair))?;
        drop(pairs);
        let loaded = pair.map(|place| self.series.get(place)?.pixels.loaded().cloned());
        let [Some(a), Some(b)] = loaded else {
            return None;
        };
        self.compared.push(Compared {
            pair,
            apart_mm: None,
        });
        Some(ToCompare {
            pair,
            loaded: [a, b],
        })
    }

    /// Different series by their own words in one frame of reference, both read.
    fn is_worth_comparing(&self, a: usize, b: usize) -> bool {
        let (Some(one), Some(other)) = (self.series.get(a), self.series.get(b)) else {
            return false;
        };
        let claims = one.entry.frame_of_reference_uid.is_some() && self.share_space(a, b);
        // stacks of one series were made at one time: phases, echoes
        let is_one_series = one.entry.series_uid == other.entry.series_uid;
        // label maps and dose are no pictures of the body
        let are_read = [one, other].iter().all(|series| {
            let entry = &series.entry;
            let shows_body = ["CT", "MR", "PT"].contains(&entry.modality.as_str());
            shows_body && entry.spacing_mm.is_some() && series.pixels.loaded().is_some()
        });
        claims && !is_one_series && are_read
    }

    /// Takes in what a comparison found.
    pub fn take_comparison(&mut self, pair: [usize; 2], found: PlaceCheck) {
        let known = self.compared.iter_mut().find(|known| known.pair == pair);
        if let (Some(known), PlaceCheck::Apart { shift_mm, .. }) = (known, found) {
            known.apart_mm = Some(shift_mm.length());
        }
    }

    /// Of a viewport: the series beside it whose content lies elsewhere than it claims, and how far, mm.
    #[must_use]
    pub fn doubt_of(&self, index: usize) -> Option<(usize, f64)> {
        let series = self.views.get(index)?.series?;
        let is_seen = |other: usize| {
            self.views
                .seen()
                .any(|(_, view)| view.series == Some(other))
        };
        self.compared.iter().find_map(|known| {
            let apart_mm = known.apart_mm?;
            let other = match known.pair {
                [a, b] if a == series => b,
                [a, b] if b == series => a,
                _ => return None,
            };
            is_seen(other).then_some((other, apart_mm))
        })
    }

    /// The warning in words.
    #[must_use]
    pub fn doubt_text(&self, index: usize, words: &Words) -> Option<String> {
        let (other, apart_mm) = self.doubt_of(index)?;
        let told = [
            ("name", format!("{}", other + 1).into()),
            (
                "mm",
                format!("{:.0}", (apart_mm / 5.0).round() * 5.0).into(),
            ),
        ];
        Some(words.f("reading-apart", &told))
    }
}
