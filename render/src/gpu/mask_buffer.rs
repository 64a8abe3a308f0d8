//! Masks on the GPU: the same bricks of bits, kept up to date brick by brick.
//!
//! A mask lies in a slot: a row of the directory with one entry per brick of its grid, so that there are
//! slots of as many sizes as grids. Bits lie in one pool for all. Which mask lies in which slot is decided anew for every drawing ([`MaskBuffer::hold`]):
//! what is held already stays where it is, a mask that was hidden waits in its slot, and a changed one
//! takes the place of what it was before, so that only the bricks in which they differ are sent.

use voxel::{BRICK, Brick, BrickIndex, Mask};

use super::checked;
use crate::Error;

/// Words of one brick's bits.
const BRICK_WORDS: usize = BRICK * BRICK;
/// Their bytes.
const BRICK_BYTES: u64 = 4 * BRICK_WORDS as u64;
/// Directory entries: nothing, everything, or this plus the place in the pool.
const EMPTY: u32 = 0;
const FULL: u32 = 1;
const FIRST_PLACE: u32 = 2;
/// Bricks sent with one write at most: 1 MiB.
const WRITE_BRICKS: usize = 256;

/// First and last voxel of a mask's bricks.
pub(super) type Bounds = ([u32; 3], [u32; 3]);

/// The bricks of several masks: a directory row per mask and one pool of bits.
pub(super) struct MaskBuffer {
    /// The size for which there are slots always.
    size: [usize; 3],
    /// One entry per brick of each slot.
    entries: Vec<u32>,
    slots: Vec<Slot>,
    /// The slots of the last drawing, in its order.
    order: Vec<usize>,
    free: Vec<u32>,
    used: u32,
    capacity: u32,
    directory: wgpu::Buffer,
    pool: wgpu::Buffer,
    sent_bricks: u64,
}

/// A mask and where it lies.
struct Slot {
    /// What the device holds; a clone shares its bricks.
    mask: Mask,
    bounds: Option<Bounds>,
    /// Its first entry in the directory.
    first: usize,
}

impl Slot {
    /// Bricks along i, j, k.
    fn bricks(&self) -> [usize; 3] {
        bricks(self.mask.size())
    }
}

/// A brick on its way: its place in the pool, and its bits.
type Sent<'a> = (u32, &'a [u32; BRICK_WORDS]);

impl MaskBuffer {
    /// Room for the masks and their bits, and for some more of the first size.
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [usize; 3],
        masks: &[&Mask],
    ) -> Result<Self, Error> {
        let mut slots = Vec::new();
        let mut order = vec![0; masks.len()];
        let mut count = 0;
        for (of_size, places) in by_size(size, masks) {
            for (n, place) in places.iter().enumerate() {
                order[*place] = slots.len() + n;
            }
            // Some more for findings to come.
            let room = (places.len() + places.len() / 4 + 4).next_multiple_of(4);
            for _ in 0..room {
                slots.push(Slot {
                    mask: Mask::empty(of_size),
                    bounds: None,
                    first: count,
                });
                count += bricks(of_size).iter().product::<usize>();
            }
        }
        let entries = vec![EMPTY; count];
        let with_bits = |mask: &&Mask| {
            mask.bricks()
                .filter(|(_, brick)| matches!(brick, Brick::Bits(_)))
                .count()
        };
        let wanted: usize = masks.iter().map(with_bits).sum();
        // A quarter more for strokes to come.
        let capacity = u32::try_from(wanted + wanted / 4 + 64).unwrap_or(u32::MAX);
        let mut buffer = Self {
            size,
            directory: storage(device, "mask directory", 4 * entries.len() as u64)?,
            pool: storage(device, "mask bits", u64::from(capacity) * BRICK_BYTES)?,
            entries,
            slots,
            order: order.clone(),
            free: Vec::new(),
            used: 0,
            capacity,
            sent_bricks: 0,
        };
        for (slot, mask) in order.into_iter().zip(masks) {
            buffer.put(device, queue, slot, mask)?;
        }
        Ok(buffer)
    }

    /// The directory, to be bound.
    pub(super) fn directory(&self) -> &wgpu::Buffer {
        &self.directory
    }

    /// The pool, to be bound.
    pub(super) fn pool(&self) -> &wgpu::Buffer {
        &self.pool
    }

    /// The first directory entry of a slot.
    pub(super) fn first_entry(&self, slot: usize) -> usize {
        self.slots.get(slot).map_or(0, |slot| slot.first)
    }

    /// The voxels that the bricks in a slot cover; `None` for an empty mask.
    pub(super) fn bounds(&self, slot: usize) -> Option<Bounds> {
        self.slots.get(slot)?.bounds
    }

    /// Bricks of bits that were sent so far.
    pub(super) fn sent_bricks(&self) -> u64 {
        self.sent_bricks
    }

    /// Sees to it that the device holds these masks and tells their slots.
    pub(super) fn hold(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        masks: &[&Mask],
    ) -> Result<Vec<usize>, Error> {
        let has_room = by_size(self.size, masks).iter().all(|(size, places)| {
            let slots = self.slots.iter().filter(|slot| slot.mask.size() == *size);
            slots.count() >= places.len()
        });
        if !has_room {
            let sent_bricks = self.sent_bricks;
            *self = Self::new(device, queue, self.size, masks)?;
            self.sent_bricks += sent_bricks;
            return Ok(self.order.clone());
        }
        let slots = self.matched(masks);
        for (&slot, mask) in slots.iter().zip(masks) {
            self.put(device, queue, slot, mask)?;
        }
        self.order.clone_from(&slots);
        Ok(slots)
    }

    /// A slot for each mask, by preference one that holds it already, each slot once.
    fn matched(&self, masks: &[&Mask]) -> Vec<usize> {
        let count = self.slots.len();
        let mut is_taken = vec![false; count];
        let mut found = vec![None; masks.len()];
        let last = |n: usize| self.order.get(n).copied();
        for (n, mask) in masks.iter().enumerate() {
            if let Some(slot) = last(n).filter(|&slot| self.slots[slot].mask == **mask) {
                is_taken[slot] = true;
                found[n] = Some(slot);
            }
        }
        for (n, mask) in masks.iter().enumerate() {
            if found[n].is_none() {
                // Where many come back at once, they lie in the order in which they left.
                found[n] = (0..count)
                    .map(|step| (n + step) % count)
                    .find(|&slot| !is_taken[slot] && self.slots[slot].mask == **mask);
                found[n].into_iter().for_each(|slot| is_taken[slot] = true);
            }
        }
        found
            .into_iter()
            .enumerate()
            .map(|(n, slot)| {
                let size = masks[n].size();
                let is_free =
                    |slot: &usize| !is_taken[*slot] && self.slots[*slot].mask.size() == size;
                let slot = slot
                    .or_else(|| last(n).filter(is_free))
                    .or_else(|| (0..count).find(is_free))
                    .unwrap_or(0); // there are as many slots as masks at least, of each size
                is_taken[slot] = true;
                slot
            })
            .collect()
    }

    /// Turns what lies in a slot into `mask`: sends the bricks that differ.
    fn put(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        slot: usize,
        mask: &Mask,
    ) -> Result<(), Error> {
        if self.slots[slot].mask == *mask {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.slots[slot].mask, mask.clone());
        let change = before.change_to(mask);
        let new_bits = change
            .bricks
            .iter()
            .filter(|brick| matches!(brick.after, Brick::Bits(_)));
        let needed = u64::from(self.used) + new_bits.count() as u64;
        if needed > u64::from(self.capacity) + self.free.len() as u64 {
            self.grow(device, queue, needed)?;
        }
        let (mut first, mut last) = (usize::MAX, 0);
        let mut sent: Vec<Sent<'_>> = Vec::new();
        for brick in &change.bricks {
            let entry = self.entry(slot, brick.index);
            if let Some(place) = self.enter(entry, &brick.after) {
                sent.push((place, brick.after.words()));
            }
            (first, last) = (first.min(entry), last.max(entry));
        }
        self.slots[slot].bounds = bounds(mask);
        self.sent_bricks += sent.len() as u64;
        checked(device, || {
            self.send(queue, sent);
            if let Some(entries) = self.entries.get(first..=last) {
                queue.write_buffer(
                    &self.directory,
                    4 * first as u64,
                    bytemuck::cast_slice(entries),
                );
            }
        })
    }

    fn entry(&self, slot: usize, index: BrickIndex) -> usize {
        let [x, y, z] = index.0.map(usize::from);
        let slot = &self.slots[slot];
        let bricks = slot.bricks();
        slot.first + x + bricks[0] * (y + bricks[1] * z)
    }

    /// Writes a brick into the directory's copy; tells where its bits go if it has any.
    fn enter(&mut self, entry: usize, brick: &Brick) -> Option<u32> {
        let before = self.entries[entry];
        if !matches!(brick, Brick::Bits(_)) {
            if before >= FIRST_PLACE {
                self.free.push(before - FIRST_PLACE);
            }
            self.entries[entry] = if *brick == Brick::Full { FULL } else { EMPTY };
            return None;
        }
        let place = if before >= FIRST_PLACE {
            before - FIRST_PLACE
        } else if let Some(place) = self.free.pop() {
            place
        } else {
            self.used += 1;
            self.used - 1
        };
        self.entries[entry] = FIRST_PLACE + place;
        Some(place)
    }

    /// Writes bricks into the pool, neighbours with one write.
    fn send(&self, queue: &wgpu::Queue, mut sent: Vec<Sent<'_>>) {
        sent.sort_unstable_by_key(|(place, _)| *place);
        let runs = sent.chunk_by(|a, b| a.0 + 1 == b.0);
        for part in runs.flat_map(|run| run.chunks(WRITE_BRICKS)) {
            let words: Vec<u32> = part.iter().flat_map(|(_, words)| **words).collect();
            let offset = u64::from(part[0].0) * BRICK_BYTES; // parts are never empty
            queue.write_buffer(&self.pool, offset, bytemuck::cast_slice(&words));
        }
    }

    /// Makes room for `needed` bricks and some more.
    fn grow(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        needed: u64,
    ) -> Result<(), Error> {
        let doubled = u64::from(self.capacity).saturating_mul(2);
        let capacity = u32::try_from(doubled.max(needed)).unwrap_or(u32::MAX);
        let pool = storage(device, "mask bits", u64::from(capacity) * BRICK_BYTES)?;
        let bytes = u64::from(self.used) * BRICK_BYTES;
        checked(device, || {
            let label = Some("grow mask bits");
            let mut encoder =
                device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label });
            encoder.copy_buffer_to_buffer(&self.pool, 0, &pool, 0, bytes);
            // Writes before this submission reach the old pool first.
            queue.submit([encoder.finish()]);
        })?;
        self.capacity = capacity;
        self.pool = pool;
        Ok(())
    }
}

fn storage(device: &wgpu::Device, label: &'static str, size: u64) -> Result<wgpu::Buffer, Error> {
    let limits = device.limits();
    let limit = limits
        .max_buffer_size
        .min(limits.max_storage_buffer_binding_size);
    if size > limit {
        return Err(Error::AboveLimit {
            what: "masks' bytes",
            needed: size,
            limit,
        });
    }
    checked(device, || {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: size.max(16),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_DST
                | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        })
    })
}

/// Bricks along i, j, k of masks of a size.
pub(super) fn bricks(size: [usize; 3]) -> [usize; 3] {
    size.map(|n| n.div_ceil(BRICK))
}

/// The places of the masks of each size; `first` comes first and comes always.
fn by_size(first: [usize; 3], masks: &[&Mask]) -> Vec<([usize; 3], Vec<usize>)> {
    let mut sizes = vec![(first, Vec::new())];
    for (place, mask) in masks.iter().enumerate() {
        match sizes.iter_mut().find(|(size, _)| *size == mask.size()) {
            Some((_, places)) => places.push(place),
            None => sizes.push((mask.size(), vec![place])),
        }
    }
    sizes
}

fn bounds(mask: &Mask) -> Option<Bounds> {
    let mut all: Option<Bounds> = None;
    for (index, _) in mask.bricks() {
        let first = index.0.map(|place| u32::from(place) * BRICK as u32);
        let last = first.map(|voxel| voxel + BRICK as u32 - 1);
        all = Some(match all {
            None => (first, last),
            Some((min, max)) => (
                std::array::from_fn(|a| min[a].min(first[a])),
                std::array::from_fn(|a| max[a].max(last[a])),
            ),
        });
    }
    all
}
