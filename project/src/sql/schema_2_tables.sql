-- Schema 2: what is kept around a reading, and what is known about backups. All of these tables are
-- new in it; `reading_place` alone is overwritten, the others are append-only as those of schema 1.

CREATE TABLE reading_place(
  assignment TEXT PRIMARY KEY REFERENCES assignment,
  body BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  turn INTEGER NOT NULL CHECK(turn > 0)
) STRICT;

CREATE TABLE effort_span(
  id TEXT PRIMARY KEY,
  assignment TEXT NOT NULL REFERENCES assignment,
  started TEXT NOT NULL,
  active_ms INTEGER NOT NULL CHECK(active_ms >= 0),
  idle_ms INTEGER NOT NULL CHECK(idle_ms >= 0 AND active_ms + idle_ms <= 86400000),
  edits INTEGER NOT NULL CHECK(edits >= 0),
  ai_mode TEXT NOT NULL,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE hold(
  id TEXT PRIMARY KEY,
  assignment TEXT NOT NULL REFERENCES assignment,
  rev INTEGER NOT NULL CHECK(rev > 0),
  held INTEGER NOT NULL CHECK(held IN (0, 1)),
  note BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  mono INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE note(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK(kind IN ('question', 'answer', 'withdrawal')),
  assignment TEXT NOT NULL REFERENCES assignment,
  about TEXT REFERENCES note CHECK((about IS NULL) = (kind = 'question')),
  author TEXT NOT NULL REFERENCES person,
  text BLOB NOT NULL,
  view_json BLOB,
  scheme INTEGER NOT NULL,
  mono INTEGER NOT NULL,
  wall TEXT NOT NULL,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE backup(
  id TEXT PRIMARY KEY,
  made TEXT NOT NULL,
  generation TEXT NOT NULL,
  place BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  manifest_sha BLOB NOT NULL CHECK(length(manifest_sha) = 32),
  bytes INTEGER NOT NULL CHECK(bytes >= 0),
  mono INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;
