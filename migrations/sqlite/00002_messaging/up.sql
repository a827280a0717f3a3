CREATE TABLE conversations (
    id            BLOB NOT NULL PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('direct', 'group', 'channel')),
    name          TEXT,
    name_key      TEXT,
    topic         TEXT NOT NULL,
    visibility    TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
    -- '<lower user id>:<greater user id>', so that a pair has one direct conversation in any order.
    direct_key    TEXT UNIQUE,
    created_at    INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    last_ordinal  INTEGER NOT NULL,
    last_event_at INTEGER NOT NULL,
    epoch         BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_channel_name ON conversations (name_key) WHERE kind = 'channel';

CREATE TABLE members (
    conversation_id BLOB NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'reader')),
    joined_at       INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user_id ON members (user_id);
CREATE INDEX members_in_order ON members (conversation_id, joined_at, user_id);

-- The log. `message_id`, `user_id` and `role` hold what the event is about, as its kind needs it.
CREATE TABLE events (
    conversation_id BLOB NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    at              INTEGER NOT NULL,
    message_id      BLOB,
    user_id         BLOB REFERENCES users,
    role            TEXT,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

-- `seq` is that of the event that made the message.
CREATE TABLE messages (
    conversation_id BLOB NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    id              BLOB NOT NULL UNIQUE,
    ordinal         INTEGER NOT NULL,
    sender_id       BLOB NOT NULL REFERENCES users,
    nonce           TEXT NOT NULL,
    content         TEXT NOT NULL,
    reply_to        BLOB,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (sender_id, nonce)
) STRICT;
