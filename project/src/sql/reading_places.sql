-- name: put
INSERT INTO reading_place(assignment, body, scheme, turn)
VALUES (?1, ?2, ?3, (SELECT coalesce(max(turn), 0) + 1 FROM reading_place))
ON CONFLICT(assignment) DO UPDATE SET body = excluded.body, scheme = excluded.scheme, turn = excluded.turn;

-- name: place
SELECT body, scheme FROM reading_place WHERE assignment = ?1;

-- name: cases_by_turn
SELECT a.case_id FROM reading_place AS p JOIN assignment AS a ON a.id = p.assignment
WHERE a.reader = ?1 ORDER BY p.turn DESC;
