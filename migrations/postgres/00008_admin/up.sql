ALTER TABLE users ADD COLUMN disabled_at timestamptz;
CREATE INDEX users_admins ON users (role) WHERE role = 'admin';

-- What happened to accounts. It refers to nothing, so that it outlasts what it is about.
CREATE TABLE security_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    act        text NOT NULL,
    actor_id   uuid,
    user_id    uuid,
    session_id uuid,
    address    text,
    detail     text NOT NULL
);
CREATE INDEX security_log_of_user ON security_log (user_id, id);
CREATE INDEX security_log_of_act ON security_log (act, id);
CREATE INDEX security_log_by_time ON security_log (at);

-- At most one row: the token that makes the first admin.
CREATE TABLE setup_token (
    id         integer PRIMARY KEY CHECK (id = 1),
    digest     bytea NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE invitations (
    id         uuid PRIMARY KEY,
    digest     bytea NOT NULL UNIQUE,
    note       text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    max_uses   bigint,
    uses       bigint NOT NULL
);
