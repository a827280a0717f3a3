-- The second factor of a user: offered while enabled_at is NULL, else asked for at every sign-in.
CREATE TABLE totp (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    -- As it is: a digest makes no codes.
    secret     bytea NOT NULL,
    offered_at timestamptz NOT NULL,
    enabled_at timestamptz,
    -- The newest time step whose code was accepted; a code works once.
    last_step  bigint
);

-- Those that are left: a used one is deleted.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES totp ON DELETE CASCADE,
    digest  bytea NOT NULL,
    PRIMARY KEY (user_id, digest)
);
