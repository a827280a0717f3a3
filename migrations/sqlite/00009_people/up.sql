ALTER TABLE users ADD COLUMN presence_hidden INTEGER NOT NULL DEFAULT 0;
-- The row of a deleted account stays, so that what was said has a sender.
ALTER TABLE users ADD COLUMN deleted_at INTEGER;

-- What display names are found by; the program makes it. Nothing for guests and deleted accounts.
CREATE TABLE user_words (
    word    TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (word, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_words_of_user ON user_words (user_id);

CREATE TABLE avatars (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    bytes   BLOB NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
    blocker_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    blocked_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_of_blocked ON blocks (blocked_id);

-- Deleted accounts for which the rest of the server has still to follow.
CREATE TABLE account_deletions (
    user_id        BLOB NOT NULL PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    erase_messages INTEGER NOT NULL,
    at             INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reactions_of_user ON reactions (user_id, message_id, emoji);
