-- Beside the members, so that a mute outlasts the membership.
CREATE TABLE mutes (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    until           timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);

CREATE TABLE bans (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    by_id           uuid NOT NULL,
    reason          text NOT NULL,
    at              timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);

-- What the message said is kept, whatever becomes of the message. `content` is NULL if it was deleted then.
CREATE TABLE reports (
    id              uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    message_id      uuid NOT NULL,
    sender_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    content         text,
    reporter_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    reason          text NOT NULL,
    created_at      timestamptz NOT NULL,
    outcome         text CHECK (outcome IN ('resolved', 'dismissed')),
    closed_by       uuid,
    closed_at       timestamptz
);
CREATE INDEX reports_by_conversation ON reports (conversation_id, created_at);
CREATE UNIQUE INDEX reports_open ON reports (message_id, reporter_id) WHERE outcome IS NULL;

CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL,
    at              timestamptz NOT NULL,
    actor_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    action          text NOT NULL,
    user_id         uuid,
    message_id      uuid,
    detail          text NOT NULL
);
CREATE INDEX audit_log_of_conversation ON audit_log (conversation_id, id);
