//! How components are coded: the marker segments for coding style, quantisation, regions and order
//! changes (ITU-T T.800 A.6).

use super::Refusal;
use super::block::style;
use super::damaged;
use std::ops::Range;

/// Most changes of the order of packets.
const MOST_CHANGES: usize = 64;

pub(super) const COD: u16 = 0xFF52;
pub(super) const COC: u16 = 0xFF53;
pub(super) const QCD: u16 = 0xFF5C;
pub(super) const QCC: u16 = 0xFF5D;
pub(super) const RGN: u16 = 0xFF5E;
pub(super) const POC: u16 = 0xFF5F;

/// What a main or tile-part header says of the coding.
#[derive(Clone)]
pub(super) struct Parameters {
    pub(super) order: Order,
    /// Packets may begin with a marker.
    pub(super) has_starts: bool,
    /// Packet headers end with a marker.
    pub(super) has_ends: bool,
    /// The first three components are transformed together.
    pub(super) mixed: bool,
    /// One for each component.
    pub(super) components: Vec<Component>,
    /// Changes of the progression order; where there are any, they are all that counts.
    pub(super) changes: Vec<Change>,
}

/// Progression order and layers.
#[derive(Clone, Copy, Default)]
pub(super) struct Order {
    /// Table A.16: 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL.
    pub(super) progression: u8,
    pub(super) layers: u16,
}

/// One progression order change (A.6.6); ends are exclusive.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) resolutions: Range<u8>,
    pub(super) components: Range<u16>,
    pub(super) layers: u16,
    pub(super) progression: u8,
}

/// How a component is coded.
#[derive(Clone, Default)]
pub(super) struct Component {
    /// Wavelet decompositions, at most 32.
    pub(super) levels: u8,
    /// Size of code blocks, as exponents of 2, together at most 12.
    pub(super) block: [u8; 2],
    /// Code block style.
    pub(super) style: u8,
    /// Whether the wavelet is the reversible 5/3 one; else 9/7.
    pub(super) reversible: bool,
    /// Precinct sizes by resolution, columns in the lower four bits; 15 where none are told.
    pub(super) precincts: Vec<u8>,
    /// Guard bits.
    pub(super) guard: u8,
    /// Exponents and mantissas of the quantisation, from LL upwards.
    pub(super) steps: Vec<(u8, u16)>,
    /// Whether the first step stands for all.
    pub(super) derived: bool,
    /// Bits by which a region of interest is raised.
    pub(super) raised: u8,
    /// Whether its coding and its quantisation were told for it alone, in the header being read.
    own: [bool; 2],
}

/// Reads numbers one after the other.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn number<const N: usize>(&mut self) -> Result<u32, Refusal> {
        let (bytes, rest) = self.0.split_first_chunk::<N>().ok_or_else(cut)?;
        self.0 = rest;
        Ok(bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }

    pub(super) fn byte(&mut self) -> Result<u8, Refusal> {
        Ok(self.number::<1>()? as u8)
    }

    pub(super) fn short(&mut self) -> Result<u16, Refusal> {
        Ok(self.number::<2>()? as u16)
    }
}

/// The fault of a segment that ends too early.
pub(super) fn cut() -> Refusal {
    damaged("a segment is cut")
}

impl Parameters {
    /// A copy for a tile, whose header goes before what was told for single components.
    pub(super) fn for_tile(&self) -> Parameters {
        let mut copy = self.clone();
        for component in &mut copy.components {
            component.own = [false; 2];
        }
        copy
    }

    /// Every component must be told how it is coded, and in a way that can be.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        for component in &self.components {
            if component.steps.is_empty() || component.block[0] == 0 {
                return Err(damaged("it does not say how it is coded"));
            }
            let bands = 1 + 3 * usize::from(component.levels);
            if !component.derived && component.steps.len() < bands {
                return Err(damaged("steps of its quantisation are missing"));
            }
        }
        if self.mixed {
            let first: Vec<bool> = self
                .components
                .iter()
                .take(3)
                .map(|c| c.reversible)
                .collect();
            if !matches!(first.as_slice(), [true, true, true] | [false, false, false]) {
                return Err(damaged("its components cannot be transformed together"));
            }
        }
        Ok(())
    }

    pub(super) fn apply(&mut self, marker: u16, body: &[u8]) -> Result<(), Refusal> {
        let mut fields = Fields(body);
        match marker {
            COD => self.read_coding(&mut fields),
            COC => {
                let has_precincts = |style| style & 1 == 1;
                let component = self.component(&mut fields)?;
                let style = fields.byte()?;
                component.read_coding(&mut fields, has_precincts(style))?;
                component.own[0] = true;
                Ok(())
            }
            QCD => {
                let mut read = Component::default();
                read.read_steps(&mut fields)?;
                for component in self.components.iter_mut().filter(|c| !c.own[1]) {
                    component.guard = read.guard;
                    component.derived = read.derived;
                    component.steps.clone_from(&read.steps);
                }
                Ok(())
            }
            QCC => {
                let component = self.component(&mut fields)?;
                component.read_steps(&mut fields)?;
                component.own[1] = true;
                Ok(())
            }
            RGN => {
                let component = self.component(&mut fields)?;
                if fields.byte()? != 0 {
                    return Err(Refusal::Unknown);
                }
                component.raised = fields.byte()?;
                Ok(())
            }
            POC => self.read_changes(&mut fields),
            _ => Ok(()),
        }
    }

    fn component(&mut self, fields: &mut Fields<'_>) -> Result<&mut Component, Refusal> {
        let index = if self.components.len() < 257 {
            usize::from(fields.byte()?)
        } else {
            usize::from(fields.short()?)
        };
        let component = self.components.get_mut(index);
        component.ok_or_else(|| damaged("it tells of a component that it does not have"))
    }

    fn read_coding(&mut self, fields: &mut Fields<'_>) -> Result<(), Refusal> {
        let style = fields.byte()?;
        self.has_starts = style & 2 != 0;
        self.has_ends = style & 4 != 0;
        self.order.progression = fields.byte()?;
        self.order.layers = fields.short()?;
        self.mixed = fields.byte()? == 1;
        let mut read = Component::default();
        read.read_coding(fields, style & 1 == 1)?;
        for component in self.components.iter_mut().filter(|c| !c.own[0]) {
            component.levels = read.levels;
            component.block = read.block;
            component.style = read.style;
            component.reversible = read.reversible;
            component.precincts.clone_from(&read.precincts);
        }
        Ok(())
    }

    fn read_changes(&mut self, fields: &mut Fields<'_>) -> Result<(), Refusal> {
        let is_wide = self.components.len() >= 257;
        let component = |fields: &mut Fields<'_>| {
            if is_wide {
                fields.short()
            } else {
                Ok(u16::from(fields.byte()?))
            }
        };
        while !fields.0.is_empty() {
            // each may go through all packets again
            if self.changes.len() == MOST_CHANGES {
                return Err(damaged("the order of its packets changes too often"));
            }
            let first = fields.byte()?;
            let start = component(fields)?;
            let layers = fields.short()?;
            let last = fields.byte()?;
            let end = component(fields)?;
            let progression = fields.byte()?;
            self.changes.push(Change {
                resolutions: first..last,
                // zero stands for 256, which one byte cannot say
                components: start..if end == 0 { u16::MAX } else { end },
                layers,
                progression,
            });
        }
        Ok(())
    }
}

impl Component {
    /// Table A.20.
    fn read_coding(&mut self, fields: &mut Fields<'_>, has_sizes: bool) -> Result<(), Refusal> {
        self.levels = fields.byte()?;
        self.block = [fields.byte()?, fields.byte()?].map(|size| (size & 15) + 2);
        self.style = fields.byte()?;
        self.reversible = fields.byte()? == 1;
        if self.style & style::HIGH_THROUGHPUT != 0 {
            return Err(Refusal::Unknown);
        }
        let [width, height] = self.block;
        if self.levels > 32 || width > 10 || height > 10 || width + height > 12 {
            return Err(damaged("its coding style makes no sense"));
        }
        self.precincts.clear();
        for resolution in 0..=self.levels {
            let size = if has_sizes { fields.byte()? } else { 0xFF };
            // a precinct of a higher resolution has half its size in each band
            if resolution > 0 && (size & 15 == 0 || size >> 4 == 0) {
                return Err(damaged("its precincts make no sense"));
            }
            self.precincts.push(size);
        }
        Ok(())
    }

    /// Table A.27.
    fn read_steps(&mut self, fields: &mut Fields<'_>) -> Result<(), Refusal> {
        let style = fields.byte()?;
        self.guard = style >> 5;
        self.derived = style & 31 == 1;
        self.steps.clear();
        while !fields.0.is_empty() && self.steps.len() < 97 {
            self.steps.push(if style & 31 == 0 {
                (fields.byte()? >> 3, 0)
            } else {
                let step = fields.short()?;
                ((step >> 11) as u8, step & 0x7FF)
            });
        }
        Ok(())
    }

    /// Exponent and mantissa of band `index`, counted from LL upwards (E.1.1).
    pub(super) fn step(&self, index: usize) -> (i32, u16) {
        let place = if self.derived { 0 } else { index };
        let (exponent, mantissa) = self.steps.get(place).copied().unwrap_or_default();
        let halvings = if self.derived {
            index.saturating_sub(1) / 3
        } else {
            0
        };
        (i32::from(exponent) - halvings as i32, mantissa)
    }
}
