DROP TABLE password_resets;
ALTER TABLE refresh_tokens DROP COLUMN replaced_by;
ALTER TABLE refresh_tokens DROP COLUMN retry_key;
ALTER TABLE sessions DROP COLUMN last_used_at;
