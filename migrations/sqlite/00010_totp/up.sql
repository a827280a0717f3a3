-- The second factor of a user: offered while enabled_at is NULL, else asked for at every sign-in.
CREATE TABLE totp (
    user_id    BLOB NOT NULL PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    -- As it is: a digest makes no codes.
    secret     BLOB NOT NULL,
    offered_at INTEGER NOT NULL,
    enabled_at INTEGER,
    -- The newest time step whose code was accepted; a code works once.
    last_step  INTEGER
) STRICT, WITHOUT ROWID;

-- Those that are left: a used one is deleted.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES totp ON DELETE CASCADE,
    digest  BLOB NOT NULL,
    PRIMARY KEY (user_id, digest)
) STRICT, WITHOUT ROWID;
