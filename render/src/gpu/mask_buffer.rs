//! Masks on the GPU: the same bricks of bits, kept up to date by the changed box.

use voxel::{BRICK, Brick, BrickIndex, Mask, VoxelBox};

use super::checked;
use crate::Error;

/// Bytes of one brick's bits.
const BRICK_BYTES: u64 = (BRICK * BRICK * 4) as u64;
/// Directory entries: nothing, everything, or this plus the place in the pool.
const EMPTY: u32 = 0;
const FULL: u32 = 1;
const FIRST_PLACE: u32 = 2;

/// The bricks of several masks of one grid: a directory per mask and one pool of bits.
pub(super) struct MaskBuffer {
    /// Bricks along i, j, k.
    bricks: [usize; 3],
    /// One entry per brick of the grid and mask.
    entries: Vec<u32>,
    /// The first and the last voxel of each mask's bricks, inclusive; empty masks have none.
    bounds: Vec<Option<([u32; 3], [u32; 3])>>,
    free: Vec<u32>,
    used: u32,
    capacity: u32,
    pub(super) directory: wgpu::Buffer,
    pub(super) pool: wgpu::Buffer,
}

impl MaskBuffer {
    /// Room for the masks, which must all be of `size`, and their bits.
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [usize; 3],
        masks: &[&Mask],
    ) -> Result<Self, Error> {
        let bricks = size.map(|n| n.div_ceil(BRICK));
        let per_mask: usize = bricks.iter().product();
        let entries = vec![EMPTY; (per_mask * masks.len()).max(1)];
        let with_bits = |mask: &&Mask| {
            mask.bricks()
                .filter(|(_, brick)| matches!(brick, Brick::Bits(_)))
                .count()
        };
        let wanted: usize = masks.iter().map(with_bits).sum();
        // A quarter more for strokes to come.
        let capacity = u32::try_from(wanted + wanted / 4 + 64).unwrap_or(u32::MAX);
        let mut buffer = Self {
            bricks,
            bounds: vec![None; masks.len()],
            free: Vec::new(),
            used: 0,
            capacity,
            directory: storage(device, "mask directory", 4 * entries.len() as u64)?,
            pool: storage(device, "mask bits", u64::from(capacity) * BRICK_BYTES)?,
            entries,
        };
        for (slot, mask) in masks.iter().enumerate() {
            for (index, brick) in mask.bricks() {
                buffer.put(device, queue, slot, index, brick)?;
            }
            buffer.bounds[slot] = bounds(mask);
        }
        queue.write_buffer(&buffer.directory, 0, bytemuck::cast_slice(&buffer.entries));
        Ok(buffer)
    }

    /// Bricks along i, j, k.
    pub(super) fn bricks(&self) -> [usize; 3] {
        self.bricks
    }

    /// The first directory entry of a mask.
    pub(super) fn first_entry(&self, slot: usize) -> usize {
        slot * self.bricks.iter().product::<usize>()
    }

    /// The voxels that a mask's bricks cover, first and last; `None` for an empty or unknown mask.
    pub(super) fn bounds(&self, slot: usize) -> Option<([u32; 3], [u32; 3])> {
        self.bounds.get(slot).copied().flatten()
    }

    /// Sends the bricks of one mask that a changed box touches.
    pub(super) fn update(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        slot: usize,
        mask: &Mask,
        changed: &VoxelBox,
    ) -> Result<(), Error> {
        let Some(known) = self.bounds.get_mut(slot) else {
            return Ok(());
        };
        *known = bounds(mask);
        let range = |axis: usize| {
            changed.min[axis] / BRICK..changed.max[axis].div_ceil(BRICK).min(self.bricks[axis])
        };
        let ranges = [range(0), range(1), range(2)];
        for z in ranges[2].clone() {
            for y in ranges[1].clone() {
                for x in ranges[0].clone() {
                    // Brick numbers of a grid fit 16 bits.
                    let index = BrickIndex([x as u16, y as u16, z as u16]);
                    self.put(device, queue, slot, index, mask.brick(index))?;
                    let entry = self.entry(slot, index);
                    let value = self.entries[entry].to_ne_bytes();
                    queue.write_buffer(&self.directory, 4 * entry as u64, &value);
                }
            }
        }
        Ok(())
    }

    fn entry(&self, slot: usize, index: BrickIndex) -> usize {
        let [x, y, z] = index.0.map(usize::from);
        self.first_entry(slot) + x + self.bricks[0] * (y + self.bricks[1] * z)
    }

    /// Puts one brick into the pool and its place into the directory's copy.
    fn put(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        slot: usize,
        index: BrickIndex,
        brick: &Brick,
    ) -> Result<(), Error> {
        let entry = self.entry(slot, index);
        let before = self.entries[entry];
        let words = match brick {
            Brick::Bits(words) => words,
            simple => {
                if before >= FIRST_PLACE {
                    self.free.push(before - FIRST_PLACE);
                }
                self.entries[entry] = if *simple == Brick::Full { FULL } else { EMPTY };
                return Ok(());
            }
        };
        let place = if before >= FIRST_PLACE {
            before - FIRST_PLACE
        } else if let Some(place) = self.free.pop() {
            place
        } else {
            if self.used == self.capacity {
                self.grow(device, queue)?;
            }
            self.used += 1;
            self.used - 1
        };
        self.entries[entry] = FIRST_PLACE + place;
        let offset = u64::from(place) * BRICK_BYTES;
        queue.write_buffer(&self.pool, offset, bytemuck::cast_slice(words.as_slice()));
        Ok(())
    }

    /// Doubles the pool.
    fn grow(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<(), Error> {
        let capacity = self.capacity.saturating_mul(2);
        let pool = storage(device, "mask bits", u64::from(capacity) * BRICK_BYTES)?;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("grow mask bits"),
        });
        let bytes = u64::from(self.used) * BRICK_BYTES;
        encoder.copy_buffer_to_buffer(&self.pool, 0, &pool, 0, bytes);
        // Writes before this submission reach the old pool first.
        queue.submit([encoder.finish()]);
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

fn bounds(mask: &Mask) -> Option<([u32; 3], [u32; 3])> {
    let mut all: Option<([u32; 3], [u32; 3])> = None;
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
