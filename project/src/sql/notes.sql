-- name: insert
INSERT INTO note(id, kind, assignment, about, author, text, view_json, scheme, mono, wall, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: all
SELECT id, kind, assignment, about, author, text, view_json, scheme, wall FROM note ORDER BY mono;

-- name: of_reader
SELECT n.id, n.kind, n.assignment, n.about, n.author, n.text, n.view_json, n.scheme, n.wall
FROM note AS n JOIN assignment AS a ON a.id = n.assignment WHERE a.reader = ?1 ORDER BY n.mono;
