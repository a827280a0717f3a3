DROP INDEX messages_terms;
ALTER TABLE messages DROP COLUMN terms;
