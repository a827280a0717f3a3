-- Ids are 16-byte blobs, instants are microseconds since 1970 UTC.
CREATE TABLE users (
    id           BLOB NOT NULL PRIMARY KEY,
    username     TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    email        TEXT,
    email_key    TEXT UNIQUE,
    display_name TEXT NOT NULL,
    bio          TEXT NOT NULL,
    avatar_url   TEXT,
    role         TEXT NOT NULL CHECK (role IN ('admin', 'member', 'guest')),
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE credentials (
    user_id       BLOB NOT NULL PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    id         BLOB NOT NULL PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    address    TEXT,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_user_id ON sessions (user_id);

CREATE TABLE refresh_tokens (
    id         BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions ON DELETE CASCADE,
    digest     BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
