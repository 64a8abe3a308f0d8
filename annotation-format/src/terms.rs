//! The list of terms: bilingual names, codes and readings that protocols refer to by id.
//!
//! `assets/terms/terms.tsv` holds them, tab separated, without quoting, lists inside a cell with `;`. Codes of SNOMED
//! CT that were seen only in a model's map, not in DICOM's PS3.16, are not cleared for distribution: the reader turns
//! them into this project's own (`LOCAL`) terms, keeping names and relations.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::code::{Code, LOCAL};
use crate::protocol::Choice;
use crate::text::Text;

const COLUMNS: [&str; 15] = [
    "id",
    "kind",
    "scheme",
    "code",
    "meaning_en",
    "ja",
    "kana",
    "synonyms_en",
    "synonyms_ja",
    "parent",
    "color",
    "verified",
    "modifier",
    "label_en",
    "review",
];

/// Where a code was seen when it is not cleared for distribution.
const NOT_CLEARED: &str = "totalsegmentator map";

/// Largest list that is read, bytes.
const LARGEST: usize = 16 << 20;

/// One term.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Stable slug.
    pub id: String,
    /// Category, anatomy, morphology, finding, observation, qualifier, tool, modality, plane or state.
    pub kind: String,
    /// Its code.
    pub code: Code,
    /// Names on the screen.
    pub name: Text,
    /// Reading of the Japanese name in hiragana.
    pub kana: String,
    /// Other English names.
    pub synonyms_en: Vec<String>,
    /// Other Japanese names.
    pub synonyms_ja: Vec<String>,
    /// The term it is part of, a kind of, or an answer to.
    pub parent: Option<String>,
    /// Recommended colour, sRGB.
    pub color: Option<[u8; 3]>,
    /// A term that modifies it: a side, or a region of the body.
    pub modifier: Option<String>,
    /// Where the code was seen.
    pub verified: String,
    /// Whether a specialist has still to look at it.
    pub to_review: bool,
}

/// All terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    rows: Vec<Term>,
    by_id: BTreeMap<String, usize>,
}

/// Why a list of terms cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct TermsError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl Term {
    /// The term as a choice of an attribute.
    pub fn choice(&self) -> Choice {
        Choice {
            id: self.id.clone(),
            name: self.name.clone(),
            code: self.code.clone(),
        }
    }
}

impl Terms {
    /// The list that comes with the program.
    pub fn builtin() -> &'static Terms {
        static TERMS: OnceLock<Terms> = OnceLock::new();
        TERMS.get_or_init(|| {
            #[expect(
                clippy::expect_used,
                reason = "the list is part of the program and read by a test"
            )]
            Terms::parse(include_str!("../../assets/terms/terms.tsv")).expect("the built-in terms")
        })
    }

    /// Reads a list.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(tsv: &str) -> Result<Terms, TermsError> {
        if tsv.len() > LARGEST {
            return Err(fault(1, "the list is too long"));
        }
        let mut lines = tsv.lines().enumerate();
        let header = lines.next().map_or("", |(_, line)| line);
        if !header.split('\t').eq(COLUMNS) {
            return Err(fault(1, format!("the columns are {}", COLUMNS.join(" "))));
        }
        let mut rows: Vec<Term> = Vec::new();
        let mut by_id = BTreeMap::new();
        for (at, line) in lines {
            let term = row(at + 1, line)?;
            if by_id.insert(term.id.clone(), rows.len()).is_some() {
                return Err(fault(at + 1, format!("{} is there twice", term.id)));
            }
            rows.push(term);
        }
        let terms = Terms { rows, by_id };
        terms.check_relations()?;
        Ok(terms)
    }

    /// The term with this id.
    pub fn get(&self, id: &str) -> Option<&Term> {
        self.rows.get(*self.by_id.get(id)?)
    }

    /// All terms, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.rows.iter()
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The root above a term: its category.
    pub fn root<'a>(&'a self, term: &'a Term) -> &'a Term {
        let mut at = term;
        for _ in 0..self.rows.len() {
            match at.parent.as_deref().and_then(|id| self.get(id)) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        at
    }

    /// Segmented Property Category (PS3.16 CID 7150) for a term. Roots that are not in that context group stand for
    /// the nearest that is: an imaging finding is a morphologically abnormal structure, an instrument a physical
    /// object, everything else a spatial concept.
    pub fn category(&self, term: &Term) -> Code {
        let root = self.root(term);
        if !root.code.is_local() && root.kind == "category" {
            return root.code.clone();
        }
        match root.id.as_str() {
            "cat-finding" => Code::new("SCT", "49755003", "Morphologically Abnormal Structure"),
            "cat-tool" => Code::new("SCT", "260787004", "Physical object"),
            _ => Code::new("SCT", "309825002", "Spatial and Relational Concept"),
        }
    }

    /// The first term, in file order, whose parent or modifier is missing or goes in a circle.
    fn check_relations(&self) -> Result<(), TermsError> {
        for (at, term) in self.rows.iter().enumerate() {
            let line = at + 2;
            for id in [&term.parent, &term.modifier].into_iter().flatten() {
                if self.get(id).is_none() {
                    return Err(fault(
                        line,
                        format!("{} refers to {id}, which is not there", term.id),
                    ));
                }
            }
            if self.root(term).parent.is_some() {
                return Err(fault(
                    line,
                    format!("the parents of {} go in a circle", term.id),
                ));
            }
        }
        Ok(())
    }
}

fn row(line: usize, text: &str) -> Result<Term, TermsError> {
    let cells: Vec<&str> = text.split('\t').collect();
    let &[
        id,
        kind,
        scheme,
        code,
        meaning,
        ja,
        kana,
        synonyms_en,
        synonyms_ja,
        parent,
        color,
        verified,
        modifier,
        label_en,
        review,
    ] = cells.as_slice()
    else {
        return Err(fault(
            line,
            format!("{} cells instead of {}", cells.len(), COLUMNS.len()),
        ));
    };
    if [id, kind, scheme, code, meaning, ja, label_en].contains(&"") {
        return Err(fault(line, "a name, kind or code is empty"));
    }
    let color = match color {
        "" => None,
        text => Some(
            crate::protocol::parse_colour(text)
                .ok_or_else(|| fault(line, "a colour is written #RRGGBB"))?,
        ),
    };
    let cleared = !(scheme == "SCT" && verified == NOT_CLEARED);
    Ok(Term {
        id: id.to_owned(),
        kind: kind.to_owned(),
        code: if cleared {
            Code::new(scheme, code, meaning)
        } else {
            Code::new(LOCAL, id, label_en)
        },
        name: Text::new(ja, label_en),
        kana: kana.to_owned(),
        synonyms_en: list(synonyms_en),
        synonyms_ja: list(synonyms_ja),
        parent: some(parent),
        color,
        modifier: some(modifier),
        verified: verified.to_owned(),
        to_review: review == "?",
    })
}

fn list(cell: &str) -> Vec<String> {
    cell.split(';')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn some(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

fn fault(line: usize, why: impl Into<String>) -> TermsError {
    TermsError {
        line,
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_terms_are_all_there_and_every_root_is_a_category() {
        let terms = Terms::builtin();
        assert_eq!(terms.len(), 1258);
        for term in terms.iter() {
            assert_eq!(terms.root(term).kind, "category", "{}", term.id);
        }
    }

    #[test]
    fn codes_seen_only_in_a_models_map_become_local() {
        let terms = Terms::builtin();
        let uncleared: Vec<&Term> = terms.iter().filter(|t| t.verified == NOT_CLEARED).collect();
        assert_eq!(uncleared.len(), 48);
        for term in uncleared {
            assert_eq!(
                (term.code.scheme.as_str(), &term.code.value),
                (LOCAL, &term.id)
            );
            assert_eq!(term.code.meaning, term.name.en);
        }
        assert_eq!(
            terms.get("liver").unwrap().code,
            Code::new("SCT", "10200004", "Liver")
        );
    }

    #[test]
    fn a_category_is_always_one_of_the_dicom_context_group() {
        let known = [
            "91723000",
            "49755003",
            "85756007",
            "260787004",
            "105590001",
            "91720002",
            "309825002",
            "246464006",
        ];
        let terms = Terms::builtin();
        for term in terms.iter() {
            let category = terms.category(term);
            assert_eq!(category.scheme, "SCT");
            assert!(known.contains(&category.value.as_str()), "{}", term.id);
        }
        let of = |id: &str| terms.category(terms.get(id).unwrap()).value;
        assert_eq!(of("liver"), "91723000");
        assert_eq!(of("lung-nodule"), "49755003");
        assert_eq!(of("tool-snare"), "260787004");
    }

    #[test]
    fn a_damaged_list_is_refused_with_its_line() {
        let header = COLUMNS.join("\t");
        let good = "a\tcategory\tLOCAL\ta\tA\tあ\tあ\t\t\t\t\tnone\t\tA\t";
        assert!(Terms::parse(&format!("{header}\n{good}\n")).is_ok());
        let twice = Terms::parse(&format!("{header}\n{good}\n{good}\n")).unwrap_err();
        assert_eq!(twice.line, 3);
        let short = Terms::parse(&format!("{header}\na\tb\n")).unwrap_err();
        assert_eq!(short.line, 2);
        let circle = good.replace("\t\t\t\t\tnone", "\t\t\ta\t\tnone");
        assert!(Terms::parse(&format!("{header}\n{circle}\n")).is_err());
        assert!(Terms::parse("id\tkind\n").is_err());
    }
}
