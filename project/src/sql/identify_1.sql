PRAGMA application_id = 1146047317;
PRAGMA user_version = 1;
