//! Identities: `UUIDv7` texts, one type per thing, so that a case never stands where a person is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id: unique by its random part, whatever the clock says.
            pub(crate) fn fresh() -> Self {
                Self(Uuid::now_v7().to_string())
            }

            /// An id as a command or the database gives it; existence is checked where it is used.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                String::column_result(value).map(Self)
            }
        }
    };
}

id_type!(
    /// A person of the project.
    PersonId
);
id_type!(
    /// What is read at one sitting.
    CaseId
);
id_type!(
    /// One series of a case, as the project knows it.
    SeriesId
);
id_type!(
    /// Reader × case × protocol version.
    AssignmentId
);
id_type!(
    /// One revision of a reader's document.
    WorkId
);
id_type!(
    /// An immutable snapshot of a work.
    VersionId
);
id_type!(
    /// A stored comparison of a case's readings.
    ComparisonId
);
id_type!(
    /// A reader's question to the lead.
    FlagId
);
id_type!(
    /// A frozen protocol in this project.
    ProtocolVersionId
);

/// An id for rows that need no type of their own.
pub(crate) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}
