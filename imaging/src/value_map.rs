//! What stored values mean beside the modality value: a real-world quantity with its unit (Real World
//! Value Mapping, PS3.3 C.7.6.16.2.11; standardized uptake values, conformance §3.6, §3.7).

use std::sync::Arc;

/// A quantity into which the stored values of a series can be turned, for measuring.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMap {
    /// What is measured: the label in the file (`ADC`), or `SUVbw` and its like.
    pub name: String,
    /// Unit in UCUM (`{SUVbw}g/ml`, `mm2/s`), or empty where the file names none.
    pub unit: String,
    /// How stored values of a plane are mapped: one list for all planes, or one for each. A plane
    /// may have several pieces, or none.
    pub planes: Vec<Vec<ValuePiece>>,
}

/// One piece of a map: a range of stored values and its law.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuePiece {
    /// First stored value that is mapped.
    pub first: f64,
    /// Last stored value that is mapped.
    pub last: f64,
    /// The law.
    pub law: ValueLaw,
}

/// How a stored value becomes a quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueLaw {
    /// `slope` × stored + `intercept`.
    Linear {
        /// Units per stored unit.
        slope: f64,
        /// The quantity of stored zero.
        intercept: f64,
    },
    /// The quantity of each stored value from `first` on.
    Table(Arc<[f64]>),
}

impl ValueMap {
    /// The quantity of a stored value (as of [`voxel::Volume::stored`]) in plane `k`; `None` where the
    /// map says nothing of it.
    pub fn value(&self, k: usize, stored: f64) -> Option<f64> {
        let pieces = match self.planes.as_slice() {
            [one] => one,
            planes => planes.get(k)?,
        };
        let piece = pieces
            .iter()
            .find(|piece| piece.first <= stored && stored <= piece.last)?;
        match &piece.law {
            ValueLaw::Linear { slope, intercept } => Some(slope * stored + intercept),
            ValueLaw::Table(values) => {
                let index = (stored - piece.first).round();
                values.get(index as usize).copied()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_mapped_by_the_piece_that_holds_it_and_none_elsewhere() {
        let map = ValueMap {
            name: "T1".to_owned(),
            unit: "ms".to_owned(),
            planes: vec![vec![
                ValuePiece {
                    first: -10.0,
                    last: 99.0,
                    law: ValueLaw::Linear {
                        slope: 0.5,
                        intercept: 3.0,
                    },
                },
                ValuePiece {
                    first: 100.0,
                    last: 102.0,
                    law: ValueLaw::Table([7.0, 8.0, 11.0].into()),
                },
            ]],
        };
        assert_eq!(map.value(5, -10.0), Some(-2.0));
        assert_eq!(map.value(5, 102.0), Some(11.0));
        assert_eq!(map.value(5, 103.0), None);
        assert_eq!(map.value(5, f64::NAN), None);
    }
}
