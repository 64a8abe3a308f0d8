//! The pages of `agree`, `agree-ratings` and `agree-findings`: figures of files, without a project.

mod findings;
mod labels;
mod masks;
mod measurements;
mod parts;
mod ratings;
mod single;

pub use findings::findings_html;
pub use masks::masks_html;
pub(super) use parts::methods;
pub use ratings::ratings_html;
pub use single::{plan_html, summary_html};

/// What stands in the head of a page, besides the figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageHead {
    /// The files as they were named.
    pub inputs: Vec<String>,
    /// The program and its version.
    pub program: String,
    /// When the page was made, as it shall be printed.
    pub created_at: String,
}
