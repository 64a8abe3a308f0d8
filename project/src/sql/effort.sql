-- name: insert
INSERT INTO effort_span(id, assignment, started, active_ms, idle_ms, edits, ai_mode, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'none', ?7);

-- name: of_assignment
SELECT coalesce(sum(active_ms), 0), coalesce(sum(idle_ms), 0), coalesce(sum(edits), 0), count(*)
FROM effort_span WHERE assignment = ?1;

-- name: active_of_reader
SELECT a.id, sum(e.active_ms) FROM effort_span AS e JOIN assignment AS a ON a.id = e.assignment
WHERE a.reader = ?1 GROUP BY a.id;

-- name: submitted_of_reader
SELECT a.id, e.wall FROM assignment AS a
JOIN submission AS s ON s.assignment = a.id
  AND s.rev = (SELECT max(rev) FROM submission AS later WHERE later.assignment = a.id)
JOIN event AS e ON e.chain = substr(s.ev, 1, instr(s.ev, ':') - 1)
  AND e.seq = CAST(substr(s.ev, instr(s.ev, ':') + 1) AS INTEGER)
WHERE a.reader = ?1;
