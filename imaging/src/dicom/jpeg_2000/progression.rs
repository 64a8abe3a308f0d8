//! The order in which packets follow one another (ITU-T T.800 B.12).

use super::Refusal;
use super::coding::{Change, Parameters};
use super::damaged;
use super::tile::{Resolution, Tile};
use std::ops::ControlFlow;

/// Which packet comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) component: usize,
    pub(super) resolution: usize,
    pub(super) precinct: usize,
    pub(super) layer: u16,
}

/// Calls `take` for all packets of a tile in order, until it breaks.
///
/// # Errors
/// An unknown order, and what `take` answers.
pub(super) fn walk(
    tile: &mut Tile,
    parameters: &Parameters,
    mut take: impl FnMut(&mut Tile, &Step) -> Result<ControlFlow<()>, Refusal>,
) -> Result<(), Refusal> {
    let order = parameters.order;
    let whole = [Change {
        resolutions: 0..u8::MAX,
        components: 0..u16::MAX,
        layers: order.layers,
        progression: order.progression,
    }];
    let changes = match parameters.changes.as_slice() {
        [] => whole.as_slice(),
        changes => changes,
    };
    for change in changes {
        let layers = change.layers.min(order.layers);
        let flow = match change.progression {
            0 => by_layer(tile, change, layers, &mut take)?,
            1 => by_resolution(tile, change, layers, &mut take)?,
            2..=4 => by_place(tile, change, layers, &mut take)?,
            _ => return Err(damaged("the order of its packets is unknown")),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Resolutions of a tile that a change speaks of, lowest first, with those of all components together.
fn resolutions(tile: &Tile, change: &Change) -> std::ops::Range<usize> {
    let most = tile.components.iter().map(|c| c.resolutions.len()).max();
    let end = usize::from(change.resolutions.end).min(most.unwrap_or(0));
    usize::from(change.resolutions.start).min(end)..end
}

fn components(tile: &Tile, change: &Change) -> std::ops::Range<usize> {
    let end = usize::from(change.components.end).min(tile.components.len());
    usize::from(change.components.start).min(end)..end
}

fn resolution(tile: &Tile, component: usize, index: usize) -> Option<&Resolution> {
    tile.components.get(component)?.resolutions.get(index)
}

type Taken = Result<ControlFlow<()>, Refusal>;

/// All precincts of one resolution of all components.
fn precincts(
    tile: &mut Tile,
    change: &Change,
    index: usize,
    layer: u16,
    take: &mut impl FnMut(&mut Tile, &Step) -> Taken,
) -> Taken {
    for component in components(tile, change) {
        let count = resolution(tile, component, index).map_or(0, Resolution::precincts);
        for precinct in 0..count {
            let step = Step {
                component,
                resolution: index,
                precinct,
                layer,
            };
            if take(tile, &step)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// LRCP (B.12.1.1).
fn by_layer(
    tile: &mut Tile,
    change: &Change,
    layers: u16,
    take: &mut impl FnMut(&mut Tile, &Step) -> Taken,
) -> Taken {
    for layer in 0..layers {
        for index in resolutions(tile, change) {
            if precincts(tile, change, index, layer, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// RLCP (B.12.1.2).
fn by_resolution(
    tile: &mut Tile,
    change: &Change,
    layers: u16,
    take: &mut impl FnMut(&mut Tile, &Step) -> Taken,
) -> Taken {
    for index in resolutions(tile, change) {
        for layer in 0..layers {
            if precincts(tile, change, index, layer, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// RPCL, PCRL and CPRL (B.12.1.3 to B.12.1.5): by where precincts begin on the reference grid.
fn by_place(
    tile: &mut Tile,
    change: &Change,
    layers: u16,
    take: &mut impl FnMut(&mut Tile, &Step) -> Taken,
) -> Taken {
    let mut places = Vec::new();
    for component in components(tile, change) {
        for index in resolutions(tile, change) {
            let count = resolution(tile, component, index).map_or(0, Resolution::precincts);
            for precinct in 0..count {
                let (y, x) = place(tile, component, index, precinct);
                let (c, r) = (component as u32, index as u32);
                let key = match change.progression {
                    2 => [r, y, x, c],
                    3 => [y, x, c, r],
                    _ => [c, y, x, r],
                };
                places.push((key, precinct as u32));
            }
        }
    }
    places.sort_unstable();
    for ([first, _, third, last], precinct) in places {
        let (component, index) = match change.progression {
            2 => (last, first),
            3 => (third, last),
            _ => (first, last),
        };
        for layer in 0..layers {
            let step = Step {
                component: component as usize,
                resolution: index as usize,
                precinct: precinct as usize,
                layer,
            };
            if take(tile, &step)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Row and column of the reference grid at which a precinct begins.
fn place(tile: &Tile, component: usize, index: usize, precinct: usize) -> (u32, u32) {
    let levels = tile
        .components
        .get(component)
        .map_or(0, |c| c.resolutions.len());
    let Some(resolution) = resolution(tile, component, index) else {
        return (0, 0);
    };
    let halvings = levels.saturating_sub(index + 1) as u32;
    let across = resolution.count[0].max(1) as usize;
    let start = |size: u8, number: usize, area: u32, tile: u32| {
        let number = u64::from(area >> size) + number as u64;
        let step = 1_u64 << (u32::from(size) + halvings);
        // a precinct that began before the tile begins with it
        let start = number.saturating_mul(step);
        start.clamp(u64::from(tile), u64::from(u32::MAX)) as u32
    };
    let (area, tile) = (resolution.area, tile.area);
    (
        start(resolution.size[1], precinct / across, area.y0, tile.y0),
        start(resolution.size[0], precinct % across, area.x0, tile.x0),
    )
}
