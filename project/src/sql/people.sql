-- name: person_insert
INSERT INTO person(id, name, kana, scheme, ev) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: people
SELECT id, name, kana, scheme FROM person ORDER BY id;

-- name: credential_put
INSERT INTO credential(person, phc, changed) VALUES (?1, ?2, ?3)
ON CONFLICT(person) DO UPDATE SET phc = excluded.phc, changed = excluded.changed;

-- name: credential
SELECT phc, fails, not_before_ms FROM credential WHERE person = ?1;

-- name: credential_wait
UPDATE credential SET fails = ?2, not_before_ms = ?3 WHERE person = ?1;

-- name: grant_insert
INSERT INTO role_grant(id, person, role, granted_by, revoke_of, ev) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: grants
SELECT id, person, role FROM role_grant AS given
WHERE revoke_of IS NULL
  AND NOT EXISTS (SELECT 1 FROM role_grant AS taken WHERE taken.revoke_of = given.id)
ORDER BY id;

-- name: grants_of
SELECT id, role FROM role_grant AS given
WHERE person = ?1 AND revoke_of IS NULL
  AND NOT EXISTS (SELECT 1 FROM role_grant AS taken WHERE taken.revoke_of = given.id)
ORDER BY id;

-- name: qualification_insert
INSERT INTO qualification(id, person, kind, scheme, state, supersedes, ev)
VALUES (?1, ?2, ?3, ?4, 'declared', ?5, ?6);

-- name: qualifications
SELECT id, person, kind, scheme FROM qualification AS stated
WHERE NOT EXISTS (SELECT 1 FROM qualification AS newer WHERE newer.supersedes = stated.id)
ORDER BY id;
