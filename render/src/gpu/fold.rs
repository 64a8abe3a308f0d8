//! Volumes longer than a texture may be: cut into tiles that lie beside each other in one texture.

use crate::Error;

/// How one axis of a volume is cut into tiles, laid side by side along another axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fold {
    /// The axis that is too long; `None` where nothing is cut.
    long: Option<usize>,
    /// The axis along which tiles lie side by side.
    into: usize,
    /// The length of a tile, voxels.
    piece: usize,
    /// The volume's size.
    size: [usize; 3],
}

/// A tile: voxels of the volume and where they lie in the texture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    /// Its first voxel.
    pub(super) from: [usize; 3],
    /// Its size.
    pub(super) size: [usize; 3],
    /// Where its first voxel lies in the texture.
    pub(super) at: [usize; 3],
}

impl Fold {
    /// The way to keep a volume in a texture whose sides are at most `limit`.
    ///
    /// # Errors
    /// [`Error::AboveLimit`] where no way is known: two sides are too long, or the tiles of one find no
    /// room beside each other. The CPU twin draws it.
    pub(super) fn new(size: [usize; 3], limit: usize) -> Result<Self, Error> {
        let whole = Self {
            long: None,
            into: 0,
            piece: 1,
            size,
        };
        let Some(long) = (0..3).find(|&axis| size[axis] > limit) else {
            return Ok(whole);
        };
        let tiles = size[long].div_ceil(limit.max(1));
        let into = (0..3)
            .filter(|&axis| axis != long && size[axis].saturating_mul(tiles) <= limit)
            .min_by_key(|&axis| size[axis]);
        let third_fits = |into: usize| size[3 - long - into] <= limit;
        match into.filter(|&into| third_fits(into)) {
            Some(into) => Ok(Self {
                long: Some(long),
                into,
                piece: limit,
                size,
            }),
            None => Err(Error::AboveLimit {
                what: "longest side",
                needed: size[long] as u64,
                limit: limit as u64,
            }),
        }
    }

    /// The texture's size.
    pub(super) fn texture_size(&self) -> [usize; 3] {
        let mut size = self.size;
        if let Some(long) = self.long {
            size[self.into] *= size[long].div_ceil(self.piece);
            size[long] = self.piece;
        }
        size
    }

    /// All tiles.
    pub(super) fn tiles(&self) -> Vec<Tile> {
        let whole = Tile {
            from: [0; 3],
            size: self.size,
            at: [0; 3],
        };
        let Some(long) = self.long else {
            return vec![whole];
        };
        (0..self.size[long].div_ceil(self.piece))
            .map(|n| {
                let mut tile = whole;
                tile.from[long] = n * self.piece;
                tile.size[long] = self.piece.min(self.size[long] - tile.from[long]);
                tile.at[self.into] = n * self.size[self.into];
                tile
            })
            .collect()
    }

    /// For the shader: 1 for the axis that is cut and the tiles' length, then how far apart tiles lie.
    pub(super) fn rows(&self) -> [[i32; 4]; 2] {
        let mut rows = [[0, 0, 0, self.piece as i32], [0; 4]];
        if let Some(long) = self.long {
            rows[0][long] = 1;
            rows[1][self.into] = self.size[self.into] as i32;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_within_the_limit_is_one_tile() {
        let fold = Fold::new([9, 8, 7], 9).unwrap();
        assert_eq!(fold.texture_size(), [9, 8, 7]);
        assert_eq!(fold.tiles().len(), 1);
    }

    #[test]
    fn every_voxel_of_a_long_volume_has_a_place_of_its_own() {
        for size in [[25, 3, 4], [3, 25, 4], [4, 3, 25], [9, 21, 2]] {
            let fold = Fold::new(size, 10).unwrap();
            let texture = fold.texture_size();
            assert!(texture.iter().all(|side| *side <= 10), "{texture:?}");
            let mut taken = std::collections::HashSet::new();
            let [long, apart] = fold.rows();
            for tile in fold.tiles() {
                for n in 0..tile.size.iter().product::<usize>() {
                    let [a, b, _] = tile.size;
                    let within = [n % a, n / a % b, n / (a * b)];
                    let place: [usize; 3] = std::array::from_fn(|x| tile.at[x] + within[x]);
                    assert!((0..3).all(|x| place[x] < texture[x]));
                    assert!(taken.insert(place));
                    // The shader's arithmetic finds the same place.
                    let voxel: [i32; 3] =
                        std::array::from_fn(|x| (tile.from[x] + within[x]) as i32);
                    let tile = (0..3).map(|x| voxel[x] * long[x]).sum::<i32>() / long[3];
                    for x in 0..3 {
                        let found = voxel[x] - long[x] * tile * long[3] + apart[x] * tile;
                        assert_eq!(found, place[x] as i32);
                    }
                }
            }
            assert_eq!(taken.len(), size.iter().product::<usize>());
        }
    }

    #[test]
    fn what_finds_no_room_is_refused_with_the_limit() {
        for size in [[25, 25, 1], [25, 9, 9], [11, 6, 6]] {
            let refused = Fold::new(size, 10);
            assert!(
                matches!(refused, Err(Error::AboveLimit { limit: 10, .. })),
                "{size:?}"
            );
        }
    }
}
