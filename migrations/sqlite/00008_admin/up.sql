ALTER TABLE users ADD COLUMN disabled_at INTEGER;
CREATE INDEX users_admins ON users (role) WHERE role = 'admin';

-- What happened to accounts. It refers to nothing, so that it outlasts what it is about.
CREATE TABLE security_log (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    act        TEXT NOT NULL,
    actor_id   BLOB,
    user_id    BLOB,
    session_id BLOB,
    address    TEXT,
    detail     TEXT NOT NULL
) STRICT;
CREATE INDEX security_log_of_user ON security_log (user_id, id);
CREATE INDEX security_log_of_act ON security_log (act, id);
CREATE INDEX security_log_by_time ON security_log (at);

-- At most one row: the token that makes the first admin.
CREATE TABLE setup_token (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    digest     BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invitations (
    id         BLOB NOT NULL PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    max_uses   INTEGER,
    uses       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
