-- The terms of what each message says now. The program makes the terms, separated by spaces: they are opaque here,
-- but for ASCII, where they hold letters and digits alone.
CREATE TABLE message_terms (
    docid           INTEGER NOT NULL PRIMARY KEY,
    message_id      BLOB NOT NULL UNIQUE,
    conversation_id BLOB NOT NULL
) STRICT;
CREATE INDEX message_terms_of_conversation ON message_terms (conversation_id);
CREATE VIRTUAL TABLE message_search USING fts5 (
    terms,
    content = '',
    contentless_delete = 1,
    tokenize = 'ascii'
);
