-- name: edit_insert
INSERT INTO edit(work, seq, undo_of, name, body, scheme, mono, wall, prev, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: marks
SELECT seq, undo_of, name, wall FROM edit WHERE work = ?1 ORDER BY seq;

-- name: body
SELECT body, scheme FROM edit WHERE work = ?1 AND seq = ?2;

-- name: bodies_after
SELECT seq, body, scheme FROM edit WHERE work = ?1 AND seq > ?2 ORDER BY seq;

-- name: head
SELECT seq, hash FROM edit WHERE work = ?1 ORDER BY seq DESC LIMIT 1;

-- name: links
SELECT work, seq, undo_of, name, body, scheme, mono, wall, prev, hash FROM edit ORDER BY work, seq;

-- name: brick_insert
INSERT INTO brick(hash, data, scheme) VALUES (?1, ?2, ?3) ON CONFLICT(hash) DO NOTHING;

-- name: brick
SELECT data, scheme FROM brick WHERE hash = ?1;

-- name: brick_known
SELECT 1 FROM brick WHERE hash = ?1;

-- name: bricks
SELECT hash, data, scheme FROM brick ORDER BY hash;

-- name: checkpoint_put
INSERT INTO checkpoint(work, seq, body, scheme, head) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT(work, seq) DO NOTHING;

-- name: checkpoint_drop
DELETE FROM checkpoint WHERE work = ?1 AND seq = ?2;

-- name: checkpoint_rows
SELECT seq FROM checkpoint WHERE work = ?1 ORDER BY seq;

-- name: checkpoint_near
SELECT seq FROM checkpoint WHERE work = ?1 ORDER BY abs(seq - ?2), seq LIMIT 1;

-- name: checkpoint
SELECT seq, body, scheme, head FROM checkpoint WHERE work = ?1 AND seq = ?2;

-- name: version_insert
INSERT INTO annotation_version(id, work, seq, author, origin, protocol_v, payload, scheme, payload_sha, content_sha, app, ev)
VALUES (?1, ?2, ?3, ?4, 'reader', ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: version
SELECT protocol_v, payload, scheme, payload_sha, content_sha FROM annotation_version WHERE id = ?1;

-- name: version_ids
SELECT id, work, seq FROM annotation_version ORDER BY id;
