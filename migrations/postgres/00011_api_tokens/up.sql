-- Tokens of programs. One that is ended is deleted.
CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    digest       bytea NOT NULL UNIQUE,
    name         text NOT NULL,
    -- Words with spaces between.
    scopes       text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);
