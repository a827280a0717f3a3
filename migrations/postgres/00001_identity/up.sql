CREATE TABLE users (
    id           uuid PRIMARY KEY,
    username     text NOT NULL,
    -- "C" orders by bytes on every server, as the program does, and lets the index serve prefix look-ups.
    username_key text COLLATE "C" NOT NULL UNIQUE,
    email        text,
    email_key    text UNIQUE,
    display_name text NOT NULL,
    bio          text NOT NULL,
    avatar_url   text,
    role         text NOT NULL CHECK (role IN ('admin', 'member', 'guest')),
    created_at   timestamptz NOT NULL
);

CREATE TABLE credentials (
    user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash text NOT NULL,
    changed_at    timestamptz NOT NULL
);

CREATE TABLE sessions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    user_agent text NOT NULL,
    address    text,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_user_id ON sessions (user_id);

CREATE TABLE refresh_tokens (
    id         uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    digest     bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
