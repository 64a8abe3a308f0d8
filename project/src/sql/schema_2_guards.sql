-- Schema 2: indexes and guards of its tables.

CREATE INDEX effort_span_assignment ON effort_span(assignment);
CREATE INDEX hold_assignment ON hold(assignment, mono);
CREATE INDEX note_assignment ON note(assignment, mono);
CREATE INDEX note_about ON note(about);

CREATE TRIGGER effort_span_no_update BEFORE UPDATE ON effort_span BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER effort_span_no_delete BEFORE DELETE ON effort_span BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER hold_no_update BEFORE UPDATE ON hold BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER hold_no_delete BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER note_no_update BEFORE UPDATE ON note BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER note_no_delete BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER backup_no_update BEFORE UPDATE ON backup BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER backup_no_delete BEFORE DELETE ON backup BEGIN SELECT RAISE(ABORT, 'append-only'); END;
