ALTER TABLE conversations ADD COLUMN archived_at INTEGER;
ALTER TABLE conversations ADD COLUMN slowmode_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN guests_may_write INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN receipts INTEGER NOT NULL DEFAULT 0;

-- Of a reaction's event.
ALTER TABLE events ADD COLUMN emoji TEXT;

-- The content of a deleted message is ''.
ALTER TABLE messages ADD COLUMN thread_root BLOB;
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN deleted_at INTEGER;
ALTER TABLE messages ADD COLUMN pinned_at INTEGER;
ALTER TABLE messages ADD COLUMN mentions_all INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN mentions_here INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_main ON messages (conversation_id, seq) WHERE thread_root IS NULL;
CREATE INDEX messages_in_thread ON messages (thread_root, seq) WHERE thread_root IS NOT NULL;
CREATE INDEX messages_pinned ON messages (conversation_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- What a message said before each edit; number 1 is what it said first.
CREATE TABLE message_revisions (
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    content    TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (message_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE reactions (
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    emoji      TEXT NOT NULL,
    user_id    BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    PRIMARY KEY (message_id, emoji, user_id)
) STRICT, WITHOUT ROWID;

-- Members who are mentioned by name, or by @here (`position` is then NULL): what each is to be told of.
CREATE TABLE mentions (
    message_id      BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id BLOB NOT NULL,
    ordinal         INTEGER NOT NULL,
    thread_root     BLOB,
    position        INTEGER,
    PRIMARY KEY (message_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_of_user ON mentions (user_id, conversation_id, ordinal);

-- Made by the first reply.
CREATE TABLE threads (
    root_id         BLOB NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id BLOB NOT NULL,
    replies         INTEGER NOT NULL,
    last_ordinal    INTEGER NOT NULL,
    last_reply_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What new conversations start with: guests write in the lobby, and people who know one another see receipts.
UPDATE conversations SET guests_may_write = 1 WHERE id = x'00000000000070008000000000000001';
UPDATE conversations SET receipts = 1 WHERE kind <> 'channel';
