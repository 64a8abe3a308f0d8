-- name: assignment_insert
INSERT INTO assignment(id, set_id, case_id, reader, protocol_v, round, kind, ord, alias, ev)
VALUES (?1, ?2, ?3, ?4, ?5, 'main', 'reading', ?6, ?7, ?8);

-- name: last_ord
SELECT coalesce(max(ord), 0) FROM assignment WHERE reader = ?1;

-- name: states
SELECT a.id, a.case_id, a.reader, a.protocol_v,
  (SELECT max(rev) FROM work WHERE work.assignment = a.id),
  (SELECT max(rev) FROM submission WHERE submission.assignment = a.id)
FROM assignment AS a ORDER BY a.case_id, a.reader;

-- name: states_of_case
SELECT a.id, a.case_id, a.reader, a.protocol_v,
  (SELECT max(rev) FROM work WHERE work.assignment = a.id),
  (SELECT max(rev) FROM submission WHERE submission.assignment = a.id)
FROM assignment AS a WHERE a.case_id = ?1 ORDER BY a.reader;

-- name: states_of_reader
SELECT a.id, a.case_id, a.reader, a.protocol_v,
  (SELECT max(rev) FROM work WHERE work.assignment = a.id),
  (SELECT max(rev) FROM submission WHERE submission.assignment = a.id)
FROM assignment AS a WHERE a.reader = ?1 ORDER BY a.ord;

-- name: state_of
SELECT a.id, a.case_id, a.reader, a.protocol_v,
  (SELECT max(rev) FROM work WHERE work.assignment = a.id),
  (SELECT max(rev) FROM submission WHERE submission.assignment = a.id)
FROM assignment AS a WHERE a.case_id = ?1 AND a.reader = ?2 ORDER BY a.ord LIMIT 1;

-- name: work_insert
INSERT INTO work(id, assignment, rev, from_version, ev) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: last_work
SELECT id, rev, from_version FROM work WHERE assignment = ?1 ORDER BY rev DESC LIMIT 1;

-- name: works_of
SELECT id, rev, from_version FROM work WHERE assignment = ?1 ORDER BY rev;

-- name: works
SELECT work.id, work.rev, work.from_version, assignment.protocol_v
FROM work JOIN assignment ON assignment.id = work.assignment ORDER BY work.id;

-- name: submission_insert
INSERT INTO submission(id, assignment, rev, version, blind, ev) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: submissions_of
SELECT id, rev, version, blind FROM submission WHERE assignment = ?1 ORDER BY rev;

-- name: last_submissions
SELECT s.assignment, s.version FROM submission AS s
WHERE s.rev = (SELECT max(rev) FROM submission AS later WHERE later.assignment = s.assignment);

-- name: reopen_insert
INSERT INTO reopen(id, submission, by_, code, text, scheme, unblinded, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: reopened_unblinded
SELECT coalesce(max(r.unblinded), 0) FROM reopen AS r
JOIN submission AS s ON s.id = r.submission WHERE s.assignment = ?1;

-- name: of_work
SELECT a.id, a.case_id, a.reader, a.protocol_v,
  (SELECT max(rev) FROM work WHERE work.assignment = a.id),
  (SELECT max(rev) FROM submission WHERE submission.assignment = a.id)
FROM assignment AS a WHERE a.id = (SELECT assignment FROM work WHERE id = ?1);

-- name: last_reopen
SELECT r.id, r.text, r.scheme FROM reopen AS r JOIN submission AS s ON s.id = r.submission
WHERE s.assignment = ?1 ORDER BY s.rev DESC LIMIT 1;
