//! What the agreement screen shows, computed below the window: tiles, matrices, plots and the list of the
//! least agreed findings, of a project's compared cases or of files.

mod of_files;
mod of_project;
mod project_tiles;
#[cfg(test)]
mod tests;

pub use of_files::{of_files, page_of_files};
pub use of_project::of_project;

/// Where a click leads: a case, and the row of its comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The case.
    pub case: String,
    /// The row.
    pub row: String,
}

/// A figure in large letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// What it is.
    pub name: String,
    /// The figure.
    pub value: String,
    /// Its interval or quartiles.
    pub beside: String,
    /// What it rests on.
    pub basis: String,
}

/// Counts of two readers' categories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Names of the categories; the last may be "none".
    pub names: Vec<String>,
    /// Row: A (the first reader); column: B.
    pub counts: Vec<Vec<usize>>,
    /// Whether the last category stands for "no such finding".
    pub has_none: bool,
}

/// Differences against means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// Unit of both axes.
    pub unit: String,
    /// Mean and difference of each pair, with the place in the list of rows.
    pub points: Vec<([f64; 2], Option<usize>)>,
    /// Lower limit of agreement, bias, upper limit; absent below two pairs.
    pub lines: Option<[f64; 3]>,
}

/// Values of one label.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The values.
    pub values: Vec<f64>,
}

/// A figure of each pair of readers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// What the figure is.
    pub title: String,
    /// Names of the readers.
    pub names: Vec<String>,
    /// The figure; `None` on the diagonal and where undefined.
    pub values: Vec<Vec<Option<f64>>>,
}

/// How two readers differ on a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Only A has it.
    OnlyA,
    /// Only B has it.
    OnlyB,
    /// The shapes differ.
    Shape,
    /// Answers differ.
    Answer,
    /// Both.
    ShapeAndAnswer,
}

impl Difference {
    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OnlyA => "agreement-a-only",
            Self::OnlyB => "agreement-b-only",
            Self::Shape => "agreement-kind-shape",
            Self::Answer => "agreement-kind-answer",
            Self::ShapeAndAnswer => "agreement-kind-both",
        }
    }
}

/// A row of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Number of the case; name of a file's label or item.
    pub case: String,
    /// Numbers of the finding.
    pub finding: String,
    /// Label, or the categories of both.
    pub label: String,
    /// A's volume or value.
    pub a: String,
    /// B's volume or value.
    pub b: String,
    /// Dice.
    pub dice: Option<f64>,
    /// 95th percentile of the surface distance.
    pub hd95_mm: Option<f64>,
    /// How they differ.
    pub difference: Option<Difference>,
    /// Cell of the confusion matrix.
    pub cell: Option<[usize; 2]>,
    /// Where a click leads.
    pub spot: Option<Spot>,
}

/// Everything that the screen shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// What was compared, in a line.
    pub summary: String,
    /// Labels that can be chosen: id and name.
    pub labels: Vec<(String, String)>,
    /// Fields that the matrix can be of: id and name.
    pub fields: Vec<(String, String)>,
    /// The field that it is of.
    pub field: String,
    /// Large figures.
    pub tiles: Vec<Tile>,
    /// Warnings in words.
    pub warnings: Vec<String>,
    /// Matrix of categories.
    pub confusion: Option<Confusion>,
    /// Plot of differences.
    pub differences: Option<Differences>,
    /// Figure of each pair of readers.
    pub pairs: Option<Pairs>,
    /// Dice of each pair of findings, or of each pair and label.
    pub dice: Vec<f64>,
    /// Dice by label.
    pub groups: Vec<Group>,
    /// Least agreed first.
    pub rows: Vec<Row>,
}

/// What the person chose to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// One label, or all.
    pub label: Option<String>,
    /// The field of the matrix.
    pub field: Option<String>,
}

/// How many values lie in each tenth from 0 to 1; 1 belongs to the last.
#[must_use]
pub fn tenths(values: &[f64]) -> [usize; 10] {
    let mut bins = [0; 10];
    for value in values {
        // the value is between 0 and 1, so that the place is below 10
        bins[((value * 10.0) as usize).min(9)] += 1;
    }
    bins
}

/// A share or coefficient with two decimals, or a dash.
fn two(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |v| format!("{v:.2}"))
}

/// Limits of a coefficient between -1 and 1; what a symmetric interval has beyond means nothing.
fn coefficient_limits(low: Option<f64>, high: Option<f64>) -> String {
    limits(low.map(|v| v.max(-1.0)), high.map(|v| v.min(1.0)))
}

/// Two limits with a dash between; empty without them.
fn limits(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low:.2}–{high:.2}"),
        _ => String::new(),
    }
}
