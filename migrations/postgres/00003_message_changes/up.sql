ALTER TABLE conversations
    ADD COLUMN archived_at      timestamptz,
    ADD COLUMN slowmode_s       integer NOT NULL DEFAULT 0,
    ADD COLUMN guests_may_write boolean NOT NULL DEFAULT false,
    ADD COLUMN receipts         boolean NOT NULL DEFAULT false;

-- Of a reaction's event.
ALTER TABLE events ADD COLUMN emoji text;

-- The content of a deleted message is ''.
ALTER TABLE messages
    ADD COLUMN thread_root   uuid,
    ADD COLUMN edited_at     timestamptz,
    ADD COLUMN deleted_at    timestamptz,
    ADD COLUMN pinned_at     timestamptz,
    ADD COLUMN mentions_all  boolean NOT NULL DEFAULT false,
    ADD COLUMN mentions_here boolean NOT NULL DEFAULT false;
CREATE INDEX messages_main ON messages (conversation_id, seq) WHERE thread_root IS NULL;
CREATE INDEX messages_in_thread ON messages (thread_root, seq) WHERE thread_root IS NOT NULL;
CREATE INDEX messages_pinned ON messages (conversation_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- What a message said before each edit; number 1 is what it said first.
CREATE TABLE message_revisions (
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    number     integer NOT NULL,
    content    text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (message_id, number)
);

CREATE TABLE reactions (
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    emoji      text COLLATE "C" NOT NULL,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    PRIMARY KEY (message_id, emoji, user_id)
);

-- Members who are mentioned by name, or by @here (`position` is then NULL): what each is to be told of.
CREATE TABLE mentions (
    message_id      uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    ordinal         bigint NOT NULL,
    thread_root     uuid,
    position        integer,
    PRIMARY KEY (message_id, user_id)
);
CREATE INDEX mentions_of_user ON mentions (user_id, conversation_id, ordinal);

-- Made by the first reply.
CREATE TABLE threads (
    root_id         uuid PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    replies         bigint NOT NULL,
    last_ordinal    bigint NOT NULL,
    last_reply_at   timestamptz NOT NULL
);

-- What new conversations start with: guests write in the lobby, and people who know one another see receipts.
UPDATE conversations SET guests_may_write = true WHERE id = '00000000-0000-7000-8000-000000000001';
UPDATE conversations SET receipts = true WHERE kind <> 'channel';
