-- name: version_insert
INSERT INTO protocol_version(id, protocol, semver, parent, json, sha, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: version
SELECT json FROM protocol_version WHERE id = ?1;

-- name: version_of_sha
SELECT id FROM protocol_version WHERE sha = ?1;

-- name: version_of_name
SELECT id FROM protocol_version WHERE protocol = ?1 AND semver = ?2;

-- name: versions
SELECT id, json, sha FROM protocol_version ORDER BY id;

-- name: set_insert
INSERT INTO annotation_set(id, purpose, protocol, design_json, ai_policy, ev)
VALUES (?1, ?2, ?3, ?4, 'never', ?5);
