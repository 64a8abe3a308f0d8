//! Which planes of which segments become frames, and their bits.

use voxel::Mask;

use super::super::Error;

/// One frame: a segment on a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Index of the segment, from 0.
    pub(super) segment: usize,
    /// Plane of the source.
    pub(super) plane: usize,
}

/// All frames of an object, segment by segment, planes ascending.
#[derive(Debug)]
pub(super) struct Frames {
    /// The frames in the order of the pixel data.
    pub(super) list: Vec<Frame>,
    /// The planes that any frame uses, ascending, each once.
    pub(super) planes: Vec<usize>,
    /// Columns and rows.
    pub(super) size: [usize; 2],
    /// Pixel Data: bits run on over frame borders, lowest bit first, an even number of bytes.
    pub(super) bits: Vec<u8>,
    /// Whether two segments share a voxel.
    pub(super) overlap: bool,
}

impl Frames {
    /// Packs masks of one grid over some of its planes.
    pub(super) fn pack(masks: &[&Mask], planes: &[usize]) -> Result<Frames, Error> {
        let size = masks.first().map_or([0; 3], |mask| mask.size());
        let mut wanted = vec![false; size[2]];
        for &plane in planes {
            wanted[plane] = true;
        }
        let mut list = Vec::new();
        for (segment, mask) in masks.iter().enumerate() {
            let used = planes_of(mask, &wanted);
            let fallback = if used.is_empty() {
                planes.first().copied()
            } else {
                None
            };
            list.extend(
                used.into_iter()
                    .chain(fallback)
                    .map(|plane| Frame { segment, plane }),
            );
        }
        let mut used: Vec<usize> = list.iter().map(|frame| frame.plane).collect();
        used.sort_unstable();
        used.dedup();
        let bits = pack_bits(masks, &list, size)?;
        let pairs = (0..masks.len()).flat_map(|a| (a + 1..masks.len()).map(move |b| (a, b)));
        let overlap = pairs
            .into_iter()
            .any(|(a, b)| masks[a].intersection_count(masks[b]) > 0);
        Ok(Frames {
            list,
            planes: used,
            size: [size[0], size[1]],
            bits,
            overlap,
        })
    }

    /// Place of a plane among the used ones, from 1 (a Dimension Index Value).
    pub(super) fn rank(&self, plane: usize) -> u32 {
        self.planes.partition_point(|&used| used < plane) as u32 + 1
    }
}

/// The wanted planes on which a mask has voxels, ascending.
fn planes_of(mask: &Mask, wanted: &[bool]) -> Vec<usize> {
    let mut used = vec![false; wanted.len()];
    mask.for_each_run(|run| used[run.k as usize] = true);
    (0..wanted.len())
        .filter(|&k| used[k] && wanted[k])
        .collect()
}

/// The bits of all frames in a row.
fn pack_bits(masks: &[&Mask], list: &[Frame], size: [usize; 3]) -> Result<Vec<u8>, Error> {
    let frame_bits = size[0] * size[1];
    let bytes = (list.len() as u64 * frame_bits as u64).div_ceil(16) * 2;
    let limit = u64::from(u32::MAX - 1);
    if bytes > limit {
        return Err(Error::TooLarge {
            what: "pixel data in bytes",
            value: bytes,
            limit,
        });
    }
    let mut bits = vec![0_u8; bytes as usize];
    for (segment, mask) in masks.iter().enumerate() {
        let mut frame_of_plane = vec![None; size[2]];
        for (number, frame) in list
            .iter()
            .enumerate()
            .filter(|(_, frame)| frame.segment == segment)
        {
            frame_of_plane[frame.plane] = Some(number);
        }
        mask.for_each_run(|run| {
            if let Some(frame) = frame_of_plane[run.k as usize] {
                let row = frame * frame_bits + run.j as usize * size[0];
                set_bits(&mut bits, row + run.i0 as usize, row + run.i1 as usize);
            }
        });
    }
    Ok(bits)
}

/// Sets the bits `from..to`, lowest bit of each byte first.
fn set_bits(bits: &mut [u8], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 8, (to - 1) / 8);
    let head = 0xff_u8 << (from % 8);
    let tail = 0xff_u8 >> (7 - (to - 1) % 8);
    if first == last {
        bits[first] |= head & tail;
        return;
    }
    bits[first] |= head;
    bits[first + 1..last].fill(0xff);
    bits[last] |= tail;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_run_of_bits_is_what_setting_them_one_by_one_gives(from in 0_usize..100, length in 0_usize..90) {
            let mut bits = vec![0_u8; 32];
            set_bits(&mut bits, from, from + length);
            for bit in 0..256 {
                prop_assert_eq!(bits[bit / 8] >> (bit % 8) & 1 == 1, (from..from + length).contains(&bit));
            }
        }
    }

    #[test]
    fn frames_run_on_over_byte_borders() {
        let size = [3, 3, 4];
        let mask = Mask::from_fn(size, |v| v.0 == [0, 0, 1] || v.0 == [2, 2, 3]);
        let frames = Frames::pack(&[&mask], &[0, 1, 2, 3]).unwrap();
        assert_eq!(frames.planes, [1, 3]);
        assert_eq!(frames.bits, [0b0000_0001, 0b0000_0000, 0b0000_0010, 0]);
        assert_eq!(frames.rank(3), 2);
    }

    #[test]
    fn a_segment_without_voxels_keeps_one_empty_frame() {
        let (empty, full) = (Mask::empty([4, 4, 2]), Mask::full([4, 4, 2]));
        let frames = Frames::pack(&[&empty, &full], &[0, 1]).unwrap();
        assert_eq!(frames.list.len(), 3);
        assert_eq!(frames.bits, [0, 0, 0xff, 0xff, 0xff, 0xff]);
        assert!(!frames.overlap && Frames::pack(&[&full, &full], &[0, 1]).unwrap().overlap);
    }
}
