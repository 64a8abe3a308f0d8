-- name: insert
INSERT INTO hold(id, assignment, rev, held, note, scheme, mono, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: last_of_each
SELECT h.id, h.assignment, h.rev, h.note, h.scheme FROM hold AS h
WHERE h.held = 1
  AND h.mono = (SELECT max(mono) FROM hold AS later WHERE later.assignment = h.assignment);

-- name: last_of_reader
SELECT h.id, h.assignment, h.rev, h.note, h.scheme
FROM assignment AS a JOIN hold AS h ON h.assignment = a.id
WHERE a.reader = ?1 AND h.held = 1
  AND h.mono = (SELECT max(mono) FROM hold AS later WHERE later.assignment = h.assignment);
