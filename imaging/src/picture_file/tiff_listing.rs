//! The pages of a TIFF file as entries: stacks of equal pages, slides at a level that fits, labels
//! and thumbnails apart.

use super::picture::{Picture, Place};
use super::tiff_directory::TiffFile;
use super::tiff_page::Page;
use super::tiff_scale::{PageOrder, Scale};
use crate::entry::SeriesEntry;
use crate::error::Fault;
use crate::handle::Handle;
use crate::problem::{Problem, push_once};
use crate::stack_part::{SplitRule, StackPart};
use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::path::Path;
use voxel::Phrase;

/// Most directories of one file.
const MAX_PAGES: usize = 1 << 16;
/// Most entries of one file.
const MAX_LISTED: usize = 1024;
/// What all pages together may keep in memory, if the file is not larger itself.
const MAX_KEPT_BYTES: u64 = 64 << 20;
/// Most pixels of the level at which a slide opens: 100 megapixels, 300 MB.
pub(crate) const MAX_LEVEL_PIXELS: u64 = 100_000_000;
/// Beyond this, Hamamatsu's offsets of 32 bits no longer tell where a level lies.
const MAX_NDPI_BYTES: u64 = 4 << 30;
/// How much the shapes of two levels may differ by rounding.
const SHAPE_TOLERANCE: f64 = 0.02;

/// A page with its number in the file, those of sub-directories counted after their parent's.
#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    pub(crate) frame: u32,
    pub(crate) page: Page,
    /// Smaller copies, from the largest.
    levels: Vec<Numbered>,
}

/// Every page of a file.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pages: Vec<Numbered>,
    /// The first that cannot be read, and how many.
    faults: Option<(Fault, usize)>,
    count: u32,
    /// Bytes that the pages keep: they may all point at the same long values.
    kept: u64,
}

/// Opens the file at `path`.
pub(crate) fn open(path: &Path) -> Result<TiffFile<Handle>, Fault> {
    let handle = Handle::open(path)?;
    let length = handle.length();
    TiffFile::open(handle, length)
}

impl Pages {
    /// Walks the directories.
    ///
    /// # Errors
    /// A circle of directories, too many of them, no page that can be read.
    pub(crate) fn read<R: Read + Seek>(file: &mut TiffFile<R>) -> Result<Self, Fault> {
        let mut pages = Pages::default();
        let mut seen = BTreeSet::new();
        let mut at = file.first;
        while at != 0 {
            note(&mut seen, at)?;
            let (directory, next) = match file.directory(at) {
                Ok(read) => read,
                Err(fault) => {
                    pages.fault(fault);
                    break;
                }
            };
            let page = Page::read(file, &directory);
            if let Some(mut numbered) = pages.number(page) {
                pages.keep(&numbered.page, file.length)?;
                for below in std::mem::take(&mut numbered.page.below) {
                    note(&mut seen, below)?;
                    let page = file
                        .directory(below)
                        .and_then(|(directory, _)| Page::read(file, &directory));
                    if let Some(level) = pages.number(page)
                        && is_level(&level.page, &numbered.page)
                    {
                        pages.keep(&level.page, file.length)?;
                        numbered.levels.push(level);
                    }
                }
                pages.pages.push(numbered);
            }
            at = next;
        }
        match (pages.pages.is_empty(), &pages.faults) {
            (false, _) => Ok(pages),
            (true, Some((fault, _))) => Err(fault.clone()),
            (true, None) => Err(Fault::NoImage),
        }
    }

    /// Refuses a file whose pages keep more than it has bytes.
    fn keep(&mut self, page: &Page, length: u64) -> Result<(), Fault> {
        self.kept = self.kept.saturating_add(page.kept_bytes());
        let limit = length.max(MAX_KEPT_BYTES);
        if self.kept > limit {
            return Err(Fault::Limit {
                what: Phrase::new("count-pages-bytes", "the size of the pages' tags in bytes"),
                limit,
            });
        }
        Ok(())
    }

    fn fault(&mut self, fault: Fault) {
        let count = self.faults.as_ref().map_or(0, |(_, count)| *count);
        let first = self.faults.take().map_or(fault, |(first, _)| first);
        self.faults = Some((first, count + 1));
    }

    fn number(&mut self, page: Result<Page, Fault>) -> Option<Numbered> {
        let frame = self.count;
        self.count += 1;
        match page {
            Ok(page) => Some(Numbered {
                frame,
                page,
                levels: Vec::new(),
            }),
            Err(fault) => {
                self.fault(fault);
                None
            }
        }
    }

    /// The page of a frame number.
    pub(crate) fn page(&self, frame: u32) -> Option<&Page> {
        let mut all = self
            .pages
            .iter()
            .flat_map(|one| std::iter::once(one).chain(&one.levels));
        all.find(|one| one.frame == frame).map(|one| &one.page)
    }
}

fn note(seen: &mut BTreeSet<u64>, at: u64) -> Result<(), Fault> {
    if !seen.insert(at) {
        return Err(Fault::Structure {
            offset: at,
            what: Phrase::new("structure-circle", "the directories lead in a circle"),
        });
    }
    if seen.len() > MAX_PAGES {
        return Err(Fault::Limit {
            what: Phrase::new("count-pages", "the number of pages"),
            limit: MAX_PAGES as u64,
        });
    }
    Ok(())
}

/// Whether `small` is a smaller copy of `full`: of the same kind and shape, and either marked as
/// one or tiled like it.
fn is_level(small: &Page, full: &Page) -> bool {
    let ([w, h], [wide, high]) = (small.size, full.size);
    let (across, down) = (w as f64 / wide as f64, h as f64 / high as f64);
    // a level's size is rounded to whole pixels
    let rounding = 1.0 / w.min(h).max(1) as f64;
    small.is_alike(full)
        && full.is_tiled
        && (small.is_tiled || small.subfile & 1 == 1)
        && across < 0.8
        && down < 0.8
        && (across / down - 1.0).abs() <= SHAPE_TOLERANCE + 2.0 * rounding
}

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Picture,
    Label,
    Macro,
    Thumbnail,
    Mask,
}

impl Role {
    fn of(page: &Page, first: &Page, is_first: bool) -> Role {
        if let (Some(_), Some(lens)) = (first.lens, page.lens) {
            return match lens {
                lens if lens >= 0.0 => Role::Picture,
                lens if lens > -1.5 => Role::Macro,
                _ => Role::Thumbnail,
            };
        }
        if first.description.starts_with("Aperio") && !is_first {
            let second = page
                .description
                .lines()
                .nth(1)
                .unwrap_or_default()
                .trim_start();
            return match second {
                text if text.starts_with("label") => Role::Label,
                text if text.starts_with("macro") => Role::Macro,
                _ if page.is_tiled => Role::Picture,
                _ => Role::Thumbnail,
            };
        }
        match page.subfile {
            kind if kind & 4 != 0 => Role::Mask,
            kind if kind & 1 != 0 && !is_first => Role::Thumbnail,
            _ => Role::Picture,
        }
    }

    fn mark(self) -> Option<StackPart> {
        let beside = match self {
            Role::Picture => return None,
            Role::Label => "label",
            Role::Macro => "overview",
            Role::Thumbnail => "thumbnail",
            Role::Mask => "mask",
        };
        Some(StackPart::new(SplitRule::SlidePicture, beside))
    }
}

/// Pages that form one entry.
struct Group {
    role: Role,
    members: Vec<Numbered>,
    /// Channel and time of OME.
    part: [usize; 2],
}

/// Entries of the file at `path`.
///
/// # Errors
/// Everything with which no page can be shown.
pub(crate) fn entries(path: &Path) -> Result<Vec<SeriesEntry>, Fault> {
    let mut file = open(path)?;
    let pages = Pages::read(&mut file)?;
    let Some(first) = pages.pages.first().map(|one| one.page.clone()) else {
        return Err(Fault::NoImage);
    };
    if first.lens.is_some() && file.length > MAX_NDPI_BYTES {
        return Err(Fault::FormatLater("NDPI (> 4 GiB)"));
    }
    let scale = Scale::of(&first);
    let order = PageOrder::of(&first, pages.pages.len());
    let broken = pages
        .faults
        .map(|(fault, count)| pages_not_read(&fault, count));
    let (groups, unlisted) = groups(pages.pages, &first, order);
    let pictures = groups.iter().filter(|group| group.role == Role::Picture);
    let is_alone = pictures.count() == 1;
    let mut listed = Vec::new();
    let mut refused = None;
    for group in &groups {
        let mut parts = order.map_or(Vec::new(), |order| order.mark(group.part));
        match group.role.mark() {
            Some(mark) => parts.push(mark),
            None if !is_alone && parts.is_empty() => parts.extend(pages_of(&group.members)),
            None => {}
        }
        let scale = scale.filter(|_| group.role == Role::Picture);
        match group_entry(path, group, parts, scale) {
            Ok(entry) => listed.push(entry),
            Err(fault) => refused = refused.or(Some((fault, group.members.len()))),
        }
    }
    let refused = match (listed.is_empty(), refused) {
        (true, Some((fault, _))) => return Err(fault),
        (_, refused) => refused.map(|(fault, count)| pages_not_read(&fault, count)),
    };
    for entry in &mut listed {
        for problem in broken.iter().chain(&refused).chain(&unlisted) {
            push_once(&mut entry.problems, problem.clone().in_file(path));
        }
    }
    Ok(listed)
}

/// Pages to groups: a smaller copy goes to the first page of its kind, equal pages go together.
/// Beyond the most groups that are listed, that is told.
fn groups(
    pages: Vec<Numbered>,
    first: &Page,
    order: Option<PageOrder>,
) -> (Vec<Group>, Option<Problem>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut unlisted = None;
    for (index, one) in pages.into_iter().enumerate() {
        let role = Role::of(&one.page, first, index == 0);
        let part = order.map_or([0; 2], |order| order.channel_and_time(index));
        let may_be_level = matches!(role, Role::Picture | Role::Thumbnail);
        let full = groups
            .iter_mut()
            .find(|group| group.role == Role::Picture && group.members.len() == 1)
            .and_then(|group| group.members.first_mut());
        if let Some(full) = full
            && may_be_level
            && order.is_none()
            && (is_level(&one.page, &full.page) || is_lens_level(&one.page, &full.page))
        {
            full.levels.push(one);
            continue;
        }
        let is_full = groups.len() >= MAX_LISTED;
        let equal = groups.iter_mut().find(|group| {
            let known = group.members.first().map(|known| &known.page);
            group.role == role
                && group.part == part
                && known.is_some_and(|known| {
                    known.size == one.page.size
                        && known.orientation == one.page.orientation
                        && known.is_alike(&one.page)
                })
        });
        match equal {
            Some(group) => group.members.push(one),
            None if is_full => unlisted = Some(pages_not_listed()),
            None => groups.push(Group {
                role,
                members: vec![one],
                part,
            }),
        }
    }
    (groups, unlisted)
}

/// Hamamatsu's levels are no tiles, but carry the lens.
fn is_lens_level(small: &Page, full: &Page) -> bool {
    let ([wide, _], [columns, _]) = (full.size, small.size);
    let both = small.lens.zip(full.lens);
    both.is_some_and(|(a, b)| a >= 0.0 && b >= 0.0) && columns < wide && small.is_alike(full)
}

fn pages_of(members: &[Numbered]) -> Option<StackPart> {
    Some(match members {
        [] => return None,
        [one] => StackPart::new(SplitRule::Page, (one.frame + 1).to_string()),
        [first, .., last] => {
            let both = format!("{}/{}", first.frame + 1, last.frame + 1);
            StackPart::new(SplitRule::Pages, both)
        }
    })
}

fn pages_not_listed() -> Problem {
    Problem::new(
        "pages_not_listed",
        format!("the pages are of more than {MAX_LISTED} kinds; only the first are listed"),
    )
    .with("count", MAX_LISTED)
}

fn pages_not_read(fault: &Fault, count: usize) -> Problem {
    Problem::new(
        "pages_not_read",
        format!("{count} pages of the file cannot be read: {fault}"),
    )
    .with("count", count)
    .with("why", fault.phrase())
}

fn pixels(page: &Page) -> u64 {
    let [columns, rows] = page.size;
    (columns as u64).saturating_mul(rows as u64)
}

/// Number of the level that opens: the largest that fits, else the smallest; 0 is the full size.
fn chosen(sizes: &[u64]) -> usize {
    let fits = sizes.iter().position(|pixels| *pixels <= MAX_LEVEL_PIXELS);
    fits.unwrap_or(sizes.len().saturating_sub(1))
}

fn group_entry(
    path: &Path,
    group: &Group,
    mut parts: Vec<StackPart>,
    scale: Option<Scale>,
) -> Result<SeriesEntry, Fault> {
    let least = group.members.iter().map(|one| one.levels.len()).min();
    let least = least.unwrap_or(0);
    // each plane at the same level
    let level_of = |one: &Numbered, level: usize| -> Option<(u32, Page)> {
        let mut all: Vec<&Numbered> = one.levels.iter().take(least).collect();
        all.sort_by_key(|level| std::cmp::Reverse(pixels(&level.page)));
        let chosen = match level.checked_sub(1) {
            None => one,
            Some(below) => all.get(below).copied()?,
        };
        Some((chosen.frame, chosen.page.clone()))
    };
    let first = group.members.first().ok_or(Fault::NoImage)?;
    let sizes: Vec<u64> = (0..=least)
        .filter_map(|level| Some(pixels(&level_of(first, level)?.1)))
        .collect();
    let level = chosen(&sizes);
    let (_, page) = level_of(first, level).ok_or(Fault::NoImage)?;
    let [columns, rows] = page.size.map(|n| n as u64);
    Picture::check([columns, rows], 0, 0, 0)?;
    let mut picture = page.picture();
    if least > 0 {
        let number = format!("{}/{}", level + 1, least + 1);
        parts.push(StackPart::new(SplitRule::Level, number));
    }
    if level > 0 {
        picture
            .problems
            .push(slide_level(level, least + 1, &page, &first.page));
    }
    let frames = group
        .members
        .iter()
        .filter_map(|one| Some(level_of(one, level)?.0))
        .collect();
    picture.entry(
        path,
        Place {
            frames,
            parts,
            spacing_mm: scale.map(|scale| scale.at_level(first.page.size, page.size)),
        },
    )
}

fn slide_level(level: usize, levels: usize, shown: &Page, full: &Page) -> Problem {
    let ([columns, rows], [wide, high]) = (shown.size, full.size);
    let level = level + 1;
    Problem::new(
        "slide_level",
        format!(
            "the slide is shown at level {level} of {levels}, {columns} × {rows} pixels; the full \
             size is {wide} × {high}"
        ),
    )
    .with("level", level)
    .with("levels", levels)
    .with("columns", columns)
    .with("rows", rows)
    .with("wide", wide)
    .with("high", high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture_file::picture::MAX_PIXELS;

    #[test]
    fn the_largest_level_that_fits_is_chosen_else_the_smallest() {
        assert_eq!(chosen(&[MAX_LEVEL_PIXELS, 100]), 0);
        assert_eq!(chosen(&[MAX_LEVEL_PIXELS + 1, 90_000_000, 100]), 1);
        assert_eq!(chosen(&[MAX_PIXELS * 9, MAX_PIXELS]), 1);
        assert_eq!(chosen(&[MAX_PIXELS]), 0);
    }
}
