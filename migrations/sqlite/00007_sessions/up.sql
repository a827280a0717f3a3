-- NULL: not used since it was made.
ALTER TABLE sessions ADD COLUMN last_used_at INTEGER;

-- With which key a token was used, and what took its place: for a client that asks again.
ALTER TABLE refresh_tokens ADD COLUMN retry_key BLOB;
ALTER TABLE refresh_tokens ADD COLUMN replaced_by BLOB;
-- Of the many tokens that a session has used, the one that is not.
CREATE INDEX refresh_tokens_unused ON refresh_tokens (session_id) WHERE used_at IS NULL;

-- Used ones stay for a while: they count towards how many an account may be sent.
CREATE TABLE password_resets (
    digest     BLOB NOT NULL PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    email_key  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX password_resets_user_id ON password_resets (user_id);
