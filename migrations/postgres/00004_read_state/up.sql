ALTER TABLE members ADD COLUMN read_ordinal bigint NOT NULL DEFAULT 0;
-- What was said before anybody kept count is read.
UPDATE members SET read_ordinal = last_ordinal FROM conversations WHERE id = conversation_id;

-- What is left out of the counts of unread messages.
CREATE INDEX messages_own ON messages (conversation_id, sender_id, ordinal);
CREATE INDEX messages_uncounted ON messages (conversation_id, ordinal)
    WHERE deleted_at IS NOT NULL OR thread_root IS NOT NULL;
CREATE INDEX messages_to_all ON messages (conversation_id, ordinal) WHERE mentions_all;

-- Who follows a thread, and what they have read of it.
CREATE TABLE thread_followers (
    root_id         uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    read_ordinal    bigint NOT NULL,
    PRIMARY KEY (root_id, user_id)
);
CREATE INDEX thread_followers_of_user ON thread_followers (user_id, conversation_id);

-- A user without a row has an empty personal log whose epoch is the user's own id.
CREATE TABLE user_streams (
    user_id  uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    epoch    uuid NOT NULL,
    last_seq bigint NOT NULL
);

-- The personal logs. What is about a conversation outlives it.
CREATE TABLE user_events (
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    seq             bigint NOT NULL,
    kind            text NOT NULL,
    at              timestamptz NOT NULL,
    conversation_id uuid,
    thread_root     uuid,
    ordinal         bigint,
    last_ordinal    bigint,
    unread          bigint,
    mentions        bigint,
    PRIMARY KEY (user_id, seq)
);

-- The number of the transaction that last logged an event (xid8). A reader who knows which transactions they have seen
-- finds every later change, in whatever order they commit.
ALTER TABLE conversations ADD COLUMN change_number bigint NOT NULL DEFAULT 0;
CREATE INDEX conversations_changed ON conversations (change_number);
