//! Tables `comparison` and `adjudication`.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};

use super::{many, one, run};
use crate::error::Result;
use crate::ids::{CaseId, ComparisonId, PersonId, ProtocolVersionId, fresh_id};
use crate::seal::{Place, Scheme, Seal};
use crate::statement::statements;

statements! { "comparisons.sql":
    INSERT = "insert",
    OF_INPUTS = "of_inputs",
    LAST_OF_CASE = "last_of_case",
    LAST_OF_EACH = "last_of_each",
    DECISION_INSERT = "decision_insert",
    DECISIONS = "decisions",
    DECIDED = "decided",
}

/// A stored comparison without its figures.
#[derive(Clone, Debug)]
pub(crate) struct ComparisonRow {
    pub(crate) id: ComparisonId,
    pub(crate) case: CaseId,
    /// JSON of readers and versions in the order a, b, …
    pub(crate) inputs: String,
    pub(crate) is_agreed: bool,
    /// JSON list of the rows that need a decision.
    pub(crate) to_decide: String,
}

fn comparison(row: &Row<'_>) -> rusqlite::Result<ComparisonRow> {
    Ok(ComparisonRow {
        id: row.get(0)?,
        case: row.get(1)?,
        inputs: row.get(2)?,
        is_agreed: row.get::<_, String>(3)? == "agreed",
        to_decide: row.get(4)?,
    })
}

pub(crate) struct NewComparison<'a> {
    pub(crate) row: &'a ComparisonRow,
    pub(crate) set: &'a str,
    pub(crate) protocol: &'a ProtocolVersionId,
    pub(crate) engine: &'a str,
    pub(crate) result: &'a str,
    pub(crate) mono: i64,
}

pub(crate) fn insert(db: &Connection, seal: Seal, new: &NewComparison<'_>, ev: &str) -> Result<()> {
    let NewComparison {
        row,
        set,
        protocol,
        engine,
        result,
        mono,
    } = new;
    let place = Place {
        table: "comparison",
        row: row.id.as_str(),
    };
    let result = seal.close_text(place, result);
    let verdict = if row.is_agreed {
        "agreed"
    } else {
        "discordant"
    };
    let values = params![
        row.id,
        set,
        row.case,
        row.inputs,
        protocol,
        engine,
        result,
        seal.scheme(),
        verdict,
        row.to_decide,
        mono,
        ev
    ];
    run(db, INSERT, values)?;
    Ok(())
}

pub(crate) fn of_inputs(
    db: &Connection,
    case: &CaseId,
    inputs: &str,
    engine: &str,
) -> Result<Option<ComparisonRow>> {
    one(db, OF_INPUTS, params![case, inputs, engine], comparison)
}

pub(crate) fn last_of_case(db: &Connection, case: &CaseId) -> Result<Option<ComparisonRow>> {
    one(db, LAST_OF_CASE, [case], comparison)
}

/// The last comparison of each case that has one.
pub(crate) fn last_of_each(db: &Connection) -> Result<Vec<ComparisonRow>> {
    many(db, LAST_OF_EACH, [], comparison)
}

/// One decision as stored and opened.
#[derive(Clone, Debug)]
pub(crate) struct DecisionRow {
    pub(crate) id: String,
    pub(crate) finding: String,
    pub(crate) decision: String,
    pub(crate) reason: String,
    /// Redrawn mask, encoded.
    pub(crate) drawn: Option<Vec<u8>>,
    pub(crate) by: PersonId,
}

/// Inserts a decision with a fresh id, which is given back.
pub(crate) fn insert_decision(
    db: &Connection,
    seal: Seal,
    comparison: &ComparisonId,
    decision: &DecisionRow,
    supersedes: Option<&str>,
    (mono, ev): (i64, &str),
) -> Result<String> {
    let id = fresh_id();
    let place = Place {
        table: "adjudication",
        row: &id,
    };
    let reason = seal.close_text(place, &decision.reason);
    let drawn = decision
        .drawn
        .as_deref()
        .map(|drawn| seal.close(place, drawn));
    let values = params![
        id,
        comparison,
        decision.finding,
        decision.decision,
        reason,
        drawn,
        seal.scheme(),
        decision.by,
        supersedes,
        mono,
        ev
    ];
    run(db, DECISION_INSERT, values)?;
    Ok(id)
}

type RawDecision = (
    String,
    String,
    String,
    Vec<u8>,
    Option<Vec<u8>>,
    Scheme,
    PersonId,
);

/// The decisions in force on a comparison.
pub(crate) fn decisions(
    db: &Connection,
    seal: Seal,
    comparison: &ComparisonId,
) -> Result<Vec<DecisionRow>> {
    let rows: Vec<RawDecision> = many(db, DECISIONS, [comparison], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
        ))
    })?;
    rows.into_iter()
        .map(|(id, finding, decision, reason, drawn, scheme, by)| {
            let place = Place {
                table: "adjudication",
                row: &id,
            };
            let reason = seal.open_text(place, scheme, reason)?;
            let drawn = drawn
                .map(|drawn| seal.open(place, scheme, drawn))
                .transpose()?;
            Ok(DecisionRow {
                id,
                finding,
                decision,
                reason,
                drawn,
                by,
            })
        })
        .collect()
}

/// Comparison and row of every decision.
pub(crate) fn decided(db: &Connection) -> Result<BTreeSet<(ComparisonId, String)>> {
    let rows = many(db, DECIDED, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}
