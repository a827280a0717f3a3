DROP TABLE password_resets;
DROP INDEX refresh_tokens_unused;
ALTER TABLE refresh_tokens DROP COLUMN replaced_by;
ALTER TABLE refresh_tokens DROP COLUMN retry_key;
ALTER TABLE sessions DROP COLUMN last_used_at;
