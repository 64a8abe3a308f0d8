-- name: settings
PRAGMA busy_timeout = 5000;
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA secure_delete = ON;

-- name: write_ahead_log
PRAGMA journal_mode = WAL;

-- name: application_id
PRAGMA application_id;

-- name: user_version
PRAGMA user_version;

-- name: quick_check
PRAGMA quick_check;

-- name: integrity_check
PRAGMA integrity_check;

-- name: foreign_key_check
SELECT "table", parent FROM pragma_foreign_key_check;

-- name: schema
SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name;

-- name: write_back
PRAGMA wal_checkpoint(TRUNCATE);

-- name: copy_into
VACUUM INTO ?1;

-- name: temporary_in_memory
PRAGMA temp_store = MEMORY;
