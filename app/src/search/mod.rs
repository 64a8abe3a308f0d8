//! Search by what a physician types: Japanese, kana, Latin letters for kana, English, a code.
//!
//! An [`Index`] holds entries with their names; [`Index::find`] returns those that fit what was typed, the
//! best first: the very code, then names that begin so, words within names, parts of words, and names that
//! one slip of the hand away begin so. Within these one's own entries (the protocol's labels) stand first,
//! then what this person uses most, then the shorter names.
//!
//! Every name lies in one row of UTF-16 units. A sieve of 512 bits per entry, set by single units and by
//! pairs of neighbours, says of most entries at once that a text cannot be within them.

mod fold;
mod romaji;

pub use fold::{Folded, fold, plain};
pub use romaji::plain_of;

use rayon::prelude::*;

/// Fewer letters than this are not taken for a slip of the hand.
const LEAST_FOR_SLIP: usize = 4;
/// Entries that one thread looks at in one go.
const STRETCH: usize = 8192;

/// What can be found, by all its names.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Japanese name.
    pub ja: String,
    /// Its reading in kana.
    pub kana: String,
    /// English name.
    pub en: String,
    /// Other names in either language.
    pub synonyms: Vec<String>,
    /// Codes.
    pub codes: Vec<String>,
    /// Stands before others that fit as well.
    pub is_own: bool,
    /// How often this person has used it.
    pub used: u32,
}

/// How an entry fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It has this very code.
    Code,
    /// A name or a code begins so.
    Head,
    /// A word within a name begins so.
    Word,
    /// It is within a name.
    Within,
    /// A name or a word of it begins so but for one letter.
    Slip,
}

/// An entry that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its place among the entries.
    pub entry: usize,
    /// How it fits.
    pub fit: Fit,
    /// Units of the name beyond what was typed.
    rest: usize,
}

/// Entries that can be searched.
#[derive(Clone, Debug, Default)]
pub struct Index {
    own: Vec<bool>,
    used: Vec<u32>,
    /// Names as they are written.
    written: Names,
    /// Names in Latin letters.
    spelt: Names,
}

/// Names of all entries in one spelling.
#[derive(Clone, Debug, Default)]
struct Names {
    units: Vec<u16>,
    names: Vec<Name>,
    /// Where words within names begin: place in `units`, end of the name.
    words: Vec<[u32; 2]>,
    /// Per entry: end of its names, end of its words, and the sieve.
    ends: Vec<([u32; 2], Sieve)>,
}

#[derive(Clone, Copy, Debug)]
struct Name {
    from: u32,
    to: u32,
    is_code: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sieve([u64; 8]);

impl Sieve {
    fn bit(first: u16, second: u16) -> (usize, u64) {
        let mixed = ((u32::from(first) << 16) | u32::from(second)).wrapping_mul(0x9E37_79B1) >> 23;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }

    fn of(units: &[u16]) -> Self {
        let mut sieve = Self::default();
        let mut set = |first, second| {
            let (word, bit) = Self::bit(first, second);
            if let Some(word) = sieve.0.get_mut(word) {
                *word |= bit;
            }
        };
        for (at, unit) in units.iter().enumerate() {
            set(0, *unit);
            if let Some(next) = units.get(at + 1) {
                set(*unit, *next);
            }
        }
        sieve
    }

    fn join(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    fn holds(&self, other: &Self) -> bool {
        let mut pairs = self.0.iter().zip(&other.0);
        pairs.all(|(mine, theirs)| theirs & !mine == 0)
    }
}

/// What was typed, in one spelling.
struct Sought {
    units: Vec<u16>,
    sieve: Sieve,
    /// The sieves of its first half and of what follows one unit later: one slip, even of two units that
    /// changed places in the middle, leaves one of them whole.
    halves: [Sieve; 2],
}

impl Sought {
    fn new(text: &str) -> Option<Self> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let (head, tail) = units.split_at(units.len() / 2);
        let halves = [head, tail.get(1..).unwrap_or_default()].map(Sieve::of);
        (!units.is_empty()).then(|| Self {
            sieve: Sieve::of(&units),
            halves,
            units,
        })
    }
}

impl Names {
    /// Adds the names of the next entry.
    fn push(&mut self, names: &[(Folded, bool)]) {
        let mut sieve = Sieve::default();
        for (name, is_code) in names {
            let from = self.units.len();
            // words are counted in characters: beyond the basic plane there are none in terms
            self.units.extend(name.text.encode_utf16());
            let to = self.units.len() as u32;
            sieve.join(Sieve::of(self.units.get(from..).unwrap_or_default()));
            self.names.push(Name {
                from: from as u32,
                to,
                is_code: *is_code,
            });
            let within = name.words.iter().skip(1);
            self.words
                .extend(within.map(|word| [(from + word) as u32, to]));
        }
        let ends = [self.names.len() as u32, self.words.len() as u32];
        self.ends.push((ends, sieve));
    }

    fn text(&self, from: u32, to: u32) -> &[u16] {
        let range = from as usize..to as usize;
        self.units.get(range).unwrap_or_default()
    }

    /// How an entry fits best.
    fn fit(&self, entry: usize, sought: &Sought) -> Option<(Fit, usize)> {
        let (ends, sieve) = self.ends.get(entry)?;
        let begins = entry
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or([0, 0], |(ends, _)| *ends);
        let names = || self.names.get(begins[0] as usize..ends[0] as usize);
        let words = || self.words.get(begins[1] as usize..ends[1] as usize);
        let (names, words) = (names().unwrap_or_default(), words().unwrap_or_default());
        let whole = sieve.holds(&sought.sieve);
        let exact = whole
            .then(|| self.exact(names, words, &sought.units))
            .flatten();
        exact.or_else(|| {
            let may_slip = sought.units.len() >= LEAST_FOR_SLIP
                && sought.halves.iter().any(|half| sieve.holds(half));
            may_slip
                .then(|| self.slip(names, words, &sought.units))
                .flatten()
        })
    }

    fn exact(&self, names: &[Name], words: &[[u32; 2]], sought: &[u16]) -> Option<(Fit, usize)> {
        let mut best: Option<(Fit, usize)> = None;
        let mut offer = |fit, rest| {
            if best.is_none_or(|known| (fit, rest) < known) {
                best = Some((fit, rest));
            }
        };
        // one Latin letter is within nearly everything
        let looks_within = !matches!(sought, [unit] if *unit < 0x80);
        for name in names {
            let text = self.text(name.from, name.to);
            let Some(rest) = text.len().checked_sub(sought.len()) else {
                continue;
            };
            if text.starts_with(sought) {
                let is_code = name.is_code && rest == 0;
                offer(if is_code { Fit::Code } else { Fit::Head }, rest);
            } else if looks_within && !name.is_code && holds(text, sought) {
                offer(Fit::Within, rest);
            }
        }
        for [at, to] in words {
            let text = self.text(*at, *to);
            if text.starts_with(sought) {
                offer(Fit::Word, text.len() - sought.len());
            }
        }
        best
    }

    fn slip(&self, names: &[Name], words: &[[u32; 2]], sought: &[u16]) -> Option<(Fit, usize)> {
        let heads = names.iter().filter(|name| !name.is_code);
        let starts = heads.map(|name| [name.from, name.to]);
        starts
            .chain(words.iter().copied())
            .filter_map(|[at, to]| {
                let text = self.text(at, to);
                begins_but_for_one(text, sought).then(|| text.len().abs_diff(sought.len()))
            })
            .min()
            .map(|rest| (Fit::Slip, rest))
    }
}

/// Whether a text has another within it.
fn holds(text: &[u16], sought: &[u16]) -> bool {
    match sought {
        [unit] => text.contains(unit),
        _ => text.windows(sought.len()).any(|part| part == sought),
    }
}

/// Whether a text begins with another but for one letter that is wrong, missing, too many, or two that
/// changed places.
fn begins_but_for_one(text: &[u16], sought: &[u16]) -> bool {
    let same = text.iter().zip(sought).take_while(|(a, b)| a == b).count();
    let (Some(text), Some(sought)) = (text.get(same..), sought.get(same..)) else {
        return false;
    };
    let follows = |skip_text: usize, skip_sought: usize| {
        let rest = text.get(skip_text..).unwrap_or_default();
        sought
            .get(skip_sought..)
            .is_some_and(|sought| rest.starts_with(sought))
    };
    let swapped = matches!((text, sought), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    follows(1, 1) || follows(1, 0) || follows(0, 1) || (swapped && follows(2, 2))
}

impl Index {
    /// An index of entries, in their order.
    #[must_use]
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut index = Self::default();
        for entry in entries {
            index.push(entry);
        }
        index
    }

    fn push(&mut self, entry: &Entry) {
        let plain_names = [&entry.ja, &entry.kana, &entry.en];
        let names = plain_names.into_iter().chain(&entry.synonyms);
        let coded = names
            .map(|name| (fold(name), false))
            .chain(entry.codes.iter().map(|code| (fold(code), true)));
        let written: Vec<_> = coded.filter(|(name, _)| !name.text.is_empty()).collect();
        let spelt: Vec<_> = written
            .iter()
            .filter(|(name, _)| !name.text.is_ascii())
            .filter_map(|(name, _)| {
                let text = plain_of(&name.text)?;
                Some((
                    Folded {
                        text,
                        words: vec![0],
                    },
                    false,
                ))
            })
            .collect();
        self.written.push(&written);
        self.spelt.push(&spelt);
        self.own.push(entry.is_own);
        self.used.push(entry.used);
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.own.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// The entries that fit what was typed, the best first, at most `most`; of those that `may` be.
    #[must_use]
    pub fn find(&self, typed: &str, most: usize, may: impl Fn(usize) -> bool + Sync) -> Vec<Hit> {
        let folded = fold(typed).text;
        let written = Sought::new(&folded);
        let spelt = plain_of(&folded).and_then(|text| Sought::new(&text));
        let Some(written) = written else {
            return Vec::new();
        };
        let hit = |entry: usize| {
            let as_written = self.written.fit(entry, &written);
            let as_spelt = spelt.as_ref().and_then(|s| self.spelt.fit(entry, s));
            let best = [as_written, as_spelt].into_iter().flatten().min()?;
            let (fit, rest) = best;
            may(entry).then_some(Hit { entry, fit, rest })
        };
        let mut hits: Vec<Hit> = (0..self.len())
            .into_par_iter()
            .with_min_len(STRETCH)
            .filter_map(hit)
            .collect();
        // a slip of the hand is thought of only where nothing begins as it was typed
        if hits.iter().any(|hit| hit.fit <= Fit::Word) {
            hits.retain(|hit| hit.fit != Fit::Slip);
        }
        let place = |hit: &Hit| {
            let is_own = self.own.get(hit.entry).copied().unwrap_or(false);
            let used = self.used.get(hit.entry).copied().unwrap_or(0);
            (
                hit.fit,
                !is_own,
                std::cmp::Reverse(used),
                hit.rest,
                hit.entry,
            )
        };
        if hits.len() > most && most > 0 {
            hits.select_nth_unstable_by_key(most - 1, place);
        }
        hits.truncate(most);
        hits.sort_unstable_by_key(place);
        hits
    }
}

#[cfg(test)]
mod tests;
