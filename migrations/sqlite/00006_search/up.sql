-- The terms of what each message says now. The program makes the terms, separated by spaces; every other character
-- belongs to a term.
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
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
);
