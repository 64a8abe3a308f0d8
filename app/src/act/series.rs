//! A case's series back from the project: what was known at import, with the files where they lie now.

use imaging::SeriesEntry;
use project::SeriesFiles;
use voxel::Phrase;

/// The entry of a stored series, its files being the project's copies.
///
/// # Errors
/// When what was stored at import cannot be understood, as after damage.
pub fn entry_of(files: &SeriesFiles) -> Result<SeriesEntry, Phrase> {
    let mut entry: SeriesEntry = serde_json::from_value(files.meta.clone()).map_err(|error| {
        let why = format!("the series' description is damaged: {error}");
        Phrase::new("series-description-damaged", why)
    })?;
    entry.files = files.files.iter().map(|file| file.path.clone()).collect();
    Ok(entry)
}
