-- Schema 1. "append-only" tables are guarded by triggers and covered by the event chain; ids are
-- UUIDv7 texts; `ev` is chain:seq of the event that recorded the row; `scheme` is the seal of the
-- BLOB columns of that row.

CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE chain(
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person DEFERRABLE INITIALLY DEFERRED,
  device TEXT NOT NULL,
  pk BLOB,
  cert_sig BLOB,
  UNIQUE(person, device)
) STRICT;

CREATE TABLE event(
  chain TEXT NOT NULL REFERENCES chain,
  seq INTEGER NOT NULL CHECK(seq > 0),
  prev BLOB NOT NULL,
  lamport INTEGER NOT NULL UNIQUE,
  wall TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32),
  sig BLOB,
  PRIMARY KEY(chain, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE person(
  id TEXT PRIMARY KEY,
  name BLOB NOT NULL,
  kana BLOB,
  scheme INTEGER NOT NULL,
  sign_pk BLOB,
  enc_pk BLOB,
  orcid TEXT,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE credential(
  person TEXT PRIMARY KEY REFERENCES person,
  phc TEXT NOT NULL,
  fails INTEGER NOT NULL DEFAULT 0 CHECK(fails >= 0),
  not_before_ms INTEGER NOT NULL DEFAULT 0,
  changed TEXT NOT NULL
) STRICT;

CREATE TABLE role_grant(
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person,
  role TEXT NOT NULL CHECK(role IN ('reader', 'lead', 'admin')),
  set_id TEXT REFERENCES annotation_set,
  granted_by TEXT NOT NULL REFERENCES person,
  revoke_of TEXT UNIQUE REFERENCES role_grant,
  ev TEXT NOT NULL
) STRICT;
CREATE INDEX role_grant_person ON role_grant(person);

CREATE TABLE qualification(
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person,
  kind BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('declared', 'verified', 'expired', 'revoked')),
  supersedes TEXT REFERENCES qualification,
  ev TEXT NOT NULL
) STRICT;
CREATE INDEX qualification_person ON qualification(person);

CREATE TABLE protocol_version(
  id TEXT PRIMARY KEY,
  protocol TEXT NOT NULL,
  semver TEXT NOT NULL,
  parent TEXT REFERENCES protocol_version,
  json TEXT NOT NULL,
  sha BLOB NOT NULL UNIQUE CHECK(length(sha) = 32),
  ev TEXT NOT NULL,
  UNIQUE(protocol, semver)
) STRICT;

CREATE TABLE annotation_set(
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  protocol TEXT NOT NULL,
  design_json TEXT NOT NULL,
  ai_policy TEXT NOT NULL,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE patient(
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  sex TEXT,
  age_band TEXT,
  identity BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE case_(
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE CHECK(number > 0),
  patient TEXT NOT NULL REFERENCES patient,
  time_point INTEGER NOT NULL,
  shifted_date TEXT,
  study_sha BLOB UNIQUE,
  description BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;
CREATE INDEX case_patient ON case_(patient);

CREATE TABLE case_exclusion(
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_,
  excluded INTEGER NOT NULL CHECK(excluded IN (0, 1)),
  reason BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  by_ TEXT NOT NULL REFERENCES person,
  mono INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;
CREATE INDEX case_exclusion_case ON case_exclusion(case_id, mono);

CREATE TABLE series(
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_,
  ord INTEGER NOT NULL,
  modality TEXT NOT NULL,
  geom_json TEXT NOT NULL,
  content_sha BLOB NOT NULL UNIQUE CHECK(length(content_sha) = 32),
  n_objects INTEGER NOT NULL,
  description BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  ev TEXT NOT NULL,
  UNIQUE(case_id, ord)
) STRICT;

CREATE TABLE object(
  sha BLOB PRIMARY KEY CHECK(length(sha) = 32),
  kind TEXT NOT NULL CHECK(kind IN ('image', 'reference')),
  raw_size INTEGER NOT NULL,
  stored_size INTEGER NOT NULL,
  scheme INTEGER NOT NULL,
  key_id TEXT,
  erased_ev TEXT
) STRICT;

CREATE TABLE series_object(
  series TEXT NOT NULL REFERENCES series,
  ix INTEGER NOT NULL,
  sha BLOB NOT NULL REFERENCES object,
  PRIMARY KEY(series, ix)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment(
  id TEXT PRIMARY KEY,
  set_id TEXT NOT NULL REFERENCES annotation_set,
  case_id TEXT NOT NULL REFERENCES case_,
  reader TEXT NOT NULL REFERENCES person,
  protocol_v TEXT NOT NULL REFERENCES protocol_version,
  round TEXT NOT NULL,
  kind TEXT NOT NULL,
  ord INTEGER NOT NULL,
  alias TEXT NOT NULL,
  ev TEXT NOT NULL,
  UNIQUE(set_id, case_id, reader, protocol_v, round)
) STRICT;
CREATE INDEX assignment_case ON assignment(case_id);
CREATE INDEX assignment_reader ON assignment(reader, ord);

CREATE TABLE work(
  id TEXT PRIMARY KEY,
  assignment TEXT NOT NULL REFERENCES assignment,
  rev INTEGER NOT NULL CHECK(rev > 0),
  from_version TEXT REFERENCES annotation_version,
  ev TEXT NOT NULL,
  UNIQUE(assignment, rev)
) STRICT;

CREATE TABLE edit(
  work TEXT NOT NULL REFERENCES work,
  seq INTEGER NOT NULL CHECK(seq > 0),
  undo_of INTEGER CHECK(undo_of > 0 AND undo_of < seq),
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  mono INTEGER NOT NULL,
  wall TEXT NOT NULL,
  prev BLOB NOT NULL CHECK(length(prev) = 32),
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  PRIMARY KEY(work, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_mono ON edit(mono);

CREATE TABLE brick(
  hash BLOB PRIMARY KEY CHECK(length(hash) = 32),
  data BLOB NOT NULL,
  scheme INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint(
  work TEXT NOT NULL REFERENCES work,
  seq INTEGER NOT NULL,
  body BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  head BLOB NOT NULL CHECK(length(head) = 32),
  PRIMARY KEY(work, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotation_version(
  id TEXT PRIMARY KEY,
  work TEXT REFERENCES work,
  seq INTEGER,
  author TEXT NOT NULL,
  origin TEXT NOT NULL CHECK(origin IN ('reader')),
  protocol_v TEXT NOT NULL REFERENCES protocol_version,
  payload BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  payload_sha BLOB NOT NULL CHECK(length(payload_sha) = 32),
  content_sha BLOB NOT NULL CHECK(length(content_sha) = 32),
  parents TEXT NOT NULL DEFAULT '[]',
  app TEXT NOT NULL,
  ev TEXT NOT NULL,
  UNIQUE(work, seq)
) STRICT;

CREATE TABLE submission(
  id TEXT PRIMARY KEY,
  assignment TEXT NOT NULL REFERENCES assignment,
  rev INTEGER NOT NULL,
  version TEXT NOT NULL REFERENCES annotation_version,
  blind TEXT NOT NULL CHECK(blind IN ('blinded', 'unblinded')),
  sig BLOB,
  ev TEXT NOT NULL,
  UNIQUE(assignment, rev)
) STRICT;

CREATE TABLE reopen(
  id TEXT PRIMARY KEY,
  submission TEXT NOT NULL UNIQUE REFERENCES submission,
  by_ TEXT NOT NULL REFERENCES person,
  code TEXT NOT NULL,
  text BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  unblinded INTEGER NOT NULL CHECK(unblinded IN (0, 1)),
  ev TEXT NOT NULL
) STRICT;

CREATE TABLE comparison(
  id TEXT PRIMARY KEY,
  set_id TEXT NOT NULL REFERENCES annotation_set,
  case_id TEXT NOT NULL REFERENCES case_,
  inputs TEXT NOT NULL,
  protocol_v TEXT NOT NULL REFERENCES protocol_version,
  engine TEXT NOT NULL,
  result BLOB NOT NULL,
  scheme INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK(verdict IN ('agreed', 'discordant')),
  to_decide TEXT NOT NULL,
  mono INTEGER NOT NULL,
  ev TEXT NOT NULL,
  UNIQUE(case_id, inputs, engine)
) STRICT;

CREATE TABLE adjudication(
  id TEXT PRIMARY KEY,
  comparison TEXT NOT NULL REFERENCES comparison,
  finding TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason BLOB NOT NULL,
  drawn BLOB,
  scheme INTEGER NOT NULL,
  by_ TEXT NOT NULL REFERENCES person,
  supersedes TEXT UNIQUE REFERENCES adjudication,
  sig BLOB,
  mono INTEGER NOT NULL,
  ev TEXT NOT NULL
) STRICT;
CREATE INDEX adjudication_comparison ON adjudication(comparison, mono);

CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER person_no_update BEFORE UPDATE ON person BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER role_grant_no_update BEFORE UPDATE ON role_grant BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER role_grant_no_delete BEFORE DELETE ON role_grant BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER qualification_no_update BEFORE UPDATE ON qualification BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER qualification_no_delete BEFORE DELETE ON qualification BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER protocol_version_no_update BEFORE UPDATE ON protocol_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER protocol_version_no_delete BEFORE DELETE ON protocol_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER annotation_set_no_update BEFORE UPDATE ON annotation_set BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER annotation_set_no_delete BEFORE DELETE ON annotation_set BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER patient_no_update BEFORE UPDATE ON patient BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER patient_no_delete BEFORE DELETE ON patient BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER case__no_update BEFORE UPDATE ON case_ BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER case__no_delete BEFORE DELETE ON case_ BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER case_exclusion_no_update BEFORE UPDATE ON case_exclusion BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER case_exclusion_no_delete BEFORE DELETE ON case_exclusion BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER series_no_update BEFORE UPDATE ON series BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER series_no_delete BEFORE DELETE ON series BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER object_no_update BEFORE UPDATE ON object BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER object_no_delete BEFORE DELETE ON object BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER series_object_no_update BEFORE UPDATE ON series_object BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER series_object_no_delete BEFORE DELETE ON series_object BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER assignment_no_update BEFORE UPDATE ON assignment BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER assignment_no_delete BEFORE DELETE ON assignment BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER work_no_update BEFORE UPDATE ON work BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER work_no_delete BEFORE DELETE ON work BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER edit_no_update BEFORE UPDATE ON edit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER edit_no_delete BEFORE DELETE ON edit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER brick_no_update BEFORE UPDATE ON brick BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER brick_no_delete BEFORE DELETE ON brick BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER annotation_version_no_update BEFORE UPDATE ON annotation_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER annotation_version_no_delete BEFORE DELETE ON annotation_version BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER reopen_no_update BEFORE UPDATE ON reopen BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER reopen_no_delete BEFORE DELETE ON reopen BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER comparison_no_update BEFORE UPDATE ON comparison BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER comparison_no_delete BEFORE DELETE ON comparison BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER adjudication_no_update BEFORE UPDATE ON adjudication BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER adjudication_no_delete BEFORE DELETE ON adjudication BEGIN SELECT RAISE(ABORT, 'append-only'); END;
