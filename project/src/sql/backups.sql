-- name: insert
INSERT INTO backup(id, made, generation, place, scheme, manifest_sha, bytes, mono, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: last
SELECT id, made, generation, place, scheme, manifest_sha, bytes FROM backup ORDER BY mono DESC LIMIT 1;
