//! Tables `patient`, `case_`, `case_exclusion`, `series`, `object`, `series_object`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::{many, one, run, sha};
use crate::digest::Sha;
use crate::error::Result;
use crate::ids::{CaseId, PersonId, SeriesId, fresh_id};
use crate::seal::{Place, Scheme, Seal};
use crate::statement::statements;

statements! { "cases.sql":
    PATIENT_INSERT = "patient_insert",
    PATIENTS = "patients",
    CASE_INSERT = "case_insert",
    NEXT_NUMBER = "next_number",
    NEXT_TIME_POINT = "next_time_point",
    CASE_OF_STUDY = "case_of_study",
    CASES = "cases",
    CASE = "case",
    CASE_OF_NUMBER = "case_of_number",
    OTHERS_OF_PATIENT = "others_of_patient",
    EXCLUSION_INSERT = "exclusion_insert",
    SERIES_INSERT = "series_insert",
    NEXT_SERIES_ORD = "next_series_ord",
    SERIES_OF_CONTENT = "series_of_content",
    SERIES_OF_CASE = "series_of_case",
    SERIES = "series",
    SERIES_COUNTS = "series_counts",
    OBJECT_INSERT = "object_insert",
    OBJECTS = "objects",
    OBJECT_KIND = "object_kind",
    SERIES_OBJECT_INSERT = "series_object_insert",
    SERIES_OBJECTS = "series_objects",
    SERIES_CONTENTS = "series_contents",
    COUNTS = "counts",
}

/// A patient row: a random pseudonym; what identifies the person in the hospital is sealed.
pub(crate) fn insert_patient(
    db: &Connection,
    seal: Seal,
    sex: Option<&str>,
    identity: &str,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    let identity = seal.close_text(
        Place {
            table: "patient",
            row: &id,
        },
        identity,
    );
    let values = params![id, "", sex, None::<String>, identity, seal.scheme(), ev];
    run(db, PATIENT_INSERT, values)?;
    Ok(id)
}

/// Pseudonyms with the opened identity.
pub(crate) fn patients(db: &Connection, seal: Seal) -> Result<Vec<(String, String)>> {
    let rows = many(db, PATIENTS, [], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get(2)?,
        ))
    })?;
    rows.into_iter()
        .map(|(id, identity, scheme)| {
            let text = seal.open_text(
                Place {
                    table: "patient",
                    row: &id,
                },
                scheme,
                identity,
            )?;
            Ok((id, text))
        })
        .collect()
}

/// A case's row; the description is opened JSON.
#[derive(Clone, Debug)]
pub(crate) struct CaseRecord {
    pub(crate) id: CaseId,
    pub(crate) number: u32,
    pub(crate) description: String,
    pub(crate) excluded: bool,
}

pub(crate) struct NewCaseRecord<'a> {
    pub(crate) id: &'a CaseId,
    pub(crate) number: u32,
    pub(crate) patient: &'a str,
    pub(crate) time_point: i64,
    pub(crate) study_sha: Option<Sha>,
    pub(crate) description: &'a str,
}

pub(crate) fn insert_case(
    db: &Connection,
    seal: Seal,
    case: &NewCaseRecord<'_>,
    ev: &str,
) -> Result<()> {
    let NewCaseRecord {
        id,
        number,
        patient,
        time_point,
        study_sha,
        description,
    } = case;
    let place = Place {
        table: "case_",
        row: id.as_str(),
    };
    let description = seal.close_text(place, description);
    let study = study_sha.as_ref().map(Sha::as_slice);
    let values = params![
        id,
        number,
        patient,
        time_point,
        study,
        description,
        seal.scheme(),
        ev
    ];
    run(db, CASE_INSERT, values)?;
    Ok(())
}

pub(crate) fn next_number(db: &Connection) -> Result<u32> {
    Ok(one(db, NEXT_NUMBER, [], |row| row.get(0))?.unwrap_or(1))
}

pub(crate) fn has_number(db: &Connection, number: u32) -> Result<bool> {
    let found = one(db, CASE_OF_NUMBER, [number], |row| row.get::<_, CaseId>(0))?;
    Ok(found.is_some())
}

pub(crate) fn next_time_point(db: &Connection, patient: &str) -> Result<i64> {
    Ok(one(db, NEXT_TIME_POINT, [patient], |row| row.get(0))?.unwrap_or(1))
}

pub(crate) fn case_of_study(db: &Connection, study: &Sha) -> Result<Option<CaseId>> {
    one(db, CASE_OF_STUDY, [study.as_slice()], |row| row.get(0))
}

type RawCase = (CaseId, u32, Vec<u8>, Scheme, bool);

fn raw_case(row: &Row<'_>) -> rusqlite::Result<RawCase> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

fn open_case(seal: Seal, raw: RawCase) -> Result<CaseRecord> {
    let (id, number, description, scheme, excluded) = raw;
    let place = Place {
        table: "case_",
        row: id.as_str(),
    };
    let description = seal.open_text(place, scheme, description)?;
    Ok(CaseRecord {
        id,
        number,
        description,
        excluded,
    })
}

pub(crate) fn all(db: &Connection, seal: Seal) -> Result<Vec<CaseRecord>> {
    many(db, CASES, [], raw_case)?
        .into_iter()
        .map(|raw| open_case(seal, raw))
        .collect()
}

pub(crate) fn case(db: &Connection, seal: Seal, id: &CaseId) -> Result<Option<CaseRecord>> {
    one(db, CASE, [id], raw_case)?
        .map(|raw| open_case(seal, raw))
        .transpose()
}

/// The other cases of a case's patient, in no order.
pub(crate) fn others_of_patient(
    db: &Connection,
    seal: Seal,
    case: &CaseId,
) -> Result<Vec<CaseRecord>> {
    many(db, OTHERS_OF_PATIENT, [case], raw_case)?
        .into_iter()
        .map(|raw| open_case(seal, raw))
        .collect()
}

/// Finds a case by id, or by its number as people write it.
pub(crate) fn find(db: &Connection, seal: Seal, text: &str) -> Result<Option<CaseRecord>> {
    if let Some(found) = case(db, seal, &CaseId::from_text(text))? {
        return Ok(Some(found));
    }
    let Ok(number) = text.trim().trim_start_matches('#').parse::<u32>() else {
        return Ok(None);
    };
    match one(db, CASE_OF_NUMBER, [number], |row| row.get::<_, CaseId>(0))? {
        Some(id) => case(db, seal, &id),
        None => Ok(None),
    }
}

pub(crate) fn insert_exclusion(
    db: &Connection,
    seal: Seal,
    (case, excluded): (&CaseId, bool),
    reason: &str,
    by: &PersonId,
    mono: i64,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    let reason = seal.close_text(
        Place {
            table: "case_exclusion",
            row: &id,
        },
        reason,
    );
    let values = params![id, case, excluded, reason, seal.scheme(), by, mono, ev];
    run(db, EXCLUSION_INSERT, values)?;
    Ok(id)
}

/// A series' row; the description is opened JSON.
#[derive(Clone, Debug)]
pub(crate) struct SeriesRecord {
    pub(crate) id: SeriesId,
    pub(crate) case: CaseId,
    pub(crate) modality: String,
    pub(crate) geometry: String,
    pub(crate) description: String,
}

pub(crate) fn insert_series(
    db: &Connection,
    seal: Seal,
    series: &SeriesRecord,
    (content, n_objects): (Sha, usize),
    ev: &str,
) -> Result<()> {
    let SeriesRecord {
        id,
        case,
        modality,
        geometry,
        description,
    } = series;
    let ord: i64 = one(db, NEXT_SERIES_ORD, [case], |row| row.get(0))?.unwrap_or(1);
    let description = seal.close_text(
        Place {
            table: "series",
            row: id.as_str(),
        },
        description,
    );
    let values = params![
        id,
        case,
        ord,
        modality,
        geometry,
        content.as_slice(),
        n_objects as i64,
        description,
        seal.scheme(),
        ev
    ];
    run(db, SERIES_INSERT, values)?;
    Ok(())
}

pub(crate) fn series_of_content(
    db: &Connection,
    content: &Sha,
) -> Result<Option<(SeriesId, CaseId)>> {
    one(db, SERIES_OF_CONTENT, [content.as_slice()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

type RawSeries = (SeriesId, CaseId, String, String, Vec<u8>, Scheme);

fn raw_series(row: &Row<'_>) -> rusqlite::Result<RawSeries> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
    ))
}

fn open_series(seal: Seal, raw: RawSeries) -> Result<SeriesRecord> {
    let (id, case, modality, geometry, description, scheme) = raw;
    let place = Place {
        table: "series",
        row: id.as_str(),
    };
    let description = seal.open_text(place, scheme, description)?;
    Ok(SeriesRecord {
        id,
        case,
        modality,
        geometry,
        description,
    })
}

pub(crate) fn series_of_case(
    db: &Connection,
    seal: Seal,
    case: &CaseId,
) -> Result<Vec<SeriesRecord>> {
    let rows = many(db, SERIES_OF_CASE, [case], raw_series)?;
    rows.into_iter().map(|raw| open_series(seal, raw)).collect()
}

pub(crate) fn all_series(db: &Connection, seal: Seal) -> Result<Vec<SeriesRecord>> {
    many(db, SERIES, [], raw_series)?
        .into_iter()
        .map(|raw| open_series(seal, raw))
        .collect()
}

/// How many series each case has; one without any is not there.
pub(crate) fn series_counts(db: &Connection) -> Result<BTreeMap<CaseId, usize>> {
    let counts = many(db, SERIES_COUNTS, [], |row| {
        Ok((row.get(0)?, row.get::<_, u32>(1)? as usize))
    })?;
    Ok(counts.into_iter().collect())
}

/// An image object's row.
#[derive(Clone, Debug)]
pub(crate) struct ObjectRow {
    pub(crate) sha: Sha,
    /// Copied into the project, or referred to where it lies.
    pub(crate) is_copy: bool,
    pub(crate) raw_size: u64,
    pub(crate) stored_size: u64,
    pub(crate) scheme: Scheme,
}

pub(crate) fn insert_object(db: &Connection, object: &ObjectRow) -> Result<()> {
    let kind = if object.is_copy { "image" } else { "reference" };
    let sizes = [object.raw_size, object.stored_size].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let values = params![
        object.sha.as_slice(),
        kind,
        sizes[0],
        sizes[1],
        object.scheme
    ];
    run(db, OBJECT_INSERT, values)?;
    Ok(())
}

pub(crate) fn objects(db: &Connection) -> Result<Vec<ObjectRow>> {
    let rows = many(db, OBJECTS, [], |row| {
        Ok((
            row.get::<_, Vec<u8>>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, i64>(3)?,
            row.get(4)?,
        ))
    })?;
    rows.into_iter()
        .map(|(hash, kind, raw, stored, scheme)| {
            let [raw_size, stored_size] = [raw, stored].map(|n| u64::try_from(n).unwrap_or(0));
            Ok(ObjectRow {
                sha: sha(&hash)?,
                is_copy: kind == "image",
                raw_size,
                stored_size,
                scheme,
            })
        })
        .collect()
}

pub(crate) fn is_copied(db: &Connection, object: &Sha) -> Result<bool> {
    let kind: Option<String> = one(db, OBJECT_KIND, [object.as_slice()], |row| row.get(0))?;
    Ok(kind.as_deref() == Some("image"))
}

pub(crate) fn insert_series_object(
    db: &Connection,
    series: &SeriesId,
    index: usize,
    object: &Sha,
) -> Result<()> {
    run(
        db,
        SERIES_OBJECT_INSERT,
        params![series, index as i64, object.as_slice()],
    )?;
    Ok(())
}

/// Hashes of a series' files in their order.
pub(crate) fn series_objects(db: &Connection, series: &SeriesId) -> Result<Vec<Sha>> {
    let rows = many(db, SERIES_OBJECTS, [series], |row| row.get::<_, Vec<u8>>(0))?;
    rows.iter().map(|bytes| sha(bytes)).collect()
}

/// Every series with the hash over its files.
pub(crate) fn contents(db: &Connection) -> Result<Vec<(SeriesId, Vec<u8>)>> {
    many(db, SERIES_CONTENTS, [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Number of cases, of series, and bytes of image objects.
pub(crate) fn counts(db: &Connection) -> Result<(u64, u64, u64)> {
    let counts = one(db, COUNTS, [], |row| {
        Ok([
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, i64>(2)?,
        ])
    })?
    .unwrap_or([0; 3]);
    let [cases, series, bytes] = counts.map(|n| u64::try_from(n).unwrap_or(0));
    Ok((cases, series, bytes))
}
