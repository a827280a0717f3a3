-- Tokens of programs. One that is ended is deleted.
CREATE TABLE api_tokens (
    id           BLOB NOT NULL PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    digest       BLOB NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    -- Words with spaces between.
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);
