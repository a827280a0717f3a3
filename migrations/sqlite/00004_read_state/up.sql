ALTER TABLE members ADD COLUMN read_ordinal INTEGER NOT NULL DEFAULT 0;
-- What was said before anybody kept count is read.
UPDATE members SET read_ordinal = (SELECT last_ordinal FROM conversations WHERE id = conversation_id);

-- What is left out of the counts of unread messages.
CREATE INDEX messages_own ON messages (conversation_id, sender_id, ordinal);
CREATE INDEX messages_uncounted ON messages (conversation_id, ordinal)
    WHERE deleted_at IS NOT NULL OR thread_root IS NOT NULL;
CREATE INDEX messages_to_all ON messages (conversation_id, ordinal) WHERE mentions_all = 1;

-- Who follows a thread, and what they have read of it.
CREATE TABLE thread_followers (
    root_id         BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id BLOB NOT NULL,
    read_ordinal    INTEGER NOT NULL,
    PRIMARY KEY (root_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_followers_of_user ON thread_followers (user_id, conversation_id);

-- A user without a row has an empty personal log whose epoch is the user's own id.
CREATE TABLE user_streams (
    user_id  BLOB NOT NULL PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    epoch    BLOB NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The personal logs. What is about a conversation outlives it.
CREATE TABLE user_events (
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    at              INTEGER NOT NULL,
    conversation_id BLOB,
    thread_root     BLOB,
    ordinal         INTEGER,
    last_ordinal    INTEGER,
    unread          INTEGER,
    mentions        INTEGER,
    PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

-- Every act that logs an event in a conversation gives it the next number of this one row.
CREATE TABLE change_counter (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (id, value) VALUES (1, 0);
ALTER TABLE conversations ADD COLUMN change_number INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversations_changed ON conversations (change_number);
