-- name: chain_of
SELECT id FROM chain WHERE person = ?1 AND device = ?2;

-- name: chain_insert
INSERT INTO chain(id, person, device) VALUES (?1, ?2, ?3);

-- name: chain_head
SELECT seq, hash FROM event WHERE chain = ?1 ORDER BY seq DESC LIMIT 1;

-- name: event_insert
INSERT INTO event(chain, seq, prev, lamport, wall, kind, body, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: events
SELECT chain, seq, prev, lamport, wall, kind, body, hash FROM event ORDER BY chain, seq;

-- name: last_sequence
SELECT max(coalesce((SELECT max(lamport) FROM event), 0), coalesce((SELECT max(mono) FROM edit), 0));

-- name: chain_row
SELECT * FROM chain WHERE id = ?1;

-- name: chain_all
SELECT * FROM chain ORDER BY id;

-- name: person_row
SELECT * FROM person WHERE id = ?1;

-- name: person_all
SELECT * FROM person ORDER BY id;

-- name: role_grant_row
SELECT * FROM role_grant WHERE id = ?1;

-- name: role_grant_all
SELECT * FROM role_grant ORDER BY id;

-- name: qualification_row
SELECT * FROM qualification WHERE id = ?1;

-- name: qualification_all
SELECT * FROM qualification ORDER BY id;

-- name: protocol_version_row
SELECT * FROM protocol_version WHERE id = ?1;

-- name: protocol_version_all
SELECT * FROM protocol_version ORDER BY id;

-- name: annotation_set_row
SELECT * FROM annotation_set WHERE id = ?1;

-- name: annotation_set_all
SELECT * FROM annotation_set ORDER BY id;

-- name: patient_row
SELECT * FROM patient WHERE id = ?1;

-- name: patient_all
SELECT * FROM patient ORDER BY id;

-- name: case__row
SELECT * FROM case_ WHERE id = ?1;

-- name: case__all
SELECT * FROM case_ ORDER BY id;

-- name: case_exclusion_row
SELECT * FROM case_exclusion WHERE id = ?1;

-- name: case_exclusion_all
SELECT * FROM case_exclusion ORDER BY id;

-- name: series_row
SELECT * FROM series WHERE id = ?1;

-- name: series_all
SELECT * FROM series ORDER BY id;

-- name: assignment_row
SELECT * FROM assignment WHERE id = ?1;

-- name: assignment_all
SELECT * FROM assignment ORDER BY id;

-- name: work_row
SELECT * FROM work WHERE id = ?1;

-- name: work_all
SELECT * FROM work ORDER BY id;

-- name: annotation_version_row
SELECT * FROM annotation_version WHERE id = ?1;

-- name: annotation_version_all
SELECT * FROM annotation_version ORDER BY id;

-- name: submission_row
SELECT * FROM submission WHERE id = ?1;

-- name: submission_all
SELECT * FROM submission ORDER BY id;

-- name: reopen_row
SELECT * FROM reopen WHERE id = ?1;

-- name: reopen_all
SELECT * FROM reopen ORDER BY id;

-- name: comparison_row
SELECT * FROM comparison WHERE id = ?1;

-- name: comparison_all
SELECT * FROM comparison ORDER BY id;

-- name: adjudication_row
SELECT * FROM adjudication WHERE id = ?1;

-- name: adjudication_all
SELECT * FROM adjudication ORDER BY id;


-- name: effort_span_row
SELECT * FROM effort_span WHERE id = ?1;

-- name: effort_span_all
SELECT * FROM effort_span ORDER BY id;

-- name: hold_row
SELECT * FROM hold WHERE id = ?1;

-- name: hold_all
SELECT * FROM hold ORDER BY id;

-- name: note_row
SELECT * FROM note WHERE id = ?1;

-- name: note_all
SELECT * FROM note ORDER BY id;

-- name: backup_row
SELECT * FROM backup WHERE id = ?1;

-- name: backup_all
SELECT * FROM backup ORDER BY id;
