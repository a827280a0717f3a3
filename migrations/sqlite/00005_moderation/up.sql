-- Beside the members, so that a mute outlasts the membership.
CREATE TABLE mutes (
    conversation_id BLOB NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    until           INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bans (
    conversation_id BLOB NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    by_id           BLOB NOT NULL,
    reason          TEXT NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;

-- What the message said is kept, whatever becomes of the message. `content` is NULL if it was deleted then.
CREATE TABLE reports (
    id              BLOB NOT NULL PRIMARY KEY,
    conversation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    sender_id       BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    content         TEXT,
    reporter_id     BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    reason          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    outcome         TEXT CHECK (outcome IN ('resolved', 'dismissed')),
    closed_by       BLOB,
    closed_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_by_conversation ON reports (conversation_id, created_at);
CREATE UNIQUE INDEX reports_open ON reports (message_id, reporter_id) WHERE outcome IS NULL;

CREATE TABLE audit_log (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    conversation_id BLOB NOT NULL,
    at              INTEGER NOT NULL,
    actor_id        BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    action          TEXT NOT NULL,
    user_id         BLOB,
    message_id      BLOB,
    detail          TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_of_conversation ON audit_log (conversation_id, id);
