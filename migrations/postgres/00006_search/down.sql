DROP INDEX messages_without_terms;
DROP INDEX messages_terms;
ALTER TABLE messages DROP COLUMN terms;
