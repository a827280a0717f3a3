CREATE TABLE conversations (
    id            uuid PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('direct', 'group', 'channel')),
    name          text,
    -- Ordered by bytes on every server.
    name_key      text COLLATE "C",
    topic         text NOT NULL,
    visibility    text NOT NULL CHECK (visibility IN ('public', 'private')),
    -- '<lower user id>:<greater user id>', so that a pair has one direct conversation in any order.
    direct_key    text UNIQUE,
    created_at    timestamptz NOT NULL,
    last_seq      bigint NOT NULL,
    last_ordinal  bigint NOT NULL,
    last_event_at timestamptz NOT NULL,
    epoch         uuid NOT NULL
);
CREATE UNIQUE INDEX conversations_channel_name ON conversations (name_key) WHERE kind = 'channel';

CREATE TABLE members (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'reader')),
    joined_at       timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX members_user_id ON members (user_id);
CREATE INDEX members_in_order ON members (conversation_id, joined_at, user_id);

-- The log. `message_id`, `user_id` and `role` hold what the event is about, as its kind needs it.
CREATE TABLE events (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq             bigint NOT NULL,
    kind            text NOT NULL,
    at              timestamptz NOT NULL,
    message_id      uuid,
    user_id         uuid REFERENCES users,
    role            text,
    PRIMARY KEY (conversation_id, seq)
);

-- `seq` is that of the event that made the message.
CREATE TABLE messages (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq             bigint NOT NULL,
    id              uuid NOT NULL UNIQUE,
    ordinal         bigint NOT NULL,
    sender_id       uuid NOT NULL REFERENCES users,
    nonce           text NOT NULL,
    content         text NOT NULL,
    reply_to        uuid,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (sender_id, nonce)
);
