//! Tables `person`, `credential`, `role_grant`, `qualification`.

use rusqlite::{Connection, params};

use super::{many, one, run};
use crate::error::{Error, Result};
use crate::ids::{PersonId, fresh_id};
use crate::seal::{Place, Seal};
use crate::session::Role;
use crate::statement::statements;

statements! { "people.sql":
    PERSON_INSERT = "person_insert",
    PEOPLE = "people",
    CREDENTIAL_PUT = "credential_put",
    CREDENTIAL = "credential",
    CREDENTIAL_WAIT = "credential_wait",
    GRANT_INSERT = "grant_insert",
    GRANTS = "grants",
    GRANTS_OF = "grants_of",
    QUALIFICATION_INSERT = "qualification_insert",
    QUALIFICATIONS = "qualifications",
}

/// A person's row, opened.
#[derive(Clone, Debug)]
pub(crate) struct PersonRow {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) kana: Option<String>,
}

pub(crate) fn insert(db: &Connection, seal: Seal, person: &PersonRow, ev: &str) -> Result<()> {
    let place = Place {
        table: "person",
        row: person.id.as_str(),
    };
    let name = seal.close_text(place, &person.name);
    let kana = person
        .kana
        .as_deref()
        .map(|kana| seal.close_text(place, kana));
    run(
        db,
        PERSON_INSERT,
        params![person.id, name, kana, seal.scheme(), ev],
    )?;
    Ok(())
}

pub(crate) fn all(db: &Connection, seal: Seal) -> Result<Vec<PersonRow>> {
    let rows = many(db, PEOPLE, [], |row| {
        Ok((
            row.get::<_, PersonId>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get::<_, Option<Vec<u8>>>(2)?,
            row.get(3)?,
        ))
    })?;
    rows.into_iter()
        .map(|(id, name, kana, scheme)| {
            let place = Place {
                table: "person",
                row: id.as_str(),
            };
            let name = seal.open_text(place, scheme, name)?;
            let kana = kana
                .map(|kana| seal.open_text(place, scheme, kana))
                .transpose()?;
            Ok(PersonRow { id, name, kana })
        })
        .collect()
}

/// What is kept about a passphrase and its failed guesses.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) phc: String,
    pub(crate) fails: u32,
    pub(crate) not_before_ms: i64,
}

pub(crate) fn credential(db: &Connection, person: &PersonId) -> Result<Option<Credential>> {
    one(db, CREDENTIAL, [person], |row| {
        Ok(Credential {
            phc: row.get(0)?,
            fails: row.get(1)?,
            not_before_ms: row.get(2)?,
        })
    })
}

pub(crate) fn put_credential(
    db: &Connection,
    person: &PersonId,
    phc: &str,
    changed: &str,
) -> Result<()> {
    run(db, CREDENTIAL_PUT, params![person, phc, changed])?;
    Ok(())
}

pub(crate) fn put_wait(
    db: &Connection,
    person: &PersonId,
    fails: u32,
    not_before_ms: i64,
) -> Result<()> {
    run(db, CREDENTIAL_WAIT, params![person, fails, not_before_ms])?;
    Ok(())
}

/// A role that is held now.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) grant: String,
    pub(crate) role: Role,
}

fn role(text: &str) -> Result<Role> {
    Role::from_word(text).ok_or_else(|| Error::Damaged(format!("role {text}")))
}

/// Inserts a grant, or with `revoke_of` its revocation; gives the row's id.
pub(crate) fn insert_grant(
    db: &Connection,
    person: &PersonId,
    granted: Role,
    by: &PersonId,
    revoke_of: Option<&str>,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    run(
        db,
        GRANT_INSERT,
        params![id, person, granted.word(), by, revoke_of, ev],
    )?;
    Ok(id)
}

pub(crate) fn roles_of(db: &Connection, person: &PersonId) -> Result<Vec<Held>> {
    let rows = many(db, GRANTS_OF, [person], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    })?;
    rows.into_iter()
        .map(|(grant, word)| {
            Ok(Held {
                grant,
                role: role(&word)?,
            })
        })
        .collect()
}

pub(crate) fn roles(db: &Connection) -> Result<Vec<(PersonId, Role)>> {
    let rows = many(db, GRANTS, [], |row| {
        Ok((row.get(1)?, row.get::<_, String>(2)?))
    })?;
    rows.into_iter()
        .map(|(person, word)| Ok((person, role(&word)?)))
        .collect()
}

/// A qualification as stated by the person who added it.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    pub(crate) id: String,
    pub(crate) person: PersonId,
    pub(crate) text: String,
}

pub(crate) fn insert_qualification(
    db: &Connection,
    seal: Seal,
    person: &PersonId,
    text: &str,
    supersedes: Option<&str>,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    let kind = seal.close_text(
        Place {
            table: "qualification",
            row: &id,
        },
        text,
    );
    let values = params![id, person, kind, seal.scheme(), supersedes, ev];
    run(db, QUALIFICATION_INSERT, values)?;
    Ok(id)
}

pub(crate) fn qualifications(db: &Connection, seal: Seal) -> Result<Vec<Stated>> {
    let rows = many(db, QUALIFICATIONS, [], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, PersonId>(1)?,
            row.get::<_, Vec<u8>>(2)?,
            row.get(3)?,
        ))
    })?;
    rows.into_iter()
        .map(|(id, person, kind, scheme)| {
            let place = Place {
                table: "qualification",
                row: &id,
            };
            let text = seal.open_text(place, scheme, kind)?;
            Ok(Stated { id, person, text })
        })
        .collect()
}
