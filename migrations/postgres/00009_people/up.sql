ALTER TABLE users ADD COLUMN presence_hidden boolean NOT NULL DEFAULT false;
-- The row of a deleted account stays, so that what was said has a sender.
ALTER TABLE users ADD COLUMN deleted_at timestamptz;

-- What display names are found by; the program makes it. Nothing for guests and deleted accounts.
CREATE TABLE user_words (
    word    text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (word, user_id)
);
CREATE INDEX user_words_of_user ON user_words (user_id);

CREATE TABLE avatars (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    kind    text NOT NULL,
    bytes   bytea NOT NULL,
    at      timestamptz NOT NULL
);

CREATE TABLE blocks (
    blocker_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    blocked_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX blocks_of_blocked ON blocks (blocked_id);

-- Deleted accounts for which the rest of the server has still to follow.
CREATE TABLE account_deletions (
    user_id        uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    erase_messages boolean NOT NULL,
    at             timestamptz NOT NULL
);

CREATE INDEX reactions_of_user ON reactions (user_id, message_id, emoji);
