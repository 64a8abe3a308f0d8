//! The agreement report as a page that needs nothing beside it.

use crate::language::Language;
use agreement::report;
use anyhow::Context;
use project::{Project, Session};
use std::path::Path;

/// Writes the report of the project's compared cases.
///
/// # Errors
/// As the project refuses; when the file cannot be written.
pub fn write(
    project: &Project,
    session: &Session,
    path: &Path,
    language: Language,
) -> anyhow::Result<()> {
    let input = project.report_input(session)?;
    let page = report::html(&input, report::Language::from_code(language.code()))?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    annotation_format::write::atomic::write_bytes(path, page.as_bytes())?;
    Ok(())
}
