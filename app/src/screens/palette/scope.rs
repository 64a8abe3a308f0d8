//! Where the palette looks: by the segments, or by the first sign of what is typed.

use super::Kind;

/// Where the palette looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    All,
    /// What can be done.
    Commands,
    /// The protocol's labels.
    Labels,
    /// Answers of the protocol's attributes.
    Terms,
    /// Labels and terms.
    Words,
    /// The person's cases.
    Cases,
    /// Settings.
    Settings,
}

impl Scope {
    /// The scopes of the box, in the order of the segments.
    #[must_use]
    pub const fn row(is_terms: bool) -> &'static [Self] {
        if is_terms {
            &[Self::Words, Self::Labels, Self::Terms]
        } else {
            &[
                Self::All,
                Self::Commands,
                Self::Labels,
                Self::Terms,
                Self::Cases,
                Self::Settings,
            ]
        }
    }

    /// The key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::All => "palette-all",
            Self::Commands => "palette-commands",
            Self::Labels => "palette-labels",
            Self::Terms => "palette-terms",
            Self::Words => "palette-words",
            Self::Cases => "palette-cases",
            Self::Settings => "palette-settings",
        }
    }

    /// Whether things of a kind are looked for.
    #[must_use]
    pub const fn holds(self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Commands => matches!(kind, Kind::Command),
            Self::Labels => matches!(kind, Kind::Label),
            Self::Terms => matches!(kind, Kind::Term),
            Self::Words => matches!(kind, Kind::Label | Kind::Term),
            Self::Cases => matches!(kind, Kind::Case),
            Self::Settings => matches!(kind, Kind::Setting),
        }
    }

    /// The scope beside it in the row.
    #[must_use]
    pub fn beside(self, is_terms: bool, by: i32) -> Self {
        let row = Self::row(is_terms);
        let at = row.iter().position(|scope| *scope == self).unwrap_or(0);
        let next = (at as i32 + by).rem_euclid(row.len() as i32) as usize;
        row.get(next).copied().unwrap_or(self)
    }
}

/// Where to look and for what: a first sign, of either width, says more than the segment.
pub(super) fn scope_of(text: &str, chosen: Scope) -> (Scope, &str) {
    let trimmed = text.trim_start();
    let scope = match trimmed.chars().next() {
        Some('>' | '＞') => Scope::Commands,
        Some('#' | '＃') => Scope::Words,
        Some('@' | '＠') => Scope::Cases,
        Some(':' | '：') => Scope::Settings,
        _ => return (chosen, text),
    };
    let mut rest = trimmed.chars();
    rest.next();
    (scope, rest.as_str())
}
