//! Something that a file says once for all frames, or for some of them apart.

use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameLookup;
use std::collections::BTreeMap;

/// What holds for all frames but those with a word of their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct PerFrame<T> {
    common: T,
    own: BTreeMap<u32, T>,
}

impl<T> PerFrame<T> {
    /// Reads `attribute` of functional group `group`: from the frame's own item, else the shared one,
    /// else the top level. `read` gets the data set that holds the attribute.
    pub(crate) fn read(
        root: &DataSet,
        group: Tag,
        attribute: Tag,
        read: impl Fn(&DataSet) -> T,
    ) -> Self {
        let (shared, frames) = FrameLookup::all(root);
        let own = frames.iter().enumerate().filter_map(|(frame, lookup)| {
            let set = lookup.own_group(group)?;
            set.get(attribute)?;
            Some((u32::try_from(frame).ok()?, read(set)))
        });
        PerFrame {
            own: own.collect(),
            common: read(shared.holder(group, attribute)),
        }
    }

    /// Reads a functional group whose sequence is the attribute itself, with all its items.
    pub(crate) fn of_group(root: &DataSet, group: Tag, read: impl Fn(&[DataSet]) -> T) -> Self {
        let (shared, frames) = FrameLookup::all(root);
        let own = frames.iter().enumerate().filter_map(|(frame, lookup)| {
            let items = lookup.own_items(group);
            let frame = u32::try_from(frame).ok()?;
            (!items.is_empty()).then(|| (frame, read(items)))
        });
        PerFrame {
            own: own.collect(),
            common: read(shared.items(group)),
        }
    }

    /// What is said of `frame`.
    pub(crate) fn of(&self, frame: u32) -> &T {
        self.own.get(&frame).unwrap_or(&self.common)
    }

    /// All that is said, the common first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.common).chain(self.own.values())
    }
}
