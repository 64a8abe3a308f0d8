-- name: insert
INSERT INTO comparison(id, set_id, case_id, inputs, protocol_v, engine, result, scheme, verdict, to_decide, mono, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: of_inputs
SELECT id, case_id, inputs, verdict, to_decide FROM comparison
WHERE case_id = ?1 AND inputs = ?2 AND engine = ?3;

-- name: last_of_case
SELECT id, case_id, inputs, verdict, to_decide FROM comparison
WHERE case_id = ?1 ORDER BY mono DESC LIMIT 1;

-- name: last_of_each
SELECT id, case_id, inputs, verdict, to_decide FROM comparison AS made
WHERE mono = (SELECT max(mono) FROM comparison AS later WHERE later.case_id = made.case_id);

-- name: decision_insert
INSERT INTO adjudication(id, comparison, finding, decision, reason, drawn, scheme, by_, supersedes, mono, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: decisions
SELECT id, finding, decision, reason, drawn, scheme, by_ FROM adjudication AS made
WHERE comparison = ?1
  AND NOT EXISTS (SELECT 1 FROM adjudication AS newer WHERE newer.supersedes = made.id)
ORDER BY mono;

-- name: decided
SELECT DISTINCT comparison, finding FROM adjudication;
