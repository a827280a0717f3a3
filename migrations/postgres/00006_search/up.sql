-- The terms of what the message says now, in order; NULL once it is deleted. The program makes the terms, so that they
-- are the same on every database.
ALTER TABLE messages ADD COLUMN terms tsvector;
CREATE INDEX messages_terms ON messages USING gin (terms);

-- What a release without search wrote: the program makes its terms at its next start.
CREATE INDEX messages_without_terms ON messages (id) WHERE terms IS NULL AND deleted_at IS NULL;
