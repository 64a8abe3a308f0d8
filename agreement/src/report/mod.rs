//! The agreement report of a project: one self-contained HTML page and CSV tables.
//!
//! [`ReportInput`] is what the project knows, [`figures`] what follows from it, [`html`] the page in
//! Japanese or English, [`per_case_csv`] and its sisters the tables. The results of commands on files have pages of
//! their own ([`masks_html`], [`ratings_html`], [`findings_html`], [`summary_html`], [`plan_html`]) and a table
//! ([`result_csv`]).

mod case_sections;
mod figures;
mod file_pages;
mod input;
mod method_texts;
mod methods;
mod page;
mod plot;
mod result_page;
mod sections;
mod sources;
mod standards;
mod tables;
mod words;

pub use figures::{
    CaseFigures, FieldFigures, FindingCount, LabelReport, ReportFigures, ReportFindings, figures,
};
pub use file_pages::{PageHead, findings_html, masks_html, plan_html, ratings_html, summary_html};
pub use input::{
    FieldChoice, FindingComparison, LabelComparison, LabelPicture, ProtocolLine, ReaderLine,
    ReportAnswer, ReportCase, ReportField, ReportInput, ReportLabel, StudyKind, StudyNotes,
};
pub use page::html;
pub use result_page::result_csv;
pub use tables::{findings_csv, per_case_csv, per_label_csv};
pub use words::{Bilingual, Language};
