-- name: patient_insert
INSERT INTO patient(id, site, sex, age_band, identity, scheme, ev) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: patients
SELECT id, identity, scheme FROM patient;

-- name: case_insert
INSERT INTO case_(id, number, patient, time_point, study_sha, description, scheme, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: next_number
SELECT coalesce(max(number), 0) + 1 FROM case_;

-- name: next_time_point
SELECT coalesce(max(time_point), 0) + 1 FROM case_ WHERE patient = ?1;

-- name: case_of_study
SELECT id FROM case_ WHERE study_sha = ?1;

-- name: cases
SELECT id, number, description, scheme,
  coalesce((SELECT excluded FROM case_exclusion AS said WHERE said.case_id = case_.id
    ORDER BY mono DESC LIMIT 1), 0)
FROM case_ ORDER BY number;

-- name: case
SELECT id, number, description, scheme,
  coalesce((SELECT excluded FROM case_exclusion AS said WHERE said.case_id = case_.id
    ORDER BY mono DESC LIMIT 1), 0)
FROM case_ WHERE id = ?1;

-- name: case_of_number
SELECT id FROM case_ WHERE number = ?1;

-- name: others_of_patient
SELECT id, number, description, scheme,
  coalesce((SELECT excluded FROM case_exclusion AS said WHERE said.case_id = case_.id
    ORDER BY mono DESC LIMIT 1), 0)
FROM case_ WHERE patient = (SELECT patient FROM case_ WHERE id = ?1) AND id <> ?1;

-- name: exclusion_insert
INSERT INTO case_exclusion(id, case_id, excluded, reason, scheme, by_, mono, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: series_insert
INSERT INTO series(id, case_id, ord, modality, geom_json, content_sha, n_objects, description, scheme, ev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: next_series_ord
SELECT coalesce(max(ord), 0) + 1 FROM series WHERE case_id = ?1;

-- name: series_of_content
SELECT id, case_id FROM series WHERE content_sha = ?1;

-- name: series_of_case
SELECT id, case_id, modality, geom_json, description, scheme FROM series WHERE case_id = ?1 ORDER BY ord;

-- name: series
SELECT id, case_id, modality, geom_json, description, scheme FROM series ORDER BY case_id, ord;

-- name: series_counts
SELECT case_id, count(*) FROM series GROUP BY case_id;

-- name: object_insert
INSERT INTO object(sha, kind, raw_size, stored_size, scheme) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT(sha) DO NOTHING;

-- name: objects
SELECT sha, kind, raw_size, stored_size, scheme FROM object ORDER BY sha;

-- name: object_kind
SELECT kind FROM object WHERE sha = ?1;

-- name: series_object_insert
INSERT INTO series_object(series, ix, sha) VALUES (?1, ?2, ?3);

-- name: series_objects
SELECT sha FROM series_object WHERE series = ?1 ORDER BY ix;

-- name: series_contents
SELECT id, content_sha FROM series ORDER BY id;

-- name: counts
SELECT (SELECT count(*) FROM case_), (SELECT count(*) FROM series), (SELECT coalesce(sum(stored_size), 0) FROM object);
